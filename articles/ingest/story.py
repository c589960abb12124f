"""What an original says, before any database: frozen dataclasses that every stage exchanges.

``None`` means that the source does not say; ``""`` is never used for that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

PhotoKind = Literal["photo", "video"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One input to be read: a whole file, or one record of a file that holds many.

    ``name`` is what reports call it. ``line`` is the 1-based line on which a record begins, ``None`` for a whole
    file. ``data`` is ``None`` for a file that is still to be opened. ``root`` is the folder that was asked to be
    loaded: photos are looked for within it, never outside; ``None`` for a file named on its own.
    """

    path: Path
    name: str
    form: str
    line: int | None = None
    data: bytes | None = None
    root: Path | None = None
    size_bytes: int = 0


class LedgerLine(NamedTuple):
    """What became of one line of a text original.

    ``number`` counts from 1; ``offset`` is in characters of the decoded original; ``text`` is the line with its line
    end, exactly as decoded, so that all texts joined give the decoded original. ``kind`` is one of ``LEDGER_KINDS``;
    ``became`` names the field or the 1-based paragraph, photo or dropped piece: ``updated``, ``paragraph 3``,
    ``photo 1``, ``""`` for blank lines. A line that was read into several fields names them all, comma separated.

    A tuple, not a dataclass: a megabyte of line ends is a million of these, and must be read within a second.
    """

    number: int
    offset: int
    text: str
    kind: str
    became: str = ""


LEDGER_KINDS = (
    "headline", "date", "source", "byline", "caption", "paragraph", "chrome", "front-matter", "blank",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Damage:
    """One warning: a code of ``text/RULES.md`` section 10, the field it touches and the 1-based line, if known.

    ``field`` is a Story field, or ``photo 2`` for a photo. ``text`` is the damaged piece as written.
    """

    code: str
    field: str = ""
    line: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class StoryPhoto:
    """A photo (or video) as the source shows it.

    ``position`` is the number of paragraphs before it (0 = before the first). ``src`` is how the source names the
    file; ``file`` is that file, if it was found beside the original.
    """

    caption: str | None = None
    credit: str | None = None
    position: int = 0
    kind: PhotoKind = "photo"
    credit_raw: str | None = None
    alt_text: str | None = None
    src: str | None = None
    file: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """The keys of ``text/RULES.md``, then our own where they hold anything."""
        said: dict[str, Any] = {
            "kind": self.kind,
            "caption": self.caption,
            "credit": self.credit,
            "credit_raw": self.credit_raw,
            "position": self.position,
        }
        if self.alt_text is not None:
            said["alt_text"] = self.alt_text
        if self.src is not None:
            said["src"] = self.src
        return said


@dataclass(frozen=True, slots=True)
class Story:
    """What one original says.

    ``published`` and ``updated`` are ISO 8601 as precise as the source (``2023-09-06``, ``2023-09-06T10:30``,
    ``2023-09-06T10:30:15+08:00``); ``*_printed`` is the line or value as written. ``body`` is Markdown, ``blocks``
    the same as sanitised HTML, one string a top-level block, and ``paragraphs`` the plain text of each block.
    ``tags`` come from the source, ``vocabulary_tags`` from ``tags.toml``. ``is_draft`` marks what its author had not
    published.
    """

    headline: str | None = None
    deck: str | None = None
    byline: str | None = None
    authors: tuple[str, ...] = ()
    dateline: str | None = None
    published: str | None = None
    published_printed: str | None = None
    updated: str | None = None
    updated_printed: str | None = None
    source: str | None = None
    section: str | None = None
    language: str | None = None
    url: str | None = None
    id: str | None = None
    slug: str | None = None
    tags: tuple[str, ...] = ()
    vocabulary_tags: tuple[str, ...] = ()
    photos: tuple[StoryPhoto, ...] = ()
    body: str = ""
    blocks: tuple[str, ...] = ()
    paragraphs: tuple[str, ...] = ()
    chrome_removed: tuple[str, ...] = ()
    damage: tuple[Damage, ...] = ()
    ledger: tuple[LedgerLine, ...] = field(default=(), repr=False)
    encoding: str = "utf-8"
    is_draft: bool = False

    @property
    def warnings(self) -> list[str]:
        """Each damage code once, sorted."""
        return sorted({damage.code for damage in self.damage})

    def as_json(self) -> dict[str, Any]:
        """The ``story`` of a report line."""
        return {
            "headline": self.headline,
            "updated": self.updated,
            "published": self.published,
            "source": self.source,
            "byline": self.byline,
            "dateline": self.dateline,
            "photos": [photo.as_json() for photo in self.photos],
            "paragraphs": list(self.paragraphs),
            "chrome_removed": list(self.chrome_removed),
            "warnings": self.warnings,
            "deck": self.deck,
            "authors": list(self.authors),
            "section": self.section,
            "tags": [*self.tags, *(tag for tag in self.vocabulary_tags if tag not in self.tags)],
            "language": self.language,
            "url": self.url,
            "id": self.id,
            "body": self.body,
        }
