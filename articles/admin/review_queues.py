"""Review queues of damage, refused inputs and near-duplicates, and the base of all queues."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext, gettext_lazy as _, ngettext_lazy

from articles.admin.bases import LONG_TEXTS, LoadedAdmin, cited, damage_and_line, shown, signed
from articles.admin.lists import ArchiveFilter, ChoiceFilter
from articles.admin.merge_articles import MERGE_NEEDS, comparison_of, merge_address
from articles.models import Article, Damage, NearDuplicate, Refusal
from articles.models.damage import PENDING
from articles.text.damage import DamageCode, damage_words, words_and_kind
from articles.text.dates import when_words
from articles.text.keys import LAST_LETTER
from articles.text.messages import StrOrPromise
from articles.text.phrases import grouped

REOPEN = _("Reopen")
SHORT, IN_BRIEF = 200, 140  # characters, in a list and on the review page
Decision = NearDuplicate.Decision
OPEN, NOT_A_DUPLICATE, MERGED = Decision.OPEN, Decision.NOT_A_DUPLICATE, Decision.MERGED


def marking(name: str, said: Any, label: StrOrPromise = REOPEN, *, is_settled: bool = False) -> Callable[..., None]:
    """An action that settles or reopens rows. ``said``: ``ngettext_lazy`` of its message."""

    @admin.action(description=label, permissions=["change"])
    def mark(pages: WaitingAdmin, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        when, who = (timezone.now(), request.user) if is_settled else (None, None)
        (_, waiting), (_, settled), *_ = pages.queue.options.values()
        rows = queryset.filter(waiting if is_settled else settled).order_by()
        values = {f"{pages.settled}_at": when, f"{pages.settled}_by": who, **pages.marks[is_settled]}
        changed = rows.update(**values)
        pages.message_user(request, said % {"number": changed, "count": grouped(changed)}, messages.SUCCESS)

    mark.__name__ = name
    return mark


def found_words(row: Any, moment: Any) -> str | SafeString:
    """When it was found, linked to the load, if a load found it."""
    if row.load is None:
        return when_words(moment)
    address = reverse("admin:articles_load_change", args=[row.load.pk])
    return format_html('<a href="{}">{}</a>', address, when_words(moment))


class WaitingAdmin(LoadedAdmin):
    """Findings of loads. Settled ones stay, so that no load reports them again."""

    anchor: ClassVar[str]  # on the review page, with the title and the advice
    title: ClassVar[StrOrPromise]
    to_do: ClassVar[StrOrPromise]
    queue: ClassVar[type[ChoiceFilter]]  # its first rows are pending; those of its second can be reopened
    settled: ClassVar[str]  # prefix of the columns ``_at`` and ``_by``
    marks: ClassVar[tuple[dict[str, Any], dict[str, Any]]] = ({}, {})  # more values when reopened, settled
    related: ClassVar[tuple[str, ...]]
    deferred: ClassVar[tuple[str, ...]] = ()  # columns
    ordering = ["-id"]
    search_fields = ["article__key"]
    search_help_text = _("Article key")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False  # linked from the review page instead

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related(*self.related).defer(*self.deferred)

    def pending(self, request: HttpRequest) -> QuerySet[Any]:
        return self.get_queryset(request).filter(self.queue.options[None][1])

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        term = search_term.strip()
        return (self.search(queryset, term) if term else queryset), False

    def search(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        return rows.filter(article__key=term.lower())

    in_article = shown(_("Article"), lambda row: cited(row.article))
    found = shown(_("Found"), lambda row: found_words(row, row.found_at))


class KindFilter(ArchiveFilter):
    title, parameter_name = _("kind"), "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, words_and_kind(code)[0]) for code in DamageCode]

    def narrow(self, articles: QuerySet[Any], value: str) -> QuerySet[Any]:
        return articles.filter(code=value)


class SeenFilter(ChoiceFilter):
    title, parameter_name = _("state"), "seen"
    options = {None: (_("Pending"), PENDING), "yes": (_("No action needed"), ~PENDING)}


@admin.register(Damage)
class DamageAdmin(WaitingAdmin):
    anchor, title = "damage", _("Damage in originals")
    to_do = _("Correct the article where you can; mark the rest “No action needed”.")
    queue = SeenFilter
    settled = "reviewed"
    related = ("article__source", "reviewed_by")
    deferred = LONG_TEXTS
    list_display = fields = readonly_fields = ("what", "in_article", "piece", "reviewed")
    list_display_links = None  # it is fixed in the article
    list_filter = [SeenFilter, KindFilter]
    ordering = ["code", "-id"]  # that of an index
    actions = [
        marking(
            "mark_seen",
            ngettext_lazy("%(count)s finding needs no action.", "%(count)s findings need no action.", "number"),
            _("No action needed"), is_settled=True,
        ),
        marking("reopen", ngettext_lazy("%(count)s finding reopened.", "%(count)s findings reopened.", "number")),
    ]  # fmt: skip
    counted_as = ngettext_lazy("%(count)s finding", "%(count)s findings", "number")

    def items(self, rows: list[Damage]) -> Iterator[SafeString]:
        for row in rows:
            address = reverse("admin:articles_article_change", args=[row.article_id])
            text = format_html(' <code dir="auto">{}</code>', Truncator(row.text).chars(IN_BRIEF)) if row.text else ""
            yield format_html('<a href="{}"><bdi>{}</bdi></a>: {}{}', address, row.article, damage_words(row), text)

    what = shown(_("Damage"), damage_and_line)

    @admin.display(description=_("In the original"))
    def piece(self, damage: Damage) -> str | SafeString:
        return format_html('<code dir="auto">{}</code>', Truncator(damage.text).chars(SHORT)) if damage.text else ""

    @admin.display(description=_("No action needed"))
    def reviewed(self, damage: Damage) -> str:
        if damage.is_settled and damage.reviewed_at is None:
            return gettext("Corrected in the article")
        return signed(damage.reviewed_by, damage.reviewed_at)


class DismissedFilter(ChoiceFilter):
    title, parameter_name = _("state"), "dismissed"
    options = {None: (_("Pending"), Q(dismissed_at=None)), "yes": (_("Dismissed"), ~Q(dismissed_at=None))}


@admin.register(Refusal)
class RefusalAdmin(WaitingAdmin):
    anchor, title = "refused", _("Refused inputs")
    to_do = _("Fix the file and load it again, or dismiss it.")
    queue = DismissedFilter
    settled = "dismissed"
    related = ("load", "dismissed_by")
    list_display = ["input", "error", "tried", "dismissed"]
    list_filter = [DismissedFilter]
    actions = [
        marking(
            "dismiss",
            ngettext_lazy("%(count)s refused input dismissed.", "%(count)s refused inputs dismissed.", "number"),
            _("Dismiss"), is_settled=True,
        ),
        marking(
            "put_back",
            ngettext_lazy("%(count)s refused input reopened.", "%(count)s refused inputs reopened.", "number"),
        ),
    ]  # fmt: skip
    counted_as = ngettext_lazy("%(count)s refused input", "%(count)s refused inputs", "number")
    search_fields = ["place"]
    search_help_text = _("Path prefix")
    fields = readonly_fields = ("input", "place", "error", "tried", "dismissed")

    def search(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        return rows.filter(place__gte=term, place__lt=term + LAST_LETTER)

    def items(self, rows: list[Refusal]) -> Iterator[SafeString]:
        for row in rows:
            error = Truncator(row.error.removeprefix(f"{row.input}:")).chars(IN_BRIEF)
            yield format_html('<code dir="auto">{}</code>: {}', row.input, error)

    tried = shown(_("Refused since"), lambda refusal: found_words(refusal, refusal.refused_at))

    dismissed = shown(_("Dismissed by"), lambda refusal: signed(refusal.dismissed_by, refusal.dismissed_at))


class DecisionFilter(ChoiceFilter):
    title, parameter_name = _("decision"), "decided"
    options = {
        None: (OPEN.label, Q(decided=OPEN)),
        "settled": (NOT_A_DUPLICATE.label, Q(decided=NOT_A_DUPLICATE)),
        "merged": (MERGED.label, Q(decided=MERGED)),
        "all": (_("All"), Q()),
    }


@admin.register(NearDuplicate)
class NearDuplicateAdmin(WaitingAdmin):
    anchor, title = "near-duplicates", _("Near-duplicates")
    to_do = _("Compare the texts; mark pairs that are not duplicates.")
    queue = DecisionFilter
    settled = "decided"
    marks = ({"decided": OPEN}, {"decided": NOT_A_DUPLICATE})
    counted_as = ngettext_lazy("%(count)s pair", "%(count)s pairs", "number")
    related = ("article__source", "other__source", "load")
    deferred = (*LONG_TEXTS, *(name.replace("article__", "other__") for name in LONG_TEXTS))
    list_display = ["likeness", "earlier", "later", "found", "decided"]
    list_filter = [DecisionFilter]
    actions = [
        marking(
            "settle",
            ngettext_lazy("%(count)s pair marked as different.", "%(count)s pairs marked as different.", "number"),
            _("Not a duplicate"), is_settled=True,
        ),
        marking("reopen", ngettext_lazy("%(count)s pair reopened.", "%(count)s pairs reopened.", "number")),
    ]  # fmt: skip
    readonly_fields = ["likeness", "found", "decision_by", "merging", "who_merges", "comparison"]
    fields = ["decided", "decision_by", "merging", "likeness", "found", "comparison"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Pairs without withdrawn articles, and merged pairs."""
        both = Q(article__withdrawn_at=None, other__withdrawn_at=None)
        return super().get_queryset(request).filter(both | Q(decided=MERGED))

    def search(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        pk = Article.objects.filter(key=term.lower()).values_list("pk", flat=True).first()
        return rows.filter(Q(article_id=pk) | Q(other_id=pk)) if pk else rows.none()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        may_merge = request.user.has_perms(MERGE_NEEDS)
        return ["who_merges" if name == "merging" and not may_merge else name for name in self.fields]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        is_merged = obj is not None and obj.decided == MERGED  # undone on the merged article's page
        return [*self.readonly_fields, "decided"] if is_merged else self.readonly_fields

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["choices"] = [(choice.value, choice.label) for choice in (OPEN, NOT_A_DUPLICATE)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: NearDuplicate, form: Any, change: bool) -> None:
        if "decided" in form.changed_data:
            editor: Any = request.user
            obj.decided_at, obj.decided_by = (None, None) if obj.decided == OPEN else (timezone.now(), editor)
            super().save_model(request, obj, form, change)

    def items(self, rows: list[NearDuplicate]) -> Iterator[SafeString]:
        link = gettext('<a href="{address}">{percent}% alike</a>: <bdi>{earlier}</bdi> and <bdi>{later}</bdi>')
        for pair in rows:
            values = {"percent": pair.likeness_percent, "earlier": pair.other, "later": pair.article}
            yield format_html(link, address=self.address("change", pair.pk), **values)

    likeness = shown(_("Similarity"), lambda pair: f"{pair.likeness_percent}%")
    earlier = shown(_("Loaded first"), lambda pair: cited(pair.other))
    later = shown(_("Loaded later"), lambda pair: cited(pair.article))
    decision_by = shown(_("Decided by"), lambda pair: signed(pair.decided_by, pair.decided_at))
    who_merges = shown(
        _("Merge"), lambda pair: gettext("Only archivists can merge. If these are different articles, mark them so.")
    )
    comparison = shown(_("Both texts"), lambda pair: comparison_of(pair.other, pair.article))

    @admin.display(description=_("Merge"))
    def merging(self, pair: NearDuplicate) -> SafeString | str:
        if pair.decided == MERGED:
            return gettext("Merged")
        address, words = merge_address(pair.other_id, pair.article_id), gettext("Merge these articles…")
        return format_html('<a href="{}">{}</a>', address, words)
