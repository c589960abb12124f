"""The other formats of an article: JSON, Markdown and plain text, all complete, with captions and credits in place."""

import json
import re
import textwrap
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, TypeVar

import yaml
from django.db.models import Model

from articles.catalogue.loaded import FIELDS, edited_fields
from articles.editorial.provenance import Provenance
from articles.models import Article, Correction, Damage, Original, Photo, Source, Tag
from articles.models.fields import LISTS
from articles.public.listings.rows import by_article, damage_in
from articles.text import markdown, shown_credits
from articles.text.damage import DamageCode, damage_words
from articles.text.dates import correction_words, dates_sentence
from articles.text.messages import gettext
from articles.text.originals import BOILERPLATE_KEY
from articles.text.phrases import absent, listed

# Of fields that site generators have another name for.
_IN_FRONT_MATTER = {
    "headline": "title", "deck": "description", "published": "date", "updated": "lastmod", "url": "canonical_url",
    "former_paths": "aliases",
}  # fmt: skip
Block = TypeVar("Block", bound=str)
_LIST_OR_ROW = re.compile(r"(<(?:/?[ou]l|li|tr)\b[^>]*>)")
_CELL_END = re.compile(r"</t[dh]>\s*")


@dataclass(frozen=True, slots=True)
class Whole:
    """An article with all its related rows. ``absolute`` makes paths absolute addresses."""

    article: Article
    photos: Sequence[Photo]
    tags: Sequence[Tag]
    damage: Sequence[Damage]
    original: Original | None
    absolute: Callable[[str], str]
    corrections: Sequence[Correction] = ()
    authors: Mapping[str, Tag] = field(default_factory=dict)  # those with a page, by their names in the article
    provenance: Mapping[str, Provenance] = field(default_factory=dict)


def known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def in_order(blocks: Sequence[Block], photos: Sequence[Photo]) -> list[tuple[list[Photo], Sequence[Block]]]:
    """The photos of each place in a body, and the blocks after them; first those at the beginning, maybe none."""
    places: defaultdict[int, list[Photo]] = defaultdict(list, {0: []})
    for photo in photos:
        places[min(photo.position, len(blocks))].append(photo)
    starts = sorted(places)
    return [(places[start], blocks[start:end]) for start, end in zip(starts, [*starts[1:], None], strict=True)]


def as_json(whole: Whole) -> str:
    """The keys of the story, then those of the archive. ``null``: not given by the source."""
    article, original = whole.article, whole.original
    codes = {damage.code for damage in whole.damage}
    url = whole.absolute(article.get_absolute_url())
    of_original = ("name", "form", "encoding", "size_bytes", "digest")
    values = {
        **_values(article, *FIELDS),
        **{name: getattr(article, name) for name in LISTS},
        "source": article.source.name if article.source else None,
        "id": article.external_id or None,
        "tags": [tag.name for tag in whole.tags],
        "body": markdown.defused(article.body),
        "paragraphs": [markdown.plain(block) for block in article.blocks],
        "photos": [_photo_json(photo, whole) for photo in whole.photos],
        BOILERPLATE_KEY: original.boilerplate if original else [],
        "warnings": sorted(codes),
        "key": article.key,
        "permalink": url,
        "short_address": whole.absolute(article.short_url),
        "archive_date": article.archive_date.isoformat() if article.archive_date else None,
        **_values(article, "published_printed", "updated_printed"),
        "html": "\n".join(article.blocks),
        "tag_addresses": {tag.name: whole.absolute(tag.get_absolute_url()) for tag in whole.tags},
        "source_address": whole.absolute(article.source.get_absolute_url()) if article.source else None,
        **{name: value or None for name, value in Source.rights_of(article.source).items()},
        "edited_here": edited_fields(article) if article.as_loaded else [],
        "corrections": [
            {"made_at": correction.made_at.isoformat(timespec="seconds"), "note": correction.note}
            for correction in whole.corrections
        ],
        "provenance": {name: found.as_json() for name, found in whole.provenance.items()},
        "damage": [_damage_json(damage, codes) for damage in whole.damage],
        "original": {**{name: getattr(original, name) for name in of_original}, "address": f"{url}original"}
        if original
        else None,
    }
    return json.dumps(values, ensure_ascii=False, indent=2) + "\n"


def _values(row: Model, *names: str) -> dict[str, Any]:
    """These fields of a row; ``None`` for empty ones."""
    return {name: getattr(row, name) or None for name in names}


def _damage_json(damage: Damage, codes: Collection[str]) -> dict[str, Any]:
    return {**_values(damage, "code", "field", "line", "text"), "words": damage_words(damage, codes=codes)}


def _photo_json(photo: Photo, whole: Whole) -> dict[str, Any]:
    return {
        **_values(photo, "kind", "caption"),
        "credit": photo.credit_line or None,
        **_values(photo, "credit_raw"),
        "position": photo.position,
        **_values(photo, "alt_text", "src", "number", "digest", "width_px", "height_px", "creator", "copyright_notice"),
        "from_file": photo.from_file,
        "damage": [_damage_json(damage, ()) for damage in damage_of(photo, whole.damage)],
        "page": whole.absolute(photo.address_in(whole.article)),
        "files": [
            {
                "url": whole.absolute(rendition.url),
                **({"url_webp": whole.absolute(rendition.url_webp)} if rendition.file_webp else {}),
                **{name: getattr(rendition, name) for name in ("width_px", "height_px")},
            }
            for rendition in photo.renditions.all()
        ],
    }


