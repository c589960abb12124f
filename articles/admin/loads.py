"""The staff pages of loads, and the page that undoes one."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.admin.bases import ReadOnlyAdmin, id_of, items_of, shown
from articles.loading.undo import is_all_undone, undo
from articles.loading.undo.creation import made_by
from articles.models import Article, Load
from articles.text.phrases import grouped

log = logging.getLogger(__name__)

SHOWN = 200


def may_undo(request: HttpRequest) -> bool:
    return request.user.has_perm("articles.undo_load")


def undo_page(pages: ReadOnlyAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    if not may_undo(request):
        raise PermissionDenied
    load = Load.objects.filter(pk=pk).first()
    if load is None:
        raise Http404
    if request.method == "POST":
        _undo(pages, request, load)
        return HttpResponseRedirect(pages.address("change", load.pk))
    result = undo(load, dry_run=True)
    named = [
        ("Articles to be deleted", result.going, result.removed - len(result.going)),
        ("Articles to be restored", result.going_back, result.restored - len(result.going_back)),
    ]
    left = {"left": result.told[:SHOWN], "more": max(0, len(result.left) - SHOWN)}
    context = {"title": f"Undo: {load}", "load": load, "result": result, "named": named, **left}
    return pages.page(request, "load/undo.html", context)


def _undo(pages: ReadOnlyAdmin, request: HttpRequest, load: Load) -> None:
    try:
        result = undo(load, user=request.user)
    except DatabaseError:
        log.exception("A load was not wholly undone")
        words = "The database was busy, perhaps with a load. The load is undone in part; undo it again to finish."
        messages.error(request, words)
        return
    pages.log_change(request, load, f"Undone: {result.figures}.")
    level = messages.WARNING if result.left else messages.SUCCESS
    messages.add_message(request, level, f"{result.figures}.")
    for number in result.waits_for:
        messages.warning(request, f"Load {number} has since changed some of its articles. Undo that load first.")


@admin.register(Load)
class LoadAdmin(ReadOnlyAdmin):
    own_pages = (("<int:pk>/undo/", "undo", undo_page),)
    list_display = ["called", "started_at", "state", "what_became", "asked_for"]
    list_display_links = ["called", "started_at"]
    ordering = ["-started_at"]
    sortable_by = ()
    fields = readonly_fields = (
        "number", "started_at", "finished_at", "state", "asked_for", "what_became", "created", "changed",
        "its_originals", "refusals",
    )  # fmt: skip

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = extra_context or {}
        load = Load.objects.filter(pk=id_of(object_id)).first() if may_undo(request) else None
        if load is not None and not is_all_undone(load):
            context["undo_url"] = self.address("undo", object_id)
        return super().change_view(request, object_id, form_url, context)

    called = shown("Number", lambda load: f"Load {load.pk}")
    number = shown("Number", lambda load: f"{load.pk} (to undo it: manage.py undo_load {load.pk})")

    @admin.display(description="State")
    def state(self, load: Load) -> str:
        if load.undone_at is not None:
            who = f" by {load.undone_by.get_username()}" if load.undone_by else ""
            return f"Undone {timezone.localtime(load.undone_at):%Y-%m-%d %H:%M}{who}"
        if load.finished_at is None:
            return "Not finished"
        return f"Took {(load.finished_at - load.started_at).total_seconds():,.1f} s"

    asked_for = shown("Paths", lambda load: format_html_join(", ", "<code>{}</code>", [(path,) for path in load.paths]))

    @admin.display(description="Inputs")
    def what_became(self, load: Load) -> str:
        return ", ".join(f"{grouped(count)} {outcome}" for outcome, count in load.counts.items() if count) or "None"

    created = shown("Created", lambda load: _articles([pk for _, pk in made_by(load, after_original=0)]))

    @admin.display(description="Changed")
    def changed(self, load: Load) -> SafeString | str:
        rows = load.changes.order_by("id").values_list("article_id", flat=True)
        return _articles(list(dict.fromkeys(rows[: SHOWN * 3])))

    @admin.display(description="Originals")
    def its_originals(self, load: Load) -> SafeString:
        address = reverse("admin:articles_original_changelist")
        return format_html('<a href="{}?load__id__exact={}">Show originals</a>', address, load.pk)

    @admin.display(description="Refused")
    def refusals(self, load: Load) -> SafeString | str:
        listed = items_of("<li>{}</li>", [(_refusal(**refused),) for refused in load.refused[:SHOWN]])
        more = len(load.refused) - SHOWN
        rest = format_html("<p>… and {} more</p>", grouped(more)) if more > 0 else ""
        return format_html("{}{}", listed, rest) or "None"


def _articles(ids: Sequence[int]) -> SafeString | str:
    rows = Article.objects.only("headline", "key").in_bulk(ids[:SHOWN])
    items = [
        (reverse("admin:articles_article_change", args=[pk]), str(rows[pk]) or pk) for pk in ids[:SHOWN] if pk in rows
    ]
    listed = items_of('<li><a href="{}">{}</a></li>', items)
    rest = "… and more; see the originals" if len(ids) > SHOWN else ""
    return format_html("{}{}", listed, rest) or "None"


def _refusal(*, input: str = "", error: str = "", **_: Any) -> str:
    """``ferry.txt:1: no text``; most errors already begin with the input."""
    return error if error.startswith(input) else f"{input}: {error}"
