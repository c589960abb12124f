"""Notes on gaps between the first and the last article of a span. Pure."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from itertools import pairwise

from articles.text.dates import day_and_month, day_words, month_name, month_words
from articles.text.messages import gettext
from articles.text.phrases import counted

MOST_NAMED = 4  # more than these are counted


def year_gaps(years: Collection[int]) -> str:
    """``No articles: 2003, 2006–2009``; ``""`` without gaps."""
    return _note(years, "year", lambda first, last: (str(first), str(last)))


def month_gaps(months: Collection[date], year: int) -> str:
    """Gaps that touch one year. ``months``: first days of months with articles, with the nearest outside the year."""

    def ends(first: int, last: int) -> tuple[str, str]:
        in_words = month_name if first // 12 == last // 12 else month_words
        start, end = (date(number // 12, number % 12 + 1, 1) for number in (first, last))
        return in_words(start), in_words(end)

    numbers = [start.year * 12 + start.month - 1 for start in months]
    return _note(numbers, "month", ends, (year * 12, year * 12 + 11))


def day_gaps(days: Collection[date], first: date, last: date) -> str:
    """Gaps that touch the days from ``first`` to ``last``. ``days``: those with articles, with the nearest outside."""

    def ends(first: int, last: int) -> tuple[str, str]:
        start, end = date.fromordinal(first), date.fromordinal(last)
        begins = day_words(start)
        if start.year == end.year:
            begins = str(start.day) if start.month == end.month else day_and_month(start)
        return begins, day_words(end)

    return _note([day.toordinal() for day in days], "day", ends, (first.toordinal(), last.toordinal()))


def _note(
    numbers: Iterable[int],
    noun: str,
    ends: Callable[[int, int], tuple[str, str]],
    within: tuple[int, int] | None = None,
) -> str:
    """The gaps between ``numbers``, or those that touch ``within``; ``ends``: a gap's ends in words."""

    def named(gap: tuple[int, int]) -> str:
        begin, end = ends(*gap)
        return end if gap[0] == gap[1] else f"{begin} – {end}" if " " in begin else f"{begin}–{end}"

    gaps = [(before + 1, after - 1) for before, after in pairwise(sorted(set(numbers))) if after - before > 1]
    if within:
        gaps = [(first, last) for first, last in gaps if first <= within[1] and last >= within[0]]
    if not gaps:
        return ""
    if len(gaps) <= MOST_NAMED:
        return gettext("No articles: %(gaps)s") % {"gaps": ", ".join(map(named, gaps))}
    number = counted(sum(last - first + 1 for first, last in gaps), noun)
    longest = max(gaps, key=lambda gap: gap[1] - gap[0])
    if longest[0] == longest[1]:
        return gettext("No articles: %(gaps)s") % {"gaps": number}
    return gettext("No articles: %(gaps)s, longest gap %(longest)s") % {"gaps": number, "longest": named(longest)}
