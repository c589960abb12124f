"""The database connections: which servers they are, which of them a query goes to and how long, what their errors mean.

``default`` writes; ``reader`` makes public pages and cannot write. Several PostgreSQL servers are one connection that
names them all: psycopg tries them until one answers, so a dead server costs the pages it was making and no more.
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

Settings = dict[str, Any]
Server = tuple[str, str]  # host and port

# page_size counts only for a new database: 16 KB pages write articles 2.4 times faster than the default of 4 KB.
SQLITE_WRITER = (
    "PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
    "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
)
SQLITE_READER = "PRAGMA query_only=ON; PRAGMA cache_size=-65536; PRAGMA mmap_size=1073741824;"
# A machine that lost its power refuses nothing: without these a connection to it would wait a quarter of an hour.
NOTICE_DEAD_SERVER = {
    "connect_timeout": 3,  # seconds
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds
}
# The primary is among the servers of the readers, and is last: only when no standby answers is any server taken.
SHARE_STANDBYS = {"load_balance_hosts": "random", "target_session_attrs": "prefer-standby"}
SAME_LOGIN = {
    "USER": "user",
    "PASSWORD": "password",
    "NAME": "database name",
    "OPTIONS": "options after the question mark",
}


def databases(url: str, replica_urls: list[str], query_seconds: float) -> dict[str, Settings]:
    """``query_seconds`` limits each statement of a PostgreSQL reader; 0 is no limit."""
    default = _parsed("DATABASE_URL", url)
    replica_urls = [stripped for one in replica_urls if (stripped := one.strip())]
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
    """One address. Of several servers (``h1:5432,h2:5433``), ``HOST`` and ``PORT`` are lists with commas."""
    try:
        parts = urlsplit(url)
        login, at, servers = parts.netloc.rpartition("@")
        first, *others = servers.split(",")
        if others:
            url = urlunsplit(parts._replace(netloc=f"{login}{at}{first}"))
        found: Settings = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
        if others:
            more = [urlsplit(f"//{server.strip()}") for server in others]
            found["HOST"] = ",".join([found["HOST"], *(server.hostname or "" for server in more)])
            found["PORT"] = ",".join(str(port or 5432) for port in [found["PORT"], *(server.port for server in more)])
    except Exception as error:  # its errors are of many kinds, and all mean an unreadable address
        raise ImproperlyConfigured(f"{name}: {error}") from error
    if not found["ENGINE"].endswith(("backends.sqlite3", "backends.postgresql")):
        raise ImproperlyConfigured(
            f"{name}: an archive is in SQLite or PostgreSQL; begin with sqlite:// or postgres://"
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
    """The mode in which readers open ``path``. On a read-only disk SQLite could not make its ``-shm`` file."""
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
        from psycopg import IsolationLevel  # an extra, which an archive in SQLite has no need of
    except ImportError as error:
        raise ImproperlyConfigured(
            f"DATABASE_URL: PostgreSQL needs psycopg ({error}); pip install newsarchive[postgres]"
        ) from error
    servers = _servers("DATABASE_URL", primary)
    options = {**primary["OPTIONS"]}
    reader = primary
    if replica_urls:
        reader, replicas = _replicas(replica_urls)
        # Under another name the primary has another database, and cannot be the last resort.
        servers = list(dict.fromkeys(replicas + (servers if reader["NAME"] == primary["NAME"] else [])))
        options = {**SHARE_STANDBYS, **reader["OPTIONS"]}
    elif len(servers) > 1:
        options.pop("target_session_attrs", None)  # any of them can be read from
    held_to = [str(options.get("options", "")), "-c default_transaction_read_only=on"]
    if query_seconds:
        held_to.append(f"-c statement_timeout={max(1, round(query_seconds * 1000))}")
    options["options"] = " ".join(held_to).strip()
    options["isolation_level"] = IsolationLevel.REPEATABLE_READ  # a page, in one transaction, shows one moment
    if len(servers) > 1:
        hosts = ",".join(host for host, _ in servers)
        ports = ",".join(port or "5432" for _, port in servers)
        reader = {**reader, "HOST": hosts, "PORT": ports}
    return {**reader, "OPTIONS": {**NOTICE_DEAD_SERVER, **options}}


def _replicas(urls: list[str]) -> tuple[Settings, list[Server]]:
    """The login that all replicas share, and the servers."""
    if any("://" not in url for url in urls):
        raise ImproperlyConfigured(
            "REPLICA_URLS: commas separate whole addresses, postgres://…, one a server; in a password write %2C."
        )
    found = [_parsed("REPLICA_URLS", url) for url in urls]
    if any(not one["ENGINE"].endswith("postgresql") for one in found):
        raise ImproperlyConfigured(
            "REPLICA_URLS: a replica of a PostgreSQL database is one too; begin with postgres://"
        )
    for key, words in SAME_LOGIN.items():
        if any(one[key] != found[0][key] for one in found):
            raise ImproperlyConfigured(
                f"REPLICA_URLS: the {words} must be the same in every address, for one connection tries them all. "
                "(Passwords that differ can be left out here and kept in PGPASSFILE.)"
            )
    return found[0], [server for one in found for server in _servers("REPLICA_URLS", one)]


def _servers(name: str, named: Settings) -> list[Server]:
    hosts, ports = (named[key].split(",") for key in ("HOST", "PORT"))
    if len(ports) not in (1, len(hosts)):
        raise ImproperlyConfigured(
            f"{name}: {len(hosts)} hosts and {len(ports)} ports; give each host its port, or one."
        )
    return list(zip(hosts, ports if len(ports) == len(hosts) else ports * len(hosts), strict=True))


# --- A public page is read from one snapshot of the archive, and never writes. ----------------------------------------

# When the queries of the public page that is made must end, by the monotonic clock; None outside of public pages.
page_deadline: ContextVar[float | None] = ContextVar("page_deadline", default=None)


@contextmanager
def public_page() -> Iterator[None]:
    """Within this block every query goes to ``reader``, sees one moment, and ends within ``QUERY_SECONDS``."""
    writer = connections["default"]
    connections["default"] = connections["reader"]
    token = page_deadline.set(time.monotonic() + (settings.QUERY_SECONDS or math.inf))
    try:
        with _one_moment():
            yield
    finally:
        page_deadline.reset(token)
        connections["default"] = writer


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


# --- The database time of a public page, at most ``QUERY_SECONDS``. ---------------------------------------------------

# On SQLite the limit is for all statements of a page together: its progress handler looks at the clock. On PostgreSQL
# each statement has the limit by itself (``statement_timeout``, above), and none begins after it.

# Steps of SQLite's machine between two looks at the clock: about 50 ms of a long search. Most pages need fewer, and a
# look waits for its turn among the threads.
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
def _hold_reader_to_limit(connection: Any, **kwargs: Any) -> None:
    if connection.alias != "reader":
        return
    if _begin_in_time not in connection.execute_wrappers:
        connection.execute_wrappers.append(_begin_in_time)
    if connection.vendor == "sqlite":
        connection.connection.set_progress_handler(_is_late, STEPS)


# --- What errors mean, for operators and readers. ---------------------------------------------------------------------

SQLITE_BUSY = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL,
}  # fmt: skip

_ATTEMPT = re.compile(r"^- host: '?(.*?)'?, port: '?(.*?)'?, .*(?:failed|FATAL): +(.*)$", re.M)


def is_unavailable(error: BaseException | None) -> TypeGuard[Error]:
    """The database is not reached, went away, is busy, or was stopped at a limit: later the same may work."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    # SQLite says "operational" of a missing table and of a write to a read-only file, too.
    return not isinstance(error.__cause__, sqlite3.Error) or _sqlite_code(error) in SQLITE_BUSY


