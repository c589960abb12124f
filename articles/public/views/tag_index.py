"""The index of tags: the hundred largest, further ones by size, and pages for each letter or script."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from articles.models import Tag
from articles.models.prepared import prepared
from articles.public.absolute import canonical, place_in
from articles.public.caching import public
from articles.public.listings.articles import ListingEnds
from articles.public.listings.charts import indexed
from articles.text.alphabet import LETTERS
from articles.text.messages import gettext
from articles.text.phrases import counted

PAGE_SIZE = 100
COUNT_UP_TO = 10_000


@dataclass(frozen=True, slots=True)
class Letter:
    """A place in the index, with its address, ``""`` for an empty place."""

    name: str
    url: str
    is_current: bool = False


@public()
def tags(request: HttpRequest) -> HttpResponse:
    letter, used = request.GET.get("letter"), Tag.objects.used()
    if letter is not None and letter not in LETTERS:
        if letter.lower() in LETTERS:
            return HttpResponsePermanentRedirect(f"{reverse('tags')}?letter={letter.lower()}")
        raise Http404("No such letter.")
    if letter is not None:
        return _page(request, used.filter(letter=letter), "sorting_name", "pk", letter)
    return _page(request, used, "-article_count", "name")


def _lines(tags: list[Tag], most: int) -> list[dict[str, Any]]:
    return indexed(((tag.name, tag.get_absolute_url(), tag.article_count) for tag in tags), most=most)


def _page(request: HttpRequest, rows: QuerySet[Tag], first: str, second: str, letter: str = "") -> HttpResponse:
    """A page of tags ordered by two columns, from ``?after=<slug>`` or ``?before=<slug>``."""
    used = Tag.objects.used()
    place = place_in(request)
    goes_back = "before" in place
    if place:
        tag = get_object_or_404(Tag, slug=next(iter(place.values())))
        # A range and a small exception, which both databases can read along the index.
        column = first.removeprefix("-")
        further = "gte" if first.startswith("-") == goes_back else "lte"
        reached = {column: getattr(tag, column), f"{second}__{'gte' if goes_back else 'lte'}": getattr(tag, second)}
        rows = rows.filter(**{f"{column}__{further}": getattr(tag, column)}).exclude(**reached)
    ordered = rows.order_by(first, second)
    found = list((ordered.reverse() if goes_back else ordered)[: PAGE_SIZE + 1])
    if not found and place:
        raise ListingEnds
    if not found and letter:
        raise Http404("No tag begins with this letter.")
    shown, goes_on = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    if goes_back:
        shown.reverse()
    parameters = {"letter": letter} if letter else {"by": "size"}
    largest = next(iter(_largest()), None)
    count = used.order_by()[: COUNT_UP_TO + 1].count()
    before = goes_on if goes_back else place
    context = {
        "here": "tags",
        "count": _count_words(count),
        "letter": LETTERS.get(letter, ""),
        "letters": _letters(letter),
        "lines": _lines(shown, largest.article_count if largest else 0),
        "before": f"?{urlencode({**parameters, 'before': shown[0].slug})}" if before else "",
        "after": f"?{urlencode({**parameters, 'after': shown[-1].slug})}" if goes_on or goes_back else "",
        "canonical": canonical(request, parameters if letter or place or "by" in request.GET else {}),
    }
    return render(request, "articles/tags.html", context)


def _count_words(count: int) -> str:
    if count > COUNT_UP_TO:
        return gettext("More than %(tags)s") % {"tags": counted(COUNT_UP_TO, "tag")}
    return counted(count, "tag")


def _letters(current: str) -> list[Letter]:
    has = dict(zip(LETTERS, next(iter(_letters_used()), ()), strict=False))
    return [
        Letter(name, f"?letter={letter}" if has.get(letter) else "", is_current=letter == current)
        for letter, name in LETTERS.items()
        if has.get(letter) or letter in ascii_lowercase
    ]


@prepared
def _letters_used() -> Any:
    """A boolean for each letter, in one row, by index lookups."""
    used = Tag.objects.used()
    return Tag.objects.order_by().values_list(*(Exists(used.filter(letter=letter)) for letter in LETTERS))[:1]


@prepared
def _largest() -> Any:
    return Tag.objects.used().order_by("-article_count", "name")[:1]
