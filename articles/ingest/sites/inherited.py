"""Values that articles inherit from their site: ``defaults`` of Jekyll, data of a folder in Eleventy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from articles.ingest.errors import IngestError
from articles.ingest.sites.configuration import read_values
from articles.ingest.sites.left_out import is_matched
from articles.ingest.sites.site import Site

Values = Mapping[str, object]


def defaults_of(values: Values) -> Iterator[tuple[str, Values]]:
    """The patterns of paths in a configuration of Jekyll, each with its values for posts."""
    listed = values.get("defaults")
    for entry in listed if isinstance(listed, list) else ():
        scope, given = (entry.get("scope"), entry.get("values")) if isinstance(entry, dict) else (None, None)
        if isinstance(scope, dict) and isinstance(given, dict) and scope.get("type", "posts") == "posts":
            yield str(scope.get("path") or "").strip("/") or "*", given


def inherited(site: Site, parts: tuple[str, ...]) -> dict[str, object]:
    """What a file of the site inherits, by its parts below the site's folder; the nearest folder counts."""
    found: dict[str, object] = {}
    for pattern, values in site.defaults:
        if is_matched(parts, (pattern,)):
            found |= values
    if site.generator == "Eleventy":
        for end in range(1, len(parts)):
            found |= _data_of(site.folder.joinpath(*parts[:end]))
    return found


@lru_cache(maxsize=1000)
def _data_of(folder: Path) -> Values:
    found: dict[str, object] = {}
    for name in (f"{folder.name}.json", f"{folder.name}.11tydata.json"):
        try:
            found |= read_values(folder / name)
        except IngestError:
            continue
    return found
