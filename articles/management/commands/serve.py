"""``manage.py serve``: the production server, and a word on where to look."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from newsarchive.database_faults import in_one_line, is_unreachable

NO_ARCHIVE = "There is no archive to serve yet: load some articles first (manage.py load_articles PATH)."
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
    """Readers need the ``reader`` connection alone: the archive is served while the primary is away."""
    try:
        _check_readable(connections["reader"])
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
                f"No database that pages could be read from answers ({named['HOST'] or named['NAME']}): "
                f"{in_one_line(error)}. Start it, or see to REPLICA_URLS and DATABASE_URL."
            ) from error
        raise
    if not steps.loader.applied_migrations:
        raise CommandError(NO_ARCHIVE)
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
