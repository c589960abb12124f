"""The fields of a NewsML-G2 item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from articles.ingest.parsing.agency_items import Item, is_later_version, published_and_updated, withdrawal, without_by
from articles.ingest.parsing.credits_in_text import split_credit
from articles.ingest.parsing.delivered_pictures import Delivered, Rendition
from articles.ingest.parsing.html_to_markdown import Fragment
from articles.ingest.parsing.html_to_markdown.elements import Element, text_of
from articles.ingest.parsing.html_to_markdown.writing import Block
from articles.ingest.parsing.nitf import read_nitf
from articles.ingest.parsing.safe_xml import XML_LANG, children
from articles.ingest.readers.newsml_g2.content import content_of
from articles.ingest.readers.newsml_g2.package import code_of, item_class, local
from articles.ingest.story import PhotoKind
from articles.text.markdown import escape_text

_DECKS = frozenset({"sub", "subheadline", "subhead", "deck", "secondary", "subtitle"})
_SUMMARIES = frozenset({"", "summary", "abstract", "caption", "description", "short", "teaser"})
_PICTURES = frozenset({"picture", "graphic", "animation", "photo", "image"})
_MOVING = frozenset({"video", "audio"})
# Identifiers, and the rules of codes. Not noted.
_NOT_NOTED = frozenset({"itemClass", "catalogRef", "catalog", "contentSet", "groupSet", "assert"})


@dataclass(frozen=True, slots=True)
class Names:
    """An item's names for codes (qcode, URI or literal), and its language."""

    by_code: dict[str, str] = field(default_factory=dict)
    language: str | None = None

    def of(self, element: Element) -> str | None:
        """The name in an element, or the name that an ``assert`` of its item gives to its code."""
        names = [part for part in children(element, "name") if text_of(part)]
        wanted = (self.language or "?").casefold().partition("-")[0]
        spoken = (part for part in names if (part.get(XML_LANG) or "").casefold().partition("-")[0] == wanted)
        own = next(spoken, names[0] if names else None)
        if own is not None:
            return text_of(own)
        codes = (element.get(key) for key in ("qcode", "uri", "literal"))
        return next((name for code in codes if code and (name := self.by_code.get(code))), None)


def names_in(item: Element) -> Names:
    tags = [part.get("tag") for meta in children(item, "contentMeta") for part in children(meta, "language")]
    language = next((tag for tag in [*tags, item.get(XML_LANG)] if tag), None)
    plain = Names(language=language)
    by_code: dict[str, str] = {}
    for part in children(item, "assert"):
        if name := plain.of(part):
            by_code |= {code: name for key in ("qcode", "uri", "literal") if (code := part.get(key))}
    return Names(by_code, language)


def _parts(item: Element, *blocks: str) -> Iterator[Element]:
    for meta in children(item, *blocks):
        yield from meta


def _parts_named(item: Element, block: str, name: str) -> list[Element]:
    return [part for part in _parts(item, block) if local(part) == name]


def _texts(item: Element, block: str, name: str) -> list[Element]:
    return [part for part in _parts_named(item, block, name) if text_of(part)]


# --- Status -----------------------------------------------------------------------------------------------------------


def status_of(part: Element) -> str | None:
    """The reason for a withdrawal; ``None`` if not withdrawn."""
    notes = [text_of(note) for note in _texts(part, "itemMeta", "edNote")]
    status = next(iter(_parts_named(part, "itemMeta", "pubStatus")), None)
    return None if status is None else withdrawal(code_of(status), next(iter(notes), None))


# --- Text -------------------------------------------------------------------------------------------------------------


def read_item_text(item: Item, part: Element, names: Names) -> str | None:
    """Fill a story's empty fields from an item, and read its text. Returns the markup of content that is not text."""
    kind = item_class(part)
    sets = [part] if local(part) == "contentSet" else list(children(part, "contentSet"))
    contents = [content_of(content) for content in sets]
    used: set[Element] = set()
    _read_meta(item, part, names, used)
    for content in contents:
        if content.nitf is not None and not item.fragment.blocks:
            guid = item.id
            read_nitf(item, content.nitf)
            item.id = guid or item.id
        elif content.fragment is not None and not item.fragment.blocks:
            item.fragment = content.fragment
        item.account += content.skipped
    renditions = [rendition for content in contents for rendition in content.renditions]
    if kind not in _PICTURES | _MOVING:
        renditions = [rendition for rendition in renditions if rendition.is_surely_a_picture]
    if kind != "audio" and (renditions or kind in _PICTURES | _MOVING):  # a picture as a story of its own
        item.pictures.append(_delivered(part, names, renditions, kind, used))
    _read_descriptions(item, part, kind, used)
    _note_rest(item, part, used)
    return next((content.payload for content in contents if content.payload), None)


def _read_meta(item: Item, part: Element, names: Names, used: set[Element]) -> None:
    item.set_language(names.language)
    _read_headlines(item, part, used)
    for by in _take(_texts(part, "contentMeta", "by"), used):
        item.byline = item.byline or without_by(text_of(by))
    for dateline in _take(_texts(part, "contentMeta", "dateline"), used):
        item.dateline = item.dateline or text_of(dateline)
    for located in _parts_named(part, "contentMeta", "located"):
        if item_class(part) not in _PICTURES and item.located is None and (place := names.of(located)):
            item.located = place
            used.add(located)
    if item_class(part) not in _PICTURES and local(part) != "packageItem":
        creators = [creator for creator in _parts_named(part, "contentMeta", "creator") if names.of(creator)]
        item.authors += filter(None, map(names.of, _take(creators, used)))
    _read_source(item, part, names, used)
    _read_dates(item, part, used)
    for subject in _parts_named(part, "contentMeta", "subject"):
        if name := names.of(subject):
            item.add_tags([name])
            used.add(subject)
    item.add_tags(text_of(word) for word in _take(_texts(part, "contentMeta", "keyword"), used))


