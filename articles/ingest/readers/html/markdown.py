"""The chosen units of a page as Markdown, one block each, with the HTML that the Markdown stands for.

The HTML is that of ``articles.text.markdown.render``. For what is plainly read only one way (text, links, emphasis,
lists and quotations of such) it is written here at once, for reading Markdown takes longer than all else that is done
to a page. Whatever could be read in another way goes through ``render``, and is kept as bare text where that shows
other words.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urljoin

from articles.ingest.parsing.html_fragment import read_element
from articles.ingest.parsing.html_fragment.inline import Run, lines_of, markdown_of, plain_line, runs_of
from articles.ingest.parsing.html_fragment.raw import as_html
from articles.ingest.readers.html.tree import Element, fold
from articles.ingest.readers.html.units import HEADINGS, LISTS, Unit
from articles.text.markdown import escape_text, plain, render


@dataclass(frozen=True, slots=True)
class Block:
    """One block. ``html`` is ``None`` where only ``render`` can say how the Markdown is read."""

    markdown: str
    text: str
    html: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A body: its Markdown, the same as HTML blocks, and how many blocks each unit became."""

    markdown: str = ""
    blocks: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()


def write(units: list[Unit], base: str | None) -> Written:
    """The Markdown of units. ``base`` is what relative links are relative to, where that is not the page itself."""
    blocks: list[Block] = []
    sizes: list[int] = []
    rendered = 0
    for unit in units:
        _lead_from(unit, base)
        became = []
        for block in _blocks(unit):
            rendered += block.html is None
            shown = _shown(block) if rendered <= _MOST_RENDERED else _plain_block(block.text)
            became += [shown] if shown.text else []
        if blocks and became and _run_together(blocks[-1], became[0]):
            # With something between them that shows nothing, two lists are not read as one.
            became[0] = Block(f"<!-- -->\n\n{became[0].markdown}", became[0].text, became[0].html)
        blocks += became
        sizes.append(len(became))
    markdown = "\n\n".join(block.markdown for block in blocks)
    return Written(markdown, tuple(block.html or "" for block in blocks), tuple(sizes))


# Of a page made to hold up a load, the rest is kept as bare text.
_MOST_RENDERED = 4_000
_MOST_NODES = 10_000


def _shown(block: Block) -> Block:
    """A block with its HTML; the text alone of one whose Markdown would show anything else."""
    if block.html is not None:
        return block
    blocks = render(block.markdown)
    if len(blocks) == 1 and _bare(plain(blocks[0])) == _bare(block.text):
        return Block(block.markdown, block.text, blocks[0])
    return _plain_block(block.text)


