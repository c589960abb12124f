"""Sorts the lines of an article into headline, metadata, captions, boilerplate and paragraphs.

A block is a run of lines between blank lines; without blank lines, each line is a block. Metadata is read only before
the first paragraph and after the last. Between headline and first line of prose, everything else is a caption or
boilerplate; behind it, any other block is a paragraph.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise, takewhile

from articles.ingest.parsing import boilerplate
from articles.ingest.parsing.boilerplate import is_boilerplate
from articles.ingest.parsing.credits_in_captions import ends_in_credit, last_line_credit, split_caption
from articles.ingest.parsing.credits_in_text import CLOSING_BRACKETS, Credit, split_credit
from articles.ingest.parsing.dates import find_stamps
from articles.ingest.parsing.frame import SENTENCE, Frame, lone_lines
from articles.ingest.parsing.metadata import BY_ALONE, Metadata, Place, is_role, parse_metadata
from articles.ingest.parsing.names import reads_as_name
from articles.ingest.parsing.whitespace import is_indented
from articles.ingest.readers.text.foot import read_foot
from articles.ingest.readers.text.head import begin_body, find_title, is_deck
from articles.ingest.readers.text.keeping import put_back
from articles.ingest.readers.text.lines import (
    LEAD,
    LIST_MARK,
    ends_sentence,
    is_caption,
    is_headline,
    is_in_signs,
    is_long,
    is_prose,
    is_request,
    width_of,
    words_in,
    wrapped_end,
)
from articles.ingest.readers.text.part import Part, PartKind
from articles.text.keys import bare
from articles.text.outlets import AGENCY_NAMES, has_press_name, is_address, is_known_outlet, reads_as_title

# Different lines of which each is looked up among the boilerplate; a story has fewer.
_MOST_LINES_LOOKED_UP = 20_000
# Lines without a sentence before the first one with; more are a text of such lines.
_MOST_HEAD_LINES = 40
_LONGEST_REQUEST = 60
_MOST_METADATA_LINES = 200  # before the body, and after it, that are examined
_MOST_WRAPPED_LINES = 200  # of a paragraph
_LONGEST_TITLE, _LONGEST_CAPTION, _LONGEST_IN_SIGNS = 150, 250, 50
_AFTER_CREDIT = ("hide caption", "toggle caption")
# Lines without a sentence in a row; fewer may be sub-headings.
_FEWEST_TITLES, _MOST_TITLES = 3, 12
_MOST_WORDS_OF_SUBHEADING = 5

_ARROWS = "▲△▼▽◀◁▶▷ "  # before a caption in Korea and Taiwan
_NUMBER = re.compile(r"\d")
_GOES_ON = ":：;；,，"
_OWNER = re.compile(r"Copyright ?: ?(?P<name>.+)")  # a notice unless it is below a caption
_IMAGE_LABEL = re.compile(r"Image (?P<label>source|caption)\s*[,，]\s*(?P<value>.*)", re.IGNORECASE)


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
    known: list[bool] = field(default_factory=list)  # lines that are boilerplate by their words
    of_frame: frozenset[int] = frozenset()
    title: range = range(0)  # the headline, if rubrics or menus are above it
    kept: frozenset[int] = frozenset()  # lines of the frame, and of tables, that are text
    has_deck: bool = False
    has_head: bool = True  # boilerplate without known words is expected between headline and body
    unknown: list[int] = field(default_factory=list)  # parts that are boilerplate for their place in the head only
    is_box_open: bool = False  # the last line was the label of links, which the next blocks are
    next_line: int = 0  # to read; lines before it belong to the last part
    credits: set[Credit] = field(default_factory=set)  # of the photos, which may be told twice, and their captions
    told: set[str] = field(default_factory=set)
    width: int = 0  # of the longest line, if the text is wrapped
    boxes: frozenset[int] = frozenset()  # their lines in the body
    # Known boilerplate shows a copied page. Of another text no line of the body or foot goes for its shape alone.
    is_scraped: bool = False

    def arrange(self) -> list[Part]:
        parts = self._arrange()
        unknown = sum(len(parts[number].text) for number in self.unknown if parts[number].kind == "boilerplate")
        story = sum(len(part.text) for part in parts if part.kind == "paragraph")
        # A text without prose, or with less of it than of other lines, has no head: a poem, a table, a recipe.
        if self.unknown and (not self.in_body or unknown > story):
            return Layout(self.lines, self.folded, self.frame, has_head=False)._arrange()
        return parts

    def _arrange(self) -> list[Part]:
        blank = [-1, *(number for number, line in enumerate(self.folded) if not line), len(self.folded)]
        blocks = [range(start + 1, stop) for start, stop in pairwise(blank) if stop > start + 1]
        self.is_line_each = len(blocks) == 1  # a file without blank lines
        self.width = 0 if self.is_line_each else width_of([self.folded[block.start : block.stop] for block in blocks])
        self._mark_boilerplate()
        self.is_scraped = any(self.known)
        self.last_line = blocks[-1].stop - 1 if blocks else -1
        self.title = find_title(self, blocks)
        for block in blocks:
            self._read_block(block)
        self.lines_to_try = _MOST_METADATA_LINES
        return put_back(read_foot(self.parts, self), self)

    def _mark_boilerplate(self) -> None:
        tests = (is_boilerplate, boilerplate.is_address_line, boilerplate.is_labelled_link, boilerplate.is_link_label)
        looked_up = set(filter(None, islice(dict.fromkeys(self.folded), _MOST_LINES_LOOKED_UP)))
        found = {line for line in looked_up if any(test(line) for test in tests)}
        found -= {line for line in found if (credit := split_credit(line)) and credit.dropped}
        self.known = [line in found for line in self.folded]
        for number in boilerplate.lines_of_newsletters(self.folded, looked_up):
            self.known[number] = True
        if self.frame.is_said:
            self._take_out_frame()
        shown = [number for number, line in enumerate(self.folded) if line][:_MOST_HEAD_LINES]
        above = [*takewhile(self.known.__getitem__, shown)]  # directly above date or byline, a headline by its words
        if above and len(above) < len(shown) and boilerplate.may_be_headline(self.folded[above[-1]]):
            self.known[above[-1]] = parse_metadata(self.folded[shown[len(above)]]) is None

    def _read_block(self, block: range) -> None:
        """Read its lines by rules; each returns the number of the next line, or 0 if it does not apply."""
        line = self.folded[block.start]
        is_only_line = len(block) == 1 and self.in_body and not self.known[block.start] and not self.is_box_open
        # The fast path, of most paragraphs.
        if is_only_line and ends_sentence(line) and not _IMAGE_LABEL.match(line) and line not in self.told:
            credit = split_credit(line, ends_file=block.start == self.last_line)
            self._add("photo" if credit else "paragraph", block.start, block.stop, credit)
            return
        self.starts = block if self.is_line_each else self._item_starts(block)
        is_of_lines = self.in_body and not self.is_line_each and len(block) > 1
        if is_of_lines and line[-1] in ":：" and all(map(_NUMBER.search, self.folded[block.start + 1 : block.stop])):
            self.kept |= frozenset(block)  # a table below its heading
        elif is_of_lines and self._is_box(block):
            self.boxes = frozenset(block)
        at = max(block.start, self.next_line)
        while at < block.stop:
            at = (
                self._read_box(at, block)
                or self._read_boilerplate(at)
                or self._read_image_labels(at, block)
                or self._read_metadata(at)
                or self._read_text(at, block)
            )

    def _take_out_frame(self) -> None:
        shown = [number for number, line in enumerate(self.folded) if bare(line) and not self.known[number]]
        at_edges = self.frame.numbers_in([self.folded[number] for number in shown], SENTENCE)
        between = [number for number in lone_lines(self.folded) if self.folded[number] in self.frame.between]
        self.of_frame = frozenset([*(shown[at] for at in at_edges), *between])
        listed = {*self.frame.above, *self.frame.below, *self.frame.between}
        kept = {bare(line) for line in self.frame.kept if line not in listed}
        self.kept = frozenset(number for number, line in enumerate(self.folded) if line and bare(line) in kept)
        for number in self.of_frame | self.kept:
            self.known[number] = number not in self.kept

    def _item_starts(self, block: range) -> frozenset[int]:
        """Lines that begin a paragraph in a block: list items, and the first unindented line after the last item."""
        items = [number for number in block if LIST_MARK.match(self.folded[number])] if len(block) > 1 else []
        if not items:
            return frozenset()
        rest = range(items[-1] + 1, block.stop)
        after = next((number for number in rest if not is_indented(self.lines[number])), None)
        return frozenset(items if after is None else [*items, after])

    def joined(self, start: int, stop: int) -> str:
        return self.folded[start] if stop == start + 1 else " ".join(self.folded[start:stop])

    def _add(self, kind: PartKind, start: int, stop: int, credit: Credit | None = None) -> int:
        if credit and (caption := credit.caption):
            credit = replace(credit, caption=caption.lstrip(_ARROWS) or None)
            if credit in self.credits:
                kind, credit = "boilerplate", None  # a caption printed twice
            else:
                self.credits.add(credit)
                self.told.add(caption)
        self.parts.append(Part(kind, range(start, stop), self.joined(start, stop), credit=credit))
        return stop

    def is_boilerplate(self, number: int) -> bool:
        """Boilerplate; above the body also a repeated headline, or a breadcrumb or menu above the headline."""
        if self.known[number]:  # © AFP above a paragraph is the credit of a photo
            is_owned = self.folded[number][0] in "©ⓒ" and split_credit(self.folded[number])
            return not is_owned or (self.in_body and not any(map(is_long, self.folded[number + 1 : number + 9])))
        if self.in_body:
            return self.folded[number] in self.told
        if self.headline is not None:
            return self.folded[number] == self.headline
        line = self.folded[number]
        return (boilerplate.is_breadcrumb(line) or boilerplate.is_menu(line)) and self.metadata_of(number) is None

    def _read_box(self, at: int, block: range) -> int:
        """Read the lines below the label of a box of links, in its block or the next."""
        if not self.is_box_open or not self.in_body:
            return 0
        self.is_box_open = False
        start = at
        is_list = LIST_MARK.match(self.folded[at]) is not None
        # Below a label in the same block, wrapped prose is none of its links, but the words below a title are.
        last = next((line for line in reversed(block) if not self.known[line]), at)
        is_prose = at > block.start and not self.is_line_each and not is_list and ends_sentence(self.folded[last])
        below = self.folded[at : block.stop]
        if is_prose and (len(below) == 1 or ends_sentence(below[0]) or wrapped_end(below, self.width) > 1):
            return 0
        while at < block.stop and self._is_title(at, is_list, is_prose) and not self._is_heading(start, at):
            stop = at + 1
            while stop < block.stop and is_list and stop not in self.starts and is_indented(self.lines[stop]):
                stop += 1
            at = self._add("boilerplate", at, stop)
        self.is_box_open = not is_list and block == range(start, start + 1) == range(start, at)
        return at

    def _is_heading(self, start: int, at: int) -> bool:
        """A second line below a label without a colon is a sub-heading if a sentence follows it."""
        after = self.folded[at + 1 : at + 2]
        is_single = self.is_line_each and self.folded[start - 1][-1:] not in ":："
        is_below_title = at > start and self.folded[at - 1].count(" ") > 1  # not below a rubric
        is_short = words_in(self.folded[at]) <= _MOST_WORDS_OF_SUBHEADING
        return is_single and is_below_title and is_short and any(map(ends_sentence, after))

    def _is_title(self, at: int, is_list: bool, is_above_prose: bool) -> bool:
        line = self.folded[at]
        if is_above_prose:
            return len(line) <= _LONGEST_TITLE
        if is_list or LIST_MARK.match(line):
            return LIST_MARK.match(line) is not None
        is_long = len(line) > _LONGEST_TITLE or ends_sentence(line)
        return not (is_long or self.is_boilerplate(at) or ends_in_credit(line))

    def _read_boilerplate(self, at: int) -> int:
        if not self.is_boilerplate(at):
            return 0
        self.is_box_open = boilerplate.is_link_label(self.folded[at])
        return self._add("boilerplate", at, at + 1)

    def _read_image_labels(self, at: int, block: range) -> int:
        """Read ``Image source, …`` and ``Image caption, …``, in either order, as a photo."""
        start = at
        values: dict[str, str] = {}
        shown: dict[str, str] = {}
        while at < block.stop and (label := _IMAGE_LABEL.fullmatch(self.folded[at])):
            name = label["label"].casefold()
            if name in values:
                break
            # Without blank lines, a value has one line, on that of its label or after it.
            limit = min(block.stop, at + (1 if label["value"] else 2)) if self.is_line_each else block.stop
            stop = self.run_end(at, limit, metadata_ends_it=not self.in_body)
            values[name] = " ".join([label["value"], *self.folded[at + 1 : stop]]).strip()
            shown[name] = self.joined(at, stop)
            at = stop
        if not values:
            return 0
        source, raw = values.get("source") or None, shown.get("source")
        credit = Credit(values.get("caption") or None, source, raw, is_cut=raw is not None and source is None)
        above = self.parts[-1] if self.parts else None
        before = above.credit if above and _IMAGE_LABEL.match(above.text) else None
        # Of two neighbours, one may have only a source, and the other only a caption.
        for sourced, other in ((before, credit), (credit, before)):
            if above and sourced and other and sourced.raw and not (other.raw or sourced.caption):
                joined = replace(sourced, caption=other.caption)
                text = f"{above.text} {self.joined(start, at)}"
                self.parts[-1] = Part("photo", (*above.lines, *range(start, at)), text, credit=joined)
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
        outlet = line.rpartition(" ")[0]  # 時事通信 外信部, 中時新聞網 高子晴
        is_owner = reads_as_title(line) and self._is_owner(line)
        is_name = is_owner or is_address(line) or is_known_outlet(outlet) or any(map(has_press_name, (line, outlet)))
        is_beside = is_name and at >= self.title.start and self._is_beside_metadata(at)
        if is_owner and is_beside:
            return Metadata(source=line)
        is_above = self.headline is None and not self.in_body
        return parse_metadata(line, Place(is_above, is_after_body, is_beside, not (is_above or self.in_body)))

    def is_title(self, part: Part) -> bool:
        """``True`` for a newspaper's name that no notice of this text has and no list knows."""
        return has_press_name(part.text) and not (is_known_outlet(part.text) or self._is_owner(part.text))

    def _is_owner(self, name: str) -> bool:
        """``True`` if a notice of rights or a credit of this text has the name of the outlet."""
        owner = rf"(?i:©|copyright).{{0,200}}(?<!\w)(?i:{re.escape(name)})(?!\w)"
        owner += "" if reads_as_name(name) else rf"|/ ?{re.escape(name)}\W*$|: {re.escape(name)} ?/"
        edges = (*self.folded[:_MOST_HEAD_LINES], *self.folded[-_MOST_HEAD_LINES:])
        is_below_byline = any(part.metadata and part.metadata.byline for part in self.parts[-1:])
        words, known = name.casefold().split(), " ".join(filter(is_boilerplate, edges)).casefold()
        sites = re.findall(r"(?<![\w.@/-])(?:www\.)?([\w-]{6,})\.[a-z]{2}", known)
        # Below a byline, also of the site that boilerplate names: The West Australian, of thewest.com.au
        is_site = is_below_byline and any("".join(words[:stop]) in sites for stop in range(2, len(words)))
        return is_site or any(re.search(owner, line) for line in edges)

    def _is_beside_metadata(self, at: int) -> bool:
        before = next((part.kind for part in reversed(self.parts[-8:]) if part.kind != "boilerplate"), None)
        near = enumerate(self.folded[at + 1 : at + 8], at + 1)
        after = next((line for number, line in near if line and not self.known[number]), "")
        return before == "metadata" or parse_metadata(after) is not None

    def _read_metadata(self, at: int) -> int:
        if self.in_body:
            return 0
        line, metadata = self.folded[at], self.metadata_of(at)
        if stop := self._read_with_neighbour(at, is_metadata=metadata is not None):
            return stop
        # A paper above the headline is its masthead; an agency there is the source.
        is_agency = metadata is not None and bool(self.parts) and metadata.source in AGENCY_NAMES
        if metadata is None or (at < self.title.start and not (metadata.dates or metadata.byline or is_agency)):
            return 0
        is_masthead = self.headline is None and metadata.source == line and not is_agency
        if (rubric := metadata.source) and self._is_rubric(rubric):
            metadata = replace(metadata, source=None, dropped=(rubric, *metadata.dropped))
        after = next(filter(None, self.folded[at + 1 : at + 4]), "")
        is_label = metadata.awaits and not metadata.dropped and not find_stamps(after)  # Published / 2 hours ago
        if is_masthead or is_label:
            return self._add("boilerplate", at, at + 1)
        self.parts.append(Part("metadata", range(at, at + 1), line, metadata))
        return at + 1

    def _read_with_neighbour(self, at: int, *, is_metadata: bool) -> int:
        """Read a line with its neighbour: ``By`` and the name below, a time and the day above, a role and its name."""
        line = self.folded[at]
        if not is_metadata and BY_ALONE.fullmatch(line):
            below = next((n for n in range(at + 1, min(at + 4, len(self.folded))) if self.folded[n]), at)
            if below > at and (metadata := parse_metadata(f"{line} {self.folded[below]}")):
                self.parts.append(Part("metadata", (at, below), f"{line} {self.folded[below]}", metadata))
                self.next_line = below + 1
                return self.next_line
        above = self.parts[-1] if self.parts else None
        if not above:
            return 0
        if not is_metadata and above.metadata.dates and not find_stamps(line):
            metadata = parse_metadata(f"{above.text} {line}")  # Ultimo aggiornamento: 16:02
            if metadata and len(metadata.dates) > len(above.metadata.dates):
                self.parts[-1] = Part("metadata", (*above.lines, at), f"{above.text} {line}", metadata)
                return at + 1
        if above.metadata.byline and above.lines[-1] == at - 1 and " " in line and is_role(line):
            above.metadata = replace(above.metadata, byline=f"{above.metadata.byline} {line}")
            above.lines = (*above.lines, at)
            return at + 1
        return 0

    def _is_rubric(self, source: str) -> bool:
        """``True`` for words of a menu above the headline that name no outlet."""
        above = [part for part in self.parts[1:] if part.lines[0] < self.title.start]
        is_in_menu = any(part.kind == "boilerplate" and part.text == source for part in above)
        return is_in_menu and not (has_press_name(source) or is_known_outlet(source))

    def _read_text(self, at: int, block: range) -> int:
        stop = self._text_end(at, block) if at not in self.title else self.title.stop
        if photo := self._read_caption(at, stop, block):
            return photo
        if at < self.title.start:
            return self._add("boilerplate", at, at + 1)
        if not self.in_body:
            return self._read_head(at, stop)
        # Words to the reader directly below boilerplate, if one of them offers a newsletter or an app.
        near = self.folded[at - 1 : at + 1]
        signs = boilerplate.addresses_reader(near[-1]) + sum(map(boilerplate.names_channel, near))
        is_notice = self.known[at - 1] and signs > 1
        kind: PartKind = "boilerplate" if is_notice or (stop == at + 1 and self._is_of_box(at)) else "paragraph"
        return self._add(kind, at, stop)

    def _read_head(self, at: int, stop: int) -> int:
        if at in self.kept and self.headline:
            return self._add("paragraph", at, stop)
        if self.headline is None:
            half = (at + stop) // 2
            if [*self.folded[at:half]] * 2 == [*self.folded[at:stop]]:
                stop = half  # a headline printed twice
            if is_headline(self.joined(at, stop)):
                self.headline = self.joined(at, stop)
                return self._add("headline", at, stop)
        elif self.has_head and len(self.unknown) < _MOST_HEAD_LINES and not self._is_prose(at, stop):
            self.unknown.append(len(self.parts))
            return self._add("boilerplate", at, at + 1)
        text = self.joined(at, stop)
        may_be_deck = not self.has_deck or self.is_scraped or all(map(LIST_MARK.match, (text, self.parts[-1].text)))
        if self.has_head and may_be_deck and is_deck(self, stop):
            self.has_deck = True
        else:
            begin_body(self, text)
        return self._add("paragraph", at, stop)

    def _text_end(self, at: int, block: range) -> int:
        """The end of the wrapped text, or of the headline, that begins at a line."""
        if at in self.boxes:
            return at + 1
        limit = min(block.stop, at + _MOST_WRAPPED_LINES)
        whole = self.run_end(at, limit, self.starts, metadata_ends_it=False)
        stop = whole if self.in_body else self.run_end(at, whole, self.starts)
        if self.headline is None and not self.in_body and (stop == whole or is_headline(self.joined(at, stop))):
            return stop
        if stop < whole and not self._is_prose(at, stop):
            is_caption_with_date = self.folded[at].count(" ") > 2 and self.credit_of(at, whole)
            return whole if is_caption_with_date else self._wrapped_end(at, stop)
        return self._wrapped_end(at, stop if self.is_line_each else whole)  # no metadata in wrapped prose

    def _wrapped_end(self, at: int, stop: int) -> int:
        end = at + wrapped_end(self.folded[at:stop], self.width) if at + 1 < stop else stop
        while end < stop and is_indented(self.lines[end]) and LIST_MARK.match(self.folded[at]):
            end += 1
        return end

    def _read_caption(self, at: int, stop: int, block: range) -> int:
        """Read a caption with its credit, which may be on the line below."""
        if credit := self._credit_below(at, stop, block):
            return self._add("photo", at, stop + 1, replace(credit, caption=self.joined(at, stop)))
        if self.credit_of(at, stop):
            for end in range(at + 1, stop):  # one caption for each credit in brackets at the end of a line
                if self.folded[end - 1].rstrip(".。 ")[-1:] in CLOSING_BRACKETS and (first := self.credit_of(at, end)):
                    at = self._add("photo", at, end, first)
            credit = self.credit_of(at, stop)
            if credit and not credit.caption:
                last = len(self.parts) - 1
                if last in self.unknown and is_caption(self.parts[last].text) and credit.raw != credit.name:
                    self.unknown.pop()
                    above = self.parts.pop()
                    at, credit = above.lines[0], replace(credit, caption=above.text)
                elif self._is_above_caption(stop, block):
                    credit, stop = replace(credit, caption=self.joined(stop, block.stop)), block.stop
            return self._add("photo", at, stop, credit)
        if self.has_head and self.headline and (self.is_scraped or not self.in_body):
            return self._read_likely_caption(at, stop)
        return 0

    def _is_above_caption(self, at: int, block: range) -> bool:
        """``True`` if only a short text follows a credit in its block: ``Credit: Ana Ruiz``."""
        if self.is_line_each or at == block.stop or self._wrapped_end(at, block.stop) < block.stop:
            return False
        text = self.joined(at, block.stop)
        return text.count(" ") > 2 and len(text) <= _LONGEST_CAPTION and not self.is_boilerplate(at)

    def _read_likely_caption(self, at: int, stop: int) -> int:
        """Read a caption of a copied page with less proof, in the body with a label. No sentence ends it."""
        text = self.joined(at, stop)
        longest = _LONGEST_IN_SIGNS if is_in_signs(text) else _LONGEST_CAPTION
        may_be_one = len(text) <= longest and text.count("[") == text.count("]")
        credit = (ends_in_credit if self.in_body else split_caption)(text) if may_be_one else None
        if not credit or not credit.caption or words_in(credit.caption) <= 3 or not credit.name:
            return 0
        is_name = not ends_sentence(text) or credit.name.isupper()
        is_apart = text[len(credit.caption) :].strip()[:1] in "|｜(（[" or ends_sentence(credit.caption)
        return self._add("photo", at, stop, credit) if is_name and (is_apart or not is_prose(text)) else 0

    def _credit_below(self, at: int, stop: int, block: range) -> Credit | None:
        """The credit of a caption, alone on the line below it."""
        if stop == block.stop or not (self.in_body or self.headline) or self.credit_of(at, stop):
            return None
        text, line = self.joined(at, stop), self.folded[stop]
        if (owner := _OWNER.fullmatch(line)) and is_caption(text) and reads_as_name(owner["name"]):
            return Credit(None, owner["name"], line)
        is_doubtful = self.is_line_each and (line[0] in "[(（【" or (self.in_body and ends_sentence(text)))
        may_be_caption = (is_caption(text) or is_long(text)) and not is_doubtful
        if not may_be_caption or self.is_boilerplate(stop) or find_stamps(line):
            return None
        if "".join(self.folded[stop + 1 : stop + 2]).casefold() in _AFTER_CREDIT and not ends_sentence(line):
            return Credit(None, line, line)
        is_apart = not self.is_line_each and stop + 1 == block.stop and len(text) <= _LONGEST_CAPTION
        return self._credit_alone(line, text, is_apart=is_apart)

    def _credit_alone(self, line: str, text: str, *, is_apart: bool) -> Credit | None:
        """The credit that a line is, below the text of a caption. ``is_apart``: the two are a block by themselves."""
        name = last_line_credit(line) if is_apart and not ends_sentence(line) else None
        credit = split_credit(f"{text} {line}", last_line=line)
        is_labelled = credit is not None and not (self.is_line_each and self.in_body and credit.name == line)
        if credit and is_labelled and line.startswith(credit.raw or line) and (is_caption(text) or name):
            return credit
        if is_apart and not name and not is_prose(text) and (found := split_caption(line)) and not found.caption:
            name = found.name
        return Credit(None, name, line) if name else None

    def _is_box(self, block: range) -> bool:
        """Lines without a sentence; a title with a notice to the reader; known boilerplate with few sentences."""
        lines = [self.folded[line] for line in block if not self.known[line]]
        if not lines or any(map(LIST_MARK.match, lines)) or wrapped_end(lines, self.width) == len(lines) > 1:
            return False
        if len(lines) < len(block) > 2 and not self.width and 2 * sum(map(is_prose, lines)) < len(block):
            return True
        if ends_sentence(lines[0]) and lines[0][-1] not in "?？" and (is_prose(lines[-1]) or not is_request(lines[0])):
            return False
        is_labelled = self.known[block.start]  # titles may be questions
        has_title = is_labelled or not all(map(ends_sentence, lines))
        sentences = [line for line in lines if ends_sentence(line) and not (has_title and line[-1] in "?？")]
        is_signature = len(block) == len(lines) == 2 and reads_as_name(lines[0])
        return (self.is_scraped and not (sentences or is_signature)) or any(map(is_request, lines))

    def is_known(self, part: Part) -> bool:
        """``True`` for boilerplate known by its words, not by its place or shape."""
        return part.kind == "boilerplate" and self.known[part.lines[0]]

    def may_go(self, part: Part) -> bool:
        """``True`` for boilerplate that the text can do without, even between two of its paragraphs."""
        return self.is_known(part) or not self.of_frame.isdisjoint(part.lines) or part.text in self.told

    def _is_of_box(self, at: int) -> bool:
        """``True`` for a line of a box, one with the shape of a link, and one of several titles in a row."""
        line = self.folded[at]
        if at in self.kept or at in self.boxes:
            return at not in self.kept
        if LIST_MARK.match(line) or ends_sentence(line):
            return False
        is_sign = boilerplate.looks_like_link(line) and parse_metadata(line, Place(is_after_body=True)) is None
        return is_sign or (not is_long(line) and self._is_among_titles(at))

    def _is_among_titles(self, at: int) -> bool:
        """Between two paragraphs, titles; the last short one is a sub-heading."""
        before = self.parts[-1]
        if not self.is_scraped or (before.kind == "paragraph" and before.text[-1] in ":："):
            return False
        titles: list[int] = []
        number = at
        while number < len(self.folded) and len(titles) < _MOST_TITLES:
            line = self.folded[number]
            is_title = not is_prose(line) or (is_request(line) and len(line) < _LONGEST_TITLE / 2)
            if line and not self.known[number]:
                is_row = "\t" in self.lines[number].strip()  # of a table
                if is_row or not is_title or line[-1] in _GOES_ON or LIST_MARK.match(line) or split_credit(line):
                    break
                titles.append(number)
            number += 1
        if len(titles) < _FEWEST_TITLES or number == len(self.folded):  # fewer, or in the foot
            return False
        last = titles[-1]
        if last == number - 1 and self.folded[last].count(" ") < _MOST_WORDS_OF_SUBHEADING:
            titles.pop()
        self.boxes = frozenset(titles)
        return at in self.boxes

    def _is_prose(self, start: int, stop: int) -> bool:
        """``True`` for a sentence, and for a long line. Of the first block, any text that is no headline is."""
        lines = self.folded[start:stop]
        is_name = len(lines) == 1 and reads_as_name(lines[0].rstrip("."))
        if len(lines) == 1 and is_request(lines[0]) and len(lines[0]) < _LONGEST_REQUEST:
            return False
        return (ends_sentence(lines[-1]) and not is_name) or any(is_long(line) or LEAD.search(line) for line in lines)

    def run_end(self, at: int, limit: int, starts: Collection[int] = (), *, metadata_ends_it: bool = True) -> int:
        """The end of the lines from one on that are neither boilerplate nor, above the body, metadata."""
        for stop in range(at + 1, limit):
            is_apart = stop in starts or self.is_boilerplate(stop) or _IMAGE_LABEL.match(self.folded[stop])
            if is_apart or (metadata_ends_it and self.metadata_of(stop)):
                return stop
        return limit

    def credit_of(self, start: int, stop: int) -> Credit | None:
        last_line = self.folded[stop - 1]
        return split_credit(self.joined(start, stop), last_line=last_line, ends_file=stop > self.last_line)
