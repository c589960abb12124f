"""What differs between two texts, word by word. Pure; no text is so long that it takes more than a moment.

Lines that are the same in both are set aside first, then the words between them are compared. Of a script without
spaces between words it is the letters. Whatever would take too long is told as one text in place of another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

from articles.text.markdown import blocks_of, plain
from articles.text.scripts import HAN, KANA, SOUTH_EAST

Kind = Literal["same", "added", "removed"]

# How many pairs of lines, or of words, are compared at most in one text.
LINE_PAIRS = 4_000_000
WORD_PAIRS = 6_000_000
_ONE_STRETCH = 1_500_000
_LETTER = f"[{HAN}{KANA}{SOUTH_EAST}]"
_TOKEN = re.compile(rf"{_LETTER}|(?:(?!{_LETTER})[^\W_])+|\s+|.", re.DOTALL)
_UNSPACED = re.compile(_LETTER)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and whether both texts have them. Those of one kind, put together, are the text before or after."""

    words: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Words of both texts that answer to each other."""

    before: str
    after: str
    is_same: bool

    @property
    def says_little(self) -> bool:
        """Whether it is a space or a sign, which nobody looks for between two changes."""
        return "\n" not in self.before and not any(map(str.isalnum, self.before))


def word_diff(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in order; of a change, what was removed stands before what was added."""
    if before == after:
        return [Piece(before, "same")] if before else []
    pieces = []
    for stretch in _joined(list(_by_lines(before, after))):
        if stretch.is_same:
            pieces.append(Piece(stretch.before, "same"))
            continue
        both = (Piece(stretch.before, "removed"), Piece(stretch.after, "added"))
        pieces += [piece for piece in both if piece.words]
    return pieces


def _by_lines(before: str, after: str) -> Iterator[_Stretch]:
    """Each run of lines: the same in both, or told word by word as long as the budget lasts."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    left = WORD_PAIRS
    for tag, start, end, new_start, new_end in _opcodes(old, new, LINE_PAIRS):
        lines, new_lines = old[start:end], new[new_start:new_end]
        if tag == "equal":
            yield _Stretch("".join(lines), "".join(lines), True)
            continue
        if len(lines) != len(new_lines):  # else each stands beside its own
            lines, new_lines = ["".join(lines)], ["".join(new_lines)]
        for one, other in zip(lines, new_lines, strict=True):
            words, new_words = words_of(one), words_of(other)
            cost = len(words) * len(new_words)
            if cost > min(left, _ONE_STRETCH):
                yield _Stretch(one, other, False)
                continue
            left -= cost
            for kind, first, last, new_first, new_last in _opcodes(words, new_words, _ONE_STRETCH):
                was, now = "".join(words[first:last]), "".join(new_words[new_first:new_last])
                yield _Stretch(was, now, kind == "equal")


def _opcodes(old: Sequence[str], new: Sequence[str], most_pairs: int) -> list[tuple[str, int, int, int, int]]:
    """As of ``SequenceMatcher``; beyond ``most_pairs`` only what is the same at both ends is told from the rest."""
    start = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    rest = min(len(old), len(new)) - start
    tail = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
    end, new_end = len(old) - tail, len(new) - tail
    if (end - start) * (new_end - start) <= most_pairs:
        inner = SequenceMatcher(None, old[start:end], new[start:new_end], autojunk=False).get_opcodes()
    else:
        inner = [("replace", 0, end - start, 0, new_end - start)]
    codes = [("equal", 0, start, 0, start)] if start else []
    codes += [(tag, a + start, b + start, c + start, d + start) for tag, a, b, c, d in inner]
    return codes + ([("equal", end, len(old), new_end, len(new))] if tail else [])


def words_of(text: str) -> list[str]:
    """Words, spaces and signs, each for itself; put together they are the text. Marks stay with their letters."""
    words: list[str] = []
    for token in _TOKEN.findall(text):
        is_mark = unicodedata.category(token[0])[0] == "M" or token[0] in "\u200c\u200d"
        goes_on = bool(words) and not words[-1][-1].isalnum() and words[-1][0].isalnum() and token[0].isalnum()
        if words and not words[-1].isspace() and (is_mark or (goes_on and not _UNSPACED.match(token))):
            words[-1] += token
        else:
            words.append(token)
    return words


def _joined(stretches: Sequence[_Stretch]) -> Iterator[_Stretch]:
    """Neighbours of one kind put together; a space or a comma between two changes is told as part of the change."""
    last = len(stretches) - 1

    def is_told_as_same(number: int) -> bool:
        stretch = stretches[number]
        is_between = 0 < number < last and not stretches[number - 1].is_same and not stretches[number + 1].is_same
        return stretch.is_same and not (is_between and stretch.says_little)

    for is_same, numbers in groupby(range(len(stretches)), key=is_told_as_same):
        parts = [stretches[number] for number in numbers]
        yield _Stretch("".join(part.before for part in parts), "".join(part.after for part in parts), is_same)


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
        passages: list[Passage] = []
        for paragraph in _paragraphs(word_diff(before, after)):
            if any(piece.kind != "same" for piece in paragraph):
                passages.append(Passage(paragraph))
            elif passages and passages[-1].unchanged:
                passages[-1] = Passage([], passages[-1].unchanged + 1)
            else:
                passages.append(Passage([], unchanged=1))
        return passages


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
