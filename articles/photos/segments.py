"""The parts of picture files: their metadata, and the file without it.

Decoders get only what the pixels need: no comments, previews, further frames, text that unpacks to gigabytes, or data
after the end.

JPEG: ITU-T T.81, annex B; Exif 2.32, section 4.7; XMP part 3. PNG: W3C, third edition. WebP: RFC 9649.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from itertools import repeat
from typing import NamedTuple

PNG_HEAD = b"\x89PNG\r\n\x1a\n"
EXIF_HEAD = b"Exif\0\0"
XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"
PHOTOSHOP_HEAD = b"Photoshop 3.0\0"
ICC_HEAD = b"ICC_PROFILE\0"
IPTC_RESOURCE = 0x0404  # among Photoshop's image resources
MOST_BYTES = 1_000_000  # of one kind of metadata
MOST_PARTS = 50_000  # 100 MB in the usual pieces of 8 kB are 12,500
MOST_TEXTS = 50  # of a PNG, unpacked one by one

APP0, APP1, APP2, APP13, APP14, COMMENT = 0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xFE
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
# Within a scan, 0xFF is followed by 0 or a restart mark; by anything else only at the start of a segment.
_NEXT_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]")
_PNG_PIXELS = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP"}


class BadPhoto(Exception):
    """A photo file that cannot be shown; the message is the reason, for staff."""


class Blocks(NamedTuple):
    """The raw metadata of a file; ``b""`` if missing. ``exif`` begins with its byte order, such as ``II``."""

    xmp: bytes = b""
    iim: bytes = b""
    exif: bytes = b""


class Segment(NamedTuple):
    """A marker segment of a JPEG: ``data[start:end]`` with its marker, ``body`` without marker and length."""

    marker: int
    start: int
    end: int
    body: bytes


def jpeg_segments(data: bytes) -> Iterator[Segment]:
    """The segments up to the end of the image, including scans; bytes between segments are skipped."""
    at = 2
    for _ in _bounded():
        if not (found := _NEXT_MARKER.search(data, at)):
            return
        start, marker = found.start(), data[found.start() + 1]
        if marker == END_OF_IMAGE:
            yield Segment(marker, start, start + 2, b"")
            return
        if marker == 0xD8:
            at = start + 2
            continue
        end = start + 2 + int.from_bytes(data[start + 2 : start + 4], "big")
        if end < start + 4 or end > len(data):
            return
        body = b"" if marker == START_OF_SCAN else data[start + 4 : end]
        yield Segment(marker, start, end, body)
        at = end


def _bounded() -> Iterator[None]:
    """A loop over the parts of a file; raises ``BadPhoto`` at the limit."""
    yield from repeat(None, MOST_PARTS)
    raise BadPhoto("it is made of more parts than any photo")


def _has_pixels(segment: Segment) -> bool:
    if segment.marker == APP2:
        return segment.body.startswith(ICC_HEAD)
    return segment.marker in (APP0, APP14) or not (APP0 <= segment.marker <= 0xEF or segment.marker == COMMENT)


def _jpeg_pixels(data: bytes) -> tuple[bytes, int]:
    """The file without metadata and anything after the image; and its number of scans."""
    parts, scans, from_scan, end = [b"\xff\xd8"], 0, 0, len(data)
    for segment in jpeg_segments(data):
        if segment.marker == START_OF_SCAN:
            scans += 1
            from_scan = from_scan or segment.start
        elif segment.marker == END_OF_IMAGE:
            end = segment.end
        elif not from_scan and _has_pixels(segment):
            parts.append(data[segment.start : segment.end])
    return (b"".join(parts) + data[from_scan:end], scans) if from_scan else (data, 0)


def _jpeg_blocks(data: bytes) -> Blocks:
    xmp = exif = b""
    photoshop: list[bytes] = []
    for marker, _, _, body in jpeg_segments(data):
        if marker == START_OF_SCAN:
            break
        if marker == APP1 and body.startswith(XMP_HEAD):
            xmp = xmp or body[len(XMP_HEAD) :]
        elif marker == APP1 and body.startswith(EXIF_HEAD):
            exif = exif or body[len(EXIF_HEAD) :]
        elif marker == APP13 and body.startswith(PHOTOSHOP_HEAD):
            photoshop.append(body[len(PHOTOSHOP_HEAD) :])
    return Blocks(xmp, photoshop_iim(b"".join(photoshop)), exif)


def photoshop_iim(resources: bytes) -> bytes:
    """The IPTC-IIM block among Photoshop's resources: ``8BIM``, number, name, length, content, all padded to even."""
    at = 0
    for _ in _bounded():
        if resources[at : at + 4] != b"8BIM" or at + 7 > len(resources):
            break
        number = int.from_bytes(resources[at + 4 : at + 6], "big")
        after_name = at + 6 + (resources[at + 6] + 2) // 2 * 2
        start = after_name + 4
        end = start + int.from_bytes(resources[after_name:start], "big")
        if number == IPTC_RESOURCE:
            return resources[start:end]
        at = end + end % 2
    return b""


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of each chunk, with its length and checksum."""
    at = len(PNG_HEAD)
    for _ in _bounded():
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if at + 12 > len(data) or end > len(data):
            return
        yield data[at + 4 : at + 8], at, end
        at = end


def _png_blocks(data: bytes) -> Blocks:
    found: dict[str, bytes] = {}
    texts = 0
    for kind, start, end in _png_chunks(data):
        body = data[start + 8 : end - 4]
        if kind == b"eXIf":
            found.setdefault("exif", body)
        elif kind in (b"tEXt", b"zTXt", b"iTXt") and texts < MOST_TEXTS:
            texts += 1
            name, text = _png_text(kind, body)
            if name == b"XML:com.adobe.xmp":
                found["xmp"] = text
            elif name.startswith(b"Raw profile type "):
                _add_profile(found, name.rpartition(b" ")[2].lower(), text)
    return Blocks(**found)


def _add_profile(blocks: dict[str, bytes], name: bytes, text: bytes) -> None:
    """Add a block as ImageMagick writes it: ``\\nname\\n length\\n`` and hexadecimal digits."""
    parts = text.split(maxsplit=2)
    try:
        block = bytes.fromhex(parts[2].decode("ascii")) if len(parts) == 3 else b""
    except ValueError:
        return
    if name == b"iptc":
        blocks.setdefault("iim", photoshop_iim(block))
    elif name == b"xmp":
        blocks.setdefault("xmp", block)
    elif name in (b"exif", b"app1") and block.startswith(EXIF_HEAD):
        blocks.setdefault("exif", block[len(EXIF_HEAD) :])
    elif name == b"app1" and block.startswith(XMP_HEAD):
        blocks.setdefault("xmp", block[len(XMP_HEAD) :])


def _png_text(kind: bytes, body: bytes) -> tuple[bytes, bytes]:
    name, _, rest = body.partition(b"\0")
    if kind == b"tEXt":
        return name, rest[:MOST_BYTES]
    if kind == b"zTXt":
        return name, _inflated(rest[1:])
    *_, text = rest[2:].split(b"\0", 2)  # after the language and the translated name
    return name, _inflated(text) if rest[:1] == b"\1" else text[:MOST_BYTES]


def _inflated(packed: bytes) -> bytes:
    """At most ``MOST_BYTES``; longer data is cut off and so unreadable."""
    with suppress(zlib.error):
        return zlib.decompressobj().decompress(packed, MOST_BYTES)
    return b""


def riff_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a RIFF file, without their padding."""
    at, end = 12, min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    for _ in _bounded():
        if at + 8 > end:
            return
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


