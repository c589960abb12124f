"""The journal of a load: its changes to existing articles, row by row, so that it can be undone."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from articles.models import (
    Article,
    Conflict,
    Damage,
    Load,
    LoadChange,
    Original,
    OriginalPath,
    Photo,
    Rendition,
    Tagging,
)  # fmt: skip

Key = tuple[str, int]  # model and id
Rows = dict[Key, dict[str, Any]]  # the columns
Columns = dict[str, Any] | None  # ``None``: no such row

# Each model with the path to its article. Contents of originals never change.
MODELS: dict[type[Model], str] = {
    Article: "pk", Original: "article", OriginalPath: "original__article", Photo: "article",
    Rendition: "photo__article", Tagging: "article", Damage: "article", Conflict: "article",
}  # fmt: skip
_UNREAD: dict[type[Model], tuple[str, ...]] = {
    Original: (
        "content", "ledger", "left_out", "evidence", "held_at", "held_offset", "held_length", "read_as", "beside",
    ),
    OriginalPath: ("size_bytes", "mtime_ns"),
}  # fmt: skip


def name_of(model: type[Model]) -> str:
    return str(model._meta.model_name)


def columns_of(model: type[Model]) -> list[str]:
    unread = _UNREAD.get(model, ())
    return [field.attname for field in model._meta.concrete_fields if field.attname not in unread]


LABELS = {name_of(model): model for model in MODELS}
PATH = name_of(OriginalPath)


# --- Writing. ---------------------------------------------------------------------------------------------------------


@contextmanager
def recording(load: Load, article_ids: Iterable[int]) -> Iterator[None]:
    """Record the changes that the block makes to these articles, in the caller's transaction."""
    ids = sorted(set(article_ids))
    before = {pk: Rows() for pk in ids} | rows_of(ids)
    yield
    after = rows_of(ids)
    # A path may move to another article; the change is recorded with its former one.
    moved = [(owner, key) for owner, rows in before.items() for key in rows if key not in after.get(owner, {})]
    lost = {pk: owner for owner, (model, pk) in moved if model == PATH}
    for row in OriginalPath.objects.filter(pk__in=lost).values(*columns_of(OriginalPath)) if lost else ():
        after.setdefault(lost[row["id"]], {})[PATH, row["id"]] = row
    changes = [(pk, _difference(before[pk], after.get(pk, {}))) for pk in ids]
    LoadChange.objects.bulk_create(
        [LoadChange(load=load, article_id=pk, rows=rows) for pk, rows in changes if rows and pk in after]
    )


def rows_of(article_ids: Collection[int]) -> dict[int, Rows]:
    found: dict[int, Rows] = {}
    for model, owner_path in MODELS.items() if article_ids else ():
        columns = columns_of(model)
        records = model._base_manager.filter(**{f"{owner_path}__in": article_ids}).order_by()
        for owner, *values in records.values_list(owner_path, *columns):
            row = dict(zip(columns, values, strict=True))
            found.setdefault(owner, {})[name_of(model), row["id"]] = row
    return found


def _difference(before: Rows, after: Rows) -> list[list[Any]]:
    changed = []
    for model, pk in before | after:
        old, new = before.get((model, pk)), after.get((model, pk))
        if old == new:
            continue
        if old is not None and new is not None and model != PATH:  # paths are recorded in full
            names = [name for name in new if old[name] != new[name]]
            old, new = {name: old[name] for name in names}, {name: new[name] for name in names}
        changed.append([model, pk, old, new])
    return _plain(changed)


def _plain(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The value for JSON, with dates and times in ISO 8601."""
    plain: list[list[Any]] = json.loads(json.dumps(rows, default=lambda value: value.isoformat()))
    return plain


# --- Reading. ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Change:
    """Changes of one article: columns before and after. ``ids``: rows of the journal, newest last."""

    ids: list[int] = field(default_factory=list)
    rows: dict[Key, tuple[Columns, Columns]] = field(default_factory=dict)

    def add(self, pk: int, rows: Sequence[Sequence[Any]]) -> None:
        """Add a later change: keep the columns before the first and after the last."""
        self.ids.append(pk)
        for label, row_id, *pair in rows:
            model = LABELS[label]
            before, after = (_values(model, columns) for columns in pair)
            if earlier := self.rows.get((label, row_id)):
                first, between = earlier
                if first is None or between is None:  # new, or deleted
                    before, after = first, None if after is None else {**(between or {}), **after}
                else:
                    # Each change has only its own columns; a deletion has all of them.
                    before, after = {**(before or {}), **first}, None if after is None else {**between, **after}
            self.rows[label, row_id] = before, after


def _values(model: type[Model], columns: Columns) -> Columns:
    if columns is None:
        return None
    found = {}
    for name, value in columns.items():
        column: Any = model._meta.get_field(name)
        found[name] = (column.target_field if column.is_relation else column).to_python(value)
    return found


def changes_of(load: Load, article_ids: Sequence[int]) -> dict[int, Change]:
    """Changes by article, without articles that have nothing left to undo."""
    found: dict[int, Change] = {}
    rows = load.changes.filter(article__in=article_ids).order_by("id")
    for pk, article_id, changed in rows.values_list("id", "article_id", "rows"):
        found.setdefault(article_id, Change()).add(pk, changed)
    return found


def replace_rows(change: Change, rest: Sequence[Sequence[Any]]) -> None:
    done = change.ids
    if rest:
        *done, last = change.ids
        LoadChange.objects.filter(pk=last).update(rows=_plain(rest))
    LoadChange.objects.filter(pk__in=done).delete()
