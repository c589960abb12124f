"""An outcome in words and differences, for a person at a terminal."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from typing import Any

from articles.ingest.inputs.shown import printable
from articles.loading.outcome import Outcome


def lines_of(outcome: Outcome) -> Iterator[str]:
    """What became of an input, then each changed field as removed and added lines."""
    about = outcome.error or outcome.url or ""
    yield f"{outcome.outcome:<9}  {outcome.input}  {about}"
    for name in outcome.conflicts:
        yield f"    {name}: changed by staff too, theirs stays until it is decided"
    if outcome.story and outcome.outcome in ("created", "updated"):
        yield from (f"    photo file not found: {printable(src)}" for src in outcome.story.missing_files)
    where = " in the source" if outcome.outcome == "kept" else ""
    for name, (old, new) in outcome.changes.items():
        yield f"    {name}{where}:"
        yield from (f"      {line}" for line in _difference(old, new))
    for name, (old, new) in outcome.news.items():
        yield f"    {name} in the source:"
        yield from (f"      {line}" for line in _difference(old, new))


def _difference(old: Any, new: Any) -> Iterator[str]:
    """The lines that differ, with - and +; unchanged lines are left out."""
    for line in difflib.ndiff(_text(old).splitlines(), _text(new).splitlines()):
        if line.startswith(("- ", "+ ")):
            yield line


def _text(value: Any) -> str:
    if value is None or value == "":
        return "(nothing)"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
