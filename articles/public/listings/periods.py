"""Article counts of years, months and days, and the same day in other years."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery, Sum

from articles.models import Article, PeriodCount, Source
from articles.models.counts import periods_with_articles, years_and_undated
from articles.models.prepared import prepared, rows_of
from articles.public.listings.articles import Entry, entry_of
from articles.public.listings.rows import listed
from articles.text.dates import same_day, span_words

Unit = PeriodCount.Unit


@dataclass(frozen=True, slots=True)
class Holdings:
    """Published articles by year, and undated ones; photos, and how many of these have a file."""

    years: dict[int, int]
    undated: int
    photos: int
    photo_files: int
    pictured: list[int]  # the years with such photos, newest first

    @property
    def total(self) -> int:
        return sum(self.years.values()) + self.undated

    @property
    def span(self) -> str:
        """``1998–2023``, or ``""``."""
        return span_words(min(self.years), max(self.years)) if self.years else ""


def holdings() -> Holdings:
    counts = years_and_undated()
    years = {count.start.year: count.articles for count in counts if count.unit == Unit.YEAR}
    return Holdings(
        years,
        undated=sum(count.articles for count in counts) - sum(years.values()),
        photos=sum(count.photos for count in counts),
        photo_files=sum(count.photo_files for count in counts),
        pictured=sorted({count.start.year for count in counts if count.photo_files} & {*years}, reverse=True),
    )


def first_and_last_day() -> dict[str, date | None]:
    days = periods_with_articles().filter(unit=Unit.DAY).values_list("start", flat=True)
    first, last = (rows_of(("first day", by), lambda by=by: days.order_by(by)[:1]) for by in ("start", "-start"))
    return {"first": next(iter(first), None), "last": next(iter(last), None)}


def unsourced() -> int:
    """Articles without a source: the total less the counts of all sources."""
    sourced = Source.objects.aggregate(articles=Sum("article_count"))["articles"] or 0
    return max(holdings().total - sourced, 0)


def held_within(unit: PeriodCount.Unit, first: date, last: date) -> dict[date, int]:
    return dict(_within(unit.value, first, last))


def held_at(unit: PeriodCount.Unit, start: date) -> int:
    return held_within(unit, start, start).get(start, 0)


def earlier_and_later(unit: PeriodCount.Unit, start: date) -> dict[str, PeriodCount | None]:
    """The nearest periods of the same length with articles."""
    before, after = _before(unit.value, start), _after(unit.value, start)
    return {"earlier": next(iter(before), None), "later": next(iter(after), None)}


_within = prepared(
    lambda unit, *ends: periods_with_articles().filter(unit=unit, start__range=ends).values_list("start", "articles")
)
_before = prepared(lambda unit, day: periods_with_articles().filter(unit=unit, start__lt=day).order_by("-start")[:1])
_after = prepared(lambda unit, day: periods_with_articles().filter(unit=unit, start__gt=day).order_by("start")[:1])


def held_around(unit: PeriodCount.Unit, first: date, last: date) -> list[date]:
    """The first days of the nearest periods with articles before and after a span, if any."""
    return [count.start for count in (*_before(unit.value, first), *_after(unit.value, last))]


def through_the_years(day: date, years: list[int]) -> list[tuple[int, Entry]]:
    """The same day of other years: number of articles, and one of them; newest first."""
    return on_days([then for then in same_day(day, years) if then != day], at_most=12)


def on_days(days: Collection[date], *, at_most: int) -> list[tuple[int, Entry]]:
    """Those with articles, newest first: how many, and one of them. Two queries, and an index lookup for each day."""
    rows = newest_of(days)[:at_most]
    entries = {article.pk: entry_of(article) for article in listed([newest for *_, newest in rows])}
    return [(count, entries[newest]) for count, newest in rows if newest in entries]


@prepared
def newest_of(days: Collection[date]) -> Any:
    on_the_day = Article.objects.published().filter(archive_date=OuterRef("start")).order_by("-id").values("id")
    counts = periods_with_articles().filter(unit=Unit.DAY, start__in=days).order_by("-start")
    return counts.annotate(newest_id=Subquery(on_the_day[:1])).values_list("articles", "newest_id")


def nearest_days(day: date) -> tuple[date | None, date | None]:
    """The nearest days of the year with articles before and after ``day``, across New Year too, in its (leap) year."""
    rows = periods_with_articles().filter(unit=Unit.DAY).order_by().values_list("start__month", "start__day").distinct()
    days = sorted(date(day.year, *found) for found in rows)
    if not days:
        return None, None
    before, after = [found for found in days if found < day], [found for found in days if found > day]
    return (before or days)[-1], (after or days)[0]
