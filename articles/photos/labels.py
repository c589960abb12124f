"""The words of a photo as metadata for its renditions: all in XMP, and in EXIF, which some programs read alone.

Mapped as in the IPTC Photo Metadata Standard 2023.1; EXIF text is UTF-8, as the Metadata Working Group recommends.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from xml.sax.saxutils import escape

from articles.photos.metadata import cleaned
from articles.photos.words import BETWEEN_NAMES, Words
from articles.text.keys import digest_of

# Characters; with the longest caption (see ``cleaned``) these fit a JPEG's segments of 64 kB.
MOST_OTHER = 1_000
NAME_LENGTH = 8
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" \
xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/">{}</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True, slots=True)
class Label:
    """Metadata ready to be written; ``b""`` without words. ``name`` distinguishes labels in file names."""

    xmp: bytes
    exif: bytes

    @property
    def name(self) -> str:
        return digest_of(self.xmp)[:NAME_LENGTH]


def label_of(words: Words) -> Label:
    caption = cleaned(words.caption)
    short_texts = (words.credit_line, words.alt_text, words.creator, words.copyright_notice)
    credit, alt_text, creator, rights = (cleaned(text)[:MOST_OTHER] for text in short_texts)
    names = [name for part in creator.split(BETWEEN_NAMES) if (name := part.strip())]
    properties = (
        _alternatives("dc:description", caption),
        _listed("dc:creator", names),
        _alternatives("dc:rights", rights),
        f"<photoshop:Credit>{escape(credit)}</photoshop:Credit>" if credit else "",
        _alternatives("Iptc4xmpCore:AltTextAccessibility", alt_text),
    )
    xmp = _PACKET.format("".join(properties)).encode() if any(properties) else b""
    return Label(xmp, _exif(caption, BETWEEN_NAMES.join(names), rights))


def _alternatives(name: str, text: str) -> str:
    if not text:
        return ""
    return f'<{name}><rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt></{name}>'


def _listed(name: str, texts: list[str]) -> str:
    items = "".join(f"<rdf:li>{escape(text)}</rdf:li>" for text in texts)
    return f"<{name}><rdf:Seq>{items}</rdf:Seq></{name}>" if items else ""


def _exif(description: str, artist: str, rights: str) -> bytes:
    """A TIFF structure of one directory, big endian: ImageDescription, Artist, Copyright."""
    values = [(tag, text) for tag, text in ((0x010E, description), (0x013B, artist), (0x8298, rights)) if text]
    if not values:
        return b""
    entries, texts = b"", b""
    after = 8 + 2 + 12 * len(values) + 4
    for tag, text in values:
        value = text.encode() + b"\0"
        entries += struct.pack(">HHL", tag, 2, len(value))
        if len(value) <= 4:
            entries += value.ljust(4, b"\0")
            continue
        entries += struct.pack(">L", after + len(texts))
        texts += value + b"\0" * (len(value) % 2)
    return b"MM\0*" + struct.pack(">LH", 8, len(values)) + entries + bytes(4) + texts
