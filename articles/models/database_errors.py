"""The meaning of database errors, for operators and readers."""

import re
import sqlite3
from typing import TypeGuard

from django.conf import settings
from django.db import Error, IntegrityError, InterfaceError, OperationalError, ProgrammingError

SQLITE_BUSY = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL,
}  # fmt: skip
REPETITIONS = 3  # for those who were overtaken
DEADLOCK = "40P01"

_ATTEMPT = re.compile(r"^- host: '?(.*?)'?, port: '?(.*?)'?, .*(?:failed|FATAL): +(.*)$", re.M)


def is_unavailable(error: BaseException | None, *, to_staff: bool = False) -> TypeGuard[Error]:
    """Unreachable, lost, busy, stopped at a limit, or (to staff, who write) read-only: a retry may work."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    # SQLite also calls a missing table and a write to a read-only file "operational".
    codes = {*SQLITE_BUSY, sqlite3.SQLITE_READONLY} if to_staff else SQLITE_BUSY
    return not isinstance(error.__cause__, sqlite3.Error) or _sqlite_code(error) in codes


def is_unreachable(error: BaseException | None) -> TypeGuard[Error]:
    """No server or file answers, it refuses this connection, or the connection broke."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    if isinstance(error.__cause__, sqlite3.Error):
        return _sqlite_code(error) == sqlite3.SQLITE_CANTOPEN
    return error.__cause__ is not None and getattr(error.__cause__, "sqlstate", None) is None


def is_overtaken(error: BaseException) -> bool:
    """Another writer was first, for example with a merge of tags: a repetition reads what is there now."""
    return isinstance(error, IntegrityError) or getattr(error.__cause__, "sqlstate", None) == DEADLOCK


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
    """The message, with advice if the database is damaged; if psycopg tried several servers, ``h1:5432: Connection
    refused; h2:5432: session is read-only``.
    """
    if attempts := dict.fromkeys(_ATTEMPT.findall(str(error))):
        return "; ".join(f"{host}:{port}: {why}" for host, port, why in attempts)
    words = "; ".join(line.strip() for line in str(error).splitlines() if line.strip())
    where, fix = (f"{settings.MANAGE} {command}" for command in ("verify_archive", "restore --force FILE"))
    advice = f"To see where: {where}. To fix: restore the database from a backup ({fix})"
    return f"{words}. The database is damaged. {advice}" if is_damaged(error) else words


def _sqlite_code(error: Error) -> int:
    # The lowest eight bits: https://www.sqlite.org/rescode.html#primary_result_codes_versus_extended_result_codes
    return getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
