"""Absolute addresses: under ``BASE_URL`` when it is set, else under the host that was asked."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import iri_to_uri


def absolute(request: HttpRequest, path: str) -> str:
    """A path of this site, which begins with a slash, as a whole address."""
    if settings.BASE_URL:
        return settings.BASE_URL + iri_to_uri(path)
    # Django's ``build_absolute_uri`` takes what follows two slashes for a host.
    return f"{request.scheme}://{request.get_host()}{iri_to_uri(path)}"


def is_web_address(url: str) -> bool:
    """Whether a link may lead there: ``http`` and ``https`` alone, whatever a source wrote."""
    return url.lower().startswith(("http://", "https://"))
