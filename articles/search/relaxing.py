"""When nothing is found: what could be asked instead, each of it checked to find something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from articles.search.address import Asked
from articles.search.asking import Filters, asked_words, sought_of
from articles.search.backend import Column, Tokens, backend
from articles.search.finding import count
from articles.search.query import Field, Term, parse
from articles.wording import counted

MOST_WORDS = 6  # of a query that are looked at
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
class Relaxed:
    """Spelled otherwise, with fewer words, or with fewer filters; ``alone`` are words that find nothing at all."""

    spelling: Instead | None
    fewer_words: list[Instead]
    alone: list[str]
    without_filters: Instead | None


def relaxed(asked: Asked, filters: Filters) -> Relaxed:
    """What else could be asked. ``asked`` finds nothing."""
    single = parse(asked.q).clauses[:MOST_WORDS]
    alone = {clause: asked.but(q=" OR ".join(map(str, clause))) for clause in single}
    counts = {clause: count(sought_of(one.query, filters)) for clause, one in alone.items()}
    missing = [clause for clause, (found, _) in counts.items() if not found]
    fewer = []
    if len(single) > 1:
        for clause, (found, is_more) in counts.items():
            if found:
                fewer.append(Instead(alone[clause].q, alone[clause], found, is_more))
    return Relaxed(
        spelling=_spelled(asked, missing or _unwritten(single) or list(single), filters),
        fewer_words=fewer,
        alone=[" OR ".join(term.text for term in clause) for clause in missing],
        without_filters=_without_filters(asked),
    )


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


def _without_filters(asked: Asked) -> Instead | None:
    if not (asked.q and asked.filter_count):
        return None
    bare = Asked(q=asked.q, order=asked.order)
    found, is_more = count(sought_of(bare.query, Filters()))
    return Instead("", bare, found, is_more) if found else None


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
