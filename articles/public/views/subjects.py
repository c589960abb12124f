"""Tags, two tags together, sources; and the index of tags: the largest, further ones by size, and by letter."""

from collections.abc import Mapping
from dataclasses import replace
from string import ascii_lowercase
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from articles.models import Article, Author, Source, SourceMonth, Tag, TagAlias, TagMonth
from articles.models.keyset import Listed
from articles.models.prepared import rows_of
from articles.models.tag import tag_path
from articles.public.absolute import canonical, form_of, place_in, query_of
from articles.public.caching import naming, public
from articles.public.formats.lists import page_or_data
from articles.public.listings import articles, periods
from articles.public.listings.articles import Listing, ListingEnds
from articles.public.listings.charts import BY, FROM, TAGGED, Words, indexed, share, timeline_of
from articles.public.listings.photos import credits_of, strip_tagged
from articles.public.listings.rows import TAGS_COUNTED, kind_words, largest, tags_by_kind
from articles.public.search.address import Asked
from articles.public.search.related import related_tags
from articles.text.alphabet import LETTERS
from articles.text.dates import Span, span_words
from articles.text.messages import gettext
from articles.text.phrases import TAG_KINDS, counted

SOURCES_SHOWN = 1000
TAGS_A_PAGE, TAGS_A_KIND = 100, 24


@public()
def tag(request: HttpRequest, slug: str, model: type[Tag] = Tag) -> HttpResponseBase:
    """A tag or an author."""
    found, page = named_tag(slug, model), str(model._meta.model_name)
    if found.bare_slug != slug:
        return _moved(found.get_absolute_url(), request)
    span, oldest_first = Span.asked(request.GET), request.GET.get("sort") == "oldest"
    rows, id_field = Listed(articles.taggings, (found.pk,)), "article_id"
    listing = articles.list_articles(request, rows, span=span, oldest_first=oldest_first, id_field=id_field)
    aliases = rows_of(TagAlias, lambda pk: TagAlias.objects.filter(tag_id=pk), found.pk)
    is_first = not place_in(request)
    credited = [found.name, *(alias.name for alias in aliases)] if found.is_author and is_first else []
    has_pictures = span.is_open and (listing.older or any(entry.picture or entry.photos for entry in listing.entries))
    context = {
        "here": f"{page}s",
        "tag": found,
        "aliases": aliases,
        "feed": reverse(f"{page}-feed", args=[slug, "atom"]),
        "together": [(related, both_address(found, related)) for related in related_tags(found)],
        "within": Asked(tags=(found.slug,), since=span.ends[0], until=span.ends[1]),
        "credits": [credit for name in credited for credit in credits_of(name)],
        "pictures": strip_tagged(found.pk) if has_pictures and is_first and not found.is_author else [],
        **_through_time(request, listing, span, found, BY if found.is_author else TAGGED),
    }
    return naming(page_or_data(request, "articles/tag.html", context), f"{page}-{slug}")


@public()
def source(request: HttpRequest, slug: str) -> HttpResponseBase:
    found = Source.objects.named(slug)
    if found is None:
        raise Http404("No such source.")
    if found.slug != slug:
        return _moved(found.get_absolute_url(), request)
    span, oldest_first = Span.asked(request.GET), request.GET.get("sort") == "oldest"
    rows = Listed(articles.published, within={"source_id": found.pk})
    listing = articles.list_articles(request, rows, span=span, oldest_first=oldest_first)
    context = {
        "here": "sources",
        "source": found,
        "feed": reverse("source-feed", args=[found.slug, "atom"]),
        "within": Asked(source=slug, since=span.ends[0], until=span.ends[1]),
        **_through_time(request, listing, span, found, FROM),
    }
    return naming(page_or_data(request, "articles/source.html", context), f"source-{slug}")


