"""The addresses of feeds. Each list and search has one next to it, in the order of adding, whatever the dates; the
latest articles and photos are by date of print.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from articles.models import Article, ArticleChange, PeriodCount, Tag
from articles.models.keyset import Listed, page_by, page_of
from articles.public.absolute import base_url
from articles.public.caching import naming, public
from articles.public.formats.corrections import correction_entries, first_corrections
from articles.public.formats.feeds import entries_of, photo_entry, written_feed
from articles.public.formats.representations import caption_notes
from articles.public.listings import added, periods
from articles.public.listings.added import ENTRIES, Part, newest
from articles.public.listings.articles import asked_place, of_no_source, published, taggings
from articles.public.listings.photos import newest_dated, of_articles, with_photos
from articles.public.listings.rows import with_text
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
    is_of_photos: bool = False


@public()
def feed(request: HttpRequest, form: str, of: Callable[..., Subject], **names: Any) -> HttpResponseBase:
    """The feed of a list; at a former address of that a redirect."""
    subject = of(request, **names)
    path, _, query = subject.url.partition("?")
    if request.path != unquote(f"{path}feed.{form}"):
        return HttpResponsePermanentRedirect(f"{path}feed.{form}?{query}".removesuffix("?"))
    part = subject.newest(_below(request))
    entries = (
        _of_photos(of_articles(part.ids), request) if subject.is_of_photos else entries_of(with_text(part.ids), request)
    )
    written = written_feed(request, form, entries, *subject[:3], query=parse_qsl(query), further=part.further)
    return naming(written, *subject.names)


def of_additions(_: HttpRequest) -> Subject:
    words = gettext("What came into the archive last, whatever its date.")
    return Subject(gettext("Recently added"), words, reverse("added"), added.newest_additions)


def of_named(_: HttpRequest, slug: str, model: Any = Tag) -> Subject:
    """A tag, an author or a source."""
    found, page = model.objects.named(slug), model._meta.model_name
    own_slug = found.bare_slug if isinstance(found, Tag) else found and found.slug
    if found is None or (own_slug == slug and not found.article_count):
        raise Http404("No such tag or source.")
    if isinstance(found, Tag):
        words = gettext("Articles by %(name)s") if found.is_author else gettext("Articles tagged %(name)s")
        rows, column = Listed[Any](taggings, (found.pk,)), "article_id"
    else:
        words = gettext("Articles from %(name)s")
        rows, column = Listed(published, within={"source_id": found.pk}), "id"
    names = [f"{page}-{own_slug}"]
    url = found.get_absolute_url()
    return Subject(found.name, words % {"name": found.name}, url, lambda below: newest(rows, below, column), names)


def of_two_tags(_: HttpRequest, first_slug: str, second_slug: str) -> Subject:
    first, second = named_tag(first_slug), named_tag(second_slug)
    url = both_address(first, second) if first != second else first.get_absolute_url()
    rarer, commoner = sorted([first, second], key=lambda tag: tag.article_count)
    name = gettext("%(one)s and %(other)s") % {"one": first.name, "other": second.name}
    words = gettext("Articles tagged both %(one)s and %(other)s.") % {"one": first.name, "other": second.name}
    names = [f"tag-{first.slug}", f"tag-{second.slug}"]
    return Subject(name, words, url, lambda below: added.tagged_both(rarer, commoner, below), names)


def of_period(_: HttpRequest, **start: date) -> Subject:
    """A ``year``, a ``month`` or a ``day``."""
    [(unit, first)] = start.items()
    if not periods.held_at(PeriodCount.Unit(unit), first):
        raise Http404("No articles for this date.")
    last = {"year": first.replace(month=12, day=31), "month": last_of_month(first), "day": first}[unit]
    name = {"year": f"{first.year}", "month": month_words(first), "day": day_words(first)}[unit]
    words = gettext("Articles filed under %(when)s") % {"when": name}
    names = [f"day-{first}"] if unit == "day" else []
    url = reverse(unit, args=[first])
    return Subject(name, words, url, lambda below: added.filed_between(first, last, below), names)


def of_undated(_: HttpRequest) -> Subject:
    name = gettext("Articles without a date")
    return Subject(name, name, reverse("undated"), lambda below: newest(Listed(_undated), below))


def of_unsourced(_: HttpRequest) -> Subject:
    name = gettext("Articles without the name of a source")
    return Subject(name, name, reverse("unsourced"), lambda below: newest(Listed(of_no_source), below))


def of_photos(_: HttpRequest) -> Subject:
    words = gettext("Photos of the articles that came last, with their captions and credits")
    rows, url = Listed[Any](with_photos), reverse("photos")
    return Subject(gettext("Photos"), words, url, lambda below: newest(rows, below, size=ENTRIES // 2), (), True)


def of_search(request: HttpRequest) -> Subject:
    """An alert: the hits of a search, in whatever order its page has."""
    asked, filters, unknown = understood(Asked.of(request.GET))
    asked = with_years(replace(asked.but(), order=Order.BEST), filters)
    if unknown or not (asked.query or filters):
        raise Http404("This search finds nothing.")
    compiled = compile_query(asked.query, filters)
    words = gettext("Articles found %(said)s") % {"said": said(asked, filters)}
    return Subject(asked.q or gettext("Search"), words, asked.url, lambda below: added.found(compiled, below))


@public()
def latest_feed(request: HttpRequest, form: str) -> HttpResponse:
    """The newest by date, without undated ones."""
    page = page_of(Listed(_dated), **asked_place(request), size=ENTRIES)
    entries = entries_of(with_text([article.pk for article in page.rows]), request)
    further = page.rows[-1].key if page.has_older else ""
    return written_feed(request, form, entries, "", settings.ARCHIVE_DESCRIPTION, reverse("home"), further=further)


@public()
def photos_feed(request: HttpRequest, form: str) -> HttpResponse:
    entries = _of_photos(newest_dated(ENTRIES), request)
    words = gettext("The newest photos, with their captions and credits")
    return written_feed(request, form, entries, gettext("Photos"), words, reverse("photos"))


@public()
def corrections_feed(request: HttpRequest, form: str) -> HttpResponse:
    place: tuple[int, ...] = ()
    if before := request.GET.get("before", ""):
        place = (get_object_or_404(ArticleChange.objects.only("pk"), alike=before, is_first=True).pk,)
    page = page_by(Listed(first_corrections), ("id",), older_than=place, size=ENTRIES)
    names = [row.alike for row in page.rows]
    words = gettext("What was corrected in the archive, word by word.")
    entries, further = correction_entries(names, base_url(request)), names[-1] if page.has_older else ""
    return written_feed(request, form, entries, gettext("Corrections"), words, reverse("added"), further=further)


def _dated() -> Any:
    return published().filter(archive_date__isnull=False)


def _undated() -> Any:
    return published().filter(archive_date=None)


def _below(request: HttpRequest) -> added.Below:
    """The article before which the page begins: ``?before=<key>``."""
    key = request.GET.get("before")
    return None if key is None else get_object_or_404(Article.objects.select_related("added").only("added"), key=key)


def _of_photos(photos: list[Any], request: HttpRequest) -> list[dict[str, Any]]:
    base, notes = base_url(request), caption_notes(photos)
    return [photo_entry(photo, notes[photo.pk], base) for photo in photos]
