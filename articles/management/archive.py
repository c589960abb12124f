"""Sets up an archive, restricts access to its files, checks that it can be served: for the commands."""

import hashlib
import os
import signal
import sqlite3
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from articles.catalogue.backup import BackupError
from articles.models import reading_role
from articles.models.database_errors import in_one_line, is_unreachable
from articles.models.replicas import replicas, row_of
from articles.search import index

INTERRUPTED = 130  # what shells report for a command ended by Ctrl-C
SETUP_LOCK = 0x6E65_7773  # arbitrary, but unique on the database server
# A web server in the group may serve static/ itself.
FOLDER, DATABASE = 0o750, 0o600
ORIGINALS, ORIGINAL = 0o700, 0o600
COLUMNS = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
COLLECTED = settings.STATIC_ROOT / ".collected"
NO_ARCHIVE = f"No archive to serve yet. Load articles first: {settings.MANAGE} load_articles PATH"
OLDER_VERSION = f"The database is from an older version. Upgrade it first: {settings.MANAGE} migrate"


class ArchiveCommand(BaseCommand):
    def create_parser(self, *args: Any, **options: Any) -> CommandParser:
        """With ``--archive``, only for ``--help``: ``newsarchive.__main__`` has already read it for the settings."""
        parser = super().create_parser(*args, **options)
        parser.add_argument("--archive", metavar="DIR", help="the archive's folder (default: VAR_DIR, or else var/)")
        return parser


def add_workers_option(parser: CommandParser, kind: str) -> None:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    words = f"number of {kind} processes (default: one per core)"
    parser.add_argument("--workers", type=_workers, default=cores, metavar="N", help=words)


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise ArgumentTypeError(f"{text!r} is not a number from 1 to 256")
    return int(text)


def progress_bar() -> Progress:
    """Without a terminal, nothing."""
    console = Console(file=sys.stderr)
    return Progress(*COLUMNS, console=console, transient=True, disable=not console.is_terminal)


@contextmanager
def all_or_nothing(task: str) -> Iterator[Callable[[int, int], object]]:
    """Yield what shows progress: it gets what is done, and all. Whatever stops a backup is said in words."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        with progress_bar() as bar:
            bar.add_task(task, total=None)
            yield lambda done, total: bar.update(bar.task_ids[0], completed=done, total=total)
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted. Nothing was changed.\n")
        sys.exit(INTERRUPTED)
    except (BackupError, OSError, sqlite3.Error, DatabaseError) as error:
        words = getattr(error, "strerror", None) or in_one_line(error)  # the file may be a temporary one
        raise CommandError(f"{words.removesuffix('.')}. Nothing was changed.", returncode=2) from error


def has_tables(connection: BaseDatabaseWrapper) -> bool:
    """Does not create the SQLite file, as connecting would."""
    is_missing = connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists()
    return not is_missing and bool(connection.introspection.table_names())


def set_up(say: Callable[[str], object]) -> None:
    with setting_up(connection) as is_new:
        if is_new:
            say("Setting up the database …")
            call_command("migrate", verbosity=0)
    close_to_others()


@contextmanager
def setting_up(connection: BaseDatabaseWrapper) -> Iterator[bool]:
    """Yield ``True`` if there are no tables; the block then makes them in one transaction, for which others wait."""
    if connection.introspection.table_names():
        yield False
        return
    # Migrations need foreign keys off, which SQLite cannot do within a transaction.
    with connection.constraint_checks_disabled(), transaction.atomic(using=connection.alias):
        if connection.vendor == "postgresql":  # SQLite has one writer anyway
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SETUP_LOCK])
        yield not connection.introspection.table_names()


def close_to_others() -> None:
    """Remove other users' access to the database (password hashes, sessions) and original photos (locations)."""
    home = Path(settings.VAR_DIR)
    if home.is_dir() and not home.stat().st_mode & 0o002:  # not a folder such as /tmp
        _restrict(home, FOLDER)
    database = settings.DATABASES["default"]
    if "sqlite3" in database["ENGINE"]:
        for ending in ("", "-wal", "-shm"):
            _restrict(Path(f"{database['NAME']}{ending}"), DATABASE)
    originals = Path(settings.MEDIA_ROOT) / "originals"
    if originals.is_dir() and originals.stat().st_mode & 0o077:
        for path in originals.rglob("*"):
            _restrict(path, ORIGINALS if path.is_dir() else ORIGINAL)
        _restrict(originals, ORIGINALS)  # last: marks all as done


