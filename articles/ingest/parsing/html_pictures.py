"""Pictures in HTML: addresses, and those that are no photos without a caption: icons, buttons, avatars, counters."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TypeAlias
from urllib.parse import unquote

from lxml import etree

from articles import photos
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
_PLACEHOLDER = re.compile(
    r"(?:^|[/_.-])(?:blank|spacer|space|transparent|trans|pixel|1x1|1px|placeholder|lazy|lazyload|loading|loader|grey|gray|"
    r"dot|clear|empty|dummy|t|s|null|default-image)\.(?:gif|png|svg|jpe?g|webp)(?:$|[?#])|^about:|^#|^javascript:",
    re.IGNORECASE,
)
_CANDIDATE = re.compile(r"[\s,]*(\S*[^\s,])(?:,+(?=\s|$)|\s+([^,]*)(?:,|$)|\s*$)")
_WIDTH = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)[wx]", re.ASCII)
LONGEST = 2_000
Attributes: TypeAlias = etree._Element | Mapping[str, str]  # of an element


def in_sets(element: Attributes) -> Iterator[tuple[str, float]]:
    """The addresses and widths in ``srcset`` and similar attributes, the largest of each first."""
    for srcset in (element.get(name) or "" for name in _WORDS["sets"]):
        pairs = _CANDIDATE.findall(srcset) if len(srcset) <= 20_000 else []
        # A density of 2 is twice an unknown width: more than one that says nothing, less than a width in pixels.
        sized = [(src, float(found[1]) if (found := _WIDTH.search(size)) else 1.0) for src, size in pairs]
        yield from sorted(sized, key=lambda candidate: -candidate[1])


def lazy_addresses(image: Attributes) -> list[str]:
    """The best first. ``data-lazy="true"`` holds none."""
    values = (value.strip() for name in _WORDS["lazy"] if (value := image.get(name)))
    return [value for value in values if "." in value or "/" in value]


def is_address(src: str) -> bool:
    """``False`` for ``data:`` addresses and placeholders."""
    return bool(src) and len(src) <= LONGEST and not src.startswith("data:") and not _PLACEHOLDER.search(src)


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
    """``True`` for a small picture, a line, or one as light as an icon; files above ``most_bytes`` are not measured."""
    try:
        data = file.read(most_bytes) if file else b""
        sizes = photos.measured(data, most_pixels=10_000_000) if 0 < len(data) <= most_bytes else (_ICON_PX,)
    except (OSError, photos.BadPhoto):
        return False
    least_px = max(least_px, _ICON_PX) if len(data) < _ICON_BYTES else least_px
    return max(sizes) < least_px or min(sizes) < _NARROWEST_PX
