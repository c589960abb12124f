"""Damage, as codes and in words: losses and doubts in an original. Pure."""

import re
from collections import Counter
from collections.abc import Collection
from enum import StrEnum
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _, ngettext_lazy

from articles.text.messages import cached_words, gettext, ngettext
from articles.text.phrases import grouped, listed


class DamageCode(StrEnum):
    """``words`` describe one original; ``kind`` follows a number of articles, and differs for each code."""

    words: Promise
    kind: Promise

    def __new__(cls, code: str, words: Promise, kind: Promise) -> Self:
        self = str.__new__(cls, code)
        self._value_, self.words, self.kind = code, words, kind
        return self

    EMPTY = "empty", _("The original is empty"), _("empty")
    NO_HEADLINE = "no-headline", _("The original has no headline"), _("without a headline")
    NO_DATE = "no-date", _("The original gives no date"), _("without a date")
    NO_BODY = "no-body", _("The original has no text"), _("without text")
    SEVERAL_DATES = (
        "several-dates",
        _("The original gives more than one date of a kind; the first is used"),
        _("with more than one date of a kind"),
    )
    DATE_AMBIGUOUS = (
        "date-ambiguous",
        _("A date can be read in two ways, so it is not used"),
        _("with a date that can be read in two ways"),
    )
    DATE_INVALID = "date-invalid", _("A date does not exist, so it is not used"), _("with a date that does not exist")
    DATE_UNREAD = (
        "date-unread",
        _("This archive cannot read the source’s date"),
        _("with a date that could not be read"),
    )
    DATE_AFTER_CAPTURE = (
        "date-after-capture",
        _("The page’s date is later than the day it was saved"),
        _("dated after being saved"),
    )
    SOURCE_STRIPPED = (
        "source-stripped",
        _("The name of the source is missing from the date line"),
        _("with the source’s name missing from the date line"),
    )
    CREDIT_CUT = "credit-cut", _("A credit is cut off"), _("with a credit cut off")
    CAPTION_CUT = "caption-cut", _("A caption is cut off"), _("with a caption cut off")
    CAPTION_MISSING = "caption-missing", _("A credit has no caption"), _("with a credit but no caption")
    AS_UTF_16 = "encoding:utf-16", _("The original is not UTF-8; it was read as UTF-16"), _("read as UTF-16")
    AS_GB18030 = "encoding:gb18030", _("The original is not UTF-8; it was read as GB 18030"), _("read as GB 18030")
    AS_WINDOWS_1252 = (
        "encoding:windows-1252",
        _("The original is not UTF-8; it was read as Windows-1252"),
        _("read as Windows-1252"),
    )
    REPLACEMENT_CHARACTERS = (
        "replacement-characters",
        _("Some characters could not be read; they are shown as �"),
        _("with characters that could not be read"),
    )
    TEXT_CUT = "text-cut", _("The original ends in the middle of a character"), _("ending in the middle of a character")
    LINES_LEFT_OUT = (
        "lines-left-out",
        _("The page is too long; some lines were left out"),
        _("with lines left out of a page that is too long"),
    )
    DOUBTFUL_TEXT = (
        "doubtful-text",
        _("The text may not be the article"),
        _("with a text that may not be the article"),
    )
    PROSE_KEPT = (
        "prose-kept",
        _("Sentences that had been left out were put back into the text"),
        _("with sentences put back into the text"),
    )
    NUL_REMOVED = "nul-removed", _("NUL characters were taken out of the text"), _("with NUL characters taken out")
    INVISIBLE_REMOVED = (
        "invisible-removed",
        _("Invisible characters were taken out of the text"),
        _("with invisible characters taken out"),
    )
    METADATA_REPEATED = (
        "metadata-repeated",
        _("A field appears twice at the head of the original; only one was used"),
        _("with a field given twice"),
    )
    METADATA_TYPE = (
        "metadata-type",
        _("A field at the head of the original has an invalid value and was not used"),
        _("with a field that could not be used"),
    )
    SITE_CODE = (
        "site-code",
        _("A code of the site’s generator could not be read"),
        _("with a code of the site’s generator that could not be read"),
    )
    CAPTURE_DAMAGED = "capture-damaged", _("The page’s capture is incomplete"), _("with an incomplete capture")
    LANGUAGE_DIFFERS = (
        "language-differs",
        _("The page declares a language that its text is not in"),
        _("declaring another language than their text’s"),
    )
    URL_TAKEN = (
        "url-taken",
        _("The web address already belongs to another article"),
        _("with the address of another article"),
    )
    PHOTO_REFUSED = "photo-refused", _("A photo’s file could not be loaded"), _("with a photo file refused")


