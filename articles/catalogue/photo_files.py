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
    """Put a file into the archive for a photo, with its present words. Raises ``BadPhoto`` and ``OSError``.

    ``written`` gets the paths of new files.
    """
    return photos.hold(data, settings.MEDIA_ROOT, limits(), photos.Words.of(photo), written)


def described(data: bytes, photo: Photo) -> photos.HeldPhoto:
    """What ``hold`` would return; nothing is written."""
    return photos.hold(data, None, limits(), photos.Words.of(photo))


def give_file(photo: Photo, held: photos.HeldPhoto | None) -> None:
    """Set a photo's file, if any; its metadata fills what the story omits."""
    if held is None:
        return
    photo.file, photo.digest, photo.damage = held.file, held.digest, ""
    photo.width_px, photo.height_px = held.width_px, held.height_px
    photo.metadata = dict(held.metadata)
    for name in photos.FIELDS:
        setattr(photo, name, getattr(held.words, name))
    photo.from_file = list(held.from_file)
    photo.follow_words()


def keep_file(photo: Photo, old: Photo) -> None:
    photo.file, photo.digest, photo.damage = old.file, old.digest, old.damage
    photo.width_px, photo.height_px, photo.metadata = old.width_px, old.height_px, old.metadata
    words, from_file = photos.filled(photos.Words.of(photo), photo.said_by_file.words)
    for name in from_file:
        setattr(photo, name, getattr(words, name))
    photo.from_file = list(from_file)
    photo.follow_words()


def give_late_file(photo: Photo, held: photos.HeldPhoto, loaded: dict[str, Any]) -> None:
    """``give_file`` for a row that staff may have edited. ``loaded``: its loaded values, updated in place."""
    now = photos.Words.of(photo)
    give_file(photo, held)
    loaded["digest"] = held.digest
    for name in photos.FIELDS:
        if getattr(now, name) == loaded.get(name, ""):
            loaded[name] = getattr(held.words, name)
        else:
            setattr(photo, name, getattr(now, name))
    photo.follow_words()


def take_file(photo: Photo, held: photos.HeldPhoto) -> None:
    """Give a saved photo another file, ``held`` with its words. Its former file stays on disk, for the history."""
    give_file(photo, held)
    photo.save_base(raw=True)
    give_renditions([(photo, held)])


def give_renditions(files: Iterable[tuple[Photo, photos.HeldPhoto]], *, are_new: bool = False) -> None:
    """Replace the renditions of saved photos. ``changing`` later labels them with the current texts."""
    pairs = list(files)
    if not are_new:
        forget_renditions([photo.pk for photo, _ in pairs])
    columns = ("file", "file_webp", "width_px", "height_px")
    made = [(photo, rendition) for photo, held in pairs for rendition in held.renditions]
    insert([Rendition(photo=photo, **{name: getattr(file, name) for name in columns}) for photo, file in made])


def forget_renditions(photo_ids: Collection[int]) -> None:
    """Delete renditions, and their files after the transaction."""
    rows = Rendition.objects.filter(photo__in=photo_ids)
    remove_unused(name for made in rows for name in names_of(made))
    rows.delete()


def remove_photos(photo_ids: Collection[int]) -> None:
    """Delete photos and renditions; ``changing`` writes the history."""
    forget_renditions(photo_ids)
    remove_rows(Photo.everything.filter(pk__in=photo_ids))
