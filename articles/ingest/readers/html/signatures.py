"""A name under a text that signs it: ``<div align=right><i>Jane DOE</i></div>``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from articles.ingest.readers.html.tree import Element
from articles.ingest.readers.html.units import Node, Unit

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
    is_right = any((element.get("align") or "").lower() == "right" for element in around if _says_little(element))
    return is_right or _is_italic(unit.nodes)


def _says_little(element: Element) -> bool:
    return len("".join(element.itertext())) <= 2 * _LONGEST


def _is_italic(nodes: Sequence[Node]) -> bool:
    """Whether all that a line holds is in italics."""
    shown = [node for node in nodes if not (isinstance(node, str) and not node.strip(_BEFORE_NAME + ").\t\n\r\xa0"))]
    return bool(shown) and all(not isinstance(node, str) and _holds_italics(node) for node in shown)


def _holds_italics(element: Element) -> bool:
    text = "".join(element.itertext()).strip()
    return not text or any("".join(part.itertext()).strip() == text for part in element.iter(*_ITALIC))
