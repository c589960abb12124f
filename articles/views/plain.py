"""What is not a page: photo files, and the few addresses that machines look for."""

from __future__ import annotations

import mimetypes
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.db import Error
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils._os import safe_join
from django.views.decorators.cache import never_cache
from django.views.decorators.http import condition, require_safe

from articles import periods
from articles.addresses import absolute
from articles.context import about_archive
from articles.listings import published, with_photos
from articles.models import Article, Tag
from articles.models.listing import page_of
from articles.public import public

# Originals say where a photo was taken, so only what was made from them is served.
SERVED_FOLDER = "renditions"
SERVED_TYPES = {"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"}
YEAR_SECONDS = 365 * 24 * 3600
NEWEST_READ = 25  # articles, as on the front page


class PictureResponse(FileResponse):
    """A photo file, which ``GZipMiddleware`` shall leave alone: it is compressed as it is."""

    def has_header(self, header: str) -> bool:
        return header.lower() == "content-encoding" or super().has_header(header)


def _etag(request: HttpRequest, path: str) -> str:
    # A file's name is made of the digest of its photo, so its name changes with its bytes.
    return f'"{Path(path).name}"'


@public(seconds=YEAR_SECONDS, immutable=True)
@condition(etag_func=_etag)
def media(request: HttpRequest, path: str) -> FileResponse:
    """A rendition, by the digest in its name. No folder is ever listed."""
    kind, _ = mimetypes.guess_type(path)
    folder, _, name = path.partition("/")
    if folder != SERVED_FOLDER or kind not in SERVED_TYPES:
        raise Http404("No photo has this address.")
    try:
        file = Path(safe_join(settings.MEDIA_ROOT / SERVED_FOLDER, name)).open("rb")  # noqa: SIM115 - the response closes it
    except (OSError, SuspiciousFileOperation, ValueError) as error:
        raise Http404("No photo has this address.") from error
    return PictureResponse(file, content_type=str(kind))


@public(seconds=24 * 3600)
def favicon(request: HttpRequest) -> HttpResponseRedirect:
    """The sign that browsers look for at the top of a site. Its own name may change with its bytes."""
    return HttpResponseRedirect(static("favicon.svg"))


@public(seconds=24 * 3600)
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Disallow: /admin/" if settings.ADMIN_ENABLED else "Disallow:", ""]
    lines.append(f"Sitemap: {absolute(request, reverse('sitemap'))}")
    return _text("\n".join([*lines, ""]))


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """``ok`` when what the front page and the newest feed show can be read, else 503."""
    try:
        periods.holdings()
        newest = with_photos(page_of(published(), size=NEWEST_READ).rows)
        list(Article.objects.filter(pk__in=[article.pk for article in newest]).values_list("body", "body_html"))
        list(Tag.objects.used().order_by("-article_count", "name")[:1])
    except (Error, sqlite3.Error, ValueError):  # a damaged row may hold what is no date or number
        return _text("the database cannot be read\n", status=503)
    return _text("ok\n")


@public(seconds=24 * 3600)
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness: RFC 9116. Only an archive that names a contact has it."""
    contact = about_archive()["contact_url"]
    if not contact:
        raise Http404("This archive names no contact.")
    expires = (timezone.now() + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Canonical: {absolute(request, request.path)}",
    ]
    return _text("\n".join([*lines, ""]))


def _text(text: str, **how: Any) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8", **how)
