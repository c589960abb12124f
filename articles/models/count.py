from __future__ import annotations

from datetime import date

from django.db import models


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
