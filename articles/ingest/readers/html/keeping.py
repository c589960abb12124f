"""The last step with the text of a page: puts back what no rule before it had a right to take.

A caption is never much of a page. A sentence between two paragraphs of the article stays unless it is a notice by its
words, a link, a field of the article, or of another story. No text is empty while sentences are left out. Prose that
is neither text, caption nor boilerplate any more is put back where it stood.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from articles.ingest.parsing.boilerplate import is_boilerplate_at_edge
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.html.captions import is_size_of_caption
from articles.ingest.readers.html.tidying import Known, is_linked, says_again
from articles.ingest.readers.html.units import Unit
from articles.text.keys import bare

_SHORTEST_SENTENCE = 40
_MOST_LEFT_OUT = 0.25  # of the text, at its edges
# Parts of a paragraph: between them, a credit or the number of a picture may have been taken out.
_SENTENCE_END = re.compile(r"[^\W\d_]{2}[.!?…。][\"”’'»“«」』)]*(?:\s|$)")
_PARTS = re.compile(r"\s[|•·]\s|(?<=[.!?…。])\s+")


@dataclass(frozen=True, slots=True)
class Kept:
    """The units of the text, the others, and whether any of the text was put back."""

    text: list[Unit]
    others: list[Unit]
    is_put_back: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """``may_go``: whether the article can do without a unit between two of its own. ``pieces``: all prose of the page,
    as it was before any rule. ``code``: how many of each kind of code it has."""

    may_go: Callable[[int], bool]
    pieces: Sequence[str]
    code: Mapping[str, int]


def put_back(
    units: Sequence[Unit], chosen: Collection[int], left_out: LeftOut, known: Known, taken: Collection[str | None]
) -> Kept:
    """``chosen``: the units that the rules keep. ``taken``: texts that are fields of the article."""
    pieces = left_out.pieces
    prose = sum(map(len, pieces))
    is_chosen = frozenset(chosen)
    row = [(unit, number in is_chosen) for number, unit in enumerate(units)]
    for number in _gone(units, is_chosen, left_out, known, taken):
        row[number] = (units[number], True)
    row = [part for unit, is_kept in row for part in _without_prose_in_caption(unit, prose, is_kept=is_kept)]
    row = _with_lost_pieces(row, pieces)
    kept = [unit for unit, is_kept in row if is_kept]
    return Kept(kept, [unit for unit, is_kept in row if not is_kept], len(kept) > len(chosen))


def _gone(
    units: Sequence[Unit], chosen: frozenset[int], left_out: LeftOut, known: Known, taken: Collection[str | None]
) -> list[int]:
    """The sentences left out without a right: all between two paragraphs, and all where they are much of the text."""
    texts = [number for number in sorted(chosen) if units[number].figure is None]
    sentences = [n for n, unit in enumerate(units) if n not in chosen and _is_sentence(unit) and unit.text not in taken]
    if not texts:
        return [number for number in sentences if not _is_said(units[number], known)]
    said = [bare(units[number].text) for number in texts]
    own = [n for n in sentences if not (left_out.may_go(n) or says_again(units[n], said))]
    size, size_left = (sum(units[number].size for number in numbers) for numbers in (texts, own))
    is_much = size_left > _MOST_LEFT_OUT * (size + size_left)
    return own if is_much else [number for number in own if texts[0] < number < texts[-1]]


def _is_sentence(unit: Unit) -> bool:
    is_text = unit.kind in ("text", "quote", "left") and unit.size >= _SHORTEST_SENTENCE
    return is_text and _SENTENCE_END.search(unit.text) is not None and not is_linked(unit)


def _is_said(unit: Unit, known: Known) -> bool:
    return known.says(unit.text) or known.is_deck(unit.text) or is_boilerplate_at_edge(unit.text)


def _without_prose_in_caption(unit: Unit, prose: int, *, is_kept: bool) -> Iterable[tuple[Unit, bool]]:
    """A photo, behind its caption as text if that is too long for one."""
    figure = unit.figure
    if figure is None or not figure.caption or is_size_of_caption(figure.caption, prose, is_marked=figure.is_marked):
        return [(unit, is_kept)]
    if unit.nodes:  # a paragraph that was taken for a caption
        unit.kind, unit.figure = "text", None
        return [(unit, is_kept)]
    text, figure.caption = figure.caption, None
    return [(Unit("text", unit.within, [text], text), is_kept or not figure.is_linked), (unit, is_kept)]


def _with_lost_pieces(row: list[tuple[Unit, bool]], pieces: Iterable[str]) -> list[tuple[Unit, bool]]:
    """With the prose that nothing says any more, each piece behind what says the one before it."""
    parts = (fold(part) for piece in pieces for part in _PARTS.split(piece))
    pieces = [part for part in parts if len(part) >= _SHORTEST_SENTENCE]
    saying = [bare(_words(unit)) for unit, _ in row]
    said = "".join(saying)
    lost = []
    place = 0
    for number, piece in enumerate(map(bare, pieces)):
        found = said.find(piece, place)  # mostly in page order
        if found < 0:
            found = said.find(piece)
        if found < 0 and row:
            lost.append(number)
        place = max(0, found)
    size = sum(len(unit.text) for unit, is_kept in row if is_kept)
    size_lost = sum(len(pieces[number]) for number in lost)
    is_much = size_lost > _MOST_LEFT_OUT * (size + size_lost)
    for number in reversed(lost):
        before = bare(pieces[number - 1]) if number else ""
        at = next((at for at, words in enumerate(saying, 1) if before and before in words), 0)
        kept = [at for at, (unit, is_kept) in enumerate(row) if is_kept and unit.figure is None]
        is_between = is_much or not kept or kept[0] < at <= kept[-1]
        row.insert(at, (Unit("text", row[at - 1][0].within, [pieces[number]], pieces[number]), is_between))
        saying.insert(at, bare(pieces[number]))
    return row


def _words(unit: Unit) -> str:
    if unit.figure is None:
        return unit.text
    figure = unit.figure
    return "".join(filter(None, (unit.text, figure.caption, figure.credit_raw, figure.credit, figure.alt_text)))
