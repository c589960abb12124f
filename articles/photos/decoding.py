"""Opens photo files safely: kind by content, size before decoding, damage in words."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, UnidentifiedImageError, features

from articles.photos import exif
from articles.photos.segments import EXIF_HEAD, BadPhoto, Blocks, blocks_of, pixels_of, repeats_its_bytes

FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif", "TIFF": "tif", "BMP": "bmp"}
if features.check("avif"):
    FORMATS["AVIF"] = "avif"
# First bytes of pictures, which distinguish damaged pictures from other files.
BEGINNINGS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG": "PNG", b"GIF8": "GIF", b"II*\x00": "TIFF", b"MM\x00*": "TIFF"}
# A progressive JPEG has about ten, a hostile one thousands, and each decodes the whole picture.
MOST_PASSES = 100


@dataclass(frozen=True, slots=True)
class Limits:
    max_bytes: int
    max_pixels: int


@dataclass(frozen=True, slots=True)
class Source:
    """A photo file as described by its header; sizes in upright pixels."""

    picture: Image.Image
    kind: str
    width_px: int
    height_px: int
    orientation: int  # as in EXIF, 1 to 8
    blocks: Blocks


@contextmanager
def damage_in_words(data: bytes) -> Iterator[None]:
    """Turn any exception of Pillow into ``BadPhoto``. Do not write to the archive within the block."""
    try:
        with warnings.catch_warnings():
            # The number of pixels has a limit of our own; other warnings do not matter.
            warnings.simplefilter("ignore")
            yield
    except BadPhoto:
        raise
    except Image.DecompressionBombError as error:
        raise BadPhoto("more pixels than any photo has") from error
    except MemoryError as error:
        raise BadPhoto("decoding it needs more memory than there is") from error
    except Exception as error:
        # Decoders raise nearly anything at damage: OSError, SyntaxError, ValueError, struct.error, IndexError …
        if isinstance(error, UnidentifiedImageError) and not data.startswith((*BEGINNINGS, b"BM", b"RIFF")):
            reason = "not a picture of a kind that is read here (JPEG, PNG, WebP, GIF, TIFF, BMP, SVG)"
            raise BadPhoto(reason if data else "the file is empty") from error
        raise BadPhoto("the file is cut off or damaged") from error


def opened(data: bytes, limits: Limits) -> Source:
    """The picture with only its header read, if its size is within the limits."""
    pixels, passes = pixels_of(data)
    if passes > MOST_PASSES:
        raise BadPhoto(f"its picture is drawn in {passes:,} passes, which no photo needs")
    if repeats_its_bytes(data):
        raise BadPhoto("the file is cut off or damaged")
    picture = Image.open(BytesIO(pixels), formats=tuple(FORMATS))
    width, height = picture.size
    if width * height > limits.max_pixels:
        raise BadPhoto(f"{width} × {height} pixels, more than {limits.max_pixels:,} in all")
    if width < 1 or height < 1:
        raise BadPhoto("there is not one pixel in it")
    # In a JPEG with several pictures, as phones make them, the first is the photo.
    kind = "JPEG" if picture.format == "MPO" else picture.format or ""
    if kind in ("JPEG", "PNG", "WEBP", "TIFF"):
        blocks = blocks_of(data)
    else:
        found = (picture.info.get(name) for name in ("xmp", "exif"))
        xmp, found_exif = (block if isinstance(block, bytes) else b"" for block in found)
        blocks = Blocks(xmp, exif=found_exif.removeprefix(EXIF_HEAD))
    # Pillow rotates TIFFs itself.
    orientation = 1 if kind == "TIFF" else exif.orientation(blocks.exif)
    if orientation >= 5:
        width, height = height, width
    return Source(picture, kind, width, height, orientation, blocks)
