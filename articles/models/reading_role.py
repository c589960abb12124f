"""The PostgreSQL role of public pages: it may read what they show, but no passwords, sessions or work of staff."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model

from articles.models.generation import SEEN_COLUMNS, STAFF_ONLY

SQL = Path(__file__).with_suffix(".sql").read_text("utf-8")  # for psql, as a superuser
USER_COLUMNS = ["id", *SEEN_COLUMNS["auth_user"]]
_WRONG = """
SELECT may_read, string_agg(DISTINCT relname, ', ' ORDER BY relname) FROM (
  SELECT relname::text, has_column_privilege(pg_class.oid, attnum, 'SELECT') AS may_read,
    relname = ANY(%s) OR relname = 'auth_user' AND attname = ANY(%s) AS is_shown
  FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
  WHERE pg_table_is_visible(pg_class.oid) AND relname = ANY(%s) AND attnum > 0 AND NOT attisdropped
) AS columns WHERE may_read <> is_shown GROUP BY may_read
"""


def hidden_user_fields() -> list[str]:
    return [field.name for field in get_user_model()._meta.concrete_fields if field.attname not in USER_COLUMNS]


def shown_and_hidden(connection: Any) -> tuple[set[str], set[str]]:
    """The archive's tables. Of users, which are hidden, public pages show ``USER_COLUMNS``."""
    tables = set(connection.introspection.table_names())
    staff_only = {apps.get_model("articles", name)._meta.db_table for name in STAFF_ONLY}
    shown = {table for table in tables if table.startswith("articles_") or table == "django_migrations"} - staff_only
    return shown, tables & set(connection.introspection.django_table_names()) - shown


def wrongly_readable(connection: Any) -> dict[bool, str]:
    """The tables of which the role of ``connection`` may read more than public pages need (``True``), or less."""
    shown, hidden = shown_and_hidden(connection)
    with connection.cursor() as cursor:
        cursor.execute(_WRONG, [list(shown), USER_COLUMNS, list(shown | hidden)])
        return dict(cursor.fetchall())
