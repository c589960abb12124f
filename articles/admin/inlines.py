"""The inline forms of an article: photos and corrections."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy as _

from articles.admin.bases import NamedFormSet, shown
from articles.admin.form_fields import PlainTextField, UntouchedForm, folded, optional_text, textarea
from articles.admin.placing import KnownRow
from articles.catalogue import photo_files
from articles.models import Correction, Photo
from articles.models.fields import LABELS
from articles.photos import FIELDS, BadPhoto, drawing_size, hold
from articles.text.dates import when_words
from articles.text.shown_credits import not_held_words

PHOTO_REMOVED = _("A photo has since been removed; nothing was saved. Open the article again.")


class PhotoForm(UntouchedForm):
    caption = optional_text(3)
    credit_line = optional_text(1, _("Who made and owns it, as printed."))
    alt_text = optional_text(2, _("Describes the picture for people who cannot see it."))
    creator = optional_text(1, _("The photographer or artist; separate names with “; ”."))
    copyright_notice = optional_text(1)
    upload = forms.FileField(
        required=False, label=_("Picture file"), widget=forms.FileInput(attrs={"accept": "image/*"}),
        help_text=_("JPEG, PNG, WebP, GIF, TIFF or BMP. It replaces the picture; the former file is kept."),
    )  # fmt: skip
    withdrawn = forms.BooleanField(
        required=False,
        label=_("Withdrawn"),
        help_text=_("Hidden from all pages, lists and feeds, but not from the original. Untick to show it again."),
    )
    withdrawn_reason = optional_text(1, _("Shown at the photo’s address."), _("Reason for readers"))

    class Meta:
        model = Photo
        fields = [
            "caption", "credit_line", "alt_text", "creator", "copyright_notice", "position", "number",
            "withdrawn_reason",
        ]  # fmt: skip
        labels = LABELS
        help_texts = {"number": _("Order among the photos after the same paragraph, from 1.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["withdrawn"] = self.instance.withdrawn_at is not None
        self.initial["upload"] = self.instance.digest or None  # so that two editors do not replace the same file

    def clean_upload(self) -> bytes | None:
        upload = self.cleaned_data["upload"]
        if not isinstance(upload, UploadedFile):
            return None
        if fault := getattr(upload, "fault", ""):  # of the disk, at the first attempt to save it
            raise forms.ValidationError(fault)
        limits = photo_files.limits()
        try:
            if (upload.size or 0) > limits.max_bytes:
                raise BadPhoto(f"larger than {limits.max_bytes:,} bytes")
            upload.seek(0)  # it was read before, if another file of the form could not be written
            data: bytes = upload.read()
            if drawing_size(data):
                raise BadPhoto("an SVG drawing; upload a JPEG, PNG, WebP, GIF, TIFF or BMP")
            hold(data, None, limits)
        except BadPhoto as error:
            raise forms.ValidationError(_("This file cannot be used: %(why)s.") % {"why": error}) from error
        return data

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk is None and not cleaned.get("upload") and "upload" not in self.errors:
            self.add_error("upload", _("Choose a file."))
        is_wanted, reason = bool(cleaned.get("withdrawn")), cleaned.get("withdrawn_reason")
        if is_wanted and not reason:
            self.add_error("withdrawn_reason", _("Give a reason: readers see it at the photo’s address."))
        elif reason and not is_wanted and not self.initial["withdrawn"]:
            self.add_error("withdrawn", _("Tick this to withdraw the photo, or clear the reason."))
        elif not is_wanted:
            cleaned["withdrawn_reason"] = ""
        self.instance.withdrawn_at = (self.instance.withdrawn_at or timezone.now()) if is_wanted else None
        return cleaned


class PhotoFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["id"] = KnownRow(form.fields["id"], self.get_queryset())
        if form.instance.pk is None:
            form.initial |= self.after_last

    @cached_property
    def after_last(self) -> dict[str, int]:
        """The place of a new photo: after those on the page."""
        photos = list(self.get_queryset())
        shown = [photo for photo in photos if photo.withdrawn_at is None] or photos
        return {
            "position": max((photo.position for photo in shown), default=0),
            "number": max((photo.number for photo in photos), default=0) + 1,
        }

    def clean(self) -> None:
        super().clean()
        if self.lacks_rows:
            raise forms.ValidationError(PHOTO_REMOVED)

    @property
    def lacks_rows(self) -> bool:
        return any(form.instance.pk is None for form in self.initial_forms)


def file_words(photo: Photo, name: str) -> SafeString | str:
    words = getattr(photo.said_by_file.words, name) if name in FIELDS and name not in photo.from_file else ""
    if not words or words == getattr(photo, name):
        return ""
    return format_html(gettext('<span class="from-file">The file says: <q>{text}</q></span>'), text=words)


def picture_of(photo: Photo) -> SafeString:
    if photo.pk is None or photo.withdrawn_at:
        why = gettext("Withdrawn") if photo.pk else gettext("No file yet")
        return format_html('<span class="archive-missing">{}</span>', why)
    renditions = sorted(photo.renditions.all(), key=lambda rendition: rendition.width_px)
    if not renditions:
        return format_html('<span class="archive-missing">{}</span>', photo.damage or not_held_words(photo))
    small, large = renditions[0], renditions[-1]
    return format_html(
        '<a href="{}"><img class="archive-thumb" src="{}" width="{}" height="{}" alt="{}"></a>',
        large.url, small.url, small.width_px, small.height_px, photo.alt_text or gettext("Enlarge the picture"),
    )  # fmt: skip


class PhotoInline(admin.StackedInline):  # type: ignore[type-arg]
    model = Photo
    form = PhotoForm
    formset = PhotoFormSet
    extra = 0
    readonly_fields = ["thumbnail", "credit_as_printed", "file_facts", "file_says", "withdrawn_at"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        may_change = self.has_change_permission(request, obj)
        upload, withdrawn = (["upload"], "withdrawn") if may_change else ([], "withdrawn_at")
        first = ["thumbnail", "caption", "credit_line", "credit_as_printed", "alt_text", *upload]
        more = ["position", "number", "creator", "copyright_notice", "file_facts", "file_says"]
        folded = {"classes": ["collapse"]}
        return [
            (None, {"fields": first}),
            (_("Place, creator and file"), {"fields": more, **folded}),
            (_("Withdraw this photo"), {"fields": [withdrawn, "withdrawn_reason"], **folded}),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = Photo.everything.prefetch_related("renditions")
        return rows if self.has_view_or_change_permission(request) else rows.none()

    thumbnail = shown(_("Picture"), picture_of)
    credit_as_printed = shown(_("Credit as printed"), lambda photo: photo.credit_raw)

    @admin.display(description=_("File"))
    def file_facts(self, photo: Photo) -> SafeString:
        named = gettext("Named {src} in the source.") if photo.src else gettext("Not named in the source.")
        in_archive = gettext("{width} × {height} pixels; SHA-256 <code>{digest}</code>")
        held = in_archive if photo.file else gettext("Not in the archive.")
        size = {"width": photo.width_px, "height": photo.height_px}
        return format_html(f"{named} {held}", src=photo.src, digest=photo.digest, **size)

    @admin.display(description=_("File metadata"))
    def file_says(self, photo: Photo) -> str | SafeString:
        said = photo.said_by_file
        rows = [
            *((LABELS[name], getattr(said.words, name)) for name in FIELDS),
            (LABELS["headline"], said.headline), (gettext("Date"), said.date), (gettext("Place"), said.place),
        ]  # fmt: skip
        found = [(name, folded(words, name)) for name, words in rows if words]
        if not found:
            return ""
        note = gettext("Its caption or credit differs from the article’s.") if photo.differs_from_file else ""
        listed = format_html_join("", "<dt>{}</dt><dd>{}</dd>", found)
        return format_html('{}<dl class="archive-loaded">{}</dl>', note, listed)


class CorrectionForm(UntouchedForm):
    note = PlainTextField(widget=textarea(2, **{"aria-label": _("Note")}))

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
    verbose_name_plural = _("corrections, for readers")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("Made"))
    def made(self, correction: Correction) -> str:
        when = when_words(correction.made_at)
        if correction.made_by is None:
            return when
        return gettext("%(when)s by %(who)s") % {"when": when, "who": correction.made_by}
