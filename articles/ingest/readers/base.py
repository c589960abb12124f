"""What every reader is: a row of the table of forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from articles.ingest.errors import IngestError
from articles.ingest.story import Piece, Story


@dataclass(frozen=True, slots=True)
class Part:
    data: bytes
    line: int


def _nothing_in_it(data: bytes) -> str:
    return "there is no headline, text or photo in it"


@dataclass(frozen=True, slots=True)
class Reader:
    """A form of saved articles, and how it is read.

    ``name`` is what reports and originals call it, at most 20 characters; ``called`` is its plural in messages.

    ``looks_like`` knows the form by the first 64 kB of a file. It must be sure: readers are asked in the order of
    ``rank``, specific forms first. ``takes_names`` are suffixes that make a file this form where no reader knows its
    content. In a folder, files with one of ``suffixes`` are opened to see what they are.

    ``read`` is pure, and raises ``IngestError``. ``split`` gives the records of a file that may hold several; each of
    them is read on its own, and a file that is but one record is known by its path like any other, unless it is one
    ``by_line``. Its errors need not name the file. ``why_nothing`` says of an input in which there was
    neither headline nor text nor photo what it held instead.
    """

    name: str
    called: str
    suffixes: frozenset[str]
    looks_like: Callable[[bytes], bool]
    read: Callable[[Piece, bytes], Story]
    rank: int = 50
    takes_names: frozenset[str] = frozenset()
    split: Callable[[BinaryIO, int], Iterator[Part | IngestError]] | None = None
    by_line: bool = False
    why_nothing: Callable[[bytes], str] = _nothing_in_it
