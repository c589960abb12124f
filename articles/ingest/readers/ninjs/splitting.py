"""Where the objects of a JSON file begin and end: in a list, one after another, or one a line; without reading them.

A file of any size goes through in blocks; only the object that is being read is held.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from articles.ingest.errors import BadMetadata, IngestError, UnreadableFile
from articles.ingest.readers.base import Part, read_whole

_BLOCK_BYTES = 1 << 18
_WIDE_BOMS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_SIGN = re.compile(rb'["{}\[\]]')
_IN_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
# What may stand between two objects: line ends, commas, the brackets of a list, record separators (RFC 7464), a mark.
_BETWEEN = re.compile(rb"(?:[\s,\[\]\x1e]|\xef\xbb\xbf)*+")


def split(file: BinaryIO, max_bytes: int) -> Iterator[Part | IngestError]:
    """The objects of a file. The only one of its file comes with all that stands around it."""
    start = file.read(4)
    file.seek(0)
    if start.startswith(_WIDE_BOMS):
        yield from _wide(file, max_bytes)
        return
    scan = _Scan(max_bytes)
    first: Part | IngestError | None = None
    count = 0
    for part in scan.parts(file):
        count += 1
        if count == 2 and first is not None:
            yield first
        if count == 1:
            first = part
        else:
            yield part
    if count == 1 and isinstance(first, Part):
        file.seek(0)
        whole = file.read(max_bytes + 1)
        yield Part(whole, 1) if len(whole) <= max_bytes else first
    elif count == 1 and first is not None:
        yield first


def _wide(file: BinaryIO, max_bytes: int) -> Iterator[Part | IngestError]:
    """A file of UTF-16 or UTF-32, which is small enough to be taken whole."""
    data = read_whole(file, max_bytes)
    codec = "utf-32" if data.startswith(_WIDE_BOMS[:2]) else "utf-16"
    parts = list(split(io.BytesIO(data.decode(codec, "replace").encode("utf-8", "replace")), max_bytes))
    yield from [Part(data, 1)] if len(parts) == 1 else parts


@dataclass(slots=True)
class _Scan:
    """Where the scan stands. ``held`` are the bytes of the object that has begun, ``None`` if it is too large."""

    max_bytes: int
    depth: int = 0
    is_in_string: bool = False
    line: int = 1
    begun_at: int = 1
    held: bytearray | None = field(default_factory=bytearray)
    rest: bytes = b""

    def parts(self, file: BinaryIO) -> Iterator[Part | IngestError]:
        while block := file.read(_BLOCK_BYTES):
            yield from self._block(self.rest + block)
        if self.depth or self.is_in_string:
            yield BadMetadata("the file ends before the object that begins here does", path="", line=self.begun_at)
        elif self.rest.strip():
            yield self._stray(self.rest)

    def _block(self, block: bytes) -> Iterator[Part | IngestError]:
        at = 0
        self.rest = b""
        while at < len(block):
            if self.is_in_string:
                at = self._string(block, at)
                if at < 0:
                    return
            elif self.depth == 0:
                at, error = self._gap(block, at)
                if error:
                    yield error
            else:
                at, part = self._sign(block, at)
                if part:
                    yield part

    def _string(self, block: bytes, at: int) -> int:
        """Past the end of a string, or -1 if the block ends within it."""
        found = _IN_STRING.match(block, at)
        end = found.end() if found else at
        if block[end : end + 1] == b'"':
            self.is_in_string = False
            self._hold(block[at : end + 1])
            return end + 1
        # A backslash at the very end belongs to what follows it.
        self._hold(block[at:end])
        self.rest = block[end:]
        return -1

    def _gap(self, block: bytes, at: int) -> tuple[int, IngestError | None]:
        """Past what stands before the next object, which then has begun; anything but separators is an error."""
        found = _BETWEEN.match(block, at)
        end = found.end() if found else at
        self.line += block.count(b"\n", at, end)
        if end == len(block):
            return end, None
        error = None
        if block[end : end + 1] != b"{":
            begins = block.find(b"{", end)
            begins = len(block) if begins < 0 else begins
            error = self._stray(block[end:begins])
            self.line += block.count(b"\n", end, begins)
            end = begins
        if end < len(block):
            self.depth, self.begun_at, self.held = 1, self.line, bytearray(b"{")
            end += 1
        return end, error

    def _sign(self, block: bytes, at: int) -> tuple[int, Part | IngestError | None]:
        """Past the next sign within an object; the object, if that ends it."""
        found = _SIGN.search(block, at)
        end = found.end() if found else len(block)
        self._hold(block[at:end])
        if not found:
            return end, None
        if found[0] == b'"':
            self.is_in_string = True
        elif found[0] in (b"{", b"["):
            self.depth += 1
        else:
            self.depth -= 1
            if not self.depth:
                return end, self._object()
        return end, None

    def _object(self) -> Part | IngestError:
        if self.held is None:
            reason = f"an object of more than {self.max_bytes:,} bytes (INPUT_MAX_BYTES)"
            return UnreadableFile(reason, path="", line=self.begun_at)
        return Part(bytes(self.held), self.begun_at)

    def _hold(self, piece: bytes) -> None:
        self.line += piece.count(b"\n")
        if self.held is not None:
            self.held += piece
            if len(self.held) > self.max_bytes:
                self.held = None

    def _stray(self, found: bytes) -> BadMetadata:
        shown = found[:40].decode("utf-8", "replace").strip()
        return BadMetadata(f"{shown!r} is no object, and stands where one would", path="", line=self.line)
