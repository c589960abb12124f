"""What lies between the first and the last that is held, and is not: gaps, in words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date
from itertools import pairwise

from articles.text.dates import MONTHS, day_words, month_words
from articles.text.phrases import counted, listed

TOLD = 4  # more than these are counted


def year_gaps(years: Collection[int]) -> str:
    """``Nothing is held for 2003 and from 2006 to 2009.``; nothing where there are no gaps."""
    return _sentence(years, "year", str, lambda first, last: f"from {first} to {last}")


def month_gaps(months: Collection[date], year: int) -> str:
    """The gaps that touch one year, whose months are told without it.

    ``months``: the first days of months, those held next to the year as well.
    """

    def between(first: int, last: int) -> str:
        start, end = (date(number // 12, number % 12 + 1, 1) for number in (first, last))
        if start.year != end.year:
            return f"from {month_words(start)} to {month_words(end)}"
        return f"from {MONTHS[start.month - 1]} to {MONTHS[end.month - 1]}"

    numbers, within = [one.year * 12 + one.month - 1 for one in months], (year * 12, year * 12 + 11)
    return _sentence(numbers, "month", lambda number: MONTHS[number % 12], between, within)


def day_gaps(days: Collection[date], first: date, last: date) -> str:
    """The gaps that touch the days from ``first`` to ``last``. ``days``: those held just outside as well."""

    def between(first: int, last: int) -> str:
        start, end = date.fromordinal(first), date.fromordinal(last)
        begins = day_words(start)
        if start.year == end.year:
            begins = str(start.day) if start.month == end.month else f"{start.day} {MONTHS[start.month - 1]}"
        return f"from {begins} to {day_words(end)}"

    numbers, within = [day.toordinal() for day in days], (first.toordinal(), last.toordinal())
    return _sentence(numbers, "day", lambda number: day_words(date.fromordinal(number)), between, within)


def _sentence(
    held: Iterable[int],
    noun: str,
    single: Callable[[int], str],
    between: Callable[[int, int], str],
    within: tuple[int, int] | None = None,
) -> str:
    """The gaps between numbers, of those ``within`` others if they touch these."""
    gaps = [(one + 1, other - 1) for one, other in pairwise(sorted(set(held))) if other - one > 1]
    if within:
        gaps = [(first, last) for first, last in gaps if first <= within[1] and last >= within[0]]
    if not gaps:
        return ""
    told = [f"for {single(first)}" if first == last else between(first, last) for first, last in gaps]
    if len(gaps) <= TOLD and all(first == last for first, last in gaps):
        return f"Nothing is held for {listed([single(first) for first, _ in gaps])}."
    if len(gaps) <= TOLD:
        return f"Nothing is held {listed(told)}."
    sizes = [last - first + 1 for first, last in gaps]
    longest = sizes.index(max(sizes))
    tail = "" if sizes[longest] == 1 else f", the longest time {told[longest]}"
    return f"Nothing is held for {counted(sum(sizes), noun)}, here and there{tail}."
