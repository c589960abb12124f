"""What staff do beyond the form of one row: to many articles at once, and to two of a kind that are one.

Each function works within its caller's transaction, on rows that it locks, and signs what it changes with the
``Stamp`` that it is given. What follows is done by ``articles.catalogue``: ``changing``, and for merges ``moving``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from articles.catalogue.moving import TEXTS_AT_ONCE
from articles.models import bulk

Item = TypeVar("Item")


class NotDone(Exception):
    """What was asked cannot be done; the words say why and what would mend it."""


def chunks(items: Sequence[Item]) -> list[Sequence[Item]]:
    return bulk.chunks(items, TEXTS_AT_ONCE)
