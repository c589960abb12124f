"""The records of one crawl file in their order, each with its beginning only, and what is damaged in between.

After damage, reading goes on at the next place where a record begins. A record whose length is wrong ends where the
next one begins.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, NamedTuple

from articles.ingest.warc.blocks import Block
from articles.ingest.warc.headers import (
    ARC_RECORD,
    ARC_SEARCH,
    MAX_HEADER_BYTES,
    RECORD,
    Fields,
    arc_header,
    length_of,
    warc_header,
)
from articles.ingest.warc.stream import GZIP, RAW_BYTES, Broken, Stream

DEEP_BYTES = 4_000_000  # from here on, a record within a gzip member is too far from the member's beginning
# How many bytes of a file with wrong lengths may be read a second time, so that none takes for ever.
REREAD_BYTES = 256_000_000
OTHER_DIGEST = "its bytes are not those that were saved: their digest is another"
_NOT_BLANK = re.compile(rb"[^\r\n]")
_KEPT_BYTES = 200  # enough to hold the first lines of a record of which the rest is still to come


class Found(NamedTuple):
    """One record, from unpacked byte ``skip`` of what lies at ``offset``, ``length`` unpacked bytes long.

    ``beginning`` is of its block, ``size_bytes`` the whole block's. ``digest`` is of the whole block as it was read.
    ``damage`` says in words what is wrong with the record, if anything. A tuple: of these there are millions.
    """

    offset: int
    skip: int
    length: int
    fields: Fields
    beginning: bytes
    size_bytes: int
    digest: str
    damage: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a place in the file, in words."""

    offset: int
    skip: int
    reason: str


@dataclass(frozen=True, slots=True)
class Deep:
    """The gzip member at ``offset`` holds more records, from ``skip`` unpacked bytes on, than can be reached in it.

    Whoever gets this unpacks the member, reads it, and calls ``go_on`` with where it ends, or ``after``.
    """

    offset: int
    skip: int
    is_arc: bool


