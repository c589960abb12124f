"""The staff pages that merge tags or sources and undo merges of tags.

Three steps: choose the one to keep, confirm the effects, done.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.admin.actions import ActionsAdmin, ListAction, ReasonForm, ids_of
from articles.admin.bases import ArchiveAdmin, KnownMultipleField, id_of, items_of, saved_or_told, signed
from articles.catalogue.revisions import Stamp
from articles.editorial.actions import NotDone
from articles.editorial.actions.merge_sources import merge_sources
from articles.editorial.actions.merge_tags import merge_tags, moved_and_both
from articles.editorial.actions.unmerge_tags import Unmerging, unmerge
from articles.models import Article, Source, Tag, Tagging, TagMerge
from articles.text.phrases import counted, listed

MERGED_AT_ONCE = 50
NAMES_SHOWN = 8  # other names of one row
UNMERGE_NEEDS = ("articles.change_tag", "articles.merge_tag")


class ChooseForm(ReasonForm):
    """Choose the row to keep. If rows are added by name, the form is shown again."""

    field_order = ["into", "add", "reason"]

    def __init__(self, action: MergeInto, rows: Sequence[Any], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        noun = action.model._meta.verbose_name
        choices = [(str(row.pk), action.words(row)) for row in rows]
        self.fields["into"] = forms.ChoiceField(
            choices=choices,
            label=f"Keep this {noun}",
            initial=choices[0][0],
            widget=forms.RadioSelect,
            error_messages={"required": f"Choose the {noun} to keep."},
        )
        words = "Adds it to the list above. Nothing is merged yet."
        self.fields["add"] = KnownMultipleField(action.seen_in, label=f"Add another {noun}", help_text=words)
        self.order_fields(self.field_order)


class MergeInto(ListAction):
    name, label = "merge", "Merge…"
    model: ClassVar[Any]
    seen_in: ClassVar[Any]  # a foreign key to the model, for the autocomplete field
    after: ClassVar[str]  # a sentence on undoing it

    @abstractmethod
    def other_names(self, row: Any) -> list[str]: ...

    @abstractmethod
    def addresses(self, row: Any) -> list[str]:
        """The addresses that will redirect."""

    @abstractmethod
    def effects_on_articles(self, row: Any, into: Any, before: Sequence[Any]) -> list[str]:
        """``before``: rows merged before this one."""

    @abstractmethod
    def merge(self, former: list[Any], into: Any, stamp: Stamp) -> int:
        """Return the number of articles moved."""

    def said(self, words: str, into: Any, former: Sequence[Any]) -> str | SafeString:
        """The message after a merge. ``former``: ids of the merged rows."""
        return words

    def words(self, row: Any) -> SafeString:
        names = self.other_names(row)
        shown = ", ".join(names[:NAMES_SHOWN]) + (" …" if len(names) > NAMES_SHOWN else "")
        told = f"{counted(row.article_count, 'article')}, {counted(len(names), 'other name')}"
        return format_html("<bdi>{}</bdi> <small>{}{}</small>", row, told, f": {shown}" if names else "")

    @property
    def too_many(self) -> str:
        return f"At most {MERGED_AT_ONCE} {self.model._meta.verbose_name_plural} can be merged at once."

    def effects(self, row: Any, into: Any, before: Sequence[Any]) -> Iterator[str | SafeString]:
        """The effects of merging ``row``; ``before``: rows merged before it."""
        yield f"“{row}” becomes another name of “{into}”."
        if names := [f"“{name}”" for name in self.other_names(row)]:
            yield f"So do its other names: {listed(names)}."
        yield from self.effects_on_articles(row, into, before)
        addresses = format_html_join(", ", "<code>{}</code>", [(address,) for address in self.addresses(row)])
        yield format_html("Redirected to <code>{}</code>: {}.", into.get_absolute_url(), addresses)
        if row.description:
            yield f"Its description {'is dropped' if into.description else f'becomes that of “{into}”'}."

    def begin(self, pages: ActionsAdmin, request: HttpRequest, ids: Sequence[int]) -> HttpResponseBase:
        if len(ids) > MERGED_AT_ONCE:
            raise NotDone(self.too_many)
        return self._choose(pages, request, ids)

    def view(self, pages: ActionsAdmin, request: HttpRequest) -> HttpResponseBase:
        ids = ids_of((request.POST or request.GET).get("rows", ""))[:MERGED_AT_ONCE]
        if not request.POST or not ids:
            return self._choose(pages, request, ids)

        def refuse(words: str) -> HttpResponse:
            pages.message_user(request, words, messages.ERROR)
            return HttpResponseRedirect(pages.list_address(_back(request)))

        return saved_or_told(request, lambda: self._sent(pages, request, ids), refuse)

    def _rows(self, ids: Sequence[int]) -> list[Any]:
        rows = self.model._default_manager.filter(pk__in=ids).prefetch_related("aliases")
        return list(rows.order_by("-article_count", "name"))

    def _choose(
        self, pages: ActionsAdmin, request: HttpRequest, ids: Sequence[int], form: ChooseForm | None = None,
        initial: dict[str, Any] | None = None,
    ) -> HttpResponseBase:  # fmt: skip
        rows = self._rows(ids)
        if not rows:
            return HttpResponseRedirect(pages.list_address(_back(request)))
        form = form or ChooseForm(self, rows, initial=initial)
        context = {"form": form, "media": pages.media + form.media}
        return self._page(pages, request, "merge_names.html", rows, context)

    def _sent(self, pages: ActionsAdmin, request: HttpRequest, ids: Sequence[int]) -> HttpResponseBase:
        rows, noun = self._rows(ids), self.model._meta.verbose_name
        if len(rows) < len(set(ids)):
            words = f"A {noun} was merged or deleted meanwhile; nothing was merged."
            pages.message_user(request, words, messages.ERROR)
            return self._choose(pages, request, ids)
        form = ChooseForm(self, rows, request.POST)
        if form.is_valid():
            more = [row.pk for row in form.cleaned_data["add"] if row not in rows]
            if len(rows) + len(more) > MERGED_AT_ONCE:
                form.add_error("add", self.too_many)
            elif more:
                initial = {name: form.cleaned_data[name] for name in ("into", "reason")}
                return self._choose(pages, request, [*ids, *more], initial=initial)
            elif len(rows) == 1:
                form.add_error("add", f"Add the {noun} to merge it with.")
        if form.errors:
            return self._choose(pages, request, ids, form)
        into = next(row for row in rows if str(row.pk) == form.cleaned_data["into"])
        former = sorted((row for row in rows if row != into), key=lambda row: row.pk)
        reason = form.cleaned_data["reason"]
        if "confirmed" not in request.POST:
            effects = [(row, list(self.effects(row, into, former[:place]))) for place, row in enumerate(former)]
            context = {"former": effects, "into": into, "reason": reason}
            return self._page(pages, request, "merge_names_confirm.html", rows, context)
        names, merged = listed([f"“{row}”" for row in former]), [row.pk for row in former]
        moved = self.merge(former, into, Stamp.now(request.user, reason))
        words = self.said(f"{names} merged into “{into}”, with {counted(moved, 'article')}.", into, merged)
        pages.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(pages.list_address(_back(request)))

    def _page(
        self, pages: ActionsAdmin, request: HttpRequest, template: str, rows: Sequence[Any], context: dict[str, Any]
    ) -> HttpResponseBase:
        shared = {
            "title": self.title,
            "action": self,
            "address": pages.address(self.name),
            "list_url": pages.list_address(_back(request)),
            "back": _back(request),
            "rows": ",".join(str(row.pk) for row in rows),
        }
        return pages.page(request, template, {**shared, **context})


def _back(request: HttpRequest) -> str:
    return request.POST.get("back", request.GET.urlencode() if request.POST else "")


class MergeTags(MergeInto):
    title = "Merge tags"
    after = "You can undo this from the next message or from the tag’s page."
    needs = UNMERGE_NEEDS
    model, seen_in = Tag, Tagging._meta.get_field("tag")

    def other_names(self, row: Tag) -> list[str]:
        return [alias.name for alias in row.aliases.all()]

    def addresses(self, row: Tag) -> list[str]:
        slugs = [name.slug for names in (row.aliases, row.former_addresses) for name in names.all()]
        return [reverse("tag", args=[slug]) for slug in [row.slug, *slugs]]

    def effects_on_articles(self, row: Tag, into: Tag, before: Sequence[Tag]) -> list[str]:
        moved, both = moved_and_both(row, [into, *before])
        effects = [f"{counted(moved, 'article')} tagged “{row}” will be tagged “{into}”."] if moved else []
        if both:
            have = f"{counted(both, 'article')} {'has' if both == 1 else 'have'}"
            effects.append(f"{have} both and will keep “{into}” only.")
        return effects or ["No articles."]

    def merge(self, former: list[Any], into: Any, stamp: Stamp) -> int:
        return merge_tags(former, into, stamp)

    def said(self, words: str, into: Tag, former: Sequence[Any]) -> SafeString:
        merges = list(merges_into(into).filter(former_id__in=former).order_by("pk"))
        what = "Undo the merge of “{}”" if len(merges) > 1 else "Undo this merge"
        links = [(undo_address(merge), what.format(merge)) for merge in merges]
        return format_html("{}{}", words, format_html_join("", ' <a href="{}">{}</a>', links))


class MergeSources(MergeInto):
    title = "Merge sources"
    after = "This cannot be undone."
    needs = ("articles.change_source", "articles.merge_tag")
    model, seen_in = Source, Article._meta.get_field("source")

    def other_names(self, row: Source) -> list[str]:
        return sorted({alias.name for alias in row.aliases.all()} - {row.name})

    def addresses(self, row: Source) -> list[str]:
        slugs = {alias.slug for alias in row.aliases.all()} - {row.slug}
        return [reverse("source", args=[slug]) for slug in [row.slug, *sorted(slugs)]]

    def effects_on_articles(self, row: Source, into: Source, before: Sequence[Source]) -> list[str]:
        moved = Article.objects.filter(source=row).count()
        return [f"{counted(moved, 'article')} from “{row}” will be from “{into}”."]

    def merge(self, former: list[Any], into: Any, stamp: Stamp) -> int:
        return merge_sources(former, into, stamp)


# --- Undoing a merge of tags. -----------------------------------------------------------------------------------------


def undo_address(merge: TagMerge) -> str:
    return reverse("admin:articles_tag_unmerge", args=[merge.pk])


def may_unmerge(tag: Tag | None, user: Any) -> bool:
    return tag is not None and user.has_perms(UNMERGE_NEEDS) and merges_into(tag).exists()


def merged_tags(tag: Tag) -> SafeString | str:
    item = '<li><bdi>{}</bdi> ({}) <a href="{}">Undo this merge…</a></li>'
    merges = merges_into(tag).select_related("merged_by")
    rows = [(merge, signed(merge.merged_by, merge.moment), undo_address(merge)) for merge in merges]
    return items_of(item, rows)


def unmerge_page(pages: ArchiveAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    if not request.user.has_perms(UNMERGE_NEEDS):
        raise PermissionDenied
    merge = TagMerge.objects.select_related("merged_by").filter(pk=id_of(str(pk))).first()
    if merge is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def ask(refusal: str = "") -> HttpResponse:
        if refusal:
            form.add_error(None, refusal)
            merge.refresh_from_db()
        plan = Unmerging(merge)
        context = {
            "title": "Undo a merge of tags",
            "form": form,
            "merge": merge,
            "plan": plan,
            "who": signed(merge.merged_by, merge.moment),
            "undone": signed(merge.undone_by, merge.undone_at) if merge.undone_at else "",
            "effects": [] if plan.fault else list(_effects_of(plan)),
            "stays": [] if plan.fault else list(_what_stays(plan)),
        }
        return pages.page(request, "tag/unmerge.html", context)

    def save() -> HttpResponse:
        tag, articles = unmerge(merge, request.user, form.cleaned_data["reason"])
        words = f"The merge was undone: “{tag}” is a separate tag again, with {counted(articles, 'article')}."
        pages.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(pages.address("change", tag.pk))

    return saved_or_told(request, save, ask) if form.is_valid() else ask()


UNMERGE = ("merges/<int:pk>/undo/", "unmerge", unmerge_page)


def merges_into(tag: Tag) -> QuerySet[TagMerge, TagMerge]:
    return TagMerge.objects.filter(into_id=tag.pk, undone_at=None).order_by("-moment")


def _effects_of(plan: Unmerging) -> Iterator[str | SafeString]:
    name, into, former = plan.merge.name, plan.into_name, plan.merge.former
    yield f"“{name}” is a tag again{', with its description' if former['description'] else ''}."
    aliases = list(plan.aliases())
    if aliases:
        yield f"Other names that it takes back from “{into}”: {listed([f'“{alias}”' for alias in aliases])}."
    slugs = [former["slug"], *(alias.slug for alias in aliases), *(address.slug for address in plan.addresses())]
    addresses = format_html_join(", ", "<code>{}</code>", [(reverse("tag", args=[slug]),) for slug in slugs])
    yield format_html("No longer redirected to “{}”: {}.", into, addresses)
    moved, both = plan.moved().count(), plan.both().count()
    if moved:
        yield f"{counted(moved, 'article')} tagged “{into}” will be tagged “{name}”."
    if both:
        yield f"{counted(both, 'article')} tagged “{into}” will be tagged “{name}” as well."
    if not (moved or both):
        yield "No articles."
    if plan.takes_description:
        yield f"“{into}” loses the description it took from “{name}”."


def _what_stays(plan: Unmerging) -> Iterator[str]:
    name, into = plan.merge.name, plan.into_name
    if left := plan.articles_then() - plan.moved().count() - plan.both().count():
        yield f"{counted(left, 'article')} had “{name}”, but “{into}” has been removed since: no tag comes back."
    if added := plan.added_since().count():
        yield f"{counted(added, 'article')} got “{into}” later and will keep it, even if the source says “{name}”."
    if lost := plan.lost_aliases():
        yield f"Names removed or moved from “{into}” since: {listed([f'“{alias}”' for alias in lost])}."
    if plan.merge.former["gave_description"] and not plan.takes_description:
        yield f"“{into}” keeps its description, edited since."
