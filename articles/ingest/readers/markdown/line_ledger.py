"""The ledger of a Markdown article."""

import html
import re
from collections.abc import Iterator, Sequence

from articles.ingest.parsing.fields import Fields
from articles.ingest.readers.markdown.body_layout import Layout
from articles.ingest.readers.markdown.pictures import MARK
from articles.ingest.story import LedgerLine, StoryPhoto, ledger_of

_NO_WORDS = re.compile(r"\]\([^()\n]*\)|\]\[[^\[\]\n]*\]|<[^<>]*>|\{[^{}]*\}")
_NO_LETTERS = re.compile(r"[\W_]+")

# Letters of a line to look for, paragraphs after the last match to search, and letters of each: a paragraph of 100,000
# lines must not be searched from its start for each of them.
_ENOUGH = 30
_AHEAD = 40
_NEAR = 5_000


def keep_ledger(
    lines: Sequence[str], front_size: int, fields: Fields, layout: Layout, photos: Sequence[StoryPhoto]
) -> tuple[LedgerLine, ...]:
    """One entry for each line of the original; joined, their texts are the decoded original."""
    by_line = {line: fields.read_as.get(key, "") for key, line in fields.lines.items()}
    front, use = list[tuple[str, str]](), ""
    for number, line in enumerate(lines[:front_size], 1):  # continuation lines belong to the key before them
        use = by_line.get(number, use if 1 < number < front_size else "")
        front.append(("front-matter", use if line.strip() and not line.lstrip().startswith("#") else ""))
    return ledger_of(lines, [*front, *_body(lines[front_size:], layout, len(photos) - len(layout.pictures))])


def _body(lines: Sequence[str], layout: Layout, leads: int) -> Iterator[tuple[str, str]]:
    numbers = {mark: leads + place for place, mark in enumerate(layout.order, 1)}
    pictured = {
        picture.first_line + line: leads + place
        for place, picture in enumerate(layout.pictures, 1)
        for line in range(picture.lines)
    }
    find = _Finder(layout.paragraphs)
    for number, line in enumerate(lines):
        marked = layout.marked[number] if number < len(layout.marked) else ""
        text = MARK.sub("", marked)
        photos = [f"photo {numbers[int(mark)]}" for mark in MARK.findall(marked) if int(mark) in numbers]
        if not line.strip():
            yield "blank", ""
        elif number in layout.heading:
            yield ("headline", "headline") if layout.headline else ("boilerplate", "headline")
        elif number == layout.metadata_line and layout.metadata:
            values = [*(date.role for date in layout.metadata.dates), *(["byline"] if layout.metadata.byline else [])]
            yield "date" if layout.metadata.dates else "byline", ", ".join(values)
        elif text.strip():
            yield "paragraph", ", ".join([*find.paragraph_of(text), *photos])
        elif photos or number in pictured:
            yield "caption", ", ".join(photos) or f"photo {pictured[number]}"
        else:
            yield "boilerplate", ""


class _Finder:
    """Finds lines in sequence. ``at`` and ``reached``: the paragraph of the last one, and where in it that ended."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self.letters = [_NO_LETTERS.sub("", paragraph) for paragraph in paragraphs]
        self.at = self.reached = 0

    def paragraph_of(self, line: str) -> list[str]:
        words = _NO_LETTERS.sub("", html.unescape(_NO_WORDS.sub(" ", line)))[:_ENOUGH]
        for place in range(self.at, min(self.at + _AHEAD, len(self.letters)) if words else 0):
            reached = self.reached if place == self.at else 0
            found = self.letters[place].find(words, reached, reached + _NEAR)
            if found < 0 and reached:
                found = self.letters[place].find(words, max(0, reached - _NEAR), reached)
            if found >= 0:
                self.at, self.reached = place, found + len(words)
                break
        return [f"paragraph {self.at + 1}"] if self.letters else []
