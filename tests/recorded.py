"""The record of changes, as tests read it: who changed what, when and why.

Versions are read as readers and staff see them. No other test knows the tables of the record.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from articles.catalogue.ledger import Stamp, change_of, transaction_of_changes
from articles.editorial.history import Names, Version, Versions, changes_of
from articles.models import Article, ArticleChange, Change, Clock, Gone, Load, Original, TagChange, TagMerge

# The models of the record.
MODELS: frozenset[type[Model]] = frozenset({ArticleChange, Change, Clock, TagChange})


# --- Versions of articles. --------------------------------------------------------------------------------------------


def versions_of(article: Article) -> list[Version]:
    """The versions of an article as it is in the database, oldest first; an article without changes has one."""
    versions = Versions(Article.objects.get(pk=article.pk))
    return versions.newest(len(versions))[::-1]


def newest_version(article: Article) -> Version:
    """The present version."""
    return versions_of(article)[-1]


def username(version: Version) -> str | None:
    """The account of the member of staff who made it; ``None`` for loads, and where nobody is recorded."""
    return version.user.get_username() if version.user else None


def told_of(article: Article) -> list[tuple[str, str, str | None]]:
    """Headline, reason and account of each version, oldest first. The first one has no reason and no account."""
    return [(version.state.article.headline, version.reason, username(version)) for version in versions_of(article)]


def changed_in(version: Version) -> list[str]:
    """Differences from the version before, in the words of the history; none for the first version."""
    return [change.what for change in changes_of(version, Names([version]))]


def is_in_history(article: Article, field: str, value: Any) -> bool:
    """``True`` if any version, the present one included, has this value in a field of the article."""
    return any(getattr(version.state.article, field) == value for version in versions_of(article))


# --- The tables. ------------------------------------------------------------------------------------------------------


def has_record(article: Article) -> bool:
    """Whether anything at all is recorded of an article; ``False`` after its first load, before its first change."""
    return ArticleChange.objects.filter(article=article.pk).exists()


def tag_told(tag_id: int) -> list[tuple[str, str, str | None]]:
    """Name, reason and account of each state of a tag, oldest first.

    The first is the tag before its first change, without reason and account; where the first change made the tag, it
    is that change. The name is ``""`` where the tag was merged into another or deleted.
    """
    rows = list(TagChange.objects.filter(tag_id=tag_id).order_by("pk").select_related("change__user"))
    first: Any = rows[0].before if rows else None
    told = [(first["name"], "", None)] if first else []
    for row in rows:
        after: Any = row.after or {}
        user = row.change.user
        told.append((after.get("name", ""), row.change.reason, user.get_username() if user else None))
    return told


def record_size() -> int:
    """The number of rows of the whole record, to see that nothing was added or removed."""
    return sum(model._base_manager.count() for model in MODELS)


def forget_changes() -> None:
    """Delete the whole record: articles and tags are as if they had never been changed."""
    ArticleChange.objects.all().delete()
    TagChange.objects.all().delete()
    TagMerge.objects.all().delete()
    Article.objects.update(added=None, changed=None)
    Original.objects.update(change=None)
    Gone.objects.update(change=None)
    Change.objects.all().delete()


def change_of_load(load: Load) -> Change:
    """A change of a load, for rows made without one."""
    if found := Change.objects.filter(load=load).first():
        return found
    with transaction_of_changes():
        return change_of(Stamp(None, "", load.started_at, load, kind=Change.Kind.LOAD))


def of_record(captured: Iterable[dict[str, str]]) -> list[str]:
    """Those of the captured queries that read or write the record."""
    tables = [model._meta.db_table for model in MODELS]
    return [query["sql"] for query in captured if any(table in query["sql"] for table in tables)]


def assert_record_ends_with_present() -> None:
    """Where an article has a record at all, its end is the article as it is; every change has its number."""
    for article in Article.objects.all():
        assert not Versions(article).is_unrecorded, article
    assert not Change.objects.filter(number=None).exists()
    numbers = list(Change.objects.order_by("seen_at", "number").values_list("number", flat=True))
    assert numbers == sorted(numbers)
