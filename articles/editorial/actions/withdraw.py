"""Withdrawing and reinstating many articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from articles.catalogue import filing
from articles.catalogue.filing import CountChanges, Filed
from articles.catalogue.revisions import Stamp, keep_many, sign_many
from articles.editorial.actions import chunks
from articles.models import Article, ArticleQuerySet, Tagging
from articles.models.withdrawal import BY_SOURCE, WithdrawnBy

UNTRACKED = ("body_html", "excerpt", "as_loaded", "body_as_loaded")  # long, and no part of a revision


def withdraw(ids: Sequence[int], reason: str, stamp: Stamp) -> int:
    """Withdraw articles that are published; how many these were. Readers see the reason."""
    done = 0
    for some in chunks(ids):
        done += _change(_locked(some).filter(withdrawn_at=None), stamp, reason, is_withdrawn=True)
    return done


def reinstate(ids: Sequence[int], stamp: Stamp) -> int:
    """Publish articles again that staff withdrew; how many these were.

    What its source took back, and what was merged into another, is not brought back with a crowd of others.
    """
    done = 0
    for some in chunks(ids):
        withdrawn = _locked(some).filter(merged_into=None).exclude(withdrawn_at=None)
        by_staff = list(withdrawn.exclude(withdrawn_by__in=BY_SOURCE).values_list("pk", flat=True))
        done += _change(_locked(by_staff), stamp, "", is_withdrawn=False)
    return done


def _locked(ids: Sequence[int]) -> ArticleQuerySet:
    return Article.objects.select_for_update().filter(pk__in=ids).order_by("pk").defer(*UNTRACKED)


def _change(rows: ArticleQuerySet, stamp: Stamp, reason: str, *, is_withdrawn: bool) -> int:
    articles = list(rows)
    keep_many(articles, stamp)
    now: dict[str, Any] = {"withdrawn_at": None, "withdrawn_by": "", "withdrawn_reason": ""}
    if is_withdrawn:
        now = {"withdrawn_at": stamp.moment, "withdrawn_by": WithdrawnBy.STAFF, "withdrawn_reason": reason}
    for article in articles:
        for name, value in now.items():
            setattr(article, name, value)
    Article.objects.filter(pk__in=[article.pk for article in articles]).update(**now)
    sign_many(articles, "~", stamp)
    _count(articles, is_withdrawn=is_withdrawn)
    filing.relist(article.pk for article in articles)
    return len(articles)


def _count(articles: Sequence[Article], *, is_withdrawn: bool) -> None:
    tag_ids: defaultdict[int, set[int]] = defaultdict(set)
    taggings = Tagging.objects.filter(article__in=[article.pk for article in articles])
    for pk, tag_id in taggings.values_list("article_id", "tag_id"):
        tag_ids[pk].add(tag_id)
    changes = CountChanges()
    for article in articles:
        filed = Filed.published(article, tag_ids[article.pk])
        changes.move(*((filed, None) if is_withdrawn else (None, filed)))
    changes.save()
