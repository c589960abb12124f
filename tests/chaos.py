"""``make chaos``: a primary and two standbys on this machine, killed, promoted and restored under a served archive.

Readers request pages steadily from two web machines, an editor looks at the admin. The drill passes if every failed
page was in progress on a server as it was killed, no server lets a reader's connection write, and nobody writes to the
former primary when it is started again as it was. One to two minutes.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from itertools import count
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import InternalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from newsarchive.database import databases
from tests.postgres import MISSING, USER, Server, cluster, follow, free_ports, tools
from tests.served import ROOT, environment

LIMIT_SECONDS = 400
A_SECOND = 15  # requests of readers
AFTER_KILL_SECONDS = 1.0  # what a killed server was making fails by then
PASSWORD = "chaos-drill-only"
# Each search is another, so that no kept page answers for a database that is away.
ADDRESSES = ("/", "/search/?q=qingdao+{number}", "/tags/", "/search/?q={number}")
# The statements that ask for positions are not of pages.
READERS = """
SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
AND query NOT LIKE '%pg_last_wal_replay_lsn%' AND state_change > clock_timestamp() - interval '1 s'
"""


@dataclass(frozen=True)
class Get:
    began: float
    ended: float
    address: str
    status: int  # 0: no answer


@dataclass
class Phase:
    name: str
    gets: list[Get] = field(default_factory=list)
    staff: list[int] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)


class Drill:
    """The phases, and what was asked and answered in each."""

    def __init__(self, urls: Sequence[str], seconds: float) -> None:
        self.urls, self.seconds = urls, seconds
        self.phases: list[Phase] = []
        self.kills: list[tuple[float, float]] = []

    def phase(self, name: str, *changes: Callable[[], None]) -> None:
        """Change something while readers read on, then let them read for some seconds."""
        self.phases.append(Phase(name))
        for change in changes:
            began = time.monotonic()
            change()
            if change.__name__ == "kill":
                self.kills.append((began, time.monotonic()))
        time.sleep(self.seconds)

    def try_to_write(self, *servers: Server) -> None:
        """Write over a reader's connection to each server."""
        for server in servers:
            reader = ConnectionHandler(databases(server.url, [server.url], 5))["reader"]
            try:
                _ask(reader, "INSERT INTO articles_source (name) VALUES ('written by a reader')")
                answer = "WRITTEN"
            except InternalError as error:
                answer = "refused" if "read-only transaction" in str(error) else str(error)
            self.phases[-1].writes.append(f"{answer} on {server.port}")
            reader.close()

    def is_excused(self, get: Get) -> bool:
        """It was being made by a server as that was killed."""
        return any(get.ended >= began and get.began <= ended + AFTER_KILL_SECONDS for began, ended in self.kills)

    def report(self) -> bool:
        """Print what became of each phase; whether all went as it should."""
        print(f"\n{'phase':44}{'GETs':>6}{'failed':>8}{'unexcused':>11}{'slowest':>9}  staff, writes by readers")
        is_good = True
        for phase in self.phases:
            failed = [get for get in phase.gets if get.status != 200]
            unexcused = [get for get in failed if not self.is_excused(get)]
            slowest = max((get.ended - get.began for get in phase.gets), default=0)
            staff = ", ".join(f"{phase.staff.count(status)} x {status}" for status in sorted(set(phase.staff)))
            writes = "; ".join(phase.writes)
            print(
                f"{phase.name:44}{len(phase.gets):6}{len(failed):8}{len(unexcused):11}{slowest:8.1f}s  {staff}"
                + (f"; {writes}" if writes else "")
            )
            for get in failed:
                print(f"    {get.status} {get.address} after {get.ended - get.began:.2f} s")
            is_good &= bool(phase.gets) and not unexcused
            is_good &= all(write.startswith("refused") for write in phase.writes)
        return is_good

    @contextmanager
    def readers(self) -> Iterator[None]:
        """Readers who ask at an even pace, however slow the answers, and an editor."""
        stop = threading.Event()
        with ThreadPoolExecutor(32) as asking:
            pace = [
                threading.Thread(target=self._pace, args=(stop, asking)),
                threading.Thread(target=self._edit, args=(stop,)),
            ]
            for thread in pace:
                thread.start()
            try:
                yield
            finally:
                stop.set()
                for thread in pace:
                    thread.join()

    def _pace(self, stop: threading.Event, asking: ThreadPoolExecutor) -> None:
        for number in count():
            address = ADDRESSES[number // 2 % len(ADDRESSES)].format(number=number)
            asking.submit(self._get, self.urls[number % 2] + address)
            if stop.wait(1 / A_SECOND):
                return

    def _get(self, address: str) -> None:
        began = time.monotonic()
        try:
            with urllib.request.urlopen(address, timeout=15) as answer:
                answer.read()
                status = answer.status
        except urllib.error.HTTPError as error:
            status = error.code
        except OSError:
            status = 0
        self.phases[-1].gets.append(Get(began, time.monotonic(), address, status))

    def _edit(self, stop: threading.Event) -> None:
        """Sign in, and look at a list once a second."""
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar := CookieJar()))
        log_in = f"{self.urls[0]}/admin/login/"
        browser.open(log_in, timeout=15).read()
        token = next(cookie.value for cookie in jar if cookie.name == "csrftoken")
        form = {"username": "chaos", "password": PASSWORD, "csrfmiddlewaretoken": token, "next": "/admin/"}
        browser.open(log_in, urllib.parse.urlencode(form).encode(), timeout=15).read()
        while not stop.wait(1):
            try:
                status = browser.open(f"{self.urls[0]}/admin/articles/article/", timeout=15).status
            except urllib.error.HTTPError as error:
                status = error.code
            except OSError:
                status = 0
            self.phases[-1].staff.append(status)


