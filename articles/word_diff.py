"""Two wordings of one text, compared word by word; letter by letter in scripts without spaces. Pure, in bounded time.

Nothing is normalised: the pieces that are ``same`` or ``removed`` give the first text back, those that are ``same`` or
``added`` the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "added", "removed"]
_SAME: Kind = "same"
_ADDED: Kind = "added"
_REMOVED: Kind = "removed"
# Pairs of lines and of words that are looked at in one comparison, about half a second's worth. What is left then is
# shown as removed and added whole.
MOST_PAIRS = 2_000_000

# A letter of a script without spaces (as in ``articles/likeness.py``), with the marks that stand on it.
_LETTER = (
    "[\u0e00-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    "[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u0f71-\u0f84\u102b-\u103e\u17b4-\u17d3\u3099\u309a"
    "\ufe00-\ufe0f]*"
)
_STOPS = '!"()*,./:;<=>?\\[\\]_{|}«»“”„…–—،؛؟。、'
_WORD = re.compile(rf"{_LETTER}|\s+|[{_STOPS}]|(?:(?!{_LETTER})[^\s{_STOPS}])+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row, with the spaces between and around them."""

    words: str
    kind: Kind


def word_diff(before: str, after: str) -> list[Piece]:
    """What ``after`` keeps of ``before``, adds and leaves out, in reading order; what was removed stands first."""
    first, second = before.splitlines(keepends=True), after.splitlines(keepends=True)
    start = _alike(first, second)
    end = _alike(first[start:][::-1], second[start:][::-1])
    comparison = _Comparison()
    comparison.keep("".join(first[:start]))
    comparison.compare_lines(first[start : len(first) - end], second[start : len(second) - end])
    comparison.keep("".join(first[len(first) - end :]))
    return comparison.found


def _alike(first: Sequence[str], second: Sequence[str]) -> int:
    """How many are alike from the beginning on."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(first), len(second)))


@dataclass(slots=True)
class _Comparison:
    pairs_left: int = MOST_PAIRS
    found: list[Piece] = field(default_factory=list)
    # What has changed since the last words that are the same.
    removed: str = ""
    added: str = ""

    def compare_lines(self, first: Sequence[str], second: Sequence[str]) -> None:
        """First the lines that are equal, then the words of those between them."""
        for is_same, one, other in self._aligned(first, second):
            if is_same:
                self.keep("".join(one))
            else:
                self._compare_words("".join(one), "".join(other))

    def _compare_words(self, before: str, after: str) -> None:
        stretches = list(self._aligned(_WORD.findall(before), _WORD.findall(after)))
        for place, (is_same, one, other) in enumerate(stretches):
            # A lone space between two changes counts as changed, so that they read as one.
            if is_same and not (list(one) == [" "] and 0 < place < len(stretches) - 1):
                self.keep("".join(one))
            else:
                self._change("".join(one), "".join(other))

    def _aligned(
        self, first: Sequence[str], second: Sequence[str]
    ) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
        """The stretches in which two sequences are the same, and those in which they are not."""
        pairs = len(first) * len(second)
        if not pairs or pairs > self.pairs_left:
            yield False, first, second
            return
        self.pairs_left -= pairs
        for tag, start, end, other_start, other_end in SequenceMatcher(None, first, second, False).get_opcodes():
            yield tag == "equal", first[start:end], second[other_start:other_end]

    def _change(self, removed: str, added: str) -> None:
        self.removed, self.added = self.removed + removed, self.added + added

    def keep(self, words: str) -> None:
        """Words that both have; ``""`` at the end."""
        for changed, kind in ((self.removed, _REMOVED), (self.added, _ADDED), (words, _SAME)):
            if not changed:
                continue
            if self.found and self.found[-1].kind == kind:
                changed = self.found.pop().words + changed
            self.found.append(Piece(changed, kind))
        self.removed = self.added = ""
