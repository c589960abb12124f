"""A reader: one row of the table of formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from typing import BinaryIO

from articles.ingest.errors import IngestError, UnreadableFile
from articles.ingest.story import Piece, Story


@dataclass(frozen=True, slots=True)
class Part:
    data: bytes
    line: int  # the 1-based one on which it begins


@dataclass(frozen=True, slots=True)
class Reader:
    """A format of saved articles, and how it is read.

    ``name`` is what reports and originals call it, at most 20 characters; ``called`` is its plural in messages.

    ``looks_like`` knows the format by the first 64 kB of a file, and must be sure. ``takes_names`` are suffixes that
    make a file this format where no reader knows its content. In a folder, files with one of these or of ``suffixes``
    are opened to see what they are.

    ``read`` is pure, and raises ``IngestError``. ``split`` gives the records of a file that may hold several, and
    errors, which need not name the file; it raises the one that ends it. Each record is read on its own, and a file
    that is but one is known by its path like any other, unless it is one ``by_line``. ``why_nothing`` says of an input
    in which there was neither headline nor text nor photo what it held instead.
    """

    name: str
    called: str
    looks_like: Callable[[bytes], bool]
    read: Callable[[Piece, bytes], Story]
    suffixes: Set[str] = frozenset()
    takes_names: Set[str] = frozenset()
    split: Callable[[BinaryIO, int], Iterator[Part | IngestError]] | None = None
    by_line: bool = False
    why_nothing: Callable[[bytes], str] = lambda data: "there is no headline, text or photo in it"


def read_whole(file: BinaryIO, max_bytes: int) -> bytes:
    """All of a file that can not be split as it is read. Raises ``UnreadableFile`` for one that is too large."""
    data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise UnreadableFile(f"more than {max_bytes:,} bytes (INPUT_MAX_BYTES)", path="")
    return data
