"""The kind of a record's body, by its first bytes rather than its label: servers label pictures as pages."""

import re
from functools import lru_cache
from typing import Literal

from articles.ingest.parsing.file_kinds import FileKind, binary_file
from articles.text.paths import parts_of
from articles.text.tables import tables_of

Kind = FileKind | Literal["page", "style sheet", "script", "feed", "text file", "file of another kind", "nothing"]

SNIFFED_BYTES = 2048
TABLES = tables_of(__file__)
_TYPES: dict[Kind, list[str]] = TABLES["types"]
BY_SUFFIX: dict[str, Kind] = {suffix: kind for kind, suffixes in TABLES["suffixes"].items() for suffix in suffixes}
# Labels under which a page is still a page if it begins like one.
UNSURE_TYPES = ("", "text/plain", "application/octet-stream", "binary/octet-stream", "unknown/unknown", "*/*")

# What may come before the first element. Possessive: comments without end must not be tried in every combination.
_BEFORE = rb"(?:\s|(?><!--.*?-->)|<\?xml[^>]*>)*+"
_BEFORE_XML = rb"(?:\s|(?><!--.*?-->)|<[?!][^>]*>)*+"
_HTML = re.compile(
    _BEFORE + rb"<(?:!doctype\s+html|html|head|body|title|meta|script|style|link|base|table|div|font|iframe|h[1-6]"
    rb"|center|article|main|section|header|p|br|a|b|i|span|ul|ol|img|form|noscript)(?=[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
_SURELY_HTML = re.compile(_BEFORE + rb"<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE | re.DOTALL)
_FEED = re.compile(_BEFORE_XML + rb"<(?:\w+:)?(?:rss|feed|rdf|RDF)[\s>]", re.DOTALL)
_SVG = re.compile(_BEFORE_XML + rb"<svg[\s>]", re.IGNORECASE | re.DOTALL)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def kind_of(beginning: bytes, declared: str) -> Kind:
    """The kind of a body that begins so; ``declared``: its media type in lower case, ``""`` for none."""
    binary = binary_file(beginning)
    if binary is not None:
        return binary.kind
    for mark, encoding in _BOMS:
        if beginning.startswith(mark):
            beginning = beginning[len(mark) :].decode(encoding, "ignore").encode("ascii", "replace")
            break
    if not beginning.strip(b"\0 \t\r\n\x0c"):
        return "nothing"
    by_type = kind_by_type(declared)
    if _SVG.match(beginning) and by_type != "page":
        return "picture"
    if _FEED.match(beginning) and (by_type in ("page", "data file", "text file", "feed") or declared in UNSURE_TYPES):
        return "feed"
    if by_type == "page":
        return "data file" if re.match(rb'\s*[\[{]\s*["\]}\[{]', beginning) else "page"
    is_html = declared in UNSURE_TYPES and _HTML.match(beginning)
    if is_html or (declared in ("text/xml", "application/xml") and _SURELY_HTML.match(beginning)):
        return "page"
    # Without a picture's bytes it is not a picture, whatever its label.
    return "file of another kind" if by_type == "picture" else by_type


@lru_cache(maxsize=1024)
def kind_by_type(declared: str) -> Kind:
    kinds = (kind for kind, parts in _TYPES.items() if any(part in declared for part in parts))
    return next(kinds, "file of another kind")


def kind_by_address(uri: str) -> Kind | None:
    """The kind suggested by the end of an address, for responses without a body; ``None`` if it may be a page."""
    name = parts_of(uri).path.rpartition("/")[2]
    return BY_SUFFIX.get(name.rpartition(".")[2].lower()) if "." in name else None
