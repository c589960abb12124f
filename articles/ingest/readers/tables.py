"""Tables (CSV): a header row, then one article a row.

Cells are separated by commas, semicolons, tabs or bars. Column names are those of ``parsing/fields.toml`` in any
spelling (``Publish Date``, ``publishDate``); a headline or text column is required. Texts are plain or HTML. An ``id``
counts if it is unique anywhere or the row names a source, since bare row numbers are the same in all tables. Other
columns are listed in ``boilerplate``.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO

from articles.ingest.errors import BadMetadata, IngestError, NotAnArticle, UnreadableFile
from articles.ingest.parsing.agency_items import Item, html_or_text, story_of, without_by
from articles.ingest.parsing.decoding import decode, is_utf16
from articles.ingest.parsing.fields import COLUMNS, KNOWN_COLUMNS, NAMES, Fields, key_of
from articles.ingest.parsing.story_photos import Delivered, Rendition
from articles.ingest.readers.base import Part, read_whole
from articles.ingest.story import Damage, Piece, Story

csv.field_size_limit(2**31 - 1)  # a cell may be as long as INPUT_MAX_BYTES lets its row be
_HEAD_BYTES = 65_536
_UNIQUE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:\S|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_LISTED = re.compile(r"""'([^']*)'|"([^"]*)\"""")


@dataclass(frozen=True, slots=True)
class _Header:
    """The column names, as known to this reader and as written."""

    delimiter: str
    keys: tuple[str, ...]
    written: tuple[str, ...]

    @property
    def is_of_articles(self) -> bool:
        is_titled = "title" in self.keys and not self.has_addresses
        return is_titled or not {*COLUMNS["headline"], *COLUMNS["body"]}.difference({"title"}).isdisjoint(self.keys)

    @property
    def has_addresses(self) -> bool:
        """In lists of readers, who have a ``title`` too."""
        return any("email" in key.replace("_", "") for key in self.keys)


def looks_like(head: bytes) -> bool:
    """``True`` if the first row has known names, with headline, text or e-mail, and the second has as many cells."""
    text = decode(head).text
    header = _header_of(text)
    if header is None or not (header.is_of_articles or header.has_addresses):
        return False
    if len(set(KNOWN_COLUMNS.values()).intersection(header.keys)) < 2:
        return False
    rows = list(islice(_reader(text, header.delimiter), 2))
    return len(rows) > 1 and (len(rows[1]) == len(header.keys) or len(head) >= _HEAD_BYTES)


def _header_of(text: str) -> _Header | None:
    line = text.removeprefix("\ufeff").lstrip("\r\n").partition("\n")[0][:_HEAD_BYTES]
    delimiter = max(",;\t|", key=line.count)
    written = next(_reader(line, delimiter), [])
    if len(written) < 2 or any(len(name) > 60 for name in written):
        return None
    return _Header(delimiter, tuple(key_of(name, KNOWN_COLUMNS) for name in written), tuple(written))


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def split(file: BinaryIO, max_bytes: int) -> Iterator[Part | IngestError]:
    """The rows after the header. A table without articles is one part, to be skipped."""
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    if is_utf16(head):
        file = io.BytesIO(decode(read_whole(file, max_bytes)).text.encode("utf-8", "replace"))
    header = _header_of(decode(head).text)
    if header is None or not header.is_of_articles:
        yield Part(head, 1)
        return
    first = b""
    for row in _rows(file, header.delimiter, max_bytes):
        if isinstance(row, IngestError) or not row.data.strip():
            yield from [row] if isinstance(row, IngestError) else ()
        elif not first:
            first = row.data if row.data.endswith(b"\n") else row.data + b"\n"
        else:
            yield Part(first + row.data.rstrip(b"\r\n"), row.line)


