"""Web pages a second: our reader with a process a core, against plain trafilatura in one process.

    python -m tests.bench.web_pages [FOLDER] [--pages 500]

Ours is measured as in a load (``read_all``): metadata, figures, captions, language and tags, and the start of
processes. The pages are those of ``make evaluate``, repeated. Given by the clock, for a machine without other work, and
in processor time of one core, which other work changes little.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

from articles import photos
from articles.ingest.pool import Plan, read_all
from articles.ingest.story import Piece
from articles.ingest.tagging import Vocabulary
from tests.bench.evaluate.__main__ import CORPUS, ROOT
from tests.bench.evaluate.extractors import plain_trafilatura
from tests.bench.evaluate.truth import Page, own_pages, pages_in
from tests.bench.table import row

MOST_BYTES = 32_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=CORPUS, help="annotated pages (default: %(default)s)")
    parser.add_argument("--pages", type=int, default=500)
    options = parser.parse_args()
    known = [*pages_in(options.folder), *own_pages()]
    pages = list(islice(cycle(known), options.pages))
    workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    ours, alone, plain = of_ours(pages, workers), of_ours(pages, 1), of_trafilatura(pages, known)
    row(f"read web pages, {workers} processes", ours.by_clock, "pages/s", peer=("trafilatura in one", plain.by_clock))
    row("read web pages, by time of one core", alone.of_core, "pages/s", peer=("trafilatura", plain.of_core))


class Rate(NamedTuple):
    """Pages a second, by the clock and by the processor time of this process."""

    by_clock: float
    of_core: float


def stopwatch(count: int) -> Callable[[], Rate]:
    """Starts now; called, it gives the rate since then."""
    clock, core = time.perf_counter(), time.process_time()
    return lambda: Rate(count / (time.perf_counter() - clock), count / (time.process_time() - core))


def of_ours(pages: Sequence[Page], workers: int) -> Rate:
    limits = photos.Limits(MOST_BYTES, MOST_BYTES)
    plan = Plan(Vocabulary.load(ROOT / "fixtures" / "tags.toml"), MOST_BYTES, limits, media_root=None)
    pieces = [
        Piece(page.path, page.name, "html", data=page.data, root=page.path.parent, size_bytes=len(page.data))
        for page in pages
    ]
    rate = stopwatch(len(pages))
    readings = list(read_all(pieces, plan, workers=workers))
    measured = rate()
    if wrong := [str(reading.error) for reading in readings if reading.error]:
        print(f"not read: {len(wrong)}, the first because {wrong[0]}", file=sys.stderr)
    return measured


def of_trafilatura(pages: Sequence[Page], known: Sequence[Page]) -> Rate:
    extract = plain_trafilatura()
    for page in known:  # what is loaded at first use, for dates in some languages more than a second
        extract(page)
    rate = stopwatch(len(pages))
    for page in pages:
        extract(page)
    return rate()


if __name__ == "__main__":
    main()
