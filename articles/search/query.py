"""Parse what a reader typed: words, phrases, exclusions, fields. Pure and total: any text is a query, and parts without
a special meaning are plain words.

    "harbour master" ferr* -bus            a phrase, a prefix, an excluded word
    ferry OR ferries headline:quay         either word, and a word of the headline
    ferry AND quay NOT bus                 the same as: ferry quay -bus
    from:2019 to:2020-06 has:photo         archive dates, and articles with a photo
    tag:"City council" source:courier      a tag and a source, by any of their names
    by:tanaka year:2019 lang:de            field names of other archives
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from articles.search.words import words_of
from articles.text.dates import spanned_days, written_days

LONGEST_QUERY = 1000  # characters; the page says when more was ignored
MOST_TERMS = 40
MOST_BEGINNINGS = 8  # each stands for many words
JOINS = ("AND", "OR", "NOT")  # in capitals


class Field(StrEnum):
    """Where to look for a term; ``ANY`` is everywhere."""

    ANY = ""
    HEADLINE = "headline"
    CAPTION = "caption"
    BYLINE = "byline"
    TAG = "tag"
    SOURCE = "source"
    LANGUAGE = "language"


# Our name of each field first, then those of other archives. The index has credits with captions.
_NAMES = {
    Field.HEADLINE: ("headline", "title", "intitle"),
    Field.CAPTION: ("caption", "credit", "photo", "photos", "image", "photographer"),
    Field.BYLINE: ("byline", "author", "by", "writer"),
    Field.TAG: ("tag", "topic", "subject", "keyword"),
    Field.SOURCE: ("source", "publication", "paper", "newspaper", "publisher", "site"),
    Field.LANGUAGE: ("language", "lang"),
}
FIELDS = {name: field for field, names in _NAMES.items() for name in names}
_FROM, _TO, _WITHIN = (
    {"from", "after", "since"},
    {"to", "before", "until"},
    {"date", "year", "month", "day", "published"},
)
BOUNDS = _FROM | _TO | _WITHIN | {"has"}


@dataclass(frozen=True, slots=True)
class Term:
    """A word, phrase or prefix; ``text`` is as typed, without its signs."""

    text: str
    field: Field = Field.ANY
    is_phrase: bool = False
    is_beginning: bool = False

    def __str__(self) -> str:
        is_quoted = self.is_phrase or " " in self.text or self.text in JOINS
        words = f'"{self.text}"' if is_quoted else self.text
        words += "*" if self.is_beginning else ""
        return f"{self.field}:{words}" if self.field else words


@dataclass(frozen=True, slots=True)
class Query:
    """Every clause must match by any of its terms; no term of ``without`` may.

    ``first`` and ``last`` are inclusive; ``None`` means no bound.
    """

    clauses: tuple[tuple[Term, ...], ...] = ()
    without: tuple[Term, ...] = ()
    first: date | None = None
    last: date | None = None
    has_photo: bool = False
    is_cut: bool = field(default=False, compare=False)

    def __bool__(self) -> bool:
        return bool(self.clauses or self.without or self.first or self.last or self.has_photo)

    def __str__(self) -> str:
        """Parses to the same query."""
        parts = [" OR ".join(map(str, clause)) for clause in self.clauses]
        parts += [f"-{term}" for term in self.without]
        parts += [f"from:{self.since}"] if self.since else []
        parts += [f"to:{self.until}"] if self.until else []
        return " ".join([*parts, "has:photo"] if self.has_photo else parts)

    @property
    def since(self) -> str:
        """The first day as ``2019``, ``2019-06`` or in full, whichever is shortest; ``""`` for no bound."""
        return self._shortest(self.first) if self.first else ""

    @property
    def until(self) -> str:
        return self._shortest(self.last) if self.last else ""

    def _shortest(self, day: date) -> str:
        """The year or month that begins or ends with ``day``, if it is within the bounds; else the day."""
        first, last = (None, None) if self.is_backwards else (self.first, self.last)
        iso = day.isoformat()
        for said in (iso[:4], iso[:7]):
            begins, ends = spanned_days(said) or (day, day)
            is_within = begins >= (first or begins) and ends <= (last or ends)
            if is_within and day == (begins if day == self.first else ends):
                return said
        return iso

    @property
    def has_bounds(self) -> bool:
        return bool(self.first or self.last or self.has_photo)

    @property
    def is_backwards(self) -> bool:
        return bool(self.first and self.last and self.first > self.last)

    @property
    def terms(self) -> list[Term]:
        """In the order typed, without exclusions."""
        return [term for clause in self.clauses for term in clause]


def plain_text(clause: tuple[Term, ...]) -> str:
    """The word or phrase of a clause without field, prefix or OR; else ``""``."""
    return clause[0].text if len(clause) == 1 and not (clause[0].field or clause[0].is_beginning) else ""


QUOTES = "“”„‟«»＂"
_UNQUOTED = str.maketrans(dict.fromkeys(f'{QUOTES}"', " "))
_QUOTES = str.maketrans(dict.fromkeys(QUOTES, '"'))
_PIECE = re.compile(
    r'(?P<minus>-?)(?:(?P<field>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))(?P<star>\*?)', re.ASCII
)
_SPACES = re.compile(r"\s+")
_LANGUAGE = re.compile("[a-z]{2,3}(-[a-z0-9]+)*")


def without_quotes(text: str) -> str:
    """A name for use in quotation marks."""
    return " ".join(text.translate(_UNQUOTED).split())


def parse(text: str) -> Query:
    query, pieces = Query(is_cut=len(text) > LONGEST_QUERY), list(pieces_of(text))
    # In a headline in capitals, AND and NOT are words.
    joining = ("OR",) if "".join(piece[0] for piece in pieces if piece[0] not in JOINS).isupper() else JOINS
    joins = is_without = False
    for piece in pieces:
        if piece[0] in joining:
            joins = piece[0] == "OR" and bool(query.clauses)
            is_without = piece[0] == "NOT"
            continue
        if len(query.terms) + len(query.without) >= MOST_TERMS:
            return replace(query, is_cut=True)
        longer = _with(query, piece, joins=joins, is_without=is_without or bool(piece["minus"]))
        joins = is_without = False
        if sum(term.is_beginning for term in (*longer.terms, *longer.without)) > MOST_BEGINNINGS:
            return replace(query, is_cut=True)
        query = longer
    return query


def pieces_of(text: str) -> Iterator[re.Match[str]]:
    """Matches of ``_PIECE``, positioned in the text."""
    text = "".join(" " if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in text[:LONGEST_QUERY])
    text, place = text.translate(_QUOTES), 0
    while place < len(text):
        if spaces := _SPACES.match(text, place):
            place = spaces.end()
            continue
        piece = _PIECE.match(text, place)
        if piece is None:  # a sign that begins nothing
            place += 1
            continue
        yield piece
        place = piece.end()


def _with(query: Query, piece: re.Match[str], *, joins: bool, is_without: bool) -> Query:
    name, said = (piece["field"] or "").lower(), said_in(piece)
    if not is_without and (bounded := with_bound(query, name, said)):
        return bounded
    field = FIELDS.get(name, Field.ANY)
    if field is Field.LANGUAGE and not _LANGUAGE.fullmatch(said.lower()):
        field = Field.ANY
    if name and not field:  # no field of ours: an address, a time of day, a title with a colon
        said = f"{piece['field']}:{said}"
    is_beginning = bool(piece["star"]) or (piece["word"] is not None and said.endswith("*"))
    term = Term(
        said.strip().rstrip("*") if is_beginning else said.strip(),
        field,
        is_phrase=piece["phrase"] is not None and not is_beginning,
        is_beginning=is_beginning,
    )
    if not words_of(term.text, ""):
        return query
    if is_without:
        return replace(query, without=(*query.without, term))
    if joins:
        return replace(query, clauses=(*query.clauses[:-1], (*query.clauses[-1], term)))
    return replace(query, clauses=(*query.clauses, (term,)))


def said_in(piece: re.Match[str]) -> str:
    return str(piece["word"] if piece["phrase"] is None else piece["phrase"])


def with_bound(query: Query, name: str, said: str) -> Query | None:
    if name == "has":
        return replace(query, has_photo=True) if said.lower() in ("photo", "photos") else None
    days = written_days(said) if name in BOUNDS else None
    if days is None:
        return None
    if name not in _TO:
        query = replace(query, first=max(query.first or days[0], days[0]))
    if name not in _FROM:
        query = replace(query, last=min(query.last or days[1], days[1]))
    return query
