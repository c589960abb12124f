"""``manage.py load_articles [PATH …]``: arguments, loop, report; the work is done in ``articles.ingest``."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import sys
import time
from argparse import ArgumentTypeError
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.db import DatabaseError, OperationalError, ProgrammingError, connection
from django.urls import reverse
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from articles import photos
from articles.editorial.exchange import apply_edits
from articles.ingest.errors import IngestError
from articles.ingest.inputs.archives import UnpackLimits
from articles.ingest.inputs.files import Search, is_of_pictures
from articles.ingest.inputs.own_files import CALLED, KEY_FILE, OwnFiles
from articles.ingest.inputs.scratch import scratch_folder
from articles.ingest.inputs.shown import printable
from articles.ingest.inputs.sniff import OPENED_SUFFIXES, readable
from articles.ingest.pool import Plan, Reading, read_all
from articles.ingest.story import Piece, Story
from articles.ingest.tagging import Vocabulary
from articles.ingest.work import WorkLimits
from articles.loading.differences import lines_of
from articles.loading.outcome import OUTCOMES, TOLD_WHEN_THERE, Outcome
from articles.loading.store import Store
from articles.loading.versions import with_known
from articles.management.before_release import refuse_archive_from_before_release
from articles.management.new_database import setting_up
from articles.management.private_files import close_to_others
from articles.models.load import REFUSALS_KEPT
from articles.search import index
from articles.text.wording import counted, noted_words
from newsarchive.database import is_of_older_archive

Report = IO[str] | OutputWrapper
BATCH = 1000
BATCH_BYTES = 32_000_000
SKIPS_TOLD = 8
MISSING_TOLD = 8  # photos without files
LISTED_ALL = "; --report lists them all"
REFUSALS_TOLD = 50  # of one file, and for one reason
SCANNING = "Looking through crawl files"
# What reasons of one kind differ in: addresses, dates, what follows a colon.
_PARTICULARS = re.compile(r"(?: to| of| as)? *(?:https?:|\d{4}|:)")
INTERRUPTED = 130  # what shells report for a command ended by Ctrl-C


class Command(BaseCommand):
    help = "Load saved articles: files, folders and JSON Lines, into the archive. It can be repeated at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="*", metavar="PATH", type=Path, help="files or folders (default: fixtures/)")
        parser.add_argument("--dry-run", action="store_true", help="write nothing; say what would happen")
        parser.add_argument("--report", metavar="FILE", help="one JSON line an input; - for standard output")
        parser.add_argument("--stories", action="store_true", help="put what was read into the report's lines")
        parser.add_argument("--take-source", action="store_true", help="the source wins over staff edits")
        parser.add_argument(
            "--withdraw-vanished", action="store_true", help="withdraw what is no longer in the folders, until it is"
        )
        parser.add_argument(
            "--keep-originals", action="store_true", help="copy pages of crawls in, rather than refer to the crawl file"
        )
        parser.add_argument(
            "--edits", type=Path, metavar="FILE", help="then take over what export_edits wrote; without PATH, only that"
        )
        parser.add_argument("--workers", type=_workers, default=_cores(), metavar="N", help="reading processes")

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        # A check that asks SQLite what it can do makes the database file, and a dry run leaves nothing behind.
        asks_nothing = options["dry_run"] and _is_without_file()
        return super().get_check_kwargs(options) | ({"databases": []} if asks_nothing else {})

    def handle(self, *args: Any, **options: Any) -> None:
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
            signal.signal(signal.SIGINT, signal.default_int_handler)  # from here on, Ctrl-C is answered below
        machine = self.stdout
        if options["report"] == "-":
            self.stdout = OutputWrapper(sys.stderr)  # the human report makes way for the machine's
        edits: Path | None = options["edits"]
        paths = _checked(options["paths"] or ([] if edits else [settings.FIXTURES_DIR]))
        _check_edits(edits, is_dry=options["dry_run"])
        _check_report(options["report"], paths)
        run = Run(self, paths, options)
        try:
            with ExitStack() as stack:
                run.report = stack.enter_context(_opened(options["report"], machine))
                if paths:
                    run.go()
                if edits:
                    run.take_over(edits)
        except BrokenPipeError:
            # Whoever read the report has gone (`| head`): there is nobody left to tell.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        except KeyboardInterrupt:
            self.stdout.write(
                "\nInterrupted. What was loaded so far is whole and kept; the same command goes on from there."
            )
            sys.exit(INTERRUPTED)
        if run.counts["refused"] or run.refused_edits:
            sys.exit(1)


class Run:
    """One run: what goes in, the report that comes out, and the counts."""

    report: Report | None = None

    def __init__(self, command: Command, paths: list[Path], options: dict[str, Any]) -> None:
        self.command, self.paths, self.options = command, paths, options
        self.dry_run: bool = options["dry_run"]
        self.counts: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))
        self.refused: list[dict[str, str]] = []
        self.refused_of: Counter[str] = Counter()
        self.refused_for: Counter[str] = Counter()  # by reasons without their particulars
        self.refused_alike: Counter[str] = Counter()  # of those, what was not shown
        self.left_alone: Counter[str] = Counter()
        self.noted: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.refused_edits = 0
        self.conflicts = 0  # that this load has brought up
        self.load_number: int | None = None  # of a load that changed something
        self.missing_files: list[str] = []  # one more than are told

    def go(self) -> None:
        clock = time.monotonic()
        vocabulary = self._vocabulary()
        self.plan = self._plan(vocabulary)
        with scratch_folder() as scratch, _database_errors(self):
            self._load(vocabulary, scratch)
        self._tell_summary(time.monotonic() - clock)

    def take_over(self, path: Path) -> None:
        """Make the edits of another archive, now that its originals are loaded."""
        with _database_errors(self):
            applied = apply_edits(path)
        for problem in applied.problems:
            self.command.stderr.write(self.command.style.ERROR(f"refused  {problem}"))
        self.refused_edits = len(applied.problems)
        figures = ", ".join(f"{applied.counts[name]:,} {name}" for name in ("applied", "unchanged", "refused"))
        waiting = f"; {_waiting_words(applied.conflicts)}" if applied.conflicts else ""
        self.command.stdout.write(f"Edits: {figures}{waiting}")

    def _plan(self, vocabulary: Vocabulary) -> Plan:
        limits = photos.Limits(settings.PHOTO_MAX_BYTES, settings.PHOTO_MAX_PIXELS)
        media_root = None if self.dry_run else settings.MEDIA_ROOT
        keep = self.options["keep_originals"]
        work = WorkLimits(settings.TEXT_MAX_CHARACTERS, settings.READ_SECONDS)
        return Plan(vocabulary, settings.INPUT_MAX_BYTES, limits, media_root, keep_originals=keep, work=work)

    def _load(self, vocabulary: Vocabulary, scratch: Path) -> None:
        is_new = (self.dry_run and _is_without_file()) or self._is_new_archive()
        if not self.dry_run:
            close_to_others()
        store = Store(
            vocabulary=vocabulary,
            paths=[str(path) for path in self.paths],
            started_at=timezone.now(),
            dry_run=self.dry_run,
            take_source=self.options["take_source"],
            is_new_archive=is_new,
        )
        unpack = UnpackLimits(settings.UNPACK_MAX_FILES, settings.UNPACK_MAX_BYTES, settings.UNPACK_MAX_RATIO)
        with Search(settings.INPUT_MAX_BYTES, unpack, scratch, self.left_alone, _own_files()) as search:
            pieces = search.find(self.paths)
            is_asked_for_all = self.options["take_source"] or self.options["keep_originals"]
            if not is_asked_for_all and store.has_tagged_all():
                pieces = with_known(pieces)
            with closing(self._with_progress(pieces, store, search)) as outcomes:
                for outcome in outcomes:
                    self._tell(outcome)
        store.finish(dict(self.counts), self.refused, timezone.now())
        if not self.dry_run:
            index.settle(self.counts["created"])
        self.load_number = store.load_number
        if store.near_duplicates:
            self.noted["near-duplicate"] += store.near_duplicates
        self.noted["later-version"] += store.later_versions

    def _is_new_archive(self) -> bool:
        """True if the archive has no database yet. It is set up, unless this is a dry run."""
        refuse_archive_from_before_release(connection)
        if self.dry_run:
            return not connection.introspection.table_names()
        with setting_up(connection) as is_new:
            if is_new:
                self.command.stdout.write("Setting up the database …")
                call_command("migrate", verbosity=0)
        return is_new

    def _vocabulary(self) -> Vocabulary:
        """The tag vocabulary. One that was named and is not there stops the load: without it, every article would lose
        the tags that it gave."""
        path = settings.TAGS_FILE
        if path == settings.DEFAULT_TAGS_FILE and not path.exists():
            self.command.stdout.write(f"{path} is not there: tags come from the articles alone.")
            return Vocabulary()
        if not path.is_file():
            reason = "this is no file" if path.exists() else "there is no such file"
            raise CommandError(
                f"TAGS_FILE {path}: {reason}; nothing was loaded. Correct TAGS_FILE, or do without it.", returncode=2
            )
        try:
            return Vocabulary.load(path)
        except IngestError as error:
            raise CommandError(f"TAGS_FILE {error}", returncode=2) from error

    def _with_progress(
        self, pieces: Iterable[Piece | IngestError], store: Store, search: Search
    ) -> Generator[Outcome, None, None]:
        console = Console(file=sys.stderr)
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
            total = _total_bytes(self.paths) if console.is_terminal else None
            task = progress.add_task("Loading", total=total)
            search.progress = partial(_tell_scan, progress)
            for batch in self._batches_of(pieces):
                yield from store.save(batch)
                done = sum(self.counts.values())
                size = sum(len(reading.data) for reading in batch)
                progress.update(task, advance=size, description=f"Loading, {done:,} done")
            for batch in self._batches_of(store.deferred):
                yield from store.save(batch, is_last_word=True)
        yield from store.vanished(withdraw=self.options["withdraw_vanished"])

    def _batches_of(self, pieces: Iterable[Piece | IngestError]) -> Iterator[list[Reading]]:
        # Closed here and now, not when memory is tidied up: its worker processes end with it, whatever happens.
        with closing(read_all(pieces, self.plan, workers=self.options["workers"])) as readings:
            yield from _batches(readings)

    def _note(self, story: Story) -> None:
        """Count what someone may want to look after: damage, photos without files, drafts."""
        self.noted.update(story.warnings)
        self.noted["photo-file-missing"] += len(story.missing_files)
        self.noted["draft"] += story.is_draft

    def _tell(self, outcome: Outcome) -> None:
        self.counts[outcome.outcome] += 1
        self.conflicts += len(outcome.conflicts)
        if outcome.story and outcome.outcome in ("created", "updated"):
            self._note(outcome.story)
            room = MISSING_TOLD + 1 - len(self.missing_files)
            self.missing_files += [f"{outcome.input}: {printable(src)}" for src in outcome.story.missing_files[:room]]
        if self.report is not None:
            with_story = self.dry_run or self.options["stories"]
            self.report.write(json.dumps(outcome.as_json(with_story=with_story), ensure_ascii=False) + "\n")
        if outcome.outcome == "skipped" and outcome.reason:
            self.skipped[_PARTICULARS.split(outcome.reason, maxsplit=1)[0]] += 1
        if outcome.outcome == "refused":
            if len(self.refused) < REFUSALS_KEPT:
                self.refused.append({"input": outcome.input, "error": outcome.error or ""})
            self._tell_refusal(outcome)
        elif self._is_told_of(outcome):
            for line in lines_of(outcome):
                self.command.stdout.write(line)

    def _is_told_of(self, outcome: Outcome) -> bool:
        is_for_staff = outcome.outcome in ("kept", "vanished") or bool(outcome.conflicts)
        return self.dry_run or is_for_staff or self.options["verbosity"] > 1

    def _tell_refusal(self, outcome: Outcome) -> None:
        """Say why, but of one file, or for one reason, not without end."""
        path = str(outcome.failure.path) if outcome.failure else outcome.input
        reason = _PARTICULARS.split(outcome.reason or "", maxsplit=1)[0]
        self.refused_of[path] += 1
        self.refused_for[reason] += 1
        if self.refused_of[path] > REFUSALS_TOLD:
            return
        if self.refused_for[reason] > REFUSALS_TOLD:
            self.refused_alike[reason] += 1
            return
        self._tell_refused(outcome.error or "")

    def _tell_refused(self, words: str) -> None:
        self.command.stderr.write(self.command.style.ERROR(f"refused  {printable(words)}"))

    def _tell_summary(self, seconds: float) -> None:
        for path, count in self.refused_of.items():
            if count > REFUSALS_TOLD:
                self._tell_refused(f"{path}: {count - REFUSALS_TOLD:,} more reasons{LISTED_ALL}")
        for reason, count in self.refused_alike.items():
            self._tell_refused(f"{count:,} more like it: {reason}{LISTED_ALL}")
        self._tell_left_alone()
        if noted := ", ".join(noted_words(what, count) for what, count in self.noted.most_common() if count):
            self.command.stdout.write(f"Noted in what was loaded: {noted}")
        if self.missing_files:
            more = LISTED_ALL if len(self.missing_files) > MISSING_TOLD else ""
            told = ", ".join(self.missing_files[:MISSING_TOLD])
            self.command.stdout.write(f"Photo files not found: {told}{more}")
        if not sum(self.counts.values()):
            self.command.stdout.write(f"No articles were found: {readable()} are read.")
        if self.skipped:
            reasons = ", ".join(f"{reason} ({count:,})" for reason, count in self.skipped.most_common(SKIPS_TOLD))
            more = LISTED_ALL if len(self.skipped) > SKIPS_TOLD else ""
            self.command.stdout.write(f"Skipped, for they are no articles: {reasons}{more}")
        if self.load_number:
            self.command.stdout.write(f"This is load {self.load_number}: undo_load {self.load_number} undoes it.")
        if self.conflicts and not self.dry_run:
            self.command.stdout.write(f"{_waiting_words(self.conflicts)}: {reverse('review')}")
        named = [name for name in OUTCOMES if name not in TOLD_WHEN_THERE or self.counts[name]]
        figures = ", ".join(f"{self.counts[name]:,} {name}" for name in named)
        beginning = "Dry run, nothing was written: " if self.dry_run else ""
        self.command.stdout.write(f"{beginning}{figures} in {seconds:.1f} s")

    def _tell_left_alone(self) -> None:
        # Which pictures an article took would have to be remembered picture by picture, so they are only counted.
        pictures = Counter({kind: count for kind, count in self.left_alone.items() if is_of_pictures(kind)})
        if others := self.left_alone - pictures:
            files = (
                "1 file of another kind was" if others.total() == 1 else f"{others.total():,} files of other kinds were"
            )
            self.command.stdout.write(f"{files} left alone: {_kinds(others)}")
        if pictures:
            stand = f"{counted(pictures.total(), 'picture')} {'stands' if pictures.total() == 1 else 'stand'}"
            self.command.stdout.write(
                f"{stand} beside articles ({_kinds(pictures)}): what an article names was loaded with it"
            )


def _waiting_words(conflicts: int) -> str:
    """``2 conflicts wait for a decision``."""
    return f"{counted(conflicts, 'conflict')} {'waits' if conflicts == 1 else 'wait'} for a decision"


def _is_without_file() -> bool:
    """Whether the database is a file that is not there; to ask SQLite anything would make it."""
    name = str(connection.settings_dict["NAME"])
    is_file = connection.vendor == "sqlite" and ":memory:" not in name and "mode=memory" not in name
    return is_file and not Path(name).exists()


def _kinds(counts: Counter[str]) -> str:
    """``13 .jpg, 2 .png``; of records of a crawl ``pictures: 3``."""
    return ", ".join(
        f"{count:,} {kind}" if kind.startswith(".") or kind == "no suffix" else f"{kind}: {count:,}"
        for kind, count in sorted(counts.items())
    )


def _tell_scan(progress: Progress, done: int, size: int) -> None:
    """Show how far the crawl files have been looked through, in a line of its own."""
    scan = next((task for task in progress.tasks if task.description == SCANNING), None)
    task_id = scan.id if scan else progress.add_task(SCANNING, total=size)
    progress.update(task_id, completed=done, total=size, visible=done < size)


def _batches(readings: Iterator[Reading]) -> Iterator[list[Reading]]:
    """Up to ``BATCH`` inputs, or ``BATCH_BYTES`` of them where they are large."""
    batch: list[Reading] = []
    size = 0
    for reading in readings:
        batch.append(reading)
        size += len(reading.data)
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise ArgumentTypeError(f"{text!r} is not a number from 1 to 256")
    return int(text)


def _checked(paths: Iterable[Path]) -> list[Path]:
    """The paths that are to be read, without those that lie within another. Raises when one is not there, or is the
    archive's own."""
    kept: list[Path] = []
    own = _own_files()
    for path in paths:
        if not path.exists():
            raise CommandError(f"{path}: there is no such file or folder", returncode=2)
        if own.hold(path):
            reason = f"this is {CALLED}, as its database, photos and secret key; name the folder of your articles"
            raise CommandError(f"{path}: {reason}", returncode=2)
        if any(path.resolve().is_relative_to(other.resolve()) for other in kept):
            continue
        kept = [other for other in kept if not other.resolve().is_relative_to(path.resolve())]
        kept.append(path)
    return kept


