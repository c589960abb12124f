"""The staff pages of loads, and the page that undoes one."""

import logging
from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy as _, ngettext_lazy

from articles.admin.bases import ReadOnlyAdmin, id_of, items_of, shown
from articles.catalogue.ledger import changes_left
from articles.loading.undo import is_all_undone, undo
from articles.loading.undo.created import made_by
from articles.models import Article, Load
from articles.text.dates import when_words
from articles.text.phrases import counted, grouped

log = logging.getLogger(__name__)

SHOWN = 200
OUTCOMES = {
    "created": _("%(count)s created"), "updated": _("%(count)s updated"), "unchanged": _("%(count)s unchanged"),
    "kept": _("%(count)s in conflict"), "duplicate": _("%(count)s duplicate"), "skipped": _("%(count)s skipped"),
    "refused": _("%(count)s refused"), "vanished": _("%(count)s vanished"),
}  # fmt: skip


def undo_page(pages: ReadOnlyAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    if not request.user.has_perm("articles.undo_load"):
        raise PermissionDenied
    load = get_object_or_404(Load, pk=pk)
    if request.method == "POST":
        _undo(pages, request, load)
        return HttpResponseRedirect(pages.address("change", load.pk))
    result = undo(load, dry_run=True)
    deleted, restored = result.deleted_headlines, result.restored_headlines
    named = [
        (gettext("Articles to be deleted"), deleted, result.removed - len(deleted)),
        (gettext("Articles to be restored"), restored, result.restored - len(restored)),
    ]
    context = {
        "title": gettext("Undo: %(load)s") % {"load": load},
        "load": load,
        "result": result,
        "named": named,
        "left": result.lines[:SHOWN],
        "more": max(0, len(result.left) - SHOWN),
    }
    return pages.page(request, "load/undo.html", context)


def _undo(pages: ReadOnlyAdmin, request: HttpRequest, load: Load) -> None:
    try:
        result = undo(load, user=request.user)
    except DatabaseError:
        log.exception("A load was not wholly undone")
        words = gettext(
            "The database was busy, perhaps with a load. The load is undone in part; undo it again to finish."
        )
        messages.error(request, words)
        return
    pages.log_change(request, load, gettext("Undone: %(figures)s.") % {"figures": result.figures})
    level = messages.WARNING if result.left else messages.SUCCESS
    messages.add_message(request, level, f"{result.figures}.")
    for number in result.waits_for:
        words = gettext("Load %(number)s has since changed some of its articles. Undo that load first.")
        messages.warning(request, words % {"number": number})


@admin.register(Load)
class LoadAdmin(ReadOnlyAdmin):
    own_pages = (("<int:pk>/undo/", "undo", undo_page),)
    counted_as = ngettext_lazy("%(count)s load", "%(count)s loads", "number")
    list_display = ["called", "started", "state", "what_became", "asked_for"]
    list_display_links = ["called", "started"]
    ordering = ["-started_at"]
    fields = readonly_fields = (
        "number", "started", "finished", "state", "asked_for", "what_became", "created", "changed",
        "its_originals", "refusals",
    )  # fmt: skip

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = extra_context or {}
        load = Load.objects.filter(pk=id_of(object_id)).first()
        if load is not None and request.user.has_perm("articles.undo_load") and not is_all_undone(load):
            context["undo_url"] = self.address("undo", object_id)
        return super().change_view(request, object_id, form_url, context)

    called = shown(_("Number"), lambda load: gettext("Load %(number)s") % {"number": load.pk})

    @admin.display(description=_("Number"))
    def number(self, load: Load) -> str:
        if is_all_undone(load):
            return str(load.pk)
        return gettext("%(number)s (to undo it: manage.py undo_load %(number)s)") % {"number": load.pk}

    started = shown(_("Started at"), lambda load: when_words(load.started_at))
    finished = shown(_("Finished at"), lambda load: when_words(load.finished_at) if load.finished_at else "")

    @admin.display(description=_("State"))
    def state(self, load: Load) -> str:
        if load.undone_at is not None:
            when = when_words(load.undone_at)
            if load.undone_by is None:
                return gettext("Undone %(when)s") % {"when": when}
            return gettext("Undone %(when)s by %(who)s") % {"when": when, "who": load.undone_by.get_username()}
        if load.finished_at is None:
            return gettext("Not finished")
        seconds = f"{(load.finished_at - load.started_at).total_seconds():,.1f}"
        return gettext("Finished in %(seconds)s s") % {"seconds": seconds}

    asked_for = shown(
        _("Paths"), lambda load: format_html_join(", ", "<code>{}</code>", [(path,) for path in load.paths])
    )

    @admin.display(description=_("Inputs"))
    def what_became(self, load: Load) -> str:
        told = [OUTCOMES[outcome] % {"count": grouped(count)} for outcome, count in load.counts.items() if count]
        return ", ".join(told) or gettext("None")

    created = shown(_("Created"), lambda load: _articles([pk for _, pk in made_by(load, after_original=0)]))

    @admin.display(description=_("Changed"))
    def changed(self, load: Load) -> SafeString | str:
        rows = changes_left(load).order_by("id").values_list("article_id", flat=True)
        return _articles(list(dict.fromkeys(rows[: SHOWN * 3])))

    @admin.display(description=_("Originals"))
    def its_originals(self, load: Load) -> SafeString:
        link = '<a href="{}?change__load__id__exact={}">{}</a>'
        return format_html(link, reverse("admin:articles_original_changelist"), load.pk, gettext("Show originals"))

    @admin.display(description=_("Refused"))
    def refusals(self, load: Load) -> SafeString | str:
        listed = items_of("<li>{}</li>", [(_refusal(**refused),) for refused in load.refused[:SHOWN]])
        more = len(load.refused) - SHOWN
        rest = format_html("<p>{}</p>", counted(more, "further row")) if more > 0 else ""
        return format_html("{}{}", listed, rest) or gettext("None")


def _articles(ids: Sequence[int]) -> SafeString | str:
    rows = Article.objects.only("headline", "key").in_bulk(ids[:SHOWN])
    items = [
        (reverse("admin:articles_article_change", args=[pk]), str(rows[pk]) or pk) for pk in ids[:SHOWN] if pk in rows
    ]
    listed = items_of('<li><a href="{}">{}</a></li>', items)
    rest = gettext("… and more; see the originals") if len(ids) > SHOWN else ""
    return format_html("{}{}", listed, rest) or gettext("None")


def _refusal(*, input: str = "", error: str = "", **_more: Any) -> str:
    """``ferry.txt:1: no text``; most errors already begin with the input."""
    return error if error.startswith(input) else f"{input}: {error}"
