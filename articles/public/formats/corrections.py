"""The feed of corrections: what staff or a later capture changed in articles, word by word, as their history has it.

A change that one load or one action made to many articles is one entry, that of one of them. Of a withdrawn article it
has only the withdrawal, the last change of it that readers saw, and nothing of closed versions.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, Subquery, prefetch_related_objects
from django.template.loader import render_to_string

from articles.editorial.history import Names, Version, Versions, changes_of, with_makers
from articles.models import Article, ArticleChange, Photo
from articles.public.context import about_archive
from articles.public.formats.feeds import common_fields, printable, tag_uri
from articles.public.listings.articles import WALK
from articles.search.finding import count_words
from articles.text.messages import gettext
from articles.text.phrases import absent, listed

_OPEN = Q(article__withdrawn_at=None) | Q(article__changed=F("change"), article__merged_into=None)


def first_corrections() -> Any:
    """Each with the id of the first change alike that readers may see, and whether there are others alike."""
    alike = ArticleChange.objects.filter(alike=OuterRef("alike"))
    shown = Subquery(alike.filter(_OPEN).order_by("-is_first", "pk").values("pk")[:1])
    has_others = Exists(alike.filter(is_first=False))
    return ArticleChange.objects.filter(is_first=True).annotate(shown=shown, has_others=has_others).only("alike")


def correction_entries(firsts: Sequence[Any], base_url: str) -> list[dict[str, Any]]:
    """An entry of each of ``first_corrections``, without those of which readers may see nothing."""
    shown = ArticleChange.objects.select_related("change", "article__source").defer("rows", "body")
    rows: Any = shown.in_bulk([first.shown for first in firsts if first.shown])
    articles = [row.article for row in rows.values() if not row.article.withdrawn_at]
    photos = Prefetch("photos", Photo.objects.for_pages())
    changes = Prefetch("changes", with_makers(ArticleChange.objects.filter(pk__gte=min(rows, default=0))))
    prefetch_related_objects(articles, "corrections", "closed_versions", "taggings", photos, changes)
    found = []
    for first, row in ((first, rows[first.shown]) for first in firsts if first.shown in rows):
        versions = Versions(row.article) if not row.article.withdrawn_at else None
        if versions is None or versions.closed_numbers.isdisjoint((row.version, row.version - 1)):
            found.append((first, row, versions.one(row.version) if versions else None))
    names = Names([version for *_, version in found if version])
    return [_entry(first, row, version, names, base_url) for first, row, version in found]


def _entry(first: Any, row: Any, version: Version | None, names: Names, base_url: str) -> dict[str, Any]:
    article, changes = row.article, changes_of(version, names) if version else []
    what = printable(listed(list(dict.fromkeys(change.what for change in changes))) or article.withdrawal)
    history = f"history/{row.version}/changes/" if version else ""
    headline = (article.headline or absent("headline")) if version else gettext("A withdrawn article")
    alike, at = ArticleChange.objects.filter(_OPEN, alike=first.alike), row.change.seen_at.replace(microsecond=0)
    count = alike.order_by()[: WALK + 1].count() if first.has_others else 1
    also = count_words(min(count, WALK), is_more=count > WALK) if count > 1 else ""
    title = gettext("%(headline)s, and others") % {"headline": headline} if also else headline
    values = {"version": version, "changes": changes, "also": also, "what": what, "tongue": article.tongue}
    html = render_to_string("articles/_correction.html", {**values, "archive": about_archive()})
    return {
        **common_fields(article if version else Article()),
        "title": printable(title),
        "description": printable(html),
        "link": f"{base_url}{article.get_absolute_url()}{history}",
        "unique_id": tag_uri(f"{article.key}/history/{row.version}"),
        "author_name": printable(version.who) if version else None,
        "pubdate": at,
        "updateddate": at,
        "photos": (),
        "summary": what,
        "about": what,
        "authors": (),
    }
