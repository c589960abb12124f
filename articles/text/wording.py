"""The words in which the archive speaks: dates, credits, damage, counts. Pure functions of what is stored.

What is not known is said in words; nothing is guessed. Dates are written as precisely as the source gives them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from django.utils import timezone
from django.utils.translation import get_language_info

from articles.text.alphabet import sorting_name

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# --- Counts. ----------------------------------------------------------------------------------------------------------


def grouped(number: int) -> str:
    """``1204`` as ``1,204``."""
    return f"{number:,}"


def counted(number: int, noun: str) -> str:
    """``1 article``, ``1,204 articles``."""
    ending = "" if number == 1 else "s"
    return f"{number:,} {noun}{ending}"


def size_words(size_bytes: int) -> str:
    """``2,261 bytes``; from a million on, ``1.4 MB``."""
    return f"{size_bytes / 1_000_000:.1f} MB" if size_bytes >= 1_000_000 else counted(size_bytes, "byte")


def in_short(text: str, length: int) -> str:
    """A text, or so many of its letters, cut between words, with an ellipsis behind them."""
    if len(text) <= length:
        return text
    cut = text[:length]
    return (cut.rpartition(" ")[0] or cut) + "…"


def listed(words: list[str]) -> str:
    """``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


# --- Dates. -----------------------------------------------------------------------------------------------------------


def day_words(day: date) -> str:
    """``6 September 2023``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def month_words(month: date) -> str:
    """``September 2023``."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def moment_words(moment: str) -> str:
    """An ISO moment as precise as it is: ``2022-03-04T06:00+08:00`` as ``4 March 2022, 06:00 (UTC+08:00)``."""
    day, _, clock = moment.partition("T")
    words = day_words(date.fromisoformat(day))
    if not clock:
        return words
    clock = re.sub(r"[+-]00:00$", "Z", clock)
    if clock.endswith("Z"):
        return f"{words}, {clock[:-1]} UTC"
    time, sign, offset = re.match(r"([\d:.]+)([+-]?)(.*)", clock).groups()  # type: ignore[union-attr]
    return f"{words}, {time} (UTC{'−' if sign == '-' else '+'}{offset})" if sign else f"{words}, {time}"


def span_words(first: int, last: int) -> str:
    """``1999–2023``, or ``2023`` alone."""
    return str(first) if first == last else f"{first}–{last}"


class Dated(Protocol):
    """What the dates of an article are told from."""

    published: str
    published_printed: str
    updated: str
    updated_printed: str


@dataclass(frozen=True, slots=True)
class DateLine:
    """One date of an article: ``Published`` or ``Updated``, the moment as ISO and in words.

    ``printed`` is the date as the source prints it, where that is in another script; else ``""``.
    """

    role: str
    iso: str
    words: str
    printed: str = ""

    def __str__(self) -> str:
        return f"{self.role} {self.words}"


def date_lines(article: Dated) -> list[DateLine]:
    """The dates that are known: published, then updated."""
    both = (
        ("Published", article.published, article.published_printed),
        ("Updated", article.updated, article.updated_printed),
    )
    return [
        DateLine(role, iso, moment_words(iso), printed if _is_foreign(printed) else "")
        for role, iso, printed in both
        if iso
    ]


def dates_sentence(article: Dated) -> str:
    """``Updated 6 September 2023. The publication date is not known.``"""
    lines = date_lines(article)
    said = [f"{line}." for line in lines]
    return " ".join([*said, missing_date(article)]).strip()


def missing_date(article: Dated) -> str:
    """What is to be said about dates that are not known; ``""`` if the day of publication is."""
    if article.published:
        return ""
    return "The publication date is not known." if article.updated else "Date not known."


def when_words(moment: datetime) -> str:
    """``25 November 2026, 10:30 UTC``, by the archive's own clock: of what was done here."""
    return moment_words(timezone.localtime(moment).isoformat(timespec="minutes"))


class Corrected(Protocol):
    """What a note on a correction is told from."""

    made_at: datetime
    note: str


def correction_words(correction: Corrected) -> str:
    """``Corrected on 25 November 2026: The ferry was not full.``, the day by the archive's own clock."""
    return f"Corrected on {day_words(timezone.localtime(correction.made_at).date())}: {correction.note}"


def same_day(day: date, years: list[int]) -> list[date]:
    """This day of the month in each of ``years``; 29 February only in leap years."""
    found = []
    for year in years:
        try:
            found.append(day.replace(year=year))
        except ValueError:
            continue
    return found


