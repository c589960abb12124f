"""Titles and lines that many files of a site share, and that are of no article."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from articles.text.keys import bare
from articles.text.scripts import HAN, HANGUL, KANA, SOUTH_EAST

DEEPEST = 60  # lines from the beginning or end of a file
LONG = re.compile(".{141}")  # such a line that is not the frame's is text of the article; of plain text, a sentence is
_DENSE = f"{HAN}{KANA}{HANGUL}{SOUTH_EAST}"  # scripts in which 30 letters are as much as 80 of others
SENTENCE = re.compile(rf".{{80}}|(?:[{_DENSE}][^{_DENSE}]*){{30}}|[.!?…。！？؟۔।॥։።]\W*$")  # what may be one
_MOST_FOREIGN = 5  # other lines between two of the frame

PLACES = ("titles", "above", "below", "between")  # of what to leave out
SHARED = (*PLACES, "kept")


@dataclass(frozen=True, slots=True)
class Frame:
    """Texts that the files of a site share, and that are of no article: ``titles``, parts of the titles of web pages;
    whole lines ``above`` and ``below`` their text; of plain text also lines ``between`` paragraphs. ``kept``: lines
    that they share too, which stay in articles. ``is_said``: the operator or a load wrote
    some; it is more than the name of the site.
    """

    titles: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    is_said: bool = False

    def numbers_in(self, texts: Sequence[str], prose: re.Pattern[str] = LONG) -> list[int]:
        """The numbers of the lines of a file that are ``above`` or ``below`` its ``prose``."""
        above = set(in_frame(enumerate(texts), self.above, prose, self.kept))
        rest = ((number, texts[number]) for number in reversed(range(len(texts))) if number not in above)
        return sorted(above.union(in_frame(rest, self.below, prose, self.kept)))

    def extended(self, found: Frame, emptied: Collection[str] = ()) -> Frame:
        """With what was found since. Lines stay where they are, or were moved to; ``emptied`` lists stay empty."""
        known = {line for name in SHARED for line in getattr(self, name)}
        more = {name: [line for line in getattr(found, name) if line not in known] for name in set(SHARED) - {*emptied}}
        lists = {name: (*getattr(self, name), *more.get(name, ())) for name in SHARED}
        return Frame(**lists, is_said=self.is_said or found.is_said)


def in_frame(
    lines: Iterable[tuple[int, str]], frame: Iterable[str], prose: re.Pattern[str], kept: Iterable[str] = ()
) -> Iterator[int]:
    """The numbers of those lines, from an edge of a file, that are of its frame; none behind text of the article."""
    left, known, foreign = Counter(map(bare, frame)), set(map(bare, kept)), 0
    for number, text in islice(lines, DEEPEST):
        words = bare(text)
        if left[words] > 0:
            left[words] -= 1
            foreign = 0
            yield number
        elif words not in known and (prose.search(text) or (foreign := foreign + 1) > _MOST_FOREIGN):
            return


def lone_lines(folded: Sequence[str]) -> list[int]:
    """The numbers of those lines of a text that are no part of a paragraph: alone, or in a block without a sentence."""
    blocks = [[*block] for has_text, block in groupby(enumerate(folded), lambda line: line[1] != "") if has_text]
    if len(blocks) == 1:  # without blank lines
        blocks = [[line] for line in blocks[0]]
    lone = (block for block in blocks if len(block) == 1 or not any(SENTENCE.search(line) for _, line in block))
    return [number for block in lone for number, _ in block]
