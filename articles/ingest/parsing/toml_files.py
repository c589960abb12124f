"""TOML files that the operator writes: the tag vocabulary, profiles of sites, the archive's own facts."""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from articles.ingest.errors import BadMetadata, UnreadableFile
from articles.ingest.parsing.local_files import open_regular

Rule = tuple[Callable[[Any], object], str]  # true of right values; what a message says of others


def is_text(value: object) -> bool:
    return isinstance(value, str) and value.isprintable()


def is_zone(value: object) -> bool:
    return is_text(value) and value in {*available_timezones(), ""}


TEXT: Rule = (is_text, "is not text on one line, in quotation marks")
TEXTS: Rule = (
    lambda value: isinstance(value, list) and all(map(is_text, value)),
    'must be a list of texts; write ["one", "two"]',
)
ZONE: Rule = (is_zone, "must be a name such as Europe/Oslo")
# A value on one line, or a list on several.
_VALUE = r"""(?:\s*\[(?:"(?:\\.|[^"\\])*"|'[^']*'|#.*|[^]"'#])*\])?.*\n?"""
_LINE_IN_MESSAGE = re.compile(r" \((?:at line (\d+), column \d+|at end of document)\)$")


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """The text of a file, and its values. Raises ``UnreadableFile``, or ``BadMetadata`` with the line."""
    try:
        with open_regular(path) as file:
            text = file.read().decode("utf-8-sig")
    except OSError as error:
        raise UnreadableFile(error.strerror or str(error), path=path) from error
    except UnicodeDecodeError as error:
        raise BadMetadata("not UTF-8", path=path, line=error.object.count(b"\n", 0, error.start) + 1) from error
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = _LINE_IN_MESSAGE.search(str(error))
        line = int(where[1]) if where and where[1] else text.count("\n") + 1
        reason = _LINE_IN_MESSAGE.sub("", str(error))
        raise BadMetadata(f"not TOML: {reason[:1].lower()}{reason[1:]}", path=path, line=line) from error
    except (RecursionError, ValueError) as error:
        raise BadMetadata("nested too deeply, or with too long a number", path=path, line=1) from error


def read_by_rules(path: Path, rules: Mapping[str, Rule], *needed: str) -> dict[str, Any]:
    """The values of a file. Raises like ``read_toml``, also for an unknown key and a value that breaks its rule."""
    text, values = read_toml(path)
    for key, value in {**dict.fromkeys(needed), **values}.items():
        is_right, reason = rules.get(key, (None, f"is not a key of this file; known are {', '.join(sorted(rules))}"))
        if is_right is None or not is_right(value):
            inner = value if is_right and isinstance(value, dict) else {}
            faulty = next((name for name in inner if is_right and not is_right({name: inner[name]})), "")
            raise BadMetadata(f"{key} {reason}", path=path, line=line_of(text, key, faulty) or 1)
    return values


def line_of(text: str, key: str, inner: str = "") -> int | None:
    """The line of a key, from 1; or that of an ``inner`` one of its table, if it has a line of its own."""
    line = re.search(rf"^[ \t]*\[?[\"']?{re.escape(key)}\b", text, re.MULTILINE)
    if line and inner:
        pattern = re.compile(rf"^[ \t]*[\"']?{re.escape(inner)}[\"']?[ \t]*=", re.MULTILINE)
        line = pattern.search(text, line.end()) or line
    return text.count("\n", 0, line.start()) + 1 if line else None


def filled(text: str, found: Mapping[str, object]) -> str:
    """A file, or the template of one, in which a key is a comment, with the values that were found for its keys."""
    tables = re.search(r"^\[", text, re.MULTILINE)
    text, rest = (text[: tables.start()], text[tables.start() :]) if tables else (text, "")
    for name, value in found.items():
        if value:
            before = re.search(rf"^{name} *={_VALUE}", text, re.MULTILINE)
            before = before or re.search(rf"^# {name} = .*\n", text, re.MULTILINE)
            start, end = before.span() if before else (len(text), len(text))
            text = f"{text[:start]}{name} = {in_toml(value)}\n{text[end:]}"
    return text + rest


def write_new(path: Path, text: str) -> None:
    """Raises ``OSError``, also if the file is there; leaves no half of one, which would stop the next command."""
    with path.open("x", encoding="utf-8") as file:
        try:
            file.write(text)
            file.flush()
        except OSError:
            path.unlink()
            raise


def in_toml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{in_toml(key)} = {in_toml(inner)}" for key, inner in value.items()) + " }"
    # Strings and lists of JSON are TOML's too; surrogates are not.
    text = value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
    indent = 4 if isinstance(value, tuple) and len(str(value)) > 100 else None
    return json.dumps(text, ensure_ascii=False, indent=indent).replace("\x7f", r"\u007f")
