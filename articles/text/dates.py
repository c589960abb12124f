"""Days, months and moments in words, as precise as they are known, and as searches write them. Nothing is guessed."""

from __future__ import annotations

import re
import unicodedata
from calendar import isleap, month_name as english_months, monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import dates, timezone
from django.utils.text import capfirst

from articles.text.messages import cached_words, gettext, gettext_noop
from articles.text.months import month_of


@cached_words
def day_words(day: date) -> str:
    """``6 September 2023``."""
    parts = {"day": day.day, "month": dates.MONTHS_ALT[day.month], "year": day.year}
    return gettext("%(day)s %(month)s %(year)s") % parts


@cached_words
def day_and_month(day: date) -> str:
    """``6 September``."""
    return gettext("%(day)s %(month)s") % {"day": day.day, "month": dates.MONTHS_ALT[day.month]}


@cached_words
def month_words(month: date) -> str:
    """``September 2023``."""
    return gettext("%(month)s %(year)s") % {"month": dates.MONTHS[month.month], "year": month.year}


@cached_words
def month_name(month: date) -> str:
    return str(dates.MONTHS[month.month])


def day_of(moment: str) -> date:
    """The day of an ISO moment, as printed; of a month, its first."""
    return date.fromisoformat(f"{moment}-01"[:10])


def is_month(moment: str) -> bool:
    """``True`` for ``2022-03``: the day is not known."""
    return len(moment) == 7


def decade_words(decade: int) -> str:
    """``1990s``."""
    return gettext("%(decade)ss") % {"decade": decade}


@cached_words
def month_short(month: date) -> str:
    """``Sep``."""
    return capfirst(str(dates.MONTHS_3[month.month]))


@cached_words
def moment_words(moment: str) -> str:
    """An ISO moment, at most to the minute: ``2022-03-04T06:00+08:00`` as ``4 March 2022, 06:00 (UTC+08:00)``; or a
    month: ``2022-03`` as ``March 2022``.
    """
    if is_month(moment):
        return month_words(day_of(moment))
    words, clock = day_words(day_of(moment)), clock_words(moment)
    return gettext("%(day)s, %(time)s") % {"day": words, "time": clock} if clock else words


@cached_words
def clock_words(moment: str) -> str:
    """``06:00 (UTC+08:00)``, without the zone if it is the archive's; ``""`` without a time."""
    if "T" not in moment:
        return ""
    at = datetime.fromisoformat(moment)
    here = timezone.get_default_timezone().utcoffset(at.replace(tzinfo=None))
    if at.tzinfo is None or at.utcoffset() == here:
        return f"{at:%H:%M}"
    zone = at.isoformat()[-6:].replace("-", "−")
    return f"{at:%H:%M} (UTC{zone})" if at.utcoffset() else f"{at:%H:%M} UTC"


def span_words(first: int, last: int) -> str:
    """``1999–2023``, or ``2023`` alone."""
    return str(first) if first == last else f"{first}–{last}"


# By the name of the field.
DATED = {"published": gettext_noop("Published %(when)s"), "updated": gettext_noop("Updated %(when)s")}


@dataclass(frozen=True, slots=True)
class DateLine:
    """The moment as ISO and in words. ``printed``: as in the source, if that is in another script; else ``""``."""

    role: str
    iso: str
    words: str
    printed: str = ""

    def __str__(self) -> str:
        return gettext(DATED[self.role]) % {"when": self.words}


def date_lines(article: Any) -> list[DateLine]:
    """The dates of publication and update. For an update on the day of publication, only its time."""
    lines: list[DateLine] = []
    for role in DATED:
        if iso := getattr(article, role):
            words = moment_words(iso)
            if lines and lines[0].iso[:10] == iso[:10]:
                words = clock_words(iso)
                if words in ("", clock_words(lines[0].iso)):
                    continue
            printed = getattr(article, f"{role}_printed")
            is_in_another_script = any(letter > "\u02ff" and letter.isalnum() for letter in printed)
            lines.append(DateLine(role, iso, words, printed if is_in_another_script else ""))
    return lines


