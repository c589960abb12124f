"""Colour modes and profiles, converted to what browsers show without one: sRGB or grey, opaque or transparent."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageCms

LARGEST_PROFILE = 4_000_000
# Colour space of a profile -> modes of the pictures it applies to.
SPACES = {"RGB": ("RGB", "RGBA"), "GRAY": ("L",), "CMYK": ("CMYK",), "Lab": ("LAB",)}
MAPPED = {
    "1": "L", "LA": "RGBA", "La": "RGBA", "PA": "RGBA", "RGBa": "RGBA", "RGBX": "RGB", "YCbCr": "RGB", "HSV": "RGB",
}  # fmt: skip
DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N", "F")


def workable(picture: Image.Image) -> Image.Image:
    """Converted to a mode for resizing and colours: ``L``, ``RGB``, ``RGBA``, ``CMYK`` or ``LAB``, with eight bits."""
    if picture.mode in DEEP:
        return _eight_bits(picture)
    if "transparency" in picture.info:
        return picture.convert("RGBA")
    if picture.mode == "P":
        return picture.convert("RGBA" if picture.palette and picture.palette.mode == "RGBA" else "RGB")
    mode = MAPPED.get(picture.mode, picture.mode)
    return picture if picture.mode == mode else picture.convert(mode)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Grey of more than eight bits: 16 bits are scaled, other depths by the brightest pixel."""
    whole = picture if picture.mode == "F" else picture.convert("I")
    _, brightest = whole.getextrema()
    assert isinstance(brightest, int | float)  # noqa: S101 - one band
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
