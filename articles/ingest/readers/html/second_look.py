"""A second reading of a page whose text differs much from that of resiliparse, which uses none of our tables.

The second ignores classes and ids; the reading that is nearer to that of resiliparse counts.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import replace

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from articles.ingest.readers.html.body import Body
from articles.text.scripts import HAN, KANA

_WORD = re.compile(rf"[{HAN}{KANA}]|[^\W{HAN}{KANA}]+")
_RUN = 4
# With fewer runs of words from resiliparse, the text is compared with all long lines of the page.
_FEWEST = 100
# The share of runs that both must have. On pages that are read well, nine tenths or more is usual.
_LEAST_AGREEMENT = 0.3
# A text with so much of the page's prose is not compared.
_MOST_OF_IT = 0.6


def looked_at_twice(body: Body, data: bytes, encoding: str, read_again: Callable[[], Body]) -> Body:
    """The body, or the better of two; doubtful if neither agrees with resiliparse. ``read_again`` uses no names."""
    if body.share >= _MOST_OF_IT:
        return body
    tree = HTMLTree.parse_from_bytes(data, encoding)
    seen, read = _runs([_text(tree, main_content=True)]), _runs(body.texts)
    if is_too_short := len(seen) < max(_FEWEST, len(read) * _LEAST_AGREEMENT):
        seen = _runs([line for line in _text(tree, main_content=False).split("\n") if len(line) > 100])
    if not seen or (agreement := _agreement(seen, read)) >= _LEAST_AGREEMENT:
        return body
    again = read_again()
    if (second := _agreement(seen, _runs(again.texts))) > agreement:
        body, agreement = again, second
    return replace(body, is_doubtful=not is_too_short and agreement < _LEAST_AGREEMENT)


def _text(tree: HTMLTree, *, main_content: bool) -> str:
    return extract_plain_text(tree, main_content=main_content, alt_texts=False, list_bullets=False, comments=False)


def _runs(texts: Collection[str]) -> set[tuple[str, ...]]:
    words = [word for text in texts for word in _WORD.findall(text.lower())]
    return set(zip(*(words[start:] for start in range(_RUN)), strict=False))


def _agreement(seen: set[tuple[str, ...]], read: set[tuple[str, ...]]) -> float:
    """The harmonic mean of the shares of each that the other has too."""
    return 2 * len(seen & read) / (len(seen) + len(read))
