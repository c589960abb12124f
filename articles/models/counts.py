from datetime import date
from typing import Any

from django.db import models
from django.db.models import QuerySet

from articles.models.load import Unlisted
from articles.models.prepared import prepared
from articles.models.reading import page_facts


class PeriodCount(models.Model):
    """Stored counts of a period that begins at ``start``; undated articles are one row, ``undated``, ``date.min``."""

    class Unit(models.TextChoices):
        YEAR = "year"
        MONTH = "month"
        DAY = "day"
        UNDATED = "undated"

    unit = models.CharField(max_length=7, choices=Unit.choices)
    start = models.DateField()
    articles = models.PositiveIntegerField(default=0)
    photos = models.PositiveIntegerField(default=0)
    photo_files = models.PositiveIntegerField(default=0, help_text="Photos whose file is held.")

    class Meta:
        ordering = ["unit", "start"]
        constraints = [models.UniqueConstraint(fields=["unit", "start"], name="count_once_a_period")]

    @staticmethod
    def periods_of(day: date | None) -> list[tuple[str, date]]:
        """Unit and start of every period that contains the day."""
        if day is None:
            return [(PeriodCount.Unit.UNDATED, date.min)]
        return [
            (PeriodCount.Unit.YEAR, day.replace(month=1, day=1)),
            (PeriodCount.Unit.MONTH, day.replace(day=1)),
            (PeriodCount.Unit.DAY, day),
        ]


# No foreign key constraints (checking them takes as long as counting) and no ids (one index less). Before a tag or
# source is deleted, its articles are taken out of the counts.


class TagMonth(Unlisted):
    """Published articles with a tag in a month (``200403``), for timelines. No row for 0."""

    pk = models.CompositePrimaryKey("tag", "month")
    tag = models.ForeignKey(
        "articles.Tag", on_delete=models.CASCADE, related_name="months", db_index=False, db_constraint=False
    )
    month = models.PositiveIntegerField()
    articles = models.PositiveIntegerField()


class SourceMonth(Unlisted):
    """Like ``TagMonth``, for a source."""

    pk = models.CompositePrimaryKey("source", "month")
    source = models.ForeignKey(
        "articles.Source", on_delete=models.CASCADE, related_name="months", db_index=False, db_constraint=False
    )
    month = models.PositiveIntegerField()
    articles = models.PositiveIntegerField()


def periods_with_articles() -> QuerySet[PeriodCount, PeriodCount]:
    return PeriodCount.objects.filter(articles__gt=0)


@prepared
def years_and_undated() -> Any:
    rows = periods_with_articles().filter(unit__in=[PeriodCount.Unit.YEAR, PeriodCount.Unit.UNDATED])
    return rows.values_list("unit", "start", "articles", "photos", "photo_files", named=True)


def articles_between(first: date | None, last: date | None) -> int:
    """Articles in the years of these days; without bounds, all articles."""
    start, end = (first or date.min).replace(month=1, day=1), last or date.max
    units = (PeriodCount.Unit.YEAR, *(() if first or last else (PeriodCount.Unit.UNDATED,)))
    facts = page_facts.get({})
    facts["years"] = facts.get("years") or years_and_undated()
    return sum(count.articles for count in facts["years"] if count.unit in units and start <= count.start <= end)


def newest_since(articles: int, last: date | None) -> date | None:
    """The first day of the latest month with ``articles`` from it to ``last``; ``None`` if none are earlier than it."""
    months = periods_with_articles().filter(unit=PeriodCount.Unit.MONTH).order_by("-start")
    if last:
        months = months.filter(start__lte=last)
    since = None
    for start, count in months.values_list("start", "articles"):
        if articles <= 0:
            return since
        since, articles = start, articles - count
    return None