@contextmanager
def _serving(port: int, environ: dict[str, str]) -> Iterator[str]:
    serve = [sys.executable, "manage.py", "serve", "--port", str(port), "--workers", "2"]
    server = subprocess.Popen(serve, cwd=ROOT, env=environ)
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{url}/healthz", timeout=5).close()
                break
            except OSError:
                if server.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.2)
        yield url
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()


def _ask(connection: BaseDatabaseWrapper, sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None


def _ask_server(server: Server, sql: str) -> Any:
    connection = ConnectionHandler(databases(server.url, [], 5))["default"]
    try:
        return _ask(connection, sql)
    finally:
        connection.close()


def _stop_replaying(standby: Server, primary: Server) -> None:
    _ask_server(standby, "SELECT pg_wal_replay_pause()")
    _ask_server(primary, "CREATE TABLE written_meanwhile ()")


def _is_read(server: Server) -> bool:
    """True if pages have been read there within a second."""
    return bool(_ask_server(server, f"SELECT EXISTS ({READERS})"))


def _follows(standby: Server, primary: Server) -> bool:
    """True if a table made on ``primary`` reaches ``standby`` within ten seconds."""
    writer, reader = (ConnectionHandler(databases(one.url, [], 5))["default"] for one in (primary, standby))
    table = f"written_for_{standby.port}"
    _ask(writer, f"CREATE TABLE {table} ()")
    until = time.monotonic() + 10
    while not (has_come := bool(_ask(reader, f"SELECT to_regclass('{table}')"))) and time.monotonic() < until:
        time.sleep(0.1)
    writer.close()
    reader.close()
    return has_come


def _manage(environ: dict[str, str], *arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environ, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    if done.returncode != code:
        sys.exit(f"{arguments} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stderr


def run(folder: Path, servers: list[Server], ports: Sequence[int], seconds: float) -> bool:
    primary, one, two = servers
    port, second_port, third_port = ports
    hosts = ",".join(f"127.0.0.1:{server.port}" for server in servers)
    environ = {
        **environment(folder / "archive"),
        "DATABASE_URL": f"postgres://{USER}@{hosts}/postgres",
        "REPLICA_URLS": f"{one.url}, {two.url}",
        "REPLICA_MAX_LAG_SECONDS": "2",
        "SECRET_KEY": "chaos",
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        "MEDIA_ROOT": str(folder / "archive" / "media"),
    }
    second = {**environ, "VAR_DIR": str(folder / "second")}
    print("Loading some articles …", flush=True)
    _manage(environ, "load_articles", "fixtures/seeds")
    _manage(environ, "createsuperuser", "--no-input", "--username", "chaos", "--email", "chaos@example.org")
    with _serving(port, environ) as url, _serving(second_port, second) as second_url:
        drill = Drill([url, second_url], seconds)
        for number in range(16):  # the first page of each process takes long
            urllib.request.urlopen(f"{drill.urls[number % 2]}/search/?q={number}", timeout=15).close()
        with drill.readers():
            drill.phase("all three up")
            drill.try_to_write(primary, one, two)
            drill.phase("first standby killed", one.kill)
            drill.phase("first standby back", one.start)
            drill.phase("second standby stops replaying", lambda: _stop_replaying(two, primary))
            is_left = _is_read(one) and not _is_read(two)
            _ask_server(two, "SELECT pg_wal_replay_resume()")
            drill.phase("second standby killed", two.kill)
            drill.phase("both standbys killed: primary reads", one.kill)
            drill.phase("standbys back", one.start, two.start)
            drill.phase("primary killed", primary.kill)
            drill.try_to_write(one, two)
            with _serving(third_port, environ):
                print("The archive starts without its primary.")
            drill.phase("first standby promoted", one.promote)
            drill.try_to_write(one, two)
            drill.phase("second standby killed: promoted one reads", two.kill)
            drill.phase("former primary back as it was", primary.start)
            why = _manage(environ, "load_articles", "fixtures/samples", code=1)
            is_named = all(f":{server.port} " in why for server in (primary, one)) and "timeline" in why
            is_kept = is_named and not _is_read(primary)
            drill.phase("former primary back, as a standby", lambda: follow(primary, servers), two.start)
            is_kept &= drill.phases[-1].staff[-1:] == [200]  # before, only over connections to the promoted one
            drill.try_to_write(primary, one, two)
            is_followed = [_follows(standby, one) for standby in (primary, two)]
    is_good = drill.report()
    print(f"The standby that stopped to replay was left by readers: {'yes' if is_left else 'NO'}")
    print(f"The former primary was neither written nor read: {'yes' if is_kept else 'NO'}")
    print(f"The promoted server is followed by the other two: {'yes' if all(is_followed) else 'NO'}")
    return is_good and is_left and is_kept and all(is_followed)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5, help="of each phase (default: 5)")
    parser.add_argument("--ports", type=int, nargs=6, help="of the three servers, the two web machines, and one more")
    options = parser.parse_args()
    if tools() is None:
        sys.exit(MISSING)
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, lambda *_: sys.exit("The drill was stopped, or took too long."))
    signal.alarm(LIMIT_SECONDS)
    settings.configure()  # for connections of the drill's own; the archive runs by itself
    django.setup()
    ports = options.ports or free_ports(6)
    with (
        tempfile.TemporaryDirectory(prefix="newsarchive-chaos-") as folder,
        cluster(Path(folder), *ports[:3]) as servers,
    ):
        is_good = run(Path(folder), servers, ports[3:], options.seconds)
    print("\nPassed." if is_good else "\nFailed.")
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
