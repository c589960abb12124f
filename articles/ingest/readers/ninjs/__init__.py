"""ninjs, the JSON of the IPTC for news: versions 1.x, 2.x and 3.x, in the spelling of each.

A file has one object, a list of them, or several in sequence. ``uri`` identifies the item. Named subjects, people,
places, organisations, objects and events become tags; pictures, also associated ones, become photos; ``pubstatus``
marks withdrawals. Values without a field are listed in ``boilerplate`` as ``key: value``.

Specification: https://iptc.org/standards/ninjs/.
"""

import codecs
import io
import json
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from articles.ingest.errors import BadMetadata, IngestError, NotAnArticle, UnreadableFile
from articles.ingest.parsing.agency_items import Item, published_and_updated, story_of, withdrawal, without_by
from articles.ingest.parsing.decoding import decode
from articles.ingest.readers.base import Part, load_json, read_whole
from articles.ingest.readers.ninjs.pictures import PICTURES, associated, own_pictures
from articles.ingest.readers.ninjs.record import Record
from articles.ingest.readers.ninjs.texts import Text, chosen_body, chosen_description, chosen_headline, texts_of
from articles.ingest.story import Piece, Story
from articles.text.tables import tables_of

_KEYS: dict[str, Any] = tables_of(Path(__file__).with_name("keys"))
# Types of objects that are no articles, with a key that only they have.
_NO_ARTICLES = (("event", "eventdetails", "an event"), ("planning", "plannedcoverage", "a plan of coverage"))

_TOKEN = re.compile(r'"((?:[^"\\]++|\\.)*+)"(\s*:)?|[{}\[\]]')
_START = re.compile(r"[\s\x1e]*(?:\[\s*)?(?=\{)")

_BLOCK_BYTES = 1 << 18
_WIDE_BOMS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_SIGN = re.compile(rb'["{}\[\]]')
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
# Anything but separators of objects: line ends, commas, the brackets of a list, record separators (RFC 7464), a mark.
_STRAY = re.compile(rb"[^\s,\[\]\x1e\xef\xbb\xbf]")


def looks_like(head: bytes) -> bool:
    if b"{" not in head[:200]:
        return False
    text = decode(head).text
    start = _START.match(text)
    if not start:
        return False
    # The keys of the object, in lower case, as far as the text goes; and the value of ``type``.
    depth, keys, kind, last = 0, set(), "", ""
    for token in _TOKEN.finditer(text, start.end()):
        if token[0] in "{[":
            depth += 1
        elif token[0] in "}]":
            depth -= 1
            if depth <= 0:
                break
        elif depth == 1 and token[2]:
            last = token[1].casefold()
            keys.add(last)
        elif depth == 1 and last == "type":
            kind = token[1].casefold()
    ninjs_keys = {key for key in keys if key in _KEYS["known"] or re.match(r"(?:body|description|headline)_", key)}
    if not keys.isdisjoint(_KEYS["not_ninjs"]):
        return False
    if "uri" in keys:
        return bool(ninjs_keys) or kind in _KEYS["types"]
    # The ``uri`` may follow a text longer than ``head``, or be named ``guid``.
    return len(ninjs_keys) >= 3 and ("versioncreated" in ninjs_keys or "pubstatus" in ninjs_keys)


def split(file: BinaryIO, max_bytes: int) -> Iterator[Part | IngestError]:
    """The objects of a file. A single object is returned with everything around it."""
    start = file.read(4)
    file.seek(0)
    if start.startswith(_WIDE_BOMS):  # UTF-16 or UTF-32: read whole
        data = read_whole(file, max_bytes)
        codec = "utf-32" if data.startswith(_WIDE_BOMS[:2]) else "utf-16"
        narrow = list(split(io.BytesIO(data.decode(codec, "replace").encode("utf-8", "replace")), max_bytes))
        yield from [Part(data, 1)] if len(narrow) == 1 else narrow
        return
    parts = _objects(file, max_bytes)
    first, second = next(parts, None), next(parts, None)
    if second is None and isinstance(first, Part):
        file.seek(0)
        all_bytes = file.read(max_bytes + 1)
        first = Part(all_bytes, 1) if len(all_bytes) <= max_bytes else first
    yield from chain(filter(None, (first, second)), parts)


def _objects(file: BinaryIO, max_bytes: int) -> Iterator[Part | IngestError]:
    buffer = b""
    begun = at = depth = 0  # in ``buffer``: start of the object, place of reading; open brackets
    line = 1  # of its start
    while block := file.read(_BLOCK_BYTES):
        buffer, at, begun = buffer[begun:] + block, at - begun, 0
        while at < len(buffer):
            if not depth:
                begun = buffer.find(b"{", at)
                stop = begun if begun >= 0 else len(buffer)
                gap = buffer[at:stop]
                if stray := _STRAY.search(gap):
                    shown = gap[stray.start() :][:40].decode("utf-8", "replace").strip()
                    stray_line = line + gap.count(b"\n", 0, stray.start())
                    yield BadMetadata(f"{shown!r} is not an object", path="", line=stray_line)
                line += buffer.count(b"\n", at, stop)
                depth = int(begun >= 0)
                at, begun = stop + depth, stop
                continue
            sign = _SIGN.search(buffer, at)
            if sign is None:
                at = len(buffer)
            elif sign[0] == b'"':
                string = _STRING.match(buffer, sign.start())
                at = string.end() if string else sign.start()
                if string is None:
                    break  # continued in the next block
            else:
                at = sign.end()
                depth += 1 if sign[0] in b"{[" else -1
                if not depth:
                    too_large = UnreadableFile(_too_large(max_bytes), path="", line=line)
                    yield Part(buffer[begun:at], line) if at - begun <= max_bytes else too_large
                    line += buffer.count(b"\n", begun, at)
                    begun = at
        if len(buffer) - begun > max_bytes + _BLOCK_BYTES:
            yield UnreadableFile(f"{_too_large(max_bytes)}; nothing after it was read", path="", line=line)
            return
    if depth:
        yield BadMetadata("the file ends within the object that begins here", path="", line=line)


