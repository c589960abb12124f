"""Tagging and untagging many articles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db.models import Q, QuerySet

from articles.catalogue import filing
from articles.catalogue.filing import CountChanges, Filed
from articles.catalogue.revisions import Stamp, keep_many, sign_many
from articles.editorial.actions import chunks
from articles.models import Article, Tag, Tagging
from articles.text.keys import name_slug


def tags_named(names: Iterable[str], stamp: Stamp) -> list[Tag]:
    """The tags of these names, or of which they are other names; what is new is made."""
    found = {}
    for name in names:
        slug = name_slug(name)
        tag = Tag.objects.filter(Q(slug=slug) | Q(name=name)).first() or Tag.objects.named(slug)
        if tag is None:
            tag = Tag(name=name, slug=slug)
            stamp.put_on(tag)
            tag.save()
        found[tag.pk] = tag
    return list(found.values())


def tag_articles(ids: Sequence[int], tags: Collection[Tag], stamp: Stamp) -> int:
    """Give articles tags that they lack, as staff's own; how many articles these were.

    The values as loaded stay, so that no load takes the tags for its own and drops them.
    """
    changed: set[int] = set()
    changes = CountChanges()
    for some in chunks(ids):
        articles = list(_locked(some))
        known = set(_taggings(some, tags).values_list("article_id", "tag_id"))
        new = [
            Tagging(article_id=pk, tag_id=tag.pk, archive_date=day, origin=Tagging.Origin.STAFF)
            for pk, day in articles
            for tag in tags
            if (pk, tag.pk) not in known
        ]
        filed = Filed.of_many(list({tagging.article_id for tagging in new}))
        sign_many(Tagging.objects.bulk_create(new), "+", stamp)
        changed |= {tagging.article_id for tagging in new}
        for before in filed.values():
            changes.move(before, before.tagged(tag.pk for tag in tags))
    changes.save()
    filing.relist(changed)
    return len(changed)


def untag_articles(ids: Sequence[int], tags: Collection[Tag], stamp: Stamp) -> int:
    """Take tags from articles that have them; how many articles these were. No load brings the tags back."""
    changed: set[int] = set()
    changes = CountChanges()
    for some in chunks(ids):
        list(_locked(some))
        rows = list(_taggings(some, tags))
        filed = Filed.of_many(list({row.article_id for row in rows}))
        keep_many(rows, stamp)
        drop(rows)
        sign_many(rows, "-", stamp)
        changed |= {row.article_id for row in rows}
        for before in filed.values():
            changes.move(before, before.tagged(without=[tag.pk for tag in tags]))
    changes.save()
    filing.relist(changed)
    return len(changed)


def drop(rows: Sequence[Tagging]) -> None:
    """Delete taggings without a revision of each: whoever drops many signs them together."""
    Tagging.objects.filter(pk__in=[row.pk for row in rows])._raw_delete("default")


def _locked(ids: Sequence[int]) -> QuerySet[Article, tuple[int, date | None]]:
    rows = Article.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    return rows.values_list("pk", "archive_date")


def _taggings(ids: Sequence[int], tags: Collection[Tag]) -> QuerySet[Tagging, Tagging]:
    return Tagging.objects.filter(article_id__in=ids, tag__in=[tag.pk for tag in tags])
