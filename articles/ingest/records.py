"""What is to be read: the files under the given paths and the records within them, as ``Piece``s in a fixed order.

A form is told by content; a file's name decides only between plain text and Markdown without front matter. Photos
and other files beside the articles are left alone, and counted.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from articles.ingest.errors import IngestError, UnknownForm, UnreadableFile
from articles.ingest.readers import jsonl, markdown
from articles.ingest.story import Piece

HEAD_BYTES = 65_536
TEXT_SUFFIXES = frozenset({"", ".txt", ".text"})
MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd"})
RECORD_SUFFIXES = frozenset({".jsonl", ".ndjson"})
ARTICLE_SUFFIXES = TEXT_SUFFIXES | MARKDOWN_SUFFIXES | RECORD_SUFFIXES

# What a file is by its first bytes, when it is surely no article: (first bytes, what it is called).
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a RIFF file (WebP, WAV or AVI)"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"WARC/", "a web archive (WARC)"),
    (b"{\\rtf", "an RTF document"),
)
MARKUP: tuple[tuple[bytes, str], ...] = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML document"),
    (b"<svg", "an SVG drawing"),
)
READABLE = "plain text, Markdown and JSON Lines are read"


@dataclass(slots=True)
class Found:
    """What the search for inputs met besides articles: files left alone, by suffix, and the size of the work."""

    left_alone: Counter[str] = field(default_factory=Counter)


def form_of(path: Path, head: bytes) -> str:
    """``text``, ``markdown`` or ``jsonl``. Raises ``UnknownForm`` saying what the bytes are instead."""
    seen = next((name for magic, name in MAGIC if head.startswith(magic)), None)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    seen = seen or next((name for magic, name in MARKUP if start.startswith(magic)), None)
    if seen:
        raise UnknownForm(f"this is {seen}, not an article; {READABLE}", path=path)
    if jsonl.looks_like(head) or path.suffix.lower() in RECORD_SUFFIXES:
        return "jsonl"
    if _is_binary(head):
        raise UnknownForm(f"this is binary, not text; {READABLE}", path=path)
    if markdown.looks_like(head) or path.suffix.lower() in MARKDOWN_SUFFIXES:
        return "markdown"
    if path.suffix.lower() in TEXT_SUFFIXES:
        return "text"
    raise UnknownForm(f"a {path.suffix} file; {READABLE}", path=path)


def _is_binary(head: bytes) -> bool:
    """Whether more than one byte in twenty is a control character that no text holds.

    NUL does not count: scraped text has stray ones, and UTF-16 is full of them.
    """
    controls = sum(head.count(byte) for byte in range(1, 32) if byte not in (9, 10, 11, 12, 13, 27))
    return not head.startswith((b"\xff\xfe", b"\xfe\xff")) and controls * 20 > len(head)


def find(paths: Sequence[Path], found: Found, *, max_bytes: int) -> Iterator[Piece | IngestError]:
    """Every input under ``paths``, in the order of their names; what can not be opened comes as an ``IngestError``.

    A file named on its own is an input whatever its name; in a folder, files of other kinds are left alone.
    """
    for path in paths:
        if path.is_dir():
            yield from _find_in_folder(path, found, max_bytes)
        else:
            yield from _pieces_of(path, path.name, root=None, max_bytes=max_bytes)


def _find_in_folder(root: Path, found: Found, max_bytes: int) -> Iterator[Piece | IngestError]:
    failures: list[OSError] = []
    for folder, folders, files in os.walk(root, onerror=failures.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(folder) / name
            if name.startswith("."):
                continue
            if not _is_article_file(path):
                found.left_alone[path.suffix.lower() or "no suffix"] += 1
                continue
            yield from _pieces_of(path, str(path.relative_to(root)), root=root, max_bytes=max_bytes)
        while failures:
            yield _unreadable(failures.pop(0), root)
    while failures:
        yield _unreadable(failures.pop(0), root)


def _unreadable(failure: OSError, root: Path) -> UnreadableFile:
    path = Path(failure.filename or root)
    name = path.relative_to(root) if path != root and path.is_relative_to(root) else path
    return UnreadableFile(f"{_why(failure)}; its content was not loaded", path=name)


def _why(failure: OSError) -> str:
    words = {"Permission denied": "no permission to read it"}
    said = failure.strerror or str(failure)
    return words.get(said, said)


def _is_article_file(path: Path) -> bool:
    if path.suffix.lower() not in ARTICLE_SUFFIXES:
        return path.suffix.lower() == ".json" and _begins_like_records(path)
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return True  # it is named when it can not be opened


def _begins_like_records(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return jsonl.looks_like(file.read(HEAD_BYTES))
    except OSError:
        return False


def _pieces_of(path: Path, name: str, *, root: Path | None, max_bytes: int) -> Iterator[Piece | IngestError]:
    try:
        with path.open("rb") as file:
            form = form_of(path, file.read(HEAD_BYTES))
            if form != "jsonl":
                size = os.fstat(file.fileno()).st_size
                if size > max_bytes:
                    raise UnreadableFile(f"{size:,} bytes, more than {max_bytes:,} (INPUT_MAX_BYTES)", path=name)
                yield Piece(path=path, name=name, form=form, root=root)
                return
            file.seek(0)
            yield from _records(file.readline, path, name, root, max_bytes)
    except OSError as failure:
        yield UnreadableFile(_why(failure), path=name)
    except IngestError as error:
        yield type(error)(error.reason, path=name, line=error.line)


def _records(
    readline: Callable[[int], bytes], path: Path, name: str, root: Path | None, max_bytes: int
) -> Iterator[Piece | IngestError]:
    number = 0
    while line := readline(max_bytes + 1):
        number += 1
        if len(line) > max_bytes:
            yield UnreadableFile(f"a line of more than {max_bytes:,} bytes (INPUT_MAX_BYTES)", path=name, line=number)
            while line and not line.endswith(b"\n"):
                line = readline(max_bytes)
            continue
        if line.strip():
            yield Piece(path=path, name=f"{name}:{number}", form="jsonl", line=number, data=line, root=root)
