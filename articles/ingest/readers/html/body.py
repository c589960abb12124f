"""The main text of a page and its photos.

In order: boilerplate and photos are taken out of the tree, each leaving a mark; the rest becomes a row of units; the
element with most prose and least else is the article; its units, tidied at both ends, are the text. A photo is placed
at its mark.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from articles.ingest.parsing.credits_in_captions import credit_line
from articles.ingest.parsing.credits_in_text import CLOSERS, split_credit
from articles.ingest.parsing.html_to_markdown.inline import lines_of, runs_of
from articles.ingest.parsing.html_to_markdown.walker import Walker
from articles.ingest.parsing.html_to_markdown.writing import Block, Written, write
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.html import figures, keeping, tidying
from articles.ingest.readers.html.boilerplate_elements import names_deck
from articles.ingest.readers.html.cleaning import MARK, Cleared, clear_away, drop_silent, prose_of
from articles.ingest.readers.html.evidence.clues import Clue
from articles.ingest.readers.html.evidence.people import begins_with_by, without_by
from articles.ingest.readers.html.figures import Figure
from articles.ingest.readers.html.keeping import LeftOut
from articles.ingest.readers.html.selection import main_element
from articles.ingest.readers.html.tree import Element, link_length, text_length
from articles.ingest.readers.html.units import Node, Unit, units_of
from articles.text.markdown import escape_text, plain
from articles.text.paths import joined

# No article has as many paragraphs and pieces around them; a page made to hold up a load may.
_MOST_UNITS = 20_000
# What pages put behind sub-headings: a link to the place, or to a form in which to change it.
_ANCHOR = re.compile(
    r"\s*(?:[#¶§🔗]|\[ ?(?:edit|edit source|bearbeiten|modifier|editar|modifica)(?: ?\|[^\[\]]*)? ?\])$", re.IGNORECASE
)
# Of a page made to hold up a load, further parts of a paragraph, or of lists and tables, are bare text.
_MOST_NODES = 10_000
_MOST_ELEMENTS = 50_000

_LONGEST_SIGNATURE = 60
# Fewer paragraphs above it are no text that somebody would sign.
_FEWEST_PARAGRAPHS = 3
_TO_THE_RIGHT = re.compile(r"(?:^|align\s*:)\s*right\b", re.IGNORECASE)
_BEFORE_NAME = "–—-―(/ "
_INITIAL = re.compile(r"(?:[^\W\d_]\.-?){1,3}")
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Placed:
    """A photo and the number of blocks before it."""

    figure: Figure
    position: int


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a page, and what was found at its edges."""

    markdown: str = ""
    blocks: tuple[str, ...] = ()
    photos: tuple[Placed, ...] = ()
    boilerplate: tuple[str, ...] = ()
    holds_deck: bool = False  # the first paragraph is what the page elsewhere gives as its deck
    deck: Clue | None = None  # one that stood above the text, marked as such
    signature: str | None = None  # the name under the text, where nothing else says who wrote
    origin: str = "text"
    is_cut: bool = False  # the page has more lines than any article, and its least ones were left out
    is_doubtful: bool = False  # another reader sees another text in it
    is_put_back: bool = False  # the rules had left out some of it without a right to
    share: float = 0.0  # of the text in all prose of the page

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(map(plain, self.blocks))


