"""RULES section 3: blocks, and the lines inside them that begin something new."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# ``- ``, ``* ``, ``1. ``, ``1) `` need a space after them: ``-5 degrees`` and ``1.5 million`` are no items.
_LIST_MARK = re.compile(r"(?:[-*] |[•·]|\d{1,3}[.)] )")


@dataclass(frozen=True, slots=True)
class Blocks:
    """``spans`` are ranges of 0-based line numbers. ``is_line_each``: a file without blank lines, one span for all
    of it, in which every line is a block."""

    spans: tuple[range, ...]
    is_line_each: bool


def find_blocks(folded: Sequence[str]) -> Blocks:
    spans = []
    start = None
    for number, line in enumerate(folded):
        if line and start is None:
            start = number
        elif not line and start is not None:
            spans.append(range(start, number))
            start = None
    if start is not None:
        spans.append(range(start, len(folded)))
    return Blocks(tuple(spans), is_line_each=len(spans) == 1)


def starts_list_item(line: str) -> bool:
    return _LIST_MARK.match(line) is not None


def item_starts(block: range, folded: Sequence[str], indented: Callable[[int], bool]) -> frozenset[int]:
    """The lines of a block that begin a new paragraph: list items, and the first line after the last of them that is
    not indented. ``indented`` says so of a line number."""
    if len(block) == 1:
        return frozenset()
    items = [number for number in block if starts_list_item(folded[number])]
    if not items:
        return frozenset()
    after = next((number for number in range(items[-1] + 1, block.stop) if not indented(number)), None)
    return frozenset(items if after is None else [*items, after])
