"""Thousands of damaged inputs in every format: none may stop a load, delay it, or exhaust the memory.

    python -m tests.bench.mutations [--count 9000] [--seed 1] [--only html] [--from 0]

Sound files (the handbook, and fixtures) are damaged at random: bytes changed, removed, moved, or repeated up to 5 MB,
and marks of their formats inserted. Each is then found and read as in a load, without its time limit. Failures are
printed and saved in ``var/mutations``. An input depends only on its number and the seed, so a stopped run can go on
``--from`` the number that it printed last.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from articles import photos
from articles.ingest.errors import IngestError
from articles.ingest.inputs.files import Search
from articles.ingest.inputs.limits import UnpackLimits
from articles.ingest.pool import Plan, read_piece
from articles.ingest.readers import READERS
from articles.ingest.tagging import Vocabulary
from articles.ingest.work import WorkLimits

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "tests/data/handbook", ROOT / "fixtures/samples")
FAILED = ROOT / "var/mutations"
MOST_SECONDS, MOST_BYTES, LARGEST = 5.0, 500_000_000, 5_000_000
_MARKS = (
    b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<p>", b"<div>", b"</div>", b"<li>", b"<table><tr><td>",
    b"<item>", b"</item>", b"<script>", b"<b>", b"&#0;", b"&nbsp;", b"[caption]", b"[gallery]", b"[/x]", b'"', b"'",
    b",", b"\n\n", b"\r", b"\0", b"\xff", b"\xef\xbb\xbf", b"{", b"}", b"[", b"]", b":", b"---\n", b"*", b"`", b"(",
    b"|", b"\xe2\x80\xae", b"WARC/1.0\r\n", b"Content-Length: 99999999\r\n", b"2023-02-31", b"-1", b"999999999999",
)  # fmt: skip


def sound_files() -> list[Path]:
    files = [path for folder in FOLDERS for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path for path in files if path.suffix not in (".jpg", ".png", ".css", ".js")]


def damaged(data: bytes, chance: random.Random, largest: int) -> bytes:
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice((1, 4, 40, 400, 4_000)))
        piece, mark = data[start:end], chance.choice(_MARKS)
        match chance.randrange(8):
            case 0:
                data = data[:start]
            case 1:
                data = data[:start] + data[end:]
            case 2:
                data = data[:start] + chance.randbytes(chance.choice((1, 1, 8))) + data[start + 1 :]
            case 3:
                data = data[:start] + mark + data[start:]
            case 4:
                data = data[:start] + mark * chance.choice((3, 100, 10_000)) + data[end:]
            case 5:
                to = chance.randrange(len(data) + 1)
                data = data[:to] + piece + data[to:]
            case 6:
                data = data[:start] + piece * (chance.choice((1_000, largest)) // max(1, len(piece))) + data[end:]
            case 7:
                data = re.sub(re.escape(piece[:2]) or b"$", mark, data, count=100)
        data = data[:largest]
    return data


@dataclass(frozen=True)
class Read:
    name: str
    number: int
    seconds: float = 0
    peak_bytes: int = 0
    fault: str = ""

    @property
    def is_bad(self) -> bool:
        return bool(self.fault) or self.seconds > MOST_SECONDS or self.peak_bytes > MOST_BYTES


def input_of(number: int, files: Sequence[Path], seed: int, largest: int = LARGEST) -> tuple[Path, bytes]:
    path = files[number % len(files)]
    return path, damaged(path.read_bytes(), random.Random(f"{seed}/{number}"), largest)


def read_damaged(number: int, files: Sequence[Path], seed: int, largest: int = LARGEST) -> Read:
    path, data = input_of(number, files, seed, largest)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"in{path.suffix}"
        file.write_bytes(data)
        (Path(folder) / "scratch").mkdir()
        _forget_peak()
        seconds, fault = 0.0, ""
        try:
            for spent, why in _inputs(file, Path(folder) / "scratch"):
                seconds, fault = max(seconds, spent), fault or why
        except Exception as error:
            fault = f"{type(error).__name__}: {error}"
        return Read(path.name, number, seconds, _peak_bytes(), fault)


def _inputs(file: Path, scratch: Path) -> Iterator[tuple[float, str]]:
    """The seconds of finding and reading each input of a file, and its failures."""
    limits = photos.Limits(max_bytes=100_000_000, max_pixels=150_000_000)
    plan = Plan(Vocabulary(), 32_000_000, limits, None, work=WorkLimits(seconds=600))
    began = time.process_time()
    with Search(32_000_000, UnpackLimits(10_000, 2_000_000_000, 200), scratch) as search:
        for found in search.find([file]):
            error = found if isinstance(found, IngestError) else read_piece(found, plan).error
            fault = error.reason if error is not None and "reader failed" in error.reason else ""
            yield time.process_time() - began, fault
            began = time.process_time()


def _forget_peak() -> None:
    with suppress(OSError):  # Linux alone counts anew
        Path("/proc/self/clear_refs").write_text("5")


def _peak_bytes() -> int:
    with suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
        return int(found[1]) * 1_000 if found else 0
    return 0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=9_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="of files with this in their name")
    parser.add_argument("--from", dest="first", type=int, default=0, help="number of the first input")
    options: Any = parser.parse_args()
    files = [path for path in sound_files() if options.only in path.name]
    reads: list[Read] = []
    work = partial(read_damaged, files=files, seed=options.seed)
    with ProcessPoolExecutor() as pool:
        for read in pool.map(work, range(options.first, options.count), chunksize=10):
            reads.append(read)
            if read.number % 500 == 0:
                print(f"at {read.number}", flush=True)
            if read.is_bad:
                print(
                    f"{read.number} {read.name}: {read.seconds:.1f} s, {read.peak_bytes / 1e6:.0f} MB {read.fault}",
                    flush=True,
                )
                FAILED.mkdir(parents=True, exist_ok=True)
                (FAILED / f"{read.number}-{read.name}").write_bytes(input_of(read.number, files, options.seed)[1])
    bad = sum(read.is_bad for read in reads)
    slowest, largest = max(read.seconds for read in reads), max(read.peak_bytes for read in reads) / 1e6
    print(f"{len(reads):,} inputs, {len(READERS)} formats: {bad} bad, at most {slowest:.1f} s and {largest:.0f} MB")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
