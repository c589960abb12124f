"""Actions on many articles at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from articles.admin.actions import ActionsAdmin, ListAction, ReasonForm
from articles.admin.bases import KnownMultipleField, quoted
from articles.admin.form_fields import NamesField, PlainTextField, textarea
from articles.admin.merge_articles import MERGE_NEEDS, merge_address
from articles.catalogue.ledger import Stamp, lock_articles
from articles.editorial.actions import NotDone
from articles.editorial.actions.on_many import reinstate, tag_articles, tags_named, untag_articles, withdraw
from articles.models import Tagging
from articles.text.phrases import grouped

NAME_LENGTH = 200


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
        done = withdraw(ids, asked["withdrawn_reason"], Stamp.now(user, ""))
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
        done = reinstate(ids, Stamp.now(user, asked["reason"]))
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
        required=False,
        label=_("New tags"),
        help_text=_("Tags not in the archive yet, one per line."),
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

    def form(self, user: Any, data: Any = None) -> forms.Form:
        return NewTagsForm(data) if user.has_perm("articles.add_tag") else TagsForm(data)

    def do(self, ids: Sequence[int], asked: dict[str, Any], user: Any) -> str:
        stamp = Stamp.now(user, asked["reason"])
        lock_articles(ids)  # before new tags
        tags = {tag.pk: tag for tag in [*asked["tags"], *tags_named(asked.get("new_tags", ()), stamp)]}
        done = tag_articles(ids, list(tags.values()), stamp)
        said = ngettext("%(count)s article tagged %(tags)s.", "%(count)s articles tagged %(tags)s.", done)
        return with_rest(said % {"count": grouped(done), "tags": quoted(tags.values())}, done, len(ids))


class RemoveTags(ListAction):
    name, label = "untag", _("Remove tags…")
    title = button = _("Remove tags")
    about = _("Loading the same articles again does not bring these tags back.")
    needs = ("articles.change_article", "articles.delete_tagging")
    form_class = TagsForm

    def do(self, ids: Sequence[int], asked: dict[str, Any], user: Any) -> str:
        done = untag_articles(ids, list(asked["tags"]), Stamp.now(user, asked["reason"]))
        said = ngettext("%(tags)s removed from %(count)s article.", "%(tags)s removed from %(count)s articles.", done)
        return with_rest(said % {"count": grouped(done), "tags": quoted(asked["tags"])}, done, len(ids))
