"""NewsML-G2 of the IPTC, version 2.x: news items, packages of them, and messages with several.

A package and its items in the same document are one story: the text with its pictures. Other items of a message are
stories of their own. ``guid`` identifies an item; a text keeps its own within a package. Subjects with names become
tags; codes are not looked up, and catalogues not fetched. ``pubStatus`` marks withdrawals. Values without a field are
listed in ``boilerplate`` as ``key: value``.

Specification: https://iptc.org/standards/newsml-g2/.
"""

from itertools import islice

from articles.ingest.errors import NotAnArticle
from articles.ingest.parsing.agency_items import Item, story_of
from articles.ingest.parsing.html_to_markdown.elements import Element, text_of
from articles.ingest.parsing.safe_xml import Document, children, opening_of, parse_xml
from articles.ingest.readers.base import splitting_xml
from articles.ingest.readers.newsml_g2.metadata import G2Item
from articles.ingest.readers.newsml_g2.package import TABLES, Gathered, items_in, local, one_story, stories_in
from articles.ingest.story import Piece, Story


def looks_like(head: bytes) -> bool:
    opening = opening_of(head)
    is_own = not opening.namespace or opening.namespace.startswith("http://iptc.org/std/nar/")
    return is_own and opening.name in ("newsMessage", *TABLES["items"], *TABLES["fragments"])


def _numbers_of_stories(root: Element) -> list[list[int]]:
    order = {item: number for number, item in enumerate(items_in(root))}
    return [sorted(order[item] for item in story.items) for story in stories_in(list(order))]


split = splitting_xml(TABLES["items"], _numbers_of_stories)


def read(piece: Piece, data: bytes) -> Story:
    """The story of one document. Raises ``NotAnArticle`` for concepts, plans, data, and packages of items elsewhere."""
    document = parse_xml(data, piece.path, first_line=piece.line or 1)
    name = local(document.root)
    if name in TABLES["fragments"] and name != "itemSet":
        item = Item(encoding=document.encoding)
        if name == "contentSet":
            G2Item(document.root).read_text(item)
        if item.headline or item.fragment.blocks:
            return story_of(piece, item)
        reason = f"only the `{name}` of a NewsML-G2 item, without the item"
        raise NotAnArticle(reason, path=piece.path, line=piece.line)
    gathered = one_story(items_in(document.root))
    if gathered is None:
        raise NotAnArticle("a message without items", path=piece.path, line=piece.line)
    if kind := next(filter(None, (TABLES["items"].get(local(item)) for item in gathered.items)), ""):
        parts = [*gathered.items[0].iter()]
        blocks = (part for name in ("concept", "newsCoverage", "itemMeta") for part in parts if local(part) == name)
        names = (text_of(part) for block in blocks for part in children(block, "name", "title"))
        reason = ": ".join((kind, *islice(filter(None, names), 1)))
        raise NotAnArticle(reason, path=piece.path, line=piece.line)
    return _read_story(piece, document, gathered)


def _read_story(piece: Piece, document: Document, gathered: Gathered) -> Story:
    item = Item(encoding=document.encoding, damage=document.damage)
    # A withdrawn picture does not withdraw the story.
    statuses = (G2Item(part).withdrawn for part in gathered.items if part not in gathered.pictures)
    item.withdrawn = next(filter(None, statuses), None)
    payload = None
    for text in gathered.texts:
        item.id = item.id or text.get("guid")
        payload = G2Item(text).read_text(item) or payload
    if gathered.package is not None:
        item.id = item.id or gathered.package.get("guid")
        G2Item(gathered.package).read_text(item)
    guids = {part.get("guid") for part in gathered.items}
    for reference in gathered.references:
        if (address := reference.get("residref")) not in guids:
            item.leave_out("itemRef", next(map(text_of, children(reference, "title")), address))
    for picture in gathered.pictures:
        item.pictures += G2Item(picture).read_picture(item)
    is_empty = item.withdrawn is None and not (item.fragment.blocks or item.pictures or item.fragment.pictures)
    if is_empty and (reason := _content_in_words(gathered, payload)):
        raise NotAnArticle(reason, path=piece.path, line=piece.line)
    return story_of(piece, item)


def _content_in_words(gathered: Gathered, payload: str | None) -> str:
    """The contents of a message without text and pictures, in words; ``""``: nothing."""
    if gathered.package is None or gathered.texts:
        return "" if payload is None else f"its content is data ({payload}), not text"
    listed = gathered.references
    titles = [text for part in listed for title in children(part, "title") if (text := text_of(title))]
    shown = ": " + "; ".join(titles[:3]) + (" …" if len(titles) > 3 else "") if titles else ""
    return f"a package that only lists {len(listed)} other item{'s' if len(listed) != 1 else ''}{shown}"