def find_body(root: Element, known: tidying.Known, *, base: str | None = None, by_names: bool = True) -> Body:
    """Take a page apart; its tree is used up. ``by_names``: classes and ids tell what is boilerplate."""
    body = root.find("body")
    if body is None:
        return Body()
    cleared = Cleared()
    figures.rescue_from_noscript(body)
    figures.free_from_buttons(body)
    figures.note_films(body)
    drop_silent(body, cleared)
    headlines = headline_elements(body, known.headline)
    pieces = prose_of(body)
    prose = clear_away(body, headlines, figures.keep_boxes(body), cleared, by_names=by_names)
    photos = figures.take_out_figures(body, cleared.texts)
    found = units_of(body)
    for unit in found:
        if unit.mark in photos:
            unit.kind, unit.figure = "photo", photos[unit.mark]
        elif unit.mark is not None:
            unit.text = cleared.texts.get(unit.mark, "")
    # The text of a page may follow thousands of links: of too many units, the shortest and most linked are left out.
    heaviest = sorted(range(len(found)), key=lambda number: 2 * found[number].link_length - found[number].size)
    units = tidying.apart_from_headline([found[number] for number in sorted(heaviest[:_MOST_UNITS])], known)
    chosen, may_go = _choose(units, body, headlines, known)
    left_out = LeftOut(may_go, pieces if len(found) <= _MOST_UNITS else (), cleared.code)
    written = _written(units, chosen, left_out, base, known)
    written = replace(written, share=sum(map(len, written.texts)) / prose)
    if (more := len(found) - _MOST_UNITS) > 0:
        written = replace(written, boilerplate=(*written.boilerplate, f"and {more} short lines"), is_cut=True)
    return written


def headline_elements(body: Element, headline: str | None) -> list[Element]:
    """All elements that show the headline; those with the words of the page's only ``h1`` where none shows it."""
    headings = sorted(body.iter("h1", "h2", "h3", "h4", "h5"), key=lambda heading: heading.tag)
    shown = {heading: fold("".join(heading.itertext())) for heading in headings}
    largest = [text for heading, text in shown.items() if heading.tag == "h1"]
    for words in (headline, largest[0] if len(largest) == 1 else None):
        if words and (found := [heading for heading, text in shown.items() if tidying.same_words(text, words)]):
            return found
    return []


def _choose(
    units: Sequence[Unit], body: Element, headlines: Sequence[Element], known: tidying.Known
) -> tuple[list[int], Callable[[int], bool]]:
    """The units of the article, and whether one between them may go."""
    article = main_element(units, body, headlines)
    within = set(article.iter())
    for behind in article.itersiblings():
        # A correction, or a note on the author, may follow the box of the text, or another box of it an advertisement.
        is_text = behind.tag == "p" or (behind.tag == article.tag and behind.get("class") == article.get("class"))
        is_text = is_text and 2 * link_length(behind) <= text_length(behind) and behind.find(".//h2") is None
        if behind.tag != MARK and not is_text:
            break
        within.update(behind.iter())
    inside = [number for number, unit in enumerate(units) if unit.within in within]
    tidied = tidying.Tidying(units, inside, article, known)
    chosen, may_go = tidied.numbers(), tidied.may_go
    if not chosen:
        return chosen, may_go
    beside = [*range(chosen[0]), *range(chosen[-1] + 1, len(units))]
    photos = [number for number in beside if _is_of_article(units[number], article, headlines)]
    return sorted([*photos, *chosen]), may_go


def _is_of_article(unit: Unit, article: Element, headlines: Collection[Element]) -> bool:
    """``True`` for a photo with words of its own next to the text that does not link or belong to another story."""
    if unit.figure is None or not (unit.figure.caption or unit.figure.credit) or unit.figure.is_linked:
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
    units: Sequence[Unit], chosen: Sequence[int], left_out: LeftOut, base: str | None, known: tidying.Known
) -> Body:
    chosen = _with_credit_lines(units, chosen)
    deck, chosen = _take_deck(units, chosen, known)
    signature, chosen = (None, chosen) if known.persons else _take_signature(units, chosen)
    taken = {deck.value if deck else None, signature}
    kept = keeping.put_back(units, chosen, left_out, known, taken)
    boilerplate = _boilerplate_of(kept.others, left_out.code, known, taken)
    written, sizes = _write_units([unit for unit in kept.text if unit.figure is None], base)
    photos: list[Placed] = []
    position, left = 0, iter(sizes)
    for unit in kept.text:
        if unit.figure is None:
            position += next(left)
        else:
            photos.append(Placed(unit.figure, position))
    holds_deck = any(known.is_deck(unit.text) for unit in kept.text)
    body = Body(written.markdown, written.blocks, tuple(photos), boilerplate, holds_deck, deck, signature)
    return replace(body, is_put_back=kept.is_put_back)


