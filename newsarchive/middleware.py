"""Middleware for all pages: public addresses are read-only, and every response has security headers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.db import Error, connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.middleware.common import CommonMiddleware
from django.utils.module_loading import import_string

from articles.models.generation import generation_of
from articles.models.reading import public_page
from articles.public.caching import FOR_OTHER_SITES, for_everybody

# The key in a WSGI environment for the generation of the page. The page cache sets it, the middleware fills it in.
GENERATION = "newsarchive.generation"
UNUSED = (
    "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer",
    "microphone", "midi", "payment", "usb",
)  # fmt: skip
HEADERS = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
    "Server": "",  # instead of granian's name
    # Other sites may not embed pages.
    "Cross-Origin-Resource-Policy": "same-origin",
}


def is_staff_path(path: str) -> bool:
    """True for the admin, the only part of the site that writes and sets cookies."""
    return (path == "/admin" or path.startswith("/admin/")) and bool(settings.ADMIN_ENABLED)


def is_secure(environ: Mapping[str, Any]) -> bool:
    """``HttpRequest.is_secure`` for a WSGI environment."""
    forwarded = environ.get("HTTP_X_FORWARDED_PROTO")
    if forwarded is None or not settings.SECURE_PROXY_SSL_HEADER:
        return bool(environ["wsgi.url_scheme"] == "https")
    return bool(forwarded.split(",", 1)[0].strip() == "https")


def public_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Restrict public addresses to GET and HEAD, and their queries to the ``reader`` connection."""

    def answer(request: HttpRequest) -> HttpResponse:
        if is_staff_path(request.path_info):
            return get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        # No page has a NUL in its address, and PostgreSQL rejects it.
        request.path, request.path_info = (path.replace("\0", "\ufffd") for path in (request.path, request.path_info))
        request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "%EF%BF%BD")
        request.META.pop("HTTP_COOKIE", None)  # else Django would renew a CSRF cookie
        with public_page():
            if GENERATION in request.META:
                reader = connections["reader"]
                try:
                    request.META[GENERATION] = generation_of(reader)
                except Error:
                    # The page will fail too. On PostgreSQL it would only report that the transaction is over.
                    if reader.vendor == "postgresql":
                        raise
            return get_response(request)

    return answer


def staff_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Add ``STAFF_MIDDLEWARE`` for staff alone. Django calls none of its hooks, such as ``process_view``."""
    for_staff: Any = get_response
    for name in reversed(settings.STAFF_MIDDLEWARE):
        for_staff = convert_exception_to_response(import_string(name)(for_staff))

    def answer(request: HttpRequest) -> HttpResponse:
        chosen: Callable[[HttpRequest], HttpResponse] = for_staff if is_staff_path(request.path_info) else get_response
        return chosen(request)

    return answer


class SlashMiddleware(CommonMiddleware):
    """Adds the slash at the end of a public address only if something is there, since browsers keep a 301 for good. It
    makes the page to see; Django only looks whether the address has the pattern of one.
    """

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        if not super().should_redirect_with_slash(request):
            return False
        if is_staff_path(request.path_info):
            return True
        with_slash = copy(request)
        with_slash.path, with_slash.path_info = f"{request.path}/", f"{request.path_info}/"
        response: Any = self.get_response(with_slash)
        return bool(response.status_code < 400 or response.status_code == 410)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        answer: HttpResponseBase = super().process_response(request, response)
        is_redirect = answer is not response
        return for_everybody(answer) if is_redirect and not is_staff_path(request.path_info) else answer


def security_headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in (HEADERS | FOR_OTHER_SITES if is_for_other_sites(request, response) else HEADERS).items():
            response.headers.setdefault(name, value)
        return response

    return answer


def is_for_other_sites(request: HttpRequest, response: HttpResponse) -> bool:
    """True for data, feeds and media, which pages of other sites may fetch, and for redirects to them. Addresses of
    pages end in a slash; that of an article answers with data too, if asked for it.
    """
    if is_staff_path(request.path_info):
        return False
    is_page = response.headers.get("Content-Type", "text/html").startswith("text/html")
    return not request.path_info.endswith("/") or not is_page or response.status_code in (301, 302)


def add_static_headers(headers: Headers, path: str, url: str) -> None:
    """Add headers for WhiteNoise, which answers before Django's middleware."""
    headers["X-Content-Type-Options"], headers["Server"] = "nosniff", HEADERS["Server"]
    headers["Cross-Origin-Resource-Policy"] = HEADERS["Cross-Origin-Resource-Policy"]
