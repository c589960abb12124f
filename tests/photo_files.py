"""Photo files made for tests, with words in any of the three places for them."""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from articles import photos
from articles.photos.labels import Label, labelled

CORPUS = Path(__file__).parents[2] / "shared/corpora/photos"
LIMITS = photos.Limits(max_bytes=100_000_000, max_pixels=150_000_000)
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
}


def plain(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    """A picture without words."""
    into = io.BytesIO()
    noise = Image.frombytes("L", size, random.Random(7).randbytes(size[0] * size[1]))
    noise.convert(mode).save(into, kind, **options)
    return into.getvalue()


def xmp(properties: str) -> bytes:
    """A packet of these properties, written as elements."""
    names = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMESPACES.items())
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}">'
        f'<rdf:Description rdf:about="" {names}>{properties}</rdf:Description></rdf:RDF></x:xmpmeta>'
    ).encode()


def alternatives(name: str, **texts: str) -> str:
    """``alternatives("dc:description", x_default="Quay", en="Quay")``."""
    items = "".join(
        f'<rdf:li xml:lang="{language.replace("_", "-")}">{escape(text)}</rdf:li>' for language, text in texts.items()
    )
    return f"<{name}><rdf:Alt>{items}</rdf:Alt></{name}>"


def iim(values: Sequence[tuple[int, bytes]], *, declared: bytes = b"") -> bytes:
    """Data sets of record 2; ``declared`` is the character set as 1:90 names it."""
    sets = [(1, 90, declared)] if declared else []
    sets += [(2, number, value) for number, value in values]
    return b"".join(struct.pack(">BBBH", 0x1C, record, number, len(value)) + value for record, number, value in sets)


def exif(texts: Mapping[int, bytes], inside: Mapping[int, bytes] | None = None, order: str = "<") -> bytes:
    """A TIFF structure with texts in its first directory and in that of the camera."""
    entries = sorted((tag, text + b"\0") for tag, text in texts.items())
    camera = sorted((tag, text + b"\0") for tag, text in (inside or {}).items())
    at_camera = 8 + 2 + 12 * (len(entries) + 1) + 4
    values_at = at_camera + 2 + 12 * len(camera) + 4
    values = b""
    made = {"first": b"", "camera": b""}
    for name, listed in (("first", entries), ("camera", camera)):
        for tag, value in listed:
            made[name] += struct.pack(f"{order}HHL", tag, 2, len(value))
            if len(value) <= 4:
                made[name] += value.ljust(4, b"\0")
                continue
            made[name] += struct.pack(f"{order}L", values_at + len(values))
            values += value
    made["first"] += struct.pack(f"{order}HHLL", 0x8769, 4, 1, at_camera)
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}L", 8)
    first = struct.pack(f"{order}H", len(entries) + 1) + made["first"] + bytes(4)
    return head + first + struct.pack(f"{order}H", len(camera)) + made["camera"] + bytes(4) + values


def photo(kind: str = "JPEG", *, xmp: bytes = b"", iim: bytes = b"", exif: bytes = b"", **options: Any) -> bytes:
    """A picture with metadata in it."""
    if kind == "PNG":
        texts = PngInfo()
        texts.add_itxt("XML:com.adobe.xmp", xmp.decode())
        # As ImageMagick writes it.
        block = resource(iim).hex()
        texts.add_text("Raw profile type iptc", f"\niptc\n{len(block) // 2:8}\n{block}\n", zip=True)
        return plain(kind, pnginfo=texts, exif=exif, **options)
    if kind == "TIFF":
        tags = ImageFileDirectory_v2()
        tags[700], tags[33723] = xmp, iim
        tags.tagtype |= {700: 1, 33723: 7}
        said = Image.Exif()
        said.load(exif)
        tags.update({number: text for number, text in said.items() if isinstance(text, str)})
        return plain(kind, tiffinfo=tags, **options)
    made = labelled(plain(kind, **options), Label(xmp, exif))
    return made[:2] + app13(iim) + made[2:] if iim else made


def resource(iim: bytes) -> bytes:
    """IPTC-IIM as Photoshop keeps it."""
    return b"8BIM" + struct.pack(">H", 0x0404) + b"\0\0" + struct.pack(">L", len(iim)) + iim + b"\0" * (len(iim) % 2)


def app13(iim: bytes) -> bytes:
    body = b"Photoshop 3.0\0" + resource(iim)
    return b"\xff\xed" + struct.pack(">H", len(body) + 2) + body


def held(data: bytes, media: Path | None = None, **words: str) -> photos.HeldPhoto:
    return photos.hold(data, media, LIMITS, photos.Words(**words))


def files_of(photo: photos.HeldPhoto, media: Path) -> list[Path]:
    return [media / name for made in photo.renditions for name in (made.file, made.file_webp)]


def pixels(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("RGB")
