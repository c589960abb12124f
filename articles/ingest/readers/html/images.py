"""Where the file of a picture is, as pages say it: ``src``, ``srcset``, and what lazy loading puts in their place."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice

from articles.ingest.parsing.html_pictures import LONGEST, in_sets, is_address, is_decoration, lazy_addresses, size_px
from articles.ingest.readers.html.boilerplate_elements import seams_to_hyphens
from articles.ingest.readers.html.tree import Element
from articles.text.paths import parts_of
from articles.text.tables import any_of, tables_of

IMAGE_TAGS = frozenset({"img", "amp-img", "amp-anim", "image"})

_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|tiff?|bmp|jfif|heic)(?:$|[?#])", re.IGNORECASE)


def sources(image: Element) -> list[str]:
    """The possible addresses of a picture, the best first; empty if it has only a placeholder."""
    picture = next((above for above in islice(image.iterancestors(), 3) if above.tag == "picture"), None)
    holders = [image] if picture is None else [*picture.iter("source"), image]
    sized = sorted(chain.from_iterable(map(in_sets, holders)), key=lambda candidate: -candidate[1])
    found = [src for src, _ in sized]
    found += [*lazy_addresses(image), (image.get("src") or image.get("href") or image.get("xlink:href") or "").strip()]
    return [src for src in list(dict.fromkeys(found))[:20] if is_address(src)]


def names_picture(address: str | None) -> bool:
    return address is not None and len(address) <= LONGEST and _PICTURE_FILE.search(address) is not None


_SIZE_IN_NAME = re.compile(r"[-_]\d{2,4}x\d{2,4}(?=\.\w+$)|[-_@][23]x(?=\.\w+$)|-(?:scaled|e\d{9,})(?=\.\w+$)")


@lru_cache(maxsize=1_000)
def file_key(src: str) -> str:
    """The part that addresses of one photo share, in all sizes and on all hosts."""
    path = parts_of(src).path
    return _SIZE_IN_NAME.sub("", path) if names_picture(path) else src


_TABLES = tables_of(__file__)


def _pattern(*tables: str) -> re.Pattern[str]:
    """Words of ``images.toml``, whole, in small letters: a pattern for both cases takes three times as long."""
    return re.compile(rf"(?<![a-z])(?:{any_of(name for table in tables for name in _TABLES[table])})(?![a-z])")


_DECORATION = _pattern("decorations", "decorations_of_pages")
_DECORATION_FILE = _pattern("decorations")
_CAPTION_WORDS, _CREDIT_WORDS, _BOX_WORDS = _pattern("captions"), _pattern("credits"), _pattern("boxes")
_PICTURE_CREDIT_WORDS = _pattern("picture_credits")
_ANY_WORDS = _pattern("captions", "credits", "boxes", "picture_credits")
FILM_WORDS = _pattern("films")
_ICON_FILE = re.compile(r"(?<![a-z])(?:icons?|ico|emojis?|sprites?|arrows?)(?![a-z])|-svg$")

_SMALLEST_PX = 100
_SMALLEST_CAPTIONED_PX = 48


def is_too_small(image: Element, *, is_captioned: bool) -> bool:
    """``True`` if the page shows it too small for a photo; without a size, ``False``."""
    smallest = _SMALLEST_CAPTIONED_PX if is_captioned else _SMALLEST_PX
    return any(size is not None and size < smallest for size in size_px(image))


def is_banner(image: Element) -> bool:
    """``True`` for the shape of a masthead or an advertisement."""
    width, height = size_px(image)
    return bool(width and height) and (width or 0) >= 4 * (height or 0) and (height or 0) <= 120


def is_icon(image: Element) -> bool:
    """``True`` for an icon next to a picture, such as a camera before the credit."""
    width, height = size_px(image)
    is_small = max(width or height or _SMALLEST_PX, height or 0) < _SMALLEST_CAPTIONED_PX
    return is_small or _ICON_FILE.search(seams_to_hyphens(_file_name(image.get("src") or ""))) is not None


def is_page_decoration(image: Element, srcs: list[str]) -> bool:
    """Also what only the pages of a site have around its articles. ``srcs``: the picture's addresses, at least one."""
    if is_decoration(image, srcs) or image.get("role") == "presentation":
        return True
    names = [element.get(key) for element in (image, *islice(image.iterancestors(), 1)) for key in ("class", "id")]
    if any(name and _DECORATION.search(name.lower()) for name in names):
        return True
    return _DECORATION_FILE.search(seams_to_hyphens(_file_name(srcs[0]))) is not None


def _file_name(src: str) -> str:
    """The last part of an address's path, for the parts before it may name a whole site's folder."""
    return re.split(r"[?#]", src, maxsplit=1)[0].rstrip("/").rpartition("/")[2]


_NO_NAMES = (False, False, False, False)


@lru_cache(maxsize=20_000)
def _names(name: str) -> tuple[bool, bool, bool, bool]:
    """True if a class names a caption, a credit, a picture's box, or a credit that can only be a picture's. Beside
    ``caption``, ``source`` says nothing; a word of both, as ``caption__credit``, names a credit."""
    if not _ANY_WORDS.search(seams_to_hyphens(name)):
        return _NO_NAMES
    words = list(map(seams_to_hyphens, name.split()[:20]))
    credits = [word for word in words if _CREDIT_WORDS.search(word)]
    is_caption = any(_CAPTION_WORDS.search(word) for word in words if word not in credits)
    is_of_picture = _PICTURE_CREDIT_WORDS.search(seams_to_hyphens(name)) is not None
    return is_caption, bool(credits) and not is_caption, any(map(_BOX_WORDS.search, words)), is_of_picture


def is_caption(element: Element) -> bool:
    if element.tag == "figcaption" or element.get("itemprop") == "caption":
        return True
    name = element.get("class") or element.get("data-testid") or element.get("id")
    return name is not None and _names(name)[0]


def is_credit(element: Element) -> bool:
    if element.tag == "cite" or element.get("itemprop") in _TABLES["credit_items"]:
        return True
    name = element.get("class") or element.get("data-testid")
    return name is not None and _names(name)[1]


def is_picture_credit(element: Element) -> bool:
    name = element.get("class") or element.get("data-testid")
    return name is not None and _names(name)[3] and is_credit(element)


def words_of_pictures(element: Element) -> Iterator[Element]:
    """The captions, and the credits that can only be a picture's, in an element or this itself."""
    for below in element.iter("*"):
        name = below.get("class") or below.get("data-testid") or below.get("id")
        may_be_words = (name and _names(name) is not _NO_NAMES) or below.tag == "figcaption" or below.get("itemprop")
        if may_be_words and (is_caption(below) or is_picture_credit(below)):
            yield below


def is_box(element: Element) -> bool:
    if element.tag in ("figure", "picture") or "ImageObject" in (element.get("itemtype") or ""):
        return True
    name = element.get("class")
    return name is not None and _names(name)[2]
