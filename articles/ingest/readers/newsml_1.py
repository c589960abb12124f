"""NewsML 1.x of the IPTC: an envelope of news items, each a tree of components with texts and pictures.

``NewsIdentifier`` without the revision identifies an item, so that a new revision is the same item. Texts are NITF,
HTML or plain. Pictures become photos, with the caption of their component. Specification:
https://iptc.org/standards/newsml-1/.
"""

import re
from collections.abc import Iterator

from articles.ingest.errors import NotAnArticle
from articles.ingest.parsing import agency_items
from articles.ingest.parsing.agency_items import Item, published_and_updated
from articles.ingest.parsing.html_to_markdown import read_elements
from articles.ingest.parsing.html_to_markdown.elements import Element, all_named, name_of, text_of
from articles.ingest.parsing.nitf import read_nitf
from articles.ingest.parsing.safe_xml import XML_LANG, children, opening_of, parse_xml
from articles.ingest.parsing.story_photos import Delivered, Rendition, number_of
from articles.ingest.readers.base import splitting_xml
from articles.ingest.story import Piece, Story

_PICTURE = re.compile(r"photo|picture|graphic|image", re.IGNORECASE)
_VIDEO = re.compile(r"video", re.IGNORECASE)
_OTHER = re.compile(r"audio|animation|data|complex", re.IGNORECASE)
_FOR_PROGRAMS = re.compile(r"\bcss\b|style ?sheet|\bxslt?\b|javascript", re.IGNORECASE)
# Roles of texts beside the text, which has the first of ``_MAIN`` that occurs, or another role or none.
_MAIN, _ASIDE = ("body", "main"), frozenset({"title", "headline", "abstract", "contact", "tweettext", "caption"})
_PLACES = ("City", "Country", "CountryArea", "WorldRegion")
_CODE = re.compile("[A-Z0-9]{2,3}")  # codes of places are not tags
_FIELDS = {"headline": "headline", "subheadline": "deck", "byline": "byline", "dateline": "dateline"}


def looks_like(head: bytes) -> bool:
    return opening_of(head).name == "NewsML"


split = splitting_xml({"NewsItem"}, lambda root: [[at] for at, _ in enumerate(children(root, "NewsItem"))])


def read(piece: Piece, data: bytes) -> Story:
    """The story of one news item. Raises ``NotAnArticle`` for topics, catalogues, and an envelope without news."""
    document = parse_xml(data, piece.path, first_line=piece.line or 1)
    item = Item(encoding=document.encoding, damage=document.damage)
    news = next(children(document.root, "NewsItem"), None)
    if news is None:
        raise NotAnArticle("an envelope without a news item", path=piece.path, line=piece.line)
    parts = [part for name in ("ProviderId", "DateId", "NewsItemId") if (part := _text(news, name))]
    item.id = ":".join(["urn:newsml", *parts]) if len(parts) == 3 else _text(news, "PublicIdentifier")
    first, revised = _text(news, "FirstCreated"), _text(news, "ThisRevisionCreated")
    number = _text(news, "RevisionId")
    published_and_updated(item, first=("FirstCreated", first), version=("ThisRevisionCreated", revised), number=number)
    item.withdrawn = agency_items.withdrawal(_formal(news, "Status"), _text(news, "Instruction"))
    for name in ("Urgency", "Priority", "NewsItemType"):
        item.leave_out(name, _formal(news, name))
    item.leave_out("RevisionId", number if number != "1" else None)
    components = [part for part in news.iter() if name_of(part) == "newscomponent"]
    is_for_programs = (_formal(news, "NewsItemType") or "").casefold() in ("catalog", "topicset")
    if is_for_programs or (not components and item.withdrawn is None):
        raise NotAnArticle("a NewsML topic set or catalogue, not a story", path=piece.path, line=piece.line)
    for component in components:
        _read_component(item, component)
    texts: list[Element] = []
    for outer in children(news, "NewsComponent"):
        if _is_picture_component(outer):  # its lines are the story's
            for lines in all_named(outer, "newslines"):
                _read_lines(item, lines)
        texts += _texts(item, outer)
    _read_texts(item, texts)
    return agency_items.story_of(piece, item)


def _read_component(item: Item, component: Element) -> None:
    item.set_language(component.get(XML_LANG) or _formal_of(component, "DescriptiveMetadata", "Language"))
    if _is_picture_component(component) or _role(component) == "caption":
        return
    for lines in children(component, "NewsLines"):
        _read_lines(item, lines)
    for name in ("Provider", "Source"):
        party = _formal_of(component, "AdministrativeMetadata", name)
        if party and item.source is None:
            item.source = party
            item.evidence["source"] = name
    for metadata in children(component, "DescriptiveMetadata"):
        for location in all_named(metadata, "location"):
            named = (part for part in all_named(location, "property") if part.get("FormalName") in _PLACES)
            places = (part.get("Value") or "" for part in named)
            item.add_tags((place for place in places if not _CODE.fullmatch(place)), "place")
        for subject in all_named(metadata, "subject", "subjectmatter", "subjectdetail", "topicoccurrence", "genre"):
            item.leave_out(str(subject.tag), subject.get("FormalName") or subject.get("Topic"))


def _read_lines(item: Item, lines: Element) -> None:
    for part in lines:
        text, field = text_of(part), _FIELDS.get(name_of(part))
        if not text:
            continue
        if field and getattr(item, field) is None:
            setattr(item, field, agency_items.without_by(text) if field == "byline" else text)
        elif name_of(part) == "keywordline":
            item.add_tags([text])
        elif text not in (item.headline, item.deck, item.byline, item.dateline):
            item.leave_out(str(part.tag), text)


