"""Revisions: what a save by staff or a load writes into the history, and how the history is told.

An article as it was first loaded has no history. Before anything changes it for the first time, the state that it was
found in is recorded, without a user. Nothing that was once public is lost.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Max, Model
from django.utils import timezone

from articles.models import Article, FormerTag, Load, Original, Photo, Source, SourceAlias, Tag, Tagging
from articles.wording import grouped

AS_LOADED = "As loaded"
REASON_LENGTH = 100  # what the history's column takes
ROWS_SHOWN = 300
LONG = 200  # characters from which a changed text is told by its changed lines
LINES_SHOWN = 40
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
    current = article.originals.filter(is_current=True).values_list("load_id", "load__started_at").first()
    load_id, loaded_at = current if current and current[1] else (None, stamp.just_before)
    keep_state([article], stamp, loaded_at, load_id)
    keep_state(list(article.photos.all()), stamp, loaded_at, load_id)
    keep_state(list(article.taggings.all()), stamp, loaded_at, load_id)


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


def record_article(article: Article, stamp: Stamp) -> None:
    """Record what has changed of an article, its photos and its tags since the history was last written.

    For changes that did not go through ``save``: those of loads, of undoing them, and of many articles at once.
    """
    fresh = Article.objects.get(pk=article.pk)
    _record_changes(Article, [fresh], {"id": article.pk}, stamp)
    _record_changes(Photo, list(Photo.objects.filter(article=fresh)), {"article_id": article.pk}, stamp)
    _record_changes(Tagging, list(Tagging.objects.filter(article=fresh)), {"article_id": article.pk}, stamp)


def _record_changes(model: Any, rows: Sequence[Any], of: dict[str, int], stamp: Stamp) -> None:
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


# --- Telling. ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One field that a revision changed, in words; ``lines`` are the changed lines of a long text."""

    what: str
    before: str = ""
    after: str = ""
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Revision:
    """What one save changed. ``version`` is the history row that holds the whole state, ``None`` if there is none."""

    moment: datetime
    who: str
    reason: str
    version: int | None = None
    changes: list[Change] = field(default_factory=list)


def article_revisions(article: Article) -> list[Revision]:
    """The newest revisions of an article with its photos and tags, the newest first."""
    tagging_rows = _newest_rows(Tagging, article_id=article.pk)
    telling = _Telling(_newest_rows(Article, id=article.pk), tagging_rows)
    tag_names = telling.names["tag_id"]
    telling.tell_rows()
    telling.tell_others(_newest_rows(Photo, article_id=article.pk), lambda row: f"Photo {row.number}", "caption")
    telling.tell_others(tagging_rows, lambda row: f"Tag “{tag_names.get(row.tag_id, '?')}”", "")
    return telling.revisions()


def tag_revisions(tag: Tag) -> list[Revision]:
    telling = _Telling(_newest_rows(Tag, id=tag.pk))
    telling.tell_rows()
    return telling.revisions()


def version_fields(record: Any) -> list[tuple[str, str]]:
    """Every field of a history row with its value in words."""
    names = _names_in([record])
    return [
        (_label(tracked), _words(record, tracked.attname, names))
        for tracked in record.tracked_fields
        if not tracked.primary_key
    ]


