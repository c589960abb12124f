"""When nothing is found: what could be asked instead, each of it checked to find something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from articles.search.address import Asked
from articles.search.asking import Filters, asked_words, sought_of
from articles.search.backend import Column, Tokens, backend
from articles.search.finding import count
from articles.search.query import Field, Query, Term, parse
from articles.wording import counted

MOST_WORDS = 6  # of a query that are looked at
WORDS_TO_LOSE_ONE = 3  # of two, each alone is offered anyway
MOST_LESS = 3  # searches without one word that are offered
MOST_CANDIDATES = 10  # spellings of a word that are tried
WORDS_COMPARED = 200_000  # that begin with the same letter
ENOUGH = 1_000  # articles that a word is in; to count further tells nothing more
SHORTEST = 4  # letters; a shorter word may be misspelled as any other
LONG = 10  # letters; a longer word may have lost an ending as well


@dataclass(frozen=True, slots=True)
class Instead:
    """Another search: its words as the link has them, and how many articles it finds."""

    words: str
    asked: Asked
    found: int
    is_more: bool = False

    @property
    def count_words(self) -> str:
        return f"{'more than ' if self.is_more else ''}{counted(self.found, 'article')}"


@dataclass(frozen=True, slots=True)
class Less(Instead):
    """A search without one word of it."""

    without: str = ""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Spelled otherwise, without one word, with one word alone, or with fewer filters; ``alone`` are words that find
    nothing at all."""

    spelling: Instead | None
    one_less: list[Less]
    fewer_words: list[Instead]
    alone: list[str]
    without_filters: Instead | None


def relaxed(asked: Asked, filters: Filters) -> Relaxed:
    """What else could be asked. ``asked`` finds nothing.

    What bounds the words (days, a photo, words that must not be there) bounds what is offered with fewer of them, too.
    """
    query = parse(asked.q)
    single = list(dict.fromkeys(query.clauses))[:MOST_WORDS]
    alone = [_asked_instead(asked, replace(query, clauses=(clause,)), filters) for clause in single]
    counts = {clause: one.found for clause, one in zip(single, alone, strict=True)}
    missing = [clause for clause in single if not counts[clause]]
    return Relaxed(
        spelling=_spelled(asked, missing or _unwritten(single) or single, filters),
        one_less=_one_less(asked, query, counts, filters),
        fewer_words=[one for one in alone if one.found] if len(single) > 1 else [],
        alone=[one.words for one in alone if not one.found],
        without_filters=_without_filters(asked, query, filters),
    )


def _asked_instead(asked: Asked, query: Query, filters: Filters) -> Instead:
    changed = asked.but(q=str(query))
    return Instead(changed.q, changed, *count(sought_of(changed.query, filters)))


def _one_less(asked: Asked, query: Query, counts: Mapping[tuple[Term, ...], int], filters: Filters) -> list[Less]:
    """The query without one of its words, that which the fewest have first.

    ``counts``: how many articles each word finds. One that finds none has to go, and of two such neither helps.
    """
    if len(counts) < WORDS_TO_LOSE_ONE:
        return []
    missing = [clause for clause, found in counts.items() if not found]
    offered = []
    for clause in sorted(missing or counts, key=lambda clause: counts[clause]) if len(missing) <= 1 else ():
        rest = tuple(other for other in query.clauses if other != clause)
        less = _asked_instead(asked, replace(query, clauses=rest), filters)
        if less.found:
            offered.append(Less(less.words, less.asked, less.found, less.is_more, _words_of(clause)))
        if len(offered) == MOST_LESS:
            break
    return offered


def _words_of(clause: Sequence[Term]) -> str:
    return " OR ".join(map(str, clause))


def _unwritten(clauses: Sequence[tuple[Term, ...]]) -> list[tuple[Term, ...]]:
    """The clauses with a word that no article has as it is written. One may be found all the same, by a stem that it
    happens to share."""
    words = [
        (clause, word.exact)
        for clause in clauses
        for term in clause
        for word in asked_words(term)[0]
        if not word.is_cut
    ]
    counts = backend().how_many([((Tokens(Column.EXACT, (exact,)),),) for _, exact in words], 1)
    return list(dict.fromkeys(clause for (clause, _), count in zip(words, counts, strict=True) if not count))


def _without_filters(asked: Asked, query: Query, filters: Filters) -> Instead | None:
    """The same words with fewer bounds: without those of the address, or of the words, or else of both."""
    bare, unbound = Asked(q=asked.q, order=asked.order), str(replace(query, first=None, last=None, has_photo=False))
    tries = [bare] if asked.q and asked.filter_count else []
    if unbound and query.has_bounds:
        tries += [asked.but(q=unbound), *([bare.but(q=unbound)] if asked.filter_count else [])]
    for one in tries:
        found, is_more = count(sought_of(one.query, filters if one.filter_count else Filters()))
        if found:
            is_everywhere = not (one.filter_count or one.query.has_bounds)
            return Instead("Look everywhere" if is_everywhere else one.q, one, found, is_more)
    return None


# --- Spelling. --------------------------------------------------------------------------------------------------------


def _spelled(asked: Asked, doubtful: list[tuple[Term, ...]], filters: Filters) -> Instead | None:
    """The query with its doubtful words spelled as the archive spells them, if that finds anything."""
    text = asked.q
    for clause in doubtful:
        for term in clause:
            for word in asked_words(term)[0]:
                written = term.text[word.start : word.end]
                if word.is_cut or term.field in (Field.TAG, Field.SOURCE) or len(word.exact) < SHORTEST:
                    continue
                if better := next(_spellings(word.exact), ""):
                    text = re.sub(rf"(?<!\w){re.escape(written)}(?!\w)", better, text)
    if text == asked.q:
        return None
    changed = asked.but(q=text)
    found, is_more = count(sought_of(changed.query, filters))
    return Instead(text, changed, found, is_more) if found else None


def _spellings(word: str) -> Iterator[str]:
    """The words of the archive that are nearly this one, the nearest first and of those the most frequent."""
    furthest = 1 if len(word) <= SHORTEST else 2 if len(word) < LONG else 3
    words = [other for other in backend().words(word[0], WORDS_COMPARED) if other != word]
    near = process.extract(word, words, scorer=OSA.distance, score_cutoff=furthest, limit=MOST_CANDIDATES)
    counts = backend().how_many([((Tokens(Column.EXACT, (other,)),),) for other, _, _ in near], ENOUGH)
    counted = [(steps, -count, other) for (other, steps, _), count in zip(near, counts, strict=True)]
    yield from (other for _, count, other in sorted(counted) if count)
