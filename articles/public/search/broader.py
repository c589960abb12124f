"""The nearest broader search with hits, for a search without any.

Tried in this order: a date as mere words, fewer filters, other spelling, phrases as single words, fewer words. At most
``MOST_TRIED`` searches are counted, each with few steps (``finding.count``): some tenths of a second in ten million
articles.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from articles.public.search.address import Asked
from articles.public.search.spelling import respelled
from articles.search.asking import Filters, compile_query
from articles.search.backend import backend
from articles.search.finding import MOST, count
from articles.search.query import Field, Query, Term

MOST_TRIED = 20  # searches
MOST_WORDS = 8  # of a query that are dropped in turn
Clauses = tuple[tuple[Term, ...], ...]
Change = Literal["filters", "quoted", "spelling", "phrase", "words"]


@dataclass(frozen=True, slots=True)
class Broader:
    change: Change
    asked: Asked
    filters: Filters


def broader(asked: Asked, filters: Filters) -> Broader | None:
    """The nearest search with hits, or ``None``; ``asked`` has none."""
    tries = islice(_in_both_readings(_tries(asked, filters)), MOST_TRIED)
    return next((attempt for attempt in tries if _has_hits(attempt.asked, attempt.filters)), None)


def with_years(asked: Asked, filters: Filters) -> Asked:
    """``flood 2000``: the year is a date if that has hits, else a word."""
    dated = replace(asked, reads_numbers=True)
    return dated if dated.words != asked.words and _has_hits(dated, filters) else asked


def _has_hits(asked: Asked, filters: Filters) -> bool:
    return count(compile_query(asked.query, filters))[0] > 0


def _in_both_readings(tries: Iterator[Broader]) -> Iterator[Broader]:
    for attempt in tries:
        dated = replace(attempt.asked, reads_numbers=True)
        if dated.words != attempt.asked.words:
            yield replace(attempt, asked=dated)
        yield attempt


def _tries(asked: Asked, filters: Filters) -> Iterator[Broader]:
    query = asked.words
    if query.dated:
        yield Broader("quoted", asked.but(q=str(query.undated)), filters)
    for wider in _fewer_filters(asked, query):
        yield Broader("filters", wider, filters if wider.filter_count else Filters())
    for change, variant in _otherwise(query):
        if variant != query:
            yield Broader(change, asked.but(q=str(variant)), filters)
    for clauses in _fewer_words(query):
        yield Broader("words", asked.but(q=str(replace(query, clauses=clauses))), filters)


def _otherwise(query: Query) -> Iterator[tuple[Change, Query]]:
    yield "spelling", respelled(query)
    # The words of each phrase apart. Alternatives of OR, and names of tags and sources, stay.
    clauses: list[tuple[Term, ...]] = []
    for clause in query.clauses:
        term = clause[0]
        if len(clause) == 1 and term.is_phrase and term.field not in (Field.TAG, Field.SOURCE, Field.LANGUAGE):
            words = [word.strip("-*").casefold() for word in term.text.split()]
            clauses += [(Term(word, term.field),) for word in words if any(map(str.isalnum, word))]
        else:
            clauses.append(clause)
    yield "phrase", replace(query, clauses=tuple(clauses))


def _fewer_filters(asked: Asked, query: Query) -> Iterator[Asked]:
    """Drop the filters of the address, the bounds among the words, or both."""
    bare, unbound = Asked(q=asked.q, order=asked.order), replace(query, first=None, last=None, has_photo=False)
    if query and asked.filter_count:
        yield bare
    if unbound and (query.first or query.last or query.has_photo):
        yield asked.but(q=str(unbound))
        if asked.filter_count:
            yield bare.but(q=str(unbound))


def _fewer_words(query: Query) -> Iterator[Clauses]:
    """Drop words that no article has; then one word, the commonest first; then all but the rarest."""
    clauses = tuple(dict.fromkeys(query.clauses))
    counts = backend().how_many(compile_query(Query(clauses), Filters()).clauses, MOST)
    found = {clause: number for clause, number in zip(clauses, counts, strict=False) if number}
    if 0 < len(found) < len(clauses):
        yield tuple(found)
    rarest = sorted(found, key=lambda clause: found[clause])[:MOST_WORDS]
    for left_out in reversed(rarest):
        if len(found) > 1:
            yield tuple(clause for clause in found if clause != left_out)
    for most in range(len(rarest) - 2, 0, -1):
        yield tuple(clause for clause in found if clause in rarest[:most])
