"""Small crawl files for tests, written byte by byte according to ISO 28500."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

PAGE = """<!DOCTYPE html><html lang="en"><head><title>{headline} | Harbour Daily</title>
<meta property="og:type" content="article"><meta property="article:published_time" content="2019-03-04T08:15:00Z">
</head><body><header><a href="/">Home</a> <a href="/news/">News</a></header><article><h1>{headline}</h1>
<p>{body} Passengers had queued at the pier since six in the morning, and the first boat left with all seats taken.</p>
{photo}<p>The harbour office said that two more boats would be put on the route before the summer season begins.</p>
</article><footer>Served {served}</footer></body></html>"""
PHOTO = (
    '<figure><img src="{src}" width="640" height="420" alt="A ferry">'
    "<figcaption>The ferry at the pier. (Photo: Ann Lee)</figcaption></figure>"
)


@dataclass(frozen=True)
class Record:
    """One record of a crawl; ``at`` is its WARC-Date."""

    url: str
    body: bytes
    content_type: str = "text/html; charset=utf-8"
    at: str = "2019-03-05T10:00:00Z"
    status: str = "200 OK"

    def as_bytes(self) -> bytes:
        block = f"HTTP/1.1 {self.status}\r\nContent-Type: {self.content_type}\r\n\r\n".encode() + self.body
        fields = (
            "WARC/1.0",
            "WARC-Type: response",
            f"WARC-Record-ID: <urn:uuid:{uuid5(NAMESPACE_URL, self.url + self.at)}>",
            f"WARC-Date: {self.at}",
            f"WARC-Target-URI: {self.url}",
            "Content-Type: application/http; msgtype=response",
            f"Content-Length: {len(block)}",
        )
        return "\r\n".join(fields).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def page(
    url: str, headline: str = "Ferry returns", *, body: str = "It sailed.", photo: str = "", served: str = "1", at: str
) -> Record:
    """A saved news page."""
    shown = PHOTO.format(src=photo) if photo else ""
    text = PAGE.format(headline=headline, body=body, photo=shown, served=served)
    return Record(url, text.encode(), at=at)


def write(path: Path, *records: Record) -> Path:
    """A crawl file; compressed record by record where its name ends in ``.gz``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    parts: Iterable[bytes] = (record.as_bytes() for record in records)
    if path.suffix == ".gz":
        parts = map(gzip.compress, parts)
    path.write_bytes(b"".join(parts))
    return path
