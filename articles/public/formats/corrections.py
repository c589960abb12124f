"""The feed of corrections: what staff or a later capture changed in articles, word by word, as their history has it.

A change that one load or one action made to many articles is one entry, that of one of them. Of a withdrawn article it
has only the withdrawal, and nothing of closed versions.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q
from django.template.loader import render_to_string

from articles.editorial.history import Names, Versions, changes_of
from articles.models import ArticleChange
from articles.public.context import about_archive
from articles.public.formats.feeds import common_fields, printable, tag_uri
from articles.search.finding import MOST, count_words
from articles.text.messages import gettext
from articles.text.phrases import absent, listed


def first_corrections() -> Any:
    return ArticleChange.objects.filter(is_first=True).only("alike")


def correction_entries(alike: Sequence[str], base_url: str) -> list[dict[str, Any]]:
    return [entry for name in alike for entry in _entries(name, base_url)]


def _entries(alike: str, base_url: str) -> list[dict[str, Any]]:
    """The entry of the articles that were changed alike, if readers may see any of them."""
    is_open = Q(article__withdrawn_at=None) | Q(article__changed=F("change"), article__merged_into=None)
    rows = ArticleChange.objects.filter(is_open, alike=alike)
    row = rows.select_related("change", "article__source").defer("rows", "body").order_by("pk").first()
    if row is None or row.version is None:
        return []
    article, number = row.article, row.version
    versions = Versions(article)
    version = versions.one(number)
    if version is None or not versions.closed_numbers.isdisjoint((number, number - 1)):
        return []
    count = rows.order_by()[: MOST + 1].count()
    also = count_words(min(count, MOST), is_more=count > MOST) if count > 1 else ""
    changes, headline = changes_of(version, Names([version])), article.headline or absent("headline")
    url = f"{article.get_absolute_url()}history/{number}/changes/"
    if article.withdrawn_at:
        changes, headline, url = [], gettext("A withdrawn article"), article.get_absolute_url()
    what = listed(list(dict.fromkeys(change.what for change in changes))) or article.withdrawal
    context = {"version": version, "changes": changes, "also": also, "what": what, "tongue": article.tongue}
    title = gettext("%(headline)s, and others") % {"headline": headline} if also else headline
    entry = {
        "title": printable(title),
        "description": printable(
            render_to_string("articles/_correction.html", {**context, "archive": about_archive()})
        ),
        "link": base_url + url,
        "unique_id": tag_uri(f"{article.key}/history/{number}"),
        "author_name": printable(version.who),
        "updateddate": row.change.seen_at and row.change.seen_at.replace(microsecond=0),
        "categories": [],
        "photos": [],
        "summary": printable(what),
        "about": printable(what),
        "authors": [],
        "external_url": None,
        **common_fields(article),
    }
    return [{**entry, "pubdate": entry["updateddate"]}]
