"""Absolute addresses: under ``BASE_URL`` when it is set, else under the host that was asked."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import iri_to_uri


def absolute(request: HttpRequest, path: str) -> str:
    """A path of this site, which begins with a slash, as a whole address."""
    if settings.BASE_URL:
        return settings.BASE_URL + iri_to_uri(path)
    # Django's ``build_absolute_uri`` takes what follows two slashes for a host.
    return f"{request.scheme}://{request.get_host()}{iri_to_uri(path)}"


def place_in(request: HttpRequest) -> dict[str, str]:
    """Where a page of a list begins, as it is asked for: ``{"before": key}``, ``{"after": key}`` or ``{}``."""
    return next(({name: request.GET[name]} for name in ("before", "after") if name in request.GET), {})


def canonical(request: HttpRequest, kept: Mapping[str, str]) -> str:
    """This page's own address: of what was asked, its place in a list and what is ``kept``."""
    query = urlencode({**kept, **place_in(request)})
    return absolute(request, f"{request.path}?{query}" if query else request.path)


def is_web_address(url: str) -> bool:
    """Whether a link may lead there: ``http`` and ``https`` alone, whatever a source wrote."""
    return url.lower().startswith(("http://", "https://"))
