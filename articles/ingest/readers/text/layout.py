"""Sorts the lines of an article into headline, metadata, captions, boilerplate and paragraphs.

A block is a run of lines between blank lines; without blank lines, each line is a block. Metadata is read only before
the first paragraph and after the last. Any other block is a paragraph.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from articles.ingest.parsing.chrome import is_breadcrumb, is_chrome, is_list_label, is_menu
from articles.ingest.parsing.credits_in_text import CLOSING_BRACKETS, Credit, split_credit
from articles.ingest.parsing.dateline import find_dateline
from articles.ingest.parsing.metadata import Metadata, Place, parse_metadata
from articles.ingest.parsing.whitespace import is_indented
from articles.text.outlets import has_press_name, is_address
from articles.text.scripts import HAN, KANA

PartKind = Literal["headline", "chrome", "metadata", "photo", "paragraph"]

# Lines examined as metadata before the body, and after it.
_MOST_METADATA_LINES = 200

# The space is required: ``-5 degrees`` and ``1.5 million`` are not items.
_LIST_MARK = re.compile(r"(?:[-*] |[•·]|\d{1,3}[.)] )")


# A word, or a Chinese or Japanese character.
_WORD = re.compile(rf"[{HAN}{KANA}]|[^\s{HAN}{KANA}]+")

_IMAGE_LABEL = re.compile(r"Image (?P<label>source|caption)\s*[,，]\s*(?P<value>.*)", re.IGNORECASE)


@dataclass(slots=True)  # not frozen, for speed: a megabyte of short lines makes half a million
class Part:
    kind: PartKind
    lines: Sequence[int]
    text: str
    metadata: Metadata | None = None
    credit: Credit | None = None


@dataclass(slots=True)
class Layout:
    lines: Sequence[str]
    folded: Sequence[str]
    parts: list[Part] = field(default_factory=list)
    headline: str | None = None
    in_body: bool = False
    lines_to_try: int = _MOST_METADATA_LINES
    last_line: int = -1
    is_line_each: bool = False
    starts: frozenset[int] | range = frozenset()
    chrome: list[bool] = field(default_factory=list)

    def arrange(self) -> list[Part]:
        blank = [-1, *(number for number, line in enumerate(self.folded) if not line), len(self.folded)]
        blocks = [range(start + 1, stop) for start, stop in pairwise(blank) if stop > start + 1]
        self.is_line_each = len(blocks) == 1  # a file without blank lines
        is_boilerplate = {line: bool(line) and is_chrome(line) for line in set(self.folded)}
        self.chrome = [is_boilerplate[line] for line in self.folded]
        self.last_line = blocks[-1].stop - 1 if blocks else -1
        for block in blocks:
            line = self.folded[block.start]
            is_only_line = len(block) == 1 and self.in_body and not self.chrome[block.start]
            if is_only_line and not _IMAGE_LABEL.match(line):  # the fast path, of most paragraphs
                credit = split_credit(line, ends_file=block.start == self.last_line)
                self.parts.append(Part("photo" if credit else "paragraph", block, line, None, credit))
                continue
            self.starts = block if self.is_line_each else self._item_starts(block)
            at = block.start
            while at < block.stop:
                at = (
                    self._read_chrome(at, block)
                    or self._read_image_labels(at, block)
                    or self._read_metadata(at)
                    or self._read_text(at, block)
                )
        paragraphs = [number for number, part in enumerate(self.parts) if part.kind == "paragraph"]
        for number in reversed(paragraphs):
            keeps = int(number == paragraphs[0])
            self.parts[number : number + 1] = self._without_tail(self.parts[number], keeps=keeps)
            if self.parts[number].kind == "paragraph":
                break
        return self.parts

    def _item_starts(self, block: range) -> frozenset[int]:
        """Lines that begin a paragraph in a block: list items, and the first unindented line after the last item."""
        items = [number for number in block if _LIST_MARK.match(self.folded[number])] if len(block) > 1 else []
        if not items:
            return frozenset()
        rest = range(items[-1] + 1, block.stop)
        after = next((number for number in rest if not is_indented(self.lines[number])), None)
        return frozenset(items if after is None else [*items, after])

    def _join(self, start: int, stop: int) -> str:
        return self.folded[start] if stop == start + 1 else " ".join(self.folded[start:stop])

    def _add(self, kind: PartKind, start: int, stop: int, credit: Credit | None = None) -> int:
        self.parts.append(Part(kind, range(start, stop), self._join(start, stop), None, credit))
        return stop

    def _is_chrome(self, number: int) -> bool:
        """Boilerplate; above the body also a repeated headline, or a breadcrumb or menu above the headline."""
        if self.chrome[number] or self.in_body:
            return self.chrome[number]
        if self.headline is not None:
            return self.folded[number] == self.headline
        line = self.folded[number]
        return is_breadcrumb(line) or (is_menu(line) and self._metadata(number) is None)

    def _read_chrome(self, at: int, block: range) -> int:
        """Read a line of boilerplate, and after a list's label the list. Returns the next line, or 0."""
        if not self._is_chrome(at):
            return 0
        self._add("chrome", at, at + 1)
        at += 1
        if at == block.stop or not is_list_label(self.folded[at - 1]):
            return at
        while at < block.stop and _LIST_MARK.match(self.folded[at]):
            stop = at + 1
            while stop < block.stop and stop not in self.starts and is_indented(self.lines[stop]):
                stop += 1
            at = self._add("chrome", at, stop)
        return at

    def _read_image_labels(self, at: int, block: range) -> int:
        """Read ``Image source, …`` and ``Image caption, …``, in either order, as a photo; 0 without any."""
        start = at
        values: dict[str, str] = {}
        raw = None
        while at < block.stop and (label := _IMAGE_LABEL.fullmatch(self.folded[at])):
            name = label["label"].casefold()
            if name in values:
                break
            # Without blank lines, a value has one line, on that of its label or after it.
            limit = min(block.stop, at + (1 if label["value"] else 2)) if self.is_line_each else block.stop
            stop = self._run_end(at, limit, (), metadata_ends_it=not self.in_body)
            values[name] = " ".join([label["value"], *self.folded[at + 1 : stop]]).strip()
            raw = self._join(at, stop) if name == "source" else raw
            at = stop
        if not values:
            return 0
        source = values.get("source") or None
        credit = Credit(values.get("caption") or None, source, raw, is_cut=raw is not None and source is None)
        last = self.parts[-1] if self.parts and self.parts[-1].kind == "photo" else None
        before = last.credit if last and _IMAGE_LABEL.match(last.text) else None
        sourced, other = (before, credit) if before and before.raw is not None else (credit, before)
        # Of two neighbours, one may have only a source, and the other only a caption.
        if last and other and other.raw is None and sourced.raw is not None and sourced.caption is None:
            joined = Credit(other.caption, sourced.name, sourced.raw, is_cut=sourced.is_cut or other.is_cut)
            text = f"{last.text} {self._join(start, at)}"
            self.parts[-1] = Part("photo", (*last.lines, *range(start, at)), text, credit=joined)
            return at
        return self._add("photo", start, at, credit)

    def _metadata(self, at: int, *, is_after_body: bool = False) -> Metadata | None:
        """Read a line as metadata, up to the limit of such lines."""
        if self.lines_to_try <= 0:
            return None
        line = self.folded[at]
        self.lines_to_try -= 1
        if split_credit(line):
            return None
        is_beside = (is_address(line) or has_press_name(line)) and self._is_beside_metadata(at)
        is_before_headline = self.headline is None and not self.in_body
        return parse_metadata(line, Place(is_before_headline, is_after_body, is_beside))

    def _is_beside_metadata(self, at: int) -> bool:
        before = next((part for part in reversed(self.parts[-8:]) if part.kind != "chrome"), None)
        if before is not None and before.kind == "metadata":
            return True
        near = (number for number in range(at + 1, min(at + 8, len(self.folded))) if self.folded[number])
        after = next((number for number in near if not self.chrome[number]), None)
        return after is not None and parse_metadata(self.folded[after]) is not None

    def _read_metadata(self, at: int) -> int:
        metadata = None if self.in_body else self._metadata(at)
        if metadata is None:
            return 0
        self.parts.append(Part("metadata", range(at, at + 1), self.folded[at], metadata))
        return at + 1

    def _read_text(self, at: int, block: range) -> int:
        stop = self._run_end(at, block.stop, self.starts, metadata_ends_it=not self.in_body)
        if not self.in_body and stop < block.stop:
            is_headline = self.headline is None and _is_headline(self._join(at, stop))
            if not is_headline and self._credit(at, stop) is None:
                # The body begins here, where no line is metadata.
                stop = self._run_end(at, block.stop, self.starts, metadata_ends_it=False)
        if self._credit(at, stop):
            for end in range(at + 1, stop):  # one caption for each credit in brackets at the end of a line
                if self.folded[end - 1].rstrip(".。 ")[-1:] in CLOSING_BRACKETS and (credit := self._credit(at, end)):
                    at = self._add("photo", at, end, credit)
            return self._add("photo", at, stop, self._credit(at, stop))
        if self.in_body:
            return self._add("paragraph", at, stop)
        if self.headline is None:
            half = (stop - at) // 2
            if self.folded[at : at + half] == self.folded[stop - half : stop] and 2 * half == stop - at:
                stop -= half  # a headline printed twice
            text = self._join(at, stop)
            if _is_headline(text):
                self.headline = text
                return self._add("headline", at, stop)
        elif self._join(at, stop) == self.headline:
            return self._add("chrome", at, stop)
        self.in_body = True
        self.lines_to_try = _MOST_METADATA_LINES
        return self._add("paragraph", at, stop)

    def _run_end(self, at: int, limit: int, starts: Collection[int], *, metadata_ends_it: bool) -> int:
        stop = at + 1
        while (
            stop < limit
            and stop not in starts
            and not self._is_chrome(stop)
            and not _IMAGE_LABEL.match(self.folded[stop])
            and not (metadata_ends_it and self._metadata(stop))
        ):
            stop += 1
        return stop

    def _credit(self, start: int, stop: int) -> Credit | None:
        last_line = self.folded[stop - 1]
        return split_credit(self._join(start, stop), last_line=last_line, ends_file=stop > self.last_line)

    def _without_tail(self, part: Part, *, keeps: int) -> list[Part]:
        """A paragraph or caption without the metadata lines at its end. ``keeps`` lines stay."""
        start, stop = part.lines[0], part.lines[-1] + 1
        tail: list[Part] = []
        while stop > start + keeps and (metadata := self._metadata(stop - 1, is_after_body=True)):
            stop -= 1
            tail.insert(0, Part("metadata", range(stop, stop + 1), self.folded[stop], metadata))
        if not tail or stop == start:
            return tail or [part]
        credit = self._credit(start, stop)
        kind: PartKind = "photo" if credit else "paragraph"
        return [Part(kind, range(start, stop), self._join(start, stop), credit=credit), *tail]


def _is_headline(text: str) -> bool:
    """``True`` unless this first block of text is long or begins like the body."""
    if len(text) > 200:
        return False
    if text[-1] in ".。":
        return len(_WORD.findall(text)) <= 12 and find_dateline(text) is None
    # ``TOKYO - The city that never stops``: a short line without a full stop is a headline.
    dateline = find_dateline(text)
    return dateline is None or not (set(dateline) & set("(（,0123456789电電"))
