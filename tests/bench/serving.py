"""Requests a second of pages from memory, against a bare WSGI function with the same bytes and the same server.

    VAR_DIR=… python -m tests.bench.serving [--seconds 3]

Each server has one process on the first core; the client, wrk, is on the second. Both are measured in turn, and their
medians compared, since the speed of machines varies.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.bench.table import row

ROOT = Path(__file__).resolve().parents[2]
BROWSER = "gzip, deflate, br, zstd"
ROUNDS = 5
NOT_COPIED = ("connection", "date", "server")  # headers of the connection it was fetched on, and those of the server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement")
    seconds = parser.parse_args().seconds
    if not shutil.which("wrk"):
        print("serving: wrk is not on this machine (apt install wrk)", file=sys.stderr)
        return
    with (
        tempfile.NamedTemporaryFile("w", suffix=".json") as answers,
        running("newsarchive.wsgi:application", {}) as ours,
    ):
        page = fetch(ours, "/feeds/latest.json")
        path = "/" + json.loads(page["body"].encode("latin-1"))["items"][0]["url"].split("/", 3)[3]
        plain = fetch(ours, path)
        packed = fetch(ours, path, BROWSER)
        json.dump({"plain": plain, "packed": packed}, answers)
        answers.flush()
        with running("tests.bench.serving:bare", {"BARE_ANSWERS": answers.name}) as bare:
            compare(f"article page from memory, {len(plain['body']):,} bytes", ours, bare, path, seconds)
            compare(f"the same in Brotli, {len(packed['body']):,} bytes", ours, bare, path, seconds, BROWSER)
            compare("the same, not changed (304)", ours, bare, path, seconds, BROWSER, dict(packed["headers"])["etag"])
        row("memory of the process that serves", largest_process_mb("newsarchive.wsgi"), "MB")


def compare(name: str, ours: str, bare: str, path: str, seconds: int, encoding: str = "", etag: str = "") -> None:
    pairs = [[rate(f"{host}{path}", seconds, encoding, etag) for host in (ours, bare)] for _ in range(ROUNDS)]
    mine, theirs = (statistics.median(rates) for rates in zip(*pairs, strict=True))
    row(name, mine, "requests/s", limit=("a bare WSGI function", theirs))


def largest_process_mb(target: str) -> float:
    """The resident memory of the largest process that serves ``target``."""
    found = [0.0]
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if target in (process / "cmdline").read_text():
                found.append(int((process / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6)
    return max(found)


def rate(url: str, seconds: int, encoding: str, etag: str) -> float:
    headers = [f"Accept-Encoding: {encoding}"] * bool(encoding) + [f"If-None-Match: {etag}"] * bool(etag)
    given = [part for header in headers for part in ("-H", header)]
    command = ["taskset", "-c", "1", "wrk", "-t1", "-c16", f"-d{seconds}s", *given, url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    assert found, done.stdout
    assert "Non-2xx" not in done.stdout or etag, done.stdout
    return float(found[1])


@contextmanager
def running(target: str, more: dict[str, str]) -> Iterator[str]:
    """Serve an application with granian, one process on the first core."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serving = ["-m", "granian", "--interface", "wsgi", "--port", str(port), "--blocking-threads", "24"]
    server = subprocess.Popen(
        ["taskset", "-c", "0", sys.executable, *serving, "--log-level", "error", target],
        cwd=ROOT, env={**os.environ, **more, "PYTHONPATH": str(ROOT)}, start_new_session=True,
    )  # fmt: skip
    try:
        for _ in range(300):
            time.sleep(0.1)
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def fetch(host: str, path: str, encoding: str = "identity") -> dict[str, Any]:
    request = urllib.request.Request(host + path, headers={"Accept-Encoding": encoding})
    with urllib.request.urlopen(request) as answer:
        ours = [(name, value) for name, value in answer.headers.items() if name not in NOT_COPIED]
        return {"headers": ours, "body": answer.read().decode("latin-1")}


def bare(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The least application with the same answers."""
    if "HTTP_IF_NONE_MATCH" in environ:
        start_response("304 Not Modified", UNCHANGED)
        return []
    headers, body = PACKED if environ.get("HTTP_ACCEPT_ENCODING") else PLAIN
    start_response("200 OK", headers)
    return [body]


if path := os.environ.get("BARE_ANSWERS"):
    given = json.loads(Path(path).read_text())
    PLAIN, PACKED = (
        ([(name, value) for name, value in given[kind]["headers"]], given[kind]["body"].encode("latin-1"))
        for kind in ("plain", "packed")
    )
    gc.freeze()  # as newsarchive/wsgi.py does
    UNCHANGED = [
        (name, value) for name, value in PACKED[0] if name in ("etag", "cache-control", "vary", "last-modified")
    ]

if __name__ == "__main__":
    main()
