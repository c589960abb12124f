"""The save protocol for merges of tags and sources: changes one value of many rows by few statements.

``changing`` would take a minute for the articles of a common tag. The search index resolves merged tags and sources by
their former ids.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from articles.catalogue.filing import CountChanges, Filed
from articles.catalogue.ledger import AT_ONCE, Stamp, change_of, record
from articles.catalogue.recorded import Row
from articles.models import Article
from articles.models.bulk import chunks


@contextmanager
def recounting(ids: Collection[int]) -> Iterator[None]:
    """Update the stored counts after the block has changed tags of these articles."""
    counts = CountChanges()
    parts = chunks(list(ids), AT_ONCE)
    for filed in (filed for part in parts for filed in Filed.of_many(part).values()):
        counts.move(filed, None)
    yield
    for filed in (filed for part in parts for filed in Filed.of_many(part).values()):
        counts.move(None, filed)
    counts.save()


def lock_articles(ids: Collection[int]) -> list[int]:
    """Lock articles, in the order of all who lock several; return their ids."""
    rows: Any = Article.objects.select_for_update().order_by("pk")
    return [pk for part in chunks(sorted(ids), AT_ONCE) for pk in rows.filter(pk__in=part).values_list("pk", flat=True)]


def record_many(found: Mapping[int, list[Row]], stamp: Stamp) -> None:
    """Record a change that readers see in each of many locked articles. Their states are not read, so that a change
    past the ledger before it is not noticed.
    """
    for ids in chunks(list(found), AT_ONCE):
        Article.objects.filter(pk__in=ids).update(changed=change_of(stamp))
    record(found, stamp, dict.fromkeys(found, ""))
