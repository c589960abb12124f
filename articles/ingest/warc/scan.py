"""The one pass over all files of a crawl that makes its index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from articles.ingest.errors import IngestError
from articles.ingest.warc.extents import Limits
from articles.ingest.warc.index import IndexWriter
from articles.ingest.warc.records import answer_of
from articles.ingest.warc.scanner import Deep, Fault, Found, Scanner
from articles.ingest.warc.sources import Scratch, Source, sources_of, unpacked_member
from articles.ingest.warc.stream import Broken

Progress = Callable[[int, int], None]  # bytes scanned, bytes in all
TOLD_EVERY = 500  # records between two calls of it


class Given(NamedTuple):
    path: Path
    name: str  # what reports call it

    def size(self) -> int:
        try:
            return self.path.stat().st_size
        except OSError:
            return 0


class Scan:
    """Fills an index. ``records`` counts all, ``left_alone`` those that are no page and could not have been one."""

    def __init__(self, index: IndexWriter, scratch: Scratch, limits: Limits, progress: Progress) -> None:
        self.left_alone: Counter[str] = Counter()
        self.records = 0
        self._index, self._scratch, self._limits, self._progress = index, scratch, limits, progress
        self._done = self._size = 0

    def read(self, files: Sequence[Given]) -> None:
        """Read all files. What is wrong with one is a fault in the index, and the others go on."""
        self._size = sum(given.size() for given in files)
        for given in files:
            try:
                for source in sources_of(given.path, given.name, self._scratch):
                    if isinstance(source, IngestError):
                        self._index.add_fault(str(source.path), 0, 0, source.reason)
                    else:
                        self._read_source(source)
            except OSError as failure:
                self._index.add_fault(given.name, 0, 0, f"it can not be read: {failure.strerror or failure}")
            except IngestError as error:
                self._index.add_fault(str(error.path), 0, 0, error.reason)
            self._done += given.size()
            self._progress(self._done, self._size)
        self._index.finish()

    def _read_source(self, source: Source, *, is_arc: bool = False) -> None:
        copy = source.copy.path if source.copy else None
        file_id = self._index.add_file(source.path, source.name, source.part, source.base, copy, source.member)
        # What lies deep in a member belongs to a file in which there have been records.
        into = _Into(source, file_id, has_records=source.member is not None)
        with source.read_from.open("rb") as file:
            scanner = Scanner(file, source.start, source.end, max_ratio=self._limits.max_ratio, is_arc=is_arc)
            for number, item in enumerate(scanner.records()):
                if isinstance(item, Found):
                    self._add(item, into)
                elif isinstance(item, Fault):
                    self._note(item, into)
                else:
                    self._read_member(item, scanner, into)
                if number % TOLD_EVERY == 0 and source.copy is None:
                    self._progress(self._done + scanner.position, self._size)
        if not into.has_records:
            why = f" ({into.faults[0].reason})" if into.faults else ""
            self._index.add_fault(source.name, 0, 0, f"there is no record of a crawl (WARC or ARC) in it{why}")

    def _read_member(self, deep: Deep, scanner: Scanner, into: _Into) -> None:
        """Read what is left of a gzip member that holds many records, and let ``scanner`` go on after it."""
        inner, end = unpacked_member(into.source, deep, self._scratch)
        self._read_source(inner, is_arc=deep.is_arc)
        if isinstance(end, Broken):
            self._note(scanner.after(end), into)
        else:
            scanner.go_on(end)

    def _add(self, found: Found, into: _Into) -> None:
        answer = answer_of(found)
        self.records += 1
        if not into.has_records:
            into.has_records = True
            for fault in into.faults:
                self._note(fault, into)
        if answer.fate == "left alone":
            self.left_alone[answer.note] += 1
        if answer.is_worth_finding:
            row = (into.file_id, found.offset, found.skip, found.length, found.damage, *answer)
            self._index.add_record(row)
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
        if source.member is None:
            self._index.add_fault(source.name, fault.offset - source.base, fault.skip, fault.reason)
        else:
            self._index.add_fault(source.name, source.member - source.base, fault.offset, fault.reason)


@dataclass(slots=True)
class _Into:
    """One source as it is read. ``faults`` are those before its first record: it may be no crawl at all.

    ``damaged_at`` is where the latest record begins that is damaged.
    """

    source: Source
    file_id: int
    has_records: bool = False
    damaged_at: int | None = None
    faults: list[Fault] = field(default_factory=list)
