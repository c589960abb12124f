"""Configurations and data files of sites, as values. Nothing in them is run: of JavaScript, plain literals are read."""

import re
from html import unescape
from pathlib import Path

from articles.ingest.errors import BadMetadata, IngestError, UnreadableFile
from articles.ingest.parsing.decoding import decode
from articles.ingest.parsing.local_files import open_regular
from articles.ingest.readers.base import read_whole
from articles.ingest.readers.markdown.front_matter import read_front_matter
from articles.ingest.work import time_limit
from articles.text.keys import bare

SUFFIXES = (".yml", ".yaml", ".toml", ".json", ".js", ".cjs", ".mjs", ".ts")
MAX_BYTES = 256_000
HEAD_BYTES = 4_000
SECONDS = 5
_LITERAL = re.compile(r"""(?<![\w.$])["']?([A-Za-z_]\w*)["']?\s{0,9}[:=]\s{0,9}(["'`])((?:\\.|(?!\2)[^\\\n$])*)\2""")
_OF_FEED = re.compile(r"<(title|link|language|description|wp:base_blog_url)(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<\]]*)")
_HOME_AND_FEEDS = ("feed.xml", "atom.xml", "index.xml", "rss.xml", "index.html")
# Of Atom and of pages, without other forms of the same page.
_HOME = re.compile(
    r"""<link\s(?=[^>]*\brel=["']?(?:alternate|canonical)\b)(?![^>]*(?:rss|atom|json|hreflang))[^>]*"""
    r"""\bhref=["']?([^"'\s>]+)""",
    re.IGNORECASE,
)
_OWN_ADDRESS = re.compile(r"https?://(?!localhost|127\.|0\.0)[\w.-]+\.[\w-]+", re.IGNORECASE)
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
            raise BadMetadata(error.reason.replace("the front matter", "the file"), path=path) from error


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


def values_of_built(folder: Path) -> dict[str, object]:
    """The values in feeds and home pages that its generator built; of addresses the host: feeds may be of parts."""
    found = dict[str, object]()
    for path in (folder / inner / name for inner in ("", "_site", "public") for name in _HOME_AND_FEEDS):
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
