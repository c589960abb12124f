"""Reads records again by their extents: a page or a photo as a browser would have had it. For worker processes."""

import errno
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection, Row
from typing import IO
from zipfile import ZipFile

from articles.ingest.errors import IngestError, UnreadableFile
from articles.ingest.inputs.damaged import UNREADABLE
from articles.ingest.story import HeldElsewhere
from articles.ingest.warc import headers
from articles.ingest.warc.addresses import key_of
from articles.ingest.warc.codings import NotDecoded, TooLarge, undone
from articles.ingest.warc.extents import Extent, Limits
from articles.ingest.warc.index import EXTENT_COLUMNS, extent_in, index_at
from articles.ingest.warc.stream import Broken, Stream
from articles.text.paths import joined

FOLLOWED = 5  # redirects and revisits in a row
LOOKED_AT = 20  # captures of one address, the nearest in time first
_CAPTURES = (
    f"SELECT {EXTENT_COLUMNS}, kind, leads_to, refers_at FROM record JOIN file ON file.id = file"  # noqa: S608
    " WHERE key = ? AND (kind = 'picture' OR leads_to IS NOT NULL) ORDER BY ABS(COALESCE(at, 0) - ?) LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class RecordBody:
    """``body``: with all codings undone; ``charset``: from the HTTP header; ``damage``: what is wrong, in words."""

    body: bytes
    charset: str | None
    damage: str | None = None


def read_record(extent: Extent, limits: Limits) -> RecordBody:
    """Raises ``UnreadableFile`` if the record cannot be read or exceeds ``limits``."""
    where = f"{extent.path}, byte {extent.offset:,}"
    try:
        return _record(extent, limits)
    except (TooLarge, NotDecoded) as error:
        raise UnreadableFile(str(error), path=where) from error
    except UNREADABLE as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFile(f"the record cannot be read: {reason}", path=where) from error


def read_bytes(reference: HeldElsewhere, limits: Limits) -> bytes:
    """The decoded body of an original kept by reference; its digest is of these bytes. Raises ``UnreadableFile``."""
    return read_record(Extent.of(reference), limits).body


@dataclass(slots=True)
class CrawlBody:
    """A page's body as an input's bytes. Before it is read, ``damage`` is what the scan found."""

    extent: Extent
    limits: Limits
    charset: str | None = None
    damage: str | None = None

    def read(self, max_bytes: int) -> bytes:
        record = read_record(self.extent, replace(self.limits, max_bytes=max_bytes))
        self.charset, self.damage = record.charset, self.damage or record.damage
        return record.body

    @property
    def reference(self) -> HeldElsewhere:
        return self.extent.reference


def _record(extent: Extent, limits: Limits) -> RecordBody:
    damage = None
    record = bytearray()
    with _opened(extent) as stream:
        try:
            while len(record) < extent.length and (piece := stream.take(extent.length - len(record))):
                record += piece
                if len(record) > limits.max_bytes + headers.MAX_HEADER_BYTES:
                    raise TooLarge(f"it is more than {limits.max_bytes:,} bytes")
        except Broken as broken:
            damage = broken.reason
    found = (headers.warc_header if record.startswith(b"WARC/") else headers.arc_header)(bytes(record), 0)
    if found is None:
        raise OSError("no record begins there")
    fields, block_at = found
    size, block = headers.length_of(fields), bytes(record[block_at:])
    if size is not None and not block[size:].strip(b"\r\n") and len(block) >= size:
        block = block[:size]
    else:  # without the separator before the next record, whatever length was declared
        is_cut = size is not None and len(block) < size
        wrong = f"it is cut off: {len(block):,} of {size:,} bytes are there" if is_cut else "its length is wrong"
        damage, block = damage or wrong, block.removesuffix(b"\r\n\r\n")
    status, http, body_at = headers.http_header(block)
    sent = undone(block[body_at:], http, max_bytes=limits.max_bytes, max_ratio=limits.max_ratio)
    if len(sent.body) > limits.max_bytes:
        raise TooLarge(f"it is more than {limits.max_bytes:,} bytes")
    content_type = (fields if status is None else http).get("content-type", "")
    stated = "it was saved in several parts, of which this is the first" if "warc-segment-number" in fields else None
    if truncated := fields.get("warc-truncated"):
        stated = f"it was cut off when it was saved ({truncated})"
    charset = headers.CHARSET.search(content_type)
    return RecordBody(sent.body, charset and charset[1], damage or sent.damage or stated)


@contextmanager
def _opened(extent: Extent) -> Iterator[Stream]:
    with ExitStack() as stack:
        if extent.copy is not None and extent.copy.exists():
            file: IO[bytes] = stack.enter_context(extent.copy.open("rb"))
            if extent.is_unpacked:
                yield Stream(file, extent.skip)
                return
        elif extent.part:
            file = stack.enter_context(stack.enter_context(ZipFile(extent.path)).open(extent.part))
        else:
            file = stack.enter_context(extent.path.open("rb"))
        stream = Stream(file, extent.offset)
        stream.skip(extent.skip)
        yield stream


@dataclass(frozen=True, slots=True)
class CrawlPhoto:
    extent: Extent
    limits: Limits

    def read(self, max_bytes: int) -> bytes:
        """All of its bytes. Raises ``OSError`` if they cannot be read or are more than ``max_bytes``."""
        try:
            return read_record(self.extent, replace(self.limits, max_bytes=max_bytes)).body
        except IngestError as error:
            raise OSError(errno.EIO, error.reason) from error


@dataclass(frozen=True, slots=True)
class CrawlFiles:
    """The pictures saved with the page at ``address``; of several captures of one, the nearest in time."""

    index: Path
    captured_at: datetime | None
    limits: Limits
    address: str = ""

    def find(self, src: str) -> CrawlPhoto | None:
        address = joined(self.address, src.strip())
        if not address:
            return None
        row = _picture(index_at(self.index), address, self.captured_at.timestamp() if self.captured_at else 0.0)
        return CrawlPhoto(extent_in(row), self.limits) if row is not None else None


def _picture(index: Connection, address: str, near: float, seen: frozenset[str] = frozenset()) -> Row | None:
    """The capture of a picture nearest to ``near``, following redirects and revisits, each only once."""
    key = key_of(address)
    if key in seen or len(seen) > FOLLOWED:
        return None
    rows: list[Row] = index.execute(_CAPTURES, (key, near, LOOKED_AT)).fetchall()
    for row in rows:
        if row["kind"] == "picture":
            return row
        # A revisit goes to the very capture that it repeats, a redirect to what was there when the page was saved.
        then = row["refers_at"] if row["refers_at"] is not None else near
        if found := _picture(index, row["leads_to"], then, seen | {key}):
            return found
    return None
