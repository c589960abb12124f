"""A change of one field as readers and staff are shown it: its words before and after, the difference marked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from articles.text.blocks import blocks_of
from articles.text.diff import Piece, word_diff
from articles.text.markdown import plain

PARAGRAPH = "\n\n"
# With less than this share of its words left, a value is told as another one, not as a changed one.
STILL_THE_SAME = 0.3


@dataclass(frozen=True, slots=True)
class Change:
    """One field, in words. ``is_text``: the article's text, as Markdown; it is long, and told by its paragraphs."""

    what: str
    before: str = ""
    after: str = ""
    is_text: bool = False

    @property
    def passages(self) -> list[Passage]:
        """What there is to read; work for long texts, so it is asked for once, where it is shown."""
        if not self.is_text:
            return [Passage(_compared(self.before, self.after))]
        before, after = (PARAGRAPH.join(map(plain, blocks_of(text))) for text in (self.before, self.after))
        if before == after:  # the words are the same, and what differs is how they are marked
            before, after = self.before, self.after
        return list(_passages(word_diff(before, after)))


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph with its pieces, or how many paragraphs stand here unchanged."""

    pieces: list[Piece]
    unchanged: int = 0


def _compared(before: str, after: str) -> list[Piece]:
    pieces = word_diff(before, after)
    same = sum(len(piece.words) for piece in pieces if piece.kind == "same")
    if before and after and same < STILL_THE_SAME * max(len(before), len(after)):
        return [Piece(before, "removed"), Piece(after, "added")]
    return pieces


def _passages(pieces: Iterable[Piece]) -> Iterator[Passage]:
    for is_changed, group in groupby(_paragraphs(pieces), key=_is_changed):
        paragraphs = list(group)
        if is_changed:
            yield from map(Passage, paragraphs)
        else:
            yield Passage([], unchanged=len(paragraphs))


def _paragraphs(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """The pieces paragraph by paragraph; the empty line between two of them belongs to neither."""
    paragraph: list[Piece] = []
    for piece in pieces:
        first, *others = piece.words.split(PARAGRAPH)
        if first:
            paragraph.append(Piece(first, piece.kind))
        for words in others:
            if paragraph:
                yield paragraph
            paragraph = [Piece(words, piece.kind)] if words else []
    if paragraph:
        yield paragraph


def _is_changed(pieces: Sequence[Piece]) -> bool:
    return any(piece.kind != "same" for piece in pieces)
