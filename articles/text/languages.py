"""Languages of texts, by tag or script; their direction and English names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import get_language_info

from articles.text.scripts import HAN, HANGUL, KANA

# Languages written from right to left, by their first subtag.
RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "syr", "ug", "ur", "yi"})
RIGHT_TO_LEFT_SCRIPTS = frozenset({"arab", "hebr", "thaa", "syrc", "nkoo"})
_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")

# Only scripts whose fonts, direction or word breaks depend on the language.
_SCRIPTS = (
    ("ja", re.compile(f"[{KANA}]")),
    ("ko", re.compile(f"[{HANGUL}]")),
    ("zh", re.compile(f"[{HAN}]")),
    ("fa", re.compile("[\u067e\u0686\u0698\u06af\u06cc]")),
    ("ar", re.compile("[\u0620-\u064a]")),
    ("he", re.compile("[\u05d0-\u05ea]")),
)
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Tongue:
    """``lang``: a language tag, or ``""`` for the archive's own English. ``is_rtl``: right to left."""

    lang: str = ""
    is_rtl: bool = False

    @property
    def dir(self) -> str:
        return "rtl" if self.is_rtl else "ltr"


def tongue_of(language: str, sample: str) -> Tongue:
    """The language named by the source, else the one that most letters of ``sample`` belong to."""
    lang = language if _TAG.fullmatch(language) else _by_letters(sample)
    if lang.lower() in ("en", "en-gb"):
        return Tongue()
    first, *subtags = lang.lower().split("-")
    scripts = [subtag for subtag in subtags if len(subtag) == 4 and subtag.isalpha()]
    is_rtl = bool(RIGHT_TO_LEFT_SCRIPTS & set(scripts)) if scripts else first in RIGHT_TO_LEFT
    return Tongue(lang, is_rtl)


def _by_letters(sample: str) -> str:
    if sample.isascii():
        return ""
    letters = len(_LETTER.findall(sample))
    foreign = {lang: len(script.findall(sample)) for lang, script in _SCRIPTS}
    if 2 * sum(foreign.values()) <= letters:
        return ""
    return next(lang for lang, found in foreign.items() if found)


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
