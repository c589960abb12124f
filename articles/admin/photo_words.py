"""Lists of photos without alt text and without a credit, in which staff write what is missing, picture by picture."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from itertools import groupby
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import path
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.admin.actions import ReasonForm
from articles.admin.bases import LONG_TEXTS, ArchiveAdmin, cited, id_of, saved_or_told, shown
from articles.admin.fields import PlainTextField, UntouchedForm, textarea
from articles.admin.inlines import file_words, picture_of
from articles.catalogue import photo_labels
from articles.catalogue.revisions import REASON_LENGTH, Stamp
from articles.editorial.edit import editing, write_photo
from articles.models import Article, Photo
from articles.models.photo import PhotoQuerySet
from articles.text.phrases import counted

Waiting = Callable[[PhotoQuerySet], PhotoQuerySet]


class WordsForm(UntouchedForm):
    either: ClassVar[str]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        words, flag = self._meta.fields or ()
        if cleaned.get(words) and cleaned.get(flag):
            self.add_error(flag, self.either)
        return cleaned


class AltTextForm(WordsForm):
    alt_text = PlainTextField(required=False, label="Alt text", widget=textarea(2, **{"aria-label": "Alt text"}))
    either = "Either write an alt text, or say that the photo needs none."

    class Meta:
        model = Photo
        fields = ["alt_text", "is_decorative"]
        labels = {"is_decorative": "Decorative: it needs none"}
        widgets = {"is_decorative": forms.CheckboxInput({"aria-label": "Decorative"})}


class CreditForm(WordsForm):
    credit_line = PlainTextField(required=False, label="Credit", widget=textarea(1, **{"aria-label": "Credit"}))
    either = "Either write the credit, or say that it is unknown."

    class Meta:
        model = Photo
        fields = ["credit_line", "credit_unknown"]
        labels = {"credit_unknown": "Credit unknown: it cannot be found out"}
        widgets = {"credit_unknown": forms.CheckboxInput({"aria-label": "Credit unknown"})}


class PhotoRows(forms.BaseModelFormSet):  # type: ignore[type-arg]
    @cached_property
    def forms(self) -> list[Any]:
        made: list[Any] = super().forms
        return [form for form in made if form.instance.pk]


class PhotoWordsAdmin(ArchiveAdmin):
    """One of the two lists. It is the only page of its kind: all else of a photo is on the page of its article."""

    list_display_links = None
    list_per_page = 20
    ordering = ["-id"]
    sortable_by = ()
    actions = None
    change_list_template = "admin/articles/photo_words.html"

    def __init__(self, name: str, title: str, advice: str, form: type[UntouchedForm], waiting: Waiting) -> None:
        super().__init__(Photo, admin.site)
        self.name, self.title, self.advice, self.words_form, self.waiting = name, title, advice, form, waiting
        self.written: list[Any] = list(form._meta.fields or ())
        self.list_display = ("picture", "about", *self.written)

    @property
    def list_editable(self) -> Any:  # type: ignore[override]
        return self.written

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those that wait; when the list is sent, those that stood in it, whatever has become of them."""
        photos: Any = super().get_queryset(request)
        photos = photos.filter(pk__in=_sent(request)) if request.method == "POST" else self.waiting(photos)
        rows: QuerySet[Any] = photos.select_related("article__source").defer(*LONG_TEXTS)
        return rows.prefetch_related("renditions")

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, **{"form": self.words_form, **kwargs})

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_formset(request, **{"formset": PhotoRows, **kwargs})

    picture = shown("Picture", picture_of)

    @admin.display(description="What is said of it")
    def about(self, photo: Photo) -> SafeString:
        caption = format_html('<span dir="auto">{}</span>', photo.caption) if photo.caption else "No caption"
        note = file_words(photo, self.written[0])
        return format_html("<p>{}</p><p>{}</p>{}", cited(photo.article), caption, note)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"title": self.title, "advice": self.advice, "reason": ReasonForm(request.POST or None)["reason"]}
        show_or_save = partial(super().changelist_view, request, context)
        return saved_or_told(request, partial(self._save, request, show_or_save)) if request.POST else show_or_save()

    def _save(self, request: HttpRequest, save: Callable[[], HttpResponse]) -> HttpResponse:
        """Save what was written, each article's photos as one revision of it; or, where one is refused, nothing."""
        # Whatever page it was sent from, it is one page; and an id that is none is that of no photo.
        sent: Any = request.POST.copy()
        for name in filter(_IS_ID.fullmatch, list(sent)):
            sent[name] = str(id_of(sent[name]))
        request.GET, request.POST = QueryDict(), sent
        forms = request.changed_forms = list[Any]()  # type: ignore[attr-defined]
        # Locked before they are read: what is compared with what the editor saw is what will be overwritten.
        articles = Article.objects.select_for_update().filter(photos__in=_sent(request)).order_by("pk")
        list(articles.values_list("pk"))
        answer = save()
        if isinstance(answer, HttpResponseRedirect):
            self._write(request, forms)
        return answer

    def save_model(self, request: Any, obj: Photo, form: Any, change: bool) -> None:
        request.changed_forms.append(form)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The history of the article tells of it."""

    def _write(self, request: HttpRequest, forms: list[Any]) -> None:
        stamp = Stamp.now(request.user, " ".join(request.POST.get("reason", "").split())[:REASON_LENGTH])
        are_written = True
        forms.sort(key=lambda form: form.instance.article_id)
        for article_id, group in groupby(forms, key=lambda form: form.instance.article_id):
            with editing(article_id, stamp) as edit:
                for form in group:
                    write_photo(form.instance, {name: form.cleaned_data[name] for name in form.changed_data})
            are_written &= edit.changes.labels_are_written
        # Photos that went meanwhile, with what was written of them.
        there = {str(pk) for pk in Photo.objects.filter(pk__in=_sent(request)).values_list("pk", flat=True)}
        gone = [name for name in request.POST if _IS_ID.fullmatch(name) and request.POST[name] not in there]
        written = (request.POST.get(name.removesuffix("id") + self.written[0], "").strip() for name in gone)
        if gone:
            words = " ".join(f"“{text}”" for text in written if text)
            told = f" You had written: {words}" if words else ""
            messages.warning(request, f"{counted(len(gone), 'photo')} of this list went meanwhile.{told}")
        if not forms:
            messages.info(request, "Nothing was changed, so nothing was saved.")
        if not are_written:
            messages.warning(request, photo_labels.NOT_WRITTEN)


_IS_ID = re.compile(r"form-\d+-id")


def _sent(request: HttpRequest) -> list[int]:
    return [id_of(str(value)) for name, value in request.POST.items() if _IS_ID.fullmatch(name)]


LISTS = (
    PhotoWordsAdmin(
        "photos-without-alt-text", "Photos without alt text",
        "Say in a sentence what the picture shows, for those who cannot see it. The caption need not be repeated.",
        AltTextForm, PhotoQuerySet.without_alt_text,
    ),
    PhotoWordsAdmin(
        "photos-without-credit", "Photos without credit",
        "Say who made the photo and whose it is, as the source prints it or as you have found out.",
        CreditForm, PhotoQuerySet.without_credit,
    ),
)  # fmt: skip
urls = [path(f"{one.name}/", admin.site.admin_view(one.changelist_view), name=one.name) for one in LISTS]
