"""The staff pages, in Django's admin. Staff correct articles; originals are read-only."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

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

admin.site.site_header = format_lazy(_("{archive}: staff"), archive=settings.ARCHIVE_NAME)
admin.site.site_title = settings.ARCHIVE_NAME
admin.site.index_title = _("The archive")
