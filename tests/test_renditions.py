"""Renditions: the words in each, the right way up, in the right colours."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as some
from PIL import Image, ImageChops, ImageCms, ImageDraw

from articles.photos import Words, relabelled
from articles.photos.labels import Label, checksummed, is_whole, label_of, labelled
from articles.photos.renditions import as_jpeg, as_webp
from tests.photo_files import CORPUS, exif, files_of, held, photo, pixels, plain

corpus = pytest.mark.skipif(not CORPUS.exists(), reason="../shared/corpora/photos is not beside the checkout")
SHOWN = sorted(path.name for path in (CORPUS / "ok").glob("*"))
TURNED = [name for name in SHOWN if "orientation" in name]
WORDS = Words(
    "Zoë & “friends” <at> the quay — 码头.", "Central Wire", "A ferry.", "Zoë Müller; 李明", "© 2021 Central Wire"
)
NO_LABEL = Label(b"", b"")


def is_near(pixel: Any, colour: tuple[int, int, int], within: int = 40) -> bool:
    return all(abs(a - b) <= within for a, b in zip(pixel, colour, strict=True))


# --- Words inside. ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exiftool() -> Callable[[Path], dict[str, Any]]:
    """Everything that ExifTool finds in a file, by group and name."""
    if not shutil.which("exiftool"):
        missing = "ExifTool is not on this machine (apt install libimage-exiftool-perl)"
        pytest.fail(missing) if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip(missing)

    def read(folder: Path) -> dict[str, Any]:
        command = ["exiftool", "-json", "-G1", "-a", "-n", "-r", str(folder)]
        listed = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        return {one["SourceFile"]: one for one in listed}

    return read


def test_another_program_reads_the_words_from_every_rendition(
    tmp_path: Path, exiftool: Callable[[Path], dict[str, Any]]
) -> None:
    big = photo(size=(2600, 1300), exif=exif({0x010F: b"Camera"}))
    made = held(big, tmp_path, caption=WORDS.caption, credit_line=WORDS.credit_line, alt_text=WORDS.alt_text,
                creator=WORDS.creator, copyright_notice=WORDS.copyright_notice)  # fmt: skip
    read = exiftool(tmp_path / "renditions")
    assert len(read) == len(files_of(made, tmp_path)) == 8
    for said in read.values():
        assert said["XMP-dc:Description"] == said["IFD0:ImageDescription"] == WORDS.caption
        assert said["XMP-photoshop:Credit"] == WORDS.credit_line
        assert said["XMP-dc:Creator"] == ["Zoë Müller", "李明"]
        assert said["IFD0:Artist"] == WORDS.creator
        assert said["XMP-dc:Rights"] == said["IFD0:Copyright"] == WORDS.copyright_notice
        assert said["XMP-iptcCore:AltTextAccessibility"] == WORDS.alt_text
        assert "ExifTool:Warning" not in said
        assert "IFD0:Make" not in said


@corpus
def test_renditions_say_what_each_file_says_and_not_where_it_was_taken(
    tmp_path: Path, exiftool: Callable[[Path], dict[str, Any]]
) -> None:
    expected = {one["file"]: one for one in json.loads((CORPUS / "expected.json").read_text())}
    photos = {f"ok/{name}": held((CORPUS / "ok" / name).read_bytes(), tmp_path) for name in SHOWN}
    read = exiftool(tmp_path / "renditions")
    for name, one in photos.items():
        for file in files_of(one, tmp_path):
            said, should = read[str(file)], expected[name]
            assert said.get("XMP-dc:Description") == said.get("IFD0:ImageDescription") == should.get("caption")
            assert said.get("XMP-photoshop:Credit") == should.get("credit")
            assert said.get("XMP-dc:Creator") == said.get("IFD0:Artist") == should.get("byline")
            assert said.get("IFD0:Orientation", 1) == 1
            assert not [key for key in said if key.startswith(("GPS", "ICC")) or "Serial" in key or "Owner" in key]
            assert "ExifTool:Warning" not in said
    largest = {name: one.renditions[-1] for name, one in photos.items()}
    assert {name: (made.width_px, made.height_px) for name, made in largest.items()} == {
        name: (expected[name]["width"], expected[name]["height"]) for name in photos
    }


def encodings() -> dict[str, bytes]:
    """Every layout that our encoders write."""
    noise = Image.effect_noise((61, 37), 70)
    clear = noise.convert("RGBA")
    clear.putalpha(noise)
    return {
        "JPEG": as_jpeg(noise.convert("RGB")), "grey JPEG": as_jpeg(noise), "WebP": as_webp(noise.convert("RGB")),
        "transparent WebP": as_webp(clear), "lossless WebP": plain("WEBP", (61, 37), lossless=True),
        "lossless, transparent WebP": plain("WEBP", (61, 37), "RGBA", lossless=True),
    }  # fmt: skip


ENCODED = encodings()
any_words = some.builds(Words, some.text(), some.text(max_size=40), some.text(), some.text(), some.text())


@pytest.mark.parametrize("name", ENCODED)
def test_words_leave_the_pixels_as_they_are(name: str) -> None:
    with_words = labelled(ENCODED[name], label_of(WORDS))
    before, after = Image.open(io.BytesIO(ENCODED[name])), Image.open(io.BytesIO(with_words))
    assert (before.mode, before.size) == (after.mode, after.size)
    assert not ImageChops.difference(before.convert("RGBA"), after.convert("RGBA")).getbbox(alpha_only=False)


@pytest.mark.parametrize("name", ENCODED)
@given(first=any_words, second=any_words)
def test_new_words_take_the_place_of_the_old_ones_byte_for_byte(name: str, first: Words, second: Words) -> None:
    once = labelled(ENCODED[name], label_of(second))
    assert labelled(labelled(ENCODED[name], label_of(first)), label_of(second)) == once
    assert labelled(once, NO_LABEL) == ENCODED[name], "and taken out, the picture is as it was encoded"


@pytest.mark.parametrize("name", ENCODED)
@pytest.mark.parametrize("label", [NO_LABEL, label_of(WORDS)], ids=["bare", "with words"])
def test_a_changed_byte_of_a_rendition_is_noticed(name: str, label: Label) -> None:
    written = checksummed(labelled(ENCODED[name], label))
    assert is_whole(written)
    changed = (written[:at] + bytes((written[at] ^ 1,)) + written[at + 1 :] for at in range(len(written)))
    assert not any(map(is_whole, [*changed, written[:-1], labelled(written, label), b""]))
    assert labelled(written, NO_LABEL) == ENCODED[name], "and the picture is as it was encoded"
    before, after = Image.open(io.BytesIO(ENCODED[name])), Image.open(io.BytesIO(written))
    assert before.convert("RGBA").tobytes() == after.convert("RGBA").tobytes()


def test_a_damaged_rendition_is_made_again_and_not_labelled_again(tmp_path: Path) -> None:
    made = held(plain(), tmp_path, caption="A ferry.")
    sound = {file.suffix: pixels(file).tobytes() for file in files_of(made, tmp_path)}
    for file in files_of(made, tmp_path):
        file.write_bytes(file.read_bytes()[:-400])
    for file in files_of(held(plain(), tmp_path, caption="A boat."), tmp_path):
        assert is_whole(file.read_bytes())
        assert pixels(file).tobytes() == sound[file.suffix]


def test_no_word_is_too_long_for_a_label() -> None:
    longest = Words(*["a&" * 100_000] * 5)
    assert max(len(label_of(longest).xmp), len(label_of(Words(*["𠀀" * 100_000] * 5)).exif)) < 60_000
    assert held(labelled(ENCODED["JPEG"], label_of(longest))).words.caption == "a&" * 2_500


def test_each_rendition_is_named_by_its_photo_and_its_words(tmp_path: Path) -> None:
    first, second = held(plain(), tmp_path, caption="A ferry."), held(plain(), tmp_path, caption="A boat.")
    assert first.file == second.file
    assert not {*files_of(first, tmp_path)} & {*files_of(second, tmp_path)}
    for file in (*files_of(first, tmp_path), *files_of(second, tmp_path)):
        assert first.digest in file.name
        assert file.exists()


def test_a_picture_is_encoded_once_whatever_is_said_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held(plain(), tmp_path, caption="A ferry.")
    with monkeypatch.context() as patched:
        patched.setattr("articles.photos.holding.decoded", lambda *_: pytest.fail("decoded again"))
        made = held(plain(), tmp_path, caption="A boat.")
    assert {held(file.read_bytes()).words.caption for file in files_of(made, tmp_path)} == {"A boat."}


def test_a_rendition_that_is_not_on_this_disk_keeps_its_name(tmp_path: Path) -> None:
    name = f"renditions/ab/{'ab' * 32}-12345678-400.jpg"
    assert relabelled(name, WORDS, tmp_path) == name
    assert not list(tmp_path.iterdir())


# --- The right way up. ------------------------------------------------------------------------------------------------


@corpus
@pytest.mark.parametrize("name", [name for name in TURNED if not name.startswith("real")])
def test_the_sun_is_at_the_top_right_however_the_camera_was_held(tmp_path: Path, name: str) -> None:
    made = held((CORPUS / "ok" / name).read_bytes(), tmp_path)
    for file in files_of(made, tmp_path):
        shown = pixels(file)
        width, height = shown.size
        corners = {
            (x, y): shown.crop((x * width // 2, y * height // 2, (x + 1) * width // 2, (y + 1) * height // 2))
            for x in (0, 1) for y in (0, 1)
        }  # fmt: skip
        assert most(corners, is_sun) == (1, 0)
        assert most(corners, is_red) == (0, 1)


def most(corners: dict[tuple[int, int], Image.Image], is_it: Callable[[Any], bool]) -> tuple[int, int]:
    """The corner that has most pixels of a kind."""
    counts = {
        place: sum(count for count, pixel in corner.getcolors(corner.width * corner.height) or () if is_it(pixel))
        for place, corner in corners.items()
    }
    return max(counts, key=lambda place: counts[place])


def is_sun(pixel: Any) -> bool:
    return pixel[0] > 200 and pixel[1] > 170 and pixel[2] < 130


def is_red(pixel: Any) -> bool:
    return pixel[0] > 150 and pixel[1] < 90 and pixel[2] < 90


def test_a_photo_whose_exif_is_damaged_is_shown_as_it_lies(tmp_path: Path) -> None:
    for spoilt in (b"XX*\0" + bytes(20), b"II*\0" + b"\xff" * 200, b"MM\0*\0\0\0\x08\xff\xff" + bytes(40)):
        made = held(photo("WEBP", exif=spoilt, size=(60, 40)), tmp_path)
        assert (made.width_px, made.height_px) == (60, 40)


# --- Colours. ---------------------------------------------------------------------------------------------------------


def shown_colour(data: bytes, tmp_path: Path, at: tuple[int, int] = (20, 20)) -> Any:
    return pixels(tmp_path / held(data, tmp_path).renditions[0].file).getpixel(at)


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    into = io.BytesIO()
    picture.save(into, kind, **options)
    return into.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_the_colours_of_print_are_shown_as_those_of_screens(tmp_path: Path, kind: str) -> None:
    red = Image.new("CMYK", (60, 40), (0, 255, 255, 0))
    assert is_near(shown_colour(encoded(red, kind), tmp_path), (255, 0, 0), 60)


@corpus
def test_a_printers_jpeg_is_no_negative(tmp_path: Path) -> None:
    made = held((CORPUS / "ok/s21-cmyk.jpg").read_bytes(), tmp_path)
    with Image.open(CORPUS / "ok/s21-cmyk.jpg") as source:
        plainly = source.convert("RGB").resize((8, 8))
    shown = pixels(tmp_path / made.renditions[-1].file).resize((8, 8))
    assert max(top for _, top in ImageChops.difference(plainly, shown).getextrema()) < 40


def wide_gamut() -> bytes:
    """A matrix profile like sRGB's whose red and green have changed places: what it is applied to cannot be missed."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for at in range(132, 132 + 12 * int.from_bytes(profile[128:132], "big"), 12):
        name = bytes(profile[at : at + 4])
        profile[at : at + 4] = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ"}.get(name, name)
    return bytes(profile).replace("sRGB".encode("utf-16-be"), "Mine".encode("utf-16-be"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_colours_are_shown_by_the_photos_own_profile(tmp_path: Path, kind: str) -> None:
    red = encoded(Image.new("RGB", (60, 40), (250, 10, 10)), kind, icc_profile=wide_gamut())
    assert is_near(shown_colour(red, tmp_path), (10, 250, 10))


@pytest.mark.parametrize(
    "profile",
    [b"no profile", ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(), wide_gamut()[:400]],
    ids=["none", "of other colours", "cut"],  # profiles have the time at which they were made
)
def test_a_profile_that_cannot_be_used_is_passed_over(tmp_path: Path, profile: bytes) -> None:
    red = encoded(Image.new("RGB", (60, 40), (250, 10, 10)), "JPEG", icc_profile=profile)
    assert is_near(shown_colour(red, tmp_path), (250, 10, 10))


def test_a_grey_of_sixteen_bits_keeps_its_shades(tmp_path: Path) -> None:
    ramp = Image.new("I;16", (256, 40))
    ramp.putdata([x * 257 for _ in range(40) for x in range(256)])
    shown = pixels(tmp_path / held(encoded(ramp, "PNG"), tmp_path).renditions[0].file)
    assert [shown.getpixel((x, 20))[0] // 16 for x in (8, 72, 136, 248)] == [0, 4, 8, 15]


def test_lab_is_shown(tmp_path: Path) -> None:
    grey = Image.new("LAB", (60, 40), (128, 128, 128))
    assert is_near(shown_colour(encoded(grey, "TIFF"), tmp_path), (119, 119, 119))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_stays_so_in_webp_and_is_white_in_jpeg(tmp_path: Path, mode: str) -> None:
    clear = Image.new("RGBA", (60, 40), (200, 0, 0, 0))
    ImageDraw.Draw(clear).rectangle((30, 0, 60, 40), fill=(0, 0, 0, 255))
    made = held(encoded(clear.convert(mode), "PNG"), tmp_path).renditions[0]
    with Image.open(tmp_path / made.file_webp) as webp:
        assert (webp.getpixel((10, 20))[3], webp.getpixel((50, 20))[3]) == (0, 255)
    assert is_near(pixels(tmp_path / made.file).getpixel((10, 20)), (255, 255, 255))
    assert is_near(pixels(tmp_path / made.file).getpixel((50, 20)), (0, 0, 0))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_shown(tmp_path: Path, kind: str) -> None:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "lime", "blue")]
    moving = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    made = held(moving, tmp_path).renditions[0]
    for file in (tmp_path / made.file, tmp_path / made.file_webp):
        with Image.open(file) as shown:
            assert getattr(shown, "n_frames", 1) == 1
        assert is_near(pixels(file).getpixel((20, 20)), (255, 0, 0))


def test_of_a_telephones_several_pictures_the_first_is_shown(tmp_path: Path) -> None:
    first, second = Image.new("RGB", (60, 40), "red"), Image.new("RGB", (60, 40), "lime")
    several = encoded(first, "MPO", save_all=True, append_images=[second])
    made = held(several, tmp_path)
    assert made.file.endswith(".jpg")
    assert is_near(pixels(tmp_path / made.renditions[0].file).getpixel((20, 20)), (255, 0, 0))
