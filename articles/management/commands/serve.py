"""``manage.py serve``: the production server, and a word on where to look."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from articles.management.before_release import refuse_archive_from_before_release
from articles.management.private_files import close_to_others
from newsarchive.database import in_one_line, is_unreachable
from newsarchive.server import BACKLOG, SIGNALS

COLLECTED = settings.STATIC_ROOT / ".collected"
NO_ARCHIVE = "There is no archive to serve yet: load some articles first (manage.py load_articles PATH)."


class Command(BaseCommand):
    help = "Serve the archive with the production server."
    # Those of models open the database for writing, which makes one where there is none.
    requires_system_checks = ["newsarchive"]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine alone)")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=cores(), help="serving processes (default: one a core)")

    def handle(self, *args: Any, **options: Any) -> None:
        host, workers = options["host"], options["workers"]
        if workers < 1:
            raise CommandError(f"--workers {workers}: at least one process must serve.", returncode=2)
        _check_archive()
        listener = _listen(host, options["port"])
        port = listener.getsockname()[1]
        close_to_others()
        collect_static()
        ours = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        address = f"{settings.BASE_URL or ours}/"
        self.stdout.write(f"\n{settings.ARCHIVE_NAME} is at {address} (Ctrl-C stops it).")
        if settings.ADMIN_ENABLED:
            python = os.path.relpath(sys.executable)
            self.stdout.write(f"A staff user:  {python} manage.py createsuperuser, then {address}admin/\n")
        self.stdout.flush()
        # In this process's place and without Django, so that workers that are replaced read the code afresh. -P: a
        # folder that happens to be the current one is not searched for modules.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        listener.set_inheritable(True)
        numbers = (listener.fileno(), workers, settings.SERVER_THREADS)
        os.execve(  # noqa: S606
            sys.executable,
            [sys.executable, "-P", "-m", "newsarchive.server", *map(str, numbers)],
            {**os.environ, "PYTHONPATH": os.pathsep.join([str(settings.BASE_DIR), *_python_path()])},
        )


def cores() -> int:
    """Those this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _python_path() -> list[str]:
    return [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]


def _check_archive() -> None:
    """Readers need the ``reader`` connection alone: the archive is served while the primary is away."""
    try:
        _check_readable(connections["reader"])
        if connections["reader"].vendor == "postgresql":
            _mention_lost_primary()
    finally:
        connections.close_all()  # the serving processes make their own


def _check_readable(reader: BaseDatabaseWrapper) -> None:
    try:
        steps = MigrationExecutor(reader)
        is_older = bool(steps.migration_plan(steps.loader.graph.leaf_nodes()))
        is_writable = reader.vendor == "postgresql" and _setting(reader, "default_transaction_read_only") != "on"
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


def _setting(reader: BaseDatabaseWrapper, name: str) -> str:
    with reader.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])


def _mention_lost_primary() -> None:
    try:
        connections["default"].ensure_connection()
    except DatabaseError as error:
        sys.stderr.write(
            "Pages are served, but staff cannot sign in until the database of DATABASE_URL answers: "
            f"{in_one_line(error)}\n"
        )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server(
            (host, port), family=family, backlog=BACKLOG, dualstack_ipv6=host == "::" and socket.has_dualstack_ipv6()
        )
    except (OSError, OverflowError) as error:
        # create_server() adds the address to the words.
        why = (getattr(error, "strerror", None) or "there is no such port").partition(" (while")[0]
        raise CommandError(
            f"Cannot listen on {host}, port {port}: {why}. "
            "Name another: make run PORT=8001, or manage.py serve --port 8001."
        ) from error


def collect_static() -> None:
    """Collect what has changed since; compressing it takes seconds.

    Readers need no writable disk, if it was done while there was one.
    """
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
