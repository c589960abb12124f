"""The sitemap: an index, one file of listings, and files of articles by ranges of ids.

All ranges of the primary key cost the same, and an address never moves to another file. Dates of change are not stored,
so none are given.
"""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from articles.models import Article, Author, PeriodCount, Source, Tag
from articles.models.article import permalink
from articles.public.absolute import absolute
from articles.public.caching import public

ARTICLES_A_FILE = 5_000
LISTINGS_OF_A_KIND = 10_000


@public()
def sitemap(request: HttpRequest) -> HttpResponseBase:
    highest = Article.objects.published().order_by("-id").values_list("id", flat=True).first() or 0
    files = [reverse("sitemap-listings")]
    files += [reverse("sitemap-articles", args=[number]) for number in range(-(-highest // ARTICLES_A_FILE))]
    return _xml("sitemapindex", "sitemap", (absolute(request, file) for file in files))


@public()
def sitemap_listings(request: HttpRequest) -> HttpResponseBase:
    names = ("home", "about", "help", "articles", "added", "tags", "authors", "sources", "photos")
    paths = [reverse(name) for name in names]
    periods = PeriodCount.objects.filter(articles__gt=0, unit__in=["year", "month"]).order_by("unit", "start")
    paths += [reverse(period.unit, args=[period.start]) for period in periods[:LISTINGS_OF_A_KIND]]
    for model in (Source, Tag, Author):
        used = model._default_manager.filter(article_count__gt=0).order_by("-article_count", "name")
        paths += [named.get_absolute_url() for named in used.only("slug")[:LISTINGS_OF_A_KIND]]
    return _xml("urlset", "url", (absolute(request, path) for path in paths))


@public()
def sitemap_articles(request: HttpRequest, number: int) -> HttpResponseBase:
    first = number * ARTICLES_A_FILE + 1
    rows = Article.objects.published().filter(id__gte=first, id__lt=first + ARTICLES_A_FILE).order_by("id")
    addresses = [absolute(request, permalink(day, slug)) for day, slug in rows.values_list("archive_date", "slug")]
    if not addresses:
        raise Http404("No article is in this range.")
    return _xml("urlset", "url", addresses)


def _xml(root: str, item: str, addresses: Iterable[str]) -> HttpResponse:
    lines = "".join(f"<{item}><loc>{escape(address)}</loc></{item}>\n" for address in addresses)
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return HttpResponse(f"{head}{lines}</{root}>\n", content_type="application/xml; charset=utf-8")