def _rows(file: BinaryIO, delimiter: str, max_bytes: int) -> Iterator[Part | IngestError]:
    """Rows as written, each with all its lines. In all encodings found here, the signs of a table are ASCII."""
    row_lines: list[bytes] = []

    def lines() -> Iterator[str]:
        size = 0
        while line := file.readline(max_bytes + 1):
            size = len(line) + (size if row_lines else 0)
            if size > max_bytes:
                raise UnreadableFile(f"a row of more than {max_bytes:,} bytes (INPUT_MAX_BYTES)", path="")
            row_lines.append(line)
            yield line.decode("latin-1")

    reader = csv.reader(lines(), delimiter=delimiter)
    number = 1
    while True:
        try:
            next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield BadMetadata(f"not a row of a table: {error}", path="", line=number)
        except UnreadableFile as error:
            yield UnreadableFile(error.reason, path="", line=number)
            return
        else:
            row = b"".join(row_lines)
            if len(row_lines) > 1 and row.count(b'"') % 2:
                yield BadMetadata("a quotation mark in this row is never closed", path="", line=number)
            else:
                yield Part(row, number)
        number += len(row_lines)
        row_lines.clear()


def read(piece: Piece, data: bytes) -> Story:
    """The story of one row. Raises ``NotAnArticle`` for a table without headlines and texts."""
    decoded = decode(data)
    header = _header_of(decoded.text)
    if header is None:
        raise NotAnArticle("a table without a header row", path=piece.path, line=piece.line)
    if not header.is_of_articles:
        columns = ", ".join(f"`{name}`" for name in header.written[:12])
        reason = f"a table without headlines or texts: its columns are {columns}"
        raise NotAnArticle(reason, path=piece.path, line=piece.line)
    rows = list(_reader(decoded.text, header.delimiter))
    values: dict[str, object] = {}
    for number, cell in enumerate(rows[1] if len(rows) > 1 else []):
        key = header.keys[number] if number < len(header.keys) else ""
        values.setdefault(key if key and key not in values else f"column {number + 1}", cell)
    fields = Fields(values, dict.fromkeys(values, piece.line or 1))
    item = Item(encoding=decoded.encoding, damage=[Damage(code) for code in decoded.codes])
    _read_fields(item, fields)
    body = next((key for key in COLUMNS["body"] if str(values.get(key) or "").strip()), None)
    if body:
        fields.read_as[body] = "body"
        item.fragment = html_or_text(str(values[body]))
    src = fields.text("photos", *COLUMNS["picture"])
    caption, credit, alt_text = (fields.text("photos", *COLUMNS[name]) for name in ("caption", "credit", "alt_text"))
    if src or caption:
        item.pictures = [Delivered(caption, credit, alt_text=alt_text, renditions=(Rendition(src),) if src else ())]
    withheld = fields.withheld(item.published)
    slug, former_paths = fields.slug_and_paths()
    item.damage += fields.damage
    item.account += fields.left_over()
    return replace(story_of(piece, item), slug=slug, former_paths=former_paths, withheld=withheld)


def _read_fields(item: Item, fields: Fields) -> None:
    item.headline = fields.text("headline", *COLUMNS["headline"])
    item.deck = fields.text("deck", *NAMES["deck"])
    item.byline = without_by(fields.text("byline", "byline") or "")
    item.dateline = fields.text("dateline", "dateline")
    dates = fields.when("published", *NAMES["published"]) | fields.when("updated", *NAMES["updated"])
    for name, value in dates.items():
        setattr(item, name, value)
    item.source = fields.text("source", *NAMES["source"])
    item.language = fields.language(*NAMES["language"])
    item.url = fields.web_address("url", *NAMES["url"])
    item.authors = _several(fields, "authors", NAMES["authors"])
    sections = _several(fields, "section", NAMES["section"])
    item.section = sections[0] if sections else None
    item.add_tags([*_several(fields, "tags", NAMES["tags"]), *sections[1:]])
    row_id = fields.text("id", *NAMES["id"])
    if row_id and (item.source or _UNIQUE.match(row_id)):
        item.id = row_id
    elif row_id:
        item.leave_out("id", row_id)


def _several(fields: Fields, field: str, keys: Sequence[str]) -> list[str]:
    """The names in a cell: ``a; b``, ``a|b``, ``['a', 'b']``; separated by commas too, unless names may have one."""
    for key in keys:
        cell = str(fields.values.get(key) or "").strip()
        if not cell:
            continue
        fields.read_as[key] = field
        if cell.startswith("[") and cell.endswith("]"):
            return list(filter(None, (single or double for single, double in _LISTED.findall(cell))))
        return list(filter(None, map(str.strip, re.split(r"[;|\n]" if field == "authors" else r"[;|,\n]", cell))))
    return []
