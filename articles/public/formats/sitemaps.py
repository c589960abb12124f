"""The sitemap: an index, one file of listings, and files of articles by ranges of ids.

All ranges of the primary key cost the same, and an address never moves to another file. Articles have the date of their
last change and the addresses of their photos.
"""

from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from articles.models import Article, Author, PeriodCount, Photo, Rendition, Source, Tag
from articles.models.article import permalink
from articles.public.absolute import absolute
from articles.public.caching import public
from articles.text.grouping import by_key

ARTICLES_A_FILE = 5_000
LISTINGS_OF_A_KIND = 10_000
IMAGES = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'


@public()
def sitemap(request: HttpRequest) -> HttpResponseBase:
    highest = Article.objects.published().order_by("-id").values_list("id", flat=True).first() or 0
    files = [reverse("sitemap-listings")]
    files += [reverse("sitemap-articles", args=[number]) for number in range(-(-highest // ARTICLES_A_FILE))]
    return _xml("sitemapindex", "sitemap", (_loc("loc", absolute(request, file)) for file in files))


@public()
def sitemap_listings(request: HttpRequest) -> HttpResponseBase:
    names = ("home", "about", "help", "articles", "added", "tags", "authors", "sources", "photos")
    paths = [reverse(name) for name in names]
    periods = PeriodCount.objects.filter(articles__gt=0, unit__in=["year", "month"]).order_by("unit", "start")
    paths += [reverse(period.unit, args=[period.start]) for period in periods[:LISTINGS_OF_A_KIND]]
    for model in (Source, Tag, Author):
        used = model._default_manager.filter(article_count__gt=0).order_by("-article_count", "name")
        paths += [named.get_absolute_url() for named in used.only("slug")[:LISTINGS_OF_A_KIND]]
    return _xml("urlset", "url", (_loc("loc", absolute(request, path)) for path in paths))


@public()
def sitemap_articles(request: HttpRequest, number: int) -> HttpResponseBase:
    ids = range(first := number * ARTICLES_A_FILE + 1, first + ARTICLES_A_FILE)
    rows: Any = Article.objects.published().filter(id__gte=ids.start, id__lt=ids.stop).order_by("id")
    articles = list(rows.values_list("id", "archive_date", "slug", "changed__seen_at"))
    if not articles:
        raise Http404("No article is in this range.")
    largest = Rendition.objects.filter(photo=OuterRef("pk")).order_by("-width_px").values("file")[:1]
    photos: Any = Photo.objects.filter(article_id__gte=ids.start, article_id__lt=ids.stop).exclude(file="")
    files = photos.annotate(largest=Subquery(largest)).exclude(largest=None).values_list("article", "largest")
    images = by_key((pk, _loc("image:loc", absolute(request, f"{settings.MEDIA_URL}{file}"))) for pk, file in files)
    entries = []
    for pk, day, slug, changed_at in articles:
        entry = _loc("loc", absolute(request, permalink(day, slug)))
        entry += f"<lastmod>{changed_at.isoformat(timespec='seconds')}</lastmod>" if changed_at else ""
        entries.append(entry + "".join(f"<image:image>{image}</image:image>" for image in images[pk]))
    return _xml("urlset", "url", entries, IMAGES)


def _loc(name: str, address: str) -> str:
    return f"<{name}>{escape(address)}</{name}>"


def _xml(root: str, item: str, entries: Iterable[str], space: str = "") -> HttpResponse:
    lines = "".join(f"<{item}>{entry}</{item}>\n" for entry in entries)
    spaces = f'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {space}'.rstrip()
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {spaces}>\n'
    return HttpResponse(f"{head}{lines}</{root}>\n", content_type="application/xml; charset=utf-8")
