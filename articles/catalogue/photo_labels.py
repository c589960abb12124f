"""Writes the texts of photos into their renditions, and deletes rendition files that no photo uses."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Q, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from articles import photos
from articles.models import Photo, Rendition
from articles.models.bulk import chunks

log = logging.getLogger(__name__)

NOT_WRITTEN = _("Saved, but the photo files could not be updated: they still contain the old captions and credits.")


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
                _label(rendition, photo, words)
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


def _label(rendition: Rendition, photo: Photo, words: photos.Words) -> None:
    def labelled(name: str) -> str:
        limits = photos.Limits(settings.PHOTO_MAX_BYTES, settings.PHOTO_MAX_PIXELS)
        encode = partial(photos.reencoded, name, photo.file, settings.MEDIA_ROOT, limits)
        return photos.relabelled(name, words, settings.MEDIA_ROOT, encode_again=encode)

    rendition.file = labelled(rendition.file)
    rendition.file_webp = rendition.file_webp and labelled(rendition.file_webp)


def names_of(rendition: Rendition | photos.HeldRendition) -> list[str]:
    return [name for name in (rendition.file, rendition.file_webp) if name]


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
        for name in {*batch}.difference(*used):
            (settings.MEDIA_ROOT / name).unlink(missing_ok=True)
