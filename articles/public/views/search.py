"""The search page and suggestions."""

import json
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from articles.models import Author, PeriodCount, Source, Tag
from articles.models.article import dated_path
from articles.models.prepared import rows_of
from articles.public.absolute import absolute, form_of, size_of
from articles.public.caching import public
from articles.public.formats.lists import page_or_data
from articles.public.listings import periods
from articles.public.listings.articles import ListingEnds
from articles.public.listings.charts import FOUND, TIMELINE_HEIGHT_PX, Chart, months_chart, years_chart
from articles.public.redirects import articles_at
from articles.public.search.address import Asked
from articles.public.search.broader import broader, with_years
from articles.public.search.hits import hits_of
from articles.public.search.notes import note, notes_of
from articles.public.search.photos import of_words
from articles.public.search.suggesting import suggestions
from articles.public.views.errors import at_former_path
from articles.search.asking import MOST_PER_PREFIX, Filters, compile_query, cut_prefixes, runs_of, sources_called
from articles.search.finding import MOST, PAGE_SIZE, SHARED_OUT, Found, Order, count, count_words, find
from articles.search.query import with_days, without_quotes
from articles.text.dates import Span, asked_words, between_words, decade_words, written_days
from articles.text.keys import AUTHOR, name_slug
from articles.text.languages import language_words
from articles.text.messages import gettext
from articles.text.phrases import absent, counted, listed

