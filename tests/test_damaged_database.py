"""Damaged pages of the database: readers get an error page, monitoring a 503, the log a line for each request, and
commands say what to do.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.postgres import cluster, free_ports, needed
from tests.served import Answer, Archive, ask, copy_empty, free_port, start, wait_for


def overwrite(path: Path) -> None:
    with path.open("r+b") as file:  # in place: the server has it open
        file.write(os.urandom(path.stat().st_size))


def answers_of_damaged(archive: Archive, damage: Callable[[], None]) -> tuple[Answer, Answer, str]:
    """The answers of ``/`` and ``/healthz`` after ``damage``, and the log."""
    with tempfile.TemporaryFile("w+") as log:
        server = start(archive, stdout=subprocess.DEVNULL, stderr=log)
        try:
            wait_for(archive.url, server)
            damage()
            page, health = ask(f"{archive.url}/"), ask(f"{archive.url}/healthz")
        finally:
            server.terminate()
            server.wait(timeout=20)
        log.seek(0)
        return page, health, log.read()


def assert_bad(page: Answer, health: Answer, log: str) -> None:
    assert (page.status, health.status, health.body) == (500, 503, b"the database cannot be read\n")
    assert "no-store" in health.headers["cache-control"]
    assert "Something went wrong" in page.text
    assert "Traceback" not in log
    assert "500 for '/': " in log


def test_health_is_bad_when_the_whole_file_is_damaged(tmp_path: Path) -> None:
    copy_empty(tmp_path)
    archive = Archive(f"http://127.0.0.1:{free_port()}", tmp_path)
    assert_bad(*answers_of_damaged(archive, lambda: overwrite(tmp_path / "archive.sqlite3")))


def test_commands_on_a_damaged_database_end_with_the_reason_and_a_backup_can_replace_it(tmp_path: Path) -> None:
    copy_empty(tmp_path)
    archive, backup = Archive("", tmp_path), tmp_path / "backup.tar"
    archive.manage("backup", str(backup))
    overwrite(tmp_path / "archive.sqlite3")
    where = "To see where: manage.py verify_archive. "
    for code, *command in ((2, "serve"), (1, "load_articles", "fixtures/seeds"), (1, "verify_archive")):
        done = archive.manage(*map(str, command), code=int(code))
        seen = "" if command == ["verify_archive"] else where
        why = f"The database is damaged. {seen}To fix: restore the database from a backup"
        assert why in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    archive.manage("restore", "--force", str(backup))
    assert archive.manage("verify_archive").stdout == "0 faults, 0 repaired\n"


@pytest.mark.postgres
def test_health_is_bad_when_no_connection_to_a_damaged_postgresql_can_begin(tmp_path: Path) -> None:
    needed()
    folder = tempfile.TemporaryDirectory(prefix="newsarchive-postgres-")
    with folder, cluster(Path(folder.name), *free_ports(1)) as (server,):
        archive = Archive(f"http://127.0.0.1:{free_port()}", tmp_path, server.url)
        copy_empty(tmp_path)
        archive.manage("migrate", "-v", "0")

        def damage() -> None:
            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute("CHECKPOINT")
                (file,) = connection.execute("SELECT pg_relation_filepath('pg_type')").fetchone() or ("",)
            server.kill()
            overwrite(server.home / "db" / file)
            server.start()

        assert_bad(*answers_of_damaged(archive, damage))
