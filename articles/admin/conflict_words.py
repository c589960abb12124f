"""Conflicts in words: the field, the values, and the three of them side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.utils.text import Truncator

from articles.admin.columns import Row, row_of, rows_of
from articles.admin.loaded import label_of
from articles.catalogue.loaded import own_blocks
from articles.models import Conflict, Source
from articles.text.diff import Piece
from articles.text.markdown import plain
from articles.text.merge import clash_alone

SHORT = 120  # characters of a paragraph, or of a value in a list
BEFORE = 30  # characters before a difference
REMOVED_BY_STAFF, GONE = "Staff removed this photo.", "The source no longer shows this photo."
SHOWN_OF_A_PHOTO = ("caption", "credit_line", "alt_text", "creator", "src")


def field_words(conflict: Conflict) -> str:
    """``Headline``, ``Caption of photo 2``, ``A photo that staff removed``."""
    if conflict.field != "photo":
        label = label_of(conflict.field)
        return f"{label} of photo {conflict.photo.number}" if conflict.photo else label
    return f"Photo {conflict.photo.number}, gone from the source" if conflict.photo else "A photo that staff removed"


def value_words(conflict: Conflict, value: Any, names: dict[int, str]) -> str:
    """A value as a person reads it; ``""`` for nothing. ``names`` are those of sources."""
    if isinstance(value, dict):
        words = [(label_of(name), value.get(name, "")) for name in SHOWN_OF_A_PHOTO]
        return "\n".join(f"{label}: {text}" for label, text in words if text)
    if isinstance(value, list):
        return "\n".join(map(str, value))
    if conflict.field == "source":
        return names.get(value, f"source {value}") if value else ""
    if conflict.field == "position":
        return place_words(value)
    return "" if value is None else str(value)


def excerpts(ours: str, theirs: str) -> tuple[str, str]:
    """Two values short enough for a list, each from a few words before the first difference on."""
    shorter = min(len(ours), len(theirs))
    alike = next((at for at in range(shorter) if ours[at] != theirs[at]), shorter)
    start = ours.rfind(" ", 0, alike - BEFORE) + 1 if alike > 2 * BEFORE else 0
    lead = "…" if start else ""
    first, second = (Truncator(text[start:].strip()).chars(SHORT) for text in (ours, theirs))
    return f"{lead}{first}" if first else "", f"{lead}{second}" if second else ""


def place_words(place: int) -> str:
    return f"After paragraph {place}" if place else "Before the first paragraph"


def source_names(conflicts: Iterable[Conflict]) -> dict[int, str]:
    """The names of the sources that conflicts are about, in one query."""
    ids = {pk for one in conflicts if one.field == "source" for pk in (one.loaded, one.ours, one.theirs) if pk}
    return dict(Source.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def columns_of(conflict: Conflict, ours: Any) -> list[Row]:
    """The three values beside each other, ``ours`` as it is live."""
    names = source_names([conflict])
    if ours != conflict.ours and conflict.field == "source":
        names |= dict(Source.objects.filter(pk=ours).values_list("pk", "name"))
    loaded, our, their = (value_words(conflict, value, names) for value in (conflict.loaded, ours, conflict.theirs))
    if conflict.field == "body":
        return rows_of(clash_alone(loaded, our, their), our, their)
    if conflict.field == "source":
        return [_unmarked(loaded, our, their)]
    if conflict.field == "position":
        blocks = [plain(block) for block in own_blocks(conflict.article)]
        return [_unmarked(*(_with_paragraph(value, blocks) for value in (conflict.loaded, ours, conflict.theirs)))]
    row = row_of(loaded, our, their)
    if conflict.field == "photo" and ours is None:
        return [replace(row, ours=[Piece(REMOVED_BY_STAFF, "same")])]
    return [replace(row, theirs=[Piece(GONE, "same")])] if conflict.field == "photo" else [row]


def _unmarked(loaded: str, ours: str, theirs: str) -> Row:
    return Row(loaded, [Piece(ours, "same")] if ours else [], [Piece(theirs, "same")] if theirs else [])


def _with_paragraph(place: Any, blocks: list[str]) -> str:
    """``After paragraph 2: “It was full.”``."""
    words = place_words(place)
    return f"{words}: “{Truncator(blocks[place - 1]).chars(SHORT)}”" if 0 < place <= len(blocks) else words
