"""Languages of texts, by tag or script; their direction and names."""

import re
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info, gettext_lazy as _

from articles.text.messages import cached_words
from articles.text.scripts import HAN, HANGUL, KANA, has_ascii_words

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
    """``lang``: a language tag, or ``""`` for the archive's own language. ``is_rtl``: right to left."""

    lang: str = ""
    is_rtl: bool = False

    @property
    def dir(self) -> str:
        return "rtl" if self.is_rtl else "ltr"

    @property
    def attributes(self) -> SafeString:
        """``lang`` and ``dir`` for an element, each after a space; empty for the archive's own language."""
        return mark_safe(f' lang="{self.lang}" dir="{self.dir}"' if self.lang else "")  # noqa: S308 - ``lang`` is a tag


def tongue_of(language: str, sample: str) -> Tongue:
    lang = language_tag(language, sample)
    own = settings.LANGUAGE_CODE
    if lang.lower() in (own, own.partition("-")[0]):
        return Tongue()
    first, *subtags = lang.lower().split("-")
    scripts = [subtag for subtag in subtags if len(subtag) == 4 and subtag.isalpha()]
    is_rtl = bool(RIGHT_TO_LEFT_SCRIPTS & set(scripts)) if scripts else first in RIGHT_TO_LEFT
    return Tongue(lang, is_rtl)


def language_tag(language: str, sample: str) -> str:
    """The tag that the source names, else that of the script of most letters of ``sample``; ``""`` if unknown."""
    if _TAG.fullmatch(language):
        return language
    if has_ascii_words(sample):
        return ""
    letters = len(_LETTER.findall(sample))
    foreign = {lang: len(script.findall(sample)) for lang, script in _SCRIPTS}
    if 2 * sum(foreign.values()) <= letters:
        return ""
    return next(lang for lang, found in foreign.items() if found)


@cached_words
def language_words(tag: str) -> str:
    """The name of a language tag: ``zh-Hans`` as ``Simplified Chinese``; an unknown tag stays as it is."""
    for code in (tag.lower(), tag.lower().partition("-")[0]):
        if code in _LANGUAGES:
            return str(_LANGUAGES[code])
        with suppress(KeyError):
            return str(get_language_info(code)["name_translated"])
    return tag


# Languages of newspapers that Django has no name for.
_LANGUAGES = {
    "am": _("Amharic"),
    "gu": _("Gujarati"),
    "ha": _("Hausa"),
    "ku": _("Kurdish"),
    "la": _("Latin"),
    "lo": _("Lao"),
    "mt": _("Maltese"),
    "ps": _("Pashto"),
    "si": _("Sinhala"),
    "so": _("Somali"),
    "tl": _("Tagalog"),
    "yi": _("Yiddish"),
    "yue": _("Cantonese"),
    "zh": _("Chinese"),
    "zu": _("Zulu"),
}
