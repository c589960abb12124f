"""The content of an original, before any database: frozen dataclasses that all stages exchange.

``None`` means not given by the source; ``""`` is never used for that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from articles.ingest.parsing.frame import Frame
from articles.ingest.sites.site import Site
from articles.text.damage import DamageCode
from articles.text.evidence import SITE
from articles.text.originals import BOILERPLATE_KEY

if TYPE_CHECKING:
    from articles.ingest.warc.bodies import CrawlBody

PhotoKind = Literal["photo", "video"]
# Plain texts, which JSON Lines have under the same names.
TEXTS = ("headline", "deck", "byline", "dateline", "source", "section", "language", "slug")
# The fields that reports copy from a story.
_REPORTED = (
    "headline", "updated", "published", "source", "byline", "dateline", "deck", "section", "language", "url", "id",
    "body",
)  # fmt: skip


class Withheld(StrEnum):
    """Why a source does not show an article to its readers, as the noun of reports. Of several, the first counts."""

    DRAFT = "draft"
    SCHEDULED = "scheduled article"
    PRIVATE = "private article"
    DELETED = "deleted article"
    # These may have had readers in the source.
    NO_PAGE = "unrendered article"
    TAGGED = "tagged draft"
    EXPIRED = "expired article"
    UNLISTED = "unlisted article"

    @property
    def withdraws_published(self) -> bool:
        """``True`` if an article that was published here is withdrawn for it."""
        return self in (Withheld.DRAFT, Withheld.SCHEDULED, Withheld.PRIVATE, Withheld.DELETED)


class PhotoFile(Protocol):
    """The source of a photo's bytes: a file next to the article, a record of a crawl, a part of a message."""

    def read(self, max_bytes: int) -> bytes:
        """All bytes, or the first ``max_bytes + 1`` of more. Raises ``OSError``."""


@dataclass(frozen=True, slots=True)
class HeldElsewhere:
    """The location of an original stored by reference; ``path`` names a crawl file."""

    path: str
    offset: int
    size_bytes: int


class Files(Protocol):
    """The files saved with an article, by their addresses in it."""

    def find(self, src: str) -> PhotoFile | None:
        pass


@dataclass(frozen=True, slots=True)
class LocalFile:
    path: Path

    def read(self, max_bytes: int) -> bytes:
        with self.path.open("rb") as file:
            return file.read(max_bytes + 1)


@dataclass(frozen=True, slots=True)
class Piece:
    """One input to be read: a whole file, or one record of a file with many."""

    path: Path
    name: str  # in reports
    form: str
    line: int | None = None  # the 1-based one on which a record begins; ``None`` for a whole file
    data: bytes | None = None  # ``None`` if the bytes are still to be read from ``body`` or the file
    root: Path | None = None  # the loaded folder, outside which no photos are looked for; ``None`` for a file alone
    size_bytes: int = 0
    mtime_ns: int = 0  # the last change of a whole file; 0 if it may change again unnoticed
    place: str | None = None  # as the archive stores it; ``None`` for the resolved path
    body: "CrawlBody | None" = None  # of a page in a crawl
    files: Files | None = None  # where photos are looked for instead, in a crawl
    url: str | None = None  # of a capture
    captured_at: datetime | None = None
    is_fleeting: bool = False  # the crawl file of ``body`` is in a scratch folder
    known_as: str | None = None  # the digest of an input that is already in the archive and need not be read again
    site: Site | None = None

    @property
    def post_types(self) -> frozenset[str]:
        return self.site.post_types if self.site else frozenset()

    @property
    def frame(self) -> Frame:
        """Of the web pages of its site."""
        return self.site.whole_frame if self.site else Frame()


class LedgerLine(NamedTuple):
    """The use of one line of a text original.

    ``number`` counts from 1; ``offset`` is in characters of the decoded original; ``text`` is the line with its line
    end, exactly as decoded, so that all texts joined are the decoded original. ``kind`` is ``headline``, ``date``,
    ``source``, ``byline``, ``caption``, ``paragraph``, ``boilerplate``, ``front-matter`` or ``blank``. ``became`` names
    the field or the 1-based paragraph, photo or piece of boilerplate: ``updated``, ``paragraph 3``, ``photo 1``, ``""``
    for blank lines. Several fields are separated by commas.

    A tuple, not a dataclass: a megabyte of line ends is a million of these, and must be read within a second.
    """

    number: int
    offset: int
    text: str
    kind: str
    became: str = ""


