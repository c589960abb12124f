"""Parses a reader's query: words, phrases, exclusions, fields. Pure and total: any text is a query, and parts without a
special meaning are plain words.

    "harbour master" ferr* -bus            a phrase, a prefix, an excluded word
    ferry OR ferries headline:quay         either word, and a word of the headline
    ferry AND quay NOT bus                 the same as: ferry quay -bus
    from:2019 to:2020-06 has:photo         archive dates, and articles with a photo
    tag:"City council" source:courier      a tag and a source, by any of their names
    author:"Mei Tanaka"                    the words in a byline, or the author, by any of their names
    by:tanaka year:2019 lang:de            fields by their names in other archives
    ferry in September 2023                a month or a day in words, as the days to look in
"""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from articles.text.dates import spanned_days, written_days
from articles.text.words import words_of

LONGEST_QUERY = 1000  # characters; the page says when more was ignored
MOST_TERMS = 40
MOST_PREFIXES = 8  # of them: each means many words
LONGEST_DATE = 4  # words: 6 of September 2023
# Words before a date, dropped with it.
_BEFORE_DATES = {"in", "on", "of", "from", "im", "am", "vom", "en", "de", "du", "del", "el", "le", "em", "di", "nel"}
JOINS = ("AND", "OR", "NOT")  # in capitals


class Field(StrEnum):
    """The field to search for a term; ``ANY``: all."""

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
_FROM, _TO = {"from", "after", "since"}, {"to", "before", "until"}
BOUNDS = _FROM | _TO | {"date", "year", "month", "day", "published", "has"}


@dataclass(frozen=True, slots=True)
class Term:
    """A word, phrase or prefix; ``text``: as typed, without quotation marks and asterisk."""

    text: str
    field: Field = Field.ANY
    is_phrase: bool = False
    is_prefix: bool = False

    def __str__(self) -> str:
        is_quoted = self.is_phrase or " " in self.text or self.text in JOINS
        words = f'"{self.text}"' if is_quoted else self.text
        words += "*" if self.is_prefix else ""
        return f"{self.field}:{words}" if self.field else words


@dataclass(frozen=True, slots=True)
class Query:
    """Each clause must match by any of its terms, no term of ``without``. Days inclusive; ``None``: no bound."""

    clauses: tuple[tuple[Term, ...], ...] = ()
    without: tuple[Term, ...] = ()
    first: date | None = None
    last: date | None = None
    has_photo: bool = False
    is_cut: bool = field(default=False, compare=False)
    dated: Term | None = field(default=None, compare=False)  # the words read as these days

    def __bool__(self) -> bool:
        return bool(self.clauses or self.without or self.first or self.last or self.has_photo)

    def __str__(self) -> str:
        """The query as text, which parses to the same query."""
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
        for prefix in (iso[:4], iso[:7]):
            begins, ends = spanned_days(prefix) or (day, day)
            is_within = begins >= (first or begins) and ends <= (last or ends)
            if is_within and day == (begins if day == self.first else ends):
                return prefix
        return iso

    @property
    def undated(self) -> "Query":
        """With the words that were read as days, in quotation marks, as words."""
        words = ((self.dated,),) if self.dated else ()
        return replace(self, clauses=(*self.clauses, *words), first=None, last=None, dated=None)

    def within(self, first: date | None, last: date | None) -> "Query":
        """Of two bounds, the narrower counts."""
        firsts, lasts = filter(None, (self.first, first)), filter(None, (self.last, last))
        return replace(self, first=max(firsts, default=None), last=min(lasts, default=None))

    @property
    def is_backwards(self) -> bool:
        return bool(self.first and self.last and self.first > self.last)

    @property
    def terms(self) -> list[Term]:
        """In the order typed, without exclusions."""
        return [term for clause in self.clauses for term in clause]


QUOTES = "“”„‟«»＂"
_UNQUOTED = str.maketrans(dict.fromkeys(f'{QUOTES}"', " "))
_QUOTES = str.maketrans(dict.fromkeys(QUOTES, '"'))
_PIECE = re.compile(
    r'(?P<minus>-?)(?:(?P<field>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))(?P<star>\*?)', re.ASCII
)
_LANGUAGE = re.compile("[a-z]{2,3}(-[a-z0-9]+)*")