def _texts(item: Item, component: Element) -> Iterator[Element]:
    """The contents that are texts, in order; pictures are read, others are left out."""
    if _is_picture_component(component):
        picture = _picture(component)
        if _role(component) == "logo":
            item.leave_out("Logo", picture.renditions[0].href if picture.renditions else None)
        else:
            item.pictures.append(picture)
        return
    for content in children(component, "ContentItem"):
        types = [_formal(content, name) or "" for name in ("MediaType", "MimeType", "Format")]
        text = " ".join(map(text_of, children(content, "DataContent")))
        is_other = _OTHER.search(types[0]) and not all_named(content, "nitf")
        if not text or is_other or _FOR_PROGRAMS.search(" ".join((*types, _role(component)))) or _is_picture(content):
            item.leave_out(f"ContentItem {types[0]}".strip(), content.get("Href") or text)
        else:
            yield content
    for inner in children(component, "NewsComponent"):
        yield from _texts(item, inner)


def _read_texts(item: Item, texts: list[Element]) -> None:
    """Read the text behind its lead; others are the headline, the deck, or left out. The first version counts."""
    roles = [_role(content.getparent()) for content in texts]
    role = next((name for name in _MAIN if name in roles), None) or next((it for it in roles if it not in _ASIDE), None)
    main = texts[roles.index(role)] if role is not None else None
    beside_main = main is not None and main.getparent().getparent()
    abstract = ""
    for role, content in zip(roles, texts, strict=True):
        text = " ".join(map(text_of, children(content, "DataContent")))
        if content is main or (role == "lead" and content.getparent().getparent() is beside_main):
            _read_text(item, content)
        elif role in ("headline", "title"):
            item.headline = item.headline or text
            item.leave_out("ContentItem", text if text != item.headline else None)
        elif role == "abstract":
            abstract = abstract or text
        else:
            item.leave_out(f"ContentItem {role}".strip(), text)
    item.add_description("Abstract", abstract)


def _read_text(item: Item, content: Element) -> None:
    before, body = item.fragment, next(children(content, "DataContent"))
    nitf = next((part for part in body.iter() if name_of(part) == "nitf"), None)
    if nitf is not None:
        read_nitf(item, nitf)
    elif len(body):
        item.fragment = read_elements([next(iter(all_named(body, "body.content", "body")), body)])
    else:
        item.fragment = agency_items.html_or_text(body.text or "")
    item.fragment = before.followed_by(item.fragment)


def _is_picture_component(component: Element) -> bool:
    """``True`` for a component with renditions of one picture and only its caption as text."""
    contents = all_named(component, "contentitem")
    pictures = [part for part in contents if _is_picture(part) or _VIDEO.search(_formal(part, "MediaType") or "")]
    texts = [part for part in contents if part not in pictures]
    captioned = [part for part in all_named(component, "newslines") if all_named(part, "headline", "subheadline")]
    return bool(pictures) and len(captioned) < 2 and all(_role(part.getparent()) == "caption" for part in texts)


def _picture(component: Element) -> Delivered:
    contents = [part for part in all_named(component, "contentitem") if part.get("Href")]
    bodies = all_named(component, "datacontent")
    texts = [text_of(part) for part in bodies if _role(part.getparent().getparent()) == "caption"]
    lines = all_named(component, "newslines")
    for block in lines:
        said = [
            part for part in children(block, "NewsLine") if "caption" in (_formal(part, "NewsLineType") or "").lower()
        ]
        texts += [_text(part, "NewsLineText") or "" for part in said]
        texts += [text_of(part) for name in ("SubHeadLine", "HeadLine") for part in children(block, name)]

    def line(name: str) -> str | None:
        return next(filter(None, (text_of(part) for block in lines for part in children(block, name))), None)

    maker = agency_items.without_by(line("ByLine") or "")
    is_video = any(_VIDEO.search(_formal(part, "MediaType") or "") for part in contents)
    return Delivered(
        renditions=tuple(map(_rendition, contents)),
        caption=next(filter(None, texts), None),
        credit=line("CreditLine") or maker,
        creator=maker,
        copyright_notice=line("CopyrightLine"),
        kind="video" if is_video else "photo",
        refs=frozenset(value for part in component.iter() if (value := part.get("Duid"))),
    )


def _rendition(content: Element) -> Rendition:
    sizes = {part.get("FormalName"): part.get("Value") for part in all_named(content, "property")}
    width_px, height_px = number_of(sizes.get("Width")), number_of(sizes.get("Height"))
    href, media_type = (content.get("Href") or "").strip(), (_formal(content, "MimeType") or "").casefold()
    size_bytes = number_of(_text(content, "SizeInBytes"))
    return Rendition(href, width_px, height_px, size_bytes, media_type, _role(content.getparent()))


def _is_picture(content: Element) -> bool:
    types = f"{_formal(content, 'MediaType') or ''} {_formal(content, 'MimeType') or ''}"
    return bool(_PICTURE.search(types)) or Rendition((content.get("Href") or "").strip()).is_surely_a_picture


def _role(component: Element) -> str:
    return (_formal_child(component, "Role") or "").casefold()


def _text(element: Element, name: str) -> str | None:
    return next((text_of(found) or None for found in all_named(element, name.casefold())), None)


def _formal(element: Element, name: str) -> str | None:
    return next((found.get("FormalName") for found in all_named(element, name.casefold())), None)


def _formal_child(element: Element, name: str) -> str | None:
    return next((part.get("FormalName") for part in children(element, name)), None)


def _formal_of(component: Element, block: str, name: str) -> str | None:
    for metadata in children(component, block):
        for part in children(metadata, name):
            if found := part.get("FormalName") or _formal_child(part, "Party"):
                return found
    return None
