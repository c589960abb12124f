"""``manage.py load_articles [PATH …]``: arguments and exit code; ``articles/loading`` does the work."""

import dataclasses
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser, OutputWrapper
from django.db import DatabaseError, connection

from articles.editorial.exchange.applying import apply_edits
from articles.ingest.errors import IngestError
from articles.ingest.inputs.files import bytes_in
from articles.ingest.parsing.local_files import real_path
from articles.loading.report import Report
from articles.loading.run import Run, archive_vocabulary, own_files
from articles.loading.sites import SiteOptions, announce, sites_of
from articles.management import archive
from articles.models.database_errors import is_of_older_archive
from articles.text.phrases import counted


class Command(archive.ArchiveCommand):
    help = (
        "Load saved articles (files, folders, web crawls) into the archive. Safe to repeat. The first site also names "
        "the archive, in archive.toml in its folder; a running server shows that after a restart."
    )
    # Others would create the SQLite file, and a dry run must not.
    requires_system_checks = ["newsarchive"]

    def add_arguments(self, parser: CommandParser) -> None:
        archive.add_workers_option(parser, "reading")
        add = parser.add_argument
        add("--dask", metavar="ADDRESS", help="read on the workers of this Dask scheduler: tcp://HOST:8786")
        default = "default: fixtures/, if no archive of your own is named"
        add("paths", nargs="*", metavar="PATH", type=Path, help=f"files or folders ({default})")
        add("--dry-run", action="store_true", help="report what would happen; load nothing")
        add("--report", metavar="FILE", help="write one JSON line per input (-: standard output)")
        add("--stories", action="store_true", help="include each article in the report, as it was read")
        add("--check", action="store_true", help="also read unchanged files")
        add("--take-source", action="store_true", help="overwrite staff edits with the source")
        add("--withdraw-vanished", action="store_true", help="withdraw articles while their files are gone")
        add("--keep-originals", action="store_true", help="copy crawled pages instead of referring to the crawl files")
        add("--source", metavar="NAME", help="the publication, where an article names none")
        add("--language", metavar="TAG", help="of articles that state none: en, pt-BR")
        add("--address", metavar="URL", help="where the site was: https://harbour.example")
        add("--only", action="append", metavar="PATTERN", help="load only these paths below the folder; repeatable")
        add("--skip", action="append", metavar="PATTERN", help="leave these out; repeatable")
        add("--pages", action="store_true", help="load the pages of a site too, such as about.md")
        add("--expired", action="store_true", help="load articles too whose expiry date is past")
        add("--edits", type=Path, metavar="FILE", help="then apply edits from export_edits; without PATH, only those")

    def handle(self, *args: Any, **options: Any) -> None:
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
            signal.signal(signal.SIGINT, signal.default_int_handler)  # Ctrl-C is handled below
        edits, is_dry, name = options["edits"], options["dry_run"], options["report"]
        if not options["paths"] and not edits and settings.IS_OWN_ARCHIVE:
            raise CommandError(f"Name the files or folders to load: {settings.MANAGE} load_articles PATH", returncode=2)
        paths = _checked(options["paths"] or ([] if edits else [settings.FIXTURES_DIR]))
        if edits and not edits.is_file():
            raise CommandError(f"--edits {edits}: no such file", returncode=2)
        if edits and is_dry:
            raise CommandError("--edits cannot be combined with --dry-run", returncode=2)
        machine = self.stdout
        if name == "-":
            self.stdout = OutputWrapper(sys.stderr)  # standard output is for the JSON report
        with_stories = options["stories"] or bool(is_dry and name)
        self.report = report = Report(
            self.stdout.write, self._complain,
            is_dry=is_dry, shows_all=options["verbosity"] > 1, with_stories=with_stories,
        )  # fmt: skip
        is_refused = False
        try:
            with _report_file(name, paths, machine) as report.write_json:
                if paths:
                    self._load(paths, options)
                if edits:
                    is_refused = self._apply(edits)
        except BrokenPipeError:
            # The reader of the report has closed it (`| head`).
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        except KeyboardInterrupt:
            self.stdout.write(f"\n{report.interrupted()}")
            sys.exit(archive.INTERRUPTED)
        except (DatabaseError, sqlite3.Error, BrokenProcessPool, OSError) as error:
            is_older = isinstance(error, DatabaseError) and is_of_older_archive(error)
            raise CommandError(archive.OLDER_VERSION if is_older else report.stopped(error)) from error
        if report.counts["refused"] or is_refused or (paths and report.found_nothing):
            sys.exit(1)

    def _complain(self, words: str) -> None:
        self.stderr.write(self.style.ERROR(words))

    def _load(self, paths: list[Path], options: dict[str, Any]) -> None:
        try:
            vocabulary = archive_vocabulary()
        except IngestError as error:
            advice = "Nothing was loaded. Correct or unset TAGS_FILE."
            raise CommandError(f"TAGS_FILE {error}. {advice}", returncode=2) from error
        chosen = SiteOptions(**{field.name: options[field.name] for field in dataclasses.fields(SiteOptions)})
        if chosen.fault:
            raise CommandError(chosen.fault, returncode=2)
        try:
            sites = sites_of(paths, chosen)
        except IngestError as error:
            raise CommandError(f"{error}\nNothing was loaded. Correct the profile.", returncode=2) from error
        if not options["dry_run"]:
            archive.set_up(self.stdout.write)
        announce(sites, self.report, is_dry=options["dry_run"])
        run = Run(sites, options, vocabulary, self.report, has_tables=archive.has_tables(connection))
        with archive.progress_bar() as bar:
            task = bar.add_task("Loading", total=None if bar.disable else bytes_in(paths))
            scan = bar.add_task("Scanning crawl files", visible=False)
            done = self.report.counts.total
            run.load(
                lambda size: bar.update(task, advance=size, description=f"Loading, {done():,} done"),
                lambda scanned, size: bar.update(scan, completed=scanned, total=size, visible=scanned < size),
            )
        run.finish()

    def _apply(self, path: Path) -> bool:
        """Apply the edits of another archive; ``True`` if any was refused."""
        applied = apply_edits(path)
        for problem in applied.problems:
            self._complain(f"refused  {problem}")
        figures = ", ".join(f"{count:,} {name}" for name, count in applied.counts.items())
        conflicts = sum(applied.conflicts.values())
        to_review = f"; {counted(conflicts, 'conflict')} to review" if conflicts else ""
        self.stdout.write(f"Edits: {figures}{to_review}")
        return bool(applied.problems)


