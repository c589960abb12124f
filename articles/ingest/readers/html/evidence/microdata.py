"""Microdata and RDFa in the terms of schema.org, and the classes of hAtom and h-entry: data within the text itself."""

from collections.abc import Iterator

from lxml import etree

from articles.ingest.readers.html.evidence.clues import Clues, Field
from articles.ingest.readers.html.evidence.json_ld import ARTICLE_TYPES
from articles.ingest.readers.html.tree import Element, inline_text

_SCOPES = etree.XPath("descendant-or-self::*/@itemtype/.. | descendant-or-self::*/@typeof/..")
_PROPERTIES = etree.XPath("descendant::*[@itemprop or @property]")
_LOOSE = etree.XPath("descendant::*/@itemprop/..")

_FIELDS: dict[str, Field] = {
    "headline": "headline", "name": "headline", "description": "deck", "alternativeHeadline": "deck",
    "author": "author", "creator": "author", "datePublished": "published", "dateCreated": "published",
    "dateModified": "updated", "publisher": "source", "sourceOrganization": "source", "articleSection": "section",
    "keywords": "tag", "inLanguage": "language", "url": "url", "mainEntityOfPage": "url", "dateline": "dateline",
}  # fmt: skip
# Fields whose property is said at most once in earnest; the first of each name counts.
_NAMES = frozenset({"author", "creator", "publisher", "sourceOrganization"})
_MOST = 3_000
LISTS, ITEM = frozenset({"CollectionPage", "SearchResultsPage"}), "ItemPage"


def add_microdata(clues: Clues, root: Element) -> None:
    """Note the properties of the page's article; without one, those that belong to no item are taken for it."""
    items = _SCOPES(root)[:_MOST]
    article = next((scope for scope in items if _types(scope) & ARTICLE_TYPES and _says_more_than_a_link(scope)), None)
    if article is not None:
        for element in _PROPERTIES(article)[:_MOST]:
            if _owner(element, article) is article:
                names = (element.get("itemprop") or element.get("property") or "").split()
                _note(clues, element, [name.rpartition(":")[2].rpartition("/")[2] for name in names])
    else:
        for element in _LOOSE(root)[:_MOST]:
            if _owner(element) is None and (element.tag != "meta" or not element.get("property")):
                _note(clues, element, (element.get("itemprop") or "").split())


def _types(scope: Element) -> frozenset[str]:
    types = f"{scope.get('itemtype') or ''} {scope.get('typeof') or ''}"
    return frozenset(name.rstrip("/").rpartition("/")[2].rpartition(":")[2] for name in types.split())


def page_types(root: Element) -> frozenset[str]:
    """The types of lists and items among those of the whole page; of others, systems write the same on every page."""
    body = root.find("body")
    return (LISTS | {ITEM}) & (_types(root) | (_types(body) if body is not None else frozenset()))


def _says_more_than_a_link(scope: Element) -> bool:
    """``True`` for an article rather than its teaser: it has a text, or more than one property."""
    return scope.tag in ("html", "body", "main") or len(inline_text(scope)) > 400 or len(_PROPERTIES(scope)) > 3


def _owner(element: Element, article: Element | None = None) -> Element | None:
    for outer in element.iterancestors():
        if outer is article or outer.get("itemscope") is not None or outer.get("typeof") is not None:
            return outer
    return None


def _note(clues: Clues, element: Element, names: list[str]) -> None:
    for name in names:
        if (about := _FIELDS.get(name)) is None:
            continue
        for value in _names_in(element) if name in _NAMES else [_value(element)]:
            clues.add(about, value, f"microdata {name}")
            if about == "source":
                clues.add("site", value, f"microdata {name}")


def _value(element: Element) -> str | None:
    """The value of a property, as the standard of microdata reads it."""
    for attribute in ("content", "datetime", "href", "src"):
        value: str | None = element.get(attribute)
        if value and (attribute not in ("href", "src") or element.tag in ("a", "link", "img")):
            if attribute == "href" and (element.get("itemprop") or "") not in ("url", "mainEntityOfPage"):
                continue
            return value
    if element.tag == "meta":
        return None
    return inline_text(element)


def _names_in(element: Element) -> Iterator[str | None]:
    if element.get("itemscope") is None and element.get("typeof") is None:
        yield _value(element)
        return
    parts = _PROPERTIES(element)
    if inner := [part for part in parts if (part.get("itemprop") or part.get("property") or "").endswith("name")]:
        yield from (_value(part) for part in inner if _owner(part, element) is element)
    elif element.get("content") or element.tag != "meta":
        yield _value(element)
