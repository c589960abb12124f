"""The history of an article for staff: each version whole, what it changed, bringing it back, closing it to readers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils import timezone

from articles.admin.fields import LineField, PlainTextField
from articles.admin.history_pages import HistoryAdmin
from articles.catalogue.revisions import REASON_LENGTH, Stamp
from articles.editorial.history import Names, State, Version, Versions, changes_between, changes_of, whole_of
from articles.editorial.restore import restored
from articles.models import Article, ClosedVersion
from articles.text.phrases import counted

VERSIONS_SHOWN = 50


class RestoreForm(forms.Form):
    """``seen``: the fingerprint of the article that the differences were shown for."""

    seen = forms.CharField(widget=forms.HiddenInput)
    correction = PlainTextField(
        required=False, label="Correction, for readers", widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Stands on the page, under the dates. It may stay empty.",
    )  # fmt: skip
    reason = LineField(
        label="Reason", required=False, max_length=60, help_text="Readers see it in the history.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )  # fmt: skip


class CloseForm(forms.Form):
    reason = PlainTextField(
        label="Reason for readers", widget=forms.Textarea(attrs={"rows": 2}), help_text="Shown in place of the version."
    )
    and_before = forms.BooleanField(
        required=False, initial=True, label="And every version before it", help_text="They mostly say the same."
    )


class ArticleHistoryAdmin(HistoryAdmin):
    """Versions are known by their numbers here, as readers know them."""

    def get_urls(self) -> list[Any]:
        pages: list[tuple[str, str, Callable[..., Any]]] = [
            ("", "version", self.version_view),
            ("restore/", "restore", self.restore_view),
            ("close/", "close", self.close_view),
        ]
        found = [
            path(
                f"<path:object_id>/history/<int:number>/{ending}",
                self.admin_site.admin_view(view),
                name=f"articles_article_{name}",
            )
            for ending, name, view in pages
        ]
        return [*found, *super().get_urls()]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        article = self._viewable(request, object_id)
        versions = Versions.of(article)
        shown = versions.newest(VERSIONS_SHOWN, before=_asked_number(request))
        if not shown:
            raise Http404
        names = Names.of(shown)
        context = {
            "title": f"History: {article}",
            "versions": [(version, changes_of(version, names)) for version in shown],
            "count": len(versions),
            "is_without_former": versions.is_without_former,
            "older": shown[-1].number if shown[-1].number > 1 else None,
            "closed": versions.closed_numbers,
            "may_restore": self.has_change_permission(request, article),
            "may_close": self._may_close(request),
        }
        return self._page(request, "admin/articles/article_history.html", article, {**context, **(extra_context or {})})

    def version_view(self, request: HttpRequest, object_id: str, number: int) -> Any:
        article, _, version = self._asked(request, object_id, number)
        names = Names.of([version])
        context = {
            "title": f"Version {number}: {article}",
            "version": version,
            "fields": whole_of(version.state, names),
            "changes": changes_of(version, names),
        }
        return self._page(request, "admin/articles/article_version.html", article, context)

    # --- Bringing a version back --------------------------------------------------------------------------------------

    def restore_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponseBase:
        """Show what would change, and then make it so; only what was shown is made."""
        article, versions, version = self._asked(request, object_id, number)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        if request.method == "POST":
            answer: HttpResponseBase = self.guarded(
                request, article.pk, lambda: self._restore(request, article.pk, number)
            )
            return answer
        return self._restore_page(request, versions.present, version, RestoreForm())

    def _restore(self, request: HttpRequest, article_id: int, number: int) -> HttpResponseBase:
        versions = Versions.of(Article.objects.get(pk=article_id))
        version, form = versions.one(number), RestoreForm(request.POST)
        present = versions.present
        if version is None or "seen" not in request.POST:
            raise Http404
        if not form.is_valid():
            return self._restore_page(request, present, version, form)
        if form.cleaned_data["seen"] != present.fingerprint:
            words = (
                "The article was changed meanwhile; nothing was saved. These are the differences from what it is now."
            )
            messages.error(request, words)
            return self._restore_page(request, present, version, form, status=409)
        reason = f"Version {number} of {counted(len(versions), 'version')} restored"
        if given := form.cleaned_data["reason"]:
            reason = f"{reason}: {given}"[:REASON_LENGTH]
        plan = restored(present, version.state)
        warnings = plan.save(Stamp.now(request.user, reason), correction=form.cleaned_data["correction"])
        for warning in warnings:
            messages.warning(request, warning)
        self.log_change(request, plan.state.article, reason)
        messages.success(request, f"Version {number} was restored. The version that it took the place of is kept.")
        return HttpResponseRedirect(reverse("admin:articles_article_history", args=[article_id]))

    def _restore_page(
        self, request: HttpRequest, present: State, version: Version, form: RestoreForm, *, status: int = 200
    ) -> HttpResponseBase:
        plan = restored(present, version.state)
        present_version = Version(0, None, plan.state, present)
        context = {
            "title": f"Restore version {version.number}: {present.article}",
            "version": version,
            "changes": changes_between(present, plan.state, Names.of([present_version])),
            "left": plan.left,
            "corrections": present.article.corrections.all(),
            "form": form,
            "seen": present.fingerprint,
        }
        page = self._page(request, "admin/articles/restore.html", present.article, context)
        page.status_code = status
        return page

    # --- Closing a version to readers ---------------------------------------------------------------------------------

    def close_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponseBase:
        article, versions, version = self._asked(request, object_id, number)
        if not self._may_close(request) or version.moment is None or number == len(versions):
            raise PermissionDenied  # what readers see now is withdrawn, not closed
        form = CloseForm(request.POST or None)
        if request.method == "POST" and "open" in request.POST:
            ClosedVersion.objects.filter(article=article, moment=version.moment).delete()
            return self._closed(request, article, f"Version {number} is open to readers.")
        if request.method == "POST" and form.is_valid():
            numbers = range(1 if form.cleaned_data["and_before"] else number, number + 1)
            self._close(request, article, versions.some(numbers), form.cleaned_data["reason"])
            said = f"{counted(len(numbers), 'version')} closed to readers."
            return self._closed(request, article, said)
        context = {"title": f"Close version {number}: {article}", "version": version, "form": form}
        return self._page(request, "admin/articles/close.html", article, context)

    def _close(self, request: HttpRequest, article: Article, versions: list[Version], reason: str) -> None:
        now = timezone.now()
        with transaction.atomic():
            for moment in (version.moment for version in versions if version.moment is not None):
                values = {"reason": reason, "closed_at": now, "closed_by": request.user}
                ClosedVersion.objects.update_or_create(article=article, moment=moment, defaults=values)

    def _closed(self, request: HttpRequest, article: Article, said: str) -> HttpResponseRedirect:
        self.log_change(request, article, said)
        messages.success(request, said)
        return HttpResponseRedirect(reverse("admin:articles_article_history", args=[article.pk]))

    def _may_close(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("articles.withdraw_article"))

    def _asked(self, request: HttpRequest, object_id: str, number: int) -> tuple[Article, Versions, Version]:
        article = self._viewable(request, object_id)
        versions = Versions.of(article)
        version = versions.one(number)
        if version is None:
            raise Http404
        return article, versions, version


def _asked_number(request: HttpRequest) -> int | None:
    """The version before which the list begins."""
    asked = request.GET.get("before", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