def as_text(whole: Whole) -> str:
    article = whole.article
    head = [
        article.headline or f"[{absent('headline')}]",
        article.deck,
        article.byline or listed(article.authors),
        article.source.name if article.source else f"{absent('source')}.",
        dates_sentence(article),
        *map(correction_words, whole.corrections),
    ]
    blocks = [_wrapped(piece) for piece in head if piece]
    for photos, following in in_order(article.blocks, whole.photos):
        for photo in photos:
            note = caption_note(photo, whole.damage)
            words = filter(None, [photo.caption or gettext("No caption."), note, str(shown_credits.credit_of(photo))])
            blocks.append(_wrapped(f"[{photo.get_kind_display()}. {' '.join(words)}]"))
        blocks += map(_in_lines, following)
    if whole.tags:
        blocks.append(_wrapped(gettext("Tags: %(tags)s") % {"tags": ", ".join(tag.name for tag in whole.tags)}))
    blocks.append(whole.absolute(article.get_absolute_url()))
    return "\n\n".join(blocks) + "\n"


def caption_note(photo: Photo, damage: Iterable[Damage]) -> str:
    """That the caption is cut off in the source; ``""`` if it is not, or if staff have completed it."""
    codes = {item.code for item in damage_of(photo, damage) if not item.is_settled}
    return gettext(shown_credits.CAPTION_CUT) if DamageCode.CAPTION_CUT in codes else ""


def caption_notes(photos: Collection[Photo]) -> dict[int, str]:
    """``caption_note`` by the id of the photo, for photos of several articles."""
    damage = by_article(damage_in([photo.article_id for photo in photos]))
    return {photo.pk: caption_note(photo, damage[photo.article_id]) for photo in photos}


def damage_of(photo: Photo, damage: Iterable[Damage]) -> list[Damage]:
    """Damage numbers photos as the source does, so a photo of staff has none."""
    return [item for item in damage if item.field == f"photo {photo.loaded_number}"]


def _wrapped(text: str, mark: str = "") -> str:
    """``mark`` begins the first line; the others are indented by its length."""
    lines = textwrap.fill(
        text, 100, initial_indent=mark, subsequent_indent=" " * len(mark), break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
    return lines or text


def _in_lines(block: str) -> str:
    """A rendered block as plain text: list items and rows of tables are lines, other blocks wrapped."""
    lines: list[str] = []
    numbers: list[int | None] = []  # of the next item in each open list; ``None`` without numbers
    mark = ""
    for piece in _LIST_OR_ROW.split(block):
        if piece.startswith(("<ol", "<ul")):
            start = re.search(r'start="(\d+)"', piece)
            numbers.append((int(start[1]) if start else 1) if piece.startswith("<ol") else None)
        elif piece in ("</ol>", "</ul>"):
            numbers.pop()
        elif piece.startswith("<li") and numbers:
            number = numbers[-1]
            mark = "   " * (len(numbers) - 1) + ("- " if number is None else f"{number}. ")
            numbers[-1] = None if number is None else number + 1
        elif text := " | ".join(map(markdown.plain, _CELL_END.split(piece.removesuffix("</tr>")))).removesuffix(" | "):
            lines.append(_wrapped(text, mark))
            mark = " " * len(mark)
    return "\n".join(lines)


def as_markdown(whole: Whole) -> str:
    article = whole.article
    values = {
        **{_IN_FRONT_MATTER.get(name, name): getattr(article, name) for name in FIELDS},
        "source": article.source.name if article.source else "",
        "tags": [tag.name for tag in whole.tags],
        "id": article.external_id,
        "slug": article.slug,
        "archived_at": whole.absolute(article.get_absolute_url()),
        "corrections": [correction_words(correction) for correction in whole.corrections],
    }
    matter = yaml.safe_dump(known(values), allow_unicode=True, sort_keys=False, width=1000)
    return f"---\n{matter}---\n\n" + markdown.defused("\n\n".join(_markdown_blocks(whole))) + "\n"


def _markdown_blocks(whole: Whole) -> list[str]:
    """The body's Markdown with photos between its blocks, or after it, if it has other blocks than the HTML."""
    figures = {photo.pk: figure_markdown(photo, whole.absolute) for photo in whole.photos}
    pieces = [piece for piece in whole.article.body.split("\n\n") if piece.strip()]
    if len(pieces) != len(whole.article.blocks):
        return [*filter(None, [whole.article.body]), *figures.values()]
    blocks: list[str] = []
    for photos, following in in_order(pieces, whole.photos):
        blocks += [*(figures[photo.pk] for photo in photos), *following]
    return blocks


def figure_markdown(photo: Photo, absolute: Callable[[str], str]) -> str:
    """A photo as an HTML figure, which Markdown allows. The credit ends the caption in brackets, where a reader of
    Markdown looks for it. A photo without a file's name gets a name of no file, so that it is still read as a photo.
    """
    src = absolute(photo.largest.url) if photo.largest else photo.src or f"not-held/{photo.kind}-{photo.number}"
    words = escape(" ".join(filter(None, [photo.caption, credit_markdown(photo)])), quote=False)
    return f'<figure><img src="{escape(src)}" alt="{escape(photo.alt_text)}"><figcaption>{words}</figcaption></figure>'


def credit_markdown(photo: Photo) -> str:
    """As printed, else ``[Photo/NAME]``, ``[Photo provided to …]``, else the copyright notice, else ``""``."""
    if photo.credit_raw and shown_credits.is_printed_as(photo.credit_line, photo.credit_raw):
        return photo.credit_raw
    name = shown_credits.credited_name(photo) or shown_credits.creators_of(photo)
    sign = " " if shown_credits.goes_on_from_label(name) else "/"
    label = f"{photo.kind.capitalize()}{sign}" if name else ""
    return f"[{label}{name or photo.copyright_notice}]" if name or photo.copyright_notice else ""
