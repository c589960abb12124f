"""Damage, as codes and in words: losses and doubts in an original. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from enum import StrEnum
from typing import Any, Self

from articles.text.phrases import counted, listed


class DamageCode(StrEnum):
    """``words`` describe one original; ``kind`` follows a number of articles, and differs for each code."""

    words: str
    kind: str

    def __new__(cls, code: str, words: str, kind: str) -> Self:
        self = str.__new__(cls, code)
        self._value_, self.words, self.kind = code, words, kind
        return self

    EMPTY = "empty", "The original is empty", "empty"
    NO_HEADLINE = "no-headline", "The original has no headline", "without a headline"
    NO_DATE = "no-date", "The original gives no date", "without a date"
    NO_BODY = "no-body", "The original has no text", "without text"
    SEVERAL_DATES = (
        "several-dates", "The original gives more than one date of a kind; the first one counts",
        "with more than one date of a kind",
    )  # fmt: skip
    DATE_AMBIGUOUS = (
        "date-ambiguous", "A date can be read in two ways, so it is not used",
        "with a date that can be read in two ways",
    )  # fmt: skip
    DATE_INVALID = (
        "date-invalid", "A date is in no calendar, so it is not used",
        "with a date that is in no calendar",
    )  # fmt: skip
    DATE_UNREAD = "date-unread", "This archive cannot read the source’s date", "with a date that could not be read"
    DATE_AFTER_CAPTURE = (
        "date-after-capture", "The page names a date after the one on which it was saved",
        "dated after being saved",
    )  # fmt: skip
    SOURCE_STRIPPED = (
        "source-stripped", "The name of the source is missing beside the date",
        "with the source’s name missing beside the date",
    )  # fmt: skip
    CREDIT_CUT = "credit-cut", "A credit is cut off", "with a credit cut off"
    CAPTION_CUT = "caption-cut", "A caption is cut off", "with a caption cut off"
    CAPTION_MISSING = "caption-missing", "A credit stands without a caption", "with a credit but no caption"
    AS_UTF_16 = "encoding:utf-16", "The original is not UTF-8; it was read as UTF-16", "read as UTF-16"
    AS_GB18030 = "encoding:gb18030", "The original is not UTF-8; it was read as GB 18030", "read as GB 18030"
    AS_WINDOWS_1252 = (
        "encoding:windows-1252", "The original is not UTF-8; it was read as Windows-1252",
        "read as Windows-1252",
    )  # fmt: skip
    REPLACEMENT_CHARACTERS = (
        "replacement-characters", "Some characters could not be read; each stands as �",
        "with characters that could not be read",
    )  # fmt: skip
    TEXT_CUT = "text-cut", "The original ends in the middle of a character", "ending in the middle of a character"
    LINES_LEFT_OUT = (
        "lines-left-out", "The page has more lines than any article; the least of them were left out",
        "with lines left out of a page longer than any article",
    )  # fmt: skip
    DOUBTFUL_TEXT = (
        "doubtful-text", "The text may be another part of the page than its article",
        "with a text that may not be the article’s",
    )  # fmt: skip
    NUL_REMOVED = "nul-removed", "NUL characters were taken out of the text", "with NUL characters taken out"
    INVISIBLE_REMOVED = (
        "invisible-removed", "Invisible characters were taken out of the text",
        "with invisible characters taken out",
    )  # fmt: skip
    METADATA_REPEATED = (
        "metadata-repeated", "A field stands twice at the head of the original; one of them counts",
        "with a field given twice",
    )  # fmt: skip
    METADATA_TYPE = (
        "metadata-type", "A field at the head of the original holds what it cannot mean, so it is not used",
        "with a field that could not be used",
    )  # fmt: skip
    CAPTURE_DAMAGED = "capture-damaged", "The page was not captured whole", "not captured whole"
    LANGUAGE_DIFFERS = (
        "language-differs", "The page names another language than that of its words",
        "with a language named that is not the text’s",
    )  # fmt: skip
    URL_TAKEN = (
        "url-taken", "The address that the source gives is that of another article here",
        "with the address of another article",
    )  # fmt: skip
    PHOTO_REFUSED = "photo-refused", "A photo’s file could not be taken in", "with a photo file refused"


# Prefix of an encoding's name: pages may have encodings without a code of their own.
READ_AS = "encoding:"
# Why the original's date is not used, in the words for readers.
UNUSED_DATES: dict[str, str] = {
    DamageCode.DATE_AMBIGUOUS: "the source’s date can be read in two ways",
    DamageCode.DATE_INVALID: "the source’s date is in no calendar",
    DamageCode.DATE_UNREAD: "this archive cannot read the source’s date",
}
# Other notes of a load: for one article, and for several if the words differ.
_ALSO_NOTED = {
    "photo-file-missing": "photo file not found|photo files not found",
    "draft": "draft, kept but not published|drafts, kept but not published",
    "later-version": "updated by a later version in the same load",
    "near-duplicate": "near-duplicate, listed for staff|near-duplicates, listed for staff",
}
_CODES = {str(code): code for code in DamageCode}
_OF_PHOTO = re.compile(r"photo (\d+)")


def damage_words(damage: Any, *, codes: Collection[str] = ()) -> str:
    """``The credit of photo 2 is cut off``; an unknown code is shown as it is. ``codes``: all codes of the original. If
    one of them explains why its date is not used, it does have a date.
    """
    if damage.code == DamageCode.NO_DATE and not UNUSED_DATES.keys().isdisjoint(codes):
        return "No date could be used"
    words, _ = words_and_kind(damage.code)
    number = _OF_PHOTO.fullmatch(damage.field)
    if number is None:
        return words
    with_number = re.sub(r"^A (credit|caption) is ", rf"The \1 of photo {number[1]} is ", words)
    return with_number if with_number != words else f"{words} (photo {number[1]})"


def words_and_kind(code: str) -> tuple[str, str]:
    """``A credit is cut off``, ``with a credit cut off``; an unknown code is shown as it is."""
    if known := _CODES.get(code):
        return known.words, known.kind
    if code.startswith(READ_AS):
        encoding = code.removeprefix(READ_AS)
        return f"The original is not UTF-8; it was read as {encoding}", f"read as {encoding}"
    return code, code


def noted_words(code: str, count: int) -> str:
    """``2 with a credit cut off``, ``1 photo file not found``."""
    single, _, several = _ALSO_NOTED.get(code, words_and_kind(code)[1]).partition("|")
    return f"{count:,} {several if several and count != 1 else single}"


# Losses that readers are shown; other damage was repaired or is plain to see.
_MISSED = {
    DamageCode.SOURCE_STRIPPED: "the source’s name", DamageCode.DATE_AMBIGUOUS: "the date",
    DamageCode.DATE_INVALID: "the date", DamageCode.DATE_UNREAD: "the date",
    DamageCode.TEXT_CUT: "the end of the text", DamageCode.CAPTURE_DAMAGED: "the capture of the page",
}  # fmt: skip
_MISSED_OF_PHOTOS = {
    DamageCode.CREDIT_CUT: "credit", DamageCode.CAPTION_CUT: "caption", DamageCode.PHOTO_REFUSED: "photo file",
}  # fmt: skip


def damaged_parts(codes: Collection[str]) -> str:
    """``The source’s name and one credit are damaged.``; ``""`` if readers miss nothing."""
    counts = Counter(codes)
    parts = list(dict.fromkeys(words for code, words in _MISSED.items() if code in counts))
    for code, noun in _MISSED_OF_PHOTOS.items():
        if count := counts[code]:
            parts.append(f"one {noun}" if count == 1 else counted(count, noun))
    if not parts:
        return ""
    words = listed(parts)
    is_one = len(parts) == 1 and not words[0].isdigit()
    return f"{words[0].upper()}{words[1:]} {'is' if is_one else 'are'} damaged."


def damage_kind(code: str) -> str:
    """The heading of articles with this damage: ``With a credit cut off``."""
    _, kind = words_and_kind(code)
    return f"{kind[:1].upper()}{kind[1:]}"
