"""The name, address, language and time zone of a site, from values of its configuration, feed or export."""

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from articles.ingest.errors import IngestError
from articles.ingest.parsing.fields import WEB_ADDRESS, language_tag
from articles.ingest.parsing.toml_files import is_zone
from articles.ingest.parsing.whitespace import fold
from articles.ingest.sites.configuration import read_limited
from articles.text.paths import parts_of
from articles.text.phrases import in_short

LONGEST = 200
# Of what a site calls itself, in the order of generators; of their tables too.
TITLE = ("title", "name", "sitename")
_LANGUAGE = ("lang", "locale", "language", "languagecode", "defaultlanguage", "defaultcontentlanguage")
_ADDRESS = ("url", "baseurl", "siteurl", "host", "homepage")
_TEMPLATE = re.compile(r"\{\{|\{%|\$\{|<%")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")


def text_in(values: Mapping[str, object], *names: str) -> str:
    """The first text without a template in it, on one line."""
    for name in names:
        value = values.get(name)
        text = fold(value) if isinstance(value, str) else ""
        if text and text.isprintable() and not _TEMPLATE.search(text):
            return in_short(text, LONGEST)
    return ""


def zone_in(values: Mapping[str, object]) -> str:
    zone = text_in(values, "timezone")
    return zone if is_zone(zone) else ""


def language_in(values: Mapping[str, object]) -> str:
    listed = values.get("language")
    first = {"language": listed[0]} if isinstance(listed, list) and listed else {}
    found = (language_tag(text_in({**values, **first}, name)) for name in _LANGUAGE)
    return next(filter(None, found), "")


def address_in(folder: Path, values: Mapping[str, object]) -> str:
    address = next(filter(WEB_ADDRESS.fullmatch, (text_in(values, name).rstrip("/") for name in _ADDRESS)), "")
    with suppress(IngestError):
        host = read_limited(folder / "CNAME").decode("ascii", "replace").strip()
        address = address or (f"https://{host}" if _HOST.fullmatch(host) else "")
    inner = text_in(values, "baseurl", "root").strip("/")
    is_whole = not address or WEB_ADDRESS.fullmatch(inner) or parts_of(address).path.strip("/") == inner
    return address if is_whole else f"{address}/{inner}".rstrip("/")
