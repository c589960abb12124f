"""Sentences about gaps between the first and the last article of a span. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _, ngettext_lazy

from articles.text.dates import day_and_month, day_words, month_name, month_words
from articles.text.messages import gettext
from articles.text.phrases import grouped, listed

MOST_NAMED = 4  # more than these are counted
# The words on many gaps, on few without neighbours, and on one among others.
_IN = (_("No articles in %(when)s."), _("in %(when)s"))
_YEARS = ngettext_lazy("No articles in %(count)s year", "No articles in %(count)s years", "number"), *_IN
_MONTHS = ngettext_lazy("No articles in %(count)s month", "No articles in %(count)s months", "number"), *_IN
_DAYS = (
    ngettext_lazy("No articles on %(count)s day", "No articles on %(count)s days", "number"),
    _("No articles on %(when)s."),
    _("on %(when)s"),
)


def year_gaps(years: Collection[int]) -> str:
    """``No articles in 2003 and from 2006 to 2009.``, ``""`` without gaps."""
    return _sentence(years, _YEARS, str, lambda first, last: {"first": first, "last": last})


def month_gaps(months: Collection[date], year: int) -> str:
    """Gaps that touch one year. ``months``: first days of months with articles, with the nearest outside the year."""

    def month(number: int) -> date:
        return date(number // 12, number % 12 + 1, 1)

    def ends(first: int, last: int) -> dict[str, str]:
        in_words = month_name if first // 12 == last // 12 else month_words
        return {"first": in_words(month(first)), "last": in_words(month(last))}

    numbers, within = [start.year * 12 + start.month - 1 for start in months], (year * 12, year * 12 + 11)
    return _sentence(numbers, _MONTHS, lambda number: month_name(month(number)), ends, within)


def day_gaps(days: Collection[date], first: date, last: date) -> str:
    """Gaps that touch the days from ``first`` to ``last``. ``days``: those with articles, with the nearest outside."""

    def ends(first: int, last: int) -> dict[str, str]:
        start, end = date.fromordinal(first), date.fromordinal(last)
        begins = day_words(start)
        if start.year == end.year:
            begins = str(start.day) if start.month == end.month else day_and_month(start)
        return {"first": begins, "last": day_words(end)}

    numbers, within = [day.toordinal() for day in days], (first.toordinal(), last.toordinal())
    return _sentence(numbers, _DAYS, lambda number: day_words(date.fromordinal(number)), ends, within)


def _sentence(
    numbers: Iterable[int],
    words: tuple[Any, Any, Any],
    single: Callable[[int], str],
    ends: Callable[[int, int], Mapping[str, Any]],
    within: tuple[int, int] | None = None,
) -> str:
    """The gaps between ``numbers``, or those that touch ``within``; ``ends``: a longer gap's ends in words."""
    gaps = [(before + 1, after - 1) for before, after in pairwise(sorted(set(numbers))) if after - before > 1]
    if within:
        gaps = [(first, last) for first, last in gaps if first <= within[1] and last >= within[0]]
    if not gaps:
        return ""
    many, few, single_gap = words
    if len(gaps) > MOST_NAMED:
        number = sum(last - first + 1 for first, last in gaps)
        sentence = many % {"number": number, "count": grouped(number)}
        longest = max(gaps, key=lambda gap: gap[1] - gap[0])
        if longest[0] == longest[1]:
            return f"{sentence}."
        gap = gettext("%(first)s to %(last)s") % ends(*longest)
        return gettext("%(gaps)s; longest gap %(longest)s.") % {"gaps": sentence, "longest": gap}
    if all(first == last for first, last in gaps):
        return str(few % {"when": listed([single(first) for first, _last in gaps])})
    when = [
        single_gap % {"when": single(first)}
        if first == last
        else gettext("from %(first)s to %(last)s") % ends(first, last)
        for first, last in gaps
    ]
    return gettext("No articles %(when)s.") % {"when": listed(when)}
