"""Reads the members of a tar file, and continues after destroyed headers and wrong lengths."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from typing import IO, cast

from articles.ingest.inputs.damaged import DAMAGE

BLOCK_BYTES = tarfile.BLOCKSIZE
_TYPE_AT = 156


def members_of(archive: tarfile.TarFile, size: int) -> Iterator[tarfile.TarInfo | str]:
    """Members with a sound header, and a sentence about each gap before, between and after them. ``archive`` must be
    opened with ``ignore_zeros``, to look for the next header after a bad one. ``size``: of the file.
    """
    assert archive.fileobj is not None  # noqa: S101
    file: IO[bytes] = archive.fileobj  # type: ignore[assignment]
    reached: int | None = 0
    while member := _next(archive, size):
        if reached is not None and member.offset > reached and not _is_sound(file, reached):
            yield f"byte {reached:,}: the archive is damaged here; reading went on at byte {member.offset:,}"
        yield member
        reached = archive.offset
        if reached > size:  # cut off, or its length is wrong and others follow
            archive.offset = member.offset_data
            # Reading an incomplete member raises an error of its own.
            reached = size if member.isreg() and member.offset_data + held_bytes(member) <= size else None
    if reached is not None and not _is_end(file, reached):
        yield f"byte {reached:,}: the archive is cut off or damaged here; nothing after it could be read"


def held_bytes(member: tarfile.TarInfo) -> int:
    """The bytes of a member in the archive; for sparse files, without the holes."""
    holes = cast("list[tuple[int, int]] | None", member.sparse)  # bytes in typeshed
    if holes is not None:
        return sum(size for _, size in holes)
    return member.size if member.isreg() else 0


def _next(archive: tarfile.TarFile, size: int) -> tarfile.TarInfo | None:
    while True:
        try:
            return archive.next()
        except DAMAGE:  # from a header of several blocks
            if archive.offset >= size:
                return None
            archive.offset += BLOCK_BYTES


def _is_sound(file: IO[bytes], at: int) -> bool:
    file.seek(at)
    return file.read(BLOCK_BYTES)[_TYPE_AT : _TYPE_AT + 1] == tarfile.XGLTYPE or _is_end(file, at)


def _is_end(file: IO[bytes], at: int) -> bool:
    file.seek(at)
    mark = file.read(2 * BLOCK_BYTES)
    return len(mark) >= BLOCK_BYTES and not mark.strip(b"\0")
