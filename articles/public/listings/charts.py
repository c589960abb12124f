"""Charts, calendars and the bars of indexes, as SVG and HTML. No queries.

Marked up in Python for speed: templates would double the processor time of ``/dates/`` and of a year, and add a third
to that of the front page.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from articles.models.article import dated_path
from articles.public.absolute import query_of
from articles.public.listings.rows import Subject
from articles.text.dates import EVER, Span, day_and_month, days_of_month, month_name, month_short, month_words
from articles.text.gaps import month_gaps, year_gaps
from articles.text.messages import gettext
from articles.text.phrases import counted, grouped, listed

LONGEST_SPAN = 200  # years
ALL_LABELLED = 7  # years whose labels fit side by side on a phone
NAMED = 6  # periods at most, in a sentence
_NO_ARTICLES = _("no articles")
TOP_PX, LABELS_PX = 16, 22  # kept free above the highest bar and below the base
TIMELINE_HEIGHT_PX = 104


def weekday_initials() -> list[tuple[str, str]]:
    """The initial and the name of each, from Monday."""
    # Translators: the initials of the days of the week, from Monday to Sunday.
    return list(zip(gettext("M T W T F S S").split(), map(str, WEEKDAYS.values()), strict=True))


@dataclass(frozen=True, slots=True)
class Words:
    """Titles by year and month, and words for a period without a bar. ``rel``: of links; ``name``: of tag or source."""

    by_year: Promise
    by_month: Promise
    none: Promise = _NO_ARTICLES
    rel: str = ' rel="nofollow"'
    name: str = ""


HELD = Words(_("Articles by year"), _("Articles in %(year)s, by month"), rel="")
FOUND = Words(_("Articles found, by year"), _("Articles found in %(year)s, by month"), _("none found"))
TAGGED = Words(_("Articles tagged %(name)s, by year"), _("Articles tagged %(name)s in %(year)s, by month"))
BY = Words(_("Articles by %(name)s, by year"), _("Articles by %(name)s in %(year)s, by month"))
FROM = Words(_("Articles from %(name)s, by year"), _("Articles from %(name)s in %(year)s, by month"))


@dataclass(frozen=True, slots=True)
class Bar:
    """``September`` in sentences, ``Sep`` below its bar, ``September 2023`` alone; ``url``: ``""`` without articles."""

    name: str
    short: str
    words: str
    url: str
    count: int
    is_labelled: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """``columns`` and ``entries``: the bars as SVG, and as entries of a list."""

    title: str
    description: str
    height: int
    base: str
    columns: SafeString
    entries: SafeString


def years_chart(
    counts: Mapping[int, int],
    *,
    link: Callable[[Span], str] = lambda year: dated_path(str(year.first)[:4]),
    words: Words = HELD,
    current: Collection[int] = (),
    height: int = 148,
) -> Chart | None:
    """A bar for each year; if, by a misprinted date, they are over ``LONGEST_SPAN``, only for years with articles."""
    if not counts:
        return None
    span = range(min(counts), max(counts) + 1)
    years = list(span) if len(span) <= LONGEST_SPAN else sorted(counts)
    each = gettext("One bar.")
    if len(years) > 1:
        each = gettext("A bar for each year from %(first)s to %(last)s.") % {"first": years[0], "last": years[-1]}
    labelled = _labelled(years)
    bars = []
    for year, name in zip(years, map(str, years), strict=True):
        url = link(Span(date(year, 1, 1), date(year, 12, 31))) if year in counts else ""
        bars.append(Bar(name, name, name, url, counts.get(year, 0), year in labelled))
    title = str(words.by_year % {"name": words.name})
    return _chart(title, each, words, height, bars, {str(year) for year in current})


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
    link: Callable[[Span], str] = lambda month: dated_path(str(month.first)[:7]),
    words: Words = HELD,
    current: date | None = None,
    within: Span = EVER,
    height: int = 84,
) -> Chart:
    """A bar for each month of ``year`` within a span; ``link`` gives the address of a bar."""
    starts = [date(year, number, 1) for number in range(1, 13) if within.holds(year * 100 + number)]
    bars = []
    for start in starts:
        url = link(Span.of_month(start)) if start in counts else ""
        bars.append(Bar(month_name(start), month_short(start), month_words(start), url, counts.get(start, 0)))
    each = gettext("A bar for each month.")
    if len(starts) < 12:
        ends = {"first": bars[0].name, "last": bars[-1].name}
        each = gettext("A bar for each month from %(first)s to %(last)s.") % ends
    title = str(words.by_month % {"name": words.name, "year": year})
    return _chart(title, each, words, height, bars, {month_words(current)} if current else ())


def _chart(title: str, each: str, words: Words, height: int, bars: Sequence[Bar], current: Collection[str]) -> Chart:
    none, nothing = str(words.none), escape(str(words.none))
    floor = height - LABELS_PX
    most = max(bar.count for bar in bars)
    step = 100 / len(bars)
    columns, entries = [], []
    for number, bar in enumerate(bars):
        short = escape(bar.short)
        entry = f'<span>{short}</span> <span class="n">{nothing}</span>'
        if bar.count:
            column = max(2.0, bar.count / most * (floor - TOP_PX))
            values = {"period": bar.words, "articles": counted(bar.count, "article")}
            label = gettext("%(period)s: %(articles)s") % values
            is_current = ' aria-current="true"' if bar.words in current else ""
            link = f'<a href="{escape(bar.url)}"{words.rel}{is_current}'
            columns.append(
                f'{link} tabindex="-1"><title>{escape(label)}</title>'
                f'<rect class="hit" x="{number * step:.2f}%" y="0" width="{step:.2f}%" height="{floor}"/>'
                f'<rect class="col" x="{(number + 0.11) * step:.2f}%" y="{floor - column:.1f}"'
                f' width="{0.78 * step:.2f}%" height="{column:.1f}"/></a>'
            )
            entry = f'{link}>{short}</a> <span class="n">{grouped(bar.count)}</span>'
        if bar.is_labelled:
            columns.append(f'<text x="{(number + 0.5) * step:.2f}%" y="{height - 4}">{short}</text>')
        entries.append(f"<li>{entry}</li>")
    leaders = [bar.name for bar in bars if bar.count == most]
    empty = [bar.name for bar in bars if not bar.count]
    sentences = [each]
    if len(leaders) <= NAMED and len(leaders) + len(empty) < len(bars):
        values = {"periods": listed(leaders), "count": grouped(most)}
        sentences.append(gettext("Most in %(periods)s: %(count)s.") % values)
    if empty:
        periods = listed(empty) if len(empty) <= NAMED else gettext("%(count)s of them") % {"count": len(empty)}
        sentences.append(gettext("%(none)s in %(periods)s.") % {"none": capfirst(none), "periods": periods})
    drawn, named = (mark_safe("\n".join(lines)) for lines in (columns, entries))  # noqa: S308
    return Chart(title, " ".join(sentences), height, f"{floor + 0.5}", drawn, named)


def share(count: int, most: int) -> str:
    """The length of an index bar: ``77%`` of the longest."""
    return f"{max(1, round(100 * count / most))}%" if most else "0%"


def indexed(rows: Sequence[Subject], *, most: int = 0) -> SafeString:
    """Tags or sources as lines of an index, with bars relative to ``most`` or the largest number of articles."""
    most = most or max((row.article_count for row in rows), default=0)
    lines = (
        f'<li><a href="{row.get_absolute_url()}"><bdi>{escape(row.name)}</bdi></a> <svg aria-hidden="true">'
        f'<line x2="100%" y1="3.5" y2="3.5"/><rect width="{share(row.article_count, most)}" height="6"/></svg>'
        f' <span class="n">{grouped(row.article_count)}</span></li>'
        for row in rows
    )
    return mark_safe("\n".join(lines))  # noqa: S308


def tint(count: int, more: int, many: int) -> str:
    """The class of a day's or month's square, by two limits of its number of articles."""
    return "t3" if count >= many else "t2" if count >= more else ""


def calendar_weeks(days: Sequence[date], counts: Mapping[date, int]) -> list[list[dict[str, Any]]]:
    """Weeks of days: number (``None`` outside the month), count, tint, and address (``""`` without articles)."""
    squares: list[dict[str, Any]] = [{"day": None}] * days[0].weekday()
    address = dated_path(days[0].isoformat()[:7])
    for day in days:
        count = counts.get(day, 0)
        url = f"{address}{day.day:02}/" if count else ""
        squares.append({"day": day.day, "count": count, "tint": tint(count, 2, 4), "url": url})
    squares += [{"day": None}] * (-len(squares) % 7)
    return [squares[start : start + 7] for start in range(0, len(squares), 7)]


def calendars(year: int, counts: Mapping[date, int]) -> list[dict[str, Any]]:
    """The twelve months of a year, each with its count and its weeks as cells of a table; ``counts`` are by day."""
    months = [days_of_month(date(year, number, 1)) for number in range(1, 13)]
    return [
        {
            "month": days[0],
            "count": sum(counts.get(day, 0) for day in days),
            "weeks": [
                mark_safe("".join(f"<td>{_small_square(square, days[0])}</td>" for square in week))  # noqa: S308
                for week in calendar_weeks(days, counts)
            ],
        }
        for days in months
    ]


def _small_square(square: Mapping[str, Any], month: date) -> str:
    if not square.get("url"):
        return f"<span>{square['day']}</span>" if square["day"] else ""
    day = day_and_month(month.replace(day=square["day"]))
    label = gettext("%(period)s: %(articles)s") % {"period": day, "articles": counted(square["count"], "article")}
    return _link(square, f'aria-label="{escape(label)}"', f"{square['day']}")


def _link(square: Mapping[str, Any], attributes: str, words: str) -> str:
    tinted = f' class="{square["tint"]}"' if square["tint"] else ""
    return f'<a href="{square["url"]}"{tinted}{attributes and " "}{attributes}>{words}</a>'


def decades_of(years: Mapping[int, int], months: Mapping[date, int]) -> list[dict[str, Any]]:
    """The decades with articles, newest first; each with its years, as (year, count, months)."""
    decades, names = [], [month_short(date(1, number, 1)) for number in range(1, 13)]
    for first in sorted({year // 10 * 10 for year in years}, reverse=True):
        span = range(min(first + 9, max(years)), max(first, min(years)) - 1, -1)
        rows = [(f"{year:04}", years.get(year, 0), _months_of(year, months, names)) for year in span]
        decades.append({"first": first, "count": sum(count for _, count, _ in rows), "years": rows})
    return decades


def _months_of(year: int, counts: Mapping[date, int], names: Sequence[str]) -> SafeString:
    months, address = [], dated_path(f"{year:04}")
    for number, name in enumerate(names, start=1):
        if count := counts.get(date(year, number, 1), 0):
            square = {"url": f"{address}{number:02}/", "tint": tint(count, 6, 15)}
            months.append(_link(square, "", f"{name} <b>{grouped(count)}</b>"))
        else:
            months.append(f"<span>{name}</span>")
    return mark_safe("".join(f"<li>{month}</li>" for month in months))  # noqa: S308


@dataclass(frozen=True, slots=True)
class Timeline:
    """Of a tag or source: ``count`` dated articles are in ``span``; ``wider`` links to all if the span is limited."""

    chart: Chart | None
    span: Span
    count: int
    gaps: str
    wider: str


def timeline_of(months: Mapping[int, int], span: Span, *, words: Words) -> Timeline:
    """A timeline from counts by month (``200403``)."""
    years: Counter[int] = Counter()
    for month, count in months.items():
        years[month // 100] += count
    count = sum(number for month, number in months.items() if span.holds(month))
    wider = "" if span.is_open else "."
    drawn: dict[str, Any] = {"link": lambda of: query_of(of.parameters), "words": words, "height": TIMELINE_HEIGHT_PX}
    if span.year is not None and span.year in years:
        counts = {date(month // 100, month % 100, 1): count for month, count in months.items()}
        chart = months_chart(span.year, counts, current=span.month, **drawn)
        return Timeline(chart, span, count, month_gaps(counts, span.year), wider)
    shown = [] if span.is_open else [year for year in years if span.touches(year)]
    return Timeline(years_chart(years, current=shown, **drawn), span, count, year_gaps(years), wider)
