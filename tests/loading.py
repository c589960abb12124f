"""Helpers for tests of loading: a folder of saved articles, and the command run on it."""

from __future__ import annotations

import io
import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management import call_command

ARTICLE = """{headline}

(Harbour Daily) | Updated : {day}

Print Print

{body}
"""


def text_file(
    folder: Path, name: str, *, headline: str = "Ferry returns", day: str = "2021-05-04", body: str = "It sailed."
) -> Path:
    """A scraped text article in a file of its own."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(ARTICLE.format(headline=headline, day=day, body=body), encoding="utf-8")
    return aged(path)


def aged(path: Path, moment: float | None = None) -> Path:
    """A file as it would be an hour after it was written, or as of a moment."""
    at = time.time() - 3600 if moment is None else moment
    os.utime(path, (at, at))
    return path


@dataclass
class Run:
    """What a run of ``load_articles`` said."""

    code: int
    out: str
    err: str
    report: list[dict[str, Any]] = field(default_factory=list)

    @property
    def outcomes(self) -> dict[str, str]:
        return {line["input"]: line["outcome"] for line in self.report}

    def line(self, name: str) -> dict[str, Any]:
        """The report's line of an input."""
        return next(line for line in self.report if line["input"] == name)

    @property
    def summary(self) -> str:
        return self.out.strip().splitlines()[-1]


def load(*paths: Path, **options: Any) -> Run:
    """Run the command in this process, with a report."""
    report = paths[0].parent / f".report-{len(list(paths[0].parent.glob('.report-*')))}"
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command(
            "load_articles", *map(str, paths), report=str(report), stdout=out, stderr=err, no_color=True, **options
        )
    except SystemExit as stop:
        code = int(stop.code or 0)
    lines = report.read_text(encoding="utf-8").splitlines() if report.exists() else []
    return Run(code, out.getvalue(), err.getvalue(), [json.loads(line) for line in lines])


# A line of a JSON Lines file.
RECORD: dict[str, Any] = {
    "id": "urn:harbour:1",
    "headline": "Ferry returns",
    "published": "2021-05-04",
    "source": "Harbour Daily",
    "body_markdown": "The ferry sailed at nine.\n\nIt was full.",
    "tags": ["Ferries", "Harbours"],
}


def load_records(folder: Path, *records: dict[str, Any], **options: Any) -> Run:
    """Load a folder with one file of records, each told by how it differs from ``RECORD``."""
    folder.mkdir(exist_ok=True)
    path = folder / "export.jsonl"
    path.write_text("".join(json.dumps({**RECORD, **record}) + "\n" for record in records))
    aged(path)
    return load(folder, **options)
