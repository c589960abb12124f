"""Photo files: stored by digest, shown upright and without location, refused one by one if they are no pictures."""

from __future__ import annotations

import contextlib
import io
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from articles import photos
from articles.ingest.story import LocalFile
from articles.models import Article, Photo
from articles.photos import decoding, renditions
from tests.loading import load

LIMITS = photos.Limits(max_bytes=5_000_000, max_pixels=20_000_000)
POST = """---
title: Pier
date: 2020-02-02
---
First.

![The pier]({src} "The pier at dusk. [Photo by Mei Tanaka]")

Last.
"""


def picture(path: Path, size: tuple[int, int] = (1800, 900), *, orientation: int = 0, gps: bool = False) -> Path:
    """A picture whose left half is black and whose right half is white."""
    image = Image.new("RGB", size, "white")
    image.paste("black", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (1.0, 2.0, 3.0), 3: "E", 4: (4.0, 5.0, 6.0)})
    image.save(path, exif=exif)
    return path


def hold(path: Path, media: Path | None, limits: photos.Limits = LIMITS) -> photos.HeldPhoto:
    return photos.hold(path.read_bytes(), media, limits)


def test_a_photo_is_copied_by_digest_and_made_in_sizes_up_to_its_own(tmp_path: Path) -> None:
    held = hold(picture(tmp_path / "pier.jpg"), tmp_path / "media")
    assert (tmp_path / "media" / held.file).read_bytes() == (tmp_path / "pier.jpg").read_bytes()
    assert held.digest in held.file
    assert (held.width_px, held.height_px) == (1800, 900)
    assert [(made.width_px, made.height_px) for made in held.renditions] == [(400, 200), (800, 400), (1800, 900)]
    for made, file in ((one, file) for one in held.renditions for file in (one.file, one.file_webp)):
        with Image.open(tmp_path / "media" / file) as shown:
            assert shown.size == (made.width_px, made.height_px)
            assert shown.format == ("JPEG" if file.endswith(".jpg") else "WEBP")


@pytest.mark.parametrize(
    ("width", "widths"),
    [(390, [390]), (500, [400, 500]), (960, [400, 960]), (1920, [400, 800, 1920]), (2100, [400, 800, 1600, 2000])],
)
def test_no_size_is_made_that_is_nearly_the_next_one(tmp_path: Path, width: int, widths: list[int]) -> None:
    held = hold(picture(tmp_path / "pier.png", (width, 40)), None)
    assert [made.width_px for made in held.renditions] == widths


def test_a_small_photo_is_never_enlarged(tmp_path: Path) -> None:
    held = hold(picture(tmp_path / "small.png", (300, 200)), tmp_path / "media")
    assert [(made.width_px, made.height_px) for made in held.renditions] == [(300, 200)]


def test_a_photo_taken_sideways_is_shown_upright(tmp_path: Path) -> None:
    held = hold(picture(tmp_path / "side.jpg", (800, 400), orientation=6), tmp_path / "media")
    assert (held.width_px, held.height_px) == (400, 800)
    with Image.open(tmp_path / "media" / held.renditions[-1].file) as shown:
        assert shown.size == (400, 800)
        assert shown.getpixel((200, 100)) < (40, 40, 40), "what was left is on top"
        assert shown.getpixel((200, 700)) > (215, 215, 215)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_shown_upright_however_it_was_held(tmp_path: Path, suffix: str, orientation: int) -> None:
    picture(tmp_path / f"side.{suffix}", (200, 100), orientation=orientation)
    held = hold(tmp_path / f"side.{suffix}", tmp_path / "media")
    is_turned, is_swapped = orientation > 4, orientation in (2, 3, 7, 8)
    assert (held.width_px, held.height_px) == ((100, 200) if is_turned else (200, 100))
    with Image.open(tmp_path / "media" / held.renditions[0].file) as shown:
        assert shown.size == (held.width_px, held.height_px)
        first, last = ((50, 20), (50, 180)) if is_turned else ((20, 50), (180, 50))
        black, white = (last, first) if is_swapped else (first, last)
        assert shown.getpixel(black) < (40, 40, 40)
        assert shown.getpixel(white) > (215, 215, 215)


