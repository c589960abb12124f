"""Finds the objects of a JSON file without parsing it: in a list, in sequence, or one per line.

Files of any size are read in blocks, with one object in memory.
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
# Anything but separators of objects: line ends, commas, the brackets of a list, record separators (RFC 7464), a mark.
_STRAY = re.compile(rb"[^\s,\[\]\x1e\xef\xbb\xbf]")


def split(file: BinaryIO, max_bytes: int) -> Iterator[Part | IngestError]:
    """The objects of a file. A single object is returned with everything around it."""
    start = file.read(4)
    file.seek(0)
    if start.startswith(_WIDE_BOMS):  # UTF-16 or UTF-32: read whole
        data = read_whole(file, max_bytes)
        codec = "utf-32" if data.startswith(_WIDE_BOMS[:2]) else "utf-16"
        narrow = list(split(io.BytesIO(data.decode(codec, "replace").encode("utf-8", "replace")), max_bytes))
        yield from [Part(data, 1)] if len(narrow) == 1 else narrow
        return
    parts = _parts(file, max_bytes)
    first, second = next(parts, None), next(parts, None)
    if second is None and isinstance(first, Part):
        file.seek(0)
        all_bytes = file.read(max_bytes + 1)
        first = Part(all_bytes, 1) if len(all_bytes) <= max_bytes else first
    yield from chain(filter(None, (first, second)), parts)


def _parts(file: BinaryIO, max_bytes: int) -> Iterator[Part | IngestError]:
    buffer = b""
    begun = at = depth = 0  # in ``buffer``: start of the object, place of reading; open brackets
    line = 1  # of its start
    while block := file.read(_BLOCK_BYTES):
        buffer, at, begun = buffer[begun:] + block, at - begun, 0
        while at < len(buffer):
            if not depth:
                begun = buffer.find(b"{", at)
                stop = begun if begun >= 0 else len(buffer)
                gap = buffer[at:stop]
                if stray := _STRAY.search(gap):
                    shown = gap[stray.start() :][:40].decode("utf-8", "replace").strip()
                    stray_line = line + gap.count(b"\n", 0, stray.start())
                    yield BadMetadata(f"{shown!r} is not an object", path="", line=stray_line)
                line += buffer.count(b"\n", at, stop)
                depth = int(begun >= 0)
                at, begun = stop + depth, stop
                continue
            sign = _SIGN.search(buffer, at)
            if sign is None:
                at = len(buffer)
            elif sign[0] == b'"':
                string = _STRING.match(buffer, sign.start())
                at = string.end() if string else sign.start()
                if string is None:
                    break  # continued in the next block
            else:
                at = sign.end()
                depth += 1 if sign[0] in b"{[" else -1
                if not depth:
                    too_large = UnreadableFile(_too_large(max_bytes), path="", line=line)
                    yield Part(buffer[begun:at], line) if at - begun <= max_bytes else too_large
                    line += buffer.count(b"\n", begun, at)
                    begun = at
        if len(buffer) - begun > max_bytes + _BLOCK_BYTES:
            yield UnreadableFile(f"{_too_large(max_bytes)}; nothing after it was read", path="", line=line)
            return
    if depth:
        yield BadMetadata("the file ends within the object that begins here", path="", line=line)


def _too_large(max_bytes: int) -> str:
    return f"an object of more than {max_bytes:,} bytes (INPUT_MAX_BYTES)"
