"""The one interface behind which a database keeps the index; ``fts5`` is SQLite's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Protocol

from django.db import connection

from articles.search.document import Document


class Column(StrEnum):
    """Where words stand in the index. ``TEXT`` is all that is read; ``FACTS`` are what an article is listed by."""

    TEXT = "text"
    HEADLINE = "headline"
    CAPTION = "caption"
    BODY = "body"
    BYLINE = "byline"
    FACTS = "facts"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Words of the index that stand one after the other in a column; the last may be a beginning.

    They are stems, or, ``is_written``, words as they are written. ``ranks_only`` says that all articles which have them
    are found by another way of the same clause: they make a hit better, and need not be looked for.
    """

    column: Column
    words: tuple[str, ...]
    is_beginning: bool = False
    is_written: bool = False
    ranks_only: bool = False


ASIDE = frozenset((Column.CAPTION, Column.BYLINE))  # what stands beside the text: SQLite has an index of it alone
LAST_NUMBER = (1 << 62) - 1
LAST_LETTER = chr(0x10FFFF)  # words that begin alike lie before the beginning with this behind it
Alternatives = tuple[Tokens, ...]  # any of these must hold


def looked_for(alternatives: Alternatives) -> Alternatives:
    """Those by which articles are found; the others make hits better."""
    return tuple(one for one in alternatives if not one.ranks_only)


def is_fact(alternatives: Alternatives) -> bool:
    """Whether this asks for no words, but for what an article is listed by."""
    return all(one.column is Column.FACTS for one in alternatives)


@dataclass(frozen=True, slots=True)
class Sought:
    """A query in words of the index. All ``clauses``, in the order typed, must hold, and none of ``without``; numbers
    from ``first`` to ``last`` are looked through, both included. ``rarest_first`` are the clauses in the order in which
    they are best looked for, where that was found out."""

    clauses: tuple[Alternatives, ...] = ()
    without: Alternatives = ()
    first: int = 0
    last: int = LAST_NUMBER
    rarest_first: tuple[Alternatives, ...] = ()

    @property
    def in_turn(self) -> tuple[Alternatives, ...]:
        return self.rarest_first or self.clauses

    @property
    def words(self) -> tuple[Alternatives, ...]:
        """The clauses that ask for words, by which hits are ranked."""
        return tuple(clause for clause in self.clauses if not is_fact(clause))

    @property
    def ranked_by(self) -> tuple[Alternatives, ...]:
        """Where no words are asked for, what has most of several facts, and the rarest of them, is best."""
        return self.words or self.clauses


EVERYTHING = Sought()


class Backend(Protocol):
    """The index of one database. Numbers are those of ``SearchEntry``."""

    def empty(self) -> None:
        """Take all articles out of it."""

    def add(self, documents: Sequence[Document]) -> None:
        """Write documents whose numbers are not in the index."""

    def remove(self, numbers: Sequence[int]) -> None:
        """Remove documents by their numbers."""

    def settle(self) -> None:
        """Put it in order when very many documents have come, so that it is asked faster. Others may read and write
        meanwhile: it is done piece by piece, in about a minute for a million articles."""

    def newest(self, sought: Sought, most: int) -> list[int]:
        """The numbers of what is found, from the highest down, at most so many."""

    def oldest(self, sought: Sought, most: int) -> list[int]:
        """The numbers of what is found, from the lowest up, at most so many."""

    def best(self, sought: Sought, among: Sequence[int]) -> list[int]:
        """``among``, which are found, the best first."""

    def headlines(self, sought: Sought, most: int) -> list[int]:
        """The newest that have all words in their headlines, and what else must hold, the best first; none where
        nothing is asked of headlines. ``without`` is not asked."""

    def begun(self, words: Sequence[Tokens], most: int) -> list[int]:
        """The newest whose headlines have all these words."""

    def which(self, sought: Sought, among: Sequence[int]) -> list[int]:
        """Those of a few numbers that are found, in their order."""

    def how_many(self, clauses: Sequence[Alternatives], most: int, within: Sought = EVERYTHING) -> list[int]:
        """How many articles each of these finds within a search, counted to ``most``; in one query."""

    def entries(self, numbers: Iterable[int]) -> list[tuple[int | None, str, bool, str]]:
        """What is kept of these articles: source, language, whether there is a photo, and tags, in no order."""

    def merged_tags(self, tag_ids: Iterable[int]) -> list[tuple[int, int]]:
        """Those of these tags that were merged into another, and that one."""

    def words(self, beginning: str, most: int) -> list[str]:
        """Words as they are written that begin so, in their order, at most so many. Some may be in no article now."""

    def accented(self, stems: Collection[str]) -> dict[str, list[str]]:
        """The stems of words with accents, by the stems that these have without them: ``Spelling.accented``."""

    def frequent(self, beginning: str, most: int) -> list[str]:
        """Of the words that begin so, those that are in most headlines."""


@cache
def _of(vendor: str) -> Backend:
    name = {"sqlite": "fts5"}.get(vendor)
    found: Backend = import_module(f"articles.search.{name or vendor}").Index()
    return found


def backend() -> Backend:
    """The index of the database that is in use."""
    return _of(connection.vendor)
