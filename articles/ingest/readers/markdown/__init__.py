"""Markdown with front matter, as site generators and content management systems keep and export articles.

Front matter is YAML, TOML, JSON or header lines. Of several keys for a field, the first in the lists of
``parsing.fields`` with a value counts; unread keys are listed in ``boilerplate``. A file name such as
``2014-09-25-design-studio.md``, or a path on the former site, gives a missing date and slug.
"""

import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from articles.ingest.parsing.credits_in_captions import credit_line, credit_name, ends_in_copyright
from articles.ingest.parsing.credits_in_text import split_credit
from articles.ingest.parsing.dateline import find_dateline
from articles.ingest.parsing.decoding import decode
from articles.ingest.parsing.fields import NAMES, Fields, byline_of
from articles.ingest.parsing.former_paths import day_in, slug_of
from articles.ingest.parsing.html_pictures import is_decoration, is_small
from articles.ingest.parsing.iso_dates import read_date
from articles.ingest.parsing.local_files import find_photo
from articles.ingest.parsing.story_photos import make_photo, photo_damage
from articles.ingest.parsing.whitespace import split_lines
from articles.ingest.readers.markdown.body_layout import Layout, lay_out
from articles.ingest.readers.markdown.front_matter import read_front_matter, starts_front_matter
from articles.ingest.readers.markdown.lead_photos import is_same, lead_pictures
from articles.ingest.readers.markdown.line_ledger import keep_ledger
from articles.ingest.readers.markdown.pictures import Body, Picture, words_of
from articles.ingest.story import Damage, Piece, Story, StoryPhoto, Withheld
from articles.text.damage import DamageCode
from articles.text.paths import host_of, path_of

# “The <i> element” is none.
_MARKUP = re.compile(r"<(\w+)[^<>]*>[^<]+</\1>|<br\b|\*\*\w[^*]*\*\*", re.IGNORECASE)
_INLINE = re.compile(r"(`+)([^`]+)\1|\[([^\[\]]+)\]\([^()\s]*\)")  # code and links
_DATED_NAME = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?:[-_ ]+(.+))?")
_BY = re.compile(r"^(?:written )?by[ :]\s*", re.IGNORECASE)
_WITHHELD_TAGS = frozenset({"draft", "private"})  # of Nikola; sports have “Draft”


def looks_like(head: bytes) -> bool:
    return starts_front_matter(decode(head).text)


def read(piece: Piece, data: bytes) -> Story:
    """Read one article. Raises ``BadMetadata`` for front matter that is malformed or not closed."""
    decoded = decode(data)
    lines = split_lines(decoded.text.replace("\0", ""))
    front = read_front_matter(lines, piece.path)
    own = dict(piece.site.keys if piece.site else ())
    front.lines = {own.get(key, key): line for key, line in front.lines.items()}
    fields = Fields({own.get(key, key): value for key, value in front.values.items()}, front.lines)
    story = _read_fields(fields, piece.path)
    body = Body("\n".join(line.rstrip("\r\n") for line in lines[front.size :]))
    for number, picture in enumerate(body.pictures):
        if not _is_photo(piece, picture):
            body.leave_out(number)
    has_metadata = bool(story.byline or story.published_printed or story.updated_printed)
    layout = lay_out(body, story.headline, has_metadata=has_metadata)
    if layout.metadata:  # of two dates of a kind, the first counts
        values: dict[str, Any] = {"byline": layout.metadata.byline, "source": story.source or layout.metadata.source}
        for date in reversed(layout.metadata.dates):
            values |= {date.role: date.iso, f"{date.role}_printed": date.printed}
        story = replace(story, **values)
    photos, damage = _photos(piece, fields, layout, front.size, story.url or "")
    story = replace(
        story,
        headline=story.headline or layout.headline,
        dateline=story.dateline or (find_dateline(layout.paragraphs[0]) if layout.paragraphs else None),
        photos=tuple(photos),
        body=layout.body,
        blocks=layout.blocks,
        paragraphs=layout.paragraphs,
        boilerplate=(*fields.left_over(), *layout.dropped),
        encoding=decoded.encoding,
    )
    codes = [*decoded.codes, *([DamageCode.NUL_REMOVED] if "\0" in decoded.text else [])]
    repeated = [Damage(DamageCode.METADATA_REPEATED, key, front.lines.get(key), key) for key in front.repeated]
    unread = [Damage(DamageCode.SITE_CODE, "body", line + 1 + front.size, code) for line, code in body.codes]
    gaps = story.gaps() if decoded.text.strip() else [Damage(DamageCode.EMPTY)]
    return replace(
        story,
        damage=(*map(Damage, codes), *repeated, *fields.damage, *damage, *unread, *gaps),
        ledger=keep_ledger(split_lines(decoded.text), front.size, fields, layout, photos),
    )


