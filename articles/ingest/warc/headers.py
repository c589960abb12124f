"""Headers of records: WARC 1.0 and 1.1 (ISO 28500), ARC 1 and 2 (Internet Archive), and HTTP responses."""

import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from urllib.parse import quote, urlsplit

MAX_HEADER_BYTES = 1 << 16
RECORD = re.compile(rb"WARC/\d+\.\d+[ \t\r]*\n[A-Za-z-]+[ \t]*:")
# Address, network address, 14 digits of time, content type, what version 2 has more, length. Bounded, for odd files.
ARC_RECORD = re.compile(
    rb"(?P<uri>[A-Za-z][A-Za-z0-9+.-]{1,20}:[^\r\n]{0,4000}?) (?P<ip>\S{1,60}) (?P<date>\d{8,14}) "
    rb"(?P<type>[^\r\n]{0,500}?) ?(?P<length>\d{1,15})\r?\n"
)
ARC_SEARCH = re.compile(rb"(?<=\n)" + ARC_RECORD.pattern)
# Some writers end lines with no carriage return, some with two.
_BLANK_LINE = re.compile(rb"\n\r*\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})(?!\d)", re.IGNORECASE)
CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([^\s\"';]+)", re.IGNORECASE)

Fields = dict[str, str]


def fields_of(header: bytes) -> Fields:
    """The header lines after the first, by lower-case name; of a repeated name, the first. Folded lines are joined."""
    text = header.decode("utf-8", "replace")
    if "\n " in text or "\n\t" in text:
        text = re.sub(r"\r*\n[ \t]+", " ", text)
    parted = [line.partition(":") for line in text.split("\n")[:0:-1]]
    return {name.strip().lower(): value.strip() for name, colon, value in parted if colon}


def warc_header(buffer: bytes, at: int) -> tuple[Fields, int] | None:
    """The fields of the WARC record that begins at ``at``, and the start of its block; ``None`` without an end."""
    end = _BLANK_LINE.search(buffer, at)
    return (fields_of(buffer[at : end.start()]), end.end()) if end else None


def arc_header(buffer: bytes, at: int) -> tuple[Fields, int] | None:
    """The line above an ARC record as WARC fields, and the start of its block."""
    found = ARC_RECORD.match(buffer, at)
    if found is None:
        return None
    uri = found["uri"].decode("utf-8", "replace")
    is_http = uri.lower().startswith(("http:", "https:"))
    fields = {
        "warc-type": "warcinfo" if uri.startswith("filedesc:") else "response" if is_http else "resource",
        "warc-target-uri": uri,
        "warc-date": found["date"].decode(),
        "content-type": "application/http" if is_http else found["type"].decode("utf-8", "replace").split(" ")[0],
        "content-length": found["length"].decode(),
    }
    return fields, found.end()


def length_of(fields: Fields) -> int | None:
    said = fields.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 16 else None


def target_of(fields: Fields) -> str:
    """The address of a record, ``""`` for none. Some are in angle brackets (wget), some contain spaces."""
    return tidy(fields.get("warc-target-uri", "").strip("<> \t"))


def tidy(uri: str) -> str:
    """An address with characters escaped that should have been: spaces, control characters, stray brackets."""
    if not uri.isprintable() or " " in uri:
        uri = "".join(sign if sign.isprintable() and sign != " " else quote(sign) for sign in uri)
    if uri.isascii() and "[" not in uri and "]" not in uri:
        return uri
    try:
        urlsplit(uri)
    except ValueError:  # brackets that hold no network address, or letters that no host can have
        return quote(uri, safe=":/?#@!$&'()*+,;=%")
    return uri


def seconds_of(text: str) -> float | None:
    """A WARC-Date of any precision, or the 14 digits of an ARC, in seconds since 1970; ``None`` if invalid."""
    text = text.strip()
    try:
        if text.isascii() and text.isdigit() and len(text) > 4:
            moment = datetime.strptime(text[:14].ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        else:
            if re.fullmatch(r"\d{4}(-\d\d)?", text):
                text = f"{text}-01-01"[:10]
            moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    # The first and the last year that there are stand for "no date", and a day more or less would be out of all years.
    if moment.year in (MINYEAR, MAXYEAR):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def http_header(block: bytes) -> tuple[int | None, Fields, int]:
    """Status, fields, and start of the body; status ``None`` and 0 if the block is not an HTTP response.

    A status without words counts, and so does a header without an end, which then has no body. Interim responses (100
    Continue) are skipped.
    """
    at = 0
    while status := _STATUS.match(block, at):
        end = _BLANK_LINE.search(block, at)
        stop, body = end.span() if end else (len(block), len(block))
        if not status[1].startswith(b"1") or not _STATUS.match(block, body):
            return int(status[1]), fields_of(block[at:stop]), body
        at = body
    return None, {}, 0


def media_type(content_type: str) -> str:
    """``Text/HTML; charset=x`` -> ``text/html``."""
    return content_type.partition(";")[0].strip().lower()
