"""IPTC 7901, from agencies' wires: a header of number, priority, category and count of words; keywords; headline and
text between STX and ETX; the time of sending. Archives may have kept items without their control characters.

Specification: https://www.iptc.org/std/IPTC7901/1.0/specification/7901V5.pdf.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import BinaryIO

from articles.ingest.parsing.agency_items import Item, fragment_of, story_of
from articles.ingest.parsing.dates import ZONES
from articles.ingest.parsing.decoding import decode
from articles.ingest.parsing.labels import tokenise
from articles.ingest.parsing.whitespace import fold, split_lines
from articles.ingest.readers.base import Part, read_whole
from articles.ingest.story import Damage, Piece, Story, ledger_of
from articles.text.outlets import has_press_name, is_known_outlet

_HEADER = re.compile(
    rb"(?:^[\0\x7f \t]*+|(?<=\x04))\x01?[A-Za-z]{2,6}\d{3,5} [1-9] [A-Za-z]{1,4} \d{1,5}(?=\s|\Z)", re.MULTILINE
)
_SENT_LINE = re.compile(rb"^\x03?[ \t]*\d{6} (?:[A-Z]{2,4} )?[^\s\d]{3,5} \d\d\s*$", re.MULTILINE)
_END = re.compile(rb"\x03[^\n\x02\x03]*+[\0\x7f\s]*+\x04?(?=[^\x03]*\x02)")  # of an item before another
_SENT = re.compile(r"(\d\d)(\d\d)(\d\d)(?: ([A-Z]{2,4}))? ([^\W\d_]{3,5})\.? (\d\d)")
_CONTROLS = dict.fromkeys([*range(1, 9), *range(14, 32), 127])
_DATELINE = re.compile(r"[^()]{2,60} \([^()]{2,40}\)(?= (?:[-–—=]|\.-) )")
_OWN_PARAGRAPH = re.compile(r"\s{2,}\S|\t|[-*•|] ?\S")
_NOTES = re.compile(r"# .*|\* \* \* \*")  # at dpa, they end a text: ``# Notebook``
_FIRST_YEAR = 79  # of the format
_MOST_AT_TOP = 20  # lines of headline, byline and notes; what follows is text
_LONGEST_BYLINE = 200


def looks_like(head: bytes) -> bool:
    is_item = _HEADER.match(head.lstrip(b"\0\x7f \t\r\n"))
    return is_item is not None and (b"\x02" in head or _SENT_LINE.search(head) is not None)


def split(file: BinaryIO, max_bytes: int) -> Iterator[Part]:
    data, line = read_whole(file, max_bytes), 1
    starts = {header.start() for header in _HEADER.finditer(data)}
    ends = (end.end() for end in _END.finditer(data))
    starts |= {end for end in ends if not _HEADER.search(data, end, data.index(b"\x02", end))}  # its header is broken
    for start, stop in pairwise([0, *sorted(starts)[1:], len(data)]):
        yield Part(data[start:stop], line)
        line += data.count(b"\n", start, stop)


def read(piece: Piece, data: bytes) -> Story:
    """The story of one item. Lines without a field are left out: header, keywords, cues, notes to editors."""
    decoded = decode(data)
    item = Item(encoding=decoded.encoding, damage=list(map(Damage, decoded.codes)))
    lines = split_lines(decoded.text)
    folded = [fold(line.translate(_CONTROLS)) for line in lines]
    places = _places(lines, folded)
    became = [("boilerplate" if fold(line) else "blank", "") for line in lines]
    _read_top(item, {at: folded[at].rstrip("=+ ") for at, place in enumerate(places) if place == "top"}, became)
    paragraphs: list[list[str]] = []
    for at, (place, text) in enumerate(zip(places, folded, strict=True)):
        if place == "header":
            words = " ".join(lines[at].split(maxsplit=4)[4:])  # ``dpa 0456``, ``F BELGA-0001``
            names = *re.split(r"\s{2,}|\s*\d+", words), *re.findall(r"[^\W\d_]+", words)
            item.source = next((name for name in names if is_known_outlet(name) or has_press_name(name)), None)
        elif place == "keywords":
            item.add_tags(text.split("/"))
        elif place == "text":
            if places[at - 1] != "text" or _OWN_PARAGRAPH.match(lines[at]):
                paragraphs.append([])
            paragraphs[-1].append(text)
            became[at] = "paragraph", f"paragraph {len(paragraphs)}"
        elif place == "end" and (sent := _SENT.fullmatch(text)):
            day, hour, minute, zone, month, year = sent.groups()
            date = f"{day} {month} {19 if int(year) >= _FIRST_YEAR else 20}{year} {hour}:{minute}"
            item.set_date("published", f"{date} {zone if zone in ZONES else ''}", found_as="date-time group")
            item.published_printed = item.published_printed and text
            became[at] = "date", "published"
        if text and became[at][0] == "boilerplate":
            item.account.append(text)
            became[at] = "boilerplate", f"boilerplate {len(item.account)}"
    texts = list(map(" ".join, paragraphs))
    item.fragment = fragment_of(texts)
    item.dateline = dateline[0] if (dateline := _DATELINE.match("".join(texts[:1]))) else None
    return replace(story_of(piece, item), ledger=ledger_of(lines, became))


def _places(lines: Sequence[str], folded: Sequence[str]) -> list[str]:
    """The part of each line: ``header``, ``keywords``, ``top`` (headline and byline), ``text``, ``notes``, ``end``;
    ``""`` without words. An empty or indented line, or the sign ``=``, ends the top.
    """
    place, places, top = "header", list[str](), 0
    is_marked = any("\x02" in line for line in lines)
    for line, text in zip(lines, folded, strict=True):
        if "\x02" in line or (place == "keywords" and text and not is_marked and not text.endswith("/")):
            place = "top"
        elif place == "top" and top and any((top == _MOST_AT_TOP, not text, _OWN_PARAGRAPH.match(line))):
            place = "text"
        if line.startswith(("\x03", "./.")) or _SENT.fullmatch(text):
            place = "end"
        elif _NOTES.fullmatch(text):
            place = "notes"
        places.append(place if text else "")
        top += places[-1] == "top"
        if "\x03" in line:
            place = "end"
        elif text and place == "header":
            place = "keywords"
        elif place == "top" and text.endswith("="):
            place = "text"
    return places


def _read_top(item: Item, top: dict[int, str], became: list[tuple[str, str]]) -> None:
    """Read headline and byline, by number of lines, below notes in brackets and cues in capitals: ``1ST LEAD``."""
    brackets, notes = 0, set[int]()
    for at, words in top.items():
        notes |= {at} if brackets > 0 or words.startswith("(") else set()
        brackets += words.count("(") - words.count(")")
    lines = {at: words for at, words in top.items() if words and at not in notes}
    is_mixed, headline = not all(map(str.isupper, lines.values())), list[str]()
    for at, words in lines.items():
        tokens = tokenise(words[:_LONGEST_BYLINE], []) if headline else []
        if tokens and tokens[0].kind == "by":
            item.byline = words[tokens[0].end :].strip()
            became[at] = "byline", "byline"
        elif headline or not (is_mixed and words.isupper()):
            headline.append(words)
            became[at] = "headline", "headline"
    item.headline = " ".join(headline) or None
