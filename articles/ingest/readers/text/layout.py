"""Sorts the lines of an article into headline, metadata, captions, boilerplate and paragraphs.

A block is a run of lines between blank lines; without blank lines, each line is a block. Metadata is read only before
the first paragraph and after the last. Between headline and first line of prose, everything else is a caption or
boilerplate; behind it, any other block is a paragraph.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise, takewhile
from typing import Literal

from articles.ingest.parsing.chrome import (
    ends_article,
    is_breadcrumb,
    is_chrome,
    is_edge_line,
    is_invitation,
    is_labelled_link,
    is_link_label,
    is_menu,
)
from articles.ingest.parsing.credits_in_captions import split_caption
from articles.ingest.parsing.credits_in_text import CLOSING_BRACKETS, Credit, split_credit
from articles.ingest.parsing.dateline import find_dateline
from articles.ingest.parsing.dates import find_stamps
from articles.ingest.parsing.frame import SENTENCE, Frame, lone_lines
from articles.ingest.parsing.metadata import Metadata, Place, is_by_alone, parse_metadata, reads_as_author
from articles.ingest.parsing.names import reads_as_name
from articles.ingest.parsing.whitespace import is_indented
from articles.text.keys import bare
from articles.text.outlets import has_press_name, is_address, reads_as_title
from articles.text.scripts import HAN, HANGUL, KANA

PartKind = Literal["headline", "chrome", "metadata", "photo", "paragraph"]

# Lines examined as metadata before the body, and after it.
_MOST_METADATA_LINES = 200
# Different lines of which each is looked up among the boilerplate; a story has fewer.
_MOST_LINES_LOOKED_UP = 20_000
# Lines without a sentence before the first one with; more are a text of such lines.
_MOST_HEAD_LINES = 40

# The space is required: ``-5 degrees`` and ``1.5 million`` are not items.
_LIST_MARK = re.compile(r"(?:[-*] |[•·]|\d{1,3}[.)] )")


# A word, or a Chinese or Japanese character.
_WORD = re.compile(rf"[{HAN}{KANA}]|[^\s{HAN}{KANA}]+")

# A sentence's end; prose without one has at least as many letters as the shortest prose, fewer in Chinese signs.
_SENTENCE_END = re.compile(r"[.。!?！？…؟।][\"”’'»«“」』)）\]】]*$")
_PROSE, _PROSE_IN_SIGNS = 80, 30
_OF_OUTLET = re.compile(
    r"\b(?:our|us|newsletters?|app|podcasts?|facebook|instagram|twitter|whatsapp|telegram|youtube)\b[^\"”’»]*$",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(r"\W*(?:additional reporting|(?:reporting|writing|edit(?:ing|ed)|compiled) by)\b", re.IGNORECASE)
_INITIALS = re.compile(r"\b[A-Z]\.[A-Z]\.$")  # N.Y.
_SIGN = re.compile(f"[{HAN}{KANA}{HANGUL}]")
_LONGEST_TITLE = 150
_FEWEST_WORDS_OF_DECK = 6
_LINES_AFTER_DECK = 16
_LONGEST_FRAGMENT = 40
_AFTER_CREDIT = ("hide caption", "toggle caption")

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
    frame: Frame = field(default_factory=Frame)
    parts: list[Part] = field(default_factory=list)
    headline: str | None = None
    in_body: bool = False
    lines_to_try: int = _MOST_METADATA_LINES
    last_line: int = -1
    is_line_each: bool = False
    starts: frozenset[int] | range = frozenset()
    chrome: list[bool] = field(default_factory=list)
    of_frame: frozenset[int] = frozenset()
    has_deck: bool = False
    has_head: bool = True  # boilerplate without known words is expected between headline and body
    unknown: list[int] = field(default_factory=list)  # parts that are boilerplate for their place in the head only
    is_box_open: bool = False  # the last line was the label of links, which the next blocks are
    next_line: int = 0  # to read; lines before it belong to the last part

    def arrange(self) -> list[Part]:
        parts = self._arrange()
        if not self.in_body and self.unknown:  # a text without any prose has no head
            return Layout(self.lines, self.folded, self.frame, has_head=False)._arrange()
        return parts

    def _arrange(self) -> list[Part]:
        blank = [-1, *(number for number, line in enumerate(self.folded) if not line), len(self.folded)]
        blocks = [range(start + 1, stop) for start, stop in pairwise(blank) if stop > start + 1]
        self.is_line_each = len(blocks) == 1  # a file without blank lines
        looked_up = islice(dict.fromkeys(self.folded), _MOST_LINES_LOOKED_UP)
        is_any = (is_chrome, is_labelled_link, is_link_label)
        is_boilerplate = {line: bool(line) and any(test(line) for test in is_any) for line in looked_up}
        self.chrome = [is_boilerplate.get(line, False) for line in self.folded]
        if self.frame.is_said:
            self._take_out_frame()
        self.last_line = blocks[-1].stop - 1 if blocks else -1
        for block in blocks:
            line = self.folded[block.start]
            is_only_line = len(block) == 1 and self.in_body and not self.chrome[block.start] and not self.is_box_open
            # The fast path, of most paragraphs.
            if is_only_line and not _IMAGE_LABEL.match(line) and line != self._last_words():
                credit = split_credit(line, ends_file=block.start == self.last_line)
                self.parts.append(Part("photo" if credit else "paragraph", block, line, None, credit))
                continue
            self.starts = block if self.is_line_each else self._item_starts(block)
            at = max(block.start, self.next_line)
            while at < block.stop:
                at = (
                    self._read_box(at, block)
                    or self._read_chrome(at, block)
                    or self._read_image_labels(at, block)
                    or self._read_metadata(at)
                    or self._read_text(at, block)
                )
        Tail(self).read()
        return self.parts

    def _take_out_frame(self) -> None:
        shown = [number for number, line in enumerate(self.folded) if bare(line) and not self.chrome[number]]
        at_edges = self.frame.numbers_in([self.folded[number] for number in shown], SENTENCE)
        between = [number for number in lone_lines(self.folded) if self.folded[number] in self.frame.between]
        self.of_frame = frozenset([*(shown[at] for at in at_edges), *between])
        for number in self.of_frame:
            self.chrome[number] = True

    def _item_starts(self, block: range) -> frozenset[int]:
        """Lines that begin a paragraph in a block: list items, and the first unindented line after the last item."""
        items = [number for number in block if _LIST_MARK.match(self.folded[number])] if len(block) > 1 else []
        if not items:
            return frozenset()
        rest = range(items[-1] + 1, block.stop)
        after = next((number for number in rest if not is_indented(self.lines[number])), None)
        return frozenset(items if after is None else [*items, after])

    def joined(self, start: int, stop: int) -> str:
        return self.folded[start] if stop == start + 1 else " ".join(self.folded[start:stop])

    def _last_words(self) -> str | None:
        """The caption of the photo just read, which may be printed twice."""
        credit = self._last_credit()
        return credit.caption if credit else None

    def _last_credit(self) -> Credit | None:
        return next((part.credit for part in reversed(self.parts[-3:]) if part.kind != "chrome"), None)

    def _add(self, kind: PartKind, start: int, stop: int, credit: Credit | None = None) -> int:
        if credit and credit.caption and credit == self._last_credit():
            kind, credit = "chrome", None  # a caption printed twice
        self.parts.append(Part(kind, range(start, stop), self.joined(start, stop), None, credit))
        return stop

    def _is_chrome(self, number: int) -> bool:
        """Boilerplate; above the body also a repeated headline, or a breadcrumb or menu above the headline."""
        if self.chrome[number]:
            return True
        if self.in_body:
            return self.folded[number] == self._last_words()
        if self.headline is not None:
            return self.folded[number] == self.headline
        line = self.folded[number]
        return is_breadcrumb(line) or (is_menu(line) and self.metadata_of(number) is None)

    def _read_box(self, at: int, block: range) -> int:
        """Read the lines below the label of a box of links, in its block or the next. Returns the next line, or 0."""
        if not self.is_box_open:
            return 0
        self.is_box_open = False
        start = at
        is_list = _LIST_MARK.match(self.folded[at]) is not None
        # Below a label in the same block, wrapped prose is none of its links.
        last = next((line for line in reversed(block) if not self.chrome[line]), at)
        is_prose = at > block.start and not self.is_line_each and not is_list and _ends_sentence(self.folded[last])
        while at < block.stop and not is_prose and self._is_title(at, is_list) and not self._is_heading(start, at):
            stop = at + 1
            while stop < block.stop and is_list and stop not in self.starts and is_indented(self.lines[stop]):
                stop += 1
            at = self._add("chrome", at, stop)
        self.is_box_open = at == block.stop and not is_list and start == block.start and at - start == 1
        return at if at > start else 0

    def _is_heading(self, start: int, at: int) -> bool:
        """A second line below a label without a colon is a sub-heading if a sentence follows it."""
        after = self.folded[at + 1 : at + 2]
        is_single = self.is_line_each and self.in_body and self.folded[start - 1][-1:] not in ":："
        is_below_title = at > start and self.folded[at - 1].count(" ") > 1  # not below a rubric
        return is_single and is_below_title and bool(after) and _ends_sentence(after[0])

    def _is_title(self, at: int, is_list: bool) -> bool:
        line = self.folded[at]
        if is_list or _LIST_MARK.match(line):
            return _LIST_MARK.match(line) is not None
        is_long = len(line) > _LONGEST_TITLE or _ends_sentence(line)
        return not (is_long or self._is_chrome(at) or split_credit(line))

    def _read_chrome(self, at: int, block: range) -> int:
        """Read a line of boilerplate. Returns the next line, or 0."""
        if not self._is_chrome(at):
            return 0
        line = self.folded[at]
        is_label = is_link_label(line) or (at in self.of_frame and line[-1] in ":：")
        self.is_box_open = is_label or (at + 1 < block.stop and "newsletter" in line.casefold())
        return self._add("chrome", at, at + 1)

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
            raw = self.joined(at, stop) if name == "source" else raw
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
            text = f"{last.text} {self.joined(start, at)}"
            self.parts[-1] = Part("photo", (*last.lines, *range(start, at)), text, credit=joined)
            return at
        return self._add("photo", start, at, credit)

    def metadata_of(self, at: int, *, is_after_body: bool = False) -> Metadata | None:
        """Read a line as metadata, up to the limit of such lines."""
        if self.lines_to_try <= 0:
            return None
        line = self.folded[at]
        self.lines_to_try -= 1
        if split_credit(line):
            return None
        is_beside = (is_address(line) or has_press_name(line)) and self._is_beside_metadata(at)
        is_before_headline = self.headline is None and not self.in_body
        is_in_head = self.headline is not None and not self.in_body
        return parse_metadata(line, Place(is_before_headline, is_after_body, is_beside, is_in_head))

    def _is_beside_metadata(self, at: int) -> bool:
        before = next((part for part in reversed(self.parts[-8:]) if part.kind != "chrome"), None)
        if before is not None and before.kind == "metadata":
            return True
        near = (number for number in range(at + 1, min(at + 8, len(self.folded))) if self.folded[number])
        after = next((number for number in near if not self.chrome[number]), None)
        return after is not None and parse_metadata(self.folded[after]) is not None

    def _read_metadata(self, at: int) -> int:
        metadata = None if self.in_body else self.metadata_of(at)
        after = next((n for n in range(at + 1, min(at + 4, len(self.folded))) if self.folded[n]), None)
        if metadata is None and after is not None and not self.in_body and is_by_alone(self.folded[at]):
            line = f"{self.folded[at]} {self.folded[after]}"
            if metadata := parse_metadata(line):
                self.parts.append(Part("metadata", (at, after), line, metadata))
                self.next_line = after + 1
                return self.next_line
        if metadata is None:
            return 0
        is_label = metadata.awaits and not metadata.dropped
        if is_label and (after is None or not find_stamps(self.folded[after])):  # Published / 2 hours ago
            return self._add("chrome", at, at + 1)
        self.parts.append(Part("metadata", range(at, at + 1), self.folded[at], metadata))
        return at + 1

    def _read_text(self, at: int, block: range) -> int:
        if toggled := self._read_toggled(at, block):
            return toggled
        if self.is_line_each and not self.in_body and self.headline and at + 1 < block.stop:
            line, credit = self.folded[at], split_credit(self.folded[at + 1])  # of the caption on the line before it
            if credit and not credit.caption and (credit.raw or "[")[0] not in "[(（【" and _is_caption(line):
                return self._add("photo", at, at + 2, replace(credit, caption=line))
        stop = self._run_end(at, block.stop, self.starts, metadata_ends_it=not self.in_body)
        if not self.in_body and stop < block.stop:
            is_headline = self.headline is None and _is_headline(self.joined(at, stop))
            whole = self._run_end(at, block.stop, self.starts, metadata_ends_it=False)
            if self.headline is not None and self.folded[at].count(" ") > 2 and self.credit_of(at, whole):
                stop = whole  # a date within a wrapped caption
            is_prose = not (self.has_head and self.headline) or self._is_prose(at, stop)
            if not is_headline and is_prose and self.credit_of(at, stop) is None:
                # The body begins here, where no line is metadata.
                stop = self._run_end(at, block.stop, self.starts, metadata_ends_it=False)
        if self.credit_of(at, stop):
            for end in range(at + 1, stop):  # one caption for each credit in brackets at the end of a line
                if self.folded[end - 1].rstrip(".。 ")[-1:] in CLOSING_BRACKETS and (credit := self.credit_of(at, end)):
                    at = self._add("photo", at, end, credit)
            return self._add("photo", at, stop, self.credit_of(at, stop))
        if self.in_body:
            return self._add("paragraph", at, stop)
        if self.has_head and self.headline and not self._is_prose(at, stop):
            for end in range(min(stop - 1, at + 3), at, -1):  # a caption above other lines
                if credit := self.credit_of(at, end):
                    return self._add("photo", at, end, credit)
            credit = split_caption(self.joined(at, stop))  # in the head, with less proof
            if credit and credit.caption and credit.caption.count(" ") > 2:
                return self._add("photo", at, stop, credit)
        if self.headline is None:
            half = (stop - at) // 2
            if self.folded[at : at + half] == self.folded[stop - half : stop] and 2 * half == stop - at:
                stop -= half  # a headline printed twice
            text = self.joined(at, stop)
            if _is_headline(text):
                self.headline = text
                return self._add("headline", at, stop)
        elif self.joined(at, stop) == self.headline:
            return self._add("chrome", at, stop)
        elif self.has_head and len(self.unknown) < _MOST_HEAD_LINES and not self._is_prose(at, stop):
            self.unknown.append(len(self.parts))
            return self._add("chrome", at, at + 1)
        if self.has_head and not self.has_deck and self._is_deck(stop):
            self.has_deck = True
        else:
            self._begin_body()
        return self._add("paragraph", at, stop)

    def _is_deck(self, at: int) -> bool:
        """``True`` if date and byline follow a first sentence, which is then the deck."""
        if any(part.metadata and part.metadata.dates for part in self.parts):
            return False
        lines = 0
        has_date = False
        for line in filter(None, self.folded[at : at + _LINES_AFTER_DECK]):
            metadata = parse_metadata(line)
            if metadata is None and _ends_sentence(line) and line.count(" ") > 5 and not split_credit(line):
                break
            lines += 1
            has_date |= metadata is not None and bool(metadata.dates)
        return lines > 1 and has_date

    def _begin_body(self) -> None:
        """Of the lines in the head without known words, one may be a byline, and the last one the deck."""
        if self.headline is None:  # in a column of one name, it is in the frame
            head = takewhile(lambda part: part.kind != "metadata", self.parts)
            for part in [part for part in head if part.lines[0] in self.of_frame][-1:]:
                part.kind, self.headline = "headline", part.text
        self.in_body = True
        self.lines_to_try = _MOST_METADATA_LINES
        has_byline = any(part.metadata and part.metadata.byline for part in self.parts)
        for number in self.unknown:
            part = self.parts[number]
            below = self.parts[number + 1].metadata if number + 1 < len(self.parts) else None
            is_above_date = below is not None and bool(below.dates)
            if not has_byline and reads_as_author(part.text, is_above_date=is_above_date):
                part.kind, part.metadata, has_byline = "metadata", Metadata(byline=part.text), True
                above = self.parts[number - 1]
                if (
                    number - 1 in self.unknown
                    and self.parts[number - 2].kind == "headline"
                    and reads_as_title(above.text)
                ):
                    above.kind, above.metadata = "metadata", Metadata(source=above.text)  # Ouest-France
        last = len(self.parts) - 1
        if last in self.unknown and self.parts[last - 1].kind in ("metadata", "headline"):
            words = self.parts[last].text.split()
            small = [word for word in words if word[0].islower()]
            if len(words) >= _FEWEST_WORDS_OF_DECK and 2 * len(small) > len(words) and ":" not in self.parts[last].text:
                self.parts[last].kind = "paragraph"

    def _is_prose(self, start: int, stop: int) -> bool:
        """``True`` for a sentence, for a long line, and for wrapped lines that are one together."""
        lines = self.folded[start:stop]
        if len(lines) > 1 and len(lines[0]) < _PROSE / 2 and 2 * len(lines[0]) < max(map(len, lines)):
            return False  # not wrapped: only the lines after the first one may be prose
        is_name = len(lines) == 1 and reads_as_name(lines[0].rstrip("."))
        return (_ends_sentence(lines[-1]) and not is_name) or any(map(_is_long, lines))

    def _read_toggled(self, at: int, block: range) -> int:
        """Read a caption and its credit above ``hide caption``. Returns the next line, or 0."""
        stop = next(
            (n for n in range(at + 2, min(at + 6, block.stop)) if self.folded[n].casefold() in _AFTER_CREDIT), 0
        )
        credit = self.folded[stop - 1]
        if not stop or any(self.chrome[at:stop]) or _ends_sentence(credit):
            return 0
        return self._add("photo", at, stop, Credit(self.joined(at, stop - 1), credit, credit))

    def _run_end(self, at: int, limit: int, starts: Collection[int], *, metadata_ends_it: bool) -> int:
        stop = at + 1
        while (
            stop < limit
            and stop not in starts
            and not self._is_chrome(stop)
            and not _IMAGE_LABEL.match(self.folded[stop])
            and not (metadata_ends_it and self.metadata_of(stop))
        ):
            stop += 1
        return stop

    def credit_of(self, start: int, stop: int) -> Credit | None:
        last_line = self.folded[stop - 1]
        return split_credit(self.joined(start, stop), last_line=last_line, ends_file=stop > self.last_line)


@dataclass(slots=True)
class Tail:
    """What follows the last sentence of a text: metadata, captions, and boilerplate also without known words."""

    layout: Layout

    def read(self) -> None:
        parts = self.layout.parts
        paragraphs = [number for number, part in enumerate(parts) if part.kind == "paragraph"]
        for number in reversed(paragraphs):
            keeps = int(number == paragraphs[0])
            if self._is_list_of_fields(parts[number]) and not keeps:
                parts[number : number + 1] = self._by_line(parts[number])
                continue
            parts[number : number + 1] = self._without_metadata(parts[number], keeps=keeps)
            part = parts[number]
            if part.kind == "paragraph" and (keeps or (not self._is_request(part) and _ends_text(part.text))):
                break
        paragraphs = [number for number, part in enumerate(parts) if part.kind == "paragraph"]
        last = next((number for number in reversed(paragraphs) if _ends_text(parts[number].text)), None)
        if last is not None:
            parts[last + 1 :] = self._without_fragments(parts[last + 1 :])

    def _is_list_of_fields(self, part: Part) -> bool:
        """``True`` for a block of lines without a sentence, of which one is metadata."""
        lines = [self.layout.folded[line] for line in part.lines]
        is_apart = len(lines) > 1 and not any(_ends_sentence(line) or _is_long(line) for line in lines)
        return is_apart and any(parse_metadata(line, Place(is_after_body=True)) for line in lines)

    def _by_line(self, part: Part) -> list[Part]:
        known = {date.iso for other in self.layout.parts if other.metadata for date in other.metadata.dates}
        lines: list[Part] = []
        for number in part.lines:
            line = self.layout.folded[number]
            metadata = parse_metadata(line, Place(is_after_body=True))
            if metadata and metadata.dates and all(date.iso in known for date in metadata.dates):
                metadata = None  # a date told before
            lines.append(Part("metadata" if metadata else "chrome", range(number, number + 1), line, metadata))
        return lines

    def _is_request(self, part: Part) -> bool:
        is_sentence = _ends_sentence(part.text)
        is_edge = is_edge_line(part.text) and not is_sentence
        if (
            is_edge
            or ends_article(part.text)
            or (is_invitation(part.text) and (not is_sentence or _OF_OUTLET.search(part.text)))
        ):
            part.kind = "chrome"
        return part.kind == "chrome"

    def _without_fragments(self, tail: Sequence[Part]) -> list[Part]:
        """The parts, with lines behind boilerplate, and runs of short lines, as boilerplate."""
        short = sum(len(part.lines) for part in tail if part.kind == "paragraph" and self._is_fragment(part))
        short += any(part.kind == "chrome" for part in tail)
        has_byline = any(part.metadata and part.metadata.byline for part in self.layout.parts)
        if tail and not has_byline and tail[0].kind == "paragraph" and reads_as_name(tail[0].text):
            tail[0].kind, tail[0].metadata = "metadata", Metadata(byline=tail[0].text)
        kept: list[Part] = []
        is_after_chrome = False
        for part in tail:
            is_fragment = self._is_fragment(part) and short > 1
            if part.kind == "paragraph" and (is_after_chrome or is_fragment):
                kept += [Part("chrome", range(line, line + 1), self.layout.folded[line]) for line in part.lines]
            else:
                kept.append(part)
            is_after_chrome |= kept[-1].kind == "chrome"
        return kept

    def _is_fragment(self, part: Part) -> bool:
        lines = [self.layout.folded[line] for line in part.lines]
        return not any(_LIST_MARK.match(line) or len(line) > _LONGEST_FRAGMENT or line.count(" ") > 3 for line in lines)

    def _without_metadata(self, part: Part, *, keeps: int) -> list[Part]:
        """A paragraph or caption without the metadata lines at its end. ``keeps`` lines stay."""
        layout = self.layout
        start, stop = part.lines[0], part.lines[-1] + 1
        tail: list[Part] = []
        while stop > start + keeps and (metadata := layout.metadata_of(stop - 1, is_after_body=True)):
            stop -= 1
            tail.insert(0, Part("metadata", range(stop, stop + 1), layout.folded[stop], metadata))
        if not tail or stop == start:
            return tail or [part]
        credit = layout.credit_of(start, stop)
        kind: PartKind = "photo" if credit else "paragraph"
        return [Part(kind, range(start, stop), layout.joined(start, stop), credit=credit), *tail]


def _ends_text(text: str) -> bool:
    """A sentence, or a sign-off."""
    return _ends_sentence(text) or "。" in text or _SIGN_OFF.match(text) is not None


def _is_caption(text: str) -> bool:
    return text.count(" ") > 2 and not _is_long(text)


def _ends_sentence(text: str) -> bool:
    return _SENTENCE_END.search(text) is not None and not (len(text) < _PROSE / 2 and _INITIALS.search(text))


def _is_long(text: str) -> bool:
    return len(text) >= _PROSE or (len(text) >= _PROSE_IN_SIGNS and len(_SIGN.findall(text)) * 2 > len(text))


def _is_headline(text: str) -> bool:
    """``True`` unless this first block of text is long or begins like the body."""
    if len(text) > 200:
        return False
    if text[-1] in ".。":
        return len(_WORD.findall(text)) <= 12 and find_dateline(text) is None
    # ``TOKYO - The city that never stops``: a short line without a full stop is a headline.
    dateline = find_dateline(text)
    return dateline is None or not (set(dateline) & set("(（,0123456789电電"))
