"""A crawl: all the crawl files of one load together, scanned once, then asked for its pages."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Self

from articles.ingest.errors import IngestError, UnreadableFile
from articles.ingest.warc.addresses import key_of
from articles.ingest.warc.bodies import CrawlBody
from articles.ingest.warc.extents import Extent, Limits
from articles.ingest.warc.index import EXTENT_COLUMNS, Index, IndexWriter, extent_in, moment_at, name_in
from articles.ingest.warc.photos import CrawlFiles
from articles.ingest.warc.scan import Given, Progress, Scan
from articles.ingest.warc.sources import Scratch

_ORIGINAL = f"SELECT {EXTENT_COLUMNS}, charset, damage FROM record JOIN file ON file.id = file WHERE record.id = ?"  # noqa: S608


@dataclass(frozen=True, slots=True)
class PageRecord:
    """One capture of a page. ``name`` is what reports call it, ``place`` what identifies it wherever the file lies.

    ``captured_at`` is ``None`` where the record's date can not be read; ``charset`` is from the HTTP header. ``damage``
    says in words what is wrong with it.
    """

    name: str
    extent: Extent
    uri: str
    captured_at: datetime | None
    charset: str | None
    place: str
    damage: str | None

    def body(self, limits: Limits) -> CrawlBody:
        return CrawlBody(self.extent, limits, damage=self.damage)


class Crawl:
    """``records`` is how many there are; each is in just one of ``pages``, ``skipped`` and ``left_alone``.

    ``faults`` are what could not be read, and what is wrong with records that could; they are no records of their own.
    """

    def __init__(self, index: Path, left_alone: Counter[str], records: int, limits: Limits) -> None:
        self.index, self.left_alone, self.records, self.limits = index, left_alone, records, limits
        self._index = Index(index)

    @classmethod
    def open(
        cls, files: Sequence[Given], scratch: Path, limits: Limits, progress: Progress = lambda done, size: None
    ) -> Crawl:
        """Scan ``files`` once. The index and what has to be unpacked go into a new folder in ``scratch``.

        Raises ``OSError`` or ``sqlite3.Error`` where ``scratch`` can not be written.
        """
        folder = Path(mkdtemp(dir=scratch, prefix="crawl-"))
        try:
            scan = Scan(IndexWriter(folder / "index.sqlite3"), Scratch(folder, limits), limits, progress)
            scan.read(files)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)  # a full disk has no room for half an index
            raise
        return cls(folder / "index.sqlite3", scan.left_alone, scan.records, limits)

    def close(self) -> None:
        """Remove the index and what was unpacked. Nothing of the crawl can be found any more."""
        self._index.close()
        shutil.rmtree(self.index.parent, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def pages(self) -> Iterator[PageRecord]:
        """Every capture of a page: those of one address together, oldest first, http and https counting as one.

        Addresses come in the order in which their first capture lies in the files. A revisit is one of them where the
        page went back to what it had said before the capture that precedes it.
        """
        columns = f"{EXTENT_COLUMNS}, uri, at, charset, place, damage, repeats"
        sql = f"SELECT {columns} FROM page CROSS JOIN record USING (key) JOIN file ON file.id = file"  # noqa: S608
        for row in self._index.rows(f"{sql} WHERE fate = 'page' ORDER BY page.first, at, record.id"):
            original = (row["repeats"] and self._index.row(_ORIGINAL, (row["repeats"],))) or row
            yield PageRecord(
                name=name_in(row),
                extent=extent_in(original),
                uri=row["uri"],
                captured_at=moment_at(row["at"]),
                charset=original["charset"],
                place=row["place"],
                damage=original["damage"],
            )

    def skipped(self) -> Iterator[tuple[str, str]]:
        """Name and reason of every record that could have been a page and is none, in the order of the files."""
        columns = f"{EXTENT_COLUMNS}, uri, key, note, at, leads_to, refers_at"
        sql = f"SELECT {columns} FROM record JOIN file ON file.id = file WHERE fate = 'skipped'"  # noqa: S608
        for row in self._index.rows(f"{sql} ORDER BY record.id"):
            yield name_in(row), row["note"] or self._repeats(row)

    def faults(self) -> Iterator[IngestError]:
        for row in self._index.rows("SELECT file, start, skip, reason FROM fault ORDER BY rowid"):
            where = f"byte {row['start']:,}" + (f", unpacked byte {row['skip']:,}" if row["skip"] else "")
            yield UnreadableFile(f"{where}: {row['reason']}", path=row["file"])

    def files_of(self, page: PageRecord) -> CrawlFiles:
        """Where the photos of a page are looked for; it goes to other processes with the page."""
        return CrawlFiles(self.index, page.captured_at, self.limits, page.uri)

    def _repeats(self, revisit: sqlite3.Row) -> str:
        key = key_of(revisit["leads_to"])
        sql = "SELECT at FROM record WHERE key = ? AND fate = 'page' ORDER BY ABS(COALESCE(at, 0) - ?) LIMIT 1"
        original = self._index.row(sql, (key, revisit["refers_at"] or revisit["at"] or 0))
        moment = moment_at(revisit["refers_at"] or (original["at"] if original else None))
        of_when = f" of {moment:%Y-%m-%d %H:%M:%S} UTC" if moment else ""
        where = "" if original else ", which is not in this crawl"
        if key == revisit["key"]:
            return f"same bytes as the capture{of_when}{where}" if moment else f"same bytes as another capture{where}"
        return f"same bytes as {revisit['leads_to']}{of_when}{where}"
