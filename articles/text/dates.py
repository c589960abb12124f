"""Days as readers ask for them in an address: a year, a month or a day. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

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
