"""Files that are surely no text, by their first bytes, whatever they are called or labelled."""

from __future__ import annotations

from typing import Literal, NamedTuple

from articles.photos.decoding import BEGINNINGS

FileKind = Literal["picture", "document", "font", "recording", "data file", "program or archive"]


class Signature(NamedTuple):
    called: str
    kind: FileKind


# None that an article could begin with as text.
_SIGNATURES = {
    **{beginning: Signature(f"a {name} picture", "picture") for beginning, name in BEGINNINGS.items()},
    b"\x00\x00\x01\x00": Signature("an icon", "picture"),
    b"8BPS\x00": Signature("a Photoshop picture", "picture"),
    b"%PDF-": Signature("a PDF document", "document"),
    b"%!PS": Signature("a PostScript document", "document"),
    b"\xd0\xcf\x11\xe0": Signature("an old office document", "document"),
    b"{\\rtf": Signature("an RTF document", "document"),
    b"wOFF": Signature("a font", "font"),
    b"wOF2": Signature("a font", "font"),
    b"OTTO\x00": Signature("a font", "font"),
    b"\x00\x01\x00\x00\x00": Signature("a font", "font"),
    b"ID3\x03": Signature("a sound", "recording"),
    b"ID3\x04": Signature("a sound", "recording"),
    b"OggS\x00": Signature("a sound or film", "recording"),
    b"FLV\x01": Signature("a film", "recording"),
    b"\x1aE\xdf\xa3": Signature("a film", "recording"),
    b"SQLite format 3\x00": Signature("a SQLite database", "data file"),
    b"PK\x03\x04": Signature("a ZIP archive", "program or archive"),
    b"\x1f\x8b": Signature("compressed (gzip)", "program or archive"),
    b"BZh": Signature("a bzip2 archive", "program or archive"),
    b"\xfd7zXZ": Signature("an xz archive", "program or archive"),
    b"(\xb5/\xfd": Signature("a Zstandard archive", "program or archive"),
    b"7z\xbc\xaf": Signature("a 7-Zip archive", "program or archive"),
    b"\x7fELF": Signature("a program", "program or archive"),
    b"MZ\x90": Signature("a program", "program or archive"),
}
_BEGINNINGS = tuple(_SIGNATURES)
# What a RIFF file holds, by its bytes 8 to 12, and what the others are that name their kind there.
_RIFF = {b"WEBP": Signature("a WebP picture", "picture")}
_RIFF |= dict.fromkeys((b"WAVE", b"AVI "), Signature("a sound or film", "recording"))
_PHOTO_BRANDS = dict.fromkeys((b"avif", b"avis", b"heic", b"mif1"), Signature("an AVIF or HEIF picture", "picture"))


def signature_of(head: bytes) -> Signature | None:
    """What a file is that begins with ``head``; ``None`` for what may be text."""
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _PHOTO_BRANDS.get(head[8:12], Signature("a film", "recording"))
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return Signature("a BMP picture", "picture")
    if not head.startswith(_BEGINNINGS):
        return None
    return next(signature for beginning, signature in _SIGNATURES.items() if head.startswith(beginning))
