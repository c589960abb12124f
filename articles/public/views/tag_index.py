"""The index of tags: the hundred largest, further ones by size, and pages for each letter or script."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_lowercase
from urllib.parse import urlencode

from django.db.models import Exists, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse

from articles.models import Tag
from articles.public.absolute import absolute
from articles.public.caching import public
from articles.public.listings.articles import ListingEnds
from articles.public.listings.charts import Indexed, indexed
from articles.text.alphabet import LETTERS
from articles.text.phrases import counted

PAGE_SIZE = 100
COUNT_UP_TO = 10_000


@dataclass(frozen=True, slots=True)
class Letter:
    """A place in the index, with the address that leads there, ``""`` for none."""

    name: str
    url: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class IndexPage:
    """Some tags in the order of an index, and the addresses of the pages beside them, ``""`` at the ends."""

    tags: list[Tag]
    before: str
    after: str


@public()
def tags(request: HttpRequest) -> HttpResponse:
    letter = request.GET.get("letter")
    if letter is not None:
        return _one_letter(request, letter)
    page = _page(request, Tag.objects.used(), "-article_count", "name", kept="by=size")
    return _render_page(request, page, kept="by=size" if "by" in request.GET or page.before else "")


def _one_letter(request: HttpRequest, letter: str) -> HttpResponse:
    if letter not in LETTERS:
        if letter.lower() in LETTERS:
            return HttpResponsePermanentRedirect(f"{reverse('tags')}?letter={letter.lower()}")
        raise Http404("The index has no such letter.")
    rows = Tag.objects.used().filter(letter=letter)
    page = _page(request, rows, "sorting_name", "pk", kept=f"letter={letter}")
    if not page.tags:
        raise Http404("No tag begins with this letter.")
    return _render_page(request, page, letter=letter, kept=f"letter={letter}")


def _render_page(request: HttpRequest, page: IndexPage, *, kept: str, letter: str = "") -> HttpResponse:
    used = Tag.objects.used()
    largest = used.order_by("-article_count", "name").first()
    place = next(
        (f"&{urlencode({name: request.GET[name]})}" for name in ("before", "after") if name in request.GET), ""
    )
    context = {
        "here": "tags",
        "count": _count_words(used),
        "letter": LETTERS.get(letter, ""),
        "letters": _letters(letter),
        "lines": _lines(page.tags, largest.article_count if largest else 0),
        "page": page,
        "canonical": absolute(request, reverse("tags") + (f"?{kept}{place}" if kept else "")),
    }
    return render(request, "articles/tags.html", context)


def _count_words(used: QuerySet[Tag]) -> str:
    """How many tags there are, counted no further than a page may."""
    found = used.order_by()[: COUNT_UP_TO + 1].count()
    return f"More than {counted(COUNT_UP_TO, 'tag')}" if found > COUNT_UP_TO else counted(found, "tag")


def _letters(current: str) -> list[Letter]:
    """Every letter, those that have tags with their addresses: one query, an index lookup a letter."""
    used = Tag.objects.used()
    found = Tag.objects.order_by().values_list(*(Exists(used.filter(letter=letter)) for letter in LETTERS)).first()
    has = dict(zip(LETTERS, found or (), strict=False))
    return [
        Letter(name, f"?letter={letter}" if has.get(letter) else "", is_current=letter == current)
        for letter, name in LETTERS.items()
        if has.get(letter) or letter in ascii_lowercase
    ]


def _lines(tags: list[Tag], most: int) -> list[Indexed]:
    return indexed(((tag.name, tag.get_absolute_url(), tag.article_count) for tag in tags), most=most)


def _page(request: HttpRequest, rows: QuerySet[Tag], first: str, second: str, *, kept: str) -> IndexPage:
    """The asked page of tags in the order of two columns: ``?after=<slug>`` or ``?before=<slug>``, else the first."""
    place = next(((name, request.GET[name]) for name in ("before", "after") if name in request.GET), None)
    goes_back = place is not None and place[0] == "before"
    if place is not None:
        rows = _beyond(rows, _named(place[1]), first, second, goes_back=goes_back)
    order = [_turned(first), _turned(second)] if goes_back else [first, second]
    found = list(rows.order_by(*order)[: PAGE_SIZE + 1])
    if place is not None and not found:
        raise ListingEnds
    tags, goes_on = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    if goes_back:
        tags.reverse()
    has_before, has_after = (goes_on, True) if goes_back else (place is not None, goes_on)
    return IndexPage(
        tags,
        before=f"?{kept}&{urlencode({'before': tags[0].slug})}" if has_before else "",
        after=f"?{kept}&{urlencode({'after': tags[-1].slug})}" if has_after else "",
    )


def _beyond(rows: QuerySet[Tag], tag: Tag, first: str, second: str, *, goes_back: bool) -> QuerySet[Tag]:
    """A range of the first column and a small exception, which both databases walk along the index."""
    column = first.removeprefix("-")
    further = "gte" if first.startswith("-") == goes_back else "lte"
    reached = "gte" if goes_back else "lte"
    here, among = getattr(tag, column), getattr(tag, second)
    return rows.filter(**{f"{column}__{further}": here}).exclude(**{column: here, f"{second}__{reached}": among})


def _turned(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def _named(slug: str) -> Tag:
    tag = Tag.objects.filter(slug=slug).first()
    if tag is None:
        raise Http404("No tag is called so.")
    return tag
