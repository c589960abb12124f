"""Undo a load: what it made goes, what it changed goes back to what it was; what staff have changed since stays.

Batch after batch, each in a transaction of its own. What has been put back is gone from the journal in the same
transaction, so an undo that was stopped, however hard, is finished by doing it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from articles.catalogue import revisions
from articles.loading.undo import creation, leftovers
from articles.loading.undo.account import Account, Left
from articles.loading.undo.files import Freed
from articles.loading.undo.journal import Change, changes_of
from articles.loading.undo.leftovers import Referred
from articles.loading.undo.restoring import Restoration, what_stands
from articles.models import Article, Load, LoadChange, Refusal
from articles.text.dates import day_words

__all__ = ["Account", "Left", "is_all_undone", "newest_to_undo", "undo"]

BATCH = 500


def newest_to_undo() -> Load | None:
    """The last load that has not been undone."""
    return Load.objects.filter(undone_at=None).order_by("-id").first()


def is_all_undone(load: Load) -> bool:
    """Whether a load has been undone, and nothing of it is left that could be put back yet."""
    is_undone = load.undone_at is not None
    return is_undone and not load.changes.exists() and not creation.made_by(load, after_original=0)


def undo(load: Load, *, user: Any = None, dry_run: bool = False) -> Account:
    """Put back what one load changed, and say what came of it; a dry run writes nothing.

    A load counts as undone unless something of it waits for a later load to be undone first.
    """
    run = _Undo(load, user, dry_run=dry_run)
    run.remove_created()
    run.restore_changed()
    if not dry_run:
        run.finish()
    return run.account


class _Undo:
    def __init__(self, load: Load, user: Any, *, dry_run: bool) -> None:
        self.load, self.user, self.dry_run = load, user, dry_run
        self.account = Account(dry_run=dry_run)
        self.referred = Referred(load)
        # Of the undone load, so that nobody takes it for what staff have written.
        self.stamp = revisions.Stamp(user, f"{load} undone", timezone.now(), load)
        self.gone_because = f"Its load was undone on {day_words(timezone.localdate())}."

    # --- Articles that the load made ----------------------------------------------------------------------------------

    def remove_created(self) -> None:
        last = 0
        while ids := creation.made_by(self.load, after_original=last):
            last = ids[-1][0]
            freed = Freed()
            with transaction.atomic():
                self._lock()
                self._remove([pk for _, pk in ids], freed)
            freed.sweep(self.referred)

    def _remove(self, ids: Sequence[int], freed: Freed) -> None:
        articles = creation.whole(ids)
        left = creation.why_they_stay(self.load, articles)
        self.account.leave(left.values())
        self.account.headlines |= {article.key: str(article) for article in articles if article.pk in left}
        going = [article for article in articles if article.pk not in left]
        self.account.remove(list(map(str, going)))
        if going and not self.dry_run:
            freed.note([article.pk for article in going])
            creation.remove(going, reason=self.gone_because, moment=self.stamp.moment)

    # --- Articles that the load changed -------------------------------------------------------------------------------

    def restore_changed(self) -> None:
        seen: set[int] = set()
        for ids in self._changed(seen):
            freed = Freed()
            with transaction.atomic():
                self._lock()
                self._restore(ids, freed)
            freed.sweep(self.referred)

    def _changed(self, seen: set[int]) -> Iterator[list[int]]:
        """The articles that the journal names, the last changed first; each once."""
        last: int | None = None
        while True:
            rows = self.load.changes.order_by("-id")
            rows = rows if last is None else rows.filter(id__lt=last)
            page = list(rows.values_list("id", "article_id")[:BATCH])
            if not page:
                return
            last = page[-1][0]
            ids = [pk for pk in dict.fromkeys(pk for _, pk in page) if pk not in seen]
            seen.update(ids)
            if wanted := creation.not_made_by(self.load, ids):
                yield wanted

    def _restore(self, ids: Sequence[int], freed: Freed) -> None:
        articles = Article.objects.select_for_update().in_bulk(ids)
        changes = changes_of(self.load, ids)
        blocked = creation.changed_later(self.load, {pk: change.ids[-1] for pk, change in changes.items()})
        going = [pk for pk in ids if pk in articles and pk in changes and pk not in blocked]
        standing = what_stands({pk: changes[pk] for pk in going})
        for pk in ids:
            if pk in articles and pk in blocked:
                self.account.leave([Left.waiting(articles[pk].key, blocked[pk])])
                self.account.headlines[articles[pk].key] = str(articles[pk])
        if not self.dry_run:
            freed.note(going)
        for pk in going:
            one = Restoration.of(articles[pk], changes[pk], standing)
            self.account.leave(one.left)
            if one.left:
                self.account.headlines[articles[pk].key] = str(articles[pk])
            if not one.does_nothing:
                self.account.put_back(str(articles[pk]))
            if not self.dry_run:
                _forget(changes[pk], one.rest)
            if self.dry_run or one.does_nothing:
                continue
            one.run(self.stamp)

    # --- The end ------------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Remove tags and sources that nobody needs any more, and note the load as undone."""
        if self.account.waits_for:
            return
        with transaction.atomic():
            self._lock()
            self.account.tags, self.account.sources = leftovers.remove(self.load, self.referred, self.stamp)
            Refusal.objects.filter(load=self.load, dismissed_at=None).delete()
            values = {"undone_at": timezone.now(), "undone_by": self.user}
            Load.objects.filter(pk=self.load.pk, undone_at=None).update(**values)
        self.load.refresh_from_db()

    def _lock(self) -> None:
        """Of two undoings of one load, one waits for the other's batch."""
        if not self.dry_run:
            Load.objects.select_for_update().get(pk=self.load.pk)


def _forget(change: Change, rest: list[list[Any]]) -> None:
    """Take out of the journal what has been put back."""
    gone = change.ids
    if rest:
        LoadChange.objects.filter(pk=change.ids[-1]).update(rows=rest)
        gone = change.ids[:-1]
    LoadChange.objects.filter(pk__in=gone).delete()