def _write_units(units: Iterable[Unit], base: str | None) -> tuple[Written, list[int]]:
    """The body, and the number of blocks of each unit. ``base``: of relative links, if that is not the page itself."""
    walker = Walker()
    sizes: list[int] = []
    elements = 0
    for unit in units:
        before = len(walker.blocks)
        links = [link for node in unit.nodes if not isinstance(node, str) for link in node.iter("a")]
        for link in links if unit.link_length else ():  # to where they led; those within the page would lead nowhere
            target = fold(link.attrib.pop("href", "#"))
            if not target.startswith("#") and (address := joined(base, target) if base else target):
                link.set("href", address)
        elements += 0 if unit.kind in ("text", "heading") else sum(1 for _ in unit.element.iter())
        if unit.kind == "heading":
            # On one line; emphasis around all of it says nothing.
            text = _ANCHOR.sub("", unit.text) or unit.text
            tag: str = unit.element.tag
            walker.blocks.append(Block(f"{'#' * max(2, int(tag[1]))} {escape_text(text)}", text, tag))
        elif unit.kind == "text" or elements > _MOST_ELEMENTS:
            is_bare = unit.kind != "text" or len(unit.nodes) > _MOST_NODES
            is_bare = is_bare or all(isinstance(node, str) for node in unit.nodes)
            nodes: Sequence[Node] = [unit.text] if is_bare else unit.nodes
            if lines := [line for line in lines_of(run for node in nodes for run in runs_of(node)) if line]:
                walker.add_lines(lines)
        else:
            walker.add_block(unit.element)
        sizes.append(len(walker.blocks) - before)
    return write(walker.blocks), sizes


def _with_credit_lines(units: Sequence[Unit], chosen: Sequence[int]) -> list[int]:
    """The units, with captions apart from pictures as photos, and lines of credit at the photo before them."""
    kept: list[int] = []
    for number in chosen:
        unit = units[number]
        is_line = unit.kind == "text" and len(unit.text) <= 2_000 and not tidying.is_linked(unit)
        if is_line and (name := credit_line(unit.text)) is not None:
            shown = (units[other].figure for other in [*reversed(kept), *chosen])
            unsigned = next((figure for figure in shown if figure is not None and not figure.credit), None)
            if unsigned is not None:
                unsigned.credit, unsigned.credit_raw = name, unit.text
            continue
        kept.append(number)
        found = split_credit(unit.text) if is_line and any(opener in unit.text for opener in CLOSERS) else None
        if found and found.caption and (found.raw or "")[:1] in CLOSERS:
            unit.kind, unit.figure = "photo", Figure((), None, found.caption, found.name, found.raw, found.kind)
    return kept


_MOST_PIECES = 200
_MOST_CHARACTERS = 20_000


def _boilerplate_of(
    units: Iterable[Unit], code: Mapping[str, int], known: tidying.Known, taken: Collection[str | None]
) -> tuple[str, ...]:
    """The omitted pieces, in page order; past a certain length, only how much more there was."""
    pieces: list[str] = []
    size = more = 0
    for unit in units:
        text = unit.text
        if unit.figure is not None:
            text = " ".join(filter(None, (unit.figure.caption, unit.figure.credit_raw)))
        if not text or known.says(text) or known.is_deck(text) or text in taken:
            continue
        if len(pieces) >= _MOST_PIECES or size + len(text) > _MOST_CHARACTERS:
            more += 1
            continue
        pieces.append(text)
        size += len(text)
    if more:
        pieces.append(f"and {more} more")
    if code:
        pieces.append(", ".join(f"{count} {name}{'s' if count > 1 else ''}" for name, count in code.items()))
    return tuple(pieces)


def _take_deck(units: Sequence[Unit], chosen: Sequence[int], known: tidying.Known) -> tuple[Clue | None, list[int]]:
    """The first paragraph, or one above it, if its class or place says that it is a deck; the other units."""
    texts = [number for number in chosen if units[number].kind == "text"][:3]
    if len(texts) < 2:
        return None, list(chosen)
    first = next(number for number in chosen if units[number].kind != "photo")
    for number in (first, *texts[:2]):
        if len(units[number].text) <= tidying.LONGEST_DECK and _is_named_deck(units[number]):
            return Clue(units[number].text, "deck class"), [other for other in chosen if other != number]
    if len(texts) > 2 and _is_under_headline(units, first, chosen, known):
        return Clue(units[first].text, "under the headline"), [other for other in chosen if other != first]
    return None, list(chosen)


