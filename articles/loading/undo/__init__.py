"""Undoes a load: deletes the articles it created, restores those it changed. Later changes by staff stay.

Each batch has its own transaction, which also notes in the ledger what is left: to finish an interrupted undo, repeat
it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from django.utils import timezone

from articles.catalogue.changing import changing, remove_articles
from articles.catalogue.ledger import Stamp, changes_left, transaction_of_changes
from articles.loading.renaming import undo_renaming
from articles.loading.undo import created, unused
from articles.loading.undo.restoring import LoadChanges, Present, Restoration, write
from articles.loading.undo.result import Left, Result
from articles.models import Article, Change, Load, Original, Refusal
from articles.text.dates import day_words


def newest_to_undo() -> Load | None:
    return Load.objects.filter(undone_at=None).order_by("-id").first()


def is_all_undone(load: Load) -> bool:
    """``True`` if the load is undone and nothing is left to restore or delete."""
    is_undone = load.undone_at is not None
    return is_undone and not changes_left(load).exists() and not created.made_by(load, after_original=0)


def undo(load: Load, *, user: Any = None, dry_run: bool = False) -> Result:
    """Undo one load. It counts as undone unless a later load must be undone first."""
    run = _Undo(load, user, dry_run=dry_run)
    last = 0
    while ids := created.made_by(load, after_original=last):
        last = ids[-1][0]
        with run.batch([pk for _, pk in ids]):
            run.remove([pk for _, pk in ids])
    for changed in _changed_by(load):
        with run.batch(changed):
            run.restore(changed)
    if not dry_run:
        run.finish()
    return run.result


def _changed_by(load: Load) -> Iterator[list[int]]:
    """Articles that the load changed, last changed first, each once."""
    seen: set[int] = set()
    rows = changes_left(load).order_by("-id").values_list("id", "article_id")
    page = list(rows[: created.BATCH])
    while page:
        ids = [pk for pk in dict.fromkeys(pk for _, pk in page) if pk not in seen]
        seen.update(ids)
        made = created.first_originals().filter(change__load=load, article__in=ids)
        made_ids = set(made.values_list("article_id", flat=True))
        if wanted := [pk for pk in ids if pk not in made_ids]:
            yield wanted
        page = list(rows.filter(id__lt=page[-1][0])[: created.BATCH])


class _Undo:
    def __init__(self, load: Load, user: Any, *, dry_run: bool) -> None:
        self.load, self.user, self.dry_run = load, user, dry_run
        self.result = Result(dry_run=dry_run)
        # Not as staff, so that it does not count as their edit.
        self.stamp = Stamp(user, f"{load} undone", timezone.now(), undoes=load, kind=Change.Kind.LOAD)
        self.reason = f"Its load was undone on {day_words(timezone.localdate())}."

    @cached_property
    def referred(self) -> dict[str, set[Any]]:
        return unused.referred_elsewhere(self.load)

    @contextmanager
    def batch(self, ids: Sequence[int]) -> Iterator[None]:
        """A transaction that locks the load, then deletes unused photo files; in a dry run neither, so nobody waits."""
        if self.dry_run:
            yield
            return
        with transaction_of_changes():
            Load.objects.select_for_update(no_key=True).get(pk=self.load.pk)
            files = unused.files_of(ids)
            yield
        if files:
            unused.sweep(files, self.referred["digest"])

    def remove(self, ids: Sequence[int]) -> None:
        rows = Article.objects.filter(pk__in=ids).order_by("pk")
        rows = rows.prefetch_related("photos", "taggings", "redirects")
        articles = list(rows if self.dry_run else rows.select_for_update())
        left = created.why_they_stay(self.load, articles)
        self.result.left += [left[article.pk] for article in articles if article.pk in left]
        going = [article for article in articles if article.pk not in left]
        for article in going:
            self.result.remove(article)
        if going and not self.dry_run:
            remove_articles(going, self.stamp, reason=self.reason)

    def restore(self, ids: Sequence[int]) -> None:
        articles = (Article.objects.all() if self.dry_run else Article.objects.locked()).in_bulk(ids)
        if not self.dry_run:  # the next load reads their files again, changed or not
            Original.objects.filter(article__in=articles).update(read_as="")
        changes = LoadChanges.of_many(self.load, articles)
        later = created.changed_later(self.load, {pk: found.ids[-1] for pk, found in changes.items()})
        kept = created.closed_before(self.load, articles)
        kept |= {pk: Left.waiting(articles[pk], load_id) for pk, load_id in later.items()}
        present = Present.of({pk: found for pk, found in changes.items() if pk not in kept})
        plans, going = [], {}
        for pk in ids:
            if pk in kept:
                self.result.left.append(kept[pk])
            elif pk in changes:
                plan = Restoration.of(articles[pk], changes[pk], present)
                plans.append(plan)
                self.result.left += plan.left
                if not plan.is_empty:
                    going[pk] = plan
                    self.result.put_back(plan.article)
        if plans and not self.dry_run:
            with changing(going, self.stamp) as changed:
                changed.articles.update({pk: plan.article for pk, plan in going.items()})
                write(going)
            for plan in plans:
                plan.changes.leave(plan.rest)

    def finish(self) -> None:
        """Remove unused tags and sources, and mark the load as undone."""
        if self.result.waits_for:
            return
        with self.batch([]):
            undo_renaming(self.load, self.stamp, reason=self.reason)
            self.result.names = unused.remove(self.load, self.referred, self.reason, self.stamp)
            Refusal.objects.filter(load=self.load, dismissed_at=None).delete()
            values = {"undone_at": timezone.now(), "undone_by": self.user}
            Load.objects.filter(pk=self.load.pk, undone_at=None).update(**values)
        self.load.refresh_from_db()
