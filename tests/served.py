"""A whole archive in a folder of its own, loaded and served as by `make run`: production server, DEBUG off."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from subprocess import Popen
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests/data"
SAMPLE = (str(ROOT / "fixtures/samples"), str(ROOT / "fixtures/seeds"), str(DATA / "handbook"))
PATIENCE_SECONDS = 60
SET_UP = """
from django.core.management import call_command
from articles.management.archive import collect_static
call_command("migrate", verbosity=0)
collect_static()
"""
SERVERS = "TEST_SERVERS"  # the addresses of a primary and a standby, set by ``tests.on_standby``
moulds = Path()  # where those who run tests side by side keep archives to copy; conftest.py sets it


@dataclass(frozen=True)
class Archive:
    """A served archive: its address, and the command line beside it. Without ``database_url``, it is in SQLite.

    ``program``: the folder of its version of the program.
    """

    url: str
    var: Path
    database_url: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    program: Path = ROOT

    def manage(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run ``manage.py`` on this archive and hold it to its exit code."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=self.program, env=self.environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done

    @property
    def environment(self) -> dict[str, str]:
        database = {"DATABASE_URL": self.database_url, "SECRET_KEY": "of all machines"} if self.database_url else {}
        return {**environment(self.var), **database, **self.variables}


def environment(var: Path) -> dict[str, str]:
    """The machine's environment without anything that would point at another archive."""
    ours = (
        "DATABASE_URL",
        "REPLICA_URLS",
        "MEDIA_ROOT",
        "BASE_URL",
        "DEBUG",
        "DJANGO_SETTINGS_MODULE",
        "ALLOWED_HOSTS",
    )
    kept = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("PYTEST")}
    return {**kept, "VAR_DIR": str(var)}


@contextmanager
def served(var: Path, *paths: str, workers: int = 1, database_url: str = "") -> Iterator[Archive]:
    """Load ``paths`` (``SAMPLE`` when there are none) into a new archive under ``var``, and serve it."""
    archive = Archive(f"http://127.0.0.1:{free_port()}", var, database_url)
    if SERVERS in os.environ and not database_url:
        archive = _on_standby(archive)
        vocabulary(var)
        archive.manage("load_articles", *(paths or (*SAMPLE, "--edits", "fixtures/samples.edits")))
    elif paths:
        copy_empty(var)
        archive.manage("load_articles", *paths)
    else:
        copy_fixtures(var)
    with serving(archive, workers):
        yield archive


def _on_standby(archive: Archive) -> Archive:
    """An archive in a new database of the primary, whose pages are read by a SELECT-only role on the standby."""
    name = f"archive_{archive.url.rpartition(':')[2]}"
    primary, standby = os.environ[SERVERS].split()
    _psql(primary, f"CREATE DATABASE {name}")
    primary, standby = (f"{server.rpartition('/')[0]}/{name}" for server in (primary, standby))
    archive = replace(archive, database_url=primary)
    archive.manage("shell", "-c", SET_UP)
    _psql(primary, archive.manage("grant_reading", "reader").stdout)
    return replace(archive, variables={"REPLICA_URLS": re.sub("//[^@]+@", "//reader@", standby)})


def _psql(url: str, sql: str) -> None:
    subprocess.run(["psql", "--no-psqlrc", "--quiet", url], input=sql, check=True, text=True, timeout=60)


@contextmanager
def serving(archive: Archive, workers: int = 1) -> Iterator[None]:
    server = start(archive, workers=workers, stdout=subprocess.DEVNULL)
    try:
        wait_for(archive.url, server)
        yield
    finally:
        server.terminate()
        server.wait(timeout=20)


@contextmanager
def running(var: Path, **variables: str) -> Iterator[Archive]:
    """A server of its own; its standard output is in ``out``, its errors in ``log``."""
    archive = Archive(f"http://127.0.0.1:{free_port()}", var, variables=variables)
    with (var / "out").open("w") as out, (var / "log").open("w") as log:
        server = start(archive, stdout=out, stderr=log)
        try:
            wait_for(archive.url, server)
            yield archive
        finally:
            server.terminate()
            server.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def copy_fixtures(var: Path) -> None:
    """An archive of ``SAMPLE``."""

    def fill(archive: Archive) -> None:
        copy_empty(archive.var)
        vocabulary(archive.var)
        archive.manage("load_articles", *SAMPLE, "--edits", "fixtures/samples.edits")

    shutil.copytree(_mould("loaded-sample", fill), var, dirs_exist_ok=True)


def vocabulary(folder: Path) -> Path:
    """A file in ``folder`` with the tags of the samples and of the handbook."""
    made = folder / "tags.toml"
    made.write_text(
        "\n".join(path.read_text("utf-8") for path in (ROOT / "fixtures/tags.toml", DATA / "tags.toml")), "utf-8"
    )
    return made


def copy_empty(var: Path) -> None:
    """An archive without articles, with its static files collected."""
    shutil.copytree(_mould("empty", lambda archive: archive.manage("shell", "-c", SET_UP)), var, dirs_exist_ok=True)


def _mould(name: str, fill: Callable[[Archive], object]) -> Path:
    """An archive that is made once for all who run tests side by side; each works on a copy."""
    mould = moulds / name
    with mould.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mould.exists():
            being_made = mould.with_suffix(".part")
            being_made.mkdir()
            fill(Archive("", being_made))
            being_made.rename(mould)
    return mould


def start(archive: Archive, *options: str, workers: int = 1, before: Sequence[str] = (), **how: Any) -> Popen[Any]:
    """``manage.py serve`` at the archive's address; ``before`` is a command that runs it."""
    port = archive.url.rpartition(":")[2]
    serve = [sys.executable, "manage.py", "serve", "--port", port, "--workers", str(workers), *options]
    return Popen([*before, *serve], cwd=archive.program, env=archive.environment, **how)


def wait_for(url: str, server: Popen[Any]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended at once"
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"nothing answered at {url}")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(url: str, method: str = "GET", **headers: str) -> Answer:
    """One request, redirects not followed. Header names may use _ for -; the answer's are lower case."""
    request = urllib.request.Request(url, method=method, headers={k.replace("_", "-"): v for k, v in headers.items()})
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(request, timeout=20) as answer:
            return Answer(answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, {k.lower(): v for k, v in error.headers.items()}, error.read())


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None
