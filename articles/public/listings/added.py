"""Articles in the order of adding: by the moment at which the ledger saw them published, whatever their dates.

These moments rise in the order of commits, so whoever has read up to one of them misses nothing that comes later.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from articles.models import Article
from articles.models.article import SHOWN_IN_LISTS
from articles.models.keyset import PAGE_SIZE, Listed, page_by
from articles.public.absolute import only_place_in
from articles.public.listings.articles import Entry, Listing, asked_place, listing_of, published
from articles.search.finding import MOST, count_words

ORDER = ("added__seen_at", "id")


def additions() -> Any:
    rows = published().filter(added__has_added=True).select_related("source", "added")
    return rows.only(*SHOWN_IN_LISTS, "source__name", "source__slug", "added__seen_at")


def of_day(day: date) -> Listed[Any]:
    first, next_first = _ends_of(day)
    return Listed(additions, within={"added__seen_at__gte": first, "added__seen_at__lt": next_first})


def list_added(request: HttpRequest, rows: Listed[Any]) -> tuple[Listing, list[tuple[date, list[Entry]]]]:
    """One page, and its entries by day of adding."""
    ways = {"before": "older_than", "after": "newer_than"}
    place: dict[str, Any] = {ways[name]: place_of(key) for name, key in only_place_in(request).items()}
    page = page_by(rows, ORDER, **place, size=PAGE_SIZE)
    listing = listing_of(page, asked_place(request))
    by_day = groupby(zip(page.rows, listing.entries, strict=True), lambda pair: day_added(pair[0]))
    return listing, [(day, [entry for _, entry in pairs]) for day, pairs in by_day]


def place_of(key: str) -> tuple[datetime, int]:
    rows = Article.objects.select_related("added").only("added__seen_at")
    article: Any = get_object_or_404(rows, key=key, added__seen_at__isnull=False)
    return article.added.seen_at, article.pk


def day_added(article: Any) -> date:
    return timezone.localdate(article.added.seen_at)


def newest_added(size: int) -> Sequence[Any]:
    return page_by(Listed(additions), ORDER, size=size).rows


def count_added(day: date) -> str:
    found = of_day(day).queryset.order_by()[: MOST + 1].count()
    return count_words(min(found, MOST), is_more=found > MOST)


def nearest_days_of_adding(day: date) -> dict[str, date | None]:
    start, end = _ends_of(day)
    earlier = page_by(Listed(additions), ORDER, older_than=(start, 0), size=1).rows
    later = page_by(Listed(additions), ORDER, newer_than=(end, 0), size=1).rows
    return {name: day_added(*rows) if rows else None for name, rows in (("earlier", earlier), ("later", later))}


def _ends_of(day: date) -> tuple[datetime, datetime]:
    first, next_first = (datetime.combine(then, time.min) for then in (day, day + timedelta(days=1)))
    return timezone.make_aware(first), timezone.make_aware(next_first)
