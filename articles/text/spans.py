"""A stretch of time that a listing is narrowed to, by ``?from=`` and ``?to=``: whole years and months. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from articles.text.dates import last_of_month, spanned_days
from articles.text.wording import month_words

_ASKED = re.compile(r"[0-9]{4}(?:-[0-9]{2})?")


@dataclass(frozen=True, slots=True)
class Span:
    """From a day to a day, both included; ``None``: from the beginning, to the end."""

    first: date | None = None
    last: date | None = None

    @classmethod
    def of_year(cls, year: int) -> Span:
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def of_month(cls, month: date) -> Span:
        """``month`` is any day of it."""
        return cls(month.replace(day=1), last_of_month(month))

    @classmethod
    def asked(cls, query: Mapping[str, str]) -> Span:
        """``from=2004``, ``to=2005-03``. What is neither a year nor a month, or ends before it begins, is ignored."""
        starts, ends = _asked(query.get("from", "")), _asked(query.get("to", ""))
        first, last = starts.first if starts else None, ends.last if ends else None
        return cls() if first and last and first > last else cls(first, last)

    @property
    def is_open(self) -> bool:
        return self.first is None and self.last is None

    @property
    def year(self) -> int | None:
        """The one year that it lies in."""
        return self.first.year if self.first and self.last and self.first.year == self.last.year else None

    @property
    def month(self) -> date | None:
        """The first day of the one month that it is."""
        return self.first if self.first and self.last == last_of_month(self.first) else None

    @property
    def ends(self) -> tuple[str, str]:
        """As readers ask for them: ``2004``, ``2005-03``; ``""`` where it is open."""
        form = "{0.year:04}" if self._is_of_whole_years else "{0.year:04}-{0.month:02}"
        first, last = (form.format(day) if day else "" for day in (self.first, self.last))
        return first, last

    @property
    def query(self) -> str:
        """As an address says it: ``from=2004&to=2004``; nothing where it is open."""
        return urlencode([(name, end) for name, end in zip(("from", "to"), self.ends, strict=True) if end])

    @property
    def words(self) -> str:
        """``2004``, ``March 2004``, ``2004 to 2006``, ``2004 and later``; nothing where it is open."""
        first, last = (
            day and (str(day.year) if self._is_of_whole_years else month_words(day)) for day in (self.first, self.last)
        )
        if first and last:
            return first if first == last else f"{first} to {last}"
        return f"{first} and later" if first else f"{last} and earlier" if last else ""

    @property
    def _is_of_whole_years(self) -> bool:
        return (self.first is None or self.first.month == 1) and (self.last is None or self.last.month == 12)

    def holds(self, month: int) -> bool:
        """Whether a month, ``200403``, lies in it."""
        first = self.first.year * 100 + self.first.month if self.first else 0
        last = self.last.year * 100 + self.last.month if self.last else 999_912
        return first <= month <= last

    def touches(self, year: int) -> bool:
        """Whether any of a year lies in it."""
        return not (self.first and self.first.year > year) and not (self.last and self.last.year < year)

    @property
    def conditions(self) -> dict[str, date]:
        """For a queryset of rows with an archive date."""
        ends = {"archive_date__gte": self.first, "archive_date__lte": self.last}
        return {name: day for name, day in ends.items() if day}


def _asked(value: str) -> Span | None:
    days = spanned_days(value) if _ASKED.fullmatch(value) else None
    return Span(*days) if days else None