def is_unreachable(error: BaseException | None) -> TypeGuard[Error]:
    """No server or file answers, or it refuses this connection; or the connection broke off."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    if isinstance(error.__cause__, sqlite3.Error):
        return _sqlite_code(error) == sqlite3.SQLITE_CANTOPEN
    return error.__cause__ is not None and getattr(error.__cause__, "sqlstate", None) is None


def is_of_older_archive(error: Error) -> bool:
    """A table or a column is missing: the archive is not set up, or of an older version."""
    if isinstance(error, OperationalError):
        return any(words in str(error) for words in ("no such table", "no such column", "no column named"))
    return isinstance(error, ProgrammingError) and getattr(error.__cause__, "sqlstate", None) in ("42P01", "42703")


def in_one_line(error: Error) -> str:
    """``h1:5432: Connection refused; h2:5432: session is read-only``, where psycopg tried several servers."""
    if attempts := dict.fromkeys(_ATTEMPT.findall(str(error))):
        return "; ".join(f"{host}:{port}: {why}" for host, port, why in attempts)
    return "; ".join(line.strip() for line in str(error).splitlines() if line.strip())


def _sqlite_code(error: Error) -> int:
    # The lowest eight bits: https://www.sqlite.org/rescode.html#primary_result_codes_versus_extended_result_codes
    return getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
