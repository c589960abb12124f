"""The ledger: who changed what, when and why.

All that is recorded with one ``Stamp`` in a ``transaction_of_changes`` is one change, stored when it is first needed.

``changing`` records articles with their photos and tags, ``moving`` many articles at once, ``recording_originals`` the
originals and paths of a load, ``save_tag`` and ``delete_tag`` tags. There is no other record of changes.
"""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from articles.catalogue import recorded
from articles.catalogue.filing import CountChanges
from articles.catalogue.recorded import ARTICLE, OF_LOADS, OF_STAFF, PATH, PHOTO, Columns, Row, Rows
from articles.models import Article, ArticleChange, Change, Clock, Load, Original, OriginalPath, Tag, TagChange
from articles.models.bulk import chunks, insert_values
from articles.models.database_errors import REPETITIONS, is_overtaken
from articles.models.search_entry import FORM
from articles.search.backend import Words, backend

REASON_LENGTH = Change._meta.get_field("reason").max_length or 0
TAG_COLUMNS = ("name", "slug", "kind", "description")
AT_ONCE = 20_000  # articles in one statement; SQLite takes 32,766 values
_COLUMNS = ("change_id", "article_id", "version", "fingerprint", "rows", "undone", "body", "alike", "is_first")


@dataclass(frozen=True, slots=True)
class Stamp:
    """Author, reason and moment of a change. ``load``: the load that makes it; ``undoes``: the load it undoes."""

    user: Any
    reason: str
    moment: datetime
    load: Load | None = None
    undoes: Load | None = None
    kind: str = Change.Kind.STAFF

    @classmethod
    def of_load(cls, load: Load) -> Stamp:
        return cls(None, "", timezone.now(), load, kind=Change.Kind.LOAD)

    @classmethod
    def now(cls, user: Any, reason: str, kind: str = Change.Kind.STAFF) -> Stamp:
        return cls(user, reason, timezone.now(), kind=kind)


class _Open(threading.local):
    """The changes of the transaction of this thread, and what is saved at its end: stored counts, new words."""

    depth = 0

    def __init__(self) -> None:
        self.changes: dict[Stamp, Change] = {}
        self.counts = CountChanges()
        self.words: Words = set()
        self.recorded: defaultdict[int, set[int]] = defaultdict(set)  # ids of articles, by change


_open = _Open()


@contextmanager
def transaction_of_changes(*, savepoint: bool = True) -> Iterator[None]:
    """A transaction whose changes get their numbers at its end, when its counts are saved. A nested one is part of the
    outermost, and can be rolled back alone with a ``savepoint``.

    On PostgreSQL all writers lock in one order, so that no two wait for each other: first the articles that they may
    change, at once and by id (``lock_articles``), then what belongs to them; merges then lock all tags or sources
    (``moving.lock_filed``). At the end come the rows that foreign keys refer to, new words, the counts, and the clock.
    """
    before, counts, words = dict(_open.changes), _open.counts, _open.words
    _open.depth, _open.counts, _open.words = _open.depth + 1, CountChanges(), set()
    try:
        with transaction.atomic(savepoint=savepoint):
            yield
            if _open.depth == 1:
                _finish(list(_open.changes.values()))
            else:
                counts.include(_open.counts)
                words.update(_open.words)
    except BaseException:
        _open.changes = before
        raise
    finally:
        _open.depth, _open.counts, _open.words = _open.depth - 1, counts, words
        if not _open.depth:
            _open.changes = {}
            _open.recorded.clear()


def repeated(work: Callable[[], None]) -> None:
    """Do the work in a transaction of changes; again, a few times, if another writer was first."""
    for repetitions_left in range(REPETITIONS, -1, -1):
        try:
            with transaction_of_changes():
                work()
                return
        except DatabaseError as error:
            if not (repetitions_left and is_overtaken(error)):
                raise


def change_of(stamp: Stamp) -> Change:
    """The change with this stamp in the present transaction, stored at first use."""
    if (found := open_changes().changes.get(stamp)) is None:
        found = _open.changes[stamp] = Change.objects.create(
            moment=stamp.moment, user=stamp.user, load=stamp.load, undoes=stamp.undoes, kind=stamp.kind,
            reason=stamp.reason[:REASON_LENGTH],
        )  # fmt: skip
    return found


def open_changes() -> _Open:
    """The changes of the present transaction. Raises ``RuntimeError`` outside of one."""
    if not _open.depth:
        raise RuntimeError("changes are recorded within ledger.transaction_of_changes")
    return _open


def lock_articles(ids: Iterable[int]) -> set[int]:
    """Lock articles before changing several, one after another; return the ids of those that are still there."""
    rows = Article.objects.locked().values_list("pk", flat=True)
    return {pk for part in chunks(sorted(set(ids)), AT_ONCE) for pk in rows.filter(pk__in=part)}


