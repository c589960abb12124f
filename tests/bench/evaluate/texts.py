"""Scraped plain texts with the expected article: ``NAME.txt`` beside ``NAME.json``, a folder for each set.

The texts of ``tests/texts`` are invented, in the shapes of real outlets. On those in ``written_on`` rules of the reader
were written; those in ``measured`` are only measured.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from articles.ingest.readers import text

OWN_TEXTS = Path(__file__).parents[2] / "texts"
FIELDS = ("headline", "updated", "published", "source", "byline", "dateline", "paragraphs")


def record(article: dict[str, Any]) -> dict[str, Any]:
    """What is compared of an article: of the boilerplate only its words, since others may cut its lines differently."""
    photos = [(photo["caption"], photo["credit"], photo["position"]) for photo in article["photos"]]
    words = sorted(" ".join(article["chrome_removed"]).split())
    warnings = set(article["warnings"])
    return {key: article[key] for key in FIELDS} | {"photos": photos, "chrome_removed": words, "warnings": warnings}


def texts_in(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.txt")) if path.with_suffix(".json").exists()]


def expected(path: Path) -> dict[str, Any]:
    return record(json.loads(path.with_suffix(".json").read_text("utf-8")))


def wrong_fields(path: Path) -> list[str]:
    """The fields of a text that our reader gives otherwise than expected."""
    got = record(text.read(path.read_bytes()).as_json())
    return [key for key, value in expected(path).items() if got[key] != value]


def figures(folders: list[Path], *, is_verbose: bool) -> Iterator[str]:
    """A line a set; with ``is_verbose``, a line more for each text that is not exact."""
    for folder in folders:
        wrong = {path: wrong_fields(path) for path in texts_in(folder)}
        if not wrong:
            continue
        exact = sum(not fields for fields in wrong.values())
        of = len(wrong) * len(expected(next(iter(wrong))))
        share = 1 - sum(map(len, wrong.values())) / of
        yield f"texts, {folder.name}: {exact} of {len(wrong)} exact, {share:.3f} of the fields"
        if is_verbose:
            yield from (f"    {path.stem}: {', '.join(fields)}" for path, fields in wrong.items() if fields)
