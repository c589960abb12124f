"""Form fields for newspaper text. Untouched values stay as loaded, byte for byte.

A private part of Django, used nowhere else: ``BaseModelForm._get_validation_exclusions``.
"""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.catalogue.ledger import REASON_LENGTH
from articles.ingest.parsing.iso_dates import read_date
from articles.public.absolute import is_web_address
from articles.text.dates import last_of_month, written_days
from articles.text.diff import word_diff
from articles.text.messages import StrOrPromise
from articles.text.paths import path_of

REASON = _("Reason")
LONG = 300  # characters; longer values next to a field are collapsed
FORMS_OF_A_MOMENT = _(
    "Write it as 5 September 2023 or 2023-09-05 (2023-09 if only the month is known), with the time as "
    "2023-09-05 10:30 or 2023-09-05T10:30+08:00."
)

_EMPTY_LINES = re.compile(r"\A(?:[ \t]*+\n)+")  # not the spaces of the first line: of Markdown, they make it code


def textarea(rows: int, **attrs: StrOrPromise) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": "archive-text", "dir": "auto", **attrs})


class PlainTextField(forms.CharField):
    """Text of several lines. CRLF, as browsers send it, becomes LF; empty lines around the text are removed."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        return _EMPTY_LINES.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).rstrip()

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.to_python(initial), data)


class LineField(PlainTextField):
    """Text of one line; line ends and runs of spaces become one space."""

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


def optional_text(rows: int, help_text: StrOrPromise = "", label: StrOrPromise | None = None) -> PlainTextField:
    return PlainTextField(label=label, required=False, help_text=help_text, widget=textarea(rows))


def reason_field(help_text: StrOrPromise, label: StrOrPromise = REASON, max_length: int = REASON_LENGTH) -> LineField:
    widget = forms.TextInput(attrs={"class": "vTextField"})
    return LineField(label=label, required=False, max_length=max_length, help_text=help_text, widget=widget)


class NamesField(forms.Field):
    widget = textarea(2)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        lines = value if isinstance(value, list) else str(value or "").splitlines()
        return [name for line in lines if (name := " ".join(str(line).split()))]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(data) != (initial or [])


class PathsField(NamesField):
    """Paths of former addresses, of which whole ones may be pasted."""

    def clean(self, value: Any) -> list[str]:
        return [path_of(line) for line in super().clean(value)]


def moment_of(text: str) -> str:
    """The date, date and time or month in ``text``, in ISO 8601; ``""`` if it is anything else."""
    if iso := read_date(text):
        return iso
    first, last = written_days(text) or (None, None)
    is_month = first and first.day == 1 and last == last_of_month(first)
    return first.isoformat()[:7] if first and is_month else ""


class MomentField(forms.CharField):
    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        return moment_of(text) or text

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not moment_of(value):
            why = _("“%(text)s” is not a date.") % {"text": value}
            raise forms.ValidationError(f"{why} {FORMS_OF_A_MOMENT}")


def folded(words: str, summary: StrOrPromise) -> SafeString:
    if len(words) <= LONG:
        return format_html("{}", words)
    html = '<details><summary>{0}</summary><pre tabindex="0" role="group" aria-label="{0}">{1}</pre></details>'
    return format_html(html, summary, words)


def validate_address(url: str) -> None:
    if not is_web_address(url):
        raise forms.ValidationError(_("The address must begin with http:// or https://."))


class UntouchedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that neither validates nor changes untouched fields: sources print values that no form would accept.

    Hidden initial values are those the editor saw; a field that differs was touched. If a touched field was changed in
    the database meanwhile, the save is refused.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # Django gives labels to undeclared fields only
            field.label = field.label or (self._meta.labels or {}).get(name)
        taken = [name for name in self.fields if self.data.get(f"_use-{self.add_prefix(name)}") == "theirs"]
        if taken:  # of the versions that ``_refuse`` has shown, the current one
            sent: Any = self.data
            self.data = sent = sent.copy()
            for name in taken:
                sent[self.add_prefix(name)] = sent.get(self.add_initial_prefix(name), "")
        self._own = list(self.fields)  # a formset adds id and DELETE
        if self.instance.pk is not None:
            for name, field in self.fields.items():
                field.show_hidden_initial = not self.is_bound or self.add_initial_prefix(name) in self.data

    @cached_property
    def changed_data(self) -> list[str]:
        """The touched fields, without those whose value is already in the database."""
        return [
            name
            for name in super().changed_data
            if name != "reason"
            and not (self._is_seen(name) and not self.fields[name].has_changed(self._now(name), self[name].data))
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self._untouched():
            if name in self.errors:
                del self.errors[name]
            if name in self._own and not isinstance(self.fields[name], forms.ModelChoiceField):
                cleaned[name] = self._now(name)
            elif name in self._own:
                cleaned.pop(name, None)  # so it is not set on the row
        for name in filter(self._is_overtaken, self.changed_data):
            self._refuse(name)
        return cleaned

    def _is_seen(self, name: str) -> bool:
        return name in self.fields and self.fields[name].show_hidden_initial

    def _now(self, name: str) -> Any:
        return self.get_initial_for_field(self.fields[name], name)

    def _is_overtaken(self, name: str) -> bool:
        if not self._is_seen(name):
            return False
        field, seen = self.fields[name], self.data[self.add_initial_prefix(name)]
        try:
            return field.has_changed(field.to_python(seen), field.prepare_value(self._now(name)))
        except forms.ValidationError:
            return bool(seen != str(self._now(name)))

    def _refuse(self, name: str) -> None:
        """Add an error in which the editor chooses between the current value, from now on seen, and their own."""
        field, now = self.fields[name], self.fields[name].prepare_value(self._now(name))
        text = "" if now is None else str(now)
        theirs, mine = text, str(self[name].data or "").replace("\r\n", "\n")
        if isinstance(field, forms.ModelChoiceField):
            theirs, mine = str(getattr(self.instance, name) or ""), str(self.cleaned_data.get(name) or "")
        choice = "" if isinstance(field, forms.FileField) else f"_use-{self.add_prefix(name)}"
        both = {"field": self[name], "theirs": theirs, "pieces": word_diff(theirs, mine), "choice": choice}
        self.add_error(name, render_to_string("admin/articles/_overtaken.html", both))
        sent: Any = self.data
        self.data = seen = sent.copy()
        seen[self.add_initial_prefix(name)] = text

    def _untouched(self) -> list[str]:
        if self.instance.pk is None:
            return []
        not_of_row = ("reason", "correction")  # but of the save
        return [name for name in self.fields if name not in (*self.changed_data, *not_of_row)]

    def unvalidated(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded.union(self._untouched())

    def _get_validation_exclusions(self) -> set[str]:
        return self.unvalidated()


class RevisionForm(UntouchedForm):
    reason = reason_field(
        _(
            "Kept in the history with your name. Readers of an article’s history see the reason, and your full name "
            "if your account has one."
        ),
        _("Reason for this change"),
    )