Unit = PeriodCount.Unit
FACETS_SHOWN = 8
MOST_SOURCES = 3  # that are offered
PHOTO_WORDS = {"photo", "photos", "picture", "pictures", "image", "images", "foto", "fotos", "bild", "bilder", "图片"}
ORDERS = {Order.BEST: _("best match"), Order.NEWEST: _("newest"), Order.OLDEST: _("oldest")}


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a facet: its name, the search that it toggles (``""``: none), and its number of articles."""

    name: str
    url: str
    count: int
    is_on: bool = False


@public()
def search(request: HttpRequest) -> HttpResponseBase:
    asked, filters, unknown = understood(Asked.of(request.GET))
    if [(name, value) for name, values in request.GET.lists() for value in values] != asked.parameters:
        return HttpResponseRedirect(asked.url.replace(reverse("search"), request.path, 1))
    if unknown and form_of(request):
        raise Http404("No such tag, author, source or language.")
    if response := at_former_path(request, articles_at(asked.q)):  # a web address was pasted
        return response
    asked = with_years(asked, filters)
    query = asked.query
    no_date = gettext("“%(text)s” is not a date. Write 2023, 2023-09 or 2023-09-06.")
    cut = gettext("Too many words begin with “%(begun)s”. The %(count)s most frequent in headlines were used.")
    notes = [
        *unknown,
        *(note(no_date, text=text) for text in (asked.since, asked.until) if text and not written_days(text)),
        *(note(cut, begun=begun, count=MOST_PER_PREFIX) for begun in cut_prefixes(query)),
        *notes_of(asked, lambda state: state.url),
        *_page_of_days(asked.q),
        *_only_sources(asked, filters),
        *_photos_of(asked),
    ]
    context = {"here": "search", "asked": asked, "query": query, "notes": notes}
    if not query and not filters:
        if asked.page > 1:
            raise ListingEnds
        return page_or_data(request, "articles/search.html", {**context, "held": periods.holdings(), "is_empty": True})
    context["feed"] = "" if unknown else asked.feed_url
    compiled = compile_query(query, filters)
    found = find(compiled, asked.order, asked.page, asked.before, size_of(request, PAGE_SIZE))
    if asked.page > 1 and not found.numbers:
        raise ListingEnds
    further_back = asked.url_but(back=found.since.isoformat()[:7]) if found.since else ""
    context |= {"found": found, "said": said(asked, filters), "further_back": further_back}
    if found.numbers:
        context |= {
            "notes": [*_as_words(asked, filters), *notes],
            "orders": [(name, asked.url_but(order=order), order is asked.order) for order, name in ORDERS.items()],
            "hits": hits_of(found.numbers, compiled),
            # Facets count the newest hits, which a page further back does not read.
            "timeline": None if asked.back else _timeline(asked, found),
            "facets": [] if asked.back else _facets(asked, filters, found),
            "next": replace(asked, page=asked.page + 1).url if found.has_next else "",
            "previous": replace(asked, page=asked.page - 1).url if asked.page > 1 else "",
            "most": MOST,
            "shared_out": SHARED_OUT,
        }
    else:
        context |= {
            "everywhere": Asked(q=asked.q, order=asked.order).url,
            "first_page": asked.url_but(),
            "held": periods.holdings(),
        }
        if found.since is None and not asked.back:
            context |= _broader(asked, filters)
    return page_or_data(request, "articles/search.html", context)


def _broader(asked: Asked, filters: Filters) -> dict[str, Any]:
    """The first hits of the nearest broader search, or ``{}``."""
    wider = broader(asked, filters)
    if wider is None:
        return {}
    compiled = compile_query(wider.asked.query, wider.filters)
    found = find(compiled, asked.order)
    return {
        "broader": wider,
        "broader_count": found.count_words,
        "hits": hits_of(found.numbers, compiled),
        "next": replace(wider.asked, page=2).url if found.has_next else "",
    }


def understood(asked: Asked) -> tuple[Asked, Filters, list[SafeString]]:
    """The search with current slugs, its filters, and a sentence on each unknown name."""
    unknown, slugs, tags = [], set(), {}
    for slug in asked.tags:
        model, name = (Author, slug.removeprefix(AUTHOR)) if slug.startswith(AUTHOR) else (Tag, slug)
        tag = model.objects.named(name)
        slugs.add(tag.slug if tag else slug)
        if tag:
            tags[tag.pk] = tag
        else:
            words = {Tag: gettext("No tag is called “%(name)s”."), Author: gettext("No author is called “%(name)s”.")}
            unknown.append(note(words[model], name=name))
    source = Source.objects.named(asked.source) if asked.source else None
    if asked.source and source is None:
        unknown.append(note(gettext("No source is called “%(name)s”."), name=asked.source))
    language = asked.language.partition("-")[0]
    if language and not re.fullmatch("[a-z]{2,8}", language):
        unknown.append(note(gettext("No language is called “%(name)s”."), name=asked.language))
        language = ""
    asked = replace(asked, tags=tuple(sorted(slugs)), source=source.slug if source else asked.source)
    return asked, Filters(tuple(tags.values()), source, language), unknown


def _page_of_days(text: str) -> list[SafeString]:
    """A link to the page of a year, month or day that is the query; no note for other numbers of four digits."""
    days = written_days(without_quotes(text))
    if days is None:
        return []
    length = (days[1] - days[0]).days
    unit, letters = (Unit.DAY, 10) if length == 0 else (Unit.MONTH, 7) if length <= 31 else (Unit.YEAR, 4)
    when = days[0].isoformat()[:letters]
    if held := periods.held_at(unit, days[0]):
        message, articles = gettext("Browse %(articles)s from %(link)s."), counted(held, "article")
        return [note(message, articles=articles, link=asked_words(when), url=dated_path(when), is_search=False)]
    return [] if unit is Unit.YEAR else [note(gettext("No articles from %(when)s."), when=asked_words(when))]


def _as_words(asked: Asked, filters: Filters) -> list[SafeString]:
    """A link to the search for the words that were read as a date."""
    query = asked.words
    if query.dated is None:
        return []
    message = gettext("%(date)s was read as a date. As words: %(link)s, %(articles)s.")
    in_words = asked.but(q=str(query.undated))
    return _offer(message, in_words, filters, link=in_words.q, date=query.dated.text)


def _only_sources(asked: Asked, filters: Filters) -> list[SafeString]:
    """Links to the rest of the search in sources with some of the words as a part of their name."""
    clauses = asked.words.clauses
    places = {name_slug(run.text): places for run, places in runs_of(clauses, shortest=1).items()}
    named = {} if filters.source else sources_called(places)
    longest = next((slug for slug in reversed(places) if slug in named), "")
    sources = Source.objects.filter(pk__in=named[longest]).order_by("-article_count", "name") if longest else ()
    notes = []
    for source in sources[:MOST_SOURCES]:
        rest = tuple(clause for place, clause in enumerate(clauses) if place not in places[longest])
        narrowed = asked.but(q=str(replace(asked.words, clauses=rest)), source=source.slug)
        notes += _offer(gettext("Only %(link)s: %(articles)s."), narrowed, replace(filters, source=source), source.name)
    return notes


def _offer(message: str, asked: Asked, filters: Filters, link: str, **values: Any) -> list[SafeString]:
    """A note with a link to a search, if that has hits."""
    if filters.source and not asked.query and filters == Filters(source=filters.source):
        found, is_more = filters.source.article_count, False
    else:
        found, is_more = count(compile_query(asked.query, filters))
    articles = count_words(found, is_more=is_more)
    return [note(message, link=link, url=asked.url, articles=articles, **values)] if found else []


def _photos_of(asked: Asked) -> list[SafeString]:
    """A link to the search for photos, with the word *photos* left out."""
    clauses = tuple(
        clause for clause in asked.words.clauses if not {str(term).lower() for term in clause} <= PHOTO_WORDS
    )
    if asked.filter_count or not clauses or clauses == asked.words.clauses:
        return []
    found = of_words(str(with_days(replace(asked.words, clauses=clauses), with_numbers=True)))
    if found is None:
        return []
    words, articles = found[0].typed["q"], found[1]
    url = f"{reverse('photos')}?{urlencode({'q': words})}"
    return [note(gettext("Search photos for %(link)s: %(articles)s."), link=words, url=url, articles=articles)]


def said(asked: Asked, filters: Filters) -> str:
    """The search in words, to follow the number of hits."""
    query = asked.query
    tags = listed([tag.name for tag in filters.tags if not tag.is_author])
    authors = listed([tag.name for tag in filters.tags if tag.is_author])
    parts = [
        gettext("for “%(query)s”") % {"query": asked.q} if asked.q else "",
        gettext("tagged %(tags)s") % {"tags": tags} if tags else "",
        gettext("by %(authors)s") % {"authors": authors} if authors else "",
        gettext("in %(source)s") % {"source": filters.source.name} if filters.source else "",
        gettext("in %(language)s") % {"language": language_words(filters.language)} if filters.language else "",
        gettext("before %(when)s") % {"when": asked_words(asked.back)} if asked.back else "",
        between_words(query.since, query.until),
        gettext("with a photo") if query.has_photo else "",
    ]
    return ", ".join(filter(None, parts))


def _timeline(asked: Asked, found: Found) -> Chart | None:
    """Hits by year, or by month if all are from one year; ``None`` for a single month or no dates."""
    link, years = asked.url_between, found.years
    if len(years) > 1:
        return years_chart(years, link=link, words=FOUND, height=TIMELINE_HEIGHT_PX)
    if len(found.months) < 2:
        return None
    [year] = years
    within = Span(asked.query.first, asked.query.last)
    return months_chart(year, found.months, link=link, words=FOUND, within=within, height=TIMELINE_HEIGHT_PX)


@public()
def suggest(request: HttpRequest) -> HttpResponse:
    """Suggestions in the format of browsers' address bars.
    https://github.com/dewitt/opensearch/blob/master/mediawiki/Specifications/OpenSearch/Extensions/Suggestions/1.1/Draft%201.wiki
    """
    typed = request.GET.get("q", "")
    found = suggestions(typed)
    texts, words, urls = ([suggestion[at] for suggestion in found] for at in range(3))
    lines = [typed, texts, words, [absolute(request, url) for url in urls]]
    return HttpResponse(json.dumps(lines), content_type="application/x-suggestions+json")


@public()
def opensearch(request: HttpRequest) -> HttpResponse:
    paths = {"search": reverse("search"), "suggest": reverse("suggest"), "icon": "/favicon.ico"}
    context = {name: absolute(request, path) for name, path in paths.items()}
    return render(request, "articles/opensearch.xml", context, content_type="application/opensearchdescription+xml")


def _facets(asked: Asked, filters: Filters, found: Found) -> list[tuple[str, str, list[Choice]]]:
    """Each with its name in the page's ids, and its title."""
    counts, total = found.counts, found.total
    if filters.source:
        sources = [Choice(filters.source.name, asked.url_but(source=""), total, is_on=True)]
    else:
        by_source = Source.objects.counted_now(counts.sources)
        often = sorted(by_source.items(), key=lambda pair: (-pair[1], pair[0].name))[:FACETS_SHOWN]
        sources = [Choice(source.name, asked.url_but(source=source.slug), count) for source, count in often]
    if filters.language:
        languages = [Choice(language_words(asked.language), asked.url_but(language=""), total, is_on=True)]
    else:
        commonest = sorted(counts.languages.items(), key=lambda pair: (-pair[1], pair[0]))[:FACETS_SHOWN]
        languages = [Choice(language_words(tag), asked.url_but(language=tag), count) for tag, count in commonest]
    with_photo, is_on = counts.with_photo, asked.has_photo
    photo = Choice(gettext("With a photo"), asked.url_but(has_photo=not is_on), total if is_on else with_photo, is_on)
    tags, authors = _tags_and_authors(asked, filters, found)
    facets = [
        ("years", gettext("Years"), _years(asked, found)),
        ("tags", gettext("Tags"), tags),
        ("authors", gettext("Authors"), authors),
        ("sources", gettext("Sources"), sources),
        ("languages", gettext("Languages"), languages if len(languages) > 1 or filters.language else []),
        ("photos", gettext("Photos"), [photo] if is_on or 0 < with_photo < total else []),
    ]
    return [(name, title, choices) for name, title, choices in facets if choices]


