"""The staff list of inputs that could not be loaded, and since when for that reason."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from articles.admin.bases import ArchiveAdmin, signed
from articles.admin.likeness import found_words
from articles.admin.lists import WaitingFilter
from articles.models import Refusal
from articles.text.phrases import counted


class DismissedFilter(WaitingFilter):
    """Those that wait, unless the dismissed are asked for."""

    title, parameter_name = "state", "dismissed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Dismissed")]

    def narrow(self, articles: QuerySet[Any], value: str) -> QuerySet[Any]:
        return articles.exclude(dismissed_at=None) if value == "yes" else articles.filter(dismissed_at=None)


@admin.register(Refusal)
class RefusalAdmin(ArchiveAdmin):
    list_display = ["input", "why", "tried", "dismissed"]
    list_filter = [DismissedFilter]
    ordering = ["-id"]
    sortable_by = ()
    actions = ["dismiss", "put_back"]
    search_fields = ["place"]
    search_help_text = "The beginning of a path."
    fields = readonly_fields = ("input", "place", "why", "tried", "dismissed")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("load", "dismissed_by")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        # A range, which walks the index of places.
        term = search_term.strip()
        return (queryset.filter(place__gte=term, place__lt=f"{term}\U0010ffff") if term else queryset), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # loads find them

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # an input that can be loaded goes by itself

    @admin.action(description="Dismiss: they may stay out", permissions=["change"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        values = {"dismissed_at": timezone.now(), "dismissed_by": request.user}
        changed = queryset.filter(dismissed_at=None).order_by().update(**values)
        self.message_user(request, f"{counted(changed, 'refused input')} dismissed.", messages.SUCCESS)

    @admin.action(description="Put back into the queue", permissions=["change"])
    def put_back(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        changed = queryset.exclude(dismissed_at=None).order_by().update(dismissed_at=None, dismissed_by=None)
        self.message_user(request, f"{counted(changed, 'refused input')} back in the queue.", messages.SUCCESS)

    @admin.display(description="Why")
    def why(self, refusal: Refusal) -> str:
        return refusal.error

    @admin.display(description="Refused since")
    def tried(self, refusal: Refusal) -> str | SafeString:
        return found_words(refusal.refused_at, refusal.load)

    @admin.display(description="Dismissed by")
    def dismissed(self, refusal: Refusal) -> str:
        return signed(refusal.dismissed_by, refusal.dismissed_at)
