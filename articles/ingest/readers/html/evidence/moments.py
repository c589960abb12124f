"""Dates of publication and change: read, weighed, and the best of several chosen."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from articles.ingest.parsing.dates import find_stamps
from articles.ingest.parsing.iso_dates import read_date
from articles.ingest.parsing.metadata import Role
from articles.ingest.readers.html.evidence.clues import Clue
from articles.text.alphabet import without_accents
from articles.text.months import WEEKDAYS_ELSEWHERE, in_numbers

# Days that programs write where they know none.
_TEMPLATE_DAYS = frozenset({"1970-01-01", "1969-12-31", "1900-01-01", "1899-12-30", "1899-12-31", "2000-01-01T00:00"})
_FIRST_YEAR, _LAST_YEAR = "1600", "2100"
# Clocks of servers differ, and a day begins earlier in the east.
_SLACK = timedelta(days=2)
# Places whose dates may be of publication or of an update.
_OF_NO_KIND = ("address", "meta dc.date", "meta dcterms.date", "meta date")

_YEAR = re.compile(r"\d{4}|\d[./]\d")
_WORD = re.compile(r"\w+")
_SECONDS = re.compile(r"(?P<seconds>[0-9]{10})(?:[0-9]{3})?")
_UPDATED = re.compile(
    r"(?i:updat|modif|revis|edited|aktualis|geändert|überarbeit|stand:|bijgewerkt|gewijzigd|actualiz|modificad|"
    r"mis[e]? à jour|maj\b|aggiorna|atualiz|uppdat|ändrad|opdater|oppdater|endret|päivitet|aktualiz|zaktualiz|"
    r"frissít|güncel|обновл|измен|оновл|ενημ)|更新|修改|수정|업데이트|تحديث|עודכן",
)
_IN_URL = (
    re.compile(r"/(?P<year>(?:19|20)\d\d)[/-](?P<month>0?[1-9]|1[0-2])[/-](?P<day>0?[1-9]|[12]\d|3[01])(?=[/_.-]|$)"),
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(r"/(?P<year>(?:19|20)\d\d)-?(?P<month>0[1-9]|1[0-2])/?(?P<day>0[1-9]|[12]\d|3[01])(?=[/_.-]|$)"),
    re.compile(r"/(?P<year>(?:19|20)\d\d)/(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?=[/_.-]|$)"),
)  # fmt: skip


def read_moment(text: str) -> str | None:
    """The one date of a value, as ISO 8601; ``None`` if there is none, or more than one."""
    text = text.strip()
    if (iso := read_date(text)) is not None:
        return iso
    if seconds := _SECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(seconds["seconds"]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    days = {iso for _, iso in printed_dates(text)}
    return days.pop() if len(days) == 1 else None


def printed_dates(text: str, role: Role = "published") -> Iterator[tuple[Role, str]]:
    """The dates of a short text, each with the role that the words before it give it, else ``role``."""
    if len(text) > 200:
        return
    line = in_numbers(text)
    at = 0
    for stamp in find_stamps(line):
        before = line[at : stamp.start]
        if stamp.iso:
            yield "updated" if _UPDATED.search(before) else role, stamp.iso
        at = stamp.end


def is_date_alone(text: str) -> bool:
    """``True`` for a date and nothing else: ``Friday June 11, 1999``, ``piątek, 5 maja 2006``."""
    if len(text) > 60 or not _YEAR.search(text):
        return False
    rest = in_numbers(text)
    stamps = find_stamps(rest)
    for stamp in reversed(stamps):
        rest = f"{rest[: stamp.start]} {rest[stamp.end :]}"
    return bool(stamps) and all(without_accents(word) in WEEKDAYS_ELSEWHERE for word in _WORD.findall(rest))


def says_updated(text: str) -> bool:
    return _UPDATED.search(text) is not None


def date_of_address(address: str) -> str | None:
    """The day that the path of an address names: ``/2013/07/19/…``, ``/2013-07-19-…``, ``/20130719/…``."""
    path = re.sub(r"^[a-z]+://[^/]*", "", address.partition("?")[0].partition("#")[0])
    found = next(filter(None, (form.search(path) for form in _IN_URL)), None)
    return read_date("-".join(found.group("year", "month", "day"))) if found else None


def best_moment(clues: Iterable[Clue], captured: datetime | None) -> Clue | None:
    """The date of the surest place that has a plausible one, in the most telling form in which any place gives it."""
    read = ((read_moment(clue.value), clue) for clue in clues)
    moments = [
        Clue(iso, clue.origin, clue.printed or clue.value) for iso, clue in read if iso and is_plausible(iso, captured)
    ]
    return max(moments, key=lambda other: _says_the_same_better(moments[0], other), default=None)


def is_of_update(published: Clue, updated: Clue) -> bool:
    """``True`` if JSON-LD states an update alone, and only the address or a date of no kind repeats its day.

    ``published`` is of the surest place, so JSON-LD states no date of publication.
    """
    is_alone = updated.origin == "JSON-LD dateModified" and published.origin in _OF_NO_KIND
    return is_alone and published.value[:10] == updated.value[:10]


def marked_moment(clues: Iterable[Clue]) -> Clue | None:
    """The date that a page marks as its own although it was saved before: what it says is kept all the same."""
    return best_moment([clue for clue in clues if not clue.printed], None)


def is_plausible(iso: str, captured: datetime | None) -> bool:
    """``True`` unless the date is a program's default, or after the page was saved."""
    if iso[:10] in _TEMPLATE_DAYS or iso[:16] in _TEMPLATE_DAYS or not _FIRST_YEAR <= iso[:4] <= _LAST_YEAR:
        return False
    return not is_after(iso, captured)


def is_after(iso: str, captured: datetime | None) -> bool:
    return captured is not None and iso[:10] > (captured + _SLACK).date().isoformat()


def _says_the_same_better(first: Clue, other: Clue) -> int:
    """0: no. A time says more than a day, seconds more than minutes, local time more than that of Greenwich."""
    if other.value == first.value:
        return 1
    if len(first.value) > 10 and len(other.value) > 10:
        moment, second = _moment(first.value), _moment(other.value)
        if moment and second and moment == second:
            return 4 if second.utcoffset() and not moment.utcoffset() else 1
    if other.value.startswith(first.value) and (len(first.value) > 10 or other.value[11:16] != "00:00"):
        return 2 + (len(other.value) > 19)
    return 0


def _moment(iso: str) -> datetime | None:
    """``None`` without an offset. Seconds are left out."""
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return moment.replace(second=0) if moment.tzinfo else None
