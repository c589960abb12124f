"""One change of an article by staff. Bulk actions use ``articles.catalogue.changing``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext

from articles.catalogue.changing import Changes, changing
from articles.catalogue.ledger import Stamp
from articles.catalogue.loaded import own_blocks
from articles.editorial.actions import NotDone
from articles.models import Article, ArticleChange, Change, Correction, Photo
from articles.text.markdown import blocks_of
from articles.text.merge import moved


@contextmanager
def editing(article_id: int, stamp: Stamp) -> Iterator[Changes]:
    """``changing`` for one article. Raises ``NotDone`` if it has been removed."""
    with changing([article_id], stamp) as changes:
        if not changes.articles:
            raise NotDone(gettext("The article is no longer in the archive; nothing was saved."))
        yield changes


def keep_places(before: Article, article: Article, *, placed: Collection[int] = ()) -> None:
    """Keep photos next to their paragraphs. ``placed``: ids of those whose positions are already in the new text."""
    if article.body == before.body:
        return
    blocks = own_blocks(before), blocks_of(article.body)
    for photo in Photo.everything.filter(article=article).exclude(pk__in=placed):
        place = moved(photo.position, *blocks)
        if place != photo.position:
            photo.position = place
            photo.save(update_fields=["position"])
    move_conflicts(article, *blocks)


def move_conflicts(article: Article, before: list[str], after: list[str]) -> None:
    for conflict in article.conflicts.open().filter(field="position"):
        places: list[Any] = [conflict.loaded, conflict.ours, conflict.theirs]
        conflict.loaded, conflict.ours, conflict.theirs = (moved(place, before, after) for place in places)
        conflict.save(update_fields=["loaded", "ours", "theirs"])


def write_photo(photo: Photo, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(photo, name, value)
    photo.follow_words()
    photo.save()


def correct(article: Article, note: str, stamp: Stamp) -> None:
    """Add a note for readers; it explains the newest version by staff."""
    by_staff = ArticleChange.objects.filter(article=article, version__isnull=False, change__kind=Change.Kind.STAFF)
    newest = by_staff.order_by("-version").select_related("change").first()
    version, made_at = (newest.version, newest.change.moment) if newest else (None, stamp.moment)
    Correction.objects.create(article=article, note=note, version=version, made_at=made_at, made_by=stamp.user)
