"""The archive as a whole, for commands: set up once, no other user's business, and ready to be served."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from newsarchive.database import in_one_line, is_unreachable

INTERRUPTED = 130  # what shells report for a command ended by Ctrl-C
SETUP_LOCK = 0x6E65_7773  # any number that no other application on the same server uses
# A web server in the group may serve static/ itself.
FOLDER, DATABASE = 0o750, 0o600
ORIGINALS, ORIGINAL = 0o700, 0o600
COLLECTED = settings.STATIC_ROOT / ".collected"
NO_ARCHIVE = "There is no archive to serve yet: load some articles first (manage.py load_articles PATH)."


def add_archive_option(parser: CommandParser) -> None:
    """For ``--help`` alone: ``newsarchive.__main__`` took it, for the settings need it before there is a command."""
    parser.add_argument("--archive", metavar="DIR", help="the archive's folder (default: VAR_DIR, or else var/)")


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def refuse_archive_from_before_release(connection: BaseDatabaseWrapper) -> None:
    """Its migrations are no longer here."""
    if ("articles", "0001_initial") in MigrationRecorder(connection).applied_migrations():
        raise CommandError(
            "This archive was made before the first release and cannot be brought up to date. Load its originals into "
            "a new VAR_DIR or database; export_edits, run by the version that made it, and load_articles --edits carry "
            "the work of staff over."
        )


@contextmanager
def setting_up(connection: BaseDatabaseWrapper) -> Iterator[bool]:
    """Yield whether the database has no tables and is to be set up within this block.

    All that the block does is in one transaction, so whatever ends it (a kill, Ctrl-C, a full disk) leaves no half of
    it. Other processes wait, on whatever machine they run, and then find the tables.
    """
    if connection.introspection.table_names():
        yield False
        return
    # SQLite can not turn foreign keys off within a transaction, and migrations need them off.
    with connection.constraint_checks_disabled(), transaction.atomic(using=connection.alias):
        if connection.vendor == "postgresql":  # SQLite's transactions exclude each other anyway
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SETUP_LOCK])
        yield not connection.introspection.table_names()


def close_to_others() -> None:
    """Remove other users' access to the archive's files, including those of older archives.

    The database holds password hashes and sessions, the originals of photos where and with what they were taken. Files
    of other owners are left alone, and so is a world-writable ``VAR_DIR``.
    """
    home = Path(settings.VAR_DIR)
    if home.is_dir() and not home.stat().st_mode & 0o002:
        _restrict(home, FOLDER)
    database = settings.DATABASES["default"]
    if "sqlite3" in database["ENGINE"]:
        for ending in ("", "-wal", "-shm"):
            _restrict(Path(f"{database['NAME']}{ending}"), DATABASE)
    originals = Path(settings.MEDIA_ROOT) / "originals"
    if originals.is_dir() and originals.stat().st_mode & 0o077:
        for path in originals.rglob("*"):
            _restrict(path, ORIGINALS if path.is_dir() else ORIGINAL)
        _restrict(originals, ORIGINALS)  # last: it says that all are done


def _restrict(path: Path, most: int) -> None:
    try:
        mode = path.stat().st_mode & 0o7777
        if mode & 0o777 & ~most:
            path.chmod(mode & ~0o777 | mode & most)
    except OSError:  # it is not there, or not ours
        return


# --- Serving. ---------------------------------------------------------------------------------------------------------


def check_readable() -> None:
    """Refuse what cannot be served. Readers need the ``reader`` connection alone: the primary may be away."""
    try:
        _check_reader(connections["reader"])
        if connections["reader"].vendor == "postgresql":
            _mention_lost_primary()
    finally:
        connections.close_all()  # the serving processes make their own


def _check_reader(reader: BaseDatabaseWrapper) -> None:
    try:
        steps = MigrationExecutor(reader)
        is_older = bool(steps.migration_plan(steps.loader.graph.leaf_nodes()))
        is_writable = reader.vendor == "postgresql" and not _is_read_only(reader)
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
    if not steps.loader.applied_migrations:
        raise CommandError(NO_ARCHIVE)
    refuse_archive_from_before_release(reader)
    if is_older:
        raise CommandError("The archive is of an older version: bring it up to date first (manage.py migrate).")
    if is_writable:
        raise CommandError(
            "Public pages could write: the database, or a pooler before it, ignores the options of their connection. "
            "Name a role in REPLICA_URLS that has them: ALTER ROLE … SET default_transaction_read_only = on."
        )


def _is_read_only(reader: BaseDatabaseWrapper) -> bool:
    with reader.cursor() as cursor:
        cursor.execute("SHOW default_transaction_read_only")
        return bool(cursor.fetchone()[0] == "on")


def _mention_lost_primary() -> None:
    try:
        connections["default"].ensure_connection()
    except DatabaseError as error:
        sys.stderr.write(
            "Pages are served, but staff cannot sign in until the database of DATABASE_URL answers: "
            f"{in_one_line(error)}\n"
        )


def collect_static() -> None:
    """Collect what has changed since. Readers need no writable disk, if it was done while there was one."""
    digest = _static_digest()
    try:
        if COLLECTED.exists() and COLLECTED.read_text() == digest:
            return
        call_command("collectstatic", interactive=False, verbosity=0)
        COLLECTED.write_text(digest)
    except OSError as error:
        if not (settings.STATIC_ROOT / "staticfiles.json").exists():
            raise CommandError(
                f"The static files could not be collected into {settings.STATIC_ROOT} ({error.strerror}). "
                "Run manage.py collectstatic once while it can be written."
            ) from error
        sys.stderr.write(f"Static files not collected ({error.strerror}): serving those collected before.\n")


def _static_digest() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            digest.update(path.encode() + b"\0")
            with storage.open(path) as file:
                digest.update(file.read())
    return digest.hexdigest()
