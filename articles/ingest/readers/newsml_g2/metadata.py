"""The fields of a NewsML-G2 item, and its content: text in one of several markups, and renditions of a picture."""

from dataclasses import dataclass, field
from itertools import chain

from articles.ingest.parsing import agency_items
from articles.ingest.parsing.agency_items import Item, is_later_version, published_and_updated, withdrawal, without_by
from articles.ingest.parsing.credits_in_text import split_credit
from articles.ingest.parsing.html_to_markdown import Fragment, read_elements, read_html
from articles.ingest.parsing.html_to_markdown.elements import Element, all_named, name_of, text_of
from articles.ingest.parsing.nitf import read_nitf
from articles.ingest.parsing.safe_xml import XML_LANG, children
from articles.ingest.parsing.story_photos import Delivered, Rendition, number_of
from articles.ingest.readers.newsml_g2.package import TABLES, code_of, item_class, local

_DECKS, _SUMMARIES, _PICTURES, _MOVING, _NOT_NOTED = (
    frozenset(TABLES[name]) for name in ("decks", "summaries", "pictures", "moving", "not_noted")
)
_CODES = ("qcode", "uri", "literal")


@dataclass(slots=True)
class Content:
    """The parts of a ``contentSet``."""

    nitf: Element | None = None  # text with its own headline and byline
    fragment: Fragment | None = None  # any other text
    renditions: list[Rendition] = field(default_factory=list)
    payload: str | None = None  # the markup of data that is not text
    skipped: list[str] = field(default_factory=list)  # descriptions of skipped content

    @property
    def has_text(self) -> bool:
        return self.nitf is not None or self.fragment is not None


def content_of(content_set: Element) -> Content:
    """The content of a ``contentSet``; of several versions of a text, the first."""
    content = Content()
    for part in content_set:
        name = local(part)
        if name == "inlineXML":
            _read_xml(content, part)
        elif name == "inlineData":
            _read_data(content, part)
        elif name == "remoteContent":
            href = "".join((part.get("href") or "").split()).removeprefix("file:///")
            names = [part.get("rendition") or "", *map(text_of, children(part, "altId"))]
            names += [extra.get("literal") or "" for extra in children(part, "remoteContentExtProperty")]
            width_px, height_px, size_bytes = (number_of(part.get(key)) for key in ("width", "height", "size"))
            media_type = (part.get("contenttype") or "").strip().casefold()
            if href:
                content.renditions.append(Rendition(href, width_px, height_px, size_bytes, media_type, " ".join(names)))
    return content


def _read_xml(content: Content, inline: Element) -> None:
    for child in inline:
        nitf = next((part for part in child.iter() if name_of(part) == "nitf"), None)
        if content.has_text:
            content.skipped.append(f"inlineXML: another form of the text, {_type(inline)}")
        elif nitf is not None:
            content.nitf = nitf
        elif name_of(child) in ("html", "body", "div", "article", "section", "p"):
            loose = name_of(child) in ("p", "div")  # paragraphs without a page
            fragment = read_elements([inline if loose else next(iter(all_named(child, "body")), child)])
            content.fragment = fragment if fragment.blocks or fragment.pictures else None
        else:
            content.payload = content.payload or name_of(child)
            content.skipped.append(f"inlineXML: {name_of(child)}, {_type(inline)}")


def _read_data(content: Content, inline: Element) -> None:
    text, kind = "".join(inline.itertext()), _type(inline)
    if not text.strip():
        return
    note = f"inlineData: {len(text):,} characters of {kind}"
    if inline.get("encoding") or content.has_text:
        content.skipped.append(note)
    elif "html" in kind or (kind == "no stated type" and text.lstrip().startswith("<")):
        content.fragment = read_html(text)
    elif "xml" in kind or "json" in kind:
        content.payload = content.payload or kind
        content.skipped.append(note)
    else:
        content.fragment = agency_items.paragraphs_of(text)


def _type(inline: Element) -> str:
    return (inline.get("contenttype") or "").strip() or "no stated type"


