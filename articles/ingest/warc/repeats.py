"""Pages that went back to what they had said before, which crawlers save as revisits: without the bytes."""

from __future__ import annotations

import sqlite3


def take_up_returns(connection: sqlite3.Connection) -> None:
    """Make pages of those revisits that repeat an older capture than the one before them.

    Any other revisit says what the capture before it says, and is left out.
    """
    revisits = connection.execute(
        "SELECT id, key, at, digest, refers_at FROM record WHERE fate = 'skipped' AND note = '' AND at IS NOT NULL"
        " ORDER BY at, id"
    )
    # They are sorted before the first is given, on disk where they are many: what changes meanwhile does not matter.
    for revisit, key, at, digest, refers_at in revisits:
        before = connection.execute(
            "SELECT COALESCE(repeats, id), digest FROM record WHERE key = ? AND fate = 'page' AND at <= ?"
            " ORDER BY at DESC, id DESC LIMIT 1",
            (key, at),
        ).fetchone()
        if before is None or _is_same(before[1], digest):
            continue
        original = _original(connection, key, digest, refers_at)
        if original is not None and original != before[0]:
            connection.execute("UPDATE record SET fate = 'page', repeats = ? WHERE id = ?", (original, revisit))


def _original(connection: sqlite3.Connection, key: str, digest: str, at: float | None) -> int | None:
    """The capture of the same address that a revisit repeats: of the time that it names, or else of the same bytes."""
    captures = connection.execute(
        "SELECT id, at, digest FROM record WHERE key = ? AND fate = 'page' AND repeats IS NULL ORDER BY at", (key,)
    ).fetchall()
    of_time = (capture for capture, its_at, _ in captures if at is not None and its_at == at)
    of_bytes = (capture for capture, _, its_digest in captures if _is_same(its_digest, digest))
    return next(of_time, None) or next(of_bytes, None)


def _is_same(one: str, other: str) -> bool:
    return bool(one) and one.lower() == other.lower()
