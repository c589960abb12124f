"""Methods, negotiated formats and caching headers of public pages."""

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from articles.public.converters import FiledConverter
from articles.text.paths import IDENTIFYING

# All query parameters of public pages, and those of former addresses; the page cache ignores others.
PARAMETERS = IDENTIFYING | {
    "after", "author", "back", "before", "by", "credit", "from", "kind", "language", "letter", "page", "photo", "q",
    "show", "sort", "source", "tag", "to", "url",
}  # fmt: skip
# Headers of data, feeds and media, which pages of other sites may fetch and show.
FOR_OTHER_SITES = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
# Formats that an article's own address answers in, by the media type that a client prefers; its page is the first.
NEGOTIATED = {"text/html": "", "application/json": "json", "text/markdown": "md"}
# The same for a path as text and as a server gives it, with each byte as a character.
_ARTICLE = re.compile(f"/(?:{FiledConverter.regex})/[^/]+/")
Response = TypeVar("Response", bound=HttpResponseBase)
View = Callable[..., HttpResponseBase]


def form_at(path: str, accepted: str) -> str:
    """``json`` or ``md`` if ``path`` is an article's and the ``Accept`` header prefers it to the page; else ``""``.

    The page cache has one entry for each answer of this function, not for each header.
    """
    form = _preferred_form(accepted[:300])  # bounds the cache
    return form if form and _ARTICLE.fullmatch(path) else ""


@lru_cache(1000)
def _preferred_form(accepted: str) -> str:
    request = HttpRequest()
    request.META["HTTP_ACCEPT"] = accepted or "*/*"
    try:
        return NEGOTIATED[request.get_preferred_type([*NEGOTIATED]) or "text/html"]
    except ValueError:  # a parameter in an unknown encoding
        return ""


def names_in(query: str) -> list[str]:
    return [unquote(part.partition("=")[0]) for part in query.split("&")]


def public(*, seconds: int = 0) -> Callable[[View], View]:
    """Allow GET and HEAD only, and caching for ``seconds``."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(*args: Any, **kwargs: Any) -> HttpResponseBase:
            return for_everybody(view(*args, **kwargs), seconds=seconds)

        return require_safe(answer)

    return decorate


def for_everybody(response: HttpResponseBase, *, seconds: int = 0) -> HttpResponseBase:
    """Let browsers revalidate after ``seconds``, shared caches after ``SHARED_CACHE_SECONDS`` or longer."""
    shared_seconds = max(seconds, settings.SHARED_CACHE_SECONDS)
    stale = {"stale_while_revalidate": settings.STALE_SECONDS} if settings.STALE_SECONDS else {}
    patch_cache_control(response, public=True, max_age=seconds, s_maxage=shared_seconds, **stale)
    return response


def naming(response: Response, *names: str) -> Response:
    """Name the contents of a page, so that a CDN can remove it when they change: ``article-<key>``, ``tag-<slug>``,
    ``source-<slug>``, ``day-<date>``. Percent-encoded, since headers are ASCII.
    """
    if header := settings.CACHE_TAG_HEADER:
        separator = " " if header == "Surrogate-Key" else ","
        known = response.headers.get(header, "")
        response.headers[header] = separator.join([*filter(None, [known]), *map(quote, names)])
    return response
