"""The timeline of a tag, a source or a search: its years, or the months of the year that it is narrowed to. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from articles.public.listings.charts import EVER, Chart, months_chart, years_chart
from articles.text.dates import Span
from articles.text.gaps import month_gaps, year_gaps

HEIGHT = 104


@dataclass(frozen=True, slots=True)
class Timeline:
    """``count``: how many dated articles lie in the span. ``wider`` leads to all articles, where it is not open."""

    chart: Chart | None
    span: Span
    count: int
    gaps: str
    wider: str


def timeline_of(
    months: Mapping[int, int],
    span: Span,
    *,
    of: str = "held",
    none: str = "none held",
    link: Callable[[Span], str] | None = None,
    within: Span = EVER,
) -> Timeline:
    """A timeline of articles by month (``200403``), as they are called: ``of`` is ``tagged Harbours``, and ``none``
    what is said where a bar would be.

    ``link`` gives the address that shows a span, an open one too, and keeps whatever else this page was asked for.
    Months that do not lie ``within`` the time that was asked for are left out.
    """
    lead = link or (lambda span: f"?{span.query}" if span.query else ".")
    years: Counter[int] = Counter()
    for month, count in months.items():
        years[month // 100] += count
    count = sum(number for month, number in months.items() if span.holds(month))
    wider = "" if span.is_open else lead(Span())
    if span.year is not None and span.year in years:
        counts = {date(month // 100, month % 100, 1): count for month, count in months.items()}
        chart: Chart | None = months_chart(
            span.year,
            counts,
            link=lead,
            title=f"Articles {of} of {span.year}, by month",
            none=none,
            current=span.month,
            within=within,
            height=HEIGHT,
        )
        return Timeline(chart, span, count, month_gaps(counts, span.year), wider)
    shown = [] if span.is_open else [year for year in years if span.touches(year)]
    title = f"Articles {of}, by year"
    chart = years_chart(years, link=lead, title=title, none=none, current=shown, height=HEIGHT)
    return Timeline(chart, span, count, year_gaps(years), wider)
