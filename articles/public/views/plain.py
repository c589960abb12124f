"""Addresses for machines: favicon, robots, health, security contact."""

import sqlite3
from datetime import timedelta

from django.conf import settings
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles.models import Article, Tag
from articles.models.keyset import Listed, page_of
from articles.public.absolute import absolute
from articles.public.caching import public
from articles.public.clients import ROBOTS
from articles.public.context import about_archive
from articles.public.listings import periods
from articles.public.listings.articles import published
from articles.public.listings.photos import of_front_page
from articles.public.listings.rows import largest, with_photos
from articles.public.views.errors import unhealthy


@public(seconds=24 * 3600)
def favicon(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(static("favicon.svg"))


@public(seconds=24 * 3600)
def robots(request: HttpRequest) -> HttpResponse:
    signal = [f"Content-Signal: {settings.CONTENT_SIGNAL}"] if settings.CONTENT_SIGNAL else []
    rules = ROBOTS | ({"/admin/": False} if settings.ADMIN_ENABLED else {})
    lines = [f"{'Allow' if is_open else 'Disallow'}: {rule}" for rule, is_open in rules.items()]
    sitemap = f"Sitemap: {absolute(request, reverse('sitemap'))}"
    return _text("\n".join(["User-agent: *", *signal, *lines, "", sitemap, ""]))


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """``ok`` if the data of the front page and the newest feed can be read, else 503."""
    try:
        read_front_page()
    except (Error, sqlite3.Error, ValueError):  # a damaged row
        return unhealthy()
    return _text("ok\n")


def read_front_page() -> periods.Holdings:
    held = periods.holdings()
    of_front_page(held.pictured)
    newest = with_photos(page_of(Listed(published)).rows)
    list(Article.objects.filter(pk__in=[article.pk for article in newest]).values_list("body", "body_html"))
    largest(Tag, 1)
    return held


@public(seconds=24 * 3600)
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116. 404 if the archive names no contact."""
    contact = about_archive()["contact_url"]
    if not contact:
        raise Http404("This archive names no contact.")
    expires = (timezone.now() + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    own = absolute(request, request.path)
    return _text(f"Contact: {contact}\nExpires: {expires:%Y-%m-%dT%H:%M:%SZ}\nCanonical: {own}\n")


def _text(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
