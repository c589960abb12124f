"""Changes many articles at once. Each function returns the number of articles changed."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from articles.catalogue.addresses import revive
from articles.catalogue.changing import changing
from articles.catalogue.ledger import Stamp, lock_articles, save_tag, transaction_of_changes
from articles.editorial.actions import TEXTS_AT_ONCE
from articles.models import Article, Source, Tag, Tagging
from articles.models.bulk import chunks
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
            with transaction_of_changes():
                save_tag(tag, stamp)
        found[tag.pk] = tag
    return list(found.values())


def source_named(name: str) -> Source:
    """The source with this name or former name; a new one is created."""
    slug = name_slug(name)
    source = Source.objects.filter(name=name).first() or Source.objects.named(slug)
    if source is None:
        source = Source.objects.create(name=name, slug=slug)
        revive([source.get_absolute_url()])
    return source


def _change(
    ids: Sequence[int], which: QuerySet[Article, Article], stamp: Stamp, change: Callable[[Article], None]
) -> int:
    """``which``: those of them to change."""
    done = 0
    lock_articles(ids)
    for batch in chunks(ids, TEXTS_AT_ONCE):
        with changing(list(which.filter(pk__in=batch).values_list("pk", flat=True)), stamp) as changes:
            for article in changes.articles.values():
                change(article)
        done += len(changes.articles)
    return done


def set_value(ids: Sequence[int], name: str, value: Any, stamp: Stamp) -> int:
    """Set one field. ``name``: its column."""
    others = Article.objects.exclude(**{name: value})
    return _change(ids, others, stamp, lambda article: setattr(article, name, value))


def tag_articles(ids: Sequence[int], tags: Collection[Tag], stamp: Stamp) -> int:
    """Add missing tags as staff's, so that no load drops them."""
    new = dict.fromkeys((tag.pk for tag in tags), Tagging.Origin.STAFF.value)
    return _set_tags(ids, lambda origins: new | origins, stamp)


def untag_articles(ids: Sequence[int], tags: Collection[Tag], stamp: Stamp) -> int:
    """Remove tags; no load adds them again."""
    gone = {tag.pk for tag in tags}
    return _set_tags(ids, lambda origins: {pk: origin for pk, origin in origins.items() if pk not in gone}, stamp)


def _set_tags(ids: Sequence[int], wanted: Callable[[dict[int, str]], dict[int, str]], stamp: Stamp) -> int:
    """``wanted``: origins by tag, from those of an article."""
    done = 0
    lock_articles(ids)
    for batch in chunks(ids, TEXTS_AT_ONCE):
        now: dict[int, dict[int, str]] = {pk: {} for pk in batch}
        rows = Tagging.objects.filter(article__in=batch).values_list("article_id", "tag_id", "origin")
        for article_id, tag_id, origin in rows:
            now[article_id][tag_id] = origin
        with changing([pk for pk in batch if wanted(now[pk]) != now[pk]], stamp) as changes:
            changes.set_tags({pk: wanted(now[pk]) for pk in changes.articles})
        done += len(changes.articles)
    return done


def withdraw(ids: Sequence[int], reason: str, stamp: Stamp) -> int:
    """Withdraw published articles. Readers see the reason."""
    published = Article.objects.published()
    return _change(ids, published, stamp, lambda article: article.withdraw(stamp.moment, WithdrawnBy.STAFF, reason))


def reinstate(ids: Sequence[int], stamp: Stamp) -> int:
    """Publish articles again that staff withdrew; not those withdrawn by their source or merged."""
    withdrawn = Article.objects.filter(withdrawn_at__isnull=False, merged_into=None)
    return _change(ids, withdrawn.exclude(withdrawn_by__in=BY_SOURCE), stamp, Article.reinstate)
