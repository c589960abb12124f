"""Exports of Ghost (JSON): the tables of a whole site, of which each post becomes a record of its own.

A record has what the post's page showed, the names of its authors and tags, and the site's settings; never accounts of
staff and members, nor cards for e-mails. Drafts and scheduled posts are withheld; pages are skipped, unless the profile
of their site names them. Since Ghost writes all in one line, a record's number is that of its post.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import escape, unescape
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

from articles.ingest.errors import BadMetadata, NotAnArticle
from articles.ingest.parsing.agency_items import Item, story_of
from articles.ingest.parsing.fields import WEB_ADDRESS, withheld_by_status
from articles.ingest.parsing.html_to_markdown import parsed_html, read_elements, text_of_html
from articles.ingest.parsing.html_to_markdown.elements import Element, all_named, become_link, classes_of, text_of
from articles.ingest.parsing.story_photos import Delivered, Rendition
from articles.ingest.readers.base import TIMES_LARGER, Part, load_json, read_whole
from articles.ingest.story import Piece, Story
from articles.text.markdown import html_with_pictures
from articles.text.tables import tables_of

_KNOWN = tables_of(__file__)
_EXPORT = re.compile(rb'(?:\xef\xbb\xbf)?\s*[\[{][^\0]*?(?:"db"\s*:\s*\[\s*\{|"exported_on"\s*:\s*\d)')
# A card that was in e-mails alone.
_UNSHOWN = re.compile(r'<!--kg-gated-block:begin nonMember:false memberSegment:""\s*-->.*?block:end-->', re.DOTALL)
_DATE_TIME = re.compile(r"([\d-]+)[ T]([\d:.]+)Z?")
_ADDRESS = re.compile(r"[\w.]@\w")
_FIELD = re.compile(r"\{(\w+)\}")

Row = dict[str, Any]


def looks_like(head: bytes) -> bool:
    return _EXPORT.match(head[:4000]) is not None


def split(file: BinaryIO, max_bytes: int) -> Iterator[Part]:
    """The posts and pages."""
    tables = tables_in(file, max_bytes * TIMES_LARGER)
    posts, settings = _rows(tables.get("posts")), settings_in(tables)
    meta = {str(row.get("post_id")): row for row in _rows(tables.get("posts_meta"))}
    names = {kind: _names(tables, kind, table) for kind, table in (("author", "users"), ("tag", "tags"))}
    for number, post in enumerate(posts, 1):
        own = str(post.get("id"))
        whole = meta.get(own, {}) | post
        record = {name: whole[key] for key, name in _KNOWN["post"].items() if whole.get(key)}
        record |= {"authors": names["author"][own], "tags": names["tag"][own], "settings": settings, **_text_of(post)}
        yield Part(json.dumps(record, ensure_ascii=False, indent=1).encode("utf-8", "replace"), number)
    if not posts:
        yield Part(b"{}", 1)  # ``read`` reports that


def _names(tables: Row, kind: str, table: str) -> dict[str, list[str]]:
    """Public names of authors or tags by the id of their post, in their order; once, a post had its only author."""
    known = {str(row.get("id")): row for row in _rows(tables.get(table)) if row.get("visibility") != "internal"}
    rows = _rows(tables.get(f"posts_{kind}s"))
    rows = rows or [{**post, "post_id": post.get("id")} for post in _rows(tables.get("posts"))]
    found = defaultdict[str, list[str]](list)
    for row in sorted(rows, key=lambda row: str(row.get("sort_order")).zfill(9)):
        name = str(known.get(str(row.get(f"{kind}_id")), {}).get("name") or "")
        found[str(row.get("post_id"))] += [name] if name and not _ADDRESS.search(name) else []
    return found


def tables_in(file: BinaryIO, max_bytes: int) -> Row:
    """Raises ``UnreadableFile`` or ``BadMetadata``."""
    found = load_json(read_whole(file, max_bytes), Path(), 1)
    for key in ("db", "data"):
        found = found.get(key, found) if isinstance(found, dict) else found
        found = next(iter(found), None) if isinstance(found, list) else found
    return found if isinstance(found, dict) else {}


def settings_in(tables: Row) -> dict[str, str]:
    """The site's own settings, each under one name for all versions."""
    rows = {str(row.get("key")): row.get("value") for row in _rows(tables.get("settings"))}
    return {name: said for key, name in _KNOWN["settings"].items() if isinstance(said := rows.get(key), str) and said}


def _rows(table: object) -> list[Row]:
    return [row for row in table if isinstance(row, dict)] if isinstance(table, list) else []


