"""``manage.py serve``: the production server, and a word on where to look."""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from articles.management.private_files import close_to_others
from articles.models import PeriodCount

WORKERS, THREADS = 2, 4


class Command(BaseCommand):
    help = "Serve the archive with the production server."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine alone)")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=WORKERS, help="serving processes")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        _check_archive()
        _check_free(host, port)
        close_to_others()
        call_command("collectstatic", interactive=False, verbosity=0)
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        self.stdout.write(f"\n{settings.ARCHIVE_NAME} is at {address} (Ctrl-C stops it).")
        if settings.ADMIN_ENABLED:
            python = os.path.relpath(sys.executable)
            self.stdout.write(f"A staff user:  {python} manage.py createsuperuser, then {address}admin/\n")
        self.stdout.flush()
        # Threads let a slow reader wait without holding up the others; a page itself is one thread's work.
        bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        serving = ["--bind", bind, "--workers", str(options["workers"]), "--threads", str(THREADS)]
        serving += ["--pythonpath", str(settings.BASE_DIR), "--no-control-socket"]
        # In this process's place: signals then reach the server itself.
        os.execv(  # noqa: S606
            sys.executable,
            [sys.executable, "-m", "gunicorn", *serving, "--log-level", "warning", "newsarchive.wsgi:application"],
        )


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


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or "there is no such port"
            raise CommandError(
                f"Cannot listen on {host}, port {port}: {why}. "
                "Name another: make run PORT=8001, or manage.py serve --port 8001."
            ) from error
