"""A preview of the public page from the unsaved form of an article, with its uploads. Nothing is written."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext

from articles.admin.bases import ArchiveAdmin, is_to_be_deleted
from articles.admin.history import viewable
from articles.admin.placing import photo_rows, place_photos, take_uploads
from articles.catalogue import bylines, photo_files
from articles.catalogue.addresses import free_slug
from articles.catalogue.changing import derive_changed
from articles.models import Tag
from articles.models.prepared import set_fetched
from articles.models.reading import public_page
from articles.photos import HeldPhoto, Words, hold
from articles.photos.holding import shrunk
from articles.public.formats.representations import Whole
from articles.public.views.articles import page_of, read_whole


def preview(pages: ArchiveAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    if request.method != "POST":  # after a login that interrupted the preview
        return HttpResponseRedirect(pages.address("change", unquote(object_id)))
    article = viewable(pages, request, object_id)  # here, since the role of public pages cannot read permissions
    with public_page(at_primary=True):  # on a read-only connection; standbys may lack what was saved just now
        whole, faults = read_whole(request, article), list[str]()
        if pages.has_change_permission(request, article):
            form: Any = pages.get_form(request, article, change=True)(request.POST, instance=article)
            formsets = pages.formsets_as_sent(request, article)
            if not all(formset.management_form.is_valid() for formset in formsets):
                return HttpResponseBadRequest(
                    gettext("Part of the form did not arrive. Please try again."), content_type="text/plain"
                )
            whole, faults = as_typed(whole, form, formsets), list(faults_of(form, formsets))
        return render(request, "admin/articles/article/preview.html", {**page_of(whole), "faults": faults})


PREVIEW = ("<path:object_id>/preview/", "preview", preview)


def show_upload(row: Any) -> HeldPhoto:
    data, photo = row.cleaned_data["upload"], row.instance
    jpeg, width_px, height_px = shrunk(data, photo_files.limits(), width_px=800)
    address = f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"
    # In place of a rendition: the picture is in its address.
    unsaved = SimpleNamespace(url=address, width_px=width_px, height_px=height_px, url_webp="", file_webp="")
    set_fetched(photo, "renditions", [unsaved])
    return hold(data, None, photo_files.limits(), Words.of(photo))


def as_typed(whole: Whole, form: Any, formsets: Sequence[Any]) -> Whole:
    """The article as ``ArticleAdmin.save_related`` would save it."""
    article = whole.article
    before = copy(article)
    for part in (form, *(row for formset in formsets for row in formset.forms)):
        part.is_valid()
        # Also apply values that a save would refuse because of another editor's; skip invalid ones.
        for name in [name for name in part.changed_data if name in part.errors and name in part.fields]:
            with suppress(ValidationError):
                setattr(part.instance, name, part.fields[name].clean(part[name].data))
    place_photos(article, before, formsets)
    derive_changed(article, before)
    article.slug = free_slug(article)
    rows = [row for row in photo_rows(formsets) if row.instance.withdrawn_at is None]
    rows += [row for row in photo_rows(formsets, new=True) if row.is_valid()]
    for row in rows:
        row.changed_data = [name for name in row.changed_data if name not in row.errors]
    take_uploads(article, rows, show_upload)
    photos = [row.instance for row in rows]
    for photo in photos:
        photo.pk = photo.pk or -photo.number  # without one, Django would not let its renditions be read
    photos.sort(key=lambda photo: (photo.position, photo.number))
    whole = replace(whole, authors=bylines.authors_by_name(bylines.printed_names(article.authors, article.byline)))
    if "tag_ids" not in form.changed_data or "tag_ids" in form.errors:
        return replace(whole, photos=photos)
    ids = list(form.tags_in(sorted(article.taggings.all(), key=lambda tagging: tagging.pk)))
    tags = Tag.objects.in_bulk(ids)
    return replace(whole, photos=photos, tags=[tags[pk] for pk in ids])


def faults_of(form: Any, formsets: Sequence[Any]) -> Iterator[str]:
    """The errors that a save would report, without those of rows to be deleted."""
    kept = [row for formset in formsets for row in formset.initial_forms if not is_to_be_deleted(formset, row)]
    kept += photo_rows(formsets, new=True)
    for part in (form, *kept):
        for name, errors in part.errors.items():
            words = " ".join(map(str, errors))
            yield f"{part[name].label}: {words}" if part is form and name in part.fields else words
