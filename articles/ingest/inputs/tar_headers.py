"""The members of a tar file, past damage: Python's own reader ends at the first bad header as if the file did."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, cast

from articles.ingest.inputs.damaged import DAMAGE

BLOCK_BYTES = tarfile.BLOCKSIZE
_BITE_BYTES = 1 << 20
_MAGIC, _MAGIC_AT = b"ustar", 257


@dataclass(frozen=True, slots=True)
class Gap:
    """Where no header is that should be one, and where reading went on; ``None`` at the end of the file."""

    at: int
    goes_on_at: int | None

    def __str__(self) -> str:
        if self.goes_on_at is None:
            return f"byte {self.at:,}: the archive is cut off or damaged here; nothing after it could be read"
        return f"byte {self.at:,}: the archive is damaged here; reading went on at byte {self.goes_on_at:,}"


def members_of(archive: tarfile.TarFile, size: int) -> Iterator[tarfile.TarInfo | Gap]:
    """Every member that has a sound header, and each gap before, between or after them. ``size`` is the file's."""
    assert archive.fileobj is not None  # noqa: S101
    file: IO[bytes] = archive.fileobj  # type: ignore[assignment]
    reached = 0
    last: tarfile.TarInfo | None = None
    while True:
        member = _next(archive)
        if member is not None and archive.offset > reached:
            reached, last = archive.offset, member
            yield member
            continue
        at = max(archive.offset, reached)
        if last is not None and last.offset_data + held_bytes(last) > size:
            # Whoever reads it is told: it is cut off, or its length is wrong and others follow.
            goes_on_at = _next_header(file, last.offset_data)
        else:
            goes_on_at = _next_header(file, at + BLOCK_BYTES)
            if not _is_end(file, at):
                yield Gap(at, goes_on_at)
        last = None
        if goes_on_at is None:
            return
        archive.offset = reached = goes_on_at


def held_bytes(member: tarfile.TarInfo) -> int:
    """How many bytes of its content are in the archive: of a file with holes, not those."""
    holes = cast("list[tuple[int, int]] | None", member.sparse)  # which typeshed takes for bytes
    if holes is not None:
        return sum(size for _, size in holes)
    return member.size if member.isreg() else 0


def _next(archive: tarfile.TarFile) -> tarfile.TarInfo | None:
    try:
        return archive.next()
    except DAMAGE:
        return None


def _is_end(file: IO[bytes], at: int) -> bool:
    """Whether the mark of the end is here: two empty blocks, or one at the very end."""
    file.seek(at)
    mark = file.read(2 * BLOCK_BYTES)
    return len(mark) >= BLOCK_BYTES and not mark.strip(b"\0")


def _next_header(file: IO[bytes], at: int) -> int | None:
    """The first sound header from ``at`` on, in steps of a block; several tar files may stand one after another."""
    while True:
        file.seek(at)
        read = file.read(_BITE_BYTES)
        found = read.find(_MAGIC, _MAGIC_AT)
        while found >= 0:
            start = found - _MAGIC_AT
            if start % BLOCK_BYTES == 0 and _is_header(read[start : start + BLOCK_BYTES]):
                return at + start
            found = read.find(_MAGIC, found + 1)
        if len(read) < _BITE_BYTES:
            return None
        at += len(read)


def _is_header(block: bytes) -> bool:
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except DAMAGE:
        return False
    return True
