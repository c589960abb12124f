"""``/readyz``: whether this process could show a page now. One look a second; one that hangs delays one request."""

import logging
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from articles.models.database_errors import in_one_line
from articles.models.reading import public_page
from articles.models.replicas import RECEIVED, STATE, Follower, replicas, row_of
from articles.public.views.plain import read_front_page
from articles.search import index

log = logging.getLogger(__name__)
READY, HANGS = "/readyz", "the database or the photo folder does not answer"
FORMER = "a former primary is running, to which nothing is written (the log names it)"
EVERY_SECONDS, PATIENCE_SECONDS = 1, 4  # a server without power is noticed after three
HEADERS = [("Content-Type", "text/plain"), ("Cache-Control", "no-store"), ("X-Robots-Tag", "noindex"), ("Server", "")]
MIGRATIONS = {*MigrationLoader(None).graph.leaf_nodes()}  # the newest of each application


class Readiness:
    def __init__(self) -> None:
        self._pool, self._lock = ThreadPoolExecutor(1, thread_name_prefix="readiness"), threading.Lock()
        self._began_at, self._look = 0.0, self._pool.submit(lambda: ["this process has just started"])
        self._found = self._look.result()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        with self._lock:
            if is_due := self._look.done() and time.monotonic() - self._began_at >= EVERY_SECONDS:
                self._began_at, self._look = time.monotonic(), self._pool.submit(faults)
            look = self._look
        if is_due:
            wait([look], PATIENCE_SECONDS)
        if look.done():
            self._found = look.result()
        elif time.monotonic() - self._began_at >= PATIENCE_SECONDS:
            self._found = [HANGS]
        found = self._found
        start_response("503 Service Unavailable" if found else "200 OK", HEADERS)
        found = found or ["ok", *([FORMER] if replicas.has_former else [])]
        return [f"{line}\n".encode() for line in found] if environ["REQUEST_METHOD"] == "GET" else []


def faults() -> list[str]:
    """Why pages cannot be shown, a line each. Details that are not for everybody are logged."""
    reader, found = connections["reader"], []
    try:
        reader.close_if_unusable_or_obsolete()
        with public_page():
            if missing := MIGRATIONS - MigrationRecorder(reader).applied_migrations().keys():
                return [f"a migration is missing: {app} {name}" for app, name in sorted(missing)]
            if not index.is_built():
                return ["the search index is not complete: migrate builds it"]
            has_limit = reader.vendor == "postgresql" and settings.REPLICA_MAX_LAG_SECONDS
            # Of several servers, readers leave those that are late.
            position, is_standby, *_ = row_of(reader, STATE) if has_limit and not replicas.exist else (0, False)
            if is_standby and position < follower().due:
                found.append(f"the standby is more than {settings.REPLICA_MAX_LAG_SECONDS:g} seconds late")
            # A bucket is the same for all machines: without it, pages without photos are better than none.
            if read_front_page().photo_files and not settings.MEDIA_STORAGE:
                next((Path(settings.MEDIA_ROOT) / "originals").iterdir())
    except (Error, sqlite3.Error, ValueError) as error:  # a damaged row
        log.warning("Not ready: %s", in_one_line(error))
        return ["the database cannot be read"]
    except (OSError, StopIteration) as error:
        log.warning("Not ready: no photos in %s: %s", settings.MEDIA_ROOT, error)
        found.append("the photo folder cannot be read")
    return found


@cache
def follower() -> Follower:
    """What a standby has received, which it must replay in time."""
    server = settings.DATABASES["reader"]
    started = Follower("reader", server["HOST"], server["PORT"], RECEIVED)
    started.start()
    return started
