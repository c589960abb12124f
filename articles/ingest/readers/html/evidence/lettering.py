"""The headline of a page that marks none: a line in larger letters, or a bold one alone, above the text.

Before style sheets, and on pages written by hand long after, ``<FONT SIZE=5><B>…</B></FONT>`` is all there is.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice, takewhile

from articles.ingest.parsing.boilerplate import is_boilerplate_at_edge, is_breadcrumb, is_link_label
from articles.ingest.parsing.metadata import Place, parse_metadata
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.html.evidence.clues import Clue, key
from articles.ingest.readers.html.evidence.moments import is_date_alone, is_plausible, printed_dates
from articles.ingest.readers.html.evidence.people import begins_with_by
from articles.ingest.readers.html.tree import BLOCK_TAGS, Element
from articles.text.months import in_numbers

# Sizes are those of ``FONT SIZE``: 3 is that of plain text.
_PLAIN_SIZE = 3
_HEADING_SIZES = {"h1": 6, "h2": 5, "h3": 4, "h4": 4, "h5": 3, "h6": 2}
_FONT_SIZE = re.compile(r"\s*(?P<sign>[+-]?)(?P<number>\d)")

_SKIPPED = frozenset(
    "script style noscript template iframe svg select button textarea option title head object map applet".split()
)

_LARGE = 4
_SHORTEST, _LONGEST = 8, 220
# A line so long, and not a link, is the first of the text; a sentence may be shorter.
_PROSE, _SENTENCE = 140, 60
_NOTICE = re.compile("©|opyright")
_OWNER = re.compile(
    r".{0,200}?(?:©|copyright)(?:[\s\d,;–-]|©|\(c\)|copyright|by\b)*(?P<name>[^.|·©\d]{3,80})", re.IGNORECASE
)
_NO_HEADLINE = frozenset("contents menu search navigation links archive archives advertisement".split())


@dataclass(frozen=True, slots=True)
class _Setting:
    """How a text is set: what the elements around it say."""

    element: Element
    size: int = _PLAIN_SIZE
    is_bold: bool = False
    is_linked: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line as shown. ``element``: the innermost around its start; ``unlinked``: its text without links."""

    text: str
    element: Element
    size: int
    is_bold: bool
    is_linked: bool
    unlinked: str


@dataclass(slots=True)
class _Walk:
    pieces: list[tuple[str, _Setting]] = field(default_factory=list)
    steps: int = 0

    def lines(self, element: Element, setting: _Setting) -> Iterator[Line]:
        self.pieces.append((element.text or "", setting))
        for child in element:
            self.steps += 1
            if self.steps > 1_500:
                return
            if isinstance(child.tag, str) and child.tag not in _SKIPPED:
                is_apart = child.tag in BLOCK_TAGS or child.tag == "br"
                if is_apart:
                    yield from self.end()
                yield from self.lines(child, _set(child, setting))
                if is_apart:
                    yield from self.end()
            self.pieces.append((child.tail or "", setting))

    def end(self) -> Iterator[Line]:
        pieces, self.pieces = self.pieces, []
        text = fold("".join(piece for piece, _ in pieces))
        if not any(map(str.isalnum, text)):
            return
        shown = [(len(piece), setting) for piece, setting in pieces if piece and not piece.isspace()]
        total = sum(length for length, _ in shown)
        linked = sum(length for length, setting in shown if setting.is_linked)
        size = max(shown, key=lambda piece: piece[0])[1].size
        is_bold = all(setting.is_bold for _, setting in shown)
        unlinked = fold("".join(piece for piece, setting in pieces if not setting.is_linked))
        yield Line(text, shown[0][1].element, size, is_bold, 2 * linked > total, unlinked)


def _set(element: Element, around: _Setting) -> _Setting:
    tag, size = element.tag, around.size
    if tag == "font" and (written := _FONT_SIZE.match(element.get("size") or "")):
        number = int(written["number"])
        size = number if not written["sign"] else _PLAIN_SIZE + (number if written["sign"] == "+" else -number)
    elif tag in ("big", "small"):
        size += 1 if tag == "big" else -1
    size = _HEADING_SIZES.get(tag, size)
    is_bold = around.is_bold or tag in _HEADING_SIZES or tag in ("b", "strong", "th")
    return _Setting(element, size, is_bold, around.is_linked or (tag == "a" and element.get("href") is not None))


