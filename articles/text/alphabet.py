"""Sorting keys of names, and the letter or script under which an index lists them."""

import re
import unicodedata
from functools import lru_cache
from string import ascii_uppercase

# Signs before a name that are not part of it.
BEFORE_NAMES = "#“”\"'‘’«„(¿¡ "
SORTING_LENGTH = 200
# Letters that Unicode normalisation does not decompose; others, such as Ø and Ł, are read from their Unicode names.
_ALONE = {"ı": "i", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ŋ": "n", "Ŋ": "n"}
_LATIN = re.compile("LATIN (?:CAPITAL|SMALL) (?:LETTER|LIGATURE) ([A-Z]{1,2})(?: |$)")
DIGITS, OTHERS = "0-9", "other"
# First word of a letter's Unicode name -> the script's address and name in the index.
SCRIPTS = {
    "GREEK": ("greek", "Greek"), "CYRILLIC": ("cyrillic", "Cyrillic"), "ARMENIAN": ("armenian", "Armenian"),
    "GEORGIAN": ("georgian", "Georgian"), "HEBREW": ("hebrew", "Hebrew"), "ARABIC": ("arabic", "Arabic"),
    "DEVANAGARI": ("devanagari", "Devanagari"), "BENGALI": ("bengali", "Bengali"), "TAMIL": ("tamil", "Tamil"),
    "ETHIOPIC": ("ethiopic", "Ethiopic"), "THAI": ("thai", "Thai"), "HANGUL": ("korean", "Korean"),
    "CJK": ("chinese-japanese", "Chinese and Japanese"), "HIRAGANA": ("chinese-japanese", "Chinese and Japanese"),
    "KATAKANA": ("chinese-japanese", "Chinese and Japanese"),
}  # fmt: skip
# All places of the index in order: address and name.
LETTERS: dict[str, str] = {
    **{letter.lower(): letter for letter in ascii_uppercase},
    DIGITS: "0–9",
    **dict(SCRIPTS.values()),
    OTHERS: "Other letters",
}


def without_accents(text: str) -> str:
    """Lower case, without accents; ``ø``, ``ł``, ``ı`` and the like as the letters they are derived from."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text)
    return "".join(_base(character) for character in plain if not unicodedata.combining(character)).casefold()


def sorting_name(name: str) -> str:
    """``without_accents``, without quotation marks and the like before the name."""
    return without_accents(name.lstrip(BEFORE_NAMES) or name)[:SORTING_LENGTH]


def letter_of(name: str) -> str:
    """The key in ``LETTERS`` of the letter or script under which a name is listed."""
    first = sorting_name(name)[:1]
    if first.isascii() and first.isalpha():
        return first
    if first.isdigit():
        return DIGITS
    script = unicodedata.name(first, "").split(" ")[0].split("-")[0] if first else ""
    return SCRIPTS[script][0] if script in SCRIPTS else OTHERS


@lru_cache(maxsize=4096)
def _base(character: str) -> str:
    if character.isascii():
        return character
    if character in _ALONE:
        return _ALONE[character]
    found = _LATIN.match(unicodedata.name(character, ""))
    return found[1] if found else character
