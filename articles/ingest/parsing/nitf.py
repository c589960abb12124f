"""NITF, the News Industry Text Format of the IPTC, version 3.x, also within other formats.

Specification: https://iptc.org/standards/nitf/. ``doc-id`` identifies the document. Keywords and the names in
``identified-content`` and ``tobject.subject`` become tags; ``media`` become photos in their places;
``management-status`` marks withdrawals. Values without a field are listed in ``boilerplate`` as ``key: value``.
"""

import re
from itertools import chain
from typing import Any

from lxml import etree

from articles.ingest.parsing.agency_items import Item, html_or_text, withdrawal, without_by
from articles.ingest.parsing.html_to_markdown import read_elements
from articles.ingest.parsing.html_to_markdown.elements import Element, all_named, name_of, text_of
from articles.ingest.parsing.safe_xml import XML_LANG, children
from articles.ingest.parsing.whitespace import NUL, fold
from articles.text.tables import tables_of

_NAMES: dict[str, Any] = tables_of(__file__)
# Where two elements meet without a space: ``Jo Berg`` and ``Staff Writer``, but not ``(`` and ``Oslo``.
_MEETING = re.compile(rf"(?<=[^\s(\[“\"'’/-]){NUL}+(?=\w)")
_ADDRESS = r"[^\s/,;|@]++@[^\s/,;|@]++"
_ONLY_ADDRESSES = re.compile(rf"[\s/,;|]*+{_ADDRESS}(?:[\s/,;|]++{_ADDRESS})*+[\s/,;|]*+")


def read_nitf(item: Item, nitf: Element) -> None:
    """Fill the item's empty fields from an ``nitf`` element, and read its text."""
    body = next(children(nitf, "body"), None)
    for element in (nitf, nitf if body is None else body):
        item.set_language(element.get("baselang") or element.get(XML_LANG) or element.get("lang"))
    for head in children(nitf, "head"):
        _read_head(item, head)
    if body is not None:
        _read_body(item, body)


def _read_head(item: Item, head: Element) -> None:
    for docdata in children(head, "docdata"):
        _read_docdata(item, docdata)
    for tobject in children(head, "tobject"):
        _read_tobject(item, tobject)
    for pubdata in children(head, "pubdata"):
        item.set_date("published", pubdata.get("date.publication"), found_as="date.publication")
        item.source = item.source or (pubdata.get("name") or "").strip() or None
        item.section = (pubdata.get("position.section") or "").strip() or item.section
        read = {"date.publication", "name", "position.section"}
        item.leave_out("pubdata", {key: value for key, value in pubdata.attrib.items() if key not in read})
    for name in ("date.issue", "date.release"):
        for part in all_named(head, name):
            item.set_date("published", part.get("norm"), found_as=name)
    revisions = [norm for part in all_named(head, "revision-history") if (norm := part.get("norm"))]
    item.set_date("updated", max(revisions, default=None), found_as="revision-history")
    for meta in children(head, "meta"):
        item.leave_out(meta.get("name") or meta.get("http-equiv") or "meta", meta.get("content"))
    for part in head.iterdescendants():
        if name_of(part) in _NAMES["noted"]:
            item.leave_out(name_of(part), _content_of(part))


def _read_docdata(item: Item, docdata: Element) -> None:
    for part in children(docdata, "doc-id"):
        item.id = item.id or (part.get("id-string") or "").strip() or None
    note = next((text for part in children(docdata, "ed-msg") if (text := part.get("info") or part.get("msg"))), None)
    item.withdrawn = item.withdrawn or withdrawal(docdata.get("management-status"), note)
    if item.withdrawn is None:
        item.leave_out("management-status", docdata.get("management-status"))
    for keywords in children(docdata, "key-list"):
        item.add_tags(keyword.get("key") for keyword in children(keywords, "keyword"))
    for content in children(docdata, "identified-content"):
        for part in children(content, *_NAMES["identified"]):
            if text := text_of(part):
                item.add_tags([text], _NAMES["tag_kinds"].get(name_of(part)))
            else:
                item.leave_out(name_of(part), _content_of(part))


