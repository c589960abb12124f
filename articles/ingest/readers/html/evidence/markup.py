"""Statements of HTML itself: language, canonical address, headings, ``time``, ``rel``, and the classes of bylines."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Literal

from lxml import etree

from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.html.boilerplate_elements import seams_to_hyphens
from articles.ingest.readers.html.evidence.clues import Clues, key
from articles.ingest.readers.html.evidence.headlines import SHORTEST_PART, parts_of_title
from articles.ingest.readers.html.evidence.lettering import Line, is_large, shown_headline
from articles.ingest.readers.html.evidence.moments import printed_dates, says_updated
from articles.ingest.readers.html.evidence.region import is_beside
from articles.ingest.readers.html.tree import HEADINGS, Element, folded_text, inline_text
from articles.text.evidence import HTML_LANG
from articles.text.tables import any_of, tables_of

Sign = Literal["published", "updated", "date", "author", "byline", "deck", "heading", "section", "tag", "crumbs"]

_TABLES = tables_of(__file__)
# What classes say, the surest first.
_SIGNS: dict[Sign, re.Pattern[str]] = {
    sign: re.compile(rf"(?<![a-z0-9])(?:{'|'.join(names.split())})(?![a-z0-9])")
    for sign, names in _TABLES["signs"].items()
}
_ANY_SIGN = re.compile(rf"(?<![a-z0-9])(?:{any_of(' '.join(_TABLES['signs'].values()).split())})(?![a-z0-9])")
_NO_SIGN = re.compile(rf"(?<![a-z])(?:{'|'.join(_TABLES['no_sign'].split())})(?![a-z])")
# At most so many marked elements are between two authors of one article.
_NEXT_TO = 5
_MOST_MARKS = 20_000
# At most so many are between the headline and the date of the article.
_NEAR = 60
_LONGEST = {"published": 160, "updated": 160, "date": 160, "author": 120, "byline": 200, "deck": 600, "heading": 300}

_SHOWN_TEXTS = etree.XPath("descendant::text()[not(parent::script or parent::style)]")
_TYPE = frozenset("b big em font i small strong sub sup u".split())
_AUTHOR_PATH = re.compile(r"/(?:authors?|autor(?:en|es|in)?|auteurs?|autor[ei])/[^/?#]+", re.IGNORECASE)

# Elements that old pages show a headline with.
_SHOWING = ("font", "b", "strong", "big", "center", "span", "p", "div", "td", "a")

_SITE_TITLE = re.compile(
    r"(?<![a-z])(?:site|blog)[-_]?(?:title|name|logo)|(?<![a-z])(?:logo|brand)(?![a-z])", re.IGNORECASE
)
_FRONT_PAGE = re.compile(r"(?:https?://[^/]+)?/?(?:index\.\w+)?", re.IGNORECASE)
_HOME = frozenset(_TABLES["home"].split())


@dataclass(frozen=True, slots=True)
class Mark:
    """An element that a page marks as something: ``number`` counts marked elements in page order."""

    sign: Sign
    element: Element
    number: int


@dataclass(slots=True)
class Marks:
    """Marked elements by what they are marked as, in page order. ``start`` is where the page shows its headline,
    ``around`` the elements that contain it; both are set once the headline is known."""

    found: dict[Sign, list[Mark]] = field(default_factory=dict)
    times: list[Mark] = field(default_factory=list)
    links: list[Mark] = field(default_factory=list)
    headings: list[Mark] = field(default_factory=list)
    start: Mark | None = None
    around: Collection[Element] = ()

    def of(self, sign: Sign) -> list[Mark]:
        return self.found.get(sign, [])

    def nearest_first(self, marks: Collection[Mark]) -> list[Mark]:
        """Those after the headline first, then those before it."""
        at = self.start.number if self.start else -1
        return sorted(marks, key=lambda mark: (mark.number < at, abs(mark.number - at)))


def read_marks(root: Element) -> Marks:
    marks = Marks()
    number = 0
    for element in root.iterdescendants("*"):
        tag, classes = element.tag, element.get("class")
        is_link = element.get("rel") is not None or (tag == "a" and "/aut" in element.get("href", "").lower())
        if not (classes or is_link or tag in ("time", "h1", "h2")):
            continue
        if sign := _sign_of(classes) if classes else None:
            marks.found.setdefault(sign, []).append(Mark(sign, element, number))
        if tag == "time":
            marks.times.append(Mark(sign or "date", element, number))
        elif tag in ("h1", "h2"):
            marks.headings.append(Mark("heading", element, number))
        if is_link:
            marks.links.append(Mark(sign or "tag", element, number))
        if (number := number + 1) == _MOST_MARKS:
            break
    return marks


@lru_cache(maxsize=20_000)
def _sign_of(name: str) -> Sign | None:
    spelt_whole = seams_to_hyphens(name[:500])
    for spelt in spelt_whole.split()[:20] if _ANY_SIGN.search(spelt_whole) else ():
        if _ANY_SIGN.search(spelt) and not _NO_SIGN.search(spelt):
            return next(sign for sign, names in _SIGNS.items() if names.search(spelt))
    return None


def add_page(clues: Clues, root: Element) -> None:
    for link in root.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            clues.add("url", link.get("href"), "link canonical")
    for name in ("lang", "xml:lang", "{http://www.w3.org/XML/1998/namespace}lang"):
        clues.add("language", root.get(name), HTML_LANG)


def _is_of_site(heading: Element) -> bool:
    if _SITE_TITLE.search(f"{heading.get('class')} {heading.get('id')}"):
        return True
    links = [*heading.iter("a"), *islice(heading.iterancestors("a"), 1)]
    return len(links) == 1 and _FRONT_PAGE.fullmatch(links[0].get("href") or "") is not None


def add_headings(clues: Clues, marks: Marks) -> None:
    """The titles shown, a single ``h1`` first; that of breadcrumbs gives way to an ``h2`` that the head confirms."""
    shown = [mark for mark in marks.headings if mark.element.tag == "h1" and not _is_of_site(mark.element)]
    around = (element for mark in shown for element in (mark.element, *islice(mark.element.iterancestors(), 2)))
    if any("crumb" in word.lower() for element in around for pair in element.items() for word in pair):
        titles = [clue.value for clue in clues.of("headline") if clue.origin.endswith(("headline", "og:title"))]
        ends = tuple({key(title) for title in titles} - {""})
        others = [mark for mark in marks.headings if key(inline_text(mark.element)).endswith(ends)]
        shown = [mark for mark in others if mark.element.tag == "h2"][:1] or shown
    for mark in shown[:5]:
        clues.add("headline", inline_text(mark.element), "h1" if len(shown) == 1 else "heading h1")
    for mark in marks.of("heading")[:3]:
        text = inline_text(mark.element)
        if len(text) <= _LONGEST["heading"] and mark.element.tag != "h1" and not is_beside(mark.element, ()):
            clues.add("headline", text, "heading class")


def headline_mark(marks: Marks, headline: str, root: Element, lettered: Line | None) -> Mark | None:
    """The element of the headline alone, or that it begins; else the only ``h1``. ``lettered``: see ``add_title``."""
    wanted = key(headline)
    candidates = sorted((*marks.headings, *marks.of("heading")), key=lambda mark: mark.number)
    same = [mark for mark in candidates if key(inline_text(mark.element)) == wanted]
    first = [mark for mark in same or candidates if mark.element.tag == "h1"]
    if same:
        return first[0] if first else max(same, key=lambda mark: mark.number)
    if len(first) == 1:
        return first[0]
    if lettered is not None and key(lettered.text) == wanted:
        # Behind the line, the page goes on after its element, or after a line break in that.
        is_whole = key(inline_text(lettered.element)) == wanted
        end = lettered.element if is_whole else next(lettered.element.iter("br"), lettered.element)
        return Mark("heading", end, -1)
    body = root.find("body")
    shown = _shown(body, {wanted}) if body is not None else None
    return Mark("heading", shown, -1) if shown is not None else None


def add_title(clues: Clues, root: Element, marks: Marks) -> Line | None:
    """``<title>``, after its part that is a line of its own. Returns the line that letters mark as the headline."""
    title = root.find(".//title")
    text = inline_text(title)[: _LONGEST["heading"]] if title is not None else ""
    parts = {key(part): part for part in parts_of_title(text) if len(part) >= SHORTEST_PART}
    body = root.find("body")
    lettered = None
    if body is not None and not marks.of("heading") and not any(map(inline_text, body.iter("h1"))):
        lettered = shown_headline(body, {key(text), *parts} - {""})
    if lettered is not None:
        is_of_title = key(lettered.text) in {key(text), *parts}
        origin = "heading text" if is_of_title else "large type" if is_large(lettered) else "bold type"
        clues.add("headline", lettered.text, origin)
    elif parts and body is not None and (shown := _shown(body, parts.keys())) is not None:
        words = inline_text(shown) if shown.tag in HEADINGS else shown.text or ""
        clues.add("headline", parts[key(words)], "heading text")
    clues.add("headline", text, "title")
    return lettered


def _shown(body: Element, wanted: Collection[str]) -> Element | None:
    for heading in body.iter(*HEADINGS):
        if key(inline_text(heading)) in wanted and not _is_of_site(heading):
            return heading
    for element in body.iter(*_SHOWING):
        text: str | None = element.text
        if text is not None and 2 < len(text) < 1_000 and key(text) in wanted and not _is_of_site(element):
            return element
    return None


def add_times(clues: Clues, marks: Marks) -> None:
    dates = (*marks.of("date"), *marks.of("published"), *marks.of("updated"), *marks.times)
    for mark in marks.nearest_first({mark.element: mark for mark in dates}.values()):
        # A date far down that is not marked as the article's own is one that the text tells of.
        is_near = marks.start is None or mark.sign != "date" or abs(mark.number - marks.start.number) <= _NEAR
        if is_near and not is_beside(mark.element, marks.around):
            _add_time(clues, mark)


def _add_time(clues: Clues, mark: Mark) -> None:
    element = mark.element
    origin = "time" if element.tag == "time" else "date class"
    is_updated = mark.sign == "updated" and "published" not in (element.get("class") or "").lower()
    if value := element.get("datetime") or (element.get("title") if element.tag == "abbr" else None):
        before, parent = element.getprevious(), element.getparent()
        text = before.tail or inline_text(before) if before is not None else parent.text if parent is not None else ""
        is_updated = is_updated or says_updated(f"{(text or '')[-40:]} {(element.text or '')[:20]}")
        clues.add("updated" if is_updated else "published", value, origin)
    elif next(element.iter("time"), None) is None and len(text := folded_text(element)) <= _LONGEST["date"]:
        for role, iso in printed_dates(text, "updated" if is_updated else "published"):
            clues.add(role, iso, origin, printed=text)


def add_people(clues: Clues, marks: Marks) -> None:
    links = [
        mark for mark in marks.links if _relates(mark, "author") or _AUTHOR_PATH.search(mark.element.get("href") or "")
    ]
    places: tuple[tuple[str, list[Mark], int], ...] = (
        ("rel=author", links, _LONGEST["author"]),
        ("author class", marks.of("author"), _LONGEST["author"]),
        ("byline class", marks.of("byline"), _LONGEST["byline"]),
    )
    for origin, found, longest in places:
        last: int | None = None
        for mark in marks.nearest_first(found):
            text = _in_pieces(mark.element)
            around = mark.element.getparent()
            if not text or len(text) > longest or around is None or is_beside(around, marks.around):
                continue
            # Authors of one article are next to each other; one further away is of another.
            if last is not None and abs(mark.number - last) > (_NEXT_TO if origin != "byline class" else 0):
                break
            last = mark.number
            clues.add("author", text, origin)


def _in_pieces(element: Element) -> str:
    """The text of a byline, with a bar between links, lines, and elements that are more than a change of type."""
    pieces: list[str] = []
    last = element
    for text in _SHOWN_TEXTS(element):
        around = text.getparent()
        is_after_break = text.is_tail and around.tag == "br"
        if text.is_tail:
            around = around.getparent()
        while around.tag in _TYPE and around is not element:
            around = around.getparent()
        if text.strip():
            pieces += [" | "] if pieces and (around is not last or is_after_break) else []
            last = around
        pieces.append(text)
    return fold("".join(pieces))


def add_subjects(clues: Clues, marks: Marks) -> None:
    for mark in marks.links:
        is_section = _relates(mark, "category")
        is_one = mark.element.tag == "a" and (is_section or _relates(mark, "tag"))
        if is_one and not is_beside(mark.element, marks.around):
            clues.add("section" if is_section else "tag", inline_text(mark.element), "rel=tag")
    for mark in marks.of("tag")[:20]:
        if not is_beside(mark.element, marks.around):
            for link in [mark.element] if mark.element.tag == "a" else islice(mark.element.iter("a"), 30):
                clues.add("tag", inline_text(link), "tag class")
    for mark in marks.of("crumbs")[:1]:
        names = [inline_text(link) for link in islice(mark.element.iter("a"), 10)]
        for name in [name for name in names if key(name) not in _HOME][-1:]:
            clues.add("section", name, "breadcrumb")


def _relates(mark: Mark, relation: str) -> bool:
    return relation in (mark.element.get("rel") or "").lower().split()


def decks(marks: Marks) -> Iterator[str]:
    """Lines marked as the deck, and under the headline."""
    start = marks.start
    for mark in marks.of("deck"):
        is_below = start is not None and 0 < mark.number - start.number <= _NEAR
        if not is_below or is_beside(mark.element, marks.around):
            continue
        text = inline_text(mark.element)
        is_about_dates = len(text) <= _LONGEST["date"] and (says_updated(text) or next(printed_dates(text), None))
        if SHORTEST_PART <= len(text) <= _LONGEST["deck"] and not is_about_dates:
            yield text
