"""The lines between the headline of a text and its first paragraph: byline, deck, and boilerplate."""

from itertools import takewhile
from typing import TYPE_CHECKING

from articles.ingest.parsing.credits_in_text import split_credit
from articles.ingest.parsing.metadata import Metadata, is_role, parse_metadata, reads_as_author
from articles.ingest.readers.text.lines import ends_sentence
from articles.text.outlets import reads_as_title

if TYPE_CHECKING:
    from articles.ingest.readers.text.layout import Layout

_FEWEST_WORDS_OF_DECK = 6
_LINES_AFTER_DECK = 16
# Lines examined as metadata before the body, and after it.
MOST_METADATA_LINES = 200


def is_deck(layout: "Layout", at: int) -> bool:
    """``True`` if date and byline follow a first sentence, which is then the deck."""
    if any(part.metadata and part.metadata.dates for part in layout.parts):
        return False
    lines = 0
    has_date = False
    for line in filter(None, layout.folded[at : at + _LINES_AFTER_DECK]):
        metadata = parse_metadata(line)
        if metadata is None and ends_sentence(line) and line.count(" ") > 5 and not split_credit(line):
            break
        lines += 1
        has_date |= metadata is not None and bool(metadata.dates)
    return lines > 1 and has_date


def begin_body(layout: "Layout") -> None:
    """One line of the head that has no known words may be the byline, and the last such line the deck."""
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
        is_beside_date = any(near and near.metadata and near.metadata.dates for near in (above, below))
        is_named = is_beside_date or below is None or is_role(below.text)
        if not has_byline and reads_as_author(part.text, is_beside_date=is_named):
            part.kind, part.metadata, has_byline = "metadata", Metadata(byline=part.text), True
            if (
                number - 1 in layout.unknown
                and layout.parts[number - 2].kind == "headline"
                and reads_as_title(above.text)
            ):
                above.kind, above.metadata = "metadata", Metadata(source=above.text)  # Ouest-France
    first = layout.parts[layout.unknown[0]] if layout.unknown else None
    is_below_headline = first is not None and layout.parts[layout.unknown[0] - 1].kind == "headline"
    if first and not has_byline and is_below_headline and reads_as_author(first.text, is_beside_date=True):
        first.kind, first.metadata = "metadata", Metadata(byline=first.text)
    last = len(layout.parts) - 1
    if last in layout.unknown and layout.parts[last - 1].kind in ("metadata", "headline"):
        words = layout.parts[last].text.split()
        small = [word for word in words if word[0].islower()]
        if len(words) >= _FEWEST_WORDS_OF_DECK and 2 * len(small) > len(words) and ":" not in layout.parts[last].text:
            layout.parts[last].kind = "paragraph"
