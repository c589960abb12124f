"""A web page and its pictures, saved by a browser as one file (MHTML, RFC 2557)."""

from dataclasses import dataclass, replace
from email import message_from_bytes
from email.message import Message
from functools import lru_cache
from pathlib import Path

from articles.ingest.errors import BadMetadata
from articles.ingest.readers import html
from articles.ingest.story import Piece, Story
from articles.ingest.work import check_tags
from articles.text.paths import joined, parts_of

_PAGES = ("text/html", "application/xhtml+xml")


def looks_like(head: bytes) -> bool:
    header = head[:8192].replace(b"\r\n", b"\n").partition(b"\n\n")[0].lower()
    fields = (b"from:", b"mime-version:", b"content-type:", b"subject:", b"snapshot-content-location:")
    return header.startswith(fields) and b"multipart/related" in header


def read(piece: Piece, data: bytes) -> Story:
    """The article of the first page in the message. Raises ``BadMetadata`` if there is none."""
    try:
        message = message_from_bytes(data)
        page = next((part for part in message.walk() if part.get_content_type() in _PAGES), None)
    except RecursionError as error:
        raise BadMetadata("the parts of this message are nested too deep to be read", path=piece.path) from error
    if page is None:
        raise BadMetadata("there is no web page among the parts of this message", path=piece.path)
    content = _content(page)
    check_tags(content)
    address = piece.url or _address(page) or _address(message)
    page_piece = replace(piece, url=address, body=None, files=_Parts(piece.path, address))
    story = html.read(page_piece, content, charset=page.get_content_charset())
    return replace(story, url=story.url or address, evidence={"url": "Content-Location", **story.evidence})


def _address(part: Message) -> str | None:
    address = str(part.get("Snapshot-Content-Location") or part.get("Content-Location") or "").strip()
    return address if parts_of(address).scheme in ("http", "https") else None


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


@dataclass(frozen=True, slots=True)
class _Picture:
    path: Path
    number: int

    def read(self, max_bytes: int) -> bytes:
        return _content(_parts_of(self.path)[self.number])[: max_bytes + 1]


@dataclass(frozen=True, slots=True)
class _Parts:
    path: Path
    address: str | None

    def find(self, src: str) -> _Picture | None:
        numbers = _pictures_of(self.path)
        matching = [numbers[name] for name in (src, joined(self.address or "", src) or src) if name in numbers]
        return _Picture(self.path, min(matching)) if matching else None


@lru_cache(maxsize=1)
def _parts_of(path: Path) -> list[Message]:
    return list(message_from_bytes(path.read_bytes()).walk())


@lru_cache(maxsize=1)
def _pictures_of(path: Path) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for number, part in enumerate(_parts_of(path)):
        if part.get_content_maintype() == "image":
            numbers.setdefault(str(part.get("Content-Location") or "").strip(), number)
            numbers.setdefault(f"cid:{str(part.get('Content-ID') or '').strip('<> ')}", number)
    return numbers
