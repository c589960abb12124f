"""One record read again by its extent: the body as a browser would have had it. For worker processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import IO
from zipfile import ZipFile

from articles.ingest.errors import UnreadableFile
from articles.ingest.inputs.damaged import UNREADABLE
from articles.ingest.story import HeldElsewhere
from articles.ingest.warc.codings import NotDecoded, TooLarge, undone
from articles.ingest.warc.extents import Extent, Limits
from articles.ingest.warc.headers import (
    MAX_HEADER_BYTES,
    Fields,
    arc_header,
    charset_of,
    http_header,
    length_of,
    media_type,
    warc_header,
)
from articles.ingest.warc.stream import Broken, Stream


@dataclass(frozen=True, slots=True)
class RecordBody:
    """``body`` has the transfer and content codings undone. ``status`` is ``None`` for what is no HTTP answer.

    ``charset`` is what the HTTP header says. ``damage`` says in words what is wrong, ``None`` for a sound record.
    """

    body: bytes
    status: int | None
    content_type: str
    charset: str | None
    damage: str | None = None


def read_record(extent: Extent, limits: Limits) -> RecordBody:
    """Read one record. Raises ``UnreadableFile`` where it can not be read or is larger than ``limits`` allow."""
    where = f"{extent.path}, byte {extent.offset:,}"
    try:
        fields, block, damage = _block(extent, limits)
        return _decoded(fields, block, damage, limits)
    except (TooLarge, NotDecoded) as error:
        raise UnreadableFile(str(error), path=where) from error
    except UNREADABLE as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFile(f"the record can not be read: {reason}", path=where) from error


def read_bytes(reference: HeldElsewhere, limits: Limits) -> bytes:
    """The body of an original that is kept by reference: the bytes that its reader had, and that its digest is of.

    They are the decoded body, not the bytes in the file. Raises ``UnreadableFile``.
    """
    return read_record(Extent.of(reference), limits).body


@dataclass(slots=True)
class CrawlBody:
    """A page's body as an input's bytes.

    Once it has been read, ``charset`` is what HTTP said and ``damage`` what is wrong with it; before, ``damage`` is
    what the scan found.
    """

    extent: Extent
    limits: Limits
    charset: str | None = None
    damage: str | None = None

    def read(self, max_bytes: int) -> bytes:
        """All of them. Raises ``IngestError`` where they can not be had, or are more than ``max_bytes``."""
        record = read_record(self.extent, replace(self.limits, max_bytes=max_bytes))
        self.charset, self.damage = record.charset, self.damage or record.damage
        return record.body

    @property
    def reference(self) -> HeldElsewhere:
        return self.extent.reference


def _block(extent: Extent, limits: Limits) -> tuple[Fields, bytes, str | None]:
    """The record's fields, its block, and what is wrong with it."""
    damage = None
    with _opened(extent) as stream:
        record = bytearray()
        try:
            while len(record) < extent.length and (piece := stream.take(extent.length - len(record))):
                record += piece
                if len(record) > limits.max_bytes + MAX_HEADER_BYTES:
                    raise TooLarge(f"it is more than {limits.max_bytes:,} bytes")
        except Broken as broken:
            damage = broken.reason
    found = (warc_header if record.startswith(b"WARC/") else arc_header)(bytes(record), 0)
    if found is None:
        raise OSError("no record begins there")
    return found[0], *_ended(bytes(record[found[1] :]), length_of(found[0]), damage)


def _ended(block: bytes, size: int | None, damage: str | None) -> tuple[bytes, str | None]:
    """The block without what parts it from the next record, whatever length it was said to have."""
    if size is not None and len(block) < size:
        damage = damage or f"it is cut off: {len(block):,} of {size:,} bytes are there"
        return block.removesuffix(b"\r\n\r\n"), damage
    if size is not None and not block[size:].strip(b"\r\n"):
        return block[:size], damage
    return block.removesuffix(b"\r\n\r\n"), damage or "its length is wrong"


@contextmanager
def _opened(extent: Extent) -> Iterator[Stream]:
    """The unpacked bytes of a file from where the record begins."""
    with ExitStack() as stack:
        if extent.copy is not None and extent.copy.path.exists():
            file: IO[bytes] = stack.enter_context(extent.copy.path.open("rb"))
            if extent.copy.is_unpacked:
                yield Stream(file, extent.skip, is_plain=True)
                return
        elif extent.part:
            archive = stack.enter_context(ZipFile(extent.path))
            file = stack.enter_context(archive.open(extent.part))
        else:
            file = stack.enter_context(extent.path.open("rb"))
        stream = Stream(file, extent.offset)
        stream.skip(extent.skip)
        yield stream


def _decoded(fields: Fields, block: bytes, damage: str | None, limits: Limits) -> RecordBody:
    status, http, body_at = http_header(block)
    body = block[body_at:]
    content_type = http.get("content-type", "") if status is not None else fields.get("content-type", "")
    sent = undone(body, http, max_bytes=limits.max_bytes, max_ratio=limits.max_ratio)
    if len(sent.body) > limits.max_bytes:
        raise TooLarge(f"it is more than {limits.max_bytes:,} bytes")
    damage = damage or sent.damage or _told(fields)
    return RecordBody(sent.body, status, media_type(content_type), charset_of(content_type), damage)


def _told(fields: Fields) -> str | None:
    """What the record says itself of how it is damaged."""
    if truncated := fields.get("warc-truncated"):
        return f"it was cut off when it was saved ({truncated})"
    if "warc-segment-number" in fields:
        return "it was saved in several parts, of which this is the first"
    return None
