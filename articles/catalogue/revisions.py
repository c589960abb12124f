"""Revisions: what a save by staff or a load writes into the history, and how the history is told.

An article as it was first loaded has no history. Before anything changes it for the first time, the state that it was
found in is recorded, without a user. Nothing that was once public is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone

from articles.models import Article, Load, Original, Photo, Tagging

AS_LOADED = "As loaded"
REASON_LENGTH = 100  # what the history's column takes
# Follows from other fields, and moves without a revision.
DERIVED = frozenset({"archive_date"})


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who makes a change, why, and when: the same for every row that one save writes."""

    user: Any
    reason: str
    moment: datetime
    load: Load | None = None

    @classmethod
    def of_load(cls, load: Load) -> Stamp:
        """A load makes the change: nobody's, and its reason is what was loaded."""
        return cls(None, "", timezone.now(), load)

    @classmethod
    def now(cls, user: Any, reason: str) -> Stamp:
        return cls(user, reason, timezone.now())

    @property
    def just_before(self) -> datetime:
        """The moment that stands before this change in the history."""
        return self.moment - timedelta(microseconds=1)

    def put_on(self, row: Any) -> None:
        """Sign the next revision of a row."""
        row._history_user, row._change_reason, row._history_date = self.user, self.reason or None, self.moment


# --- Recording. -------------------------------------------------------------------------------------------------------


def keep_article(article: Article, stamp: Stamp) -> None:
    """Record an article, its photos and its tags as they stand in the database, where the history does not say so."""
    keep_articles([article.pk], stamp)


def keep_state(rows: Sequence[Any], stamp: Stamp, loaded_at: datetime, load_id: int | None = None) -> None:
    """Record rows of one model whose newest history row tells another state, or that have none."""
    _keep(rows, stamp, lambda _: (load_id, loaded_at))


def keep_many(rows: Sequence[Any], stamp: Stamp) -> None:
    """``keep_state`` for rows that belong to many articles, or are such, each as the load of its article left it."""
    ids = {_article_id(row) for row in rows}
    current = Original.objects.filter(article_id__in=ids, is_current=True, load__isnull=False)
    loads = {pk: (load, at) for pk, load, at in current.values_list("article_id", "load_id", "load__started_at")}
    _keep(rows, stamp, lambda row: loads.get(_article_id(row), (None, stamp.just_before)))


def _article_id(row: Any) -> int:
    found: int = row.pk if isinstance(row, Article) else row.article_id
    return found


def _keep(rows: Sequence[Any], stamp: Stamp, load_of: Callable[[Any], tuple[int | None, datetime]]) -> None:
    if not rows:
        return
    history: Any = type(rows[0]).history.model
    newest = _newest(history, [row.pk for row in rows])
    unknown = [row for row in rows if not _tells(newest.get(row.pk), row)]
    history.objects.bulk_create([_record(history, row, newest.get(row.pk), stamp, *load_of(row)) for row in unknown])


def sign_many(rows: Sequence[Any], kind: str, stamp: Stamp) -> None:
    """Record that rows of one model were added (``+``), changed (``~``) or removed (``-``), as they are in memory."""
    if rows:
        history: Any = type(rows[0]).history.model
        history.objects.bulk_create([_signed(history, row, kind, stamp) for row in rows])


def keep_articles(ids: Sequence[int], stamp: Stamp) -> None:
    """``keep_article`` for many articles, by their ids."""
    for rows in _recorded_rows(ids).values():
        keep_many(rows, stamp)


def record_article(article: Article, stamp: Stamp) -> None:
    """Record what has changed of an article, its photos and its tags since the history was last written.

    For changes that did not go through ``save``: those of loads, of undoing them, and of many articles at once.
    """
    record_articles([article.pk], stamp)


def record_articles(ids: Sequence[int], stamp: Stamp) -> None:
    """``record_article`` for many articles, by their ids."""
    for model, rows in _recorded_rows(ids).items():
        owner = "id__in" if model is Article else "article_id__in"
        _record_changes(model, rows, {owner: ids}, stamp)


def _recorded_rows(ids: Sequence[int]) -> dict[Any, list[Any]]:
    """The rows of articles that the history tells of, as they stand in the database."""
    return {
        Article: list(Article.objects.filter(pk__in=ids).defer("body_html", "as_loaded", "body_as_loaded", "excerpt")),
        Photo: list(Photo.objects.filter(article__in=ids).defer("metadata")),
        Tagging: list(Tagging.objects.filter(article__in=ids)),
    }


def _record_changes(model: Any, rows: Sequence[Any], of: dict[str, Any], stamp: Stamp) -> None:
    history: Any = model.history.model
    ids = set(history.objects.filter(**of).values_list("id", flat=True)) | {row.pk for row in rows}
    newest = _newest(history, list(ids))
    there = {row.pk: row for row in rows}
    records = [
        _signed(history, row, "~" if pk in newest and newest[pk].history_type != "-" else "+", stamp)
        for pk, row in there.items()
        if not _tells(newest.get(pk), row)
    ]
    gone = [record for pk, record in newest.items() if pk not in there and record.history_type != "-"]
    history.objects.bulk_create([*records, *(_signed(history, record, "-", stamp) for record in gone)])


def _signed(history: Any, row: Any, kind: str, stamp: Stamp) -> Any:
    """A history row of the state of ``row``."""
    values = {tracked.attname: getattr(row, tracked.attname) for tracked in history.tracked_fields}
    if hasattr(history, "load_id"):
        values["load"] = stamp.load
    return history(
        history_date=stamp.moment,
        history_type=kind,
        history_change_reason=stamp.reason or None,
        history_user=stamp.user,
        **values,
    )


def _newest(history: Any, ids: list[int]) -> dict[int, Any]:
    last = history.objects.filter(id__in=ids).values("id").annotate(last=Max("history_id")).values_list("last")
    return {record.id: record for record in history.objects.filter(history_id__in=[pk for (pk,) in last])}


def _tells(record: Any | None, row: Any) -> bool:
    if record is None or record.history_type == "-":
        return False
    names = [tracked.attname for tracked in record.tracked_fields if tracked.attname not in DERIVED]
    return all(getattr(record, name) == getattr(row, name) for name in names)


def _record(history: Any, row: Any, newest: Any | None, stamp: Stamp, load_id: int | None, loaded_at: datetime) -> Any:
    is_later = newest is not None and newest.history_date >= loaded_at
    values = {tracked.attname: getattr(row, tracked.attname) for tracked in history.tracked_fields}
    if hasattr(history, "load_id"):
        values["load_id"] = load_id
    return history(
        history_date=stamp.just_before if is_later else loaded_at,
        history_type="~" if newest else "+",
        history_change_reason=AS_LOADED,
        history_user=None,
        **values,
    )


# --- Telling, of tags; ``articles.editorial.history`` tells of articles. ----------------------------------------------
