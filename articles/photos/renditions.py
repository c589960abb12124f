"""Renditions: decoded once, resized from the largest to the smallest, encoded as JPEG and WebP, in sRGB or grey."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageCms, ImageOps
from PIL.ExifTags import Base

from articles.photos.decoding import Source

# For thumbnails of 192 CSS pixels at double density, columns of 624 at single and double, wide photos of 960 at double.
# Cameras' 4,000 and 8,000 pixels are decoded directly to 2,000.
WIDTHS_PX = (400, 800, 1600, 2000)
LEAST_STEP = 1.25  # between two sizes
LONGEST_SIDE_PX = 16_383  # limit of WebP
JPEG_QUALITY = WEBP_QUALITY = 82
WEBP_EFFORT = 2  # of 6: from 3 on, twice the time for five per cent fewer bytes
LARGEST_PROFILE = 4_000_000
# Colour space of a profile -> modes of the pictures it applies to.
SPACES = {"RGB": ("RGB", "RGBA"), "GRAY": ("L",), "CMYK": ("CMYK",), "Lab": ("LAB",)}
MAPPED = {
    "1": "L", "LA": "RGBA", "La": "RGBA", "PA": "RGBA", "RGBa": "RGBA", "RGBX": "RGB", "YCbCr": "RGB", "HSV": "RGB",
}  # fmt: skip
DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N", "F")

# No AVIF: at the same quality, its fastest useful setting saves a tenth of the bytes and adds 1.6 times the time of
# WebP (Pillow 13, photos of 0.3 to 24 megapixels).

Size = tuple[int, int]


# With the file and the program, 400 MB are enough for any picture; a larger one is held without renditions.
MOST_DECODED_BYTES = 280_000_000
_BYTES = {"1": 1, "L": 1, "P": 1, **dict.fromkeys(DEEP[1:4], 2)}  # of a pixel; of other modes, 4
_DECODED_TWICE = ("WEBP", "AVIF")
_STRIP_PX = 256


def sizes_of(source: Source) -> list[Size]:
    """The sizes to make, ascending; none is wider than the picture or has too long a side. None of a picture that takes
    too much memory."""
    if _decoded_bytes(source) > MOST_DECODED_BYTES:
        return []
    own = min(source.width_px, WIDTHS_PX[-1])
    wanted = {_fitted(source, width) for width in WIDTHS_PX if width * LEAST_STEP <= own} | {_fitted(source, own)}
    return sorted({width: (width, height) for width, height in sorted(wanted)}.values())


def _decoded_bytes(source: Source) -> int:
    """A JPEG is decoded at a fraction of its size; one in several passes has its coefficients in memory."""
    pixels = source.width_px * source.height_px
    if source.kind == "JPEG":
        samples = [across * down for _, across, down, _ in getattr(source.picture, "layer", ())] or [1]
        return 2 * pixels * sum(samples) // max(samples) if source.picture.info.get("progressive") else 0
    return pixels * _BYTES.get(source.picture.mode, 4) * (2 if source.kind in _DECODED_TWICE else 1)


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
    # Resizing first makes turning, and converting the colours, cheaper.
    shown = _resized(_workable_in_strips(picture, turned), turned)
    if source.orientation > 1:
        shown.getexif()[Base.Orientation] = source.orientation
        shown = ImageOps.exif_transpose(shown)
    return shown_as_srgb(shown, profile)


def _workable_in_strips(picture: Image.Image, wanted: Size) -> Image.Image:
    """``workable``, of a much larger picture reduced on the way: it is never in memory in two modes."""
    factor = min(picture.width // wanted[0], picture.height // wanted[1]) // 2
    if factor < 2 or (picture.mode in ("L", "RGB", "RGBA", "CMYK") and "transparency" not in picture.info):
        return workable(picture)
    brightest = _brightest(picture)
    strips = []
    for top in range(0, picture.height, step := _STRIP_PX * factor):
        strip = picture.crop((0, top, picture.width, min(picture.height, top + step)))
        strip.info = picture.info
        strips.append(workable(strip, brightest).reduce(factor))
    whole = Image.new(strips[0].mode, (strips[0].width, sum(strip.height for strip in strips)))
    for number, strip in enumerate(strips):
        whole.paste(strip, (0, number * _STRIP_PX))
    return whole


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


def workable(picture: Image.Image, brightest: float | None = None) -> Image.Image:
    """Converted to a mode for resizing and colours: ``L``, ``RGB``, ``RGBA``, ``CMYK`` or ``LAB``, with eight bits.
    ``brightest``: pixel of the whole, of which this is a part."""
    if picture.mode in DEEP:
        return _eight_bits(picture, _brightest(picture) if brightest is None else brightest)
    if "transparency" in picture.info:
        return picture.convert("RGBA")
    if picture.mode == "P":
        return picture.convert("RGBA" if picture.palette and picture.palette.mode == "RGBA" else "RGB")
    mode = MAPPED.get(picture.mode, picture.mode)
    return picture if picture.mode == mode else picture.convert(mode)


def _brightest(picture: Image.Image) -> float:
    if picture.mode not in DEEP:
        return 0
    _, brightest = picture.getextrema()
    assert isinstance(brightest, int | float)  # noqa: S101 - one band
    return brightest


def _eight_bits(picture: Image.Image, brightest: float) -> Image.Image:
    """Grey of more than eight bits: 16 bits are scaled, other depths by the brightest pixel."""
    whole = picture if picture.mode == "F" else picture.convert("I")
    scale = 1 / 256 if picture.mode != "F" and 255 < brightest < 65_536 else 255 / max(brightest, 1e-9)
    is_eight = picture.mode == "I" and brightest <= 255
    return (whole if is_eight else whole.point(lambda value: value * scale)).convert("L")


def shown_as_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Converted to sRGB, by a valid profile or by plain arithmetic, and without an opaque alpha channel."""
    space = _space_of(profile) if profile and len(profile) <= LARGEST_PROFILE else ""
    if picture.mode == "LAB" or (profile and picture.mode in SPACES.get(space, ())):
        mode = "RGB" if picture.mode in ("CMYK", "LAB", "L") else picture.mode
        # A profile may contradict itself; it is then ignored.
        with suppress(ImageCms.PyCMSError, ValueError, OSError):
            converted = ImageCms.applyTransform(picture, _transform(profile if space else None, picture.mode, mode))
            assert converted is not None  # noqa: S101 - it is only for transforms in place
            picture = converted.convert("L") if picture.mode == "L" else converted
    is_opaque = picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255)
    return picture.convert("RGB") if is_opaque or picture.mode not in ("L", "RGB", "RGBA") else picture


@lru_cache(maxsize=8)
def _space_of(profile: bytes) -> str:
    """The colour space of a profile; ``""`` for sRGB itself and for invalid profiles."""
    try:
        read = ImageCms.ImageCmsProfile(BytesIO(profile))
        name = str(read.profile.profile_description or "")
    except (ImageCms.PyCMSError, ValueError, OSError):
        return ""
    return "" if "srgb" in name.lower() else str(read.profile.xcolor_space).strip()


@lru_cache(maxsize=8)
def _transform(profile: bytes | None, mode: str, target_mode: str) -> ImageCms.ImageCmsTransform:
    """Cached, since an outlet's photos have the same profile."""
    source = ImageCms.ImageCmsProfile(BytesIO(profile)) if profile else ImageCms.createProfile("LAB")
    return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, target_mode)
