"""What Django does around every page: public addresses are only read, and every answer has its security headers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from django.db import Error, connections
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from newsarchive.database import generation_of, public_page

# Where a WSGI layer asks, in the environment of a request, for the generation that its page is made from.
GENERATION = "newsarchive.generation"
UNUSED = (
    "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer",
    "microphone", "midi", "payment", "usb",
)  # fmt: skip
HEADERS = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
    # No other site builds pages out of this one's. Photos say otherwise: feeds show them elsewhere.
    "Cross-Origin-Resource-Policy": "same-origin",
}


def is_staff_path(path: str) -> bool:
    """Whether an address belongs to the admin, the one part of the site that may write and set cookies."""
    return path.startswith("/admin") and path[6:7] in ("", "/") and bool(settings.ADMIN_ENABLED)


def is_secure(environ: Mapping[str, Any]) -> bool:
    """True if a request came over https, as Django tells it, without a request."""
    told = environ.get("HTTP_X_FORWARDED_PROTO")
    if told is None or not settings.SECURE_PROXY_SSL_HEADER:
        return bool(environ["wsgi.url_scheme"] == "https")
    return bool(told.split(",", 1)[0].strip() == "https")


def public_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Hold every public address to GET and HEAD, and its queries to the ``reader`` connection."""

    def answer(request: HttpRequest) -> HttpResponse:
        if is_staff_path(request.path_info):
            return get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        _without_nul(request)
        request.META.pop("HTTP_COOKIE", None)  # not read, so never answered: Django renews a CSRF cookie it is shown
        with public_page():
            if GENERATION in request.META:
                with suppress(Error):  # the page meets it too, and has an answer
                    request.META[GENERATION] = generation_of(connections["reader"])
            return get_response(request)

    return answer


def _without_nul(request: HttpRequest) -> None:
    """No address of the archive holds a NUL; PostgreSQL will not even be asked for one."""
    request.path, request.path_info = (path.replace("\0", "\ufffd") for path in (request.path, request.path_info))
    request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "%EF%BF%BD")


def security_headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return answer


def add_static_headers(headers: Headers, path: str, url: str) -> None:
    """For WhiteNoise, which answers before Django's middleware."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = HEADERS["Cross-Origin-Resource-Policy"]