def _finish(changes: Sequence[Change]) -> None:
    """Save counts, and number changes in the order of commits. Nothing is locked after the clock."""
    if changes and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else foreign keys lock rows at the commit
    backend().note(_open.words)
    _open.counts.save()
    if not changes:
        return
    clock = Clock.objects.select_for_update().first() or Clock.objects.create(pk=1, at=timezone.now())
    if clock.form != FORM:  # the index in use would miss what this version saves
        words = "has been upgraded. Restart older versions" if clock.form > FORM else "must be upgraded first: migrate"
        raise OperationalError(f"the archive {words}")
    at = max(timezone.now(), clock.at + timedelta(microseconds=1))
    for number, row in enumerate(changes, clock.number + 1):
        has_added = Exists(Article.objects.filter(added=row.pk))
        Change.objects.filter(pk=row.pk).update(number=number, seen_at=at, has_added=has_added)
    Clock.objects.update(number=clock.number + len(changes), at=at)


@dataclass(slots=True)
class Recording:
    """Rows of locked articles before a change. ``makes_version``: also of those in which readers see no change."""

    stamp: Stamp
    before: dict[int, Columns]
    rows: dict[int, Rows]
    shown: dict[int, str]  # fingerprints
    makes_version: bool

    @classmethod
    def begin(cls, articles: Mapping[int, Article], stamp: Stamp, *, makes_version: bool) -> Recording:
        by_load = stamp.load is not None
        before = {pk: recorded.columns_of(article, by_load=by_load) for pk, article in articles.items()}
        rows = recorded.rows_of(OF_LOADS if by_load else OF_STAFF, articles)
        shown = {pk: recorded.fingerprint_of_rows(columns, rows[pk]) for pk, columns in before.items()}
        # A change bypassing the ledger is a version of its own.
        newest = _newest_versions(before).items()
        if unknown := {pk: shown[pk] for pk, (_, recorded_last) in newest if recorded_last not in ("", shown[pk])}:
            moment = stamp.moment - timedelta(microseconds=1)
            record({pk: [] for pk in unknown}, Stamp(None, "", moment, kind=Change.Kind.UNKNOWN), unknown)
        return cls(stamp, before, rows, shown, makes_version)

    def makes_version_of(self, article: Article, now: Rows) -> bool:
        """``now``: its photos and taggings after the change."""
        fingerprint = recorded.fingerprint_of_rows(self._columns(article), now)
        return self.makes_version or fingerprint != self.shown[article.pk]

    def _columns(self, article: Article) -> Columns:
        return recorded.columns_of(article, by_load=self.stamp.load is not None)

    def finish(self, articles: Mapping[int, Article], now: Mapping[int, Rows], versions: Collection[int]) -> None:
        after = {pk: dict(rows) for pk, rows in now.items()}
        if self.stamp.load is not None:
            for pk, rows in recorded.rows_of([model for model in OF_LOADS if model not in OF_STAFF], articles).items():
                after[pk] |= rows
            _add_moved_paths(self.rows, after)
        found, fingerprints = {}, {}
        for pk, article in articles.items():
            key, own = (ARTICLE, pk), self._columns(article)
            changed = recorded.difference({key: self.before[pk], **self.rows[pk]}, {key: own, **after[pk]})
            if pk in versions:
                fingerprints[pk] = recorded.fingerprint_of_rows(own, after[pk])
            if changed or pk in versions:
                found[pk] = changed
        record(found, self.stamp, fingerprints)


def _add_moved_paths(before: Mapping[int, Rows], after: Mapping[int, Rows]) -> None:
    """A path may move to another article; the change is recorded with its former one."""
    lost = {pk: owner for owner, rows in before.items() for model, pk in rows if model == PATH}
    lost = {pk: owner for pk, owner in lost.items() if (PATH, pk) not in after[owner]}
    for row in OriginalPath.objects.filter(pk__in=lost).values(*recorded.COLUMNS[OriginalPath]) if lost else ():
        after[lost[row["id"]]][PATH, row["id"]] = row


@contextmanager
def recording_originals(article_ids: Iterable[int], stamp: Stamp) -> Iterator[None]:
    """Record the changes that the block makes to originals of existing articles and their paths."""
    models, ids = (Original, OriginalPath), sorted(set(article_ids))
    before = recorded.rows_of(models, ids)
    yield
    after = recorded.rows_of(models, ids)
    _add_moved_paths(before, after)
    record({pk: rows for pk in ids if (rows := recorded.difference(before[pk], after[pk]))}, stamp, {})