class _Telling:
    """Puts history rows of several models together into revisions: rows of one moment, user and reason are one."""

    def __init__(self, rows: list[Any], taggings: Sequence[Any] = ()) -> None:
        self._rows = rows
        self._found: dict[tuple[Any, ...], Revision] = {}
        self.names = _names_in([*rows, *taggings])
        self._users = _names(get_user_model(), {row.history_user_id for row in rows}, "username")

    def tell_rows(self) -> None:
        for older, newer in _steps(self._rows):
            revision = self._revision(newer)
            revision.version = newer.history_id
            if older is not None:
                revision.changes += self._changes(older, newer, "")

    def tell_others(self, rows: list[Any], name: Any, told_by: str) -> None:
        """Rows that stand beside the article; those that came or went are told by ``told_by``, one of their fields."""
        for older, newer in _steps(rows):
            revision, words = self._revision(newer), str(getattr(newer, told_by)) if told_by else ""
            if newer.history_type == "-":
                revision.changes.append(Change(f"{name(newer)} removed", before=words))
            elif older is not None:
                revision.changes += self._changes(older, newer, f"{name(newer)}: ")
            elif newer.history_change_reason != AS_LOADED:
                revision.changes.append(Change(f"{name(newer)} added", after=words))

    def revisions(self) -> list[Revision]:
        return sorted(self._found.values(), key=lambda revision: revision.moment, reverse=True)

    def _revision(self, row: Any) -> Revision:
        key = (row.history_date, row.history_user_id, row.history_change_reason)
        who = self._users.get(row.history_user_id, "")
        return self._found.setdefault(key, Revision(row.history_date, who, row.history_change_reason or ""))

    def _changes(self, older: Any, newer: Any, prefix: str) -> Iterator[Change]:
        for tracked in newer.tracked_fields:
            before, after = (_words(row, tracked.attname, self.names) for row in (older, newer))
            if before == after or tracked.attname in DERIVED:
                continue
            if tracked.attname == "tag_id":
                yield Change("Tag merged into another", before, after)
                continue
            label = _label(tracked)
            what = f"{prefix}{label.lower() if prefix else label}"
            if max(len(before), len(after)) > LONG:
                yield Change(what, lines=changed_lines(before, after))
            else:
                yield Change(what, before, after)


def changed_lines(before: str, after: str) -> list[str]:
    """The lines that differ, ``− `` and ``+ `` before them, ``LINES_SHOWN`` at most."""
    diff = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    signs = {"-": "−", "+": "+"}  # the first two lines name the files, those with @ the place
    lines = [f"{signs[line[0]]} {line[1:]}" for line in list(diff)[2:] if line[0] in signs]
    more = len(lines) - LINES_SHOWN
    return [*lines[:LINES_SHOWN], f"… and {grouped(more)} more"] if more > 0 else lines


def _newest_rows(model: Any, **of: Any) -> list[Any]:
    return list(model.history.model.objects.filter(**of).order_by("-history_date", "-history_id")[:ROWS_SHOWN])


def _steps(rows: Iterable[Any]) -> Iterator[tuple[Any | None, Any]]:
    """Each row with the one before it in the history of the same thing, ``None`` for the first."""
    by_id: dict[int, list[Any]] = {}
    for row in rows:
        by_id.setdefault(row.id, []).append(row)
    for newest_first in by_id.values():
        oldest_first = newest_first[::-1]
        yield None, oldest_first[0]
        yield from pairwise(oldest_first)


def _label(tracked: Any) -> str:
    words = str(tracked.verbose_name)
    return words[:1].upper() + words[1:]


def _words(row: Any, name: str, names: dict[str, dict[Any, str]]) -> str:
    value = getattr(row, name)
    if value is None:
        return ""
    if name in names:
        return names[name].get(value, f"number {value}")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)


def _names_in(rows: Iterable[Any]) -> dict[str, dict[Any, str]]:
    """What history rows refer to, by column and id; of tags and sources that were merged, what they were called."""
    columns = ("source_id", "tag_id", "merged_into_id")
    ids = {column: {getattr(row, column, None) for row in rows} for column in columns}
    sources, tags, articles = (ids[column] for column in columns)
    return {
        "source_id": _names(SourceAlias, sources, key="former_id") | _names(Source, sources),
        "tag_id": _names(FormerTag, tags, key="former_id") | _names(Tag, tags),
        "merged_into_id": _names(Article, articles, "headline"),
    }


def _names(model: type[Model], ids: set[Any], name: str = "name", *, key: str = "pk") -> dict[Any, str]:
    wanted = ids - {None}
    found = model._default_manager.filter(**{f"{key}__in": wanted}).values_list(key, name) if wanted else ()
    return dict(found)
