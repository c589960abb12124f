"""Photo files: kept by digest, shown upright and without location, refused one by one when they are no picture."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from articles import photos
from articles.models import Article, Photo
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


def test_a_photo_is_copied_by_digest_and_made_in_sizes_up_to_its_own(tmp_path: Path) -> None:
    held = photos.hold(picture(tmp_path / "pier.jpg"), tmp_path / "media", LIMITS)
    assert (tmp_path / "media" / held.file).read_bytes() == (tmp_path / "pier.jpg").read_bytes()
    assert held.digest in held.file
    assert (held.width_px, held.height_px) == (1800, 900)
    assert [(made.width_px, made.height_px) for made in held.renditions] == [(400, 200), (800, 400), (1600, 800)]
    for made in held.renditions:
        with Image.open(tmp_path / "media" / made.file) as shown:
            assert shown.size == (made.width_px, made.height_px)


def test_a_small_photo_is_never_enlarged(tmp_path: Path) -> None:
    held = photos.hold(picture(tmp_path / "small.png", (300, 200)), tmp_path / "media", LIMITS)
    assert [(made.width_px, made.height_px) for made in held.renditions] == [(300, 200)]


def test_a_photo_taken_sideways_is_shown_upright(tmp_path: Path) -> None:
    held = photos.hold(picture(tmp_path / "side.jpg", (800, 400), orientation=6), tmp_path / "media", LIMITS)
    assert (held.width_px, held.height_px) == (400, 800)
    with Image.open(tmp_path / "media" / held.renditions[-1].file) as shown:
        assert shown.size == (400, 800)
        assert shown.getpixel((200, 100)) < (40, 40, 40), "what was left is on top"
        assert shown.getpixel((200, 700)) > (215, 215, 215)


def test_what_is_served_does_not_say_where_it_was_taken(tmp_path: Path) -> None:
    held = photos.hold(picture(tmp_path / "gps.jpg", gps=True), tmp_path / "media", LIMITS)
    for made in held.renditions:
        with Image.open(tmp_path / "media" / made.file) as shown:
            assert not shown.getexif()


def test_making_the_same_photo_again_writes_nothing(tmp_path: Path) -> None:
    first = photos.hold(picture(tmp_path / "pier.jpg"), tmp_path / "media", LIMITS)
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "media").rglob("*.*")}
    assert photos.hold(tmp_path / "pier.jpg", tmp_path / "media", LIMITS) == first
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
        (_svg, "not a picture"),
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
        photos.hold(tmp_path / "bad.jpg", tmp_path / "media", LIMITS)
    assert not list((tmp_path / "media").rglob("*.*")), "and leaves nothing behind"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_colour_mode_is_shown(tmp_path: Path, mode: str) -> None:
    suffix = "tif" if mode == "CMYK" else "png"
    Image.new(mode, (500, 300)).save(tmp_path / f"x.{suffix}")
    held = photos.hold(tmp_path / f"x.{suffix}", tmp_path / "media", LIMITS)
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
    assert [made.width_px for made in photo.renditions.all()] == [400, 800, 1600]


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


def test_a_profile_is_kept_so_that_colours_stay_true(tmp_path: Path) -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    buffer = io.BytesIO()
    Image.new("RGB", (900, 600), "red").save(buffer, "JPEG", icc_profile=profile)
    (tmp_path / "red.jpg").write_bytes(buffer.getvalue())
    held = photos.hold(tmp_path / "red.jpg", tmp_path / "media", LIMITS)
    with Image.open(tmp_path / "media" / held.renditions[0].file) as shown:
        assert shown.info["icc_profile"] == profile
