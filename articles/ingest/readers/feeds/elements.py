"""Values of a feed’s elements, by local name, since prefixes vary."""

from urllib.parse import unquote

from lxml import etree

from articles.ingest.parsing.fields import WEB_ADDRESS
from articles.ingest.parsing.html_to_markdown.elements import Element
from articles.ingest.parsing.safe_xml import children
from articles.ingest.sites.site import TABLES
from articles.text.paths import joined


def text(element: Element, *names: str, is_own: bool = False) -> str:
    """The text of the first child with any, in the order of the names. ``is_own``: ``title``, not ``media:title``."""
    for child in (child for name in names for child in children(element, name)):
        if is_own and etree.QName(child).namespace != etree.QName(element).namespace:
            continue
        if content := "".join(child.itertext()).strip():
            return content
    return ""


def encoded(element: Element, kind: str) -> str:
    """``content:encoded`` or ``excerpt:encoded``, which differ only in their namespace."""
    parts = (part for part in children(element, "encoded") if f"/{kind}/" in str(part.tag))
    return next(("".join(part.itertext()) for part in parts), "")


def meta_of(item: Element) -> dict[str, str]:
    """The custom fields of an item by name; of several values, the first."""
    return {text(part, "meta_key"): text(part, "meta_value") for part in reversed([*children(item, "postmeta")])}


def is_filing(category: str) -> bool:
    return "-".join(unquote(category).casefold().split()) not in TABLES["wordpress"]["no_category"]


def web_address(written: str, base: str = "") -> str | None:
    address = joined(base, written.strip()) if written.strip() else ""
    return address if WEB_ADDRESS.fullmatch(address) else None
