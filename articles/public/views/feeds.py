"""The addresses of feeds. Lists in ``FEEDS`` (``urls.py``) have one next to them, in the order of adding, whatever the
dates; the latest articles and photos are by date of print.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from articles.models import ArticleChange, PeriodCount, Tag
from articles.models.keyset import Listed, page_by, page_of
from articles.public.absolute import base_url
from articles.public.caching import naming, public
from articles.public.formats.corrections import correction_entries, first_corrections
from articles.public.formats.feeds import entries_of, photo_entries, written_feed
from articles.public.listings import added, periods, photos
from articles.public.listings.added import ENTRIES, Part, newest
from articles.public.listings.articles import ListingEnds, asked_place, links_of, published
from articles.public.search.address import Asked
from articles.public.search.broader import with_years
from articles.public.views.search import said, understood
from articles.public.views.subjects import both_address, named_tag
from articles.search.asking import compile_query
from articles.search.finding import Order
from articles.text.dates import day_words, last_of_month, month_words
from articles.text.messages import gettext


class Subject(NamedTuple):
    """The list of a feed: its name, a sentence, its address, and its articles from a place on."""

    name: str
    words: str
    url: str
    newest: Callable[[added.Below], Part]
    names: Sequence[str] = ()  # for caches
    entries: Callable[..., list[dict[str, Any]]] = entries_of


@public()
def feed(request: HttpRequest, form: str, of: Callable[..., Subject], **names: Any) -> HttpResponseBase:
    """The feed of a list; at a former address of that a redirect."""
    subject = of(request, **names)
    path, _, query = subject.url.partition("?")
    if request.path != unquote(f"{path}feed.{form}"):
        return HttpResponsePermanentRedirect(f"{path}feed.{form}?{query}".removesuffix("?"))
    before = request.GET.get("before")
    part = subject.newest(None if before is None else added.known(before))
    entries = subject.entries(request, part.ids)
    written = written_feed(request, form, entries, *subject[:3], query=parse_qsl(query), further=part.further)
    return naming(written, *subject.names)


def of_additions(_: HttpRequest) -> Subject:
    words = gettext("The newest additions to the archive, whatever their dates.")
    some = partial(newest, Listed(added.additions), columns=added.ORDER)
    return Subject(gettext("Recently added"), words, reverse("added"), some)


def of_named(_: HttpRequest, slug: str, model: Any = Tag) -> Subject:
    """A tag, an author or a source."""
    found, page = model.objects.named(slug), model._meta.model_name
    own_slug = found.bare_slug if isinstance(found, Tag) else found and found.slug
    if found is None or (own_slug == slug and not found.article_count):
        raise Http404("No such tag or source.")
    if isinstance(found, Tag):
        words = gettext("Articles by %(name)s") if found.is_author else gettext("Articles tagged %(name)s")
        some = partial(newest, Listed(links_of, (found.pk,)), columns=("article_id",))
    else:
        words = gettext("Articles from %(name)s")
        some = partial(newest, Listed(published, within={"source_id": found.pk}))
    url, names = found.get_absolute_url(), [f"{page}-{own_slug}"]
    return Subject(found.name, words % {"name": found.name}, url, some, names)


def of_two_tags(_: HttpRequest, first_slug: str, second_slug: str) -> Subject:
    first, second = named_tag(first_slug), named_tag(second_slug)
    url = both_address(first, second) if first != second else first.get_absolute_url()
    rarer, commoner = sorted([first, second], key=lambda tag: tag.article_count)
    both, names = {"one": first.name, "other": second.name}, [f"tag-{first.slug}", f"tag-{second.slug}"]
    words = gettext("Articles tagged both %(one)s and %(other)s.") % both
    some = partial(added.tagged_both, rarer, commoner)
    return Subject(gettext("%(one)s and %(other)s") % both, words, url, some, names)


def of_period(_: HttpRequest, **start: date) -> Subject:
    """A ``year``, a ``month`` or a ``day``."""
    [(unit, first)] = start.items()
    if not periods.held_at(PeriodCount.Unit(unit), first):
        raise Http404("No articles for this date.")
    last = {"year": first.replace(month=12, day=31), "month": last_of_month(first), "day": first}[unit]
    name = {"year": f"{first.year}", "month": month_words(first), "day": day_words(first)}[unit]
    words = gettext("Articles filed under %(when)s") % {"when": name}
    names = [f"day-{first}"] if unit == "day" else []
    return Subject(name, words, reverse(unit, args=[first]), partial(added.filed_between, first, last), names)


def of_photos(_: HttpRequest) -> Subject:
    words = gettext("Photos of the newest additions, with their captions and credits")
    some = partial(newest, Listed(photos.with_photos), size=ENTRIES // 2)
    entries = lambda request, ids: photo_entries(request, photos.of_articles(ids))  # noqa: E731
    return Subject(gettext("Photos"), words, reverse("photos"), some, entries=entries)


def of_search(request: HttpRequest) -> Subject:
    """An alert: the hits of a search, in whatever order its page has."""
    asked, filters, unknown = understood(Asked.of(request.GET))
    asked = with_years(replace(asked.but(), order=Order.BEST), filters)
    if unknown or not (asked.query or filters):
        raise Http404("This search finds nothing.")
    words = gettext("Articles found %(said)s") % {"said": said(asked, filters)}
    some = partial(added.found, compile_query(asked.query, filters))
    return Subject(asked.q or gettext("Search"), words, asked.url, some)


@public()
def latest_feed(request: HttpRequest, form: str) -> HttpResponse:
    """The newest by date, without undated ones."""
    place = asked_place(request)
    dated: Any = published().filter(archive_date__isnull=False).values_list("id", "key", named=True)
    page = page_of(dated, **place, size=ENTRIES)
    if place and not page.rows:
        raise ListingEnds
    entries, further = entries_of(request, [row.id for row in page.rows]), page.rows[-1].key if page.has_older else ""
    return written_feed(request, form, entries, "", settings.ARCHIVE_DESCRIPTION, reverse("home"), further=further)


@public()
def photos_feed(request: HttpRequest, form: str) -> HttpResponse:
    words = gettext("The newest photos, with their captions and credits")
    entries = photo_entries(request, photos.newest_dated(ENTRIES))
    return written_feed(request, form, entries, gettext("Photos"), words, reverse("photos"))


@public()
def corrections_feed(request: HttpRequest, form: str) -> HttpResponse:
    before, rows = request.GET.get("before"), ArticleChange.objects.filter(is_first=True)
    place = () if before is None else (get_object_or_404(rows, alike=before).pk,)
    page = page_by(Listed(first_corrections), ("id",), older_than=place, size=ENTRIES)
    entries = correction_entries(page.rows, base_url(request))
    words, further = gettext("What was corrected, word by word."), page.rows[-1].alike if page.has_older else ""
    return written_feed(request, form, entries, gettext("Corrections"), words, reverse("added"), further=further)
