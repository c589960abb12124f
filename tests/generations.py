"""The generation within a test, whose single transaction is never committed."""

from __future__ import annotations

from django.db import connection

from articles.models.generation import generation_of
from newsarchive.page_cache import Watch


class WatchInside(Watch):
    """Sees what the test has written, at each look."""

    def _generation(self) -> int | None:
        return generation_of(connection)


def begin_to_write() -> None:
    """As if a transaction began: PostgreSQL moves the generation once in each."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('newsarchive.moved', '', true)")