def _read_fields(fields: Fields, path: Path) -> Story:
    headline = _as_words(fields.text("headline", *NAMES["headline"]))
    deck = _as_words(fields.text("deck", *NAMES["deck"]))
    dates = fields.when("published", *NAMES["published"]) | fields.when("updated", *NAMES["updated"])
    slug, former_paths = fields.slug_and_paths()
    dated_name = _DATED_NAME.fullmatch(path.parent.name if path.stem == "index" else path.stem)
    if dated_name and read_date(dated_name[1]):
        day, slug = dated_name[1], slug or slug_of(dated_name[2] or "")
    else:
        day = next(filter(None, map(day_in, former_paths)), None)
    if day and "published" not in dates:
        dates |= {"published": read_date(day), "published_printed": day}
    published = dates.get("published")
    sections = fields.texts("section", *NAMES["section"], split=True)  # all but the first are tags
    tags = fields.texts("tags", *NAMES["tags"], split=True)
    folded_tags = set(map(str.casefold, tags))
    language = fields.language(*NAMES["language"])
    listed = fields.texts("authors", "authors", split=True)
    authors = tuple(listed or fields.texts("authors", *NAMES["authors"], split=False))
    url = fields.web_address("url", *NAMES["url"], "source")
    return Story(
        headline=headline,
        deck=None if deck and headline and deck.rstrip(".").casefold() == headline.casefold() else deck,
        byline=_BY.sub("", fields.text("byline", "byline") or "") or byline_of(authors, language),
        authors=authors,
        dateline=fields.text("dateline", "dateline"),
        **dates,
        source=fields.text("source", *(name for name in NAMES["source"] if fields.read_as.get(name) != "url")),
        section=next(iter(sections), None),
        language=language,
        url=url,
        id=fields.text("id", *NAMES["id"]),
        slug=slug,
        former_paths=former_paths,
        tags=(*tags, *(name for name in sections[1:] if name.casefold() not in folded_tags)),
        withheld=fields.withheld(published) or (None if _WITHHELD_TAGS.isdisjoint(tags) else Withheld.TAGGED),
    )


def _as_words(text: str | None) -> str | None:
    if not text or _MARKUP.search(text):
        return text and words_of(text)
    return _INLINE.sub(lambda marked: (marked[2] or marked[3]).strip(), text)


def _photos(
    piece: Piece, fields: Fields, layout: Layout, front_size: int, url: str
) -> tuple[list[StoryPhoto], list[Damage]]:
    """Lead pictures that are not in the body, then those of the body; and their damage. ``url``: of the article."""
    leads = []
    for lead in filter(partial(_is_photo, piece), lead_pictures(fields, piece)):
        shown = next((picture for picture in layout.pictures if is_same(lead, picture)), None)
        if shown is None:
            leads.append(lead)
            continue
        shown.alt, shown.caption = shown.alt or lead.alt, shown.caption or lead.caption
        shown.credit = shown.credit or lead.credit
    photos, damage = [], []
    positions = (*[0] * len(leads), *layout.positions)
    for number, (picture, position) in enumerate(zip((*leads, *layout.pictures), positions, strict=True), 1):
        if not picture.credit and split_credit(picture.caption) is None and (name := credit_line(picture.caption)):
            picture.credit, picture.caption = name, ""  # “Image credit: Jane Doe”
        named = StoryPhoto(
            src=next((src for src in picture.others if find_photo(piece, src)), picture.src),
            alt_text=picture.alt,
            caption=picture.caption or _caption_in_alt(picture),
            credit=picture.credit,
            position=position,
        )
        photo = make_photo(piece, named)
        photo = replace(photo, credit=credit_name(photo.credit or "") or photo.credit)
        if (host := host_of(url)) and host == host_of(picture.src):
            photo = replace(photo, file=find_photo(piece, path_of(picture.src).partition("?")[0]))
        photos.append(photo)
        damage += photo_damage(photo, number, picture.first_line + 1 + (front_size if number > len(leads) else 0))
    return photos, damage


def _is_photo(piece: Piece, picture: Picture) -> bool:
    if picture.caption or picture.credit or _caption_in_alt(picture):
        return True
    if picture.is_decoration or is_decoration({}, [picture.src]):
        return False
    return not is_small(find_photo(piece, picture.src))


def _caption_in_alt(picture: Picture) -> str:
    """An alt text that ends in a credit, and so was meant as a caption; else ``""``."""
    caption = None if picture.credit else split_credit(picture.alt) or ends_in_copyright(picture.alt)
    return picture.alt if caption and caption.caption and caption.name else ""
