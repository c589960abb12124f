"""The part of a page where it says who wrote an article, and when: the lines around its headline."""

import re
from collections.abc import Collection, Iterator
from itertools import chain

from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.html.boilerplate_elements import Kind
from articles.ingest.readers.html.cleaning import kind_of
from articles.ingest.readers.html.tree import BLOCK_TAGS, Element

_SKIPPED = frozenset(
    """script style noscript template iframe svg form nav select button textarea aside footer head object figure
    title""".split()
)
_ABOUT_ARTICLE = re.compile(
    r"(?<![a-z])(?:entry|post|article|story|content|node|item)[-_]{0,2}(?:footer|foot|meta|header|head|info|tools?|utility)(?![a-z])",
    re.IGNORECASE,
)
# After so many long lines the text of the article has begun.
_MOST_PROSE = 2


def is_beside(element: Element, around: Collection[Element]) -> bool:
    """``True`` for comments, menus or boxes beside the article. ``around``: the elements around the headline."""
    for at in chain([element], element.iterancestors()):
        if at in around or at.tag in ("body", "html", "article", "main"):
            return False
        if _is_boilerplate(at):
            return True
    return False


def _is_boilerplate(element: Element) -> bool:
    kind = kind_of(element)
    if kind is not Kind.BOILERPLATE:
        return kind is Kind.COMMENTS
    name = element.get("class") or element.get("id") or ""
    # The head and the foot of an article say who wrote it, and when.
    is_of_article = element.tag == "header" or (element.tag == "footer" and not name)
    if is_of_article and next(element.iterancestors("article"), None) is not None:
        return False
    return _ABOUT_ARTICLE.search(name) is None


def lines_after(start: Element) -> Iterator[str]:
    """The lines of the page behind an element, folded, until the text of the article has begun."""
    words: list[str] = []
    prose = lines = 0
    for piece in _pieces_after(start):
        if piece is not None:
            words.append(piece)
            continue
        line = fold("".join(words))
        words.clear()
        if not line:
            continue
        yield line
        prose += len(line) > 200
        lines += 1
        if prose >= _MOST_PROSE or lines >= 40:
            return
    if line := fold("".join(words)):
        yield line


def _pieces_after(start: Element) -> Iterator[str | None]:
    """Texts in page order; ``None`` is the end of a line."""
    node: Element | None = start
    for _ in range(1_500):
        if node is None or node.tag in ("body", "html"):
            return
        yield None if node.tag in BLOCK_TAGS or node.tag == "br" else " "
        if node.tail:
            yield node.tail
        following = node.getnext()
        if following is None:
            node = node.getparent()
            continue
        node = following
        # Down to the first element that has no children, or is skipped.
        while isinstance(node.tag, str) and node.tag not in _SKIPPED:
            yield None if node.tag in BLOCK_TAGS else " "
            if node.text:
                yield node.text
            if not len(node):
                break
            node = node[0]
