"""The lines around a headline, read by the rules for printed text: who, when, in which publication."""

import re
from dataclasses import dataclass, field

from articles.ingest.parsing.metadata import Metadata, Place, Role, parse_metadata
from articles.ingest.readers.html.evidence.clues import key
from articles.ingest.readers.html.evidence.moments import printed_dates
from articles.ingest.readers.html.evidence.people import begins_with_by, names_in, without_by, without_date
from articles.ingest.readers.html.evidence.region import lines_after
from articles.ingest.readers.html.tree import Element
from articles.text.months import in_numbers

# Words that a line may have beside its date and still be about the date.
_MOST_WORDS = 12
_BY_LATER = re.compile(r"\s(?:by|von|par|por|door|av|af)\s+(?P<names>[^@]+)$", re.IGNORECASE)  # no account's
# What leads from a name to a date: ``, publié le``, `` — ``, `` | am``.
_DATE_WORDS = re.compile(
    r"[\s,|·–—-]*(?:(?:publi|veröffentlicht|erstellt|gepostet|pubblicat|publicerad|geplaatst|aktualisiert|mis à jour)"
    r"\w*)?[\s:]*(?<!\w)(?-i:(?:le|la|el|em|il|am|on|den|op|de)\s*|(?:le|el|il|am|on|den|op)\s[^\W\d_]+,?\s*)?$",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d{4}")
_WORD = re.compile(r"[^\W\d_]+")
_PROSE_END = re.compile(r"[.!?。]$")


@dataclass(slots=True)
class Printed:
    """The statements of the lines, the nearest first. ``dates``: role, ISO 8601, the line; ``problems``: why a
    date cannot be read, the line; ``lines``: the keys of all lines."""

    dates: list[tuple[Role, str, str]] = field(default_factory=list)
    byline: str = ""
    source: str = ""
    problems: list[tuple[str, str]] = field(default_factory=list)
    lines: set[str] = field(default_factory=set)


def read_lines(headline: Element | None, root: Element) -> Printed:
    """Read the lines after the headline. Without one, the labelled lines from the top of the page."""
    printed = Printed()
    is_sure = headline is not None
    start = headline if is_sure else next((child for body in root.iterchildren("body") for child in body), None)
    awaited: Role | None = None
    for line in lines_after(start) if start is not None else ():
        printed.lines.add(key(line[:1_000]))
        if len(line) > 160:
            continue
        metadata = parse_metadata(line, Place(is_beside_metadata=is_sure))
        if metadata is not None:
            _take(printed, metadata, line, awaited, is_sure=is_sure)
        elif is_sure and _DIGITS.search(line):
            _take_foreign(printed, line)
        # ``11 May 2006 | By Jane Doe``: a byline next to a date.
        for piece in re.split(r"[|｜·•]", line) if is_sure else ():
            if not _DIGITS.search(piece):
                _take_byline(printed, piece.strip())
        awaited = metadata.awaits if metadata else None
    return printed


def _take(printed: Printed, metadata: Metadata, line: str, awaited: Role | None, *, is_sure: bool) -> None:
    for date in metadata.dates:
        role = awaited if awaited and not date.is_labelled else date.role
        if date.iso and (is_sure or date.is_labelled or awaited):
            printed.dates.append((role, date.iso, line))
        elif date.problem:
            printed.problems.append((date.problem, line))
    printed.byline = printed.byline or metadata.byline or ""
    if metadata.dates:
        printed.source = printed.source or metadata.source or ""


def _take_foreign(printed: Printed, line: str) -> None:
    """A line that is little more than dates, in any language."""
    words = _WORD.findall(in_numbers(line))
    if len(words) > _MOST_WORDS or (_PROSE_END.search(line) and len(words) > 4):
        return
    dates = list(printed_dates(line))
    printed.dates += [(role, iso, line) for role, iso in dates]
    if dates and not printed.byline:
        later = _BY_LATER.search(line)
        names = without_by(line) if begins_with_by(line) else later["names"] if later else ""
        printed.byline = _DATE_WORDS.sub("", without_date(names)).rstrip(" @")


def _take_byline(printed: Printed, line: str) -> None:
    if printed.byline or len(line.split()) > 12 or not begins_with_by(line):
        return
    byline = without_by(line)
    if byline and not _PROSE_END.search(byline) and not byline[0].islower() and names_in([byline]):
        printed.byline = byline
