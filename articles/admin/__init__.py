"""The staff pages, in Django's admin. Staff correct articles; originals are read-only."""

from django.conf import settings
from django.contrib import admin
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from articles.admin import article, conflict, loads, originals, photo_words, review_queues, tag

admin.site.site_header = format_lazy(_("{archive}: staff"), archive=settings.ARCHIVE_NAME)
admin.site.site_title = settings.ARCHIVE_NAME
admin.site.index_title = _("The archive")
