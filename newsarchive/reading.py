"""Reading never writes: the public side runs on the ``reader`` connection, answers GET and HEAD, sets no cookie.

One context variable says whether a public page is being made; the router sends its queries, reads and writes alike,
to ``reader``, a connection that the database itself refuses to write on. The replicas are the same alias, so the
promise and the scaling are one mechanism. A page is made from one snapshot of the archive: while a load commits, it
shows what was before or what is after, never some of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import Error, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from newsarchive.query_limit import limited_queries

# Where a WSGI layer asks, in the environment of a request, for the generation that its page is made from.
GENERATION = "newsarchive.generation"

_is_public: ContextVar[bool] = ContextVar("is_public", default=False)


class ReaderRouter:
    """Public pages use ``reader``; the admin and the command line use ``default``."""

    def db_for_read(self, model: type[Any], **hints: Any) -> str:
        return "reader" if _is_public.get() else "default"

    # A public page that tries to write meets the read-only connection, and fails there.
    db_for_write = db_for_read

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"


@contextmanager
def public_page() -> Iterator[None]:
    """Within this block every query goes to ``reader``, sees one moment, and ends within ``QUERY_SECONDS``."""
    token = _is_public.set(True)
    try:
        with limited_queries(), _one_moment():
            yield
    finally:
        _is_public.reset(token)


def generation_of(connection: BaseDatabaseWrapper) -> int | None:
    """The generation as ``connection`` sees it: within a transaction, that of its snapshot.

    ``None`` while the triggers may be incomplete, because ``migrate`` is running or was stopped.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(number), min(slot) FROM articles_generation")
        number, slot = cursor.fetchone()
    return int(number) if slot == 0 else None


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction of the ``reader`` connection, unless there is one around it already."""
    if connections["reader"].in_atomic_block:
        yield
        return
    with transaction.atomic(using="reader"):
        yield
        # There is nothing to commit; and where the database has gone away meanwhile, a rollback says nothing of it.
        transaction.set_rollback(True, using="reader")


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
