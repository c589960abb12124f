"""Newsletters from Substack's export: rows of ``posts.csv``, and in the folder ``posts`` next to it a text for each.

An original is a row below the names of the columns, with the name of its file, and the text. Posts that were
never published are there, too; ``is_published`` says so. Buttons and forms to subscribe are dropped; embedded posts
become links.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from articles.ingest.errors import BadMetadata, IngestError, NotAnArticle, UnreadableFile
from articles.ingest.parsing.agency_items import Item, story_of
from articles.ingest.parsing.decoding import decode
from articles.ingest.parsing.fields import WEB_ADDRESS, Fields
from articles.ingest.parsing.html_to_markdown import parsed_html, read_elements
from articles.ingest.parsing.html_to_markdown.elements import Element, become_link, classes_of
from articles.ingest.parsing.local_files import open_regular
from articles.ingest.readers.base import Part, read_whole
from articles.ingest.story import Damage, Piece, Story, Withheld
from articles.text.evidence import SITE
from articles.text.tables import tables_of

_COLUMNS = re.compile(r""""?post_id"?([,;\t])"?post_date"?\1"?is_published"?\1""")
_CLASSES: dict[str, list[str]] = tables_of(__file__)
# The address of a picture is the last part of that of the server which makes its sizes.
_SIZED = re.compile(
    r"https://(?:substackcdn\.com|cdn\.substack\.com)/image/fetch/[^\"'\s&]*?/(https?%3A%2F%2F[^\"'\s&]+)"
)


def looks_like(head: bytes) -> bool:
    return _COLUMNS.match(decode(head).text) is not None


def split(file: BinaryIO, max_bytes: int) -> Iterator[Part | IngestError]:
    """The rows, each with its text; texts without a row are reported."""
    folder = Path(getattr(file, "name", "/nowhere/posts.csv")).resolve().parent / "posts"
    files = (path for path in sorted(folder.glob("*.html")) if path.resolve() == path)  # no links
    texts = {path.name.partition(".")[0]: path for path in files}
    table = decode(read_whole(file, max_bytes)).text.replace("\0", "")
    mark = found[1] if (found := _COLUMNS.match(table)) else ","  # spreadsheets write others
    try:
        columns, *rows = filter(None, csv.reader(io.StringIO(table, newline=""), delimiter=mark))
    except (ValueError, csv.Error) as error:
        yield BadMetadata(f"not a table: {error}", path="")
        return
    for line, row in enumerate(rows, 2):
        path, text = texts.pop(row[0].partition(".")[0], None), b""
        written = io.StringIO(newline="")
        csv.writer(written).writerows(([*columns, "file"], [*row, path.name if path else ""]))
        try:
            if path:
                with open_regular(path) as opened:
                    text = read_whole(opened, max_bytes)
            yield Part(written.getvalue().encode() + text, line)
        except (OSError, UnreadableFile) as error:
            yield UnreadableFile(f"posts/{path and path.name}: {error}", path="", line=line)
    for path in texts.values():
        reason = f"a text that posts.csv does not list, so that it may be unpublished: posts/{path.name}"
        yield NotAnArticle(reason, path="")


def read(piece: Piece, data: bytes) -> Story:
    """The story of a row. Raises ``NotAnArticle`` for threads, pages and podcasts without a text."""
    decoded = decode(data)
    lines = io.StringIO(decoded.text, newline="")
    try:
        columns, cells = islice(csv.reader(lines), 2)
    except (ValueError, csv.Error) as error:
        raise BadMetadata(f"not a row of a table: {error}", path=piece.path, line=piece.line) from error
    row: dict[str, object] = dict(zip(columns, cells, strict=False))
    fields, html = Fields(row, {}), lines.read()
    kind, (number, _, slug) = fields.text("", "type") or "newsletter", str(row.get("post_id", "")).partition(".")
    item = Item(encoding=decoded.encoding, damage=[Damage(code) for code in decoded.codes])
    item.id = f"substack:{number}" if number else None
    item.headline, item.deck = fields.text("headline", "title"), fields.text("deck", "subtitle")
    item.set_date("published", fields.text("published", "post_date"), found_as="post_date")
    withheld = fields.withheld(item.published)
    if (fields.text("withheld", "is_published") or "").lower() != "true":
        withheld = Withheld.DRAFT
    if kind not in {"newsletter", *piece.post_types, *(("podcast", "video") if html.strip() else ())}:
        raise NotAnArticle(f"a {kind} on Substack, not an article: {item.headline}", path=piece.path)
    if not (withheld or row.get("file")):
        raise BadMetadata(f"its text is missing: posts/{row.get('post_id')}.html", path=piece.path, line=piece.line)
    item.fragment = read_elements([_text_of(html)])
    item.leave_out("audience", row.get("audience") if row.get("audience") != "everyone" else None)
    item.leave_out("podcast_url", row.get("podcast_url"))
    slug = slug or str(row.get("file", "")).removesuffix(".html").partition(".")[2]
    path = f"/p/{slug}" if slug else ""
    if path and piece.site and piece.site.address:
        item.url, item.evidence["url"] = f"{piece.site.address.rstrip('/')}{path}", SITE
    return replace(story_of(piece, item), slug=slug or None, former_paths=(path,) if path else (), withheld=withheld)


def _text_of(html: str) -> Element:
    root = parsed_html(_SIZED.sub(lambda found: escape(unquote(found[1]).replace(" ", "%20")), html))
    for part in list(root.iterdescendants()):
        names = classes_of(part)
        if not names.isdisjoint(_CLASSES["boxes"]):
            part.clear(keep_tail=True)
        elif not names.isdisjoint(_CLASSES["embedded"]):
            _make_link(part)
        elif "footnote-anchor" in names:
            part.tag = "sup"
        elif "footnote-number" in names and (content := part.getnext()) is not None:
            first = content[0] if len(content) else content
            part.tag, part.tail, first.text = "sup", f" {first.text or ''}", None
            first.insert(0, part)
    return root


def _make_link(part: Element) -> None:
    """An embedded post, of which the export has only values, as a link to it."""
    try:
        values = json.loads(part.get("data-attrs") or "{}")
    except (ValueError, RecursionError):
        return
    address = str(values.get("canonical_url") or values.get("url") or "") if isinstance(values, dict) else ""
    if WEB_ADDRESS.fullmatch(address):
        become_link(part, address, str(values.get("title") or address))
