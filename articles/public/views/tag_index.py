"""The index of tags: the hundred largest, further ones by size, and pages for each letter or script."""

from __future__ import annotations

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
from articles.public.listings.rows import largest
from articles.text.alphabet import LETTERS
from articles.text.messages import gettext
from articles.text.phrases import counted

PAGE_SIZE = 100
COUNT_UP_TO = 10_000


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
    count = used.order_by()[: COUNT_UP_TO + 1].count()
    words = counted(min(count, COUNT_UP_TO), "tag")
    before = goes_on if goes_back else place
    context = {
        "here": "tags",
        "count": gettext("More than %(tags)s") % {"tags": words} if count > COUNT_UP_TO else words,
        "letter": LETTERS.get(letter, ""),
        "letters": _letters(letter),
        "lines": indexed(shown, most=max([0, *(tag.article_count for tag in largest(Tag, 1))])),
        "before": f"?{urlencode({**parameters, 'before': shown[0].slug})}" if before else "",
        "after": f"?{urlencode({**parameters, 'after': shown[-1].slug})}" if goes_on or goes_back else "",
        "canonical": canonical(request, parameters if letter or place or "by" in request.GET else {}),
    }
    return render(request, "articles/tags.html", context)


def _letters(current: str) -> list[dict[str, Any]]:
    """The places in the index, with their addresses, ``""`` for an empty place."""
    has = dict(zip(LETTERS, next(iter(_letters_used()), ()), strict=False))
    return [
        {"name": name, "url": f"?letter={letter}" if has.get(letter) else "", "is_current": letter == current}
        for letter, name in LETTERS.items()
        if has.get(letter) or letter in ascii_lowercase
    ]


@prepared
def _letters_used() -> Any:
    """A boolean for each letter, in one row, by index lookups."""
    used = Tag.objects.used()
    return Tag.objects.order_by().values_list(*(Exists(used.filter(letter=letter)) for letter in LETTERS))[:1]
