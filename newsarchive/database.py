"""Database connections: servers, routing and time limits of queries, and the meaning of errors.

``default`` writes; ``reader`` serves public pages and cannot write. Several PostgreSQL servers are one connection with
all their names: psycopg tries them in turn, so that only pages in progress fail with a server.
"""

from __future__ import annotations

import math
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeGuard
from urllib.parse import urlsplit, urlunsplit

import dj_database_url
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, InterfaceError, OperationalError, ProgrammingError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from newsarchive.replicas import replicas

Settings = dict[str, Any]
Server = tuple[str, str]  # host and port

# page_size only affects a new database. A large load mostly writes index pages with one or two new rows each, so larger
# pages write more bytes for each row; an article does not fit into smaller ones.
SQLITE_WRITER = (
    "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
    "PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY;"
)
SQLITE_READER = "PRAGMA query_only=ON; PRAGMA cache_size=-65536; PRAGMA mmap_size=1073741824;"
# Without these, a connection to a machine without power would wait for a quarter of an hour.
NOTICE_DEAD_SERVER = {
    "connect_timeout": 3,  # seconds
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
# Not for loads: it also ends a COPY that the server does not read for so long, as when it waits for a lock or a disk.
NOTICE_SOON = {"tcp_user_timeout": 10_000}  # milliseconds
# The primary is last among the readers' servers, so it serves only when no standby answers.
SHARE_STANDBYS = {"load_balance_hosts": "random", "target_session_attrs": "prefer-standby"}
SAME_LOGIN = {
    "USER": "user",
    "PASSWORD": "password",
    "NAME": "database name",
    "OPTIONS": "options after the question mark",
}


def databases(url: str, replica_urls: list[str], query_seconds: float) -> dict[str, Settings]:
    """``query_seconds`` limits each statement of a PostgreSQL reader; 0 means no limit."""
    default = _parsed("DATABASE_URL", url)
    replica_urls = [stripped for url in replica_urls if (stripped := url.strip())]
    if default["ENGINE"].endswith("postgresql"):
        reader = _postgresql_reader(default, replica_urls, query_seconds)
        default = _postgresql_writer(default)
    elif replica_urls:
        raise ImproperlyConfigured("REPLICA_URLS: only a PostgreSQL database has replicas; set DATABASE_URL as well.")
    else:
        default, reader = _sqlite_pair(Path(default["NAME"]).resolve())
    reader["TEST"] = {"MIRROR": "default"}
    return {"default": default, "reader": reader}


def _parsed(name: str, url: str) -> Settings:
    """One URL. For several servers (``h1:5432,h2:5433``), ``HOST`` and ``PORT`` are lists with commas."""
    try:
        parts = urlsplit(url)
        login, at, servers = parts.netloc.rpartition("@")
        first, *more_servers = servers.split(",")
        if more_servers:
            url = urlunsplit(parts._replace(netloc=f"{login}{at}{first}"))
        found: Settings = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
        if more_servers:
            rest = [urlsplit(f"//{server.strip()}") for server in more_servers]
            found["HOST"] = ",".join([found["HOST"], *(server.hostname or "" for server in rest)])
            found["PORT"] = ",".join(str(port or 5432) for port in [found["PORT"], *(server.port for server in rest)])
    except Exception as error:  # of many kinds, all of which mean an unreadable URL
        raise ImproperlyConfigured(f"{name}: {error}") from error
    if not found["ENGINE"].endswith(("backends.sqlite3", "backends.postgresql")):
        raise ImproperlyConfigured(
            f"{name}: only SQLite and PostgreSQL are supported; begin with sqlite:// or postgres://"
        )
    options = found.setdefault("OPTIONS", {})
    for key in ("HOST", "PORT"):
        listed = str(options.pop(key.lower(), found.get(key, "")))
        found[key] = ",".join(part.strip() for part in listed.split(","))
    return found


def _sqlite_pair(path: Path) -> tuple[Settings, Settings]:
    path.parent.mkdir(parents=True, exist_ok=True)
    default = _sqlite(str(path), {"transaction_mode": "IMMEDIATE", "init_command": SQLITE_WRITER})
    default["TEST"] = {"NAME": str(path.with_name(f"test-{path.name}"))}
    return default, _sqlite(f"{path.as_uri()}?{_reading(path)}", {"init_command": SQLITE_READER})


def _reading(path: Path) -> str:
    """The mode for readers. On a read-only disk SQLite cannot create its ``-shm`` file."""
    is_fixed = path.exists() and not Path(f"{path}-shm").exists() and not os.access(path.parent, os.W_OK)
    return "mode=ro&immutable=1" if is_fixed else "mode=ro"


def _sqlite(name: str, options: Settings) -> Settings:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "CONN_MAX_AGE": None,
        "OPTIONS": {"timeout": 30, **options},
    }


