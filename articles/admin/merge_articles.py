"""The staff pages that make one of two articles, and two of one again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.admin.bases import ArchiveAdmin, cited, id_of, saved_or_told
from articles.admin.fields import reason_field
from articles.admin.near_duplicates import comparison_of, may_merge
from articles.editorial.actions import NotDone
from articles.editorial.actions.merge_articles import merge, separate, why_not
from articles.models import Article, Photo, Tag
from articles.text.phrases import counted

REASON_LENGTH = 60  # beside it, the history names the other article


class SeparateForm(forms.Form):
    reason = reason_field("Kept in the history of both, with your name.", max_length=REASON_LENGTH)


class MergeForm(SeparateForm):
    """Which of two articles stays, and what it takes over from the other."""

    def __init__(self, articles: Sequence[Article], data: Any = None) -> None:
        super().__init__(data)
        self.articles = articles
        names = [(str(article.pk), "This article stays") for article in articles]
        self.fields["stays"] = forms.ChoiceField(choices=names, initial=names[0][0], widget=forms.RadioSelect)
        for article, other in (articles, articles[::-1]):
            self._offer(article, other)

    def _offer(self, article: Article, other: Article) -> None:
        """What the other article would take over from this one."""
        tags = Tag.objects.filter(taggings__article=article).exclude(taggings__article=other).order_by("name")
        self._add(f"tags_{article.pk}", [(str(tag.pk), tag.name) for tag in tags], is_ticked=True)
        photos = article.photos.for_pages().order_by("position", "number")
        self._add(f"photos_{article.pk}", [(str(photo.pk), shown(photo)) for photo in photos], is_ticked=False)

    def _add(self, name: str, choices: list[tuple[str, Any]], *, is_ticked: bool) -> None:
        self.fields[name] = forms.MultipleChoiceField(
            choices=choices,
            required=False,
            initial=[value for value, _ in choices] if is_ticked else [],
            widget=forms.CheckboxSelectMultiple,
        )

    def sides(self) -> list[Side]:
        stays = list(self["stays"])
        return [
            Side(article, radio, self[f"tags_{article.pk}"], self[f"photos_{article.pk}"], cited(article))
            for article, radio in zip(self.articles, stays, strict=True)
        ]

    def chosen(self) -> tuple[Article, Article, list[int], list[int]]:
        """The article that goes, the one that stays, and the tags and photos that are taken over."""
        one, other = self.articles
        loser, winner = (other, one) if self.cleaned_data["stays"] == str(one.pk) else (one, other)
        tags, photos = (self.cleaned_data[f"{kind}_{loser.pk}"] for kind in ("tags", "photos"))
        return loser, winner, [int(pk) for pk in tags], [int(pk) for pk in photos]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two articles, with the pieces of the form that are about it."""

    article: Article
    radio: Any
    tags: Any
    photos: Any
    cited: SafeString


def shown(photo: Photo) -> SafeString:
    """A photo small, with the words that travel with it."""
    words = " ".join(filter(None, [photo.caption or "No caption.", photo.credit_line]))
    made = min(photo.renditions.all(), key=lambda rendition: rendition.width_px, default=None)
    if made is None:
        return format_html("<span>{} (no file)</span>", words)
    picture = '<img class="archive-thumb" src="{}" width="{}" height="{}" alt="{}"><span>{}</span>'
    return format_html(picture, made.url, made.width_px, made.height_px, photo.alt_text, words)


# --- The pages, for the admin's class of articles. --------------------------------------------------------------------


def merge_page(pages: ArchiveAdmin, request: HttpRequest, one: int, other: int) -> HttpResponse:
    articles = _mergeable(request, [one, other])
    if fault := why_not(*articles):
        pages.message_user(request, fault, messages.ERROR)
        return HttpResponseRedirect(pages.address("changelist"))
    form = MergeForm(articles, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _asked(pages, request, form)
    return saved_or_told(request, lambda: _merged(pages, request, form))


def _merged(pages: ArchiveAdmin, request: HttpRequest, form: MergeForm) -> HttpResponse:
    loser, winner, tags, photos = form.chosen()
    try:
        with transaction.atomic():
            merge(loser, winner, request.user, form.cleaned_data["reason"], tag_ids=tags, photo_ids=photos)
    except NotDone as refusal:
        form.add_error(None, str(refusal))
        return _asked(pages, request, form)
    words = f"“{loser}” was merged into “{winner}”: its addresses lead there from now on."
    if tags or photos:
        words += f" It took over {counted(len(tags), 'tag')} and {counted(len(photos), 'photo')}."
    pages.message_user(request, words, messages.SUCCESS)
    return HttpResponseRedirect(pages.address("change", winner.pk))


def _asked(pages: ArchiveAdmin, request: HttpRequest, form: MergeForm) -> HttpResponse:
    context = {"title": "Merge two articles", "form": form, "comparison": comparison_of(*form.articles)}
    return pages.page(request, "merge.html", context)


def separate_page(pages: ArchiveAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    (article,) = _mergeable(request, [pk])
    if article.merged_into is None:
        pages.message_user(request, f"“{article}” is not merged into another article.", messages.ERROR)
        return HttpResponseRedirect(pages.address("change", pk))
    form = SeparateForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return saved_or_told(request, lambda: _separated(pages, request, article, form))
    context = {"title": "Undo a merge", "form": form, "article": article, "cited": cited(article.merged_into)}
    return pages.page(request, "separate.html", context)


def _separated(pages: ArchiveAdmin, request: HttpRequest, article: Article, form: SeparateForm) -> HttpResponse:
    winner = article.merged_into
    words = f"“{article}” is an article of its own again. “{winner}” keeps what it took over."
    try:
        with transaction.atomic():
            separate(article, request.user, form.cleaned_data["reason"])
        pages.message_user(request, words, messages.SUCCESS)
    except NotDone as refusal:
        pages.message_user(request, str(refusal), messages.ERROR)
    return HttpResponseRedirect(pages.address("change", article.pk))


def _mergeable(request: HttpRequest, ids: Sequence[int]) -> list[Article]:
    if not may_merge(request.user):
        raise PermissionDenied
    ids = [id_of(str(pk)) for pk in ids]
    found = Article.objects.select_related("source", "merged_into__source").in_bulk(ids)
    if not all(pk in found for pk in ids):
        raise Http404
    return [found[pk] for pk in ids]


MERGE_PAGES = (
    ("merge/<int:one>/<int:other>/", "merge", merge_page),
    ("<int:pk>/separate/", "separate", separate_page),
)
