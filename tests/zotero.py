"""What Zotero saves of a web page by the data in it, for newspapers: the rules of its translators "Embedded Metadata"
and "RDF" (https://github.com/zotero/translators), as far as they read HTML. No network, no scripts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from lxml import html

PREFIXES = frozenset(
    "bib bibo dc dcterms prism foaf vcard link z eprint eprints og article book music video so codemeta rdf".split()
)
# Item types that ``DC.type`` may name as Zotero does; others are read by words of other vocabularies.
ITEM_TYPES = frozenset(
    "artwork audioRecording blogPost book bookSection document journalArticle magazineArticle newspaperArticle report "
    "thesis webpage".split()
)
DC_TYPES = {
    "article": "journalArticle", "journalarticle": "journalArticle", "newsitem": "newspaperArticle",
    "workingpaper": "report", "homepage": "webpage",
}  # fmt: skip
OG_TYPES = {"book": "book", "website": "webpage", "video.other": "videoRecording", "video.movie": "videoRecording"}
# Of names that scholarly journals use, those that decide on the type, and those that only suggest one.
HIGHWIRE_TYPES = {
    "journal_title": "journalArticle", "technical_report_institution": "report", "conference": "conferencePaper",
    "conference_title": "conferencePaper", "book_title": "bookSection", "inbook_title": "bookSection",
    "dissertation_institution": "thesis",
}  # fmt: skip
HIGHWIRE_GUESSES = {"title": "journalArticle", "series_title": "journalArticle", "isbn": "book"}
# The first that a page has counts.
TITLES = ("dc:title", "dcterms:title", "eprints:title", "og:title", "so:headline")
CREATORS = ("bib:authors", "so:author", "so:creator", "dc:creator", "dc:creator.PersonalName", "dcterms:creator",
            "eprints:creators_name", "dc:contributor", "dcterms:contributor")  # fmt: skip
PUBLICATIONS = ("prism:publicationName", "eprints:publication", "eprints:book_title", "dc:source", "dcterms:source")
DATES = ("eprints:date", "prism:publicationDate", "og:published_time", "article:published_time", "book:release_date",
         "music:release_date", "video:release_date", "dc:date.issued", "dcterms:date.issued", "dcterms:issued",
         "dc:date", "dcterms:date", "dcterms:dateSubmitted", "eprints:datestamp", "so:datePublished")  # fmt: skip
LANGUAGES = ("dc:language", "dcterms:language", "so:inLanguage")
ADDRESSES = ("eprints:official_url", "og:url", "so:url", "so:sameAs")
# Names of scholarly journals overrule all of these.
OVERRULING = {
    "title": ("title",), "date": ("publication_date", "cover_date", "date"), "language": ("language",),
    "publicationTitle": ("journal_title", "inbook_title"), "url": ("public_url",),
}  # fmt: skip


@dataclass
class Item:
    """``creators`` are pairs of given and family name; of names in one piece the first is ``""``."""

    itemType: str  # noqa: N815 - as Zotero calls its fields
    title: str = ""
    publicationTitle: str = ""  # noqa: N815
    date: str = ""
    language: str = ""
    url: str = ""
    creators: list[tuple[str, str]] = field(default_factory=list)


def saved(page: str, address: str) -> Item:
    root = html.document_fromstring(page)
    stated, names = statements(root)
    highwire = {name.rpartition("citation_")[2]: text for name, text in names.items() if "citation_" in name}

    def first(*wanted: str) -> str:
        return next((stated[name][0] for name in wanted if name in stated), "")

    decided = next((kind for name, kind in HIGHWIRE_TYPES.items() if name in highwire), "")
    guessed = next((kind for name, kind in HIGHWIRE_GUESSES.items() if name in highwire), "")
    declared = first("dc:type", "dcterms:type")
    by_dc = declared if declared in ITEM_TYPES else DC_TYPES.get(declared.lower().replace(" ", ""), "")
    kind = decided or OG_TYPES.get(first("og:type"), "") or by_dc or guessed or "webpage"
    item = Item(kind, first(*TITLES), first(*PUBLICATIONS), first(*DATES), first(*LANGUAGES), first(*ADDRESSES))
    if kind in ("blogPost", "webpage", "newspaperArticle"):
        item.publicationTitle = item.publicationTitle or first("og:site_name")
    item.creators = next(([person(name) for name in stated[names]] for names in CREATORS if names in stated), [])
    for name, over in OVERRULING.items():
        setattr(item, name, next((highwire[one] for one in over if one in highwire), getattr(item, name)))
    complete(item, root, address)
    return item


def statements(root: html.HtmlElement) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Values by ``prefix:property`` of a vocabulary, and the first of each other name."""
    stated: defaultdict[str, list[str]] = defaultdict(list)
    others: dict[str, str] = {}
    for meta in root.iter("meta"):
        content = meta.get("content")
        for name in (meta.get("name") or meta.get("property") or "").split() if content else ():
            parts = re.split("[.:_]", name)
            at = 1 if len(parts) > 2 and parts[1].lower() in PREFIXES else 0
            rest = name[len("".join(parts[: at + 1])) + at + 1 :]
            if parts[at].lower() in PREFIXES:
                stated[f"{parts[at].lower()}:{rest[:1].lower()}{rest[1:]}"].append(content)
            else:
                others.setdefault(name, content)
    return dict(stated), others


def complete(item: Item, root: html.HtmlElement, address: str) -> None:
    """What Zotero takes from the page itself where its data do not say it."""
    item.title = " ".join((item.title or root.findtext(".//title") or address).split())
    if item.publicationTitle:
        item.title = re.sub(rf"(?i)\s*[-–—=_:|~#]\s*{re.escape(item.publicationTitle)}\s*$", "", item.title)
    if not item.creators:
        authors = root.xpath("//meta[@name='author']/@content") or root.xpath(
            "//meta[@property='article:author']/@content"
        )
        item.creators = [person(name) for name in authors]
    if not item.creators and (byline := root.xpath("//*[contains(@class, 'byline')]")):
        names = re.split(r"\s*(?:\band\b|,|&)\s*", re.split(r"\bby[:\s]+", byline[0].text_content(), flags=re.I)[-1])
        item.creators = [person(" ".join(name.split())) for name in names if name.strip()]
    item.url = item.url or next(iter(root.xpath("//head/link[@rel='canonical']/@href")), address)
    item.language = item.language or root.get("lang") or ""
    if not item.date:  # of the first that the page has anywhere, also of other articles
        shown = next(iter(root.xpath("//time/@datetime")), "")[:10]
        item.date = date.fromisoformat(shown).isoformat() if len(shown) == 10 else shown


def person(name: str) -> tuple[str, str]:
    """Given and family name: turned at a comma, else the last word is the family name."""
    bare = name.strip(" .,/[]:\u00a0")
    if "," in name:
        family, _, given = bare.partition(",")
        return given.partition(",")[0].strip(), family
    given, _, family = bare.rpartition(" ")
    return given, family