def _text_of(post: Row) -> Row:
    """The text in its first form that can be read, without what was in e-mails alone."""
    if html := post.get("html"):
        return {"html": _UNSHOWN.sub("", str(html))}
    try:
        nodes = _rows(json.loads(post.get("lexical") or "{}")["root"]["children"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return {"unread": next((form for form in ("lexical", "mobiledoc") if post.get(form)), "")}
    return {"lexical": [node for node in nodes if not (node.get("type") in _KNOWN["not_text"] or _is_for_emails(node))]}


def _is_for_emails(node: Row) -> bool:
    shown = node.get("visibility")
    shown = shown if isinstance(shown, dict) else {}
    web = shown.get("web", {"nonMember": shown.get("showOnWeb", not shown.get("emailOnly"))})  # as once marked
    return isinstance(web, dict) and not (web.get("nonMember") or web.get("memberSegment"))


def read(piece: Piece, data: bytes) -> Story:
    """The story of one post. Raises ``NotAnArticle`` for a page."""
    record = load_json(data, piece.path, piece.line or 1)
    if not isinstance(record, dict) or "settings" not in record:
        raise NotAnArticle("a Ghost export without posts", path=piece.path, line=piece.line)
    said = {key: value for key, value in record.items() if isinstance(value, str)}
    settings, headline = record["settings"], unescape(said.get("title", ""))
    kind = "page" if record.get("page") else said.get("type", "post")
    if kind not in {"post", *piece.post_types}:
        raise NotAnArticle(f"a page of the site, not an article: {headline}", path=piece.path, line=piece.line)
    item = Item(id=said.get("uuid"), headline=headline or None, source=settings.get("title"))
    item.set_language(settings.get("language"))
    item.url = address if WEB_ADDRESS.fullmatch(address := said.get("canonical_url", "")) else None
    # Without an offset, they are of UTC too.
    published, updated = (_DATE_TIME.sub(r"\1T\2Z", said.get(key, "")) for key in ("published_at", "updated_at"))
    item.set_date("published", published, found_as="published_at")
    item.set_date("updated", updated if updated > published else "", found_as="updated_at")
    item.authors = record["authors"]
    item.section, *tags = record["tags"] or [None]
    item.add_tags(tags)
    _read_text(item, record, said)
    item.add_description("custom_excerpt", said.get("custom_excerpt", ""))
    for key in ("status", "visibility", "unread"):
        item.leave_out(key, said.get(key) if said.get(key) not in ("published", "public") else None)
    withheld = withheld_by_status(said.get("status", "draft"))
    return replace(story_of(piece, item), slug=said.get("slug"), withheld=withheld)


def _read_text(item: Item, record: Row, said: Mapping[str, str]) -> None:
    try:
        html = said.get("html") or "".join(_html(node, item) for node in _rows(record.get("lexical")))
    except RecursionError as error:
        raise BadMetadata("its text is nested too deeply", path="") from error
    html, src = (text.replace("__GHOST_URL__", "") for text in (html, said.get("feature_image", "")))
    if src:
        caption = text_of_html(said.get("feature_image_caption", "")) or None
        item.pictures = [Delivered(caption, alt_text=said.get("feature_image_alt"), renditions=(Rendition(src),))]
        html = html if src in html else f'<figure><img src="{escape(src)}"></figure>{html}'
    root = parsed_html(html)
    for part in [*root.iterdescendants()]:
        if not classes_of(part).isdisjoint(_KNOWN["page"]["not_text"]):
            part.clear(keep_tail=True)
        elif not classes_of(part).isdisjoint(_KNOWN["page"]["links"]) and not all_named(part, "blockquote"):
            _keep_link(part)
    item.fragment = read_elements([root])


def _keep_link(card: Element) -> None:
    """Replace a card that shows another page or a file by its link, with title and caption."""
    inner = [*card.iterdescendants()]
    linked = next((part for part in inner if part.get("href") or part.tag in ("audio", "iframe")), card)
    address = linked.get("href") or linked.get("src") or ""
    titles = (text_of(part) for part in inner if any(name.endswith("-title") for name in classes_of(part)))
    words, caption = next(titles, linked.get("title")) or address, " ".join(map(text_of, all_named(card, "figcaption")))
    become_link(card, address, words)
    etree.SubElement(card, "br").tail = caption


def _html(node: Row, item: Item) -> str:
    """A node of the editor by its template; cards without one are noted."""
    kind, metadata = str(node.get("type")), node.get("metadata")
    node = (metadata if isinstance(metadata, dict) else {}) | node
    values = {"tag": "p"} | {key: value for key, value in node.items() if isinstance(value, str)}
    values.setdefault("title", values.get("url") or values.get("src", ""))
    values["markdown"] = html_with_pictures(values.get("markdown", ""))
    values = {key: value if key in _KNOWN["html"] else escape(value) for key, value in values.items()}
    pictures = [{**picture, "type": "picture"} for picture in _rows(node.get("images"))]
    values["inner"] = "".join(_html(child, item) for child in (*_rows(node.get("children")), *pictures))
    if kind not in _KNOWN["nodes"]:
        item.leave_out("card", kind)
    html = _FIELD.sub(lambda name: values.get(name[1], ""), _KNOWN["nodes"].get(kind, "{inner}"))
    bits = node.get("format") if "text" in node else 0
    for tag, bit in _KNOWN["formats"].items():
        html = f"<{tag}>{html}</{tag}>" if isinstance(bits, int) and bits & bit else html
    return html
