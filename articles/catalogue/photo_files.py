"""Photo rows and their files: file metadata fills empty fields, staff edits stay; renditions carry the texts."""

import logging
import shutil
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from articles import photos
from articles.models import Photo, Rendition
from articles.models.bulk import chunks, insert
from articles.photos.holding import HeldRendition, write

log = logging.getLogger(__name__)
_copying = BoundedSemaphore(settings.SERVER_THREADS // 3)  # a bucket that hangs leaves threads for pages
NOT_WRITTEN = _("Saved, but the photo files could not be updated: they still contain the old captions and credits.")


def limits() -> photos.Limits:
    return photos.Limits(settings.PHOTO_MAX_BYTES, settings.PHOTO_MAX_PIXELS)


def media() -> photos.AnyPath:
    """The folder of photo files, here or in a bucket."""
    return photos.BucketPath(default_storage) if settings.MEDIA_STORAGE else settings.MEDIA_ROOT


def nearby(name: str) -> Path:
    """A rendition on this disk; one in a bucket is copied, after making room if needed. Raises ``OSError``."""
    copy: Path = settings.MEDIA_ROOT / name
    if settings.MEDIA_STORAGE and not copy.exists():
        if not _copying.acquire(timeout=0.3):
            raise TimeoutError("the bucket does not answer")
        try:
            content = (media() / name).read_bytes()
        finally:
            _copying.release()
        _make_room(copy.parent)
        write(content, copy)
    return copy


def _make_room(folder: Path) -> None:
    """If less than a tenth of the disk is free, remove the copies in the folder, or in another if it has none."""
    copies = next(filter(None, ([*place.glob("[!.]*")] for place in (folder, *folder.parent.glob("??")))), [])
    if copies and (disk := shutil.disk_usage(folder.parent)).free < disk.total // 10:
        delete(copies)


def hold(data: bytes, photo: Photo, written: list[photos.AnyPath] | None = None) -> photos.HeldPhoto:
    """Store a file with its present texts; ``written`` gets the new paths. Raises ``BadPhoto`` and ``OSError``."""
    return photos.hold(data, media(), limits(), photos.Words.of(photo), written)


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
    """Set the file that the row ``old`` of this photo has. File metadata fills empty fields."""
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
    Photo.everything.filter(pk__in=photo_ids).only("pk").delete()


def label_renditions(rows: Sequence[Photo]) -> bool:
    """Write the current texts of photos into their renditions, under new names; pixels do not change.

    A missing rendition is made again from the photo's file, if that exists. Returns ``False`` if a file could not be
    written; the next change of the texts tries again.
    """
    prefetch_related_objects(rows, "renditions")
    changed: list[Rendition] = []
    former: list[str] = []
    try:
        for photo in rows:
            words = photos.Words.of(photo)
            for rendition in photo.renditions.all():
                before = names_of(rendition)
                label(rendition, photo, words)
                if before != names_of(rendition):
                    changed.append(rendition)
                    former += before
    except OSError:
        log.exception("The words of a photo could not be written into its files")
        return False
    finally:
        Rendition.objects.bulk_update(changed, ["file", "file_webp"])
        remove_unused(former)
    return True


def label(rendition: Rendition, photo: Photo, words: photos.Words) -> None:
    def labelled(name: str) -> str:
        encode = partial(photos.reencoded, name, photo.file, media(), limits())
        return photos.relabelled(name, words, media(), encode_again=encode)

    rendition.file = labelled(rendition.file)
    rendition.file_webp = rendition.file_webp and labelled(rendition.file_webp)


def names_of(rendition: Rendition | HeldRendition) -> list[str]:
    return [name for name in (rendition.file, rendition.file_webp) if name]


def delete(paths: Iterable[photos.AnyPath]) -> None:
    """Those that can't be deleted are logged, and left for ``verify_archive``."""
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("%s was not deleted: %s", path, error.strerror or error)


def remove_unused(names: Iterable[str]) -> None:
    """After the transaction, delete the files that no photo uses."""
    if candidates := {name for name in names if photos.digest_in(name)}:
        transaction.on_commit(partial(_remove_unused, candidates), robust=True)


def _remove_unused(names: set[str]) -> None:
    for batch in chunks(sorted(names), 500):
        digests = {photos.digest_in(name) for name in batch}
        # The digest has an index; the names do not.
        rows = Rendition.objects.filter(photo__digest__in=digests).exclude(photo__digest="")
        used = rows.filter(Q(file__in=batch) | Q(file_webp__in=batch)).values_list("file", "file_webp")
        delete(media() / name for name in {*batch}.difference(*used))
