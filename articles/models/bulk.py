"""Bulk writes by few statements.

For speed: the process that writes takes 30 % less processor time for 2,000 new articles than with ``bulk_create``, and
38 % less for 2,000 changed ones than with ``bulk_update``. Without signals.

A private part of Django, used nowhere else: ``QuerySet._raw_delete``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models import QuerySet

Item = TypeVar("Item")
AT_ONCE = 5_000  # SQLite takes 32,766 values in one statement
IGNORE_KNOWN = "ON CONFLICT DO NOTHING"


def insert(rows: Sequence[models.Model]) -> None:
    """Insert instances of one model, without ``save`` and signals. Does not set their ids."""
    if rows:
        model = type(rows[0])
        names, _ = _columns(model)
        insert_values(model, list(names), map(attrgetter(*names), rows))


def insert_values(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]], *, ending: str = ""
) -> None:
    """Insert rows given as values of the attributes ``names`` (``tag_id``, not ``tag``).

    Within a transaction: SQLite does not undo the first rows alone if one fails.
    """
    column_of, _ = _columns(model)
    columns = ", ".join(connection.ops.quote_name(column_of[name]) for name in names)
    table = connection.ops.quote_name(model._meta.db_table)
    converted = _converted(model, names, rows)
    if not converted:
        return
    if connection.vendor == "postgresql" and not ending:
        copy(f"{table} ({columns})", converted)
        return
    marks = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT {_or_fail()} INTO {table} ({columns}) VALUES ({marks}) {ending}",  # noqa: S608
            converted,
        )


def copy(into: str, rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows by ``COPY``, for PostgreSQL; ``into``: the table and its columns."""
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as file:
        for row in rows:
            file.write_row(row)


def update_values(model: type[models.Model], names: Sequence[str], rows: Sequence[models.Model]) -> None:
    """Update the attributes ``names`` (``tag_id``, not ``tag``) of existing rows."""
    if not rows:
        return
    column_of, _ = _columns(model)
    quoted = connection.ops.quote_name
    columns = ", ".join(f"{quoted(column_of[name])} = %s" for name in names)
    values = map(attrgetter(*names, "pk"), rows)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {_or_fail()} {quoted(model._meta.db_table)} SET {columns} WHERE {quoted('id')} = %s",  # noqa: S608
            _converted(model, names, values),
        )


def _or_fail() -> str:
    """Else SQLite copies each page that a statement changes, to be able to undo it alone, if the table has triggers."""
    return "OR FAIL" if connection.vendor == "sqlite" else ""


def _converted(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    _, converters = _columns(model)
    chosen = [(index, converters[name]) for index, name in enumerate(names) if name in converters]
    if not chosen:
        return list(rows)
    converted: list[Sequence[Any]] = []
    for row in rows:
        values = list(row)
        for index, convert in chosen:
            values[index] = convert(values[index])
        converted.append(values)
    return converted


@cache
def _columns(model: type[models.Model]) -> tuple[dict[str, str], dict[str, Callable[[Any], Any]]]:
    """Columns by attribute name, without an automatic id, and converters for the driver."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    converters = {field.attname: convert for field in fields if (convert := _converter(field))}
    return {field.attname: str(field.column) for field in fields}, converters


def _converter(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    ops = connection.ops
    if isinstance(field, models.DateTimeField):
        return ops.adapt_datetimefield_value
    if isinstance(field, models.DateField):
        return ops.adapt_datefield_value
    if isinstance(field, models.JSONField):
        no_list, no_dict = ops.adapt_json_value([], None), ops.adapt_json_value({}, None)
        return lambda value: (
            no_list if value == [] else no_dict if value == {} else ops.adapt_json_value(value, field.encoder)
        )
    return None


def chunks(items: Sequence[Item], size: int = AT_ONCE) -> list[Sequence[Item]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def delete_alone(rows: QuerySet[Any]) -> int:
    """Delete rows to which no others refer, without cascades and signals."""
    return rows._raw_delete("default")
