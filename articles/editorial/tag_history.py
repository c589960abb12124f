"""The history of a tag as staff are told it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.contrib.auth import get_user_model

from articles.models import Tag
from articles.text.diff import Change

ROWS_SHOWN = 300


@dataclass(slots=True)
class Revision:
    """What one save changed. ``version`` is the history row that holds the whole state."""

    moment: datetime
    who: str
    reason: str
    version: int
    changes: list[Change] = field(default_factory=list)
    undo_url: str = ""  # of the staff page that takes it back


def tag_revisions(tag: Tag) -> list[Revision]:
    """The newest revisions of a tag, the newest first."""
    history: Any = Tag.history.model
    rows = list(history.objects.filter(id=tag.pk).order_by("-history_date", "-history_id")[:ROWS_SHOWN])
    users: Any = get_user_model()._default_manager
    names = dict(users.filter(pk__in={row.history_user_id for row in rows} - {None}).values_list("pk", "username"))
    return [
        Revision(
            row.history_date, names.get(row.history_user_id, ""), row.history_change_reason or "", row.history_id,
            [] if older is None else list(_changes(older, row)),
        )
        for row, older in zip_longest(rows, rows[1:])
    ]  # fmt: skip


def version_fields(record: Any) -> list[tuple[str, str]]:
    """Every field of a history row with its value in words."""
    return [(_label(one), str(getattr(record, one.attname))) for one in record.tracked_fields if not one.primary_key]


def _changes(older: Any, newer: Any) -> Iterator[Change]:
    for tracked in newer.tracked_fields:
        before, after = (str(getattr(row, tracked.attname)) for row in (older, newer))
        if before != after:
            yield Change(_label(tracked), before, after)


def _label(tracked: Any) -> str:
    words = str(tracked.verbose_name)
    return words[:1].upper() + words[1:]
