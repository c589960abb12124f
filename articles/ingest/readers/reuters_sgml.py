"""Reuters collections: the SGML of Reuters-21578, with many stories a file, and the XML of RCV1, with one.

The SGML has no document type, and control characters as references (``&#3;``), so it is read by its few tags, not as
XML. ``NEWID``, or ``itemid`` in RCV1, identifies a story.
"""

import html
import re
from collections.abc import Iterator
from typing import BinaryIO

from articles.ingest.errors import BadMetadata, IngestError
from articles.ingest.parsing.agency_items import Item, fragment_of, story_of, without_by
from articles.ingest.parsing.decoding import decode
from articles.ingest.parsing.html_to_markdown import read_elements
from articles.ingest.parsing.html_to_markdown.elements import all_named, text_of
from articles.ingest.parsing.safe_xml import XML_LANG, children, opening_of, parse_xml
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.base import TIMES_LARGER, Part, read_whole
from articles.ingest.story import Damage, Piece, Story

_SGML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\s[^>]*>\s*)?(?:<!DOCTYPE\s[^>]*>\s*)?(?:<[A-Za-z][\w-]{0,30}>\s*)?"
    rb"<REUTERS\s[^>]*\b(?:NEWID|LEWISSPLIT|TOPICS)\s*="
)
_START, _END = b"<REUTERS", b"</REUTERS>"
_ATTRIBUTE = re.compile(r'(?<![A-Z])([A-Z]++)\s*+=\s*+"([^"]*)"')
_END_MARK = re.compile(r"(?:reuters?|&#3;|\s)+", re.IGNORECASE)


def looks_like(head: bytes) -> bool:
    if _SGML.match(head):
        return True
    opening = opening_of(head)
    return opening.name == "newsitem" and "itemid" in opening.attributes


def split(file: BinaryIO, max_bytes: int) -> Iterator[Part | IngestError]:
    """The stories of a file; a file of RCV1 is one story."""
    data, at, line = read_whole(file, max_bytes * TIMES_LARGER), 0, 1
    if not _SGML.match(data):
        yield Part(data, 1)
        return
    while (end := data.find(_END, at) + len(_END)) >= len(_END):
        start = max(data.find(_START, at, end), at)
        line += data.count(b"\n", at, start)
        yield Part(data[start:end], line)
        line += data.count(b"\n", start, end)
        at = end
    if (start := data.find(_START, at)) >= 0:
        line += data.count(b"\n", at, start)
        yield BadMetadata("the file ends within the story that begins here", path="", line=line)


def read(piece: Piece, data: bytes) -> Story:
    return _read_sgml(piece, data) if _START in data[:65_536] else _read_xml(piece, data)


def _read_sgml(piece: Piece, data: bytes) -> Story:
    decoded = decode(data)
    opening, closed, text = decoded.text[decoded.text.find("<REUTERS") :].partition(">")
    if not closed:
        raise BadMetadata("`<REUTERS>` is not closed by a `>`", path=piece.path, line=piece.line)
    attributes = dict(_ATTRIBUTE.findall(opening))
    item = Item(source="Reuters", encoding=decoded.encoding, damage=list(map(Damage, decoded.codes)))
    item.evidence["source"] = "REUTERS"
    item.id = f"newid:{attributes['NEWID']}" if attributes.get("NEWID") else None
    item.set_date("published", _part(text, "DATE"), found_as="DATE")
    for name in ("TOPICS", "PLACES", "PEOPLE", "ORGS", "EXCHANGES", "COMPANIES"):
        listed = (part.partition("<D>") for part in _part(text, name).split("</D>")[:-1])
        item.add_tags(html.unescape(tag) for _, mark, tag in listed if mark)
    for key, value in attributes.items():
        if key != "NEWID":
            item.leave_out(key, value)
    for name in ("UNKNOWN", "MKNOTE"):
        item.leave_out(name, _clean(_part(text, name)))
    inner = _part(text, "TEXT")
    item.headline = fold(_clean(_part(inner, "TITLE"))) or None
    item.byline = without_by(_clean(_part(inner, "AUTHOR")))
    item.dateline = fold(_clean(_part(inner, "DATELINE"))).rstrip(" -") or None
    body = _parted(inner, "BODY")
    if body is None:
        # Stories that the collection has unedited have no parts, or only a title.
        for name in ("TITLE", "AUTHOR", "DATELINE"):
            if parted := _parted(inner, name):
                inner = parted[0] + parted[2]
    paragraphs = _paragraphs(_clean(body[1] if body else inner))
    if paragraphs and _END_MARK.fullmatch(paragraphs[-1]):
        item.account.append(paragraphs.pop())
    item.fragment = fragment_of(paragraphs)
    return story_of(piece, item)


def _parted(text: str, name: str) -> tuple[str, str, str] | None:
    """The text before the first element with that name, in it, and after it."""
    # With ``find``: a pattern would search for the end of each unclosed tag to the end of the text.
    start = re.search(rf"<{name}\b", text)
    opened = text.find(">", start.end()) + 1 if start else 0
    end = text.find(f"</{name}>", opened) if opened else -1
    if start is None or end < 0:
        return None
    return text[: start.start()], text[opened:end], text[end + len(f"</{name}>") :]


def _part(text: str, name: str) -> str:
    return (_parted(text, name) or ("", "", ""))[1]


def _clean(text: str) -> str:
    bare = html.unescape(re.sub(r"<[^<>]*>", " ", text))
    return "".join(sign for sign in bare if sign.isprintable() or sign in "\n\t")


def _paragraphs(text: str) -> list[str]:
    paragraphs: list[list[str]] = [[]]
    for line in text.expandtabs(4).split("\n"):
        if line.startswith("  ") or not line.strip() or _END_MARK.fullmatch(line):
            paragraphs.append([])
        paragraphs[-1].append(line)
    return [folded for lines in paragraphs if (folded := fold(" ".join(lines)))]


def _read_xml(piece: Piece, data: bytes) -> Story:
    document = parse_xml(data, piece.path, first_line=piece.line or 1)
    root = document.root
    item = Item(encoding=document.encoding, damage=document.damage)
    item.id = f"itemid:{root.get('itemid')}"
    item.set_language(root.get(XML_LANG))
    dublin_core = {part.get("element") or "": part.get("value") for part in all_named(root, "dc")}
    published = dublin_core.pop("dc.date.published", None) or root.get("date")
    item.set_date("published", published, found_as="dc.date.published")
    item.source = dublin_core.pop("dc.source", None) or dublin_core.get("dc.publisher")
    texts = {str(part.tag): text_of(part) for part in root if isinstance(part.tag, str)}
    item.headline = texts.get("headline") or texts.get("title") or None
    item.byline = without_by(texts.get("byline", ""))
    item.dateline = texts.get("dateline") or None
    item.fragment = read_elements(list(children(root, "text")))
    for key in ("title", "copyright"):
        item.leave_out(key, texts.get(key) if texts.get(key) != item.headline else None)
    for codes in all_named(root, "codes"):
        item.leave_out(codes.get("class") or "codes", [part.get("code") for part in children(codes, "code")])
    for key, value in dublin_core.items():
        item.leave_out(key, value)
    return story_of(piece, item)
