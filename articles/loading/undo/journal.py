"""The journal of a load, read back: one net change of each article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from articles.loading.journal import MODELS, label_of
from articles.models import Load

LABELS = {label_of(model): model for model in MODELS}
Columns = dict[str, Any] | None  # ``None``: there was, or is, no such row
Key = tuple[str, int]


@dataclass(slots=True)
class Change:
    """What a load did to one article. ``ids`` are the journal's rows, the newest last."""

    ids: list[int] = field(default_factory=list)
    rows: dict[Key, tuple[Columns, Columns]] = field(default_factory=dict)

    def add(self, pk: int, rows: Sequence[Sequence[Any]]) -> None:
        """Take up a later change: what was before the first, and what is after the last, count."""
        self.ids.append(pk)
        for model, row_id, before, after in rows:
            key = (model, row_id)
            self.rows[key] = _joined(self.rows[key], (before, after)) if key in self.rows else (before, after)


def _joined(first: tuple[Columns, Columns], second: tuple[Columns, Columns]) -> tuple[Columns, Columns]:
    before, between = first
    whole, after = second
    if before is None or between is None:  # it was not there, or not any more
        return before, (None if after is None else {**(between or {}), **after})
    # Of a row that stays, each change has its own columns; of one that goes, the last has them all.
    before = {**(whole or {}), **before}
    return before, (None if after is None else {**between, **after})


def changes_of(load: Load, article_ids: Sequence[int]) -> dict[int, Change]:
    """By article; without those of which nothing is left to be put back."""
    found: dict[int, Change] = {}
    rows = load.changes.filter(article__in=article_ids).order_by("id")
    for pk, article_id, changed in rows.values_list("id", "article_id", "rows"):
        found.setdefault(article_id, Change()).add(pk, changed)
    return found
