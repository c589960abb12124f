"""Revisions of as many articles or taggings as a query finds, written by one statement within the database.

What ``articles.catalogue.revisions`` does row by row takes a minute for the articles of a common tag.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from articles.catalogue.revisions import AS_LOADED, Stamp, keep_many
from articles.editorial.actions import chunks
from articles.models import Article, Original

Rows = QuerySet[Any, Any]


def keep_all(rows: Rows, stamp: Stamp) -> None:
    """Record how rows stand, where the history does not say so."""
    history = _history_of(rows)
    known = Exists(history.objects.filter(id=OuterRef("pk")))
    article = OuterRef("pk" if rows.model is Article else "article")
    current = Original.objects.filter(article=article, is_current=True, load__isnull=False)
    just_before = _value(history, "history_date", stamp.just_before)
    loaded_at = Coalesce(Subquery(current.values("load__started_at")[:1]), just_before)
    load = Subquery(current.values("load_id")[:1])
    recorded = list(rows.filter(known).values_list("pk", flat=True))
    _record(rows.filter(~known), "+", {"history_date": loaded_at, "load_id": load}, reason=AS_LOADED)
    for some in chunks(recorded):
        keep_many(list(rows.model._default_manager.filter(pk__in=some)), stamp)


def sign_all(rows: Rows, kind: str, stamp: Stamp, **changed: Any) -> None:
    """Record that rows are removed (``-``) or changed (``~``), the latter to what is ``changed``."""
    history = _history_of(rows)
    values = {name: Value(value) for name, value in changed.items()}
    signed = {
        "history_date": _value(history, "history_date", stamp.moment),
        "history_user_id": _value(history, "history_user_id", stamp.user.pk if stamp.user else None),
    }
    _record(rows, kind, {**values, **signed}, reason=stamp.reason or None)


def _record(rows: Rows, kind: str, given: Mapping[str, Any], *, reason: str | None) -> None:
    history = _history_of(rows)
    values: dict[str, Any] = {tracked.attname: F(tracked.attname) for tracked in history.tracked_fields}
    values |= {name: _value(history, name, None) for name in ("history_user_id", "load_id")}
    values |= {"history_type": Value(kind), "history_change_reason": _value(history, "history_change_reason", reason)}
    values |= given
    insert_selected(history, rows, values)


def insert_selected(model: Any, rows: Rows, values: Mapping[str, Any]) -> None:
    """Insert a row of a model for each row of a query; ``values`` are expressions over the latter."""
    # Under names of their own, since some are those of columns that are read.
    selected = {f"as_{name}": value for name, value in values.items()}
    sql, parameters = rows.order_by().annotate(**selected).values_list(*selected).query.sql_with_params()
    columns = ", ".join(connection.ops.quote_name(model._meta.get_field(name).column) for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {model._meta.db_table} ({columns}) {sql}", parameters)


def not_recorded(taggings: Rows) -> Rows:
    """Those of which the newest revision says another tag or origin, or that have none."""
    history = _history_of(taggings)
    newest = history.objects.filter(id=OuterRef("pk")).order_by("-history_id").values("history_id")[:1]
    same = {"history_id": OuterRef("newest"), "tag_id": OuterRef("tag_id"), "origin": OuterRef("origin")}
    found: Rows = taggings.annotate(newest=Subquery(newest)).filter(~Exists(history.objects.filter(**same)))
    return found


def _history_of(rows: Rows) -> Any:
    return rows.model.history.model


def _value(history: Any, name: str, value: Any) -> Value:
    column = history._meta.get_field(name)
    return Value(value, output_field=getattr(column, "target_field", column))
