"""Spelling suggestions: unknown words and names, replaced by the nearest in the archive. The cost is bounded."""

import re
from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from articles.models.prepared import rows_of
from articles.models.tag import FIRST_LETTER
from articles.search.asking import NAMED, is_name_of_any, query_words
from articles.search.backend import Column, Tokens, backend
from articles.search.query import Field, Query, Term, without_quotes
from articles.text.keys import name_slug
from articles.text.words import Word

MOST_CANDIDATES = 10  # spellings of a word that are counted
WORDS_COMPARED = 200_000  # with the same first letter
NAMES_COMPARED = 2_000  # tags or sources with the same first letter and most articles
ENOUGH = 1_000  # articles with a word; not counted further
SHORTEST = 4  # letters; shorter words are near too many others
LONG = 10  # letters; longer words may also differ in their ending

# Number of differing letters, minus the number of articles, the spelling: the best sorts first.
Spelling = tuple[int, int, str]


def respelled(query: Query) -> Query:
    """The query with unknown words and names replaced where a near one exists."""
    words = {word.exact for term in query.terms for word in _words(term)}
    found = backend().how_many([(_written(word),) for word in words], 1)
    unknown = {word for word, count in zip(words, found, strict=True) if not count}
    clauses = tuple(tuple(_respelled(term, unknown) for term in clause) for clause in query.clauses)
    return replace(query, clauses=clauses)


def _respelled(term: Term, unknown: Collection[str]) -> Term:
    if term.field in NAMED:
        near = [] if is_name_of_any(term) else _names_near(term.text, term.field)
        return Term(min(near)[2], term.field) if near else term
    text = term.text
    for word in reversed(_words(term)):
        if word.exact in unknown:
            spellings = _spellings(word.exact)
            if term == Term(text[word.start : word.end]):
                spellings += sorted(_names_near(text, Field.TAG))
            if spellings:  # words come before names that are equally near
                better = min(spellings, key=lambda spelling: spelling[0])[2]
                text = text[: word.start] + better + text[word.end :]
    return replace(term, text=text)


def _words(term: Term) -> list[Word]:
    """Words that may be misspelled; not numbers or prefixes."""
    if term.field in (*NAMED, Field.LANGUAGE) or term.is_prefix:
        return []
    words = (word for word in query_words(term)[0] if not word.is_cut and len(word.exact) >= SHORTEST)
    return [word for word in words if not word.exact.isdecimal()]


def _spellings(word: str) -> list[Spelling]:
    """Near words of the archive, the best first."""
    near = _near(word, backend().words(word[0], WORDS_COMPARED))
    counts = backend().how_many([(_written(candidate),) for candidate in near], ENOUGH)
    return sorted(
        (steps, -count, candidate) for (candidate, steps), count in zip(near.items(), counts, strict=True) if count
    )


def _written(word: str) -> Tokens:
    return Tokens(Column.TEXT, (word,), is_written=True)


def _names_near(text: str, field: Field) -> list[Spelling]:
    """Near names of tags or sources with the same first letter."""
    slug = name_slug(text)
    if len(slug) < SHORTEST:
        return []
    found: list[Spelling] = []
    for model, use in zip(NAMED[field], ("article_count", f"{field}__article_count"), strict=True):
        names = rows_of(("used names", model), partial(_used_names, model, use), slug[0])
        used = {of: (-count, without_quotes(name)) for of, name, count in names}
        found += [(steps, *used[candidate]) for candidate, steps in _near(slug, used).items()]
    return found


def _used_names(model: Any, use: str, first: str) -> Any:
    names = model._default_manager.alias(first=FIRST_LETTER).filter(**{f"{use}__gt": 0}, first=first)
    return names.order_by(f"-{use}").values_list("slug", "name", use)[:NAMES_COMPARED]


def _near(word: str, candidates: Collection[str]) -> dict[str, int]:
    furthest = 1 if len(word) <= SHORTEST else 2 if len(word) < LONG else 3
    near = process.extract(word, list(candidates), scorer=OSA.distance, score_cutoff=furthest, limit=MOST_CANDIDATES)
    numbers_in = re.compile(r"\d+").findall
    return {found: int(steps) for found, steps, _ in near if steps and numbers_in(found) == numbers_in(word)}
