"""HTML within Markdown, where Markdown has no equivalent: complex tables, definition lists, ``pre``."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from articles.ingest.parsing.html_to_markdown.elements import HEADINGS, PREFORMATTED, SILENT, Element, name_of
from articles.ingest.parsing.html_to_markdown.inline import DEEPEST, html_of, runs_of
from articles.ingest.parsing.whitespace import fold, remove_invisible

_KEPT = frozenset("table thead tbody tfoot tr td th caption dl dt dd pre ul ol li p blockquote hr br".split())
_RENAMED = {"bq": "blockquote", "menu": "ul", "dir": "ul"} | {name: f"h{level}" for name, level in HEADINGS.items()}
_VOID = frozenset({"hr", "br"})
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_NUMBERS = ("colspan", "rowspan", "start")


def as_html(element: Element) -> str:
    """An element as HTML without line ends, so that Markdown reads it as one block. ``pre`` keeps its lines."""
    if name_of(element) in PREFORMATTED:
        # A blank line would end the block; line ends as references do not.
        text = remove_invisible("".join(element.itertext())).replace("\r\n", "\n").replace("\r", "\n").strip("\n")
        return f"<pre>{_BLANK_LINES.sub(_numbered, html.escape(text, quote=False))}</pre>"
    return "".join(_html(element, 0))


def _numbered(blank_lines: re.Match[str]) -> str:
    return "&#10;" * (blank_lines[0].count("\n") - 1) + "\n"


def _html(element: Element, depth: int) -> Iterator[str]:
    name = name_of(element)
    if name in SILENT or name == "img":
        return
    if depth > DEEPEST:
        yield html.escape(fold("".join(element.itertext())), quote=False)
        return
    tag = _RENAMED.get(name, name if name in _KEPT else "")
    if not tag and not any(name_of(part) in _KEPT or name_of(part) in _RENAMED for part in element.iterdescendants()):
        yield remove_invisible(html_of(runs_of(element))).replace("\n", " ")
        return
    if tag:
        yield f"<{tag}{_attributes(element)}>"
    if tag in _VOID:
        return
    yield _text(element.text)
    for child in element:
        yield from _html(child, depth + 1)
        yield _text(child.tail)
    if tag:
        yield f"</{tag}>"


def _text(text: str | None) -> str:
    folded = fold(text or "")
    if not folded or text is None:
        return " " if text and "\n" not in text else ""
    lead = " " if text[0].isspace() else ""
    return lead + html.escape(folded, quote=False) + (" " if text[-1].isspace() else "")


def _attributes(element: Element) -> str:
    values = [(name, (element.get(name) or "").strip()) for name in _NUMBERS]
    return "".join(f' {name}="{value}"' for name, value in values if value.isascii() and value.isdigit())