def _through_time(
    request: HttpRequest, listing: Listing, span: Span, subject: Tag | Source, words: Words
) -> dict[str, Any]:
    """The context of a tag's or source's timeline."""
    counts, owner = (TagMonth, "tag_id") if isinstance(subject, Tag) else (SourceMonth, "source_id")
    columns = ("month", "articles")
    found = rows_of(counts, lambda pk: counts.objects.filter(**{owner: pk}).values_list(*columns), subject.pk)
    months: dict[int, int] = dict(found)
    if not listing.entries and (span.is_open or not subject.article_count):
        raise Http404("No articles.")
    years = [month // 100 for month in months]
    orders = {False: span.parameters, True: {**span.parameters, "sort": "oldest"}}  # by ``oldest_first``
    names = (gettext("newest"), gettext("oldest"))
    lines = [(names[of], query_of(query), of == listing.oldest_first) for of, query in orders.items()]
    return {
        "listing": listing,
        "orders": lines if subject.article_count > 1 else [],
        "span": span_words(min(years), max(years)) if years else "",
        "undated": subject.article_count - sum(months.values()),
        "timeline": timeline_of(months, span, words=replace(words, name=subject.name)),
        "canonical": canonical(request, orders[listing.oldest_first]),
    }


def named_tag(slug: str, model: type[Tag] = Tag) -> Tag:
    """A tag or author by its slug or an alias, in any case; else 404."""
    tag: Tag | None = model.objects.addressed(slug)
    if tag is None:
        raise Http404("No such tag.")
    return tag


def both_address(first: Tag, second: Tag) -> str:
    """The same address in either order; of an author and a tag, a search."""
    slugs = sorted([first.slug, second.slug])
    return Asked(tags=tuple(slugs)).url if first.is_author or second.is_author else tag_path("+".join(slugs))


@public()
def two_tags(request: HttpRequest, first_slug: str, second_slug: str) -> HttpResponseBase:
    first, second = named_tag(first_slug), named_tag(second_slug)
    if first == second:
        return _moved(first.get_absolute_url(), request)
    if [first_slug, second_slug] != sorted([first.slug, second.slug]):
        return _moved(both_address(first, second), request)
    rarer, commoner = sorted([first, second], key=lambda tag: tag.article_count)
    context = {
        "here": "tags",
        "tags": [first, second],
        "within": Asked(tags=(first.slug, second.slug)),
        "feed": reverse("two-tags-feed", args=[first_slug, second_slug, "atom"]),
        "listing": articles.list_tagged_both(request, rarer, commoner),
    }
    return naming(page_or_data(request, "articles/two_tags.html", context), f"tag-{first_slug}", f"tag-{second_slug}")


def _moved(address: str, request: HttpRequest) -> HttpResponsePermanentRedirect:
    address += f"list.{form}" if (form := form_of(request)) else ""
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
            (row, span_words(row.first.year, row.last.year) if row.first else "", share(row.article_count, most))
            for row in rows
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
    return page_or_data(request, "articles/unsourced.html", context)


@public()
def tags(request: HttpRequest, model: type[Tag] = Tag) -> HttpResponse:
    """The index of tags, or of authors."""
    letter, kind = request.GET.get("letter"), request.GET.get("kind")
    if letter is not None and letter not in LETTERS:
        if letter.lower() in LETTERS:
            return HttpResponsePermanentRedirect(f"{request.path}?letter={letter.lower()}")
        raise Http404("No such letter.")
    if letter is not None:
        return _page(request, model, "sorting_name", "pk", {"letter": letter})
    if kind is not None and (kind not in ("", *TAG_KINDS) or model is Author):
        raise Http404("No such kind.")
    return _page(request, model, "-article_count", "name", {} if kind is None else {"kind": kind})


def _page(request: HttpRequest, model: type[Tag], first: str, second: str, which: Mapping[str, str]) -> HttpResponse:
    """A page of tags or authors ordered by two columns, from ``?after=<slug>`` or ``?before=<slug>``. ``which``: the
    letter or the kind of these; without one, the first page has groups by kind.
    """
    used = model.objects.used()
    rows: QuerySet[Tag] = used.filter(**which)
    place, letter = place_in(request), which.get("letter", "")
    groups = [] if model is Author or which or place or "by" in request.GET else tags_by_kind(TAGS_A_KIND)[0]
    goes_back = "before" in place
    if place:
        tag = get_object_or_404(model, slug=model.sign + next(iter(place.values())))
        # A range and a small exception, which both databases can read along the index.
        column = first.removeprefix("-")
        further = "gte" if first.startswith("-") == goes_back else "lte"
        reached = {column: getattr(tag, column), f"{second}__{'gte' if goes_back else 'lte'}": getattr(tag, second)}
        rows = rows.filter(**{f"{column}__{further}": getattr(tag, column)}).exclude(**reached)
    ordered = rows.order_by(first, second)
    found = list((ordered.reverse() if goes_back else ordered)[: TAGS_A_PAGE + 1])
    if not found and place:
        raise ListingEnds
    if not found and which:
        raise Http404("No name begins with this letter, or is of this kind.")
    shown, goes_on = found[:TAGS_A_PAGE], len(found) > TAGS_A_PAGE
    if goes_back:
        shown.reverse()
    parameters = which or {"by": "size"}
    count = used.filter(**({} if letter else which)).order_by()[: TAGS_COUNTED + 1].count()
    words = counted(min(count, TAGS_COUNTED), str(model._meta.model_name))
    before = goes_on if goes_back else place
    context = {
        "here": f"{model._meta.model_name}s",
        "name": gettext("Authors") if model is Author else gettext("Tags"),
        "count": gettext("More than %(tags)s") % {"tags": words} if count > TAGS_COUNTED else words,
        "letter": LETTERS.get(letter, ""),
        "letters": _letters(model, letter),
        "kind": kind_words(which["kind"]) if "kind" in which else "",
        "groups": [(group, indexed(group.tags)) for group in groups] if len(groups) > 1 else [],
        "lines": indexed(shown, most=max([0, *(tag.article_count for tag in largest(model, 1))])),
        "is_whole": not (any(group.has_more for group in groups) if len(groups) > 1 else goes_on or place),
        "before": query_of({**parameters, "before": shown[0].bare_slug}) if before else "",
        "after": query_of({**parameters, "after": shown[-1].bare_slug}) if goes_on or goes_back else "",
        "canonical": canonical(request, parameters if which or place or "by" in request.GET else {}),
    }
    return render(request, "articles/tags.html", context)


def _letters(model: type[Tag], current: str) -> list[dict[str, Any]]:
    """The places in the index, with their addresses, ``""`` for an empty place."""

    def build() -> Any:
        used = model.objects.used()
        return model.objects.order_by().values_list(*(Exists(used.filter(letter=letter)) for letter in LETTERS))[:1]

    # A boolean for each letter, in one row, by index lookups.
    has = dict(zip(LETTERS, next(iter(rows_of(("letters", model), build)), ()), strict=False))
    return [
        {"name": name, "url": f"?letter={letter}" if has.get(letter) else "", "is_current": letter == current}
        for letter, name in LETTERS.items()
        if has.get(letter) or letter in ascii_lowercase
    ]
