"""Cuts a feed into items while reading it, so that an export may be larger than memory.

By tags, not by a parser, so that one item that is not well-formed does not affect the others.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from articles.ingest.errors import BadMetadata, IngestError, UnreadableFile
from articles.ingest.parsing.decoding import is_utf16
from articles.ingest.parsing.safe_xml import decode_xml
from articles.ingest.readers.base import read_whole

_BLOCK_BYTES = 1 << 20
_ENDS = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_ROOT = re.compile(
    rb"<(?P<root>rss)\b[^<>]*>(?:\s*<(?P<channel>channel)(?:\s[^<>]*)?>)?|<(?P<other>(?:\w+:)?(?:feed|RDF))\b[^<>]*>"
)
# Parts of a feed’s head that change with each export, or describe other items.
_VARYING = re.compile(
    rb"(?<!\s)\s*+<(pubDate|lastBuildDate|updated|generator|items|wp:author|wp:category|wp:tag|wp:term)\b[^<>]*>"
    rb"(?:[^<]|<(?!/?\1\b))*+</\1>"
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of a file: its offset in bytes, its first line, and its bytes."""

    offset: int
    line: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """The tags around an item that make it a document, and the feed’s description of itself."""

    before: bytes
    about: bytes
    after: bytes

    def document(self, item: bytes, *more: bytes) -> bytes:
        """The item comes first, so that its lines are numbered as in its file."""
        return b"\n".join([self.before + item, self.about, *more, self.after])


def envelope_of(head: bytes) -> Envelope:
    """The envelope from the head of a feed, which ends before the first item."""
    head = _COMMENT.sub(b"", head)
    root = _ROOT.search(head)
    if root is None:
        return Envelope(head, b"", b"")
    after = b"".join(b"</%s>" % name for name in root.group("channel", "root", "other") if name)
    return Envelope(b" ".join(head[: root.end()].split()), _VARYING.sub(b"", head[root.end() :]).strip(), after)


def in_single_bytes(file: BinaryIO, max_bytes: int) -> BinaryIO:
    """The file with ASCII tags: a file in UTF-16 is read whole and converted to UTF-8."""
    start = file.read(64)
    file.seek(0)
    if not is_utf16(start):
        return file
    return io.BytesIO(decode_xml(read_whole(file, max_bytes)).text.encode("utf-8", "replace"))


def cuts_of(file: BinaryIO, name: bytes, max_bytes: int, errors: list[IngestError]) -> Iterator[Cut]:
    """The part before the first such element, then each; in between, the file may be read. ``errors``: what ends it."""
    mark = re.compile(rb"<!\[CDATA\[|<!--|<(?P<end>/?)(?:\w+:)?%s(?=[\s/>])[^<>]*>" % name)
    buffer, offset, line, counted = b"", 0, 1, 0
    start, is_inside = 0, False  # of the part before the first, then of an element; -1 between two
    at, awaited = 0, b""
    while file.seek(offset + len(buffer)) >= 0 and (block := file.read(_BLOCK_BYTES)):
        buffer += block
        while True:
            if awaited:
                if (end := buffer.find(awaited, at)) < 0:
                    at = max(at, len(buffer) - len(awaited))
                    break
                at, awaited = end + len(awaited), b""
            tag = mark.search(buffer, at)
            if tag is None:
                last = buffer.rfind(b"<", at)
                at = last if last >= 0 else len(buffer)
                break
            at = tag.end()
            awaited = _ENDS.get(tag[0], b"")
            if is_inside and tag["end"]:
                line += buffer.count(b"\n", counted, start)
                counted = start
                yield Cut(offset + start, line, buffer[start:at])
                start, is_inside = -1, False
            elif not is_inside and tag["end"] == b"" and not tag[0].endswith(b"/>"):
                if start >= 0:
                    yield Cut(0, 1, buffer[: tag.start()])
                start, is_inside = tag.start(), True
        done = start if start >= 0 else at
        line += buffer.count(b"\n", counted, done)
        buffer, offset, at = buffer[done:], offset + done, at - done
        counted, start = 0, min(start, 0)
        if len(buffer) > max_bytes and start >= 0:
            reason = f"an item of more than {max_bytes:,} bytes (INPUT_MAX_BYTES)"
            errors.append(UnreadableFile(reason, path="", line=line))
            return
    if is_inside:
        errors.append(BadMetadata("the file ends within the item that begins here", path="", line=line))
    elif start >= 0:
        yield Cut(0, 1, buffer)
