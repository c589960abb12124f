"""What lies between the first and the last that is held, and is not: gaps, in words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from articles.text.dates import MONTHS, day_words, month_words
from articles.text.phrases import counted, listed

TOLD = 4  # more than these are counted


@dataclass(frozen=True, slots=True)
class Gap:
    """Periods of which nothing is held, numbered one after the other: from the first to the last of them."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


def gaps_between(held: Iterable[int]) -> list[Gap]:
    """The gaps between the first and the last of what is held."""
    rows = sorted(set(held))
    return [Gap(one + 1, other - 1) for one, other in pairwise(rows) if other - one > 1]


def year_gaps(years: Collection[int]) -> str:
    """``Nothing is held for 2003 and from 2006 to 2009.``; nothing where there are no gaps."""
    return _sentence(gaps_between(years), "year", str, lambda first, last: f"from {first} to {last}")


def month_gaps(months: Collection[date], year: int) -> str:
    """The gaps that touch one year, whose months are told without it.

    ``months``: the first days of months, those held next to the year as well.
    """
    january = year * 12
    found = gaps_between(one.year * 12 + one.month - 1 for one in months)
    found = [gap for gap in found if gap.first <= january + 11 and gap.last >= january]
    return _sentence(found, "month", lambda number: MONTHS[number % 12], _from_month_to_month)


def day_gaps(days: Collection[date], first: date, last: date) -> str:
    """The gaps that touch the days from ``first`` to ``last``. ``days``: those held just outside as well."""
    found = gaps_between(one.toordinal() for one in days)
    found = [gap for gap in found if gap.first <= last.toordinal() and gap.last >= first.toordinal()]
    return _sentence(found, "day", lambda number: day_words(date.fromordinal(number)), _from_day_to_day)


def _sentence(
    gaps: Collection[Gap], noun: str, single: Callable[[int], str], between: Callable[[int, int], str]
) -> str:
    def told(gap: Gap) -> str:
        return f"for {single(gap.first)}" if gap.size == 1 else between(gap.first, gap.last)

    if not gaps:
        return ""
    if len(gaps) <= TOLD and all(gap.size == 1 for gap in gaps):
        return f"Nothing is held for {listed([single(gap.first) for gap in gaps])}."
    if len(gaps) <= TOLD:
        return f"Nothing is held {listed([told(gap) for gap in gaps])}."
    longest = max(gaps, key=lambda gap: gap.size)
    all_told = counted(sum(gap.size for gap in gaps), noun)
    tail = "" if longest.size == 1 else f", the longest time {told(longest)}"
    return f"Nothing is held for {all_told}, here and there{tail}."


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def _from_month_to_month(first: int, last: int) -> str:
    start, end = _month(first), _month(last)
    if start.year != end.year:
        return f"from {month_words(start)} to {month_words(end)}"
    return f"from {MONTHS[start.month - 1]} to {MONTHS[end.month - 1]}"


def _from_day_to_day(first: int, last: int) -> str:
    """``from 12 to 30 March 2004``."""
    start, end = date.fromordinal(first), date.fromordinal(last)
    if start.year != end.year:
        begins = day_words(start)
    elif start.month != end.month:
        begins = f"{start.day} {MONTHS[start.month - 1]}"
    else:
        begins = str(start.day)
    return f"from {begins} to {day_words(end)}"