def ledger_of(lines: Sequence[str], became: Sequence[tuple[str, str]]) -> tuple[LedgerLine, ...]:
    """The ledger of an original, from its lines and the kind and use of each."""
    offsets = accumulate(map(len, lines), initial=0)
    return tuple(map(LedgerLine, range(1, len(lines) + 1), offsets, lines, *zip(*became, strict=True)))


@dataclass(frozen=True, slots=True)
class Damage:
    """One warning: a ``DamageCode``, and what it is about."""

    code: str
    field: str = ""  # of ``Story``, or ``photo 2``
    line: int | None = None  # 1-based, if known
    text: str = ""  # the damaged piece as written


@dataclass(frozen=True, slots=True)
class StoryPhoto:
    """A photo (or video) as the source shows it."""

    caption: str | None = None
    credit: str | None = None
    position: int = 0  # the number of paragraphs before it
    kind: PhotoKind = "photo"
    credit_raw: str | None = None
    alt_text: str | None = None
    src: str | None = None  # the file's name in the source
    file: PhotoFile | None = None  # that file, if it was found
    creator: str | None = None
    copyright_notice: str | None = None

    def as_json(self) -> dict[str, Any]:
        always = {name: getattr(self, name) for name in ("kind", "caption", "credit", "credit_raw", "position")}
        if_given = {name: getattr(self, name) for name in ("alt_text", "src", "creator", "copyright_notice")}
        return always | {name: value for name, value in if_given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Story:
    """The content of one original. Dates are ISO 8601, as precise as the source: ``2023-09-06``, ``2023-09-06T10:30``,
    ``2023-09-06T10:30:15+08:00``; ``*_printed`` is the line or value as written.
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
    former_paths: tuple[str, ...] = ()  # where it was on its own site, ``/2014/rest.html``, ``/?p=7``; not its identity
    id: str | None = None
    slug: str | None = None
    tags: tuple[str, ...] = ()  # from the source
    tag_kinds: Mapping[str, str] = field(default_factory=dict)  # of these, as in ``text.phrases.TAG_KINDS``
    vocabulary_tags: tuple[str, ...] = ()  # from ``tags.toml``
    photos: tuple[StoryPhoto, ...] = ()
    body: str = ""  # as Markdown
    blocks: tuple[str, ...] = ()  # the same as sanitised HTML, one string a top-level block
    paragraphs: tuple[str, ...] = ()  # the plain text of each block
    boilerplate: tuple[str, ...] = ()
    damage: tuple[Damage, ...] = ()
    ledger: tuple[LedgerLine, ...] = field(default=(), repr=False)
    encoding: str = "utf-8"
    withheld: Withheld | None = None  # why its source does not show it
    withdrawn: str | None = None  # the source's reason for withdrawing it
    evidence: Mapping[str, str] = field(default_factory=dict)  # where fields were found, in codes of ``text.evidence``

    @property
    def warnings(self) -> list[str]:
        return sorted({damage.code for damage in self.damage})

    @property
    def own_source(self) -> str:
        """The source as the original names it, which may be part of an identity; that of a site's profile is not."""
        return "" if self.evidence.get("source") == SITE else self.source or ""

    @property
    def missing_files(self) -> list[str]:
        return [photo.src for photo in self.photos if photo.src and photo.file is None]

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _REPORTED} | {
            "photos": [photo.as_json() for photo in self.photos],
            "paragraphs": list(self.paragraphs),
            BOILERPLATE_KEY: list(self.boilerplate),
            "warnings": self.warnings,
            "authors": list(self.authors),
            "former_paths": list(self.former_paths),
            "tags": [*self.tags, *(tag for tag in self.vocabulary_tags if tag not in self.tags)],
            "evidence": dict(self.evidence),
        }

    def gaps(self, line: int | None = None) -> list[Damage]:
        """Damage for a missing headline, date or text."""
        missing = {
            (DamageCode.NO_HEADLINE, "headline"): self.headline is None,
            (DamageCode.NO_DATE, "published"): self.published is None and self.updated is None,
            (DamageCode.NO_BODY, "body"): not any(self.paragraphs),
        }
        return [Damage(code, field, line) for (code, field), is_missing in missing.items() if is_missing]
