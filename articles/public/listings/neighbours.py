"""The articles before and after one: in the archive, on its day, from its source, with its tags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from articles.models import Article, Tag
from articles.public.listings.articles import Entry, entry_of, published
from articles.search.backend import rows
from articles.text.dates import day_words

TAGS = 3  # the rarest of an article: neighbours in a common one have least to do with it
# SQL, since the ORM would take longer to build this than everything else on the page.
_ARTICLES = "SELECT held.id FROM articles_article AS held WHERE held.withdrawn_at IS NULL"
_TAGGED = (
    "SELECT held.article_id FROM articles_tagging AS held JOIN articles_article AS article"
    " ON article.id = held.article_id WHERE article.withdrawn_at IS NULL AND held.tag_id = %s"
)
# In a preview with a new day, the article's place is between others.
_EARLIER = (
    " AND held.archive_date <= %s AND NOT (held.archive_date = %s AND {id} > %s) AND {id} <> %s"
    " ORDER BY held.archive_date DESC, {id} DESC LIMIT 1"
)
_LATER = (
    " AND held.archive_date >= %s AND NOT (held.archive_date = %s AND {id} < %s) AND {id} <> %s"
    " ORDER BY held.archive_date, {id} LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Way:
    name: str
    url: str
    earlier: Entry | None
    later: Entry | None


def ways_of(article: Article, tags: Sequence[Tag]) -> list[Way]:
    """The whole archive, then each narrower listing with a neighbour; none for an undated article.

    Two queries: one looks up all neighbours, each at its place in an index, one reads them.
    """
    day = article.archive_date
    if day is None:
        return []
    listings: list[tuple[str, str, str, list[Any]]] = [
        ("", "", _ARTICLES, []),
        (day_words(day), reverse("day", args=[day]), f"{_ARTICLES} AND held.archive_date = %s", [day.isoformat()]),
    ]
    if source := article.source:
        listings.append((source.name, source.get_absolute_url(), f"{_ARTICLES} AND held.source_id = %s", [source.pk]))
    shared = sorted((tag for tag in tags if tag.article_count > 1), key=lambda tag: (tag.article_count, tag.name))
    listings += [(tag.name, tag.get_absolute_url(), _TAGGED, [tag.pk]) for tag in shared[:TAGS]]

    place = [day.isoformat(), day.isoformat(), article.pk, article.pk]
    nearest, values = [], []
    for *_, sql, narrowed in listings:
        column = "held.article_id" if sql == _TAGGED else "held.id"
        nearest += [f"({sql}{_EARLIER.format(id=column)})", f"({sql}{_LATER.format(id=column)})"]
        values += [*narrowed, *place] * 2
    [ids] = rows(f"SELECT {', '.join(nearest)}", values)
    entries = {pk: entry_of(found) for pk, found in published().in_bulk([pk for pk in ids if pk]).items()}
    ways = [
        Way(name, url, entries.get(earlier), entries.get(later))
        for (name, url, *_), earlier, later in zip(listings, ids[::2], ids[1::2], strict=True)
    ]
    return [way for number, way in enumerate(ways) if number == 0 or way.earlier or way.later]
