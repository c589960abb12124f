"""Bulk actions and merges. Each runs within a transaction, locks its rows and signs changes with a ``Stamp``."""

TEXTS_AT_ONCE = 500  # in memory


class NotDone(Exception):
    """An action is refused; the message says why and what to do."""


def with_reason(words: str, reason: str) -> str:
    return f"{words}: {reason}" if reason else words
