"""WordPress exports (WXR 1.0 to 1.2): RSS feeds of a whole site, with WordPress’s own elements in ``wp:``.

Each published post is an article, identified by its ``guid``. Drafts, private, protected, deleted and scheduled posts
are withheld; pages, menus and custom types are skipped, unless the profile of their site names them. An attachment
gives its caption, alt text and credit to the posts that show it. Of custom fields, those of ``press_fields`` are read;
other values without a field are listed in ``boilerplate`` as ``key: value``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import BinaryIO
from urllib.parse import unquote

from articles.ingest.errors import IngestError, NotAnArticle, OtherType
from articles.ingest.parsing.agency_items import Item, story_of
from articles.ingest.parsing.fields import NAMES, NAMES_IN_WORDPRESS, withheld_by_status
from articles.ingest.parsing.former_paths import path_in
from articles.ingest.parsing.html_to_markdown import read_html, text_of_html
from articles.ingest.parsing.html_to_markdown.elements import Element
from articles.ingest.parsing.iso_dates import read_date
from articles.ingest.parsing.safe_xml import children, opening_of, parse_xml
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.base import Part
from articles.ingest.readers.feeds.attachments import Library, Pictures, is_attachment
from articles.ingest.readers.feeds.cutting import Cut, cuts_of, envelope_of, in_single_bytes
from articles.ingest.readers.feeds.elements import encoded, is_filing, meta_of, text, web_address
from articles.ingest.readers.feeds.post_html import html_of
from articles.ingest.readers.feeds.press_fields import CustomFields
from articles.ingest.sites.site import TABLES
from articles.ingest.story import Piece, Story, Withheld

_NAMESPACE = re.compile("https?://wordpress.org/export/")  # with the s where all addresses of a site were replaced
# WordPress writes those in a text as they are.
_FORBIDDEN = bytes({*range(32)} - {*b"\t\n\r"})
_KINDS = {"page": "a page of the site, not an article", "attachment": "an attachment that no post shows"}

_OF_SITE = re.compile(rb"<(wp:author|wp:category)>(?:[^<]|<(?!/?\1>))*+</\1>")
# The login of an author, the nicename of a category.
_KEY = re.compile(
    rb"<(?:wp:author_login|dc:creator|category\b(?=[^<>]*\bdomain=\"author\")[^<>]*)>"
    rb"\s*(?:<!\[CDATA\[)?\s*([^<\]]*?)\s*[<\]]"
    rb"|<(?:category\b[^<>]*\bnicename=\"|wp:category_nicename>\s*(?:<!\[CDATA\[)?)\s*([^<\]\"]*)"
)
# Guests of the plug-in Co-Authors Plus are items; posts have their keys alone.
_GUEST = re.compile(
    rb"<wp:meta_key>(?:<!\[CDATA\[)?cap-(user_login|display_name)(?:\]\]>)?</wp:meta_key>\s*"
    rb"<wp:meta_value>((?:[^<]|<!\[CDATA\[)*+)</wp:meta_value>"
)
_GUID = re.compile(rb"<guid\b[^<>]*>[^<]*</guid>")  # copies of a post have that of the first
_AUTHOR = (
    b"<wp:author><wp:author_login>%s</wp:author_login><wp:author_display_name>%s</wp:author_display_name></wp:author>"
)
# Originals are public: readers' comments come with their addresses, and authors with theirs. What is not closed reaches
# to the end, so that many of them are not searched for one by one; within CDATA, nothing ends.
_PRIVATE = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)"
    rb"|<(?P<name>wp:(?:comment|author_\w+|meta_key|meta_value)|managingEditor|webMaster"
    rb"|dc:creator|category(?=[^<>]*\bdomain=\"author\"))\b[^<>]*+(?<!/)>"
    rb"(?:[^<]++|<!\[CDATA\[.*?(?:\]\]>|\Z)|<(?!/(?P=name)>))*+(?:</(?P=name)>|\Z)",
    re.DOTALL,
)
_DROPPED = (b"wp:comment", b"wp:author_email", b"managingEditor", b"webMaster")
# Logins may be addresses, and so may what is made of them; plug-ins keep those of visitors, and passwords, in fields.
_IN_LOGIN = re.compile(rb"(?<=\w)@[\w-]+(?:\.[\w-]+)+|(?<=\bnicename=\")[^\"]*")
_IN_FIELD = re.compile(
    rb"(?<![\w.+%-])[\w.+%-]++@[\w-]+(?:\.[\w-]+)+|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])"
    rb"|(?<![\w:])[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){3,7}(?![\w:])"
    rb"|\$(?:P|H|wp|2[aby]|argon2\w*)\$[\w./$=,+-]{20,}"
)
# To whom a form in a text sends what readers write.
_TO_EDITOR = re.compile(rb"(?:(?<=\bto=[\"'])|(?<=\"to\":\"))[^\"'<>\[\]]*@[^\"'<>\[\]]*")


def looks_like(head: bytes) -> bool:
    opening = opening_of(head)
    return opening.name == "rss" and any(map(_NAMESPACE.match, opening.attributes.values()))


def split(file: BinaryIO, max_bytes: int) -> Iterator[Part | IngestError]:
    """All items; each post with its authors, categories, and the attachments that it shows."""
    file = in_single_bytes(file, max_bytes)
    library, of_site, ids = Library(), dict[tuple[bytes, bytes], bytes](), set[bytes]()
    for cut in cuts_of(file, b"item", max_bytes, []):
        if is_attachment(cut.data):
            library.add(cut)
        elif guest := dict(_GUEST.findall(cut.data)):
            author = _AUTHOR % (guest.get(b"user_login", b""), guest.get(b"display_name", b""))
            of_site |= dict.fromkeys(_KEY.findall(author), author)
    errors: list[IngestError] = []
    cuts = cuts_of(file, b"item", max_bytes, errors)
    head = next(cuts, Cut(0, 1, b""))
    envelope = envelope_of(head.data)
    of_site |= {key: found[0] for found in _OF_SITE.finditer(head.data) for key in _KEY.findall(found[0])[:1]}
    is_empty = True
    for cut in cuts:
        is_empty = False
        if not is_attachment(cut.data):
            about = [of_site[key] for key in dict.fromkeys(_KEY.findall(cut.data)) if key in of_site]
            shown = [library.read(file, number) for number in library.shown_by(cut.data)]
            post = cut.data
            if found := _GUID.search(post):
                post = post.replace(found[0], b"", 1) if found[0] in ids else post
                ids.add(found[0])
            yield Part(_without_private(envelope.document(post, *about, *shown)), cut.line)
    yield from errors
    for number in library.places.keys() - library.shown:
        yield Part(_without_private(envelope.document(library.read(file, number))), library.places[number][2])
    if is_empty and not errors:
        yield Part(head.data, 1)  # ``read`` reports that


def _without_private(document: bytes) -> bytes:
    """Empty private elements, and cut addresses in others; the lines after them keep their numbers."""

    def without(found: re.Match[bytes]) -> bytes:
        name = found["name"] or b""
        if name in _DROPPED:
            return b"<%s/>%s" % (name, b"\n" * found[0].count(b"\n"))
        if not name:
            return _TO_EDITOR.sub(b"", found[0])
        return (_IN_FIELD if name.startswith(b"wp:meta_") else _IN_LOGIN).sub(b"", found[0])

    return _PRIVATE.sub(without, document)


def read(piece: Piece, data: bytes) -> Story:
    """The story of one post. Raises ``NotAnArticle`` for anything else."""
    document = parse_xml(data.translate(None, _FORBIDDEN), piece.path, first_line=piece.line or 1)
    channel = next(children(document.root, "channel"), document.root)
    items = children(channel, "item")
    post = next(items, None)
    if post is None:
        raise NotAnArticle("a WordPress export without posts", path=piece.path, line=piece.line)
    if text(post, "post_type") not in {"", "post", *piece.post_types}:
        raise _of_other_type(piece, post)
    item = Item(encoding=document.encoding, damage=document.damage)
    item.source = text_of_html(text(channel, "title")) or None
    item.set_language(text(channel, "language"))
    item.headline = text_of_html(text(post, "title")) or None
    item.id, item.url = text(post, "guid") or None, web_address(text(post, "link"))
    # Dates by the clock of the site, with its offset from the same dates in GMT.
    published, updated = (_moment(post, name) for name in ("post_date", "post_modified"))
    item.set_date("published", published, found_as="wp:post_date_gmt")
    item.set_date("published", text(post, "pubDate"), found_as="pubDate")
    # Changes before publication are not updates.
    if text(post, "post_modified_gmt") > text(post, "post_date_gmt") and read_date(updated) != item.published:
        item.set_date("updated", updated, found_as="wp:post_modified_gmt")
    fields = CustomFields(post, dict(piece.site.keys if piece.site else ()))
    _read_terms(item, channel, post, fields)
    _read_text(item, post, Pictures(post, items), fields)
    key, decks = fields.key_and_values(*NAMES["subtitle"])
    item.add_description(key, next(iter(decks), ""))
    item.add_tags(fields.values("tags"))
    for key, value in fields.left_over():
        item.leave_out(key, value)
    item.add_description("excerpt", text_of_html(encoded(post, "excerpt")))
    slug, former_paths = unquote(text(post, "post_name")) or None, _former_paths(item, channel, post)
    withheld = withheld_by_status(text(post, "status") or "publish")
    withheld = withheld or (Withheld.PRIVATE if text(post, "post_password") else None)
    return replace(story_of(piece, item), slug=slug, former_paths=former_paths, withheld=withheld)


def _of_other_type(piece: Piece, post: Element) -> NotAnArticle:
    kind, title = text(post, "post_type"), text_of_html(text(post, "title"))
    reason = ": ".join(filter(None, (_KINDS.get(kind, f"of the type “{kind}”, not a post"), title)))
    may_be_articles = not any(fnmatchcase(kind, pattern) for pattern in TABLES["wordpress"]["other_types"])
    has_text = text(post, "status") == "publish" and bool(text_of_html(encoded(post, "content")))
    return (OtherType if may_be_articles and has_text else NotAnArticle)(reason, path=piece.path, line=piece.line)


def _moment(post: Element, name: str) -> str:
    local, gmt = ("" if date.startswith("0000") else date for date in (text(post, name), text(post, f"{name}_gmt")))
    try:
        offset = datetime.fromisoformat(local) - datetime.fromisoformat(gmt)
    except (ValueError, TypeError):
        return f"{gmt} UTC" if gmt else local
    minutes, is_odd = divmod(offset, timedelta(minutes=1))
    if is_odd or minutes % 15 or abs(minutes) > 14 * 60:
        return f"{gmt} UTC"
    hours, minutes_left = divmod(abs(minutes), 60)
    return f"{local} {'-' if minutes < 0 else '+'}{hours:02}:{minutes_left:02}"


def _former_paths(item: Item, channel: Element, post: Element) -> tuple[str, ...]:
    """The path of the post’s link, the same with its former slugs, and ``/?p=ID``, where WordPress always has it: with
    its number on this site, while a ``guid`` keeps the host and number that the post had first.
    """
    path, slug = path_in(text(post, "link")) or "", text(post, "post_name")
    base = (path_in(text(channel, "base_blog_url", "link")) or "").rstrip("/")
    paths = [path]
    for part in children(post, "postmeta"):
        former = text(part, "meta_value")
        if text(part, "meta_key") != "_wp_old_slug" or not former:  # posts have empty ones, too
            continue
        if slug and slug in path:
            before, _, after = path.rpartition(slug)
            paths.append(before + former + after)
        else:
            item.leave_out("_wp_old_slug", former)
    has_number = re.search(r"[?&]p=\d", text(post, "guid")) and text(post, "post_id")
    paths += [f"{base}/?p={text(post, 'post_id')}"] if has_number else []
    return tuple(dict.fromkeys(filter(None, paths)))


def _read_terms(item: Item, channel: Element, post: Element, fields: CustomFields) -> None:
    creators = [fold(part.text or "") for part in children(post, "creator")]
    logins, categories = [], dict[str, str]()
    for term in children(post, "category"):
        domain, name = term.get("domain") or "category", text_of_html(term.text or "")
        nicename = term.get("nicename") or name
        if domain == "author":
            logins.append(name)  # several authors, by the plug-in Co-Authors Plus; the creator need not be one
        elif domain in ("category", "post_tag", "tag"):
            item.add_tags([name] if is_filing(nicename) else [])
            categories |= {nicename: name} if domain == "category" and is_filing(nicename) else {}
        elif domain != "post_format":
            item.leave_out(domain, name)
    people = children(channel, "author")
    names = {text(person, "author_login"): text(person, "author_display_name") for person in people}
    # The plug-in may give an author twice.
    item.authors = [text_of_html(names.get(login) or login) for login in dict.fromkeys(logins or creators) if login]
    key, byline, authors = fields.byline()
    if key:
        item.evidence["byline"] = key
        item.leave_out("dc:creator", ", ".join(item.authors))
        item.authors = authors
    item.byline = byline
    item.section = _section(channel, categories, fields)


def _section(channel: Element, categories: Mapping[str, str], fields: CustomFields) -> str | None:
    """By a field of its own, or the primary category; else the only one, or that which has the others below it."""
    if sections := fields.values("section"):
        return sections[0]
    of_site = {text(part, "category_nicename"): part for part in children(channel, "category")}
    for value in fields.values(*NAMES_IN_WORDPRESS["primary_category"], is_value=bool):
        nicename = next((name for name, part in of_site.items() if text(part, "term_id") == value), value)
        if nicename in categories:
            return categories[nicename]
    above = {name: text(part, "category_parent") for name, part in of_site.items()}
    top = [name for nicename, name in categories.items() if above.get(nicename) not in categories]
    return top[0] if len(top) == 1 else None


def _read_text(item: Item, post: Element, pictures: Pictures, fields: CustomFields) -> None:
    html = pictures.marked(html_of(encoded(post, "content"), pictures.gallery, item.account))
    featured = meta_of(post).get("_thumbnail_id", "")
    if (picture := pictures.by_id.get(featured)) and not picture.credit:
        pictures.by_id[featured] = replace(picture, credit=fields.credit())
    if featured not in pictures.in_html(html):
        html = pictures.figure(featured) + html
    item.fragment = read_html(html)
    item.pictures = [pictures.by_id[number] for number in pictures.in_html(html)]
    if featured not in pictures.by_id:
        item.leave_out("_thumbnail_id", featured)
    item.leave_out("comments", len(list(children(post, "comment"))) or None)
