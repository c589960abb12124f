"""News agencies and outlets, and the pattern of their names. To add one, add its name to ``outlets.toml``."""

import re

from articles.text.tables import tables_of

_TABLES = tables_of(__file__)
AGENCIES = tuple(_TABLES["agencies"])
AGENCY_NAMES = (*AGENCIES, "REUTERS", *map(str.upper, AGENCIES), *map(str.lower, AGENCIES))  # as they may be written
# Names that are an outlet wherever they are a whole line.
OUTLETS = frozenset(name.casefold() for name in (*(set(AGENCIES) - set(_TABLES["unsure"])), *_TABLES["outlets"]))
_BROADCASTERS = frozenset(_TABLES["broadcasters"])
NAMED_OUTLETS = (*_TABLES["outlets"], *_TABLES["broadcasters"])  # as they are written
PRESS_WORDS = frozenset(_TABLES["press_words"].split())
_RUBRIC_WORDS = frozenset(_TABLES["rubric_words"].split())

# Words in brackets under a headline that are not an outlet's name.
_NOT_ACRONYMS = frozenset("FILE LIVE MAP NEW PHOTO PHOTOS UPDATE UPDATED VIDEO WATCH".split())

_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,10}", re.IGNORECASE)
_PART_OF_SITE = re.compile(rf"(?:red, )?{_DOMAIN.pattern}(?:/[A-ZÄÖÜ][a-zäöüß]+)?", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@(?:[a-z0-9-]+\.)+[a-z]{2,10}", re.IGNORECASE)
_ACRONYM = re.compile(r"[A-Z]{2,6}")
_SMALL_WORDS = frozenset("a an and at da de del der des di do du el for in la le of on the van von y &".split())
_LONGEST_TITLE = 200
_PRESS_FORM = re.compile("|".join(_TABLES["press_forms"]))


def is_domain(text: str) -> bool:
    return _DOMAIN.fullmatch(text) is not None


def is_address(text: str) -> bool:
    """An e-mail address, as printed under bylines."""
    return _ADDRESS.fullmatch(text) is not None


def is_known_outlet(text: str) -> bool:
    return text.replace("’", "'").strip('«»“”„"').casefold() in OUTLETS or _PART_OF_SITE.fullmatch(text) is not None


def has_press_name(text: str) -> bool:
    """Two to six capitalised words that end like a newspaper's name, ``Dunmere Herald``; ``滨海日报``, ``중앙일보``."""
    if _PRESS_FORM.fullmatch(text):
        return True
    words = text.removesuffix(" Service").split()  # Tribune News Service
    if 2 <= len(words) <= 3 and words[0] in _BROADCASTERS and text[-1] not in ".:,":
        return reads_as_title(text)
    last = words[-1].casefold().rpartition("-")[2] if words else ""  # Review-Journal
    if not 2 <= len(words) <= 6 or last not in PRESS_WORDS or "," in text:  # Jan Holm, Staff Reporter
        return False
    return words[0].casefold() not in _RUBRIC_WORDS - {"the"} and words[-2] not in _SMALL_WORDS and reads_as_title(text)


def is_acronym(text: str) -> bool:
    return _ACRONYM.fullmatch(text) is not None and text not in _NOT_ACRONYMS


def reads_as_title(text: str) -> bool:
    """One to six words, capitalised or in a script without case, except for small words between them."""
    words = text.split()
    if not 1 <= len(words) <= 6 or len(text) > _LONGEST_TITLE or text[-1] in ".!?。！？:：;,":
        return False
    small = [word for word in words if word[0].islower() and not is_domain(word)]
    return words[0] not in small and all(word in _SMALL_WORDS for word in small)


def agency_pattern() -> str:
    """All agencies' names, longest first, as part of a pattern."""
    longest_first = sorted(AGENCIES, key=len, reverse=True)
    names = (re.escape(name) if name.isupper() else f"(?i:{re.escape(name)})" for name in longest_first)
    return f"(?:{'|'.join([*names, 'REUTERS'])})"
