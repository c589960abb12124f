"""The words of photos, brought into the renditions that carry them. Loads and the admin both come here."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.conf import settings
from django.db.models import prefetch_related_objects

from articles import photos
from articles.models import Photo, Rendition

log = logging.getLogger(__name__)


def label_renditions(rows: Sequence[Photo]) -> bool:
    """Write the present words of photos into their renditions, under new names; the pixels stay as they are.

    A file that is not on this disk keeps its name and its former words. ``False`` when the disk could not be written:
    what staff correct is saved all the same, and the next change of the photo's words tries again.
    """
    prefetch_related_objects(rows, "renditions")
    changed: list[Rendition] = []
    try:
        for photo in rows:
            words = photos.Words.of(photo)
            changed += [rendition for rendition in photo.renditions.all() if _label(rendition, words)]
    except OSError:
        log.exception("The words of a photo could not be written into its files")
        return False
    finally:
        Rendition.objects.bulk_update(changed, ["file", "file_webp"])
    return True


def _label(rendition: Rendition, words: photos.Words) -> bool:
    """Whether its files have new names now."""
    before = rendition.file, rendition.file_webp
    rendition.file = photos.label_anew(rendition.file, words, settings.MEDIA_ROOT)
    if rendition.file_webp:
        rendition.file_webp = photos.label_anew(rendition.file_webp, words, settings.MEDIA_ROOT)
    return before != (rendition.file, rendition.file_webp)
