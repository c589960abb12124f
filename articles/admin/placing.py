"""Positions, numbers and files of photos after a save."""

import errno
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.admin.bases import is_to_be_deleted
from articles.catalogue import photo_files
from articles.catalogue.loaded import own_blocks
from articles.models import Article, Photo
from articles.photos import AnyPath, HeldPhoto
from articles.text.markdown import blocks_of
from articles.text.merge import moved

log = logging.getLogger(__name__)

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class KnownRow(forms.ModelChoiceField):  # type: ignore[type-arg]
    """The ``id`` field of a formset row, looked up among rows already read."""

    def __init__(self, field: Any, rows: Iterable[Any]) -> None:
        super().__init__(field.queryset, initial=field.initial, required=field.required, widget=field.widget)
        self._rows = rows

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        found = next((row for row in self._rows if str(row.pk) == str(value)), None)
        if found is None:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return found


def photo_rows(formsets: Iterable[Any], *, new: bool = False) -> list[Any]:
    """The rows of saved photos, or those filled in for new ones, without rows to be deleted."""
    return [
        row
        for formset in formsets
        if formset.model is Photo
        for row in (formset.extra_forms if new else formset.initial_forms)
        if (row.has_changed() if new else row.instance.pk) and not is_to_be_deleted(formset, row)
    ]


def place_photos(article: Article, before: Article, formsets: Sequence[Any]) -> list[Photo]:
    """Keep photos next to their paragraphs unless their positions were edited, number new ones after the others, and
    renumber all from 1 if their order was changed or one was removed.

    Returns renumbered photos that have no form, because a load has added them meanwhile.
    """
    saved, new = photo_rows(formsets), photo_rows(formsets, new=True)
    rows = [*saved, *new]
    if article.body != before.body:
        blocks = own_blocks(before), blocks_of(article.body)
        for row in rows:
            if "position" not in row.changed_data:
                _put(row, "position", moved(row.instance.position, *blocks))
    sent = [row.instance.pk for formset in formsets if formset.model is Photo for row in formset.initial_forms]
    if len(sent) == len(saved) and not any("number" in row.changed_data for row in rows):
        for number, row in enumerate(new, new[0].initial["number"] if new else 0):
            _put(row, "number", number)
        return []
    for number, row in enumerate(sorted(rows, key=_place), 1):
        _put(row, "number", number)
    others = list(Photo.everything.filter(article=article).exclude(pk__in=sent).order_by("number"))
    for number, photo in enumerate(others, len(rows) + 1):
        photo.number = number
    return others


class NotWritten(Exception):
    """The disk refused an uploaded file. The upload carries the words to its field, and no new file is left."""


def hold_uploads(article: Article, rows: Iterable[Any]) -> list[tuple[Photo, HeldPhoto]]:
    """``take_uploads`` with the files put into the archive: all, or none. Raises ``NotWritten``."""
    written: list[AnyPath] = []

    def hold(row: Any) -> HeldPhoto:
        try:
            return photo_files.hold(row.cleaned_data["upload"], row.instance, written)
        except OSError as error:
            photo_files.delete(written)
            log.exception("An uploaded photo was not written")
            words = _("Not saved: the file could not be written (%(why)s). Please tell the operator of the archive.")
            if error.errno in FULL:
                words = _("Not saved: the disk is full. Please tell the operator of the archive.")
            row.files[row.add_prefix("upload")].fault = words % {"why": error.strerror}
            raise NotWritten from error

    return take_uploads(article, rows, hold)


def take_uploads(
    article: Article, rows: Iterable[Any], hold: Callable[[Any], HeldPhoto]
) -> list[tuple[Photo, HeldPhoto]]:
    """Give photos their uploaded files, and new ones a key. Returns the files, to make renditions of."""
    keys = set(Photo.everything.filter(article=article).values_list("key", flat=True))
    files = []
    for row in rows:
        photo: Photo = row.instance
        if "upload" in row.changed_data:
            held = hold(row)
            photo_files.attach_file(photo, held)
            files.append((photo, held))
        if photo.pk is None:
            photo.take_key(keys)
        photo.follow_words()
    return files


def _place(row: Any) -> tuple[int, int, int]:
    """A sort key: a photo given another's number takes its place, and the other moves."""
    now, before = row.instance.number, int(row.initial.get("number") or 0)
    return now, (now > before) - (now < before), before


def _put(row: Any, name: str, value: int) -> None:
    if getattr(row.instance, name) != value:
        setattr(row.instance, name, value)
        row.changed_data.append(name)  # so that the formset saves it
