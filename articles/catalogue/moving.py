"""One value of as many articles or taggings as a query finds is changed, by statements within the database.

The save protocol for merges of tags and sources: what ``changing`` does row by row takes a minute for the articles of a
common tag. The search index knows merged tags and sources by their former numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from articles.catalogue.filing import CountChanges, Filed
from articles.catalogue.revisions import AS_LOADED, Stamp, keep
from articles.models import Article, Original, Tagging
from articles.models.bulk import chunks

Rows = QuerySet[Any, Any]
TEXTS_AT_ONCE = 500  # rows that are in memory together


@contextmanager
def recounting(ids: Collection[int]) -> Iterator[None]:
    """Let the kept counts follow what the block changes of the tags of these articles."""
    counts = CountChanges()
    parts = chunks(list(ids))
    for filed in (filed for some in parts for filed in Filed.of_many(some).values()):
        counts.move(filed, None)
    yield
    for filed in (filed for some in parts for filed in Filed.of_many(some).values()):
        counts.move(None, filed)
    counts.save()


def change_all(rows: Rows, stamp: Stamp, **values: Any) -> None:
    """Give rows these values (``tag_id``, not ``tag``), and tell their histories."""
    _keep_all(rows, stamp)
    sign_all(rows, "~", stamp, **values)
    rows.update(**values)


def remove_all(rows: Rows, stamp: Stamp) -> None:
    _keep_all(rows, stamp)
    sign_all(rows, "-", stamp)
    rows._raw_delete("default")


def sign_all(rows: Rows, kind: str, stamp: Stamp, **changed: Any) -> None:
    """Record that rows are added (``+``), removed (``-``) or changed (``~``), the latter to what is ``changed``."""
    history = rows.model.history.model
    values: dict[str, Any] = {name: Value(value) for name, value in changed.items()}
    values["history_date"] = _value(history, "history_date", stamp.moment)
    values["history_user_id"] = _value(history, "history_user_id", stamp.user.pk if stamp.user else None)
    _record(rows, kind, values, reason=stamp.reason or None)


def insert_selected(model: Any, rows: Rows, values: Mapping[str, Any]) -> None:
    """Insert a row of a model for each row of a query; ``values`` are expressions over the latter."""
    # Under names of their own, since some are those of columns that are read.
    selected = {f"as_{name}": value for name, value in values.items()}
    sql, parameters = rows.order_by().annotate(**selected).values_list(*selected).query.sql_with_params()
    columns = ", ".join(connection.ops.quote_name(model._meta.get_field(name).column) for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {model._meta.db_table} ({columns}) {sql}", parameters)


def _keep_all(rows: Rows, stamp: Stamp) -> None:
    """Record how rows are, where the history does not say so."""
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
        keep(list(rows.model._default_manager.filter(pk__in=some)), stamp)


def _record(rows: Rows, kind: str, given: Mapping[str, Any], *, reason: str | None) -> None:
    history = rows.model.history.model
    values: dict[str, Any] = {tracked.attname: F(tracked.attname) for tracked in history.tracked_fields}
    values |= {name: _value(history, name, None) for name in ("history_user_id", "load_id")}
    values |= {"history_type": Value(kind), "history_change_reason": _value(history, "history_change_reason", reason)}
    insert_selected(history, rows, {**values, **given})


def _value(history: Any, name: str, value: Any) -> Value:
    """A value of one of the history's columns; of a reference, its id."""
    column = history._meta.get_field(name)
    return Value(value, output_field=getattr(column, "target_field", column))
