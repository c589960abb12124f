"""The generation, which validates caches: a number that triggers raise with every committed change to public data."""

import time
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Tables that no public page reads. The role of public pages cannot read them (``reading_role``).
STAFF_ONLY = {"AppliedEdit", "Conflict", "Likeness", "LikenessBand", "Refusal", "TagMerge"}
# And those that they read only together with an article whose row moves with them.
UNSEEN = STAFF_ONLY | {"Clock", "FormerPath", "Load", "OriginalPath", "TagChange"}
# Tables with only some public columns. (Signing in changes other columns of a user.)
SEEN_COLUMNS = {
    "articles_damage": ["article_id", "code", "field", "line", "text", "is_settled"],
    "articles_articlechange": ["rows", "body"],
    "articles_change": ["reason"],
    "auth_user": ["username", "first_name", "last_name"],
}
# The ledger is written with its articles; only whoever erases a name there rewrites it.
ONLY_UPDATES = {"articles_articlechange", "articles_change"}

# Starts from the clock, so that an emptied database does not repeat old generations.
_START = """
INSERT INTO articles_generation (slot, number) VALUES (0, %s)
  ON CONFLICT (slot) DO UPDATE SET number = excluded.number
"""
# Each transaction raises a row of its own, once, so that loads do not wait for each other's commits. The setting and
# the lock are local to the transaction and undone with a savepoint.
_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION articles_generation_move() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  free integer := pg_backend_pid() % 1024 + 1;
BEGIN
  IF current_setting('newsarchive.moved', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
    PERFORM set_config('newsarchive.moved', pg_current_xact_id()::text, true);
    WHILE NOT pg_try_advisory_xact_lock(1852143475, free) LOOP
      free := free % 1024 + 1;
    END LOOP;
    INSERT INTO articles_generation AS kept (slot, number) VALUES (free, 1)
      ON CONFLICT (slot) DO UPDATE SET number = kept.number + 1;
  END IF;
  RETURN NULL;
END $$
"""


def distrust_generation(using: str, **of_signal: Any) -> None:
    """Before ``migrate``, which may recreate tables without their triggers: invalidate the generation."""
    connection = connections[using]
    if "articles_generation" in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM articles_generation WHERE slot = 0")


def install_triggers(using: str, **of_signal: Any) -> None:
    """After ``migrate``: create the triggers on public tables, or drop them if the generation is gone."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    is_there, is_postgresql = "articles_generation" in tables, connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if is_postgresql:
            cursor.execute(_POSTGRESQL_FUNCTION)
        for table in sorted(seen_tables() & tables):
            for drop, create in _triggers(connection, table):
                if not (is_there and is_postgresql):  # there it would lock readers out
                    cursor.execute(drop)
                if is_there:
                    cursor.execute(create)
        if is_there:
            cursor.execute(_START, [time.time_ns() // 1_000_000])


def seen_tables() -> set[str]:
    seen = {
        model._meta.db_table for model in apps.get_app_config("articles").get_models() if model.__name__ not in UNSEEN
    }
    return seen | set(SEEN_COLUMNS)


def _triggers(connection: BaseDatabaseWrapper, table: str) -> Iterator[tuple[str, str]]:
    for event in ("update",) if table in ONLY_UPDATES else ("insert", "update", "delete"):
        name = f"generation_{table}_{event}"
        columns = f"OF {', '.join(SEEN_COLUMNS[table])}" if event == "update" and table in SEEN_COLUMNS else ""
        create, drop = "CREATE TRIGGER", f"DROP TRIGGER IF EXISTS {name}"
        if connection.vendor == "postgresql":
            create, drop = "CREATE OR REPLACE TRIGGER", f"{drop} ON {table}"
            action = "FOR EACH STATEMENT EXECUTE FUNCTION articles_generation_move()"
        else:
            action = "BEGIN UPDATE articles_generation SET number = number + 1; END"
        yield drop, f"{create} {name} AFTER {event} {columns} ON {table} {action}"


def generation_of(connection: BaseDatabaseWrapper) -> int | None:
    """In the snapshot of ``connection``; ``None`` while triggers may be missing, as ``migrate`` runs or was stopped."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(number), min(slot) FROM articles_generation")
        number, slot = cursor.fetchone()
    return int(number) if slot == 0 else None