def dates_sentence(article: Any) -> str:
    """``Updated 6 September 2023. Publication date not known.``"""
    return " ".join([*(f"{line}." for line in date_lines(article)), missing_date(article)]).strip()


def missing_date(article: Any) -> str:
    """A sentence on unknown dates; ``""`` if the day of publication is known."""
    if article.published:
        return ""
    return gettext("Publication date not known.") if article.updated else gettext("Date not known.")


def when_words(moment: datetime) -> str:
    """``25 November 2026, 10:30``, in the archive's time zone."""
    return moment_words(timezone.localtime(moment).isoformat(timespec="minutes"))


def correction_words(correction: Any) -> str:
    """``Corrected on 25 November 2026: The ferry was not full.``, the day in the archive's time zone."""
    day = day_words(timezone.localtime(correction.made_at).date())
    return gettext("Corrected on %(day)s: %(note)s") % {"day": day, "note": correction.note}


def same_day(day: date, years: list[int]) -> list[date]:
    """This day and month in each of ``years``; 29 February only in leap years."""
    return [day.replace(year=year) for year in years if (day.month, day.day) != (2, 29) or isleap(year)]


def days_of_month(month: date) -> list[date]:
    return [month.replace(day=number) for number in range(1, last_of_month(month).day + 1)]


def last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


_YEAR_OR_MONTH = re.compile(r"[0-9]{4}(?:-[0-9]{2})?")
_YEAR_MONTH_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_DAY, _MONTH, _YEAR = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?", r"(?P<month>[^\W\d_]{3,14})", r"(?P<year>[0-9]{4})"
_DAY_FIRST = re.compile(rf"(?:{_DAY} (?:of )?)?{_MONTH} {_YEAR}", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"{_MONTH} {_DAY} {_YEAR}", re.IGNORECASE)
# 6.9.2023, 2023/9/6, 2023年9月6日, 2023년 9월. Not 6/9/2023: either number may be the month.
_IN_NUMBERS = (
    re.compile(r"(?P<day>[0-9]{1,2})\. ?(?P<month>[0-9]{1,2})\. ?(?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})/(?P<month>[0-9]{1,2})(?:/(?P<day>[0-9]{1,2}))?"),
    re.compile(r"(?P<year>[0-9]{4}) ?[年년](?: ?(?P<month>[0-9]{1,2}) ?[月월](?: ?(?P<day>[0-9]{1,2}) ?[日号號일])?)?"),
)


def spanned_days(text: str) -> tuple[date, date] | None:
    """First and last day of ``2023``, ``2023-09`` or ``2023-09-06``; ``None`` for other texts and impossible dates."""
    numbers = _YEAR_MONTH_DAY.fullmatch(text)
    if numbers is None:
        return None
    year, month, day = numbers.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if day:
        return first, first
    return first, last_of_month(first) if month else date(first.year, 12, 31)


def written_days(text: str) -> tuple[date, date] | None:
    """First and last day of a date as readers write it; ``None`` if it is not one. Besides ``spanned_days``'s formats:
    month names in the languages of the press (``October 2024``, ``10 Oct. 2024``, ``October 10th, 2024``, ``4. Mai
    2019``), and numbers in an unambiguous order (``6.9.2023``, ``2023年9月6日``).
    """
    text = unicodedata.normalize("NFKC", text).strip()
    for form in _IN_NUMBERS:
        if numbers := form.fullmatch(text):
            return spanned_days("-".join(filter(None, numbers.group("year", "month", "day"))))
    plain = " ".join(text.replace(",", " ").replace(".", " ").split())
    match = _DAY_FIRST.fullmatch(plain) or _MONTH_FIRST.fullmatch(plain)
    if match is None:
        return spanned_days(text)
    name = match["month"].lower()
    number = next((at for at, month in enumerate(english_months) if month.lower().startswith(name)), 0)
    number = number or month_of(name) or 0
    return spanned_days(f"{match['year']}-{number}" + (f"-{match['day']}" if match["day"] else ""))


