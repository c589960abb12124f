"""The form of an article, with notes below its fields."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.validators import RegexValidator
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy as _

from articles.admin import form_fields
from articles.admin.bases import KnownMultipleField, id_of
from articles.admin.comparison import NOTHING, article_fields, photo_fields
from articles.admin.inlines import file_words
from articles.editorial.provenance import Provenance, provenance_of
from articles.models import Article, Conflict, Photo, Tag, Tagging
from articles.models.fields import LABELS
from articles.models.withdrawal import WithdrawnBy
from articles.text.grouping import by_key
from articles.text.merge import settle_text
from articles.text.messages import StrOrPromise

LANGUAGE = RegexValidator(
    r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z",
    _("Not a language tag. Write en for English, zh-Hans for simplified Chinese."),
)


def line(help_text: StrOrPromise = "", rows: int = 1) -> form_fields.LineField:
    return form_fields.LineField(required=False, help_text=help_text, widget=form_fields.textarea(rows))


def moment(help_text: StrOrPromise) -> form_fields.MomentField:
    return form_fields.MomentField(
        required=False, max_length=32, widget=forms.TextInput(attrs={"size": 32}), help_text=help_text
    )


class IdsInput(forms.HiddenInput):
    """Ids in one hidden field, separated by commas."""

    def format_value(self, value: Any) -> str:
        return ",".join(sorted(map(str, value or ())))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return list(filter(None, data.get(name, "").split(",")))


class TagsField(KnownMultipleField):
    """The ids of an article's tags. ``ArticleForm`` checks those that the editor has added."""

    hidden_widget = IdsInput

    def __init__(self, *, may_add: bool = False) -> None:
        column = Tagging._meta.get_field("tag")
        super().__init__(column, label=_("Tags"))
        self.widget = RelatedFieldWidgetWrapper(self.widget, column.remote_field, admin.site, can_add_related=may_add)

    def to_python(self, value: Any) -> list[int]:
        return [id_of(str(pk)) for pk in value or ()]

    clean = to_python


class ArticleForm(form_fields.RevisionForm):
    headline = line(rows=2)
    deck = line(_("The line under the headline."), rows=2)
    byline = line(_("As printed."))
    authors = form_fields.NamesField(
        required=False,
        help_text=_("One name per line. To tell apart two people with the same name, write “Jan Smit (Oslo)”."),
    )
    dateline = line(_("Place and day of filing, as printed; also part of the text."))
    section = line()
    language = forms.CharField(
        required=False, max_length=35, help_text=_("A language tag: en, zh-Hans, pt-BR."), validators=[LANGUAGE],
        widget=forms.TextInput(attrs={"size": 12}),
    )  # fmt: skip
    published = moment(
        format_lazy(
            "{} {}",
            form_fields.FORMS_OF_A_MOMENT,
            _("The article is filed under this day or, if it is empty, under its update date."),
        )
    )
    updated = moment(_("In the same formats. If both are empty, the article is undated."))
    former_paths = form_fields.PathsField(
        required=False,
        help_text=_("Addresses on the site that it came from, one per line. They redirect to this article."),
    )
    body = form_fields.PlainTextField(
        required=False, strip=False, widget=form_fields.textarea(30, **{"class": "archive-text archive-body"}),
        help_text=_("Markdown, with an empty line between paragraphs."),
    )  # fmt: skip
    tag_ids = TagsField()
    withdrawn = forms.BooleanField(
        required=False, label=_("Withdrawn"), help_text=_("Hidden from all pages, lists and feeds. Untick to restore.")
    )
    withdrawn_reason = form_fields.optional_text(3, _("Shown at the article's address."), _("Reason for readers"))
    correction = form_fields.optional_text(
        2, _("Shown on the page below the dates, with today’s date. Leave empty for minor fixes."),
        _("Correction, for readers"),
    )  # fmt: skip

    is_merged = False  # with a text in which another editor has changed other paragraphs

    class Meta:
        model = Article
        fields: ClassVar = ()  # the fieldsets of ``ArticleAdmin`` decide
        labels = LABELS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["withdrawn"] = self.instance.withdrawn_at is not None
        if "tag_ids" in self.fields:
            self.initial["tag_ids"] = list(self.instance.taggings.order_by("pk").values_list("tag_id", flat=True))
        if "withdrawn_reason" in self.fields and self.instance.withdrawn_by not in ("", WithdrawnBy.STAFF):
            words = _("Shown at the article’s address. Until you change it: “%(reason)s”")
            self.fields["withdrawn_reason"].help_text = words % {"reason": self.instance.withdrawal}

    def clean_tag_ids(self) -> list[int]:
        ids: list[int] = self.cleaned_data["tag_ids"]
        added = {*ids} - self._tags_seen()
        if Tag.objects.filter(pk__in=added).count() < len(added):
            raise forms.ValidationError(_("A tag that you added is no longer in the archive."))
        return ids

    def tags_in(self, taggings: Iterable[Tagging]) -> dict[int, str]:
        """Origins of tags after the save, by id. Other editors' changes since the form was shown stay."""
        ids, seen = self.cleaned_data["tag_ids"], self._tags_seen()
        remaining = {row.tag_id: row.origin for row in taggings if row.tag_id in ids or row.tag_id not in seen}
        return remaining | dict.fromkeys(sorted({*ids} - seen - remaining.keys()), Tagging.Origin.STAFF)

    def _tags_seen(self) -> set[int]:
        if not self._is_seen("tag_ids"):
            return {*self.initial["tag_ids"]}
        return {*map(id_of, IdsInput().value_from_datadict(self.data, {}, self.add_initial_prefix("tag_ids")))}

    def _is_overtaken(self, name: str) -> bool:
        return name != "tag_ids" and super()._is_overtaken(name)

    def _refuse(self, name: str) -> None:
        """Refuse a text only where another editor has changed the same paragraphs; other paragraphs stay theirs."""
        texts = self.data.get(self.add_initial_prefix(name), ""), self.cleaned_data[name], self._now(name)
        if name != "body" or (settled := settle_text(*(text.replace("\r\n", "\n") for text in texts))).is_conflict:
            super()._refuse(name)
            return
        self.cleaned_data[name] = settled.value
        self.is_merged = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "withdrawn" not in self.fields:
            return cleaned
        is_wanted, reason = bool(cleaned.get("withdrawn")), cleaned.get("withdrawn_reason", "")
        is_as_before = self.instance.withdrawn_by and reason == self.initial["withdrawn_reason"]
        if is_wanted and not reason and not is_as_before:
            self.add_error("withdrawn_reason", _("Give a reason: readers see it at the article’s address."))
        elif reason and not is_wanted and not self.initial["withdrawn"]:
            self.add_error("withdrawn", _("Tick this to withdraw the article, or clear the reason."))
        elif not is_wanted:
            cleaned["withdrawn_reason"] = ""
        self.instance.withdrawn_at = (self.instance.withdrawn_at or timezone.now()) if is_wanted else None
        if not is_as_before or not is_wanted:
            self.instance.withdrawn_by = WithdrawnBy.STAFF if is_wanted else ""
        return cleaned


