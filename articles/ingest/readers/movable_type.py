"""Exports of Movable Type and TypePad: entries that end in ``--------``, of parts that end in ``-----``.

Such lines within a text belong to it: they end an entry or part only if another one follows. Drafts and future entries
are withheld. What visitors wrote is cut off before anything is kept, with their addresses.

Specification: https://movabletype.org/docs/mtimport.html.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from articles.ingest.errors import UnreadableFile
from articles.ingest.parsing.agency_items import Item, story_of
from articles.ingest.parsing.blog_markup import with_paragraphs
from articles.ingest.parsing.decoding import decode, is_utf16
from articles.ingest.parsing.fields import WEB_ADDRESS, withheld_by_status, withheld_until
from articles.ingest.parsing.former_paths import path_in
from articles.ingest.parsing.html_to_markdown import read_html, text_of_html
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.base import TIMES_LARGER, Part, read_whole
from articles.ingest.story import Damage, Piece, Story
from articles.text.markdown import html_with_pictures

_FIRST_LINE = re.compile(rb"(?:\xef\xbb\xbf)?\s*[A-Z][A-Z ]{1,30}:")
_PART = re.compile(rb"[\r\n]-----[ \t]*(?:\r\n?|\n)(?:BODY|EXTENDED BODY|EXCERPT|KEYWORDS|COMMENT|PING):")
_END = re.compile(rb"^-{8}[ \t]*\r?\n(?=\s*(?:(?:AUTHOR|TITLE|BASENAME|STATUS|DATE):|\Z))", re.MULTILINE)
_OF_VISITORS = re.compile(
    rb"(^-{5}[ \t]*\r?\n)\s*(?:COMMENT|PING):.*|^(?:COMMENT|PING):\s+(?:AUTHOR|TITLE|EMAIL|IP|URL):.*",
    re.MULTILINE | re.DOTALL,
)
_ADDRESS = re.compile(rb"(?im)^(AUTHOR:(?:[^@\r\n]*[ \t])?)\S*@[^\r\n]*|^([A-Z _-]*(?:EMAIL|IP|PASSWORD):)[^\r\n]*")
_TEXT = re.compile(r"^-{5}[ \t]*\n(BODY|EXTENDED BODY|EXCERPT|KEYWORDS):[ \t]*", re.MULTILINE)
_LAST_HYPHENS = re.compile(r"^-{5}\s*\Z", re.MULTILINE)
_DATE = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})(?:\s+(\d\d?)(:\d\d(?::\d\d)?)(?:\s*([AP])M)?)?", re.IGNORECASE)
_MOST_LINES = 30_000  # of a text, each of which becomes an element


def looks_like(head: bytes) -> bool:
    narrow = decode(head).text.encode("utf-8", "replace") if is_utf16(head) else head
    return _FIRST_LINE.match(narrow) is not None and _PART.search(narrow) is not None


def split(file: BinaryIO, max_bytes: int) -> Iterator[Part]:
    """The entries, as far as they are the paper's own."""
    data, line = read_whole(file, max_bytes * TIMES_LARGER), 1
    if is_utf16(data) or data.count(b"\r") > data.count(b"\n"):
        data = decode(data).text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    for entry in _END.split(data):
        head, *texts = _OF_VISITORS.sub(rb"\1", entry).partition(b"\n-----")
        own = b"".join([_ADDRESS.sub(rb"\1\2", head), *texts])
        if own.strip():
            yield Part(own.rstrip(), line)
        line += entry.count(b"\n") + 1


def read(piece: Piece, data: bytes) -> Story:
    decoded = decode(data)
    item = Item(encoding=decoded.encoding, damage=list(map(Damage, decoded.codes)))
    head, *parts = _TEXT.split(_LAST_HYPHENS.sub("", decoded.text.replace("\r\n", "\n")))
    texts, values = defaultdict[str, str](str), defaultdict[str, list[str]](list)
    for name, text in zip(parts[::2], parts[1::2], strict=True):
        texts[name] += f"{text.strip()}\n\n"
    for line in head.splitlines():
        key, _, value = line.partition(":")
        values[key.strip()] += filter(None, [value.strip()])
    first = {key: listed[0] for key, listed in values.items() if listed}
    item.headline = text_of_html(first.get("TITLE", "")) or None
    item.authors = [fold(name) for name in values["AUTHOR"][:1]]
    item.set_date("published", _moment(first.get("DATE", "")), found_as="DATE")
    item.published_printed = item.published_printed and first["DATE"]
    item.url = address if WEB_ADDRESS.fullmatch(address := first.get("UNIQUE URL", "")) else None
    categories = dict.fromkeys(map(text_of_html, (*values["PRIMARY CATEGORY"], *values["CATEGORY"])))
    # Without a primary one, several are in the order of letters.
    item.section = next(iter(categories), None) if values["PRIMARY CATEGORY"] or len(categories) == 1 else None
    categories.pop(item.section or "", None)
    tags = (quoted or plain for line in values["TAGS"] for quoted, plain in re.findall(r'"([^"]*)"|([^",]+)', line))
    keywords = re.split(r"[,;\n]", texts["KEYWORDS"]) if not values["TAGS"] else []
    item.add_tags([*categories, *tags, *map(str.strip, keywords)])
    breaks = first.get("CONVERT BREAKS", "__default__")
    item.fragment = read_html(_html_of(texts["BODY"] + texts["EXTENDED BODY"], breaks))
    item.add_description("EXCERPT", text_of_html(texts["EXCERPT"]))
    item.leave_out("KEYWORDS", texts["KEYWORDS"] if values["TAGS"] else None)
    item.leave_out("CONVERT BREAKS", breaks if breaks.startswith("textile") else None)
    withheld = withheld_by_status(first.get("STATUS", "publish")) or withheld_until(item.published)
    paths = tuple(filter(None, [path_in(item.url or "")]))
    return replace(story_of(piece, item), slug=first.get("BASENAME"), former_paths=paths, withheld=withheld)


def _html_of(text: str, breaks: str) -> str:
    if text.count("\n") > _MOST_LINES:
        raise UnreadableFile(f"a text of more than {_MOST_LINES:,} lines", path="")
    if breaks.startswith("markdown"):
        return html_with_pictures(text)
    # Textile has no reader here: its paragraphs are found, its marks stay.
    return text if breaks in ("0", "richtext", "html") else with_paragraphs(text.strip())


def _moment(written: str) -> str:
    """``2006-01-31 15:47:06`` for ``01/31/2006 03:47:06 PM``, by the clock of the site."""
    if not (date := _DATE.fullmatch(written)):
        return written
    month, day, year, hour, minutes, half = date.groups("")
    shown = int(hour or 0) % (12 if half else 24) + (12 if half.upper() == "P" else 0)
    return f"{year}-{month}-{day}" + (f" {shown:02}{minutes}" if hour else "")
