"""Locks, counts and records articles of which one value is changed by few statements, as in merges of tags and sources.

``changing`` would take a minute for the articles of a common tag. The search index resolves merged tags and sources by
their former ids.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from articles.catalogue.ledger import AT_ONCE, Stamp, change_of, lock_articles, open_changes, record
from articles.catalogue.recorded import Row
from articles.models import Article, Source, Tag
from articles.models.bulk import chunks


def lock_filed(model: type[Source | Tag], articles: QuerySet[Any, int]) -> None:
    """Lock articles, by a query of ids, and all tags or sources: until the commit, no article is filed elsewhere."""
    if connection.vendor == "sqlite":
        return  # one writer at a time
    ids, found = None, set(articles)
    while ids != found:
        with transaction.atomic(), connection.cursor() as cursor:
            lock_articles(ids := found)
            cursor.execute(f"LOCK TABLE {model._meta.db_table} IN EXCLUSIVE MODE")
            found = set(articles.all())
            # Articles that came meanwhile may be locked by someone who waits for these tags.
            transaction.set_rollback(ids != found)


def count_filed(model: type[Source | Tag], article_ids: Collection[int], by: Mapping[int, int]) -> None:
    """Add articles to the stored counts of tags or sources, or take them out. ``by``: 1 or -1 by id."""
    for ids in chunks(list(article_ids), AT_ONCE):
        for day in Article.objects.published().filter(pk__in=ids).values_list("archive_date", flat=True):
            for pk, number in by.items():
                open_changes().counts.file(model, pk, day, number)


def record_many(found: Mapping[int, list[Row]], stamp: Stamp) -> None:
    """Record a change that readers see in each of many locked articles; earlier ones past the ledger go unnoticed."""
    for ids in chunks(list(found), AT_ONCE):
        Article.objects.published().filter(pk__in=ids).update(changed=change_of(stamp))
    record(found, stamp, dict.fromkeys(found, ""))
