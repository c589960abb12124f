"""The public pages: each reads the request, asks a queryset, renders. All answer GET and HEAD alone, and only read."""

from articles.views.account import account
from articles.views.articles import article, article_form, original, short, undated_article
from articles.views.dates import day, month, on_this_day, on_this_day_today, undated, year
from articles.views.errors import not_found, server_error
from articles.views.front import about, home
from articles.views.history import changes, history, version
from articles.views.photos import photo, photos
from articles.views.plain import favicon, healthz, robots, security
from articles.views.renditions import media
from articles.views.search import opensearch, search, suggest
from articles.views.subjects import source, sources, tag, two_tags, unsourced
from articles.views.tag_index import tags

__all__ = [
    "about", "account", "article", "article_form", "changes", "day", "favicon", "healthz", "history", "home", "media",
    "month", "not_found", "on_this_day", "on_this_day_today", "opensearch", "original", "photo", "photos", "robots",
    "search", "security", "server_error", "short", "source", "sources", "suggest", "tag", "tags", "two_tags", "undated",
    "undated_article", "unsourced", "version", "year",
]  # fmt: skip
