"""Tells kinds of lines apart: prose, headlines, captions, requests to the reader."""

import re
from collections.abc import Iterable, Sequence

from articles.ingest.parsing.boilerplate import addresses_reader, names_own
from articles.ingest.parsing.dateline import find_dateline
from articles.text.outlets import agency_pattern
from articles.text.scripts import HAN, HANGUL, KANA
from articles.text.tables import tables_of

# The space is required: ``-5 degrees`` and ``1.5 million`` are not items.
LIST_MARK = re.compile(r"(?:[-*] |[•·・]|\d{1,3}[.)] )")
# A word, or a Chinese or Japanese character.
_WORD = re.compile(rf"[{HAN}{KANA}]|[^\s{HAN}{KANA}]+")
_SIGN = re.compile(f"[{HAN}{KANA}{HANGUL}]")
_SENTENCE_END = re.compile(r"[.。!?！？…؟।][\"”’'»«“」』)）\]】]*$")
SIGN_OFF = re.compile("|".join(tables_of(__file__)["sign_offs"]).replace("{agency}", agency_pattern()), re.IGNORECASE)
LEAD = re.compile("|".join(tables_of(__file__)["leads"]))
_ABBREVIATED = re.compile(r"\b[A-Z]\.[A-Z]\.$|^\W*\d+\W?\w{1,4}\.$")  # N.Y., 2 min.
_CLOCK = re.compile(tables_of(__file__)["clock_at_end"])
_SIGNED = re.compile(r"[^\W\d_]{3}[.!?][\"”’]? ?[-–—/(]*[A-ZÀ-Þ]{2,}(?:[ /][A-ZÀ-Þ]+)*\)?$")  # he said. —AFP
_NUMBER = re.compile(r"-?\d")
_QUOTES = re.compile(r"[\"“”„«»‹›「『]")

# Prose without a full stop has at least as many letters as the shortest prose, fewer in Chinese signs.
_PROSE, _PROSE_IN_SIGNS = 80, 30
# A line of hard-wrapped text has at least as many letters, half as many in Chinese signs; longer ones are unwrapped.
NARROWEST, _WIDEST = 45, 110
_RAGGED = 15  # letters by which wrapped lines differ
_LONGEST_HEADLINE = 200
_SIGNS_OF_WORD = 3
_MOST_WORDS_OF_SENTENCE_AS_HEADLINE = 12


def ends_sentence(text: str) -> bool:
    if not _SENTENCE_END.search(text) or not any(map(str.isalnum, text)) or _CLOCK.fullmatch(text):
        return False
    return not (len(text) < _PROSE / 2 and _ABBREVIATED.search(text))


def is_in_signs(text: str) -> bool:
    return len(_SIGN.findall(text)) * 2 > len(text)


def words_in(text: str) -> float:
    return len(text) / _SIGNS_OF_WORD if is_in_signs(text) else text.count(" ") + 1


def is_long(text: str) -> bool:
    return len(text) >= _PROSE or (len(text) >= _PROSE_IN_SIGNS and is_in_signs(text))


def is_prose(text: str) -> bool:
    return ends_sentence(text) or is_long(text)


def is_story(text: str) -> bool:
    """A sentence, also before the initials of an agency, or a sign-off: what a text ends with."""
    return ends_sentence(text) or "。" in text or SIGN_OFF.match(text) is not None or _SIGNED.search(text) is not None


def is_request(text: str) -> bool:
    """Words to the reader on the things of the paper, not quoted."""
    return addresses_reader(text) and names_own(text) and not _QUOTES.search(text)


def is_caption(text: str) -> bool:
    return not is_long(text) and (text.count(" ") > 2 or is_in_signs(text))


def is_headline(text: str) -> bool:
    """``True`` unless this first block of text is long or begins like the body."""
    if len(text) > _LONGEST_HEADLINE:
        return False
    if text[-1] in ".。":
        return len(_WORD.findall(text)) <= _MOST_WORDS_OF_SENTENCE_AS_HEADLINE and find_dateline(text) is None
    # ``TOKYO - The city that never stops``: a short line without a full stop is a headline.
    dateline = find_dateline(text)
    return dateline is None or not (set(dateline) & set("(（,0123456789电電"))


def width_of(blocks: Iterable[Sequence[str]]) -> int:
    """The width to which the blocks of a text are wrapped; 0 for a text with long lines, which is not wrapped."""
    longest = 0
    for lines in blocks:
        if max(map(len, lines)) > _WIDEST:
            return 0
        longest = max([longest, *map(len, lines[:-1])])
    return longest


def wrapped_end(lines: Sequence[str], width: int) -> int:
    """The number of lines that are one wrapped paragraph: about equally long, or without room for the next word."""
    narrowest = NARROWEST / 2 if is_in_signs(lines[0]) else NARROWEST
    for stop in (len(lines), len(lines) - 1):  # the last may be a line by itself
        full = list(map(len, lines[: stop - 1]))
        is_even = len(full) > 1 and narrowest <= min(full) and max(full) <= min(_WIDEST, min(full) + _RAGGED)
        if is_even and len(lines[stop - 1]) <= max(full) + _RAGGED and not ends_sentence(lines[stop - 2]):
            return stop
    stop = 1
    while stop < len(lines) and _is_continued(lines[stop - 1], lines[stop], width, narrowest):
        stop += 1
    return stop


def _is_continued(line: str, after: str, width: int, narrowest: float) -> bool:
    if after[0].islower() or (line[-1].islower() and _NUMBER.match(after)):
        return True
    word = _WORD.match(after)
    return width >= len(line) >= narrowest and len(line) + 1 + (len(word[0]) if word else 0) > width
