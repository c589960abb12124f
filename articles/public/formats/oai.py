"""Articles as XML for harvesters: unqualified Dublin Core, which OAI-PMH requires, and MODS.

Libraries exchange newspapers in MODS (the Library of Congress, the Deutsche Digitale Bibliothek). It has a place for
each photo of an article, with caption, creator, credit and rights of its own; Dublin Core has only sentences.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from lxml import etree

from articles.models import Article, Photo, Source
from articles.public.absolute import is_web_address
from articles.public.formats.citations import authors_of
from articles.text.sanitising import CONTROL

XSI = "http://www.w3.org/2001/XMLSchema-instance"
XLINK = "http://www.w3.org/1999/xlink"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc"
DC = "http://purl.org/dc/elements/1.1/"
Absolute = Callable[[str], str]
# An element: its name, its text or the elements in it, and attributes. Those without contents are left out.
Branch = tuple[Any, ...]


def fill(parent: Any, branches: Iterable[Branch], namespace: str = "") -> None:
    """Add elements, in the namespace of ``parent`` unless another is given. XML has no control characters."""
    space = namespace or etree.QName(parent).namespace
    for name, contents, *attributes in branches:
        if contents:
            child = etree.SubElement(parent, f"{{{space}}}{name}", *attributes)
            if isinstance(contents, str):
                child.text = CONTROL.sub("", contents)
            else:
                fill(child, contents)


def add_root(parent: Any, name: str, namespace: str, schema: str) -> Any:
    """An element with the address of its schema; ``name`` may have a prefix, ``oai_dc:dc``."""
    prefix, _, local = name.rpartition(":")
    spaces: dict[str | None, str] = {prefix or None: namespace, "xsi": XSI, **({"dc": DC} if prefix else {})}
    made = etree.SubElement(parent, f"{{{namespace}}}{local}", nsmap=spaces)
    made.set(f"{{{XSI}}}schemaLocation", f"{namespace} {schema}")
    return made


def dublin_core(root: Any, article: Article, absolute: Absolute) -> None:
    values: list[Branch] = [
        ("title", article.headline),
        *(("creator", name) for name in authors_of(article)),
        *(("subject", row.tag.name) for row in article.taggings.all()),
        ("description", article.deck or article.excerpt),
        *(("description", _in_words(photo)) for photo in article.photos.all()),
        ("publisher", article.source.name if article.source else ""),
        ("date", (article.published or article.updated)[:10]),
        *(("type", name) for name in ("Text", "newspaper article")),
        ("format", "text/html"),
        *(("identifier", absolute(path)) for path in (article.get_absolute_url(), article.short_url)),
        ("source", article.url),
        ("language", article.language),
        *(("rights", words) for words in Source.rights_of(article.source).values()),
    ]
    fill(root, values, DC)


def _in_words(photo: Photo) -> str:
    words = " ".join(filter(None, [photo.caption, photo.credit_line and f"[{photo.credit_line}]"]))
    return f"{photo.get_kind_display()}: {words}" if words else ""


def mods(root: Any, article: Article, absolute: Absolute) -> None:
    w3c = {"encoding": "w3cdtf"}  # to the day: a time without a zone has no place in it
    section = [("detail", [("title", article.section)], {"type": "section"})] if article.section else []
    source = [("titleInfo", [("title", article.source.name)])] if article.source else []
    of_place = {"place": "geographic"}
    root.set("version", "3.8")
    branches: list[Branch] = [
        ("titleInfo", article.headline and [("title", article.headline)]),
        *(_name(name, "aut") for name in authors_of(article)),
        ("typeOfResource", "text"),
        ("genre", "newspaper article"),
        ("originInfo", [(name, day[:10], w3c) for name, day in
                        (("dateIssued", article.published), ("dateModified", article.updated)) if day]),
        ("language", article.language
            and [("languageTerm", article.language, {"type": "code", "authority": "rfc5646"})]),
        ("abstract", article.deck or article.excerpt),
        ("note", article.byline, {"type": "statement of responsibility"}),
        *(("subject", [(of_place.get(row.tag.kind, "topic"), row.tag.name)]) for row in article.taggings.all()),
        ("relatedItem", [*source, ("part", section)] if source or section else [], {"type": "host"}),
        ("relatedItem", article.url and [("location", [("url", article.url)])], {"type": "original"}),
        *(_constituent(photo, article, absolute) for photo in article.photos.all()),
        ("identifier", absolute(article.short_url), {"type": "uri"}),
        ("location", [("url", absolute(article.get_absolute_url()), {"usage": "primary"})]),
        *(("accessCondition", words, {"type": "use and reproduction",
                                      **({f"{{{XLINK}}}href": words} if is_web_address(words) else {})})
          for words in Source.rights_of(article.source).values()),
        ("recordInfo", [("recordContentSource", settings.ARCHIVE_NAME), ("recordIdentifier", article.key)]),
    ]  # fmt: skip
    fill(root, branches)


def _name(name: str, role: str) -> Branch:
    term = ("roleTerm", role, {"type": "code", "authority": "marcrelator"})
    return ("name", [("namePart", name), ("role", [term])])


def _constituent(photo: Photo, article: Article, absolute: Absolute) -> Branch:
    file = ("url", absolute(photo.largest.url) if photo.largest else "", {"access": "raw object"})
    contents = [
        *(_name(name, "pht") for name in photo.creator.split("; ") if name),
        ("typeOfResource", "moving image" if photo.kind == Photo.Kind.VIDEO else "still image"),
        ("abstract", photo.caption, {"type": "caption"}),
        ("note", photo.credit_line, {"type": "credit"}),
        ("note", photo.alt_text, {"type": "alternative text"}),
        ("location", [("url", absolute(photo.address_in(article)), {"usage": "primary"}), file]),
        ("accessCondition", photo.copyright_notice, {"type": "use and reproduction"}),
    ]
    return ("relatedItem", contents, {"type": "constituent"})


# By prefix: the root element, its namespace and schema, and what fills it.
FORMATS: dict[str, tuple[str, str, str, Callable[[Any, Article, Absolute], None]]] = {
    "oai_dc": ("oai_dc:dc", f"{OAI_DC}/", f"{OAI_DC}.xsd", dublin_core),
    "mods": ("mods", "http://www.loc.gov/mods/v3", "http://www.loc.gov/standards/mods/v3/mods-3-8.xsd", mods),
}
