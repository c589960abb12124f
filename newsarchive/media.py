"""Photo files, served without Django's request handling. Permission to show each is cached."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import Error, connections
from whitenoise.base import WhiteNoise
from whitenoise.string_utils import decode_path_info

from articles import photos
from articles.models.generation import generation_of
from articles.models.reading import public_page
from articles.public.views.renditions import RenditionFile, is_shown, rendition_file
from newsarchive.middleware import is_secure
from newsarchive.page_cache import State, Watch

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

REMEMBERED = 20_000  # names, of about 200 bytes each


class MediaFiles:
    """WSGI: sends renditions of published articles from disk; all else goes to ``application``."""

    def __init__(self, application: WSGIApplication, watch: Watch) -> None:
        self.application, self.watch = application, watch
        self._cache: tuple[State, dict[str, bool]] = (watch.state, {})

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(settings.MEDIA_URL) and (file := self._file(environ)):
            with suppress(OSError):  # removed meanwhile, or not readable
                answer: Iterable[bytes] = WhiteNoise.serve(file, environ, start_response)
                return answer
        return self.application(environ, start_response)

    def _file(self, environ: WSGIEnvironment) -> RenditionFile | None:
        path = decode_path_info(environ["PATH_INFO"]).removeprefix(settings.MEDIA_URL)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not photos.digest_in(path):
            return None
        if settings.SECURE_SSL_REDIRECT and not is_secure(environ):
            return None  # Django answers with a redirect
        return rendition_file(path, environ) if self._is_shown(path) else None

    def _is_shown(self, path: str) -> bool:
        state = self.watch.current()
        cached_state, cached = self._cache
        if cached_state is not state or len(cached) >= REMEMBERED:
            cached = {}
            self._cache = state, cached
        if path in cached:
            return cached[path]
        if not (reader := connections["reader"]).in_atomic_block:
            reader.close_if_unusable_or_obsolete()  # as Django does before each request
        try:
            with public_page():
                answer = is_shown(path)
                if generation_of(reader) == state[0] is not None:
                    cached[path] = answer
        except Error:
            return False  # the application will fail too, with an error page
        return answer