class G2Item:
    """An item, or its ``contentSet`` alone. ``used``: elements whose values the story has; the others are noted."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self.kind = item_class(element)
        self.used: set[Element] = set()
        tags = [part.get("tag") for part in self._named("contentMeta", "language")]
        self.language = next((tag for tag in [*tags, element.get(XML_LANG)] if tag), None)
        named = ((part, name) for part in children(element, "assert") if (name := self._own_name(part)))
        self.names = {code: name for part, name in named for key in _CODES if (code := part.get(key))}  # of codes

    @property
    def withdrawn(self) -> str | None:
        """The reason for a withdrawal; ``None`` if not withdrawn."""
        notes = map(text_of, self._texts("itemMeta", "edNote"))
        status = next(iter(self._named("itemMeta", "pubStatus")), None)
        return None if status is None else withdrawal(code_of(status), next(notes, None))

    def _named(self, block: str, name: str) -> list[Element]:
        return [part for meta in children(self.element, block) for part in children(meta, name)]

    def _texts(self, block: str, name: str) -> list[Element]:
        return [part for part in self._named(block, name) if text_of(part)]

    def _take(self, block: str, name: str, most: int | None = None) -> list[str]:
        """The texts of elements that the story then has."""
        taken = self._texts(block, name)[:most]
        self.used.update(taken)
        return [text_of(part) for part in taken]

    def _own_name(self, element: Element) -> str | None:
        names = [part for part in children(element, "name") if text_of(part)]
        wanted = (self.language or "?").casefold().partition("-")[0]
        spoken = (part for part in names if (part.get(XML_LANG) or "").casefold().partition("-")[0] == wanted)
        own = next(spoken, names[0] if names else None)
        return None if own is None else text_of(own)

    def _name(self, element: Element) -> str | None:
        """The name in an element, or the name that an ``assert`` of the item gives to its code."""
        of_code = (name for key in _CODES if (code := element.get(key)) and (name := self.names.get(code)))
        return self._own_name(element) or next(of_code, None)

    def _kind(self, subject: Element) -> str | None:
        """The kind of a subject by its nature (``cpnat:person``), as itself or an ``assert`` states it."""
        codes = {code for key in _CODES if (code := subject.get(key))}
        same = (part for part in children(self.element, "assert") if codes & {part.get(key) for key in _CODES})
        natures = [subject.get("type") or "", *map(code_of, chain(*(children(part, "type") for part in same)))]
        named = (nature.strip().rpartition(":")[2].rpartition("/")[2].casefold() for nature in natures)
        return next((kind for nature in named if (kind := TABLES["natures"].get(nature))), None)

    def _creators(self) -> list[str]:
        named = {part: name for part in self._named("contentMeta", "creator") if (name := self._name(part))}
        self.used.update(named)
        return list(named.values())

    def read_text(self, item: Item) -> str | None:
        """Fill a story's empty fields, and read its text. Returns the markup of content that is not text."""
        sets = [self.element] if local(self.element) == "contentSet" else children(self.element, "contentSet")
        contents = [content_of(content) for content in sets]
        self._read_fields(item)
        for content in contents:
            if content.nitf is not None and not item.fragment.blocks:
                read_nitf(item, content.nitf)
            elif content.fragment is not None and not item.fragment.blocks:
                item.fragment = content.fragment
            item.account += content.skipped
        renditions = [rendition for content in contents for rendition in content.renditions]
        if self.kind not in _PICTURES | _MOVING:
            renditions = [rendition for rendition in renditions if rendition.is_surely_a_picture]
        if self.kind != "audio" and (renditions or self.kind in _PICTURES | _MOVING):  # a picture as a story of its own
            item.pictures.append(self._delivered(renditions))
        self._read_descriptions(item)
        self._note_rest(item, "itemMeta", "contentMeta", "rightsInfo")
        return next((content.payload for content in contents if content.payload), None)

    def _read_fields(self, item: Item) -> None:
        item.set_language(self.language)
        self._read_headlines(item)
        for by in self._take("contentMeta", "by"):
            item.byline = item.byline or without_by(by)
        for dateline in self._take("contentMeta", "dateline"):
            item.dateline = item.dateline or dateline
        for located in self._named("contentMeta", "located"):
            if self.kind not in _PICTURES and item.located is None and (place := self._name(located)):
                item.located = place
                self.used.add(located)
        if self.kind not in _PICTURES and local(self.element) != "packageItem":
            item.authors += self._creators()
        # The publication: the provider's name, else the source of the information, else the rights holder.
        blocks = {"provider": "itemMeta", "infoSource": "contentMeta", "copyrightHolder": "rightsInfo"}
        for wanted, block in blocks.items():
            for child in self._named(block, wanted):
                name = self._name(child)
                if item.source is None and name:
                    item.source = name
                    item.evidence["source"] = wanted
                if name and name == item.source:
                    self.used.add(child)
        self._read_dates(item)
        for subject in self._named("contentMeta", "subject"):
            if name := self._name(subject):
                item.add_tags([name], self._kind(subject))
                self.used.add(subject)
        item.add_tags(self._take("contentMeta", "keyword"))

    def _read_headlines(self, item: Item) -> None:
        headlines = self._texts("contentMeta", "headline")
        decks = [line for line in headlines if _role(line) in _DECKS]
        mains = [line for line in headlines if line not in decks]
        if mains and item.headline is None:
            main = next((line for line in mains if _role(line) in ("", "main")), mains[0])
            item.headline = text_of(main)
            self.used.add(main)
        if decks and item.deck is None:
            item.deck = text_of(decks[0])
            self.used.add(decks[0])
        if item.headline is None and next(children(self.element, "groupSet"), None) is None:
            for title in self._take("itemMeta", "title", most=1):
                item.headline = title
                item.evidence["headline"] = "title"

    def _read_dates(self, item: Item) -> None:
        def first_text(block: str, name: str) -> str | None:
            return next(iter(self._take(block, name, most=1)), None)

        first, found_as = first_text("itemMeta", "firstCreated"), "firstCreated"
        if first is None and self.kind not in _PICTURES | _MOVING:
            first, found_as = first_text("contentMeta", "contentCreated"), "contentCreated"
        version = first_text("itemMeta", "versionCreated")
        number = self.element.get("version")
        if item.published is None and item.updated is None:
            published_and_updated(item, first=(found_as, first), version=("versionCreated", version), number=number)
        if is_later_version(number):
            item.leave_out("version", number)

    def _read_descriptions(self, item: Item) -> None:
        """A summary is the deck, unless it repeats the beginning of the text; a script is text."""
        for description in self._texts("contentMeta", "description"):
            if description in self.used:
                continue
            self.used.add(description)
            role, text = _role(description), text_of(description)
            if self.kind in _MOVING and not item.fragment.blocks:
                item.fragment = agency_items.fragment_of([text])
            elif role in _SUMMARIES:
                item.add_description(f"description {role}".strip(), text)
            else:
                item.account.append(f"description {role}: {text}")

    def read_picture(self, item: Item) -> list[Delivered]:
        """The pictures of an item in a story with a text; values without a field of photos are noted."""
        if status := self.withdrawn:
            item.leave_out(f"picture {self.element.get('guid') or ''}".strip(), status)
            return []
        sets = children(self.element, "contentSet")
        picture = self._delivered([part for content in sets for part in content_of(content).renditions])
        self._note_rest(item, "contentMeta")
        return [picture]

    def _delivered(self, renditions: list[Rendition]) -> Delivered:
        captions = self._texts("contentMeta", "description")
        chosen = next((text for text in captions if _role(text) == "caption"), captions[0] if captions else None)
        self.used.update([] if chosen is None else [chosen])
        caption = text_of(chosen) if chosen is not None else None
        by = self._take("contentMeta", "by")
        creator = ", ".join(self._creators()) or next(iter(by), None)
        # The maker is credited, unless the caption ends with a credit of its own.
        own_credit = None if caption and split_credit(caption) else creator
        return Delivered(
            renditions=tuple(renditions),
            caption=caption,
            credit=next(iter(self._take("contentMeta", "creditline")), own_credit),
            creator=creator,
            copyright_notice=next(iter(self._take("rightsInfo", "copyrightNotice")), None),
            kind="video" if self.kind == "video" else "photo",
            refs=frozenset(filter(None, [self.element.get("guid")])),
        )

    def _note_rest(self, item: Item, *blocks: str) -> None:
        for child in (child for meta in children(self.element, *blocks) for child in meta):
            if child not in self.used and local(child) not in _NOT_NOTED:
                references = (child.get(key) for key in (*_CODES, "href", "rel"))
                item.leave_out(local(child), text_of(child) or ", ".join(filter(None, references)))


def _role(element: Element) -> str:
    return (element.get("role") or "").rpartition(":")[2].casefold()
