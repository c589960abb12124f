"""Words as the index knows them: in any script, without case and accents, and by their stems. Pure.

Written apart by spaces, a text gives its words. Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese do not part
words so that a reader of a query could tell; each two letters that stand together are a word there, and the last
letter of a run one more, so that a single letter is found as the beginning of one. Traditional letters of Chinese are
known as Simplified ones, whatever the language: what is asked in the one is found in the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import regex
import Stemmer

from articles.scripts import tongue_of
from articles.search.han import SIMPLIFIED

# The algorithms of Snowball, by the language that they stem: https://snowballstem.org/algorithms/
STEMMED = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
LONGEST_WORD = 60  # letters; what is longer is no word, and is known by its beginning

_UNPARTED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー々〇"
_JOINERS = "\u00ad\u200c\u200d"  # soft hyphen, and what parts or joins letters within a word of Persian or Hindi
_WORDS = regex.compile(
    rf"(?V1)(?P<run>[{_UNPARTED}][{_UNPARTED}\p{{M}}\uff9e\uff9f]*)"
    rf"|[[\p{{L}}\p{{N}}]--[{_UNPARTED}]](?:[[\p{{L}}\p{{M}}\p{{N}}{_JOINERS}]--[{_UNPARTED}]]*)"
)
_PARTED = regex.compile(rf"(?V1)[\p{{L}}\p{{N}}][\p{{L}}\p{{M}}\p{{N}}{_JOINERS}]*")
_ASCII = re.compile(r"[A-Za-z0-9]+")  # the same in what most of a text in English is, at a third of the time
_RUNS = regex.compile(rf"[{_UNPARTED}]")
_CLUSTERS = regex.compile(r"\X")
# Letters that no decomposition parts into a plain one and an accent.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_ARABIC = str.maketrans({"ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ـ": None})
_ALIKE = _ARABIC | SIMPLIFIED
_KEPT_MARKS = ("CYRILLIC SMALL LETTER SHORT I",)  # й is a letter of its own, and и with a mark to Unicode


class Word(NamedTuple):
    """A word of a text: where it stands, and how it is known.

    ``exact`` is the word without case and accents; ``stem`` is what it is indexed by, in the language of the text;
    ``is_cut`` says that it was cut out of a text that does not part its words, ``is_single`` that it is the last
    letter of a run of them.
    """

    start: int
    end: int
    exact: str
    stem: str
    is_cut: bool = False
    is_single: bool = False


def words_of(text: str, language: str) -> Iterator[Word]:
    """The words of a text in their order. ``language`` is a tag of BCP 47, or ``""``."""
    known = _known(language.partition("-")[0].lower())
    if text.isascii():
        for found in _ASCII.finditer(text):
            yield Word(found.start(), found.end(), *known[found[0]])
        return
    for found in _WORDS.finditer(text):
        if found["run"]:
            yield from _cut(found["run"], found.start())
        else:
            exact, stem = known(found[0])
            if exact:
                yield Word(found.start(), found.end(), exact, stem)


def spelled(text: str, language: str) -> tuple[list[str], set[str]]:
    """The stems of a text in their order, and its words as they are written: ``words_of`` for many, and fast."""
    is_ascii = text.isascii()
    if not is_ascii and _RUNS.search(text):
        words = list(words_of(text, language))
        return [word.stem for word in words], {word.exact for word in words if not word.is_cut}
    known = _known(language.partition("-")[0].lower())
    pairs = [known[word] for word in (_ASCII if is_ascii else _PARTED).findall(text)]
    return [stem for exact, stem in pairs if exact], {exact for exact, _ in pairs if exact}


def _cut(run: str, offset: int) -> Iterator[Word]:
    letters = [(found.start(), found.end(), folded(found[0])) for found in _CLUSTERS.finditer(run)]
    for (start, end, letter), (_, next_end, following) in zip(letters, [*letters[1:], (0, 0, "")], strict=True):
        pair = letter + following
        yield Word(offset + start, offset + (next_end or end), pair, pair, is_cut=True, is_single=not next_end)


# What Korean hangs onto a noun: of, to, from, the subject, the object. The longest first.
_PARTICLES = regex.compile(
    r"(?<=^\p{Hangul}{2,})(?:에게서|으로|에서|에게|까지|부터|처럼|보다|이나|라도|하고|은|는|이|가|을|를|에|의|로|와|과|도|만)$"
)


def without_particle(word: str) -> str:
    """A noun of Korean without the particle at its end, or what may be one; else the word as it is."""
    bare: str = _PARTICLES.sub("", unicodedata.normalize("NFC", word))
    return bare


# What Arabic writes in one with a noun and its article: "and" and "then", before "the", "by the", "like the", "to the".
# Left out are all forms of the word for parents, which begins like "and the" and ends as one's own.
_AND_THE = regex.compile(
    r"^[وف](?=(?:[بك]?ال|لل)\p{Arabic}{3,}$)(?!الد(?:ت?(?:ه|ها|هم|هن|هما|ك|كم|نا|ي)|ة|ات|ان|ين|ا(?:ه|ها|هم)|ي(?:ه|ها|هم|ك))$)"
)
_VOWEL_SIGNS = regex.compile(r"[\u064b-\u0652\u0640]")


def without_conjunction(word: str) -> str:
    """A noun of Arabic with its article, without "and" or "then" before it; else the word as it is.

    The stemmer knows all else that stands so before an article, and these where none follows.
    """
    bare: str = _AND_THE.sub("", _VOWEL_SIGNS.sub("", word))
    return bare


def folded(word: str) -> str:
    """A word without case, accents and the signs of width and vowels that one writes or leaves out; letters of Chinese
    as Simplified writing has them."""
    plain = unicodedata.normalize("NFKC", word).casefold().translate(_PLAIN)
    if plain.isascii():
        return "".join(filter(str.isalnum, plain))
    kept = [_bare(letter) for letter in unicodedata.normalize("NFC", plain)]
    return "".join(kept).translate(_ALIKE)[:LONGEST_WORD]


@lru_cache(maxsize=10_000)
def _bare(letter: str) -> str:
    """A letter without what stands above and below it, where that is an accent and not a letter."""
    kind = unicodedata.category(letter)
    if kind[0] not in "LMN":
        return ""
    name = unicodedata.name(letter, "")
    if kind == "Mn":  # vowel signs of Hindi and Thai are letters; points of Hebrew and Arabic are mostly not written
        return "" if name.startswith(("COMBINING", "HEBREW", "ARABIC")) else letter
    if not name.startswith(("LATIN", "GREEK", "CYRILLIC", "HEBREW", "ARABIC")) or name in _KEPT_MARKS:
        return letter
    parts = unicodedata.normalize("NFD", letter)
    return "".join(part for part in parts if unicodedata.category(part) != "Mn").translate(_PLAIN)


def stems(word: str, languages: frozenset[str]) -> list[str]:
    """The stems that a word of a query may have in texts of these languages, with accents and without; each once."""
    forms = dict.fromkeys((word, folded(word)))
    return list(dict.fromkeys(stem_of(form, language) for form in forms for language in sorted(languages) or [""]))


def stem_of(word: str, language: str) -> str:
    return _known(language)(word)[1]


@cache
def _known(language: str) -> _Known:
    return _Known(language)


class _Known(dict[str, tuple[str, str]]):
    """The words met in texts of one language: how they are known. News repeats itself, so nearly all are here."""

    MOST = 200_000

    def __init__(self, language: str) -> None:
        super().__init__()
        algorithm = STEMMED.get(language)
        self._stemmer = Stemmer.Stemmer(algorithm, 0) if algorithm else None
        self._is_arabic = algorithm == "arabic"

    def __call__(self, word: str) -> tuple[str, str]:
        return self[word]

    def __missing__(self, word: str) -> tuple[str, str]:
        if len(self) >= self.MOST:
            self.clear()
        exact = folded(word)[:LONGEST_WORD]
        stem = exact
        if self._stemmer is not None:
            plain = unicodedata.normalize("NFKC", word).casefold()
            if self._is_arabic:
                plain = without_conjunction(plain)
            stem = folded(self._stemmer.stemWord(plain))[:LONGEST_WORD] or exact
        self[word] = exact, stem
        return exact, stem


# --- An article. ------------------------------------------------------------------------------------------------------

BETWEEN = "¶"  # stands between paragraphs and captions, so that no phrase reaches from one into the next


@dataclass(frozen=True, slots=True)
class Text:
    """The words of an article's text, in the language that it is taken for: ``words`` are stems, parted by spaces."""

    language: str
    words: str
    exact: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spelled:
    """The words of an article by where they stand, parted by spaces; ``exact`` are all of them as written, once.

    ``plain`` are the stems that they have without their accents, as far as these are others: whoever writes "cafe" is
    led to a café by them, though the stem of one is "caf" and of the other "cafe". So what has a word as it is written
    has one of its stems as well.
    """

    headline: str
    caption: str
    body: str
    byline: str
    exact: str
    plain: str
    headline_exact: str


