"""Which file a photo has: its row takes over what the file says, and keeps what staff wrote."""

from __future__ import annotations

from typing import Any

from articles import photos
from articles.models import Photo, Rendition


def give_file(photo: Photo, held: photos.HeldPhoto | None) -> None:
    """Say in a photo's row which file it has, if any, and let the file say what the story does not."""
    if held is None:
        return
    photo.file, photo.digest = held.file, held.digest
    photo.width_px, photo.height_px = held.width_px, held.height_px
    photo.metadata = dict(held.metadata)
    for name in photos.FIELDS:
        setattr(photo, name, getattr(held.words, name))
    photo.from_file = list(held.from_file)
    photo.follow_words()


def keep_file(photo: Photo, old: Photo) -> None:
    """Give the row of a story's photo the file that its former row has, and what that file says."""
    photo.file, photo.digest, photo.damage = old.file, old.digest, old.damage
    photo.width_px, photo.height_px, photo.metadata = old.width_px, old.height_px, old.metadata
    words, from_file = photos.filled(photos.Words.of(photo), photo.said_by_file.words)
    for name in from_file:
        setattr(photo, name, getattr(words, name))
    photo.from_file = list(from_file)
    photo.follow_words()


def give_late_file(photo: Photo, held: photos.HeldPhoto, loaded: dict[str, Any]) -> None:
    """``give_file`` for a row that staff may have edited since: their words stay.

    ``loaded`` are the photo's values as loaded; it takes up what the file fills.
    """
    now = photos.Words.of(photo)
    give_file(photo, held)
    loaded["digest"] = held.digest
    for name in photos.FIELDS:
        if getattr(now, name) == loaded.get(name, ""):
            loaded[name] = getattr(held.words, name)
        else:
            setattr(photo, name, getattr(now, name))
    photo.follow_words()


def rendition_rows(photo: Photo, held: photos.HeldPhoto) -> list[Rendition]:
    return [
        Rendition(
            photo=photo, file=made.file, file_webp=made.file_webp, width_px=made.width_px, height_px=made.height_px
        )
        for made in held.renditions
    ]