def test_what_is_served_does_not_say_where_it_was_taken(tmp_path: Path) -> None:
    held = hold(picture(tmp_path / "gps.jpg", gps=True), tmp_path / "media")
    for made in held.renditions:
        with Image.open(tmp_path / "media" / made.file) as shown:
            assert not shown.getexif()


def test_making_the_same_photo_again_writes_nothing(tmp_path: Path) -> None:
    first = hold(picture(tmp_path / "pier.jpg"), tmp_path / "media")
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "media").rglob("*.*")}
    assert hold(tmp_path / "pier.jpg", tmp_path / "media") == first
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "media").rglob("*.*")} == times


def _cut(path: Path) -> None:
    data = picture(path).read_bytes()
    path.write_bytes(data[: len(data) // 2])


def _text(path: Path) -> None:
    path.write_text("not a picture")


def _svg(path: Path) -> None:
    path.write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")


def _large(path: Path) -> None:
    Image.new("1", (6_000, 5_000)).save(path, "PNG")


def _bomb(path: Path) -> None:
    Image.new("1", (30_000, 30_000)).save(path, "PNG")


def _heavy(path: Path) -> None:
    path.write_bytes(picture(path).read_bytes() + bytes(6_000_000))


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (_cut, "cut off or damaged"),
        (_text, "not a picture"),
        (_svg, "an SVG drawing, which may run scripts"),
        (_large, "6000 × 5000 pixels, more than 20,000,000"),
        (_bomb, "more pixels than any photo has"),
        (_heavy, "larger than 5,000,000 bytes"),
    ],
)
def test_a_file_that_cannot_be_shown_is_refused_with_the_reason(
    tmp_path: Path, make: Callable[[Path], None], why: str
) -> None:
    make(tmp_path / "bad.jpg")
    with pytest.raises(photos.BadPhoto, match=why):
        hold(tmp_path / "bad.jpg", tmp_path / "media")
    assert not list((tmp_path / "media").rglob("*.*")), "and leaves nothing behind"


def _encoded(kind: str, **options: object) -> bytes:
    made = io.BytesIO()
    Image.effect_noise((120, 90), 80).convert("RGB").save(made, kind, **options)
    return made.getvalue()


