"""The attachments of a WordPress export: their places in its file, and their pictures."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import BinaryIO
from urllib.parse import unquote

from articles.ingest.parsing.html_to_markdown import text_of_html
from articles.ingest.parsing.html_to_markdown.elements import Element
from articles.ingest.parsing.story_photos import Delivered, Rendition, number_of
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.feeds.cutting import Cut
from articles.ingest.readers.feeds.elements import encoded, meta_of, text
from articles.ingest.readers.feeds.press_fields import CustomFields

_ORIGINAL_PX = 100_000.0  # of an uploaded file without a stated size: larger than its renditions

_FIELD = re.compile(rb"<wp:(post_id|post_parent|post_type|attachment_url)>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]*)")
# ``wp-image-12``, ``attachment_12``, ``ids="12,13"``, ``"id":12``; and the value of ``_thumbnail_id``.
_SHOWN = re.compile(rb"(?:wp-image|attachment|\bids?|\binclude)[\W_]{1,4}(\d[\d,\s]*)|<wp:meta_value>\D{0,12}(\d+)\D")
_UPLOAD = re.compile(r"/uploads/([^\s\"'<>?#\]]+)")
_SIZED = re.compile(r"(?:-\d+x\d+|-scaled)(?=\.\w+$)")
_IMAGE = re.compile(r"<img\b(?=([^<>]*))", re.IGNORECASE)
_IMAGE_ID = re.compile(r"\bwp-image-(\d+)")
# File metadata in PHP’s serialisation: ``s:6:"credit";s:8:"Ana Ruiz";``.
_IN_FILE = re.compile(r's:\d+:"(credit|copyright|width|height)";(?:s:\d+:"(.*?)";|i:(\d+);)', re.DOTALL)


def uploads_in(text: str) -> list[str]:
    """The names of uploaded files in a text, without suffixes for sizes: ``2015/03/ferry.jpg``."""
    return [_SIZED.sub("", unquote(name)) for name in _UPLOAD.findall(text)]


@dataclass(slots=True)
class Library:
    """Places of attachments, by id, by the post they were uploaded to, and by file; ``shown``: in some post."""

    places: dict[int, tuple[int, int, int]] = field(default_factory=dict)  # offset, size, line
    shown: set[int] = field(default_factory=set)
    _of_post: dict[int, list[int]] = field(default_factory=dict)
    _of_file: dict[str, int] = field(default_factory=dict)

    def add(self, cut: Cut) -> None:
        fields = dict(_FIELD.findall(cut.data))
        number = _number(fields.get(b"post_id"))
        self.places[number] = cut.offset, len(cut.data), cut.line
        self._of_post.setdefault(_number(fields.get(b"post_parent")), []).append(number)
        for name in uploads_in(fields.get(b"attachment_url", b"").decode("utf-8", "replace")):
            self._of_file[name] = number

    def shown_by(self, item: bytes) -> list[int]:
        """The attachments that a post may show, in their order in the file."""
        candidates = {*self._of_post.get(_number(dict(_FIELD.findall(item)).get(b"post_id")), ())}
        for several, single in _SHOWN.findall(item):
            candidates.update(map(int, re.findall(rb"\d{1,18}", several or single)))
        candidates.update(self._of_file.get(name, -1) for name in uploads_in(item.decode("utf-8", "replace")))
        numbers = sorted(candidates & self.places.keys(), key=self.places.__getitem__)
        self.shown.update(numbers)
        return numbers

    def read(self, file: BinaryIO, number: int) -> bytes:
        offset, size, _ = self.places[number]
        file.seek(offset)
        return file.read(size)


def is_attachment(item: bytes) -> bool:
    return dict(_FIELD.findall(item)).get(b"post_type") == b"attachment"


def _number(value: bytes | None) -> int:
    return int(value) if value and value.isdigit() and len(value) < 19 else -1


class Pictures:
    """The pictures among a post's attachments, by id, which ``data-uri`` has in the post's HTML."""

    def __init__(self, post: Element, attachments: Iterator[Element]) -> None:
        self.by_id: dict[str, Delivered] = {}
        self._own: list[str] = []
        for attachment in attachments:
            if picture := _picture(attachment):
                number = text(attachment, "post_id")
                self.by_id[number] = picture
                self._own += [number] if text(attachment, "post_parent") == text(post, "post_id") else []
        self._of_file = {name: number for number in self.by_id for name in uploads_in(self._address(number))}

    def _address(self, number: str) -> str:
        return self.by_id[number].renditions[0].href

    def figure(self, number: str) -> str:
        if number not in self.by_id:
            return ""
        return f'<figure><img src="{escape(self._address(number))}" data-uri="{_ref(number)}"></figure>'

    def gallery(self, attributes: dict[str, str]) -> str:
        """The gallery of a short code: the pictures it names, or all that were uploaded to the post."""
        numbers = re.findall(r"\d+", attributes.get("ids") or attributes.get("include") or "")
        return "".join(map(self.figure, numbers or self._own))

    def marked(self, html: str) -> str:
        """The HTML with the picture’s id in ``data-uri`` of each image."""

        def with_mark(image: re.Match[str]) -> str:
            by_class = _IMAGE_ID.findall(image[1])[:1]
            numbers = [*by_class, *(self._of_file.get(name, "") for name in uploads_in(image[1]))]
            return image[0] + next((f' data-uri="{_ref(number)}"' for number in numbers if number in self.by_id), "")

        return _IMAGE.sub(with_mark, html)

    def in_html(self, html: str) -> list[str]:
        return [number for number in self.by_id if f'data-uri="{_ref(number)}"' in html]


def _ref(number: str) -> str:
    return f"attachment:{number}"


def _picture(attachment: Element) -> Delivered | None:
    address, meta = text(attachment, "attachment_url"), meta_of(attachment)
    if not Rendition(address).is_surely_a_picture:
        return None
    in_file = {key: words or number for key, words, number in _IN_FILE.findall(meta.get("_wp_attachment_metadata", ""))}
    width, height = (number_of(in_file.get(side)) or _ORIGINAL_PX for side in ("width", "height"))
    return Delivered(
        renditions=(Rendition(address, width, height),),
        caption=text_of_html(encoded(attachment, "excerpt")) or None,
        credit=CustomFields(attachment).credit() or fold(in_file.get("credit", "")) or None,
        alt_text=fold(meta.get("_wp_attachment_image_alt", "")) or None,
        copyright_notice=fold(in_file.get("copyright", "")) or None,
        refs=frozenset({_ref(text(attachment, "post_id"))}),
    )
