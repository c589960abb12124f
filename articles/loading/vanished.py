"""Finds articles whose files are gone or left out; withdraws those without a public original, and reinstates them."""

import os
import stat
from collections.abc import Collection, Container, Iterator
from contextlib import suppress
from pathlib import Path

from articles.catalogue.changing import changing
from articles.catalogue.ledger import Stamp
from articles.ingest.inputs.shown import printable
from articles.ingest.sites.left_out import is_left_out
from articles.ingest.sites.site import Site
from articles.models import OriginalPath
from articles.models.original import below
from articles.models.withdrawal import BY_ABSENCE, IS_WITHHELD, WithdrawnBy

PER_QUERY = 500


def vanished_from(folder: Path, site: Site | None, seen: Container[int]) -> Iterator[dict[int, str]]:
    """Published articles whose file below a resolved ``folder`` is gone, or left out now, except those ``seen``. Yields
    batches: the path of the missing file by article id.
    """

    def is_there(path: str) -> bool:
        return _exists(path) and not is_left_out(site, folder, Path(path))

    rows = OriginalPath.objects.filter(below("path", printable(str(folder))), original__is_current=True)
    rows = rows.filter(original__article__withdrawn_at=None).order_by("path")
    last = ""
    while page := list(rows.filter(path__gt=last).values_list("path", "original__article_id")[:PER_QUERY]):
        last = page[-1][0]
        gone: dict[int, str] = {}
        for path, pk in page:
            if pk not in seen and not is_there(path):
                gone.setdefault(pk, path)
        # Not those whose bytes are also elsewhere.
        paths = OriginalPath.objects.filter(original__article__in=gone, original__is_current=True)
        places = paths.values_list("path", "original__article_id") if gone else ()
        copied = {pk for path, pk in places if is_there(path)}
        if gone := {pk: path for pk, path in gone.items() if pk not in copied}:
            yield gone


def _exists(place: str) -> bool:
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


def mark(ids: Collection[int], stamp: Stamp, by: WithdrawnBy | None) -> None:
    """Withdraw articles as vanished or drafts or, with ``None``, reinstate those. A merged article only records it, in
    case it is separated; other articles that are withdrawn by now stay as they are.
    """
    since = stamp.load.started_at if stamp.load else stamp.moment
    with changing(ids, stamp) as changes:
        for article in changes.articles.values():
            if by and article.withdrawn_at and article.withdrawn_by != WithdrawnBy.MERGED:
                continue
            if by:
                article.withdraw(article.withdrawn_at or since, by)
            elif article.withdrawn_by in BY_ABSENCE:
                article.stop_absence()
            article.as_loaded = {name: value for name, value in article.as_loaded.items() if name != IS_WITHHELD}
            if by == WithdrawnBy.DRAFT:
                article.as_loaded[IS_WITHHELD] = True