def _postgresql_writer(named: Settings) -> Settings:
    chosen = {"target_session_attrs": "read-write"} if len(_servers("DATABASE_URL", named)) > 1 else {}
    return {**named, "OPTIONS": {**NOTICE_DEAD_SERVER, **chosen, **named["OPTIONS"]}}


def _postgresql_reader(primary: Settings, replica_urls: list[str], query_seconds: float) -> Settings:
    try:
        from psycopg import IsolationLevel  # an optional dependency
    except ImportError as error:
        raise ImproperlyConfigured(
            f"DATABASE_URL: PostgreSQL needs psycopg ({error}); pip install newsarchive[postgres]"
        ) from error
    servers = _servers("DATABASE_URL", primary)
    options = {**primary["OPTIONS"]}
    reader = primary
    if replica_urls:
        reader, replicas = _replicas(replica_urls)
        # The primary can be the last resort only if its database has the same name.
        servers = list(dict.fromkeys(replicas + (servers if reader["NAME"] == primary["NAME"] else [])))
        options = {**SHARE_STANDBYS, **reader["OPTIONS"]}
    elif len(servers) > 1:
        options.pop("target_session_attrs", None)  # readers may use any
    flags = [str(options.get("options", "")), "-c default_transaction_read_only=on"]
    if query_seconds:
        flags.append(f"-c statement_timeout={max(1, round(query_seconds * 1000))}")
    options["options"] = " ".join(flags).strip()
    options["isolation_level"] = IsolationLevel.REPEATABLE_READ  # a page is one transaction and shows one snapshot
    if len(servers) > 1:
        hosts = ",".join(host for host, _ in servers)
        ports = ",".join(port or "5432" for _, port in servers)
        reader = {**reader, "HOST": hosts, "PORT": ports}
    return {**reader, "OPTIONS": {**NOTICE_DEAD_SERVER, **NOTICE_SOON, **options}}


def _replicas(urls: list[str]) -> tuple[Settings, list[Server]]:
    """The shared login and the servers."""
    if any("://" not in url for url in urls):
        raise ImproperlyConfigured(
            "REPLICA_URLS: commas separate whole addresses (postgres://…), one per server; in a password write %2C."
        )
    found = [_parsed("REPLICA_URLS", url) for url in urls]
    if any(not replica["ENGINE"].endswith("postgresql") for replica in found):
        raise ImproperlyConfigured(
            "REPLICA_URLS: a replica of a PostgreSQL database must be PostgreSQL; begin with postgres://"
        )
    for key, words in SAME_LOGIN.items():
        if any(replica[key] != found[0][key] for replica in found):
            raise ImproperlyConfigured(
                f"REPLICA_URLS: the {words} must be the same in every address, since one connection tries them all. "
                "(If passwords differ, leave them out and use PGPASSFILE.)"
            )
    return found[0], [server for replica in found for server in _servers("REPLICA_URLS", replica)]