def _read_tobject(item: Item, tobject: Element) -> None:
    kind = (tobject.get("tobject.type") or "").strip()
    if kind and kind.casefold() not in _NAMES["kinds"] and item.section is None:
        item.section = kind
        item.evidence["section"] = "tobject.type"
    else:
        item.leave_out("tobject.type", kind)
    for subject in children(tobject, "tobject.subject"):
        names = [subject.get(name) for name in _NAMES["subjects"]]
        item.add_tags(names, "topic")
        if not any(names):
            item.leave_out("tobject.subject", subject.get("tobject.subject.refnum"))


def _content_of(part: Element) -> str:
    """The text of an element, or its attributes: ``ed-urg: 5``."""
    attributes = ", ".join(f"{key.rpartition('}')[2]}: {value}" for key, value in part.attrib.items() if value.strip())
    return " ".join(filter(None, (attributes, text_of(part))))


def _read_body(item: Item, body: Element) -> None:
    heads, ends = list(children(body, "body.head")), list(children(body, "body.end"))
    contents = list(children(body, "body.content")) or ([] if heads or ends else [body])
    abstracts = [part for head in heads for part in children(head, "abstract")]
    if item.headline is None:
        nitf = body.getparent()
        lines = [*all_named(body, "hl1"), *([] if nitf is None else all_named(nitf, "title"))]
        item.headline = next(filter(None, map(text_of, lines)), None)
    _read_body_head(item, heads)
    is_character_data = len(contents) == 1 and len(contents[0]) == 0
    item.fragment = html_or_text(contents[0].text or "") if is_character_data else read_elements(contents)
    abstract = " ".join(filter(None, map(text_of, abstracts)))
    if item.deck is None:
        item.add_description("abstract", abstract)
    elif item.opens_with(abstract):
        item.leave_out("abstract", abstract)
    elif abstract and abstract != item.deck:
        item.fragment = read_elements(abstracts).followed_by(item.fragment)
    for part in chain(*ends):
        text = text_of(part)
        # A sign-off is a paragraph, unless it is only addresses.
        if _ONLY_ADDRESSES.fullmatch(text):
            item.leave_out(name_of(part), text)
        elif text:
            item.fragment = item.fragment.followed_by(read_elements([part]))


def _read_body_head(item: Item, heads: list[Element]) -> None:
    for part in chain(*heads):
        name, text = name_of(part), _line(part)
        if not text:
            continue
        if name in ("hedline", "headline"):
            deck = " ".join(filter(None, map(text_of, all_named(part, "hl2"))))
            for line in all_named(part, "hl3", "hl4", "hl5"):
                item.leave_out(name_of(line), text_of(line))
            item.deck = item.deck or (deck if deck != item.headline else None) or None
        elif name == "byline":
            item.byline = item.byline or without_by(text)
            titles = all_named(part, "byttl", "org")
            etree.strip_elements(part, "{*}byttl", "{*}org", "{*}function", with_tail=False)
            # The people without their titles; if none is marked, the words beside a title.
            people = all_named(part, "person") or ([part] if titles else [])
            names = [without_by(_line(person).strip(" ,")) for person in people]
            item.authors = item.authors or list(filter(None, names))
        elif name == "distributor" and item.source is None:
            item.source = text
            item.evidence["source"] = "distributor"
        elif name == "dateline":
            item.dateline = item.dateline or text
            for day in all_named(part, "story.date"):
                item.set_date("published", day.get("norm"), found_as="story.date")
        elif name != "abstract":
            item.leave_out(name, text)


def _line(element: Element) -> str:
    return fold(_MEETING.sub(" ", NUL.join(map(str, element.itertext()))))
