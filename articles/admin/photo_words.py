"""Lists of photos without alt text and without a credit, in which staff write what is missing, picture by picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.safestring import SafeString

from articles.admin.article_form import textarea
from articles.admin.bases import LONG_TEXTS, cited, id_of, saved_or_told
from articles.admin.fields import LineField, PlainTextField, UntouchedForm
from articles.admin.inlines import picture_of, show_file_words
from articles.editorial.edit import changing, write_photo
from articles.editorial.revisions import REASON_LENGTH, Stamp
from articles.models import Article, Photo
from articles.models.photo import PhotoQuerySet
from articles.text.wording import counted

PHOTOS_SHOWN = 20
FILES_NOT_WRITTEN = "Some photos’ files could not be written: inside them the former words still stand."


class AltTextForm(UntouchedForm):
    alt_text = PlainTextField(required=False, label="Alt text", widget=textarea(2))

    class Meta:
        model = Photo
        fields = ["alt_text", "is_decorative"]
        labels = {"is_decorative": "Decorative: it needs none"}
        help_texts = {"is_decorative": ""}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("alt_text") and cleaned.get("is_decorative"):
            self.add_error("is_decorative", "Either write an alt text, or say that the photo needs none.")
        return cleaned


class CreditForm(UntouchedForm):
    credit_line = PlainTextField(required=False, label="Credit", widget=textarea(1))

    class Meta:
        model = Photo
        fields = ["credit_line", "credit_unknown"]
        labels = {"credit_unknown": "Credit unknown: it cannot be found out"}
        help_texts = {"credit_unknown": ""}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("credit_line") and cleaned.get("credit_unknown"):
            self.add_error("credit_unknown", "Either write the credit, or say that it is unknown.")
        return cleaned


class ReasonForm(forms.Form):
    reason = LineField(
        label="Reason for these changes", required=False, max_length=REASON_LENGTH,
        help_text="Kept in the history, with your name.", widget=forms.TextInput(attrs={"class": "vTextField"}),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PhotoList:
    """One of the two lists: what is missing, and the form that mends it."""

    name: str
    title: str
    advice: str
    form: type[UntouchedForm]
    waiting: Callable[[PhotoQuerySet], PhotoQuerySet]

    def photos(self) -> PhotoQuerySet:
        """Those that wait, the newest first."""
        return self.waiting(Photo.objects.order_by("-id"))


LISTS = (
    PhotoList(
        "photos-without-alt-text", "Photos without alt text",
        "Say in a sentence what the picture shows, for those who cannot see it. The caption need not be repeated.",
        AltTextForm, PhotoQuerySet.without_alt_text,
    ),
    PhotoList(
        "photos-without-credit", "Photos without credit",
        "Say who made the photo and whose it is, as the source prints it or as you have found out.",
        CreditForm, PhotoQuerySet.without_credit,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo of the list, with its form."""

    photo: Photo
    form: Any
    picture: SafeString
    article: SafeString


def view_of(shown: PhotoList) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        if not request.user.has_perms(["articles.view_photo"]):
            raise PermissionDenied
        if request.method != "POST":
            return _page(request, shown, _forms(shown, _page_of_photos(request, shown)))
        if not request.user.has_perms(["articles.change_photo"]):
            raise PermissionDenied
        answer: HttpResponse = saved_or_told(request, lambda: _save(request, shown))
        return answer

    return view


def _page_of_photos(request: HttpRequest, shown: PhotoList) -> list[Photo]:
    """The photos behind the one that the address names, and one more if there are more."""
    photos = shown.photos()
    if before := id_of(request.GET.get("before", "")):
        photos = photos.filter(pk__lt=before)
    return list(_with_articles(photos)[: PHOTOS_SHOWN + 1])


def _with_articles(photos: PhotoQuerySet) -> Any:
    return photos.select_related("article__source").defer(*LONG_TEXTS).prefetch_related("renditions")


def _forms(shown: PhotoList, photos: Iterable[Photo], data: Any = None) -> list[Any]:
    forms_of_photos = []
    for photo in photos:
        form: Any = shown.form(data, instance=photo, prefix=f"photo-{photo.pk}")
        show_file_words(form, photo)
        forms_of_photos.append(form)
    return forms_of_photos


def _save(request: HttpRequest, shown: PhotoList) -> HttpResponse:
    """Save what was written, each article's photos as one revision of it; or, where one is refused, nothing."""
    ids = [id_of(value) for value in request.POST.getlist("photo")[:PHOTOS_SHOWN]]
    # Locked before they are read: what is compared with what the editor saw is what will be overwritten.
    list(Article.objects.select_for_update().filter(photos__in=ids).order_by("pk").values_list("pk"))
    forms_of_photos = _forms(shown, _with_articles(Photo.objects.filter(pk__in=ids).order_by("-id")), request.POST)
    reason = ReasonForm(request.POST)
    if not all([form.is_valid() for form in forms_of_photos] + [reason.is_valid()]):
        return _page(request, shown, forms_of_photos, reason=reason)
    changed = [form for form in forms_of_photos if form.changed_data]
    _write(request, changed, Stamp.now(request.user, reason.cleaned_data["reason"]))
    if gone := {*ids} - {form.instance.pk for form in forms_of_photos}:
        words = [text for pk in sorted(gone) for text in _written(request, shown, pk)]
        told = f" You had written: {' '.join(words)}" if words else ""
        messages.warning(request, f"{counted(len(gone), 'photo')} of this list went meanwhile.{told}")
    return HttpResponseRedirect(request.get_full_path())


def _written(request: HttpRequest, shown: PhotoList, pk: int) -> Iterator[str]:
    for name in shown.form._meta.fields or ():
        text = request.POST.get(f"photo-{pk}-{name}", "")
        if text.strip() and name in shown.form.declared_fields:
            yield f"“{text.strip()}”"


def _write(request: HttpRequest, changed: list[Any], stamp: Stamp) -> None:
    are_written = True
    in_order = sorted(changed, key=lambda form: form.instance.article_id)
    for article_id, group in groupby(in_order, key=lambda form: form.instance.article_id):
        with changing(article_id, stamp):
            for form in group:
                are_written &= write_photo(form.instance, {name: form.cleaned_data[name] for name in form.changed_data})
    if changed:
        messages.success(request, f"{counted(len(changed), 'photo')} saved.")
    else:
        messages.info(request, "Nothing was changed, so nothing was saved.")
    if not are_written:
        messages.warning(request, FILES_NOT_WRITTEN)


def _page(request: HttpRequest, shown: PhotoList, found: list[Any], reason: Any = None) -> HttpResponse:
    """The list; of more photos than are shown, the address of the rest."""
    photos = [
        Shown(form.instance, form, picture_of(form.instance), cited(form.instance.article))
        for form in found[:PHOTOS_SHOWN]
    ]
    context = {
        **admin.site.each_context(request),
        "title": shown.title,
        "advice": shown.advice,
        "photos": photos,
        "reason": reason or ReasonForm(),
        "may_write": request.user.has_perms(["articles.change_photo"]),
        "is_first": not id_of(request.GET.get("before", "")),
        "next": photos[-1].photo.pk if len(found) > PHOTOS_SHOWN else None,
    }
    request.current_app = admin.site.name
    return TemplateResponse(request, "admin/articles/photo_words.html", context)


urls = [path(f"{one.name}/", admin.site.admin_view(view_of(one)), name=one.name) for one in LISTS]
