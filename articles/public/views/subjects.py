"""Tags, two tags together, and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse

from articles.models import Article, Source, Tag
from articles.public.absolute import absolute
from articles.public.caching import public
from articles.public.formats.feeds import feed_links
from articles.public.listings import periods
from articles.public.listings.articles import Listing, list_articles, list_tagged, list_tagged_both, of_source
from articles.public.listings.charts import share
from articles.public.listings.related_tags import related_tags
from articles.public.listings.timelines import timeline_of
from articles.public.search.address import Asked
from articles.text.dates import Span, span_words

SOURCES_SHOWN = 1000


@public()
def tag(request: HttpRequest, slug: str) -> HttpResponseBase:
    found = named_tag(slug)
    if found.slug != slug:
        return _moved(found.get_absolute_url(), request)
    span = Span.asked(request.GET)
    listing = list_tagged(request, found, span=span)
    if not listing.entries and (span.is_open or not found.article_count):
        raise Http404("No published article has this tag.")
    context = {
        "here": "tags",
        "tag": found,
        "aliases": found.aliases.all(),
        "feeds": feed_links("tag-feed", found.slug),
        "together": [(other, both_address(found.slug, other.slug)) for other in related_tags(found)],
        **_through_time(
            request, listing, periods.months_of_tag(found), span, found.article_count, f"tagged {found.name}"
        ),
        "within": _search_within(span, tags=(found.slug,)),
    }
    return render(request, "articles/tag.html", context)


def _through_time(
    request: HttpRequest, listing: Listing, months: Mapping[int, int], span: Span, held: int, of: str
) -> dict[str, Any]:
    """What the page of a tag or a source, which has so many articles, shows of them in time, narrowed or not."""
    years = [month // 100 for month in months]
    place = next(((name, request.GET[name]) for name in ("before", "after") if name in request.GET), None)
    query = "&".join(filter(None, [span.query, urlencode([place]) if place else ""]))
    return {
        "listing": listing,
        "span": span_words(min(years), max(years)) if years else "",
        "undated": held - sum(months.values()),
        "timeline": timeline_of(months, span, of=of),
        "canonical": absolute(request, f"{request.path}?{query}" if query else request.path),
    }


def _search_within(span: Span, **of: Any) -> Asked:
    """The search for all that a page of a tag or a source lists, narrowed to a span or not."""
    since, until = span.ends
    return Asked(since=since, until=until, **of)


def named_tag(slug: str) -> Tag:
    """A tag by its slug, by that of another name, or by either in lower case; else a 404."""
    tag = Tag.objects.addressed(slug)
    if tag is None:
        raise Http404("No tag is called so.")
    return tag


def both_address(one: str, other: str) -> str:
    """The one address of two tags, whatever their order."""
    return reverse("two-tags", args=sorted([one, other]))


@public()
def two_tags(request: HttpRequest, one: str, other: str) -> HttpResponseBase:
    first, second = named_tag(one), named_tag(other)
    if first == second:
        return _moved(first.get_absolute_url(), request)
    if [one, other] != sorted([first.slug, second.slug]):
        return _moved(both_address(first.slug, second.slug), request)
    rarer, commoner = sorted([first, second], key=lambda tag: tag.article_count)
    context = {
        "here": "tags",
        "tags": [first, second],
        "within": Asked(tags=(first.slug, second.slug)),
        "listing": list_tagged_both(request, rarer, commoner),
    }
    return render(request, "articles/two_tags.html", context)


def _moved(address: str, request: HttpRequest) -> HttpResponsePermanentRedirect:
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


def _span(rows: QuerySet[Article, Article]) -> str:
    """The years of the first and the last of dated rows: two index lookups."""
    days = rows.filter(archive_date__isnull=False).values_list("archive_date", flat=True)
    first, last = days.order_by("archive_date").first(), days.order_by("-archive_date").first()
    return span_words(first.year, last.year) if first and last else ""


# --- Sources. ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HeldSource:
    """A source in the index: what the archive holds of it."""

    source: Source
    span: str
    bar: str


@public()
def sources(request: HttpRequest) -> HttpResponse:
    dated = Article.objects.published().filter(source=OuterRef("pk"), archive_date__isnull=False)
    first = Subquery(dated.order_by("archive_date").values("archive_date")[:1])
    last = Subquery(dated.order_by("-archive_date").values("archive_date")[:1])
    used: Any = Source.objects.filter(article_count__gt=0).annotate(first=first, last=last)
    rows = list(used.order_by("-article_count", "name")[:SOURCES_SHOWN])
    unnamed = periods.unsourced()
    most = max([unnamed, *(source.article_count for source in rows)])
    held = [
        HeldSource(
            source,
            span_words(source.first.year, source.last.year) if source.first and source.last else "",
            share(source.article_count, most),
        )
        for source in rows
    ]
    context = {"here": "sources", "sources": held, "unnamed": unnamed, "unnamed_bar": share(unnamed, most)}
    return render(request, "articles/sources.html", context)


@public()
def unsourced(request: HttpRequest) -> HttpResponse:
    listing = list_articles(request, of_source(None))
    if not listing.entries:
        raise Http404("Every article names its source.")
    context = {
        "here": "sources",
        "count": periods.unsourced(),
        "span": _span(of_source(None)),
        "listing": listing,
    }
    return render(request, "articles/unsourced.html", context)


@public()
def source(request: HttpRequest, slug: str) -> HttpResponseBase:
    found = Source.objects.named(slug)
    if found is None:
        raise Http404("No source is called so.")
    if found.slug != slug:
        return _moved(found.get_absolute_url(), request)
    span = Span.asked(request.GET)
    listing = list_articles(request, of_source(found), span=span)
    if not listing.entries and (span.is_open or not found.article_count):
        raise Http404("No published article comes from this source.")
    context = {
        "here": "sources",
        "source": found,
        "feeds": feed_links("source-feed", found.slug),
        **_through_time(
            request, listing, periods.months_of_source(found), span, found.article_count, f"from {found.name}"
        ),
        "within": _search_within(span, source=found.slug),
    }
    return render(request, "articles/source.html", context)
