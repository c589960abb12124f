"""The production server under signals, slow clients and damaged disks: real processes and sockets."""

from __future__ import annotations

import http.client
import os
import random
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from wsgiref.util import FileWrapper

import pytest

from newsarchive import slow_clients
from newsarchive.slow_clients import PatientApplication
from tests.served import Archive, ask, copy_fixtures, free_port, start, wait_for

pytestmark = pytest.mark.xdist_group("server")
PAGE = "/2023/09/06/demonstration-zone-in-qingdao-promotes-partnership-with-sco-countries/"
PIPES = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    copy_fixtures(folder)
    return folder


@contextmanager
def running(var: Path, **how: Any) -> Iterator[tuple[Archive, subprocess.Popen[str]]]:
    archive = Archive(f"http://127.0.0.1:{free_port()}", var)
    server = start(archive, **PIPES, **how)
    try:
        wait_for(archive.url, server)
        yield archive, server
    finally:
        server.terminate()
        server.communicate(timeout=20)


def stopped_by(server: subprocess.Popen[str], number: int) -> tuple[float, str]:
    """Seconds until the last of its processes is gone, for each has its pipes open; and what it wrote of errors."""
    began = time.monotonic()
    # Ctrl-C in a terminal goes to each process of the group.
    os.killpg(server.pid, number) if number == signal.SIGINT else server.send_signal(number)
    errors = server.communicate(timeout=20)[1]
    return time.monotonic() - began, errors


@pytest.mark.parametrize(("number", "moments"), [(signal.SIGTERM, (0, 0.1, 0.3, 0.6)), (signal.SIGINT, (0.3, 0.6))])
def test_a_server_stops_at_once_before_it_serves(var: Path, number: int, moments: tuple[float, ...]) -> None:
    for seconds in moments:
        server = start(Archive(f"http://127.0.0.1:{free_port()}", var), **PIPES)
        time.sleep(seconds)
        took, errors = stopped_by(server, number)
        assert took < 2
        assert errors == ""


@pytest.mark.parametrize(("number", "seconds"), [(signal.SIGTERM, 0), (signal.SIGTERM, 0.3), (signal.SIGINT, 0.6)])
def test_a_server_stops_at_once_while_its_workers_start(var: Path, number: int, seconds: float) -> None:
    server = start(Archive(f"http://127.0.0.1:{free_port()}", var), workers=2, **PIPES)
    while "is at" not in server.stdout.readline():
        assert server.poll() is None
    time.sleep(seconds)
    took, errors = stopped_by(server, number)
    assert took < 2
    assert errors == ""
    assert server.returncode in (0, -number)


def test_workers_end_with_their_parent_and_one_that_died_is_replaced(var: Path) -> None:
    with running(var) as (archive, server):
        (first,) = workers_of(server)
        os.kill(first, signal.SIGKILL)
        wait_for(archive.url, server)
        assert workers_of(server) not in ([], [first])
        took, _ = stopped_by(server, signal.SIGKILL)
        assert took < 3


def test_a_reload_that_cannot_start_leaves_the_old_workers_serving(var: Path, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(var, folder)
    with running(folder) as (archive, server):
        before = workers_of(server)
        (folder / "secret-key").unlink()
        (folder / "secret-key").mkdir()
        server.send_signal(signal.SIGHUP)
        while "SECRET_KEY: not set" not in server.stderr.readline():
            assert server.poll() is None
        assert ask(archive.url + PAGE).status == 200
        until = time.monotonic() + 10
        while workers_of(server) != before:
            assert time.monotonic() < until
            time.sleep(0.05)


def workers_of(server: subprocess.Popen[str]) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()]


class Reader(threading.Thread):
    """Asks for a page until the server is gone, on one connection or on a new one each time."""

    def __init__(self, url: str, *, keeps_alive: bool) -> None:
        super().__init__(daemon=True)
        self.address, self.keeps_alive = url.removeprefix("http://"), keeps_alive
        self.answered, self.lost = 0, []  # type: ignore[var-annotated]
        self.start()

    def run(self) -> None:
        connection = http.client.HTTPConnection(self.address, timeout=10)
        while True:
            is_new = connection.sock is None
            try:
                if is_new:
                    connection.connect()
                connection.request("GET", "/robots.txt")
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    self.lost.append(answer.status)
                self.answered += 1
            except ConnectionRefusedError:
                return
            except (OSError, http.client.HTTPException) as error:
                # A kept connection may be closed between two requests: the client asks again, on a new one.
                connection.close()
                if is_new or isinstance(error, http.client.IncompleteRead):
                    self.lost.append(error)
            if not self.keeps_alive:
                connection.close()
            time.sleep(0.002)


