"""Dates as printed on pages, read into ISO 8601. Ambiguous and impossible ones are reported, not guessed."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from articles.text.alphabet import without_accents
from articles.text.damage import DamageCode
from articles.text.months import DAY_FORMS, WEEKDAYS_ELSEWHERE, month_of
from articles.text.tables import tables_of

_TABLES = tables_of(__file__)
MONTHS = {form: number for number, name in enumerate(_TABLES["months"].split(), 1) for form in (name, name[:3])}
MONTHS["sept"] = 9
WEEKDAYS = {form: number for number, name in enumerate(_TABLES["weekdays"].split()) for form in (name, name[:3])}
WEEKDAYS |= {"tues": 1, "thur": 3, "thurs": 3}
ZONES: dict[str, str] = _TABLES["zones"]
AMERICAN_ZONES: dict[str, str] = _TABLES["american_zones"]
VAGUE_ZONES = tuple(_TABLES["vague_zones"])


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date or a time of day, from ``start`` to ``end`` of a line. Without ``iso``, ``problem`` is the damage code."""

    start: int
    end: int
    iso: str | None = None
    problem: str | None = None


def _names(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))


_PARTS = {
    **_TABLES["parts"],
    "zones": _names(ZONES),
    "american_zones": _names(AMERICAN_ZONES),
    "vague_zones": _names(VAGUE_ZONES),
    "month": rf"(?P<month>(?i:{_names(MONTHS)}))\.?",
    "weekday": _TABLES["parts"]["weekday"].replace("{english}", _names(WEEKDAYS)),
}


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{([a-z_]+)\}", lambda part: _PARTS[part[1]], pattern))


_DAY_FORMS = (*map(_form, _TABLES["days"]), *DAY_FORMS)
_CLOCK_FORMS = tuple(map(_form, _TABLES["clocks"]))
_HALVES: dict[str, str] = _TABLES["halves"]
_ZONE = _form(_TABLES["zone"])
_TO_CLOCK = _form(r"\s*(?:T|{weekday}|[,،:|｜·•@/–—.-]|--|at\b)?\s*(?:{weekday}\s*)?{at}(?P<open>[(（]?)")
_TO_DAY = re.compile(r"\s*(?:[,،|｜–—-]|on\b)?\s*")
_WEEKDAY_BEFORE = _form(r"(?<![A-Za-z])(?:{weekday})\s*[,/|]?\s*$")
_WORD_BEFORE = re.compile(
    r"(?<![\w-])(?P<first>[^\W\d_]+ )??(?P<word>(?:[^\W\d_]|\u200c)+\.?)(?:-feira)?\s*[,،/|]?\s*(?:ngày\s+)?$"
)
_WORD_AFTER = re.compile(r"\s*,?\s?(?P<word>[^\W\d_]{4,})(?!\w)")
_WEEKDAY_AFTER = _form(r"\s*,?\s*{weekday}")
_DAYS_IN_SIGNS = ("一二三四五六日", "月火水木金土日", "월화수목금토일")  # Chinese, Japanese, Korean
_DAY_FIRST = re.compile(rf"(?<!\w)(?:{'|'.join(_TABLES['day_first'])})(?!\w)", re.IGNORECASE)
# Every date has a year of four digits, or three numbers.
_DATE_HINT = re.compile(r"\d{4}|\d/\d|\d[.-]\d\d?[.-]\d\d")
_EAST_ASIAN = re.compile("[\u2e80-\u9fff\uac00-\ud7a3]")  # there, a year of two digits comes first
_IRANIAN_YEARS, _THAI_YEARS = range(1300, 1420), range(2450, 2620)