# TIFF and EXIF have the same structure.
_TYPE_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 129: 1}
MOST_TAGS = 1_000
_OF_TIFF = (700, 33723, 34377)  # a TIFF's tags of XMP, IPTC-IIM and Photoshop


class Tag(NamedTuple):
    """An entry of a directory. ``size_bytes`` as stated; it may exceed the file."""

    number: int
    kind: int
    size_bytes: int
    offset: int


def byte_order(block: bytes) -> str:
    """``<`` or ``>``, as for ``struct``; ``""`` if the block is not a TIFF structure."""
    return {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4], "")


def tags_of(block: bytes, at: int | None = None) -> list[Tag]:
    """At most ``MOST_TAGS`` entries of the first directory, or of the one at ``at``; a hostile file may repeat them."""
    order = byte_order(block)
    if not order or len(block) < 8:
        return []
    start = struct.unpack_from(f"{order}L", block, 4)[0] if at is None else at
    if start < 8 or start + 2 > len(block):
        return []
    count = min(MOST_TAGS, struct.unpack_from(f"{order}H", block, start)[0], (len(block) - start - 2) // 12)
    tags = []
    for place in range(start + 2, start + 2 + 12 * count, 12):
        number, kind, values = struct.unpack_from(f"{order}HHL", block, place)
        size = _TYPE_SIZES.get(kind, 1) * values
        offset = place + 8 if size <= 4 else struct.unpack_from(f"{order}L", block, place + 8)[0]
        tags.append(Tag(number, kind, size, offset))
    return tags


def value_of(block: bytes, tag: Tag) -> bytes:
    return block[tag.offset : tag.offset + min(tag.size_bytes, MOST_BYTES)]


def repeats_its_bytes(data: bytes) -> bool:
    """``True`` if a TIFF's first directory refers to the same bytes many times; decoders would read each time."""
    tags = tags_of(data)
    return len(tags) == MOST_TAGS or sum(tag.size_bytes for tag in tags) > 4 * len(data) + MOST_BYTES


def blocks_of(data: bytes) -> Blocks:
    """The raw metadata of a file, without blocks too large to be captions."""
    blocks = Blocks()
    if data.startswith(b"\xff\xd8"):
        blocks = _jpeg_blocks(data)
    elif data.startswith(PNG_HEAD):
        blocks = _png_blocks(data)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        chunks = dict(riff_chunks(data))
        blocks = Blocks(xmp=chunks.get(b"XMP ", b""), exif=chunks.get(b"EXIF", b"").removeprefix(EXIF_HEAD))
    elif byte_order(data):
        values = {tag.number: value_of(data, tag) for tag in reversed(tags_of(data)) if tag.number in _OF_TIFF}
        xmp, iim, photoshop = (values.get(number, b"") for number in _OF_TIFF)
        blocks = Blocks(xmp, iim or photoshop_iim(photoshop))
    bounded = Blocks(*(block if len(block) < MOST_BYTES else b"" for block in blocks))
    return bounded._replace(exif=data) if byte_order(data) else bounded


def pixels_of(data: bytes) -> tuple[bytes, int]:
    """The part of a file that a decoder needs, and the number of passes over the picture (0: not a JPEG)."""
    if data.startswith(b"\xff\xd8"):
        return _jpeg_pixels(data)
    chunks = list(_png_chunks(data)) if data.startswith(PNG_HEAD) else []
    if chunks and chunks[-1][0] == b"IEND":
        # Of an animation, only the first frame.
        data = PNG_HEAD + b"".join(data[start:end] for kind, start, end in chunks if kind in _PNG_PIXELS)
    return data, 0
