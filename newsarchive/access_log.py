"""``ACCESS_LOG``: a line for each request, without client and query, and an id that messages of errors have too."""

import logging
import re
import secrets
import time
from contextvars import ContextVar
from typing import Any
from urllib.parse import quote

REQUEST_ID, FROM_MEMORY = "newsarchive.request_id", "newsarchive.from_memory"  # keys in a WSGI environment
request_id: ContextVar[str] = ContextVar("request_id", default="")
log = logging.getLogger("newsarchive.access")
_SANE = re.compile(r"[\w.:=+/-]{1,100}", re.ASCII)


class WithRequestId(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return f"[{request_id.get()}] {super().format(record)}".removeprefix("[] ")


def logged(application: Any) -> Any:
    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        began, status, size = time.perf_counter(), "500", "-"
        given = environ.get("HTTP_X_REQUEST_ID", "")
        number = environ[REQUEST_ID] = given if _SANE.fullmatch(given) else secrets.token_hex(8)
        request_id.set(number)

        def start(line: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            nonlocal status, size
            status, size = line[:3], dict(headers).get("Content-Length", "-")
            return start_response(line, [*headers, ("X-Request-ID", number)], *error)

        try:
            pieces = application(environ, start)
            size = str(sum(map(len, pieces))) if isinstance(pieces, list) else size
            return pieces
        finally:
            method, path = environ["REQUEST_METHOD"], quote(environ["PATH_INFO"], encoding="latin-1")
            ms, made = (time.perf_counter() - began) * 1000, "memory" if environ.get(FROM_MEMORY) else "uncached"
            log.info("%s %s status=%s ms=%.2f bytes=%s %s id=%s", method, path, status, ms, size, made, number)

    return answer
