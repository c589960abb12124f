"""Where inputs lie, as the archive remembers it, and whether they are still there.

A place is a resolved path; of a file in an archive, the archive's followed by the way within it; of a record among
others, its file's followed by ``#`` and its name; of a page in a crawl, the id of its record, which is no path.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from django.db import connection
from django.db.models import Q

from articles.ingest.inputs.shown import printable
from articles.ingest.pool import Reading


def below(column: str, folder: str) -> Q:
    """Rows whose path in ``column`` lies below a folder, or in an archive: a walk along the column's index."""
    prefix = folder.rstrip("/") + "/"
    if connection.vendor == "sqlite":  # where LIKE does without the index; "0" follows "/"
        return Q(**{f"{column}__gte": prefix, f"{column}__lt": f"{prefix[:-1]}0"})
    return Q(**{f"{column}__startswith": prefix})


def is_there(place: str) -> bool:
    """Whether the file, or the file that it is in, may still be there; true where that cannot be found out."""
    if not Path(place).is_absolute():
        return True
    parts = place.split("#")
    try:
        for count in range(len(parts), 0, -1):
            with suppress(FileNotFoundError, NotADirectoryError):
                if stat.S_ISREG(os.stat("#".join(parts[:count])).st_mode):  # noqa: PTH116  # a million of these a load
                    return True
        # What its path names as a folder may be an archive.
        nearest = next((folder for folder in Path(place).parents if folder.exists()), None)
        return nearest is not None and not nearest.is_dir()
    except (OSError, ValueError):
        return True  # no permission to look, a disk that does not answer


def place_of_refused(reading: Reading) -> str:
    """Where an input lies that was refused; it has a line where it is a record among others."""
    piece, error = reading.piece, reading.error
    if error is not None and error.place is not None:
        return error.place
    if piece.body is not None and piece.root is not None:
        return printable(f"{os.path.realpath(piece.root)}/{piece.name}")
    place = printable(piece.place or os.path.realpath(piece.path))
    return place if piece.line is None else f"{place}:{piece.line}"
