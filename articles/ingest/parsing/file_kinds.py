"""Kinds of binary files, by their first bytes. File names and labels are ignored."""

from typing import Literal, NamedTuple

from articles.photos.decoding import BEGINNINGS
from articles.text.tables import tables_of

FileKind = Literal["picture", "document", "font", "recording", "data file", "program or archive"]


class BinaryFile(NamedTuple):
    called: str
    kind: FileKind


def _files(table: str) -> dict[bytes, BinaryFile]:
    """By the bytes that tell them: their first, or, of files in a container, bytes 8 to 12."""
    named = ((kind, called, signs) for kind, files in _TABLES[table].items() for called, signs in files.items())
    return {sign.encode("latin-1"): BinaryFile(called, kind) for kind, called, signs in named for sign in signs}


_TABLES = tables_of(__file__)
_PICTURES = {beginning: BinaryFile(f"a {name} picture", "picture") for beginning, name in BEGINNINGS.items()}
_BINARY_FILES = _PICTURES | _files("beginnings")
_RIFF, _PHOTO_BRANDS = _files("riff"), _files("ftyp")


def binary_file(head: bytes) -> BinaryFile | None:
    """The kind of a file that begins with ``head``; ``None`` if it may be text."""
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _PHOTO_BRANDS.get(head[8:12], BinaryFile("a film", "recording"))
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return BinaryFile("a BMP picture", "picture")
    return next((file for beginning, file in _BINARY_FILES.items() if head.startswith(beginning)), None)
