"""Tables of a module, which are data in a ``.toml`` file next to it."""

import tomllib
from pathlib import Path
from typing import Any


def tables_of(module: str | Path) -> dict[str, Any]:
    """``module``: its ``__file__``, or that of its tables."""
    return tomllib.loads(Path(module).with_suffix(".toml").read_text("utf-8"))
