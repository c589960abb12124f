"""Renditions of published articles as files, under their current names, with redirects from former ones.

``newsarchive.media`` sends most of them. Originals say where a photo was taken and are never served.
"""

import logging
from collections.abc import Mapping, MutableMapping
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import NotARegularFileError, StaticFile

from articles import photos
from articles.catalogue import photo_files
from articles.models import Rendition
from articles.public.caching import FOR_OTHER_SITES, public
from articles.public.views.errors import photo_gone, refusal, withdrawn

log = logging.getLogger(__name__)
UNREADABLE = "newsarchive.unreadable"  # the key in a WSGI environment for a file not to be tried again now
# A drawing opened on its own may style itself and contain pictures, and do nothing else.
DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
SHOWN = Q(photo__withdrawn_at=None, photo__article__withdrawn_at=None)  # conditions on renditions
# A file never changes, but the photo or its article may be withdrawn. Browsers keep it for an hour; shared caches
# revalidate within seconds and get 304 or 410.
CACHE_CONTROL = f"public, max-age=3600, s-maxage={settings.SHARED_CACHE_SECONDS}"


class RenditionFile(StaticFile):  # type: ignore[misc]  # WhiteNoise has no types
    """WhiteNoise's answer with ranges, weak validators, lists of validators, and ``*``."""

    def get_response(self, method: str, request_headers: Mapping[str, str]) -> Any:
        if request_headers.get("HTTP_IF_RANGE", self.etag) != self.etag:
            request_headers = {name: value for name, value in request_headers.items() if name != "HTTP_RANGE"}
        return super().get_response(method, request_headers)

    def get_byte_range(self, range_header: str, size: int) -> tuple[int, int]:
        """``ValueError``: ignore the range. WhiteNoise would answer 416 to a single byte."""
        start, end = super().get_byte_range(range_header, size)
        if end <= start < size:
            raise ValueError(range_header)
        return start, end

    def is_not_modified(self, request_headers: Mapping[str, str]) -> bool:
        if tags := parse_etags(request_headers.get("HTTP_IF_NONE_MATCH", "")):
            return "*" in tags or self.etag in {tag.removeprefix("W/") for tag in tags}
        return bool(super().is_not_modified(request_headers))


def is_shown(path: str) -> bool:
    """``True`` if ``path`` below ``MEDIA_ROOT`` is a published rendition; at most one query."""
    return with_name(path).filter(SHOWN).exists()


def with_name(path: str) -> QuerySet[Rendition]:
    """Renditions with this path; several if articles share a photo and its words."""
    return of_photo(path).filter(Q(file=path) | Q(file_webp=path))


def of_photo(path: str) -> QuerySet[Rendition]:
    """All renditions of the photo in ``path``, of any size and words."""
    return Rendition.objects.filter(photo__digest=photos.digest_in(path)).exclude(photo__digest="")


def rendition_file(path: str, environ: MutableMapping[str, Any]) -> RenditionFile | None:
    """A rendition with its headers; ``None`` if its file is missing, or cannot be read now, which ``environ`` notes."""
    name = PurePosixPath(path)
    headers = [
        ("Content-Type", photos.MEDIA_TYPES[name.suffix]),
        ("Cache-Control", CACHE_CONTROL),
        ("ETag", f'"{name.name}"'),
        ("Accept-Ranges", "bytes"),
        *FOR_OTHER_SITES.items(),
        ("X-Content-Type-Options", "nosniff"),
        *([("Content-Security-Policy", DRAWING_POLICY)] if name.suffix == ".svg" else []),
    ]
    try:
        return RenditionFile(str(photo_files.nearby(path)), headers)
    except (NotARegularFileError, OSError) as error:
        if not isinstance(error, NotARegularFileError | FileNotFoundError):
            log.warning("A photo was not sent: %s", error)
            environ[UNREADABLE] = True
        return None


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    is_public = is_shown(path)
    file = rendition_file(path, request.META) if is_public and UNREADABLE not in request.META else None
    if is_public and UNREADABLE in request.META:
        return refusal(503)
    if file is None:
        return _not_shown(request, path)
    request.META.pop("HTTP_ACCEPT_ENCODING", None)  # images are compressed already
    try:
        answer: HttpResponseBase = WhiteNoiseMiddleware.serve(file, request)
    except OSError:  # removed meanwhile, or not readable
        return _not_shown(request, path)
    return answer


@public()
def _not_shown(request: HttpRequest, path: str) -> HttpResponseBase:
    """410 if the photo or its article is withdrawn; a name with former words redirects to the current one."""
    if withdrawn_rendition := with_name(path).exclude(SHOWN).select_related("photo__article").first():
        photo, article = withdrawn_rendition.photo, withdrawn_rendition.photo.article
        if article.withdrawn_at:
            return withdrawn(request, article)
        return photo_gone(request, article, photo.kind, photo.withdrawn_at, photo.withdrawn_reason)
    ending = f"-{photos.size_in(path)}"
    renditions = of_photo(path).filter(SHOWN)
    now = renditions.filter(Q(file__endswith=ending) | Q(file_webp__endswith=ending)).first()
    name = next((name for name in (now.file, now.file_webp) if name.endswith(ending)), path) if now else path
    if name == path:
        raise Http404("No photo has this address.")
    return HttpResponsePermanentRedirect(f"{settings.MEDIA_URL}{name}")
