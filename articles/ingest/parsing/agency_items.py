"""Stories from the fields, text and pictures of agency items, in any format."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from html import unescape

from articles.ingest.parsing.dateline import find_dateline
from articles.ingest.parsing.fields import byline_of, language_tag, shortened
from articles.ingest.parsing.html_pictures import is_small
from articles.ingest.parsing.html_to_markdown import Fragment, read_html, without_headline
from articles.ingest.parsing.html_to_markdown.writing import Block, write
from articles.ingest.parsing.iso_dates import read_date, why_unread
from articles.ingest.parsing.story_photos import Delivered, photo_damage, story_photo, with_credit
from articles.ingest.parsing.whitespace import fold
from articles.ingest.story import Damage, Piece, Story, StoryPhoto
from articles.text.keys import bare
from articles.text.markdown import escape_text, plain

WITHDRAWN = {"canceled": "canceled", "cancelled": "canceled", "withheld": "withheld"}

_BY = re.compile(r"^by\s*:?\s+(?=\S)", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[ \t\r\f\v]*\n")
_TAG = re.compile(r"</?[a-z][a-z0-9]*+(?:\s[^<>]*)?/?>", re.IGNORECASE)
# Fewer equal letters at the start of a text are chance.
_SHORTEST_REPETITION = 20


@dataclass(slots=True)
class Item:
    """An item being read: fields of its story, and what the others are made of. ``pictures``: delivered with the item;
    those in the text are in ``fragment``. ``account``: values without a field, as ``key: value``.
    """

    id: str | None = None
    url: str | None = None
    headline: str | None = None
    deck: str | None = None
    byline: str | None = None
    authors: list[str] = field(default_factory=list)
    dateline: str | None = None
    located: str | None = None
    published: str | None = None
    published_printed: str | None = None
    updated: str | None = None
    updated_printed: str | None = None
    source: str | None = None
    section: str | None = None
    language: str | None = None
    _tags: dict[str, str] = field(default_factory=dict)
    tag_kinds: dict[str, str] = field(default_factory=dict)
    fragment: Fragment = field(default_factory=Fragment)
    pictures: list[Delivered] = field(default_factory=list)
    account: list[str] = field(default_factory=list)
    damage: list[Damage] = field(default_factory=list)
    evidence: dict[str, str] = field(default_factory=dict)
    withdrawn: str | None = None
    encoding: str = "utf-8"

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(self._tags.values())

    def set_date(self, name: str, printed: str | None, *, found_as: str) -> None:
        """Set ``published`` or ``updated`` unless it is set. An unreadable date is damage."""
        text = (printed or "").strip()
        if not text or getattr(self, f"{name}_printed") is not None:
            return
        iso = read_date(text)
        if iso is None:
            self.damage.append(Damage(why_unread(text), name, text=text))
            return
        setattr(self, name, iso)
        setattr(self, f"{name}_printed", text)
        self.evidence[name] = found_as

    def set_language(self, tag: str | None) -> None:
        """Set the language unless it is set; invalid tags are ignored."""
        if self.language is None:
            self.language = language_tag(tag)

    def leave_out(self, key: str, value: object) -> None:
        if shown := shortened(value):
            self.account.append(f"{key}: {shown}")

    def add_tags(self, names: Iterable[str | None], kind: str | None = None) -> None:
        for name in names:
            tag = fold(name or "")
            if tag:
                tag = self._tags.setdefault(tag.casefold(), tag)
                self.tag_kinds |= {tag: kind} if kind else {}

    def opens_with(self, text: str) -> bool:
        """``True`` if the text begins with these words, after its headline and dateline if it shows them."""
        blocks = without_headline(self.fragment, self.headline)[0].blocks[:20]
        opening, words = bare(" ".join(block.text for block in blocks)), bare(text)
        first = len(bare(blocks[0].text)) if blocks else 0
        return len(words) >= _SHORTEST_REPETITION and words in opening[: max(first, len(words))]

    def add_description(self, key: str, text: str) -> None:
        """Use a description as the deck, unless there is one or it repeats the beginning of the text."""
        text = fold(text)
        if not text:
            return
        if self.deck is None and not self.opens_with(text) and text != self.headline:
            self.deck = text
            self.evidence["deck"] = key
        elif text != self.deck:
            self.account.append(f"{key}: {text}")


# Fields that a story has from its item as they are.
_COPIED = {one.name for one in fields(Item)} & {one.name for one in fields(Story)} - {"authors", "dateline", "evidence"}


def published_and_updated(
    item: Item, *, first: tuple[str, str | None], version: tuple[str, str | None], number: str | None
) -> None:
    """Set the item's dates from those of its first and of this version, each with the name of its field. If only this
    version has a date, its number decides: from the second on, it is an update, else the publication.
    """
    item.set_date("published", first[1], found_as=first[0])
    if item.published is None and not is_later_version(number):
        item.set_date("published", version[1], found_as=version[0])
    elif version[1] and (item.published is None or read_date(version[1].strip()) != item.published):
        item.set_date("updated", version[1], found_as=version[0])


def is_later_version(number: str | None) -> bool:
    return number is not None and number.strip().isdecimal() and int(number) > 1


def withdrawal(status: str | None, note: str | None) -> str | None:
    """The reason for a withdrawal, from a status such as ``canceled`` or ``stat:withheld``; ``None``: not withdrawn."""
    word = WITHDRAWN.get((status or "").strip().rpartition(":")[2].rpartition("/")[2].casefold())
    return None if word is None else f"{word} by its source" + (f": {fold(note)}" if note and fold(note) else "")


def without_by(byline: str) -> str | None:
    return _BY.sub("", fold(byline), count=1) or None


def fragment_of(paragraphs: Iterable[str]) -> Fragment:
    """``paragraphs``: plain and folded."""
    return Fragment(tuple(Block(escape_text(text), text, "p") for text in paragraphs))


def paragraphs_of(text: str) -> Fragment:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    parts = _BLANK_LINE.split(text) if _BLANK_LINE.search(text.strip()) else text.split("\n")
    return fragment_of(filter(None, map(fold, parts)))


def html_or_text(text: str) -> Fragment:
    return read_html(text) if _TAG.search(text) else paragraphs_of(unescape(text))


def story_of(piece: Piece, item: Item) -> Story:
    item.byline = item.byline or byline_of(item.authors, item.language)
    fragment, repeated = without_headline(item.fragment, item.headline)
    body = write(fragment.blocks)
    paragraphs = tuple(map(plain, body.blocks))
    for name, text in fragment.labels:
        if name in ("source", "section") and getattr(item, name) is None:
            setattr(item, name, text)
        elif name in ("byline", "author") and item.byline is None:
            item.byline = without_by(text)
        else:
            item.account.append(f"{name}: {text}")
    if item.dateline and (read_date(item.dateline) or not re.search(r"[^\W\d_]", item.dateline)):
        item.leave_out("dateline", item.dateline)  # only a date
        item.dateline = None
    dateline = item.dateline or (find_dateline(paragraphs[0]) if paragraphs else None)
    if dateline is None and item.located:  # the place of filing
        item.evidence["dateline"] = "located"
    elif item.located != dateline:
        item.leave_out("located", item.located)
    photos = _photos(piece, item, fragment, len(body.blocks))
    story = Story(
        **{name: getattr(item, name) for name in _COPIED},
        authors=tuple(dict.fromkeys(item.authors)),
        dateline=dateline or item.located,
        tags=item.tags,
        photos=photos,
        body=body.markdown,
        blocks=body.blocks,
        paragraphs=paragraphs,
        boilerplate=(*item.account, *([repeated] if repeated else []), *fragment.dropped),
        evidence=dict(item.evidence),
    )
    of_photos = [damage for number, photo in enumerate(photos, 1) for damage in photo_damage(photo, number, None)]
    return replace(story, damage=(*item.damage, *story.gaps(), *of_photos))


def _photos(piece: Piece, item: Item, fragment: Fragment, blocks: int) -> tuple[StoryPhoto, ...]:
    """The pictures of the text, merged with delivered ones; others follow the text if it has any, else precede it."""
    delivered_all = tuple(map(with_credit, item.pictures))
    unplaced, placed = list(delivered_all), []
    for shown in map(with_credit, fragment.pictures):
        # A picture may be shown twice.
        candidates = (*unplaced, *delivered_all)
        delivered = next((picture for picture in candidates if not picture.names.isdisjoint(shown.names)), None)
        if delivered is not None:
            if delivered in unplaced:
                unplaced.remove(delivered)
            names = ("caption", "credit", "alt_text")
            words = {name: getattr(shown, name) or getattr(delivered, name) for name in names}
            shown = replace(
                delivered,
                **words,
                renditions=(*delivered.renditions, *shown.renditions),
                creator=delivered.creator or shown.creator,
                copyright_notice=delivered.copyright_notice or shown.copyright_notice,
                position=shown.position,
                refs=delivered.refs | shown.refs,
            )
        placed.append(replace(shown, position=min(shown.position, blocks)))
    for picture in unplaced:
        placed.append(replace(picture, position=blocks if placed else 0))
    placed.sort(key=lambda picture: picture.position)
    photos = [story_photo(piece, picture) for picture in placed]
    small = [photo for photo in photos if not (photo.caption or photo.credit_raw) and is_small(photo.file)]
    for photo in small:
        item.leave_out("picture", photo.src)
    return tuple(photo for photo in photos if photo not in small)
