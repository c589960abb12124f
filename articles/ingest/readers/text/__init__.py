"""Scraped plain text: wording and order tell headline, metadata lines, captions and boilerplate apart."""

import gc
from dataclasses import dataclass, field, replace

from articles.ingest.parsing.boilerplate import WIRE_SIGNS
from articles.ingest.parsing.credits_in_text import is_caption_cut
from articles.ingest.parsing.dateline import find_dateline
from articles.ingest.parsing.decoding import decode
from articles.ingest.parsing.frame import Frame
from articles.ingest.parsing.metadata import PrintedDate, Role
from articles.ingest.parsing.whitespace import INVISIBLE, NUL, fold_lines, removal_codes, split_lines
from articles.ingest.readers.text.layout import Layout
from articles.ingest.readers.text.part import NO_METADATA, Part
from articles.ingest.story import Damage, Story, StoryPhoto, ledger_of
from articles.text.damage import DamageCode

# Signs of damage in a line.
_SIGNS: dict[str, frozenset[str]] = {
    DamageCode.REPLACEMENT_CHARACTERS: frozenset("\ufffd"),
    DamageCode.NUL_REMOVED: frozenset(NUL),
    DamageCode.INVISIBLE_REMOVED: frozenset(INVISIBLE),
}
TEXT_BEGINS, TEXT_ENDS = "\x02", "\x03"  # in an item of IPTC 7901


