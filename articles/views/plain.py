"""The few addresses that machines look for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import Error, connections
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles.addresses import absolute
from articles.context import about_archive
from articles.public import public


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
    """``ok`` when the database that pages are read from answers, else 503."""
    try:
        with connections["reader"].cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return _text("the database does not answer\n", status=503)
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