def test_reload_and_stop_under_load_lose_no_request(var: Path) -> None:
    with running(var, workers=2) as (archive, server):
        readers = [Reader(archive.url, keeps_alive=number % 2 == 0) for number in range(8)]
        before = workers_of(server)
        server.send_signal(signal.SIGHUP)
        until = time.monotonic() + 30
        connected: deque[http.client.HTTPConnection] = deque()
        while set(workers_of(server)) & set(before) or len(workers_of(server)) != 2:
            assert time.monotonic() < until
            connected.append(http.client.HTTPConnection(archive.url.removeprefix("http://"), timeout=10))
            connected[-1].connect()
            if len(connected) > 5:  # their requests come half a second after they were accepted
                slow = connected.popleft()
                slow.request("GET", "/robots.txt")
                assert slow.getresponse().status == 200
            time.sleep(0.1)
        counted = [reader.answered for reader in readers]
        time.sleep(0.5)
        assert all(reader.answered > count > 0 for reader, count in zip(readers, counted, strict=True))
        took, errors = stopped_by(server, signal.SIGTERM)
        for reader in readers:
            reader.join(10)
        assert [lost for reader in readers for lost in reader.lost] == []
        assert took < 2
        assert errors == ""


def test_idle_half_sent_and_slow_clients_keep_nobody_waiting(var: Path) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    with running(var) as (archive, server), ExitStack() as stack:
        rendition = max((var / "media/renditions").rglob("*.*"), key=lambda path: path.stat().st_size)
        asks = f"GET /media/{rendition.relative_to(var / 'media')} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        body = "POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\na="
        for words in ["", asks[:50], asks] * 500 + [body] * 30:
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", int(archive.url.rpartition(":")[2])))
            client.sendall(words.encode())
        ask(f"{archive.url}/robots.txt")  # comes after the photos that they asked for
        for address in ("/healthz", PAGE, "/"):
            ask(archive.url + address)
            began = time.monotonic()
            assert ask(archive.url + address).status == 200
            assert time.monotonic() - began < 1
        # Of the bodies that do not end, a few wait; others are sent away, and those that are too large.
        assert ask(f"{archive.url}/admin/login/", "POST", Content_Length="50000000").status == 413
        assert ask(f"{archive.url}/admin/login/", "POST", Content_Length="5").status == 503
        took, errors = stopped_by(server, signal.SIGTERM)
        assert took < 2
        assert errors == ""


def test_bodies_that_do_not_end_make_the_process_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow:
        def read(self, length: int) -> bytes:
            for times in (1, 2):
                time.sleep(0.3)
                asked = [answer({"CONTENT_LENGTH": "9", "PATH_INFO": "/admin/"}, lambda *_: None) for _ in range(2)]
                assert asked == [[b"503 Service Unavailable"]] * 2
                assert calls == [1] * times
            return b"123456789"

    calls: list[int] = []
    monkeypatch.setattr(slow_clients, "BODY_SECONDS", 0.2)
    answer = PatientApplication(
        lambda environ, _: [environ["wsgi.input"].read()], places=1, replace_processes=lambda: calls.append(1)
    )
    environ = {"CONTENT_LENGTH": "9", "PATH_INFO": "/admin/", "wsgi.input": Slow()}
    assert answer(environ, None) == [b"123456789"]


def test_one_client_that_does_not_end_its_bodies_leaves_places_to_others() -> None:
    class Slow:
        def read(self, length: int) -> bytes:
            others = {"CONTENT_LENGTH": "1", "PATH_INFO": "/admin/", "wsgi.input": BytesIO(b"x")}
            asked = [answer({**others, "REMOTE_ADDR": address}, lambda *_: None) for address in ("1.1.1.1", "8.8.8.8")]
            assert asked == [[b"503 Service Unavailable"], [b"x"]]
            return b"123456789"

    answer = PatientApplication(
        lambda environ, _: [environ["wsgi.input"].read()], places=2, replace_processes=lambda: None
    )
    environ = {"CONTENT_LENGTH": "9", "PATH_INFO": "/admin/", "wsgi.input": Slow(), "REMOTE_ADDR": "1.1.1.1"}
    assert answer(environ, None) == [b"123456789"]


