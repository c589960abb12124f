"""RSS (0.9 to 2.0) and Atom: the articles of a feed, with the pictures of Media RSS; and Atom entries saved alone.

``guid`` or ``id`` identifies an entry. Its text is the content, with the description as deck, or else the description.
Pictures are those of the content, and ``media:content`` and ``enclosure`` with their captions and credits. Values
without a field are listed in ``boilerplate`` as ``key: value``.

Comments are skipped: entries that reply to another (RFC 4685). A backup of Blogger is a feed too, of posts, drafts,
deleted posts, pages, comments, settings and the template; only the published posts are articles.

Specifications: https://www.rssboard.org/rss-specification, RFC 4287, https://www.rssboard.org/media-rss.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from lxml import etree

from articles.ingest.errors import IngestError, NotAnArticle
from articles.ingest.parsing.agency_items import Item, html_or_text, paragraphs_of, story_of
from articles.ingest.parsing.fields import withheld_by_status, withheld_until
from articles.ingest.parsing.former_paths import path_in, slug_of
from articles.ingest.parsing.html_to_markdown import read_elements, text_of_html
from articles.ingest.parsing.html_to_markdown.elements import Element, all_named, name_of, text_of
from articles.ingest.parsing.iso_dates import read_date
from articles.ingest.parsing.safe_xml import children, opening_of, parse_xml
from articles.ingest.parsing.story_photos import Delivered, Rendition, number_of
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.base import Part, read_whole
from articles.ingest.readers.feeds.cutting import Cut, cuts_of, envelope_of, in_single_bytes
from articles.ingest.readers.feeds.elements import encoded, is_filing, text, web_address
from articles.ingest.sites.site import Site
from articles.ingest.story import Piece, Story, Withheld
from articles.text.evidence import SITE

_MEDIA = "{http://search.yahoo.com/mrss/}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_PUBLISHED = ("published", "pubDate", "issued", "date", "created")
_UPDATED = ("updated", "modified")
_READ = frozenset({
    *_PUBLISHED, *_UPDATED, "title", "link", "guid", "id", "category", "subject", "creator", "author", "source",
    "content", "encoded", "description", "summary", "language", "enclosure", "origLink",
})  # fmt: skip
_BLOGGER = "{http://schemas.google.com/blogger/2018}"  # of Takeout; a backup names the kind as a category
_KIND = "http://schemas.google.com/g/2005#kind"
_ID = "tag:blogger.com,"
_LOCALE = ".settings.BLOG_LOCALE"  # the end of an id of Blogger
_NOBODY = frozenset({"Unknown", "Anonymous"})  # whose account is gone
_EMAIL = re.compile(rb"<((?:\w+:)?(?:email|name|uri))\b[^<>]*>(?:<!\[CDATA\[)?[^<]*@[^<]*</\1>")
_EMAIL_AND_NAME = re.compile(r"\S+@\S+\s*\((.+)\)")


def looks_like(head: bytes) -> bool:
    opening = opening_of(head)
    namespaces = " ".join(opening.attributes.values())
    is_rss_1 = opening.name == "RDF" and ("purl.org/rss/" in namespaces or "my.netscape.com/rdf" in namespaces)
    is_atom = opening.name in ("feed", "entry") and ("/Atom" in opening.namespace or "/atom/" in opening.namespace)
    return opening.name == "rss" or is_rss_1 or is_atom


def is_of_blogger(head: bytes) -> bool:
    return looks_like(head) and f"<id>{_ID}".encode() in head


def split(file: BinaryIO, max_bytes: int) -> Iterator[Part | IngestError]:
    file = in_single_bytes(file, max_bytes)
    opening = opening_of(file.read(65_536))
    if opening.name == "entry":
        file.seek(0)
        yield Part(read_whole(file, max_bytes), 1)
        return
    errors: list[IngestError] = []
    cuts = cuts_of(file, b"entry" if opening.name == "feed" else b"item", max_bytes, errors)
    head = next(cuts, Cut(0, 1, b""))
    envelope = envelope_of(head.data)
    has_addresses = b"blogger.com" in head.data or b"/blogger/" in head.data
    is_empty, locale = True, b""
    for cut in cuts:
        is_empty = False
        locale = cut.data if cut.data.partition(b"</id>")[0].endswith(_LOCALE.encode()) else locale
        document = envelope.document(cut.data, locale)
        # Originals are public, and a backup is not: it has the addresses of writers.
        yield Part(_EMAIL.sub(b"", document) if has_addresses else document, cut.line)
    yield from errors
    if is_empty and not errors:
        yield Part(head.data, 1)  # ``read`` reports that


def read(piece: Piece, data: bytes) -> Story:
    """The story of one entry. Raises ``NotAnArticle`` for a feed without entries, and for entries that are no posts."""
    document = parse_xml(data, piece.path, first_line=piece.line or 1)
    feed, entry = _feed_and_post(piece, document.root)
    item = Item(encoding=document.encoding, damage=document.damage)
    item.headline = text_of_html(text(entry, "title", is_own=True)) or None
    _read_identity(item, feed, entry)
    item.set_date("published", text(entry, *_PUBLISHED), found_as=_first(entry, *_PUBLISHED))
    updated = text(entry, *_UPDATED)
    if item.published is None or read_date(updated) != item.published:
        item.set_date("updated", updated, found_as=_first(entry, *_UPDATED))
    item.authors = _authors(item, entry, feed)
    for part in children(entry, "category", "subject"):
        tag = text_of_html(part.get("label") or part.get("term") or part.text or "")
        if part.get("scheme") != _KIND and is_filing(tag):
            item.add_tags([tag])
    _read_text(item, entry)
    item.pictures = _pictures(item, entry)
    for part in entry:
        if etree.QName(part).localname not in _READ and not str(part.tag).startswith((_MEDIA, _BLOGGER)):
            item.leave_out(etree.QName(part).localname, text_of(part))
    # In a Takeout.
    withheld = withheld_by_status(entry.findtext(f"{_BLOGGER}status") or "LIVE", unknown=Withheld.DELETED)
    if any(text(control, "draft").lower() == "yes" for control in children(entry, "control")):
        withheld = Withheld.DRAFT  # RFC 5023, section 13.1.1
    story = replace(story_of(piece, item), withheld=withheld)
    return _of_blogger(story, entry, piece.site) if (item.id or "").startswith(_ID) else story


def _feed_and_post(piece: Piece, root: Element) -> tuple[Element, Element]:
    if name_of(root) == "entry":  # its ``source`` has the metadata of its feed: RFC 4287, section 4.2.11
        entry, feed = root, next(children(root, "source"), etree.Element("feed"))
    else:
        feed = next(children(root, "channel"), root)
        entry = next((part for around in (feed, root) for part in children(around, "item", "entry")), None)
    if entry is None:
        raise NotAnArticle("a feed without entries", path=piece.path, line=piece.line)
    kind = _kind_of(entry)
    if kind not in {"post", *piece.post_types}:
        raise NotAnArticle(f"a blog’s {kind}, not an article", path=piece.path, line=piece.line)
    return feed, entry


def _of_blogger(story: Story, entry: Element, site: Site | None) -> Story:
    """With the address that its blog gave it; a post that never had one is a draft."""
    file_name = (entry.findtext(f"{_BLOGGER}filename") or "").strip()  # in a Takeout, which has no links
    if story.url is None and site:
        story = replace(story, url=web_address(file_name, site.address), evidence={**story.evidence, "url": SITE})
    path = path_in(file_name or story.url or "")
    withheld = story.withheld or (withheld_until(story.published) if path else Withheld.DRAFT)
    return replace(story, withheld=withheld, slug=slug_of(path or ""), former_paths=(path,) if path else ())


def _first(entry: Element, *names: str) -> str:
    return next((name for name in names if text(entry, name)), names[0])


def _kind_of(entry: Element) -> str:
    """``post``, ``comment``, ``page``, ``template``, ``settings``."""
    if entry.find("{http://purl.org/syndication/thread/1.0}in-reply-to") is not None:
        return "comment"
    terms = [part.get("term") or "" for part in children(entry, "category") if part.get("scheme") == _KIND]
    return (entry.findtext(f"{_BLOGGER}type") or (terms or [""])[0].rpartition("#")[2]).strip().lower() or "post"


def _read_identity(item: Item, feed: Element, entry: Element) -> None:
    """Set id, address, source and language. The address is the link, or a ``guid`` marked as a permalink."""
    base = entry.get(f"{_XML}base") or feed.get(f"{_XML}base") or _link(feed) or ""
    guid = next(children(entry, "guid"), None)
    is_address = guid is not None and guid.get("isPermaLink") != "false"
    item.id = text(entry, "guid", "id", is_own=True) or entry.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about")
    item.url = web_address(text(entry, "origLink") or _link(entry) or "", base)
    item.url = item.url or (web_address(text(entry, "guid", is_own=True)) if is_address else None)
    origin = next(children(entry, "source"), None)  # the feed that the entry comes from
    source_name = "" if origin is None else text(origin, "title", is_own=True) or (origin.text or "")
    item.source = text_of_html(source_name) or text_of_html(text(feed, "title", is_own=True)) or None
    for element in (entry, feed):
        item.set_language(element.get(f"{_XML}lang") or text(element, "language"))
    for setting in (part for part in children(feed, "entry") if text(part, "id").endswith(_LOCALE)):
        item.set_language(text(setting, "content"))


def _link(element: Element) -> str | None:
    """The address of an entry or feed: the text of a ``link``, or an Atom link to the page itself."""
    links = (link for link in children(element, "link") if (link.get("rel") or "alternate") == "alternate")
    return next(filter(None, ((link.text or link.get("href") or "").strip() for link in links)), None)


def _authors(item: Item, entry: Element, feed: Element) -> list[str]:
    signed = [*children(entry, "creator", "author")] or children(feed, "creator", "author")
    authors = []
    for name in (text(part, "name") or fold(part.text or "") for part in signed):
        with_address = _EMAIL_AND_NAME.fullmatch(name)
        if with_address or "@" not in name:
            authors.append(with_address[1] if with_address else name)
        else:
            item.leave_out("author", name)
    return [name for name in authors if name and not (name in _NOBODY and (item.id or "").startswith(_ID))]


def _read_text(item: Item, entry: Element) -> None:
    content = next((part for part in children(entry, "content") if not str(part.tag).startswith(_MEDIA)), None)
    description = text(entry, "description", "summary", is_own=True)
    if content_html := encoded(entry, "content").strip():
        item.fragment = html_or_text(content_html)
    elif content is not None:
        kind = (content.get("type") or "text").lower()
        if kind in ("xhtml", "application/xhtml+xml"):
            item.fragment = read_elements([content])
        elif kind in ("html", "text/html"):
            item.fragment = html_or_text(content.text or "")
        elif kind.startswith("text") and not content.get("src"):
            item.fragment = paragraphs_of(content.text or "")
        else:
            item.leave_out("content", content.get("src") or kind)
    if item.fragment.blocks:
        item.add_description("description", text_of_html(description))
        item.add_description("metaDescription", entry.findtext(f"{_BLOGGER}metaDescription") or "")
    else:
        item.fragment = html_or_text(description)


def _pictures(item: Item, entry: Element) -> list[Delivered]:
    """The pictures and videos next to the text, or a thumbnail if there are none."""
    pictures = list(_of_media_rss(entry))
    known = {"", *(name for picture in pictures for name in picture.names)}
    for part in children(entry, "enclosure", "link"):
        address = part.get("url") or part.get("href") or ""
        if address in known or "enclosure" not in (name_of(part), part.get("rel")):
            continue
        if (rendition := Rendition(address, media_type=part.get("type") or "")).is_surely_a_picture:
            pictures.append(Delivered(renditions=(rendition,)))
        else:
            item.leave_out("enclosure", address)
    # Those of Blogger are of a picture of the text, or of a video.
    if not (pictures or item.fragment.pictures or (item.id or "").startswith(_ID)):
        thumbnails = [part for part in all_named(entry, "thumbnail") if part.get("url")]
        pictures = [_with_words((Rendition(part.get("url") or ""),), part, entry) for part in thumbnails[:1]]
    return pictures


def _of_media_rss(entry: Element) -> Iterator[Delivered]:
    for media in (part for part in entry if part.tag in (f"{_MEDIA}group", f"{_MEDIA}content")):
        # The files of a group are renditions of one picture.
        files = [part for part in (media, *media) if part.tag == f"{_MEDIA}content" and part.get("url")]
        renditions = tuple(map(_rendition, files))
        is_video = any(part.media_type.startswith("video") for part in renditions)
        if is_video or any(part.is_surely_a_picture for part in renditions):
            picture = _with_words(renditions, files[0], media, entry)
            yield replace(picture, kind="video") if is_video else picture


def _rendition(file: Element) -> Rendition:
    width_px, height_px, size_bytes = (number_of(file.get(key)) for key in ("width", "height", "fileSize"))
    media_type = file.get("type") or f"{file.get('medium') or ''}/".lstrip("/")
    return Rendition(file.get("url") or "", width_px, height_px, size_bytes, media_type)


def _with_words(renditions: tuple[Rendition, ...], *elements: Element) -> Delivered:
    """A picture with the words of its own element, else of one around it."""

    def words_of(name: str) -> str | None:
        parts = (part for element in elements for part in element if part.tag == f"{_MEDIA}{name}")
        return next((words for part in parts if (words := text_of_html(part.text or ""))), None)

    caption, credit, notice = map(words_of, ("description", "credit", "copyright"))
    return Delivered(caption, credit, copyright_notice=notice, renditions=renditions)