def find_stamps(line: str) -> list[Stamp]:
    """The dates of a line in order, each with its time, weekday and zone."""
    if not _DATE_HINT.search(line):
        return []
    days = sorted(
        (day for form in _DAY_FORMS for match in form.finditer(line) if (day := _read_day(match))),
        key=lambda day: (day.start, -day.end),  # of overlapping ones, the first
    )
    matches = (match for form in _CLOCK_FORMS for match in form.finditer(line) if days)
    clocks = [Stamp(*match.span(), iso=_read_clock(match)) for match in matches]
    clocks.sort(key=lambda clock: (clock.start - clock.end, -clock.end))  # the longest first
    stamps: list[Stamp] = []
    for day in days:
        floor = stamps[-1].end if stamps else 0
        if day.start >= floor:
            stamps.append(_with_clock(line, day, clocks, floor))
    return stamps


def _read_day(match: re.Match[str]) -> Stamp | None:
    groups = match.groupdict()
    if "sign" not in groups:
        name = groups.get("month") or ""
        month = MONTHS.get(name.casefold()) or month_of(name) or int(groups.get("number") or 0)
        century = "20" if len(groups["year"]) == 2 else ""
        if not month or (century and _EAST_ASIAN.search(match.string)):
            return None
        return _dated(match, int(century + groups["year"]), month, int(groups["day"]))
    return _read_numbers(match)


def _read_numbers(match: re.Match[str]) -> Stamp | None:
    """Year first, or day first with dots; with slashes or hyphens if a number is above 12 or the language tells."""
    first, sign, second, third = match.group("first", "sign", "second", "third")
    if len(first) == 4 and len(third) <= 2:
        return _dated(match, int(first), int(second), int(third))
    if len(first) > 2 or len(third) not in (2, 4):
        return None
    if len(third) == 2:  # the century is unknown
        return Stamp(*match.span(), problem=DamageCode.DATE_AMBIGUOUS) if sign == "/" else None
    if sign[0] == "." or int(first) > 12 or (int(second) <= 12 and _DAY_FIRST.search(match.string)):
        return _dated(match, int(third), int(second), int(first))
    if int(second) > 12:
        return _dated(match, int(third), int(first), int(second))
    return Stamp(*match.span(), problem=DamageCode.DATE_AMBIGUOUS)


def _dated(match: re.Match[str], year: int, month: int, day: int) -> Stamp:
    try:
        if year in _IRANIAN_YEARS and month <= 12 and day <= 31:
            # With eight leap years in 33; 31 days in each of the first six months.
            number = 226_894 + 365 * (year - 1) + (8 * year + 21) // 33 + 30 * (month - 1) + min(month - 1, 6) + day
            return Stamp(*match.span(), iso=date.fromordinal(number).isoformat())
        year -= 543 if year in _THAI_YEARS else 0
        return Stamp(*match.span(), iso=date(year, month, day).isoformat())
    except ValueError:
        return Stamp(*match.span(), problem=DamageCode.DATE_INVALID)


