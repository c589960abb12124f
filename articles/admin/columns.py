"""Three wordings of one text, paragraph beside paragraph: as loaded, and what staff and the source have made of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from articles.text.diff import Piece, word_diff
from articles.text.merge import unchanged_by_both

MOST_PARAGRAPHS = 1_000  # more are not aligned, which would take seconds
PARAGRAPH_ENDS = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True)
class Row:
    """A place of the text in each of the three; ``alike``: paragraphs that all have, and no more need be said."""

    loaded: str = ""
    ours: list[Piece] = field(default_factory=list)
    theirs: list[Piece] = field(default_factory=list)
    alike: Sequence[str] = ()


def row_of(loaded: str, ours: str, theirs: str) -> Row:
    return Row(loaded, word_diff(loaded, ours), word_diff(loaded, theirs))


def rows_of(loaded: str, ours: str, theirs: str) -> list[Row]:
    """A text of many paragraphs, aligned by those that neither side has changed."""
    texts = [paragraphs_of(text) for text in (loaded, ours, theirs)]
    if max(map(len, texts)) > MOST_PARAGRAPHS:
        return [row_of(loaded, ours, theirs)]
    return list(_aligned(*texts))


def paragraphs_of(text: str) -> list[str]:
    return [paragraph for paragraph in PARAGRAPH_ENDS.split(text.strip()) if paragraph]


def _aligned(loaded: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Row]:
    place = our_place = their_place = 0
    for start, end, our_start, their_start in unchanged_by_both(loaded, ours, theirs):
        yield from _changed(loaded[place:start], ours[our_place:our_start], theirs[their_place:their_start])
        if start < end:
            yield Row(alike=loaded[start:end])
        place, our_place, their_place = end, our_start + end - start, their_start + end - start


def _changed(loaded: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Row]:
    """Each paragraph beside its own where there are as many in all three, else the passage as one."""
    if len(loaded) == len(ours) == len(theirs):
        yield from map(row_of, loaded, ours, theirs)
    elif loaded or ours or theirs:
        yield row_of(*("\n\n".join(paragraphs) for paragraphs in (loaded, ours, theirs)))
