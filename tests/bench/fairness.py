"""Searches of ten readers while fifty connections send slow ones, from one address and from five.

    VAR_DIR=… python -m tests.bench.fairness [--workers 1] [--seconds 10]

The archive in ``VAR_DIR``, of some 20,000 articles, is served behind a trusted proxy, which is this script. No search
is made twice; those of the attackers take about five times as long. A reader's search counts if it is answered (200)
within two seconds. The readers search all at the same moment, and another one after them; at first without an attack.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import os
import statistics
import subprocess
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.served import Archive, free_port, start, wait_for

SLOW, ORDINARY = "s*", "council+bridge"
CONNECTIONS, READERS, LIMIT_SECONDS = 50, 10, 2
_numbers = itertools.count()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10, help="of each attack")
    options = parser.parse_args()
    os.environ["TRUSTED_PROXIES"] = "127.0.0.1"
    archive = Archive(f"http://127.0.0.1:{free_port()}", Path(os.environ["VAR_DIR"]))
    server = start(archive, workers=options.workers, stdout=subprocess.DEVNULL)
    try:
        wait_for(archive.url, server)
        host = archive.url.removeprefix("http://")
        for words in (SLOW, ORDINARY):
            alone = statistics.median(search(host, "192.0.2.1", words)[1] for _ in range(9))
            print(f"{words} alone: {1000 * alone:.0f} ms")
        for addresses in (0, 1, 5):
            attack(host, addresses, options.seconds)
    finally:
        server.terminate()
        server.wait(timeout=20)


def attack(host: str, addresses: int, seconds: float) -> None:
    until = time.monotonic() + seconds
    answered: Counter[int] = Counter()
    home: list[float] = []
    clients = [f"198.51.100.{number % addresses}" for number in range(CONNECTIONS if addresses else 0)]
    threads = [threading.Thread(target=hammer, args=(host, client, until, answered)) for client in clients]
    for thread in threads:
        thread.start()
    time.sleep(1)
    rounds: dict[str, list[tuple[int, float]]] = {"at once": [], "one by one": []}
    network = 30 * addresses  # readers of their own in each attack
    with ThreadPoolExecutor(READERS) as pool:
        while time.monotonic() < until - LIMIT_SECONDS:
            network += 1
            readers = [f"203.{network // 250}.{network % 250}.{number}" for number in range(1, READERS + 1)]
            rounds["at once"] += pool.map(lambda client: search(host, client), readers)
            rounds["one by one"].append(search(host, f"192.{network // 250}.{network % 250}.9"))
            home.append(request(host, "/", f"192.{network // 250}.{network % 250}.9")[1])
            time.sleep(0.1)
    for thread in threads:
        thread.join()
    for name, found in rounds.items():
        good = sum(status == 200 and took <= LIMIT_SECONDS for status, took in found)
        statuses = dict(Counter(status for status, _ in found))
        print(
            f"attack from {addresses}, readers {name}: {READERS * good / len(found):.1f} of {READERS}"
            f" ({len(found)} searches, {statuses}, median {statistics.median(took for _, took in found):.2f} s,"
            f" longest {max(took for _, took in found):.1f} s)"
        )
    print(f"attack from {addresses}: front page {1000 * statistics.median(home):.0f} ms; attackers {dict(answered)}")


def hammer(host: str, client: str, until: float, answered: Counter[int]) -> None:
    while time.monotonic() < until:
        status, _ = search(host, client, SLOW)
        answered[status] += 1
        if status != 200:
            time.sleep(0.1)


def search(host: str, client: str, words: str = ORDINARY) -> tuple[int, float]:
    """A search that nobody has made before: status and seconds."""
    return request(host, f"/search/?q={words}+-zz{next(_numbers)}", client)


def request(host: str, path: str, client: str) -> tuple[int, float]:
    began = time.monotonic()
    connection = http.client.HTTPConnection(host, timeout=30)
    try:
        connection.request("GET", path, headers={"X-Forwarded-For": client})
        answer = connection.getresponse()
        answer.read()
        return answer.status, time.monotonic() - began
    except (OSError, http.client.HTTPException):
        return 0, time.monotonic() - began
    finally:
        connection.close()


if __name__ == "__main__":
    main()
