"""A crawl's index: an SQLite file, so that a crawl of any size takes no more memory than a small one.

Times are seconds since 1970 in UTC; ``NULL`` if the record has no readable one.
"""

import sqlite3
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from articles.ingest.warc.extents import Extent

BATCH = 2_000
_SCHEMA = """
CREATE TABLE file (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, name TEXT NOT NULL, part TEXT NOT NULL, base INTEGER NOT NULL,
    copy TEXT, member INTEGER
);
CREATE TABLE record (
    id INTEGER PRIMARY KEY, file INTEGER NOT NULL, start INTEGER NOT NULL, skip INTEGER NOT NULL,
    length INTEGER NOT NULL, damage TEXT,
    fate TEXT NOT NULL, note TEXT NOT NULL, uri TEXT NOT NULL, key TEXT NOT NULL, at REAL, digest TEXT NOT NULL,
    kind TEXT, leads_to TEXT, refers_at REAL, place TEXT NOT NULL,
    repeats INTEGER
);
CREATE TABLE fault (file TEXT NOT NULL, start INTEGER NOT NULL, skip INTEGER NOT NULL, reason TEXT NOT NULL);
"""
_INSERT = "INSERT INTO record VALUES (NULL" + ",?" * 15 + ", NULL)"
# Made when all records are in: filling an index as one goes takes twice as long.
_INDEXES = """
CREATE INDEX record_of_page ON record (key, at) WHERE fate = 'page';
CREATE INDEX record_of_photo ON record (key) WHERE kind = 'picture' OR leads_to IS NOT NULL;
"""
_PAGES = """
CREATE TABLE page (first INTEGER PRIMARY KEY, key TEXT NOT NULL);
INSERT INTO page SELECT MIN(id), key FROM record WHERE fate = 'page' GROUP BY key;
"""
# What ``extent_in`` and ``name_in`` need of ``record JOIN file``.
EXTENT_COLUMNS = "path, name, part, base, copy, member, start, skip, length"


class IndexWriter:
    """Writes the index of one crawl; read it only after ``finish``."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        # It is thrown away with the load: what a crash would lose is made again.
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-16384", "temp_store=FILE"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(_SCHEMA)
        self._connection.execute("BEGIN")
        self._records: list[tuple[object, ...]] = []

    def add_file(self, path: Path, name: str, part: str, base: int, copy: Path | None, member: int | None) -> int:
        row = (str(path), name, part, base, copy and str(copy), member)
        return self._connection.execute("INSERT INTO file VALUES (NULL,?,?,?,?,?,?)", row).lastrowid or 0

    def add_record(self, row: tuple[object, ...]) -> None:
        self._records.append(row)
        if len(self._records) >= BATCH:
            self._flush()

    def add_fault(self, file: str, start: int, skip: int, reason: str) -> None:
        self._connection.execute("INSERT INTO fault VALUES (?,?,?,?)", (file, start, skip, reason))

    def finish(self) -> None:
        self._flush()
        self._connection.execute("COMMIT")
        self._connection.executescript(_INDEXES)
        self._connection.execute("BEGIN")
        _take_up_returns(self._connection)
        self._connection.execute("COMMIT")
        self._connection.executescript(_PAGES)
        self._connection.close()

    def _flush(self) -> None:
        self._connection.executemany(_INSERT, self._records)
        self._records.clear()


def _take_up_returns(connection: sqlite3.Connection) -> None:
    """Make pages of those revisits that repeat an older capture than the one before them: the page had
    returned to its earlier state. Any other revisit repeats the capture before it, and is left out."""
    revisits = connection.execute(
        "SELECT id, key, at, digest, refers_at FROM record WHERE fate = 'skipped' AND note = '' AND at IS NOT NULL"
        " ORDER BY at, id"
    )
    # They are sorted before the first is given, on disk where they are many: what changes meanwhile does not matter.
    for revisit, key, at, digest, refers_at in revisits:
        before = connection.execute(
            "SELECT COALESCE(repeats, id), digest FROM record WHERE key = ? AND fate = 'page' AND at <= ?"
            " ORDER BY at DESC, id DESC LIMIT 1",
            (key, at),
        ).fetchone()
        if before is None or before[1].lower() == digest.lower():
            continue
        # The capture of the time that the revisit names, or else the first of the same bytes.
        original = connection.execute(
            "SELECT id FROM record WHERE key = ? AND fate = 'page' AND repeats IS NULL"
            " AND (at = ? OR LOWER(digest) = LOWER(?)) ORDER BY at = ? DESC, at LIMIT 1",
            (key, refers_at, digest, refers_at),
        ).fetchone()
        if original is not None and original[0] != before[0]:
            connection.execute("UPDATE record SET fate = 'page', repeats = ? WHERE id = ?", (original[0], revisit))


def open_index(path: Path) -> sqlite3.Connection:
    index = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    index.row_factory = sqlite3.Row
    index.execute("PRAGMA cache_size=-8192")
    return index


# Opened once in each process that looks something up.
index_at = lru_cache(maxsize=4)(open_index)


def moment_at(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None


def extent_in(row: sqlite3.Row) -> Extent:
    is_unpacked, copy = row["member"] is not None, Path(row["copy"]) if row["copy"] else None
    # Within a copy of what a gzip member holds, a record's place is what it is after the member's beginning.
    offset, skip = (row["member"], row["start"]) if is_unpacked else (row["start"], row["skip"])
    return Extent(Path(row["path"]), offset, row["length"], skip, row["part"], copy, is_unpacked)


def name_in(row: sqlite3.Row) -> str:
    """The name of a record in reports: file, byte in it, and address."""
    extent = extent_in(row)
    # ``1130+4`` is four unpacked bytes after what begins at 1130.
    place = f"{extent.offset - row['base']}+{extent.skip}" if extent.skip else extent.offset - row["base"]
    return f"{row['name']}:{place} {row['uri']}"
