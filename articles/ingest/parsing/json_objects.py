"""Parses JSON from unknown sources, with plain error messages."""

from __future__ import annotations

import json
from pathlib import Path

from articles.ingest.errors import BadMetadata


def load_json(data: bytes, path: Path, line: int) -> object:
    """The value in ``data``, which starts on ``line`` of its file. Raises ``BadMetadata``."""
    try:
        return json.loads(data)
    except UnicodeDecodeError as error:
        raise BadMetadata(f"not UTF-8 at byte {error.start + 1}", path=path, line=line) from error
    except json.JSONDecodeError as error:
        reason = f"not JSON: {error.msg.removesuffix(' at')} at character {error.colno} of the line"
        raise BadMetadata(reason, path=path, line=line + error.lineno - 1) from error
    except (RecursionError, ValueError) as error:  # nested too deeply, or a number of thousands of digits
        raise BadMetadata(f"this JSON cannot be read: {error}", path=path, line=line) from error
