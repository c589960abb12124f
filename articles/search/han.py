"""Letters of Chinese in Traditional writing as Simplified writing has them, so that a text in either is found by words
in the other. Each becomes one letter; several may become the same.

The table is of letters, not of words: 乾 becomes 干 in 乾隆 as well, in a text and in a query alike.
"""

from __future__ import annotations

from pathlib import Path

_DATA = Path(__file__).parent / "data" / "han.txt"


def _table() -> dict[int, str]:
    """Pairs of letters, a Traditional one and its Simplified one, without a sign between them."""
    lines = _DATA.read_text(encoding="utf-8").splitlines()
    pairs = "".join(line for line in lines if not line.startswith("#"))
    return {ord(traditional): simplified for traditional, simplified in zip(pairs[::2], pairs[1::2], strict=True)}


SIMPLIFIED = _table()
