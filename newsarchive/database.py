"""Database connections: servers, logins and options.

``default`` writes; ``reader`` serves public pages and cannot write. Several PostgreSQL servers are one connection with
all their names: psycopg tries them in turn, so that only pages in progress fail with a server.
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
# For readers and staff. A load must wait: this also ends a COPY that the server does not read for so long, as behind a
# lock or a slow disk.
GIVE_UP_UNREAD = {"tcp_user_timeout": 10_000}  # milliseconds
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
        chosen = {"target_session_attrs": "read-write"} if len(_servers("DATABASE_URL", default)) > 1 else {}
        default["OPTIONS"] = {**NOTICE_DEAD_SERVER, **chosen, **default["OPTIONS"]}
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
    # On a read-only disk SQLite cannot create its ``-shm`` file.
    is_fixed = path.exists() and not Path(f"{path}-shm").exists() and not os.access(path.parent, os.W_OK)
    mode = "mode=ro&immutable=1" if is_fixed else "mode=ro"
    return default, _sqlite(f"{path.as_uri()}?{mode}", {"init_command": SQLITE_READER})


def _sqlite(name: str, options: Settings) -> Settings:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "CONN_MAX_AGE": None,
        "OPTIONS": {"timeout": 30, **options},
    }


def _postgresql_reader(primary: Settings, replica_urls: list[str], query_seconds: float) -> Settings:
    try:
        from psycopg import IsolationLevel  # an optional dependency
    except ImportError as error:
        raise ImproperlyConfigured(
            f"DATABASE_URL: PostgreSQL needs psycopg ({error}); pip install -r requirements-extras.txt"
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
    return {**reader, "OPTIONS": {**NOTICE_DEAD_SERVER, **GIVE_UP_UNREAD, **options}}


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