def _servers(name: str, named: Settings) -> list[Server]:
    hosts, ports = (named[key].split(",") for key in ("HOST", "PORT"))
    if len(ports) not in (1, len(hosts)):
        raise ImproperlyConfigured(
            f"{name}: {len(hosts)} hosts and {len(ports)} ports; give each host its port, or one."
        )
    return list(zip(hosts, ports if len(ports) == len(hosts) else ports * len(hosts), strict=True))


# --- Public pages read one snapshot and never write. ------------------------------------------------------------------

# Deadline for the queries of the current public page, by the monotonic clock; None elsewhere.
page_deadline: ContextVar[float | None] = ContextVar("page_deadline", default=None)


@contextmanager
def public_page() -> Iterator[None]:
    """Send all queries to ``reader``; they see one snapshot, and end within ``QUERY_SECONDS``."""
    writer = connections["default"]
    connections["default"] = connections["reader"]
    token = page_deadline.set(time.monotonic() + (settings.QUERY_SECONDS or math.inf))
    try:
        replicas.connect(connections["reader"])
        with _one_moment():
            yield
    finally:
        page_deadline.reset(token)
        connections["default"] = writer


def generation_of(connection: BaseDatabaseWrapper) -> int | None:
    """The generation in the snapshot of ``connection``.

    ``None`` while triggers may be missing, because ``migrate`` is running or was stopped.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(number), min(slot) FROM articles_generation")
        number, slot = cursor.fetchone()
    return int(number) if slot == 0 else None


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


# --- The database time of a public page, at most ``QUERY_SECONDS``. ---------------------------------------------------

# On SQLite a progress handler limits all statements of a page together. On PostgreSQL each statement has its own limit
# (``statement_timeout``, above), and none begins after the deadline.

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


# --- The meaning of errors, for operators and readers. ----------------------------------------------------------------

SQLITE_BUSY = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL,
}  # fmt: skip

_ATTEMPT = re.compile(r"^- host: '?(.*?)'?, port: '?(.*?)'?, .*(?:failed|FATAL): +(.*)$", re.M)


def is_unavailable(error: BaseException | None) -> TypeGuard[Error]:
    """Unreachable, lost, busy, or stopped at a limit: a retry may work."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    # SQLite also calls a missing table and a write to a read-only file "operational".
    return not isinstance(error.__cause__, sqlite3.Error) or _sqlite_code(error) in SQLITE_BUSY


def is_unreachable(error: BaseException | None) -> TypeGuard[Error]:
    """No server or file answers, it refuses this connection, or the connection broke."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    if isinstance(error.__cause__, sqlite3.Error):
        return _sqlite_code(error) == sqlite3.SQLITE_CANTOPEN
    return error.__cause__ is not None and getattr(error.__cause__, "sqlstate", None) is None


def is_damaged(error: BaseException | None) -> bool:
    """Pages of the database are corrupt."""
    cause = error and (error.__cause__ or error)  # the driver's own
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    # https://www.postgresql.org/docs/current/errcodes-appendix.html
    return getattr(cause, "sqlstate", None) in ("XX001", "XX002")


def is_of_older_archive(error: Error) -> bool:
    """A table or column is missing: not set up, or from an older version."""
    if isinstance(error, OperationalError):
        return any(words in str(error) for words in ("no such table", "no such column", "no column named"))
    return isinstance(error, ProgrammingError) and getattr(error.__cause__, "sqlstate", None) in ("42P01", "42703")


def in_one_line(error: BaseException) -> str:
    """The message; if psycopg tried several servers, ``h1:5432: Connection refused; h2:5432: session is read-only``."""
    if attempts := dict.fromkeys(_ATTEMPT.findall(str(error))):
        return "; ".join(f"{host}:{port}: {why}" for host, port, why in attempts)
    return "; ".join(line.strip() for line in str(error).splitlines() if line.strip())


def _sqlite_code(error: Error) -> int:
    # The lowest eight bits: https://www.sqlite.org/rescode.html#primary_result_codes_versus_extended_result_codes
    return getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
