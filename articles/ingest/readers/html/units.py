"""A page's tree as a row of units: paragraphs, headings, lists, quotations, tables, photos, and what was taken out.

Paragraphs are found as readers see them: in ``p``, in ``div`` or a table's cell without any ``p``, and between two line
breaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from articles.ingest.parsing.html_to_markdown.elements import LISTS
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.html.cleaning import MARK
from articles.ingest.readers.html.figures import Figure
from articles.ingest.readers.html.tree import BLOCK_TAGS, HEADINGS, Element, link_length, text_length

UnitKind = Literal["text", "heading", "list", "quote", "code", "table", "photo", "left"]
Node = str | Element

# Deeper elements are read as plain text.
_DEEPEST = 200
_LONGEST_CELL = 300
_CODE_LINE = re.compile(r"[{};=<>]\s*$|^[ \t]{2,}\S.*\n[ \t]{2,}\S", re.MULTILINE)


@dataclass(slots=True)
class Unit:
    kind: UnitKind
    within: Element  # the element around it
    nodes: list[Node] = field(default_factory=list)  # its content
    text: str = ""
    link_length: int = 0  # the number of its characters in links
    children: list[Unit] = field(default_factory=list)
    mark: Element | None = None  # of a photo, or of removed text, which is then its ``text``
    figure: Figure | None = None
    size: int = field(init=False)  # the weight of ``text``, in letters

    def __post_init__(self) -> None:
        self.size = length(self.text)

    @property
    def element(self) -> Element:
        """The element of a heading, list, quotation, table or code."""
        return next(node for node in self.nodes if not isinstance(node, str))


# A Chinese or Japanese character says as much as two or three letters.
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def length(text: str) -> int:
    """How much a text says, in letters of a European language."""
    return len(text) if text.isascii() else len(text) + 2 * len(_DENSE.findall(text))


def units_of(body: Element) -> list[Unit]:
    # Quotations and typed text that hold most of a page are an old way to lay it out.
    total = text_length(body)
    quotes_opened = {quote for quote in body.iter("blockquote") if text_length(quote) * 2 > total}
    for typed in body.iter("pre", "xmp"):
        if typed.find(".//code") is None and not _CODE_LINE.search("".join(typed.itertext())):
            quotes_opened.add(typed)
    flattening = _Flattening(_opened(body), quotes_opened)
    flattening.walk(body, 0)
    flattening.flush(body)
    linked = {below for link in body.iter("a") if link.get("href") for below in link.iter()}
    for unit in flattening.units:
        if unit.within in linked:
            unit.link_length = len(unit.text)
    return flattening.units


def _opened(body: Element) -> set[Element]:
    """Inline elements that contain paragraphs."""
    opened: set[Element] = set()
    inner = [*body.iter(*BLOCK_TAGS), *(mark for mark in body.iter(MARK) if mark.get("block"))]
    for line_break in body.iter("br"):
        following = line_break.getnext()
        if following is not None and following.tag == "br" and not (line_break.tail or "").strip():
            inner.append(line_break)
    for element in inner:
        above = element.getparent()
        while above is not None and above not in opened:
            opened.add(above)
            above = above.getparent()
    return opened


class _Flattening:
    def __init__(self, opened: set[Element], quotes_opened: set[Element]) -> None:
        self.opened, self.quotes_opened = opened, quotes_opened
        self.units: list[Unit] = []
        self.line: list[Node] = []

    def walk(self, element: Element, depth: int) -> None:
        if element.text:
            self.line.append(element.text)
        for child in element:
            self._visit(child, element, depth)
            if child.tail:
                self.line.append(child.tail)

    def _visit(self, child: Element, parent: Element, depth: int) -> None:
        tag = child.tag
        if not isinstance(tag, str):
            return
        if tag == MARK:
            if child.get("block"):
                self.flush(parent)
                self.units.append(Unit("left", parent, mark=child))
            else:
                self.line.append(child)
        elif depth > _DEEPEST:
            self.line.append(fold(" ".join(child.itertext())))
        elif tag in HEADINGS or tag in LISTS or tag in ("blockquote", "pre", "xmp", "table"):
            self.flush(parent)
            self._structure(child, parent, tag, depth)
        elif tag in BLOCK_TAGS or (child in self.opened and tag != "br"):
            self.flush(parent)
            self.walk(child, depth + 1)
            self.flush(child)
        else:
            self.line.append(child)

    def _structure(self, child: Element, parent: Element, tag: str, depth: int) -> None:
        if tag in HEADINGS:
            self._add("heading", child)
        elif tag in LISTS and _is_list(child):
            self._add("list", child)
        elif tag == "blockquote" and child not in self.quotes_opened:
            inner = _Flattening(self.opened, self.quotes_opened)
            inner.walk(child, 0)
            inner.flush(child)
            if children := [unit for unit in inner.units if unit.kind != "left"]:
                text = " ".join(unit.text for unit in children)
                linked = sum(unit.link_length for unit in children)
                self.units.append(Unit("quote", child, [child], text, linked, children))
            self.units.extend(unit for unit in inner.units if unit.kind == "left")
        elif tag in ("pre", "xmp") and child not in self.quotes_opened:
            self._add("code", child)
        elif tag == "table" and _is_data_table(child):
            self._add("table", child)
        elif tag in ("pre", "xmp"):
            texts = map(fold, re.split(r"\n[ \t]*\n", "".join(child.itertext())))
            self.units.extend(Unit("text", child, [text], text) for text in texts if text)
        else:
            self.walk(child, depth + 1)
            self.flush(child)

    def _add(self, kind: UnitKind, element: Element) -> None:
        text = fold(("" if kind in ("heading", "code") else " ").join(element.itertext()))
        if text:
            self.units.append(Unit(kind, element, [element], text, link_length(element)))
        self.units.extend(Unit("left", element, mark=mark) for mark in element.iter(MARK))

    def flush(self, within: Element) -> None:
        """End the line: what was gathered is one paragraph, or one at each pair of line breaks."""
        line, self.line = self.line, []
        if all(isinstance(node, str) and node.isspace() for node in line):
            return
        for nodes in _paragraphs(line):
            # A mark within the first words belongs before its paragraph, any other after it.
            before: list[Element] = []
            behind: list[Element] = []
            has_text = False
            for node in nodes:
                (behind if has_text else before).extend([] if isinstance(node, str) else node.iter(MARK))
                has_text = has_text or bool((node if isinstance(node, str) else "".join(node.itertext())).strip())
            self.units.extend(Unit("left", within, mark=mark) for mark in before)
            if paragraph := paragraph_of(nodes, within):
                self.units.append(paragraph)
            self.units.extend(Unit("left", within, mark=mark) for mark in behind)


def paragraph_of(nodes: list[Node], within: Element) -> Unit | None:
    if not (text := text_of_nodes(nodes)):
        return None
    linked = sum(link_length(node) for node in nodes if not isinstance(node, str))
    return Unit("text", within, nodes, text, min(linked, len(text)))


def _paragraphs(line: list[Node]) -> Iterator[list[Node]]:
    nodes: list[Node] = []
    breaks = 0
    for node in line:
        if not isinstance(node, str) and node.tag == "br":
            breaks += 1
            if breaks == 2:
                yield nodes
                nodes = []
                continue
        elif not isinstance(node, str) or node.strip():
            breaks = 0
        nodes.append(node)
    yield nodes


def text_of_nodes(nodes: Iterable[Node]) -> str:
    parts = (node if isinstance(node, str) else " " if node.tag == "br" else "".join(node.itertext()) for node in nodes)
    return fold("".join(parts))


def _is_list(element: Element) -> bool:
    """A list of lines or short paragraphs, not one that lays out a page."""
    for item in element.iter("li"):
        tags = [child.tag for child in item]
        if tags.count("p") > 2 or tags.count("br") > 5:  # the text behind an unclosed list has fallen into it
            return False
    if next(element.iter(*HEADINGS, "table", "article", "section", "blockquote", "pre"), None) is not None:
        return False
    return all(
        item.tag in ("li", MARK, *LISTS) and text_length(item) <= 1_500 for item in element if isinstance(item.tag, str)
    )


def _is_data_table(table: Element) -> bool:
    """A table of figures or facts, not one that lays out a page."""
    if any(True for _ in table.iter(*HEADINGS, "article", "section", "form", MARK)):
        return False
    if sum(1 for _ in table.iter("table")) > 1:
        return False
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    rows = [row for row in rows if row]
    if len(rows) < 2 or max(map(len, rows)) < 2:
        return False
    lengths = [len(fold("".join(cell.itertext()))) for row in rows for cell in row]
    if max(lengths) > 4 * _LONGEST_CELL or sum(lengths) > _LONGEST_CELL * len(lengths):
        return False
    if link_length(table) * 2 > sum(lengths):
        return False
    widths = sorted(map(len, rows))
    return any(True for _ in table.iter("th")) or widths[len(widths) // 2] >= 2
