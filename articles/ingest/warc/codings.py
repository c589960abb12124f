"""Undoes transfer and content codings of HTTP: chunks, gzip, deflate, br and zstd.

If a coding does not decode and the body is text, it was not coded: crawlers often undo a coding and leave its header.
"""

import re
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import NamedTuple

from fastwarc.stream_io import BrotliReader, ZstdReader

from articles.ingest.inputs.limits import is_bomb
from articles.ingest.parsing.decoding import is_binary
from articles.ingest.warc.stream import GZIP

BITE_BYTES = 1 << 16
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SAMPLE_BYTES, _FEW_BYTES = 4096, 300
KNOWN = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})


class TooLarge(Exception):
    pass


class NotDecoded(Exception):
    """A body whose coding cannot be undone, and which is not text as it is."""


class Decoded(NamedTuple):
    body: bytes
    damage: str | None = None  # what is wrong with it, in words


def undone(body: bytes, http: Mapping[str, str], *, max_bytes: int, max_ratio: int) -> Decoded:
    """A body before it was sent; ``http``: the fields of the response. Raises ``TooLarge`` and ``NotDecoded``."""
    damage = None
    if "chunked" in http.get("transfer-encoding", "").lower():
        body, damage = _without_chunks(body)
    codings = [coding for coding in http.get("content-encoding", "").lower().replace(" ", "").split(",") if coding]
    if body.startswith(GZIP) and not codings and "html" in http.get("content-type", ""):
        codings.append("gzip")  # the header got lost, as it does; no page begins so
    for coding in reversed(codings):
        if coding not in KNOWN:
            continue
        decoded = _without_coding(body, coding, max_bytes=max_bytes, max_ratio=max_ratio)
        if decoded is not None:
            body, damage = decoded.body, damage or decoded.damage
        else:
            sample = body[:_SAMPLE_BYTES]
            # Of a few bytes of noise, by chance none is a control character.
            if is_binary(sample) or (len(sample) <= _FEW_BYTES and _CONTROL.search(sample)):
                raise NotDecoded(f"its {coding} coding does not decode, and it is not plain text either")
    return Decoded(body, damage)


def _without_chunks(body: bytes) -> Decoded:
    """A chunked body in one piece, as far as it goes; a body without chunks is returned as it is."""
    kept: list[bytes] = []
    at = 0
    while found := _CHUNK_SIZE.match(body, at):
        size = int(found[1], 16)
        if size == 0:
            return Decoded(b"".join(kept))
        kept.append(body[found.end() : found.end() + size])
        at = found.end() + size
        # The line end after a chunk is sometimes missing.
        at += 2 if body[at : at + 2] == b"\r\n" else 1 if body[at : at + 1] == b"\n" else 0
    # A browser shows what came before a chunk that makes no sense, and so much of what follows is text as well.
    return Decoded(b"".join(kept) + body[at:], "its chunks break off" if kept else None)


def _without_coding(body: bytes, coding: str, *, max_bytes: int, max_ratio: int) -> Decoded | None:
    """A decoded body; ``None`` if it does not decode. Raises ``TooLarge``."""
    kept = bytearray()
    try:
        for piece in _unpacked(body, coding):
            kept += piece
            if len(kept) > max_bytes:
                raise TooLarge(f"decoded it is more than {max_bytes:,} bytes")
            if is_bomb(len(kept), len(body), max_ratio):
                raise TooLarge(f"decoded, it expands to more than {max_ratio} times its size: possible zip bomb")
    except (zlib.error, EOFError, OSError):
        return Decoded(bytes(kept), f"its {coding} coding breaks off") if kept else None
    return Decoded(bytes(kept)) if kept or not body else None


def _unpacked(body: bytes, coding: str) -> Iterator[bytes]:
    if coding in ("br", "zstd"):
        reader = (BrotliReader if coding == "br" else ZstdReader)(BytesIO(body))
        while piece := reader.read(BITE_BYTES):
            yield piece
        return
    window = 16 + zlib.MAX_WBITS
    if coding == "deflate":
        window = zlib.MAX_WBITS
        try:
            zlib.decompressobj().decompress(body[:512], 1)
        except zlib.error:  # some servers send it without the wrapping that the standard asks for
            window = -zlib.MAX_WBITS
    unpacker = zlib.decompressobj(window)
    while body and not unpacker.eof:
        yield unpacker.decompress(body, BITE_BYTES)
        body = unpacker.unconsumed_tail
    if not unpacker.eof:
        raise EOFError