def _bare(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


_MARKS_AT_START = re.compile(r"(?:<!-- -->\s*)?(?:(?P<quote>>)|(?P<bullet>[-*+] )|(?P<number>\d+\. ))")


def _run_together(one: Block, other: Block) -> bool:
    """Whether Markdown would read two neighbours as one list or one quotation."""
    first, second = _MARKS_AT_START.match(one.markdown), _MARKS_AT_START.match(other.markdown)
    return first is not None and second is not None and first.lastgroup == second.lastgroup


def _blocks(unit: Unit) -> Iterator[Block]:
    if unit.kind == "text":
        yield from _paragraph(unit.nodes, unit.text)
    elif unit.kind == "heading":
        yield _heading(unit)
    elif unit.kind == "list" and (found := _list(unit.element)):
        yield found
    elif unit.kind == "code" and (code := _code(unit.element)):
        yield code
    elif unit.kind == "quote" and (quoted := _quotation(unit)):
        yield quoted
    else:
        yield from _structure(unit)


def _structure(unit: Unit) -> Iterator[Block]:
    # Out of its surroundings, an element is a fragment of its own.
    frame = unit.element.makeelement("div")
    unit.element.tail = None
    frame.append(unit.element)
    for block in read_element(frame).blocks:
        yield Block(block.markdown, block.text)


# --- text -------------------------------------------------------------------------------------------------------------


def _plain_block(text: str) -> Block:
    return Block(escape_text(text), text, f"<p>{html.escape(text, quote=False)}</p>")


def _paragraph(nodes: Iterable[str | Element], text: str) -> Iterator[Block]:
    nodes = list(nodes)
    if len(nodes) > _MOST_NODES or all(map(_is_bare, nodes)):
        yield _plain_block(text)
        return
    if inline := _inline(run for node in nodes for run in runs_of(node)):
        yield Block(inline.markdown, inline.text, inline.html and f"<p>{inline.html}</p>")


def _is_bare(node: str | Element) -> bool:
    return isinstance(node, str) or (not len(node) and node.tag in _SAYS_NOTHING)


_SAYS_NOTHING = frozenset({"span", "font", "abbr"})


def _heading(unit: Unit) -> Block:
    """A sub-heading on one line; emphasis around all of it says nothing."""
    tag = unit.element.tag
    level = max(2, int(tag[1])) if tag in HEADINGS else 2
    text = _ANCHOR.sub("", unit.text) or unit.text
    markdown = f"{'#' * level} {escape_text(text)}"
    if _PLAIN_RUN.fullmatch(text) and "#" not in text:
        return Block(markdown, text, f"<h{level}>{html.escape(text, quote=False)}</h{level}>")
    return Block(markdown, text)


# What pages put behind sub-headings: a link to the place, or to a form in which to change it.
_ANCHOR = re.compile(
    r"\s*(?:[#¶§🔗]|\[ ?(?:edit|edit source|bearbeiten|modifier|editar|modifica)(?: ?\|[^\[\]]*)? ?\])$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Inline:
    """What stands in one paragraph, list item or quotation."""

    markdown: str
    text: str
    html: str | None


# Characters that are escaped where they would act, and what a line of text does not begin with.
_PLAIN_RUN = re.compile(r"[^\x00-\x1f\x7f`\\\ufffe\uffff\ud800-\udfff]*")
_OPENING = re.compile(r"[#>+=:~!-]|\d+[.)]")
_PLAIN_ADDRESS = re.compile(
    r"https?://[\w.-]+(?::\d+)?(?:[/?#][\w./?=&%;,:+@~#()!$'-]*)?|[\w./?=&%,+@~()!$'-]+(?:#[\w./-]*)?", re.ASCII
)
# How an address is written in Markdown, where these signs could act.
_IN_ADDRESS = str.maketrans({"_": "%5F", "(": "%28", ")": "%29"})
# Marks that are read in one way only, each with whether it is written in Markdown's signs, two of which must not meet.
_SIGNS = {"em": True, "strong": True, "code": True, "sub": False, "sup": False, "s": False, "q": False}


def _inline(runs: Iterable[Run]) -> _Inline | None:
    lines = [line for line in lines_of(runs) if line]
    if not lines:
        return None
    markdown = markdown_of(lines)
    text = " ".join(map(plain_line, lines))
    written = [_line_html(line) for line in lines]
    sure = [line for line in written if line is not None]
    return _Inline(markdown, text, "<br>\n".join(sure) if len(sure) == len(written) else None)


def _line_html(line: list[Run]) -> str | None:
    """The HTML of a line whose Markdown can be read in one way only; ``None`` for any other."""
    if _OPENING.match(line[0].text):
        return None
    parts: list[str] = []
    is_after_sign = False
    for href, group in groupby(line, lambda run: run.href):
        runs = list(group)
        if href is not None and parts and parts[-1].endswith("!"):
            return None
        part = _linked_html(href, runs, is_after_sign)
        if part is None:
            return None
        parts.append(part)
        is_after_sign = href is None and bool(runs[-1].marks)
    return "".join(parts)


def _linked_html(href: str | None, runs: list[Run], is_after_sign: bool) -> str | None:
    parts: list[str] = []
    for run in runs:
        part = _run_html(run, is_after_sign)
        if part is None:
            return None
        parts.append(part)
        is_after_sign = any(_SIGNS[mark] for mark in run.marks)
    shown = "".join(parts)
    if href is None:
        return shown
    bare = shown.strip(" ")
    if not bare or not _PLAIN_ADDRESS.fullmatch(href):
        return None
    start = shown.find(bare)
    target = html.escape(href.translate(_IN_ADDRESS), quote=False)
    return f'{shown[:start]}<a href="{target}" rel="noopener noreferrer">{bare}</a>{shown[start + len(bare) :]}'


def _run_html(run: Run, is_after_sign: bool) -> str | None:
    if not _PLAIN_RUN.fullmatch(run.text) or len(run.marks) > 1:
        return None
    if not run.marks:
        return html.escape(run.text, quote=False)
    mark = run.marks[0]
    text = run.text.strip(" ")
    if mark not in _SIGNS or not text or (is_after_sign and _SIGNS[mark]):
        return None
    start = run.text.find(text)
    return f"{run.text[:start]}<{mark}>{html.escape(text, quote=False)}</{mark}>{run.text[start + len(text) :]}"


# --- lists and quotations ---------------------------------------------------------------------------------------------


def _list(element: Element, depth: int = 0) -> Block | None:
    """A list of lines, each of which may hold a list; ``None`` for one that holds paragraphs, or text between items."""
    if depth > _DEEPEST_LIST or (element.text and element.text.strip()) or element.get("start") not in (None, "1"):
        return None
    items: list[Block] = []
    for child in element:
        is_shown = isinstance(child.tag, str) and bool(fold("".join(child.itertext())))
        if (child.tail and child.tail.strip()) or (is_shown and child.tag != "li"):
            return None
        if is_shown:
            item = _item(child, depth)
            if item is None:
                return None
            items.append(item)
    if not items:
        return None
    is_numbered = element.tag == "ol"
    marks = [f"{number}. " if is_numbered else "- " for number in range(1, len(items) + 1)]
    markdown = "\n".join(mark + item.markdown.replace("\n", "\n    ") for mark, item in zip(marks, items, strict=True))
    text = " ".join(item.text for item in items)
    if any(item.html is None for item in items):
        return Block(markdown, text)
    tag = "ol" if is_numbered else "ul"
    shown = "".join(f"<li>{item.html}</li>\n" for item in items)
    return Block(markdown, text, f"<{tag}>\n{shown}</{tag}>")


_DEEPEST_LIST = 8
_APART = ("p", "div", "blockquote", "pre", "table", "dl", "figure", "h1", "h2", "h3", "h4", "h5", "h6")


def _item(item: Element, depth: int) -> Block | None:
    """A line, and the lists under it."""
    nested = [child for child in item if child.tag in LISTS]
    if any(True for _ in item.iter(*_APART)) or any(child.tail and child.tail.strip() for child in nested):
        return None
    if any(child.tag not in LISTS and child.getprevious() in nested for child in item if child not in nested):
        return None
    line = _inline(_runs_within(item, nested))
    below = [_list(child, depth + 1) for child in nested]
    if line is None or any(block is None for block in below):
        return None
    lists = [block for block in below if block is not None]
    if len(lists) > 1:
        return None
    if not lists:
        # Lines of an item are indented under its mark.
        shown = line.html and line.html.replace("<br>\n", "<br>\n    ")
        return Block(line.markdown, line.text, None if depth and "\n" in line.markdown else shown)
    markdown = f"{line.markdown}\n{lists[0].markdown}"
    is_sure = line.html is not None and lists[0].html is not None and "\n" not in line.markdown
    return Block(markdown, f"{line.text} {lists[0].text}", f"{line.html}{lists[0].html}\n" if is_sure else None)


def _runs_within(element: Element, without: list[Element]) -> Iterator[Run]:
    if element.text:
        yield Run(element.text)
    for child in element:
        if child not in without:
            yield from runs_of(child)
        if child.tail:
            yield Run(child.tail)


def _quotation(unit: Unit) -> Block | None:
    """A quotation of paragraphs; ``None`` for one that holds anything else."""
    if not unit.children or any(child.kind != "text" for child in unit.children):
        return None
    inner = [block for child in unit.children for block in _paragraph(child.nodes, child.text)]
    if not inner:
        return None
    markdown = "\n>\n".join("\n".join(f"> {line}" for line in block.markdown.split("\n")) for block in inner)
    text = " ".join(block.text for block in inner)
    if any(block.html is None for block in inner):
        return Block(markdown, text)
    return Block(markdown, text, "<blockquote>\n" + "".join(f"{block.html}\n" for block in inner) + "</blockquote>")


def _code(element: Element) -> Block | None:
    """Lines of code as they stand; ``None`` where a blank line among them would end the block."""
    shown = as_html(element)
    return None if "&#10;" in shown else Block(shown, fold("".join(element.itertext())), shown)


# --- links ------------------------------------------------------------------------------------------------------------


def _lead_from(unit: Unit, base: str | None) -> None:
    """Let links lead where they led; those to another place of the same page would lead nowhere."""
    for node in unit.nodes:
        if isinstance(node, str) or not unit.link_length:
            continue
        for link in node.iter("a"):
            target = link.get("href")
            if target is None:
                continue
            address = _address_from(base, fold(target))
            if address:
                link.set("href", address)
            else:
                del link.attrib["href"]


def _address_from(base: str | None, target: str) -> str | None:
    if target.startswith("#"):
        return None
    try:
        return urljoin(base, target) if base else target
    except ValueError:  # an address that is none
        return None
