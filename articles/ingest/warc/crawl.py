"""A crawl: all crawl files of one load together, scanned once, then read page by page."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

from articles.ingest.errors import IngestError, UnreadableFile
from articles.ingest.parsing.local_files import size_of
from articles.ingest.warc.addresses import key_of
from articles.ingest.warc.bodies import CrawlBody, CrawlFiles
from articles.ingest.warc.extents import Extent, Limits
from articles.ingest.warc.index import EXTENT_COLUMNS, IndexWriter, extent_in, moment_at, name_in, open_index
from articles.ingest.warc.records import answer_of
from articles.ingest.warc.scanner import Fault, Found, Scanner
from articles.ingest.warc.sources import Scratch, Source, sources_of, unpacked_member
from articles.ingest.warc.stream import Broken

_ORIGINAL = f"SELECT {EXTENT_COLUMNS}, damage FROM record JOIN file ON file.id = file WHERE record.id = ?"  # noqa: S608
Progress = Callable[[int, int], object]  # bytes scanned, bytes in all
TOLD_EVERY = 500  # records between two calls of it


class Given(NamedTuple):
    path: Path
    name: str  # what reports call it


@dataclass(frozen=True, slots=True)
class PageRecord:
    """One capture of a page. ``name``: in reports; ``place``: identifies it wherever the file is."""

    name: str
    extent: Extent
    uri: str
    captured_at: datetime | None  # ``None`` if the record's date is unreadable
    place: str
    damage: str | None  # in words

    def body(self, limits: Limits) -> CrawlBody:
        return CrawlBody(self.extent, limits, damage=self.damage)


class Crawl(AbstractContextManager["Crawl"]):
    """``records``: their number; each is in exactly one of ``pages``, ``skipped`` and ``left_alone``."""

    def __init__(self, index: Path, left_alone: Counter[str], records: int, limits: Limits) -> None:
        self.index, self.left_alone, self.records, self.limits = index, left_alone, records, limits
        self._index = open_index(index)

    @classmethod
    def open(cls, files: Sequence[Given], scratch: Path, limits: Limits, progress: Progress = lambda *_: None) -> Crawl:
        """Scan ``files`` once, into a new folder in ``scratch``. Raises ``OSError`` or ``sqlite3.Error``."""
        folder = Path(mkdtemp(dir=scratch, prefix="crawl-"))
        try:
            scan = _Scan(IndexWriter(folder / "index.sqlite3"), Scratch(folder, limits), limits, progress)
            scan.read(files)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)  # a full disk has no room for half an index
            raise
        return cls(folder / "index.sqlite3", scan.left_alone, scan.records, limits)

    def close(self) -> None:
        """Remove the index and what was unpacked. The crawl cannot be used any more."""
        self._index.close()
        shutil.rmtree(self.index.parent, ignore_errors=True)

    def __exit__(self, *exception: object) -> None:
        self.close()

    def pages(self) -> Iterator[PageRecord]:
        """Every capture of a page: those of one address together, oldest first, http and https counting as one.

        Addresses come in the order of their first captures in the files. A revisit is included if the page went back to
        an earlier text than that of the capture before it.
        """
        columns = f"{EXTENT_COLUMNS}, uri, at, place, damage, repeats"
        sql = f"SELECT {columns} FROM page CROSS JOIN record USING (key) JOIN file ON file.id = file"  # noqa: S608
        for row in self._index.execute(f"{sql} WHERE fate = 'page' ORDER BY page.first, at, record.id"):
            original = self._index.execute(_ORIGINAL, (row["repeats"],)).fetchone() if row["repeats"] else row
            yield PageRecord(
                name=name_in(row),
                extent=extent_in(original),
                uri=row["uri"],
                captured_at=moment_at(row["at"]),
                place=row["place"],
                damage=original["damage"],
            )

    def skipped(self) -> Iterator[tuple[str, str]]:
        """Name and reason of every record that could have been a page and is not one, in the order of the files."""
        columns = f"{EXTENT_COLUMNS}, uri, key, note, at, leads_to, refers_at"
        sql = f"SELECT {columns} FROM record JOIN file ON file.id = file WHERE fate = 'skipped'"  # noqa: S608
        for row in self._index.execute(f"{sql} ORDER BY record.id"):
            yield name_in(row), row["note"] or self._repeats(row)

    def faults(self) -> Iterator[IngestError]:
        """Unreadable parts, and faults of readable records; they are not records themselves."""
        for row in self._index.execute("SELECT file, start, skip, reason FROM fault ORDER BY rowid"):
            where = f"byte {row['start']:,}" + (f", unpacked byte {row['skip']:,}" if row["skip"] else "")
            yield UnreadableFile(f"{where}: {row['reason']}", path=row["file"])

    def files_of(self, page: PageRecord) -> CrawlFiles:
        """The photos of a page, to be looked up; can be sent to other processes with the page."""
        return CrawlFiles(self.index, page.captured_at, self.limits, page.uri)

    def _repeats(self, revisit: sqlite3.Row) -> str:
        key = key_of(revisit["leads_to"])
        sql = "SELECT at FROM record WHERE key = ? AND fate = 'page' ORDER BY ABS(COALESCE(at, 0) - ?) LIMIT 1"
        original = self._index.execute(sql, (key, revisit["refers_at"] or revisit["at"] or 0)).fetchone()
        moment = moment_at(revisit["refers_at"] or (original["at"] if original else None))
        of_when = f" of {moment:%Y-%m-%d %H:%M:%S} UTC" if moment else ""
        where = "" if original else ", which is not in this crawl"
        if key == revisit["key"]:
            return f"same bytes as the capture{of_when}{where}" if moment else f"same bytes as another capture{where}"
        return f"same bytes as {revisit['leads_to']}{of_when}{where}"


class _Scan:
    """The one pass over all files that fills an index. ``left_alone``: records that could not have been a page."""

    def __init__(self, index: IndexWriter, scratch: Scratch, limits: Limits, progress: Progress) -> None:
        self.left_alone: Counter[str] = Counter()
        self.records = 0
        self._index, self._scratch, self._limits, self._progress = index, scratch, limits, progress
        self._done = self._size = 0

    def read(self, files: Sequence[Given]) -> None:
        """Read all files. What is wrong with one is a fault in the index, and the others go on."""
        self._size = sum(size_of(given.path) for given in files)
        for given in files:
            try:
                for source in sources_of(given.path, given.name, self._scratch):
                    if isinstance(source, IngestError):
                        self._index.add_fault(str(source.path), 0, 0, source.reason)
                    else:
                        self._read_source(source)
            except OSError as failure:
                self._index.add_fault(given.name, 0, 0, f"it cannot be read: {failure.strerror or failure}")
            except IngestError as error:
                self._index.add_fault(str(error.path), 0, 0, error.reason)
            self._done += size_of(given.path)
            self._progress(self._done, self._size)
        self._index.finish()

    def _read_source(self, source: Source, *, is_arc: bool = False) -> None:
        file_id = self._index.add_file(source.path, source.name, source.part, source.base, source.copy, source.member)
        # A member is only unpacked after a record was found in its file.
        into = _Into(source, file_id, has_records=source.member is not None)
        with source.read_from.open("rb") as file:
            scanner = Scanner(file, source.start, source.end, max_ratio=self._limits.max_ratio, is_arc=is_arc)
            for number, item in enumerate(scanner.records()):
                if isinstance(item, Found):
                    self._add(item, into)
                elif isinstance(item, Fault):
                    self._note(item, into)
                else:
                    inner, end = unpacked_member(source, item, self._scratch)
                    self._read_source(inner, is_arc=item.is_arc)
                    if isinstance(end, Broken):
                        self._note(scanner.resume_after(end), into)
                    else:
                        scanner.go_on(end)
                if number % TOLD_EVERY == 0 and source.copy is None:
                    self._progress(self._done + scanner.position, self._size)
        if not into.has_records:
            why = f" ({into.faults[0].reason})" if into.faults else ""
            self._index.add_fault(source.name, 0, 0, f"there is no record of a crawl (WARC or ARC) in it{why}")

    def _add(self, found: Found, into: _Into) -> None:
        answer = answer_of(found)
        self.records += 1
        if not into.has_records:
            into.has_records = True
            for fault in into.faults:
                self._note(fault, into)
        if answer.fate == "left alone":
            self.left_alone[answer.note] += 1
        if answer.fate != "left alone" or answer.kind == "picture" or answer.leads_to is not None:
            row = (into.file_id, found.offset, found.skip, found.length, found.damage, *answer)
            self._index.add_record(row)  # the others are never looked up
        if found.damage:
            into.damaged_at = found.offset
            self._keep(Fault(found.offset, found.skip, found.damage), into.source)

    def _note(self, fault: Fault, into: _Into) -> None:
        """Keep a fault, unless it is of a record that is known to be damaged, or of a file that may be no crawl."""
        if not into.has_records:
            into.faults.append(fault)
        elif fault.skip or fault.offset != into.damaged_at:
            self._keep(fault, into.source)

    def _keep(self, fault: Fault, source: Source) -> None:
        # Of what lies deep in a gzip member, the byte is the member's, and the place in its content counts from there.
        start, skip = (fault.offset, fault.skip) if source.member is None else (source.member, fault.offset)
        self._index.add_fault(source.name, start - source.base, skip, fault.reason)


@dataclass(slots=True)
class _Into:
    """One source being read. ``faults``: those before its first record, since it may not be a crawl at all."""

    source: Source
    file_id: int
    has_records: bool = False
    damaged_at: int | None = None  # the start of the latest damaged record
    faults: list[Fault] = field(default_factory=list)
