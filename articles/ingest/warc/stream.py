"""The bytes of a crawl file, unpacked while reading.

A packed crawl is many gzip members, usually one per record. But a record may begin within a member (a whole crawl
packed as one) or continue in the next, so positions are always a member and a number of bytes in it.
"""

from __future__ import annotations

import zlib
from typing import IO

from articles.ingest.inputs.limits import is_bomb

RAW_BYTES = 1 << 16
UNPACKED_BYTES = 1 << 18
SALVAGE_BYTES = 64
GZIP = b"\x1f\x8b\x08"


class Broken(Exception):
    """Damaged packed bytes. ``offset``: where the damaged member begins in the file."""

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(reason)
        self.offset, self.reason = offset, reason


class Stream:
    """Unpacked bytes of ``file`` from ``start`` to ``end``; the next ones are in ``buffer``, from ``at`` on.

    ``one_member``: only the first gzip member; ``is_cut``: at the end, that it came within a gzip member.
    """

    def __init__(
        self, file: IO[bytes], start: int = 0, end: int | None = None, *, max_ratio: int = 0, one_member: bool = False
    ) -> None:
        file.seek(start)
        self.buffer = b""
        self.at = 0
        self.is_cut = False
        self._file, self._end, self._max_ratio = file, end, max_ratio
        self._base = 0  # how many unpacked bytes came before the buffer
        self._one_member = one_member
        self._raw = b""
        self._raw_at = start  # where ``_raw`` ends in the file
        self._unpacker: zlib._Decompress | None = None
        self._member_bytes = 0  # unpacked so far of the present member
        self._salvaged = False  # whether all that can be had of it has been
        self._marks = [(0, start)]  # (unpacked bytes before a member, where it begins), the latest last
        self._read_raw()
        self._is_packed = self._raw.startswith(GZIP[:2])

    @property
    def position(self) -> int:
        return self._base + self.at

    @property
    def file_position(self) -> int:
        return self._raw_at - len(self._raw)

    def where(self, position: int) -> tuple[int, int]:
        """The offset in the file and the unpacked bytes after it, of a ``position`` not before the last ``forget``."""
        before, offset = next(mark for mark in reversed(self._marks) if mark[0] <= position)
        return (offset, position - before) if self._is_packed else (offset + position - before, 0)

    @property
    def is_member_start(self) -> bool:
        return self._is_packed and self.where(self.position)[1] == 0

    def forget(self) -> None:
        while len(self._marks) > 1 and self._marks[1][0] <= self.position:
            del self._marks[0]

    def has(self, count: int) -> bool:
        """Read until ``count`` bytes are in the buffer; ``False`` if the end comes first."""
        while len(self.buffer) - self.at < count:
            if not self.more():
                return False
        return True

    def more(self) -> bool:
        """Add to the buffer; ``False`` at the end. Raises ``Broken``."""
        if self._is_packed:
            added = self._unpack()
        else:
            if not self._raw:
                self._read_raw()
            added, self._raw = self._raw, b""
        if not added:
            return False
        self._base += self.at
        self.buffer = self.buffer[self.at :] + added
        self.at = 0
        return True

    def take(self, count: int) -> bytes:
        """The next bytes, at most ``count``, fewer where that is all there is at once; none at the end."""
        if self.at >= len(self.buffer) and not self.more():
            return b""
        taken = self.buffer[self.at : self.at + count]
        self.at += len(taken)
        return taken

    def skip(self, count: int) -> None:
        while count and (taken := self.take(count)):
            count -= len(taken)

    def _read_raw(self) -> bool:
        room = RAW_BYTES if self._end is None else min(RAW_BYTES, self._end - self._raw_at)
        read = self._file.read(room) if room > 0 else b""
        self._raw += read
        self._raw_at += len(read)
        return bool(read)

    def _unpack(self) -> bytes:
        """Some bytes of the present member, or of the next if it has ended."""
        while True:
            if self._unpacker is None:
                self._unpacker = self._next_member()
            if self._unpacker is None:
                return b""
            if not self._raw and not self._read_raw():
                self.is_cut = True
                return b""
            if added := self._unpack_some(self._unpacker):
                return added

    def _next_member(self) -> zlib._Decompress | None:
        while len(self._raw) < len(GZIP) and self._read_raw():
            pass
        offset = self.file_position
        if not self._raw or (self._one_member and offset != self._marks[0][1]):
            return None
        if not self._raw.startswith(GZIP):
            raise Broken(offset, "what follows is not packed as the rest is")
        self._marks.append((self._base + len(self.buffer), offset))
        self._member_bytes = 0
        self._salvaged = False
        return zlib.decompressobj(wbits=31)

    def _unpack_some(self, unpacker: zlib._Decompress) -> bytes:
        try:
            added = unpacker.decompress(self._raw, UNPACKED_BYTES)
        except zlib.error as error:
            if not self._salvaged and (added := self._salvage()):
                return added
            raise Broken(self._marks[-1][1], "it is damaged and cannot be unpacked") from error
        self._raw = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
        self._member_bytes += len(added)
        offset = self._marks[-1][1]
        if self._max_ratio and is_bomb(self._member_bytes, self.file_position - offset, self._max_ratio):
            raise Broken(offset, f"it expands to more than {self._max_ratio} times its size: possible zip bomb")
        if unpacker.eof:
            self._unpacker = None
        return added

    def _salvage(self) -> bytes:
        """The bytes of the present member before the damage; zlib gives them only in small bites."""
        self._salvaged = True
        packed_at, unpacker, unpacked = self._marks[-1][1], zlib.decompressobj(wbits=31), 0
        kept = bytearray()
        self._file.seek(packed_at)
        try:
            while not unpacker.eof and (bite := self._file.read(SALVAGE_BYTES)):
                piece = unpacker.decompress(bite)
                kept += piece[max(0, self._member_bytes - unpacked) :]
                unpacked += len(piece)
        except zlib.error:
            pass
        self._file.seek(self._raw_at)
        self._member_bytes += len(kept)
        return bytes(kept)
