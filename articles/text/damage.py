"""Damage: what an original has lost or left unclear, as codes and in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Protocol

DAMAGE = {
    "empty": "The original is empty",
    "no-headline": "The original has no headline",
    "no-date": "The original gives no date",
    "no-body": "The original has no text",
    "several-dates": "The original gives more than one date of a kind; the first one counts",
    "date-ambiguous": "A date can be read in two ways, so it is not used",
    "date-invalid": "A date is in no calendar, so it is not used",
    "date-unread": "This archive cannot read the source’s date",
    "date-after-capture": "The page names a date after the one on which it was saved",
    "source-stripped": "The name of the source is missing beside the date",
    "credit-cut": "A credit is cut off",
    "caption-cut": "A caption is cut off",
    "caption-missing": "A credit stands without a caption",
    "encoding:utf-16": "The original is not UTF-8; it was read as UTF-16",
    "encoding:gb18030": "The original is not UTF-8; it was read as GB 18030",
    "encoding:windows-1252": "The original is not UTF-8; it was read as Windows-1252",
    "replacement-characters": "Some characters could not be read; each stands as �",
    "text-cut": "The original ends in the middle of a character",
    "nul-removed": "NUL characters were taken out of the text",
    "invisible-removed": "Invisible characters were taken out of the text",
    "metadata-repeated": "A field stands twice at the head of the original; one of them counts",
    "metadata-type": "A field at the head of the original holds what it cannot mean, so it is not used",
    "capture-damaged": "The page was not captured whole",
    "language-differs": "The page names another language than that of its words",
    "url-taken": "The address that the source gives is that of another article here",
    "photo-refused": "A photo’s file could not be taken in",
}
# The same after a number of articles, and the other things that a load notes.
NOTED = {
    "empty": "empty",
    "no-headline": "without a headline",
    "no-date": "without a date",
    "date-after-capture": "dated after being saved",
    "no-body": "without text",
    "several-dates": "with more than one date of a kind",
    "date-ambiguous": "with a date that can be read in two ways",
    "date-invalid": "with a date that is in no calendar",
    "date-unread": "with a date that could not be read",
    "source-stripped": "with the source’s name missing beside the date",
    "credit-cut": "with a credit cut off",
    "caption-cut": "with a caption cut off",
    "caption-missing": "with a credit but no caption",
    "encoding:utf-16": "read as UTF-16",
    "encoding:gb18030": "read as GB 18030",
    "encoding:windows-1252": "read as Windows-1252",
    "replacement-characters": "with characters that could not be read",
    "text-cut": "ending in the middle of a character",
    "nul-removed": "with NUL characters taken out",
    "invisible-removed": "with invisible characters taken out",
    "metadata-repeated": "with a field given twice",
    "metadata-type": "with a field that could not be used",
    "capture-damaged": "not captured whole",
    "language-differs": "with a language named that is not the text’s",
    "url-taken": "with the address of another article",
    "photo-refused": "with a photo file refused",
    "photo-file-missing": "photo file not found|photo files not found",
    "draft": "draft, kept but not published|drafts, kept but not published",
    "later-version": "updated by a later version in the same load",
    "near-duplicate": "near-duplicate, listed for staff|near-duplicates, listed for staff",
}
_UNUSED_DATES = {"date-ambiguous", "date-invalid", "date-unread"}
_OF_PHOTO = re.compile(r"photo (\d+)")


class Damaged(Protocol):
    """What one piece of damage is told from."""

    code: str
    field: str
    line: int | None
    text: str


def damage_words(damage: Damaged, *, beside: Collection[str] = ()) -> str:
    """``The credit of photo 2 is cut off``; an unknown code is shown as it is.

    ``beside``: the codes that stand with it. An original has a date where one of them says why it is not used.
    """
    if damage.code == "no-date" and not _UNUSED_DATES.isdisjoint(beside):
        return "No date could be used"
    words = DAMAGE.get(damage.code, damage.code)
    if words == damage.code and words.startswith("encoding:"):
        words = f"The original is not UTF-8; it was read as {words.removeprefix('encoding:')}"
    number = _OF_PHOTO.fullmatch(damage.field)
    if number is None:
        return words
    said = re.sub(r"^A (credit|caption) is ", rf"The \1 of photo {number[1]} is ", words)
    return said if said != words else f"{words} (photo {number[1]})"


def noted_words(code: str, count: int) -> str:
    """``2 with a credit cut off``, ``1 photo file not found``."""
    one, _, many = _noted(code).partition("|")
    return f"{count:,} {many if many and count != 1 else one}"


def damage_kind(code: str) -> str:
    """What sets articles with this damage apart: ``With a credit cut off``; each kind has words of its own."""
    words = _noted(code).partition("|")[0]
    return f"{words[:1].upper()}{words[1:]}"


def _noted(code: str) -> str:
    words = f"read as {code.removeprefix('encoding:')}" if code.startswith("encoding:") else code
    return NOTED.get(code, words)
