"""A made-up web crawl of any size, and the speed and memory of scanning it.

    python -m tests.bench.crawls make crawl.warc.gz 100000
    python -m tests.bench.crawls measure crawl.warc.gz

Everything is invented: text, names, addresses (``news.example``) and pictures. CC0.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
import zlib
from base64 import b32encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from uuid import UUID

from PIL import Image, ImageDraw

from tests.bench.made import SYLLABLES
from tests.bench.table import row

START = datetime(2019, 3, 4, tzinfo=UTC)
SENTENCES, PICTURES = 4_000, 200
# What the records of a crawl are, of a hundred: about what crawls of news sites hold.
SHARES = {"page": 40, "picture": 25, "request": 12, "again": 5, "revisit": 5, "redirect": 5, "missing": 4, "style": 4}


class Crawl:
    """The records of a made crawl, repeatable by ``count``; ``kinds`` counts them by kind."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.dice = random.Random(count)  # repeatable, not secret
        self.words = ["".join(self.dice.choices(SYLLABLES, k=self.dice.randint(1, 4))) for _ in range(5_000)]
        self.sentences = [self._sentence() for _ in range(SENTENCES)]
        self.pictures = [self._picture(number) for number in range(PICTURES)]
        self.pages: list[tuple[str, str]] = []
        self.kinds = dict.fromkeys(SHARES, 0)

    def records(self) -> Iterator[bytes]:
        """Complete records, uncompressed."""
        yield self._record("warcinfo", None, b"software: made\r\n", "application/warc-fields")
        kinds = self.dice.choices(list(SHARES), list(SHARES.values()), k=self.count - 1)
        for number, wanted in enumerate(kinds):
            kind = "page" if not self.pages else wanted
            self.kinds[kind] += 1
            yield getattr(self, f"_{kind}_record")(number)

    def _sentence(self) -> str:
        return " ".join(self.dice.choices(self.words, k=self.dice.randint(8, 24))).capitalize() + "."

    def _picture(self, number: int) -> bytes:
        picture = Image.new("RGB", (320, 200), (number % 256, 90, 160))
        draw = ImageDraw.Draw(picture)
        for _ in range(30):
            left, top = self.dice.randrange(320), self.dice.randrange(200)
            draw.ellipse((left, top, left + 60, top + 40), fill=tuple(self.dice.choices(range(256), k=3)))
        file = BytesIO()
        picture.save(file, "JPEG", quality=80)
        return file.getvalue()

    def _page(self, number: int, note: str = "") -> bytes:
        said = self.dice.choices(self.sentences, k=self.dice.randint(12, 40))
        body = "".join(f"<p>{' '.join(said[start : start + 3])}</p>\n" for start in range(0, len(said), 3))
        day = START - timedelta(minutes=number)  # each page was there before it was captured
        # Of two equal headlines of a day the first one loaded has the plain address: that depends on where batches end.
        headline = f"{number} {said[0]}"
        return (
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{headline} - The Made Courier</title>'
            f'<meta property="article:published_time" content="{day:%Y-%m-%dT%H:%M:%SZ}">'
            f'<link rel="stylesheet" href="/style-{number % 7}.css"></head><body><nav><a href="/">Home</a></nav>'
            f"<article><h1>{headline}</h1>\n<p class=byline>By {said[1][:9]} {said[2][:8]}</p>{note}"
            f'<figure><img src="/photos/{number // 2 * 2}.jpg" alt="{said[3]}"><figcaption>{said[4]} '
            f"(Photo: {said[5][:12]})</figcaption></figure>\n{body}</article><footer>All rights reserved.</footer>"
            "</body></html>"
        ).encode()

    def _page_record(self, number: int) -> bytes:
        address, body = (
            f"https://news.example/{START + timedelta(number):%Y/%m}/story-{number}.html",
            self._page(number),
        )
        record = self._response(address, body, number)
        self.pages.append((address, _digest(body)))
        return record

    def _again_record(self, number: int) -> bytes:
        address, _ = self.dice.choice(self.pages)
        return self._response(address, self._page(number, "<p>Corrected.</p>"), number)

    def _revisit_record(self, number: int) -> bytes:
        address, digest = self.dice.choice(self.pages)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        more = (
            "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest\r\n"
            f"WARC-Refers-To-Target-URI: {address}\r\nWARC-Payload-Digest: {digest}\r\n"
        )
        return self._record("revisit", address, head, "application/http; msgtype=response", number, more)

    def _picture_record(self, number: int) -> bytes:
        address = f"https://news.example/photos/{number // 2 * 2}.jpg"
        return self._response(address, self.pictures[number % PICTURES], number, "image/jpeg")

    def _style_record(self, number: int) -> bytes:
        return self._response(
            f"https://news.example/style-{number % 7}.css", b"p { margin: 0 }" * 40, number, "text/css"
        )

    def _missing_record(self, number: int) -> bytes:
        body = b"<html><title>Not found</title><p>Nothing is here."
        return self._response(f"https://news.example/gone/{number}", body, number, status="404 Not Found")

    def _redirect_record(self, number: int) -> bytes:
        status = f"301 Moved Permanently\r\nLocation: {self.dice.choice(self.pages)[0]}"
        return self._response(f"https://news.example/old/{number}", b"", number, status=status)

    def _request_record(self, number: int) -> bytes:
        head = b"GET /x HTTP/1.1\r\nHost: news.example\r\n\r\n"
        return self._record("request", self.pages[-1][0], head, "application/http; msgtype=request", number)

    def _response(
        self, address: str, body: bytes, number: int, kind: str = "text/html; charset=utf-8", status: str = "200 OK"
    ) -> bytes:
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        more = f"WARC-Payload-Digest: {_digest(body)}\r\nWARC-Block-Digest: {_digest(head + body)}\r\n"
        return self._record("response", address, head + body, "application/http; msgtype=response", number, more)

    def _record(
        self, kind: str, address: str | None, block: bytes, content: str, number: int = -1, more: str = ""
    ) -> bytes:
        target = f"WARC-Target-URI: {address}\r\n" if address else ""
        return (
            f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{UUID(int=self.dice.getrandbits(128))}>\r\n"
            f"WARC-Date: {START + timedelta(seconds=number + 1):%Y-%m-%dT%H:%M:%SZ}\r\n{target}{more}"
            f"Content-Type: {content}\r\nContent-Length: {len(block)}\r\n\r\n"
        ).encode() + block + b"\r\n\r\n"  # fmt: skip


