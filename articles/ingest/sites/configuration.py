"""Configurations and data files of sites, as values. Nothing in them is run: of JavaScript, plain literals are read."""

from __future__ import annotations

import csv
import io
import re
from contextlib import suppress
from html import unescape
from pathlib import Path

from articles.ingest.errors import BadMetadata, IngestError, UnreadableFile
from articles.ingest.parsing.decoding import decode
from articles.ingest.parsing.local_files import open_regular
from articles.ingest.readers.base import read_whole
from articles.ingest.readers.ghost import settings_in, tables_in
from articles.ingest.readers.markdown.front_matter import read_front_matter
from articles.ingest.work import time_limit
from articles.text.keys import bare

SUFFIXES = (".yml", ".yaml", ".toml", ".json", ".js", ".cjs", ".mjs", ".ts")
MAX_BYTES = 256_000
MAX_BYTES_OF_EXPORT = 128_000_000
HEAD_BYTES = 4_000
SECONDS = 5
_LITERAL = re.compile(r"""(?<![\w.$])["']?([A-Za-z_]\w*)["']?\s{0,9}[:=]\s{0,9}(["'`])((?:\\.|(?!\2)[^\\\n$])*)\2""")
_OF_FEED = re.compile(r"<(title|link|language|description|wp:base_blog_url)(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<\]]*)")
_BUILT = ("", "_site", "public")
_HOME_AND_FEEDS = ("feed.xml", "atom.xml", "index.xml", "rss.xml", "index.html")
# Of Atom and of pages, without other forms of the same page.
_HOME = re.compile(
    r"""<link\s(?=[^>]*\brel=["']?(?:alternate|canonical)\b)(?![^>]*(?:rss|atom|json|hreflang))[^>]*"""
    r"""\bhref=["']?([^"'\s>]+)""",
    re.IGNORECASE,
)
_OWN_ADDRESS = re.compile(r"https?://(?!localhost|127\.|0\.0)[\w.-]+\.[\w-]+", re.IGNORECASE)
_UNIQUE_URL = re.compile(rb"^UNIQUE URL:\s*(https?://[\w.:-]+)", re.MULTILINE)
_OF_AUTHOR = re.compile(r"""<a [^<>]*class=["']p-author\b[^<>]*>([^<]+)</a>""")
_LANGUAGE = re.compile(r"""<(?:html|feed|rss)\b[^>]*\blang=["']?([\w-]+)""", re.IGNORECASE)
_FIRST_ITEM = re.compile(r"<(?:item|entry|image|wp:author)\b")
_BEFORE_YAML = re.compile(r"\s*(?:#|%YAML|---\s*(?:#.*)?$|$)")


def read_values(path: Path, *, is_table: bool = False) -> dict[str, object]:
    """Values by key, of which only letters and digits are left, in lower case. Empty if the file is missing. Of a table
    of records, they are under ``entries``, with their keys as written, or in a list. Raises ``IngestError``.
    """
    data = read_limited(path)
    if not data.strip():
        return {}
    text, suffix = decode(data).text, path.suffix.lower()
    with time_limit(SECONDS):
        if suffix in (".js", ".cjs", ".mjs", ".ts"):
            return {bare(key): value for key, _quote, value in reversed(_LITERAL.findall(text))}
        lines = text.splitlines()
        if suffix == ".toml":
            lines = ["+++", *lines, "+++"]
        elif suffix in (".yml", ".yaml"):
            while lines and _BEFORE_YAML.match(lines[0]):
                del lines[0]
            lines = ["---", *(["entries:", *(f" {line}" for line in lines)] if is_table else lines), "---"]
        elif suffix == ".json" and is_table:
            lines = ['{"entries":', *lines, "}"]
        try:
            return {bare(key): value for key, value in read_front_matter(lines, path).values.items()}
        except BadMetadata as error:
            reason = error.reason.replace("the front matter", "the file")
            raise BadMetadata(reason, path=path) from error


