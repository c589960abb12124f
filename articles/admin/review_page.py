"""The review page, and its counts on the start page: all queues, in the order of ``QUEUES``, with their first rows.

The rows of a queue, and their order, are those of its list, in ``conflict``, ``review_queues`` or ``photo_words``,
which also has its title, and says what to do.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from articles.admin import photo_words
from articles.admin.bases import COUNT_UP_TO
from articles.models import Conflict, Damage, NearDuplicate, Refusal
from articles.text.damage import DamageCode, words_and_kind
from articles.text.phrases import grouped

QUEUES: tuple[Any, ...] = (  # ``WaitingAdmin`` or ``PhotoWordsAdmin``
    *map(admin.site.get_model_admin, (Conflict, Damage)),
    *photo_words.LISTS,
    *map(admin.site.get_model_admin, (NearDuplicate, Refusal)),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """``words``: ``12``, ``more than 5,000``."""

    pages: Any
    rows: QuerySet[Any]
    count: int
    words: str

    @property
    def list_url(self) -> str:
        return str(self.pages.address("changelist"))

    @property
    def items(self) -> list[SafeString]:
        return list(self.pages.items(list(self.rows[:5]))) if self.count else []

    @property
    def parts(self) -> list[tuple[str, str, str]]:
        """Label, count and list address of each kind of damage; empty for other queues."""
        codes = DamageCode if self.count and self.rows.model is Damage else ()
        counted = ((code, *bounded(self.rows.filter(code=code))) for code in codes)
        return [
            (words_and_kind(code)[0], words, f"{self.list_url}?kind={code}") for code, count, words in counted if count
        ]


def waiting_for(request: HttpRequest) -> list[Waiting]:
    queues = [pages for pages in QUEUES if pages.has_view_permission(request)]
    return [Waiting(pages, rows, *bounded(rows)) for pages in queues for rows in [pages.pending(request)]]


def bounded(rows: QuerySet[Any]) -> tuple[int, str]:
    """The number of rows, at most ``COUNT_UP_TO`` + 1, so that long queues take no longer; and that in words."""
    found = rows.order_by().values("pk")[: COUNT_UP_TO + 1].count()
    if found > COUNT_UP_TO:
        return found, gettext("more than %(count)s") % {"count": grouped(COUNT_UP_TO)}
    return found, grouped(found)


@require_safe
def review(request: HttpRequest) -> HttpResponse:
    waiting = waiting_for(request)
    if not waiting:
        raise PermissionDenied
    request.current_app = admin.site.name
    context = {**admin.site.each_context(request), "title": gettext("Review"), "sections": waiting}
    return TemplateResponse(request, "admin/articles/review.html", context)


urlpatterns = [path("", admin.site.admin_view(review), name="review"), *photo_words.urls]
