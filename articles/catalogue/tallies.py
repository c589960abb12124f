"""Kept counts as rows that are there while they count something: added to and taken from in a few statements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connections, models


def tally(model: type[models.Model], columns: tuple[str, str], changes: Mapping[tuple[int, int], int]) -> None:
    """Change the ``articles`` of the rows that ``columns`` name by so many; what comes to none is removed.

    Within the caller's transaction, in the order of the rows: of two loads at once, one waits, and neither for ever.
    """
    # A row that takes away cannot be offered for insertion: databases check that it counts no less than none.
    in_order = sorted(changes.items())
    more = [(*row, by) for row, by in in_order if by > 0]
    less = [(by, *row) for row, by in in_order if by < 0]
    table, (one, other) = model._meta.db_table, columns
    with connections["default"].cursor() as cursor:
        _run(
            cursor,
            f"INSERT INTO {table} ({one}, {other}, articles) VALUES (%s, %s, %s) "  # noqa: S608
            f"ON CONFLICT ({one}, {other}) DO UPDATE SET articles = {table}.articles + excluded.articles",
            more,
        )
        _run(cursor, f"UPDATE {table} SET articles = articles + %s WHERE {one} = %s AND {other} = %s", less)  # noqa: S608
        _run(
            cursor,
            f"DELETE FROM {table} WHERE {one} = %s AND {other} = %s AND articles = 0",  # noqa: S608
            [row for _, *row in less],
        )


def _run(cursor: Any, statement: str, rows: list[Any]) -> None:
    if rows:
        cursor.executemany(statement, rows)
