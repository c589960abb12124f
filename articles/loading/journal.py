"""What a load changes of articles that were there before, row by row, so that it can be put back.

The rows of an article are read before and after; what differs is one ``LoadChange``.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
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
)

Rows = dict[tuple[str, int], dict[str, Any]]  # by model and id, the columns

# Each model with the way to its article. The bytes of an original and the account of them never change.
MODELS: dict[type[Model], str] = {
    Article: "pk", Original: "article", OriginalPath: "original__article", Photo: "article",
    Rendition: "photo__article", Tagging: "article", Damage: "article", Conflict: "article",
}  # fmt: skip
_UNREAD: dict[type[Model], tuple[str, ...]] = {
    Original: ("content", "ledger", "left_out", "evidence", "held_at", "held_offset", "held_length")
}


def label_of(model: type[Model]) -> str:
    """What a journal calls a model."""
    return str(model._meta.model_name)


def columns_of(model: type[Model]) -> list[str]:
    """The columns that the journal keeps of a model."""
    unread = _UNREAD.get(model, ())
    return [field.attname for field in model._meta.concrete_fields if field.attname not in unread]


PATH = label_of(OriginalPath)


@contextmanager
def kept(load: Load, article_ids: Iterable[int]) -> Iterator[None]:
    """Within the caller's transaction: note what the block changes of these articles."""
    ids = sorted(set(article_ids))
    if not ids:
        yield
        return
    before = {pk: Rows() for pk in ids} | rows_of(ids)
    yield
    after = rows_of(ids)
    _follow_paths(before, after)
    changes = [(pk, _difference(before[pk], after.get(pk, {}))) for pk in ids]
    LoadChange.objects.bulk_create(
        [LoadChange(load=load, article_id=pk, rows=rows) for pk, rows in changes if rows and pk in after]
    )


def rows_of(article_ids: Collection[int]) -> dict[int, Rows]:
    """The rows of each article as they stand in the database."""
    found: dict[int, Rows] = {}
    for model, way in MODELS.items() if article_ids else ():
        columns = columns_of(model)
        records = model._default_manager.filter(**{f"{way}__in": article_ids}).order_by()
        for owner, *values in records.values_list(way, *columns):
            row = dict(zip(columns, values, strict=True))
            found.setdefault(owner, {})[label_of(model), row["id"]] = row
    return found


def _follow_paths(before: dict[int, Rows], after: dict[int, Rows]) -> None:
    """A file may go on to another article, and its row with it: what that says then is noted with its former one."""
    lost = {
        key: owner
        for owner, rows in before.items()
        for key in rows
        if key[0] == PATH and key not in after.get(owner, {})
    }
    if not lost:
        return
    rows = OriginalPath.objects.filter(pk__in=[pk for _, pk in lost]).values(*columns_of(OriginalPath))
    for row in rows:
        key = (PATH, row["id"])
        after.setdefault(lost[key], {})[key] = row


def _difference(before: Rows, after: Rows) -> list[list[Any]]:
    changed = []
    for model, pk in [*before, *(key for key in after if key not in before)]:
        old, new = before.get((model, pk)), after.get((model, pk))
        if old is not None and new is not None and model == PATH:
            old, new = (old, new) if old != new else (None, None)  # whole: it goes when the other article goes
        elif old is not None and new is not None:
            names = [name for name in new if old[name] != new[name]]
            old, new = {name: old[name] for name in names}, {name: new[name] for name in names}
        if old != new:
            changed.append([model, pk, old, new])
    # Dates and moments, of the latter all that the database knows.
    plain: list[list[Any]] = json.loads(json.dumps(changed, default=lambda value: value.isoformat()))
    return plain
