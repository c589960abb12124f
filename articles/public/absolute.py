"""Absolute addresses, under ``BASE_URL`` if it is set, else the host of the request and the server's port."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.request import split_domain_port
from django.utils.encoding import iri_to_uri

ROWS_OF_A_FILE = 100


def base_url(request: HttpRequest) -> str:
    """The address of the archive's host, without a slash at its end."""
    if settings.BASE_URL:
        return str(settings.BASE_URL)
    # Of the ``Host`` header, ``ALLOWED_HOSTS`` checks the name alone: the port may be anyone's.
    host, _ = split_domain_port(request.get_host())
    port = request.get_port()
    is_usual = port in ("", "443" if request.is_secure() else "80")
    return f"{request.scheme}://{host}{'' if is_usual else f':{port}'}"


def absolute(request: HttpRequest, path: str) -> str:
    # Django's ``build_absolute_uri`` reads a path that begins with two slashes as a host.
    return base_url(request) + iri_to_uri(path)


def place_in(request: HttpRequest) -> dict[str, str]:
    """The cursor of a listing page: ``{"before": key}``, ``{"after": key}`` or ``{}``."""
    return next(({name: request.GET[name]} for name in ("before", "after") if name in request.GET), {})


def form_of(request: HttpRequest) -> str:
    """``json`` or ``csv`` if a list is asked for as data, at ``list.json`` below its page; else ``""``."""
    match = request.resolver_match
    return str(match.kwargs["form"]) if match and str(match.url_name).endswith("-list") else ""


def size_of(request: HttpRequest, of_page: int) -> int:
    """The rows of a page, or of a file."""
    return ROWS_OF_A_FILE if form_of(request) else of_page


def only_place_in(request: HttpRequest) -> dict[str, str]:
    """``place_in``, but 404 if both are given."""
    if "before" in request.GET and "after" in request.GET:
        raise Http404("Give before or after, not both.")
    return place_in(request)


def canonical(request: HttpRequest, parameters: Mapping[str, str]) -> str:
    """The absolute address of this page with these parameters and its cursor, without others."""
    query = urlencode({**parameters, **place_in(request)})
    return absolute(request, f"{request.path}?{query}" if query else request.path)


def query_of(parameters: Mapping[str, str]) -> str:
    """The relative address of a page with these parameters: ``?from=2004``, or ``.`` without any."""
    return f"?{urlencode(parameters)}" if parameters else "."


def is_web_address(url: str) -> bool:
    """``True`` for ``http`` and ``https`` only, so that no other scheme in a source becomes a link."""
    return url.lower().startswith(("http://", "https://"))
