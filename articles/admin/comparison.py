"""Compares the values as loaded, of staff and of the source, side by side."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext, gettext_lazy as _

from articles.catalogue.loaded import FIELDS, edited_photo_fields, loaded_photo, loaded_source, loaded_tags, own_blocks
from articles.editorial.history import place_words
from articles.models import Article, Conflict, Photo, Source, Tag
from articles.models.fields import label_of, label_of_photo
from articles.text.diff import PARAGRAPH, Piece, word_diff
from articles.text.keys import digest_of
from articles.text.markdown import plain
from articles.text.merge import clash_alone, unchanged_by_both
from articles.text.phrases import listed

NOTHING = _("(nothing)")
SHORT = 120  # characters of a paragraph, or of a value in a list
BEFORE = 30  # characters before a difference
SHOWN_OF_A_PHOTO = ("caption", "credit_line", "alt_text", "creator", "src")
PARAGRAPH_ENDS = re.compile(r"\n[^\S\n]*\n\s*")


def article_fields(article: Article) -> dict[str, str]:
    loaded = article.as_loaded
    changed = (name for name in FIELDS if name in loaded and loaded[name] != getattr(article, name))
    found = {name: _loaded_words(loaded[name]) for name in changed}
    if (source_id := loaded_source(article)) != article.source_id:
        found["source"] = str(Source.objects.filter(pk=source_id or 0).first() or NOTHING)
    if "body" in loaded and loaded["body"] != digest_of(article.body.encode()):
        found["body"] = article.body_as_loaded or str(NOTHING)
    return found


def photo_fields(article: Article, photo: Photo) -> dict[str, str]:
    loaded = loaded_photo(article, photo) or {}
    return {name: _loaded_words(loaded[name]) for name in edited_photo_fields(article, photo) if name in loaded}


def changes(article: Article) -> list[tuple[str, str]]:
    """Staff changes since the load, as label and loaded value."""
    found = [(label_of(name), words) for name, words in article_fields(article).items()]
    photos = list(article.photos.all())
    for photo in photos:
        for name, words in photo_fields(article, photo).items():
            found.append((label_of_photo(photo.number, name), words))
    kept = {photo.loaded_number for photo in photos}
    for number, loaded in enumerate(article.as_loaded.get("photos", []), 1):
        if number not in kept:
            label = gettext("Photo %(number)s, withdrawn or removed since") % {"number": number}
            found.append((label, _loaded_words(loaded.get("caption"))))
    tag_ids = {tagging.tag_id for tagging in article.taggings.all()}
    if "tags" in article.as_loaded and (tags := loaded_tags(article)) != tag_ids:
        names = Tag.objects.filter(pk__in=tags).order_by("name").values_list("name", flat=True)
        found.append((gettext("Tags"), listed(list(names)) or str(NOTHING)))
    return found


def _loaded_words(value: Any) -> str:
    words = ", ".join(map(str, value)) if isinstance(value, list) else value
    return str(NOTHING if words in ("", None) else words)


def field_words(conflict: Conflict) -> str:
    """``Headline``, ``Caption of photo 2``, ``A photo that staff removed``."""
    if conflict.field != "photo":
        label = label_of(conflict.field)
        values = {"field": label, "number": conflict.photo.number} if conflict.photo else {}
        return gettext("%(field)s of photo %(number)s") % values if values else label
    if conflict.photo:
        return gettext("Photo %(number)s, gone from the source") % {"number": conflict.photo.number}
    return gettext("A photo that staff removed")


def source_names(conflicts: Iterable[Conflict], *others: Any) -> dict[int, str]:
    """Names by id, in one query, of the sources in conflicts about the source; ``others``: further ids."""
    about = [conflict for conflict in conflicts if conflict.field == "source"]
    ids = {pk for row in about for pk in (row.loaded, row.ours, row.theirs, *others) if pk}
    return dict(Source.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def value_words(conflict: Conflict, value: Any, names: dict[int, str]) -> str:
    """A value as text, ``""`` if it is empty. ``names``: of sources, by id."""
    if isinstance(value, dict):
        words = [(label_of(name), value.get(name, "")) for name in SHOWN_OF_A_PHOTO]
        return "\n".join(f"{label}: {text}" for label, text in words if text)
    if isinstance(value, list):
        return "\n".join(map(str, value))
    if conflict.field == "source":
        return names.get(value, str(value)) if value else ""
    if conflict.field == "position":
        return place_words(value)
    if conflict.field == "digest":
        return gettext("File %(digest)s") % {"digest": value[:12]} if value else ""
    return "" if value is None else str(value)


def excerpts(conflict: Conflict, names: dict[int, str]) -> tuple[str, str]:
    """Ours and theirs, shortened for a list to start just before the first difference."""
    ours, theirs = (value_words(conflict, value, names) for value in (conflict.ours, conflict.theirs))
    shorter = min(len(ours), len(theirs))
    alike = next((at for at in range(shorter) if ours[at] != theirs[at]), shorter)
    start = ours.rfind(" ", 0, alike - BEFORE) + 1 if alike > 2 * BEFORE else 0
    lead = "…" if start else ""
    first, second = (Truncator(text[start:].strip()).chars(SHORT) for text in (ours, theirs))
    return f"{lead}{first}" if first else "", f"{lead}{second}" if second else ""


@dataclass(frozen=True, slots=True)
class Row:
    """One passage in the three columns; or ``alike``: paragraphs that are the same in all of them."""

    loaded: str = ""
    ours: list[Piece] = field(default_factory=list)
    theirs: list[Piece] = field(default_factory=list)
    alike: Sequence[str] = ()


def columns_of(conflict: Conflict, ours: Any) -> list[Row]:
    values = (conflict.loaded, ours, conflict.theirs)
    names = source_names([conflict], ours)
    loaded, our, their = (value_words(conflict, value, names) for value in values)
    if conflict.field == "body":
        texts = (clash_alone(loaded, our, their), our, their)
        return list(_aligned(*(list(filter(None, PARAGRAPH_ENDS.split(text.strip()))) for text in texts)))
    if conflict.field == "position":
        blocks = [plain(block) for block in own_blocks(conflict.article)]
        loaded, our, their = (_with_paragraph(value, blocks) for value in values)
    if conflict.field in ("source", "position"):
        return [Row(loaded, _unmarked(our), _unmarked(their))]
    row = _row_of(loaded, our, their)
    if conflict.field == "photo" and ours is None:
        return [Row(loaded, _unmarked(gettext("Staff removed this photo.")), row.theirs)]
    if conflict.field == "photo":
        return [Row(loaded, row.ours, _unmarked(gettext("The source no longer shows this photo.")))]
    return [row]


def _row_of(loaded: str, ours: str, theirs: str) -> Row:
    return Row(loaded, word_diff(loaded, ours), word_diff(loaded, theirs))


def _unmarked(words: str) -> list[Piece]:
    return [Piece(words, "same")] if words else []


def _with_paragraph(place: Any, blocks: list[str]) -> str:
    """``After paragraph 2: “It was full.”``."""
    words = place_words(place)
    if not 0 < place <= len(blocks):
        return words
    return gettext("%(place)s: “%(text)s”") % {"place": words, "text": Truncator(blocks[place - 1]).chars(SHORT)}


def _aligned(loaded: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Row]:
    """Rows of paragraphs between those that neither side changed: paired if all have equally many, else as one row."""
    place = our_place = their_place = 0
    for start, end, our_start, their_start in unchanged_by_both(loaded, ours, theirs):
        changed = loaded[place:start], ours[our_place:our_start], theirs[their_place:their_start]
        if len(set(map(len, changed))) == 1:
            yield from map(_row_of, *changed)
        else:
            yield _row_of(*map(PARAGRAPH.join, changed))
        if start < end:
            yield Row(alike=loaded[start:end])
        place, our_place, their_place = end, our_start + end - start, their_start + end - start
