"""Classifies the records of a crawl: a page, skipped for a reason, or ignored and counted."""

import hashlib
from contextlib import suppress
from typing import Literal, NamedTuple

from articles.ingest.warc.addresses import key_of
from articles.ingest.warc.codings import NotDecoded, TooLarge, undone
from articles.ingest.warc.headers import Fields, http_header, media_type, seconds_of, target_of, tidy
from articles.ingest.warc.kinds import SNIFFED_BYTES, TABLES, Kind, kind_by_address, kind_by_type, kind_of
from articles.ingest.warc.scanner import Found
from articles.text.paths import joined

Fate = Literal["page", "skipped", "left alone"]
CODED_BYTES = 4096  # more than enough to recognise the kind of a body
PICTURES = "pictures"
BY_RECORD_TYPE: dict[str, str] = TABLES["records"]


class Answer(NamedTuple):
    """A record in the index; the fields are columns of its table. Times are seconds since 1970."""

    fate: Fate
    note: str  # why it is not a page, or how it is counted
    uri: str = ""
    key: str = ""  # its address for look-ups
    at: float | None = None
    digest: str = ""
    kind: Kind | None = None  # of a body that was read
    leads_to: str | None = None  # the absolute target of a redirect or revisit
    refers_at: float | None = None  # when the capture that a revisit repeats was saved
    place: str = ""  # identifies the capture wherever its file is


def answer_of(found: Found) -> Answer:
    fields = found.fields
    kind = fields.get("warc-type", "").lower()
    if kind == "revisit":
        return _revisit(found)
    if note := TABLES["no_pages"].get(kind):
        return _answer(found, "skipped", note)
    if kind not in ("response", "resource"):
        return Answer("left alone", BY_RECORD_TYPE.get(kind, "records of other types"))
    uri = target_of(fields)
    if uri.startswith("dns:"):
        return Answer("left alone", "look-ups of names (DNS)")
    if uri.startswith(("urn:", "metadata:")):  # what a crawler noted: texts, pictures and logs of its own
        return Answer("left alone", BY_RECORD_TYPE["metadata"])
    return _content(found, uri)


def _answer(found: Found, fate: Fate, note: str, leads_to: str | None = None, kind: Kind | None = None) -> Answer:
    fields = found.fields
    uri, date = target_of(fields), fields.get("warc-date", "")
    record_id = fields.get("warc-record-id", "").strip("<> \t")
    return Answer(
        fate=fate,
        note=note,
        uri=uri,
        key=key_of(uri),
        at=seconds_of(date),
        digest=fields.get("warc-payload-digest") or fields.get("warc-block-digest") or found.digest,
        kind=kind,
        leads_to=leads_to,
        refers_at=seconds_of(fields.get("warc-refers-to-date", "")),
        place=f"warc:{record_id or hashlib.sha256(f'{uri} {date} {found.digest}'.encode()).hexdigest()}",
    )


def _revisit(found: Found) -> Answer:
    """A record that repeats another. Why it is not a page is decided once the whole crawl is known."""
    status, http, _ = http_header(found.beginning)
    uri = target_of(found.fields)
    if status is not None and status not in (200, 304):
        return _error(found, uri, status, http)
    content_type = http.get("content-type", "")
    original = tidy(found.fields.get("warc-refers-to-target-uri", "").strip("<> \t")) or uri
    kind = kind_by_type(media_type(content_type)) if content_type else kind_by_address(uri)
    if kind in ("page", None):
        return _answer(found, "skipped", "", original)
    return _answer(found, "left alone", "repeats of pictures, styles and other files", original)


def _content(found: Found, uri: str) -> Answer:
    status, http, body_at = http_header(found.beginning)
    if status is not None and status != 200:
        return _error(found, uri, status, http)
    declared = media_type((http if status is not None else found.fields).get("content-type", ""))
    declared = "" if declared == "application/http" else declared
    body = found.beginning[body_at:]
    with suppress(TooLarge, NotDecoded):
        body = undone(body[:CODED_BYTES], http, max_bytes=1 << 22, max_ratio=1 << 22).body
    kind = kind_of(body[:SNIFFED_BYTES], declared)
    labelled_page = kind_by_type(declared) == "page"
    if kind == "page":
        why_not = "" if uri else "its record has no address"
        return _answer(found, "skipped" if why_not else "page", why_not, kind=kind)
    if kind == "nothing" and (labelled_page or kind_by_address(uri) is None):
        return _answer(found, "skipped", "there is nothing in it", kind=kind)
    if labelled_page and kind != "feed":
        return _answer(found, "skipped", f"labelled {declared}, but is a {kind}", kind=kind)
    return _answer(found, "left alone", TABLES["plurals"].get(kind, f"{kind}s"), kind=kind)


def _error(found: Found, uri: str, status: int, http: Fields) -> Answer:
    """A response without content: reported for pages, counted for pictures and the like."""
    location = http.get("location", "").strip() if status in (300, 301, 302, 303, 307, 308) else ""
    leads_to = (tidy(joined(uri, location)) or None) if location else None
    if kind_by_address(uri) is None:
        return _answer(found, "skipped", f"redirects to {leads_to}" if leads_to else f"answered {status}", leads_to)
    return _answer(found, "left alone", "redirects and errors of pictures, styles and other files", leads_to)
