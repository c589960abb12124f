"""The two database connections, as Django has them: ``default`` writes, ``reader`` makes public pages and cannot write.

Several PostgreSQL servers are one connection that names them all: psycopg tries them until one answers, so a dead
server costs the pages it was making and no more.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

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
