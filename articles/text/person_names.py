"""Names of persons among what is printed as an author or credit: for the pages of authors and citations.

Nobody is an agency, an outlet, a role or a desk; their words are in ``person_names.toml``.
"""

import re
from functools import lru_cache

from articles.text.outlets import AGENCIES, PRESS_WORDS, has_press_name, is_address, is_domain, is_known_outlet
from articles.text.scripts import HAN, HANGUL
from articles.text.tables import tables_of

_TABLES = tables_of(__file__)
_ROLE_WORDS, OFFICES = frozenset(_TABLES["role_words"].split()), frozenset(_TABLES["offices"].split())
_GIVEN_NAMES = frozenset(_TABLES["given_names"].split())
_CAPITAL, LETTERS = "A-ZÀ-ÖØ-ÞĀ-Ž", "A-Za-zÀ-ÖØ-öø-ɏ"
NAME = re.compile(rf"[{_CAPITAL}][{LETTERS}’'-]*[a-zß-öø-ɏ]")
GIVEN = re.compile(rf"{NAME.pattern}|(?:[{_CAPITAL}]\.-?)+")
_PREFIXED = re.compile(rf"(?:[a-z’']+ ){{0,3}}{NAME.pattern}")  # van der Berg
_PARTICLE = r"(?:al|bin|da|de|del|della|den|der|di|do|dos|du|el|ibn|la|le|ten|ter|van|von|y|zu) "
_CAPITALISED = rf"(?:[{_CAPITAL}А-ЯЁІЇЄ][^\W\d_]*[.’'-]?)+"
_ALONE = re.compile(rf"{_CAPITALISED} (?:(?:{_PARTICLE}|{_CAPITALISED} )){{0,2}}{_CAPITALISED}|[{HAN}{HANGUL}]{{2,4}}")
_PRESS, _GIVEN = ("|".join(sorted(words)) for words in (PRESS_WORDS, _GIVEN_NAMES))
_STAFF = re.compile(rf"^((?i:{_GIVEN}) {_CAPITALISED}) (?:(?i:{_PRESS}) )?(?i:staff )?(?i:{_TABLES['staff']})s?$")
_BY = re.compile("^by ", re.IGNORECASE)
# Between several names, the surest first.
_SIGNS = re.compile(r"\s*[;/]\s*")
_SEPARATORS = (_SIGNS, re.compile(rf",? {_TABLES['and']} "), re.compile(r", "))


@lru_cache(maxsize=10_000)  # a load asks for new names, and then for taggings
def persons_in(printed: str) -> tuple[str, ...]:
    """The persons in a byline or credit, as printed there."""
    return tuple(name for name in apart(_BY.sub("", " ".join(printed.split()))) if names_person(given_first(name)))


def persons_alone(byline: str) -> tuple[str, ...]:
    """The persons in a byline that has nothing else: each of two to four words with capitals, or in signs."""
    names = persons_in(_STAFF.sub(r"\1", byline))
    return names if all(map(_ALONE.fullmatch, map(given_first, names))) else ()


def given_first(name: str) -> str:
    """``Whitfield, Nora`` as ``Nora Whitfield``."""
    return " ".join(reversed(family_and_given(name) or (name,)))


def apart(printed: str, separators: tuple[re.Pattern[str], ...] = _SEPARATORS) -> list[str]:
    """Full names in one, perhaps with roles and outlets; ``Department of Arts and Public Works`` stays whole."""
    if not separators or family_and_given(printed):
        return [printed]
    parts, further = separators[0].split(printed), separators[1:]
    is_office = separators[0] is not _SIGNS and not {"of", "for", "the"}.isdisjoint(printed.split())
    if is_office or any(" " not in part and names_person(part) for part in parts):
        parts = [printed]
    return [name for part in parts for name in apart(part, further)]


def family_and_given(name: str) -> tuple[str, str] | None:
    """Split ``Whitfield, Nora``; ``None`` for a name in another order."""
    family, _, given = name.partition(", ")
    is_turned = _PREFIXED.fullmatch(family) and given and all(map(GIVEN.fullmatch, given.split()))
    if not is_turned or given in ("Jr", "Sr") or not names_person(f"{given} {family}") or not names_person(given):
        return None
    return family, given


def names_person(author: str) -> bool:
    """``False`` for an author that is an agency, an outlet, an address, a desk, or a role such as ``Staff writer``."""
    words = re.findall(r"[^\W\d_]+", author.casefold())
    if _ROLE_WORDS.issuperset(words) or words[-1] in OFFICES or is_address(author) or is_domain(author):
        return False
    if words[-1] in PRESS_WORDS:
        return len(words) == 2 and words[0] in _GIVEN_NAMES
    return not (author in AGENCIES or is_known_outlet(author) or has_press_name(author))
