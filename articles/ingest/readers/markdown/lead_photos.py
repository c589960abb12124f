"""Pictures at the top of an article, from its front matter."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping

from articles.ingest.parsing.fields import Fields
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.markdown.pictures import Picture, words_of
from articles.ingest.readers.markdown.templates import without_pelican

# Keys of an article's picture, and of smaller ones, which count only without another.
LEAD_KEYS = (
    "image", "images", "cover", "cover_image", "featured", "featured_image", "featuredimage", "feature_image",
    "feature_img", "hero_image", "primary_image", "lead_image", "main_image", "header_image", "banner", "header",
    "hero", "photo", "photos", "picture",
)  # fmt: skip
SMALLER_KEYS = ("teaser", "thumbnail", "thumb", "og_image", "social_image")

_SRC = ("src", "url", "path", "image", "file", "filename", "feature", "overlay_image", "uid", "teaser")
_WORDS = {
    "alt": ("alt", "alt_text", "alttext", "image_alt"),
    "caption": ("caption", "figcaption", "image_caption", "legend"),
    "credit": (
        "credit", "credits", "credit_line", "attribution", "photographer", "copyright", "attr", "source", "byline",
    ),
}  # fmt: skip


def lead_pictures(fields: Fields) -> list[Picture]:
    for keys in (LEAD_KEYS, SMALLER_KEYS):
        pictures: list[Picture] = []
        for key in keys:
            found = [*_pictures_of(fields.values.get(key), fields.lines.get(key, 1) - 1)]
            if found:
                fields.read_as[key] = "photos"
                _add_neighbours(fields, key, found[0])
                pictures += (picture for picture in found if not any(is_same(picture, known) for known in pictures))
        if pictures:
            return pictures
    return []


def _pictures_of(value: object, line: int) -> Iterator[Picture]:
    if isinstance(value, str) and value.strip() and value.strip().lower() not in ("true", "false", "yes", "no"):
        yield Picture(src=without_pelican(value.strip()), first_line=line)
    elif isinstance(value, list):
        for item in value:
            yield from _pictures_of(item, line) if not isinstance(item, list) else ()
    elif isinstance(value, dict):
        src = _first(value, _SRC)
        if src:
            words = {name: _first(value, keys) for name, keys in _WORDS.items()}
            caption, credit = words_of(words["caption"]), words_of(words["credit"])
            yield Picture(without_pelican(src), words["alt"], caption, credit, first_line=line)


def _first(value: Mapping[str, object], keys: tuple[str, ...]) -> str:
    found = (value.get(key) for key in keys)
    return next((fold(html.unescape(text)) for text in found if isinstance(text, str) and text.strip()), "")


def _add_neighbours(fields: Fields, key: str, picture: Picture) -> None:
    """Add the words of ``image_caption`` and the like, and of a bare ``caption`` or ``photo_credit``."""
    for name, keys in _WORDS.items():
        prefixes = dict.fromkeys((key, key.removesuffix("_image"), "image", "photo"))
        neighbours = [f"{prefix}_{ending}" for prefix in prefixes for ending in keys] + list(keys[:1])
        for neighbour in neighbours:
            value = fields.values.get(neighbour)
            if isinstance(value, str) and value.strip() and not getattr(picture, name):
                setattr(picture, name, words_of(fold(html.unescape(value))))
                fields.read_as[neighbour] = "photos"


def is_same(first: Picture, second: Picture) -> bool:
    """``True`` if the addresses of two pictures name one file: ``/assets/a/x.jpg`` and ``a/x.jpg`` do."""
    shorter, longer = sorted((_path(first.src), _path(second.src)), key=len)
    return shorter != "" and f"/{longer}".endswith(f"/{shorter}")


def _path(src: str) -> str:
    return src.split("?")[0].split("#")[0].split("://")[-1].lstrip("./")
