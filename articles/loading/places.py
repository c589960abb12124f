"""Places of inputs, and a test that they still exist.

A place is a resolved path; for a file in an archive, the archive's path plus the path inside; for one record of
several, the file's path plus ``#`` and its name; for a page in a crawl, the id of its record.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from django.db import connection
from django.db.models import Q


def below(column: str, folder: str) -> Q:
    """Rows with a path in ``column`` below a folder or in an archive; uses the column's index."""
    prefix = folder.rstrip("/") + "/"
    if connection.vendor == "sqlite":  # LIKE would not use the index; "0" follows "/"
        return Q(**{f"{column}__gte": prefix, f"{column}__lt": f"{prefix[:-1]}0"})
    return Q(**{f"{column}__startswith": prefix})


def exists(place: str) -> bool:
    """``False`` if the file, or the file that contains it, is certainly gone."""
    if not Path(place).is_absolute():
        return True
    parts = place.split("#")
    try:
        for count in range(len(parts), 0, -1):
            with suppress(FileNotFoundError, NotADirectoryError):
                if stat.S_ISREG(os.stat("#".join(parts[:count])).st_mode):  # noqa: PTH116  # faster, for a million
                    return True
        # A "folder" in its path may be an archive.
        nearest = next((folder for folder in Path(place).parents if folder.exists()), None)
        return nearest is not None and not nearest.is_dir()
    except (OSError, ValueError):
        return True  # no permission, or an unreachable disk
