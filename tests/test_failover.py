"""A primary and its standby: one dies or stalls, the other is promoted; pages are still read and never write."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import InternalError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from newsarchive.database import databases
from tests.postgres import Server, cluster, free_ports, needed

pytestmark = pytest.mark.postgres


@pytest.fixture
def servers(django_db_blocker: Any) -> Iterator[list[Server]]:
    needed()
    with (
        tempfile.TemporaryDirectory(prefix="newsarchive-postgres-") as folder,
        cluster(Path(folder), *free_ports(2)) as running,
        django_db_blocker.unblock(),
    ):
        yield running


def test_pages_go_on_when_servers_die_and_never_write_wherever_they_are_read(servers: list[Server]) -> None:
    primary, standby = servers
    both = ConnectionHandler(databases(primary.url, [standby.url], 0.5))
    reader, writer = both["reader"], both["default"]
    _ask(writer, "CREATE TABLE article (headline text)")
    assert _port_of_next_page(reader) == standby.port
    _wait_for_table(reader)
    assert _refuses_to_write(reader)

    began = time.monotonic()
    with pytest.raises(OperationalError):
        _ask(reader, "SELECT pg_sleep(20)")
    assert time.monotonic() - began < 5

    standby.kill()
    assert _port_of_next_page(reader) == primary.port
    assert _refuses_to_write(reader)

    standby.start()
    reader.close()  # as it is after a minute
    assert _port_of_next_page(reader) == standby.port
    primary.kill()
    assert _port_of_next_page(reader) == standby.port

    standby.promote()
    assert _port_of_next_page(reader) == standby.port
    assert _refuses_to_write(reader)
    staff = ConnectionHandler(
        databases(f"{primary.url.removesuffix('/postgres')},127.0.0.1:{standby.port}/postgres", [], 5)
    )
    _ask(staff["default"], "INSERT INTO article VALUES ('Ferry')")
    staff["default"].close()
    reader.close()
    writer.close()


def test_a_load_goes_on_after_its_server_has_read_nothing_for_twelve_seconds(servers: list[Server]) -> None:
    writer = ConnectionHandler(databases(servers[0].url, [], 5))["default"]
    _ask(writer, "CREATE TABLE article (headline text)")
    backend = _ask(writer, "SELECT pg_backend_pid()")
    threading.Timer(12, os.kill, [backend, signal.SIGCONT]).start()
    with writer.cursor() as cursor, cursor.copy("COPY article FROM STDIN") as file:
        os.kill(backend, signal.SIGSTOP)
        for _ in range(100):  # more than the buffers of the connection hold
            file.write((b"Ferry " * 200 + b"\n") * 1_000)
    assert _ask(writer, "SELECT count(*) FROM article") == 100_000
    writer.close()


def _ask(connection: BaseDatabaseWrapper, sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None


def _port_of_next_page(reader: BaseDatabaseWrapper) -> int:
    """The port of the server that it is read from, after Django's checks at the start of a request."""
    reader.health_check_done = False
    reader.close_if_unusable_or_obsolete()
    return int(_ask(reader, "SELECT inet_server_port()"))


def _refuses_to_write(reader: BaseDatabaseWrapper) -> bool:
    with pytest.raises(InternalError, match="read-only transaction"):
        _ask(reader, "INSERT INTO article VALUES ('Ferry')")
    return True


def _wait_for_table(reader: BaseDatabaseWrapper) -> None:
    until = time.monotonic() + 10
    while not _ask(reader, "SELECT count(*) FROM pg_tables WHERE tablename = 'article'"):
        assert time.monotonic() < until, "the standby did not follow"
        time.sleep(0.05)
