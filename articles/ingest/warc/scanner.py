"""Scans a crawl file: its records in order, only the beginning of each, and damage between them.

After damage, the scan goes on where the next record begins. A record with a wrong length ends where the next one
begins.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from base64 import b32encode
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, NamedTuple

from articles.ingest.warc import headers
from articles.ingest.warc.headers import Fields
from articles.ingest.warc.stream import GZIP, RAW_BYTES, Broken, Stream

BEGINNING_BYTES = 1 << 15  # the HTTP header and enough of the body to tell what it is
DEEP_BYTES = 4_000_000  # from here on, a record within a gzip member is too far from the member's beginning
# Bytes to look ahead for the end of a block in which another record seems to begin: of one, and of all in a file.
LOOK_AHEAD_BYTES, ALL_LOOK_AHEAD_BYTES = 1 << 24, 1 << 30
OTHER_DIGEST = "its bytes are not those that were saved: digest does not match"
_HASHES = frozenset({"md5", "sha1", "sha256", "sha384", "sha512"})
_NOT_BLANK = re.compile(rb"[^\r\n]")
_KEPT_BYTES = 200  # enough for the first lines of an incomplete record


class Found(NamedTuple):
    """One record: ``length`` unpacked bytes from unpacked byte ``skip`` of the gzip member at ``offset``.

    ``beginning``: of its block; ``digest``: of all of it; ``damage``: in words. A tuple, since there are millions.
    """

    offset: int
    skip: int
    length: int
    fields: Fields
    beginning: bytes
    digest: str
    damage: str | None = None


class Fault(NamedTuple):
    offset: int
    skip: int
    reason: str


class Deep(NamedTuple):
    """The gzip member at ``offset`` has more records, from unpacked byte ``skip`` on, than can be reached in it.

    Unpack the member, read it, and call ``go_on`` with where it ends, or ``after``.
    """

    offset: int
    skip: int
    is_arc: bool


class Scanner:
    """Scans a file from ``start`` to ``end``; ``is_arc``: the rest of an ARC file."""

    def __init__(
        self, file: IO[bytes], start: int = 0, end: int | None = None, *, max_ratio: int = 0, is_arc: bool = False
    ) -> None:
        self._file, self._end, self._max_ratio, self._is_arc = file, end, max_ratio, is_arc
        self._look_ahead = ALL_LOOK_AHEAD_BYTES
        self._is_known_cut = False
        self.go_on(start)

    @property
    def position(self) -> int:
        return self._stream.file_position

    def go_on(self, offset: int) -> None:
        self._stream = Stream(self._file, offset, self._end, max_ratio=self._max_ratio)

    def records(self) -> Iterator[Found | Fault | Deep]:
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
                    self._stream.at += 1
                    size = 1 + sum(map(len, self._next_record()))
                    yield Fault(*place, f"{size:,} bytes outside any record were skipped")
                    continue
            except Broken as broken:
                yield self.resume_after(broken)
                continue
            yield from self._record(place, *header)
        if self._stream.is_cut and not self._is_known_cut:
            yield Fault(self._stream.file_position, 0, "the file ends before its last gzip member does")

    def _skip_blank(self) -> bool:
        """Skip the blank lines between records; ``False`` at the end of the file."""
        stream = self._stream
        while stream.has(1):
            if found := _NOT_BLANK.search(stream.buffer, stream.at):
                stream.at = found.start()
                return True
            stream.at = len(stream.buffer)
        return False

    def _detect_record(self) -> bool:
        stream = self._stream
        stream.has(_KEPT_BYTES)
        if stream.position == 0 and stream.buffer.startswith(b"filedesc:"):
            self._is_arc = True
        return self._is_first_line(stream.buffer, stream.at)

    def _is_first_line(self, text: bytes, at: int = 0) -> bool:
        return bool(headers.RECORD.match(text, at) or (self._is_arc and headers.ARC_RECORD.match(text, at)))

    def _header(self) -> tuple[Fields, int] | None:
        """The record's fields and the start of its block in the buffer; ``None`` if no record begins here."""
        if not self._detect_record():
            return None
        stream = self._stream
        read = headers.arc_header if self._is_arc else headers.warc_header
        while (header := read(stream.buffer, stream.at)) is None:
            if len(stream.buffer) - stream.at > headers.MAX_HEADER_BYTES or not stream.more():
                return None
        # A header without its end must not take that of the record after it.
        is_two = stream.buffer.find(b"\nWARC/", stream.at, header[1]) >= 0
        return None if is_two or header[1] - stream.at > headers.MAX_HEADER_BYTES else header

    def _next_record(self) -> Iterator[bytes]:
        """The bytes before the next record, piece by piece, as they are skipped."""
        stream = self._stream
        pattern = headers.ARC_SEARCH if self._is_arc else headers.RECORD
        while (found := pattern.search(stream.buffer, stream.at)) is None:
            yield stream.take(max(0, len(stream.buffer) - stream.at - _KEPT_BYTES))
            stream.forget()
            if not stream.more():
                yield stream.take(len(stream.buffer))
                return
        yield stream.take(found.start() - stream.at)

    def _record(self, place: tuple[int, int], fields: Fields, block_at: int) -> Iterator[Found | Fault]:
        stream = self._stream
        start = stream.position
        stream.at = block_at
        block_start, block = stream.position, _Block(fields.get("warc-block-digest", ""))
        broken: Broken | None = None
        said = headers.length_of(fields)
        try:
            self._read(block, said or 0)
            damage = self._correct_end(block, said)
        except Broken as error:
            broken, damage = error, f"{error.reason}; {block.size_bytes:,} bytes could be read"
        yield Found(*place, block_start - start + block.size_bytes, fields, block.beginning, block.digest, damage)
        if broken is not None:
            yield self.resume_after(broken)

    def _read(self, block: _Block, size: int) -> None:
        """Read a block up to its size, unless the file ends or the next record begins before."""
        stream = self._stream
        while left := size - block.size_bytes:
            is_all_read = stream.at >= len(stream.buffer)
            if is_all_read and (not stream.more() or (stream.is_member_start and self._detect_record())):
                return
            sign = stream.buffer.find(b"WARC/", stream.at, stream.at + left)
            inner = headers.RECORD.search(stream.buffer, sign, stream.at + left) if sign >= 0 else None
            if inner is None:
                block.add(stream.take(left))
                continue
            block.add(stream.take(inner.start() - stream.at))
            if not self._is_inside_block(block, size - block.size_bytes):
                return
            block.add(stream.take(size - block.size_bytes))

    def _is_inside_block(self, block: _Block, ahead: int) -> bool:
        """``True`` if the record that seems to begin here is part of the block, which ends ``ahead`` bytes further."""
        stream = self._stream
        if ahead > min(LOOK_AHEAD_BYTES, self._look_ahead):
            return False
        self._look_ahead -= ahead
        try:
            if not stream.has(ahead):
                return False
        except Broken:
            return False
        rest = memoryview(stream.buffer)[stream.at : stream.at + ahead]
        return bool(block.is_as_promised(rest)) or self._is_closed(ahead)

    def _correct_end(self, block: _Block, said: int | None) -> str | None:
        """End the block at its real end if its length is wrong; return what was wrong."""
        is_whole = block.size_bytes == said
        is_as_promised = block.is_as_promised() if is_whole else None
        if is_as_promised or (is_whole and self._is_closed()):
            return OTHER_DIGEST if is_as_promised is False else None
        if is_whole or said is None:
            for piece in self._next_record():
                block.add(piece)
        elif not self._stream.has(1):
            self._is_known_cut = True
            return f"it is cut off: {block.size_bytes:,} of {said:,} bytes are there"
        if said is None:
            return f"no valid length was given; {block.size_bytes:,} bytes found"
        return f"its length is wrong: {said:,} bytes are said, {block.size_bytes:,} bytes are there"

    def _is_closed(self, ahead: int = 0) -> bool:
        """``True`` if a block is closed ``ahead`` bytes further, or the file ends or a record begins there."""
        stream = self._stream
        try:
            if stream.has(ahead + 4) and stream.buffer.startswith(b"\r\n\r\n", stream.at + ahead):
                return True
            stream.has(ahead + _KEPT_BYTES)
        except Broken:
            return True  # which is found again at the next record
        at = stream.at + ahead
        following = stream.buffer[at : at + _KEPT_BYTES].lstrip(b"\r\n")
        return not following or self._is_first_line(following)

    def resume_after(self, broken: Broken) -> Fault:
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
            for found in re.finditer(re.escape(GZIP), raw):
                at = offset - len(raw) + len(read) + found.start()
                self._file.seek(at)
                with suppress(zlib.error):
                    beginning = zlib.decompressobj(wbits=31).decompress(self._file.read(4096), _KEPT_BYTES)
                    if self._is_first_line(beginning.lstrip(b"\r\n")):
                        return at
            if not read:
                return None
            offset += len(read)
            raw = raw[-len(GZIP) + 1 :]