def index_language(language: str, sample: str) -> str:
    """The first subtag of the language that a text is read in: as its source says, else by its letters."""
    return (tongue_of(language, sample).lang or "en").partition("-")[0].lower()


def spell_text(language: str, headline: str, paragraphs: Sequence[str]) -> Text:
    """The words of a text; ``language`` as its source says, ``""`` where it does not: then its letters tell."""
    language = index_language(language, headline or next(iter(paragraphs), ""))
    exact: set[str] = set()
    return Text(language, _spelled(paragraphs, language, exact), tuple(exact))


def spell(text: Text, *, headline: str, deck: str, captions: Iterable[str], lines: Iterable[str]) -> Spelled:
    """The words of an article. ``lines`` are what it says of itself: byline, dateline, section."""
    exact = set(text.exact)
    heading = _spelled([headline, deck], text.language, exact)
    caption, byline = _spelled(captions, text.language, exact), _spelled(lines, text.language, exact)
    known = _known(text.language)
    plain = {known[word][1] for word in exact}.difference(
        *(part.split() for part in (heading, caption, text.words, byline))
    )
    headline_exact = " ".join(sorted(spelled(headline, text.language)[1]))
    return Spelled(
        heading, caption, text.words, byline, " ".join(sorted(exact)), " ".join(sorted(plain)), headline_exact
    )


def _spelled(texts: Iterable[str], language: str, exact: set[str]) -> str:
    parts = []
    for text in texts:
        if text:
            words, as_written = spelled(text, language)
            exact |= as_written
            parts.append(" ".join(words))
    return f" {BETWEEN} ".join(parts)
