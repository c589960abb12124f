"""Reads and validates a file of edits."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.db import DatabaseError
from django.urls import NoReverseMatch, reverse

from articles.catalogue.loaded import FIELDS
from articles.ingest.errors import IngestError
from articles.models.fields import LISTS
from articles.text.phrases import TAG_KINDS

Line = dict[str, Any]
KINDS = ("tag", "source", "gone")  # of lines not about an article
SLUG_LENGTH = 100
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
# Errors that a well-formed line may still cause.
FAULTS = (
    AttributeError, LookupError, TypeError, ValueError, ArithmeticError, RecursionError, NoReverseMatch, DatabaseError,
)  # fmt: skip


class BadEdit(IngestError):
    """A line of an edits file that cannot be applied."""


def lines_of(path: Path) -> Iterator[tuple[int, Line | BadEdit]]:
    """Each line, or its fault, with its number. Only ``\\n`` ends one; blank lines are skipped."""
    with path.open("rb") as file:
        for number, found in enumerate(file, 1):
            if number == 1 and found.startswith(b"\x1f\x8b"):
                yield number, BadEdit("this is a gzip file; unpack it first", path=path, line=number)
                return
            if found.strip():
                try:
                    line: Line = json.loads(found.decode("utf-8-sig"))
                    json.dumps(line, ensure_ascii=False).encode()  # raises for half a surrogate pair
                    fault = "it has the character \\u0000" if _NUL.search(found) else _fault(line)
                except json.JSONDecodeError as error:
                    fault = f"not JSON: {error.msg} at character {error.colno}"
                except FAULTS as error:
                    fault = no_line(error)
                yield number, BadEdit(fault, path=path, line=number) if fault else line


def is_of_article(line: Line) -> bool:
    return "key" in line and not line.keys() & {*KINDS}


def no_line(error: Exception) -> str:
    return f"not a line of an edits file ({type(error).__name__}: {error})"


def _fault(line: Any) -> str:
    """The fault of a line, in words; ``""`` if it has none."""
    if not isinstance(line, dict) or not line.keys() & {"key", *KINDS}:
        return "an edit needs an article key, a tag, a source or a deleted address"
    for name, is_right in _CHECKS.items():
        if name in line and not is_right(line[name]):
            return f"its “{name}” cannot be read: {line[name]!r}"
    for name, values in line.get("edited", {}).items():
        if not all(_is_value(name, values[side]) for side in ("now", "loaded")):
            return f"its “{name}” is not {'a list of texts' if name in LISTS else 'text'}"
    return ""


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _are_texts(values: Any) -> bool:
    return isinstance(values, list) and all(map(_is_text, values))


def _is_moment(value: str) -> bool:
    return datetime.fromisoformat(value).tzinfo is not None


def _is_dated(value: Any) -> bool:
    return _is_text(value["reason"]) and _is_moment(value["at"])


def _is_slug(page: str, value: Any) -> bool:
    """``True`` if the page with this slug can have an address."""
    try:
        return 0 < len(value) <= SLUG_LENGTH and bool(reverse(page, args=[value]))
    except (NoReverseMatch, TypeError):
        return False


def _is_value(field: str, value: Any) -> bool:
    if field in LISTS:
        return _are_texts(value)
    is_known = field in (*FIELDS, "source", "body")
    return not is_known or isinstance(value, str) or (value is None and field in ("url", "source"))


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "key": _is_text,
    "found_by": lambda value: _are_texts(value["originals"]),
    "slug": partial(_is_slug, "tag"),
    "former_addresses": lambda paths: all(path.startswith("/") for path in paths),
    "withdrawn": _is_dated,
    "closed": _is_dated,
    "photos": lambda photos: all(_is_dated(photo["withdrawn"]) for photo in photos if photo.get("withdrawn")),
    "corrections": lambda notes: all(_is_text(note["note"]) and _is_moment(note["at"]) for note in notes),
    "at": _is_moment,
    "merged_into": _is_text,
    "tag": partial(_is_slug, "tag"),
    "source": partial(_is_slug, "source"),
    "gone": lambda path: path.startswith("/"),
    "name": lambda name: bool(name.strip()),
    **dict.fromkeys(("description", "license", "terms"), _is_text),
    "kind": ("", *TAG_KINDS).__contains__,
    "aliases": _are_texts,
}
