"""The history pages of the admin: who changed what, when and why, and each version whole. Readable with view rights."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.urls import path, reverse

from articles.admin.bases import ArchiveAdmin
from articles.editorial.revisions import Revision, version_fields


class HistoryAdmin(ArchiveAdmin):
    """Staff pages of a model whose changes are revisions."""

    @abstractmethod
    def revisions_of(self, obj: Any) -> list[Revision]:
        """The changes to show, newest first."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.version_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_version"
        return [path("<path:object_id>/history/<int:history_id>/", view, name=name), *super().get_urls()]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        obj = self._viewable(request, object_id)
        context = {"title": f"History: {obj}", "revisions": self.revisions_of(obj), **(extra_context or {})}
        return self._page(request, "admin/articles/history.html", obj, context)

    def version_view(self, request: HttpRequest, object_id: str, history_id: int) -> TemplateResponse:
        obj = self._viewable(request, object_id)
        record = self.model.history.filter(id=obj.pk, history_id=history_id).select_related("history_user").first()
        if record is None:
            raise Http404
        context = {"title": f"Version: {obj}", "record": record, "version_fields": version_fields(record)}
        return self._page(request, "admin/articles/version.html", obj, context)

    def _viewable(self, request: HttpRequest, object_id: str) -> Any:
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        return obj

    def _page(self, request: HttpRequest, template: str, obj: Any, context: dict[str, Any]) -> TemplateResponse:
        prefix = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}"
        addresses = {
            "list_url": reverse(f"{prefix}_changelist"),
            "object_url": reverse(f"{prefix}_change", args=[obj.pk]),
            "history_url": reverse(f"{prefix}_history", args=[obj.pk]),
            "version_url_name": f"{prefix}_version",
        }
        request.current_app = self.admin_site.name
        shared = {"opts": self.opts, "object": obj}
        return TemplateResponse(
            request, template, {**self.admin_site.each_context(request), **shared, **addresses, **context}
        )
