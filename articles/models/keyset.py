"""Keyset pagination: page 10,000 costs the same as page 1.

Rows have ``archive_date`` (``None``: undated) and an ascending id. Listings are newest first, by id within a day, with
undated rows last.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a listing, newest first."""

    rows: list[Row]
    has_newer: bool
    has_older: bool


@dataclass(frozen=True, slots=True)
class Place:
    archive_date: date | None
    article_id: int


def page_of(
    rows: QuerySet[Row, Row],
    *,
    older_than: Place | None = None,
    newer_than: Place | None = None,
    size: int = PAGE_SIZE,
    id_field: str = "id",
) -> Page[Row]:
    """The ``size`` rows after ``older_than`` or before ``newer_than``; without either, the newest.

    ``id_field``: the row's field with the article's id. Reads two index ranges: dated and undated rows.
    """
    if newer_than is not None:
        found = _beyond(rows, newer_than, size + 1, id_field, is_newer=True)
        return Page(found[:size][::-1], has_newer=len(found) > size, has_older=True)
    found = _beyond(rows, older_than, size + 1, id_field, is_newer=False)
    return Page(found[:size], has_newer=older_than is not None, has_older=len(found) > size)


def _beyond(rows: QuerySet[Row, Row], place: Place | None, size: int, id_field: str, *, is_newer: bool) -> list[Row]:
    beyond, up_to, sign = ("gt", "lte", "") if is_newer else ("lt", "gte", "-")
    dated: Any = rows.filter(archive_date__isnull=False).order_by(f"{sign}archive_date", f"{sign}{id_field}")
    undated: Any = rows.filter(archive_date__isnull=True).order_by(f"{sign}{id_field}")
    if place is None:
        ways = [dated, undated]
    elif place.archive_date is None:
        undated = undated.filter(**{f"{id_field}__{beyond}": place.article_id})
        ways = [undated, dated] if is_newer else [undated]
    else:
        # A range with an exception uses the index in both databases; an OR would not.
        same_day = Q(archive_date=place.archive_date, **{f"{id_field}__{up_to}": place.article_id})
        dated = dated.filter(**{f"archive_date__{beyond}e": place.archive_date}).exclude(same_day)
        ways = [dated] if is_newer else [dated, undated]
    found: list[Row] = []
    for way in ways:
        found += way[: max(size - len(found), 1)]  # the same number of queries for every page
    return found[:size]
