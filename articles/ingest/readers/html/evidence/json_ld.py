"""JSON-LD in the terms of schema.org: which of its nodes is the article of the page, and what it says."""

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from articles.ingest.readers.html.evidence.clues import Clues, Field, ImageRecord, key, plain
from articles.ingest.readers.html.tree import Element
from articles.text.paths import parts_of
from articles.text.tables import tables_of

_DECODER = json.JSONDecoder(strict=False)
_OPENING = re.compile(r"\s*(?:/\*+|//)?\s*(?:<!--|<!\[CDATA\[)\s*(?:\*/)?")
_CLOSING = re.compile(r"(?:/\*|//)?\s*(?:-->|\]\]>)\s*(?:\*/)?\s*$")
# What closes a comment is looked for this near the end.
_CLOSING_LENGTH = 40
_BETWEEN = re.compile(r"[\s;,]*")
# A text of JSON, or what may be wrong between two of them.
_TEXT_OR_FAULT = re.compile(
    r'(?P<text>"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z))|,(?=\s*+[}\]])|/\*.*?(?:\*/|\Z)|(?<![:\w])//[^\n]*', re.DOTALL
)
_ESCAPE = re.compile(r'\\(?:(?P<good>["\\/bfnrt]|u[0-9a-fA-F]{4})|(?P<bad>.?))', re.DOTALL)


def load_all(text: str) -> list[object]:
    """The values that a text holds one after another; what cannot be read, even when corrected, is left out."""
    text = text.strip().removesuffix(";")
    for _ in range(2):
        opening = _OPENING.match(text)
        text = text[opening.end() :] if opening else text
        text = text[:-_CLOSING_LENGTH] + _CLOSING.sub("", text[-_CLOSING_LENGTH:])
        text = text.strip("\ufeff \t\r\n")
    if re.match(r"[\[{]\s*&(?:quot|#34);", text):
        text = html.unescape(text)
    return _one_by_one(text) or _one_by_one(_TEXT_OR_FAULT.sub(_mended, text))


def _one_by_one(text: str) -> list[object]:
    found: list[object] = []
    at = 0
    while at < len(text):
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return found
        if not isinstance(value, (dict, list)):
            return found
        found.append(value)
        gap = _BETWEEN.match(text, at)
        at = gap.end() if gap else at
    return found


def _mended(match: re.Match[str]) -> str:
    return _ESCAPE.sub(lambda escape: escape[0] if escape["good"] else escape["bad"], match["text"] or "")


Node: TypeAlias = dict[str, Any]

_TABLES = tables_of(__file__)
_ARTICLES: list[str] = _TABLES["articles"]
ARTICLE_TYPES = frozenset(" ".join(_ARTICLES[:3]).split())
_RANKS = {name: rank for rank, names in enumerate(_ARTICLES) for name in names.split()}
_SITES = frozenset(_TABLES["sites"].split())
# Properties whose values are other works than the one that has them.
_OTHERS = frozenset(_TABLES["others"].split())
# With so many articles of one kind in it, a page may still be that of the first.
_MOST_ALIKE = 3


@dataclass(slots=True)
class Linked:
    """The nodes of a page: of articles only those that may be its own, and their types."""

    articles: list[Node] = field(default_factory=list)
    sites: list[Node] = field(default_factory=list)
    by_id: dict[str, Node] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)


def read_linked(root: Element) -> Linked:
    linked = Linked()
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            for value in load_all(script.text):
                _sort_out(value, linked)
    return linked


def _sort_out(value: object, linked: Linked) -> None:
    """Walk a block, outer nodes before inner ones."""
    waiting: list[tuple[object, bool]] = [(value, False)]
    for seen, (item, is_other) in enumerate(waiting):
        if seen > 20_000:
            return
        if isinstance(item, list):
            waiting += [(inner, is_other) for inner in item]
        if not isinstance(item, dict):
            continue
        own_id, types = item.get("@id"), types_of(item)
        if isinstance(own_id, str) and len(item) > max(1, len(linked.by_id.get(own_id, {}))):
            linked.by_id[own_id] = item
        if not is_other:
            linked.types |= types
        if types.isdisjoint(_RANKS):
            linked.sites += [item] if types & _SITES else []
        elif not is_other:
            linked.articles.append(item)
        inner_nodes = ((name, inner) for name, inner in item.items() if isinstance(inner, (dict, list)))
        waiting += [(inner, is_other or name in _OTHERS) for name, inner in inner_nodes]


def types_of(node: Node) -> frozenset[str]:
    """``NewsArticle`` of ``http://schema.org/NewsArticle``, ``schema:NewsArticle`` and lists of them."""
    types = node.get("@type") or node.get("type")
    return frozenset(
        name.rstrip("/").rpartition("/")[2].rpartition(":")[2].rpartition("#")[2]
        for name in _each(types)
        if isinstance(name, str)
    )