# Prefix of an encoding's name: pages may have encodings without a code of their own.
READ_AS = "encoding:"
# Why the original's date is not used, in the words for readers.
UNUSED_DATES: dict[str, Promise] = {
    DamageCode.DATE_AMBIGUOUS: _("the source’s date can be read in two ways"),
    DamageCode.DATE_INVALID: _("the source’s date does not exist"),
    DamageCode.DATE_UNREAD: _("this archive cannot read the source’s date"),
}
# Other notes of a load: for one article, and for several if the words differ.
_ALSO_NOTED = {
    "photo-file-missing": "photo file not found|photo files not found",
    "later-version": "updated by a later version in the same load",
    "near-duplicate": "near-duplicate to review|near-duplicates to review",
}
_CODES = {str(code): code for code in DamageCode}
_IN_PHOTO = {
    DamageCode.CREDIT_CUT: _("The credit of photo %(number)s is cut off"),
    DamageCode.CAPTION_CUT: _("The caption of photo %(number)s is cut off"),
}
_OF_PHOTO = re.compile(r"photo (\d+)")


def damage_words(damage: Any, *, codes: Collection[str] = ()) -> str:
    """``The credit of photo 2 is cut off``; an unknown code is shown as it is. ``codes``: all codes of the original. If
    one of them explains why its date is not used, it does have a date.
    """
    if damage.code == DamageCode.NO_DATE and not UNUSED_DATES.keys().isdisjoint(codes):
        return gettext("No date could be used")
    words = words_and_kind(damage.code)[0]
    number = _OF_PHOTO.fullmatch(damage.field)
    if number is None:
        return words
    in_photo = _IN_PHOTO.get(damage.code, _("%(damage)s (photo %(number)s)"))
    return str(in_photo % {"damage": words, "number": number[1]})


@cached_words
def words_and_kind(code: str) -> tuple[str, str]:
    """``A credit is cut off``, ``with a credit cut off``; an unknown code is shown as it is."""
    if known := _CODES.get(code):
        return str(known.words), str(known.kind)
    if code.startswith(READ_AS):
        encoding = code.removeprefix(READ_AS)
        words = gettext("The original is not UTF-8; it was read as %(encoding)s") % {"encoding": encoding}
        return words, gettext("read as %(encoding)s") % {"encoding": encoding}
    return code, code


def noted_words(code: str, count: int) -> str:
    """``2 with a credit cut off``, ``1 photo file not found``."""
    single, _bar, several = _ALSO_NOTED.get(code, words_and_kind(code)[1]).partition("|")
    return f"{count:,} {several if several and count != 1 else single}"


# Losses that readers are shown; other damage was repaired or is plain to see.
_MISSED = {
    DamageCode.SOURCE_STRIPPED: _("the source’s name"), DamageCode.DATE_AMBIGUOUS: _("the date"),
    DamageCode.DATE_INVALID: _("the date"), DamageCode.DATE_UNREAD: _("the date"),
    DamageCode.TEXT_CUT: _("the end of the text"), DamageCode.CAPTURE_DAMAGED: _("the capture of the page"),
}  # fmt: skip
_MISSED_OF_PHOTOS = {
    DamageCode.CREDIT_CUT: ngettext_lazy("one credit", "%(count)s credits", "number"),
    DamageCode.CAPTION_CUT: ngettext_lazy("one caption", "%(count)s captions", "number"),
    DamageCode.PHOTO_REFUSED: ngettext_lazy("one photo file", "%(count)s photo files", "number"),
}


def damaged_parts(codes: Collection[str]) -> str:
    """``The source’s name and one credit are damaged.``; ``""`` if readers miss nothing."""
    counts = Counter(codes)
    parts = list(dict.fromkeys(str(words) for code, words in _MISSED.items() if code in counts))
    number = len(parts)
    for code, words in _MISSED_OF_PHOTOS.items():
        if count := counts[code]:
            parts.append(str(words % {"number": count, "count": grouped(count)}))
            number += count
    if not parts:
        return ""
    return ngettext("%(parts)s is damaged.", "%(parts)s are damaged.", number) % {"parts": capfirst(listed(parts))}


def damage_kind(code: str) -> str:
    """The heading of articles with this damage: ``With a credit cut off``."""
    return capfirst(words_and_kind(code)[1])
