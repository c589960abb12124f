"""JSON Lines: one article a line, the format for loading and exporting many articles at once.

Every key may be absent or ``null``; an empty text equals none. Texts are plain, only the body is Markdown.

* ``headline``, ``deck``, ``byline``, ``dateline``, ``section``, ``source``, ``language``, ``slug``: texts
* ``authors``, ``tags``: lists of texts
* ``former_paths``: a list of paths that the article had on its own site; of a whole address, the path is taken
* ``published``, ``updated``: ISO 8601, as precise as is known (``2023-09-06``, ``2023-09-06T10:30Z``)
* ``url``: the canonical address, ``http`` or ``https``; ``id``: the publisher's own id, text or a number
* the body: ``body_markdown``; or ``body_text``, plain text with blank lines between its paragraphs; or ``paragraphs``,
  a list of plain ones
* ``photos``: a list of ``caption``, ``credit``, ``alt_text``, ``src`` (or ``file``), ``position``, ``kind``:
  ``photo`` (the default) or ``video``
* ``is_draft``: ``true`` for unpublished articles, which are left out, as are those with the marks of front matter
  (``status: "draft"`` and the like)

``position`` is the number of paragraphs before a photo. Without it, the first photo precedes the text and all others
follow it, since nothing places them more exactly. ``credit`` is taken as it is; captions are not searched for credits.
``src`` is an address, or a file next to this one.

Other keys are listed in ``boilerplate`` as ``key: value``, shortened.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from articles.ingest.errors import BadMetadata, IngestError, UnreadableFile
from articles.ingest.parsing.credits_in_text import is_caption_cut
from articles.ingest.parsing.fields import Fields, shortened
from articles.ingest.parsing.iso_dates import read_date, why_unread
from articles.ingest.parsing.local_files import find_photo
from articles.ingest.readers.base import Part, load_json
from articles.ingest.story import TEXTS, Damage, Piece, Story, StoryPhoto
from articles.text.damage import DamageCode
from articles.text.markdown import escape_text, plain, render
from articles.text.paths import path_of

KEYS = frozenset({
    *TEXTS, "authors", "published", "updated", "url", "former_paths", "id", "tags", "photos", "body_markdown",
    "body_text", "paragraphs", "is_draft",
})  # fmt: skip
PHOTO_KEYS = frozenset({"caption", "credit", "alt_text", "position", "kind", "src", "file"})

_NAMES = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}

T = TypeVar("T")


def looks_like(head: bytes) -> bool:
    """``True`` for lines that begin like JSON objects, the first with one of ``KEYS`` or longer than ``head``."""
    lines = [line for line in head.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]
    if not lines or not re.match(rb'\s*\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\})', lines[0]):
        return False
    if len(lines) > 1 and not lines[1].lstrip().startswith(b"{"):
        return False
    try:
        record = json.loads(lines[0])
        return isinstance(record, dict) and not KEYS.isdisjoint(record)
    except (ValueError, RecursionError):
        return len(lines) == 1 and len(head) >= 4096 and b"\n" not in head.strip()


def split(file: BinaryIO, max_bytes: int) -> Iterator[Part | IngestError]:
    """The non-blank lines of a file. A line that is too long is an error; later ones are read."""
    number = 0
    while line := file.readline(max_bytes + 1):
        number += 1
        if len(line) > max_bytes:
            yield UnreadableFile(f"a line of more than {max_bytes:,} bytes (INPUT_MAX_BYTES)", path="", line=number)
            while line and not line.endswith(b"\n"):
                line = file.readline(max_bytes)
            continue
        # Without line ends, so that a record is the same with LF, CRLF or none.
        if (record := line.rstrip(b"\r\n")).strip():
            yield Part(record, number)


def read(piece: Piece, data: bytes) -> Story:
    """The article of one line. Raises ``BadMetadata`` for other JSON, or with the key of a value of a wrong type."""
    path, line = piece.path, piece.line or 1
    values = load_json(data, path, line)
    if not isinstance(values, dict):
        kind = _NAMES.get(type(values), "null")
        raise BadMetadata(f"the line is {kind}, not an object with keys such as `headline`", path=path, line=line)
    # ``published`` is a date here, and a mark in front matter.
    dated = {key: value for key, value in values.items() if key != "published" or not isinstance(value, bool)}
    record = _Record(dated, path, line)
    record.value("is_draft", bool)  # raises for another type
    body = (record.value("body_markdown", str) or "").strip("\n")
    if not body.strip():
        text = record.value("body_text", str)
        paragraphs = re.split(r"\n[ \t\r]*\n", text) if text else record.texts("paragraphs")
        body = "\n\n".join(filter(None, map(escape_text, paragraphs)))
    blocks = render(body) if body else ()
    dates = record.when("published") | record.when("updated")
    texts: dict[str, Any] = {key: record.text(key) for key in TEXTS}
    story = Story(
        **texts,
        **dates,
        authors=record.texts("authors"),
        url=record.web_address("url"),
        former_paths=tuple(dict.fromkeys(map(path_of, record.texts("former_paths")))),
        id=str(values["id"]) if type(values.get("id")) is int else record.text("id"),
        tags=record.texts("tags"),
        photos=_photos(record, len(blocks), piece),
        body=body,
        blocks=blocks,
        paragraphs=tuple(map(plain, blocks)),
        boilerplate=(*record.leave_over(KEYS), *record.dropped),
        withheld=Fields(values, {}).withheld(dates["published"]),
    )
    return replace(story, damage=(*record.damage, *story.gaps(line)))


def why_nothing(data: bytes) -> str:
    """Why a record has nothing to show: its keys, and the expected ones."""
    keys = [f"`{shortened(key)[:40]}`" for key in json.loads(data)]
    shown = ", ".join(keys[:12]) + (f" and {len(keys) - 12} more" if len(keys) > 12 else "")
    return (
        f"no headline, text or photo in it: its keys are {shown or 'none'}; expected are `headline`, "
        "`body_markdown`, `body_text`, `paragraphs` and `photos`"
    )


class _Record:
    def __init__(self, values: dict[str, Any], path: Path, line: int, within: str = "") -> None:
        self.values, self.path, self.line, self.within = values, path, line, within
        self.damage: list[Damage] = []
        self.dropped: list[str] = []

    def value(self, key: str, kind: type[T]) -> T | None:
        value = self.values.get(key)
        if value is None:
            return None
        if type(value) is not kind:
            raise self.wrong(key, value, _NAMES[kind])
        return value

    def wrong(self, key: str, value: object, wanted: str) -> BadMetadata:
        actual = _NAMES.get(type(value), "null")
        return BadMetadata(f"`{self.within}{key}` is {actual}, not {wanted}", path=self.path, line=self.line)

    def text(self, key: str) -> str | None:
        value = self.value(key, str)
        return value.strip() or None if value else None

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.value(key, list) or []
        for number, value in enumerate(values, 1):
            if type(value) is not str:
                raise self.wrong(f"{key}[{number}]", value, "text")
        return tuple(dict.fromkeys(text for value in values if (text := value.strip())))

    def when(self, key: str) -> dict[str, Any]:
        """A date as ISO 8601 and, ``…_printed``, as printed; an unreadable one is damage (``why_unread``)."""
        printed = self.text(key)
        iso = read_date(printed) if printed else None
        if printed and iso is None:
            self.damage.append(Damage(why_unread(printed), key, self.line, printed))
        return {key: iso, f"{key}_printed": printed}

    def web_address(self, key: str) -> str | None:
        address = self.text(key)
        if address and not address.lower().startswith(("http://", "https://")):
            reason = f"`{key}` is {address[:80]!r}, not an address that begins with http:// or https://"
            raise BadMetadata(reason, path=self.path, line=self.line)
        return address

    def leave_over(self, keys: frozenset[str]) -> list[str]:
        values = ((key, shortened(value)) for key, value in self.values.items() if key not in keys)
        return [f"{self.within}{key}: {shown}" for key, shown in values if shown]


def _photos(record: _Record, blocks: int, piece: Piece) -> tuple[StoryPhoto, ...]:
    photos: list[StoryPhoto] = []
    for number, entry in enumerate(record.value("photos", list) or [], 1):
        if type(entry) is not dict:
            raise record.wrong(f"photos[{number}]", entry, "an object")
        said = _Record(entry, record.path, record.line, f"photos[{number}].")
        position = said.value("position", int)
        if position is not None and position < 0:
            reason = f"`{said.within}position` is {position}, less than 0"
            raise BadMetadata(reason, path=record.path, line=record.line)
        kind = said.text("kind")
        if kind not in (None, "photo", "video"):
            reason = f'`{said.within}kind` is {kind[:40]!r}, not "photo" or "video"'
            raise BadMetadata(reason, path=record.path, line=record.line)
        credit, src = said.text("credit"), said.text("src") or said.text("file")
        photo = StoryPhoto(
            caption=said.text("caption"),
            credit=credit,
            position=(0 if number == 1 else blocks) if position is None else position,
            kind="video" if kind == "video" else "photo",
            credit_raw=credit,
            alt_text=said.text("alt_text"),
            src=src,
            file=find_photo(piece, src) if src else None,
        )
        photos.append(photo)
        record.dropped += said.leave_over(PHOTO_KEYS)
    photos.sort(key=attrgetter("position"))  # stable, so equal positions keep their order
    record.damage += [
        Damage(DamageCode.CAPTION_CUT, f"photo {number}", record.line, photo.caption or "")
        for number, photo in enumerate(photos, 1)
        if is_caption_cut(photo.caption)
    ]
    return tuple(photos)
