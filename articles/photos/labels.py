"""The words of a photo as metadata in its renditions: all in XMP, and in EXIF, which some programs read alone.

Pixels are not touched, so nothing is encoded twice. Mapped as in the IPTC Photo Metadata Standard 2023.1; EXIF text is
UTF-8, as the Metadata Working Group recommends. JPEG: APP1 segments (Exif 2.32, section 4.7.2; XMP part 3, section
1.1.3). WebP: RFC 9649, sections 2.3 to 2.7.
"""

from dataclasses import dataclass
from itertools import takewhile
from xml.sax.saxutils import escape

from PIL import Image
from PIL.ExifTags import Base

from articles.photos.metadata import cleaned
from articles.photos.segments import APP0, APP1, EXIF_HEAD, XMP_HEAD, jpeg_segments, riff_chunks
from articles.photos.words import BETWEEN_NAMES, Words
from articles.text.keys import digest_of
from articles.text.tables import tables_of

# Characters; with the longest caption (see ``cleaned``) these fit a JPEG's segments of 64 kB.
MOST_OTHER = 1_000
NAME_LENGTH = 8
_PACKET: str = tables_of(__file__)["packet"]
LONGEST_SEGMENT = 65_533
ALPHA_FLAG, EXIF_FLAG, XMP_FLAG = 0x10, 0x08, 0x04
# Chunks that need the extended layout of WebP.
EXTENDED = {b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
# Before the SHA-256 of a rendition, at its end, where decoders do not look.
_CHECKSUM, _LENGTH = b"SHA-256 ", 72


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


def checksummed(data: bytes) -> bytes:
    """A drawing stays as it is: its name tells its digest."""
    return data + _checksum_of(data) if data.startswith((b"\xff\xd8", b"RIFF")) else data


def is_whole(data: bytes) -> bool:
    """``True`` if no byte has changed since it was given its checksum."""
    return data == data[:-_LENGTH] + _checksum_of(data[:-_LENGTH])


def _checksum_of(data: bytes) -> bytes:
    return _CHECKSUM + digest_of(data).encode()


def labelled(data: bytes, label: Label) -> bytes:
    """Without a checksum. A drawing stays as it is."""
    if data[-_LENGTH:].startswith(_CHECKSUM):
        data = data[:-_LENGTH]
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data, label)
    return _webp(data, label) if data.startswith(b"RIFF") else data


def _jpeg(data: bytes, label: Label) -> bytes:
    """Put the label after the JFIF segment, which must come first."""
    kept, rest = [data[:2]], 2
    for segment in takewhile(lambda segment: segment.marker in (APP0, APP1), jpeg_segments(data)):
        rest = segment.end
        if not segment.body.startswith((EXIF_HEAD, XMP_HEAD)):
            kept.append(data[segment.start : rest])
    return b"".join((*kept, _segment(EXIF_HEAD, label.exif), _segment(XMP_HEAD, label.xmp), data[rest:]))


def _segment(head: bytes, content: bytes) -> bytes:
    body = head + content
    if not content or len(body) > LONGEST_SEGMENT:
        return b""
    return bytes((0xFF, APP1)) + (len(body) + 2).to_bytes(2, "big") + body


def _webp(data: bytes, label: Label) -> bytes:
    """Use the simple layout if possible, else the extended one, whose header lists the chunks."""
    chunks = [(kind, body) for kind, body in riff_chunks(data) if kind not in (b"EXIF", b"XMP ")]
    header = next((body for kind, body in chunks if kind == b"VP8X"), b"")
    pixels = [(kind, body) for kind, body in chunks if kind != b"VP8X"]
    if not label.xmp and not label.exif and not any(kind in EXTENDED for kind, _ in pixels):
        return _riff(pixels)
    kind, body = pixels[0]
    has_alpha = kind == b"ALPH" or (kind == b"VP8L" and bool(body[4] & 0x10))
    flags = (header[0] & ~(EXIF_FLAG | XMP_FLAG)) if header else ALPHA_FLAG * has_alpha
    flags |= EXIF_FLAG * bool(label.exif) | XMP_FLAG * bool(label.xmp)
    size = header[4:10] if header else _canvas(kind, body)
    written = [(b"EXIF", label.exif), (b"XMP ", label.xmp)]
    extended = [(b"VP8X", bytes((flags, 0, 0, 0)) + size), *pixels, *(chunk for chunk in written if chunk[1])]
    return _riff(extended)


def _riff(chunks: list[tuple[bytes, bytes]]) -> bytes:
    content = b"WEBP" + b"".join(
        kind + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2) for kind, body in chunks
    )
    return b"RIFF" + len(content).to_bytes(4, "little") + content


def _canvas(kind: bytes, body: bytes) -> bytes:
    """Width and height, each less one, in three bytes, from the header of a lossy or lossless picture."""
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        width, height = bits & 0x3FFF, bits >> 14 & 0x3FFF
    else:
        width, height = (int.from_bytes(body[at : at + 2], "little") & 0x3FFF for at in (6, 8))
        width, height = width - 1, height - 1
    return width.to_bytes(3, "little") + height.to_bytes(3, "little")
