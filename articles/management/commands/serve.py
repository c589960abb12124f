"""``manage.py serve``: the production server, and a word on where to look."""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

WORKERS = 2


class Command(BaseCommand):
    help = "Serve the archive with the production server."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine alone)")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=WORKERS, help="serving processes")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        _check_free(host, port)
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        self.stdout.write(f"\n{settings.ARCHIVE_NAME} is at {address} (Ctrl-C stops it).")
        if settings.ADMIN_ENABLED:
            python = os.path.relpath(sys.executable)
            self.stdout.write(f"A staff user:  {python} manage.py createsuperuser, then {address}admin/\n")
        self.stdout.flush()
        # A page is Python's work from end to end: a second thread in a process only takes turns with the first.
        serving = ["--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(options["workers"])]
        serving += ["--blocking-threads", "1", "--backpressure", "128"]
        # In this process's place: signals then reach the server itself.
        os.execv(  # noqa: S606
            sys.executable,
            [sys.executable, "-m", "granian", *serving, "--log-level", "warning", "newsarchive.wsgi:application"],
        )


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Cannot listen on {host}, port {port}: {error.strerror}. "
                "Name another: make run PORT=8001, or manage.py serve --port 8001."
            ) from error
