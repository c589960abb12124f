"""The connection of public pages: it reads one snapshot, never writes, and has a limited time."""

import math
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import OperationalError, connections, transaction
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from articles.models.replicas import replicas

# Deadline for the queries of the current public page, by the monotonic clock; None elsewhere.
page_deadline: ContextVar[float | None] = ContextVar("page_deadline", default=None)
# What the current public page, which sees one snapshot, has read already; it has no value elsewhere.
page_facts: ContextVar[dict[Hashable, Any]] = ContextVar("page_facts")


@contextmanager
def public_page(*, at_primary: bool = False) -> Iterator[None]:
    """Send all queries to ``reader``; they see one snapshot, and end within ``QUERY_SECONDS``."""
    writer = connections["default"]
    connections["default"] = connections["reader"]
    token = page_deadline.set(time.monotonic() + (settings.QUERY_SECONDS or math.inf))
    facts_token = page_facts.set({})
    try:
        replicas.connect(connections["reader"], at_primary=at_primary)
        with _one_moment():
            yield
    finally:
        page_facts.reset(facts_token)
        page_deadline.reset(token)
        connections["default"] = writer


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction on ``reader``, unless one is open."""
    if connections["reader"].in_atomic_block:
        yield
        return
    with transaction.atomic(using="reader"):
        yield
        # Nothing to commit, and a rollback does not fail if the database is gone.
        transaction.set_rollback(True, using="reader")


# On SQLite a progress handler limits all statements of a page together. On PostgreSQL each statement has its own limit
# (``statement_timeout``, in ``newsarchive.database``), and none begins after the deadline.

# Steps of SQLite between two calls of the handler: about 50 ms. Most pages need fewer, and each call waits for the GIL.
STEPS = 250_000


def _is_late() -> bool:
    return time.monotonic() > (page_deadline.get() or math.inf)


def _begin_in_time(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    if _is_late():
        raise OperationalError(
            f"the queries of this page took longer than {settings.QUERY_SECONDS:g} s (QUERY_SECONDS)"
        )
    return execute(sql, params, many, context)


@receiver(connection_created, dispatch_uid="query_limit")
def _limit_reader(connection: Any, **kwargs: Any) -> None:
    if connection.alias != "reader":
        return
    if _begin_in_time not in connection.execute_wrappers:
        connection.execute_wrappers.append(_begin_in_time)
    if connection.vendor == "sqlite":
        connection.connection.set_progress_handler(_is_late, STEPS)
