"""Keyset pagination: page 10,000 costs the same as page 1.

Rows have ``archive_date`` (``None``: undated) and an ascending id. Listings are newest or oldest first, by id within a
day, with undated rows last.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

from articles.models.prepared import rows_of

Row = TypeVar("Row", bound=Model)
Narrow = Callable[..., QuerySet[Row, Row]]
PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    rows: list[Row]
    has_newer: bool
    has_older: bool


@dataclass(frozen=True, slots=True)
class Place:
    archive_date: date | None
    article_id: int


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """The rows of ``build(*values)``, with lookups ``within``, as queries that are compiled once."""

    build: Callable[..., QuerySet[Row, Row]]
    values: tuple[Any, ...] = ()
    within: Mapping[str, Any] = field(default_factory=dict)

    @property
    def queryset(self) -> QuerySet[Row, Row]:
        return self.build(*self.values).filter(**self.within)

    def rows(self, name: Hashable, narrow: Narrow[Row], values: Sequence[Any]) -> list[Row]:
        first, last = len(self.values), len(self.values) + len(self.within)

        def build(*slots: Any) -> QuerySet[Row, Row]:
            rows = self.build(*slots[:first]).filter(**dict(zip(self.within, slots[first:last], strict=True)))
            return narrow(rows, *slots[last:])

        return rows_of((self.build, *self.within, name), build, *self.values, *self.within.values(), *values)


def page_of(
    rows: QuerySet[Row, Row] | Listed[Row],
    *,
    older_than: Place | None = None,
    newer_than: Place | None = None,
    oldest_first: bool = False,
    only_undated: bool = False,
    size: int = PAGE_SIZE,
    id_field: str = "id",
) -> Page[Row]:
    """The ``size`` rows next to ``older_than`` or ``newer_than``; without either, the first of the listing.

    ``id_field``: the row's field with the article's id. Reads one or two index ranges: dated and undated rows.
    """
    place = newer_than or older_than
    upwards = newer_than is not None if place else oldest_first
    bound, nearer = ("archive_date__gte", max) if upwards else ("archive_date__lte", min)  # SQLite uses any of two
    if place and place.archive_date and isinstance(rows, Listed) and bound in rows.within:
        rows = replace(rows, within={**rows.within, bound: nearer(rows.within[bound], place.archive_date)})
    backwards = upwards != oldest_first
    found = _beyond(rows, place, size + 1, id_field, upwards=upwards, backwards=backwards, only_undated=only_undated)
    shown, ahead, behind = found[:size], len(found) > size, place is not None
    newer, older = (ahead, behind) if upwards else (behind, ahead)
    return Page(shown[::-1] if backwards else shown, has_newer=newer, has_older=older)


def page_by(
    rows: Listed[Row],
    columns: Sequence[str],
    *,
    older_than: Sequence[Any] = (),
    newer_than: Sequence[Any] = (),
    size: int = PAGE_SIZE,
    ids: str = "",
) -> Page[Any]:
    """A page in another order: the highest first by ``columns``, one or two, of which the last is an id. ``older_than``
    and ``newer_than``: their values at a place. ``ids``: only the values of this field.
    """
    place, upwards = newer_than or older_than, bool(newer_than)
    found = _range(rows, columns, place, size + 1, upwards, ids)
    shown, ahead, behind = found[:size], len(found) > size, bool(place)
    return Page(shown[::-1], ahead, behind) if upwards else Page(shown, behind, ahead)


def _range(
    rows: QuerySet[Row, Row] | Listed[Row], columns: Sequence[str], place: Sequence[Any], size: int, upwards: bool,
    ids: str, **within: bool,
) -> list[Any]:  # fmt: skip
    """The rows beyond a place, the nearest first. ``within``: lookups."""
    beyond, up_to, sign = ("gt", "lte", "") if upwards else ("lt", "gte", "-")
    *firsts, last = columns

    def narrow(rows: Any, *after: Any) -> Any:
        rows = rows.filter(**within)
        for first in firsts if after else ():
            # A range with an exception uses the index in both databases; an OR would not.
            rows = rows.filter(**{f"{first}__{beyond}e": after[0]})
            rows = rows.exclude(**{first: after[0], f"{last}__{up_to}": after[1]})
        if after and not firsts:
            rows = rows.filter(**{f"{last}__{beyond}": after[0]})
        rows = rows.order_by(*(f"{sign}{column}" for column in columns))
        return (rows.values_list(ids, flat=True) if ids else rows)[:size]

    if not isinstance(rows, Listed):
        return list(narrow(rows, *place))
    return rows.rows((*columns, len(place), size, upwards, ids, *within.values()), narrow, place)


def newest_ids(rows: Listed[Any], *, size: int, id_field: str = "id") -> list[int]:
    """The ids on a first page of this size, without its rows."""
    return _beyond(rows, None, size, id_field, upwards=False, ids=id_field)


def _beyond(
    rows: QuerySet[Row, Row] | Listed[Row], place: Place | None, size: int, id_field: str, *,
    upwards: bool, backwards: bool = False, only_undated: bool = False, ids: str = "",
) -> list[Any]:  # fmt: skip
    """The rows of a listing beyond a place, the nearest first: ``upwards`` newer ones, else older ones. ``backwards``:
    towards the beginning of the listing. ``ids``: only the values of this field.
    """
    dated, undated = ("archive_date", id_field), (id_field,)
    ranges: list[tuple[Sequence[str], Sequence[Any]]]
    if place is None:
        ranges = [(dated, ()), (undated, ())]
    elif place.archive_date is None:
        ranges = [(undated, (place.article_id,)), *([(dated, ())] if backwards else [])]
    else:
        ranges = [(dated, (place.archive_date, place.article_id)), *([] if backwards else [(undated, ())])]
    found: list[Any] = []
    for columns, after in ranges:
        if len(found) < size and (columns is undated or not only_undated):
            found += _range(rows, columns, after, size, upwards, ids, archive_date__isnull=columns is undated)
    return found[:size]
