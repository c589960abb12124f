"""What staff do to the rows that they have ticked in a list: asked on a page of its own, then done and counted.

An action is an ``AskedAction``: permissions, a form, and what it does. Its page names the rows by their ids, so that
what is changed is what was seen, however the list moves meanwhile.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import path
from django.utils.safestring import SafeString

from articles.admin import bases
from articles.admin.bases import ArchiveAdmin, saved_or_told
from articles.admin.fields import reason_field
from articles.editorial.actions import NotDone
from articles.text.phrases import counted, grouped

NAMED = 20  # of the rows that a page is about


class ReasonForm(forms.Form):
    """What every action asks; those that need to know more add their fields before it."""

    reason = reason_field("Kept in the history, with your name.", "Reason for this change")


class ListAction(ABC):
    """Something that the menu of a list offers to do to ticked rows."""

    name: ClassVar[str]  # in the menu's form, and in addresses
    label: ClassVar[str]
    needs: ClassVar[tuple[str, ...]]  # permissions, all of them

    def is_allowed(self, user: Any) -> bool:
        return bool(user.is_active and user.has_perms(self.needs))

    @abstractmethod
    def begin(self, pages: ActionsAdmin, request: HttpRequest, ids: Sequence[int]) -> HttpResponseBase:
        """The answer to choosing it, which changes nothing yet; ``NotDone`` for rows that it is not for."""


class PageAction(ListAction):
    """An action with a page of its own, at ``name/`` under the list."""

    @abstractmethod
    def view(self, pages: ActionsAdmin, request: HttpRequest) -> HttpResponseBase:
        """That page, for those who may do it."""


class AskedAction(PageAction):
    """Its page asks what it needs to know, and for leave to do it."""

    title: ClassVar[str]
    button: ClassVar[str]
    is_in_steps: ClassVar[bool] = False  # done in transactions of its own, one after the other
    about: ClassVar[str] = ""  # what it will do, in a sentence or two

    def form(self, user: Any, data: Any = None) -> forms.Form:
        """What is asked; ``data`` is what was sent."""
        return ReasonForm(data)

    def begin(self, pages: ActionsAdmin, request: HttpRequest, ids: Sequence[int]) -> HttpResponseBase:
        return pages.action_page(request, self, ids, self.form(request.user), request.GET.urlencode())

    def view(self, pages: ActionsAdmin, request: HttpRequest) -> HttpResponseBase:
        return pages.action_view(request, self)

    def words(self, row: Any) -> str | SafeString:
        """What its page calls a row."""
        return str(row)

    @abstractmethod
    def do(self, ids: Sequence[int], asked: dict[str, Any], user: Any) -> str:
        """Do it, within a transaction unless in steps, and say how many rows were changed; or raise ``NotDone``."""


class ActionsAdmin(ArchiveAdmin):
    """Staff pages of a list with actions. Each action has its page, and checks what the user may do, at both ends."""

    list_actions: ClassVar[tuple[ListAction, ...]] = ()

    def get_actions(self, request: HttpRequest, action_location: Any = None) -> dict[str, Any]:
        """From Django 6.1 on, actions may stand on forms too, as ``action_location`` says; ours do not."""
        place = {} if action_location is None else {"action_location": action_location}
        actions: dict[str, Any] = super().get_actions(request, **place)
        if IS_POPUP_VAR in request.GET or getattr(action_location, "name", "CHANGE_LIST") != "CHANGE_LIST":
            return actions
        allowed = [action for action in self.list_actions if action.is_allowed(request.user)]
        return {**actions, **{action.name: (_beginning(action), action.name, action.label) for action in allowed}}

    def get_urls(self) -> list[Any]:
        prefix = f"{self.opts.app_label}_{self.opts.model_name}"
        pages = [
            path(f"{action.name}/", self.admin_site.admin_view(_page_of(self, action)), name=f"{prefix}_{action.name}")
            for action in self.list_actions
            if isinstance(action, PageAction)
        ]
        return [*pages, *super().get_urls()]

    def begin_action(self, request: HttpRequest, action: ListAction, rows: QuerySet[Any]) -> HttpResponseBase | None:
        """The page of an action, for the rows that were ticked in the list."""
        ids = list(rows.values_list("pk", flat=True)[: bases.COUNT_UP_TO + 1])
        if len(ids) > bases.COUNT_UP_TO:
            most = grouped(bases.COUNT_UP_TO)
            words = f"That is more than {most} {self.opts.verbose_name_plural}: narrow the list first."
            self.message_user(request, words, messages.ERROR)
            return None
        try:
            return action.begin(self, request, ids)
        except NotDone as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return None

    def action_view(self, request: HttpRequest, action: AskedAction) -> HttpResponseBase:
        """Do it, when its page is sent. A link may lead to the page, with ``?rows=``; without, to the list."""
        if request.method != "POST":
            if ids := ids_of(request.GET.get("rows", "")):
                return self.action_page(request, action, ids, action.form(request.user), "")
            return HttpResponseRedirect(self.list_address())
        ids, back = ids_of(request.POST.get("rows", "")), request.POST.get("back", "")
        form = action.form(request.user, request.POST)
        if not form.is_valid():
            return self.action_page(request, action, ids, form, back)
        if action.is_in_steps:
            return self._done(request, action, ids, form, back)
        return saved_or_told(request, lambda: self._done(request, action, ids, form, back))

    def _done(
        self, request: HttpRequest, action: AskedAction, ids: Sequence[int], form: forms.Form, back: str
    ) -> HttpResponseBase:
        try:
            with nullcontext() if action.is_in_steps else transaction.atomic():
                words = action.do(ids, form.cleaned_data, request.user)
        except NotDone as refusal:
            form.add_error(None, str(refusal))
            return self.action_page(request, action, ids, form, back)
        self.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(self.list_address(back))

    def list_address(self, back: str = "") -> str:
        """``back`` is the query that the list was shown with."""
        address = self.address("changelist")
        return f"{address}?{back}" if back else address

    def action_page(
        self, request: HttpRequest, action: AskedAction, ids: Sequence[int], form: forms.Form, back: str
    ) -> HttpResponse:
        named = self.model._default_manager.in_bulk(list(ids[:NAMED]))
        context = {
            "title": action.title,
            "action": action,
            "list_url": self.list_address(back),
            "form": form,
            "media": self.media + form.media,
            "address": self.address(action.name),
            "rows": ",".join(map(str, ids)),
            "back": back,
            "named": [action.words(named[pk]) for pk in ids[:NAMED] if pk in named],
            "more": grouped(len(ids) - NAMED) if len(ids) > NAMED else "",
            "count": counted(len(ids), str(self.opts.verbose_name)),
        }
        return self.page(request, "action.html", context)


def _beginning(action: ListAction) -> Callable[..., Any]:
    return lambda pages, request, rows: pages.begin_action(request, action, rows)


def _page_of(pages: ActionsAdmin, action: PageAction) -> Callable[..., HttpResponseBase]:
    def view(request: HttpRequest) -> HttpResponseBase:
        if not action.is_allowed(request.user):
            raise PermissionDenied
        return action.view(pages, request)

    return view


def ids_of(text: str) -> list[int]:
    """``1,2,3`` as a page sends them back; no more than a list selects, and nothing that is no id."""
    return [int(one) for one in re.findall(r"[0-9]{1,18}", text)[: bases.COUNT_UP_TO]]