def _with_bytes(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


PNG, BMP = _encoded("PNG"), _encoded("BMP")
DAMAGED = {
    **{
        f"half a {kind}": (whole := _encoded(kind))[: len(whole) // 2]
        for kind in ("PNG", "WEBP", "JPEG", "TIFF", "BMP")
    },
    "JPEG cut within its header": _encoded("JPEG")[:30],
    "JPEG of three bytes": _encoded("JPEG")[:3],
    "PNG without pixels": PNG[:33],
    "PNG with a truncated IHDR": _with_bytes(PNG, 8, b"\0\0\0\5"),
    "PNG with a broken chunk": _with_bytes(PNG, 37, b"\0\1\2\3"),
    "BMP of no width": _with_bytes(BMP, 18, bytes(4)),
    "BMP with an odd header": _with_bytes(BMP, 14, b"\x0d"),
    "BMP with odd colours": _with_bytes(BMP, 28, b"\x07"),
}


@pytest.mark.parametrize("what", DAMAGED)
@pytest.mark.parametrize("is_kept", [True, False])
def test_a_damaged_picture_is_refused_in_words(tmp_path: Path, what: str, is_kept: bool) -> None:
    (tmp_path / "bad.jpg").write_bytes(DAMAGED[what])
    with pytest.raises(photos.BadPhoto, match=r"the file is cut off or damaged|there is not one pixel in it"):
        hold(tmp_path / "bad.jpg", tmp_path / "media" if is_kept else None)
    assert not (tmp_path / "media").exists()


def test_no_changed_byte_of_a_picture_stops_a_load(tmp_path: Path) -> None:
    chance = random.Random(7)
    for number in range(300):
        spoilt = bytearray(_encoded(("PNG", "WEBP", "JPEG", "BMP", "GIF")[number % 5]))
        for _ in range(3):
            spoilt[chance.randrange(min(len(spoilt), 300))] = chance.randrange(256)
        (tmp_path / "x").write_bytes(spoilt)
        with contextlib.suppress(photos.BadPhoto):
            hold(tmp_path / "x", tmp_path / "media")


def test_a_disk_that_can_not_be_written_is_no_fault_of_the_photo(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file where the folder should be")
    with pytest.raises(OSError, match="media"):
        hold(picture(tmp_path / "pier.jpg"), tmp_path / "media")


@pytest.mark.parametrize("suffix", ["png", "jpg"])
@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((1, 40_000), [(1, 16_383)]),
        ((400, 65_500), [(100, 16_383)]),
        ((900, 20_000), [(400, 8_889), (737, 16_383)]),
        ((65_500, 1), [(400, 1), (800, 1), (1600, 1), (2000, 1)]),
    ],
)
def test_a_picture_of_any_shape_is_shown(
    tmp_path: Path, size: tuple[int, int], shown: list[tuple[int, int]], suffix: str
) -> None:
    Image.new("L", size).save(tmp_path / f"strip.{suffix}")
    limits = photos.Limits(max_bytes=5_000_000, max_pixels=30_000_000)
    held = hold(tmp_path / f"strip.{suffix}", tmp_path / "media", limits)
    assert [(made.width_px, made.height_px) for made in held.renditions] == shown
    for made in held.renditions:
        with Image.open(tmp_path / "media" / made.file) as rendition:
            assert rendition.size == (made.width_px, made.height_px)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_colour_mode_is_shown(tmp_path: Path, mode: str) -> None:
    suffix = "tif" if mode == "CMYK" else "png"
    Image.new(mode, (500, 300)).save(tmp_path / f"x.{suffix}")
    held = hold(tmp_path / f"x.{suffix}", tmp_path / "media")
    assert [made.width_px for made in held.renditions] == [400, 500]


@pytest.mark.django_db
def test_an_article_loads_with_its_photo_caption_and_credit(tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    folder = post(tmp_path, "pier.jpg")
    picture(folder / "pier.jpg")
    load(folder)
    photo = Photo.objects.get()
    assert (photo.caption, photo.credit_line, photo.alt_text) == ("The pier at dusk.", "Mei Tanaka", "The pier")
    assert photo.position == 1
    assert [made.width_px for made in photo.renditions.all()] == [400, 800, 1800]


@pytest.mark.django_db
def test_a_bad_photo_does_not_keep_its_article_out(tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    folder = post(tmp_path, "pier.jpg")
    (folder / "pier.jpg").write_bytes(b"GIF89a, not really")
    assert load(folder).outcomes == {"post.md": "created"}
    article = Article.objects.get()
    assert article.photos.get().file == ""
    damage = article.damage.get(code="photo-refused")
    assert damage.field == "photo 1"
    assert damage.text.startswith("pier.jpg: ")


@pytest.mark.django_db
def test_a_photo_file_that_comes_later_is_taken_in(tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    folder = post(tmp_path, "pier.jpg")
    load(folder)
    picture(folder / "pier.jpg")
    assert load(folder).outcomes == {"post.md": "updated"}
    assert Photo.objects.get().renditions.count() == 3
    assert load(folder).outcomes == {"post.md": "unchanged"}


@pytest.mark.django_db
def test_no_photo_is_taken_from_outside_the_folder_that_is_loaded(
    tmp_path: Path, settings: pytest.FixtureRequest
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    picture(tmp_path / "secret.jpg")
    folder = post(tmp_path, "../secret.jpg")
    load(folder)
    assert Photo.objects.get().file == ""


def post(tmp_path: Path, src: str) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "post.md").write_text(POST.format(src=src))
    return folder


@pytest.mark.django_db
def test_a_photo_file_that_vanishes_is_refused_in_words(
    tmp_path: Path, settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    folder = post(tmp_path, "pier.jpg")
    picture(folder / "pier.jpg")

    def gone(*_: object) -> bytes:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(LocalFile, "read", gone)
    load(folder)
    damage = Article.objects.get().damage.get(code="photo-refused")
    assert damage.text == "pier.jpg: it could not be read (No such file or directory)"


@pytest.mark.django_db
def test_a_reload_without_the_photo_file_keeps_the_photo(tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    folder = post(tmp_path, "pier.jpg")
    picture(folder / "pier.jpg")
    load(folder)
    (folder / "pier.jpg").unlink()
    (folder / "post.md").write_text((folder / "post.md").read_text().replace("First.", "First of all."))
    assert load(folder).outcomes == {"post.md": "updated"}
    photo = Photo.objects.get()
    assert photo.file
    assert photo.renditions.count() == 3


@pytest.mark.django_db
def test_another_picture_does_not_come_under_a_captions_file(tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    folder = post(tmp_path, "red.jpg")
    picture(folder / "red.jpg")
    load(folder)
    (folder / "post.md").write_text(POST.format(src="blue.jpg").replace("at dusk", "at dawn"))
    load(folder)
    photo = Photo.objects.get()
    assert (photo.caption, photo.file, photo.digest) == ("The pier at dawn.", "", "")


PEAK = """
import re, sys
from pathlib import Path
from articles import photos
held = photos.hold(Path(sys.argv[1]).read_bytes(), Path(sys.argv[2]), photos.Limits(10**8, 150_000_000))
peak = re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]
print(int(peak) // 1024, len(held.renditions))
"""


@pytest.mark.parametrize(
    ("mode", "suffix", "is_shown"),
    [("I;16", "png", True), ("P", "png", True), ("P", "gif", True), ("RGB", "jpg", True), ("RGB", "png", False)],
)
def test_no_picture_takes_more_than_400_mb(tmp_path: Path, mode: str, suffix: str, is_shown: bool) -> None:
    Image.new("L", (9_000, 9_000), 90).convert("I" if mode == "I;16" else mode).convert(mode).save(
        tmp_path / f"a.{suffix}", **({"progressive": True} if suffix == "jpg" else {})
    )
    arguments = [sys.executable, "-c", PEAK, tmp_path / f"a.{suffix}", tmp_path / "media"]
    said = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout
    peak, count = map(int, said.split())
    assert peak < 400
    assert (count > 0) == is_shown


@pytest.mark.parametrize("mode", ["I;16", "P", "1", "LA"])
def test_a_picture_reduced_in_strips_looks_like_one_converted_whole(
    tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shades = Image.linear_gradient("L").resize((6_000, 5_003))
    (shades.convert("I").point(lambda value: value * 257) if mode == "I;16" else shades).convert(mode).save(
        tmp_path / "a.png"
    )
    data, size = (tmp_path / "a.png").read_bytes(), (400, 334)
    in_strips = renditions.decoded(decoding.opened(data, photos.Limits(10**8, 10**8)), size)
    monkeypatch.setattr(renditions, "_workable_in_strips", lambda picture, _size: renditions.workable(picture))
    whole = renditions.decoded(decoding.opened(data, photos.Limits(10**8, 10**8)), size)
    assert in_strips.size == whole.size
    differences = ImageChops.difference(in_strips.convert("L"), whole.convert("L"))
    assert ImageStat.Stat(differences).mean[0] < 2