def own_article(linked: Linked, addresses: frozenset[str], headings: Iterable[str]) -> Node | None:
    """The node of the page's own article: that of its address, else of its heading, else the first of the best kind.

    Of many that neither address nor heading tells apart, as listings have them, none is.
    """
    nodes = sorted(linked.articles, key=_rank)
    if not nodes:
        return None
    for node in nodes:
        if addresses and not addresses.isdisjoint(map(address_key, _addresses(node))):
            return node
    titles = {key(heading) for heading in headings} - {""}
    for node in nodes:
        if any(key(plain(name)) in titles for name in _texts(node, "headline", "name")):
            return node
    best = [node for node in nodes if _rank(node) == _rank(nodes[0])]
    with_headline = [node for node in best if _texts(node, "headline", "name")] or best
    told_apart = {tuple(_texts(node, "headline", "name")) for node in with_headline}
    return with_headline[0] if len(told_apart) <= _MOST_ALIKE else None


def _rank(node: Node) -> int:
    return min((_RANKS[name] for name in types_of(node) if name in _RANKS), default=len(_ARTICLES))


def _addresses(node: Node) -> Iterator[str]:
    for name in ("url", "mainEntityOfPage", "@id"):
        for value in _each(node.get(name)):
            address = value.get("@id") or value.get("url") if isinstance(value, dict) else value
            if isinstance(address, str):
                yield address.partition("#")[0]


def address_key(address: str) -> str:
    """Host without ``www.``, and path: the same for all addresses of one page."""
    parts = parts_of(address.strip())
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{parts.query}" if parts.path.strip("/") or parts.query else ""


def _each(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _texts(node: Node, *names: str) -> list[str]:
    found = ([text for value in _each(node.get(name)) if (text := _text(value))] for name in names)
    return next(filter(None, found), [])


def _text(value: object) -> str | None:
    """A text, also of ``{"@value": …}``."""
    if isinstance(value, dict):
        value = value.get("@value")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and value.strip() else None


def _names(value: object, linked: Linked, depth: int = 0) -> Iterator[str]:
    """The names of people and organisations, whether given as texts, as nodes, or by the ``@id`` of nodes."""
    for item in _each(value):
        node: Node = item if isinstance(item, dict) else {}
        parts = [*_texts(node, "givenName"), *_texts(node, "familyName")]
        names = _texts(node, "name") or ([" ".join(parts)] if parts else [])
        reference = node.get("@id") if node else item
        known = linked.by_id.get(reference) if isinstance(reference, str) else None
        if not names and known is not None and known is not item and depth < 3:
            yield from _names(known, linked, depth + 1)
        else:
            yield from [item] if isinstance(item, str) else names or _texts(node, "alternateName")


def add_article(clues: Clues, node: Node, linked: Linked) -> None:
    texts_of: dict[Field, list[str]] = _TABLES["texts"]
    for about, names in texts_of.items():
        for name in names:
            if texts := _texts(node, name) or list(_names(node.get(name), linked)):
                clues.add(about, texts[0], f"JSON-LD {name}")
                break
    people = {name: list(_names(node.get(name), linked)) for name in ("author", "creator", "byline")}
    stated = next((name for name in people if people[name]), "author")
    for person in people[stated]:
        clues.add("author", person, f"JSON-LD {stated}")
    for name in ("publisher", "sourceOrganization", "provider"):
        for organisation in _names(node.get(name), linked):
            clues.add("source", organisation, f"JSON-LD {name}")
            clues.add("site", organisation, f"JSON-LD {name}")
    for value in _each(node.get("keywords")):
        listed = value.split("," if "," in value else ";") if isinstance(value, str) else _names(value, linked)
        for keyword in listed:
            clues.add("tag", keyword, "JSON-LD keywords")
    for address in _addresses(node):
        clues.add("url", address, "JSON-LD url")
    for body in _texts(node, "articleBody", "text"):
        clues.add("article_body", body, "JSON-LD articleBody")
    for value in _each(node.get("identifier")):
        identifier = (_text(value.get("value")) if isinstance(value, dict) else None) or _text(value)
        clues.add("id", identifier, "JSON-LD identifier")


def add_sites(clues: Clues, linked: Linked) -> None:
    for node in linked.sites:
        for name in _texts(node, "name", "alternateName"):
            clues.add("site", name, "JSON-LD WebSite name")


def images_of(node: Node, linked: Linked) -> list[ImageRecord]:
    records = [
        record
        for name in ("image", "associatedMedia", "photo", "primaryImageOfPage")
        for value in _each(node.get(name))[:50]
        if (record := _image(value, linked)) is not None
    ]
    return list(dict.fromkeys(records))


def _image(value: object, linked: Linked) -> ImageRecord | None:
    if isinstance(value, str):
        value = linked.by_id.get(value, value)
    if isinstance(value, dict) and len(value) <= 2 and isinstance(value.get("@id"), str):
        value = linked.by_id.get(value["@id"], value)
    if isinstance(value, str):
        return ImageRecord(value.strip()) if value.strip() else None
    if not isinstance(value, dict):
        return None
    address = next(iter(_texts(value, "contentUrl", "url", "@id")), None)
    if address is None:
        return None
    fields = {
        "caption": _texts(value, "caption", "description"),
        "credit": _texts(value, "creditText") or list(_names(value.get("copyrightHolder"), linked)),
        "creator": list(_names(value.get("creator") or value.get("author"), linked)),
        "copyright_notice": _texts(value, "copyrightNotice"),
    }
    return ImageRecord(address.strip(), **{name: plain(texts[0]) or None for name, texts in fields.items() if texts})
