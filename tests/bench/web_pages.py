"""Web pages a second: our reader in a process a core against plain trafilatura in one.

    python -m tests.bench.web_pages [FOLDER] [--pages 2000]

Ours is read as a load reads it (``read_all``): metadata, figures, captions, language and tags, and the start of the
processes. The pages are those of ``make evaluate``, over and over. By the clock, which tells where the machine does
nothing else; and in processor time of one core, which what else it does changes little.
"""

from __future__ import annotations

import argparse
import os
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

MOST_BYTES = 32_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=CORPUS, help="annotated pages (default: %(default)s)")
    parser.add_argument("--pages", type=int, default=2000)
    options = parser.parse_args()
    known = [*pages_in(options.folder), *own_pages()]
    pages = list(islice(cycle(known), options.pages))
    megabytes = sum(len(page.data) for page in pages) / 1e6
    print(f"read {len(pages):,} web pages, {len(known)} different ones, {megabytes:.0f} MB")
    workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    ours, one, plain = of_ours(pages, workers), of_ours(pages, 1), of_trafilatura(pages, known)
    print(
        f"  ours                   {ours.by_clock:9,.0f} a second, {workers} processes; with metadata, figures and tags"
    )
    print(f"  plain trafilatura      {plain.by_clock:9,.0f} a second, one process; with metadata")
    print(f"  ours against trafilatura: {ours.by_clock / plain.by_clock:.2f} times")
    print(f"  of one core's time     {one.of_core:9,.0f} a second, trafilatura {plain.of_core:,.0f}:", end="")
    print(f" {one.of_core / plain.of_core:.2f} times")


class Rate(NamedTuple):
    """Pages a second: of the clock, and of the processor time of this process."""

    by_clock: float
    of_core: float


def stopwatch(count: int) -> Callable[[], Rate]:
    """Starts now; asked, says the rate since."""
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
        print(f"  not read: {len(wrong)}, the first because {wrong[0]}")
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
