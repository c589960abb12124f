"""Form fields for what newspapers print. What an editor does not touch stays as it was loaded, byte for byte."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms

from articles.admin.bases import AnyModelForm
from articles.wording import MONTHS

REASON_LENGTH = 100
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


class PlainTextField(forms.CharField):
    """Text of several lines. Browsers send each line end as two characters; it is kept as one."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.to_python(initial), data)


class LineField(PlainTextField):
    """Text of one line, wrapped as the browser likes; line ends and runs of spaces become one space."""

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


class NamesField(forms.Field):
    """A list of names, one a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        lines = value if isinstance(value, list) else str(value or "").splitlines()
        return [name for line in lines if (name := " ".join(str(line).split()))]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(data) != (initial or [])


class MomentField(forms.CharField):
    """A date, or a date and time, as precise as it is known: the ISO forms that the archive stores."""

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        return re.sub(r"(?<=\d) (?=\d)", "T", text)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and (fault := moment_fault(value)):
            raise forms.ValidationError(fault)


_MOMENT = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?:T(?P<clock>(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d{1,6})?)?)"
    r"(?P<zone>Z|[+-](?P<zone_hour>\d\d):(?P<zone_minute>\d\d))?)?",
    re.ASCII,
)
FORMS_OF_A_MOMENT = (
    "Write it as 2023-09-06, or with the time as 2023-09-06T10:30 or 2023-09-06T10:30:15, "
    "and with its zone, if that is known, as 2023-09-06T10:30Z or 2023-09-06T10:30+08:00."
)


def moment_fault(text: str) -> str:
    """What is wrong with a moment, in words; ``""`` for a good one."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return FORMS_OF_A_MOMENT
    part = {name: int(value) for name, value in found.groupdict().items() if value and value.isdigit()}
    if not 1 <= part["month"] <= 12:
        return f"There is no month {part['month']}; a year has twelve."
    try:
        date(part["year"], part["month"], part["day"])
    except ValueError:
        return f"There is no {part['day']} {MONTHS[part['month'] - 1]} {part['year']} in the calendar."
    if part.get("hour", 0) > 23 or part.get("minute", 0) > 59 or part.get("second", 0) > 59:
        return f"{found['clock']} is no time of day."
    if part.get("zone_hour", 0) > 14 or part.get("zone_minute", 0) > 59:
        return f"{found['zone']} is no time zone."
    return ""


class UntouchedForm(AnyModelForm):
    """A form in which what was not touched keeps its value and is not judged: sources print what no form would take."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self._untouched():
            if name in self.errors:
                del self.errors[name]
            if isinstance(self.fields[name], PlainTextField | NamesField | MomentField | forms.URLField):
                cleaned[name] = self.get_initial_for_field(self.fields[name], name)
        return cleaned

    def _untouched(self) -> list[str]:
        return [] if self.instance.pk is None else [name for name in self.fields if name not in self.changed_data]

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded | set(self._untouched())


class RevisionForm(UntouchedForm):
    """A form whose save is a revision; why it was made is asked for, and may be left out."""

    reason = forms.CharField(
        label="Reason for this change",
        required=False,
        max_length=REASON_LENGTH,
        help_text="Kept in the history, with your name.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    @property
    def edits(self) -> list[str]:
        """The fields that were changed."""
        return [name for name in self.changed_data if name != "reason"]