def test_clients_behind_a_proxy_are_told_apart(settings: Any) -> None:
    class Slow:
        def read(self, length: int) -> bytes:
            given = {"CONTENT_LENGTH": "1", "PATH_INFO": "/admin/", "REMOTE_ADDR": "10.0.0.9"}
            unknown = answer({**given, "wsgi.input": BytesIO(b"x")}, lambda *_: None)
            settings.TRUSTED_PROXIES = [ip_network("10.0.0.9")]
            asked = [
                answer({**given, "HTTP_X_FORWARDED_FOR": address, "wsgi.input": BytesIO(b"x")}, lambda *_: None)
                for address in ("1.1.1.1", "8.8.8.8")
            ]
            assert [unknown, *asked] == [[b"x"], [b"x"], [b"x"]], "none is taken for another"
            return b"123456789"

    answer = PatientApplication(
        lambda environ, _: [environ["wsgi.input"].read()], places=2, replace_processes=lambda: None
    )
    environ = {"CONTENT_LENGTH": "9", "PATH_INFO": "/admin/", "wsgi.input": Slow(), "REMOTE_ADDR": "10.0.0.9"}
    assert answer(environ, None) == [b"123456789"]


def test_a_photo_is_taken_in_one_piece_so_that_its_reader_holds_no_thread(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(bytes(1_000_000))
    file = (tmp_path / "photo.jpg").open("rb")
    answer = PatientApplication(lambda *_: FileWrapper(file), places=1, replace_processes=lambda: None)
    assert answer({"PATH_INFO": "/media/photo.jpg"}, None) == [bytes(1_000_000)]
    assert file.closed


def test_readers_are_served_from_a_disk_that_cannot_be_written(var: Path, tmp_path: Path) -> None:
    folder = tmp_path / "read-only"
    shutil.copytree(var, folder)
    with read_only(folder) as before, running(folder, before=before) as (archive, server):
        assert ask(archive.url + PAGE).status == 200
        assert ask(archive.url + "/healthz").status == 200
        assert stopped_by(server, signal.SIGTERM)[1] == ""


def test_a_disk_that_cannot_be_written_and_has_no_static_files_is_refused_in_a_line(var: Path, tmp_path: Path) -> None:
    folder = tmp_path / "read-only"
    shutil.copytree(var, folder, ignore=shutil.ignore_patterns("static"))
    with read_only(folder) as before:
        server = start(Archive(f"http://127.0.0.1:{free_port()}", folder), before=before, **PIPES)
        errors = server.communicate(timeout=60)[1]
    assert server.returncode == 1, errors
    assert errors.startswith("CommandError: Cannot collect static files")
    assert errors.count("\n") == 1


@contextmanager
def read_only(folder: Path) -> Iterator[list[str]]:
    """A command before ``serve``, under which ``folder`` cannot be written."""
    if os.geteuid():
        files = [folder, *folder.rglob("*")]
        modes = [path.stat().st_mode for path in files]
        for path, mode in zip(files, modes, strict=True):
            path.chmod(mode & ~0o222)
        yield []
        for path, mode in zip(files, modes, strict=True):
            path.chmod(mode)
        return
    remount = f'mount --bind "{folder}" "{folder}" && mount -o remount,ro,bind "{folder}" && exec "$@"'
    before = ["unshare", "--mount", "sh", "-c", remount, "sh"]
    if subprocess.run([*before, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a folder read-only")
    yield before


def test_health_is_bad_when_pages_of_the_database_are_damaged(var: Path, tmp_path: Path) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(var, folder)
    with running(folder) as (archive, _):
        assert ask(archive.url + "/healthz").text == "ok\n"
        damage(folder / "archive.sqlite3")
        assert (ask(archive.url + "/").status, ask(archive.url + "/healthz").status) == (500, 503)


def damage(path: Path) -> None:
    """Overwrite every twelfth page, and those of the newest articles' index."""
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = database.execute("PRAGMA page_size").fetchone()[0]
        roots = database.execute("SELECT rootpage FROM sqlite_schema WHERE tbl_name = 'articles_article'").fetchall()
    database.close()
    with path.open("r+b") as file:
        for page in {*range(12, path.stat().st_size // size, 12), *(root for (root,) in roots if root)}:
            file.seek((page - 1) * size)
            file.write(random.Random(page).randbytes(size))


def test_the_server_listens_on_ipv6_and_says_when_a_port_is_taken(var: Path) -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    port = free_port()
    server = start(Archive(f"http://[::1]:{port}", var), "--host", "::1", **PIPES)
    try:
        wait_for(f"http://[::1]:{port}", server)
        assert f"http://[::1]:{port}/" in server.stdout.readline() + server.stdout.readline()
        second = start(Archive(f"http://[::1]:{port}", var), "--host", "::1", **PIPES)
        assert f"Cannot listen on ::1, port {port}: Address already in use. Try another" in second.communicate()[1]
    finally:
        server.terminate()
        server.communicate(timeout=20)
