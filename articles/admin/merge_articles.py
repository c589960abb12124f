"""The staff pages that merge two articles and undo the merge."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy as _

from articles.admin.bases import ArchiveAdmin, cited, id_of, saved_or_told
from articles.admin.form_fields import reason_field
from articles.catalogue.loaded import loaded_tags
from articles.editorial.actions.merge_articles import merge, separate, why_not
from articles.models import Article, Photo, Tag
from articles.text.diff import PARAGRAPH, word_diff
from articles.text.markdown import plain
from articles.text.phrases import counted

MERGE_NEEDS = ("articles.change_article", "articles.merge_article")
REASON_LENGTH = 60  # leaves room for the other article’s key in the history


class SeparateForm(forms.Form):
    reason = reason_field(_("Kept in the history of both, with your name."), max_length=REASON_LENGTH)


class MergeForm(SeparateForm):
    def __init__(self, articles: Sequence[Article], data: Any = None) -> None:
        super().__init__(data)
        self.articles = articles
        names = [(str(article.pk), gettext("Keep this article")) for article in articles]
        self.fields["stays"] = forms.ChoiceField(choices=names, initial=names[0][0], widget=forms.RadioSelect)
        for article, other in (articles, articles[::-1]):
            tags = Tag.objects.filter(taggings__article=article).exclude(taggings__article=other).order_by("name")
            removed = loaded_tags(other)  # and no longer there: staff decided against them
            by_staff = gettext("%(tag)s (removed there by staff)")
            words = {str(tag.pk): by_staff % {"tag": tag} if tag.pk in removed else tag.name for tag in tags}
            kept = [str(tag.pk) for tag in tags if tag.pk not in removed]
            self._offer(f"tags_{article.pk}", list(words.items()), ticked=kept)
            photos = article.photos.for_pages().order_by("position", "number")
            self._offer(f"photos_{article.pk}", [(str(photo.pk), photo_words(photo)) for photo in photos], ticked=[])

    def _offer(self, name: str, choices: list[tuple[str, Any]], *, ticked: list[str]) -> None:
        self.fields[name] = forms.MultipleChoiceField(
            choices=choices, required=False, initial=ticked, widget=forms.CheckboxSelectMultiple
        )

    def sides(self) -> Iterator[dict[str, Any]]:
        for article, radio in zip(self.articles, self["stays"], strict=True):
            tags, photos = self[f"tags_{article.pk}"], self[f"photos_{article.pk}"]
            yield {"article": article, "radio": radio, "tags": tags, "photos": photos, "cited": cited(article)}

    def chosen(self) -> tuple[Article, Article, list[int], list[int]]:
        """Loser, winner, and the ids of the tags and photos that the winner takes over."""
        first, second = self.articles
        loser, winner = (second, first) if self.cleaned_data["stays"] == str(first.pk) else (first, second)
        tags, photos = ([int(pk) for pk in self.cleaned_data[f"{kind}_{loser.pk}"]] for kind in ("tags", "photos"))
        return loser, winner, tags, photos


def photo_words(photo: Photo) -> SafeString:
    words = " ".join(filter(None, [photo.caption or gettext("No caption."), photo.credit_line]))
    made = min(photo.renditions.all(), key=lambda rendition: rendition.width_px, default=None)
    if made is None:
        return format_html("<span>{}</span>", gettext("%(photo)s (no file)") % {"photo": words})
    picture = '<img class="archive-thumb" src="{}" width="{}" height="{}" alt="{}"><span>{}</span>'
    return format_html(picture, made.url, made.width_px, made.height_px, photo.alt_text, words)


def merge_address(one: int, other: int) -> str:
    return reverse("admin:articles_article_merge", args=[one, other])


def comparison_of(first: Article, second: Article) -> SafeString:
    """Both texts in one, with the differences marked."""
    texts = (PARAGRAPH.join(map(plain, article.blocks)) for article in (first, second))
    return render_to_string("admin/articles/_comparison.html", {"pieces": word_diff(*texts)})


def merge_page(pages: ArchiveAdmin, request: HttpRequest, one: int, other: int) -> HttpResponse:
    articles = _mergeable(request, [one, other])
    if fault := why_not(*articles):
        return pages.redirect(request, pages.address("changelist"), messages.ERROR, fault)
    form = MergeForm(articles, request.POST if request.method == "POST" else None)

    def ask(refusal: str = "") -> HttpResponse:
        if refusal:
            form.add_error(None, refusal)
        context = {"title": gettext("Merge two articles"), "form": form, "comparison": comparison_of(*articles)}
        return pages.page(request, "merge.html", context)

    def save() -> HttpResponse:
        loser, winner, tags, photos = form.chosen()
        merge(loser, winner, request.user, form.cleaned_data["reason"], tag_ids=tags, photo_ids=photos)
        words = gettext("“%(loser)s” was merged into “%(winner)s”. Its addresses now redirect there.")
        words %= {"loser": loser, "winner": winner}
        if tags or photos:
            taken = {"tags": counted(len(tags), "tag"), "photos": counted(len(photos), "photo")}
            words = f"{words} {gettext('Taken over: %(tags)s and %(photos)s.') % taken}"
        return pages.redirect(request, pages.address("change", winner.pk), messages.SUCCESS, words)

    return saved_or_told(request, save, ask) if form.is_valid() else ask()


def separate_page(pages: ArchiveAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    (article,) = _mergeable(request, [pk])
    winner = article.merged_into
    form = SeparateForm(request.POST if request.method == "POST" else None)
    redirect = partial(pages.redirect, request, pages.address("change", pk))

    def save() -> HttpResponse:
        separate(article, request.user, form.cleaned_data["reason"])
        words = gettext("“%(loser)s” is a separate article again. “%(winner)s” keeps the tags and photos it took over.")
        return redirect(messages.SUCCESS, words % {"loser": article, "winner": winner})

    if winner is None:
        words = gettext("“%(article)s” is not merged into another article.")
        return redirect(messages.ERROR, words % {"article": article})
    if form.is_valid():
        return saved_or_told(request, save, partial(redirect, messages.ERROR))
    context = {"title": gettext("Undo a merge"), "form": form, "article": article, "cited": cited(winner)}
    return pages.page(request, "separate.html", context)


def _mergeable(request: HttpRequest, ids: Sequence[int]) -> list[Article]:
    if not request.user.has_perms(MERGE_NEEDS):
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
