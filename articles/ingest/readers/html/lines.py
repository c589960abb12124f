"""The lines of a page as browsers show them: those of the frame of its site, and those that name other pages."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from articles.ingest.parsing.frame import Frame
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.html.tree import BLOCK_TAGS, Element
from articles.ingest.sites.site import Site
from articles.text.paths import parts_of

_SILENT = frozenset("script style noscript template select textarea iframe object svg".split())
_PAGES = re.compile(r"(?:^|/)[^/.]*$|\.(?:[sx]?html?|php|aspx?)$", re.IGNORECASE)

_PROSE = 70  # characters of a line that count as prose


@dataclass(slots=True, eq=False)
class Line:
    """``pieces``: the elements of its text, each with ``True`` for its tail. ``links``: those that begin in it."""

    text: str
    pieces: list[tuple[Element, bool]] = field(default_factory=list)
    links: list[Element] = field(default_factory=list)

    def take_out(self) -> str:
        text, self.text = self.text, ""
        for element, is_behind in self.pieces:
            if is_behind:
                element.tail = None
            else:
                element.text = None
        return text


def lines_of(root: Element) -> list[Line]:
    """All lines of a page with a letter or digit."""
    body = root.find("body")
    if body is None:
        return []
    lines = [Line("")]
    silent = 0
    for event, element in etree.iterwalk(body, events=("start", "end", "comment")):
        is_element, is_start = event != "comment", event == "start"
        if is_element and (element.tag in BLOCK_TAGS or element.tag == "br"):
            lines.append(Line(""))
        if is_element and element.tag in _SILENT:
            silent += 1 if is_start else -1
        text = element.text if is_start else element.tail
        if is_start and element.tag == "a" and element.get("href"):
            lines[-1].links.append(element)
        if text and not silent and (is_start or element is not body):
            lines[-1].text += text
            lines[-1].pieces.append((element, not is_start))
    for line in lines:
        line.text = fold(line.text)
    return [line for line in lines if any(map(str.isalnum, line.text))]


_OWN_PART = re.compile(r"#[\w-]{1,60}")


def take_out_frame(lines: Sequence[Line], frame: Frame) -> list[str]:
    """Take the lines of the frame out of the page; returns them, in page order."""
    return [lines[number].take_out() for number in frame.numbers_in([line.text for line in lines])]


@dataclass(slots=True)
class Entries:
    """Links to pages of the site that begin lines. ``own``, ``prose``: counts before the first, then behind each."""

    targets: set[str] = field(default_factory=set)
    own: list[int] = field(default_factory=lambda: [0])  # characters without a link
    prose: list[int] = field(default_factory=lambda: [0])  # of those, the ones in long lines
    linked: int = 0  # characters of the links


def entries_in(lines: Iterable[Line], name: str, site: Site) -> Entries:
    """``name``: of the page's file."""
    found = Entries()
    for line in lines:
        entry, rest = _entry(line, name, site)
        if entry and entry not in found.targets:
            found.targets.add(entry)
            found.own.append(0)
            found.prose.append(0)
        found.linked += len(line.text) - len(rest)
        found.own[-1] += len(rest)
        found.prose[-1] += len(rest) if len(rest) >= _PROSE else 0
    return found


def _entry(line: Line, name: str, site: Site) -> tuple[str, str]:
    """The page of the site that a line names first, and what else it says."""
    for link in line.links:
        words = fold("".join(link.itertext()))
        if not words or not line.text.startswith(words[:40]):
            continue
        rest = line.text[len(words) :].strip()
        parts = parts_of((link.get("href") or "").strip())
        is_of_site = not parts.netloc or (parts.hostname or "") in site.own_hosts
        is_other = parts.path and parts.path != name and parts.scheme in ("", "http", "https")
        # A link to a picture, or at the beginning of a sentence, names no page.
        if is_of_site and is_other and _PAGES.search(parts.path) and not rest[:1].islower():
            return f"{parts.path}?{parts.query}", rest
        break
    return "", line.text


def contained(lines: Iterable[Line], path: Path) -> int:
    """The number of pages next to that of ``path`` that are in it as well, as those of a magazine in one of the whole
    issue: it links to its own parts by the names of their files, and is about as long as they are together.
    """
    links = {link.get("href") or "" for line in lines for link in line.links}
    names = {link[1:] for link in links if _OWN_PART.fullmatch(link)} - {path.stem}
    beside = [page for name in names if (page := path.with_name(name + path.suffix)).is_file()]
    is_whole = beside and 3 * path.stat().st_size > 2 * sum(page.stat().st_size for page in beside)
    return len(beside) if is_whole else 0
