"""Limits the database time of a public page to ``QUERY_SECONDS``; beyond it, an ``OperationalError``.

On SQLite the limit is for all statements of a page together: its progress handler looks at the clock. On PostgreSQL
each statement has the limit by itself (``statement_timeout``, in the settings), and none begins after it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.db.backends.signals import connection_created
from django.dispatch import receiver

# Steps of SQLite's machine between two looks at the clock: about 50 ms of a long search. Most pages need fewer, and a
# look waits for its turn among the threads.
STEPS = 250_000

_deadline: ContextVar[float] = ContextVar("deadline", default=math.inf)


@contextmanager
def limited_queries() -> Iterator[None]:
    """Limit the queries of the ``reader`` connection within this block."""
    token = _deadline.set(time.monotonic() + (settings.QUERY_SECONDS or math.inf))
    try:
        yield
    finally:
        _deadline.reset(token)


def _is_late() -> bool:
    return time.monotonic() > _deadline.get()


def _begin_in_time(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    if _is_late():
        raise OperationalError(
            f"the queries of this page took longer than {settings.QUERY_SECONDS:g} s (QUERY_SECONDS)"
        )
    return execute(sql, params, many, context)


@receiver(connection_created, dispatch_uid="query_limit")
def _hold_reader_to_limit(connection: Any, **kwargs: Any) -> None:
    if connection.alias != "reader":
        return
    if _begin_in_time not in connection.execute_wrappers:
        connection.execute_wrappers.append(_begin_in_time)
    if connection.vendor == "sqlite":
        connection.connection.set_progress_handler(_is_late, STEPS)
