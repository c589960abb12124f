"""The staff list of damage: what originals have lost or left unclear, and whether anybody has looked at it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from articles.admin.bases import LONG_TEXTS, ArchiveAdmin, signed
from articles.admin.likeness import cited
from articles.admin.lists import ArchiveFilter, WaitingFilter
from articles.models import Damage
from articles.text.damage import READ_AS, DamageCode, damage_words, words_and_kind
from articles.text.phrases import counted

SHORT = 200


def kind_words(code: str) -> str:
    """``A credit is cut off``: what the archive does about it is left out."""
    words, _ = words_and_kind(code)
    return words if code.startswith(READ_AS) else words.partition(";")[0]


class KindFilter(ArchiveFilter):
    title, parameter_name = "kind", "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, kind_words(code)) for code in DamageCode]

    def narrow(self, articles: QuerySet[Any], value: str) -> QuerySet[Any]:
        return articles.filter(code=value)


class SeenFilter(WaitingFilter):
    """What nobody has looked at, unless the rest is asked for."""

    title, parameter_name = "state", "seen"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Nothing to mend")]

    def narrow(self, articles: QuerySet[Any], value: str) -> QuerySet[Any]:
        return articles.exclude(reviewed_at=None) if value == "yes" else articles.filter(reviewed_at=None)


@admin.register(Damage)
class DamageAdmin(ArchiveAdmin):
    list_display = ["what", "in_article", "piece", "reviewed"]
    list_display_links = None  # it is mended in the article
    list_filter = [SeenFilter, KindFilter]
    ordering = ["code", "-id"]  # that of an index
    sortable_by = ()
    actions = ["nothing_to_mend", "look_again"]
    counted_as = ("piece of damage", "pieces of damage")
    search_fields = ["article__key"]
    search_help_text = "The key of an article."
    fields = readonly_fields = ("what", "in_article", "piece", "reviewed")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related("article__source", "reviewed_by")
        return rows.defer(*LONG_TEXTS)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        key = search_term.strip().lower()
        return (queryset.filter(article__key=key) if key else queryset), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # loads find it

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description="Nothing to mend", permissions=["change"])
    def nothing_to_mend(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        seen = {"reviewed_at": timezone.now(), "reviewed_by": request.user}
        changed = queryset.filter(reviewed_at=None).order_by().update(**seen)
        self.message_user(request, f"{counted(changed, 'piece')} of damage marked as seen.", messages.SUCCESS)

    @admin.action(description="Put back into the queue", permissions=["change"])
    def look_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        changed = queryset.exclude(reviewed_at=None).order_by().update(reviewed_at=None, reviewed_by=None)
        self.message_user(request, f"{counted(changed, 'piece')} of damage back in the queue.", messages.SUCCESS)

    @admin.display(description="Damage")
    def what(self, damage: Damage) -> str:
        return damage_words(damage) + (f", line {damage.line}" if damage.line else "")

    @admin.display(description="Article")
    def in_article(self, damage: Damage) -> SafeString:
        return cited(damage.article)

    @admin.display(description="As it stands in the original")
    def piece(self, damage: Damage) -> str | SafeString:
        return format_html('<code dir="auto">{}</code>', Truncator(damage.text).chars(SHORT)) if damage.text else ""

    @admin.display(description="Seen by")
    def reviewed(self, damage: Damage) -> str:
        return signed(damage.reviewed_by, damage.reviewed_at)
