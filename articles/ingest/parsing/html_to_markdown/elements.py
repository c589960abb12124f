"""The elements of HTML, XHTML and NITF in one table, since no name means different things in two of them.

Trees must have no comments, instructions or unresolved entities.
"""

from collections.abc import Collection
from typing import TypeAlias

from lxml import etree

from articles.ingest.parsing.whitespace import fold
from articles.text.tables import tables_of

Element: TypeAlias = etree._Element

HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "hl1": 2, "hl2": 2}
LISTS = frozenset({"ul", "ol", "menu", "dir"})
QUOTATIONS = frozenset({"blockquote", "bq"})
PREFORMATTED = frozenset({"pre", "xmp"})
PICTURES = frozenset({"img", "picture", "figure", "media", "video"})
_TABLES = tables_of(__file__)
BLOCKS = frozenset((*HEADINGS, *LISTS, *QUOTATIONS, *PREFORMATTED, *PICTURES, *_TABLES["blocks"]))
BREAKING = BLOCKS | frozenset("br td th tr caption figcaption media-caption media-producer media-reference".split())

SILENT = frozenset(_TABLES["silent"])  # elements without text of an article
# Silent elements that are noted with their addresses.
NOTED = frozenset({"iframe", "object", "embed", "audio"})

MARKS: dict[str, str] = {name: mark for mark, names in _TABLES["marks"].items() for name in names}


def name_of(element: Element) -> str:
    """The local name, lower case."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def add_text(parent: Element, before: Element | None, text: str | None) -> None:
    """Add a text behind ``before``, or at the beginning of its parent."""
    if before is not None:
        before.tail = (before.tail or "") + (text or "")
    else:
        parent.text = (parent.text or "") + (text or "")


def classes_of(element: Element) -> frozenset[str]:
    return frozenset((element.get("class") or "").lower().split())


def become_link(element: Element, address: str, words: str) -> None:
    """In place of an element’s content."""
    element.clear(keep_tail=True)
    etree.SubElement(element, "a", href=address).text = words


def all_named(element: Element, *names: str) -> list[Element]:
    return [part for part in element.iterdescendants() if name_of(part) in names]


def text_of(element: Element, left_out: Collection[Element] = ()) -> str:
    """The folded text of an element, with blocks separated, without silent elements and those ``left_out``."""
    return fold(raw_text_of(element, left_out))


def raw_text_of(element: Element, left_out: Collection[Element]) -> str:
    texts: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, part in walk:
        gap = " " if name_of(part) in BREAKING else ""
        if event == "start":
            if part in left_out or (name_of(part) in SILENT and part is not element):
                walk.skip_subtree()
            else:
                texts.append(gap + (part.text or ""))
        elif part is not element:
            texts.append(gap + (part.tail or ""))
    return "".join(texts)
