"""Sentences about gaps between the first and the last article of a span. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date
from itertools import pairwise

from articles.text.dates import MONTHS, day_words, month_words
from articles.text.phrases import counted, listed

MOST_NAMED = 4  # more than these are counted


def year_gaps(years: Collection[int]) -> str:
    """``No articles in 2003 and from 2006 to 2009.``, ``""`` without gaps."""
    return _sentence(years, "in", "year", str, lambda first, last: f"from {first} to {last}")


def month_gaps(months: Collection[date], year: int) -> str:
    """Gaps that touch one year. ``months``: first days of months with articles, with the nearest outside the year."""

    def between(first: int, last: int) -> str:
        start, end = (date(number // 12, number % 12 + 1, 1) for number in (first, last))
        if start.year != end.year:
            return f"from {month_words(start)} to {month_words(end)}"
        return f"from {MONTHS[start.month - 1]} to {MONTHS[end.month - 1]}"

    numbers, within = [month.year * 12 + month.month - 1 for month in months], (year * 12, year * 12 + 11)
    return _sentence(numbers, "in", "month", lambda number: MONTHS[number % 12], between, within)


def day_gaps(days: Collection[date], first: date, last: date) -> str:
    """Gaps that touch the days from ``first`` to ``last``. ``days``: those with articles, with the nearest outside."""

    def between(first: int, last: int) -> str:
        start, end = date.fromordinal(first), date.fromordinal(last)
        begins = day_words(start)
        if start.year == end.year:
            begins = str(start.day) if start.month == end.month else f"{start.day} {MONTHS[start.month - 1]}"
        return f"from {begins} to {day_words(end)}"

    numbers, within = [day.toordinal() for day in days], (first.toordinal(), last.toordinal())
    return _sentence(numbers, "on", "day", lambda number: day_words(date.fromordinal(number)), between, within)


def _sentence(
    numbers: Iterable[int],
    preposition: str,
    noun: str,
    single: Callable[[int], str],
    between: Callable[[int, int], str],
    within: tuple[int, int] | None = None,
) -> str:
    """The gaps between ``numbers``, or those that touch ``within``."""
    gaps = [(before + 1, after - 1) for before, after in pairwise(sorted(set(numbers))) if after - before > 1]
    if within:
        gaps = [(first, last) for first, last in gaps if first <= within[1] and last >= within[0]]
    if not gaps:
        return ""
    if len(gaps) > MOST_NAMED:
        longest = max(gaps, key=lambda gap: gap[1] - gap[0])
        words = f"; longest gap {between(*longest).removeprefix('from ')}" if longest[0] < longest[1] else ""
        return f"No articles {preposition} {counted(sum(last - first + 1 for first, last in gaps), noun)}{words}."
    if all(first == last for first, last in gaps):
        return f"No articles {preposition} {listed([single(first) for first, _ in gaps])}."
    words = listed(
        [f"{preposition} {single(first)}" if first == last else between(first, last) for first, last in gaps]
    )
    return f"No articles {words}."