def _checked(paths: list[Path]) -> list[Path]:
    """The paths without those inside another. Raises if one is missing or belongs to the archive itself."""
    own = own_files()
    for path in paths:
        if not path.exists():
            raise CommandError(f"{path}: no such file or folder", returncode=2)
        if own.hold(path):
            reason = "this belongs to the archive itself (database, photos or secret key)"
            raise CommandError(f"{path}: {reason}. Choose the folder of your articles.", returncode=2)
    chosen = {real_path(path): path for path in paths}
    return [path for resolved, path in chosen.items() if chosen.keys().isdisjoint(resolved.parents)]


@contextmanager
def _report_file(
    name: str | None, paths: list[Path], standard_output: OutputWrapper
) -> Iterator[Callable[[str], object] | None]:
    """A report among the inputs could be read while it is written, or overwrite an original."""
    if name is None:
        yield None
    elif name == "-":
        yield standard_output.write
        standard_output.flush()
    elif any(real_path(Path(name)).is_relative_to(real_path(path)) for path in paths):
        raise CommandError(f"--report {name}: inside a folder to be loaded. Choose a file elsewhere.", returncode=2)
    else:
        try:
            # A line at a time, for those who watch it. Lone surrogates become escapes, which are valid JSON.
            file = Path(name).open("w", 1, encoding="utf-8", errors="backslashreplace")  # noqa: SIM115  # closed below
        except OSError as error:
            raise CommandError(f"--report {name}: {error.strerror}", returncode=2) from error
        with file:
            yield file.write
