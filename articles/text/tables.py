"""Tables of a module, which are data in a ``.toml`` file next to it."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from articles.text.grouping import by_key


def tables_of(module: str | Path) -> dict[str, Any]:
    """``module``: its ``__file__``, or that of its tables."""
    return tomllib.loads(Path(module).with_suffix(".toml").read_text("utf-8"))


def any_of(names: Iterable[str]) -> str:
    """The pattern of one of many names, grouped by their first letter, for which it takes half the time. Names are
    patterns, but none has a ``|`` outside of brackets, or a quantifier behind its first letter."""
    by_first = by_key((name[0], name[1:]) if name[0].isalnum() else ("", name) for name in names)
    return "|".join(f"{first}(?:{'|'.join(rests)})" for first, rests in by_first.items())