class Scanner:
    """Reads the records of a file from ``start`` to ``end``; ``is_arc``: it is the rest of an ARC file."""

    def __init__(
        self, file: IO[bytes], start: int = 0, end: int | None = None, *, max_ratio: int = 0, is_arc: bool = False
    ) -> None:
        self._file, self._end, self._max_ratio = file, end, max_ratio
        self._reread = REREAD_BYTES
        self._is_arc = is_arc
        self._is_known_cut = False
        self.go_on(start)

    @property
    def position(self) -> int:
        """How far the file has been read, in its own bytes."""
        return self._stream.file_position

    def go_on(self, offset: int, skip: int = 0) -> None:
        """Read from another place on."""
        self._stream = Stream(self._file, offset, self._end, max_ratio=self._max_ratio)
        self._stream.skip(skip)

    def records(self) -> Iterator[Found | Fault | Deep]:
        """Every record, and after one that is damaged, or where none could be read, what happened there."""
        while True:
            self._stream.forget()
            try:
                if not self._skip_blank():
                    break
                place = self._stream.where(self._stream.position)
                if place[1] > DEEP_BYTES:
                    yield Deep(*place, self._is_arc)
                    continue
                header = self._header()
                if header is None:
                    yield Fault(*place, f"{self._discard():,} bytes are no record of a crawl")
                    continue
            except Broken as broken:
                yield self.after(broken)
                continue
            yield from self._record(place, *header)
        if self._stream.is_cut and not self._is_known_cut:
            yield Fault(self._stream.file_position, 0, "the file ends before its last gzip member does")

    # --- Where a record begins ------------------------------------------------------------------------------------

    def _skip_blank(self) -> bool:
        """Past the blank lines between records; ``False`` at the end of the file."""
        stream = self._stream
        while stream.has(1):
            if found := _NOT_BLANK.search(stream.buffer, stream.at):
                stream.at = found.start()
                return True
            stream.at = len(stream.buffer)
        return False

    def _begins(self) -> bool:
        """Whether a record begins here, by its first line."""
        stream = self._stream
        stream.has(_KEPT_BYTES)
        if RECORD.match(stream.buffer, stream.at):
            return True
        if stream.position == 0 and stream.buffer.startswith(b"filedesc:"):
            self._is_arc = True
        return self._is_arc and ARC_RECORD.match(stream.buffer, stream.at) is not None

    def _header(self) -> tuple[Fields, int] | None:
        """The record's fields and where in the buffer its block begins; ``None`` where no record begins."""
        if not self._begins():
            return None
        stream = self._stream
        read = arc_header if self._is_arc else warc_header
        while (header := read(stream.buffer, stream.at)) is None:
            if len(stream.buffer) - stream.at > MAX_HEADER_BYTES or not stream.more():
                return None
        # A header without its end must not take that of the record after it.
        is_two = stream.buffer.find(b"\nWARC/", stream.at, header[1]) >= 0
        return None if is_two or header[1] - stream.at > MAX_HEADER_BYTES else header

    def _discard(self) -> int:
        """Past what is no record, to where one begins; says how many bytes that were."""
        stream = self._stream
        start = stream.position
        pattern = ARC_SEARCH if self._is_arc else RECORD
        stream.at += 1
        while (found := pattern.search(stream.buffer, stream.at)) is None:
            stream.at = max(stream.at, len(stream.buffer) - _KEPT_BYTES)
            stream.forget()
            if not stream.more():
                stream.at = len(stream.buffer)
                return stream.position - start
        stream.at = found.start()
        return stream.position - start

    # --- One record -----------------------------------------------------------------------------------------------

    def _record(self, place: tuple[int, int], fields: Fields, block_at: int) -> Iterator[Found | Fault]:
        stream = self._stream
        start = stream.position
        stream.at = block_at
        block = Block(fields.get("warc-block-digest", ""), stream.position)
        broken: Broken | None = None
        damage: str | None = None
        try:
            self._read(block, length_of(fields) or 0)
            damage = self._mend(block, length_of(fields))
        except Broken as error:
            broken, damage = error, f"{error.reason}; {block.size_bytes:,} bytes could be read"
        length = block.start - start + block.size_bytes + block.gap_bytes
        yield Found(*place, length, fields, block.beginning, block.size_bytes, block.digest, damage)
        if broken is not None:
            yield self.after(broken)

    def _read(self, block: Block, size: int) -> None:
        """Read a block of ``size`` bytes, or fewer where the file ends or the next gzip member is a new record."""
        stream = self._stream
        while block.size_bytes < size:
            if stream.at >= len(stream.buffer):
                if not stream.more():
                    return
                if stream.is_member_start(stream.position) and self._begins():
                    return
            block.add(stream.take(size - block.size_bytes))

    def _mend(self, block: Block, said: int | None) -> str | None:
        """Let the block end where it does if its length is wrong; says what was."""
        is_whole = said is not None and block.size_bytes == said
        is_as_promised = block.is_as_promised() if is_whole else None
        if is_as_promised or (is_whole and self._is_followed_well()):
            return OTHER_DIGEST if is_as_promised is False else None
        if block.inner is not None and self._go_back(block):
            return _wrong_length(said, block)
        if said is None or is_whole:
            self._extend(block)
            return _wrong_length(said, block)
        if self._stream.has(1):
            return _wrong_length(said, block)
        self._is_known_cut = True
        return f"it is cut off: {block.size_bytes:,} of {said:,} bytes are there"

    def _is_followed_well(self) -> bool:
        """Whether this block is closed as the standard says, or the file ends or a record begins after it."""
        stream = self._stream
        try:
            if stream.has(4) and stream.buffer.startswith(b"\r\n\r\n", stream.at):
                return True
            return not self._skip_blank() or self._begins()
        except Broken:
            return True  # which is found again at the next record

    def _go_back(self, block: Block) -> bool:
        """Return to the record that was found within the block, unless too much has been read twice already."""
        assert block.inner is not None  # noqa: S101
        self._reread -= self._stream.position - block.inner
        if self._reread < 0:
            return False
        place = self._stream.where(block.inner)
        block.end_at(block.inner)
        self.go_on(*place)
        return True

    def _extend(self, block: Block) -> None:
        """Add to a block whatever comes before the next record."""
        stream = self._stream
        block.gap_bytes = stream.position - block.start - block.size_bytes  # blank lines that were passed over
        pattern = ARC_SEARCH if self._is_arc else RECORD
        while (found := pattern.search(stream.buffer, stream.at)) is None:
            block.add(stream.take(max(0, len(stream.buffer) - stream.at - _KEPT_BYTES)))
            if not stream.more():
                block.add(stream.take(len(stream.buffer)))
                return
        block.add(stream.take(found.start() - stream.at))

    # --- After damage ---------------------------------------------------------------------------------------------

    def after(self, broken: Broken) -> Fault:
        """Go on at the next gzip member that begins a record, if there is one."""
        start = self._next_member(broken.offset + 1)
        goes_on = f"reading went on at byte {start:,}" if start is not None else "nothing after it could be read"
        self._file.seek(0, 2)
        self.go_on(start if start is not None else self._end or self._file.tell())
        return Fault(broken.offset, 0, f"{broken.reason}; {goes_on}")

    def _next_member(self, offset: int) -> int | None:
        raw = b""
        while True:
            self._file.seek(offset)
            read = self._file.read(RAW_BYTES if self._end is None else max(0, min(RAW_BYTES, self._end - offset)))
            raw += read
            at = raw.find(GZIP)
            while at >= 0:
                if self._is_record(offset - len(raw) + len(read) + at):
                    return offset - len(raw) + len(read) + at
                at = raw.find(GZIP, at + 1)
            if not read:
                return None
            offset += len(read)
            raw = raw[-len(GZIP) + 1 :]

    def _is_record(self, offset: int) -> bool:
        """Whether a gzip member begins here, and a record in it."""
        self._file.seek(offset)
        try:
            beginning = zlib.decompressobj(wbits=31).decompress(self._file.read(4096), _KEPT_BYTES).lstrip(b"\r\n")
        except zlib.error:
            return False
        return RECORD.match(beginning) is not None or (self._is_arc and ARC_RECORD.match(beginning) is not None)


def _wrong_length(said: int | None, block: Block) -> str:
    words = "nothing is said of it" if said is None else f"{said:,} bytes are said"
    return f"its length is wrong: {words}, {block.size_bytes + block.gap_bytes:,} bytes are there"
