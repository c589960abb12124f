"""Paths that an article had on its own site, and the slug and the day that they contain."""

import re
from urllib.parse import unquote

from articles.ingest.parsing.iso_dates import read_date
from articles.text.paths import path_of

# Patterns (``/:year/:title/``), templates, paths that begin at another one, and files in the folder of the site.
_NO_PATH = re.compile(r"(?<!\w):[a-z]|[{}<>\n]|^\.|\.(?:md|markdown|jpe?g|png|gif|webp|svg)$", re.IGNORECASE)
_SUFFIX = re.compile(r"\.(?:[sx]?html?|php|aspx?|jsp)$", re.IGNORECASE)
_DAY = re.compile(r"(?<!\d)((?:1[6-9]|20)\d\d[/-]\d{1,2}[/-]\d{1,2})(?!\d)", re.ASCII)


def path_in(written: str) -> str | None:
    """The path and query of an address or path, ``/2014/12/x``, ``/?p=7``; ``None`` for the front page and no path."""
    path = path_of(written)
    return None if not path.strip("/") or len(path) > 1_000 or _NO_PATH.search(path.lstrip("/")) else path


def slug_of(path: str) -> str | None:
    """The last part of a path, without ``.html`` and the like; ``None`` if it has no letters."""
    parts = [part for part in path.partition("?")[0].split("/") if part]
    if len(parts) > 1 and _SUFFIX.sub("", parts[-1]) == "index":
        parts.pop()
    slug = _SUFFIX.sub("", unquote(parts[-1])) if parts else ""
    return slug if re.search(r"[^\W\d_]", slug) and "/" not in slug else None


def day_in(path: str) -> str | None:
    """The day in ``/2014/12/12/x`` or ``2014-12-12-x``, as written."""
    return next((day for day in _DAY.findall(path) if read_date(day)), None)
