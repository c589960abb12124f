"""A second look at a page whose text comes out far from what another, simpler reader sees in it.

The witness is resiliparse, which knows nothing of our tables. Where both differ absurdly, the page is read again
without asking what its classes and ids say of its parts, and of the two readings the one nearer to the witness counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from articles.ingest.readers.html.body import Body
from articles.text.scripts import HAN, KANA

_WORD = re.compile(rf"[{HAN}{KANA}]|[^\W{HAN}{KANA}]+")
_RUN = 4
# A witness who says less, in runs of words, tells nothing: then all long lines of the page are what the text could be.
_FEWEST = 100
_LONG_LINE = 100
# Of what both say together, what both must say. On pages that are read well, nine tenths or more is usual.
_ABSURD = 0.3
# With so much of the page's prose in it, a text needs no witness.
_MOST_OF_IT = 0.6


def looked_at_twice(body: Body, data: bytes, encoding: str, read_again: Callable[[], Body]) -> Body:
    """The body, or the better of two, with ``is_doubtful`` if neither agrees with the witness.

    ``read_again`` reads the page without the names of its parts.
    """
    if body.share >= _MOST_OF_IT:
        return body
    tree = HTMLTree.parse_from_bytes(data, encoding)
    seen, read = _runs([_text(tree, main_content=True)]), _runs(body.texts)
    if is_silent := len(seen) < max(_FEWEST, len(read) * _ABSURD):
        seen = _runs([line for line in _text(tree, main_content=False).split("\n") if len(line) > _LONG_LINE])
    if not seen or (agreement := _agreement(seen, read)) >= _ABSURD:
        return body
    again = read_again()
    if (second := _agreement(seen, _runs(again.texts))) > agreement:
        body, agreement = again, second
    return replace(body, is_doubtful=not is_silent and agreement < _ABSURD)


def _text(tree: HTMLTree, *, main_content: bool) -> str:
    return extract_plain_text(tree, main_content=main_content, alt_texts=False, list_bullets=False, comments=False)


def _runs(texts: Collection[str]) -> set[tuple[str, ...]]:
    words = [word for text in texts for word in _WORD.findall(text.lower())]
    return set(zip(*(words[start:] for start in range(_RUN)), strict=False))


def _agreement(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> float:
    """The harmonic mean of the shares of each that the other has too."""
    return 2 * len(one & other) / (len(one) + len(other))
