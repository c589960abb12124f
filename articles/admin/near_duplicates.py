"""The queue of near-duplicates: pairs found by loads, each article's text beside the other's, and the decision."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.admin.bases import LONG_TEXTS, cited
from articles.admin.comparison import side_by_side
from articles.admin.waiting import WaitingAdmin, WaitingFilter, marking
from articles.models import Article, NearDuplicate
from articles.text.markdown import plain

Decision = NearDuplicate.Decision
OPEN, NOT_A_DUPLICATE, MERGED = Decision.OPEN, Decision.NOT_A_DUPLICATE, Decision.MERGED
NOT_SHOWN = (*LONG_TEXTS, *(name.replace("article__", "other__") for name in LONG_TEXTS))
MERGE_NEEDS = ("articles.change_article", "articles.merge_article")


class DecisionFilter(WaitingFilter):
    title, parameter_name, called_waiting = "decision", "decided", OPEN.label
    waiting = Q(decided=OPEN)
    others = {
        "settled": (NOT_A_DUPLICATE.label, Q(decided=NOT_A_DUPLICATE)),
        "merged": (MERGED.label, Q(decided=MERGED)),
        "all": ("All", Q()),
    }


@admin.register(NearDuplicate)
class NearDuplicateAdmin(WaitingAdmin):
    queue = DecisionFilter
    settled_in = ("decided_at", "decided_by")
    marks = ({"decided": OPEN}, {"decided": NOT_A_DUPLICATE})
    counted_as = ("pair", "pairs")
    related = ("article__source", "other__source", "load")
    list_display = ["likeness", "earlier", "later", "found", "decided"]
    list_filter = [DecisionFilter]
    actions = [
        marking("settle", "Not a duplicate", "noted as no duplicates", is_settled=True),
        marking("reopen", "Open again", "open again", is_settled=False),
    ]
    readonly_fields = ["likeness", "found", "decision_by", "merging", "comparison"]
    fields = ["decided", "decision_by", "merging", "likeness", "found", "comparison"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        pairs: Any = super().get_queryset(request)
        listed: QuerySet[Any] = pairs.listed().defer(*NOT_SHOWN)
        return listed

    def search(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        pk = Article.objects.filter(key=term.lower()).values_list("pk", flat=True).first()
        return rows.filter(Q(article_id=pk) | Q(other_id=pk)) if pk else rows.none()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in self.fields if name != "merging" or may_merge(request.user)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        is_merged = obj is not None and obj.decided == MERGED  # which is taken back from the merged article's page
        return [*self.readonly_fields, "decided"] if is_merged else self.readonly_fields

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["choices"] = [(one.value, one.label) for one in (OPEN, NOT_A_DUPLICATE)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: NearDuplicate, form: Any, change: bool) -> None:
        if "decided" in form.changed_data:
            editor: Any = request.user
            is_open = obj.decided == OPEN
            obj.decided_at, obj.decided_by = (None, None) if is_open else (timezone.now(), editor)
            super().save_model(request, obj, form, change)

    @admin.display(description="Likeness")
    def likeness(self, pair: NearDuplicate) -> str:
        return f"{pair.likeness_percent}%"

    @admin.display(description="Loaded first")
    def earlier(self, pair: NearDuplicate) -> SafeString:
        return cited(pair.other)

    @admin.display(description="Loaded later")
    def later(self, pair: NearDuplicate) -> SafeString:
        return cited(pair.article)

    @admin.display(description="Decided by")
    def decision_by(self, pair: NearDuplicate) -> str:
        return self.settled_words(pair)

    @admin.display(description="Both texts")
    def comparison(self, pair: NearDuplicate) -> SafeString:
        return comparison_of(pair.other, pair.article)

    @admin.display(description="Merge")
    def merging(self, pair: NearDuplicate) -> SafeString | str:
        if pair.decided == MERGED:
            return "They are merged."
        return format_html('<a href="{}">Merge the two…</a>', merge_address(pair.other_id, pair.article_id))


def may_merge(user: Any) -> bool:
    return bool(user.has_perms(MERGE_NEEDS))


def merge_address(one: int, other: int) -> str:
    """The staff page that asks which of two articles stays."""
    return reverse("admin:articles_article_merge", args=[one, other])


def comparison_of(one: Article, other: Article) -> SafeString:
    """The texts of two articles side by side."""
    texts = [[plain(block) for block in article.blocks] for article in (one, other)]
    context = {"rows": list(side_by_side(*texts)), "cited": [cited(one), cited(other)]}
    return render_to_string("admin/articles/_comparison.html", context)
