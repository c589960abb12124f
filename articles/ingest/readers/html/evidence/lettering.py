"""The headline of a page that marks none: a line in larger letters, or a bold one alone, above the text.

Before style sheets, and on pages written by hand long after, ``<FONT SIZE=5><B>…</B></FONT>`` is all there is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from articles.ingest.parsing.chrome import is_breadcrumb, is_chrome
from articles.ingest.parsing.metadata import Place, parse_metadata
from articles.ingest.parsing.page_lines import is_furniture_line, is_link_label
from articles.ingest.readers.html.evidence.clues import key
from articles.ingest.readers.html.evidence.moments import is_date_alone
from articles.ingest.readers.html.evidence.people import begins_with_by
from articles.ingest.readers.html.tree import BLOCK_TAGS, Element, fold
from articles.text.outlets import has_press_name, is_known_outlet

# Sizes are those of ``FONT SIZE``: 3 is that of plain text.
_PLAIN_SIZE = 3.0
_TAG_SIZES = {"big": 1.0, "small": -1.0}
_HEADING_SIZES = {"h1": 6.0, "h2": 5.0, "h3": 4.0, "h4": 3.5, "h5": 3.0, "h6": 2.5}
_NAMED_SIZES = {
    "xx-small": 1.0, "x-small": 1.5, "small": 2.0, "medium": 3.0, "large": 4.0, "x-large": 5.0, "xx-large": 6.0,
}  # fmt: skip
# Pixels of a letter, and the size of which it is.
_PIXELS = ((10.0, 1.0), (13.0, 2.0), (16.0, 3.0), (18.0, 4.0), (24.0, 5.0), (32.0, 6.0), (48.0, 7.0))
_PIXELS_OF_UNIT = {"px": 1.0, "": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "%": 0.16}
_STYLED = re.compile(
    r"font(?:-size)?\s*:[^;]*?(?<![\w.-])(?:(?P<number>\d{1,3}(?:\.\d{1,3})?)(?P<unit>px|pt|em|rem|%)|(?P<name>(?:xx?-)?(?:small|large)|medium)(?![\w-]))",
    re.IGNORECASE,
)
_STYLED_BOLD = re.compile(r"font(?:-weight)?\s*:[^;]*?(?<![\w-])(?:bold(?:er)?|[6-9]00)(?![\w-])", re.IGNORECASE)
_FONT_SIZE = re.compile(r"\s*(?P<sign>[+-]?)(?P<number>\d)")

_SKIPPED = frozenset({
    "script", "style", "noscript", "template", "iframe", "svg", "select", "button", "textarea", "option", "title",
    "head", "object", "map", "applet",
})  # fmt: skip

_MOST_STEPS = 1_500
_MOST_LINES = 120
_LARGER = 1.0
_LARGE = 4.0
_SHORTEST, _LONGEST = 8, 220
_SHORTEST_BOLD = 16
_LONGEST_STYLE = 500
# A line so long, and not a link, is the first of the text; a sentence may be shorter.
_PROSE, _SENTENCE = 140, 60
# So few lines apart, a larger line belongs to a smaller one: deck, second line of a headline.
_NEAR = 2
_NOTICES = etree.XPath("descendant::text()[contains(., '\u00a9') or contains(., 'opyright')]", smart_strings=False)
_OWNER = re.compile(
    r".{0,200}?(?:©|copyright)(?:[\s\d,;–-]|©|\(c\)|copyright|by\b)*(?P<name>[^.|·©\d]{3,80})", re.IGNORECASE
)
_NO_HEADLINE = frozenset("contents menu search navigation links archive archives advertisement".split())


@dataclass(slots=True)
class Line:
    """One line as a page shows it. ``element`` is the innermost around its beginning; ``unlinked`` its text without
    what are links; ``is_linked``: most of it is one."""

    text: str
    element: Element
    size: float = _PLAIN_SIZE
    is_bold: bool = False
    is_linked: bool = False
    unlinked: str = ""


@dataclass(frozen=True, slots=True)
class _Setting:
    """How a text is set: what the elements around it say."""

    element: Element
    size: float = _PLAIN_SIZE
    is_bold: bool = False
    is_linked: bool = False


@dataclass(slots=True)
class _Walk:
    pieces: list[tuple[str, _Setting]] = field(default_factory=list)
    steps: int = 0

    def lines(self, element: Element, setting: _Setting) -> Iterator[Line]:
        """The lines of an element, in page order. The last one of the page is still to be ended."""
        self._note(element.text, setting)
        for child in element:
            self.steps += 1
            if self.steps > _MOST_STEPS:
                return
            if isinstance(child.tag, str) and child.tag not in _SKIPPED:
                is_apart = child.tag in BLOCK_TAGS or child.tag == "br"
                if is_apart:
                    yield from self.end()
                yield from self.lines(child, _set(child, setting))
                if is_apart:
                    yield from self.end()
            self._note(child.tail, setting)

    def _note(self, text: str | None, setting: _Setting) -> None:
        if text:
            self.pieces.append((text, setting))

    def end(self) -> Iterator[Line]:
        """The line that was gathered."""
        pieces, self.pieces = self.pieces, []
        text = fold("".join(piece for piece, _ in pieces))
        if not any(map(str.isalnum, text)):
            return
        shown = [(len(piece), setting) for piece, setting in pieces if not piece.isspace()]
        total = sum(length for length, _ in shown)
        linked = sum(length for length, setting in shown if setting.is_linked)
        yield Line(
            text,
            shown[0][1].element,
            max(shown, key=lambda piece: piece[0])[1].size,
            all(setting.is_bold for _, setting in shown),
            2 * linked > total,
            fold("".join(piece for piece, setting in pieces if not setting.is_linked)),
        )


def lines_of(body: Element) -> Iterator[Line]:
    """The lines of a page from its top, as many as a page may have above its text."""
    walk = _Walk()
    yield from walk.lines(body, _Setting(body))
    yield from walk.end()


def lines_above_text(body: Element) -> list[Line]:
    """The lines from the top of the page to the first of its text, that one too."""
    found: list[Line] = []
    for line in lines_of(body):
        found.append(line)
        if _is_prose(line) or len(found) >= _MOST_LINES:
            break
    return found


def _is_prose(line: Line) -> bool:
    is_sentence = len(line.text) >= _SENTENCE and line.size < _LARGE and line.text[-1] in '.!?…。！？”»"'
    return not line.is_linked and (is_sentence or len(line.text) >= _PROSE)


def _set(element: Element, around: _Setting) -> _Setting:
    """What an element makes of the setting around it."""
    tag, style = element.tag, element.get("style")
    size, is_bold = around.size, around.is_bold
    if tag == "font" and (said := _FONT_SIZE.match(element.get("size") or "")):
        number = float(said["number"])
        size = number if not said["sign"] else _PLAIN_SIZE + (number if said["sign"] == "+" else -number)
    elif tag in _TAG_SIZES:
        size += _TAG_SIZES[tag]
    elif tag in _HEADING_SIZES:
        size, is_bold = _HEADING_SIZES[tag], True
    elif tag in ("b", "strong", "th"):
        is_bold = True
    if style and "font" in style and len(style) <= _LONGEST_STYLE:
        size = _size_of(style, size)
        is_bold = is_bold or _STYLED_BOLD.search(style) is not None
    return _Setting(element, size, is_bold, around.is_linked or (tag == "a" and element.get("href") is not None))


def _size_of(style: str, size: float) -> float:
    said = _STYLED.search(style)
    if said is None:
        return size
    if said["name"]:
        return _NAMED_SIZES.get(said["name"].lower(), size)
    pixels = float(said["number"]) * _PIXELS_OF_UNIT[said["unit"].lower()]
    return max((of for least, of in _PIXELS if pixels >= least), default=1.0)


# --- the headline


def shown_headline(lines: Sequence[Line], titles: Collection[str], publications: Collection[str]) -> Line | None:
    """The line that is the headline, of those above the text. ``titles`` are the keys of what ``<title>`` may say.

    One that ``<title>`` says as well comes first, then the largest, then the last that is bold and alone. The name of
    a publication, which may be the largest of all, counts only if nothing else is there; ``publications`` are the keys
    of what the page calls itself.
    """
    text_size = lines[-1].size if lines and _is_prose(lines[-1]) else _PLAIN_SIZE
    lines = _joined([line for line in lines if not _is_prose(line) or line.size >= text_size + _LARGER])
    usable = [(number, line) for number, line in enumerate(lines) if _may_be_headline(line)]
    usable = [one for one in usable if not _names_publication(one[1].text, publications)] or usable
    large = [one for one in usable if one[1].size >= max(_LARGE, text_size + _LARGER)]
    said = [one for one in usable if key(one[1].text) in titles]
    if said:
        return said[-1][1]
    return _largest(large) if large else next((line for _, line in reversed(usable) if _is_bold_alone(line)), None)


def _joined(lines: Sequence[Line]) -> list[Line]:
    """The lines, those within one larger element joined: a headline broken by hand."""
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        if last and last.element is line.element and line.size >= _LARGE and line.element.tag not in BLOCK_TAGS:
            joined[-1] = replace(last, text=f"{last.text} {line.text}", unlinked=f"{last.unlinked} {line.unlinked}")
        else:
            joined.append(line)
    return joined


def _may_be_headline(line: Line) -> bool:
    text = line.text
    if line.is_linked or not _SHORTEST <= len(text) <= _LONGEST or key(text) in _NO_HEADLINE or text[-1] in ":：|":
        return False
    if begins_with_by(text) or is_date_alone(text) or is_chrome(text) or is_breadcrumb(text):
        return False
    return not (is_furniture_line(text) or is_link_label(text) or parse_metadata(text, Place(is_before_headline=True)))


def _names_publication(text: str, publications: Collection[str]) -> bool:
    return key(text) in publications or is_known_outlet(text) or has_press_name(text)


def owners(body: Element) -> frozenset[str]:
    """The keys of the names that a page gives in its copyright notices: ``© 1999 The Norhaven Post, Inc.``"""
    found = (_OWNER.match(fold(text)) for text in _NOTICES(body))
    names = [match["name"] for match in found if match]
    return frozenset(key(part) for name in names for part in (name, re.split(r"[,;]", name)[0])) - {""}


def _is_bold_alone(line: Line) -> bool:
    return line.is_bold and len(line.text) >= _SHORTEST_BOLD and " " in line.text


def _largest(large: Sequence[tuple[int, Line]]) -> Line:
    """The last of the larger lines, or a still larger one just above it: what follows a headline is its deck."""
    number, best = large[-1]
    for before, line in reversed(large[:-1]):
        if number - before > _NEAR:
            break
        if line.size > best.size:
            best = line
        number = before
    return best


def is_large(line: Line) -> bool:
    return line.size >= _LARGE
