"""Names of authors in citations: inverted only where it is known, or plain, which part is the family name.

It is known of ``Whitfield, Nora``, as a source or staff may write it. It is plain of two words in Latin letters, unless
the article is of a country where the family name comes first, or the words are no person's: an outlet, a role, a desk.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from articles.ingest.parsing.names import reads_as_name
from articles.models import Article
from articles.text.person_names import GIVEN, LETTERS, NAME, OFFICES, apart, family_and_given
from articles.text.tables import tables_of

_TABLES = tables_of(__file__)
_PLACES = re.compile(rf"\b{_TABLES['places']}\b".replace("\n", ""), re.IGNORECASE)
_FAMILY_NAMES = frozenset(_TABLES["family_names"].split())


@dataclass(frozen=True, slots=True)
class Name:
    """``family`` and ``given`` are ``""`` if it is not known which is which."""

    whole: str
    family: str = ""
    given: str = ""

    @property
    def inverted(self) -> str:
        return f"{self.family}, {self.given}" if self.family else self.whole

    @property
    def for_parsers(self) -> str:
        """For programs that take the last word for the family name, unless there is a comma: ``Harbour News,``."""
        if self.family:
            return self.inverted if " " in self.family else f"{self.given} {self.family}"
        return f"{self.whole}," if " " in self.whole and "," not in self.whole else self.whole

    @property
    def with_initials(self) -> str:
        """``Whitfield, N.``, ``Sartre, J.-P.``"""
        parts = [re.findall(rf"[{LETTERS}]+", word) for word in self.given.replace(".", ". ").split()]
        initials = " ".join("-".join(f"{part[0]}." for part in word) for word in parts if word)
        return f"{self.family}, {initials}" if self.family else self.whole


def names_of(printed: str, article: Article) -> list[Name]:
    """The name, or those of a joint byline, ``Nora Whitfield and Bo Lund``, if all of them are plain."""
    names = [name_of(part, article) for part in apart(printed)]
    return names if all(name.family for name in names) else [name_of(printed, article)]


def name_of(printed: str, article: Article) -> Name:
    if turned := family_and_given(printed):
        return Name(printed, *turned) if _is_person(" ".join(reversed(turned))) else Name(printed)
    given, _, family = printed.partition(" ")
    is_plain = GIVEN.fullmatch(given) and NAME.fullmatch(family) and given not in _FAMILY_NAMES
    is_plain = is_plain and _is_person(printed) and not _is_family_first(article)
    return Name(printed, family, given) if is_plain else Name(printed)


def _is_person(name: str) -> bool:
    bare = re.sub("['’]", "", name.replace(".", ". "))
    return reads_as_name(bare) and OFFICES.isdisjoint(name.casefold().split())


def _is_family_first(article: Article) -> bool:
    language, source = article.language.partition("-")[0].lower(), article.source
    addresses = [article.url or "", source.url if source else ""]
    hosts = [urlsplit(address).hostname or "" for address in addresses]
    places = f"{source.name if source else ''} {article.dateline}"
    is_there = any(host.rpartition(".")[2] in _TABLES["domains"] for host in hosts) or _PLACES.search(places)
    return language in _TABLES["languages"] or bool(is_there)
