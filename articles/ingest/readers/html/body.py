"""The main text of a page and its photos.

In order: boilerplate and photos are taken out of the tree, each leaving a mark; the rest becomes a row of units; the
element with most prose and least else is the article; its units, tidied at both ends, are the text. A photo is placed
at its mark.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from articles.ingest.parsing.credits_in_captions import credit_line
from articles.ingest.parsing.credits_in_text import split_credit
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.html.cleaning import MARK, Cleared, clear_away, drop_silent
from articles.ingest.readers.html.decks import take_deck, take_signature
from articles.ingest.readers.html.evidence.clues import Clue
from articles.ingest.readers.html.figures import (
    Figure,
    free_from_buttons,
    keep_boxes,
    note_films,
    rescue_from_noscript,
    take_out_figures,
)
from articles.ingest.readers.html.markdown import write_units
from articles.ingest.readers.html.selection import main_element
from articles.ingest.readers.html.tidying import Known, apart_from_headline, same_words, tidy
from articles.ingest.readers.html.tree import Element, text_length
from articles.ingest.readers.html.units import Unit, is_prose_in_pre, link_length, units_of
from articles.text.markdown import plain

# No article has as many paragraphs and pieces around them; a page made to hold up a load may.
_MOST_UNITS = 20_000


@dataclass(frozen=True, slots=True)
class Placed:
    """A photo and the number of blocks before it."""

    figure: Figure
    position: int


@dataclass(frozen=True, slots=True)
class Body:
    """``holds_deck``: the first paragraph is what the page elsewhere gives as its deck. ``deck`` is one that stood
    above the text, marked as such. ``signature``: the name under the text, where nothing else says who wrote.
    ``is_cut``: the page has more lines than any article, and its least ones were left out. ``is_doubtful``: another
    reader sees another text in it. ``share``: how much the text is of all prose of the page."""

    markdown: str = ""
    blocks: tuple[str, ...] = ()
    photos: tuple[Placed, ...] = ()
    dropped: tuple[str, ...] = ()
    holds_deck: bool = False
    deck: Clue | None = None
    signature: str | None = None
    origin: str = "text"
    is_cut: bool = False
    is_doubtful: bool = False
    share: float = 0.0

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(map(plain, self.blocks))


def find_body(root: Element, known: Known, *, base: str | None = None, by_names: bool = True) -> Body:
    """Take a page apart; its tree is used up. ``base``: see ``Page``. ``by_names``: whether classes and ids tell what
    is boilerplate."""
    body = root.find("body")
    if body is None:
        return Body()
    cleared = Cleared()
    rescue_from_noscript(body)
    free_from_buttons(body)
    note_films(body)
    drop_silent(body, cleared)
    headlines = headline_elements(body, known.headline)
    prose = clear_away(body, headlines, keep_boxes(body), cleared, by_names=by_names)
    figures = take_out_figures(body, cleared.texts)
    found = units_of(body, _quotes_opened(body))
    units = _with_photos(apart_from_headline(_weightiest(found), known), figures)
    chosen = _choose(units, body, headlines, figures, known)
    written = _written(units, chosen, figures, cleared, base, known)
    written = replace(written, share=sum(map(len, written.texts)) / prose)
    if (more := len(found) - _MOST_UNITS) > 0:
        written = replace(written, dropped=(*written.dropped, f"and {more} short lines"), is_cut=True)
    return written


def _weightiest(units: list[Unit]) -> list[Unit]:
    """The units in order; if there are too many, without the shortest and most linked, since the text of a page may
    follow thousands of links."""
    if len(units) <= _MOST_UNITS:
        return units
    said = [unit.size - 2 * unit.link_length for unit in units]
    most = sorted(range(len(units)), key=said.__getitem__, reverse=True)[:_MOST_UNITS]
    return [units[number] for number in sorted(most)]


def headline_elements(body: Element, headline: str | None) -> list[Element]:
    if headline:
        found = [
            element
            for tag in ("h1", "h2", "h3", "h4", "h5")
            for element in body.iter(tag)
            if same_words(fold("".join(element.itertext())), headline)
        ]
        if found:
            return found
    first = list(body.iter("h1"))
    return first if len(first) == 1 else []


def _quotes_opened(body: Element) -> frozenset[Element]:
    """Quotations and typed text that hold most of a page: an old way to lay it out."""
    total = text_length(body)
    opened = {quote for quote in body.iter("blockquote") if text_length(quote) * 2 > total}
    opened |= {typed for typed in body.iter("pre", "xmp") if is_prose_in_pre(typed)}
    return frozenset(opened)


def _with_photos(units: list[Unit], figures: dict[Element, Figure]) -> list[Unit]:
    for unit in units:
        if unit.mark in figures:
            unit.kind = "photo"
    return units


def _choose(
    units: Sequence[Unit],
    body: Element,
    headlines: Sequence[Element],
    figures: dict[Element, Figure],
    known: Known,
) -> list[int]:
    article = main_element(units, body, headlines)
    # A correction, or a note on the author, may follow the box of the text.
    behind = takewhile(_may_go_on_text, article.itersiblings())
    within = {below for part in (article, *behind) for below in part.iter()}
    inside = [number for number, unit in enumerate(units) if unit.within in within]
    chosen = tidy(units, inside, article, known)
    if not chosen:
        return chosen
    beside = [*range(chosen[0]), *range(chosen[-1] + 1, len(units))]
    photos = [number for number in beside if _is_of_article(units[number], article, headlines, figures)]
    return sorted([*photos, *chosen])


def _may_go_on_text(beside: Element) -> bool:
    return beside.tag == MARK or (beside.tag == "p" and 2 * link_length(beside) <= text_length(beside))


def _is_of_article(
    unit: Unit, article: Element, headlines: Collection[Element], figures: dict[Element, Figure]
) -> bool:
    """``True`` for a photo with a caption next to the text that does not link or belong to another story."""
    if unit.kind != "photo" or unit.mark is None or not figures[unit.mark].caption or figures[unit.mark].is_linked:
        return False
    own = {article, *article.iterancestors()}
    for above in (unit.within, *unit.within.iterancestors()):
        if above in own:
            return True
        heads = list(above.iter("h1", "h2", "h3"))
        if (above.tag == "article" or heads) and not any(headline in heads for headline in headlines):
            return False
    return False


def _written(
    units: Sequence[Unit],
    chosen: Sequence[int],
    figures: dict[Element, Figure],
    cleared: Cleared,
    base: str | None,
    known: Known,
) -> Body:
    chosen = _with_credit_lines(units, chosen, figures)
    deck, chosen = take_deck(units, chosen, cleared.texts, known)
    signature, chosen = (None, chosen) if known.is_signed else take_signature(units, chosen)
    kept = set(chosen)
    dropped = _account(units, kept, figures, cleared, known, {deck.value if deck else None, signature})
    written, sizes = write_units([units[number] for number in chosen if units[number].kind != "photo"], base)
    photos: list[Placed] = []
    position, left = 0, iter(sizes)
    for number in chosen:
        if units[number].kind != "photo":
            position += next(left)
        elif (mark := units[number].mark) is not None:
            photos.append(Placed(figures[mark], position))
    holds_deck = any(known.is_deck(units[number].text) for number in kept)
    return Body(written.markdown, written.blocks, tuple(photos), dropped, holds_deck, deck, signature)


def _with_credit_lines(units: Sequence[Unit], chosen: Sequence[int], figures: dict[Element, Figure]) -> list[int]:
    """The units. Captions apart from any picture become photos, and lines such as ``Foto: Jane Doe`` go to the photo
    before them, or the first."""
    kept: list[int] = []
    for number in chosen:
        unit = units[number]
        if unit.kind != "text" or len(unit.text) > _LONGEST_CAPTION:
            kept.append(number)
        elif (name := credit_line(unit.text)) is not None:
            _give_credit(units, [*reversed(kept), *chosen], figures, name, unit.text)
        elif (found := split_credit(unit.text)) and found.caption and (found.raw or "")[:1] in "[(（【［":
            unit.kind, unit.mark = "photo", unit.within.makeelement(MARK)
            figures[unit.mark] = Figure((), None, found.caption, found.name, found.raw, found.kind)
            kept.append(number)
        else:
            kept.append(number)
    return kept


def _give_credit(
    units: Sequence[Unit], numbers: Sequence[int], figures: dict[Element, Figure], name: str, line: str
) -> None:
    for number in numbers:
        mark = units[number].mark
        if units[number].kind == "photo" and mark is not None and not figures[mark].credit:
            figures[mark].credit, figures[mark].credit_raw = name, line
            return


_LONGEST_CAPTION = 2_000
_MOST_PIECES = 200
_MOST_CHARACTERS = 20_000


def _account(
    units: Sequence[Unit],
    kept: Collection[int],
    figures: dict[Element, Figure],
    cleared: Cleared,
    known: Known,
    taken: Collection[str | None],
) -> tuple[str, ...]:
    """The omitted pieces, in page order; past a certain length, only how much more there was."""
    pieces: list[str] = []
    size = more = 0
    for number, unit in enumerate(units):
        text = "" if number in kept else _text_left_out(unit, figures, cleared)
        if not text or known.says(text) or known.is_deck(text) or text in taken:
            continue
        if len(pieces) >= _MOST_PIECES or size + len(text) > _MOST_CHARACTERS:
            more += 1
            continue
        pieces.append(text)
        size += len(text)
    if more:
        pieces.append(f"and {more} more")
    if cleared.code:
        pieces.append(", ".join(f"{count} {name}{'s' if count > 1 else ''}" for name, count in cleared.code.items()))
    return tuple(pieces)


def _text_left_out(unit: Unit, figures: dict[Element, Figure], cleared: Cleared) -> str:
    if unit.mark is None:
        return unit.text
    if (figure := figures.get(unit.mark)) is not None:
        return " ".join(filter(None, (figure.caption, figure.credit_raw)))
    return cleared.texts.get(unit.mark, "")
