"""The public pages: each reads the request, asks a queryset, renders. All answer GET and HEAD alone, and only read."""

from articles.public.views.account import account
from articles.public.views.articles import article, article_form, original, short, undated_article
from articles.public.views.dates import dates, day, month, on_this_day, on_this_day_today, undated, year
from articles.public.views.errors import not_found, server_error
from articles.public.views.front import about, home
from articles.public.views.history import changes, history, version
from articles.public.views.photos import photo, photos
from articles.public.views.plain import favicon, healthz, robots, security
from articles.public.views.renditions import media
from articles.public.views.search import opensearch, search, suggest
from articles.public.views.subjects import source, sources, tag, two_tags, unsourced
from articles.public.views.tag_index import tags

__all__ = [
    "about", "account", "article", "article_form", "changes", "dates", "day", "favicon", "healthz", "history",
    "home", "media", "month", "not_found", "on_this_day", "on_this_day_today", "opensearch", "original", "photo",
    "photos", "robots", "search", "security", "server_error", "short", "source", "sources", "suggest", "tag",
    "tags", "two_tags", "undated", "undated_article", "unsourced", "version", "year",
]  # fmt: skip
