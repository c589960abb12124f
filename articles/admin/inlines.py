"""The inline forms of an article: photos and corrections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.admin.bases import NamedFormSet, shown
from articles.admin.fields import PlainTextField, UntouchedForm, folded, textarea
from articles.admin.placing import KnownRow
from articles.models import Correction, Photo
from articles.photos import FIELDS
from articles.text.credits import not_held_words
from articles.text.dates import when_words

# --- Photos. ----------------------------------------------------------------------------------------------------------


class PhotoForm(UntouchedForm):
    caption = PlainTextField(required=False, widget=textarea(3))
    credit_line = PlainTextField(
        required=False, label="Credit", widget=textarea(1), help_text="Who made and owns it, as printed."
    )
    alt_text = PlainTextField(
        required=False,
        label="Alt text",
        widget=textarea(2),
        help_text="Describes the picture for people who cannot see it.",
    )

    creator = PlainTextField(
        required=False, widget=textarea(1), help_text="The photographer or artist; separate names with “; ”."
    )
    copyright_notice = PlainTextField(required=False, label="Copyright", widget=textarea(1))

    class Meta:
        model = Photo
        fields = ["caption", "credit_line", "alt_text", "creator", "copyright_notice", "position", "number"]
        help_texts = {"number": "Order among the photos after the same paragraph, from 1."}


PHOTO_REMOVED = "A photo was removed meanwhile; nothing was saved. Open the article again."


class PhotoFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["id"] = KnownRow(form.fields["id"], self.get_queryset())

    def clean(self) -> None:
        super().clean()
        if self.lacks_rows:
            raise forms.ValidationError(PHOTO_REMOVED)

    @property
    def lacks_rows(self) -> bool:
        return any(form.instance.pk is None for form in self.initial_forms)


def file_words(photo: Photo, name: str) -> SafeString | str:
    words = getattr(photo.said_by_file.words, name) if name in FIELDS and name not in photo.from_file else ""
    is_other = words and words != getattr(photo, name)
    return format_html('<span class="from-file">The file says: <q>{}</q></span>', words) if is_other else ""


def picture_of(photo: Photo) -> SafeString:
    renditions = sorted(photo.renditions.all(), key=lambda rendition: rendition.width_px)
    if not renditions:
        return format_html('<span class="archive-missing">{}</span>', photo.damage or not_held_words(photo))
    small, large = renditions[0], renditions[-1]
    return format_html(
        '<a href="{}"><img class="archive-thumb" src="{}" width="{}" height="{}" alt="{}"></a>',
        large.url, small.url, small.width_px, small.height_px, photo.alt_text or "Enlarge the picture",
    )  # fmt: skip


class PhotoInline(admin.StackedInline):  # type: ignore[type-arg]
    """Photos come from loads: none is added here, and their files are evidence that nobody changes."""

    model = Photo
    form = PhotoForm
    formset = PhotoFormSet
    extra = 0
    fields = [
        "thumbnail", "caption", "credit_line", "credit_as_printed", "alt_text", "creator", "copyright_notice",
        ("position", "number"), "file_facts", "file_says",
    ]  # fmt: skip
    readonly_fields = ["thumbnail", "credit_as_printed", "file_facts", "file_says"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("renditions")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    thumbnail = shown("Picture", picture_of)
    credit_as_printed = shown("Credit as printed", lambda photo: photo.credit_raw or "None")

    @admin.display(description="File")
    def file_facts(self, photo: Photo) -> SafeString:
        named = format_html("{} in the source", photo.src) if photo.src else "not named in the source"
        if not photo.file:
            return format_html("{}; not in the archive", named)
        return format_html(
            "{}; {} × {} pixels; SHA-256 <code>{}</code>", named, photo.width_px, photo.height_px, photo.digest
        )

    @admin.display(description="File metadata")
    def file_says(self, photo: Photo) -> str | SafeString:
        said = photo.said_by_file
        rows = [
            ("Caption", said.words.caption), ("Credit", said.words.credit_line), ("Alt text", said.words.alt_text),
            ("Creator", said.words.creator), ("Copyright", said.words.copyright_notice), ("Headline", said.headline),
            ("Date", said.date), ("Place", said.place),
        ]  # fmt: skip
        found = [(name, folded(words, name)) for name, words in rows if words]
        if not found:
            return "None"
        note = "Its caption or credit differs from the article’s." if photo.differs_from_file else ""
        listed = format_html_join("", "<dt>{}</dt><dd>{}</dd>", found)
        return format_html('{}<dl class="archive-loaded">{}</dl>', note, listed)


# --- Corrections. -----------------------------------------------------------------------------------------------------


class CorrectionForm(UntouchedForm):
    note = PlainTextField(widget=textarea(2, **{"aria-label": "Note"}))

    class Meta:
        model = Correction
        fields = ["note"]


class CorrectionInline(admin.TabularInline):  # type: ignore[type-arg]
    """Corrections are edited and removed here; a new one is written with the change it explains."""

    model = Correction
    form = CorrectionForm
    formset = NamedFormSet
    extra = 0
    fields = ["note", "made"]
    readonly_fields = ["made"]
    verbose_name_plural = "corrections, for readers"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="Made")
    def made(self, correction: Correction) -> str:
        by = f" by {correction.made_by}" if correction.made_by else ""
        return f"{when_words(correction.made_at)}{by}"
