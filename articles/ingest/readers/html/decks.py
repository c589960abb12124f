"""Lines at the edges of a text that are none of it: the deck under the headline, and the name that signs it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.html.boilerplate import seams_to_hyphens
from articles.ingest.readers.html.evidence.clues import Clue
from articles.ingest.readers.html.evidence.people import begins_with_by
from articles.ingest.readers.html.tidying import LONGEST_DECK, LONGEST_LINE_UNDER_HEADLINE, Known, is_linked
from articles.ingest.readers.html.tree import Element, text_length
from articles.ingest.readers.html.units import Unit

_DECK_WORDS = re.compile(
    r"(?<![a-z])(?:decks?|dek|stand-?first|sub-?(?:title|headline|head|heading|line)|vorspann|anriss|chapo|chapeau|entradilla|"
    r"bajada|sumario|sottotitolo|sommario|manchet|perex|ingress)(?![a-z])"
)


def take_deck(units: Sequence[Unit], chosen: Sequence[int], known: Known) -> tuple[Clue | None, list[int]]:
    """The deck and where it was found, and the other units.

    The first paragraph is one, or one above it, if its class says so, or if the byline is between it and the text.
    """
    texts = [number for number in chosen if units[number].kind == "text"][:3]
    if len(texts) < 2:
        return None, list(chosen)
    for number in texts[:2]:
        if len(units[number].text) <= LONGEST_DECK and _is_named_deck(units[number]):
            return Clue(units[number].text, "deck class"), [other for other in chosen if other != number]
    first = next(number for number in chosen if units[number].kind != "photo")
    if len(texts) > 2 and _stands_above_byline(units, first, chosen, known):
        return Clue(units[first].text, "above the byline"), [other for other in chosen if other != first]
    return None, list(chosen)


def _is_named_deck(unit: Unit) -> bool:
    """``True`` if the class of a unit, or of an element around hardly more than it, calls it a deck."""
    elements = [unit.within, *islice(unit.within.iterancestors(), 2)]
    if len(elements) > 2 and len(fold("".join(elements[2].itertext()))) > len(unit.text):
        elements.pop()
    names = [element.get(key) for element in elements for key in ("class", "data-gu-name", "data-testid")]
    return any(name and _DECK_WORDS.search(seams_to_hyphens(name)) for name in names)


def _stands_above_byline(units: Sequence[Unit], number: int, chosen: Sequence[int], known: Known) -> bool:
    """``True`` for a paragraph directly under the headline or a heading, with the byline between it and the text."""
    unit = units[number]
    is_short = 25 <= unit.size <= LONGEST_LINE_UNDER_HEADLINE
    if unit.kind not in ("text", "heading") or not is_short or is_linked(unit):
        return False
    before = next((other for other in reversed(units[:number]) if other.kind not in ("left", "photo")), None)
    if before is None or not (before.kind == "heading" or known.says(before.text)):
        return False
    following = next((other for other in chosen if other > number and units[other].kind != "photo"), number)
    between = [other.text for other in units[number + 1 : following] if other.kind != "photo"]
    return any(len(text) <= 300 and begins_with_by(text) for text in between)


_LONGEST = 60
# Fewer paragraphs above it are no text that somebody would sign.
_FEWEST_PARAGRAPHS = 3
_BEFORE_NAME = "–—-―(/ "
_INITIAL = re.compile(r"(?:[^\W\d_]\.-?){1,3}")
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")


def take_signature(units: Sequence[Unit], chosen: Sequence[int]) -> tuple[str | None, list[int]]:
    """The name that a text ends with, if it is set apart at the right or in italics, and the other units."""
    texts = [number for number in chosen if units[number].kind != "photo"]
    if len(texts) <= _FEWEST_PARAGRAPHS:
        return None, list(chosen)
    last = units[texts[-1]]
    name = last.text.strip(_BEFORE_NAME).rstrip(")")
    if last.kind != "text" or len(last.text) > _LONGEST or not (_reads_as_name(name) and _is_set_apart(last)):
        return None, list(chosen)
    return name, [number for number in chosen if number != texts[-1]]


def _reads_as_name(text: str) -> bool:
    """Two or three words with capitals, initials among them: ``Jane Doe``, ``J. R. Doe``, ``Ирина ПОЛУЯНОВА``."""
    words = text.split()
    if not 2 <= len(words) <= 3 or not all(word[0].isupper() for word in words):
        return False
    return _INITIAL.fullmatch(words[-1]) is None and all(
        _WORD.fullmatch(word) or _INITIAL.fullmatch(word) for word in words
    )


def _is_set_apart(unit: Unit) -> bool:
    for element in (unit.within, *islice(unit.within.iterancestors(), 1)):
        if (element.get("align") or "").lower() == "right" and text_length(element) <= 2 * _LONGEST:
            return True
    shown = [node for node in unit.nodes if not isinstance(node, str) or node.strip(_BEFORE_NAME + ").\t\n\r\xa0")]
    return bool(shown) and all(not isinstance(node, str) and _holds_italics(node) for node in shown)


def _holds_italics(element: Element) -> bool:
    text = "".join(element.itertext()).strip()
    return not text or any("".join(part.itertext()).strip() == text for part in element.iter("i", "em", "cite"))
