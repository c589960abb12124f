"""The values of an article as a load left them: what a staff edit is told from, whichever way it was made.

The same function makes the baseline of a new article and describes an article as it stands in the database, so the
two are equal exactly where nobody has changed anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from articles.identity import digest_of
from articles.models import Article, Photo

# The plain columns that sources fill and staff may change.
FIELDS: tuple[str, ...] = (
    "headline", "deck", "byline", "authors", "dateline", "section", "language", "published", "updated", "url",
)  # fmt: skip
PHOTO_FIELDS: tuple[str, ...] = ("kind", "caption", "credit_line", "alt_text", "position")
# These stand in a baseline only where they say something: absent means empty, as in baselines that are older than they.
RARE_PHOTO_FIELDS: tuple[str, ...] = ("creator", "copyright_notice")


def baseline(article: Article, photos: Iterable[Photo], tag_ids: Iterable[int]) -> dict[str, Any]:
    """The values by field name, as JSON.

    The body stands as the SHA-256 of its UTF-8. Source and tags stand as database ids, since a tag that staff rename
    is still the tag that was loaded.
    """
    values: dict[str, Any] = {name: getattr(article, name) for name in FIELDS}
    values["source"] = article.source_id
    values["body"] = digest_of(article.body.encode())
    values["photos"] = [_photo_values(photo) for photo in photos]
    values["tags"] = sorted(tag_ids)
    return values


def _photo_values(photo: Photo) -> dict[str, Any]:
    values = {name: getattr(photo, name) for name in PHOTO_FIELDS}
    return values | {name: words for name in RARE_PHOTO_FIELDS if (words := getattr(photo, name))}


def current(article: Article) -> dict[str, Any]:
    """The baseline of an article as it stands now; its photos and taggings are read unless prefetched."""
    photos = sorted(article.photos.all(), key=lambda photo: photo.number)
    return baseline(article, photos, [tagging.tag_id for tagging in article.taggings.all()])


def edited_fields(article: Article, now: dict[str, Any] | None = None) -> list[str]:
    """The fields whose value is no longer the one that the last load gave them: what staff have changed."""
    now = current(article) if now is None else now
    return [name for name, value in now.items() if value != article.as_loaded.get(name)]
