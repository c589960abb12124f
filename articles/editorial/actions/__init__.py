"""Bulk actions and merges.

Each function runs in its caller's transaction, locks its rows and signs changes with the given ``Stamp``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from articles.catalogue.revisions import TEXTS_AT_ONCE
from articles.models import bulk

Item = TypeVar("Item")


class NotDone(Exception):
    """An action is refused; the message says why and what to do."""


def chunks(items: Sequence[Item]) -> list[Sequence[Item]]:
    return bulk.chunks(items, TEXTS_AT_ONCE)