def lines_of(body: Element) -> Iterator[Line]:
    """The lines of a page from its top, as many as a page may have above its text."""
    walk = _Walk()
    yield from walk.lines(body, _Setting(body))
    yield from walk.end()


def _lines_above_text(body: Element) -> tuple[list[Line], int]:
    """The lines above the text, those of one heading as one, and the size of the text."""
    lines: list[Line] = []
    for line in islice(lines_of(body), 120):
        is_sentence = len(line.text) >= _SENTENCE and line.size < _LARGE and line.text[-1] in '.!?…。！？”»"'
        if not line.is_linked and (is_sentence or len(line.text) >= _PROSE):
            return lines, line.size
        last = lines[-1] if lines else None
        if last and last.element is line.element and is_large(line) and line.element.tag not in BLOCK_TAGS:
            lines[-1] = replace(last, text=f"{last.text} {line.text}")
        else:
            lines.append(line)
    return lines, _PLAIN_SIZE


def shown_headline(body: Element, titles: Collection[str]) -> Line | None:
    """The line that is the headline, of those above the text. ``titles`` are the keys of what ``<title>`` may say.

    One that ``<title>`` says as well comes first, then the largest, then the last that is bold and alone. The name of
    a publication, which may be the largest of all, counts only if nothing else is there.
    """
    lines, text_size = _lines_above_text(body)
    # As in ``© 1999 The Norhaven Post, Inc.``
    owners = [match["name"] for text in body.itertext() if _NOTICE.search(text) and (match := _OWNER.match(fold(text)))]
    publications = {key(part) for name in owners for part in (name, re.split(r"[,;]", name)[0])}
    usable = list(filter(_may_be_headline, lines))
    usable = [line for line in usable if key(line.text) not in publications] or usable
    found = (
        [line for line in usable if key(line.text) in titles]
        or sorted((line for line in usable if is_large(line) and line.size > text_size), key=lambda line: line.size)
        or [line for line in usable if line.is_bold and len(line.text) >= 16 and " " in line.text]
    )
    return next(reversed(found), None)


def _may_be_headline(line: Line) -> bool:
    text = line.text
    if line.is_linked or not _SHORTEST <= len(text) <= _LONGEST or key(text) in _NO_HEADLINE or text[-1] in ":：|":
        return False
    if begins_with_by(text) or is_date_alone(text) or is_breadcrumb(text) or is_link_label(text):
        return False
    return not is_boilerplate_at_edge(text) and parse_metadata(text, Place(is_before_headline=True)) is None


def is_large(line: Line) -> bool:
    return line.size >= _LARGE


# The head of a page ends after so many lines, or at one as long as a paragraph.
_MOST_HEAD_LINES = 16
_LONGEST_HEAD_LINE = 200
# What a line may say beside its date: the number of an issue, its price, the weather.
_MOST_WORDS = 10
_WORD = re.compile(r"[^\W\d_]+")


def date_of_head(root: Element, headline: str, captured: datetime | None) -> Clue | None:
    """The one date of the unlinked lines above the headline, ``Friday, June 11, 1999 | Front page``. ``None``
    if they give several, or the day on which the page was saved: that is the clock of the site."""
    wanted = key(headline)
    lines = (line for body in root.iterchildren("body") for line in lines_of(body))
    head = takewhile(lambda line: len(line.text) <= _LONGEST_HEAD_LINE and key(line.text) != wanted, lines)
    found: dict[str, Clue] = {}
    for line in islice(head, _MOST_HEAD_LINES):
        if len(_WORD.findall(in_numbers(line.unlinked))) > _MOST_WORDS:
            continue
        for _, iso in printed_dates(line.unlinked):
            if is_plausible(iso, captured):
                found.setdefault(iso[:10], Clue(iso, "head of the page", line.unlinked))
    if len(found) != 1:
        return None
    ((day, moment),) = found.items()
    is_clock = captured is not None and abs((captured.date() - date.fromisoformat(day)).days) <= 1
    return None if is_clock else moment
