"""Bars of timelines and indexes, as numbers for SVG. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from articles.models.article import dated_path
from articles.text.dates import MONTHS, WEEKDAYS, Span, days_of_month, month_words
from articles.text.gaps import month_gaps, year_gaps
from articles.text.phrases import counted, grouped, listed

LONGEST_SPAN = 200  # years
ALL_LABELLED = 7  # years whose labels fit side by side on a phone
NONE = "no articles"
EVER = Span()
INITIALS = [(name[0], name) for name in WEEKDAYS]
TOP_PX, LABELS_PX = 16, 22  # kept free above the highest bar and below the base


@dataclass(frozen=True, slots=True)
class Bar:
    """One period; ``url`` is ``""`` for a period without articles. ``hit`` is the clickable area and ``col`` the
    visible column, as attributes of a rectangle: x and width in per cent of the chart, y and height in px.
    """

    name: str
    url: str
    words: str
    count: int
    hit: SafeString
    col: SafeString
    middle: str
    is_labelled: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """``none`` is shown in place of a bar."""

    title: str
    description: str
    none: str
    height: int
    base: str
    labels_y: int
    bars: list[Bar]


def years_chart(
    counts: Mapping[int, int],
    *,
    link: Callable[[Span], str] | None = None,
    title: str = "Articles by year",
    none: str = NONE,
    current: Collection[int] = (),
    height: int = 148,
) -> Chart | None:
    """A bar for each year from the first to the last with articles; ``link`` gives the address of a bar. A span of more
    than ``LONGEST_SPAN`` years, the result of a misprinted date, shows only years with articles.
    """
    if not counts:
        return None
    lead = link or (lambda year: dated_path(str(year.first)[:4]))
    span = range(min(counts), max(counts) + 1)
    years = list(span) if len(span) <= LONGEST_SPAN else sorted(counts)
    each = f"A bar for each year from {years[0]} to {years[-1]}." if len(years) > 1 else "One bar."
    labelled = _labelled(years)
    bars = [
        (str(year), lead(Span.of_year(year)) if year in counts else "", counts.get(year, 0), year in labelled)
        for year in years
    ]
    return _chart(title, each, none, height, bars, current={str(year) for year in current})


def _labelled(years: Sequence[int]) -> set[int]:
    """All of a few years; else the first, the last, and at most ten round years between them."""
    if len(years) <= ALL_LABELLED:
        return set(years)
    first, last = years[0], years[-1]
    step = next(step for step in (5, 10, 20, 50, 100, 10_000) if (last - first) // step <= 8)
    near = max(3, step * 3 // 5)
    return {year for year in years if year % step == 0 and year - first >= near and last - year >= near} | {first, last}


def months_chart(
    year: int,
    counts: Mapping[date, int],
    *,
    link: Callable[[Span], str] | None = None,
    title: str = "",
    none: str = NONE,
    current: date | None = None,
    within: Span = EVER,
    height: int = 84,
) -> Chart:
    """A bar for each month of ``year`` within a span; ``link`` gives the address of a bar."""
    lead = link or (lambda month: dated_path(str(month.first)[:7]))
    starts = [date(year, number, 1) for number in range(1, 13) if within.holds(year * 100 + number)]
    bars = [
        (month_words(start), lead(Span.of_month(start)) if start in counts else "", counts.get(start, 0), True)
        for start in starts
    ]
    of_these = "" if len(starts) == 12 else f" from {MONTHS[starts[0].month - 1]} to {MONTHS[starts[-1].month - 1]}"
    each, title = f"A bar for each month{of_these}.", title or f"Articles in {year}, by month"
    return _chart(title, each, none, height, bars, current={month_words(current)} if current else ())


def _chart(
    title: str,
    each: str,
    none: str,
    height: int,
    bars: Sequence[tuple[str, str, int, bool]],  # name, address, count, whether it is labelled
    *,
    current: Collection[str],
) -> Chart:
    floor = height - LABELS_PX
    counts = [(words.partition(" ")[0], count) for words, _, count, _ in bars]
    most_in, most = max(counts, key=lambda bar: bar[1])
    empty = [name for name, count in counts if not count]
    without = f"; {none} in {listed(empty) if len(empty) <= 6 else f'{len(empty)} of them'}" if empty else ""
    step = 100 / len(bars)
    drawn = []
    for number, (words, url, count, is_labelled) in enumerate(bars):
        column = max(2.0, count / most * (floor - TOP_PX)) if count else 0.0
        drawn.append(
            Bar(
                name=words[:3] if " " in words else words,
                url=url,
                words=f"{words}: {counted(count, 'article')}",
                count=count,
                hit=_rectangle(f"{number * step:.2f}%", "0", f"{step:.2f}%", f"{floor}"),
                col=_rectangle(
                    f"{(number + 0.11) * step:.2f}%", f"{floor - column:.1f}", f"{0.78 * step:.2f}%", f"{column:.1f}"
                ),
                middle=f"{(number + 0.5) * step:.2f}%",
                is_labelled=is_labelled,
                is_current=words in current,
            )
        )
    description = f"{each} Most in {most_in}, with {most:,}{without}."
    return Chart(title, description, none, height, f"{floor + 0.5}", height - 4, drawn)


def _rectangle(x: str, y: str, width: str, height: str) -> SafeString:
    """One string, since a template takes as long for each number as for a word."""
    return mark_safe(f'x="{x}" y="{y}" width="{width}" height="{height}"')  # noqa: S308


def share(count: int, most: int) -> str:
    """The length of an index bar: ``77%`` of the longest."""
    return f"{max(1, round(100 * count / most))}%" if most else "0%"


def indexed(rows: Iterable[tuple[str, str, int]], *, most: int = 0) -> list[dict[str, Any]]:
    """Index lines by (name, url, count), with bars relative to ``most`` or the largest count."""
    lines = list(rows)
    most = most or max((count for *_, count in lines), default=0)
    return [{"name": name, "url": url, "count": count, "bar": share(count, most)} for name, url, count in lines]


def tint(count: int, more: int, many: int) -> str:
    """The class of a day's or month's square, by two limits of its number of articles."""
    return "t3" if count >= many else "t2" if count >= more else ""


def calendar_weeks(days: Sequence[date], counts: Mapping[date, int]) -> list[list[dict[str, Any]]]:
    """The days of a month by weeks: number (``None`` outside it), count, tint, and address (``""`` without
    articles).
    """
    squares: list[dict[str, Any]] = [{"day": None}] * days[0].weekday()
    for day in days:
        count = counts.get(day, 0)
        url = dated_path(day.isoformat()) if count else ""
        squares.append({"day": day.day, "count": count, "tint": tint(count, 2, 4), "url": url})
    squares += [{"day": None}] * (-len(squares) % 7)
    return [squares[start : start + 7] for start in range(0, len(squares), 7)]


def calendars(year: int, counts: Mapping[date, int]) -> list[dict[str, Any]]:
    """The twelve months of a year, each with its count and weeks; ``counts`` are by day."""
    months = [days_of_month(date(year, number, 1)) for number in range(1, 13)]
    return [
        {
            "month": days[0],
            "count": sum(counts.get(day, 0) for day in days),
            "weeks": [
                [_small_square(square, MONTHS[days[0].month - 1]) for square in week]
                for week in calendar_weeks(days, counts)
            ],
        }
        for days in months
    ]


def _small_square(square: Mapping[str, Any], month: str) -> SafeString:
    """The content of a calendar square as HTML, since a year has too many for a template."""
    if not square.get("url"):
        return mark_safe(f"<span>{square['day']}</span>" if square["day"] else "")  # noqa: S308
    label = f"{square['day']} {month}: {counted(square['count'], 'article')}"
    return _link(square, f'aria-label="{label}"', f"{square['day']}")


def _link(square: Mapping[str, Any], attributes: str, words: str) -> SafeString:
    tinted = f' class="{square["tint"]}"' if square["tint"] else ""
    return mark_safe(f'<a href="{square["url"]}"{tinted}{attributes and " "}{attributes}>{words}</a>')  # noqa: S308


def decades_of(years: Mapping[int, int], months: Mapping[date, int]) -> list[dict[str, Any]]:
    """The decades with articles, newest first; each with its years, as (first day, count, months)."""
    decades = []
    for first in sorted({year // 10 * 10 for year in years}, reverse=True):
        span = range(min(first + 9, max(years)), max(first, min(years)) - 1, -1)
        rows = [(date(year, 1, 1), years.get(year, 0), _months_of(year, months)) for year in span]
        decades.append({"first": first, "count": sum(count for _, count, _ in rows), "years": rows})
    return decades


def _months_of(year: int, counts: Mapping[date, int]) -> list[SafeString]:
    """Each month as HTML."""
    months = []
    for number, name in enumerate(MONTHS, start=1):
        month = date(year, number, 1)
        if count := counts.get(month, 0):
            square = {"url": dated_path(month.isoformat()[:7]), "tint": tint(count, 6, 15)}
            months.append(_link(square, "", f"{name[:3]} <b>{grouped(count)}</b>"))
        else:
            months.append(mark_safe(f"<span>{name[:3]}</span>"))  # noqa: S308
    return months


# --- The timeline of a tag, a source or a search ----------------------------------------------------------------------

HEIGHT = 104


@dataclass(frozen=True, slots=True)
class Timeline:
    """``count`` dated articles are in ``span``; ``wider`` links to all articles if the span is limited."""

    chart: Chart | None
    span: Span
    count: int
    gaps: str
    wider: str


def timeline_of(
    months: Mapping[int, int],
    span: Span,
    *,
    of: str,
    none: str = NONE,
    link: Callable[[Span], str] | None = None,
    within: Span = EVER,
) -> Timeline:
    """A timeline from counts by month (``200403``). ``of`` completes "Articles …" (``tagged Harbours``), ``none`` is
    shown in place of a bar. ``link`` gives the address of a span, open spans included. Months outside ``within`` are
    dropped.
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
            title=f"Articles {of} in {span.year}, by month",
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
