"""The history of articles and tags for staff; versions of articles can be viewed, restored and closed to readers."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from articles.admin.bases import ArchiveAdmin, id_of, wait_for_standbys
from articles.admin.form_fields import PlainTextField, optional_text, reason_field, textarea
from articles.catalogue.ledger import REASON_LENGTH, TAG_COLUMNS, Stamp
from articles.editorial.actions import with_reason
from articles.editorial.history import Names, Version, Versions, changes_between, changes_of, whole_of
from articles.editorial.restore import restored, save
from articles.models import Article, ClosedVersion, Tag, TagChange
from articles.models.fields import label_of
from articles.text.diff import Change

VERSIONS_SHOWN = 40


def viewable(pages: ArchiveAdmin, request: HttpRequest, object_id: str) -> Any:
    obj = pages.get_object(request, unquote(object_id))
    if obj is None:
        raise Http404
    if not pages.has_view_or_change_permission(request, obj):
        raise PermissionDenied
    return obj


def _page(
    pages: ArchiveAdmin, request: HttpRequest, template: str, obj: Any, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    addresses = {"object_url": pages.address("change", obj.pk), "history_url": pages.address("history", obj.pk)}
    return pages.page(request, template, {"object": obj, **addresses, **context}, status)


def history_of(row: Any) -> str:
    return gettext("History: %(name)s") % {"name": row}


def tag_history(pages: ArchiveAdmin, request: HttpRequest, tag: Tag, undo_urls: Mapping[datetime, str]) -> HttpResponse:
    """``undo_urls``: the addresses that undo merges, by the moment of the merge."""
    rows: Any = TagChange.objects.filter(tag_id=tag.pk).order_by("-pk").select_related("change__user")
    entries = []
    for row in rows[:300]:
        before, after = row.before, row.after
        names = [name for name in TAG_COLUMNS if before and after and before.get(name) != after.get(name)]
        changes = [Change(label_of(name), before.get(name, ""), after[name]) for name in names]
        entries.append({"change": row.change, "changes": changes, "undo_url": undo_urls.get(row.change.moment, "")})
    return _page(pages, request, "history.html", tag, {"title": history_of(tag), "entries": entries})


def article_history(pages: ArchiveAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    article = viewable(pages, request, object_id)
    versions = Versions(article)
    before = id_of(request.GET.get("before", ""))  # list only versions before this one
    shown = versions.newest(VERSIONS_SHOWN, before=before or None)
    if not shown:
        raise Http404
    names = Names(shown)
    context = {
        "title": history_of(article),
        "versions": [(version, changes_of(version, names, with_reasons=True)) for version in shown],
        "count": len(versions),
        "older": shown[-1].number if shown[-1].number > 1 else None,
        "closed": versions.closed_numbers,
        "may_restore": pages.has_change_permission(request, article),
        "may_close": request.user.has_perm("articles.withdraw_article"),
    }
    return _page(pages, request, "article_history.html", article, context)


def _asked(pages: ArchiveAdmin, request: HttpRequest, object_id: str, number: int) -> tuple[Article, Versions, Version]:
    article = viewable(pages, request, object_id)
    versions = Versions(article)
    version = versions.one(number)
    if version is None:
        raise Http404
    return article, versions, version


def article_version(pages: ArchiveAdmin, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
    article, _versions, version = _asked(pages, request, object_id, number)
    names = Names([version])
    context = {
        "title": gettext("Version %(number)s: %(article)s") % {"number": number, "article": article},
        "version": version,
        "fields": whole_of(version.state, names),
        "changes": changes_of(version, names, with_reasons=True),
    }
    return _page(pages, request, "version.html", article, context)


class RestoreForm(forms.Form):
    """``seen``: the fingerprint of the article when the differences were shown."""

    seen = forms.CharField(widget=forms.HiddenInput)
    correction = optional_text(2, _("Optional. Shown on the page below the dates."), _("Correction, for readers"))
    reason = reason_field(_("Readers see it in the history."), max_length=60)


def restore(pages: ArchiveAdmin, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
    return pages.guarded(request, id_of(unquote(object_id)), partial(_restore, pages, request, object_id, number))


def _restore(pages: ArchiveAdmin, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
    article, versions, version = _asked(pages, request, object_id, number)
    if not pages.has_change_permission(request, article):
        raise PermissionDenied
    present, form, status = versions.present, RestoreForm(request.POST or None), 200
    state, left = restored(present, version.state)
    if form.is_valid() and form.cleaned_data["seen"] == present.fingerprint:
        words = gettext("Version %(number)s of %(count)s restored") % {"number": number, "count": len(versions)}
        stamp = Stamp.now(request.user, with_reason(words, form.cleaned_data["reason"])[:REASON_LENGTH])
        for warning in [*left, *save(state, stamp, correction=form.cleaned_data["correction"])]:
            messages.warning(request, warning)
        said = gettext("Version %(number)s was restored. The replaced version stays in the history.")
        return _done(pages, request, state.article, stamp.reason, said % {"number": number})
    if form.is_valid():
        words = gettext("The article has since been changed; nothing was saved. The differences are updated.")
        messages.error(request, words)
        status = 409
    context = {
        "title": gettext("Restore version %(number)s: %(article)s") % {"number": number, "article": article},
        "version": version,
        "changes": list(changes_between(present, state, Names([Version(0, None, state, present)]))),
        "left": left,
        "corrections": article.corrections.all(),
        "form": form,
        "seen": present.fingerprint,
    }
    return _page(pages, request, "restore.html", article, context, status)


def _done(pages: ArchiveAdmin, request: HttpRequest, article: Article, noted: str, said: str) -> HttpResponse:
    pages.log_change(request, article, noted)
    return pages.redirect(request, pages.address("history", article.pk), messages.SUCCESS, said)


class CloseForm(forms.Form):
    reason = PlainTextField(
        label=_("Reason for readers"), widget=textarea(2), help_text=_("Shown in place of the version.")
    )
    and_before = forms.BooleanField(
        required=False,
        initial=True,
        label=_("Also hide earlier versions"),
        help_text=_("They contain most of the same text."),
    )


def close(pages: ArchiveAdmin, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
    article, versions, version = _asked(pages, request, object_id, number)
    if not request.user.has_perm("articles.withdraw_article") or number == len(versions):
        raise PermissionDenied  # the current version can only be withdrawn
    form = CloseForm(request.POST or None)
    if request.method == "POST" and "open" in request.POST:
        ClosedVersion.objects.filter(article=article, version=number).delete()
        said = gettext("Version %(number)s is shown to readers.") % {"number": number}
        return _done(pages, request, article, said, said)
    if request.method == "POST" and form.is_valid():
        numbers = range(1 if form.cleaned_data["and_before"] else number, number + 1)
        values = {"reason": form.cleaned_data["reason"], "closed_at": timezone.now(), "closed_by": request.user}
        with transaction.atomic():
            for closed in numbers:
                ClosedVersion.objects.update_or_create(article=article, version=closed, defaults=values)
        wait_for_standbys(request, for_all=True)
        hidden = len(numbers)
        said = ngettext("%(count)s version hidden from readers.", "%(count)s versions hidden from readers.", hidden)
        said %= {"count": hidden}
        return _done(pages, request, article, said, said)
    title = gettext("Hide version %(number)s: %(article)s") % {"number": number, "article": article}
    return _page(pages, request, "close.html", article, {"title": title, "version": version, "form": form})


ARTICLE_PAGES = (
    ("<path:object_id>/history/<int:number>/", "version", article_version),
    ("<path:object_id>/history/<int:number>/restore/", "restore", restore),
    ("<path:object_id>/history/<int:number>/close/", "close", close),
)