def _years(asked: Asked, found: Found) -> list[Choice]:
    """Decades if there are many years. A line removes the chosen span; undated hits have no link."""
    chosen = []
    if asked.has_dates:
        is_one = asked.since == asked.until
        words = asked_words(asked.since) if is_one else between_words(asked.since, asked.until)
        chosen = [Choice(capfirst(words), asked.url_but(since="", until=""), found.total, is_on=True)]
        if is_one:
            return chosen
    years = found.years
    step, name_of = (10, decade_words) if len(years) > FACETS_SHOWN else (1, str)
    choices = []
    for first in sorted({year // step * step for year in years}, reverse=True):
        url = asked.url_between(Span(date(max(first, 1), 1, 1), date(first + step - 1, 12, 31)))
        choices.append(Choice(name_of(first), url, sum(years.get(year, 0) for year in range(first, first + step))))
    if undated := found.total - sum(years.values()):
        choices.append(Choice(absent("date"), "", undated))
    return [*chosen, *(choices if len(choices) > 1 else [])]


def _tags_and_authors(asked: Asked, filters: Filters, found: Found) -> tuple[list[Choice], list[Choice]]:
    counts, chosen, columns = found.counts.tags, {tag.pk for tag in filters.tags}, ("name", "slug", "is_author")
    ids = [pk for pk in counts if pk not in chosen]
    named = rows_of("tags of a facet", lambda ids: Tag.everything.filter(pk__in=ids).only(*columns), ids)
    further = sorted(named, key=lambda tag: ids.index(tag.pk))

    def choices(*, of_authors: bool) -> list[Choice]:
        on, more = ([tag for tag in tags if tag.is_author == of_authors] for tags in (filters.tags, further))
        lines = [(tag, found.total) for tag in on] + [(tag, counts[tag.pk]) for tag in more[:FACETS_SHOWN]]
        return [
            Choice(tag.name, asked.url_but(tags=tuple(sorted({*asked.tags} ^ {tag.slug}))), count, tag in on)
            for tag, count in lines
        ]

    return choices(of_authors=False), choices(of_authors=True)
