"""What every staff page of the archive shares: generic types, lists that never count the archive, read-only pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Model, QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html

from articles.wording import counted, grouped

if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
    AnyModelForm = ModelForm[Any]
    AnyInlineFormSet = BaseInlineFormSet[Any, Any, Any]
    AnyStackedInline = admin.StackedInline[Any, Any]
    AnyTabularInline = admin.TabularInline[Any, Any]
    AnyPaginator = Paginator[Any]
else:
    AnyModelAdmin, AnyModelForm, AnyInlineFormSet = admin.ModelAdmin, ModelForm, BaseInlineFormSet
    AnyStackedInline, AnyTabularInline, AnyPaginator = admin.StackedInline, admin.TabularInline, Paginator

COUNT_UP_TO = 5_000
HEAVY = ("content", "ledger", "left_out")  # columns of an original that may weigh megabytes
LONG_TEXTS = ("article__body", "article__body_html", "article__as_loaded", "article__body_as_loaded")


class NamedFormSet(AnyInlineFormSet):
    """Rows of a table, whose fields carry no visible label of their own: it is given to screen readers."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        name = str(form.instance) if form.instance.pk else "this row"
        for field_name, field in form.fields.items():
            label = f"Delete {name}" if field_name == "DELETE" else str(field.label or field_name)
            field.widget.attrs.setdefault("aria-label", label)


class BoundedPaginator(AnyPaginator):
    """Counts no further than ``COUNT_UP_TO``; what lies behind is reached by the filters."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        return min(self._found(rows), COUNT_UP_TO)

    def _found(self, rows: QuerySet[Any]) -> int:
        found: int = rows.values("pk")[: COUNT_UP_TO + 1].count()
        self.has_more = found > COUNT_UP_TO
        return found

    has_more = False


class BoundedChangeList(ChangeList):
    """A list that says "more than 5,000" instead of counting them, and keeps to the order of an index."""

    count_words: str

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        # Nothing "in all" to compare with: the search form would count it.
        self.full_result_count = self.result_count
        name = str(self.opts.verbose_name if self.result_count == 1 else self.opts.verbose_name_plural)
        more = "more than " if getattr(self.paginator, "has_more", False) else ""
        self.count_words = f"{more}{grouped(self.result_count)} {name}"


class ArchiveAdmin(AnyModelAdmin):
    """The base of all staff pages."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each would count the archive
    list_per_page = 50
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return BoundedChangeList


class ReadOnlyAdmin(ArchiveAdmin):
    """What staff may look at, and nobody may change here."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def is_removed(form: Any) -> bool:
    """Whether the form of an inline row is ticked to be deleted."""
    return bool(getattr(form, "cleaned_data", {}).get("DELETE"))


def count_link(count: int, noun: str, address: str) -> str:
    """``12 articles``, linked to their list."""
    return format_html('<a href="{}">{}</a>', address, counted(count, noun)) if count else counted(0, noun)
