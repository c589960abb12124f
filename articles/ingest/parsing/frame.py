"""What all files of a site share, and no article has."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from articles.text.keys import bare

DEEPEST = 60  # lines from the beginning or end of a page
_LONGEST_FOREIGN = 140  # a longer line that is not the frame's is text of the article
_MOST_FOREIGN = 5  # such lines between two of the frame


@dataclass(frozen=True, slots=True)
class Frame:
    """What the web pages of a site share, and no article has: ``titles``, parts of their titles; whole lines ``above``
    and ``below`` their own. ``is_said``: by the operator, or learned; not only the name of the site.
    """

    titles: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    is_said: bool = False


def in_frame(texts: Iterable[str], frame: Iterable[str]) -> Iterator[int]:
    """The numbers of those texts, from an edge of a page, that are of its frame; none behind text of the article."""
    left, foreign = Counter(map(bare, frame)), 0
    for number, text in zip(range(DEEPEST), texts, strict=False):
        if left[words := bare(text)] > 0:
            left[words] -= 1
            foreign = 0
            yield number
        elif len(text) > _LONGEST_FOREIGN or (foreign := foreign + 1) > _MOST_FOREIGN:
            return