def _check_edits(path: Path | None, *, is_dry: bool) -> None:
    if path is None:
        return
    if not path.is_file():
        raise CommandError(f"--edits {path}: there is no such file", returncode=2)
    if is_dry:
        raise CommandError("--edits goes without --dry-run: edits are made on what has been loaded", returncode=2)


def _own_files() -> OwnFiles:
    """What no load may read, as it is set up now."""
    home = Path(settings.VAR_DIR).resolve()
    kept = [Path(settings.MEDIA_ROOT), Path(settings.STATIC_ROOT), home / KEY_FILE]
    if connection.vendor == "sqlite":
        name = settings.DATABASES["default"]["NAME"]
        kept += [Path(f"{name}{ending}") for ending in ("", "-wal", "-shm", "-journal")]
    return OwnFiles(home, frozenset(path.resolve() for path in kept))


def _check_report(name: str | None, paths: list[Path]) -> None:
    """A report among the inputs would be read while it is written, or overwrite an original."""
    if name not in (None, "-") and any(Path(str(name)).resolve().is_relative_to(path.resolve()) for path in paths):
        raise CommandError(f"--report {name}: this lies in what is to be loaded; name a file elsewhere", returncode=2)


@contextmanager
def _opened(name: str | None, standard_output: OutputWrapper) -> Iterator[Report | None]:
    if name is None:
        yield None
    elif name == "-":
        yield standard_output
        standard_output.flush()
    else:
        try:
            # What is no character becomes an escape, which JSON reads again.
            file = Path(name).open("w", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115  # closed below, after the whole run
        except OSError as error:
            raise CommandError(f"--report {name}: {error.strerror}", returncode=2) from error
        with file:
            yield file


def _total_bytes(paths: list[Path]) -> int:
    """The size of all that may be an article, for the progress bar."""
    found = 0
    for path in paths:
        named = (
            [path] if path.is_file() else (Path(inner) / name for inner, _, names in os.walk(path) for name in names)
        )
        for file in named:
            with suppress(OSError):
                found += file.stat().st_size if file.suffix.lower() in OPENED_SUFFIXES else 0
    return found


@contextmanager
def _database_errors(run: Run) -> Iterator[None]:
    """Say in words what stopped a load from outside; the batches before it are in."""
    try:
        yield
    except (OperationalError, ProgrammingError) as error:
        if is_of_older_archive(error):
            raise CommandError("The database is not up to date: run `manage.py migrate` first.") from error
        raise CommandError(f"{_so_far(run)} The database refused to go on: {error}.") from error
    except DatabaseError as error:
        raise CommandError(f"{_so_far(run)} The database refused a batch: {error}.") from error
    except sqlite3.Error as error:
        raise CommandError(f"{_so_far(run)} A temporary file could not be written or read: {error}.") from error
    except BrokenProcessPool as error:
        raise CommandError(
            f"{_so_far(run)} A reading process was killed, perhaps for want of memory; --workers 1 needs the least."
        ) from error
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommandError(f"{_so_far(run)} {error.filename or 'A file'}: {error.strerror or error}.") from error


def _so_far(run: Run) -> str:
    done = sum(run.counts.values())
    if run.dry_run:
        return f"Stopped after looking at {done:,} inputs."
    return f"Stopped after {done:,} inputs, which are in; mend what follows and run the same command to go on."
