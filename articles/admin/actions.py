"""Actions on the ticked rows of a list, each confirmed on a page that carries their ids, so it reaches those seen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from articles.admin import bases
from articles.admin.article_form import ArticleForm
from articles.admin.bases import ArchiveAdmin, KnownMultipleField, KnownSelect, Page, quoted, saved_or_told
from articles.admin.form_fields import LineField, NamesField, PlainTextField, reason_field, textarea
from articles.admin.merge_articles import MERGE_NEEDS, merge_address
from articles.catalogue.ledger import Stamp, lock_articles
from articles.editorial.actions import NotDone, on_many
from articles.models import Article, Source, Tagging
from articles.models.fields import LABELS
from articles.text.messages import StrOrPromise
from articles.text.phrases import grouped

NAMED = 20  # rows named on a confirmation page
NAME_LENGTH = 200


class ReasonForm(forms.Form):
    reason = reason_field(_("Kept in the history, with your name."), _("Reason for this change"))


class ListAction:
    """An entry in the action menu of a list; its confirmation page is at ``name/`` under the list."""

    name: ClassVar[str]  # in the menu's form, and in addresses
    label: ClassVar[StrOrPromise]
    needs: ClassVar[tuple[str, ...]]  # permissions, all of them
    title: ClassVar[StrOrPromise]
    button: ClassVar[StrOrPromise]
    about: ClassVar[StrOrPromise] = ""  # its effect, in a sentence or two
    form_class: ClassVar[type[forms.Form]] = ReasonForm
    has_page: ClassVar[bool] = True
    is_in_steps: ClassVar[bool] = False  # opens its own transactions
    hides: ClassVar[bool] = False  # withdraws something, so that staff wait for the standbys

    def form(self, user: Any, ids: Sequence[int], data: Any = None) -> Any:
        return self.form_class(data)

    def words(self, row: Any) -> str | SafeString:
        return str(row)

    def begin(self, pages: ActionsAdmin, request: HttpRequest, ids: Sequence[int]) -> HttpResponseBase:
        """The confirmation page; nothing is changed yet. Raises ``NotDone`` for unsuitable rows."""
        return self.ask(pages, request, ids, self.form(request.user, ids))

    def open(self, pages: ActionsAdmin, request: HttpRequest) -> HttpResponseBase:
        """POST does it; GET shows the page for ``?rows=``, or redirects to the list."""
        if not request.user.has_perms(self.needs):
            raise PermissionDenied
        rows = (request.POST or request.GET).get("rows", "")  # 1,2,3
        ids = [int(digits) for digits in re.findall(r"[0-9]{1,18}", rows)[: bases.COUNT_UP_TO]]
        if not ids:
            return HttpResponseRedirect(pages.list_address(request))
        form = self.form(request.user, ids, request.POST or None)

        def refused(refusal: str) -> HttpResponse:
            form.add_error(None, refusal)
            return self.ask(pages, request, ids, form)

        if not form.is_valid():
            return self.ask(pages, request, ids, form)
        finish = partial(self.finish, pages, request, ids, form)
        return finish() if self.is_in_steps else saved_or_told(request, finish, refused)

    def ask(self, pages: ActionsAdmin, request: HttpRequest, ids: Sequence[int], form: Any) -> HttpResponse:
        named = pages.model._default_manager.in_bulk(list(ids[:NAMED]))
        context = {
            "form": form,
            "named": [self.words(named[pk]) for pk in ids[:NAMED] if pk in named],
            "more": max(0, len(ids) - NAMED),
            "count": pages.counted(len(ids)),
        }
        return pages.action_page(request, self, "action.html", ids, context)

    def finish(self, pages: ActionsAdmin, request: HttpRequest, ids: Sequence[int], form: Any) -> HttpResponse:
        words = self.do(ids, form.cleaned_data, request.user)
        request.has_hidden = self.hides  # type: ignore[attr-defined]
        return pages.redirect(request, pages.list_address(request), messages.SUCCESS, words)

    def do(self, ids: Sequence[int], asked: dict[str, Any], user: Any) -> str:
        """Change the rows, in a transaction unless ``is_in_steps``; return the message. Raises ``NotDone``."""
        raise NotImplementedError


class ActionsAdmin(ArchiveAdmin):
    """Staff pages with list actions. Permissions are checked for the menu and again for the page."""

    list_actions: ClassVar[tuple[ListAction, ...]] = ()

    def get_actions(self, request: HttpRequest, action_location: Any = None) -> dict[str, Any]:
        """Django 6.1 passes ``action_location``: our actions are for lists, not for forms."""
        place = {} if action_location is None else {"action_location": action_location}
        actions: dict[str, Any] = super().get_actions(request, **place)
        if IS_POPUP_VAR in request.GET or getattr(action_location, "name", "CHANGE_LIST") != "CHANGE_LIST":
            return actions
        allowed = [action for action in self.list_actions if request.user.has_perms(action.needs)]
        ours = {own.name: (partial(ActionsAdmin.begin_action, action=own), own.name, own.label) for own in allowed}
        return {**actions, **ours}

    def get_own_pages(self) -> Sequence[Page]:
        pages = [(f"{action.name}/", action.name, action.open) for action in self.list_actions if action.has_page]
        return [*pages, *self.own_pages]

    def begin_action(self, request: HttpRequest, rows: QuerySet[Any], action: ListAction) -> HttpResponseBase | None:
        ids = list(rows.values_list("pk", flat=True)[: bases.COUNT_UP_TO + 1])
        try:
            if len(ids) > bases.COUNT_UP_TO:
                words = gettext("Too many: at most %(count)s at once. Narrow the list first.")
                raise NotDone(words % {"count": grouped(bases.COUNT_UP_TO)})
            return action.begin(self, request, ids)
        except NotDone as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return None

    def list_address(self, request: HttpRequest) -> str:
        address, filters = self.address("changelist"), self.filters_of(request)
        return f"{address}?{filters}" if filters else address

    def filters_of(self, request: HttpRequest) -> str:
        """The query of the list from which an action was asked for."""
        return request.POST.get("back", request.GET.urlencode() if request.POST else "")

    def action_page(
        self, request: HttpRequest, action: ListAction, template: str, ids: Sequence[int], context: Any
    ) -> HttpResponse:
        shared = {
            "title": action.title,
            "action": action,
            "address": self.address(action.name),
            "list_url": self.list_address(request),
            "back": self.filters_of(request),
            "rows": ",".join(map(str, ids)),
        }
        return self.page(request, template, {**shared, **context})


def with_rest(said: str, done: int, asked: int) -> str:
    """``3 articles withdrawn. 2 others unchanged.``"""
    left = asked - done
    rest = ngettext("%(count)s other unchanged.", "%(count)s others unchanged.", left) % {"count": grouped(left)}
    return f"{said} {rest}" if left > 0 else said


class WithdrawForm(forms.Form):
    withdrawn_reason = PlainTextField(
        label=_("Reason for readers"),
        widget=textarea(3),
        help_text=_("Shown at the address of each article."),
        error_messages={"required": _("Give a reason: readers see it at the articles’ addresses.")},
    )


class Withdraw(ListAction):
    name, label = "withdraw", _("Withdraw…")
    title, button = _("Withdraw articles"), _("Withdraw")
    about = _(
        "Hides them from all pages, lists, feeds and search. Their addresses show the reason. "
        "Loads do not restore them."
    )
    needs = ("articles.change_article", "articles.withdraw_article")
    form_class = WithdrawForm
    hides = True

    def do(self, ids: Sequence[int], asked: dict[str, Any], user: Any) -> str:
        done = on_many.withdraw(ids, asked["withdrawn_reason"], Stamp.now(user, ""))
        said = ngettext("%(count)s article withdrawn.", "%(count)s articles withdrawn.", done)
        return with_rest(said % {"count": grouped(done)}, done, len(ids))


class Reinstate(ListAction):
    name, label = "reinstate", _("Reinstate…")
    title, button = _("Reinstate articles"), _("Reinstate")
    about = _(
        "Publishes them again at their addresses. Articles that were withdrawn by their source or merged into others "
        "stay as they are."
    )
    needs = ("articles.change_article", "articles.withdraw_article")

    def do(self, ids: Sequence[int], asked: dict[str, Any], user: Any) -> str:
        done = on_many.reinstate(ids, Stamp.now(user, asked["reason"]))
        said = ngettext("%(count)s article reinstated.", "%(count)s articles reinstated.", done)
        return with_rest(said % {"count": grouped(done)}, done, len(ids))


class Merge(ListAction):
    name, label = "merge", _("Merge two…")
    needs = MERGE_NEEDS
    has_page = False  # each pair has its own page

    def begin(self, pages: ActionsAdmin, request: HttpRequest, ids: Sequence[int]) -> HttpResponseBase:
        if len(ids) != 2:
            raise NotDone(gettext("Select exactly two articles to merge."))
        return HttpResponseRedirect(merge_address(*sorted(ids)))


class TagsForm(ReasonForm):
    tags = KnownMultipleField(Tagging._meta.get_field("tag"), label=_("Tags"))
    field_order = ["tags", "new_tags", "reason"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not (cleaned.get("tags") or cleaned.get("new_tags")):
            self.add_error("tags", gettext("Choose a tag."))
        return cleaned


class NewTagsForm(TagsForm):
    new_tags = NamesField(
        required=False, label=_("New tags"), help_text=_("Tags not in the archive yet, one per line.")
    )

    def clean_new_tags(self) -> list[str]:
        names: list[str] = self.cleaned_data["new_tags"]
        if any(len(name) > NAME_LENGTH for name in names):
            words = gettext("A tag name has at most %(count)s characters.")
            raise forms.ValidationError(words % {"count": NAME_LENGTH})
        return names


class AddTags(ListAction):
    name, label = "tag", _("Add tags…")
    title = button = _("Add tags")
    about = _("Loading the same articles again keeps these tags.")
    needs = ("articles.change_article", "articles.add_tagging")

    def form(self, user: Any, ids: Sequence[int], data: Any = None) -> Any:
        return NewTagsForm(data) if user.has_perm("articles.add_tag") else TagsForm(data)

    def do(self, ids: Sequence[int], asked: dict[str, Any], user: Any) -> str:
        stamp = Stamp.now(user, asked["reason"])
        lock_articles(ids)  # before new tags
        tags = {tag.pk: tag for tag in [*asked["tags"], *on_many.tags_named(asked.get("new_tags", ()), stamp)]}
        done = on_many.tag_articles(ids, list(tags.values()), stamp)
        said = ngettext("%(count)s article tagged %(tags)s.", "%(count)s articles tagged %(tags)s.", done)
        return with_rest(said % {"count": grouped(done), "tags": quoted(tags.values())}, done, len(ids))


class RemoveTags(ListAction):
    name, label = "untag", _("Remove tags…")
    title = button = _("Remove tags")
    about = _("Loading the same articles again does not bring these tags back.")
    needs = ("articles.change_article", "articles.delete_tagging")
    form_class = TagsForm

    def do(self, ids: Sequence[int], asked: dict[str, Any], user: Any) -> str:
        done = on_many.untag_articles(ids, list(asked["tags"]), Stamp.now(user, asked["reason"]))
        said = ngettext("%(tags)s removed from %(count)s article.", "%(tags)s removed from %(count)s articles.", done)
        return with_rest(said % {"count": grouped(done), "tags": quoted(asked["tags"])}, done, len(ids))


class SetField(ListAction):
    about: ClassVar[StrOrPromise] = _("Loading the same articles again keeps it. If the field is empty, it is removed.")
    needs = ("articles.change_article",)
    column: ClassVar[str]  # a field of ``ArticleForm``, unless ``form`` has its own

    def form(self, user: Any, ids: Sequence[int], data: Any = None) -> Any:
        form = ReasonForm(data)
        form.fields[self.column] = deepcopy(ArticleForm.base_fields[self.column])
        form.fields[self.column].label = LABELS[self.column]
        form.order_fields([self.column, "reason"])
        return form

    def value(self, asked: dict[str, Any]) -> Any:
        return asked[self.column]

    def do(self, ids: Sequence[int], asked: dict[str, Any], user: Any) -> str:
        lock_articles(ids)  # before a new source
        done = on_many.set_value(ids, self.column, self.value(asked), Stamp.now(user, asked["reason"]))
        said = ngettext("%(count)s article changed.", "%(count)s articles changed.", done)
        return with_rest(said % {"count": grouped(done)}, done, len(ids))


class SetLanguage(SetField):
    name, label, column = "set-language", _("Set language…"), "language"
    title = button = _("Set language")


class SetSection(SetField):
    name, label, column = "set-section", _("Set section…"), "section"
    title = button = _("Set section")


class SourceForm(ReasonForm):
    source = forms.ModelChoiceField(
        Source.objects.all(), required=False, label=LABELS["source"],
        widget=KnownSelect(Article._meta.get_field("source"), admin.site),
    )  # fmt: skip
    new_source = LineField(
        required=False, max_length=NAME_LENGTH, label=_("New source"), widget=forms.TextInput({"class": "vTextField"}),
        help_text=_("The name of a source that is not in the archive yet."),
    )  # fmt: skip
    field_order = ["source", "new_source", "reason"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned.get("source")) == bool(cleaned.get("new_source")):
            self.add_error("source", gettext("Choose one source."))
        return cleaned


class SetSource(SetField):
    name, label, column = "set-source", _("Set source…"), "source_id"
    title = button = _("Set source")
    about = _("Loading the same articles again keeps it.")

    def form(self, user: Any, ids: Sequence[int], data: Any = None) -> Any:
        form = SourceForm(data)
        if not user.has_perm("articles.add_source"):
            del form.fields["new_source"]
        return form

    def value(self, asked: dict[str, Any]) -> Any:
        return (asked["source"] or on_many.source_named(asked["new_source"])).pk


ON_ARTICLES = (
    AddTags(), RemoveTags(), SetSource(), SetLanguage(), SetSection(), Withdraw(), Reinstate(), Merge(),
)  # fmt: skip
