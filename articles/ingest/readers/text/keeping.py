"""The last step with the lines of a text: puts back what no rule before it had a right to take.

A caption is never most of a text. Between two paragraphs, a sentence that tells stays unless it is of the frame of its
site, of another story below its label, or printed twice. No text is empty while sentences are left out.
"""

from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from articles.ingest.parsing.boilerplate import addresses_reader, is_link_label, tells
from articles.ingest.readers.text.lines import ends_sentence
from articles.ingest.readers.text.part import Part

if TYPE_CHECKING:
    from articles.ingest.readers.text.layout import Layout

_LONGEST_CAPTION, _MOST_IN_CAPTION = 1_000, 0.5
_MOST_LEFT_OUT = 0.4  # of the text, at its edges
_SHORT = 120  # what may be a caption beside any text
_LARGEST_TEASER = 3  # lines


def put_back(parts: list[Part], layout: "Layout") -> list[Part]:
    told = sum(len(part.text) for part in parts if part.kind in ("paragraph", "photo"))
    longest = min(_LONGEST_CAPTION, max(_SHORT, _MOST_IN_CAPTION * told))
    for part in parts:
        if part.credit is not None and len(part.credit.caption or "") > longest:
            _keep(part)
    paragraphs = [number for number, part in enumerate(parts) if part.kind == "paragraph"]
    said = {part.text for part in parts if part.kind != "boilerplate"}
    gone = []
    for number, part in enumerate(parts):
        if part.kind != "boilerplate" or layout.may_go(part) or part.text in said:
            continue
        is_sentence = _is_of_story(part.text) if paragraphs else ends_sentence(part.text)
        if is_sentence and not _is_teaser(parts[max(0, number - _LARGEST_TEASER) : number]):
            gone.append(number)
    size, size_gone = (sum(len(parts[number].text) for number in numbers) for numbers in (paragraphs, gone))
    is_much = size_gone > _MOST_LEFT_OUT * (size + size_gone)
    for number in gone:
        if is_much or paragraphs[0] < number < paragraphs[-1]:
            _keep(parts[number])
    return parts


def _is_of_story(text: str) -> bool:
    return tells(text) and text[-1] != "?" and not addresses_reader(text)


def _is_teaser(above: Sequence[Part]) -> bool:
    """``True`` for a line below the title of another story and its label."""
    lines = takewhile(lambda part: part.kind == "boilerplate", reversed(above))
    return any(is_link_label(line.text) for line in lines)


def _keep(part: Part) -> None:
    part.kind, part.credit, part.is_put_back = "paragraph", None, True
