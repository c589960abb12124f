"""The articles just before and after one: in the archive, on its day, from its source, on its tags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, Subquery
from django.urls import reverse

from articles.models import Article, Tag, Tagging
from articles.public.listings.articles import Entry, entry_of, published
from articles.text.dates import day_words

TAGS = 3  # of an article, the rarest: in a common one, what is next says least


@dataclass(frozen=True, slots=True)
class Way:
    """One listing that an article stands in, by its name and address, and its neighbours there."""

    name: str
    url: str
    earlier: Entry | None
    later: Entry | None


def ways_of(article: Article, tags: Sequence[Tag]) -> list[Way]:
    """The whole archive, then the narrower listings in which the article has a neighbour. The undated have none.

    Two queries: one that looks up all neighbours, each at its place in an index, and one that reads them.
    """
    day = article.archive_date
    if day is None:
        return []
    rows = Article.objects.published()
    listings: list[tuple[str, str, QuerySet[Any]]] = [("", "", rows)]
    listings.append((day_words(day), reverse("day", args=[day]), rows.on_day(day)))
    if article.source:
        listings.append((article.source.name, article.source.get_absolute_url(), rows.filter(source=article.source)))
    shared = sorted((tag for tag in tags if tag.article_count > 1), key=lambda tag: (tag.article_count, tag.name))
    for tag in shared[:TAGS]:
        tagged = Tagging.objects.filter(tag=tag, article__withdrawn_at=None)
        listings.append((tag.name, tag.get_absolute_url(), tagged))
    return _ways(article, day, listings)


def _ways(article: Article, day: date, listings: Sequence[tuple[str, str, QuerySet[Any]]]) -> list[Way]:
    asked = [Subquery(nearest) for *_, rows in listings for nearest in _nearest(rows, article.pk, day)]
    ids = Article.objects.filter(pk=article.pk).order_by().values_list(*asked).first() or ()
    found = published().in_bulk([pk for pk in ids if pk is not None])
    entries = [entry_of(found[pk]) if pk in found else None for pk in ids]
    pairs = zip(entries[::2], entries[1::2], strict=True)
    ways = [Way(name, url, *pair) for (name, url, _), pair in zip(listings, pairs, strict=False)]
    return [way for number, way in enumerate(ways) if number == 0 or way.earlier or way.later]


def _nearest(rows: QuerySet[Any], pk: int, day: date) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """The one before and the one after a place among rows of articles or of taggings."""
    column = "pk" if rows.model is Article else "article"
    others = rows.exclude(**{column: pk})  # whose day staff may be about to change
    before = others.filter(archive_date__lte=day).exclude(**{"archive_date": day, f"{column}__gte": pk})
    after = others.filter(archive_date__gte=day).exclude(**{"archive_date": day, f"{column}__lte": pk})
    return (
        before.order_by("-archive_date", f"-{column}").values(column)[:1],
        after.order_by("archive_date", column).values(column)[:1],
    )
