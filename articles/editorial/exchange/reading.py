"""A file of edits, line by line, and what may be wrong with a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.urls import NoReverseMatch, reverse

from articles.catalogue.loaded import FIELDS
from articles.editorial.exchange import names
from articles.editorial.exchange.finding import is_readable
from articles.ingest.errors import IngestError

Line = dict[str, Any]
GZIP = b"\x1f\x8b"
SLUG_LENGTH = 100
MAY_BE_NONE = ("url", "source")


class BadEdit(IngestError):
    """A line of an edits file that cannot be taken over."""


def lines_of(path: Path) -> Iterator[tuple[int, Line | BadEdit]]:
    """Each line with its number, or what is wrong with it; blank ones are passed over.

    A line ends in ``\\n`` and nowhere else: what staff have written may hold any other separator.
    """
    with path.open("rb") as file:
        for number, found in enumerate(file, 1):
            if number == 1 and found.startswith(GZIP):
                yield number, BadEdit("this is a gzip file; unpack it first", path=path, line=number)
                return
            if found.strip():
                yield number, _line(found, path, number)


def is_of_article(line: Line) -> bool:
    return "key" in line and not line.keys() & names.KINDS.keys()


def _line(found: bytes, path: Path, number: int) -> Line | BadEdit:
    try:
        line = json.loads(found.decode("utf-8-sig"))
        fault = _fault(line)
    except UnicodeDecodeError:
        fault = "this is no UTF-8"
    except json.JSONDecodeError as error:
        fault = f"this is no JSON: {error}"
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        return no_line(error, path, number)
    return BadEdit(fault, path=path, line=number) if fault else line


def no_line(error: Exception, path: Path, number: int) -> BadEdit:
    return BadEdit(f"this is no line of an edits file ({type(error).__name__}: {error})", path=path, line=number)


def _fault(line: Any) -> str:
    """What is wrong with a line, in words; ``""`` for a good one."""
    if not isinstance(line, dict) or not line.keys() & {"key", *names.KINDS}:
        return "an edit names a key, a tag, a source or an address that is gone"
    if is_of_article(line):
        return _fault_of_article(line)
    kind = next(kind for kind in names.KINDS if kind in line)
    if kind == "gone":
        return "" if _is_path(line["gone"]) and isinstance(line["key"], str) else "this is no address"
    texts = [line["name"], line["description"], *line["aliases"]]
    if not all(isinstance(text, str) for text in texts) or not line["name"].strip() or isinstance(line["aliases"], str):
        return f"a {kind} has a name, a description and a list of other names"
    return "" if _is_slug(kind, line[kind]) else f"{line[kind]!r} is no address of a {kind}"


def _fault_of_article(line: Line) -> str:
    if not is_readable(line) or not isinstance(line.get("merged_into", ""), str):
        return "what its article is known by is no text"
    if "slug" in line and not _is_slug("undated-article", line["slug"]):
        return f"{line['slug']!r} is no part of an address"
    if "withdrawn" in line and not _is_withdrawal(line["withdrawn"]):
        return "a withdrawal has a moment and a reason"
    if not all(map(_is_path, line.get("former_addresses", []))):
        return "a former address begins with a slash"
    for name, values in line.get("edited", {}).items():
        if not _is_value(name, values["now"]) or not _is_value(name, values["loaded"]):
            return f"what it says of “{name}” is no {'list of names' if name == 'authors' else 'text'}"
    return ""


def _is_value(name: str, value: Any) -> bool:
    if name == "authors":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    known = name in (*FIELDS, "source", "body")
    return not known or isinstance(value, str) or (value is None and name in MAY_BE_NONE)


def _is_withdrawal(said: Any) -> bool:
    return isinstance(said["reason"], str) and datetime.fromisoformat(said["at"]).tzinfo is not None


def _is_path(text: Any) -> bool:
    return isinstance(text, str) and text.startswith("/")


def _is_slug(page: str, slug: Any) -> bool:
    """Whether an article, a tag or a source can have this slug: whether the page that it makes has an address."""
    if not isinstance(slug, str) or not 0 < len(slug) <= SLUG_LENGTH:
        return False
    try:
        reverse(page, args=[slug])
    except NoReverseMatch:
        return False
    return True