def _is_named_deck(unit: Unit) -> bool:
    """``True`` if a unit, or what is around hardly more, is named a deck. Classes of headings do not tell."""
    for element in (unit.within, *islice(unit.within.iterancestors(), 2)):
        keys = ("class", "data-gu-name", "data-testid") if unit.kind == "text" else ()
        if element.get("itemprop") == "description" or any(map(names_deck, filter(None, map(element.get, keys)))):
            return len(fold("".join(element.itertext()))) <= len(unit.text)
    return False


def _is_under_headline(units: Sequence[Unit], number: int, chosen: Sequence[int], known: tidying.Known) -> bool:
    """``True`` for a paragraph directly under the headline or a heading, with the byline between it and the text; also
    for a single line where the paragraphs below are in another box."""
    unit = units[number]
    is_short = 25 <= unit.size <= tidying.LONGEST_LINE_UNDER_HEADLINE
    if unit.kind not in ("text", "heading") or not is_short or tidying.is_linked(unit):
        return False
    before = next((other for other in reversed(units[:number]) if other.kind not in ("left", "photo")), None)
    if before is None or not (before.kind == "heading" or known.says(before.text)):
        return False
    following = [other for other in chosen if other > number and units[other].kind != "photo"][:2]
    between = [other.text for other in units[number + 1 : following[0]] if other.kind != "photo"]
    if any(len(text) <= 300 and begins_with_by(text) for text in between):
        return True
    boxes = {units[other].within.getparent() for other in following}
    return not tidying.is_prose(unit) and len(boxes) == 1 and boxes.isdisjoint(unit.within.iterancestors())


def _take_signature(units: Sequence[Unit], chosen: Sequence[int]) -> tuple[str | None, list[int]]:
    """The name that a text ends with, behind ``By`` or set apart at the right or in italics; and the other units."""
    texts = [number for number in chosen if units[number].kind != "photo"]
    if len(texts) <= _FEWEST_PARAGRAPHS:
        return None, list(chosen)
    last = units[texts[-1]]
    signed = last.text.strip(_BEFORE_NAME).rstrip(")")
    name = without_by(signed)
    is_short = last.kind == "text" and len(last.text) <= _LONGEST_SIGNATURE
    if not (is_short and _reads_as_name(name) and (name != signed or _is_set_apart(last))):
        return None, list(chosen)
    return name, [number for number in chosen if number != texts[-1]]


def _reads_as_name(text: str) -> bool:
    """Two or three words with capitals, initials among them: ``Jane Doe``, ``J. R. Doe``, ``Ирина ПОЛУЯНОВА``."""
    words = text.split()
    if not 2 <= len(words) <= 3 or not all(word[0].isupper() for word in words):
        return False
    are_names = all(_WORD.fullmatch(word) or _INITIAL.fullmatch(word) for word in words)
    return are_names and _INITIAL.fullmatch(words[-1]) is None


def _is_set_apart(unit: Unit) -> bool:
    for element in (unit.within, *islice(unit.within.iterancestors(), 1)):
        is_right = any(map(_TO_THE_RIGHT.search, (element.get("align") or "", element.get("style") or "")))
        if is_right and text_length(element) <= 2 * _LONGEST_SIGNATURE:
            return True
    shown = [node for node in unit.nodes if not isinstance(node, str) or node.strip(_BEFORE_NAME + ").\t\n\r\xa0")]
    return bool(shown) and all(not isinstance(node, str) and _holds_italics(node) for node in shown)


def _holds_italics(element: Element) -> bool:
    text = "".join(element.itertext()).strip()
    return not text or any("".join(part.itertext()).strip() == text for part in element.iter("i", "em", "cite"))
