"""Redirects that the files of a site state: from an old path to that of an article, or of another redirect."""

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path

from articles.ingest.errors import IngestError
from articles.ingest.parsing.former_paths import path_in
from articles.ingest.sites.configuration import head_of, read_limited, readable_values
from articles.ingest.sites.left_out import PAGES, folders_of
from articles.ingest.sites.site import Site

MOST = 20_000
# Of Apache; those that begin with any other word need regular expressions or conditions.
_OF_APACHE = re.compile(r"\s*Redirect(?:Permanent|Temp|\s+(?:permanent|temp|30\d))?\s+(/\S*)\s+(\S+)\s*", re.IGNORECASE)
_OF_GHOST = ("redirects.yaml", "redirects.yml", "redirects.json")
_EXPRESSION = re.compile(r"[\^$()*+?\\\[\]|]")
_TABLES = (("netlify.toml", "from", "to", "status"), ("vercel.json", "source", "destination", "statuscode"))


def redirects_of(site: Site) -> tuple[tuple[str, str], ...]:
    """Old paths, each with the path or address that it leads to. Patterns and conditions are left out."""
    found = chain(_in_lines(site), _in_tables(site), _of_ghost(site), _of_jekyll(site))
    stated = ((path_in(old), new) for old, new, code in found if "*" not in old and code[:2] in ("", "30"))
    return tuple(islice(((old, new) for old, new in stated if old and new), MOST))


def _in_lines(site: Site) -> Iterator[tuple[str, str, str]]:
    """Those of Netlify and Apache."""
    with suppress(IngestError):
        for name in dict.fromkeys(("", "static", "public", *site.content)):
            for line in read_limited(site.folder / name / "_redirects").decode("utf-8", "replace").splitlines():
                old, new, code, *conditions = [*line.partition(" #")[0].split(), "", "", ""]
                if old[:1] == "/" and not any(conditions) and "=" not in new.partition("/")[0]:
                    yield old, new, code
        for line in read_limited(site.folder / ".htaccess").decode("utf-8", "replace").splitlines():
            if redirect := _OF_APACHE.fullmatch(line.replace('"', "")):
                yield redirect[1], redirect[2], ""


def _in_tables(site: Site) -> Iterator[tuple[str, str, str]]:
    for name, *keys in _TABLES:
        listed = readable_values(site.folder / name).get("redirects")
        for entry in listed if isinstance(listed, list) else ():
            if isinstance(entry, dict) and not entry.keys() & {"conditions", "query", "has", "missing"}:
                old, new, code = (str(entry.get(key) or "") for key in keys)
                yield old, new, code


def _of_ghost(site: Site) -> Iterator[tuple[str, str, str]]:
    for path in (site.folder / inner / name for inner in ("", "data", "content/data") for name in _OF_GHOST):
        found = readable_values(path, is_table=True).get("entries")
        if isinstance(found, dict):  # tables by code
            tables = (paths for paths in found.values() if isinstance(paths, dict))
            found = [{"from": old, "to": new} for paths in tables for old, new in paths.items()]
        for entry in found if isinstance(found, list) else ():
            if isinstance(entry, dict) and not _EXPRESSION.search(old := str(entry.get("from") or "")):
                yield old, str(entry.get("to") or ""), ""


def _of_jekyll(site: Site) -> Iterator[tuple[str, str, str]]:
    for parts, folder, names in folders_of(site) if site.generator == "Jekyll" else ():
        for path in (folder / name for name in names if Path(name).suffix.lower() in PAGES):
            if b"redirect_to" in head_of(path):  # such a page has no text of its own
                values = readable_values(path)
                to = values.get("redirectto")
                usual = "" if "_posts" in parts else "/".join(("", *parts, f"{path.stem}.html"))
                own = str(values.get("permalink") or usual)
                own = own and f"{site.base_path}/{own.lstrip('/')}"
                yield own, str(to[0] if isinstance(to, list) and to else to or ""), ""
