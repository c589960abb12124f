"""Which file a photo has: its row takes over what the file says, and keeps what staff wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from articles import photos
from articles.catalogue.photo_labels import names_of, remove_unused
from articles.models import Photo, Rendition
from articles.models.bulk import insert, remove_rows


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


def give_renditions(files: Iterable[tuple[Photo, photos.HeldPhoto]], *, are_new: bool = False) -> None:
    """Give saved photos the sizes of their files, in place of those they have.

    They are made with the source's words; ``changing`` labels them with those that are live.
    """
    pairs = list(files)
    if not are_new:
        forget_renditions([photo.pk for photo, _ in pairs])
    columns = ("file", "file_webp", "width_px", "height_px")
    made = [(photo, one) for photo, held in pairs for one in held.renditions]
    insert([Rendition(photo=photo, **{name: getattr(one, name) for name in columns}) for photo, one in made])


def forget_renditions(photo_ids: Collection[int]) -> None:
    """Remove the sizes of photos, and their files once the caller's transaction is committed."""
    rows = Rendition.objects.filter(photo__in=photo_ids)
    remove_unused(name for made in rows for name in names_of(made))
    rows.delete()


def remove_photos(photo_ids: Collection[int]) -> None:
    """Remove photos with their sizes; the history is written by ``changing``."""
    forget_renditions(photo_ids)
    remove_rows(Photo.objects.filter(pk__in=photo_ids))
