"""What is to be read: the files under the given paths and the records within them, as ``Piece``s in a fixed order.

A form is told by content; a file's name decides only between plain text and Markdown without front matter. Photos
and other files beside the articles are left alone, and counted.
"""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

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

# What would break or disguise a line of a report: control characters, line ends, turned directions of writing, and
# the stand-ins for bytes of a name that are not UTF-8.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_BYTE_STAND_INS = range(0xDC80, 0xDD00)
_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


@dataclass(slots=True)
class Found:
    """What the search for inputs met besides articles: files left alone, by suffix, and the size of the work."""

    left_alone: Counter[str] = field(default_factory=Counter)


def printable(name: str) -> str:
    """A file's name as messages and reports show it: on one line and in UTF-8, ``caf\\xe9.txt``, ``two\\nlines.md``."""
    return _UNPRINTABLE.sub(_escaped, name)


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code in _BYTE_STAND_INS:
        code -= 0xDC00  # how Python writes down a byte that it could not decode
    return _ESCAPES.get(found[0]) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def open_regular(path: Path) -> BinaryIO:
    """Open a file to be read; pipes and devices, which may never begin or never end, raise ``OSError``."""
    # Without O_NONBLOCK, opening a named pipe waits for someone to write into it.
    file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(0, "this is a pipe or a device, not a file", str(path))
    return os.fdopen(file, "rb")


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
    raise UnknownForm(f"a {printable(path.suffix)} file; {READABLE}", path=path)


def _is_binary(head: bytes) -> bool:
    """Whether more than one byte in twenty is a control character that no text holds.

    NUL does not count: scraped text has stray ones, and UTF-16 is full of them.
    """
    controls = sum(head.count(byte) for byte in range(1, 32) if byte not in (9, 10, 11, 12, 13, 27))
    return not head.startswith((b"\xff\xfe", b"\xfe\xff")) and controls * 20 > len(head)


def find(paths: Sequence[Path], found: Found, *, max_bytes: int) -> Iterator[Piece | IngestError]:
    """Every input under ``paths``, in the order of their names; what can not be opened comes as an ``IngestError``.

    A file named on its own is an input whatever its name, and may be a link; in a folder, files of other kinds are
    left alone, and links that lead out of it are refused.
    """
    for path in paths:
        if path.is_dir():
            yield from _find_in_folder(path, found, max_bytes)
        else:
            yield from _pieces_of(path, path.name, root=None, max_bytes=max_bytes)


def _find_in_folder(root: Path, found: Found, max_bytes: int) -> Iterator[Piece | IngestError]:
    failures: list[OSError] = []
    top = root.resolve()
    for folder, folders, files in os.walk(root, onerror=failures.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(folder) / name
            if name.startswith("."):
                continue
            if not _may_be_article_file(path):
                found.left_alone[printable(path.suffix.lower()) or "no suffix"] += 1
                continue
            shown = str(path.relative_to(root))
            if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(top):
                reason = "this is a link to a file outside of the folder; copy it here, or load it by its own path"
                yield UnreadableFile(reason, path=printable(shown))
            elif not _is_article_file(path):
                found.left_alone[path.suffix.lower() or "no suffix"] += 1
            else:
                yield from _pieces_of(path, shown, root=root, max_bytes=max_bytes)
        while failures:
            yield _unreadable(failures.pop(0), root)
    while failures:
        yield _unreadable(failures.pop(0), root)


def _is_utf8(name: str) -> bool:
    return name.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in name)


def _misnamed(path: Path, name: str) -> UnreadableFile:
    """Why a file can not be kept whose path is not UTF-8: a database has no way to remember it."""
    if not _is_utf8(path.name):
        return UnreadableFile("its name is not UTF-8; rename it", path=printable(name))
    parts = (*path.parts, *Path(os.path.realpath(path)).parts)
    unfit = next((part for part in parts if not _is_utf8(part)), "")
    return UnreadableFile(f"it lies in {printable(unfit)}, whose name is not UTF-8; rename that", path=printable(name))


def _unreadable(failure: OSError, root: Path) -> UnreadableFile:
    path = Path(failure.filename or root)
    name = path.relative_to(root) if path != root and path.is_relative_to(root) else path
    return UnreadableFile(f"{_why(failure)}; its content was not loaded", path=printable(str(name)))


def _why(failure: OSError) -> str:
    words = {"Permission denied": "no permission to read it"}
    said = failure.strerror or str(failure)
    return words.get(said, said)


def _may_be_article_file(path: Path) -> bool:
    """Whether the name alone says that a file may be an article: nothing is opened yet."""
    suffix = path.suffix.lower()
    return suffix in ARTICLE_SUFFIXES or suffix == ".json"


def _is_article_file(path: Path) -> bool:
    if path.suffix.lower() == ".json":
        return _begins_like_records(path)
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return True  # it is named when it can not be opened


def _begins_like_records(path: Path) -> bool:
    try:
        with open_regular(path) as file:
            return jsonl.looks_like(file.read(HEAD_BYTES))
    except OSError:
        return False


def _pieces_of(path: Path, name: str, *, root: Path | None, max_bytes: int) -> Iterator[Piece | IngestError]:
    # The archive keeps the real path: of a link, the file that it leads to.
    if not _is_utf8(name) or not _is_utf8(os.path.realpath(path)):
        yield _misnamed(path, name)
        return
    name = printable(name)
    try:
        with open_regular(path) as file:
            form = form_of(path, file.read(HEAD_BYTES))
            if form != "jsonl":
                size = os.fstat(file.fileno()).st_size
                if size > max_bytes:
                    raise UnreadableFile(f"{size:,} bytes, more than {max_bytes:,} (INPUT_MAX_BYTES)", path=name)
                yield Piece(path=path, name=name, form=form, root=root, size_bytes=size)
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
        # The line end is not of the record: with or without the last one, and from Windows or not, it is the same.
        if (record := line.rstrip(b"\r\n")).strip():
            yield Piece(path, f"{name}:{number}", "jsonl", number, record, root, len(record))
