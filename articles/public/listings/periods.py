"""What the archive holds when: the kept counts of years, months and days, and the same day through the years."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import OuterRef, Subquery, Sum

from articles.models import Article, PeriodCount, Source, SourceMonth, Tag, TagMonth
from articles.models.counts import held_periods
from articles.public.listings.articles import Entry, entry_of, published, with_photos
from articles.public.listings.figures import SHEET_SIZES
from articles.text.dates import same_day, span_words

Unit = PeriodCount.Unit
YEARS_AT_ONCE = 100  # asked of in one statement


@dataclass(frozen=True, slots=True)
class Holdings:
    """How many articles each year holds, the years without any left out, and how many have no date."""

    years: dict[int, int]
    undated: int

    @property
    def total(self) -> int:
        return sum(self.years.values()) + self.undated

    @property
    def span(self) -> str:
        """``1998–2023``, or ``""``."""
        return span_words(min(self.years), max(self.years)) if self.years else ""


@dataclass(frozen=True, slots=True)
class Period:
    """A year, a month or a day that holds articles, by its first day."""

    start: date
    articles: int


def holdings() -> Holdings:
    """The whole archive by year, in one query."""
    counts = held_periods().filter(unit__in=[Unit.YEAR, Unit.UNDATED])
    years, undated = {}, 0
    for count in counts:
        if count.unit == Unit.YEAR:
            years[count.start.year] = count.articles
        else:
            undated = count.articles
    return Holdings(years, undated)


@dataclass(frozen=True, slots=True)
class PhotoHoldings:
    """How many photos there are whose file is held, and how many of which only the words are."""

    held: int
    not_held: int


def photo_holdings() -> PhotoHoldings:
    """The photos of all published articles, in one query."""
    years = PeriodCount.objects.filter(unit__in=[Unit.YEAR, Unit.UNDATED])
    counts = years.aggregate(photos=Sum("photos"), files=Sum("photo_files"))
    photos, files = counts["photos"] or 0, counts["files"] or 0
    return PhotoHoldings(files, photos - files)


def unsourced() -> int:
    """How many articles name no source: what the kept counts of the sources leave of the whole."""
    named = Source.objects.aggregate(articles=Sum("article_count"))["articles"] or 0
    return max(holdings().total - named, 0)


def held_within(unit: PeriodCount.Unit, first: date, last: date) -> dict[date, int]:
    """The months or days from ``first`` to ``last`` that hold articles, by their first day."""
    rows = held_periods().filter(unit=unit, start__gte=first, start__lte=last)
    return {row.start: row.articles for row in rows}


def held_at(unit: PeriodCount.Unit, start: date) -> int:
    """How many articles one period holds."""
    row = held_periods().filter(unit=unit, start=start).first()
    return row.articles if row else 0


def held_from_to(first: date, last: date) -> tuple[Unit, int]:
    """The unit of a whole year, month or day, and how many articles it holds."""
    unit = Unit.DAY if first == last else Unit.MONTH if (last - first).days <= 31 else Unit.YEAR
    return unit, held_at(unit, first)


def before_and_after(unit: PeriodCount.Unit, start: date) -> tuple[Period | None, Period | None]:
    """The nearest periods of the same length that hold articles, on either side."""
    rows = held_periods().filter(unit=unit)
    earlier = rows.filter(start__lt=start).order_by("-start").first()
    later = rows.filter(start__gt=start).order_by("start").first()
    return tuple(Period(row.start, row.articles) if row else None for row in (earlier, later))  # type: ignore[return-value]


def held_around(unit: PeriodCount.Unit, first: date, last: date) -> list[date]:
    """The nearest periods before and after a time that hold articles, by their first days; where there are any."""
    starts = held_periods().filter(unit=unit).values_list("start", flat=True)
    before = starts.filter(start__lt=first).order_by("-start")[:1]
    after = starts.filter(start__gt=last).order_by("start")[:1]
    return [*before, *after]


def months_of_tag(tag: Tag) -> dict[int, int]:
    """How many of its articles each month holds, by its number: ``200403``."""
    return dict(TagMonth.objects.filter(tag=tag).values_list("month", "articles"))


def months_of_source(source: Source) -> dict[int, int]:
    return dict(SourceMonth.objects.filter(source=source).values_list("month", "articles"))


def first_and_last_day() -> tuple[date | None, date | None]:
    """The days of the earliest and the latest article."""
    days = held_periods().filter(unit=Unit.DAY).values_list("start", flat=True)
    return days.order_by("start").first(), days.order_by("-start").first()


def through_the_years(
    day: date, years: list[int], *, at_most: int = 12, pictures: bool = False
) -> list[tuple[date, int, Entry]]:
    """The same day of other years: the day, how many articles it holds, and one of them; newest first."""
    return on_days([one for one in same_day(day, years) if one != day], at_most=at_most, pictures=pictures)


def on_days(days: Collection[date], *, at_most: int, pictures: bool = False) -> list[tuple[date, int, Entry]]:
    """Of these days, those that hold something, newest first, with how many articles, and one of them.

    Two queries, and one index lookup a day, whatever the days hold; two more with ``pictures``.
    """
    on_the_day = Article.objects.published().filter(archive_date=OuterRef("start")).order_by("-id").values("id")
    counts = held_periods().filter(unit=Unit.DAY, start__in=days).order_by("-start")[:at_most]
    rows = list(counts.annotate(newest_id=Subquery(on_the_day[:1])).values_list("start", "articles", "newest_id"))
    articles = published().in_bulk([newest for *_, newest in rows])
    if pictures:
        with_photos(list(articles.values()))
    return [
        (start, count, entry_of(articles[newest], thumb_sizes=SHEET_SIZES))
        for start, count, newest in rows
        if newest in articles
    ]


def nearest_days(day: date, years: Sequence[int]) -> tuple[date | None, date | None]:
    """The days of the year before and after this one of which any year holds something, past New Year if need be; in
    the year of ``day``, which has to be a leap year. ``None`` where no day is held.

    One lookup in the kept counts for each year.
    """
    earlier, later = [], []
    for year in years:
        first, last = date(year, 1, 1), date(year, 12, 31)
        try:
            here = (day.replace(year=year),) * 2
        except ValueError:
            here = date(year, 3, 1), date(year, 2, 28)
        earlier.append((first, here[0] - timedelta(days=1)) if here[0] > first else None)
        later.append((here[1] + timedelta(days=1), last) if here[1] < last else None)
    whole = [(date(year, 1, 1), date(year, 12, 31)) for year in years]
    before = _ends_held(earlier, "-start") or _ends_held(whole, "-start")
    after = _ends_held(later, "start") or _ends_held(whole, "start")
    in_year = [one.replace(year=day.year) for one in before], [one.replace(year=day.year) for one in after]
    return max(in_year[0], default=None), min(in_year[1], default=None)


def _ends_held(spans: Sequence[tuple[date, date] | None], order: str) -> list[date]:
    """The first day of each of these spans that is held, or by ``-start`` the last."""
    days = held_periods().filter(unit=Unit.DAY).order_by(order).values("start")
    wanted = [span for span in spans if span]
    found: list[date] = []
    for at in range(0, len(wanted), YEARS_AT_ONCE):
        some = [
            Subquery(days.filter(start__gte=first, start__lte=last)[:1])
            for first, last in wanted[at : at + YEARS_AT_ONCE]
        ]
        found += filter(None, PeriodCount.objects.order_by().values_list(*some).first() or ())
    return found
