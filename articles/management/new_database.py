"""Setting up a new database: in one transaction, by one process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

SETUP_LOCK = 0x6E65_7773  # any number that no other application on the same server uses


@contextmanager
def setting_up(connection: BaseDatabaseWrapper) -> Iterator[bool]:
    """Yield whether the database has no tables and is to be set up within this block.

    All that the block does is in one transaction, so whatever ends it (a kill, Ctrl-C, a full disk) leaves no half of
    it. Other processes wait, on whatever machine they run, and then find the tables.
    """
    if connection.introspection.table_names():
        yield False
        return
    # SQLite can not turn foreign keys off within a transaction, and migrations need them off.
    with connection.constraint_checks_disabled(), transaction.atomic(using=connection.alias):
        if connection.vendor == "postgresql":  # SQLite's transactions exclude each other anyway
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SETUP_LOCK])
        yield not connection.introspection.table_names()
