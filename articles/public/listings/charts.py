"""The bars of the timelines and indexes, as the numbers that their SVG needs. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from articles.text.dates import MONTHS, WEEKDAYS, Span, days_of_month
from articles.text.phrases import counted, listed

LONGEST_SPAN = 200  # years
ALL_LABELLED = 7  # years whose names stand side by side on a phone
NONE = "none held"
EVER = Span()
INITIALS = [(name[0], name) for name in WEEKDAYS]
TOP_PX, LABELS_PX = 16, 22  # kept free above the highest bar and below the base


@dataclass(frozen=True, slots=True)
class Bar:
    """One period; ``url`` is ``""`` where nothing is of it.

    ``hit`` is where it is touched and ``col`` what is seen of it: the attributes of a rectangle, x and width in per
    cent of the chart, y and height in px.
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
    """A row of bars above one base line; ``none`` is said where a bar would be."""

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
    title: str = "Articles held, by year",
    none: str = NONE,
    current: Collection[int] = (),
    height: int = 148,
) -> Chart | None:
    """A bar for each year from the first to the last that holds anything; ``link`` is where a bar leads.

    A span that no newspaper lives through, as one misprinted date makes it, shows only the years that hold something.
    """
    if not counts:
        return None
    lead = link or (lambda year: reverse("year", args=[year.first]))
    span = range(min(counts), max(counts) + 1)
    years = list(span) if len(span) <= LONGEST_SPAN else sorted(counts)
    bars = [
        (str(year), str(year), lead(Span.of_year(year)) if year in counts else "", counts.get(year, 0))
        for year in years
    ]
    said = _most_and_none([(name, count) for name, *_, count in bars], none)
    each = f"A bar for each year from {years[0]} to {years[-1]}." if len(years) > 1 else "One bar."
    words = f"{each} {said}"
    return _chart(title, words, none, height, bars, _labelled(years), current={str(year) for year in current})


