"""Pictures that are no photos, wherever they are: icons, buttons, spacers, avatars, counters. One with a caption is a
photo.
"""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from urllib.parse import unquote

from articles import photos
from articles.ingest.parsing.picture_addresses import Attributes
from articles.ingest.story import PhotoFile
from articles.text.tables import tables_of

SMALLEST_PX = 32
_NARROWEST_PX = 16  # rules and bars are narrower
_SMALLEST_BYTES = 10_000  # more than the file of any smaller picture
_ICON_PX, _ICON_BYTES = 100, 2_000  # no photo has so few of both

_WORDS: dict[str, list[str]] = tables_of(__file__)
_CLASSES, _DECORATIONS = frozenset(_WORDS["classes"]), frozenset(_WORDS["decorations"])
_ALSO_IN_NAMES = _DECORATIONS.union(_WORDS["kinds"])
_ELSEWHERE = re.compile("|".join(_WORDS["elsewhere"]), re.IGNORECASE)
_PIXELS = re.compile(r"\s*(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*", re.ASCII)
_WORD = re.compile(r"[a-z]+|[A-Z][a-z]*")


def size_px(image: Attributes) -> tuple[int | None, int | None]:
    sizes = {name: int(found[1]) for name in ("width", "height") if (found := _PIXELS.fullmatch(image.get(name) or ""))}
    return sizes.get("width"), sizes.get("height")


def is_decoration(image: Attributes, srcs: Sequence[str]) -> bool:
    """By what an ``img`` says of itself. ``srcs``: its addresses."""
    sizes = [size for size in size_px(image) if size is not None]
    if sizes and (max(sizes) < SMALLEST_PX or min(sizes) < _NARROWEST_PX):
        return True
    if not _CLASSES.isdisjoint((image.get("class") or "").lower().split()):
        return True
    for src in srcs:
        words = {word.lower() for word in _WORD.findall(PurePosixPath(unquote(re.split(r"[?#]", src)[0])).stem)}
        if (words <= _ALSO_IN_NAMES and not words.isdisjoint(_DECORATIONS)) or _ELSEWHERE.search(src):
            return True
    return False


def is_small(file: PhotoFile | None, least_px: int = SMALLEST_PX, most_bytes: int = _SMALLEST_BYTES) -> bool:
    """``True`` if both sides of a picture are below ``least_px``, or it is a line, or as light as an icon; files above
    ``most_bytes`` are not measured.
    """
    try:
        data = file.read(most_bytes) if file else b""
        sizes = photos.measured(data, most_pixels=10_000_000) if 0 < len(data) <= most_bytes else (_ICON_PX,)
    except (OSError, photos.BadPhoto):
        return False
    least_px = max(least_px, _ICON_PX) if len(data) < _ICON_BYTES else least_px
    return max(sizes) < least_px or min(sizes) < _NARROWEST_PX
