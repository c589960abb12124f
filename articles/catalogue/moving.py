"""The save protocol for merges of tags and sources: changes one value of many rows by statements in the database.

``changing`` would take a minute for the articles of a common tag. The search index resolves merged tags and sources by
their former ids.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from articles.catalogue.filing import CountChanges, Filed
from articles.catalogue.revisions import Rows, Stamp, record_all_before, sign_all
from articles.models.bulk import chunks


@contextmanager
def recounting(ids: Collection[int]) -> Iterator[None]:
    """Update the stored counts after the block has changed tags of these articles."""
    counts = CountChanges()
    parts = chunks(list(ids))
    for filed in (filed for part in parts for filed in Filed.of_many(part).values()):
        counts.move(filed, None)
    yield
    for filed in (filed for part in parts for filed in Filed.of_many(part).values()):
        counts.move(None, filed)
    counts.save()


def change_all(rows: Rows, stamp: Stamp, **values: Any) -> None:
    """Set values (``tag_id``, not ``tag``) of rows, with their histories."""
    record_all_before(rows, stamp)
    sign_all(rows, "~", stamp, **values)
    rows.update(**values)


def remove_all(rows: Rows, stamp: Stamp) -> None:
    record_all_before(rows, stamp)
    sign_all(rows, "-", stamp)
    rows._raw_delete("default")
