"""Writes blocks as a Markdown body that shows exactly the text of each as one block; as HTML within it where Markdown
has no equivalent: complex tables, definition lists, ``pre``.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from articles.ingest.parsing.html_to_markdown.elements import HEADINGS, PREFORMATTED, SILENT, Element, name_of
from articles.ingest.parsing.html_to_markdown.inline import DEEPEST, html_of, runs_of
from articles.ingest.parsing.whitespace import fold, remove_invisible
from articles.text.markdown import escape_text, plain, render

# Keeps two lists apart, which would be read as one.
_SEPARATOR = "<!-- -->"
# Further blocks, of a hostile page, are written as bare text.
_MOST_LOOKED_AT = 2_000
# Elements that stay HTML, and their attributes.
_KEPT = frozenset("table thead tbody tfoot tr td th caption dl dt dd pre ul ol li p blockquote hr br".split())
_RENAMED = {"bq": "blockquote", "menu": "ul", "dir": "ul"} | {name: f"h{level}" for name, level in HEADINGS.items()}
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class Block:
    """Markdown and plain text of an element, which can be written as HTML if the Markdown does not show the text."""

    markdown: str
    text: str
    name: str
    element: Element | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Written:
    """A body as Markdown, and as HTML, one string for each block."""

    markdown: str = ""
    blocks: tuple[str, ...] = ()


def write(blocks: Sequence[Block]) -> Written:
    """Blocks as Markdown, with HTML or bare text for those that it does not show, else all as bare text."""
    if _shows_all(written := _written(blocks), blocks):
        return written
    settled = [_bare(block) for block in blocks]
    for number, block in enumerate(blocks[:_MOST_LOOKED_AT]):  # the first form that shows its text
        forms = [block] if block.element is None else [block, replace(block, markdown=as_html(block.element))]
        settled[number] = next((form for form in forms if _shows_all(_written([form]), [form])), settled[number])
    if _shows_all(written := _written(settled), blocks):
        return written
    return _written([_bare(block) for block in blocks])


def apart(blocks: Iterable[Block]) -> Iterator[str]:
    last = ""
    for block in blocks:
        is_alike = block.name == last and last in ("list", "quotation")
        yield f"{_SEPARATOR}\n\n{block.markdown}" if is_alike else block.markdown
        last = block.name


def _written(blocks: Iterable[Block]) -> Written:
    markdown = "\n\n".join(apart(blocks))
    return Written(markdown, render(markdown) if markdown else ())


def _shows_all(written: Written, blocks: Sequence[Block]) -> bool:
    shown = [_letters(plain(block)) for block in written.blocks]
    return shown == [_letters(block.text) for block in blocks]


def _letters(text: str) -> str:
    return "".join(remove_invisible(text).split())


def _bare(block: Block) -> Block:
    return replace(block, markdown=escape_text(block.text), name="p") if block.text else block


def as_html(element: Element) -> str:
    """An element as HTML without line ends, so that Markdown reads it as one block. ``pre`` keeps its lines."""
    if name_of(element) in PREFORMATTED:
        # A blank line would end the block; line ends as references do not.
        text = remove_invisible("".join(element.itertext())).replace("\r\n", "\n").replace("\r", "\n").strip("\n")
        text = html.escape(text, quote=False)
        text = _BLANK_LINES.sub(lambda lines: "&#10;" * (lines[0].count("\n") - 1) + "\n", text)
        return f"<pre>{text}</pre>"
    return "".join(_html(element, 0))


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
        numbers = [(name, (element.get(name) or "").strip()) for name in ("colspan", "rowspan", "start")]
        stated = "".join(f' {name}="{value}"' for name, value in numbers if value.isascii() and value.isdigit())
        yield f"<{tag}{stated}>"
    if tag in ("hr", "br"):
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
