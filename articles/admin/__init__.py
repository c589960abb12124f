"""The staff pages, in Django's admin. Staff correct articles; originals are read-only."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin

from articles.admin.article import ArticleAdmin
from articles.admin.conflict import ConflictAdmin
from articles.admin.loads import LoadAdmin
from articles.admin.originals import OriginalAdmin
from articles.admin.review_queues import DamageAdmin, NearDuplicateAdmin, RefusalAdmin
from articles.admin.tag import SourceAdmin, TagAdmin

__all__ = [
    "ArticleAdmin", "ConflictAdmin", "DamageAdmin", "LoadAdmin", "NearDuplicateAdmin", "OriginalAdmin", "RefusalAdmin",
    "SourceAdmin", "TagAdmin",
]  # fmt: skip

admin.site.site_header = f"{settings.ARCHIVE_NAME}: staff"
admin.site.site_title = settings.ARCHIVE_NAME
admin.site.index_title = "The archive"
