"""The lines between the headline of a text and its first paragraph: byline, deck, and boilerplate."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from articles.ingest.parsing.chrome import RELATIVE_DATE, may_be_menu
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
from articles.text.outlets import reads_as_title

if TYPE_CHECKING:
    from articles.ingest.readers.text.layout import Layout

_FEWEST_WORDS_OF_DECK = 6
_LINES_AFTER_DECK = 16
_MOST_LINES_ABOVE, _MOST_RUNS_ABOVE = 80, 24  # the headline
_MOST_WORDS_OF_RUBRIC = 4
_CLOCK_AT_END = re.compile(r"\d[:.h]\d\d$")
_ONE_WORD = re.compile(r"(?:[a-z]\w*)?", re.IGNORECASE)  # or a blank line
# Lines examined as metadata before the body, and after it.
MOST_METADATA_LINES = 200


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
    """The runs of lines at the top that are neither boilerplate nor metadata nor a caption; ``True`` if other lines are
    in its block, as in a menu.
    """
    for block in blocks:
        at = block.start
        while at < min(block.stop, _MOST_LINES_ABOVE):
            stop = at + 1
            if not layout.is_chrome(at) and not parse_metadata(layout.folded[at]):
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
    is_menu = len(below) == 2 and not any(layout.chrome[number] for number in shown[1:]) and all(map(_is_rubric, below))
    return is_few and is_menu and not any(reads_as_name(line) or parse_metadata(line) for line in below)


def _title_start(lines: Sequence[str], *, is_menu: bool = False) -> int | None:
    """The number of the first line of a headline in a run of lines; those above it are of a menu, or the rubric."""
    for number, line in enumerate(lines):
        after = lines[number + 1] if number + 1 < len(lines) else ""
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
    is_dated = any(part.metadata and part.metadata.dates for part in layout.parts)
    if is_dated and any(part.metadata and part.metadata.byline for part in layout.parts):
        return False
    lines = date_at = 0
    captions = 0 if layout.has_deck or not layout.is_scraped else 1
    for number in range(at, min(at + _LINES_AFTER_DECK, len(layout.folded))):
        line = layout.folded[number]
        metadata = parse_metadata(line) if line else None
        is_text = ends_sentence(line) and line.count(" ") > 5 and not LIST_MARK.match(line)
        if metadata is None and is_text and not layout.is_chrome(number) and not split_caption(line):
            captions -= 1
            if captions < 0 or date_at:
                break
        lines += line != ""
        is_date = RELATIVE_DATE.fullmatch(line) or (metadata and metadata.dates)
        date_at = number if (metadata and metadata.byline if is_dated else is_date) else date_at
    return (lines > 1 or is_dated) and date_at > 0 and any(map(is_prose, filter(None, layout.folded[date_at:])))


def begin_body(layout: "Layout", first_text: str) -> None:
    """One line of the head that has no known words may be the byline, and the last such line the deck, or the heading
    of a list.
    """
    if layout.headline is None:  # in a column of one name, it is in the frame
        head = takewhile(lambda part: part.kind != "metadata", layout.parts)
        for part in [part for part in head if part.lines[0] in layout.of_frame][-1:]:
            part.kind, layout.headline = "headline", part.text
    layout.in_body = True
    layout.lines_to_try = MOST_METADATA_LINES
    has_byline = any(part.metadata and part.metadata.byline for part in layout.parts)
    for number in layout.unknown:
        part = layout.parts[number]
        above, below = layout.parts[number - 1], layout.parts[number + 1] if number + 1 < len(layout.parts) else None
        is_of_place = below is not None and " " not in below.text  # between name and date
        near_lines = (above, *layout.parts[number + 1 : number + 2 + is_of_place])
        is_beside_date = any(RELATIVE_DATE.fullmatch(n.text) or (n.metadata and n.metadata.dates) for n in near_lines)
        is_named = is_beside_date or below is None or is_role(below.text) or below.text.isupper()
        is_named |= below is not None and below.metadata == Metadata(source=below.text)
        name, _, outlet = part.text.partition(" - ")  # Rizky Pratama - detikNews
        if not has_byline and is_beside_date and outlet and reads_as_name(name) and " " not in outlet:
            part.kind, part.metadata, has_byline = "metadata", Metadata(byline=name, source=outlet), True
        is_credited = is_beside_date and any((credit.name or "").startswith(part.text) for credit in layout.credits)
        if not has_byline and (is_credited or reads_as_author(part.text, is_beside_date=is_named)):
            part.kind, part.metadata, has_byline = "metadata", Metadata(byline=part.text), True
            is_first = number - 1 in layout.unknown and layout.parts[number - 2].kind == "headline"
            if is_first and reads_as_title(above.text) and above.text[0].isupper():
                above.kind, above.metadata = "metadata", Metadata(source=above.text)  # Ouest-France
    last = len(layout.parts) - 1
    if last in layout.unknown and layout.parts[last].kind == "chrome" and LIST_MARK.match(first_text):
        layout.parts[last].kind = "paragraph"
    elif last in layout.unknown and layout.parts[last - 1].kind in ("metadata", "headline"):
        words = layout.parts[last].text.split()
        small = [word for word in words if word[0].islower()]
        if len(words) >= _FEWEST_WORDS_OF_DECK and 2 * len(small) > len(words) and ":" not in layout.parts[last].text:
            layout.parts[last].kind = "paragraph"
