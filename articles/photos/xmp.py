"""XMP, the RDF of editors and agencies, in the namespaces that people fill. XMP specification, part 1, section 7."""

import re
from typing import Any

from lxml import etree

from articles.text.tables import tables_of

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
DEFAULT = "x-default"
PREFIXES: dict[str, str] = tables_of(__file__)["prefixes"]
DEEPEST = 4
MOST_ITEMS = 100
# Histories of edits, and pictures within the packet.
NOT_READ = {"xmp:Thumbnails", "photoshop:History", "photoshop:DocumentAncestors", "photoshop:TextLayers"}
_ENTITIES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
Value = Any  # a text, a list of values, or values by name or language


def read(packet: bytes) -> dict[str, Value]:
    """The properties by prefixed name, ``dc:description``; ``{}`` for a packet with entities of its own. A text in
    several languages is a dictionary by language tag; a text in one, or the same in all, is a string.
    """
    packet = packet.strip(b"\0 \r\n\t")
    if not packet or _ENTITIES.search(packet):
        return {}
    parser = etree.XMLParser(resolve_entities=False, recover=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(packet, parser)
    except (etree.XMLSyntaxError, ValueError):
        return {}
    found: dict[str, Value] = {}
    if root is not None and not root.getroottree().docinfo.doctype:
        for about in root.iter(f"{RDF}Description"):
            if about.getparent() is not None and about.getparent().tag == f"{RDF}RDF":
                found = {**_properties(about, 0), **found}
    return found


def _properties(element: Any, depth: int) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, value in element.attrib.items():
        _put(found, name, value.strip())
    for child in element.iterchildren("{*}*"):
        _put(found, child.tag, _value(child, depth))
    return found


def _put(found: dict[str, Value], tag: str, value: Value) -> None:
    namespace, _, local = tag.removeprefix("{").rpartition("}")
    name = f"{PREFIXES.get(namespace, '')}:{local}"
    if namespace in PREFIXES and value and name not in NOT_READ and len(found) < MOST_ITEMS:
        found.setdefault(name, value)


def _value(element: Any, depth: int) -> Value:
    children = list(element.iterchildren("{*}*"))
    if depth >= DEEPEST:
        return ""
    if element.get(f"{RDF}parseType") == "Resource":
        return _properties(element, depth + 1)
    if not children:
        attributes = {name: text for name, text in element.attrib.items() if not name.startswith((RDF, LANGUAGE))}
        return _properties(element, depth + 1) if attributes else (element.text or "").strip()
    first = children[0]
    if first.tag == f"{RDF}Alt":
        texts: dict[str, Value] = {}
        for item in list(first)[:MOST_ITEMS]:
            if value := _value(item, depth + 1):
                texts.setdefault(item.get(LANGUAGE) or DEFAULT, value)
        distinct = list(texts.values())
        return texts if any(value != distinct[0] for value in distinct) else (distinct or [""])[0]
    if first.tag in (f"{RDF}Bag", f"{RDF}Seq"):
        items = [_value(item, depth + 1) for item in list(first)[:MOST_ITEMS]]
        return [item for item in items if item]
    return _properties(first, depth + 1) if first.tag == f"{RDF}Description" else ""
