"""Elements to blocks of Markdown, in order, with the pictures between them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from articles.ingest.parsing.html_to_markdown import elements
from articles.ingest.parsing.html_to_markdown.elements import Element, all_named, name_of, text_of
from articles.ingest.parsing.html_to_markdown.inline import DEEPEST, Run, lines_of, markdown_of, plain_line, runs_of
from articles.ingest.parsing.html_to_markdown.pictures import (
    image_of,
    is_no_photo,
    is_picture_box,
    picture_of_media,
    pictures_of_figure,
)
from articles.ingest.parsing.html_to_markdown.writing import Block, apart, as_html
from articles.ingest.parsing.story_photos import Delivered
from articles.text.markdown import escape_text

# Longer lines are paragraphs divided by ``<br>``; shorter ones are verses, addresses, results.
_LONG_LINE = 80
# In one paragraph, since Markdown's time grows with the square of their number.
_MOST_LINES = 500
# Classes of words about the article, which are not part of its text.
_LABELS = frozenset({"source", "byline", "author", "credit", "dateline", "vignette", "kicker", "section"})
# Nested lists and quotations; deeper ones become paragraphs.
_MOST_LEVELS = 5


@dataclass(slots=True)
class Walker:
    """The blocks found so far. ``labels``: words about the article, by their class, ``("byline", "Ana Ruiz")``.
    ``depth``: the number of elements around the present one; ``levels``: the lists and quotations among them.
    """

    blocks: list[Block] = field(default_factory=list)
    pictures: list[Delivered] = field(default_factory=list)
    labels: list[tuple[str, str]] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    depth: int = 0
    levels: int = 0
    _runs: list[Run] = field(default_factory=list)
    _waiting: list[Delivered] = field(default_factory=list)

    def walk(self, element: Element) -> None:
        if element.text:
            self._runs.append(Run(element.text))
        for child in element:
            self._take(child)
            if child.tail:
                self._runs.append(Run(child.tail))

    def finish(self, name: str = "p") -> None:
        """End the present paragraph; its pictures follow it."""
        for lines in _paragraphs(lines_of(self._runs)):
            self.add_lines(lines, name)
        self._runs.clear()
        self.pictures += [replace(picture, position=len(self.blocks)) for picture in self._waiting]
        self._waiting.clear()

    def add_lines(self, lines: list[list[Run]], name: str = "p") -> None:
        mark = "#" * elements.HEADINGS[name] + " " if name in elements.HEADINGS else ""
        self.blocks.append(Block(mark + markdown_of(lines), " ".join(map(plain_line, lines)), name))

    def add_block(self, child: Element) -> None:
        name = name_of(child)
        if name in elements.HEADINGS:
            self._inner(child, name)
        elif name in elements.LISTS | elements.QUOTATIONS and self.levels >= _MOST_LEVELS:
            self._inner(child, "p")
        elif name in elements.LISTS:
            self._structure(child, "list", _list(child, self))
        elif name in elements.QUOTATIONS:
            lines = "\n\n".join(_inside(child, self)).split("\n")
            self._structure(child, "quotation", "\n".join(f"> {line}" if line else ">" for line in lines))
        elif name == "table":
            self._structure(child, name, _table(child))
        elif name == "dl" or name in elements.PREFORMATTED:
            self._structure(child, name, None)
        elif name == "hr":
            self.blocks.append(Block("* * *", "", "hr"))
        elif not self._label(child):
            self._inner(child, "p")

    def _take(self, child: Element) -> None:
        name = name_of(child)
        if name in elements.SILENT:
            self._note(child, name)
        elif self.depth > DEEPEST:
            self._runs.append(Run(" " + text_of(child) + " "))
        elif is_picture_box(child):
            self._show(pictures_of_figure(child), is_apart=name != "span")
        elif name in elements.PICTURES:
            self._picture(child, name)
        elif name in elements.BLOCKS:
            self.finish()
            self.add_block(child)
        elif elements.BLOCKS.intersection(map(name_of, child.iterdescendants())) <= {"img", "picture"}:
            for image in all_named(child, "img"):
                self._picture(image, "img")
            self._runs += runs_of(child)
        else:
            self.depth += 1
            self.walk(child)
            self.depth -= 1

    def _inner(self, child: Element, name: str) -> None:
        self.depth += 1
        self.walk(child)
        self.depth -= 1
        self.finish(name)

    def _structure(self, element: Element, name: str, markdown: str | None) -> None:
        if text := text_of(element):
            self.blocks.append(Block(markdown or as_html(element), text, name, element))
        inner = Walker(depth=self.depth + 1)
        for image in all_named(element, "img", "media"):
            inner._picture(image, name_of(image))
        self._show([*inner.pictures, *inner._waiting], is_apart=True)
        self.dropped += inner.dropped

    def _label(self, element: Element) -> bool:
        """``True`` if all words of an element have the classes of labels, so that it is not a paragraph."""
        parts = [part for part in element if text_of(part)]
        own = [element.text, *(part.tail for part in element)]
        if not parts or any(text and text.strip() for text in own):
            return False
        labels = [(next(iter(sorted(elements.classes_of(part) & _LABELS)), ""), text_of(part)) for part in parts]
        if not all(label for label, _ in labels):
            return False
        self.labels += labels
        return True

    def _picture(self, child: Element, name: str) -> None:
        if name == "media":
            picture = picture_of_media(child)
            if picture is None:
                self.dropped.append(f"media: {text_of(child) or child.get('media-type') or ''}".strip())
            self._show([picture] if picture else [], is_apart=True)
        elif name in ("figure", "picture"):
            pictures = pictures_of_figure(child)
            if all_named(child, "figure") or not pictures:  # galleries, tables and the like are read as blocks
                self.finish()
                self._inner(child, "p")
            else:
                self._show(pictures, is_apart=name == "figure")
        elif is_no_photo(child):
            self._note(child, name)
        elif picture := image_of(child):
            self._show([picture], is_apart=name == "video")

    def _show(self, pictures: list[Delivered], *, is_apart: bool) -> None:
        """Add pictures here. ``is_apart``: between paragraphs; otherwise the paragraph continues after them."""
        if is_apart:
            self.finish()
        self._waiting += pictures
        if not any(run.text.strip() for run in self._runs):
            self.finish()

    def _note(self, element: Element, name: str) -> None:
        address = element.get("src") or element.get("data") or element.get("href")
        if (name in elements.NOTED or name == "img") and address:
            self.dropped.append(f"{name}: {address}"[:200])


def _paragraphs(lines: list[list[Run]]) -> Iterator[list[list[Run]]]:
    """Lines as paragraphs, divided at blank lines; long lines in a row are a paragraph each."""
    paragraph: list[list[Run]] = []
    for line in [*lines, []]:
        if line:
            paragraph.append(line)
            continue
        if len(paragraph) > 1 and sum(len(plain_line(part)) for part in paragraph) > _LONG_LINE * len(paragraph):
            yield from ([part] for part in paragraph)
        else:
            yield from (paragraph[at : at + _MOST_LINES] for at in range(0, len(paragraph), _MOST_LINES))
        paragraph = []


def _inside(element: Element, around: Walker) -> list[str]:
    """The Markdown of the blocks in an element; its pictures are read elsewhere."""
    walker = Walker(depth=around.depth + 1, levels=around.levels + 1)
    walker.walk(element)
    walker.finish()
    labels = [escape_text(text) for _, text in walker.labels]
    return [*apart(walker.blocks), *labels]


def _list(element: Element, around: Walker) -> str:
    items = [_inside(part, around) for part in element if name_of(part) == "li"]
    start = element.get("start") or ""
    first = int(start) if re.fullmatch(r"[0-9]{1,4}", start) else 1
    is_loose = any(len([block for block in item if not _LIST_MARK.match(block)]) > 1 for item in items)
    gap = "\n\n" if is_loose else "\n"
    written = []
    for number, item in enumerate(filter(None, items), first):
        mark = f"{number}. " if name_of(element) == "ol" else "- "
        written.append(mark + gap.join(item).replace("\n", "\n    "))
    return gap.join(re.sub(r"^ +$", "", text, flags=re.MULTILINE) for text in written)


_LIST_MARK = re.compile(r"- |\d+\. ")


def _table(table: Element) -> str | None:
    rows = [[part for part in row if name_of(part) in ("td", "th")] for row in all_named(table, "tr")]
    cells = [cell for row in rows for cell in row]
    if len(rows) < 2 or len(set(map(len, rows))) > 1 or len(rows[0]) < 2 or {*map(name_of, rows[0])} != {"th"}:
        return None
    if table.xpath("ancestor::table") or all_named(table, "caption", "table"):
        return None
    if any(cell.get("colspan") or cell.get("rowspan") or all_named(cell, *elements.BLOCKS) for cell in cells):
        return None
    lines = []
    for row in rows:
        texts = (" ".join(markdown_of([line]) for line in lines_of(runs_of(cell))).replace("|", "\\|") for cell in row)
        lines.append(f"| {' | '.join(texts)} |")
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])
