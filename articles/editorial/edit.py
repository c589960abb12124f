"""One change of an article by staff. Actions on many use ``articles.catalogue.changing`` itself."""

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
    """A change that has begun: for forms, which save photos and tags themselves."""

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
        """Save the article, whose photos and tags are saved already, and all that follows. A correction is for readers.

        ``False`` if another article of that day has its slug, so that it got another one.
        """
        wanted = article.slug
        self.changes.articles[article.pk] = article
        self.changes.finish()
        if correction:
            correct(article, correction, self.changes.stamp)
        return article.slug == wanted


@contextmanager
def editing(article_id: int, stamp: Stamp) -> Iterator[Edit]:
    """An article to be edited within the block, in one transaction, before any other editor.

    ``article`` of what it yields is changed in memory and saved at the end; its photos are saved within the block. All
    of it is one revision. Photos stay beside their paragraphs.
    """
    with transaction.atomic():
        edit = Edit.begin(article_id, stamp)
        yield edit
        if edit.article.body != edit.before.body:
            move_photos(edit.article, own_blocks(edit.before), blocks_of(edit.article.body))
        edit.finish(edit.article)


def move_photos(article: Article, before: list[str], after: list[str]) -> None:
    """Keep each photo beside its paragraph when the text around it has changed."""
    for photo in article.photos.all():
        place = moved(photo.position, before, after)
        if place != photo.position:
            photo.position = place
            photo.save_base(raw=True)
    move_conflicts(article, before, after)


def move_conflicts(article: Article, before: list[str], after: list[str]) -> None:
    """Keep the places that wait for a decision beside their paragraphs too."""
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
    """Tell readers of the correction that is made at the moment of the stamp."""
    Correction.objects.create(article=article, note=note, made_at=stamp.moment, made_by=stamp.user)


def correct_afterwards(article: Article, note: str, stamp: Stamp) -> None:
    """A note without a change explains the newest one that staff have made."""
    revisions = Article.history.filter(id=article.pk, history_user__isnull=False).order_by("-history_date")
    made_at = revisions.values_list("history_date", flat=True).first() or stamp.moment
    Correction.objects.create(article=article, note=note, made_at=made_at, made_by=stamp.user)
