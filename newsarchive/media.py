"""Photo files answered before Django's request handling: the query that says whether one is shown is remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import Error, connections
from whitenoise.base import WhiteNoise
from whitenoise.string_utils import decode_path_info

from articles.media import RenditionFile, is_shown, names_rendition, rendition_file
from newsarchive.reading import public_page

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

REMEMBERED = 20_000  # names, of about 200 bytes each


class MediaFiles:
    """WSGI: a rendition that readers may see is sent from the disk; anything else is the application's to answer.

    ``generation`` is a number that moves on with every change that readers see.
    """

    def __init__(self, application: WSGIApplication, generation: Callable[[], int]) -> None:
        self.application, self.generation = application, generation
        self._known: tuple[int, dict[str, bool]] = (-1, {})

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if file := self._file(environ):
            with suppress(FileNotFoundError):  # removed since it was looked for
                answer: Iterable[bytes] = WhiteNoise.serve(file, environ, start_response)
                return answer
        return self.application(environ, start_response)

    def _file(self, environ: WSGIEnvironment) -> RenditionFile | None:
        address = decode_path_info(environ.get("PATH_INFO", ""))
        path = address.removeprefix(settings.MEDIA_URL)
        if path == address or environ["REQUEST_METHOD"] not in ("GET", "HEAD") or _is_redirected(environ):
            return None
        return rendition_file(path) if names_rendition(path) and self._is_shown(path) else None

    def _is_shown(self, path: str) -> bool:
        generation = self.generation()
        if self._known[0] != generation or len(self._known[1]) >= REMEMBERED:
            self._known = generation, {}
        known = self._known[1]
        if path not in known:
            if not (reader := connections["reader"]).in_atomic_block:
                reader.close_if_unusable_or_obsolete()  # as Django does before each of its requests
            try:
                with public_page():
                    known[path] = is_shown(path)
            except Error:
                return False  # the application meets it too, and has a page for it
        return known[path]


def _is_redirected(environ: WSGIEnvironment) -> bool:
    """Whether Django answers with a redirect to https."""
    return settings.SECURE_SSL_REDIRECT and not WSGIRequest(environ).is_secure()
