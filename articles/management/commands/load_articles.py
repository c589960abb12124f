"""``manage.py load_articles [PATH …]``: arguments, loop and report; ``articles.loading`` does the work."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import time
from argparse import ArgumentTypeError
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.db import DatabaseError, OperationalError, ProgrammingError, connection
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from articles.catalogue import photo_files
from articles.editorial.exchange import apply_edits
from articles.ingest.errors import IngestError
from articles.ingest.inputs.files import Search
from articles.ingest.inputs.limits import UnpackLimits
from articles.ingest.inputs.own_files import KEY_FILE, OwnFiles
from articles.ingest.inputs.scratch import scratch_folder
from articles.ingest.inputs.sniff import OPENED_SUFFIXES
from articles.ingest.pool import Plan, Reading, read_all, reading_digest
from articles.ingest.story import Piece
from articles.ingest.tagging import Vocabulary
from articles.ingest.work import WorkLimits
from articles.loading.captures import with_known
from articles.loading.report import Report
from articles.loading.store import Store
from articles.loading.unchanged import Unchanged
from articles.management import archive
from articles.models import fields
from articles.models.database_errors import is_of_older_archive
from articles.search import index
from articles.text.phrases import counted

BATCH = 1000
BATCH_BYTES = 32_000_000
SCANNING = "Scanning crawl files"


class Command(BaseCommand):
    help = "Load saved articles (files, folders, web crawls) into the archive. Safe to repeat."
    # Others would create the SQLite file, and a dry run must not.
    requires_system_checks = ["newsarchive"]

    def add_arguments(self, parser: CommandParser) -> None:
        archive.add_archive_option(parser)
        parser.add_argument(
            "paths", nargs="*", metavar="PATH", type=Path,
            help="files or folders (default: fixtures/, if no archive of your own is named)",
        )  # fmt: skip
        parser.add_argument("--dry-run", action="store_true", help="report what would happen; load nothing")
        parser.add_argument("--report", metavar="FILE", help="write one JSON line per input (-: standard output)")
        parser.add_argument("--stories", action="store_true", help="include each article in the report, as it was read")
        parser.add_argument("--check", action="store_true", help="also read unchanged files")
        parser.add_argument("--take-source", action="store_true", help="overwrite staff edits with the source")
        parser.add_argument(
            "--withdraw-vanished", action="store_true", help="withdraw articles whose files are gone, until they return"
        )
        parser.add_argument(
            "--keep-originals", action="store_true", help="copy crawled pages instead of referring to the crawl files"
        )
        parser.add_argument(
            "--edits", type=Path, metavar="FILE", help="then apply edits from export_edits; without PATH, only those"
        )
        parser.add_argument(
            "--workers", type=_workers, default=archive.cores(), metavar="N",
            help="number of reading processes (default: one per core)",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
            signal.signal(signal.SIGINT, signal.default_int_handler)  # Ctrl-C is handled below
        machine = self.stdout
        if options["report"] == "-":
            self.stdout = OutputWrapper(sys.stderr)  # standard output is for the JSON report
        self.options, self.dry_run, edits = options, options["dry_run"], options["edits"]
        if not options["paths"] and not edits and settings.IS_OWN_ARCHIVE:
            raise CommandError(f"Name the files or folders to load: {settings.MANAGE} load_articles PATH", returncode=2)
        self.paths = _checked(options["paths"] or ([] if edits else [settings.FIXTURES_DIR]))
        if edits and not edits.is_file():
            raise CommandError(f"--edits {edits}: no such file", returncode=2)
        if edits and self.dry_run:
            raise CommandError("--edits cannot be combined with --dry-run", returncode=2)
        _check_report(options["report"], self.paths)
        self.report = Report(
            self.stdout.write,
            self._complain,
            is_dry=self.dry_run,
            shows_all=options["verbosity"] > 1,
            with_stories=options["stories"] or bool(self.dry_run and options["report"]),
        )
        is_refused = False
        try:
            with _opened(options["report"], machine) as self.report.write_json:
                if self.paths:
                    self._load()
                if edits:
                    is_refused = self._apply(edits)
        except BrokenPipeError:
            # The reader of the report has closed it (`| head`).
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        except KeyboardInterrupt:
            self.stdout.write(f"\n{self.report.interrupted()}")
            sys.exit(archive.INTERRUPTED)
        if self.report.counts["refused"] or is_refused or (self.paths and self.report.found_nothing):
            sys.exit(1)

    def _complain(self, words: str) -> None:
        self.stderr.write(self.style.ERROR(words))

    def _apply(self, path: Path) -> bool:
        """Apply the edits of another archive; ``True`` if any was refused."""
        with _database_errors(self.report):
            applied = apply_edits(path)
        for problem in applied.problems:
            self._complain(f"refused  {problem}")
        figures = ", ".join(f"{count:,} {name}" for name, count in applied.counts.items())
        to_review = f"; {counted(applied.conflicts, 'conflict')} to review" if applied.conflicts else ""
        self.stdout.write(f"Edits: {figures}{to_review}")
        return bool(applied.problems)

    def _load(self) -> None:
        clock = time.monotonic()
        vocabulary = self._vocabulary()
        with scratch_folder() as scratch, _database_errors(self.report):
            if not self.dry_run:
                self._set_up()
            store = Store(
                has_no_tables=self.dry_run and not _has_tables(),
                vocabulary=vocabulary,
                paths=[str(path) for path in self.paths],
                started_at=timezone.now(),
                dry_run=self.dry_run,
                take_source=self.options["take_source"],
            )
            if self.dry_run or store.is_empty():
                self._mention_lack_of_vocabulary()
            unpack = UnpackLimits(settings.UNPACK_MAX_FILES, settings.UNPACK_MAX_BYTES, settings.UNPACK_MAX_RATIO)
            plan = self._plan(vocabulary)
            with Search(settings.INPUT_MAX_BYTES, unpack, scratch, self.report.ignored, _own_files()) as search:
                self._load_from(search, store, plan)
            self.report.add_all(store.vanished(withdraw=self.options["withdraw_vanished"]))
            store.finish(dict(self.report.counts), self.report.refused, timezone.now())
            if not self.dry_run:
                index.settle(self.report.counts["created"])
        self.report.noted.update({"near-duplicate": store.near_duplicates, "later-version": store.later_versions})
        self.report.finish(time.monotonic() - clock, store.load_number)

    def _plan(self, vocabulary: Vocabulary) -> Plan:
        limits = photo_files.limits()
        media_root = None if self.dry_run else settings.MEDIA_ROOT
        keep = self.options["keep_originals"]
        work = WorkLimits(settings.TEXT_MAX_CHARACTERS, settings.READ_SECONDS)
        return Plan(
            vocabulary,
            settings.INPUT_MAX_BYTES,
            limits,
            media_root,
            keep_originals=keep,
            work=work,
            read_as=reading_digest(vocabulary, limits, work),
            places=fields.PLACES,
        )

    def _set_up(self) -> None:
        with archive.setting_up(connection) as is_new:
            if is_new:
                self.stdout.write("Setting up the database …")
                call_command("migrate", verbosity=0)
        archive.close_to_others()

    def _vocabulary(self) -> Vocabulary:
        """A missing ``TAGS_FILE`` stops the load: without it, articles would lose the tags it gave them."""
        samples = settings.FIXTURES_DIR / "tags.toml"
        try:
            if settings.TAGS_FILE:
                return Vocabulary.load(settings.TAGS_FILE)
            is_for_samples = not settings.IS_OWN_ARCHIVE and samples.exists()
            return Vocabulary.load(samples, samples.parent) if is_for_samples else Vocabulary()
        except IngestError as error:
            advice = "Nothing was loaded. Correct or unset TAGS_FILE."
            raise CommandError(f"TAGS_FILE {error}. {advice}", returncode=2) from error

    def _mention_lack_of_vocabulary(self) -> None:
        are_samples = all(path.resolve().is_relative_to(settings.FIXTURES_DIR) for path in self.paths)
        if settings.TAGS_FILE is None and (settings.IS_OWN_ARCHIVE or not are_samples):
            file = settings.VAR_DIR / "tags.toml"
            self.stdout.write(f"No tag vocabulary: articles keep the tags of their sources. To add one, create {file}.")

    def _load_from(self, search: Search, store: Store, plan: Plan) -> None:
        reads_all = any(self.options[name] for name in ("check", "take_source", "keep_originals"))
        skips = not (reads_all or self.report.with_stories or store.is_empty())
        unchanged = Unchanged(plan.read_as)
        if skips:
            search.known = unchanged.files
        pieces: Iterator[Piece | IngestError] = search.find(self.paths)
        if not reads_all and store.has_tagged_all():
            pieces = with_known(pieces, plan.read_as)
        console = Console(file=sys.stderr)
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task("Loading", total=_total_bytes(self.paths) if console.is_terminal else None)
            scan = progress.add_task(SCANNING, visible=False)

            if skips:
                pieces = self._unread(unchanged.records(pieces), store, partial(progress.advance, task))
            search.progress = lambda done, size: progress.update(scan, completed=done, total=size, visible=done < size)
            # Closing ends the reading processes, whatever happens.
            with closing(self._batches_of(pieces, plan)) as batches:
                for batch in batches:
                    self.report.add_all(store.save(batch))
                    size = sum(len(reading.data) for reading in batch)
                    progress.update(task, advance=size, description=f"Loading, {self.report.counts.total():,} done")
                    batch.clear()  # its memory is for the next
            with closing(self._batches_of(store.deferred, plan)) as batches:
                for batch in batches:
                    self.report.add_all(store.save(batch, is_final=True))

    def _unread(
        self, pieces: Iterator[Piece | IngestError], store: Store, advance: Callable[[int], object]
    ) -> Iterator[Piece | IngestError]:
        """The inputs to read; results of the others are reported meanwhile."""
        known: list[Piece] = []
        for piece in pieces:
            if isinstance(piece, Piece) and piece.known_as and piece.body is None:
                known.append(piece)
                advance(piece.size_bytes)
            else:
                yield piece
            if len(known) >= BATCH:
                self.report.add_all(store.save_known(known))
                known = []
        self.report.add_all(store.save_known(known))

    def _batches_of(self, pieces: Iterable[Piece | IngestError], plan: Plan) -> Generator[list[Reading], None, None]:
        """Batches of up to ``BATCH`` inputs or ``BATCH_BYTES``."""
        batch, size = [], 0
        with closing(read_all(pieces, plan, workers=self.options["workers"])) as readings:
            for reading in readings:
                batch.append(reading)
                size += len(reading.data)
                if len(batch) >= BATCH or size >= BATCH_BYTES:
                    yield batch
                    batch, size = [], 0
        if batch:
            yield batch


def _has_tables() -> bool:
    """Without creating the SQLite file, as connecting does."""
    name = str(connection.settings_dict["NAME"])
    is_file = connection.vendor == "sqlite" and ":memory:" not in name and "mode=memory" not in name
    return (not is_file or Path(name).exists()) and bool(connection.introspection.table_names())


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise ArgumentTypeError(f"{text!r} is not a number from 1 to 256")
    return int(text)


def _checked(paths: Iterable[Path]) -> list[Path]:
    """The paths without those inside another. Raises if one is missing or belongs to the archive itself."""
    own = _own_files()
    for path in paths:
        if not path.exists():
            raise CommandError(f"{path}: no such file or folder", returncode=2)
        if own.hold(path):
            reason = "this belongs to the archive itself (database, photos or secret key)"
            raise CommandError(f"{path}: {reason}. Choose the folder of your articles.", returncode=2)
    chosen = {path.resolve(): path for path in paths}
    return [path for resolved, path in chosen.items() if chosen.keys().isdisjoint(resolved.parents)]


def _own_files() -> OwnFiles:
    home = Path(settings.VAR_DIR).resolve()
    files = [Path(settings.MEDIA_ROOT), Path(settings.STATIC_ROOT), home / KEY_FILE]
    if connection.vendor == "sqlite":
        name = settings.DATABASES["default"]["NAME"]
        files += [Path(f"{name}{ending}") for ending in ("", "-wal", "-shm", "-journal")]
    return OwnFiles(home, frozenset(path.resolve() for path in files))


def _check_report(name: str | None, paths: list[Path]) -> None:
    """A report among the inputs could be read while it is written, or overwrite an original."""
    if name not in (None, "-") and any(Path(str(name)).resolve().is_relative_to(path.resolve()) for path in paths):
        raise CommandError(f"--report {name}: inside a folder to be loaded. Choose a file elsewhere.", returncode=2)


@contextmanager
def _opened(name: str | None, standard_output: OutputWrapper) -> Iterator[Callable[[str], object] | None]:
    if name is None:
        yield None
    elif name == "-":
        yield standard_output.write
        standard_output.flush()
    else:
        try:
            # Lone surrogates become escapes, which are valid JSON.
            file = Path(name).open("w", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115  # closed below
        except OSError as error:
            raise CommandError(f"--report {name}: {error.strerror}", returncode=2) from error
        with file:
            yield file.write


def _total_bytes(paths: list[Path]) -> int:
    found = 0
    for path in paths:
        for file in [path] if path.is_file() else path.rglob("*"):
            if file.suffix.lower() in OPENED_SUFFIXES:
                with suppress(OSError):
                    found += file.stat().st_size
    return found


@contextmanager
def _database_errors(report: Report) -> Iterator[None]:
    """Turn errors of the database, disk or processes into a ``CommandError``."""
    try:
        yield
    except BrokenPipeError:
        raise
    except (DatabaseError, sqlite3.Error, BrokenProcessPool, OSError) as error:
        if isinstance(error, DatabaseError) and is_of_older_archive(error):
            raise CommandError(archive.OLDER_VERSION) from error
        raise CommandError(f"{report.so_far()}\n{_problem(error)}.") from error


def _problem(error: Exception) -> str:
    if isinstance(error, OperationalError | ProgrammingError):
        return f"The database stopped working: {error}"
    if isinstance(error, DatabaseError):
        return f"The database refused a batch: {error}"
    if isinstance(error, sqlite3.Error):
        return f"Cannot write or read a temporary file: {error}"
    if isinstance(error, OSError):
        return f"{error.filename or 'A file'}: {error.strerror or error}"
    return "A reading process was killed, perhaps for lack of memory; try --workers 1"