class _Block:
    """The block of a record being read: its beginning is kept, the rest only measured."""

    def __init__(self, promised: str) -> None:
        self.size_bytes = 0
        self.beginning = b""
        algorithm, _, self._promised = promised.partition(":")  # the record's digest; ``""`` for none
        self._algorithm = algorithm.lower() if algorithm.lower() in _HASHES else ""
        # The record's own algorithm, to compare; SHA-1 is what crawls use. Nothing here relies on its strength.
        self._hash = hashlib.new(self._algorithm or "sha1", usedforsecurity=False)

    @property
    def digest(self) -> str:
        return f"{self._algorithm or 'sha1'}:{self._hash.hexdigest()}"

    def add(self, piece: bytes) -> None:
        if self.size_bytes < BEGINNING_BYTES:
            self.beginning += piece[: BEGINNING_BYTES - self.size_bytes]
        self.size_bytes += len(piece)
        self._hash.update(piece)

    def is_as_promised(self, rest: bytes | memoryview = b"") -> bool | None:
        """``True`` if the digest with ``rest`` is the record's; ``None`` if that is absent or of an unknown kind."""
        if not self._algorithm or not self._promised:
            return None
        whole = self._hash.copy()
        whole.update(rest)
        said, own = self._promised.strip().rstrip("="), whole.digest()
        if len(said) == len(own) * 2:
            return said.lower() == own.hex()
        return said.upper() == b32encode(own).decode().rstrip("=")
