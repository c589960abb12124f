"""Withdrawing and reinstating many articles."""

from __future__ import annotations

from collections.abc import Sequence

from articles.catalogue.changing import changing
from articles.catalogue.revisions import Stamp
from articles.editorial.actions import chunks
from articles.models import Article
from articles.models.withdrawal import BY_SOURCE, WithdrawnBy


def withdraw(ids: Sequence[int], reason: str, stamp: Stamp) -> int:
    """Withdraw articles that are published; how many these were. Readers see the reason."""
    done = 0
    for some in chunks(ids):
        with changing(_those(some, withdrawn_at=None), stamp) as changes:
            for article in changes.articles.values():
                article.withdraw(stamp.moment, WithdrawnBy.STAFF, reason)
        done += len(changes.articles)
    return done


def reinstate(ids: Sequence[int], stamp: Stamp) -> int:
    """Publish articles again that staff withdrew; how many these were.

    What its source took back, and what was merged into another, is not brought back with a crowd of others.
    """
    done = 0
    for some in chunks(ids):
        withdrawn = _those(some, withdrawn_at__isnull=False, merged_into=None)
        by_staff = Article.objects.filter(pk__in=withdrawn).exclude(withdrawn_by__in=BY_SOURCE)
        with changing(list(by_staff.values_list("pk", flat=True)), stamp) as changes:
            for article in changes.articles.values():
                article.reinstate()
        done += len(changes.articles)
    return done


def _those(ids: Sequence[int], **which: object) -> list[int]:
    """The ids of those that are such, and stay so: their rows are locked."""
    rows = Article.objects.select_for_update().filter(pk__in=ids).filter(**which).order_by("pk")
    return list(rows.values_list("pk", flat=True))
