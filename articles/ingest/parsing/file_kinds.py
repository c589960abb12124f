"""Kinds of binary files, by their first bytes. File names and labels are ignored."""

from typing import Literal, NamedTuple

from articles.photos.decoding import BEGINNINGS

FileKind = Literal["picture", "document", "font", "recording", "data file", "program or archive"]


class BinaryFile(NamedTuple):
    called: str
    kind: FileKind


# No text begins like these.
_BINARY_FILES = {
    **{beginning: BinaryFile(f"a {name} picture", "picture") for beginning, name in BEGINNINGS.items()},
    b"\x00\x00\x01\x00": BinaryFile("an icon", "picture"),
    b"8BPS\x00": BinaryFile("a Photoshop picture", "picture"),
    b"%PDF-": BinaryFile("a PDF document", "document"),
    b"%!PS": BinaryFile("a PostScript document", "document"),
    b"\xd0\xcf\x11\xe0": BinaryFile("an old office document", "document"),
    b"{\\rtf": BinaryFile("an RTF document", "document"),
    **dict.fromkeys((b"wOFF", b"wOF2", b"OTTO\x00", b"\x00\x01\x00\x00\x00"), BinaryFile("a font", "font")),
    **dict.fromkeys((b"ID3\x03", b"ID3\x04"), BinaryFile("a sound", "recording")),
    b"OggS\x00": BinaryFile("a sound or film", "recording"),
    **dict.fromkeys((b"FLV\x01", b"\x1aE\xdf\xa3"), BinaryFile("a film", "recording")),
    b"SQLite format 3\x00": BinaryFile("a SQLite database", "data file"),
    b"PK\x03\x04": BinaryFile("a ZIP archive", "program or archive"),
    b"\x1f\x8b": BinaryFile("compressed (gzip)", "program or archive"),
    b"BZh": BinaryFile("a bzip2 archive", "program or archive"),
    b"\xfd7zXZ": BinaryFile("an xz archive", "program or archive"),
    b"(\xb5/\xfd": BinaryFile("a Zstandard archive", "program or archive"),
    b"7z\xbc\xaf": BinaryFile("a 7-Zip archive", "program or archive"),
    **dict.fromkeys((b"\x7fELF", b"MZ\x90"), BinaryFile("a program", "program or archive")),
}
# Kinds of RIFF and other container files, by bytes 8 to 12.
_RIFF = {b"WEBP": BinaryFile("a WebP picture", "picture")}
_RIFF |= dict.fromkeys((b"WAVE", b"AVI "), BinaryFile("a sound or film", "recording"))
_PHOTO_BRANDS = dict.fromkeys((b"avif", b"avis", b"heic", b"mif1"), BinaryFile("an AVIF or HEIF picture", "picture"))


def binary_file(head: bytes) -> BinaryFile | None:
    """The kind of a file that begins with ``head``; ``None`` if it may be text."""
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _PHOTO_BRANDS.get(head[8:12], BinaryFile("a film", "recording"))
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return BinaryFile("a BMP picture", "picture")
    return next((file for beginning, file in _BINARY_FILES.items() if head.startswith(beginning)), None)