def without_quotes(text: str) -> str:
    """A name without quotation marks, to be put into them."""
    return " ".join(text.translate(_UNQUOTED).split())


def parse(text: str) -> Query:
    query, pieces = Query(is_cut=len(text) > LONGEST_QUERY), pieces_of(text)
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
        if sum(term.is_prefix for term in (*longer.terms, *longer.without)) > MOST_PREFIXES:
            return replace(query, is_cut=True)
        query = longer
    return with_days(query)


def with_days(query: Query, *, with_numbers: bool = False) -> Query:
    """The query with its first date in words, such as ``in March 2004``, turned into ``from:`` and ``to:``.

    A query with bounds, or without a date, is returned unchanged. Dates in figures alone, such as ``2018`` or
    ``2011/12``, count only ``with_numbers``, and only next to other words.
    """
    if query.first or query.last:
        return query
    clauses = query.clauses  # a word alone, without field, prefix or OR, may be of a date
    texts = ["" if others or of.is_phrase or of.is_prefix or of.field else of.text for of, *others in clauses]
    for length in range(LONGEST_DATE, 0, -1):
        for start in range(len(texts) - length + 1):
            run = texts[start : start + length]
            days = written_days(" ".join(run)) if all(run) else None
            if days is None:
                continue
            is_year = (days[1] - days[0]).days > 31
            names_month = not is_year and any(map(str.isalpha, "".join(run)))
            if not names_month and not (with_numbers and length < len(texts)):
                continue
            is_after = start > 0 and texts[start - 1].casefold() in _BEFORE_DATES
            begins = start - (is_after and (names_month or length + 1 < len(texts)))
            rest = (*clauses[:begins], *clauses[start + length :])
            words = Term(" ".join(run), is_phrase=True)
            return replace(query, clauses=rest, first=days[0], last=days[1], dated=words)
    return query


def pieces_of(text: str) -> list[re.Match[str]]:
    """Matches of ``_PIECE``, positioned in the text."""
    spaced = (
        " " if letter.isspace() or unicodedata.category(letter) in ("Cc", "Cs") else letter
        for letter in text[:LONGEST_QUERY]
    )
    return list(_PIECE.finditer("".join(spaced).translate(_QUOTES)))


def _with(query: Query, piece: re.Match[str], *, joins: bool, is_without: bool) -> Query:
    name, value = (piece["field"] or "").lower(), text_of(piece)
    if not is_without and (bounded := with_bound(query, name, value)):
        return bounded
    field = FIELDS.get(name, Field.ANY)
    if field is Field.LANGUAGE and not _LANGUAGE.fullmatch(value.lower()):
        field = Field.ANY
    if name and not field:  # not a field: an address, a time of day, a title with a colon
        value = f"{piece['field']}:{value}"
    is_prefix = bool(piece["star"]) or (piece["word"] is not None and value.endswith("*"))
    term = Term(
        value.strip().rstrip("*") if is_prefix else value.strip(),
        field,
        is_phrase=piece["phrase"] is not None and not is_prefix,
        is_prefix=is_prefix,
    )
    if not words_of(term.text, ""):
        return query
    if is_without:
        return replace(query, without=(*query.without, term))
    if joins:
        return replace(query, clauses=(*query.clauses[:-1], (*query.clauses[-1], term)))
    return replace(query, clauses=(*query.clauses, (term,)))


def text_of(piece: re.Match[str]) -> str:
    return str(piece["word"] if piece["phrase"] is None else piece["phrase"])


def with_bound(query: Query, name: str, value: str) -> Query | None:
    if name == "has":
        return replace(query, has_photo=True) if value.lower() in ("photo", "photos") else None
    days = written_days(value) if name in BOUNDS else None
    if days is None:
        return None
    return query.within(None if name in _TO else days[0], None if name in _FROM else days[1])
