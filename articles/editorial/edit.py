"""One change of an article by staff. Bulk actions use ``articles.catalogue.changing``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from articles.catalogue.changing import Changes
from articles.catalogue.loaded import own_blocks
from articles.catalogue.revisions import Stamp
from articles.models import Article, Correction, Photo
from articles.text.markdown import blocks_of
from articles.text.merge import moved


@dataclass(frozen=True, slots=True)
class Edit:
    """A change in progress, for forms that save photos and tags themselves."""

    changes: Changes

    @classmethod
    def begin(cls, article_id: int, stamp: Stamp) -> Edit:
        return cls(Changes.begin([article_id], stamp, is_one_revision=True))

    @property
    def before(self) -> Article:
        (article,) = self.changes.before.values()
        return article

    @property
    def article(self) -> Article:
        (article,) = self.changes.articles.values()
        return article

    def finish(self, article: Article, *, correction: str = "") -> bool:
        """Save the article and everything derived; photos and tags are already saved.

        ``correction``: a note to readers. Returns ``False`` if its slug was taken on that day and changed.
        """
        wanted = article.slug
        self.changes.articles[article.pk] = article
        self.changes.finish()
        if correction:
            correct(article, correction, self.changes.stamp)
        return article.slug == wanted


@contextmanager
def editing(article_id: int, stamp: Stamp) -> Iterator[Edit]:
    """Lock an article and save it at the end of the block, as one revision in one transaction.

    Change ``article`` in memory; save its photos within the block. Photos stay next to their paragraphs.
    """
    with transaction.atomic():
        edit = Edit.begin(article_id, stamp)
        yield edit
        if edit.article.body != edit.before.body:
            move_photos(edit.article, own_blocks(edit.before), blocks_of(edit.article.body))
        edit.finish(edit.article)


def move_photos(article: Article, before: list[str], after: list[str]) -> None:
    """Keep each photo next to its paragraph after a change of the text."""
    for photo in Photo.everything.filter(article=article):
        place = moved(photo.position, before, after)
        if place != photo.position:
            photo.position = place
            photo.save_base(raw=True)
    move_conflicts(article, before, after)


def move_conflicts(article: Article, before: list[str], after: list[str]) -> None:
    """Keep positions in open conflicts next to their paragraphs too."""
    for conflict in article.conflicts.open().filter(field="position"):
        places: list[Any] = [conflict.loaded, conflict.ours, conflict.theirs]
        conflict.loaded, conflict.ours, conflict.theirs = (moved(place, before, after) for place in places)
        conflict.save(update_fields=["loaded", "ours", "theirs"])


def write_photo(photo: Photo, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(photo, name, value)
    photo.follow_words()
    photo.save_base(raw=True)


def correct(article: Article, note: str, stamp: Stamp) -> None:
    Correction.objects.create(article=article, note=note, made_at=stamp.moment, made_by=stamp.user)


def correct_afterwards(article: Article, note: str, stamp: Stamp) -> None:
    """Add a note without a change; it explains the newest staff revision."""
    revisions = Article.history.filter(id=article.pk, history_user__isnull=False).order_by("-history_date")
    made_at = revisions.values_list("history_date", flat=True).first() or stamp.moment
    Correction.objects.create(article=article, note=note, made_at=made_at, made_by=stamp.user)