def days_of_month(month: date) -> list[date]:
    """Every day of a month, given by its first day."""
    after = next_month(month)
    return [month + timedelta(days=number) for number in range((after - month).days)]


def next_month(month: date) -> date:
    """The first day of the following month; of the last month of all, its last day."""
    if (month.year, month.month) == (9999, 12):
        return date.max
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _is_foreign(text: str) -> bool:
    """Whether a text has letters beyond Latin, such as 年 or ٢."""
    return any(character > "\u02ff" and character.isalnum() for character in text)


# --- Credits and pictures. --------------------------------------------------------------------------------------------

_BRACKETS = re.compile(r"^[\[(（【]\s*|\s*[\])）】]\s*\.?$")
# What a credit may call its picture, where that is not a photo.
_KINDS = (
    r"images?|illustrations?|graphics?|infographics?|drawings?|paintings?|cartoons?|maps?|charts?|videos?|pictures?"
)
_KIND = re.compile(rf"(?:{_KINDS})\b", re.IGNORECASE)
_ONLY_LABEL = re.compile(rf"(?:photo|{_KINDS})?\s*(?:by|provided to|courtesy of|:|/)?\s*", re.IGNORECASE)
_SAYS_WHAT_IT_IS = re.compile(
    r"\b(?:photo\w*|pictures?|images?|video|foto\w*|bild|credit)\b|摄|攝|影|图|圖|撮|写真|تصوير|صورة|تصویر|عکس|צילום|촬영|사진",
    re.IGNORECASE,
)


# What a credit as printed may say before the name, to be printed again: ``Foto:``, ``Photograph by``, ``©``.
_PRINTED_LABEL = re.compile(
    r"(?:©|\(c\)) ?|(?:© ?)?[^\W\d_][\w .’'-]{0,40}?(?: ?[:：・]| (?:by|von|av|af|par|di)) ?", re.IGNORECASE
)


_LABEL = re.compile(rf"^(?:(?:photo\w*|foto\w*|{_KINDS})\s*(?:by\b|[:：/])|by\b|©|\(c\))\s*", re.IGNORECASE)


class Credited(Protocol):
    """What the credit of a photo or video is told from."""

    kind: str
    caption: str
    credit_line: str
    credit_raw: str
    creator: str
    copyright_notice: str
    from_file: list[str]


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit in words, and a note on its damage (``""``: none)."""

    words: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.words} {self.note}" if self.note else self.words


NOT_GIVEN = "Credit not given"
CREDIT_CUT = "(the credit is cut off in the source)"
CAPTION_CUT = "(the caption is cut off in the source)"


def credit_of(photo: Credited) -> Credit:
    """``Photo: NAME``, ``Photo provided to … (the credit is cut off in the source)``, ``Credit not given``.

    Words that the source sets before the name, as in ``Foto: NAME``, stand as printed. Where it calls the picture
    something else, as in ``[Illustration/NAME]``, its word stands in place of ``Photo``.
    Without a credit line its creator is named, else its copyright notice stands. A credit line from the photo's own
    file is the agency's alone, so the creator goes before it: ``Photo: NAME/AGENCY``.
    """
    credit, creator = credited_name(photo), creators_of(photo)
    inner = _BRACKETS.sub("", photo.credit_raw.strip()).strip()
    called = _KIND.match(inner)
    label = called[0].capitalize() if called else "Video" if photo.kind == "video" else "Photo"
    if credit:
        words = _as_printed(credit, inner) or _labelled(credit, label)
        return Credit(f"{words} …", CREDIT_CUT) if _is_cut_after(credit, inner, photo.credit_raw) else Credit(words)
    if inner and _ONLY_LABEL.fullmatch(inner):
        return Credit(f"{inner.rstrip(' :/')}{':' if inner[-1] in ':/' else ''} …", CREDIT_CUT)
    if creator:
        return Credit(_labelled(creator, label))
    return Credit(photo.copyright_notice.strip() or NOT_GIVEN)


def credited_name(photo: Credited) -> str:
    """The credit line, whole: one from the photo's file with its creator before it; ``""`` where there is none."""
    credit, creator = photo.credit_line.strip(), creators_of(photo)
    is_agency = "credit_line" in photo.from_file and not (_KIND.match(credit) or _SAYS_WHAT_IT_IS.search(credit))
    is_told = creator and is_agency and creator.casefold() not in credit.casefold()
    return f"{creator}/{credit}" if is_told else credit


