"""Keyset pages: a listing is read from where the last page ended, so page 10,000 costs what page 1 costs.

Every listed row carries ``archive_date`` (``None`` for undated) and an ascending id; listings go from the newest
date to the oldest, the later loaded first within a day, and end with the undated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a listing, newest first. ``has_newer`` and ``has_older`` say whether the listing goes on."""

    rows: list[Row]
    has_newer: bool
    has_older: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a listing: an article's archive date and database id."""

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
    """The ``size`` rows that follow ``older_than`` or precede ``newer_than``; without either, the newest.

    ``id_field`` is the row's field that holds the article's id. Two index ranges are read, however deep the page lies
    and however large the archive is: the dated rows and, behind them, the undated.
    """
    if newer_than is not None:
        found = _newer(rows, newer_than, size + 1, id_field)
        return Page(found[:size][::-1], has_newer=len(found) > size, has_older=True)
    found = _older(rows, older_than, size + 1, id_field)
    return Page(found[:size], has_newer=older_than is not None, has_older=len(found) > size)


def _older(rows: QuerySet[Row, Row], place: Place | None, size: int, id_field: str) -> list[Row]:
    dated, undated = rows.filter(archive_date__isnull=False), rows.filter(archive_date__isnull=True)
    if place is not None and place.archive_date is None:
        return list(undated.filter(**{f"{id_field}__lt": place.article_id}).order_by(f"-{id_field}")[:size])
    if place is not None:
        # A range on the date and a small exception: both databases walk the index, which an OR would prevent.
        same_day_and_newer = Q(archive_date=place.archive_date, **{f"{id_field}__gte": place.article_id})
        dated = dated.filter(archive_date__lte=place.archive_date).exclude(same_day_and_newer)
    found = list(dated.order_by(F("archive_date").desc(), F(id_field).desc())[:size])
    found += undated.order_by(f"-{id_field}")[: max(size - len(found), 1)]
    return found[:size]


def _newer(rows: QuerySet[Row, Row], place: Place, size: int, id_field: str) -> list[Row]:
    found: list[Row] = []
    dated: Any = rows.filter(archive_date__isnull=False)
    if place.archive_date is None:
        undated = rows.filter(archive_date__isnull=True, **{f"{id_field}__gt": place.article_id})
        found = list(undated.order_by(id_field)[:size])
    else:
        same_day_and_older = Q(archive_date=place.archive_date, **{f"{id_field}__lte": place.article_id})
        dated = dated.filter(archive_date__gte=place.archive_date).exclude(same_day_and_older)
    found += dated.order_by("archive_date", id_field)[: max(size - len(found), 1)]
    return found[:size]
