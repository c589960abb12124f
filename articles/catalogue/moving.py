"""The save protocol for merges of tags and sources: changes one value of many rows by statements in the database.

``changing`` would take a minute for the articles of a common tag. The search index resolves merged tags and sources by
their former ids.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from articles.catalogue.filing import CountChanges, Filed
from articles.catalogue.revisions import AS_LOADED, Stamp, record_before
from articles.models import Article, Original, Tagging
from articles.models.bulk import chunks

Rows = QuerySet[Any, Any]
TEXTS_AT_ONCE = 500  # rows in memory


@contextmanager
def recounting(ids: Collection[int]) -> Iterator[None]:
    """Update the stored counts after the block has changed tags of these articles."""
    counts = CountChanges()
    parts = chunks(list(ids))
    for filed in (filed for some in parts for filed in Filed.of_many(some).values()):
        counts.move(filed, None)
    yield
    for filed in (filed for some in parts for filed in Filed.of_many(some).values()):
        counts.move(None, filed)
    counts.save()


def change_all(rows: Rows, stamp: Stamp, **values: Any) -> None:
    """Set values (``tag_id``, not ``tag``) of rows, with their histories."""
    _keep_all(rows, stamp)
    sign_all(rows, "~", stamp, **values)
    rows.update(**values)


def remove_all(rows: Rows, stamp: Stamp) -> None:
    _keep_all(rows, stamp)
    sign_all(rows, "-", stamp)
    rows._raw_delete("default")


def sign_all(rows: Rows, kind: str, stamp: Stamp, **changed: Any) -> None:
    """Record rows as added (``+``), removed (``-``) or changed (``~``) to the values in ``changed``."""
    history = rows.model.history.model
    values: dict[str, Any] = {name: Value(value) for name, value in changed.items()}
    values["history_date"] = _value(history, "history_date", stamp.moment)
    values["history_user_id"] = _value(history, "history_user_id", stamp.user.pk if stamp.user else None)
    _record(rows, kind, values, reason=stamp.reason or None)


def insert_selected(model: Any, rows: Rows, values: Mapping[str, Any]) -> None:
    """Insert a row of ``model`` for each of ``rows``; ``values``: expressions on the latter."""
    # Prefixed, since some names are those of columns.
    selected = {f"as_{name}": value for name, value in values.items()}
    sql, parameters = rows.order_by().annotate(**selected).values_list(*selected).query.sql_with_params()
    columns = ", ".join(connection.ops.quote_name(model._meta.get_field(name).column) for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {model._meta.db_table} ({columns}) {sql}", parameters)


def _keep_all(rows: Rows, stamp: Stamp) -> None:
    """Record the present state of rows if it is not in the history."""
    history = rows.model.history.model
    if rows.model is Tagging:
        newest = history.objects.filter(id=OuterRef("pk")).order_by("-history_id").values("history_id")[:1]
        same = {"history_id": OuterRef("newest"), "tag_id": OuterRef("tag_id"), "origin": OuterRef("origin")}
        rows = rows.annotate(newest=Subquery(newest)).filter(~Exists(history.objects.filter(**same)))
    known = Exists(history.objects.filter(id=OuterRef("pk")))
    article = OuterRef("pk" if rows.model is Article else "article")
    current = Original.objects.filter(article=article, is_current=True, load__isnull=False)
    just_before = _value(history, "history_date", stamp.just_before)
    loaded_at = Coalesce(Subquery(current.values("load__started_at")[:1]), just_before)
    recorded = list(rows.filter(known).values_list("pk", flat=True))
    given = {"history_date": loaded_at, "load_id": Subquery(current.values("load_id")[:1])}
    _record(rows.filter(~known), "+", given, reason=AS_LOADED)
    for some in chunks(recorded, TEXTS_AT_ONCE):
        record_before(list(rows.model._default_manager.filter(pk__in=some)), stamp)


def _record(rows: Rows, kind: str, given: Mapping[str, Any], *, reason: str | None) -> None:
    history = rows.model.history.model
    values: dict[str, Any] = {tracked.attname: F(tracked.attname) for tracked in history.tracked_fields}
    values |= {name: _value(history, name, None) for name in ("history_user_id", "load_id")}
    values |= {"history_type": Value(kind), "history_change_reason": _value(history, "history_change_reason", reason)}
    insert_selected(history, rows, {**values, **given})


def _value(history: Any, name: str, value: Any) -> Value:
    """A value for a column of the history; an id for a foreign key."""
    column = history._meta.get_field(name)
    return Value(value, output_field=getattr(column, "target_field", column))
