"""Renditions: decoded once, resized from the largest to the smallest, encoded as JPEG and WebP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO

from PIL import Image

from articles.photos.colour import shown_as_srgb, workable
from articles.photos.decoding import Source

# For thumbnails of 192 CSS pixels at double density, columns of 624 at single and double, wide photos of 960 at double.
# Cameras' 4,000 and 8,000 pixels are decoded directly to 2,000.
WIDTHS_PX = (400, 800, 1600, 2000)
LEAST_STEP = 1.25  # between two sizes
LONGEST_SIDE_PX = 16_383  # limit of WebP
JPEG_QUALITY = WEBP_QUALITY = 82
WEBP_EFFORT = 2  # of 6: from 3 on, twice the time for five per cent fewer bytes

# No AVIF: at the same quality, its fastest useful setting saves a tenth of the bytes and adds 1.6 times the time of
# WebP (Pillow 13, photos of 0.3 to 24 megapixels).

Size = tuple[int, int]


def sizes_of(source: Source) -> list[Size]:
    """The sizes to make, ascending; none is wider than the picture or has too long a side."""
    own = min(source.width_px, WIDTHS_PX[-1])
    wanted = {_fitted(source, width) for width in WIDTHS_PX if width * LEAST_STEP <= own} | {_fitted(source, own)}
    return sorted({width: (width, height) for width, height in sorted(wanted)}.values())


def _fitted(source: Source, width: int) -> Size:
    height = max(1, round(source.height_px * width / source.width_px))
    if height <= LONGEST_SIDE_PX:
        return width, height
    return max(1, round(source.width_px * LONGEST_SIDE_PX / source.height_px)), LONGEST_SIDE_PX


def decoded(source: Source, largest: Size) -> Image.Image:
    """The first frame, upright, in sRGB, no larger than ``largest``."""
    picture = source.picture
    # JPEG decodes at a half, a quarter or an eighth if that is large enough; the file may be turned.
    is_upright = picture.size == (source.width_px, source.height_px)
    turned = largest if is_upright else largest[::-1]
    picture.draft("RGB" if picture.mode == "RGB" else None, turned)
    picture.load()
    profile = picture.info.get("icc_profile")
    shown = workable(picture)
    if source.turn is not None:
        shown = shown.transpose(source.turn)
    # Resizing first makes converting the colours cheaper.
    return shown_as_srgb(_resized(shown, largest), profile)


def in_sizes(picture: Image.Image, sizes: Sequence[Size]) -> Iterator[tuple[Size, Image.Image]]:
    """The picture in each size, each resized from the next larger one."""
    for size in sorted(sizes, reverse=True):
        picture = _resized(picture, size)
        yield size, picture


def _resized(picture: Image.Image, size: Size) -> Image.Image:
    return picture if picture.size == size else picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def as_jpeg(picture: Image.Image) -> bytes:
    """Transparent parts on white."""
    if picture.mode == "RGBA":
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        picture = paper
    into = BytesIO()
    picture.save(into, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return into.getvalue()


def as_webp(picture: Image.Image) -> bytes:
    into = BytesIO()
    picture.save(into, "WEBP", quality=WEBP_QUALITY, method=WEBP_EFFORT)
    return into.getvalue()


ENCODERS = {"jpg": as_jpeg, "webp": as_webp}
