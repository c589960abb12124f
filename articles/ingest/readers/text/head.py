"""The lines between the headline of a text and its first paragraph: byline, deck, and boilerplate."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise, takewhile
from typing import TYPE_CHECKING

from articles.ingest.parsing.boilerplate import RELATIVE_DATE, may_be_menu
from articles.ingest.parsing.credits_in_captions import split_caption
from articles.ingest.parsing.dates import find_stamps
from articles.ingest.parsing.metadata import Metadata, is_role, parse_metadata, reads_as_author
from articles.ingest.parsing.names import reads_as_name
from articles.ingest.readers.text.lines import (
    LIST_MARK,
    NARROWEST,
    ends_sentence,
    is_headline,
    is_prose,
    words_in,
    wrapped_end,
)
from articles.ingest.readers.text.part import NO_METADATA, Part
from articles.text.outlets import reads_as_title

if TYPE_CHECKING:
    from articles.ingest.readers.text.layout import Layout

_FEWEST_WORDS_OF_DECK = 6
_LINES_AFTER_DECK = 16
_MOST_LINES_ABOVE, _MOST_RUNS_ABOVE = 80, 24  # the headline
_MOST_WORDS_OF_RUBRIC = 4
_CLOCK_AT_END = re.compile(r"\d[:.h]\d\d$")
_ONE_WORD = re.compile(r"(?:[a-z]\w*)?", re.IGNORECASE)  # or a blank line


def find_title(layout: "Layout", blocks: Sequence[range]) -> range:
    """The lines of a headline below a menu or a rubric, which is a line of a word or two; empty if nothing is above it.
    Known boilerplate, or date or byline below the headline, show a copied page.
    """
    runs = [*islice(_runs(layout, blocks), _MOST_RUNS_ABOVE)]
    for number, (run, is_menu) in enumerate(runs):
        lines = layout.folded[run.start : run.stop]
        start = _title_start(lines, is_menu=is_menu)
        below = (below for below, _ in runs[number + 1 :] if not _ONE_WORD.fullmatch(layout.folded[below.start]))
        if start is not None and not _is_kicker(layout, [run, *islice(below, 2)], start):
            stop = run.start + start + wrapped_end(lines[start:], layout.width)
            above = filter(parse_metadata, layout.folded[runs[0][0].stop : run.start])
            is_below_menu = runs[0][1] or _is_masthead(layout, runs[0][0].start) or all(map(find_stamps, above))
            below_title = islice(filter(None, layout.folded[run.stop :]), _LINES_AFTER_DECK)
            is_page = any(map(parse_metadata, below_title)) or (layout.is_scraped and is_below_menu)
            has_deck = stop < run.stop and is_prose(layout.folded[stop])
            return range(run.start + start, stop) if is_page and (number + start or has_deck) else range(0)
        if is_prose(lines[-1]) or (start is None and not is_menu and not _is_rubric(lines[0])):
            break
    return range(0)


def _runs(layout: "Layout", blocks: Sequence[range]) -> Iterator[tuple[range, bool]]:
    """Runs of lines at the top that are no boilerplate, metadata or caption; ``True`` if its block has other lines."""
    for block in blocks:
        at = block.start
        while at < min(block.stop, _MOST_LINES_ABOVE):
            stop = at + 1
            if not layout.is_boilerplate(at) and not parse_metadata(layout.folded[at]):
                stop = at + 1 if layout.is_line_each else layout.run_end(at, block.stop)
                if not layout.credit_of(at, stop):
                    yield range(at, stop), len(block) > 1 and not layout.is_line_each
            at = stop


def _is_kicker(layout: "Layout", runs: Sequence[range], start: int) -> bool:
    """``True`` if the line has a longer one below it, and that a deck with date or byline; or if it is the last of a
    menu, or of few words below other lines, and the line below it is much longer.
    """
    if _is_masthead(layout, runs[0].start):
        return True
    between = layout.folded[runs[0].stop : runs[1].start] if len(runs) > 1 else ()
    if len(runs) < 3 or len(runs[0]) > start + 1 or not all(map(_ONE_WORD.fullmatch, between)):
        return False
    first, second, deck = (layout.folded[run.stop - 1] for run in runs)
    share = len(first) / len(second) if _title_start([second]) == 0 else 1
    is_deck_below = is_prose(deck) and is_deck(layout, runs[2].stop)
    if not (start or runs[0].start):
        return share < 1 / 2 and is_deck_below
    is_much_longer = share < 1 / 3 and (start > 0 or words_in(first) <= _MOST_WORDS_OF_RUBRIC)
    return is_much_longer or (share < 1 and (words_in(first) < _MOST_WORDS_OF_RUBRIC or is_deck_below))


def _is_masthead(layout: "Layout", at: int) -> bool:
    """``True`` for the few words that begin a text if two rubrics of a menu are below them."""
    shown = [number for number in range(min(at + 6, len(layout.folded))) if layout.folded[number]][:3]
    first, *below = [layout.folded[number] for number in shown]
    is_few = shown[0] == at and first.count(" ") < _MOST_WORDS_OF_RUBRIC
    is_menu = len(below) == 2 and not any(layout.known[number] for number in shown[1:]) and all(map(_is_rubric, below))
    return is_few and is_menu and not any(reads_as_name(line) or parse_metadata(line) for line in below)


def _title_start(lines: Sequence[str], *, is_menu: bool = False) -> int | None:
    """The number of the first line of a headline in a run of lines; those above it are of a menu, or the rubric."""
    for number, (line, after) in enumerate(pairwise([*lines, ""])):
        is_longer = len(after) > len(line) and not is_prose(after)
        is_short = after and len(line) < NARROWEST and (is_longer or _is_rubric(after, is_menu=is_menu))
        is_wrapped = after[:1].islower() and len(line) >= NARROWEST / 2
        if not is_wrapped and (is_short or _is_rubric(line, is_menu=is_menu)):
            continue
        text = " ".join(lines[number : number + wrapped_end(lines[number:], 0)])
        return number if text[-1] not in ".。:：" and is_headline(text) and not _is_rubric(text) else None
    return None


def _is_rubric(line: str, *, is_menu: bool = False) -> bool:
    """A line of a word or two, of three in a menu; one that ends in a time of day, or may be a menu."""
    if may_be_menu(line):
        return True
    words = words_in(line)
    is_short = words <= 2 + is_menu or (line.isupper() and words <= 4) or _CLOCK_AT_END.search(line) is not None
    return is_short or not any(map(str.isalpha, line))


def is_deck(layout: "Layout", at: int) -> bool:
    """``True`` if a first sentence, which is then the deck, is above date and byline, or between them. On a copied
    page, a caption without a credit may be between them.
    """
    is_dated = any(part.metadata.dates for part in layout.parts)  # above
    if is_dated and any(part.metadata.byline for part in layout.parts):
        return False
    may_be_caption = layout.is_scraped and not layout.has_deck
    lines, date_at = int(is_dated), 0
    for number, line in enumerate(layout.folded[at : at + _LINES_AFTER_DECK], at):
        metadata = parse_metadata(line) or NO_METADATA
        is_text = metadata is NO_METADATA and ends_sentence(line) and line.count(" ") > 5 and not LIST_MARK.match(line)
        if is_text and not layout.is_boilerplate(number) and not split_caption(line):
            if date_at or not may_be_caption:
                break
            may_be_caption = False
        lines += line != ""
        if metadata.byline if is_dated else _has_date(line, metadata):
            date_at = number
    return lines > 1 and date_at > 0 and any(map(is_prose, layout.folded[date_at:]))


def _has_date(line: str, metadata: Metadata) -> bool:
    return bool(metadata.dates) or RELATIVE_DATE.fullmatch(line) is not None


def begin_body(layout: "Layout", first_text: str) -> None:
    """Find a byline, and in the last line a deck or a list's heading, among the lines of the head that no rule read."""
    if layout.headline is None:  # in a column of one name, it is in the frame; Hard Times reads like a newspaper's name
        head = takewhile(lambda part: part.kind != "metadata", layout.parts)
        for part in [part for part in head if part.lines[0] in layout.of_frame or layout.is_title(part)][-1:]:
            part.kind, layout.headline = "headline", part.text
    layout.in_body = True
    if not any(part.metadata.byline for part in layout.parts):
        _find_byline(layout)
    if layout.unknown[-1:] == [len(layout.parts) - 1]:
        above, part = layout.parts[-2:]
        words = part.text.split()
        small = sum(word[0].islower() for word in words)
        reads_as_deck = len(words) >= _FEWEST_WORDS_OF_DECK and 2 * small > len(words) and ":" not in part.text
        is_heading = part.kind == "boilerplate" and LIST_MARK.match(first_text)
        if is_heading or (reads_as_deck and above.kind in ("metadata", "headline")):
            part.kind = "paragraph"