def credited_to(photo: Credited) -> str:
    """Whom the credit names: ``credit_of`` as an index has it; ``""`` where it names nobody."""
    return bare_credit(credited_name(photo) or creators_of(photo) or photo.copyright_notice.strip())


def bare_credit(credit: str) -> str:
    """A credit without the word before the name: ``Image: NAME``, ``Photo by NAME``, ``© NAME``."""
    return _LABEL.sub("", credit, count=1) or credit


def credit_key(credit: str) -> str:
    """What the photos of one credit are found by, whatever its case, accents, spaces and the word before the name."""
    return " ".join(sorting_name(bare_credit(credit)).split())


def creators_of(photo: Credited) -> str:
    return ", ".join(photo.creator.split("; "))


def _as_printed(credit: str, inner: str) -> str:
    """The credit with the source's own words before it; ``""`` where it has none, or staff have given another."""
    before, _, after = inner.rpartition(credit)
    is_whole = not after.strip(" ./。")
    return f"{before}{credit}" if is_whole and _PRINTED_LABEL.fullmatch(before) else ""


def goes_on_from_label(credit: str) -> bool:
    """Whether it is read on from the word before it: ``Photo provided to …``."""
    return credit.lower().startswith(("provided to ", "courtesy of ", "by "))


def _labelled(credit: str, label: str) -> str:
    if goes_on_from_label(credit):
        return f"{label} {credit}"
    return credit if _SAYS_WHAT_IT_IS.search(credit) or _KIND.match(credit) else f"{label}: {credit}"


def _is_cut_after(credit: str, inner: str, raw: str) -> bool:
    """Whether the source's credit goes on, or ends, where it is cut: ``[Photo by NAME/]``, ``[Photo/NAME``."""
    if not inner.rstrip("/ ").endswith(credit):
        return False
    opened, closed = sum(map(raw.count, "[(（【")), sum(map(raw.count, "])）】"))
    return inner.endswith("/") or opened > closed


def not_held_words(photo: Credited) -> str:
    """What stands in the place of a picture whose file the archive has not."""
    what = "video" if photo.kind == "video" else "photo"
    kept = "caption" if photo.caption else "credit" if photo.credit_line else ""
    return (
        f"This archive does not hold the {what}; its {kept} is kept."
        if kept
        else f"This archive does not hold the {what}."
    )


# --- Originals and damage. --------------------------------------------------------------------------------------------

FORMS = {
    "text": "plain text", "markdown": "Markdown", "jsonl": "a record of JSON Lines",
    "html": "web page", "mhtml": "web page saved as one file",
    "ninjs": "ninjs", "nitf": "NITF", "newsml-g2": "NewsML-G2", "newsml-1": "NewsML 1",
    "reuters": "Reuters collections",
}  # fmt: skip
ENCODINGS = {"utf-8": "", "utf-16": "UTF-16", "gb18030": "GB 18030", "windows-1252": "Windows-1252"}

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


def kept_as(kind: str, became: str) -> str:
    """What became of a line of an original: ``Headline``, ``Paragraph 3``, ``Caption 1``, ``Left out``."""
    if kind == "chrome":
        return "Left out"
    number = re.fullmatch(r"\D*(\d+)", became)
    words = kind.replace("-", " ").capitalize()
    if kind == "front-matter" and became:
        return f"{words}, {became}"
    return f"{words} {number[1]}" if number else words


# --- Languages. -------------------------------------------------------------------------------------------------------


def language_words(tag: str) -> str:
    """The English name of a language tag: ``zh-Hans`` as ``Simplified Chinese``; an unknown tag stays as it is."""
    for code in (tag.lower(), tag.lower().partition("-")[0]):
        if code in _LANGUAGES:
            return _LANGUAGES[code]
        try:
            return str(get_language_info(code)["name"])
        except KeyError:
            continue
    return tag


# Languages of newspapers that Django has no name for.
_LANGUAGES = {
    "am": "Amharic",
    "gu": "Gujarati",
    "ha": "Hausa",
    "ku": "Kurdish",
    "la": "Latin",
    "lo": "Lao",
    "mt": "Maltese",
    "ps": "Pashto",
    "si": "Sinhala",
    "so": "Somali",
    "tl": "Tagalog",
    "ug": "Uyghur",
    "yi": "Yiddish",
    "yue": "Cantonese",
    "zh": "Chinese",
    "zu": "Zulu",
}
