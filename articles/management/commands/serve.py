"""``manage.py serve``: the production server, and a word on where to look."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import sys
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from articles.models import PeriodCount
from newsarchive.server import BACKLOG, SIGNALS

COLLECTED = settings.STATIC_ROOT / ".collected"


class Command(BaseCommand):
    help = "Serve the archive with the production server."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine alone)")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=cores(), help="serving processes (default: one a core)")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        _check_archive()
        listener = _listen(host, port)
        collect_static()
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        self.stdout.write(f"\n{settings.ARCHIVE_NAME} is at {address} (Ctrl-C stops it).")
        if settings.ADMIN_ENABLED:
            python = os.path.relpath(sys.executable)
            self.stdout.write(f"A staff user:  {python} manage.py createsuperuser, then {address}admin/\n")
        self.stdout.flush()
        # In this process's place and without Django, so that workers that are replaced read the code afresh. -P: a
        # folder that happens to be the current one is not searched for modules.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        listener.set_inheritable(True)
        numbers = (listener.fileno(), max(1, options["workers"]), settings.SERVER_THREADS)
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
    try:
        PeriodCount.objects.exists()
        steps = MigrationExecutor(connection)
        is_older = bool(steps.migration_plan(steps.loader.graph.leaf_nodes()))
    except DatabaseError as error:
        raise CommandError(
            "There is no archive to serve yet: load some articles first (manage.py load_articles PATH), "
            "or bring an older archive up to date (manage.py migrate)."
        ) from error
    if is_older:
        raise CommandError("The archive is of an older version: bring it up to date first (manage.py migrate).")


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
