"""One change of an article by staff: what is recorded before it, and what follows from it.

``Edit`` is for forms, which save photos and tags themselves; ``changing`` for all that is changed without one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from articles.catalogue import filing, photo_labels
from articles.catalogue.near_duplicates import renew_likeness
from articles.editorial.conflicts import follow_edits
from articles.editorial.loaded import has_loaded_body, loaded_body, own_blocks
from articles.editorial.revisions import Stamp, keep_article, record_article, sign_many
from articles.models import Article, Correction, Photo
from articles.text.markdown import blocks_of
from articles.text.merge import moved


@dataclass(frozen=True, slots=True)
class Edit:
    """A change that has begun. ``before`` is the article as it stood; its row is locked until the transaction ends."""

    before: Article
    stamp: Stamp
    filed: filing.Filed | None
    path: str

    @classmethod
    def begin(cls, article_id: int, stamp: Stamp) -> Edit:
        """Lock the article, and record its present state where the history does not have it yet."""
        before = Article.objects.select_for_update().get(pk=article_id)
        keep_article(before, stamp)
        return cls(before, stamp, filing.Filed.of(before), before.get_absolute_url())

    def finish(self, article: Article, *, correction: str = "") -> bool:
        """Save the article, whose photos and tags are saved already, and file it anew. A correction is for readers.

        ``False`` if another article of that day has its slug, so that it got another one.
        """
        is_rewritten = article.body != self.before.body
        if is_rewritten:
            article.body_as_loaded = "" if has_loaded_body(article) else loaded_body(self.before)
        filing.count_photos(article)
        filing.derive(article)
        wanted = article.slug
        article.slug = filing.free_slug(article)
        article.save_base(raw=True)  # the history is written at the end, of the article as a whole
        if is_rewritten:
            renew_likeness(article)
        filing.refile(article, self.filed, self.path)
        sign_many([article], "~", self.stamp)  # a revision of its photos or tags is one of the article
        record_article(article, self.stamp)
        follow_edits(article, self.stamp)
        if correction:
            correct(article, correction, self.stamp)
        return article.slug == wanted


@contextmanager
def changing(article_id: int, stamp: Stamp) -> Iterator[Article]:
    """An article to be changed within the block, in one transaction, before any other editor.

    The article is changed in memory and saved at the end; its photos are saved within the block. All of it is one
    revision.
    """
    with transaction.atomic():
        edit = Edit.begin(article_id, stamp)
        article = copy(edit.before)
        yield article
        if article.body != edit.before.body:
            move_photos(article, own_blocks(edit.before), blocks_of(article.body))
        edit.finish(article)


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


def write_photo(photo: Photo, values: Mapping[str, Any]) -> bool:
    """Save words of a photo, in its files too; ``False`` where these could not be written. Within ``changing``."""
    for name, value in values.items():
        setattr(photo, name, value)
    photo.follow_words()
    photo.save_base(raw=True)
    return photo_labels.label_renditions([photo])


def correct(article: Article, note: str, stamp: Stamp) -> None:
    """Tell readers of the correction that is made at the moment of the stamp."""
    Correction.objects.create(article=article, note=note, made_at=stamp.moment, made_by=stamp.user)


def correct_afterwards(article: Article, note: str, stamp: Stamp) -> None:
    """A note without a change explains the newest one that staff have made."""
    revisions = Article.history.filter(id=article.pk, history_user__isnull=False).order_by("-history_date")
    made_at = revisions.values_list("history_date", flat=True).first() or stamp.moment
    Correction.objects.create(article=article, note=note, made_at=made_at, made_by=stamp.user)
