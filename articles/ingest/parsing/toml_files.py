"""TOML files that the operator writes: the tag vocabulary, profiles of sites."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from articles.ingest.errors import BadMetadata, UnreadableFile

_LINE_IN_MESSAGE = re.compile(r" \((?:at line (\d+), column \d+|at end of document)\)$")


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """The text of a file, and its values. Raises ``UnreadableFile``, or ``BadMetadata`` with the line."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UnreadableFile(error.strerror or str(error), path=path) from error
    except UnicodeDecodeError as error:
        faulty_line = error.object.count(b"\n", 0, error.start) + 1
        raise BadMetadata("not UTF-8", path=path, line=faulty_line) from error
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = _LINE_IN_MESSAGE.search(str(error))
        line = int(where[1]) if where and where[1] else text.count("\n") + 1
        reason = _LINE_IN_MESSAGE.sub("", str(error))
        raise BadMetadata(f"not TOML: {reason[:1].lower()}{reason[1:]}", path=path, line=line) from error
