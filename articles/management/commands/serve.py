"""``manage.py serve``: the production server."""

import os
import signal
import socket
import sys
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.management.base import CommandError, CommandParser

from articles.management import archive


class Command(archive.ArchiveCommand):
    help = "Serve the archive with the production server."
    requires_system_checks = []  # those of models would open the database for writing and create a missing one

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        parser.add_argument("--port", type=int, default=8000, metavar="N", help="port to listen on (default: 8000)")
        archive.add_workers_option(parser, "serving")

    def handle(self, *args: Any, **options: Any) -> None:
        host = options["host"]
        self.check(tags=["newsarchive"], fail_level=checks.WARNING)
        archive.check_readable()
        server = import_module(settings.SERVER)
        advice = f"Try another port: make run PORT=8001, or {settings.MANAGE} serve --port 8001"
        listener = _listen(host, options["port"], server.BACKLOG, advice)
        port = listener.getsockname()[1]
        if settings.METRICS_PORT:
            _listen(settings.METRICS_HOST, int(settings.METRICS_PORT), 1, "Change METRICS_ADDRESS.").close()
        archive.close_to_others()
        archive.collect_static()
        ours = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        address = f"{settings.BASE_URL or ours}/"
        self.stdout.write(f"\n{settings.ARCHIVE_NAME} is at {address} (Ctrl-C stops it).")
        if settings.ADMIN_ENABLED:
            python = os.path.relpath(sys.executable)
            self.stdout.write(f"A staff user:  {python} {settings.MANAGE} createsuperuser, then {address}admin/\n")
        self.stdout.flush()
        # Replaces this process, without Django, so that restarted workers read the code again. -P: do not import from
        # the current folder.
        signal.pthread_sigmask(signal.SIG_BLOCK, server.SIGNALS)
        listener.set_inheritable(True)
        numbers = (listener.fileno(), options["workers"], settings.SERVER_THREADS)
        python_path = [str(settings.BASE_DIR), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
        os.execve(  # noqa: S606
            sys.executable,
            [sys.executable, "-P", "-m", settings.SERVER, *map(str, numbers)],
            {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, python_path))},
        )


def _listen(host: str, port: int, backlog: int, advice: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server(
            (host, port), family=family, backlog=backlog, dualstack_ipv6=host == "::" and socket.has_dualstack_ipv6()
        )
    except (OSError, OverflowError) as error:
        # create_server() adds the address to the message.
        reason = (getattr(error, "strerror", None) or "no such port").partition(" (while")[0]
        raise CommandError(f"Cannot listen on {host}, port {port}: {reason}. {advice}") from error
