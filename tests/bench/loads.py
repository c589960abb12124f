"""The speed of loading a folder of files, and of loading it again, unchanged and with some files changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from tests.bench.table import row

IN_A_FOLDER = 1000
CHANGED = 100


def write_files(records: Path, folder: Path, count: int) -> list[Path]:
    """Write some of the records as Markdown files with front matter."""
    paths = []
    with records.open(encoding="utf-8") as lines:
        for number, line in enumerate(islice(lines, count)):
            record = json.loads(line)
            path = folder / f"{number // IN_A_FOLDER:03}" / f"{number:07}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            head = {"title": record["headline"], "date": record["published"], "author": record["byline"]}
            head |= {"source": record["source"], "tags": record["tags"]}
            told = "\n".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in head.items())
            path.write_text(f"---\n{told}\n---\n\n{record['body_markdown']}\n", encoding="utf-8")
            paths.append(path)
    return paths


def measure(folder: Path, records: Path, count: int, load: Callable[[Path, Path], Any]) -> None:
    files = write_files(records, folder / "files", count)
    var = folder / "of-files"
    first, again = load(var, folder / "files"), load(var, folder / "files")
    for path in files[:: max(1, len(files) // CHANGED)][:CHANGED]:
        with path.open("a", encoding="utf-8") as file:
            file.write("\nAnd that was not all.\n")
    changed = load(var, folder / "files")
    before = ("the first load", count / first.seconds)
    row(f"load {count:,} Markdown files", before[1], "articles/s")
    row("load them again, unchanged", count / again.seconds, "articles/s", limit=before)
    row(f"load them again, {CHANGED} changed", count / changed.seconds, "articles/s", limit=before)
