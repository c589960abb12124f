"""Looking for articles: what is found, in which order, and how the found are shared out among tags, sources and years.

Few hits are all ranked. Of many, those with the words in their headlines come first and then the newest, and they are
counted no further than ``MOST``: no page of the archive takes longer because the archive is larger.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from articles.models.count import month_number
from articles.models.search import day_of
from articles.search.backend import Counts, Sought, backend

MOST = 5_000  # hits that are counted
SHARED_OUT = 2_000  # hits that are counted by what they are listed by
IN_HEADLINES = 200  # hits that are ranked by their headlines, where there are more than ``MOST``
LAST_PAGE = 1_000
PAGE_SIZE = 25


class Order(StrEnum):
    BEST = "best"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found, by the numbers of the index.

    ``total`` is how many there are, or ``MOST`` where ``is_more``. ``months`` (``200403``) tells of all of these, the
    newest where there are more, and ``counts`` of the newest ``SHARED_OUT``.
    """

    numbers: list[int]
    total: int
    is_more: bool
    has_next: bool
    counts: Counts
    months: dict[int, int]

    @property
    def years(self) -> dict[int, int]:
        years: Counter[int] = Counter()
        for month, number in self.months.items():
            years[month // 100] += number
        return dict(years)


def find(sought: Sought, order: Order = Order.BEST, page: int = 1) -> Found:
    """A page of hits, from 1 on; a page that lies past the end is empty."""
    newest = backend().newest(sought, MOST + 1)
    is_more = len(newest) > MOST
    counted = newest[:MOST]
    start, end = (page - 1) * PAGE_SIZE, page * PAGE_SIZE
    ordered = _ordered(sought, order, counted, end + 1, is_more=is_more)
    months = Counter(month_number(day) for number in counted if (day := day_of(number)))
    return Found(
        numbers=ordered[start:end],
        total=len(counted),
        is_more=is_more,
        has_next=len(ordered) > end and page < LAST_PAGE,
        counts=backend().counts(counted[:SHARED_OUT]),
        months=dict(months),
    )


def count(sought: Sought) -> tuple[int, bool]:
    """How many articles are found, and whether there are more than ``MOST``."""
    found = len(backend().newest(sought, MOST + 1))
    return min(found, MOST), found > MOST


def _ordered(sought: Sought, order: Order, newest: list[int], wanted: int, *, is_more: bool) -> list[int]:
    """At least ``wanted`` of what is found, if there are so many, in the order asked for."""
    if order is Order.OLDEST:
        return backend().oldest(sought, wanted) if is_more else newest[::-1]
    if wanted > len(newest) and is_more:
        newest = backend().newest(sought, wanted + IN_HEADLINES)
    if order is Order.NEWEST or not newest or not sought.clauses:
        return newest
    if not is_more:
        return backend().best(sought, newest)
    best = backend().headlines(sought, IN_HEADLINES)
    if sought.without:
        best = backend().which(sought, best)
    chosen = set(best)
    return [*best, *(number for number in newest if number not in chosen)]
