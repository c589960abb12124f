"""Photos of a story from the pictures that an article names: caption and credit divided, the best of several files."""

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import unquote

from articles.ingest.parsing.credits_in_captions import ends_in_copyright, split_caption
from articles.ingest.parsing.credits_in_text import is_caption_cut, split_credit
from articles.ingest.parsing.local_files import LocalFiles, find_photo
from articles.ingest.story import Damage, LocalFile, PhotoFile, Piece, StoryPhoto
from articles.text.damage import DamageCode
from articles.text.paths import parts_of

_WATERMARKED = re.compile(r"water-?mark", re.IGNORECASE)
_SMALL = re.compile(r"thumb|icon|small|lowres", re.IGNORECASE)
_NOT_A_PICTURE = re.compile(r"(?:audio|video|text)/|application/(?!octet-stream)", re.IGNORECASE)
_PICTURE_SUFFIXES = frozenset(".jpg .jpeg .jpe .png .gif .webp .avif .tif .tiff .bmp .svg".split())
_OTHER_SUFFIXES = frozenset({".mp4", ".mov", ".mpg", ".mpeg", ".webm", ".mp3", ".wav", ".pdf", ".xml", ".html", ".txt"})
# Characters; a longer address contains the picture itself and names no file.
_LONGEST_SRC = 2_000


@dataclass(frozen=True, slots=True)
class Rendition:
    """One file of a picture. Missing sizes are 0; missing ``media_type`` and ``name`` (its role) are ``""``."""

    href: str
    width_px: float = 0
    height_px: float = 0
    size_bytes: float = 0
    media_type: str = ""
    name: str = ""

    @property
    def may_be_a_picture(self) -> bool:
        if self.media_type:
            return not _NOT_A_PICTURE.match(self.media_type)
        return _suffix(self.href) not in _OTHER_SUFFIXES

    @property
    def is_surely_a_picture(self) -> bool:
        return self.media_type.lower().startswith("image/") or _suffix(self.href) in _PICTURE_SUFFIXES


@dataclass(frozen=True, slots=True)
class Delivered(StoryPhoto):
    """A picture as an item delivers it. ``refs``: other names for it in a text: ids, addresses."""

    renditions: tuple[Rendition, ...] = ()
    refs: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        return self.refs.union(rendition.href for rendition in self.renditions)


def make_photo(piece: Piece, named: StoryPhoto) -> StoryPhoto:
    """The photo as a story has it, from what an article says of it. Empty texts are ``None`` then."""
    caption, credit, raw, kind, src = named.caption, named.credit, named.credit, named.kind, named.src
    if caption and not credit and (found := split_credit(caption) or ends_in_copyright(caption)):
        caption, credit, raw, kind = found.caption, found.name, found.raw, found.kind
    file = find_photo(piece, src) if src and len(src) <= _LONGEST_SRC else None
    src = src[:_LONGEST_SRC] if src else None
    words = {name: getattr(named, name) or None for name in ("alt_text", "creator", "copyright_notice")}
    return StoryPhoto(caption or None, credit or None, named.position, kind, raw or None, src=src, file=file, **words)


def photo_damage(photo: StoryPhoto, number: int, line: int | None) -> list[Damage]:
    """A credit without a name, a caption cut off, a credit without a caption."""
    texts = {
        DamageCode.CREDIT_CUT: None if photo.credit else photo.credit_raw,
        DamageCode.CAPTION_CUT: photo.caption if is_caption_cut(photo.caption) else None,
        DamageCode.CAPTION_MISSING: None if photo.caption else photo.credit_raw,
    }
    return [Damage(code, f"photo {number}", line, text) for code, text in texts.items() if text]


def with_credit(picture: Delivered) -> Delivered:
    """The picture with a credit at the end of its caption moved to ``credit``."""
    found = split_caption(picture.caption) if picture.caption and not picture.credit else None
    return replace(picture, caption=found.caption, credit=found.name) if found and found.name else picture


def story_photo(piece: Piece, picture: Delivered) -> StoryPhoto:
    """The picture with its largest delivered rendition as its file; one with a watermark only if there is no other."""
    is_video = picture.kind == "video"
    renditions = [part for part in picture.renditions if is_video or part.may_be_a_picture]
    hrefs = [rendition.href for rendition in sorted(renditions, key=_worth, reverse=True)]
    found = ((href, file) for href in hrefs if (file := delivered_file(piece, href)))
    src, file = next(found, (next(iter(hrefs), None), None))
    photo = make_photo(piece, replace(picture, src=src))
    return replace(photo, kind="video", file=None) if is_video else replace(photo, file=photo.file or file)


def delivered_file(piece: Piece, href: str) -> PhotoFile | None:
    """The file that ``href`` means.

    Agencies name a picture by its address on their servers, and deliver it next to the item under the last part of
    that: such a file counts in the item's own folder only. A copy of a site has the same folders as the server.
    """
    if found := find_photo(piece, href):
        return found
    address = parts_of(href)
    path = unquote(address.path) if address.scheme in ("http", "https", "ftp", "file") else ""
    if path.count("/") > 1 and (found := find_photo(piece, path)):
        return found
    name = PurePosixPath(path).name
    if "." not in name.strip("."):
        return None
    neighbour = find_photo(piece, name)
    article = piece.files.article if isinstance(piece.files, LocalFiles) else piece.path
    is_in_folder = isinstance(neighbour, LocalFile) and neighbour.path == article.parent.resolve() / name
    return neighbour if is_in_folder else None


def _worth(rendition: Rendition) -> tuple[bool, float, float, bool]:
    names = f"{rendition.name} {rendition.href}"
    pixels = rendition.width_px * rendition.height_px
    return not _WATERMARKED.search(names), pixels, rendition.size_bytes, not _SMALL.search(names)


def number_of(text: str | None) -> float:
    """A width or size as written: ``480``, ``480.0``, ``480px``; 0 if invalid."""
    found = re.match(r"\s*(\d{1,12}(?:\.\d{1,6})?)", text or "", re.ASCII)
    return float(found[1]) if found else 0


def _suffix(href: str) -> str:
    return PurePosixPath(re.split(r"[?#]", href, maxsplit=1)[0]).suffix.lower()
