"""``make bench``: speed and memory in one table, as multiples of a raw limit and of a peer in the same run.

    python -m tests.bench [--articles 10000] [--keep DIR]

The articles come from ``../shared/corpora/generate.py`` if it is next to the checkout, else from ``made.py``.
"""

from __future__ import annotations

import argparse
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.bench import crawls, likeness, loads
from tests.bench.table import row

ROOT = Path(__file__).resolve().parents[2]
FILES, RECORDS = 20_000, 100_000  # at most: of the folder and of the crawl
FEW = 1_000  # articles of the archive whose pages are to cost no less
GENERATOR = ROOT.parent / "shared" / "corpora" / "generate.py"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--keep", type=Path, help="a folder to work in and leave as it is")
    options = parser.parse_args()
    with _folder(options.keep) as folder:
        measure(folder, options.articles)
        files = min(options.articles, FILES)
        loads.measure(folder, records_in(folder, options.articles), files, load)
        likeness.measure(folder, records_in(folder, options.articles), load)
        measure_crawl(folder, min(options.articles, RECORDS))
    run(["-m", "tests.bench.web_pages"])
    run(["-m", "tests.bench.renditions"])


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="newsarchive-bench-") as folder:
        yield Path(folder)


def records_in(folder: Path, count: int) -> Path:
    """A file of made articles, as JSON Lines."""
    records = folder / f"{count}.jsonl"
    if not records.exists():
        made = GENERATOR if GENERATOR.exists() else Path(__file__).with_name("made.py")
        run([made, str(count), "--out", records])
    return records


def measure_crawl(folder: Path, count: int) -> None:
    """The speed of reading a crawl, and the memory of loading it."""
    path = folder / f"{count}.warc.gz"
    crawls.make(path, count)
    crawls.measure(path)
    first, again = load(folder / "crawl", path), load(folder / "crawl", path)
    before = ("the first load", count / first.seconds)
    row(f"load a crawl of {count:,} records", before[1], "records/s")
    row("load it again, unchanged", count / again.seconds, "records/s", limit=before)
    row("memory of loading it", first.memory, "MB")


def measure(folder: Path, count: int) -> None:
    records = records_in(folder, count)
    small, large = folder / "small", folder / "large"
    few = folder / f"{FEW}.jsonl"
    with records.open("rb") as source:
        few.write_bytes(b"".join(next(source) for _ in range(min(FEW, count))))
    load(small, few)
    first, again = load(large, records), load(large, records)
    raw = executemany(large / "archive.sqlite3", folder / "raw.sqlite3")
    before = ("the first load", count / first.seconds)
    row(f"load {count:,} articles", before[1], "articles/s", limit=("executemany, then an FTS5", count / raw))
    row("load them again, unchanged", count / again.seconds, "articles/s", limit=before)
    row("memory of loading them", first.memory, "MB")
    row("size of the database", (large / "archive.sqlite3").stat().st_size / count / 1000, "kB/article")
    run([ROOT / "tests" / "bench" / "pages.py"], {"VAR_DIR": str(small)})
    run([ROOT / "tests" / "bench" / "pages.py"], {"VAR_DIR": str(large)})
    run(["-m", "tests.bench.serving"], {"VAR_DIR": str(large)})
    run(["-m", "tests.bench.search", "--raw"], {"VAR_DIR": str(large)})


def run(command: list[object], more: dict[str, str] | None = None) -> None:
    environment = {**os.environ, **(more or {}), "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, *map(str, command)], check=True, env=environment, cwd=ROOT)


class Loaded(NamedTuple):
    """Duration of ``load_articles`` in seconds, and its peak memory in MB."""

    seconds: float
    memory: float


def load(var: Path, records: Path) -> Loaded:
    manage = [sys.executable, str(ROOT / "manage.py")]
    environment = {**os.environ, "VAR_DIR": str(var)}
    environment.pop("DATABASE_URL", None)
    for command in (["migrate"], ["collectstatic", "--no-input"]):
        subprocess.run([*manage, *command, "--verbosity", "0"], check=True, env=environment)
    started = time.perf_counter()
    with subprocess.Popen([*manage, "load_articles", records], env=environment, stdout=subprocess.DEVNULL) as process:
        peak = [0.0]
        watch = threading.Thread(target=_watch, args=(process, peak))
        watch.start()
        code = process.wait()
        seconds = time.perf_counter() - started
        watch.join()
    if code:
        sys.exit(f"load_articles ended with {code}")
    return Loaded(seconds, *peak)


def _watch(process: subprocess.Popen[bytes], peak: list[float]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(map(_private_megabytes, _family(process.pid))))
        time.sleep(0.2)


def _family(pid: int) -> list[int]:
    """A process and its descendants, from Linux's /proc."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(member for child in children for member in _family(int(child)))]


def _private_megabytes(pid: int) -> float:
    """The memory that a machine needs: without pages of files, which are cached, and with its part of shared pages."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    found = re.search(r"Pss_Anon:\s+(\d+)", rollup)
    return int(found.group(1)) / 1000 if found else 0.0


def executemany(loaded: Path, target: Path) -> float:
    """Seconds that plain ``sqlite3`` takes to write and index the archive's rows, and then headlines and texts."""
    target.unlink(missing_ok=True)
    with sqlite3.connect(loaded) as source:
        schema = source.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
            " AND name <> 'articles_search' AND name NOT LIKE 'articles\\_search\\_%' ESCAPE '\\'"
        ).fetchall()
        tables = [name for kind, name, _ in schema if kind == "table" and name.startswith("articles_")]
        rows = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
    raw = sqlite3.connect(target, isolation_level=None)
    raw.execute("PRAGMA page_size=8192")
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=NORMAL")
    raw.execute("PRAGMA cache_size=-16384")
    for kind in ("table", "index"):
        for _, _, sql in (entry for entry in schema if entry[0] == kind):
            raw.execute(sql)
    started = time.perf_counter()
    raw.execute("BEGIN")
    for table, content in rows.items():
        if content:
            raw.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(content[0]))})", content)
    raw.execute("CREATE VIRTUAL TABLE texts USING fts5(headline, body, content='')")
    raw.execute("INSERT INTO texts (rowid, headline, body) SELECT id, headline, body FROM articles_article")
    raw.execute("COMMIT")
    seconds = time.perf_counter() - started
    raw.close()
    return seconds


if __name__ == "__main__":
    main()
