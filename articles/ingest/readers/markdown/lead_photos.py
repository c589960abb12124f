"""Pictures at the top of an article, from its front matter."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from articles.ingest.parsing.fields import WEB_ADDRESS, Fields, key_of
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.markdown.pictures import Picture, words_of
from articles.ingest.readers.markdown.templates import PICTURE_FILE, plain_address
from articles.ingest.story import Piece

# Keys of an article's picture, whose value need not end like a file. Other keys count by their value, after these.
LEAD_KEYS = (
    "image", "images", "cover", "cover_image", "featured", "featured_image", "featuredimage", "feature_image",
    "feature_img", "hero_image", "primary_image", "lead_image", "main_image", "header_image", "banner", "header",
    "hero", "photo", "photos", "picture", "teaser", "thumbnail", "thumb", "og_image", "social_image",
)  # fmt: skip
# Words in keys of smaller pictures, which count only without another.
_SMALLER = frozenset(
    """teaser thumbnail thumb og opengraph social twitter facebook share sharing preview meta metadata seo index
    card""".split()
)
# Words in keys of other pictures and pages.
_OTHERS = frozenset("author authors avatar icon favicon logo badge source link credit attribution".split())
_NONE = re.compile(r"(?:true|false|yes|no|none|transparent|#.*|(?:rgb|hsl|linear-gradient).*)", re.IGNORECASE)

_SRC = ("src", "url", "path", "image", "file", "filename", "feature", "overlay_image", "uid", "image_path", "teaser")
_WORDS = {
    "alt": ("alt", "alt_text", "alttext", "image_alt", "image_description"),
    "caption": ("caption", "figcaption", "image_caption", "legend", "cutline"),
    "credit": (
        "credit", "credits", "credit_line", "attribution", "photographer", "copyright", "attr", "source", "byline",
    ),
}  # fmt: skip
# First words of the names of pictures beside an article that themes of Hugo show at its top.
_BESIDE = ("feature", "cover", "thumbnail")
_STEM = re.compile(r"_(?:image|img|photo|picture|path|url|src|file)$")


def lead_pictures(fields: Fields, piece: Piece) -> list[Picture]:
    beside = _picture_beside(piece)
    unread = [key for key in fields.values if key not in fields.read_as and _OTHERS.isdisjoint(key.split("_"))]
    unread.sort(key=lambda key: LEAD_KEYS.index(key) if key in LEAD_KEYS else len(LEAD_KEYS))
    for is_smaller in (False, True):
        pictures: list[Picture] = []
        for key in unread:
            if _SMALLER.isdisjoint(key.split("_")) is is_smaller:
                continue
            found = [
                *_pictures_of(fields.values[key], fields.lines.get(key, 1) - 1, is_lead=key in LEAD_KEYS, beside=beside)
            ]
            if found:
                stems = dict.fromkeys((key, _STEM.sub("", key)))
                read = _add_words(found[0], fields.values, [f"{stem}_" for stem in stems])
                fields.read_as |= dict.fromkeys((key, *read), "photos")
                pictures += (picture for picture in found if not any(is_same(picture, known) for known in pictures))
        if pictures:
            unread_words = {key: value for key, value in fields.values.items() if key not in fields.read_as}
            read = _add_words(pictures[0], unread_words, ["image_", "photo_", ""])
            fields.read_as |= dict.fromkeys(read, "photos")
            return pictures
    return [Picture(beside)] if beside else []


def _picture_beside(piece: Piece) -> str:
    """The largest picture with such a name in the folder of an ``index.md``; ``""`` without one."""
    if piece.files or piece.path.name.partition(".")[0] != "index" or not piece.path.is_file():
        return ""
    with suppress(OSError):
        files = [file for file in sorted(piece.path.parent.iterdir()) if PICTURE_FILE.search(file.name)]
        found = ([file for file in files if file.name.lower().startswith(name)] for name in _BESIDE)
        return max(next(filter(None, found), [Path()]), key=lambda file: file.stat().st_size).name
    return ""


def _pictures_of(value: object, line: int, *, is_lead: bool, beside: str = "") -> Iterator[Picture]:
    """``is_lead``: any text names a picture, else only one that ends like a file. ``beside``: in place of the
    address of a page that shows the photo.
    """
    if isinstance(value, str):
        src = value.strip()
        if src and not _NONE.fullmatch(src) and (is_lead or _names_a_file(src)):
            yield Picture(src=plain_address(src), first_line=line)
    elif isinstance(value, list):
        for item in value:
            yield from _pictures_of(item, line, is_lead=is_lead, beside=beside) if not isinstance(item, list) else ()
    elif isinstance(value, dict):
        table = {key_of(key): inner for key, inner in value.items()}
        if isinstance(more := table.get("params"), dict):  # of Hugo's ``resources``
            table = {key_of(key): inner for key, inner in more.items()} | table
        named = [key for key in (*_SRC, *table) if _names_a_file(table.get(key))]
        named += [key for key in _SRC if is_lead and _first(table, key)]
        src = _first(table, named[0]) if named else ""
        if beside and not PICTURE_FILE.search(src) and WEB_ADDRESS.fullmatch(src):
            src = beside
        if src:
            table.setdefault("byline", table.get("author"))
            picture = Picture(plain_address(src), first_line=line)
            _add_words(picture, table, ["", f"{named[0]}_", f"{_STEM.sub('', named[0])}_"])
            yield picture


def _names_a_file(value: object) -> bool:
    return isinstance(value, str) and "\n" not in value and PICTURE_FILE.search(value) is not None


def _first(table: Mapping[str, object], key: str) -> str:
    value = table.get(key)
    return fold(html.unescape(value)) if isinstance(value, str) else ""


def _add_words(picture: Picture, table: Mapping[str, object], prefixes: Sequence[str]) -> list[str]:
    """Add the words of ``image_caption`` and the like; the keys with words."""
    read = []
    for name, endings in _WORDS.items():
        for key in (prefix + ending for prefix in prefixes for ending in endings):
            text = _first(table, key)
            if text and not getattr(picture, name) and not WEB_ADDRESS.fullmatch(text):
                setattr(picture, name, words_of(text))
                read.append(key)
    return read


def is_same(first: Picture, second: Picture) -> bool:
    """``True`` if the addresses of two pictures name one file: ``/assets/a/x.jpg`` and ``a/x.jpg`` do."""
    paths = (re.split(r"[?#]", src)[0].split("://")[-1].lstrip("./") for src in (first.src, second.src))
    shorter, longer = sorted(paths, key=len)
    return shorter != "" and f"/{longer}".endswith(f"/{shorter}")