def _take(parts: list[Element], used: set[Element]) -> list[Element]:
    used.update(parts)
    return parts


def _read_headlines(item: Item, part: Element, used: set[Element]) -> None:
    headlines = _texts(part, "contentMeta", "headline")
    decks = [line for line in headlines if _role(line) in _DECKS]
    mains = [line for line in headlines if line not in decks]
    if mains and item.headline is None:
        main = next((line for line in mains if _role(line) in ("", "main")), mains[0])
        item.headline = text_of(main)
        used.add(main)
    if decks and item.deck is None:
        item.deck = text_of(decks[0])
        used.add(decks[0])
    titles = _texts(part, "itemMeta", "title")
    if item.headline is None and titles and not any(True for _ in children(part, "groupSet")):
        item.headline = text_of(titles[0])
        item.evidence["headline"] = "title"
        used.add(titles[0])


def _role(element: Element) -> str:
    return (element.get("role") or "").rpartition(":")[2].casefold()


def _read_source(item: Item, part: Element, names: Names, used: set[Element]) -> None:
    """The publication: the provider's name, else the source of the information, else the rights holder."""
    for block, wanted in (("itemMeta", "provider"), ("contentMeta", "infoSource"), ("rightsInfo", "copyrightHolder")):
        for child in _parts_named(part, block, wanted):
            name = names.of(child)
            if item.source is None and name:
                item.source = name
                item.evidence["source"] = wanted
            if name and name == item.source:
                used.add(child)


def _read_dates(item: Item, part: Element, used: set[Element]) -> None:
    def first_text(block: str, name: str) -> str | None:
        elements = _texts(part, block, name)[:1]
        used.update(elements)
        return text_of(elements[0]) if elements else None

    first, found_as = first_text("itemMeta", "firstCreated"), "firstCreated"
    if first is None and item_class(part) not in _PICTURES | _MOVING:
        first, found_as = first_text("contentMeta", "contentCreated"), "contentCreated"
    version = first_text("itemMeta", "versionCreated")
    if item.published is None and item.updated is None:
        number = part.get("version")
        published_and_updated(item, first=(found_as, first), version=("versionCreated", version), number=number)
    if is_later_version(part.get("version")):
        item.leave_out("version", part.get("version"))


def _read_descriptions(item: Item, part: Element, kind: str, used: set[Element]) -> None:
    """A summary is the deck, unless it repeats the beginning of the text; a script is text."""
    for description in _texts(part, "contentMeta", "description"):
        if description in used:
            continue
        used.add(description)
        role = _role(description)
        text = text_of(description)
        if kind in _MOVING and not item.fragment.blocks:
            item.fragment = Fragment((Block(escape_text(text), text, "p"),))
        elif role in _SUMMARIES and local(part) != "contentSet":
            item.add_description(f"description {role}".strip(), text)
        else:
            item.account.append(f"description {role}: {text}")


# --- Pictures ---------------------------------------------------------------------------------------------------------


def read_picture(item: Item, part: Element, names: Names) -> list[Delivered]:
    """The pictures of an item in a story with a text; values without a field of photos are noted."""
    if status := status_of(part):
        item.leave_out(f"picture {part.get('guid') or ''}".strip(), status)
        return []
    used: set[Element] = set()
    renditions = [part for content in children(part, "contentSet") for part in content_of(content).renditions]
    picture = _delivered(part, names, renditions, item_class(part), used)
    _note_rest(item, part, used, only=("contentMeta",))
    return [picture]


def _delivered(part: Element, names: Names, renditions: list[Rendition], kind: str, used: set[Element]) -> Delivered:
    captions = _texts(part, "contentMeta", "description")
    chosen = next((text for text in captions if _role(text) == "caption"), captions[0] if captions else None)
    used.update([] if chosen is None else [chosen])
    caption = text_of(chosen) if chosen is not None else None
    creators = [creator for creator in _parts_named(part, "contentMeta", "creator") if names.of(creator)]
    credits = _take(_texts(part, "contentMeta", "creditline"), used)
    notices = _take(_texts(part, "rightsInfo", "copyrightNotice"), used)
    by = _take(_texts(part, "contentMeta", "by"), used)
    creator = ", ".join(filter(None, map(names.of, _take(creators, used)))) or next(iter(map(text_of, by)), None)
    photo_kind: PhotoKind = "video" if kind == "video" else "photo"
    credit = next(iter(map(text_of, credits)), None)
    if credit is None and not (caption and split_credit(caption)):
        credit = creator
    return Delivered(
        renditions=tuple(renditions),
        caption=caption,
        credit=credit,
        creator=creator,
        copyright_notice=next(iter(map(text_of, notices)), None),
        kind=photo_kind,
        refs=frozenset(filter(None, [part.get("guid")])),
    )


def _note_rest(item: Item, part: Element, used: set[Element], *, only: tuple[str, ...] = ()) -> None:
    for child in _parts(part, *(only or ("itemMeta", "contentMeta", "rightsInfo"))):
        if child not in used and local(child) not in _NOT_NOTED:
            references = (child.get(key) for key in ("qcode", "uri", "literal", "href", "rel"))
            item.leave_out(local(child), text_of(child) or ", ".join(filter(None, references)))
