"""The words of a photo as metadata for its renditions: all in XMP, and in EXIF, which some programs read alone.

Mapped as in the IPTC Photo Metadata Standard 2023.1; EXIF text is UTF-8, as the Metadata Working Group recommends.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

from PIL import Image
from PIL.ExifTags import Base

from articles.photos.metadata import cleaned
from articles.photos.segments import EXIF_HEAD
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
    listed = "".join(f"<rdf:li>{escape(name)}</rdf:li>" for name in names)
    properties = (
        _alternatives("dc:description", caption),
        f"<dc:creator><rdf:Seq>{listed}</rdf:Seq></dc:creator>" if listed else "",
        _alternatives("dc:rights", rights),
        f"<photoshop:Credit>{escape(credit)}</photoshop:Credit>" if credit else "",
        _alternatives("Iptc4xmpCore:AltTextAccessibility", alt_text),
    )
    xmp = _PACKET.format("".join(properties)).encode() if any(properties) else b""
    exif = Image.Exif()
    tags = {Base.ImageDescription: caption, Base.Artist: BETWEEN_NAMES.join(names), Base.Copyright: rights}
    exif.update({tag: text.encode() for tag, text in tags.items() if text})
    return Label(xmp, exif.tobytes().removeprefix(EXIF_HEAD) if exif else b"")


def _alternatives(name: str, text: str) -> str:
    if not text:
        return ""
    return f'<{name}><rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt></{name}>'
