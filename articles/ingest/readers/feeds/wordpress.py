"""WordPress exports (WXR 1.0 to 1.2): RSS feeds of a whole site, with WordPress’s own elements in ``wp:``.

Each published post is an article, identified by its ``guid``. Drafts, private, protected, deleted and scheduled posts
are withheld; pages, menus and custom types are skipped, unless the profile of their site names them. An attachment
gives its caption, alt text and credit to the posts that show it. Values without a field (custom fields and taxonomies)
are listed in ``chrome_removed`` as ``key: value``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import BinaryIO
from urllib.parse import unquote

from articles.ingest.errors import IngestError, NotAnArticle
from articles.ingest.parsing.agency_items import Item, story_of
from articles.ingest.parsing.delivered_pictures import with_credit
from articles.ingest.parsing.fields import STATUSES, byline_of
from articles.ingest.parsing.former_paths import path_in
from articles.ingest.parsing.html_to_markdown import read_html, text_of_html
from articles.ingest.parsing.html_to_markdown.elements import Element
from articles.ingest.parsing.iso_dates import read_date
from articles.ingest.parsing.safe_xml import children, opening_of, parse_xml
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.base import Part
from articles.ingest.readers.feeds.attachments import Library, Pictures, is_attachment
from articles.ingest.readers.feeds.cutting import Cut, cuts_of, frame_of, in_single_bytes
from articles.ingest.readers.feeds.elements import encoded, is_filing, meta_of, text, web_address
from articles.ingest.readers.feeds.post_html import html_of
from articles.ingest.story import Piece, Story, Withheld

_KINDS = {"page": "a page of the site, not an article", "attachment": "an attachment that no post shows"}

_AUTHOR = re.compile(rb"<wp:author>(?:[^<]|<(?!/?wp:author>))*+</wp:author>")
_LOGIN = re.compile(rb"<(?:wp:author_login|dc:creator)>\s*(?:<!\[CDATA\[)?\s*([^<\]]*?)\s*[<\]]")
# Originals are public: readers' comments come with their addresses, and authors with theirs. What is not closed reaches
# to the end, so that many of them are not searched for one by one.
_PRIVATE = re.compile(
    rb"(?P<text><!\[CDATA\[.*?(?:\]\]>|\Z))"
    rb"|<wp:(?P<gone>comment|author_email)>.*?(?:</wp:(?P=gone)>|\Z)"
    rb"|<(?P<masked>wp:author_login|wp:author_display_name|dc:creator|wp:meta_value)>.*?(?:</(?P=masked)>|\Z)",
    re.DOTALL,
)
# Logins may be addresses, and plug-ins keep those of visitors in custom fields.
_HOST_OR_IP = re.compile(rb"(?<=\w)@[\w-]+(?:\.[\w-]+)+|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")


def looks_like(head: bytes) -> bool:
    opening = opening_of(head)
    if opening is None or opening.name != "rss":
        return False
    return any(value.startswith("http://wordpress.org/export/") for value in opening.attributes.values())


def split(file: BinaryIO, max_bytes: int) -> Iterator[Part | IngestError]:
    """All items; each post with its authors and the attachments that it shows."""
    file = in_single_bytes(file, max_bytes)
    library = Library()
    for cut in cuts_of(file, b"item", max_bytes):
        if isinstance(cut, Cut) and is_attachment(cut.data):
            library.add(cut)
    cuts = cuts_of(file, b"item", max_bytes)
    head = next(cuts)
    if isinstance(head, IngestError):
        yield head
        return
    frame = frame_of(head.data)
    authors = {_LOGIN.findall(author)[0]: author for author in _AUTHOR.findall(head.data) if _LOGIN.search(author)}
    is_empty = True
    for cut in cuts:
        is_empty = False
        if isinstance(cut, IngestError):
            yield cut
        elif not is_attachment(cut.data):
            writers = [authors[login] for login in _LOGIN.findall(cut.data) if login in authors]
            shown = [library.read(file, number) for number in library.shown_by(cut.data)]
            yield Part(_without_private(frame.document(cut.data, *writers, *shown)), cut.line)
    for number in library.places.keys() - library.shown:
        yield Part(_without_private(frame.document(library.read(file, number))), library.places[number].line)
    if is_empty:
        yield Part(head.data, 1)  # ``read`` reports that


def _without_private(document: bytes) -> bytes:
    """Empty private elements, and cut addresses in others; the lines after them keep their numbers."""

    def without(found: re.Match[bytes]) -> bytes:
        if name := found["gone"]:
            return b"<wp:%s/>%s" % (name, b"\n" * found[0].count(b"\n"))
        return _HOST_OR_IP.sub(b"", found[0]) if found["masked"] else found[0]

    return _PRIVATE.sub(without, document)


def read(piece: Piece, data: bytes) -> Story:
    """The story of one post. Raises ``NotAnArticle`` for anything else."""
    document = parse_xml(data, piece.path, first_line=piece.line or 1)
    channel = next(children(document.root, "channel"), document.root)
    items = children(channel, "item")
    post = next(items, None)
    if post is None:
        raise NotAnArticle("a WordPress export without posts", path=piece.path, line=piece.line)
    kind = text(post, "post_type") or "post"
    if kind != "post" and not (piece.site and kind in piece.site.post_types):
        reason = _KINDS.get(kind, f"of the type “{kind}”, not a post")
        title = text_of_html(text(post, "title"))
        raise NotAnArticle(f"{reason}: {title}" if title else reason, path=piece.path, line=piece.line)
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
    _read_terms(item, channel, post)
    _read_text(item, post, Pictures(post, items))
    item.add_description("excerpt", text_of_html(encoded(post, "excerpt")))
    slug, former_paths = unquote(text(post, "post_name")) or None, _former_paths(item, post)
    status = text(post, "status") or "publish"
    withheld = Withheld.PRIVATE if text(post, "post_password") else None
    if status != "publish":
        withheld = STATUSES.get(status, Withheld.DRAFT)  # plug-ins add steps before publication
    return replace(story_of(piece, item), slug=slug, former_paths=former_paths, withheld=withheld)


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


def _former_paths(item: Item, post: Element) -> tuple[str, ...]:
    """The path of the post’s link, the same with its former slugs, and ``/?p=ID``, where WordPress always has it."""
    path, slug = path_in(text(post, "link")) or "", text(post, "post_name")
    guid = path_in(text(post, "guid")) or ""
    paths = [path]
    for part in children(post, "postmeta"):
        if text(part, "meta_key") != "_wp_old_slug":
            continue
        if slug and slug in path:
            before, _, after = path.rpartition(slug)
            paths.append(before + text(part, "meta_value") + after)
        else:
            item.leave_out("_wp_old_slug", text(part, "meta_value"))
    paths += [guid] if re.search(r"[?&]p=\d", guid) else []
    return tuple(dict.fromkeys(filter(None, paths)))


def _read_terms(item: Item, channel: Element, post: Element) -> None:
    logins = [fold(part.text or "") for part in children(post, "creator")]
    for term in children(post, "category"):
        domain, name = term.get("domain") or "category", text_of_html(term.text or "")
        if domain == "author":
            logins.append(name)  # several authors, by the plug-in Co-Authors Plus
        elif domain in ("category", "post_tag", "tag"):
            item.add_tags([name] if is_filing(term.get("nicename") or name) else [])
        elif domain != "post_format":
            item.leave_out(domain, name)
    people = children(channel, "author")
    names = {text(person, "author_login"): text(person, "author_display_name") for person in people}
    item.authors = [fold(names.get(login) or login) for login in logins if login]
    item.byline = byline_of(item.authors, item.language)


def _read_text(item: Item, post: Element, pictures: Pictures) -> None:
    meta = meta_of(post)
    html = pictures.marked(html_of(encoded(post, "content"), pictures.gallery, item.account))
    featured = meta.get("_thumbnail_id", "")
    if featured not in pictures.in_html(html):
        html = pictures.figure(featured) + html
    fragment = read_html(html)
    item.fragment = replace(fragment, pictures=tuple(map(with_credit, fragment.pictures)))
    item.pictures = [with_credit(pictures.by_id[number]) for number in pictures.in_html(html)]
    for key, value in meta.items():  # keys with ``_`` are WordPress's own
        if not key.startswith("_") or (key == "_thumbnail_id" and value not in pictures.by_id):
            item.leave_out(key, value)
    item.leave_out("comments", len(list(children(post, "comment"))) or None)
