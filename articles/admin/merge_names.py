"""The staff pages that merge tags, authors or sources (choose the one to keep, confirm, done) and undo such merges."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from articles.admin.actions import ActionsAdmin, ListAction, ReasonForm
from articles.admin.bases import ArchiveAdmin, KnownMultipleField, items_of, quoted, saved_or_told, signed
from articles.catalogue.ledger import Stamp
from articles.editorial.actions import NotDone
from articles.editorial.actions.merge_sources import merge_sources
from articles.editorial.actions.merge_tags import merge_tags, moved_and_both
from articles.editorial.actions.unmerge_tags import Unmerging, unmerge
from articles.models import Article, Author, Source, Tag, Tagging, TagMerge
from articles.models.tag import tag_path
from articles.text.keys import AUTHOR
from articles.text.messages import StrOrPromise
from articles.text.phrases import counted, grouped

MERGED_AT_ONCE = 50
NAMES_SHOWN = 8  # other names of one row
UNMERGE_NEEDS = ("articles.change_tag", "articles.merge_tag")


class ChooseForm(ReasonForm):
    """Choose the row to keep. If rows are added by name, the form is shown again."""

    field_order = ["into", "add", "reason"]

    def __init__(self, action: MergeInto, ids: Sequence[int], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.action, self.asked = action, set(ids)
        rows = action.model._default_manager.filter(pk__in=ids).prefetch_related("aliases")
        self.rows: list[Any] = list(rows.order_by("-article_count", "name"))
        self.fields["into"] = forms.ChoiceField(
            choices=[(str(row.pk), action.words(row)) for row in self.rows],
            label=action.keep,
            initial=next((str(row.pk) for row in self.rows), None),
            widget=forms.RadioSelect,
            error_messages={"required": action.none_kept},
        )
        if action.seen_in:
            words = gettext("Adds it to the list above. Nothing is merged yet.")
            self.fields["add"] = KnownMultipleField(action.seen_in, label=action.add, help_text=words)
        self.order_fields(self.field_order)

    def added(self) -> list[Any]:
        return [row for row in self.cleaned_data.get("add", ()) if row not in self.rows]

    def clean(self) -> dict[str, Any]:
        cleaned, rows = super().clean() or self.cleaned_data, len(self.rows) + len(self.added())
        if len(self.rows) < len(self.asked):
            self.add_error(None, gettext("One of them has since been merged or deleted; nothing was merged."))
        elif rows > MERGED_AT_ONCE:
            self.add_error("add", str(self.action.too_many))
        elif rows == 1:
            self.add_error("add" if self.action.seen_in else None, str(self.action.none_added))
        return cleaned


class MergeInto(ListAction):
    name, label = "merge", _("Merge…")
    model: ClassVar[Any]
    seen_in: ClassVar[Any]  # a foreign key to the model, for the autocomplete field; ``None``: without that field
    after: ClassVar[StrOrPromise]  # a sentence on undoing it
    # Of the form: the labels of the one to keep and of another to add, and what is wrong with it.
    keep: ClassVar[StrOrPromise]
    add: ClassVar[StrOrPromise]
    none_kept: ClassVar[StrOrPromise]
    none_added: ClassVar[StrOrPromise]
    too_many: ClassVar[StrOrPromise]
    former: ClassVar[StrOrPromise]  # the heading of the effects on each
    merge: ClassVar[Any]  # a function of rows, the one to keep and a stamp; returns the number of articles moved

    @abstractmethod
    def effects_on_articles(self, row: Any, into: Any, before: Sequence[Any]) -> list[str]:
        """``before``: rows merged before this one."""

    def said(self, words: str, into: Any, former: Sequence[Any]) -> str | SafeString:
        """The message after a merge. ``former``: ids of the merged rows."""
        return words

    def words(self, row: Any) -> SafeString:
        told = counted(row.article_count, "article")
        if names := other_names(row):
            shown = ", ".join(names[:NAMES_SHOWN]) + (" …" if len(names) > NAMES_SHOWN else "")
            told = gettext("%(articles)s; also %(names)s") % {"articles": told, "names": shown}
        return format_html("<bdi>{}</bdi> <small>{}</small>", row, told)

    def effects(self, row: Any, into: Any, before: Sequence[Any]) -> Iterator[str | SafeString]:
        """The effects of merging ``row``; ``before``: rows merged before it."""
        yield gettext("“%(name)s” becomes another name of “%(into)s”.") % {"name": row, "into": into}
        if names := other_names(row):
            yield gettext("So do its other names: %(names)s.") % {"names": quoted(names)}
        yield from self.effects_on_articles(row, into, before)
        paths = [(type(row)(slug=slug).get_absolute_url(),) for slug in [row.slug, *row.other_slugs()]]
        addresses = format_html_join(", ", "<code>{}</code>", paths)
        words = gettext("Redirected to <code>{address}</code>: {addresses}.")
        yield format_html(words, address=into.get_absolute_url(), addresses=addresses)
        if row.description and into.description:
            yield gettext("Its description is dropped.")
        elif row.description:
            yield gettext("Its description becomes that of “%(into)s”.") % {"into": into}

    def form(self, user: Any, ids: Sequence[int], data: Any = None) -> ChooseForm:
        return ChooseForm(self, ids[:MERGED_AT_ONCE], data)

    def begin(self, pages: ActionsAdmin, request: HttpRequest, ids: Sequence[int]) -> HttpResponseBase:
        if len(ids) > MERGED_AT_ONCE:
            raise NotDone(str(self.too_many))
        if len(ids) < 2 and not self.seen_in:
            raise NotDone(str(self.none_added))
        return super().begin(pages, request, ids)

    def ask(self, pages: ActionsAdmin, request: HttpRequest, ids: Sequence[int], form: Any) -> HttpResponse:
        if not form.rows:
            return HttpResponseRedirect(pages.list_address(request))
        ids = [row.pk for row in form.rows]
        return pages.action_page(request, self, "merge_names.html", ids, {"form": form})

    def finish(self, pages: ActionsAdmin, request: HttpRequest, ids: Sequence[int], form: Any) -> HttpResponse:
        if added := form.added():
            initial = {name: form.cleaned_data[name] for name in ("into", "reason")}
            again = ChooseForm(self, [*ids, *(row.pk for row in added)], initial=initial)
            return self.ask(pages, request, ids, again)
        into = next(row for row in form.rows if str(row.pk) == form.cleaned_data["into"])
        former = sorted((row for row in form.rows if row != into), key=lambda row: row.pk)
        reason = form.cleaned_data["reason"]
        if "confirmed" not in request.POST:
            effects = [
                (format_html(str(self.former), name=row), list(self.effects(row, into, former[:place])))
                for place, row in enumerate(former)
            ]
            context = {"former": effects, "into": into, "reason": reason}
            return pages.action_page(request, self, "merge_names_confirm.html", ids, context)
        merged, names = [row.pk for row in former], quoted(former)
        moved = self.merge(former, into, Stamp.now(request.user, reason))
        words = ngettext(
            "%(names)s merged into “%(into)s”, with %(count)s article.",
            "%(names)s merged into “%(into)s”, with %(count)s articles.",
            moved,
        )
        words = self.said(words % {"names": names, "into": into, "count": grouped(moved)}, into, merged)
        return pages.redirect(request, pages.list_address(request), messages.SUCCESS, words)


def other_names(row: Tag | Source) -> list[str]:
    return sorted({alias.name for alias in row.aliases.all()} - {row.name})


class MergeTags(MergeInto):
    title = _("Merge tags")
    after = _("You can undo this from the next message or from the tag’s page.")
    keep, add, former = _("Keep this tag"), _("Add another tag"), _("“<bdi>{name}</bdi>” is no longer a tag")
    none_kept, none_added = _("Choose the tag to keep."), _("Add the tag to merge it with.")
    too_many = format_lazy(_("At most {count} tags can be merged at once."), count=MERGED_AT_ONCE)
    needs = UNMERGE_NEEDS
    model, merge = Tag, staticmethod(merge_tags)
    seen_in: ClassVar[Any] = Tagging._meta.get_field("tag")

    def effects_on_articles(self, row: Tag, into: Tag, before: Sequence[Tag]) -> list[str]:
        moved, both = moved_and_both(row, [into, *before])
        effects = [retagged_words(moved, row, into)] if moved else []
        if both:
            words = ngettext(
                "%(count)s article has both and will keep “%(into)s” only.",
                "%(count)s articles have both and will keep “%(into)s” only.",
                both,
            )
            effects.append(words % {"count": grouped(both), "into": into})
        return effects or [gettext("No articles.")]

    def said(self, words: str, into: Tag, former: Sequence[Any]) -> SafeString:
        merges = list(merges_into(into).filter(former_id__in=former).order_by("pk"))
        undo = gettext("Undo the merge of “%(name)s”") if len(merges) > 1 else gettext("Undo this merge")
        links = [(undo_address(merge), undo % {"name": merge}) for merge in merges]
        return format_html("{}{}", words, format_html_join("", ' <a href="{}">{}</a>', links))


class MergeAuthors(MergeTags):
    title = _("Merge authors")
    after = _("You can undo this from the next message or from the author’s page. Bylines stay as printed.")
    keep, former = _("Keep this author"), _("“<bdi>{name}</bdi>” is no longer an author")
    none_kept, none_added = _("Choose the author to keep."), _("Tick the authors to merge, two or more.")
    too_many = format_lazy(_("At most {count} authors can be merged at once."), count=MERGED_AT_ONCE)
    model, seen_in = Author, None

    def effects_on_articles(self, row: Tag, into: Tag, before: Sequence[Tag]) -> list[str]:
        return [relisted_words(sum(moved_and_both(row, [into, *before])), row, into)]


class MergeSources(MergeInto):
    title = _("Merge sources")
    after = _("This cannot be undone.")
    keep, add, former = _("Keep this source"), _("Add another source"), _("“<bdi>{name}</bdi>” is no longer a source")
    none_kept, none_added = _("Choose the source to keep."), _("Add the source to merge it with.")
    too_many = format_lazy(_("At most {count} sources can be merged at once."), count=MERGED_AT_ONCE)
    needs = ("articles.change_source", "articles.merge_tag")
    model, seen_in, merge = Source, Article._meta.get_field("source"), staticmethod(merge_sources)

    def effects_on_articles(self, row: Source, into: Source, before: Sequence[Source]) -> list[str]:
        moved = Article.objects.filter(source=row).count()
        words = ngettext(
            "%(count)s article from “%(name)s” will be from “%(into)s”.",
            "%(count)s articles from “%(name)s” will be from “%(into)s”.",
            moved,
        )
        return [words % {"count": grouped(moved), "name": row, "into": into}]


def retagged_words(articles: int, before: object, after: object) -> str:
    words = ngettext(
        "%(count)s article tagged “%(before)s” will be tagged “%(after)s”.",
        "%(count)s articles tagged “%(before)s” will be tagged “%(after)s”.",
        articles,
    )
    return words % {"count": grouped(articles), "before": before, "after": after}


def relisted_words(articles: int, before: object, after: object) -> str:
    words = ngettext(
        "%(count)s article by “%(before)s” will be listed under “%(after)s”.",
        "%(count)s articles by “%(before)s” will be listed under “%(after)s”.",
        articles,
    )
    return words % {"count": grouped(articles), "before": before, "after": after}


def undo_address(merge: TagMerge) -> str:
    model = "author" if merge.former["slug"].startswith(AUTHOR) else "tag"
    return reverse(f"admin:articles_{model}_unmerge", args=[merge.pk])


def merged_tags(tag: Tag) -> SafeString | str:
    item = '<li><bdi>{}</bdi> ({}) <a href="{}">{}</a></li>'
    merges, undo = merges_into(tag).select_related("change__user"), gettext("Undo this merge…")
    rows = [(merge, signed(merge.change.user, merge.change.moment), undo_address(merge), undo) for merge in merges]
    return items_of(item, rows)


def unmerge_page(pages: ArchiveAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    if not request.user.has_perms(UNMERGE_NEEDS):
        raise PermissionDenied
    merge = get_object_or_404(TagMerge.objects.select_related("change__user", "undone_by"), pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def ask(refusal: str = "") -> HttpResponse:
        if refusal:
            form.add_error(None, refusal)
            merge.refresh_from_db()
        plan = Unmerging(merge)
        context = {
            "title": gettext("Undo a merge of authors") if pages.model is Author else gettext("Undo a merge of tags"),
            "back": pages.address("change", merge.into_id),
            "form": form,
            "merge": merge,
            "plan": plan,
            "who": signed(merge.change.user, merge.change.moment),
            "undone": signed(merge.undone_by, merge.undone_at) if merge.undone_at else "",
            "effects": [] if plan.fault else list(_effects_of(plan)),
            "stays": [] if plan.fault else list(_what_stays(plan)),
        }
        return pages.page(request, "tag/unmerge.html", context)

    def save() -> HttpResponse:
        tag, articles = unmerge(merge, request.user, form.cleaned_data["reason"])
        words = ngettext(
            "The merge was undone: “%(name)s” is separate again, with %(count)s article.",
            "The merge was undone: “%(name)s” is separate again, with %(count)s articles.",
            articles,
        )
        words %= {"name": tag, "count": grouped(articles)}
        return pages.redirect(request, pages.address("change", tag.pk), messages.SUCCESS, words)

    return saved_or_told(request, save, ask) if form.is_valid() else ask()


UNMERGE = ("merges/<int:pk>/undo/", "unmerge", unmerge_page)


def merges_into(tag: Tag) -> QuerySet[TagMerge, TagMerge]:
    return TagMerge.objects.filter(into_id=tag.pk, undone_at=None).order_by("-pk")


def _effects_of(plan: Unmerging) -> Iterator[str | SafeString]:
    name, into, former = plan.merge.name, plan.into_name, plan.merge.former
    again = gettext("“%(name)s” is separate again.")
    if former["description"]:
        again = gettext("“%(name)s” is separate again, with its description.")
    yield again % {"name": name}
    aliases = list(plan.aliases())
    if aliases:
        words = gettext("Other names that it takes back from “%(into)s”: %(names)s.")
        yield words % {"into": into, "names": quoted(aliases)}
    slugs = [former["slug"], *(alias.slug for alias in aliases), *(address.slug for address in plan.addresses())]
    addresses = format_html_join(", ", "<code>{}</code>", [(tag_path(slug),) for slug in slugs])
    yield format_html(gettext("No longer redirected to “{into}”: {addresses}."), into=into, addresses=addresses)
    moved, both = len(plan.moved()), len(plan.both())
    if plan.is_of_authors:
        yield relisted_words(moved, into, name)
    elif moved:
        yield retagged_words(moved, into, name)
    if both:
        words = ngettext(
            "%(count)s article tagged “%(into)s” will be tagged “%(name)s” as well.",
            "%(count)s articles tagged “%(into)s” will be tagged “%(name)s” as well.",
            both,
        )
        yield words % {"count": grouped(both), "into": into, "name": name}
    if not (moved or both or plan.is_of_authors):
        yield gettext("No articles.")
    if "description" in plan.taken_back:
        yield gettext("“%(into)s” loses the description it took from “%(name)s”.") % {"into": into, "name": name}


def _what_stays(plan: Unmerging) -> Iterator[str]:
    merge, recorded = plan.merge, plan.recorded
    values = {"name": merge.name, "into": plan.into_name}
    kept = 0 if plan.is_of_authors else len(plan.moved()) + len(plan.both())
    if left := len(recorded.moved) + len(recorded.gone) - kept:
        words = ngettext(
            "%(count)s article had “%(name)s”, but “%(into)s” has been removed since: no tag comes back.",
            "%(count)s articles had “%(name)s”, but “%(into)s” has been removed since: no tag comes back.",
            left,
        )
        yield words % {**values, "count": grouped(left)}
    if added := Tagging.objects.filter(tag=merge.into_id, pk__gt=merge.last_tagging).count():
        words = ngettext(
            "%(count)s article got “%(into)s” later and will keep it, even if the source says “%(name)s”.",
            "%(count)s articles got “%(into)s” later and will keep it, even if the source says “%(name)s”.",
            added,
        )
        yield words % {**values, "count": grouped(added)}
    if lost := plan.lost_aliases():
        words = gettext("Names removed or moved from “%(into)s” since: %(names)s.")
        yield words % {**values, "names": quoted(lost)}
    if "description" in merge.former["gave"] and "description" not in plan.taken_back:
        yield gettext("“%(into)s” keeps its description, edited since.") % values
