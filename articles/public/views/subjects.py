"""Tags, two tags together, and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse

from articles.models import Article, Source, SourceMonth, Tag, TagAlias, TagMonth
from articles.models.keyset import Listed
from articles.models.prepared import rows_of
from articles.public.absolute import canonical
from articles.public.caching import naming, public
from articles.public.formats.feeds import feed_links
from articles.public.listings import articles, periods
from articles.public.listings.articles import Listing
from articles.public.listings.charts import FROM, TAGGED, Words, share, timeline_of
from articles.public.search.address import Asked
from articles.public.search.related import related_tags
from articles.text.dates import Span, span_words

SOURCES_SHOWN = 1000


@public()
def tag(request: HttpRequest, slug: str) -> HttpResponseBase:
    found = named_tag(slug)
    if found.slug != slug:
        return _moved(found.get_absolute_url(), request)
    span = Span.asked(request.GET)
    listing = articles.list_tagged(request, found, span=span)
    months = rows_of(TagMonth, lambda pk: TagMonth.objects.filter(tag_id=pk).values_list("month", "articles"), found.pk)
    context = {
        "here": "tags",
        "tag": found,
        "aliases": rows_of(TagAlias, lambda pk: TagAlias.objects.filter(tag_id=pk), found.pk),
        "feeds": feed_links("tag-feed", found.slug),
        "together": [(related, both_address(found.slug, related.slug)) for related in related_tags(found)],
        "within": Asked(tags=(slug,), since=span.ends[0], until=span.ends[1]),
        **_through_time(request, listing, dict(months), span, found, TAGGED),
    }
    return naming(render(request, "articles/tag.html", context), f"tag-{slug}")


@public()
def source(request: HttpRequest, slug: str) -> HttpResponseBase:
    found = Source.objects.named(slug)
    if found is None:
        raise Http404("No such source.")
    if found.slug != slug:
        return _moved(found.get_absolute_url(), request)
    span = Span.asked(request.GET)
    listing = articles.list_articles(request, Listed(articles.published, within={"source_id": found.pk}), span=span)
    months = rows_of(
        SourceMonth, lambda pk: SourceMonth.objects.filter(source_id=pk).values_list("month", "articles"), found.pk
    )
    context = {
        "here": "sources",
        "source": found,
        "feeds": feed_links("source-feed", found.slug),
        "within": Asked(source=slug, since=span.ends[0], until=span.ends[1]),
        **_through_time(request, listing, dict(months), span, found, FROM),
    }
    return naming(render(request, "articles/source.html", context), f"source-{slug}")


def _through_time(
    request: HttpRequest, listing: Listing, months: Mapping[int, int], span: Span, subject: Tag | Source, words: Words
) -> dict[str, Any]:
    """The context of a tag's or source's timeline. ``months`` are counts by month (``200403``)."""
    if not listing.entries and (span.is_open or not subject.article_count):
        raise Http404("No articles.")
    years = [month // 100 for month in months]
    since, until = span.ends
    return {
        "listing": listing,
        "span": span_words(min(years), max(years)) if years else "",
        "undated": subject.article_count - sum(months.values()),
        "timeline": timeline_of(months, span, words=replace(words, name=subject.name)),
        "canonical": canonical(request, {name: end for name, end in (("from", since), ("to", until)) if end}),
    }


def named_tag(slug: str) -> Tag:
    """A tag by its slug or an alias, in any case; else 404."""
    tag = Tag.objects.addressed(slug)
    if tag is None:
        raise Http404("No such tag.")
    return tag


def both_address(first_slug: str, second_slug: str) -> str:
    """The same address in either order."""
    return reverse("two-tags", args=sorted([first_slug, second_slug]))


@public()
def two_tags(request: HttpRequest, first_slug: str, second_slug: str) -> HttpResponseBase:
    first, second = named_tag(first_slug), named_tag(second_slug)
    if first == second:
        return _moved(first.get_absolute_url(), request)
    if [first_slug, second_slug] != sorted([first.slug, second.slug]):
        return _moved(both_address(first.slug, second.slug), request)
    rarer, commoner = sorted([first, second], key=lambda tag: tag.article_count)
    context = {
        "here": "tags",
        "tags": [first, second],
        "within": Asked(tags=(first.slug, second.slug)),
        "listing": articles.list_tagged_both(request, rarer, commoner),
    }
    return naming(render(request, "articles/two_tags.html", context), f"tag-{first_slug}", f"tag-{second_slug}")


def _moved(address: str, request: HttpRequest) -> HttpResponsePermanentRedirect:
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


@public()
def sources(request: HttpRequest) -> HttpResponse:
    dated = Article.objects.published().filter(source=OuterRef("pk"), archive_date__isnull=False)
    first = Subquery(dated.order_by("archive_date").values("archive_date")[:1])
    last = Subquery(dated.order_by("-archive_date").values("archive_date")[:1])
    used: Any = Source.objects.filter(article_count__gt=0).annotate(first=first, last=last)
    rows = list(used.order_by("-article_count", "name")[:SOURCES_SHOWN])
    unnamed = periods.unsourced() if rows else 0
    most = max([unnamed, *(source.article_count for source in rows)])
    context = {
        "here": "sources",
        "sources": [
            {
                "source": source,
                "span": span_words(source.first.year, source.last.year) if source.first else "",
                "bar": share(source.article_count, most),
            }
            for source in rows
        ],
        "unnamed": unnamed,
        "unnamed_bar": share(unnamed, most),
    }
    return render(request, "articles/sources.html", context)


@public()
def unsourced(request: HttpRequest) -> HttpResponse:
    listing = articles.list_articles(request, Listed(articles.of_no_source))
    if not listing.entries:
        raise Http404("Every article names its source.")
    days = articles.of_no_source().filter(archive_date__isnull=False).values_list("archive_date", flat=True)
    first, last = days.order_by("archive_date").first(), days.order_by("-archive_date").first()
    context = {
        "here": "sources",
        "count": periods.unsourced(),
        "span": span_words(first.year, last.year) if first and last else "",
        "listing": listing,
    }
    return render(request, "articles/unsourced.html", context)