# --- Notes below the fields: value as loaded, open conflict, provenance. ----------------------------------------------


def add_notes(form: Any, rows: Iterable[Any]) -> None:
    # After a refused save the instances of the forms hold what was typed.
    article: Any = Article.objects.select_related("source").get(pk=form.instance.pk) if form.is_bound else form.instance
    prefetch_related_objects([article], "photos", "taggings__tag")
    photos = {photo.pk: photo for photo in article.photos.all()}
    provenance = provenance_of(article)
    conflicts = list(article.conflicts.open().defer("loaded", "ours", "theirs"))
    _add(form, article, None, conflicts, provenance)
    if "tag_ids" in form.fields:
        # A line for each origin of tags: ``Ferries, Harbours: line 3 of the original``.
        tags = ((of.words_for_staff, name[4:]) for name, of in provenance.items() if name.startswith("tag:"))
        lines = ((", ".join(names), words) for words, names in by_key(tags).items())
        form["tag_ids"].help_text = format_html_join("", '<span class="provenance">{}: {}</span>', lines)
    for row in rows:
        if photo := photos.get(row.instance.pk) if isinstance(row.instance, Photo) else None:
            _add(row, article, photo, conflicts, provenance)


def _add(
    form: Any, article: Article, photo: Photo | None, conflicts: list[Conflict], provenance: dict[str, Provenance]
) -> None:
    loaded = photo_fields(article, photo) if photo else article_fields(article)
    conflicts = [conflict for conflict in conflicts if conflict.photo_id == (photo and photo.pk)]
    for name in form.fields:
        field = form[name]
        notes = [field.help_text, file_words(photo, name) if photo else ""]
        if name in loaded:
            notes.append(_as_loaded(loaded[name]))
        for conflict in conflicts:
            if name == ("caption" if conflict.field == "photo" else conflict.field):
                words = gettext('<a href="{address}">Undecided conflict</a>: the source has a different version.')
                if conflict.field == "photo":
                    words = gettext(
                        '<a href="{address}">Undecided conflict</a>: the source no longer shows this photo.'
                    )
                words = format_html(words, address=reverse("admin:articles_conflict_change", args=[conflict.pk]))
                notes.append(format_html('<span class="in-conflict">{}</span>', words))
        if found := provenance.get(f"{name}:{photo.number}" if photo else name):
            words = gettext("From: %(origin)s") % {"origin": found.words_for_staff}
            notes.append(format_html('<span class="provenance">{}</span>', words))
        field.help_text = format_html_join(" ", "{}", ((note,) for note in notes if note))


def _as_loaded(words: str) -> SafeString:
    if words == str(NOTHING):
        note = format_html("{}", gettext("As loaded: nothing"))
    elif len(words) > form_fields.LONG:
        note = form_fields.folded(words, gettext("As loaded"))
    else:
        note = format_html(gettext("As loaded: <q>{text}</q>"), text=words)
    return format_html('<span class="as-loaded">{}</span>', note)