def _digest(data: bytes) -> str:
    return "sha1:" + b32encode(sha1(data).digest()).decode()


def make(path: Path, count: int) -> dict[str, int]:
    """Write a crawl of ``count`` records to ``path``, one gzip member a record; print the number of each kind."""
    crawl = Crawl(count)
    with path.open("wb") as file:
        for record in crawl.records():
            packer = zlib.compressobj(1, zlib.DEFLATED, 31)
            file.write(packer.compress(record) + packer.flush())
    return crawl.kinds


def measure(path: Path) -> None:
    """Scan a crawl, and unpack it, each in a process of its own, and print the figures."""
    unpacked, scan = (_measured(what, path) for what in ("unpack", "scan"))
    limit = ("unpacking alone", scan.records / unpacked.seconds)
    row(f"scan a crawl of {scan.records:,} records", scan.records / scan.seconds, "records/s", limit=limit)
    row("memory of scanning it", scan.peak_mb, "MB")


class Figures(NamedTuple):
    """``seconds`` of processor time, so that other work on the machine does not count."""

    records: int
    seconds: float
    peak_mb: float


def _measured(what: str, path: Path) -> Figures:
    command = [sys.executable, "-m", "tests.bench.crawls", what, str(path)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2]).stdout
    return Figures(*json.loads(said))


def _unpack(path: Path) -> int:
    """Read all gzip members, without using them."""
    with path.open("rb") as file:
        unpacker, raw = zlib.decompressobj(wbits=31), file.read(1 << 16)
        while raw:
            unpacker.decompress(raw)
            raw = unpacker.unused_data or file.read(1 << 16)
            if unpacker.eof:
                unpacker = zlib.decompressobj(wbits=31)
    return 0


def _scan(path: Path) -> int:
    from articles.ingest.warc import Crawl, Given, Limits  # not for the others: it would count as their memory

    files = [Given(path, path.name)]
    with TemporaryDirectory(dir=path.parent) as scratch, Crawl.open(files, Path(scratch), Limits()) as crawl:
        told = sum(1 for _ in crawl.pages()) + sum(1 for _ in crawl.skipped()) + crawl.left_alone.total()
        assert told == crawl.records
        return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("do", choices=("make", "measure", "unpack", "scan"))
    parser.add_argument("path", type=Path)
    parser.add_argument("count", type=int, nargs="?", default=100_000)
    options = parser.parse_args()
    if options.do == "make":
        print(make(options.path, options.count))
    elif options.do == "measure":
        measure(options.path)
    else:
        work = {"unpack": _unpack, "scan": _scan}[options.do]
        started = time.process_time()
        records = work(options.path)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps([records, time.process_time() - started, peak]))


if __name__ == "__main__":
    main()
