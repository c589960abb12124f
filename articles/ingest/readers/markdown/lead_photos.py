"""Pictures at the top of an article, from its front matter."""

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
from articles.text.tables import tables_of

_KEYS = tables_of(__file__)
_LEAD: list[str] = _KEYS["lead"]
_NONE = re.compile(r"(?:true|false|yes|no|none|transparent|#.*|(?:rgb|hsl|linear-gradient).*)", re.IGNORECASE)
_STEM = re.compile(r"_(?:image|img|photo|picture|path|url|src|file)$")


def lead_pictures(fields: Fields, piece: Piece) -> list[Picture]:
    beside = _picture_beside(piece)
    unread = [key for key in fields.values if key not in fields.read_as and not _has_word(key, "others")]
    unread.sort(key=lambda key: _LEAD.index(key) if key in _LEAD else len(_LEAD))
    for is_smaller in (False, True):
        pictures: list[Picture] = []
        for key in unread:
            if _has_word(key, "smaller") is not is_smaller:
                continue
            line = fields.lines.get(key, 1) - 1
            if found := list(_pictures_of(fields.values[key], line, is_lead=key in _LEAD, beside=beside)):
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


def _has_word(key: str, table: str) -> bool:
    return not set(key.split("_")).isdisjoint(_KEYS[table])


def _picture_beside(piece: Piece) -> str:
    """The largest picture with such a name in the folder of an ``index.md``; ``""`` without one."""
    if piece.files or piece.path.name.partition(".")[0] != "index" or not piece.path.is_file():
        return ""
    with suppress(OSError):
        files = [file for file in sorted(piece.path.parent.iterdir()) if PICTURE_FILE.search(file.name)]
        found = ([file for file in files if file.name.lower().startswith(name)] for name in _KEYS["beside"])
        return max(next(filter(None, found), [Path()]), key=lambda file: file.stat().st_size).name
    return ""


def _pictures_of(value: object, line: int, *, is_lead: bool, beside: str = "") -> Iterator[Picture]:
    """``is_lead``: any text names a picture, not only a file. ``beside``: in place of the address of a page."""
    if isinstance(value, str):
        src = value.strip()
        if src and not _NONE.fullmatch(src) and (is_lead or _names_a_file(src)):
            yield Picture(src=plain_address(src), first_line=line)
    elif isinstance(value, list):
        for item in value:
            yield from _pictures_of(item, line, is_lead=is_lead, beside=beside) if not isinstance(item, list) else ()
    elif isinstance(value, dict):
        yield from _picture_in(value, line, is_lead=is_lead, beside=beside)


def _picture_in(value: dict[str, object], line: int, *, is_lead: bool, beside: str) -> Iterator[Picture]:
    table = {key_of(key): inner for key, inner in value.items()}
    if isinstance(more := table.get("params"), dict):  # of Hugo's ``resources``
        table = {key_of(key): inner for key, inner in more.items()} | table
    named = [key for key in (*_KEYS["src"], *table) if _names_a_file(table.get(key))]
    named += [key for key in _KEYS["src"] if is_lead and _first(table, key)]
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
    for name, endings in _KEYS["words"].items():
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
