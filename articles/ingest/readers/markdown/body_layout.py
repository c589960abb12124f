"""The final form of a Markdown body: opening heading as headline, picture marks as positions."""

import re
from dataclasses import dataclass

from articles.ingest.parsing.metadata import Metadata, parse_metadata
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.markdown.pictures import ANY_MARK, MARK, Body, Picture, words_of
from articles.text.markdown import plain, render

_HEADING = re.compile(r"#[ \t]*([^#\s].*?)[ \t]*#*[ \t]*")
_ALONE = re.compile(rf"^((?:{ANY_MARK}[ \t]*)+)$", re.MULTILINE)
_ALONE_INDENTED = re.compile(rf"^[ \t]+(?:{ANY_MARK}[ \t]*)+\n", re.MULTILINE)
_AT_LINE_START = re.compile(rf"^(?:{ANY_MARK}[ \t]*)+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Layout:
    """``positions`` are of ``pictures``, in the order of the text. ``marked``: the lines of the body with marks for its
    pictures; ``order``: the numbers of these marks; ``heading``: the numbers of lines that give or repeat the headline;
    ``metadata``: the values of the line ``metadata_line`` under it.
    """

    body: str
    blocks: tuple[str, ...]
    paragraphs: tuple[str, ...]
    pictures: tuple[Picture, ...]
    positions: tuple[int, ...]
    headline: str | None
    heading: range
    marked: tuple[str, ...]
    order: tuple[int, ...]
    dropped: tuple[str, ...]
    metadata: Metadata | None = None
    metadata_line: int | None = None


def lay_out(body: Body, headline: str | None, *, has_metadata: bool) -> Layout:
    """Place the pictures of a body, and find its headline. A first-level heading at the very beginning is the headline,
    unless ``headline`` is given; a heading that repeats it is dropped. A byline or date alone under it is no text,
    unless the front matter ``has_metadata``.
    """
    lines = body.text.split("\n")
    heading, heading_text = _first_heading(lines)
    dropped = list(body.dropped)
    if heading_text and headline and fold(heading_text).casefold() != headline.casefold():
        heading, heading_text = range(0), None
    if heading_text and headline:
        dropped.insert(0, heading_text)
        heading_text = None
    metadata_line, metadata = (None, None) if has_metadata else _metadata_under(heading, lines)
    marked = "\n".join("" if number in (*heading, metadata_line) else line for number, line in enumerate(lines))
    text = _ALONE.sub("", _ALONE_INDENTED.sub("", marked))
    text = MARK.sub("", _AT_LINE_START.sub("", text))
    if "```" not in text and "~~~" not in text:
        text = re.sub(r"\n[ \t]*\n(?:[ \t]*\n)+", "\n\n", text)
    text = text.strip("\n")
    blocks = render(text)
    order = tuple(dict.fromkeys(int(number) for number in MARK.findall(marked)))
    return Layout(
        body=text,
        blocks=blocks,
        paragraphs=tuple(map(plain, blocks)),
        pictures=tuple(body.pictures[number] for number in order),
        positions=_positions(marked, order, len(blocks)) if order else (),
        headline=heading_text,
        heading=heading,
        marked=tuple(lines),
        order=order,
        dropped=tuple(dropped),
        metadata=metadata,
        metadata_line=metadata_line,
    )


def _first_heading(lines: list[str]) -> tuple[range, str | None]:
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if found := _HEADING.fullmatch(lines[first]):
        return range(first, first + 1), _words(found[1])
    if first + 1 < len(lines) and re.fullmatch(r"=+[ \t]*", lines[first + 1]):
        return range(first, first + 2), _words(lines[first])
    return range(0), None


def _metadata_under(heading: range, lines: list[str]) -> tuple[int | None, Metadata | None]:
    """The line after the heading, alone in its paragraph, if it has a byline or dates and nothing else."""
    under = next((number for number in range(heading.stop, len(lines)) if lines[number].strip()), None)
    if not heading or under is None or MARK.search(lines[under]) or "".join(lines[under + 1 : under + 2]).strip():
        return None, None
    metadata = parse_metadata(_words(lines[under]) or "")
    if metadata is None or metadata.dropped or not all(date.iso for date in metadata.dates):
        return None, None
    return (under, metadata) if metadata.byline or metadata.dates else (None, None)


def _words(heading: str) -> str | None:
    return words_of(MARK.sub("", heading).strip()) or None


def _positions(marked: str, order: tuple[int, ...], blocks: int) -> tuple[int, ...]:
    """The number of blocks before each picture; one lost in dropped HTML takes the position of its predecessor."""
    by_number: dict[int, int] = {}
    before = 0
    for block in render(_ALONE.sub(r"\n\n\1\n\n", marked)):
        for number in MARK.findall(block):
            by_number.setdefault(int(number), before)
        words = MARK.sub("", block)
        if plain(words) or "<hr>" in words:
            before += 1
    positions: list[int] = []
    for number in order:
        positions.append(min(by_number.get(number, positions[-1] if positions else 0), blocks))
    return tuple(positions)
