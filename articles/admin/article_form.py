"""The form of an article: what staff may correct, with the value as loaded beside what they have changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.admin import comparison
from articles.admin.fields import (
    LONG,
    LanguageField,
    LineField,
    MomentField,
    NamesField,
    PlainTextarea,
    PlainTextField,
    RevisionForm,
    address_fault,
    folded,
)
from articles.editorial.provenance import Provenance, by_name, provenance_of
from articles.models import Article, Conflict
from articles.models.withdrawal import WithdrawnBy


def textarea(rows: int, **attrs: str) -> forms.Textarea:
    return PlainTextarea(attrs={"rows": rows, "class": "archive-text", "dir": "auto", **attrs})


def line(help_text: str = "", rows: int = 1) -> LineField:
    return LineField(required=False, help_text=help_text, widget=textarea(rows))


def with_as_loaded(help_text: str, words: str) -> SafeString:
    """A field's help, followed by the value as loaded."""
    if words == comparison.NOTHING:
        note = format_html("{}", "As loaded: nothing")
    elif len(words) > LONG:
        note = folded(words, "As loaded")
    else:
        note = format_html("As loaded: <q>{}</q>", words)
    return format_html('{} <span class="as-loaded">{}</span>', help_text, note)


def show_as_loaded(form: forms.BaseForm, values: dict[str, str]) -> None:
    """Put the values as loaded under the fields of a form."""
    for name, words in values.items():
        if name in form.fields:
            form.fields[name].help_text = with_as_loaded(str(form.fields[name].help_text), words)


def show_conflicts(form: forms.BaseForm, conflicts: Iterable[Conflict]) -> None:
    """Say under the fields of a form which of them wait for a decision."""
    for conflict in conflicts:
        name = "caption" if conflict.field == "photo" else conflict.field
        if name in form.fields:
            address = reverse("admin:articles_conflict_change", args=[conflict.pk])
            what = "the source no longer shows this photo" if name != conflict.field else "the source says otherwise"
            note = format_html('<span class="in-conflict"><a href="{}">To be decided</a>: {}.</span>', address, what)
            form.fields[name].help_text = format_html("{} {}", form.fields[name].help_text, note)


def show_provenance(form: forms.BaseForm, article: Article, *, ending: str = "") -> None:
    """Say under the fields of a form where each value is from; ``ending`` tells the photo, as in ``caption:2``."""
    found = provenance_in_form(article)
    for name, form_field in form.fields.items():
        if one := found.get(f"{name}{ending}"):
            note = format_html('<span class="provenance">From: {}</span>', one.words_for_staff)
            form_field.help_text = format_html("{} {}", form_field.help_text, note)


def provenance_in_form(article: Article) -> dict[str, Provenance]:
    """Read once for the form and the rows of its photos and tags, which all hold the same article."""
    kept = vars(article)
    if "provenance_in_form" not in kept:
        kept["provenance_in_form"] = by_name(provenance_of(article)) if article.pk else {}
    found: dict[str, Provenance] = kept["provenance_in_form"]
    return found


class ArticleForm(RevisionForm):
    headline = line(rows=2)
    deck = line("The line under the headline.", rows=2)
    byline = line("As printed.")
    authors = NamesField(required=False, widget=textarea(2), help_text="One name a line.")
    dateline = line("Place and day of filing, as printed; the text keeps it too.")
    section = line()
    language = LanguageField(
        required=False, max_length=35, help_text="A language tag: en, zh-Hans, pt-BR.",
        widget=forms.TextInput(attrs={"size": 12}),
    )  # fmt: skip
    published = MomentField(
        required=False, max_length=32, widget=forms.TextInput(attrs={"size": 32}),
        help_text="As precise as it is known: 2023-09-06, 2023-09-06T10:30, 2023-09-06T10:30+08:00. "
        "The article is filed under this day; without it, under the day of the update.",
    )  # fmt: skip
    updated = MomentField(
        required=False, max_length=32, widget=forms.TextInput(attrs={"size": 32}),
        help_text="In the same forms. Both empty: the article is undated.",
    )  # fmt: skip
    body = PlainTextField(
        required=False, strip=False, widget=textarea(30, **{"class": "archive-text archive-body"}),
        help_text="Markdown: an empty line between paragraphs.",
    )  # fmt: skip
    withdrawn = forms.BooleanField(
        required=False, label="Withdrawn", help_text="Out of every page, list and feed. Untick to reinstate it."
    )
    withdrawn_reason = PlainTextField(
        required=False, label="Reason for readers", widget=textarea(3), help_text="Shown at the article's address."
    )
    correction = PlainTextField(
        required=False, label="Correction, for readers", widget=textarea(2),
        help_text="Stands on the page, under the dates, with the day. For mistakes that readers should know of; leave "
        "it empty for small repairs.",
    )  # fmt: skip

    class Meta:
        model = Article
        fields = [
            "headline", "deck", "byline", "authors", "dateline", "section", "language", "published", "updated",
            "source", "slug", "body", "withdrawn_reason",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["withdrawn"] = self.instance.withdrawn_at is not None
        if "withdrawn_reason" in self.fields and self.instance.withdrawn_by not in ("", WithdrawnBy.STAFF):
            words = f"Shown at the article’s address. While you change nothing here: “{self.instance.withdrawal}”"
            self.fields["withdrawn_reason"].help_text = words
        show_as_loaded(self, comparison.article_fields(self.instance))
        show_conflicts(self, comparison.open_conflicts(self.instance).get(None, ()))
        show_provenance(self, self.instance)

    def _untouched(self) -> list[str]:
        return [name for name in super()._untouched() if name != "correction"]

    def clean_url(self) -> str | None:
        url: str | None = self.cleaned_data["url"]
        if fault := address_fault(url):
            raise forms.ValidationError(fault)
        return url

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "withdrawn" in self.fields:
            self._withdraw(cleaned)
        return cleaned

    def _withdraw(self, cleaned: dict[str, Any]) -> None:
        is_wanted, reason = bool(cleaned.get("withdrawn")), cleaned.get("withdrawn_reason", "")
        is_as_before = self.instance.withdrawn_by and reason == self.initial["withdrawn_reason"]
        if is_wanted and not reason and not is_as_before:
            self.add_error("withdrawn_reason", "Say why it is withdrawn: readers who come to its address see this.")
        elif reason and not is_wanted and not self.initial["withdrawn"]:
            self.add_error("withdrawn", "Tick this to withdraw the article, or leave the reason empty.")
        elif not is_wanted:
            cleaned["withdrawn_reason"] = ""
        self.instance.withdrawn_at = (self.instance.withdrawn_at or timezone.now()) if is_wanted else None
        if not is_as_before or not is_wanted:
            self.instance.withdrawn_by = WithdrawnBy.STAFF if is_wanted else ""
