"""Revisions: the history written by staff edits and loads.

A newly loaded article has no history. Before its first change, its present state is recorded without a user.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from articles.models import Article, Load, Original, Photo, Tagging
from articles.models.bulk import chunks, insert_selected

Rows = QuerySet[Any, Any]
TEXTS_AT_ONCE = 500  # rows in memory
AS_LOADED = "As loaded"
REASON_LENGTH = 100  # of the history's column
# Derived from other fields; changes without a revision.
DERIVED = frozenset({"archive_date"})


@dataclass(frozen=True, slots=True)
class Stamp:
    user: Any
    reason: str
    moment: datetime
    load: Load | None = None

    @classmethod
    def of_load(cls, load: Load) -> Stamp:
        return cls(None, "", timezone.now(), load)

    @classmethod
    def now(cls, user: Any, reason: str) -> Stamp:
        return cls(user, reason, timezone.now())

    @property
    def just_before(self) -> datetime:
        return self.moment - timedelta(microseconds=1)

    def put_on(self, row: Any) -> None:
        row._history_user, row._change_reason, row._history_date = self.user, self.reason or None, self.moment


def record_before(rows: Sequence[Any], stamp: Stamp) -> None:
    """Record the present state of rows of one model if the history lacks it, dated by the article's load or just before
    the stamp.
    """
    if not rows:
        return
    history: Any = type(rows[0]).history.model
    newest = _newest(history, [row.pk for row in rows])
    unknown = [row for row in rows if not _equals(newest.get(row.pk), row)]
    owners: dict[int, Any] = {
        row.pk: row.pk if isinstance(row, Article) else getattr(row, "article_id", None) for row in unknown
    }
    current = Original.objects.filter(article_id__in={*owners.values()} - {None}, is_current=True, load__isnull=False)
    loads: dict[int, tuple[Any, datetime]] = {
        pk: (load, at) for pk, load, at in current.values_list("article_id", "load_id", "load__started_at")
    }
    records = []
    for row in unknown:
        load_id, loaded_at = loads.get(owners[row.pk], (None, stamp.just_before))
        record = newest.get(row.pk)
        moment = stamp.just_before if record is not None and record.history_date >= loaded_at else loaded_at
        records.append(_record(history, row, "~" if record else "+", None, AS_LOADED, moment, load_id))
    history.objects.bulk_create(records)


def sign(rows: Sequence[Any], kind: str, stamp: Stamp) -> None:
    """Record rows of one model, as in memory, as added (``+``), changed (``~``) or removed (``-``)."""
    if rows:
        history: Any = type(rows[0]).history.model
        history.objects.bulk_create([_signed(history, row, kind, stamp) for row in rows])


def record_articles_before(ids: Sequence[int], stamp: Stamp) -> None:
    """``record_before`` for articles, their photos and tags in the database."""
    for rows in _recorded_rows(ids).values():
        record_before(rows, stamp)


def record_articles(ids: Sequence[int], stamp: Stamp) -> None:
    """Record changes of articles, their photos and tags since their last revisions."""
    for model, rows in _recorded_rows(ids).items():
        history: Any = model.history.model
        live = {row.pk: row for row in rows}
        revisions = history.objects.filter(**{"id__in" if model is Article else "article_id__in": ids})
        newest = _newest(history, [*{*revisions.values_list("id", flat=True), *live}])
        records = [
            _signed(history, row, "~" if pk in newest and newest[pk].history_type != "-" else "+", stamp)
            for pk, row in live.items()
            if not _equals(newest.get(pk), row)
        ]
        gone = [record for pk, record in newest.items() if pk not in live and record.history_type != "-"]
        history.objects.bulk_create([*records, *(_signed(history, record, "-", stamp) for record in gone)])


def _recorded_rows(ids: Sequence[int]) -> dict[Any, list[Any]]:
    return {
        Article: list(Article.objects.filter(pk__in=ids).defer("body_html", "as_loaded", "body_as_loaded", "excerpt")),
        Photo: list(Photo.objects.filter(article__in=ids).defer("metadata")),
        Tagging: list(Tagging.objects.filter(article__in=ids)),
    }


def _newest(history: Any, ids: list[int]) -> dict[int, Any]:
    last = history.objects.filter(id__in=ids).values("id").annotate(last=Max("history_id"))
    return {record.id: record for record in history.objects.filter(history_id__in=[row["last"] for row in last])}


def _equals(record: Any | None, row: Any) -> bool:
    if record is None or record.history_type == "-":
        return False
    names = [tracked.attname for tracked in record.tracked_fields if tracked.attname not in DERIVED]
    return all(getattr(record, name) == getattr(row, name) for name in names)


def _signed(history: Any, row: Any, kind: str, stamp: Stamp) -> Any:
    load_id = stamp.load.pk if stamp.load else None
    return _record(history, row, kind, stamp.user, stamp.reason or None, stamp.moment, load_id)


def _record(
    history: Any, row: Any, kind: str, user: Any, reason: str | None, moment: datetime, load_id: int | None
) -> Any:
    values = {tracked.attname: getattr(row, tracked.attname) for tracked in history.tracked_fields}
    if hasattr(history, "load_id"):
        values["load_id"] = load_id
    return history(history_date=moment, history_type=kind, history_change_reason=reason, history_user=user, **values)


# --- Many rows, by statements in the database. ------------------------------------------------------------------------


def sign_all(rows: Rows, kind: str, stamp: Stamp, **changed: Any) -> None:
    """``sign`` for rows in the database, before they change to the values in ``changed``."""
    history = rows.model.history.model
    values: dict[str, Any] = {name: Value(value) for name, value in changed.items()}
    values["history_date"] = _value(history, "history_date", stamp.moment)
    values["history_user_id"] = _value(history, "history_user_id", stamp.user.pk if stamp.user else None)
    _insert(rows, kind, values, reason=stamp.reason or None)


def record_all_before(rows: Rows, stamp: Stamp) -> None:
    """``record_before`` for rows in the database."""
    history = rows.model.history.model
    if rows.model is Tagging:
        newest = history.objects.filter(id=OuterRef("pk")).order_by("-history_id").values("history_id")[:1]
        same = {"history_id": OuterRef("newest"), "tag_id": OuterRef("tag_id"), "origin": OuterRef("origin")}
        rows = rows.annotate(newest=Subquery(newest)).filter(~Exists(history.objects.filter(**same)))
    has_history = Exists(history.objects.filter(id=OuterRef("pk")))
    article = OuterRef("pk" if rows.model is Article else "article")
    current = Original.objects.filter(article=article, is_current=True, load__isnull=False)
    just_before = _value(history, "history_date", stamp.just_before)
    loaded_at = Coalesce(Subquery(current.values("load__started_at")[:1]), just_before)
    recorded = list(rows.filter(has_history).values_list("pk", flat=True))
    as_loaded = {"history_date": loaded_at, "load_id": Subquery(current.values("load_id")[:1])}
    _insert(rows.filter(~has_history), "+", as_loaded, reason=AS_LOADED)
    for batch in chunks(recorded, TEXTS_AT_ONCE):
        record_before(list(rows.model._default_manager.filter(pk__in=batch)), stamp)


def _insert(rows: Rows, kind: str, own_values: Mapping[str, Any], *, reason: str | None) -> None:
    history = rows.model.history.model
    values: dict[str, Any] = {tracked.attname: F(tracked.attname) for tracked in history.tracked_fields}
    values |= {name: _value(history, name, None) for name in ("history_user_id", "load_id")}
    values |= {"history_type": Value(kind), "history_change_reason": _value(history, "history_change_reason", reason)}
    insert_selected(history, rows, {**values, **own_values})


def _value(history: Any, name: str, value: Any) -> Value:
    """A value for a column of the history; an id for a foreign key."""
    column = history._meta.get_field(name)
    return Value(value, output_field=getattr(column, "target_field", column))
