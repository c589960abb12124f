"""Rows deleted without a history row of each: whoever deletes them records the article, signed, or forgets it whole."""

from __future__ import annotations

from typing import Any

from django.db.models import CASCADE, SET_NULL, QuerySet

ASKED_AT_ONCE = 5_000  # SQLite takes 32,766 values in one statement


def remove_rows(rows: QuerySet[Any]) -> None:
    """Delete rows with all that hangs on them."""
    ids = list(rows.values_list("pk", flat=True))
    for start in range(0, len(ids), ASKED_AT_ONCE):
        _remove(rows.model, ids[start : start + ASKED_AT_ONCE])


def _remove(model: Any, ids: list[int]) -> None:
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.concrete or not (relation.one_to_many or relation.one_to_one):
            continue
        hanging = relation.related_model._default_manager.filter(**{f"{relation.field.attname}__in": ids})
        if relation.on_delete is CASCADE:
            remove_rows(hanging)
        elif relation.on_delete is SET_NULL:
            hanging.update(**{relation.field.attname: None})
    model._default_manager.filter(pk__in=ids)._raw_delete("default")
