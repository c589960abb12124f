"""Dates in front matter and records, by machines or editors, as ISO 8601 of the same precision."""

import re
from datetime import datetime

from articles.ingest.parsing.dates import find_stamps
from articles.text.damage import DamageCode
from articles.text.months import in_numbers

# Characters; no date in words is as long.
_LONGEST = 100

# The basic form of ISO 8601: 20030505, 20030505T101500Z.
_BASIC = re.compile(
    r"(?P<year>\d{4})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
    r"(?:[Tt](?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?!\d))?",
    re.ASCII,
)
_WRITTEN = re.compile(
    r"(?P<day>\d{4}[-/.]\d{1,2}[-/.]\d{1,2})"
    r"(?:(?:[Tt]|\s+)(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"\s*(?P<zone>[Zz]|UTC|GMT|[+-]\d{1,2}(?::?\d\d)?)?)?"
)
_CANONICAL_LENGTHS = frozenset({10, 16, 19, 20, 25})


def read_date(text: str) -> str | None:
    """``2014-01-02 13:39:35 -4`` as ``2014-01-02T13:39:35-04:00``; ``None`` if unreadable: see ``why_unread``.

    Offset and seconds are given only if the source has them; fractions are dropped. Dates in words and RFC 2822 follow
    the rules for printed dates and must be the whole value. A month or year alone is no date.
    """
    if len(text) in _CANONICAL_LENGTHS and text[-1:] != "z" and text[10:11] in ("", "T") and _is_iso(text):
        return text
    text = _extended(text.strip())
    written = _WRITTEN.fullmatch(text)
    if not written:
        return _in_words(text)[0]
    year, month, day = re.split(r"[-/.]", written["day"])
    iso = f"{year}-{int(month):02}-{int(day):02}"
    if written["hour"]:
        iso += f"T{int(written['hour']):02}:{written['minute']}"
        iso += f":{written['second']}" if written["second"] else ""
        zone = written["zone"] or ""
        if zone[:1] in ("+", "-"):
            digits = zone[1:].replace(":", "")
            hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "00")
            zone = f"{zone[0]}{int(hours):02}:{minutes}"
        elif zone:
            zone = "Z"
        iso += zone
    return iso if _is_iso(iso) or (len(iso) in (17, 22) and _is_iso(f"{iso[:16]}:00{iso[16:]}")) else None


def why_unread(text: str) -> str:
    """The damage code: ``date-invalid`` for an impossible day, ``date-ambiguous`` for two, else ``date-unread``."""
    text = _extended(text.strip())
    if _WRITTEN.fullmatch(text):  # digits of another script may be of another calendar
        return DamageCode.DATE_INVALID if text[:4].isascii() else DamageCode.DATE_UNREAD
    return _in_words(text)[1] or DamageCode.DATE_UNREAD


def _extended(text: str) -> str:
    if basic := _BASIC.match(text):
        day = "{year}-{month}-{day}".format_map(basic.groupdict())
        clock = ":".join(filter(None, basic.group("hour", "minute", "second")))
        return day + (f"T{clock}" if clock else "") + text[basic.end() :]
    return in_numbers(text) if len(text) < _LONGEST else text


def _is_iso(text: str) -> bool:
    if not text.isascii() or (len(text) == 20 and text[-1] != "Z") or (len(text) == 25 and text[-3] != ":"):
        return False
    if text[4] != "-" or text[7] != "-" or (len(text) == 25 and text[19] not in "+-"):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _in_words(text: str) -> tuple[str | None, str | None]:
    """A printed date and its problem; ``None`` for both if there is no date, or more than a date."""
    stamps = find_stamps(text) if len(text) < _LONGEST else []
    if len(stamps) != 1 or text[: stamps[0].start].strip() or text[stamps[0].end :].strip():
        return None, None
    return stamps[0].iso, stamps[0].problem
