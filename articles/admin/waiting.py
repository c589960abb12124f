"""The queues: what loads have found, for staff to settle. The review page leads to each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from articles.admin.bases import LONG_TEXTS, ArchiveAdmin, cited, found_words, signed
from articles.admin.lists import ArchiveFilter
from articles.models import Damage, Refusal
from articles.text.damage import READ_AS, DamageCode, damage_words, words_and_kind
from articles.text.phrases import grouped

SHORT = 200
PUT_BACK = "Put back into the queue"


class WaitingFilter(ArchiveFilter):
    """What waits for somebody, unless the rest is asked for."""

    called_waiting = "Waiting"
    waiting: ClassVar[Q]
    # By the value in the address, what it is called, and its rows; the first are those that can be put back.
    others: ClassVar[dict[str, tuple[str, Q]]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, words) for value, (words, _) in self.others.items()]

    def choices(self, changelist: Any) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": self.called_waiting}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return self.narrow(queryset, self.value() or "")

    def narrow(self, articles: QuerySet[Any], value: str) -> QuerySet[Any]:
        return articles.filter(self.others[value][1] if value in self.others else self.waiting)


def marking(name: str, label: str, said: str, *, is_settled: bool) -> Callable[..., None]:
    """An action that signs rows as settled, or takes the signature from them. ``said`` ends the message after it."""

    @admin.action(description=label, permissions=["change"])
    def mark(pages: WaitingAdmin, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        when, by = pages.settled_in
        signature = (timezone.now(), request.user) if is_settled else (None, None)
        (_, settled), *_ = pages.queue.others.values()
        rows = queryset.filter(pages.queue.waiting if is_settled else settled).order_by()
        changed = rows.update(**dict(zip((when, by), signature, strict=True)), **pages.marks[is_settled])
        noun = pages.counted_as[changed != 1]
        pages.message_user(request, f"{grouped(changed)} {noun} {said}.", messages.SUCCESS)

    mark.__name__ = name
    return mark


class WaitingAdmin(ArchiveAdmin):
    """The list of a queue. What waits is settled there, or on the page of each."""

    queue: ClassVar[type[WaitingFilter]]
    settled_in: ClassVar[tuple[str, str]]  # the columns that say when, and by whom
    marks: ClassVar[tuple[dict[str, Any], dict[str, Any]]] = ({}, {})  # what else is set on what waits, and on the rest
    counted_as: ClassVar[tuple[str, str]]
    related: ClassVar[tuple[str, ...]]
    ordering = ["-id"]
    sortable_by = ()
    search_fields = ["article__key"]
    search_help_text = "The key of an article."

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False  # they stand on the review page, not among the lists of the archive

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # loads find them

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what is settled is kept, so that no load brings it again

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related(*self.related)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        return (self.search(queryset, term) if term else queryset), False

    def search(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        return rows.filter(article__key=term.lower())

    @admin.display(description="Article")
    def in_article(self, row: Any) -> SafeString:
        return cited(row.article)

    @admin.display(description="Found")
    def found(self, row: Any) -> str | SafeString:
        return found_words(row.found_at, row.load)

    def settled_words(self, row: Any) -> str:
        when, by = self.settled_in
        return signed(getattr(row, by), getattr(row, when))


# --- Damage: what originals have lost or left unclear. ----------------------------------------------------------------


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
    title, parameter_name = "state", "seen"
    waiting = Q(reviewed_at=None)
    others = {"yes": ("Nothing to mend", ~waiting)}


@admin.register(Damage)
class DamageAdmin(WaitingAdmin):
    queue = SeenFilter
    settled_in = ("reviewed_at", "reviewed_by")
    related = ("article__source", "reviewed_by")
    list_display = ["what", "in_article", "piece", "reviewed"]
    list_display_links = None  # it is mended in the article
    list_filter = [SeenFilter, KindFilter]
    ordering = ["code", "-id"]  # that of an index
    actions = [
        marking("nothing_to_mend", "Nothing to mend", "marked as seen", is_settled=True),
        marking("look_again", PUT_BACK, "back in the queue", is_settled=False),
    ]
    counted_as = ("piece of damage", "pieces of damage")
    fields = readonly_fields = ("what", "in_article", "piece", "reviewed")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer(*LONG_TEXTS)

    @admin.display(description="Damage")
    def what(self, damage: Damage) -> str:
        return damage_words(damage) + (f", line {damage.line}" if damage.line else "")

    @admin.display(description="As it stands in the original")
    def piece(self, damage: Damage) -> str | SafeString:
        return format_html('<code dir="auto">{}</code>', Truncator(damage.text).chars(SHORT)) if damage.text else ""

    @admin.display(description="Seen by")
    def reviewed(self, damage: Damage) -> str:
        return self.settled_words(damage)


# --- Refusals: inputs that could not be loaded, and since when for that reason. ---------------------------------------


class DismissedFilter(WaitingFilter):
    title, parameter_name = "state", "dismissed"
    waiting = Q(dismissed_at=None)
    others = {"yes": ("Dismissed", ~waiting)}


@admin.register(Refusal)
class RefusalAdmin(WaitingAdmin):
    """An input that can be loaded goes by itself."""

    queue = DismissedFilter
    settled_in = ("dismissed_at", "dismissed_by")
    related = ("load", "dismissed_by")
    list_display = ["input", "why", "tried", "dismissed"]
    list_filter = [DismissedFilter]
    actions = [
        marking("dismiss", "Dismiss: they may stay out", "dismissed", is_settled=True),
        marking("put_back", PUT_BACK, "back in the queue", is_settled=False),
    ]
    counted_as = ("refused input", "refused inputs")
    search_fields = ["place"]
    search_help_text = "The beginning of a path."
    fields = readonly_fields = ("input", "place", "why", "tried", "dismissed")

    def search(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        """A range, which walks the index of places."""
        return rows.filter(place__gte=term, place__lt=f"{term}\U0010ffff")

    @admin.display(description="Why")
    def why(self, refusal: Refusal) -> str:
        return refusal.error

    @admin.display(description="Refused since")
    def tried(self, refusal: Refusal) -> str | SafeString:
        return found_words(refusal.refused_at, refusal.load)

    @admin.display(description="Dismissed by")
    def dismissed(self, refusal: Refusal) -> str:
        return self.settled_words(refusal)
