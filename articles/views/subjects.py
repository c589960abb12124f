"""Tags, two tags together, and sources."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse

from articles import periods
from articles.charts import Indexed, indexed, share
from articles.feeds import feed_links
from articles.listings import Listing, list_articles, list_tagged, list_tagged_both, of_source, taggings
from articles.models import Article, Source, Tag, Tagging
from articles.public import public
from articles.wording import span_words

TAGS_SHOWN = 2000
SOURCES_SHOWN = 1000
DIGITS, OTHERS = "0–9", "Other letters"
TOGETHER = 4


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the tag index, with an anchor, and its tags in order; without tags it is only named."""

    name: str
    anchor: str
    tags: list[Indexed]


@public()
def tags(request: HttpRequest) -> HttpResponse:
    used = Tag.objects.used()
    shown = list(used.order_by("-article_count", "name")[:TAGS_SHOWN])
    count = len(shown) if len(shown) < TAGS_SHOWN else used.count()
    letters = by_letter(shown)
    context = {"here": "tags", "count": count, "shown": len(shown), "letters": letters}
    return render(request, "articles/tags.html", context)


def by_letter(tags: Iterable[Tag]) -> list[Letter]:
    """A to Z, whether used or not, then digits and the letters of other scripts where there are any."""
    rows = sorted(tags, key=lambda tag: (sorting_name(tag.name), tag.name))
    most = max((tag.article_count for tag in rows), default=0)
    groups: dict[str, list[tuple[str, str, int]]] = {letter: [] for letter in [*ascii_uppercase, DIGITS, OTHERS]}
    for tag in rows:
        groups[letter_of(tag.name)].append((tag.name, tag.get_absolute_url(), tag.article_count))
    anchors = {DIGITS: "digits", OTHERS: "others"}
    return [
        Letter(name, f"letter-{anchors.get(name, name.lower())}", indexed(lines, most=most))
        for name, lines in groups.items()
        if lines or name in ascii_uppercase
    ]


def sorting_name(name: str) -> str:
    """A name without accents and capitals, for sorting."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(character for character in plain if not unicodedata.combining(character)).casefold()


def letter_of(name: str) -> str:
    first = sorting_name(name.lstrip("#“\"'‘(")).upper()[:1]
    return first if first and first in ascii_uppercase else DIGITS if first.isdigit() else OTHERS


@public()
def tag(request: HttpRequest, slug: str) -> HttpResponseBase:
    found = named_tag(slug)
    if found.slug != slug:
        return _moved(found.get_absolute_url(), request)
    listing = list_tagged(request, found)
    if not listing.entries:
        raise Http404("No published article has this tag.")
    context = {
        "here": "tags",
        "tag": found,
        "aliases": found.aliases.all(),
        "span": _span(taggings(found)),
        "feeds": feed_links("tag-feed", found.slug),
        "listing": listing,
        "together": together_with(found, listing),
    }
    return render(request, "articles/tag.html", context)


def named_tag(slug: str) -> Tag:
    """A tag by its slug, by that of another name, or by either in lower case; else a 404."""
    tag = Tag.objects.named(slug) or Tag.objects.named(slug.lower())
    if tag is None:
        raise Http404("No tag is called so.")
    return tag


def together_with(tag: Tag, listing: Listing) -> list[tuple[Tag, str]]:
    """The tags that this page's articles most often have besides, with the address of both."""
    ids = [article.pk for article in listing.articles]
    counts = Counter(Tagging.objects.filter(article_id__in=ids).exclude(tag=tag).values_list("tag_id", flat=True))
    often = [pk for pk, _ in sorted(counts.items(), key=lambda count: (-count[1], count[0]))[:TOGETHER]]
    others = sorted(Tag.objects.filter(pk__in=often), key=lambda other: other.name)
    return [(other, both_address(tag.slug, other.slug)) for other in others]


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
        "listing": list_tagged_both(request, rarer, commoner),
    }
    return render(request, "articles/two_tags.html", context)


def _moved(address: str, request: HttpRequest) -> HttpResponsePermanentRedirect:
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


def _span(rows: QuerySet[Article, Article] | QuerySet[Tagging, Tagging]) -> str:
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
    listing = list_articles(request, of_source(found))
    if not listing.entries:
        raise Http404("No published article comes from this source.")
    context = {
        "here": "sources",
        "source": found,
        "span": _span(of_source(found)),
        "feeds": feed_links("source-feed", found.slug),
        "listing": listing,
    }
    return render(request, "articles/source.html", context)
