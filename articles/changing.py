"""Changes that staff make of one article without its form: recorded before and after, and filed like any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from typing import Any

from django.db import transaction

from articles import captioning, filing
from articles.baseline import blocks_of, has_loaded_body, loaded_body, own_blocks
from articles.ingest.store.likeness import renew_likeness
from articles.merging import moved
from articles.models import Article, Photo
from articles.revisions import Stamp, keep_article, record_article


@contextmanager
def changing(article_id: int, stamp: Stamp) -> Iterator[Article]:
    """An article to be changed within the block, in one transaction, before any other editor.

    The article is changed in memory and saved at the end; its photos are saved within the block. All of it is one
    revision.
    """
    with transaction.atomic():
        article = Article.objects.select_for_update().get(pk=article_id)
        before = copy(article)
        filed, path = filing.Filed.of(article), article.get_absolute_url()
        keep_article(article, stamp)
        yield article
        _save(article, before)
        filing.refile(article, filed, path)
        record_article(article, stamp)


def _save(article: Article, before: Article) -> None:
    if article.body != before.body:
        article.body_as_loaded = "" if has_loaded_body(article) else loaded_body(before)
        move_photos(article, own_blocks(before), blocks_of(article.body))
    if (article.body, article.published, article.updated) != (before.body, before.published, before.updated):
        filing.derive(article)
        article.slug = filing.free_slug(article)
    article.photo_count = article.photos.count()
    article.save_base(raw=True)  # the history is written for the article as a whole
    if article.body != before.body:
        renew_likeness(article)


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
    return captioning.label_renditions([photo])