def _too_large(max_bytes: int) -> str:
    return f"an object of more than {max_bytes:,} bytes (INPUT_MAX_BYTES)"


def read(piece: Piece, data: bytes) -> Story:
    """The story of one object. Raises ``BadMetadata`` for other JSON, ``NotAnArticle`` for events and plans."""
    value = load_json(data.lstrip(b"\x1e"), piece.path, piece.line or 1)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, dict):
        raise BadMetadata("not an object with keys such as `uri` and `headline`", path=piece.path, line=piece.line or 1)
    record = Record(value)
    kind = (record.text("type") or "").casefold()
    for name, key, what in _NO_ARTICLES:
        if kind == name or (key in record.values and kind not in _KEYS["types"]):
            title = f": {record.text('title')}" if record.text("title") else ""
            raise NotAnArticle(f"{what}, not an article{title}", path=piece.path, line=piece.line)
    encoding = json.detect_encoding(data).removesuffix("-sig").removesuffix("-le").removesuffix("-be")
    item = Item(id=record.text("uri", "guid"), encoding=encoding)
    item.withdrawn = withdrawal(record.text("pubstatus"), record.text("ednote"))
    if item.withdrawn is None:
        record.read -= {"pubstatus", "ednote"}
    unused = _read_texts(item, record)
    _read_fields(item, record)
    item.pictures = [*own_pictures(record, kind, is_alone=not item.fragment.blocks), *associated(record, unused)]
    # The description of a text is its deck; of a picture, the caption, which is read with the picture.
    descriptions = texts_of(record, "descriptions", "description_")
    is_caption = (kind in PICTURES or kind == "video") and bool(item.pictures)
    chosen, others = chosen_description(descriptions, caption=is_caption)
    if chosen and not is_caption:
        item.add_description(next(text.key for text in descriptions if text.plain == chosen), chosen)
    item.account += [f"{text.key}: {text.plain}" for text in others]
    item.damage += record.damage
    record.read |= {"associations", "renditions", "headlines", "bodies", "descriptions"}
    item.account += [*record.left_over(), *unused]
    return story_of(piece, item)


def _read_texts(item: Item, record: Record) -> list[str]:
    plain = Text("headline", "main", "text/plain", record.written("headline") or "")
    headlines = [plain, *texts_of(record, "headlines", "headline_")]
    headline, deck, unused = chosen_headline([text for text in headlines if text.value])
    item.headline = headline.plain if headline else record.text("title")
    if headline is None and item.headline:
        item.evidence["headline"] = "title"
    if deck:
        item.deck = deck.plain
    item.fragment, bodies = chosen_body(texts_of(record, "bodies", "body_"))
    used = {item.headline, item.deck}
    notes = [f"{text.key}: {text.plain}" for text in unused if text.plain not in used]
    for body in bodies:
        of_kind = f" of {body.kind}" if body.kind else ""
        notes.append(f"{body.key}: another form of the text, {len(body.value):,} characters{of_kind}")
    return notes


def _read_fields(item: Item, record: Record) -> None:
    item.byline = without_by(record.text("byline", "by") or "")
    item.authors = list(_names_in(record, "author", "authors"))
    item.dateline = record.text("dateline")
    item.located = record.text("located")
    item.set_language(record.text("language"))
    item.section = next(iter([*_names_in(record, "section", "service")]), None)
    for key in ("published", "datepublished", "firstpublished"):
        item.set_date("published", record.written(key), found_as=record.spelled.get(key, key))
    for key in ("updated", "datemodified", "lastpublished"):
        item.set_date("updated", record.written(key), found_as=record.spelled.get(key, key))
    kind = (record.text("type") or "").casefold()
    is_text = kind not in {*PICTURES, "video", "audio"}  # a picture's creation is not its publication
    first = "contentcreated" if is_text and "firstcreated" not in record.values else "firstcreated"
    published_and_updated(
        item,
        first=(record.spelled.get(first, first), record.written(first)),
        version=(record.spelled.get("versioncreated", "versioncreated"), record.written("versioncreated")),
        number=record.text("version"),
    )
    record.read.discard("version")
    _read_source(item, record)
    for key in _KEYS["tagged"]:
        for entry in record.objects(key):
            if name := entry.text("name"):
                item.add_tags([name], _KEYS["tagged"][key] or None)
            elif code := entry.text("literal", "code", "uri", "qcode"):
                item.leave_out(key, code)
    item.add_tags(_names_in(record, "keywords"))


def _read_source(item: Item, record: Record) -> None:
    for key in ("source", "provider"):
        item.source = item.source or next(iter(_names_in(record, key)), None)
    named = [
        ("infosource", (entry.text("role", "rel") or "").casefold(), entry.text("name"))
        for entry in record.objects("infosource", "infosources")
    ]
    named.append((record.spelled.get("copyrightholder", ""), "", record.text("copyrightholder")))
    for key, role, name in named:
        if item.source is None and name and role.rpartition(":")[2] in ("", "provider", "source", "origin"):
            item.source = name
            item.evidence["source"] = key
        elif name and name != item.source:
            item.leave_out(f"{key} {role}".strip(), name)


def _names_in(record: Record, *keys: str) -> Iterator[str]:
    return (name for entry in record.objects(*keys) if (name := entry.text("name")))
