from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import QuerySet, Sum

from articles.models.natural import ByNaturalKey, natural_key_of


class PeriodCount(models.Model):
    """How many published articles a year, a month or a day holds, and how many photos: kept, never counted by pages.

    ``start`` is the first day of the period; the undated are one row of unit ``undated``, ``date.min``.
    """

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
        """The (unit, start) of every period that an article of this archive date counts in."""
        if day is None:
            return [(PeriodCount.Unit.UNDATED, date.min)]
        return [
            (PeriodCount.Unit.YEAR, day.replace(month=1, day=1)),
            (PeriodCount.Unit.MONTH, day.replace(day=1)),
            (PeriodCount.Unit.DAY, day),
        ]


def month_number(day: date) -> int:
    """A month as kept counts name it: ``200403``. A number, for there may be millions of them."""
    return day.year * 100 + day.month


# No foreign keys in the database: checking them takes as long as counting. Whoever deletes a tag or a source has taken
# its articles out of the counts before. No ids either, for what a row counts is its key: one index less to be written.


class TagMonth(models.Model):
    """How many published articles of a month have a tag: what the tag's timeline is drawn from. None is no row.

    A year is the sum of its months: one short walk along the index, whatever the size of the archive.
    """

    pk = models.CompositePrimaryKey("tag", "month")
    tag = models.ForeignKey(
        "articles.Tag", on_delete=models.CASCADE, related_name="months", db_index=False, db_constraint=False
    )
    month = models.PositiveIntegerField()
    articles = models.PositiveIntegerField()

    natural_key = natural_key_of("tag__slug", "month", after=("articles.tag",))
    objects = ByNaturalKey()

    class Meta:
        default_permissions = ()


class SourceMonth(models.Model):
    """How many published articles of a month come from a source; as ``TagMonth``."""

    pk = models.CompositePrimaryKey("source", "month")
    source = models.ForeignKey(
        "articles.Source", on_delete=models.CASCADE, related_name="months", db_index=False, db_constraint=False
    )
    month = models.PositiveIntegerField()
    articles = models.PositiveIntegerField()

    natural_key = natural_key_of("source__slug", "month", after=("articles.source",))
    objects = ByNaturalKey()

    class Meta:
        default_permissions = ()


class TagPair(models.Model):
    """How many of a fixed quarter of the published articles have both of two tags: what related tags are found by.

    A quarter puts related tags in the same order at a quarter of the room; which articles these are follows from their
    keys. Tags of few articles do without: all their articles can be looked at. Of an article of very many tags,
    ``PAIRED`` count: those with the smallest ids. ``tag`` is the one with the smaller id. None is no row. Pages ask for
    pairs that came again, so where an index is there for pages alone, only those are in it.
    """

    PAIRED = 20
    SAMPLED = frozenset("01234567")  # of the 32 digits that a key may end with

    pk = models.CompositePrimaryKey("tag", "other")
    tag = models.ForeignKey(
        "articles.Tag", on_delete=models.CASCADE, related_name="pairs", db_index=False, db_constraint=False
    )
    other = models.ForeignKey(
        "articles.Tag", on_delete=models.CASCADE, related_name="pairs_since", db_index=False, db_constraint=False
    )
    articles = models.PositiveIntegerField()

    natural_key = natural_key_of("tag__slug", "other__slug", after=("articles.tag",))
    objects = ByNaturalKey()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["tag", "-articles"], condition=models.Q(articles__gt=1), name="tag_pair_from_tag"),
            models.Index(fields=["other", "-articles"], name="tag_pair_from_other"),
        ]

    @classmethod
    def counts(cls, key: str) -> bool:
        return key[-1:] in cls.SAMPLED


def held_periods() -> QuerySet[PeriodCount, PeriodCount]:
    return PeriodCount.objects.filter(articles__gt=0)


def articles_between(first: date | None, last: date | None) -> int:
    """How many articles the years have in which these days lie; without bounds, all and the undated."""
    units = [PeriodCount.Unit.YEAR] if first or last else [PeriodCount.Unit.YEAR, PeriodCount.Unit.UNDATED]
    counts = held_periods().filter(unit__in=units)
    if first:
        counts = counts.filter(start__gte=first.replace(month=1, day=1))
    if last:
        counts = counts.filter(start__lte=last)
    return counts.aggregate(articles=Sum("articles"))["articles"] or 0


def newest_since(articles: int, last: date | None) -> date | None:
    """The first day of the month with which the newest so many articles begin, up to a day; ``None`` where no
    month is left before it."""
    months = held_periods().filter(unit=PeriodCount.Unit.MONTH).order_by("-start")
    if last:
        months = months.filter(start__lte=last)
    since = None
    for start, held in months.values_list("start", "articles"):
        if articles <= 0:
            return since
        since, articles = start, articles - held
    return None
