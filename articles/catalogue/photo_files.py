"""Photo rows and their files: file metadata fills empty fields, staff edits stay."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from articles import photos
from articles.catalogue.photo_labels import names_of, remove_unused
from articles.models import Photo, Rendition
from articles.models.bulk import insert, remove_rows


def limits() -> photos.Limits:
    return photos.Limits(settings.PHOTO_MAX_BYTES, settings.PHOTO_MAX_PIXELS)


def hold(data: bytes, photo: Photo, written: list[Path] | None = None) -> photos.HeldPhoto:
    """Store a photo's file, labelled with its present texts. Raises ``BadPhoto`` and ``OSError``.

    ``written`` gets the paths of new files.
    """
    return photos.hold(data, settings.MEDIA_ROOT, limits(), photos.Words.of(photo), written)


def attach_file(photo: Photo, file: photos.HeldPhoto | None) -> None:
    """Set a photo's file, if any. File metadata fills empty fields."""
    if file is None:
        return
    photo.file, photo.digest, photo.damage = file.file, file.digest, ""
    photo.width_px, photo.height_px = file.width_px, file.height_px
    photo.metadata = dict(file.metadata)
    for name in photos.FIELDS:
        setattr(photo, name, getattr(file.words, name))
    photo.from_file = list(file.from_file)
    photo.follow_words()


def keep_file(photo: Photo, old: Photo) -> None:
    photo.file, photo.digest, photo.damage = old.file, old.digest, old.damage
    photo.width_px, photo.height_px, photo.metadata = old.width_px, old.height_px, old.metadata
    words, from_file = photos.filled(photos.Words.of(photo), photo.said_by_file.words)
    for name in from_file:
        setattr(photo, name, getattr(words, name))
    photo.from_file = list(from_file)
    photo.follow_words()


def attach_late_file(photo: Photo, file: photos.HeldPhoto, loaded: dict[str, Any]) -> None:
    """Like ``attach_file``, but keep staff edits. ``loaded``: the photo's loaded values, updated in place."""
    now = photos.Words.of(photo)
    attach_file(photo, file)
    loaded["digest"] = file.digest
    for name in photos.FIELDS:
        if getattr(now, name) == loaded.get(name, ""):
            loaded[name] = getattr(file.words, name)
        else:
            setattr(photo, name, getattr(now, name))
    photo.follow_words()


def replace_renditions(files: Iterable[tuple[Photo, photos.HeldPhoto]], *, are_new: bool = False) -> None:
    """Replace the renditions of saved photos. ``changing`` later labels them with the current texts."""
    pairs = list(files)
    if not are_new:
        delete_renditions([photo.pk for photo, _ in pairs])
    columns = ("file", "file_webp", "width_px", "height_px")
    made = [(photo, rendition) for photo, file in pairs for rendition in file.renditions]
    insert([Rendition(photo=photo, **{name: getattr(row, name) for name in columns}) for photo, row in made])


def delete_renditions(photo_ids: Collection[int]) -> None:
    """Delete renditions, and their files after the transaction."""
    rows = Rendition.objects.filter(photo__in=photo_ids)
    remove_unused(name for made in rows for name in names_of(made))
    rows.delete()


def remove_photos(photo_ids: Collection[int]) -> None:
    """Within ``changing``."""
    delete_renditions(photo_ids)
    remove_rows(Photo.everything.filter(pk__in=photo_ids))