def readable_values(path: Path, *, is_table: bool = False) -> dict[str, object]:
    """As ``read_values``, but empty for a faulty file."""
    try:
        return read_values(path, is_table=is_table)
    except IngestError:
        return {}


def values_of_feed(path: Path) -> dict[str, object]:
    """What a feed, a home page or an export of WordPress says of its site; nothing for other files."""
    head = _FIRST_ITEM.split(head_of(path).decode("utf-8", "replace"), maxsplit=1)[0]
    values = {bare(name): unescape(value).strip() for name, value in reversed(_OF_FEED.findall(head))}
    home, language = _HOME.search(head), _LANGUAGE.search(head)
    url = values.get("wpbaseblogurl") or values.get("link") or (home and unescape(home[1]))
    return {**values, "url": url, "language": values.get("language") or (language and language[1])}


def values_of_blogger(path: Path) -> dict[str, object]:
    """What a backup says of its blog; for one of Takeout, the table next to it."""
    values, rows = values_of_feed(path), list[list[str]]()
    with suppress(IngestError, csv.Error):
        rows += csv.reader(io.StringIO(decode(read_limited(path.with_name("settings.csv"))).text))
    columns = rows if rows and len(rows[0]) == 2 < len(rows) else zip(*rows[:2], strict=False)  # keys are in either
    said = {bare(key).removeprefix("blog"): value.strip() for key, value in columns}
    host = said.get("customdomain") or (f"{said['subdomain']}.blogspot.com" if said.get("subdomain") else "")
    url = values["url"] or said.get("url") or (host and f"https://{host}")
    return said | values | {"url": url, "language": values["language"] or said.get("locale")}


def values_of_medium(path: Path) -> dict[str, object] | None:
    """The account that wrote a post; ``None`` for drafts, which do not name it."""
    with suppress(IngestError):
        if author := _OF_AUTHOR.search(read_limited(path).decode("utf-8", "replace")):
            return {"title": unescape(author[1])}
    return None


def values_of_substack(path: Path) -> dict[str, object]:
    """The address, from the name of the list of readers, which is not opened."""
    names = (file.name.split(".") for file in path.parent.glob("email_list.*.csv"))
    return {"url": next((f"https://{name[1]}.substack.com" for name in names), None)}


def values_of_movable_type(path: Path) -> dict[str, object]:
    """The address, from that of the first entry, which TypePad writes."""
    found = _UNIQUE_URL.search(head_of(path))
    return {"url": found and found[1].decode()}


def values_of_ghost(path: Path) -> dict[str, object]:
    """The settings in an export of Ghost; nothing if it cannot be read."""
    with suppress(IngestError, OSError), open_regular(path) as file:
        return {**settings_in(tables_in(file, MAX_BYTES_OF_EXPORT))}
    return {}


def values_of_built(folder: Path) -> dict[str, object]:
    """The site's values in the feeds and home pages that its generator built into its folder. Addresses are cut to the
    host, since a feed may be that of a part of the site.
    """
    found = dict[str, object]()
    for path in (folder / inner / name for inner in _BUILT for name in _HOME_AND_FEEDS):
        values = values_of_feed(path)
        host = _OWN_ADDRESS.match(str(values["url"]))
        values["url"] = host and host[0]
        found = {**{name: value for name, value in values.items() if value}, **found}
    return found


def head_of(path: Path) -> bytes:
    try:
        with open_regular(path) as file:
            return file.read(HEAD_BYTES)
    except OSError:
        return b""  # the search reports it


def read_limited(path: Path) -> bytes:
    """The bytes of a small file; ``b""`` if it is missing. Raises ``UnreadableFile``."""
    try:
        with open_regular(path) as file:
            return read_whole(file, MAX_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as error:
        raise UnreadableFile(error.strerror or str(error), path=path) from error
    except UnreadableFile as error:
        raise UnreadableFile(f"more than {MAX_BYTES:,} bytes", path=path) from error
