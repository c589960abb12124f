"""Writes blocks as a Markdown body that shows exactly the text of each as one block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from articles.ingest.parsing.html_to_markdown.elements import Element
from articles.ingest.parsing.html_to_markdown.raw import as_html
from articles.ingest.parsing.whitespace import remove_invisible
from articles.text.markdown import escape_text, plain, render

# Keeps two lists apart, which would be read as one.
_SEPARATOR = "<!-- -->"
# Further blocks, of a hostile page, are written as bare text.
_MOST_LOOKED_AT = 2_000


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
    settled = [*map(_settled, blocks[:_MOST_LOOKED_AT]), *map(_bare, blocks[_MOST_LOOKED_AT:])]
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
    return len(written.blocks) == len(blocks) and all(map(_shows, written.blocks, blocks))


def _shows(html: str, block: Block) -> bool:
    return _letters(plain(html)) == _letters(block.text)


def _letters(text: str) -> str:
    return "".join(remove_invisible(text).split())


def _settled(block: Block) -> Block:
    """A block in the first form that shows its text."""
    forms = [block] if block.element is None else [block, replace(block, markdown=as_html(block.element))]
    return next((form for form in forms if _shows_all(_written([form]), [form])), _bare(block))


def _bare(block: Block) -> Block:
    return replace(block, markdown=escape_text(block.text), name="p") if block.text else block
