"""Recognises files by their first bytes: a format with a reader, an archive, or neither.

Names decide only between plain text and Markdown without front matter.
"""

import re
from pathlib import PurePath
from typing import Literal

from articles.ingest.errors import UnknownFormat
from articles.ingest.parsing.decoding import decode, is_binary
from articles.ingest.parsing.file_kinds import binary_file
from articles.ingest.readers import READERS
from articles.ingest.readers.base import Reader

HEAD_BYTES = 65_536


Container = Literal["gzip", "zip", "tar", "crawl"]
# By first bytes; a tar file has its sign further on.
_CONTAINERS: dict[bytes, Container] = {
    b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"PK\x05\x06": "zip", b"WARC/": "crawl", b"filedesc://": "crawl",
}  # fmt: skip
# In messages, after the formats.
CONTAINERS_CALLED = "web crawls (WARC, WACZ, ARC), and gzip, ZIP and tar files of any of these"
CONTAINER_SUFFIXES = frozenset({".gz", ".tgz", ".zip", ".tar", ".warc", ".arc", ".wacz"})
# Files in a folder with other suffixes are not opened.
OPENED_SUFFIXES = CONTAINER_SUFFIXES.union(*(reader.suffixes | reader.takes_names for reader in READERS.values()))
# Files with these suffixes are refused if their format is unknown; others are ignored.
PROMISING_SUFFIXES = frozenset().union(*(reader.takes_names for reader in READERS.values()))

# Atomic and possessive, so that the part before an element is scanned once.
_ROOT_ELEMENT = re.compile(
    r"(?:\s++|(?><\?.*?\?>)|(?><!--.*?-->)|(?><!DOCTYPE[^>\[]*+(?:\[.*?\])?\s*+>))*+<([A-Za-z_][\w:.-]*)", re.DOTALL
)


def container_of(head: bytes) -> Container | None:
    found = (container for start, container in _CONTAINERS.items() if head.startswith(start))
    return next(found, "tar" if head[257:262] == b"ustar" else None)


def reader_of(name: str, head: bytes) -> Reader:
    """The reader of a file that begins with ``head``. Raises ``UnknownFormat``, which names the kind of file."""
    if binary := binary_file(head):
        raise UnknownFormat(f"this is {binary.called}, not an article", path=name)
    for reader in READERS.values():
        if reader.looks_like(head):
            return reader
    suffix = PurePath(name).suffix.lower()
    by_name = next((reader for reader in READERS.values() if suffix in reader.takes_names), None)
    text = decode(head).text.lstrip()
    if kind := _markup(text) or (_json(text) if by_name is None else None):
        raise UnknownFormat(f"this is {kind}, not an article", path=name)
    if is_binary(head):
        raise UnknownFormat("this is a binary file of an unknown format", path=name)
    if by_name is None:
        raise UnknownFormat(f"unknown format ({suffix})" if head else "the file is empty", path=name)
    return by_name


def readable() -> str:
    """All readable formats in words: ``plain text, … and JSON Lines, web crawls (…), and …``."""
    return ", ".join((*(reader.called for reader in reversed(READERS.values())), CONTAINERS_CALLED))


def _markup(text: str) -> str | None:
    if not text.startswith(("<?xml", "<svg", "<rss", "<feed", "<!DOCTYPE")):
        return None
    match = _ROOT_ELEMENT.match(text)
    root = match[1][:60] if match else None
    if root == "svg":
        return "an SVG drawing"
    return f"an XML document whose first element is <{root}>" if root else "an XML document"


def _json(text: str) -> str | None:
    if not re.match(r'\{\s*"|\[\s*[\[{"\d]|\{\s*\}|\[\s*\]', text):
        return None
    keys = re.findall(r'(?:\{|,)\s*"((?:[^"\\]|\\.){1,40})"\s*:', text[:2000])
    shown = ", ".join(f"`{key}`" for key in dict.fromkeys(keys[:6]))
    return f"JSON with the keys {shown}" if shown else "JSON"
