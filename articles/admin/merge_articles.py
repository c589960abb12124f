"""The staff pages that make one of two articles, and two of one again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.admin.bases import ArchiveAdmin, cited, id_of, saved_or_told
from articles.admin.near_duplicates import comparison_of, may_merge
from articles.editorial.actions import NotDone
from articles.editorial.actions.merge_articles import merge, separate, why_not
from articles.models import Article, Photo, Tag
from articles.text.wording import counted

REASON_LENGTH = 60  # beside it, the history names the other article
REASON = {
    "label": "Reason",
    "required": False,
    "max_length": REASON_LENGTH,
    "help_text": "Kept in the history of both, with your name.",
    "widget": forms.TextInput(attrs={"class": "vTextField"}),
}


class SeparateForm(forms.Form):
    reason = forms.CharField(**REASON)  # type: ignore[arg-type]


class MergeForm(forms.Form):
    """Which of two articles stays, and what it takes over from the other."""

    reason = forms.CharField(**REASON)  # type: ignore[arg-type]

    def __init__(self, articles: Sequence[Article], data: Any = None) -> None:
        super().__init__(data)
        self.articles = articles
        names = [(str(article.pk), "This article stays") for article in articles]
        self.fields["stays"] = forms.ChoiceField(choices=names, initial=names[0][0], widget=forms.RadioSelect)
        for article, other in (articles, articles[::-1]):
            self._offer(article, other)

    def _offer(self, article: Article, other: Article) -> None:
        """What the other would take over of an article."""
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


class MergingAdmin(ArchiveAdmin):
    """The pages, for those of articles."""

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("merge/<int:one>/<int:other>/", wrap(self.merge_view), name="articles_article_merge"),
            path("<int:pk>/separate/", wrap(self.separate_view), name="articles_article_separate"),
            *super().get_urls(),
        ]

    def merge_view(self, request: HttpRequest, one: int, other: int) -> HttpResponseBase:
        articles = self._mergeable(request, [one, other])
        if fault := why_not(*articles):
            self.message_user(request, fault, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:articles_article_changelist"))
        form = MergeForm(articles, request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return self._merge_page(request, form)
        answer: HttpResponseBase = saved_or_told(request, lambda: self._merged(request, form))
        return answer

    def _merged(self, request: HttpRequest, form: MergeForm) -> HttpResponseBase:
        loser, winner, tags, photos = form.chosen()
        try:
            with transaction.atomic():
                reason = form.cleaned_data["reason"]
                merge(loser, winner, request.user, reason, tag_ids=tags, photo_ids=photos)
        except NotDone as refusal:
            form.add_error(None, str(refusal))
            return self._merge_page(request, form)
        took = (
            f" It took over {counted(len(tags), 'tag')} and {counted(len(photos), 'photo')}." if tags or photos else ""
        )
        words = f"“{loser}” was merged into “{winner}”: its addresses lead there from now on.{took}"
        self.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(_page_of(winner))

    def separate_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        (article,) = self._mergeable(request, [pk])
        if article.merged_into is None:
            self.message_user(request, f"“{article}” is not merged into another article.", messages.ERROR)
            return HttpResponseRedirect(_page_of(article))
        form = SeparateForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            answer: HttpResponseBase = saved_or_told(request, lambda: self._separated(request, article, form))
            return answer
        context = {"title": "Undo a merge", "form": form, "article": article, "cited": cited(article.merged_into)}
        return self._own_page(request, "admin/articles/separate.html", context)

    def _separated(self, request: HttpRequest, article: Article, form: SeparateForm) -> HttpResponseBase:
        winner = article.merged_into
        try:
            with transaction.atomic():
                separate(article, request.user, form.cleaned_data["reason"])
        except NotDone as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(_page_of(article))
        words = f"“{article}” stands for itself again. What “{winner}” took over of it stays there."
        self.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(_page_of(article))

    def _mergeable(self, request: HttpRequest, ids: Sequence[int]) -> list[Article]:
        if not may_merge(request.user):
            raise PermissionDenied
        ids = [id_of(str(pk)) for pk in ids]
        found = Article.objects.select_related("source", "merged_into__source").in_bulk(ids)
        if not all(pk in found for pk in ids):
            raise Http404
        return [found[pk] for pk in ids]

    def _merge_page(self, request: HttpRequest, form: MergeForm) -> TemplateResponse:
        one, other = form.articles
        context = {"title": "Merge two articles", "form": form, "comparison": comparison_of(one, other)}
        return self._own_page(request, "admin/articles/merge.html", context)

    def _own_page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> TemplateResponse:
        request.current_app = self.admin_site.name
        shared = {"opts": self.opts, "list_url": reverse("admin:articles_article_changelist"), "media": self.media}
        return TemplateResponse(request, template, {**self.admin_site.each_context(request), **shared, **context})


def _page_of(article: Article) -> str:
    return reverse("admin:articles_article_change", args=[article.pk])
