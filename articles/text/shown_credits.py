"""The credit of a photo as pages show it, and the name in it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from articles.text.alphabet import sorting_name
from articles.text.messages import gettext, gettext_noop

CREDIT_CUT = gettext_noop("(the credit is cut off in the source)")
CAPTION_CUT = gettext_noop("(the caption is cut off in the source)")
_BRACKETS = re.compile(r"^[\[(（【]\s*|\s*[\])）】]\s*\.?$")
# Words of credits for pictures that are not photos.
_KINDS = (
    r"images?|illustrations?|graphics?|infographics?|drawings?|paintings?|cartoons?|maps?|charts?|videos?|pictures?"
)
_KIND = re.compile(rf"(?:{_KINDS})\b", re.IGNORECASE)
_ONLY_LABEL = re.compile(rf"(?:photo|{_KINDS})?\s*(?:by|provided to|courtesy of|:|/)?\s*", re.IGNORECASE)
_SAYS_WHAT_IT_IS = re.compile(
    r"\b(?:photo\w*|pictures?|images?|video|foto\w*|bild|credit)\b|摄|攝|影|图|圖|撮|写真|تصوير|صورة|تصویر|عکس|צילום|촬영|사진",
    re.IGNORECASE,
)
# The label of a printed credit, which pages repeat: ``Foto:``, ``Photograph by``, ``©``.
_PRINTED_LABEL = re.compile(
    r"(?:©|\(c\)) ?|(?:© ?)?[^\W\d_][\w .’'-]{0,40}?(?: ?[:：・]| (?:by|von|av|af|par|di)) ?", re.IGNORECASE
)
_LABEL = re.compile(rf"^(?:(?:photo\w*|foto\w*|{_KINDS})\s*(?:by\b|[:：/])|by\b|©|\(c\))\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit in words, and a note on its damage (``""``: none)."""

    words: str
    note: str = ""
    is_given: bool = True

    def __str__(self) -> str:
        return f"{self.words} {self.note}" if self.note else self.words


def credit_of(photo: Any) -> Credit:
    """``Photo: NAME``, ``Photo provided to … (the credit is cut off in the source)``, ``Credit not given``.

    A label that the source prints before the name, such as ``Foto:``, is kept. If the source calls the picture
    something else, as in ``[Illustration/NAME]``, that word replaces ``Photo``. Without a credit line, the creator is
    named, else the copyright notice. A credit line from the photo's own file names only the agency, so the creator
    precedes it: ``Photo: NAME/AGENCY``.
    """
    credit, creator = credited_name(photo), creators_of(photo)
    inner = _BRACKETS.sub("", photo.credit_raw.strip()).strip()
    called = _KIND.match(inner)
    label = called[0].capitalize() if called else ""
    if credit:
        before, _, after = inner.rpartition(credit)
        has_label = _PRINTED_LABEL.fullmatch(before) and not after.strip(" ./。")  # unless staff have changed the name
        words = f"{before}{credit}" if has_label else _labelled(credit, label, photo.kind)
        # Cut inside, ``[Photo by NAME/]``, or at its end, ``[Photo/NAME``.
        opened, closed = (sum(map(photo.credit_raw.count, signs)) for signs in ("[(（【", "])）】"))
        is_cut = inner.rstrip("/ ").endswith(credit) and (inner.endswith("/") or opened > closed)
        return Credit(f"{words} …", gettext(CREDIT_CUT)) if is_cut else Credit(words)
    if inner and _ONLY_LABEL.fullmatch(inner):
        return Credit(f"{inner.rstrip(' :/')}{':' if inner[-1] in ':/' else ''} …", gettext(CREDIT_CUT))
    if creator:
        return Credit(_labelled(creator, label, photo.kind))
    notice = photo.copyright_notice.strip()
    return Credit(notice or gettext("Credit not given"), is_given=bool(notice))


def credited_name(photo: Any) -> str:
    credit, creator = photo.credit_line.strip(), creators_of(photo)
    is_agency = "credit_line" in photo.from_file and not (_KIND.match(credit) or _SAYS_WHAT_IT_IS.search(credit))
    has_both = creator and is_agency and creator.casefold() not in credit.casefold()
    return f"{creator}/{credit}" if has_both else credit


def credited_to(photo: Any) -> str:
    """The name in ``credit_of``, for an index; ``""`` if there is none."""
    return bare_credit(credited_name(photo) or creators_of(photo) or photo.copyright_notice.strip())


def bare_credit(credit: str) -> str:
    """A credit without the word before the name: ``Image: NAME``, ``Photo by NAME``, ``© NAME``."""
    return _LABEL.sub("", credit, count=1) or credit


def creators_of(photo: Any) -> str:
    return ", ".join(photo.creator.split("; "))


def is_printed_as(credit: str, raw: str) -> bool:
    """``True`` if the printed credit ``raw`` has this name after its label, or neither has a name."""
    before, _, after = _BRACKETS.sub("", raw.strip()).strip().rpartition(credit) if credit else (raw, "", "")
    label = _BRACKETS.sub("", before).strip()
    is_label = _ONLY_LABEL.fullmatch(label) or _PRINTED_LABEL.fullmatch(before)
    return bool(is_label) and not after.strip(" ./。")


def goes_on_from_label(credit: str) -> bool:
    """``True`` for a credit that continues its label: ``Photo provided to …``."""
    return credit.lower().startswith(("provided to ", "courtesy of ", "by "))


def _labelled(credit: str, label: str, kind: str) -> str:
    """``label``: what the source calls its picture; ``""``: nothing but what it is."""
    if goes_on_from_label(credit):  # in English, so the label is too
        return f"{label or kind.capitalize()} {credit}"
    if _SAYS_WHAT_IT_IS.search(credit) or _KIND.match(credit):
        return credit
    if label:
        return f"{label}: {credit}"
    return (gettext("Video: %(credit)s") if kind == "video" else gettext("Photo: %(credit)s")) % {"credit": credit}


def not_held_words(photo: Any) -> str:
    """The text in place of a picture whose file is not in the archive."""
    words = gettext("Video not in the archive.") if photo.kind == "video" else gettext("Photo not in the archive.")
    if photo.caption:
        return f"{words} {gettext('Caption only.')}"
    return f"{words} {gettext('Credit only.')}" if photo.credit_line else words


@lru_cache(maxsize=10_000)
def credit_key(credit: str) -> str:
    """Equal for credits that differ only in case, accents, spaces and the label before the name."""
    return " ".join(sorting_name(bare_credit(credit)).split())
