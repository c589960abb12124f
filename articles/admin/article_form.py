"""The form of an article."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone

from articles.admin.form_fields import (
    FORMS_OF_A_MOMENT,
    LineField,
    MomentField,
    NamesField,
    PlainTextField,
    RevisionForm,
    textarea,
    validate_address,
)
from articles.models import Article
from articles.models.fields import LABELS
from articles.models.withdrawal import WithdrawnBy

LANGUAGE = RegexValidator(
    r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z",
    "Not a language tag. Write en for English, zh-Hans for simplified Chinese.",
)


def line(help_text: str = "", rows: int = 1) -> LineField:
    return LineField(required=False, help_text=help_text, widget=textarea(rows))


def moment(help_text: str) -> MomentField:
    return MomentField(required=False, max_length=32, widget=forms.TextInput(attrs={"size": 32}), help_text=help_text)


class ArticleForm(RevisionForm):
    headline = line(rows=2)
    deck = line("The line under the headline.", rows=2)
    byline = line("As printed.")
    authors = NamesField(required=False, widget=textarea(2), help_text="One name per line.")
    dateline = line("Place and day of filing, as printed; also part of the text.")
    section = line()
    language = forms.CharField(
        required=False, max_length=35, help_text="A language tag: en, zh-Hans, pt-BR.", validators=[LANGUAGE],
        widget=forms.TextInput(attrs={"size": 12}),
    )  # fmt: skip
    published = moment(
        f"{FORMS_OF_A_MOMENT} The article is filed under this day or, if it is empty, under its update date."
    )
    updated = moment("In the same formats. If both are empty, the article is undated.")
    body = PlainTextField(
        required=False, strip=False, widget=textarea(30, **{"class": "archive-text archive-body"}),
        help_text="Markdown, with an empty line between paragraphs.",
    )  # fmt: skip
    withdrawn = forms.BooleanField(
        required=False, label="Withdrawn", help_text="Hidden from all pages, lists and feeds. Untick to restore."
    )
    withdrawn_reason = PlainTextField(
        required=False, label="Reason for readers", widget=textarea(3), help_text="Shown at the article's address."
    )
    correction = PlainTextField(
        required=False, label="Correction, for readers", widget=textarea(2),
        help_text="Shown on the page below the dates, with today’s date. Leave empty for small repairs.",
    )  # fmt: skip

    class Meta:
        model = Article
        fields: ClassVar = ()  # the fieldsets of ``ArticleAdmin`` decide
        labels = LABELS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["withdrawn"] = self.instance.withdrawn_at is not None
        if "withdrawn_reason" in self.fields and self.instance.withdrawn_by not in ("", WithdrawnBy.STAFF):
            words = f"Shown at the article’s address. Until you change it: “{self.instance.withdrawal}”"
            self.fields["withdrawn_reason"].help_text = words

    def clean_url(self) -> str | None:
        url: str | None = self.cleaned_data["url"]
        if url:
            validate_address(url)
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
            self.add_error("withdrawn_reason", "Give a reason: readers see it at the article’s address.")
        elif reason and not is_wanted and not self.initial["withdrawn"]:
            self.add_error("withdrawn", "Tick this to withdraw the article, or clear the reason.")
        elif not is_wanted:
            cleaned["withdrawn_reason"] = ""
        self.instance.withdrawn_at = (self.instance.withdrawn_at or timezone.now()) if is_wanted else None
        if not is_as_before or not is_wanted:
            self.instance.withdrawn_by = WithdrawnBy.STAFF if is_wanted else ""