def _labelled(years: Sequence[int]) -> set[str]:
    """All of a few; else the first, the last, and round years between, at most ten, none too near to either end."""
    if len(years) <= ALL_LABELLED:
        return set(map(str, years))
    first, last = years[0], years[-1]
    step = next(step for step in (5, 10, 20, 50, 100, 10_000) if (last - first) // step <= 8)
    near = max(3, step * 3 // 5)
    between = {year for year in years if year % step == 0 and year - first >= near and last - year >= near}
    return {str(year) for year in between | {first, last}}


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
    """A bar for each month of a year that lies ``within`` a time; ``link`` is where a bar leads."""
    lead = link or (lambda month: reverse("month", args=[month.first]))
    bars = []
    starts = [date(year, number, 1) for number in range(1, 13) if within.holds(year * 100 + number)]
    names = [MONTHS[start.month - 1] for start in starts]
    for start, name in zip(starts, names, strict=True):
        url = lead(Span.of_month(start)) if start in counts else ""
        bars.append((name[:3], f"{name} {year}", url, counts.get(start, 0)))
    said = _most_and_none([(name, bar[3]) for name, bar in zip(names, bars, strict=True)], none)
    marked = {MONTHS[current.month - 1][:3]} if current else set()
    title = title or f"Articles of {year}, by month"
    named = {name for name, *_ in bars}
    of_these = "" if len(names) == len(MONTHS) else f" from {names[0]} to {names[-1]}"
    return _chart(title, f"A bar for each month{of_these}. {said}", none, height, bars, named, current=marked)


def _most_and_none(counts: Sequence[tuple[str, int]], none: str) -> str:
    most, count = max(counts, key=lambda bar: bar[1])
    empty = [name for name, count in counts if count == 0]
    said = f"Most in {most}, with {count:,}"
    if not empty:
        return f"{said}."
    return f"{said}; {none} for {listed(empty) if len(empty) <= 6 else f'{len(empty)} of them'}."


def _chart(
    title: str,
    description: str,
    none: str,
    height: int,
    bars: Iterable[tuple[str, str, str, int]],
    named: set[str],
    *,
    current: Collection[str],
) -> Chart:
    rows = list(bars)
    floor = height - LABELS_PX
    most = max(count for *_, count in rows) or 1
    step = 100 / len(rows)
    drawn = []
    for number, (name, words, url, count) in enumerate(rows):
        column = max(2.0, count / most * (floor - TOP_PX)) if count else 0.0
        drawn.append(
            Bar(
                name=name,
                url=url,
                words=f"{words}: {counted(count, 'article')}",
                count=count,
                hit=_rectangle(f"{number * step:.2f}%", "0", f"{step:.2f}%", f"{floor}"),
                col=_rectangle(
                    f"{(number + 0.11) * step:.2f}%", f"{floor - column:.1f}", f"{0.78 * step:.2f}%", f"{column:.1f}"
                ),
                middle=f"{(number + 0.5) * step:.2f}%",
                is_labelled=name in named,
                is_current=name in current,
            )
        )
    return Chart(title, description, none, height, f"{floor + 0.5}", height - 4, drawn)


def _rectangle(x: str, y: str, width: str, height: str) -> SafeString:
    """As one piece of a page: a template takes as long for each of its numbers as for a word."""
    return mark_safe(f'x="{x}" y="{y}" width="{width}" height="{height}"')  # noqa: S308


def share(count: int, most: int) -> str:
    """The length of an index bar, on one scale for all of an index: ``77%``."""
    return f"{max(1, round(100 * count / most))}%" if most else "0%"


@dataclass(frozen=True, slots=True)
class Indexed:
    """A line of an index: a name with a link, its count, and its bar."""

    name: str
    url: str
    count: int
    bar: str


def indexed(rows: Iterable[tuple[str, str, int]], *, most: int = 0) -> list[Indexed]:
    """Lines of (name, url, count), measured against the largest of them or against ``most``."""
    lines = list(rows)
    most = most or max((count for *_, count in lines), default=0)
    return [Indexed(name, url, count, share(count, most)) for name, url, count in lines]


def tint(count: int, more: int, many: int) -> str:
    """The class of a square for a day or a month with so many articles, by two limits."""
    return "t3" if count >= many else "t2" if count >= more else ""


@dataclass(frozen=True, slots=True)
class Square:
    """A day in a month's calendar; ``day`` is ``None`` outside the month, ``url`` empty where nothing is held."""

    day: int | None
    count: int = 0
    url: str = ""

    @property
    def tint(self) -> str:
        return tint(self.count, 2, 4)


@dataclass(frozen=True, slots=True)
class MonthSquare:
    """A month of a year; ``url`` is empty where nothing is held."""

    name: str
    count: int
    url: str

    @property
    def tint(self) -> str:
        return tint(self.count, 6, 15)


@dataclass(frozen=True, slots=True)
class Decade:
    """Years that begin with the same three digits, the newest first, each with its count and its months."""

    first: int
    count: int
    years: list[tuple[date, int, list[MonthSquare]]]


def decades_of(years: Mapping[int, int], months: Mapping[date, int]) -> list[Decade]:
    """The decades with articles, the newest first; in each the years between the archive's first and last."""
    if not years:
        return []
    found = []
    for first in sorted({year // 10 * 10 for year in years}, reverse=True):
        span = range(min(first + 9, max(years)), max(first, min(years)) - 1, -1)
        rows = [(date(year, 1, 1), years.get(year, 0), _months_of_year(year, months)) for year in span]
        found.append(Decade(first, sum(count for _, count, _ in rows), rows))
    return found


def _months_of_year(year: int, counts: Mapping[date, int]) -> list[MonthSquare]:
    squares = []
    for number, name in enumerate(MONTHS, start=1):
        month = date(year, number, 1)
        count = counts.get(month, 0)
        squares.append(MonthSquare(name[:3], count, reverse("month", args=[month]) if count else ""))
    return squares


@dataclass(frozen=True, slots=True)
class Calendar:
    """A month by its first day, how many articles it has, and its weeks."""

    month: date
    count: int
    weeks: list[list[Square]]


def calendars(year: int, counts: Mapping[date, int]) -> list[Calendar]:
    """The twelve months of a year; ``counts`` are of its days."""
    months = [days_of_month(date(year, number, 1)) for number in range(1, 13)]
    return [Calendar(days[0], sum(counts.get(day, 0) for day in days), calendar_weeks(days, counts)) for days in months]


def calendar_weeks(days: Sequence[date], counts: Mapping[date, int]) -> list[list[Square]]:
    """The days of a month as weeks from Monday to Sunday."""
    squares = [Square(None)] * days[0].weekday()
    for day in days:
        count = counts.get(day, 0)
        squares.append(Square(day.day, count, reverse("day", args=[day]) if count else ""))
    squares += [Square(None)] * (-len(squares) % 7)
    return [squares[start : start + 7] for start in range(0, len(squares), 7)]
