"""The block of a record while it is read: its beginning is kept, the rest only measured."""

from __future__ import annotations

import hashlib
from base64 import b32encode

from articles.ingest.warc.headers import RECORD

BEGINNING_BYTES = 1 << 15  # the HTTP header and enough of the body to tell what it is
HASHES = frozenset({"md5", "sha1", "sha256", "sha384", "sha512"})


class Block:
    """``promised`` is the record's digest, ``algorithm:value``, ``""`` for none; ``start`` where the block begins.

    ``inner`` is where within it something begins that looks like another record, ``None`` if nothing does.
    ``gap_bytes`` were passed over between its two parts, where the first was shorter than the block.
    """

    def __init__(self, promised: str, start: int) -> None:
        self.start = start
        self.size_bytes = self.gap_bytes = 0
        self.beginning = b""
        self.inner: int | None = None
        algorithm, _, self._promised = promised.partition(":")
        self._algorithm = algorithm.lower() if algorithm.lower() in HASHES else ""
        # The record's own algorithm, to compare; SHA-1 is what crawls use. Nothing here relies on its strength.
        self._hash = hashlib.new(self._algorithm or "sha1", usedforsecurity=False)

    @property
    def digest(self) -> str:
        """Of all that was added."""
        return f"{self._algorithm or 'sha1'}:{self._hash.hexdigest()}"

    def add(self, piece: bytes) -> None:
        if self.inner is None and (at := piece.find(b"WARC/")) >= 0:
            self._look_for_record(piece, at)
        if self.size_bytes < BEGINNING_BYTES:
            self.beginning += piece[: BEGINNING_BYTES - self.size_bytes]
        self.size_bytes += len(piece)
        self._hash.update(piece)

    def _look_for_record(self, piece: bytes, at: int) -> None:
        if found := RECORD.search(piece, at):
            self.inner = self.start + self.size_bytes + found.start()

    def end_at(self, position: int) -> None:
        """What was added after ``position`` is not of this block."""
        self.size_bytes = position - self.start
        self.beginning = self.beginning[: self.size_bytes]
        self._algorithm, self._promised = "", ""
        self._hash = hashlib.new("sha1", self.beginning, usedforsecurity=False)

    def is_as_promised(self) -> bool | None:
        """Whether the digest is the record's; ``None`` where it has none, or one of an unknown kind."""
        if not self._algorithm or not self._promised:
            return None
        said, own = self._promised.strip().rstrip("="), self._hash.digest()
        if len(said) == len(own) * 2:
            return said.lower() == own.hex()
        return said.upper() == b32encode(own).decode().rstrip("=")
