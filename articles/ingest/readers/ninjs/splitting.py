"""Finds the objects of a JSON file without parsing it: in a list, one after another, or one per line.

Files of any size are read in blocks; only one object is in memory.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from articles.ingest.errors import BadMetadata, IngestError, UnreadableFile
from articles.ingest.readers.base import Part, read_whole

_BLOCK_BYTES = 1 << 18
_WIDE_BOMS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_SIGN = re.compile(rb'["{}\[\]]')
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
# What may come between two objects: line ends, commas, the brackets of a list, record separators (RFC 7464), a mark.
_STRAY = re.compile(rb"[^\s,\[\]\x1e\xef\xbb\xbf]")


def split(file: BinaryIO, max_bytes: int) -> Iterator[Part | IngestError]:
    """The objects of a file. If there is only one, it comes with all that is around it."""
    start = file.read(4)
    file.seek(0)
    if start.startswith(_WIDE_BOMS):  # UTF-16 or UTF-32: small enough to be taken whole
        data = read_whole(file, max_bytes)
        codec = "utf-32" if data.startswith(_WIDE_BOMS[:2]) else "utf-16"
        narrow = list(split(io.BytesIO(data.decode(codec, "replace").encode("utf-8", "replace")), max_bytes))
        yield from [Part(data, 1)] if len(narrow) == 1 else narrow
        return
    parts = _parts(file, max_bytes)
    first, second = next(parts, None), next(parts, None)
    if second is None and isinstance(first, Part):
        file.seek(0)
        whole = file.read(max_bytes + 1)
        first = Part(whole, 1) if len(whole) <= max_bytes else first
    yield from chain(filter(None, (first, second)), parts)


def _parts(file: BinaryIO, max_bytes: int) -> Iterator[Part | IngestError]:
    held = b""
    begun = at = depth = 0  # where in ``held`` the object begins, how far it has been read, how many brackets are open
    line = 1  # on which it begins
    while block := file.read(_BLOCK_BYTES):
        held, at, begun = held[begun:] + block, at - begun, 0
        while at < len(held):
            if not depth:
                begun = held.find(b"{", at)
                stop = begun if begun >= 0 else len(held)
                if stray := _stray(held[at:stop], line):
                    yield stray
                line += held.count(b"\n", at, stop)
                depth = int(begun >= 0)
                at, begun = stop + depth, stop
                continue
            sign = _SIGN.search(held, at)
            if sign is None:
                at = len(held)
            elif sign[0] == b'"':
                string = _STRING.match(held, sign.start())
                at = string.end() if string else sign.start()
                if string is None:
                    break  # it goes on in the next block
            else:
                at = sign.end()
                depth += 1 if sign[0] in b"{[" else -1
                if not depth:
                    too_large = UnreadableFile(_too_large(max_bytes), path="", line=line)
                    yield Part(held[begun:at], line) if at - begun <= max_bytes else too_large
                    line += held.count(b"\n", begun, at)
                    begun = at
        if len(held) - begun > max_bytes + _BLOCK_BYTES:
            yield UnreadableFile(f"{_too_large(max_bytes)}; nothing after it was read", path="", line=line)
            return
    if depth:
        yield BadMetadata("the file ends before the object that begins here does", path="", line=line)


def _too_large(max_bytes: int) -> str:
    return f"an object of more than {max_bytes:,} bytes (INPUT_MAX_BYTES)"


def _stray(gap: bytes, line: int) -> BadMetadata | None:
    """Text between two objects that is not one."""
    found = _STRAY.search(gap)
    if found is None:
        return None
    shown = gap[found.start() :][:40].decode("utf-8", "replace").strip()
    line += gap.count(b"\n", 0, found.start())
    return BadMetadata(f"{shown!r} is no object, and stands where one would", path="", line=line)
