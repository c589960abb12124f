"""A layer between granian and the application, so that slow clients block few threads or none.

granian waits for request heads and sends responses outside Python, but calls the application before the body has
arrived, and fetches streamed responses piece by piece, without a time limit.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any

from django.conf import settings

from articles.public.clients import own_address
from newsarchive.middleware import is_staff_path

Application = Callable[..., Iterable[bytes]]
WHOLE_BYTES = 4_000_000  # more than any photo or page for readers
BODY_SECONDS = 60


class PatientApplication:
    """Reads bodies for the staff side, ``places`` at a time, and takes each response in one piece.

    Public pages have no bodies. A client that stops in the middle of one keeps its place until the process ends: when
    all places are taken, one for longer than ``BODY_SECONDS``, ``replace_processes`` is called.
    """

    def __init__(self, application: Application, *, places: int, replace_processes: Callable[[], None]) -> None:
        self.application = application
        self.places, self.replace_processes = places, replace_processes
        self.taken: dict[object, tuple[float, str]] = {}  # places: start and client's own address
        self.asked_at = float("-inf")  # when ``replace_processes`` was last called
        self.lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH", "")
        if length.isdecimal() and int(length) and is_staff_path(environ["PATH_INFO"]):
            refusal = self._read_body(environ, int(length))
            if refusal:
                start_response(refusal, [("Content-Type", "text/plain"), ("Retry-After", "10"), ("Server", "")])
                return [refusal.encode()]
        pieces = self.application(environ, start_response)
        return pieces if isinstance(pieces, list) else _in_one_piece(pieces)

    def _read_body(self, environ: dict[str, Any], length: int) -> str | None:
        """Put the whole body into ``environ``, or return the status line of a refusal."""
        if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return "413 Content Too Large"
        now, place, own = time.monotonic(), object(), own_address(environ)
        with self.lock:
            if len(self.taken) >= self.places:
                first = min(began for began, _ in self.taken.values())
                if now - max(first, self.asked_at) > BODY_SECONDS:
                    self.asked_at = now
                    self.replace_processes()
                return "503 Service Unavailable"
            by_client = sum(address == own for _, address in self.taken.values())
            if own and by_client >= max(1, self.places // 2):  # leave places to others
                return "503 Service Unavailable"
            self.taken[place] = (now, own)
        try:
            body = environ["wsgi.input"].read(length)
        finally:
            with self.lock:
                del self.taken[place]
        environ["wsgi.input"] = BytesIO(body)
        return None if len(body) == length else "400 Bad Request"


def _in_one_piece(pieces: Any) -> Iterable[bytes]:
    start, rest = bytearray(), iter(pieces)
    try:
        for piece in rest:
            start += piece
            if len(start) > WHOLE_BYTES:
                return _with_rest(bytes(start), rest, pieces)
    except BaseException:
        close(pieces)
        raise
    close(pieces)
    return [bytes(start)]


def _with_rest(start: bytes, rest: Iterator[bytes], pieces: Any) -> Iterator[bytes]:
    try:
        yield start
        yield from rest
    finally:
        close(pieces)


def close(pieces: Any) -> None:
    if hasattr(pieces, "close"):
        pieces.close()