def read(data: bytes, frame: Frame | None = None) -> Story:
    """Read one article. Never fails: an input without text gives a story with the damage ``empty``. ``frame``: of the
    texts of its site.

    ``body`` and ``blocks`` stay empty; a later stage derives them from ``paragraphs``. The texts of the ledger, joined,
    are the decoded input, without its byte order mark and an incomplete last character.

    Garbage collection is paused: it doubles the time of a long story and finds nothing, since stories have no cycles.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        return _read(data, frame or Frame())
    finally:
        if was_on:
            gc.enable()


def _read(data: bytes, frame: Frame) -> Story:
    decoded = decode(data)
    lines = split_lines(decoded.text)
    removed = removal_codes(decoded.text)
    folded = fold_lines(lines, has_invisible=bool(removed))
    if TEXT_BEGINS in decoded.text:
        marks = TEXT_BEGINS + TEXT_ENDS
        folded = [line if line.startswith(tuple(WIRE_SIGNS)) else line.strip(marks) for line in folded]
    damage = []  # of decoding and of removing invisible characters, with the first line that shows it
    for code in (*decoded.codes, *removed):
        line = max(1, len(lines)) if code == DamageCode.TEXT_CUT else None
        if signs := _SIGNS.get(code):
            line = next(number for number, text in enumerate(lines, start=1) if not signs.isdisjoint(text))
        is_shown = line and lines and code in decoded.codes
        damage.append(Damage(code, line=line, text=folded[line - 1] if line and is_shown else ""))
    parts = _Parts(damage, [("blank", "")] * len(lines))
    for part in Layout(lines, folded, frame).arrange():
        parts.add(part)
    if parts.stripped and parts.source is None:
        parts.damage.append(parts.stripped)
    story = Story(
        headline=parts.headline,
        byline=parts.byline,
        dateline=next(filter(None, map(find_dateline, parts.paragraphs[: 1 + parts.has_deck])), None),
        published=parts.iso.get("published"),
        published_printed=parts.printed.get("published"),
        updated=parts.iso.get("updated"),
        updated_printed=parts.printed.get("updated"),
        source=parts.source,
        photos=tuple(parts.photos),
        paragraphs=tuple(parts.paragraphs),
        boilerplate=tuple(parts.boilerplate),
        ledger=ledger_of(lines, parts.became),
        encoding=decoded.encoding,
    )
    return replace(story, damage=(*parts.damage, *(story.gaps() if any(folded) else [Damage(DamageCode.EMPTY)])))


@dataclass(slots=True)
class _Parts:
    damage: list[Damage]
    became: list[tuple[str, str]]  # by line
    headline: str | None = None
    byline: str | None = None
    source: str | None = None
    iso: dict[Role, str] = field(default_factory=dict)
    printed: dict[Role, str] = field(default_factory=dict)
    photos: list[StoryPhoto] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    boilerplate: list[str] = field(default_factory=list)
    has_deck: bool = False
    awaited: Role | None = None
    stripped: Damage | None = None

    def add(self, part: Part) -> None:
        if part.kind == "paragraph":
            self.paragraphs.append(part.text)
            paragraph = f"paragraph {len(self.paragraphs)}"
            self._account(part, "paragraph", paragraph)
            if part.is_put_back:
                self.damage.append(Damage(DamageCode.PROSE_KEPT, paragraph, part.lines[0] + 1, part.text))
        elif part.metadata is not NO_METADATA:
            self._add_metadata(part)
        elif (credit := part.credit) is not None:
            position = len(self.paragraphs)
            self.photos.append(StoryPhoto(credit.caption, credit.name, position, credit.kind, credit_raw=credit.raw))
            photo = f"photo {len(self.photos)}"
            self._account(part, "caption", ", ".join([photo, *map(self._drop, credit.dropped)]))
            first, last = part.lines[0] + 1, part.lines[-1] + 1
            if credit.is_cut:
                self.damage.append(Damage(DamageCode.CREDIT_CUT, photo, last, credit.raw or ""))
            if credit.caption is None:
                self.damage.append(Damage(DamageCode.CAPTION_MISSING, photo, first, part.text))
            elif is_caption_cut(credit.caption):
                self.damage.append(Damage(DamageCode.CAPTION_CUT, photo, last, credit.caption))
        elif part.kind == "headline":
            self.headline = part.text
            self._account(part, "headline", "headline")
        else:
            self._account(part, "boilerplate", self._drop(part.text))

    def _drop(self, text: str) -> str:
        self.boilerplate.append(text)
        return f"boilerplate {len(self.boilerplate)}"

    def _account(self, part: Part, kind: str, became: str) -> None:
        for number in part.lines:
            self.became[number] = kind, became

    def _add_metadata(self, part: Part) -> None:
        line, metadata = part.lines[0] + 1, part.metadata
        self.has_deck |= len(self.paragraphs) == 1
        became = [self._add_date(date, line, part.text) for date in metadata.dates]
        for name, value in (("source", metadata.source), ("byline", metadata.byline)):
            if value is not None and getattr(self, name) not in (None, value):  # a different second one is dropped
                became.append(self._drop(value))
            elif value is not None:
                setattr(self, name, value)
                became.append(name)
        if metadata.is_source_stripped and self.stripped is None:
            self.stripped = Damage(DamageCode.SOURCE_STRIPPED, "source", line, part.text)
        became += map(self._drop, metadata.dropped)
        self.awaited = metadata.awaits
        became = list(dict.fromkeys(became)) or [metadata.awaits or "source"]
        kind = "boilerplate" if metadata.source is None and metadata.dropped else "source"
        if metadata.dates or metadata.awaits:
            kind = "date"
        elif metadata.byline is not None:
            kind = "byline"
        self._account(part, kind, ", ".join(became))

    def _add_date(self, date: PrintedDate, line: int, text: str) -> str:
        role = date.role if date.is_labelled else self.awaited or date.role
        self.awaited = None
        before = self.printed.get(role)
        self.printed[role] = date.printed if before is None else f"{before} | {date.printed}"
        if date.problem:
            self.damage.append(Damage(date.problem, role, line, date.printed))
        if role in self.iso and date.iso:
            self.damage.append(Damage(DamageCode.SEVERAL_DATES, role, line, text))
        elif date.iso:
            self.iso[role] = date.iso
        return role
