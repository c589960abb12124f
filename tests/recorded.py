"""The record of changes, as tests read it: who changed what, when and why.

Versions are read as readers and staff see them. No other test knows the tables of the record.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from articles.catalogue.revisions import AS_LOADED
from articles.editorial.history import Names, Version, Versions, changes_of
from articles.models import Article, LoadChange, Photo, Tag, Tagging

_RECORDED: tuple[Any, ...] = (Article, Photo, Tag, Tagging)
HISTORIES: frozenset[type[Model]] = frozenset(model.history.model for model in _RECORDED)
# The models of the record.
MODELS: frozenset[type[Model]] = HISTORIES | {LoadChange}


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
    """What differs from the version before, in the words of the history; nothing for the first version."""
    return [change.what for change in changes_of(version, Names([version]))]


def is_in_history(article: Article, field: str, value: Any) -> bool:
    """Whether any version, the present one included, has this value in a field of the article."""
    return any(getattr(version.state.article, field) == value for version in versions_of(article))


# --- The tables. ------------------------------------------------------------------------------------------------------


def has_record(article: Article) -> bool:
    """Whether anything at all is recorded of an article; ``False`` after its first load, before its first change."""
    rows: tuple[Any, ...] = (
        Article.history.filter(id=article.pk),
        Photo.history.filter(article_id=article.pk),
        Tagging.history.filter(article_id=article.pk),
    )
    return any(found.exists() for found in rows)


def tag_told(tag_id: int) -> list[tuple[str, str, str | None]]:
    """Name, reason and account of each state of a tag, oldest first.

    The first is the tag before its first change, without reason and account; where the first change made the tag, it
    is that change. The name is ``""`` where the tag was merged into another or deleted.
    """
    rows: Any = Tag.history.filter(id=tag_id).order_by("history_id").select_related("history_user")
    return [
        (
            "" if row.history_type == "-" else row.name,
            "" if row.history_change_reason in (None, AS_LOADED) else row.history_change_reason,
            row.history_user.get_username() if row.history_user else None,
        )
        for row in rows
    ]


def record_size() -> int:
    """The number of rows of the whole record, to see that nothing was added or removed."""
    return sum(model._base_manager.count() for model in MODELS)


def forget_changes() -> None:
    """Delete the whole record: articles and tags are as if they had never been changed."""
    for model in MODELS:
        model._base_manager.all().delete()


def of_record(captured: Iterable[dict[str, str]]) -> list[str]:
    """Those of the captured queries that read or write the histories of articles and tags."""
    tables = [model._meta.db_table for model in HISTORIES]
    return [query["sql"] for query in captured if any(table in query["sql"] for table in tables)]


def assert_record_ends_with_present() -> None:
    """For each article in the archive: what its record, if it has one, says last is the article with its photos and
    tags as they are.
    """
    articles = list(Article.objects.values_list("pk", flat=True))
    for model, owner in ((Article, "id"), (Photo, "article_id"), (Tagging, "article_id")):
        history: Any = model.history.model
        there = {row.pk: row for row in model.objects.all()}
        rows = history.objects.filter(**{f"{owner}__in": articles}).order_by("history_id")
        for newest in {row.id: row for row in rows}.values():
            assert (newest.history_type != "-") == (newest.id in there), (model, newest.id)
            if live := there.get(newest.id):
                names = [field.attname for field in newest.tracked_fields if field.attname != "archive_date"]
                differing = [name for name in names if getattr(newest, name) != getattr(live, name)]
                assert not differing, (live, differing)
