"""Blocks as a body that shows the text of each, in one block, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from articles.ingest.parsing.html_to_markdown.elements import Element
from articles.ingest.parsing.html_to_markdown.raw import as_html
from articles.ingest.parsing.whitespace import remove_invisible
from articles.text.markdown import escape_text, plain, render

# Shows nothing; without it between them, two lists would be read as one.
_SEPARATOR = "<!-- -->"
# Of a body made to hold up a load, the other blocks are kept as bare text.
_MOST_LOOKED_AT = 2_000


@dataclass(frozen=True, slots=True)
class Block:
    """One block: its Markdown, its plain text, and the name of the element that it comes from.

    ``element`` can be shown as HTML where Markdown would not show this text.
    """

    markdown: str
    text: str
    name: str
    element: Element | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Written:
    """A body: its Markdown, and the same as readers see it, a string for each block."""

    markdown: str = ""
    blocks: tuple[str, ...] = ()


def write(blocks: Sequence[Block]) -> Written:
    """The blocks in the best form in which each shows its text: as they are, else as HTML or bare text where they do
    not, else all of them as bare text."""
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
    """A block in the first form that shows its text by itself."""
    forms = [block] if block.element is None else [block, replace(block, markdown=as_html(block.element))]
    return next((form for form in forms if _shows_all(_written([form]), [form])), _bare(block))


def _bare(block: Block) -> Block:
    return replace(block, markdown=escape_text(block.text), name="p") if block.text else block
