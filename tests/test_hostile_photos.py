"""Harmful photo files: refused with a reason, or shown without the harmful part."""

from __future__ import annotations

import json
import shutil
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

from articles.models import Article
from articles.photos import BadPhoto
from tests.effort import MOST_EFFORT, effort, steps
from tests.loading import load
from tests.photo_files import CORPUS, alternatives, exif, files_of, held, iim, photo, pixels, plain, xmp

corpus = pytest.mark.skipif(not CORPUS.exists(), reason="../shared/corpora/photos is not beside the checkout")
HOSTILE = sorted(path.name for path in (CORPUS / "hostile").glob("*"))
REASONS = {
    "s01-bomb-900-megapixels.png": "more pixels than any photo has",
    "s02-bomb-header-only.png": "more pixels than any photo has",
    "s04-truncated.jpg": "the file is cut off or damaged",
    "s05-zero-bytes.jpg": "the file is empty",
    "s06-script.svg": "an SVG drawing, which may run scripts",
    "s07-xxe.svg": "an SVG drawing, which may run scripts",
    "s08-html-named.jpg": "not a picture of a kind that is read here",
    "s09-polyglot-gif-js.gif": "the file is cut off or damaged",
}
MOST_STEPS = 1_000_000  # a fifth of what the smallest of them would take, gone through
PAYLOADS = (b"<script", b"<html", b"PK\x03\x04", b"PK\x05\x06", b"<!ENTITY", b"alert(")


@corpus
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_for_a_reason_or_shown_without_its_payload(tmp_path: Path, name: str) -> None:
    data = (CORPUS / "hostile" / name).read_bytes()
    if name in REASONS:
        assert effort(lambda: refused(data, tmp_path, REASONS[name]))[0] < MOST_EFFORT
        assert not list(tmp_path.iterdir())
    else:
        made = held(data, tmp_path, caption="A ferry.", credit_line="Mei Tanaka")
        for file in files_of(made, tmp_path):
            assert not any(payload in file.read_bytes() for payload in PAYLOADS)
            assert pixels(file).size == (made.width_px, made.height_px)


def refused(data: bytes, folder: Path, reason: str) -> None:
    with pytest.raises(BadPhoto, match=reason):
        held(data, folder)


@corpus
@pytest.mark.django_db
@pytest.mark.parametrize("name", [*REASONS, "s12-caption-script.jpg", "s14-wrong-extension.png"])
def test_an_article_loads_whatever_its_photo_is(tmp_path: Path, settings: Any, name: str) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = tmp_path / "site"
    folder.mkdir()
    shutil.copy(CORPUS / "hostile" / name, folder)
    (folder / "post.md").write_text(f"---\ntitle: Pier\n---\nFirst.\n\n![]({name})\n")
    assert load(folder).outcomes == {"post.md": "created"}
    damage = [one.text for one in Article.objects.get().damage.filter(code="photo-refused")]
    assert damage == [text for text in damage if text.startswith(f"{name}: {REASONS.get(name)}")]
    assert bool(damage) is (name in REASONS)


def exif_bomb() -> bytes:
    """Five thousand entries that each claim the whole block."""
    entries = b"".join(struct.pack("<HHLL", number, 7, 60_000, 8) for number in range(1, 5_000))
    return b"II*\0" + struct.pack("<LH", 8, 4_999) + entries + bytes(5)


def tiff_bomb() -> bytes:
    """A TIFF of 20 MB whose entries each name all of it."""
    good = plain("TIFF")
    entries = b"".join(struct.pack("<HHLL", number, 7, 20_000_000, 8) for number in range(40_000, 40_900))
    filled = good + bytes(20_000_000)
    at = len(filled)
    return filled[:4] + struct.pack("<L", at) + filled[8:] + struct.pack("<H", 900) + entries + bytes(4)


def png_of_texts() -> bytes:
    """A thousand compressed texts of a megabyte each, with the name of an XMP packet."""
    packed = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(1_000_000), 9)
    chunk = struct.pack(">L", len(packed)) + b"iTXt" + packed + struct.pack(">L", zlib.crc32(b"iTXt" + packed))
    whole = plain("PNG")
    return whole[:33] + chunk * 1_000 + whole[33:]


def test_bombs_in_metadata_do_no_harm(tmp_path: Path) -> None:
    deep = "<dc:title>" + '<rdf:Bag><rdf:li rdf:parseType="Resource"><dc:title>' * 200
    photos = (photo(exif=exif_bomb()), photo("WEBP", exif=exif_bomb() * 40), png_of_texts(), photo(xmp=xmp(deep)))
    for bomb in photos:
        spent, made = effort(lambda bomb=bomb: held(bomb, tmp_path))  # type: ignore[misc]
        assert (made.width_px, spent < MOST_EFFORT / 4) == (60, True)
    tiff = tiff_bomb()
    assert effort(lambda: refused(tiff, tmp_path, "cut off or damaged"))[0] < MOST_EFFORT / 4


def test_a_picture_drawn_in_thousands_of_passes_is_refused(tmp_path: Path) -> None:
    drawn = plain(size=(600, 400), progressive=True)
    at = drawn.rindex(b"\xff\xda")
    endless = drawn[:-2] + drawn[at:-2] * 500 + b"\xff\xd9"
    with pytest.raises(BadPhoto, match=r"drawn in 51\d passes, which no photo needs"):
        held(endless, tmp_path)


@pytest.mark.parametrize(
    "endless",
    [
        b"\xff\xd8" + b"\xff\xe1\0\2" * 5_000_000,
        plain("PNG")[:33] + (struct.pack(">L", 0) + b"tEXt" + struct.pack(">L", zlib.crc32(b"tEXt"))) * 1_000_000,
        b"RIFF\xff\xff\xff\x7fWEBP" + b"EXIF\0\0\0\0" * 2_000_000,
    ],
    ids=["JPEG", "PNG", "WebP"],
)
def test_a_file_of_millions_of_parts_is_not_gone_through(tmp_path: Path, endless: bytes) -> None:
    reason = r"more parts than any photo|cut off or damaged"
    assert steps(lambda: refused(endless, tmp_path, reason)) < MOST_STEPS


def test_what_follows_a_picture_is_no_part_of_it(tmp_path: Path) -> None:
    made = held(plain() + b"\xff\xda" * 1_000 + b"<script>alert(1)</script>", tmp_path)
    assert all(b"<script" not in file.read_bytes() for file in files_of(made, tmp_path))


def test_a_place_or_an_owner_is_kept_nowhere_but_in_the_file_itself(tmp_path: Path) -> None:
    private = xmp(
        "<exif:GPSLatitude>60,23.2057N</exif:GPSLatitude><aux:OwnerName>Private Person</aux:OwnerName>"
        + alternatives("dc:description", x_default="The harbour.")
    )
    camera = exif({0x010F: b"Camera"}, {0xA430: b"Private Person", 0xA431: b"SN-0042-7781"})
    made = held(photo(xmp=private, exif=camera, iim=iim([(110, b"Harbour office")])), tmp_path)
    kept = json.dumps(made.metadata) + "".join(str(file.read_bytes()) for file in files_of(made, tmp_path))
    assert made.words.caption == "The harbour."
    assert not [secret for secret in ("60,23", "Private", "7781") if secret in kept]
    assert b"SN-0042-7781" in (tmp_path / made.file).read_bytes()
