"""Loads, edits and reads at the same time, in several processes: no error, and no page older than the last change.

    python -m tests.bench.soak [--minutes 5] [--workers 2]

Ends with the memory of the serving processes, at ten moments: their own, and with what they map of the database's file,
which grows with every edit.

A load writes a number into an article's text; an editor, in a browser session of their own, writes one into its deck.
Readers request the article, its JSON, its day, the front page, a search and the feed. A request that begins a tenth of
a second after a change was committed must show it.
"""

from __future__ import annotations

import argparse
import http.client
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import tests.served
from tests.loading import ARTICLE
from tests.served import Archive, served
from tests.staff_over_http import MAKE_STAFF, StaffBrowser

ADDRESS = "/2021/05/04/ferry-returns/"
PAGES = {
    ADDRESS: ("loaded", "edited"), f"{ADDRESS}article.json": ("loaded", "edited"), "/feeds/latest.json": ("loaded",),
    "/2021/05/04/": ("edited",), "/search/?q=ferry": (), "/": (), "/tags/": (), "/photos/": (), "/nothing/": (),
}  # fmt: skip
GRACE_SECONDS = 0.1


@dataclass
class Tally:
    """Committed changes, answered requests, and errors."""

    committed: dict[str, list[tuple[float, int]]] = field(default_factory=lambda: {"loaded": [], "edited": []})
    requests: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    memory_mb: list[str] = field(default_factory=list)
    ends_at: float = 0.0

    @property
    def goes_on(self) -> bool:
        return time.monotonic() < self.ends_at and not self.faults

    def least(self, what: str, asked_at: float) -> int:
        """The least number that a page requested then must show."""
        return max((n for moment, n in self.committed[what] if moment < asked_at - GRACE_SECONDS), default=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="newsarchive-soak-") as name:
        folder = Path(name) / "in"
        folder.mkdir()
        write(folder, 0)
        tests.served.moulds = Path(name)
        with served(Path(name) / "var", str(folder), workers=options.workers) as archive:
            archive.manage("shell", "-c", MAKE_STAFF)
            tally.ends_at = time.monotonic() + options.minutes * 60
            jobs = [
                (loads, archive, folder),
                (edits, archive),
                *[(reads, archive)] * 6,
                (weighs, archive, options.minutes),
            ]
            threads = [threading.Thread(target=job, args=(tally, *given)) for job, *given in jobs]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    counts = {what: len(numbers) for what, numbers in tally.committed.items()}
    print(f"{tally.requests.total():,} requests {dict(tally.requests)}, {counts}")
    print("memory in MB, of their own/with files:", *tally.memory_mb)
    print(*(tally.faults or ["no error, no stale page"]), sep="\n")
    sys.exit(bool(tally.faults))


def write(folder: Path, number: int) -> None:
    story = ARTICLE.format(headline="Ferry returns", day="2021-05-04", body=f"It sailed, loaded={number}.")
    (folder / "ferry.txt").write_text(story)


def loads(tally: Tally, archive: Archive, folder: Path) -> None:
    number = 0
    while tally.goes_on:
        number += 1
        write(folder, number)
        archive.manage("load_articles", str(folder))
        tally.committed["loaded"].append((time.monotonic(), number))


def edits(tally: Tally, archive: Archive) -> None:
    browser = StaffBrowser(archive)
    number = 0
    while tally.goes_on:
        number += 1
        browser.save("/admin/articles/article/1/change/", deck=f"edited={number}", reason="A soak.")
        tally.committed["edited"].append((time.monotonic(), number))


def reads(tally: Tally, archive: Archive) -> None:
    """One reader on one connection, which the server may close."""
    host = archive.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=30)
    tags: dict[str, str] = {}
    texts: dict[str, str] = {}
    while tally.goes_on:
        for path, shown in PAGES.items():
            asked_at = time.monotonic()
            connection.request("GET", path, headers={"If-None-Match": tags[path]} if path in tags else {})
            answer = connection.getresponse()
            text = answer.read().decode() or texts[path]  # nothing is sent with a 304
            tally.requests[str(answer.status)] += 1
            if answer.status not in (200, 304, 404) or (answer.status == 404) != (path == "/nothing/"):
                tally.faults.append(f"{path}: {answer.status}")
            if answer.status == 200:
                tags[path], texts[path] = answer.headers["ETag"], text
            for what in shown:
                found = max(map(int, re.findall(rf"{what}=(\d+)", text)), default=0)
                if found < (least := tally.least(what, asked_at)):
                    tally.faults.append(f"{path}: {what} {found} is shown, {least} was committed")


def weighs(tally: Tally, archive: Archive, minutes: float) -> None:
    """What the serving processes take, with their parts of what they share, at ten moments."""
    mine = f"VAR_DIR={archive.var}\0".encode()
    while tally.goes_on:
        time.sleep(min(minutes * 6 - 1, max(0, tally.ends_at - time.monotonic())))
        total_kb = Counter[str]()
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it has ended, or is not ours
                is_server = b"newsarchive.server" in (process / "cmdline").read_bytes()
                if is_server and mine in (process / "environ").read_bytes():
                    rollup = (process / "smaps_rollup").read_text()
                    parts = re.findall(r"^(Pss|Pss_Anon): +(\d+)", rollup, re.MULTILINE)
                    total_kb.update({name: int(kilobytes) for name, kilobytes in parts})
        tally.memory_mb.append(f"{total_kb['Pss_Anon'] // 1000}/{total_kb['Pss'] // 1000}")


if __name__ == "__main__":
    main()