def asked_words(text: str) -> str:
    """``2023``, ``September 2023``, ``6 September 2023``; ``""`` if it is not a date."""
    days = spanned_days(text)
    if days is None:
        return ""
    return (str(days[0].year), month_words(days[0]), day_words(days[0]))[text.count("-")]


def between_words(first: str, last: str) -> str:
    """``1998 to September 2003``, ``from 1998 on``, ``up to 2003``, ``in 1998``; ``""`` if neither is a date."""
    start, end = asked_words(first), asked_words(last)
    if start and start == end:
        return (gettext("on %(day)s") if len(first) == 10 else gettext("in %(day)s")) % {"day": start}
    if start and end:
        return gettext("%(first)s to %(last)s") % {"first": start, "last": end}
    if start:
        return gettext("from %(first)s on") % {"first": start}
    return gettext("up to %(last)s") % {"last": end} if end else ""


@dataclass(frozen=True, slots=True)
class Span:
    """A range of days, both ends included; ``None``: no limit."""

    first: date | None = None
    last: date | None = None

    @classmethod
    def of_month(cls, month: date) -> Span:
        return cls(month.replace(day=1), last_of_month(month))

    @classmethod
    def asked(cls, query: Mapping[str, str]) -> Span:
        """The span of ``from=2004``, ``to=2005-03``. Other values, and a range in reverse, are ignored."""
        bounds = (query.get("from", ""), query.get("to", ""))
        starts, ends = (spanned_days(bound) if _YEAR_OR_MONTH.fullmatch(bound) else None for bound in bounds)
        first, last = starts and starts[0], ends and ends[1]
        return cls() if first and last and first > last else cls(first, last)

    @property
    def is_open(self) -> bool:
        return self.first is None and self.last is None

    @property
    def year(self) -> int | None:
        """Its year, if both ends are in the same."""
        return self.first.year if self.first and self.last and self.first.year == self.last.year else None

    @property
    def month(self) -> date | None:
        return self.first if self.first and self.last == last_of_month(self.first) else None

    @property
    def ends(self) -> tuple[str, str]:
        """``2004``, ``2005-03``; ``""`` for an open end."""
        form = "{0.year:04}" if self._is_of_whole_years else "{0.year:04}-{0.month:02}"
        first, last = (form.format(day) if day else "" for day in (self.first, self.last))
        return first, last

    @property
    def parameters(self) -> dict[str, str]:
        """``from`` and ``to`` of its address, without open ends."""
        return {name: end for name, end in zip(("from", "to"), self.ends, strict=True) if end}

    @property
    def words(self) -> str:
        """``2004``, ``March 2004``, ``2004 to 2006``, ``2004 and later``; ``""`` for all time."""
        first, last = (
            day and (str(day.year) if self._is_of_whole_years else month_words(day)) for day in (self.first, self.last)
        )
        if first and last:
            return first if first == last else gettext("%(first)s to %(last)s") % {"first": first, "last": last}
        if first:
            return gettext("%(first)s and later") % {"first": first}
        return gettext("%(last)s and earlier") % {"last": last} if last else ""

    @property
    def _is_of_whole_years(self) -> bool:
        return (self.first is None or self.first.month == 1) and (self.last is None or self.last.month == 12)

    def holds(self, month: int) -> bool:
        """``month``: ``200403``."""
        first = self.first.year * 100 + self.first.month if self.first else 0
        last = self.last.year * 100 + self.last.month if self.last else 999_912
        return first <= month <= last

    def touches(self, year: int) -> bool:
        return not (self.first and self.first.year > year) and not (self.last and self.last.year < year)

    @property
    def conditions(self) -> dict[str, date]:
        ends = {"archive_date__gte": self.first, "archive_date__lte": self.last}
        return {name: day for name, day in ends.items() if day}


EVER = Span()
