from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import QuerySet, Sum


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

    def __str__(self) -> str:
        return f"{self.unit} {self.start}: {self.articles}"

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


class TagMonthManager(models.Manager["TagMonth"]):
    def get_by_natural_key(self, slug: str, month: int) -> TagMonth:
        return self.get(tag__slug=slug, month=month)


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

    objects = TagMonthManager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.tag_id} in {self.month}: {self.articles}"

    def natural_key(self) -> tuple[str, int]:
        return (self.tag.slug, self.month)

    natural_key.dependencies = ["articles.tag"]  # type: ignore[attr-defined]


class SourceMonthManager(models.Manager["SourceMonth"]):
    def get_by_natural_key(self, slug: str, month: int) -> SourceMonth:
        return self.get(source__slug=slug, month=month)


class SourceMonth(models.Model):
    """How many published articles of a month come from a source; as ``TagMonth``."""

    pk = models.CompositePrimaryKey("source", "month")
    source = models.ForeignKey(
        "articles.Source", on_delete=models.CASCADE, related_name="months", db_index=False, db_constraint=False
    )
    month = models.PositiveIntegerField()
    articles = models.PositiveIntegerField()

    objects = SourceMonthManager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.source_id} in {self.month}: {self.articles}"

    def natural_key(self) -> tuple[str, int]:
        return (self.source.slug, self.month)

    natural_key.dependencies = ["articles.source"]  # type: ignore[attr-defined]


class TagPairManager(models.Manager["TagPair"]):
    def get_by_natural_key(self, slug: str, other: str) -> TagPair:
        return self.get(tag__slug=slug, other__slug=other)


class TagPair(models.Model):
    """How many of a fixed quarter of the published articles have both of two tags: what related tags are found by.

    Pairs are by far the most numerous of the kept counts: at ten tags an article brings 45 of them, most of which never
    come again. A quarter of the articles puts related tags in the same order at a quarter of the time and the room;
    which articles these are follows from their keys, so any archive of the same originals has the same pairs. Tags of
    few articles do without: all their articles can be looked at. Of articles of very many tags, which would bring
    thousands of pairs, ``PAIRED`` tags count: those with the smallest ids, which the archive has had for longest.

    ``tag`` is the one with the smaller id. None is no row. Pages ask for pairs that came again, so where an index is
    there for pages alone, only those are in it.
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

    objects = TagPairManager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["tag", "-articles"], condition=models.Q(articles__gt=1), name="tag_pair_from_tag"),
            models.Index(fields=["other", "-articles"], name="tag_pair_from_other"),
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} with {self.other_id}: {self.articles}"

    def natural_key(self) -> tuple[str, str]:
        return (self.tag.slug, self.other.slug)

    natural_key.dependencies = ["articles.tag"]  # type: ignore[attr-defined]

    @classmethod
    def counts(cls, key: str) -> bool:
        """Whether the article of this key is of those that are counted."""
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
