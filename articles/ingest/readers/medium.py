"""Posts from Medium's export of all that somebody wrote there: a page each, with microformats.

A post shows its headline and the line under it as headings of its text; the export has both again, that line often cut.
Posts without a date are drafts. Responses to the posts of others have no heading: they are named by their first words.
"""

import re
from dataclasses import replace
from itertools import chain, islice

from articles.ingest.errors import NotAnArticle
from articles.ingest.parsing.agency_items import Item, story_of
from articles.ingest.parsing.decoding import decode
from articles.ingest.parsing.fields import WEB_ADDRESS
from articles.ingest.parsing.former_paths import path_in
from articles.ingest.parsing.html_to_markdown import parsed_html, read_elements
from articles.ingest.parsing.html_to_markdown.elements import HEADINGS, Element, all_named, classes_of, name_of, text_of
from articles.ingest.story import Damage, Piece, Story, Withheld

_HEAD = re.compile(rb"""<article class=["']h-entry["']>\s*<header>\s*<h1 class=["']p-name["']>""")


def looks_like(head: bytes) -> bool:
    return _HEAD.search(head) is not None and b"data-field=" in head


def read(piece: Piece, data: bytes) -> Story:
    """The story of one post. Raises ``NotAnArticle`` for a response."""
    decoded = decode(data)
    page = parsed_html(decoded.text)
    body = next(iter(_of_class(page, "e-content")), page)
    name, text = _words(page, "p-name"), text_of(body)
    named = (part for part in body.iterdescendants() if name_of(part) in HEADINGS and text_of(part) == name)
    titles = list(islice(chain(_of_class(body, "graf--title"), named), 1))  # the heading that is the headline
    times = [part for part in _of_class(page, "dt-published") if part.get("datetime")][:1]
    if not (text or all_named(body, "img")):
        raise NotAnArticle(f"a post without text on Medium: {name}", path=piece.path)
    if times and not titles and text.startswith(name.removesuffix("…").rstrip()):
        raise NotAnArticle(f"a response to a post on Medium, not an article: {name}", path=piece.path)
    item = Item(encoding=decoded.encoding, damage=list(map(Damage, decoded.codes)))
    item.headline = next(filter(None, (*map(text_of, titles), name)), None)
    item.deck = _words(body, "graf--subtitle") or None
    # A post does not show the rule above its first section.
    for part in (*titles, *_of_class(body, "graf--subtitle")[:1], *_of_class(body, "section-divider")[:1]):
        part.clear(keep_tail=True)
    item.fragment = read_elements([body])
    summary = _words(page, "p-summary")
    if not summary.endswith(("…", "...")):
        item.add_description("p-summary", summary)
    item.authors = list(map(text_of, _of_class(page, "p-author")))
    if not (piece.site and piece.site.source):
        item.source = next(iter(item.authors), None)  # the account, of a paper or a person
    item.add_tags(text_of(link) for part in _of_class(page, "p-tags") for link in all_named(part, "a"))
    for time in times:
        item.set_date("published", time.get("datetime"), found_as="dt-published")
    links = (*(time.getparent() for time in times), *_of_class(page, "p-canonical")[:1])  # around the date, and its own
    addresses = [link.get("href") or "" for link in links if link is not None and name_of(link) == "a"]
    of_web = list(filter(WEB_ADDRESS.fullmatch, addresses))
    item.id, item.url = (of_web[0], of_web[-1]) if of_web else (None, None)  # the id as in Medium's feeds
    former_paths = tuple(dict.fromkeys(filter(None, map(path_in, reversed(addresses)))))
    is_draft = not times or piece.path.name.startswith("draft_")
    return replace(story_of(piece, item), former_paths=former_paths, withheld=Withheld.DRAFT if is_draft else None)


def _of_class(element: Element, name: str) -> list[Element]:
    return [part for part in element.iterdescendants() if name in classes_of(part)]


def _words(element: Element, name: str) -> str:
    return next(map(text_of, _of_class(element, name)), "")
