"""Names of people taken apart for citations, where nothing is in doubt. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from articles.text.outlets import PRESS_WORDS, is_known_outlet

# Languages whose names begin with the family, or have no family name.
_OTHER_ORDERS = frozenset("hu is ja km ko vi yue zh".split())

# Words of a body, a desk or a role; none of them is part of a name that is taken apart.
_NO_NAMES = PRESS_WORDS | frozenset(
    """academy admin amnesty anonymous association authority bank board borough bureau centre center church city
    club collective college committee commission company conference congress contributor contributors copy
    correspondent correspondents council county court cross crescent department desk district editor editorial editors
    embassy federation fire foundation from fund government group guest hall health high home house images institute
    international library local media ministry museum national network newsroom office our parliament party photo
    photographer photos picture pictures police political president project public reader readers red red-cross region
    research royal rights sales save school science senate service services society special sport sports staff state
    studio studios subscriber team the theatre town trust union united university unknown various village volunteers
    watch web white wikimedia women world writer writers youth""".split()
)
_TITLES = frozenset(
    "capt col dame dr father gen jr judge king lady lord lt maj mr mrs ms pope prof queen rev sgt sir sister sr".split()
)
# Capitalised or not, these may be part of the name that follows.
_PARTICLES = frozenset("abu al bin da de del della der di dos du el ibn la le san santa st van von zu".split())

# Names that in Korean and Vietnamese, and often abroad, stand before the given one.
_KOREAN = frozenset(
    """ahn an bae cho choi chung han hong hwang jang jeon jeong jung kang kim kwon lee lim moon no oh park roh seo shin
    sohn son song yang yoo yoon yu""".split()
)
_VIETNAMESE = frozenset(
    """bui cao dang dao dinh do doan duong ho hoang huynh le luong ly mai ngo nguyen pham phan phung quach ta thai to
    tran trinh truong vo vu vuong""".split()
)

# Whole words of Chinese in pinyin and of Japanese in Hepburn; of Korean. They take in others too, such as Ana: whether
# a name of such words begins with the family is not known.
_PINYIN = (
    r"(?:[zcs]h?|[bpmfdtnlgkhjqxryw])?"
    r"(?:i?ang|i?ong|uang|[ei]ng|u?ai|i?ao|i?an|uan|[eu]i|ou|iu|[iu]e|[eiu]n|er|ia|ua|uo|[aoeiuvü])"
)
_KANA = r"(?:(?:[kgnhbpmr]y?|sh|ch|ts|[szjtdyw])?[aiueo]|fu|n|m(?=[bp]))"
_EAST_ASIAN = re.compile(rf"(?:{_PINYIN})+|{_KANA}+")
_OF_KOREAN = re.compile(r"(?:(?:ch|kk|tt|pp|ss|jj|[gkndrlmbpsjthyw])?y?w?[aeiou]{1,2}(?:ng|[knlmptb])?)+")
LONGEST = 24  # letters of a name; the patterns above try more ways the longer a word is
_INITIAL = re.compile(r"[^\W\d_]\.?")


class PersonName(NamedTuple):
    """A name in two parts, each as printed."""

    given: str
    family: str

    @property
    def initials(self) -> str:
        """``J.-P. F.`` of ``Jean-Pierre F.``"""
        parts = (["-".join(f"{piece[0]}." for piece in word.split("-") if piece)] for word in self.given.split())
        return " ".join(initial for part in parts for initial in part)


def person_name(text: str, language: str = "") -> PersonName | None:
    """``Moira Fenn`` or ``John F. Byrne`` in two parts; ``None`` where it is in doubt which is which, or whether it is
    a person's name at all.

    In doubt are other scripts, names that may begin with the family (Chinese, Japanese, Korean, Hungarian, …), three
    words of which the second may belong to either part, and particles.
    """
    parts = text.split()
    if not 2 <= len(parts) <= 3 or language.partition("-")[0].lower() in _OTHER_ORDERS or is_known_outlet(text):
        return None
    *given, family = parts
    names = [word for word in parts if not _INITIAL.fullmatch(word)]
    if family not in names or not all(map(_is_name, names)) or (len(given) > 1 and len(names) > 2):
        return None
    return None if _may_begin_with_family([_plain(word) for word in names]) else PersonName(" ".join(given), family)


def _is_name(word: str) -> bool:
    """One capitalised word in Latin letters: ``Fenn``, ``O’Neill``, ``McIntyre``, ``Jean-Pierre``."""
    if len(word) > LONGEST:
        return False
    pieces = re.split(r"[-'’]", word.removeprefix("Mc").removeprefix("Mac"))
    if not all(piece.isalpha() and piece[0].isupper() and piece[1:] == piece[1:].lower() for piece in pieces):
        return False
    if not all(unicodedata.name(letter, "").startswith("LATIN") for letter in "".join(pieces)):
        return False
    return word.casefold() not in _NO_NAMES | _TITLES | _PARTICLES


def _may_begin_with_family(names: list[str]) -> bool:
    """``names``: plain letters in lower case, their pieces joined by hyphens."""
    pieces = [piece for name in names for piece in name.split("-")]
    if names[0] in _VIETNAMESE or all(_EAST_ASIAN.fullmatch(piece) for piece in pieces):
        return True
    return names[0] in _KOREAN and all(_OF_KOREAN.fullmatch(piece) for piece in pieces[1:])


def _plain(word: str) -> str:
    """Lower case, without accents and apostrophes."""
    letters = unicodedata.normalize("NFKD", word.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if letter.isalpha() or letter == "-")
