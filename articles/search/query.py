"""What a reader typed, understood: words, phrases, what shall not be there, fields. Pure, and total: any text is a
query, and what has no meaning of its own is taken as plain words.

    "harbour master" ferr* -bus            a phrase, the beginning of a word, and not this one
    ferry OR ferries headline:quay         either of two, and a word of the headline
    from:2019 to:2020-06 has:photo         the archive date, and articles that have a photo
    tag:"City council" source:courier      a tag and a source, by any of their names
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

LONGEST_QUERY = 1000  # characters; what follows is left out, and said to be
MOST_TERMS = 40
MOST_BEGINNINGS = 8  # of them: each stands for many words


class Field(StrEnum):
    """Where a term is looked for; ``ANY`` is everywhere."""

    ANY = ""
    HEADLINE = "headline"
    CAPTION = "caption"
    BYLINE = "byline"
    TAG = "tag"
    SOURCE = "source"


# A credit stands with its caption in the index.
FIELDS = {**{member.value: member for member in Field if member}, "credit": Field.CAPTION}


@dataclass(frozen=True, slots=True)
class Term:
    """A word, the words of a phrase, or the beginning of one; ``text`` is as it was typed, without its signs."""

    text: str
    field: Field = Field.ANY
    is_phrase: bool = False
    is_beginning: bool = False

    def __str__(self) -> str:
        words = f'"{self.text}"' if self.is_phrase or " " in self.text else self.text
        words += "*" if self.is_beginning else ""
        return f"{self.field}:{words}" if self.field else words


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for. ``clauses`` must all hold, and of each any one term; of ``without`` none may.

    ``first`` and ``last`` are days, the last one included; ``None`` is no bound.
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
        """The query, written so that it is understood the same again."""
        parts = [" OR ".join(map(str, clause)) for clause in self.clauses]
        parts += [f"-{term}" for term in self.without]
        return " ".join([*parts, *self._bounds()])

    def _bounds(self) -> Iterator[str]:
        if self.since:
            yield f"from:{self.since}"
        if self.until:
            yield f"to:{self.until}"
        if self.has_photo:
            yield "has:photo"

    @property
    def since(self) -> str:
        """The first day as it may be typed, ``2019-06`` or ``2019`` where it begins these and no sooner end is asked
        for; ``""`` for no bound."""
        return self._shortest(self.first) if self.first else ""

    @property
    def until(self) -> str:
        """The last day, likewise."""
        return self._shortest(self.last) if self.last else ""

    def _shortest(self, day: date) -> str:
        """The year, month or day of which this is the first or the last day, if all of it lies within the bounds."""
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
        """Whether it begins after it ends, so that no day lies in it."""
        return bool(self.first and self.last and self.first > self.last)

    @property
    def terms(self) -> list[Term]:
        """All that must be there, in the order typed."""
        return [term for clause in self.clauses for term in clause]


def plain_text(clause: tuple[Term, ...]) -> str:
    """The word or phrase that is all a clause asks for; ``""`` where it asks for a field, a beginning, or with OR."""
    return clause[0].text if len(clause) == 1 and not (clause[0].field or clause[0].is_beginning) else ""


QUOTES = "“”„‟«»＂"  # which are as good as "
_QUOTES = str.maketrans(dict.fromkeys(QUOTES, '"'))
_PIECE = re.compile(
    r'(?P<minus>-?)(?:(?P<field>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))(?P<star>\*?)', re.ASCII
)
_SPACES = re.compile(r"\s+")


def parse(text: str) -> Query:
    """Understand what was typed; never an error."""
    query, joins = Query(is_cut=len(text) > LONGEST_QUERY), False
    for piece in pieces_of(text):
        if piece["word"] == "OR" and not piece["field"] and not piece["minus"]:
            joins = bool(query.clauses)
            continue
        if len(query.terms) + len(query.without) >= MOST_TERMS:
            return replace(query, is_cut=True)
        longer, joins = _with(query, piece, joins=joins), False
        if sum(term.is_beginning for term in (*longer.terms, *longer.without)) > MOST_BEGINNINGS:
            return replace(query, is_cut=True)
        query = longer
    return query


def pieces_of(text: str) -> Iterator[re.Match[str]]:
    """What was typed in the pieces that each mean something, each where it stands in the text."""
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


def _with(query: Query, piece: re.Match[str], *, joins: bool) -> Query:
    name, said = (piece["field"] or "").lower(), piece["phrase"] if piece["phrase"] is not None else piece["word"]
    if not piece["minus"] and (bounded := with_bound(query, name, said)):
        return bounded
    if name and name not in FIELDS:  # no field of ours: an address, a time of day, a title with a colon
        said = f"{piece['field']}:{said}"
    is_beginning = bool(piece["star"]) or (piece["word"] is not None and said.endswith("*"))
    term = Term(
        said.strip().rstrip("*") if is_beginning else said.strip(),
        FIELDS.get(name, Field.ANY),
        is_phrase=piece["phrase"] is not None and not is_beginning,
        is_beginning=is_beginning,
    )
    if next(words_of(term.text, ""), None) is None:
        return query
    if piece["minus"]:
        return replace(query, without=(*query.without, term))
    if joins:
        return replace(query, clauses=(*query.clauses[:-1], (*query.clauses[-1], term)))
    return replace(query, clauses=(*query.clauses, (term,)))


def with_bound(query: Query, name: str, said: str) -> Query | None:
    """The query with a bound, if this is one."""
    if name == "has" and said.lower() in ("photo", "photos"):
        return replace(query, has_photo=True)
    if name == "from" and (first := first_day(said)):
        return replace(query, first=max(query.first or first, first))
    if name == "to" and (last := last_day(said)):
        return replace(query, last=min(query.last or last, last))
    return None


def first_day(said: str) -> date | None:
    """The first day of ``2019``, ``2019-06``, ``2019-06-30`` or ``June 2019``; ``None`` for what is no date."""
    days = written_days(said)
    return days[0] if days else None


def last_day(said: str) -> date | None:
    """The last day of the same; ``None`` for what is no date."""
    days = written_days(said)
    return days[1] if days else None
