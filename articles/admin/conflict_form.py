"""The form in which a conflict is decided; another value is held to what the form of an article holds it to."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django import forms
from django.contrib import admin

from articles.admin.article_form import ArticleForm
from articles.admin.bases import KnownSelect
from articles.admin.conflict_words import field_words
from articles.admin.fields import LineField, address_fault
from articles.admin.inlines import PhotoForm
from articles.catalogue.conflicts import live_value
from articles.catalogue.loaded import own_blocks
from articles.catalogue.revisions import REASON_LENGTH
from articles.editorial.conflicts import seen_mark
from articles.models import Article, Conflict, Photo, Source


def field_for(conflict: Conflict) -> forms.Field | None:
    """The form field in which another value is written; ``None`` of a photo, which is there or is not."""
    name = conflict.field
    if name == "source":
        widget = KnownSelect(Article._meta.get_field("source"), admin.site)
        return forms.ModelChoiceField(Source.objects.all(), required=False, widget=widget)
    if name == "url":
        return WebAddressField(required=False, max_length=2000, assume_scheme="https")
    if name == "position" and conflict.photo:
        most = len(own_blocks(conflict.article))
        return forms.IntegerField(min_value=0, max_value=most, help_text=f"The paragraph it follows: 0 to {most}.")
    if name == "kind":
        return forms.ChoiceField(choices=Photo.Kind.choices)
    known: Any = PhotoForm if conflict.photo else ArticleForm
    return deepcopy(known.base_fields[name]) if name in known.base_fields else None


class WebAddressField(forms.URLField):
    def validate(self, value: str) -> None:
        super().validate(value)
        if fault := address_fault(value):
            raise forms.ValidationError(fault)


class DecisionForm(forms.Form):
    """Another value, the reason, and what the editor saw."""

    value: Any
    reason = LineField(
        label="Reason", required=False, max_length=REASON_LENGTH, help_text="Kept with the decision and your name.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, conflict: Conflict, data: Any = None) -> None:
        live = live_value(conflict)
        super().__init__(data, initial={"value": live, "seen": seen_mark(live, conflict.theirs)})
        if field := field_for(conflict):
            field.label = field_words(conflict)
            self.fields["value"] = field

    @property
    def written(self) -> Any:
        """The value as a baseline writes it."""
        value = self.cleaned_data.get("value")
        return value.pk if isinstance(value, Source) else value

    def look_again(self) -> None:
        """What the page says now is what its editor has seen."""
        sent: Any = self.data
        self.data = sent = sent.copy()
        sent["seen"] = self.initial["seen"]
