"""Tagging, untagging, withdrawing and reinstating many articles. Each returns the number of articles changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Q, QuerySet

from articles.catalogue.changing import changing
from articles.catalogue.revisions import Stamp
from articles.editorial.actions import chunks
from articles.models import Article, Tag, Tagging
from articles.models.withdrawal import BY_SOURCE, WithdrawnBy
from articles.text.keys import name_slug


def tags_named(names: Iterable[str], stamp: Stamp) -> list[Tag]:
    """The tags with these names or other names; new ones are created."""
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
    """Add missing tags as staff's own, which no load drops."""
    done = 0
    for some in chunks(ids):
        known = set(_taggings(some, tags).values_list("article_id", "tag_id"))
        lacking = [pk for pk in some if any((pk, tag.pk) not in known for tag in tags)]
        with changing(lacking, stamp) as changes:
            known = set(_taggings(some, tags).values_list("article_id", "tag_id"))  # now that they are locked
            Tagging.objects.bulk_create(
                Tagging(article=article, tag=tag, archive_date=article.archive_date, origin=Tagging.Origin.STAFF)
                for article in changes.articles.values()
                for tag in tags
                if (article.pk, tag.pk) not in known
            )
        done += len(changes.articles)
    return done


def untag_articles(ids: Sequence[int], tags: Collection[Tag], stamp: Stamp) -> int:
    """Remove tags; no load brings them back."""
    done = 0
    for some in chunks(ids):
        having = set(_taggings(some, tags).values_list("article_id", flat=True))
        with changing(having, stamp) as changes:
            _taggings(list(changes.articles), tags)._raw_delete("default")
        done += len(changes.articles)
    return done


def _taggings(ids: Sequence[int], tags: Collection[Tag]) -> QuerySet[Tagging, Tagging]:
    return Tagging.objects.filter(article_id__in=ids, tag__in=[tag.pk for tag in tags])


def withdraw(ids: Sequence[int], reason: str, stamp: Stamp) -> int:
    """Withdraw published articles. Readers see the reason."""
    done = 0
    for some in chunks(ids):
        with changing(_those(some, withdrawn_at=None), stamp) as changes:
            for article in changes.articles.values():
                article.withdraw(stamp.moment, WithdrawnBy.STAFF, reason)
        done += len(changes.articles)
    return done


def reinstate(ids: Sequence[int], stamp: Stamp) -> int:
    """Publish articles again that staff withdrew; not those withdrawn by their source or merged."""
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
    """The ids that match ``which``; their rows are locked."""
    rows = Article.objects.select_for_update().filter(pk__in=ids).filter(**which).order_by("pk")
    return list(rows.values_list("pk", flat=True))
