"""Exports of other systems: what their files say of the site, and which of the files in their folders are its posts."""

import csv
import io
import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from fnmatch import translate
from functools import lru_cache
from html import unescape
from itertools import islice
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from articles.ingest.errors import IngestError
from articles.ingest.inputs.damaged import UNREADABLE
from articles.ingest.parsing.decoding import decode
from articles.ingest.parsing.local_files import open_regular
from articles.ingest.readers import READERS, ghost, medium, substack
from articles.ingest.readers.feeds import syndication
from articles.ingest.sites.configuration import head_of, read_limited, values_of_feed
from articles.ingest.sites.site import TABLES, Site
from articles.ingest.sites.stated import TITLE, address_in, language_in, text_in, zone_in
from articles.text.keys import bare

MAX_BYTES = 128_000_000
MOST_FILES = 200
_UNIQUE_URL = re.compile(rb"^UNIQUE URL:\s*(https?://[\w.:-]+)", re.MULTILINE)
_OF_AUTHOR = re.compile(r"""<a [^<>]*class=["']p-author\b[^<>]*>([^<]+)</a>""")


def site_of_exports(path: Path) -> Site | None:
    """The site of an export, or of all the exports in a folder; of several sites, one that names them all."""
    sites = list[Site]()
    for system in TABLES["export"]:
        looks_like, values_of = READERS[system["format"]].looks_like, _VALUES[system["name"]]
        paths = (file for pattern in system["files"] for file in path.glob(pattern)) if path.is_dir() else (path,)
        for file in islice(paths, MOST_FILES):
            if not looks_like(head_of(file)) or (values := values_of(file)) is None:
                continue
            sites.append(Site(
                path if path.is_dir() else path.parent, system["name"],
                source=text_in(values, *TITLE), address=address_in(path, values),
                language=language_in(values), description=text_in(values, "description"),
                time_zone=zone_in(values),
                permalinks={"": system["permalink"]} if "permalink" in system else {},
                not_articles=tuple(system.get("not_articles", ())),
            ))  # fmt: skip
    names = {site.source for site in sites}
    if len({(site.generator, site.address) for site in sites}) > 1:
        return Site(path, exports=_named(sites))
    name = names.pop() if len(names) == 1 else ""
    return replace(sites[0], source=name, named=name) if sites else None


def site_of_zip(path: Path) -> Site | None:
    """The site of the exports in a ZIP file, or in a folder in it."""
    names = {PurePosixPath(pattern).name for system in TABLES["export"] for pattern in system["files"]}
    names |= {"settings.csv", "email_list.*.csv"}  # beside those of Blogger and Substack
    site, left = None, MAX_BYTES
    with TemporaryDirectory() as top, suppress(*UNREADABLE):
        with ZipFile(path) as packed:
            patterns = re.compile("|".join(map(translate, names)))
            items = (item for item in packed.infolist() if patterns.match(PurePosixPath(item.filename).name))
            for item in islice(items, MOST_FILES):
                left -= item.file_size
                if left > 0:
                    packed.extract(item, top)
        site = site_unpacked(Path(top))
    return replace(site, folder=path) if site else None


def site_unpacked(top: Path) -> Site | None:
    """The site of the exports in this folder, or in the folders in it, if these are of one site."""
    found = list(filter(None, map(site_of_exports, (top, *filter(Path.is_dir, top.iterdir())))))
    if len(found) > 1 and found[0].folder != top:
        return Site(top, exports=_named(found))
    return found[0] if found else None


def _named(sites: Iterable[Site]) -> tuple[str, ...]:
    return tuple(sorted({f"{site.generator}: {site.source or site.address or 'name not found'}" for site in sites}))


def _of_blogger(path: Path) -> dict[str, object] | None:
    """The values of a blog from its backup; of Takeout, from the table next to it. ``None`` for other feeds."""
    if not syndication.is_of_blogger(head_of(path)):
        return None
    values, rows = values_of_feed(path), list[list[str]]()
    with suppress(IngestError, csv.Error):
        rows += csv.reader(io.StringIO(decode(read_limited(path.with_name("settings.csv"))).text))
    columns = rows if rows and len(rows[0]) == 2 < len(rows) else zip(*rows[:2], strict=False)  # keys are in either
    said = {bare(key).removeprefix("blog"): value.strip() for key, value in columns}
    host = said.get("customdomain") or (f"{said['subdomain']}.blogspot.com" if said.get("subdomain") else "")
    url = values["url"] or said.get("url") or (host and f"https://{host}")
    return said | values | {"url": url, "language": values["language"] or said.get("locale")}


def _of_medium(path: Path) -> dict[str, object] | None:
    """The account that wrote a post; ``None`` for drafts, which do not name it."""
    with suppress(IngestError):
        if author := _OF_AUTHOR.search(read_limited(path).decode("utf-8", "replace")):
            return {"title": unescape(author[1])}
    return None


def _of_substack(path: Path) -> dict[str, object]:
    """The address, from the name of the list of readers, which is not opened."""
    names = (file.name.split(".") for file in path.parent.glob("email_list.*.csv"))
    return {"url": next((f"https://{name[1]}.substack.com" for name in names), None)}


def _of_movable_type(path: Path) -> dict[str, object]:
    """The address, from that of the first entry, which TypePad writes."""
    found = _UNIQUE_URL.search(head_of(path))
    return {"url": found and found[1].decode()}


def _of_ghost(path: Path) -> dict[str, object]:
    """The settings in an export of Ghost; nothing if it cannot be read."""
    with suppress(IngestError, OSError), open_regular(path) as file:
        return {**ghost.settings_in(ghost.tables_in(file, MAX_BYTES))}
    return {}


def entries_to_open(folder: Path, folders: list[str], names: list[str]) -> tuple[list[str], list[str]]:
    """The folders and files to open: next to its posts, an export has what readers and writers want private."""
    if "posts" in folders and ("profile" in folders or "README.html" in names):
        posts = islice((folder / "posts").glob("*.html"), 5)
        if any(medium.looks_like(head_of(post)) for post in posts):
            return ["posts"], []
    if is_folder_of_substack(folder):
        is_read = substack.looks_like(head_of(folder / "posts.csv"))  # and with its rows the texts
        inner = [name for name in folders if name != "posts" or not is_read]
        return inner, [name for name in names if name == "posts.csv" or not name.endswith(".csv")]
    if "Blogs" in folders and folder.name == "Blogger":  # of a Takeout
        return ["Blogs"], []
    return folders, ["feed.atom"] if {"feed.atom", "settings.csv"} <= set(names) else names


@lru_cache(maxsize=1000)
def is_folder_of_substack(folder: Path) -> bool:
    """``True`` for the folder of ``posts.csv``, also damaged, or its ``posts``: that table says what was published."""
    folder = folder.resolve()
    top = folder.parent if folder.name == "posts" else folder
    is_beside = any((top / "posts").glob("[0-9]*.*.html")) and os.path.lexists(top / "posts.csv")
    return is_beside or substack.looks_like(head_of(top / "posts.csv"))


# What a file says of its site, by the name of the system; ``None`` if that of another one is to be asked.
_VALUES: dict[str, Callable[[Path], dict[str, object] | None]] = {
    "WordPress": values_of_feed,
    "Blogger": _of_blogger,
    "Medium": _of_medium,
    "Substack": _of_substack,
    "Ghost": _of_ghost,
    "Movable Type": _of_movable_type,
}