def _read_clock(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    hour, minute = int(groups["hour"]), int(groups.get("minute") or 0)
    half = (groups.get("half") or groups.get("part") or "").casefold()
    half = _HALVES.get(half, half if half.isascii() else "")
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    elif half.startswith("a"):
        return None
    second = groups.get("second")
    if hour > 23 or minute > 59 or int(second or 0) > 59:
        return None
    return f"T{hour:02}:{minute:02}" + (f":{int(second):02}" if second else "")


def _with_clock(line: str, day: Stamp, clocks: list[Stamp], floor: int) -> Stamp:
    """The day with the time after it, else the time before it, and with the weekday next to it."""
    start = _weekday_start(line, day, floor)
    if day.problem == DamageCode.DATE_AMBIGUOUS:
        day = _decided(line, day, _weekday_of(line[start : day.start]))
    word = _WORD_AFTER.match(line, day.end)
    if word and _name_of_day(word["word"]) in WEEKDAYS_ELSEWHERE:
        day = replace(day, end=word.end())
    gap = _TO_CLOCK.match(line, day.end)
    after = next((clock for clock in clocks if gap and clock.start in (gap.end(), day.end)), None)
    earlier = (clock for clock in clocks if floor <= clock.start and _reaches(line, clock, start))
    if not after and (before := next(earlier, None)):
        zone = _ZONE.match(line, before.end, day.start) or _ZONE.match(line, day.end)
        return _stamp(day, before.iso, zone, before.start, max(day.end, zone.end() if zone else 0))
    clock, end = (after.iso, after.end) if after else ("", day.end)
    if after and gap and gap["open"]:
        end += line[end : end + 1] in (")", "）")
    zone = _ZONE.match(line, end)
    end = zone.end() if zone else end
    weekday = _WEEKDAY_AFTER.match(line, end)
    return _stamp(day, clock, zone, start, weekday.end() if weekday else end)


def _weekday_start(line: str, day: Stamp, floor: int) -> int:
    """The start of the weekday before a day; of the day, if none is."""
    reach = max(floor, day.start - 16)
    if weekday := _WEEKDAY_BEFORE.search(line, reach, day.start):
        return weekday.start()
    word = _WORD_BEFORE.search(line, reach, day.start)
    starts = (word.start(), word.start("word")) if word else ()  # ``thứ tư`` has two words
    return next((at for at in starts if _name_of_day(line[at : day.start]) in WEEKDAYS_ELSEWHERE), day.start)


def _name_of_day(text: str) -> str:
    return without_accents(text).strip().removesuffix("ngay").strip(" ,،./|").removesuffix("-feira")


def _weekday_of(text: str) -> int | None:
    """The number of a weekday, from 0 for Monday on; ``None`` for other words."""
    name = _name_of_day(text).strip("()（） .").replace("曜日", "曜")  # 月曜日 is a Monday, not 日
    for days in _DAYS_IN_SIGNS:
        if sign := next((sign for sign in name if sign in days), None):
            return days.index(sign)
    return WEEKDAYS.get(name, WEEKDAYS_ELSEWHERE.get(name))


def _decided(line: str, day: Stamp, weekday: int | None) -> Stamp:
    """A day with slashes, of which a weekday decides which number is the month."""
    if weekday is None or not (numbers := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", line[day.start : day.end])):
        return day
    first, second, year = map(int, numbers.groups())
    fitting = set()
    for number, month in ((first, second), (second, first)):
        with suppress(ValueError):  # no such day
            if (found := date(year, month, number)).weekday() == weekday:
                fitting.add(found.isoformat())
    return Stamp(day.start, day.end, iso=fitting.pop()) if len(fitting) == 1 else day


def _reaches(line: str, clock: Stamp, start: int) -> bool:
    """``True`` for a time directly before a day, or its weekday, that begins at ``start``."""
    if not 0 <= start - clock.end <= 40:
        return False
    zone = _ZONE.match(line, clock.end, start)
    gap = _TO_DAY.match(line, zone.end() if zone else clock.end, start)
    return gap is not None and gap.end() == start


def _stamp(day: Stamp, clock: str | None, zone: re.Match[str] | None, start: int, end: int) -> Stamp:
    offset = _offset(zone, f"{day.iso}{clock}") if zone and clock and day.iso else ""
    if offset is None or (clock is None and not day.problem):
        return Stamp(start, end, problem=DamageCode.DATE_INVALID)
    return Stamp(start, end, None if day.iso is None else f"{day.iso}{clock}{offset}", day.problem)


def _offset(zone: re.Match[str], moment: str) -> str | None:
    """``Z``, ``+08:00``; ``""`` for an unknown zone; ``None`` for an impossible offset."""
    if american := zone.group("american"):
        return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(AMERICAN_ZONES[american])).isoformat()[-6:]
    if name := zone.group("name"):
        return ZONES[name]
    if not zone.group("offset"):
        return ""
    sign = "+" if zone.group("offset")[0] == "+" else "-"
    hours, _, minutes = zone.group("offset")[1:].partition(":")
    if len(hours) > 2:
        hours, minutes = hours[:-2], hours[-2:]
    if int(hours) > 14 or int(minutes or 0) > 59:
        return None
    return f"{sign}{int(hours):02}:{int(minutes or 0):02}"
