"""The meaning of database errors for operators and readers."""

from __future__ import annotations

import re
import sqlite3
from typing import TypeGuard

from django.db import Error, InterfaceError, OperationalError, ProgrammingError

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
