"""Photo files: kept by digest, decoded with care, served in sizes made from them.

Below ``MEDIA_ROOT``, ``originals/`` holds the files as they came, with whatever they say about places and people,
and is never served; ``renditions/`` holds what pages show.
"""

from __future__ import annotations

import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from PIL import Image, ImageOps, UnidentifiedImageError

from articles.identity import digest_of

WIDTHS_PX = (400, 800, 1600)
FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif", "TIFF": "tif", "BMP": "bmp"}
SUFFIXES = frozenset({".jpg", ".jpeg", ".jpe", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp"})


class BadPhoto(Exception):
    """A photo file that can not be shown; the message says why, in words for staff."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a photo file may weigh and, decoded, measure."""

    max_bytes: int
    max_pixels: int


@dataclass(frozen=True, slots=True)
class HeldRendition:
    file: str
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class HeldPhoto:
    """A photo file in the archive; sizes are upright pixels, files are paths below ``MEDIA_ROOT``."""

    digest: str
    file: str
    width_px: int
    height_px: int
    renditions: tuple[HeldRendition, ...]


def hold(path: Path, media_root: Path, limits: Limits) -> HeldPhoto:
    """Copy a photo file into the archive and make its renditions; what is there already is not made again.

    Raises ``BadPhoto`` for what is no picture, is cut off, or exceeds the limits, and ``OSError`` when the archive's
    own disk can not be written.
    """
    data = _bytes_of(path, limits)
    digest = digest_of(data)
    try:
        with warnings.catch_warnings():
            # Too many pixels are measured below, by our own limit and before anything is decoded.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=tuple(FORMATS)) as picture:
                return _hold_opened(picture, path, digest, media_root, limits)
    except UnidentifiedImageError as error:
        raise BadPhoto("not a picture of a kind that is read here (JPEG, PNG, WebP, GIF, TIFF, BMP)") from error
    except Image.DecompressionBombError as error:
        raise BadPhoto("more pixels than any photo has") from error


def _bytes_of(path: Path, limits: Limits) -> bytes:
    try:
        if path.stat().st_size > limits.max_bytes:
            raise BadPhoto(f"larger than {limits.max_bytes:,} bytes")
        return path.read_bytes()
    except OSError as error:
        raise BadPhoto(f"it could not be read ({error.strerror})") from error


def _hold_opened(picture: Image.Image, path: Path, digest: str, media_root: Path, limits: Limits) -> HeldPhoto:
    kind = picture.format or ""
    if picture.width * picture.height > limits.max_pixels:
        raise BadPhoto(f"{picture.width} × {picture.height} pixels, more than {limits.max_pixels:,} in all")
    width, height = _upright_size(picture)
    renditions = _renditions(picture, digest, width, height, media_root)
    file = f"originals/{digest[:2]}/{digest}.{FORMATS[kind]}"
    _keep(path, media_root / file)
    return HeldPhoto(digest, file, width, height, tuple(renditions))


def _upright_size(picture: Image.Image) -> tuple[int, int]:
    turned = picture.getexif().get(0x0112, 1) in (5, 6, 7, 8)
    return (picture.height, picture.width) if turned else (picture.width, picture.height)


def _renditions(picture: Image.Image, digest: str, width: int, height: int, media_root: Path) -> list[HeldRendition]:
    # JPEG stays JPEG; drawings, screenshots and transparency keep their edges in WebP.
    suffix = "jpg" if picture.format == "JPEG" else "webp"
    widths = [size for size in WIDTHS_PX if size < width] + ([width] if width <= WIDTHS_PX[-1] else [WIDTHS_PX[-1]])
    wanted = []
    for size in sorted(set(widths)):
        file = f"renditions/{digest[:2]}/{digest}-{size}.{suffix}"
        wanted.append(HeldRendition(file, size, max(1, round(height * size / width))))
    missing = [rendition for rendition in wanted if not (media_root / rendition.file).exists()]
    if missing:
        _make(picture, missing, media_root)
    return wanted


def _make(picture: Image.Image, missing: list[HeldRendition], media_root: Path) -> None:
    """Decode once, no larger than needed, and step down from the largest size to the smallest."""
    largest = max(missing, key=lambda rendition: rendition.width_px)
    longest = max(largest.width_px, largest.height_px)
    picture.draft("RGB" if picture.mode == "RGB" else None, (longest, longest))
    try:
        shown = ImageOps.exif_transpose(picture)
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise BadPhoto("the file is cut off or damaged") from error
    profile = shown.info.get("icc_profile")
    shown = _displayable(shown)
    for rendition in sorted(missing, key=lambda rendition: -rendition.width_px):
        if shown.size != (rendition.width_px, rendition.height_px):
            shown = shown.resize((rendition.width_px, rendition.height_px), Image.Resampling.LANCZOS, reducing_gap=2.0)
        _save(shown, media_root / rendition.file, profile if shown.mode in ("RGB", "RGBA") else None)


def _displayable(picture: Image.Image) -> Image.Image:
    has_alpha = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    mode = "RGBA" if has_alpha else "L" if picture.mode in ("1", "L") else "RGB"
    return picture if picture.mode == mode else picture.convert(mode)


def _save(picture: Image.Image, target: Path, profile: bytes | None) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    kept = {"icc_profile": profile} if profile else {}  # nothing else: no EXIF, so no place where it was taken
    with NamedTemporaryFile(dir=target.parent, prefix=".new-", delete=False) as file:
        try:
            if target.suffix == ".jpg":
                opaque = picture if picture.mode in ("RGB", "L") else picture.convert("RGB")
                opaque.save(file, "JPEG", quality=82, progressive=True, optimize=True, **kept)
            else:
                picture.save(file, "WEBP", quality=86, method=4, **kept)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    _publish(Path(file.name), target)


def _keep(source: Path, target: Path) -> None:
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, prefix=".new-", delete=False) as file:
        try:
            with source.open("rb") as original:
                shutil.copyfileobj(original, file)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    _publish(Path(file.name), target)


def _publish(made: Path, target: Path) -> None:
    """A half-written file never stands under its final name."""
    made.chmod(0o644)
    made.replace(target)