def record(found: Mapping[int, Sequence[Row]], stamp: Stamp, shown: Mapping[int, str]) -> None:
    """Record changed rows by article. ``shown``: articles in which readers see a difference, with their fingerprints.

    The articles are locked, or nobody could give the next versions.
    """
    for ids in chunks(list(found), AT_ONCE):
        made = change_of(stamp)
        versions, again = _newest_versions(ids), _open.recorded[made.pk].intersection(ids)
        known = ArticleChange.objects.filter(change=made, article__in=again) if again else ()
        earlier = {row.article_id: row for row in known}
        whole = stamp.load or stamp.undoes
        is_first_of_all = not (whole or _open.recorded[made.pk])
        _open.recorded[made.pk].update(ids)
        owner = f"load {whole.pk}" if whole else f"change {made.pk}"
        alike = {pk: recorded.alike_in(found[pk], owner) for pk in ids if pk in shown and pk not in earlier}
        firsts = ArticleChange.objects.filter(alike__in={*alike.values()}, is_first__in=[True])
        left = {row.alike for row in known if row.article_id in shown}
        are_known = {"", *(() if is_first_of_all else firsts.values_list("alike", flat=True))}
        new = []
        for pk in ids:
            rows, version = found[pk], versions.get(pk, (1, ""))[0] + 1 if pk in shown else None
            if pk in earlier:
                _extend(earlier[pk], rows, version, shown.get(pk))
            else:
                text, body = recorded.encoded(rows), recorded.body_of(rows)
                same = alike.get(pk, "")
                new.append((made.pk, pk, version, shown.get(pk, ""), text, None, body, same, same not in are_known))
                are_known.add(same)
        insert_values(ArticleChange, _COLUMNS, new)
        name_firsts(left)


def _extend(row: ArticleChange, rows: Sequence[Row], version: int | None, fingerprint: str | None) -> None:
    """Add to what the same change has already done to an article."""
    combined = recorded.Combined()
    before = recorded.decoded(row.rows)
    combined.add(before)
    combined.add(json.loads(recorded.encoded(rows)))
    if not any(model == ARTICLE and "body" in (columns or {}) for model, _, columns, _ in before):
        row.body = recorded.body_of(rows)
    row.rows = recorded.as_json([(*key, *columns) for key, columns in combined.rows.items()])
    row.version = row.version or version
    row.fingerprint = row.fingerprint if fingerprint is None else fingerprint
    if version is not None:
        row.alike = recorded.alike_in(recorded.decoded(row.rows), f"row {row.pk}")
        row.is_first = bool(row.alike)
    row.save(update_fields=["rows", "body", "version", "fingerprint", "alike", "is_first"])


def name_firsts(alike: Iterable[str]) -> None:
    """Mark the earliest of each group of like changes as its first, if the one that was is gone."""
    for key in filter(None, alike):
        rows = ArticleChange.objects.filter(alike=key).order_by("-is_first", "pk")
        ArticleChange.objects.filter(pk__in=rows.values("pk")[:1]).update(is_first=True)


def _newest_versions(ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """The newest version and its fingerprint, of articles that have one with a record."""
    numbered = ArticleChange.objects.filter(article=OuterRef("pk"), version__isnull=False).order_by("-version")
    newest = {name: Subquery(numbered.values(name)[:1]) for name in ("version", "fingerprint")}
    rows: Any = Article.objects.filter(pk__in=ids).order_by().annotate(**newest)
    found = rows.exclude(version=None).values_list("pk", *newest)
    return {pk: (version, fingerprint) for pk, version, fingerprint in found}


def newest_version(article_id: int) -> int:
    """The number of the newest version with a record; 1 if there is none."""
    return _newest_versions([article_id]).get(article_id, (1, ""))[0]


def changes_left(load: Load) -> QuerySet[ArticleChange, ArticleChange]:
    """Changes by a load to existing articles that no undo has put back in full."""
    return ArticleChange.objects.filter(change__load=load).exclude(undone="[]")


def whole_rows(row: ArticleChange) -> list[Row]:
    """The rows of a change, or what its undo has left, with the text before."""
    rows = recorded.decoded(row.rows if row.undone is None else row.undone)
    for model, _, before, _ in rows:
        if model == ARTICLE and before and recorded.is_digest(before.get("body")):
            before["body"] = row.body
    return rows


def removed_photos(article_ids: Collection[int]) -> Iterator[tuple[Columns, Change]]:
    """The photos that were removed from articles, as they were, and the changes that did it; the last one first."""
    rows = ArticleChange.objects.filter(article__in=article_ids).select_related("change").order_by("-pk")
    for row in rows.defer("body", "undone"):
        for model, _, before, after in recorded.decoded(row.rows):
            if model == PHOTO and before is not None and after is None:
                yield recorded.values_of(model, before), row.change


def save_tag(tag: Tag, stamp: Stamp) -> None:
    """Save a new or changed tag, without its count, and record it."""
    before = Tag.everything.filter(pk=tag.pk).values(*TAG_COLUMNS).first() if tag.pk else None
    tag.follow_name()
    if before is None:
        tag.save(force_insert=True)
    else:
        tag.save(update_fields=[*TAG_COLUMNS, "letter", "sorting_name"])
    after = {name: getattr(tag, name) for name in TAG_COLUMNS}
    TagChange.objects.create(change=change_of(stamp), tag_id=tag.pk, before=before, after=after)


def delete_tag(tag: Tag, stamp: Stamp) -> None:
    before = {name: getattr(tag, name) for name in TAG_COLUMNS}
    TagChange.objects.create(change=change_of(stamp), tag_id=tag.pk, before=before, after=None)
    tag.delete()
