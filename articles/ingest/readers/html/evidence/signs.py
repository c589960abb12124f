"""Signs of an article, counted before the page is taken apart."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from articles.ingest.readers.html.tree import Element, inline_text
from articles.text.grouping import by_key

_FEEDS, _ENTRIES = {"rss", "feed", "channel", "urlset", "sitemapindex", "rdf"}, {"item", "entry", "url"}
_COUNTED = ("a", "script", "style", "noscript", "time", "figcaption", "input", *_FEEDS, *_ENTRIES)
_LENGTH = etree.XPath("string-length(normalize-space())")
# A menu of thousands of links says no more about a page than one of many.
_LINKED = etree.XPath("descendant::a[@href != ''][position() <= 2000]//text()", smart_strings=False)
_REFRESHES = re.compile(r"url\s*=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Signs:
    """``types`` are the JSON-LD types of the page, ``og_type`` what Open Graph calls it, ``classes`` those of its
    ``body`` in small letters. Lengths are in characters; ``teasers`` are headings that lead to other pages."""

    types: frozenset[str] = frozenset()
    og_type: str = ""
    classes: frozenset[str] = frozenset()
    title: str = ""
    headings: tuple[str, ...] = ()
    links: int = 0
    text_length: int = 0
    link_length: int = 0
    teasers: int = 0
    times: int = 0
    captions: int = 0
    is_root: bool = False  # by the page's address
    has_password: bool = False
    is_refreshed: bool = False
    is_feed: bool = False


def read_signs(root: Element, types: frozenset[str], og_type: str, address: str) -> Signs:
    body = root.find("body")
    if body is None:
        return Signs(types, og_type)
    title, parts = root.find(".//title"), urlsplit(address)
    named = by_key((element.tag, element) for element in body.iter(*_COUNTED))
    links = [link for link in named["a"] if link.get("href")]
    headings = list(body.iter("h1", "h2", "h3", "h4"))[:300]
    teasers = [part for part in headings if part.find(".//a") is not None or next(part.iterancestors()).tag == "a"]
    refreshes = [meta for meta in root.iter("meta") if meta.get("http-equiv", "").lower() == "refresh"]
    unseen = sum(len(element.text or "") for tag in ("script", "style", "noscript") for element in named[tag])
    return Signs(
        types=types,
        og_type=og_type.strip().lower(),
        classes=frozenset(body.get("class", "").lower().split()),
        title=inline_text(title) if title is not None else "",
        headings=tuple(map(inline_text, [heading for heading in headings if heading.tag in ("h1", "h2")][:20])),
        links=len(links),
        text_length=int(_LENGTH(body)) - unseen,
        link_length=sum(len(text.strip()) for text in _LINKED(body)),
        teasers=len(teasers),
        times=len(named["time"]),
        captions=len(named["figcaption"]),
        is_root=bool(address) and not parts.query and parts.path.strip("/") in ("", "index.html", "index.php"),
        has_password=any(field.get("type", "").lower() == "password" for field in named["input"]),
        is_refreshed=any(_REFRESHES.search(meta.get("content", "")) for meta in refreshes),
        is_feed=any(map(named.get, _FEEDS)) and any(map(named.get, _ENTRIES)),
    )