def _restrict(path: Path, most: int) -> None:
    with suppress(OSError):  # missing, or not ours
        mode = path.stat().st_mode & 0o7777
        if mode & 0o777 & ~most:
            path.chmod(mode & ~0o777 | mode & most)


def check_readable() -> None:
    """Raise if the archive cannot be served. Only the ``reader`` connection is needed; the primary may be down."""
    reader = connections["reader"]
    try:
        if reader.vendor == "postgresql":
            _check_role(reader)
        steps = MigrationExecutor(reader)
        if not steps.loader.applied_migrations:
            raise CommandError(NO_ARCHIVE)
        if steps.migration_plan(steps.loader.graph.leaf_nodes()) or not index.is_built():
            raise CommandError(OLDER_VERSION)
        if reader.vendor == "postgresql":
            [value] = row_of(reader, "SHOW default_transaction_read_only")
            if value != "on":
                raise CommandError(
                    "Public pages are not read-only: the database or a connection pooler ignores the connection "
                    "options. Use a role in REPLICA_URLS with: ALTER ROLE … SET default_transaction_read_only = on."
                )
    except DatabaseError as error:
        named = reader.settings_dict
        if reader.vendor == "sqlite" and not Path(settings.DATABASES["default"]["NAME"]).exists():
            raise CommandError(NO_ARCHIVE) from error
        if is_unreachable(error):
            raise CommandError(
                f"Cannot reach a database to read from ({named['HOST'] or named['NAME']}): "
                f"{in_one_line(error)}. Start it, or check REPLICA_URLS and DATABASE_URL."
            ) from error
        raise
    if reader.vendor == "postgresql":
        try:
            connections["default"].cursor().execute("SELECT 1")  # also compares timelines
        except DatabaseError as error:
            words = "Serving public pages only. Staff cannot sign in until the database in DATABASE_URL is available"
            sys.stderr.write(f"{words} again: {in_one_line(error)}\n")
    connections.close_all()  # serving processes open their own


def _check_role(reader: BaseDatabaseWrapper) -> None:
    """Raise if the role of public pages may read too little; warn if one of their own may read too much."""
    role, writer = reader.settings_dict["USER"], settings.DATABASES["default"]["USER"]
    wrong = reading_role.wrongly_readable(reader)
    command = f"{settings.MANAGE} grant_reading {'reader' if role == writer else role}"
    remedy = f"On the primary: {command} | sudo -u postgres psql {reader.settings_dict['NAME']}"
    if missing := wrong.get(False):
        raise CommandError(f"The role {role} may not read tables that public pages need: {missing}. {remedy}")
    if (excess := wrong.get(True)) and (role != writer or replicas.exist):
        words = f"Public pages are read as {role}, who may also read what they never show"
        sys.stderr.write(f"{words} (passwords, sessions or work of staff): {excess}. {remedy}\n")


def collect_static() -> None:
    """Collect static files if they have changed; a read-only disk is fine if they were collected before."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            digest.update(path.encode() + b"\0")
            with storage.open(path) as file:
                digest.update(file.read())
    try:
        if COLLECTED.exists() and COLLECTED.read_text() == digest.hexdigest():
            return
        call_command("collectstatic", interactive=False, verbosity=0)
        COLLECTED.write_text(digest.hexdigest())
    except OSError as error:
        if not (settings.STATIC_ROOT / "staticfiles.json").exists():
            raise CommandError(
                f"Cannot collect static files into {settings.STATIC_ROOT} ({error.strerror}). "
                f"Make it writable and run {settings.MANAGE} collectstatic once."
            ) from error
        sys.stderr.write(f"Cannot collect static files ({error.strerror}). Serving those collected earlier.\n")
