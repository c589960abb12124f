"""The chosen units of a page as the blocks of a body."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from articles.ingest.parsing.html_to_markdown.inline import lines_of, runs_of
from articles.ingest.parsing.html_to_markdown.walker import Walker
from articles.ingest.parsing.html_to_markdown.writing import Block, Written, write
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.html.units import Node, Unit
from articles.text.markdown import escape_text
from articles.text.paths import joined

# What pages put behind sub-headings: a link to the place, or to a form in which to change it.
_ANCHOR = re.compile(
    r"\s*(?:[#¶§🔗]|\[ ?(?:edit|edit source|bearbeiten|modifier|editar|modifica)(?: ?\|[^\[\]]*)? ?\])$", re.IGNORECASE
)
# Of a page made to hold up a load, what exceeds these is kept as bare text: the parts of a paragraph, and the elements
# of all lists, tables and quotations.
_MOST_NODES = 10_000
_MOST_ELEMENTS = 50_000


def write_units(units: Iterable[Unit], base: str | None) -> tuple[Written, list[int]]:
    """The body, and how many of its blocks each unit became. ``base`` is what relative links are relative to, where
    that is not the page itself."""
    walker = Walker()
    sizes: list[int] = []
    elements = 0
    for unit in units:
        before = len(walker.blocks)
        # Links lead where they led; those to another place of the same page would lead nowhere.
        links = (link for node in unit.nodes if not isinstance(node, str) for link in node.iter("a"))
        for link in links if unit.link_length else ():
            target = fold(link.attrib.pop("href", "#"))
            if not target.startswith("#") and (address := joined(base, target) if base else target):
                link.set("href", address)
        elements += 0 if unit.kind in ("text", "heading") else sum(1 for _ in unit.element.iter())
        if unit.kind == "heading":
            # On one line; emphasis around all of it says nothing.
            text = _ANCHOR.sub("", unit.text) or unit.text
            tag: str = unit.element.tag
            walker.blocks.append(Block(f"{'#' * max(2, int(tag[1]))} {escape_text(text)}", text, tag))
        elif unit.kind == "text" or elements > _MOST_ELEMENTS:
            is_bare = unit.kind != "text" or len(unit.nodes) > _MOST_NODES
            is_bare = is_bare or all(isinstance(node, str) for node in unit.nodes)
            nodes: Sequence[Node] = [unit.text] if is_bare else unit.nodes
            if lines := [line for line in lines_of(run for node in nodes for run in runs_of(node)) if line]:
                walker.add_lines(lines)
        else:
            walker.add_block(unit.element)
        sizes.append(len(walker.blocks) - before)
    return write(walker.blocks), sizes
