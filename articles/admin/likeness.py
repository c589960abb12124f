"""The staff page of near-duplicates: pairs found by loads, each article's text beside the other's, and the decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.admin.bases import LONG_TEXTS, ArchiveAdmin, signed
from articles.admin.lists import ArchiveFilter
from articles.models import Article, Load, NearDuplicate
from articles.text.dates import day_words
from articles.text.markdown import plain
from articles.text.phrases import counted
from articles.text.signatures import letters_in_a_run

Decision = NearDuplicate.Decision
OPEN, NOT_A_DUPLICATE, MERGED = Decision.OPEN, Decision.NOT_A_DUPLICATE, Decision.MERGED
NOT_SHOWN = (*LONG_TEXTS, *(name.replace("article__", "other__") for name in LONG_TEXTS))
LONGEST = 5_000  # words between two equal paragraphs: more take seconds to compare
BREAK = "\n"


# --- Two texts side by side. ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of one text that stand in the other too, or do not."""

    words: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A paragraph of each text, or several where one text has them and the other has not."""

    one: list[Passage]
    other: list[Passage]


def side_by_side(one: Sequence[str], other: Sequence[str]) -> Iterator[SideBySide]:
    """The paragraphs of two texts, aligned: equal ones first, then word by word what lies between them."""
    gap = "" if letters_in_a_run(" ".join(one)) else " "
    for tag, start, end, other_start, other_end in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        first, second = one[start:end], other[other_start:other_end]
        if tag == "equal":
            for paragraph in first:
                yield SideBySide([Passage(paragraph, is_own=False)], [Passage(paragraph, is_own=False)])
        elif tag == "replace" and max(map(len, (words := _words(first, gap), others := _words(second, gap)))) < LONGEST:
            yield from _word_by_word(words, others, gap)
        else:
            yield from (SideBySide([Passage(paragraph, is_own=True)], []) for paragraph in first)
            yield from (SideBySide([], [Passage(paragraph, is_own=True)]) for paragraph in second)


def _words(paragraphs: Sequence[str], gap: str) -> list[str]:
    """Words, or letters of a script without spaces, with a ``BREAK`` after each paragraph."""
    words: list[str] = []
    for paragraph in paragraphs:
        words += [*(paragraph.split() if gap else "".join(paragraph.split())), BREAK]
    return words


def _word_by_word(first: list[str], second: list[str], gap: str) -> Iterator[SideBySide]:
    """A row ends where both texts end a paragraph."""
    row = SideBySide([], [])
    for tag, start, end, other_start, other_end in SequenceMatcher(None, first, second).get_opcodes():
        if tag != "equal":
            row.one.extend(_own(first[start:end], gap))
            row.other.extend(_own(second[other_start:other_end], gap))
            continue
        for is_break, words in groupby(first[start:end], BREAK.__eq__):
            if is_break:
                yield row
                row = SideBySide([], [])
            else:
                same = Passage(gap.join(words) + gap, is_own=False)
                row.one.append(same)
                row.other.append(same)
    if row.one or row.other:
        yield row


def _own(words: list[str], gap: str) -> list[Passage]:
    return [Passage(gap.join(words).replace(f"{gap}{BREAK}{gap}", BREAK) + gap, is_own=True)] if words else []


MERGE_NEEDS = ("articles.change_article", "articles.merge_article")


def may_merge(user: Any) -> bool:
    return bool(user.has_perms(MERGE_NEEDS))


# --- The staff page. --------------------------------------------------------------------------------------------------


class DecisionFilter(ArchiveFilter):
    """Open pairs, unless others are asked for."""

    title, parameter_name = "decision", "decided"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("settled", NOT_A_DUPLICATE.label), ("merged", MERGED.label), ("all", "All")]

    def choices(self, changelist: Any) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": OPEN.label}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return self.narrow(queryset, self.value() or "open")

    def narrow(self, articles: QuerySet[Any], value: str) -> QuerySet[Any]:
        wanted = {"open": OPEN, "merged": MERGED}.get(value, NOT_A_DUPLICATE)
        return articles if value == "all" else articles.filter(decided=wanted)


@admin.register(NearDuplicate)
class NearDuplicateAdmin(ArchiveAdmin):
    list_display = ["likeness", "earlier", "later", "found", "decided"]
    list_filter = [DecisionFilter]
    ordering = ["-id"]
    sortable_by = ()
    actions = ["settle", "reopen"]
    search_fields = ["article__key"]
    search_help_text = "The key of an article."
    readonly_fields = ["likeness", "found", "decision_by", "merging", "comparison"]
    fields = ["decided", "decision_by", "merging", "likeness", "found", "comparison"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        pairs: QuerySet[Any] = NearDuplicate.objects.listed().order_by(*self.ordering)
        return pairs.select_related("article__source", "other__source", "load").defer(*NOT_SHOWN)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not (key := search_term.strip().lower()):
            return queryset, False
        pk = Article.objects.filter(key=key).values_list("pk", flat=True).first()
        return queryset.filter(Q(article_id=pk) | Q(other_id=pk)) if pk else queryset.none(), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # loads find them

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what is decided is kept, so that no load lists it again

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in self.fields if name != "merging" or may_merge(request.user)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        is_merged = obj is not None and obj.decided == MERGED  # which is taken back from the merged article's page
        return [*self.readonly_fields, "decided"] if is_merged else self.readonly_fields

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["choices"] = [(one.value, one.label) for one in (OPEN, NOT_A_DUPLICATE)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    # --- Deciding ---------------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: NearDuplicate, form: Any, change: bool) -> None:
        if "decided" in form.changed_data:
            editor: Any = request.user
            is_open = obj.decided == OPEN
            obj.decided_at, obj.decided_by = (None, None) if is_open else (timezone.now(), editor)
            super().save_model(request, obj, form, change)

    @admin.action(description="Not a duplicate", permissions=["change"])
    def settle(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        decision = {"decided": NOT_A_DUPLICATE, "decided_at": timezone.now(), "decided_by": request.user}
        changed = queryset.filter(decided=OPEN).update(**decision)
        self.message_user(request, f"{counted(changed, 'pair')} noted as no duplicates.", messages.SUCCESS)

    @admin.action(description="Open again", permissions=["change"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        changed = queryset.filter(decided=NOT_A_DUPLICATE).update(decided=OPEN, decided_at=None, decided_by=None)
        self.message_user(request, f"{counted(changed, 'pair')} open again.", messages.SUCCESS)

    # --- Columns, and what the page of a pair shows -------------------------------------------------------------------

    @admin.display(description="Likeness")
    def likeness(self, pair: NearDuplicate) -> str:
        return f"{pair.likeness_percent}%"

    @admin.display(description="Loaded first")
    def earlier(self, pair: NearDuplicate) -> SafeString:
        return cited(pair.other)

    @admin.display(description="Loaded later")
    def later(self, pair: NearDuplicate) -> SafeString:
        return cited(pair.article)

    @admin.display(description="Found")
    def found(self, pair: NearDuplicate) -> str | SafeString:
        return found_words(pair.found_at, pair.load)

    @admin.display(description="Decided by")
    def decision_by(self, pair: NearDuplicate) -> str:
        return signed(pair.decided_by, pair.decided_at)

    @admin.display(description="Both texts")
    def comparison(self, pair: NearDuplicate) -> SafeString:
        return comparison_of(pair.other, pair.article)

    @admin.display(description="Merge")
    def merging(self, pair: NearDuplicate) -> SafeString | str:
        if pair.decided == MERGED:
            return "They are merged."
        return format_html('<a href="{}">Merge the two…</a>', merge_address(pair.other_id, pair.article_id))


def comparison_of(one: Article, other: Article) -> SafeString:
    """The texts of two articles side by side."""
    texts = [[plain(block) for block in article.blocks] for article in (one, other)]
    context = {"rows": list(side_by_side(*texts)), "cited": [cited(one), cited(other)]}
    return render_to_string("admin/articles/_comparison.html", context)


def merge_address(one: int, other: int) -> str:
    """The staff page that asks which of two articles stays."""
    return reverse("admin:articles_article_merge", args=[one, other])


def found_words(found_at: datetime, load: Load | None) -> str | SafeString:
    """When something was found, linked to the load that found it; an edit has none."""
    moment = f"{timezone.localtime(found_at):%Y-%m-%d %H:%M}"
    if load is None:
        return moment
    return format_html('<a href="{}">{}</a>', reverse("admin:articles_load_change", args=[load.pk]), moment)


def cited(article: Article) -> SafeString:
    """Headline, source and day of an article, linked to its staff page and its public one."""
    day = day_words(article.archive_date) if article.archive_date else "undated"
    about = ", ".join(filter(None, [article.source.name if article.source else "", day]))
    return format_html(
        '<a href="{}">{}</a> ({}; <a href="{}">as readers see it</a>)',
        reverse("admin:articles_article_change", args=[article.pk]), article, about, article.get_absolute_url(),
    )  # fmt: skip
