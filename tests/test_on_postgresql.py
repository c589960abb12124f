"""The same archive on PostgreSQL: the tests of loading, pages and admin, run again on a server of their own."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.served import ROOT, environment

pytestmark = pytest.mark.postgres
# In parts that take about as long as one another, for whoever runs tests side by side.
THE_SAME = (
    ("loading", "crawls", "agency_versions", "likeness", "vanished", "search"),
    ("pages", "history", "photo_listing", "photos_by_credit", "photo_page", "timelines", "tag_index"),
    ("admin", "curation", "review", "tag_merging"),
    ("undo", "conflicts", "edits"),
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as this module, in a folder of its own."""
    tools = _tools()
    if tools is None:
        missing = "PostgreSQL is not on this machine (apt install postgresql)"
        pytest.fail(missing) if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip(missing)
    with tempfile.TemporaryDirectory(prefix="newsarchive-postgres-") as folder:
        home = Path(folder)
        if os.geteuid() == 0:  # the server refuses to run as root
            os.chown(home, pwd.getpwnam("postgres").pw_uid, -1)
        port = _free_port()
        _as_owner(tools / "initdb", "-D", home / "db", "-A", "trust", "-U", "archive", "-E", "UTF8", "--no-sync")
        options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off"
        _as_owner(tools / "pg_ctl", "-D", home / "db", "-w", "-l", home / "log", "-o", options, "start")
        try:
            yield f"postgres://archive@127.0.0.1:{port}/postgres"
        finally:
            _as_owner(tools / "pg_ctl", "-D", home / "db", "-m", "immediate", "stop")


def _tools() -> Path | None:
    """Where initdb and pg_ctl are; Debian keeps them off the path, one folder a version."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return versions[-1].parent if versions else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _as_owner(*command: object) -> None:
    user = "postgres" if os.geteuid() == 0 else None
    done = subprocess.run(
        list(map(str, command)), user=user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("names", THE_SAME, ids=" ".join)
def test_the_archive_is_the_same_on_postgresql(server: str, tmp_path: Path, names: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(f"tests/test_{name}.py" for name in names)],
        cwd=ROOT,
        env={**environment(tmp_path), "DATABASE_URL": server},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:]
