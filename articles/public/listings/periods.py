"""What the archive holds when: the kept counts of years, months and days, and the same day through the years."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery, Sum

from articles.models import Article, PeriodCount, Source
from articles.models.counts import held_periods
from articles.public.listings.articles import Entry, entry_of, published, with_photos
from articles.public.listings.figures import SHEET_SIZES
from articles.text.dates import same_day, span_words

Unit = PeriodCount.Unit


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


def holdings() -> Holdings:
    counts = list(held_periods().filter(unit__in=[Unit.YEAR, Unit.UNDATED]))
    years = {count.start.year: count.articles for count in counts if count.unit == Unit.YEAR}
    return Holdings(years, sum(count.articles for count in counts) - sum(years.values()))


def photo_holdings() -> dict[str, int]:
    """How many photos of published articles there are whose file is held, and how many of which only the words are."""
    years = PeriodCount.objects.filter(unit__in=[Unit.YEAR, Unit.UNDATED])
    counts = years.aggregate(photos=Sum("photos"), files=Sum("photo_files"))
    photos, files = counts["photos"] or 0, counts["files"] or 0
    return {"held": files, "not_held": photos - files}


def first_and_last_day() -> tuple[date | None, date | None]:
    days = held_periods().filter(unit=Unit.DAY).values_list("start", flat=True)
    return days.order_by("start").first(), days.order_by("-start").first()


def unsourced() -> int:
    """How many articles name no source: what the kept counts of the sources leave of the whole."""
    named = Source.objects.aggregate(articles=Sum("article_count"))["articles"] or 0
    return max(holdings().total - named, 0)


def held_within(unit: PeriodCount.Unit, first: date, last: date) -> dict[date, int]:
    rows = held_periods().filter(unit=unit, start__gte=first, start__lte=last)
    return {row.start: row.articles for row in rows}


def held_at(unit: PeriodCount.Unit, start: date) -> int:
    row = held_periods().filter(unit=unit, start=start).first()
    return row.articles if row else 0


def before_and_after(unit: PeriodCount.Unit, start: date) -> tuple[PeriodCount | None, PeriodCount | None]:
    """The nearest periods of the same length that hold articles, on either side."""
    rows = held_periods().filter(unit=unit)
    return rows.filter(start__lt=start).order_by("-start").first(), rows.filter(start__gt=start).order_by(
        "start"
    ).first()


def held_around(unit: PeriodCount.Unit, first: date, last: date) -> list[date]:
    """The nearest periods before and after a time that hold articles, by their first days; where there are any."""
    starts = held_periods().filter(unit=unit).values_list("start", flat=True)
    before = starts.filter(start__lt=first).order_by("-start")[:1]
    after = starts.filter(start__gt=last).order_by("start")[:1]
    return [*before, *after]


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


def nearest_days(day: date) -> tuple[date | None, date | None]:
    """The days of the year before and after one of which no year holds anything, past New Year if need be; in the year
    of ``day``, which has to be a leap year. ``None`` where no day is held."""
    rows = held_periods().filter(unit=Unit.DAY).order_by().values_list("start__month", "start__day").distinct()
    days = sorted(date(day.year, *found) for found in rows)
    if not days:
        return None, None
    before, after = [one for one in days if one < day], [one for one in days if one > day]
    return (before or days)[-1], (after or days)[0]
