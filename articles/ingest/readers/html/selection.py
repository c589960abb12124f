"""Which units of a page are the text of its article."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from articles.ingest.readers.html.boilerplate_elements import names_body
from articles.ingest.readers.html.tree import Element
from articles.ingest.readers.html.units import Unit

_SENTENCE_END = re.compile(r"[.!?…。！？؟।:：][\"”’'»」』)）\]]*$")


def bonus(element: Element) -> float:
    """Weight of an element that declares itself the article body."""
    if "articleBody" in (element.get("itemprop") or "") or element.get("data-gu-name") == "body":
        return 1.5
    found = 1.0
    if any((name := element.get(key)) and names_body(name) for key in ("class", "id", "data-component", "data-testid")):
        found = 1.25
    if element.tag == "article" or element.get("role") == "article":
        found *= 1.1
    elif element.tag == "main" or element.get("role") == "main":
        found *= 1.05
    return found


def weight(unit: Unit) -> float:
    """How much a unit speaks for being in the article's text; below 0, against it."""
    if unit.kind == "left":
        return 0.0
    size, linked = unit.size, unit.link_length / max(1, len(unit.text))
    if unit.kind == "heading":
        return -5.0 if linked > 0.5 else 3.0
    if linked > 0.6:
        return -min(size, 400) * 0.5
    prose = size * (1 - linked)
    if unit.kind == "text" and size < 45 and not _SENTENCE_END.search(unit.text):
        return -4.0
    if unit.kind == "list":
        return prose * (0.6 if linked < 0.3 else 0.1)
    return prose if size >= 25 else 0.0


def main_element(units: Sequence[Unit], body: Element, headlines: Sequence[Element] = ()) -> Element:
    """The element that holds the article's text, and as little else as can be.

    ``headlines`` are the elements that show the headline: where an article around one of them says of itself that it is
    one, the text is in there.
    """
    above: dict[Element, tuple[Element, ...]] = {}
    sums: dict[Element, float] = defaultdict(float)
    depths: dict[Element, int] = {}
    for unit in units:
        if not (worth := weight(unit)):
            continue
        if unit.within not in above:
            above[unit.within] = path_to(unit.within, body)
            depths.update((element, depth) for depth, element in enumerate(reversed(above[unit.within])))
        for element in above[unit.within]:
            sums[element] += worth
    if not sums:
        return body
    best = max(sums, key=lambda element: (sums[element] * bonus(element), depths[element]))
    around = _article_around(headlines, sums, sums[best])
    if around is not None and around is not best and best in set(around.iterancestors()):
        within = [element for element in around.iter() if element in sums]
        best = max(within, key=lambda element: (sums[element] * bonus(element), depths[element]), default=around)
    if sums[best] < _SMALL_SUM:
        best = next((above for above in path_to(best, body) if bonus(above) >= _NAMED_BONUS), best)
    # What follows the part with nearly all of the text is hardly of the article, what precedes it is examined
    # separately. Of a table that lays out a page in columns, the one with the text counts.
    best = _narrowed(best, sums, _NARROW_SHARE, lambda element: (part for part in element if part.tag not in _NO_PARTS))
    return _narrowed(best, sums, _COLUMN_SHARE, lambda element: element.iterdescendants("td"))


def _narrowed(
    element: Element, sums: Mapping[Element, float], share: float, parts_of: Callable[[Element], Iterable[Element]]
) -> Element:
    """The innermost part of an element with that share of its text."""
    while True:
        parts = [part for part in parts_of(element) if part in sums]
        best = max(parts, key=lambda part: sums[part], default=None)
        if best is None or sums[best] < share * sums[element]:
            return element
        element = best


_NO_PARTS = frozenset({"p", "ul", "ol", "li", "table", "tbody", "tr", "blockquote", "pre"})
_NARROW_SHARE, _COLUMN_SHARE, _OWN_SHARE = 0.9, 0.6, 0.35
# Of a short text, the element around it that says that it holds the article is taken, whatever else is in there.
_SMALL_SUM, _NAMED_BONUS = 400, 1.25
_ARTICLE_NAMES = re.compile(r"(?:^|\s)(?:hentry|post|type-post|h-entry|single-post|article|entry)(?:\s|$)")


def _article_around(headlines: Sequence[Element], sums: Mapping[Element, float], most: float) -> Element | None:
    for headline in headlines:
        for above in headline.iterancestors():
            is_marked = above.tag == "article" or "Article" in (above.get("itemtype") or "")
            is_article = is_marked or _ARTICLE_NAMES.search(above.get("class") or "")
            if is_article and sums.get(above, 0) >= _OWN_SHARE * most:
                return above if above.tag != "body" else None
    return None


def path_to(element: Element, body: Element) -> tuple[Element, ...]:
    """An element and those around it, up to ``body``."""
    path = [element]
    while element is not body and (parent := element.getparent()) is not None:
        path.append(parent)
        element = parent
    return tuple(path)
