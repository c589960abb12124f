"""The review page, and its counts on the start page: all queues, in the order of ``QUEUES``, with their first rows.

The rows of a queue, and their order, are those of its list, in ``conflict``, ``review_queues`` or ``photo_words``.

Each count reads at most ``COUNT_UP_TO`` index entries, so the cost does not grow with the queue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from articles.admin import photo_words
from articles.admin.bases import COUNT_UP_TO
from articles.admin.comparison import excerpts, field_words, source_names
from articles.admin.inlines import picture_of
from articles.models import Conflict, Damage, NearDuplicate, Photo, Refusal
from articles.text.damage import DamageCode, damage_words, words_and_kind
from articles.text.messages import StrOrPromise
from articles.text.phrases import grouped

ITEMS_SHOWN = 5
SHORT = 140


@dataclass(frozen=True, slots=True)
class Queue:
    name: str
    title: StrOrPromise
    advice: StrOrPromise
    pages: Any  # ``WaitingAdmin`` or ``PhotoWordsAdmin``
    items: Callable[[list[Any]], Iterable[SafeString]]  # of its first rows
    is_pictures: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """``words``: ``12``, ``more than 5,000``."""

    queue: Queue
    rows: QuerySet[Any]
    count: int
    words: str

    @property
    def list_url(self) -> str:
        return str(self.queue.pages.address("changelist"))

    @property
    def items(self) -> list[SafeString]:
        return list(self.queue.items(list(self.rows[:ITEMS_SHOWN]))) if self.count else []

    @property
    def parts(self) -> list[tuple[str, str, str]]:
        """Label, count and list address of each kind of damage; empty for other queues."""
        codes = DamageCode if self.count and self.queue.name == "damage" else ()
        counted = ((code, *bounded(self.rows.filter(code=code))) for code in codes)
        return [
            (words_and_kind(code)[0], words, f"{self.list_url}?kind={code}") for code, count, words in counted if count
        ]


def waiting_for(request: HttpRequest) -> list[Waiting]:
    queues = [queue for queue in QUEUES if queue.pages.has_view_permission(request)]
    return [Waiting(queue, rows, *bounded(rows)) for queue in queues for rows in [queue.pages.pending(request)]]


def bounded(rows: QuerySet[Any]) -> tuple[int, str]:
    """The number of rows, at most ``COUNT_UP_TO`` + 1, and that in words."""
    found = rows.order_by().values("pk")[: COUNT_UP_TO + 1].count()
    if found > COUNT_UP_TO:
        return found, gettext("more than %(count)s") % {"count": grouped(COUNT_UP_TO)}
    return found, grouped(found)


def _conflicts(rows: list[Conflict]) -> Iterator[SafeString]:
    names = source_names(rows)
    link = gettext('<a href="{address}">{field}</a> in <bdi>{article}</bdi>: {ours} or {theirs}?')
    for conflict in rows:
        address = reverse("admin:articles_conflict_change", args=[conflict.pk])
        ours, theirs = map(_quoted, excerpts(conflict, names))
        values = {"field": field_words(conflict), "article": conflict.article, "ours": ours, "theirs": theirs}
        yield format_html(link, address=address, **values)


def _damage(rows: list[Damage]) -> Iterator[SafeString]:
    for row in rows:
        address = reverse("admin:articles_article_change", args=[row.article_id])
        text = format_html(' <code dir="auto">{}</code>', Truncator(row.text).chars(SHORT)) if row.text else ""
        yield format_html('<a href="{}"><bdi>{}</bdi></a>: {}{}', address, row.article, damage_words(row), text)


def _photos(rows: list[Photo]) -> Iterator[SafeString]:
    for photo in rows:
        yield picture_of(photo) if photo.renditions.all() else format_html("<q>{}</q>", photo)


def _pairs(rows: list[NearDuplicate]) -> Iterator[SafeString]:
    link = gettext('<a href="{address}">{percent}% alike</a>: <bdi>{earlier}</bdi> and <bdi>{later}</bdi>')
    for pair in rows:
        address = reverse("admin:articles_nearduplicate_change", args=[pair.pk])
        values = {"percent": pair.likeness_percent, "earlier": pair.other, "later": pair.article}
        yield format_html(link, address=address, **values)


def _refusals(rows: list[Refusal]) -> Iterator[SafeString]:
    for row in rows:
        error = Truncator(row.error.removeprefix(f"{row.input}:")).chars(SHORT)
        yield format_html('<code dir="auto">{}</code>: {}', row.input, error)


def _quoted(words: str) -> str:
    if not words:
        return gettext("nothing")
    return format_html(gettext("“<bdi>{text}</bdi>”"), text=Truncator(words).chars(SHORT // 2))


PAGES_OF = admin.site.get_model_admin
WITHOUT_ALT_TEXT, WITHOUT_CREDIT = photo_words.LISTS
QUEUES = (
    Queue(
        "conflicts", _("Conflicts"), _("Staff and the source have both changed a field. Choose a version."),
        PAGES_OF(Conflict), _conflicts,
    ),
    Queue(
        "damage", _("Damage in originals"),
        _("Correct the article where you can; mark the rest “No action needed”."), PAGES_OF(Damage), _damage,
    ),
    Queue(
        "alt-text", WITHOUT_ALT_TEXT.title, _("Describe each photo, or mark it decorative."),
        WITHOUT_ALT_TEXT, _photos, is_pictures=True,
    ),
    Queue(
        "credit", WITHOUT_CREDIT.title, _("Add the credit, or mark it unknown."),
        WITHOUT_CREDIT, _photos, is_pictures=True,
    ),
    Queue(
        "near-duplicates", _("Near-duplicates"), _("Compare the texts; mark pairs that are not duplicates."),
        PAGES_OF(NearDuplicate), _pairs,
    ),
    Queue(
        "refused", _("Refused inputs"), _("Fix the file and load it again, or dismiss it."),
        PAGES_OF(Refusal), _refusals,
    ),
)  # fmt: skip


@require_safe
def review(request: HttpRequest) -> HttpResponse:
    waiting = waiting_for(request)
    if not waiting:
        raise PermissionDenied
    request.current_app = admin.site.name
    context = {**admin.site.each_context(request), "title": gettext("Review"), "sections": waiting}
    return TemplateResponse(request, "admin/articles/review.html", context)


urlpatterns = [path("", admin.site.admin_view(review), name="review"), *photo_words.urls]
