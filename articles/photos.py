"""Photo files: kept by digest, decoded with care, served in sizes made from them.

Below ``MEDIA_ROOT``, ``originals/`` holds the files as they came, with whatever they say about places and people,
and is never served; ``renditions/`` holds what pages show.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from PIL import Image, UnidentifiedImageError
from PIL.Image import Transpose

from articles.identity import digest_of

WIDTHS_PX = (400, 800, 1600)
FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif", "TIFF": "tif", "BMP": "bmp"}
LONGEST_SIDE_PX = 16_383  # WebP has no room for more
# How files of these kinds begin, to tell a damaged picture from what is none.
BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*", b"BM", b"RIFF")
ORIENTATION = 0x0112  # the EXIF tag that says how the camera was held
UPRIGHT = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}


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


@dataclass(frozen=True, slots=True)
class _Source:
    """A photo file as its header describes it; the size is in upright pixels."""

    picture: Image.Image
    kind: str
    width_px: int
    height_px: int
    turn: Transpose | None


def hold(path: Path, media_root: Path | None, limits: Limits) -> HeldPhoto:
    """Copy a photo file into the archive and make its renditions; what is there already is not made again.

    Without a ``media_root`` nothing is written: the file is decoded, and the answer says what would be held.
    Raises ``BadPhoto`` for what is no picture, is cut off, or exceeds the limits, and ``OSError`` when the archive's
    own disk can not be written.
    """
    data = _bytes_of(path, limits)
    with _damage_in_words(data):
        source = _opened(data, limits)
    digest = digest_of(data)
    held = HeldPhoto(
        digest=digest,
        file=f"originals/{digest[:2]}/{digest}.{FORMATS[source.kind]}",
        width_px=source.width_px,
        height_px=source.height_px,
        renditions=_renditions(source, digest),
    )
    missing = [made for made in held.renditions if media_root is None or not (media_root / made.file).exists()]
    with _damage_in_words(data):
        # All of them before any is written: a damaged file leaves nothing behind.
        files = list(_made(source, missing, is_kept=media_root is not None))
    if media_root is None:
        return held
    for file, content in [*files, (held.file, data)]:
        _write(content, media_root / file)
    return held


def _bytes_of(path: Path, limits: Limits) -> bytes:
    """The file, read once: what is measured, shown and kept is the same, even if the file changes meanwhile."""
    try:
        with path.open("rb") as file:
            data = file.read(limits.max_bytes + 1)
    except OSError as error:
        raise BadPhoto(f"it could not be read ({error.strerror})") from error
    if len(data) > limits.max_bytes:
        raise BadPhoto(f"larger than {limits.max_bytes:,} bytes")
    return data


@contextmanager
def _damage_in_words(data: bytes) -> Iterator[None]:
    """Turn whatever Pillow raises over a source into ``BadPhoto``. Within, no file of the archive is touched."""
    try:
        with warnings.catch_warnings():
            # Too many pixels are measured by our own limit, and what is odd but can be shown is shown.
            warnings.simplefilter("ignore")
            yield
    except BadPhoto:
        raise
    except Image.DecompressionBombError as error:
        raise BadPhoto("more pixels than any photo has") from error
    except MemoryError as error:
        raise BadPhoto("decoding it needs more memory than there is") from error
    except Exception as error:
        # Decoders meet damage with nearly any exception: OSError, SyntaxError, ValueError, struct.error, IndexError …
        if isinstance(error, UnidentifiedImageError) and not data.startswith(BEGINNINGS):
            reason = "not a picture of a kind that is read here (JPEG, PNG, WebP, GIF, TIFF, BMP)"
            raise BadPhoto(reason) from error
        raise BadPhoto("the file is cut off or damaged") from error


def _opened(data: bytes, limits: Limits) -> _Source:
    """The picture with its header read; nothing is decoded before its size is known to be within the limits."""
    picture = Image.open(BytesIO(data), formats=tuple(FORMATS))
    width, height = picture.size
    if width * height > limits.max_pixels:
        raise BadPhoto(f"{width} × {height} pixels, more than {limits.max_pixels:,} in all")
    if width < 1 or height < 1:
        raise BadPhoto("there is not one pixel in it")
    kind = picture.format or ""
    # Pillow itself turns TIFF, and gives its upright size.
    orientation = 1 if kind == "TIFF" else picture.getexif().get(ORIENTATION, 1)
    if orientation in (5, 6, 7, 8):
        width, height = height, width
    return _Source(picture, kind, width, height, UPRIGHT.get(orientation))


def _renditions(source: _Source, digest: str) -> tuple[HeldRendition, ...]:
    """The sizes to be made, from small to large; none is wider than the picture or has a side that is too long."""
    # JPEG stays JPEG; drawings, screenshots and transparency keep their edges in WebP.
    suffix = "jpg" if source.kind == "JPEG" else "webp"
    sizes = {_fitted(source, width) for width in (*WIDTHS_PX, source.width_px) if width <= source.width_px}
    wanted = {width: height for width, height in sorted(sizes) if width <= WIDTHS_PX[-1]}
    return tuple(
        HeldRendition(f"renditions/{digest[:2]}/{digest}-{width}.{suffix}", width, height)
        for width, height in wanted.items()
    )


def _fitted(source: _Source, width: int) -> tuple[int, int]:
    height = max(1, round(source.height_px * width / source.width_px))
    if height <= LONGEST_SIDE_PX:
        return width, height
    return max(1, round(source.width_px * LONGEST_SIDE_PX / source.height_px)), LONGEST_SIDE_PX


def _made(source: _Source, missing: list[HeldRendition], *, is_kept: bool) -> Iterator[tuple[str, bytes]]:
    """Decode once, no larger than needed, and step down from the largest size to the smallest."""
    if not missing:
        return
    picture = source.picture
    longest = max(max(made.width_px, made.height_px) for made in missing)
    picture.draft("RGB" if picture.mode == "RGB" else None, (longest, longest))
    picture.load()
    profile = picture.info.get("icc_profile")
    shown = _displayable(picture if source.turn is None else picture.transpose(source.turn))
    for made in reversed(missing) if is_kept else ():
        size = (made.width_px, made.height_px)
        if shown.size != size:
            shown = shown.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
        yield made.file, _encoded(shown, made.file, profile if shown.mode in ("RGB", "RGBA") else None)


def _displayable(picture: Image.Image) -> Image.Image:
    has_alpha = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    mode = "RGBA" if has_alpha else "L" if picture.mode in ("1", "L") else "RGB"
    return picture if picture.mode == mode else picture.convert(mode)


def _encoded(picture: Image.Image, file: str, profile: bytes | None) -> bytes:
    kept = {"icc_profile": profile} if profile else {}  # nothing else: no EXIF, so no place where it was taken
    made = BytesIO()
    if file.endswith(".jpg"):
        opaque = picture if picture.mode in ("RGB", "L") else picture.convert("RGB")
        opaque.save(made, "JPEG", quality=82, progressive=True, optimize=True, **kept)
    else:
        picture.save(made, "WEBP", quality=86, method=4, **kept)
    return made.getvalue()


def _write(content: bytes, target: Path) -> None:
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, prefix=".new-", delete=False) as file:
        try:
            file.write(content)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    _publish(Path(file.name), target)


def _publish(made: Path, target: Path) -> None:
    """A half-written file never stands under its final name."""
    made.chmod(0o644)
    made.replace(target)
