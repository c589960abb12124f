"""The differences between two texts, word by word, in bounded time.

Equal lines are set aside first; then the words between them are compared, or letters in scripts without spaces.
Passages that would take too long are shown as one text replaced by another.
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

# Most pairs of lines, or of words, compared in one text.
LINE_PAIRS = 4_000_000
WORD_PAIRS = 6_000_000
_ONE_STRETCH = 1_500_000
# If less than this share of its words remains, a value is shown as replaced, not as changed.
STILL_THE_SAME = 0.3
PARAGRAPH = "\n\n"
_LETTER = f"[{HAN}{KANA}{SOUTH_EAST}]"
_TOKEN = re.compile(rf"{_LETTER}|(?:(?!{_LETTER})[^\W_])+|\s+|.", re.DOTALL)
_UNSPACED = re.compile(_LETTER)


@dataclass(frozen=True, slots=True)
class Piece:
    """Words, and which texts have them: the text before lacks ``added`` pieces, the text after ``removed`` ones."""

    words: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Corresponding words of both texts."""

    before: str
    after: str
    is_same: bool


def word_diff(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in order; within a change, removed words precede added ones."""
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
    """Runs of equal lines, and the others word by word while the budget lasts."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    budget = WORD_PAIRS
    for tag, start, end, new_start, new_end in _opcodes(old, new, LINE_PAIRS):
        lines, new_lines = old[start:end], new[new_start:new_end]
        if tag == "equal":
            yield _Stretch("".join(lines), "".join(lines), True)
            continue
        if len(lines) != len(new_lines):  # else line by line
            lines, new_lines = ["".join(lines)], ["".join(new_lines)]
        for line, new_line in zip(lines, new_lines, strict=True):
            words, new_words = words_of(line), words_of(new_line)
            cost = len(words) * len(new_words)
            if cost > min(budget, _ONE_STRETCH):
                yield _Stretch(line, new_line, False)
                continue
            budget -= cost
            for kind, first, last, new_first, new_last in _opcodes(words, new_words, _ONE_STRETCH):
                was, now = "".join(words[first:last]), "".join(new_words[new_first:new_last])
                yield _Stretch(was, now, kind == "equal")


def _opcodes(old: Sequence[str], new: Sequence[str], most_pairs: int) -> list[tuple[str, int, int, int, int]]:
    """Like those of ``SequenceMatcher``; beyond ``most_pairs``, only equal prefixes and suffixes are found."""
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
    """Words, spaces and signs in turn; joined, they are the text. Combining marks stay with their letters."""
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
    """Neighbours of one kind joined; a space or comma between two changes becomes part of the change."""

    def is_shown_as_same(number: int) -> bool:
        words = stretches[number].before
        around = [stretch.is_same for stretch in stretches[max(0, number - 1) : number + 2]]
        is_gap = around == [False, True, False] and "\n" not in words and not any(map(str.isalnum, words))
        return stretches[number].is_same and not is_gap

    for is_same, numbers in groupby(range(len(stretches)), key=is_shown_as_same):
        parts = [stretches[number] for number in numbers]
        yield _Stretch("".join(part.before for part in parts), "".join(part.after for part in parts), is_same)


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one field, in words. ``is_text``: the article's text, as Markdown, shown by paragraphs."""

    what: str
    before: str = ""
    after: str = ""
    is_text: bool = False

    @property
    def passages(self) -> list[Passage]:
        """Changed paragraphs, and numbers of unchanged ones. Slow for long texts, so computed only when shown."""
        if not self.is_text:
            pieces = word_diff(self.before, self.after)
            same = sum(len(piece.words) for piece in pieces if piece.kind == "same")
            if self.before and self.after and same < STILL_THE_SAME * max(len(self.before), len(self.after)):
                pieces = [Piece(self.before, "removed"), Piece(self.after, "added")]
            return [Passage(pieces)]
        before, after = (PARAGRAPH.join(map(plain, blocks_of(text))) for text in (self.before, self.after))
        if before == after:  # only the markup differs
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
    """A paragraph with its pieces, or the number of unchanged paragraphs omitted here."""

    pieces: list[Piece]
    unchanged: int = 0


def _paragraphs(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    paragraph: list[Piece] = []
    for piece in pieces:
        first, *later = piece.words.split(PARAGRAPH)
        if first:
            paragraph.append(Piece(first, piece.kind))
        for words in later:
            if paragraph:
                yield paragraph
            paragraph = [Piece(words, piece.kind)] if words else []
    if paragraph:
        yield paragraph
