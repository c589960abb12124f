"""Tokenising in any script: words without case and accents, and their stems. Pure.

Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese do not separate words by spaces as a query would: each pair of
adjacent letters is a word there, and so is the last letter of a run, so that a single letter is found as a prefix.
Traditional Chinese letters become Simplified ones, whatever the language, so that each finds the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from functools import cache, lru_cache
from itertools import accumulate
from operator import add, itemgetter
from pathlib import Path
from typing import Any, Literal, NamedTuple

import regex
import Stemmer

from articles.text.languages import language_tag
from articles.text.scripts import has_ascii_words

# Codes that Snowball does not know.
_NORWEGIAN = {"nb": "no", "nn": "no"}
LONGEST_WORD = 60  # letters; longer ones are cut
LONGEST_NUMBER = 4  # digits; longer numbers are amounts, without end
BETWEEN = "¶"  # between paragraphs and captions, so that no phrase spans two
WRITTEN_SIGN = "="  # before a word as written, so that no stem equals one
IN_CAPTIONS = ("caption", "credit_line", "alt_text")  # of a photo
Place = Literal["headline", "byline"]  # of a field; captions and text have places of their own

_UNPARTED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー々〇"
_JOINERS = "\u00ad\u200c\u200d"  # soft hyphen, and joiners within words of Persian or Hindi
_WORDS = regex.compile(
    rf"(?V1)[{_UNPARTED}][{_UNPARTED}\p{{M}}\uff9e\uff9f]*"
    rf"|[[\p{{L}}\p{{N}}]--[{_UNPARTED}]](?:[[\p{{L}}\p{{M}}\p{{N}}{_JOINERS}]--[{_UNPARTED}]]*)"
)
_PARTED = regex.compile(rf"(?V1)[\p{{L}}\p{{N}}][\p{{L}}\p{{M}}\p{{N}}{_JOINERS}]*")
_ASCII = re.compile(r"[A-Za-z0-9]+")  # for English, in a quarter of the time
_SIGNS_TO_SPACES = bytes(code if chr(code).isalnum() and code < 128 else ord(" ") for code in range(256))
_RUNS = regex.compile(rf"[{_UNPARTED}]")
_CLUSTERS = regex.compile(r"\X")
# Letters without a Unicode decomposition.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_ARABIC = str.maketrans({"ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ـ": None})
# Traditional letters, each before its Simplified one. By letters, not words: 乾 becomes 干 even in 乾隆.
_LINES = (Path(__file__).parent / "data" / "han.txt").read_text(encoding="utf-8").splitlines()
_HAN = "".join(line for line in _LINES if not line.startswith("#"))
_ALIKE = _ARABIC | dict(zip(map(ord, _HAN[::2]), _HAN[1::2], strict=True))
_KEPT_MARKS = ("CYRILLIC SMALL LETTER SHORT I",)  # й is a letter of its own, and и with a mark to Unicode


class Word(NamedTuple):
    """A word and its position in a text.

    ``exact``: without case and accents; ``stem``: its index form in the language of the text. ``is_cut``: from a
    script without spaces; ``is_single``: the last letter of a run there.
    """

    start: int
    end: int
    exact: str
    stem: str
    is_cut: bool = False
    is_single: bool = False


def words_of(text: str, language: str) -> list[Word]:
    """``language`` is a BCP 47 tag or ``""``."""
    known = _known(language.partition("-")[0].lower())
    words: list[Word] = []
    for found in (_ASCII if has_ascii_words(text) else _WORDS).finditer(text):
        if _RUNS.match(found[0]):
            words += _cut(found[0], found.start())
            continue
        exact, stem, _ = known[found[0]]
        if exact:
            words.append(Word(found.start(), found.end(), exact, stem))
    return words


class Spelling(NamedTuple):
    """Stems, written words; ``accented``: stems without and with accents, if they differ: "cafe", "caf" for "café"."""

    stems: list[str]
    exact: list[str]
    accented: set[tuple[str, str]]


def tokenised(text: str, language: str) -> Spelling:
    """``words_of`` for long texts, and fast."""
    is_ascii = has_ascii_words(text)
    known = _known(language.partition("-")[0].lower())
    found: list[tuple[str, str, str]]
    if is_ascii or not _RUNS.search(text):
        found = list(map(known.__getitem__, _ascii_words(text) if is_ascii else _PARTED.findall(text)))
    else:
        found = []
        for word in _WORDS.findall(text):
            if _RUNS.match(word):
                pairs = _pairs(word)
                found += zip(pairs, pairs, pairs, strict=True)
            else:
                found.append(known[word])
    if not all(map(itemgetter(0), found)):
        found = [word for word in found if word[0]]
    accented = set() if is_ascii else {(plain, stem) for _, stem, plain in found if plain != stem}
    return Spelling(list(map(itemgetter(1), found)), list(map(itemgetter(0), found)), accented)


def _ascii_words(text: str) -> list[str]:
    """Like ``_ASCII.findall``, in a third of the time."""
    return text.encode("ascii", "replace").translate(_SIGNS_TO_SPACES).decode().split()


def letters_of(run: str) -> list[str]:
    return list(_CLUSTERS.findall(run))


def places_of(text: str, language: str, stems: Set[str], exact: Set[str]) -> list[tuple[int, int]]:
    """Starts and ends of words with these stems or written forms: ``words_of``, but fast."""
    is_ascii = has_ascii_words(text)
    if not is_ascii and _RUNS.search(text):
        return [
            (word.start, word.end) for word in words_of(text, language) if word.stem in stems or word.exact in exact
        ]
    known = _known(language.partition("-")[0].lower())
    words = [known[word] for word in (_ascii_words(text) if is_ascii else _PARTED.findall(text))]
    # Most texts have none: look before finding positions.
    if stems.isdisjoint(map(itemgetter(1), words)) and exact.isdisjoint(map(itemgetter(0), words)):
        return []
    places = zip((_ASCII if is_ascii else _PARTED).finditer(text), words, strict=True)
    return [found.span() for found, (written, stem, _) in places if stem in stems or written in exact]


def _cut(run: str, offset: int) -> Iterator[Word]:
    clusters = letters_of(run)
    starts = list(accumulate(map(len, clusters), initial=offset))
    for number, pair in enumerate(_pairs(run)):
        if pair:
            end = starts[min(number + 2, len(clusters))]
            yield Word(starts[number], end, pair, pair, is_cut=True, is_single=number == len(clusters) - 1)


def _pairs(run: str) -> list[str]:
    """Each letter with the next, the last alone; empty where both fold to nothing."""
    letters = [_folded_letter(cluster) for cluster in letters_of(run)]
    return list(map(add, letters, [*letters[1:], ""]))


# Korean suffixes of nouns: of, to, from, subject, object. The longest first.
_PARTICLES = regex.compile(
    r"(?<=^\p{Hangul}{2,})(?:에게서|으로|에서|에게|까지|부터|처럼|보다|이나|라도|하고|은|는|이|가|을|를|에|의|로|와|과|도|만)$"
)


def without_particle(word: str) -> str:
    """A Korean noun without a particle at its end, if it may have one."""
    bare: str = _PARTICLES.sub("", unicodedata.normalize("NFC", word))
    return bare


# Arabic prefixes of a noun with an article: "and" and "then" before "the", "by the", "like the", "to the". Not in forms
# of the word for parents, which begins like "and the".
_AND_THE = regex.compile(
    r"^[وف](?=(?:[بك]?ال|لل)\p{Arabic}{3,}$)(?!الد(?:ت?(?:ه|ها|هم|هن|هما|ك|كم|نا|ي)|ة|ات|ان|ين|ا(?:ه|ها|هم)|ي(?:ه|ها|هم|ك))$)"
)
# Hebrew prefixes: the, and, in, to, from, as, that, and the commonest pairs of them.
_HEBREW_PREFIXES = (*"הובלמכש", "וה", "וב", "ול", "ומ", "וכ", "וש", "שה", "שב", "של", "שמ", "מה", "כש")
_HEBREW = regex.compile(r"\p{Hebrew}{3,}")
_VOWEL_SIGNS = regex.compile(r"[\u064b-\u0652\u0640]")


def with_prefixes(word: str) -> list[str]:
    """Forms of a folded Hebrew word behind prefixes, and without "the".

    Empty for other words. Texts keep their prefixes, since the first letter may belong to the word.
    """
    bare = [word, *([word[1:]] if word.startswith("ה") else [])]
    return [before + form for form in bare if _HEBREW.fullmatch(form) for before in ("", *_HEBREW_PREFIXES)]


def folded(word: str) -> str:
    """A word without case, accents, width and vowel signs, in Simplified Chinese."""
    plain = unicodedata.normalize("NFKC", word).casefold().translate(_PLAIN)
    if plain.isascii():
        return "".join(filter(str.isalnum, plain))
    return "".join(map(_bare, unicodedata.normalize("NFC", plain))).translate(_ALIKE)[:LONGEST_WORD]


_folded_letter = lru_cache(maxsize=10_000)(folded)


@lru_cache(maxsize=10_000)
def _bare(letter: str) -> str:
    """A letter without accents; marks that make another letter stay."""
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


def stems(word: str, language: str) -> list[str]:
    """The stems of a query word with and without its accents, mostly one."""
    _, stem, plain = _known(language.partition("-")[0].lower())[word]
    return [stem] if stem == plain else [stem, plain]


def stems_in(words: Iterable[str], languages: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    return {(word, language): stems(word, language) for word in words for language in languages}


def stemmed_names(slugs: Iterable[str], languages: Collection[str]) -> dict[str, set[tuple[str, ...]]]:
    """The stems of each name in each language, preceded by the language."""
    return {
        slug: {(language, *(_known(language)[word][1] for word in slug.split("-"))) for language in languages}
        for slug in slugs
    }


class _Known(dict[str, tuple[str, str, str]]):
    """A cache of words in one language: (exact, stem, stem without accents). News repeats itself."""

    MOST = 50_000  # about 15 MB

    def __init__(self, language: str) -> None:
        super().__init__()
        self._is_arabic = language == "ar"
        self._stemmer = None
        with suppress(KeyError):  # no stemmer for this language
            self._stemmer = Stemmer.Stemmer(_NORWEGIAN.get(language, language), 0)

    def __missing__(self, word: str) -> tuple[str, str, str]:
        if len(self) >= self.MOST:
            self.clear()
        exact, written = folded(word)[:LONGEST_WORD], unicodedata.normalize("NFKC", word).casefold()
        stem = self._stem(written, exact)
        self[word] = known = exact, stem, stem if written == exact else self._stem(exact, exact)
        return known

    def _stem(self, word: str, exact: str) -> str:
        if self._stemmer is None:
            return exact
        if self._is_arabic:  # the stemmer misses these before an article
            word = _AND_THE.sub("", _VOWEL_SIGNS.sub("", word))
        return folded(self._stemmer.stemWord(word))[:LONGEST_WORD] or exact


_known = cache(_Known)


class Words(NamedTuple):
    """The words of one place of an article, joined by spaces: stems, and as written, each after ``WRITTEN_SIGN``."""

    stems: str
    written: str

    @classmethod
    def of(cls, found: Sequence[Spelling]) -> Words:
        stems = f" {BETWEEN} ".join(" ".join(text.stems) for text in found)
        between = f" {WRITTEN_SIGN}{BETWEEN} "
        written = between.join(WRITTEN_SIGN + f" {WRITTEN_SIGN}".join(text.exact) for text in found)
        return cls(stems, written)


class ArticleWords(NamedTuple):
    """By place, in the language they are indexed in. ``known``: as written; ``accented``: as in ``Spelling``."""

    language: str
    headline: Words
    caption: Words
    body: Words
    byline: Words
    known: set[str]
    accented: set[tuple[str, str]]


def is_listed(word: str) -> bool:
    """``False`` for long numbers and for scripts without spaces between words."""
    if word.isdecimal():
        return len(word) <= LONGEST_NUMBER
    return word.isascii() or not _RUNS.match(word)


def index_language(language: str, sample: str) -> str:
    """The first subtag of the source's language, else of one guessed from the letters."""
    return (language_tag(language, sample) or "en").partition("-")[0].lower()


def words_of_article(
    fields: Mapping[str, Any], places: Mapping[str, Place], captions: Iterable[str], passages: Iterable[str]
) -> ArticleWords:
    """``fields``: by name, language, authors and those of ``places``; ``captions``: ``IN_CAPTIONS`` of each photo."""
    passages = list(passages)
    fields = {**fields, "byline": fields["byline"] or ", ".join(map(str, fields["authors"]))}  # as pages show them
    sample = fields["headline"] or next(filter(None, passages), "")
    language = index_language(fields["language"] or "", sample)

    def texts_of(place: Place) -> Iterator[str | None]:
        return (fields[name] for name in places if places[name] == place)

    by_place = [
        [words for text in texts if text and (words := tokenised(text, language)).stems]
        for texts in (texts_of("headline"), captions, passages, texts_of("byline"))
    ]
    found = [words for spellings in by_place for words in spellings]
    known: set[str] = set().union(*(words.exact for words in found))
    accented: set[tuple[str, str]] = set().union(*(words.accented for words in found))
    headline, caption, body, byline = map(Words.of, by_place)
    return ArticleWords(language, headline, caption, body, byline, known, accented)
