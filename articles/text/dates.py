"""Days as readers ask for them in an address: a year, a month or a day. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from articles.text.months import month_of
from articles.text.wording import MONTHS, day_words, month_words, next_month

_ASKED = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")

_DAY, _MONTH, _YEAR = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?", r"(?P<month>[^\W\d_]{3,14})", r"(?P<year>[0-9]{4})"
_DAY_FIRST = re.compile(rf"(?:{_DAY} (?:of )?)?{_MONTH} {_YEAR}", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"{_MONTH} {_DAY} {_YEAR}", re.IGNORECASE)
# 6.9.2023, 2023/9/6, 2023年9月6日, 2023년 9월. Of 6/9/2023 none knows which is the month.
_IN_NUMBERS = (
    re.compile(r"(?P<day>[0-9]{1,2})\. ?(?P<month>[0-9]{1,2})\. ?(?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})/(?P<month>[0-9]{1,2})(?:/(?P<day>[0-9]{1,2}))?"),
    re.compile(r"(?P<year>[0-9]{4}) ?[年년](?: ?(?P<month>[0-9]{1,2}) ?[月월](?: ?(?P<day>[0-9]{1,2}) ?[日号號일])?)?"),
)


def spanned_days(asked: str) -> tuple[date, date] | None:
    """The first and the last day of ``2023``, ``2023-09`` or ``2023-09-06``; ``None`` for what is in no calendar."""
    said = _ASKED.fullmatch(asked)
    if said is None:
        return None
    year, month, day = (int(part) if part else None for part in said.groups())
    try:
        first = date(year or 0, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return None
    if day is not None:
        return first, first
    if month is None:
        return first, date(first.year, 12, 31)
    return first, last_of_month(first)


def written_days(text: str) -> tuple[date, date] | None:
    """The same of what a reader writes with the name of a month, too, in the languages of the press: ``October 2024``,
    ``10 Oct. 2024``, ``October 10th, 2024``, ``4. Mai 2019``; or in numbers where their order is known: ``6.9.2023``,
    ``2023年9月6日``."""
    text = unicodedata.normalize("NFKC", text).strip()
    if numbers := next(filter(None, (form.fullmatch(text) for form in _IN_NUMBERS)), None):
        parts = (numbers[name] for name in ("year", "month", "day"))
        return spanned_days("-".join(part for part in parts if part))
    plain = " ".join(text.replace(",", " ").replace(".", " ").split())
    said = _DAY_FIRST.fullmatch(plain) or _MONTH_FIRST.fullmatch(plain)
    if said is None:
        return spanned_days(text)
    begun = said["month"].lower()
    number = next((at for at, name in enumerate(MONTHS, start=1) if name.lower().startswith(begun)), 0)
    number = number or month_of(begun) or 0
    return spanned_days(f"{said['year']}-{number}" + (f"-{said['day']}" if said["day"] else ""))


def last_of_month(day: date) -> date:
    if (day.year, day.month) == (date.max.year, date.max.month):
        return date.max
    return next_month(day.replace(day=1)) - timedelta(days=1)


def asked_words(asked: str) -> str:
    """``2023``, ``September 2023``, ``6 September 2023``; ``""`` for what is in no calendar."""
    days = spanned_days(asked)
    if days is None:
        return ""
    return (str(days[0].year), month_words(days[0]), day_words(days[0]))[asked.count("-")]


def between_words(first: str, last: str) -> str:
    """``1998 to September 2003``, ``from 1998 on``, ``up to 2003``, ``of 1998``; ``""`` where neither is a date."""
    start, end = asked_words(first), asked_words(last)
    if start and end:
        return f"of {start}" if start == end else f"{start} to {end}"
    return f"from {start} on" if start else f"up to {end}" if end else ""


_NARROWED = re.compile(r"[0-9]{4}(?:-[0-9]{2})?")


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
        starts, ends = _narrowed(query.get("from", "")), _narrowed(query.get("to", ""))
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


def _narrowed(value: str) -> Span | None:
    days = spanned_days(value) if _NARROWED.fullmatch(value) else None
    return Span(*days) if days else None
