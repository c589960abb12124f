"""Bulk actions and merges.

Each function runs within ``ledger.change``, locks its rows and signs changes with the given ``Stamp``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from articles.models import bulk

Item = TypeVar("Item")
TEXTS_AT_ONCE = 500  # in memory


class NotDone(Exception):
    """An action is refused; the message says why and what to do."""


def chunks(items: Sequence[Item]) -> list[Sequence[Item]]:
    return bulk.chunks(items, TEXTS_AT_ONCE)


def with_reason(words: str, reason: str) -> str:
    return f"{words}: {reason}" if reason else words
