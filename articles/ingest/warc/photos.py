"""Photos of a page among the records of its crawl."""

from __future__ import annotations

import errno
import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin

from articles.ingest.errors import IngestError
from articles.ingest.warc.addresses import key_of
from articles.ingest.warc.bodies import read_record
from articles.ingest.warc.extents import Extent, Limits
from articles.ingest.warc.index import EXTENT_COLUMNS, extent_in, index_at

FOLLOWED = 5  # redirects and revisits in a row
LOOKED_AT = 20  # captures of one address, the nearest in time first
_CAPTURES = (
    f"SELECT {EXTENT_COLUMNS}, kind, leads_to, refers_at FROM record JOIN file ON file.id = file"  # noqa: S608
    " WHERE key = ? AND (kind = 'picture' OR leads_to IS NOT NULL) ORDER BY ABS(COALESCE(at, 0) - ?) LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class CrawlPhoto:
    extent: Extent
    limits: Limits

    def read(self, max_bytes: int) -> bytes:
        """All of its bytes. Raises ``OSError`` if they cannot be read or are more than ``max_bytes``."""
        try:
            return read_record(self.extent, replace(self.limits, max_bytes=max_bytes)).body
        except IngestError as error:
            raise OSError(errno.EIO, error.reason) from error


@dataclass(frozen=True, slots=True)
class CrawlFiles:
    """The pictures saved with a page; of several captures of one, the nearest in time.

    ``address``: the page's, for relative addresses.
    """

    index: Path
    captured_at: datetime | None
    limits: Limits
    address: str = ""

    def find(self, src: str) -> CrawlPhoto | None:
        try:
            address = urljoin(self.address, src.strip())
        except ValueError:
            return None
        row = _picture(index_at(self.index), address, self.captured_at.timestamp() if self.captured_at else 0.0)
        return CrawlPhoto(extent_in(row), self.limits) if row is not None else None


def _picture(
    index: sqlite3.Connection, address: str, near: float, seen: frozenset[str] = frozenset()
) -> sqlite3.Row | None:
    """The capture of a picture nearest to ``near``, following redirects and revisits, each only once."""
    key = key_of(address)
    if key in seen or len(seen) > FOLLOWED:
        return None
    rows: list[sqlite3.Row] = index.execute(_CAPTURES, (key, near, LOOKED_AT)).fetchall()
    for row in rows:
        if row["kind"] == "picture":
            return row
        # A revisit goes to the very capture that it repeats, a redirect to what was there when the page was saved.
        then = row["refers_at"] if row["refers_at"] is not None else near
        if found := _picture(index, row["leads_to"], then, seen | {key}):
            return found
    return None
