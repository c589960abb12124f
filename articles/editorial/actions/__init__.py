"""What staff do beyond the form of one row: to many articles at once, and to two of a kind that are one.

Each function works within its caller's transaction, on rows that it locks, and signs what it changes with the
``Stamp`` that it is given. Counts and addresses go through ``articles.catalogue``, as they do for loads and forms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")
AT_ONCE = 500  # rows whose texts are in memory together


class NotDone(Exception):
    """What was asked cannot be done; the words say why and what would mend it."""


def chunks(items: Sequence[Item], size: int = AT_ONCE) -> Iterator[Sequence[Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))
