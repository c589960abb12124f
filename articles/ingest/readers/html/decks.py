"""Lines at the edges of a text that are none of it: the deck under the headline, and the name that signs it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.html.boilerplate import seams_to_hyphens
from articles.ingest.readers.html.evidence.clues import Clue
from articles.ingest.readers.html.evidence.people import begins_with_by
from articles.ingest.readers.html.tidying import LONGEST_DECK, LONGEST_LINE_UNDER_HEADLINE, Known, is_linked
from articles.ingest.readers.html.tree import Element, text_length
from articles.ingest.readers.html.units import Unit

_SHORTEST_DECK = 25
_LONGEST_BYLINE = 300
_DECK_WORDS = re.compile(
    r"(?<![a-z])(?:decks?|dek|stand-?first|sub-?(?:title|headline|head|heading|line)|vorspann|anriss|chapo|chapeau|entradilla|"
    r"bajada|sumario|sottotitolo|sommario|manchet|perex|ingress)(?![a-z])"
)


def take_deck(
    units: Sequence[Unit], chosen: Sequence[int], left: Mapping[Element, str], known: Known
) -> tuple[Clue | None, list[int]]:
    """The deck and where it was found, and the other units.

    The first paragraph is one, or one above it, if its class says so, or if the byline is between it and the text.
    ``left``: the text of what was taken out, by its mark.
    """
    texts = [number for number in chosen if units[number].kind == "text"][:3]
    if len(texts) < 2:
        return None, list(chosen)
    for number in texts[:2]:
        if len(units[number].text) <= LONGEST_DECK and _is_named(units[number], _DECK_WORDS):
            return Clue(units[number].text, "deck class"), [other for other in chosen if other != number]
    first = next(number for number in chosen if units[number].kind != "photo")
    if len(texts) > 2 and _stands_above_byline(units, first, chosen, left, known):
        return Clue(units[first].text, "above the byline"), [other for other in chosen if other != first]
    return None, list(chosen)


def _is_named(unit: Unit, words: re.Pattern[str]) -> bool:
    """``True`` if a unit, or an element around hardly more than it, has one of the words in its class."""
    around = unit.within.getparent()
    elements = [unit.within] if around is None else [unit.within, around]
    above = around.getparent() if around is not None else None
    if above is not None and len(fold("".join(above.itertext()))) <= len(unit.text):
        elements.append(above)
    names = [element.get(key) for element in elements for key in ("class", "data-gu-name", "data-testid")]
    return any(name and words.search(seams_to_hyphens(name)) for name in names)


def _stands_above_byline(
    units: Sequence[Unit], number: int, chosen: Sequence[int], left: Mapping[Element, str], known: Known
) -> bool:
    """``True`` for a paragraph directly under the headline or a heading, with the byline between it and the text."""
    unit = units[number]
    is_short = _SHORTEST_DECK <= unit.size <= LONGEST_LINE_UNDER_HEADLINE
    if unit.kind not in ("text", "heading") or not is_short or is_linked(unit):
        return False
    before = next((other for other in reversed(units[:number]) if other.kind not in ("left", "photo")), None)
    if before is None or not (before.kind == "heading" or known.says(before.text)):
        return False
    following = next((other for other in chosen if other > number and units[other].kind != "photo"), number)
    between = units[number + 1 : following]
    said = (left.get(other.mark, "") if other.mark is not None else other.text for other in between)
    return any(len(text) <= _LONGEST_BYLINE and begins_with_by(text) for text in said)


_LONGEST = 60
# Fewer paragraphs above it are no text that somebody would sign.
_FEWEST_PARAGRAPHS = 3
_ITALIC = ("i", "em", "cite")
_BEFORE_NAME = "–—-―(/ "
_INITIAL = re.compile(r"(?:[^\W\d_]\.-?){1,3}")
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")


def take_signature(units: Sequence[Unit], chosen: Sequence[int]) -> tuple[str | None, list[int]]:
    """The name that a text ends with, and the other units.

    A name alone could be anything. It signs if it is set apart as signatures are: at the right, or in italics.
    """
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
    around = [unit.within, *(above for _, above in zip(range(1), unit.within.iterancestors(), strict=False))]
    is_right = any(
        (element.get("align") or "").lower() == "right" for element in around if text_length(element) <= 2 * _LONGEST
    )
    shown = [
        node for node in unit.nodes if not (isinstance(node, str) and not node.strip(_BEFORE_NAME + ").\t\n\r\xa0"))
    ]
    return is_right or (bool(shown) and all(not isinstance(node, str) and _holds_italics(node) for node in shown))


def _holds_italics(element: Element) -> bool:
    text = "".join(element.itertext()).strip()
    return not text or any("".join(part.itertext()).strip() == text for part in element.iter(*_ITALIC))