def _follows_name(part: Part) -> bool:
    return is_role(part.text) or part.text.isupper() or part.metadata == Metadata(source=part.text)


def _find_byline(layout: "Layout") -> None:
    for number in layout.unknown:
        above, part, *below = layout.parts[number - 1 : number + 3]
        if below and " " in below[0].text:  # else of a place, between name and date
            del below[1:]
        is_beside_date = any(_has_date(near.text, near.metadata) for near in (above, *below))
        is_named = is_beside_date or not below or _follows_name(below[0])
        is_credited = is_beside_date and any((credit.name or "").startswith(part.text) for credit in layout.credits)
        name, _, outlet = part.text.partition(" - ")  # Rizky Pratama - detikNews
        if is_beside_date and outlet and " " not in outlet and reads_as_name(name):
            part.kind, part.metadata = "metadata", Metadata(byline=name, source=outlet)
            return
        if is_credited or reads_as_author(part.text, is_beside_date=is_named):
            part.kind, part.metadata = "metadata", Metadata(byline=part.text)
            is_first = number - 1 in layout.unknown and layout.parts[number - 2].kind == "headline"
            if is_first and reads_as_title(above.text) and above.text[0].isupper():
                above.kind, above.metadata = "metadata", Metadata(source=above.text)  # Ouest-France
            return
