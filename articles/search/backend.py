"""The one interface behind which a database keeps the index; ``fts5`` is SQLite's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from django.db import connection

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from articles.search.index import Document


class Column(StrEnum):
    """Where words stand in the index. ``TEXT`` is all that is read; ``EXACT`` knows no stems, ``FACTS`` no words."""

    TEXT = "text"
    HEADLINE = "headline"
    CAPTION = "caption"
    BODY = "body"
    BYLINE = "byline"
    EXACT = "exact"
    FACTS = "facts"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Words of the index that stand one after the other in a column; the last may be a beginning.

    ``ranks_only`` says that all articles which have them are found by another way of the same clause: they make a hit
    better, and need not be looked for.
    """

    column: Column
    words: tuple[str, ...]
    is_beginning: bool = False
    ranks_only: bool = False


MOST_TAGS = 50
LAST_NUMBER = (1 << 62) - 1
LAST_LETTER = chr(0x10FFFF)  # words that begin alike lie before the beginning with this behind it
# Any of these must hold, and of each all.
Alternatives = tuple[tuple[Tokens, ...], ...]


def looked_for(alternatives: Alternatives) -> Alternatives:
    """Those by which articles are found; the others make hits better."""
    return tuple(tokens for tokens in alternatives if not any(one.ranks_only for one in tokens))


@dataclass(frozen=True, slots=True)
class Sought:
    """A query in words of the index. All ``clauses`` of words and all ``facts`` must hold, and none of ``without``;
    numbers from ``first`` to ``last`` are looked through, both included."""

    clauses: tuple[Alternatives, ...] = ()
    facts: tuple[Alternatives, ...] = ()
    without: Alternatives = ()
    first: int = 0
    last: int = LAST_NUMBER


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of some articles each source, language and tag has; ``None`` is no source named. Of the tags, those
    that most have: ``MOST_TAGS``."""

    sources: dict[int | None, int]
    languages: dict[str, int]
    tags: dict[int, int]
    with_photo: int

    @classmethod
    def of(cls, rows: Iterable[tuple[Any, ...]], tags: dict[int, int]) -> Counts:
        """From rows of a source's id, a language, whether there is a photo, and a number of articles."""
        sources, languages, with_photo = Counter[int | None](), Counter[str](), 0
        for source_id, language, has_photo, found in rows:
            sources[source_id] += found
            languages[language] += found
            with_photo += found if has_photo else 0
        return cls(dict(sources), dict(languages), tags, with_photo)


class Backend(Protocol):
    """The index of one database. Numbers are those of ``SearchEntry``."""

    def create(self, connection: BaseDatabaseWrapper) -> None:
        """Make it, empty."""

    def drop(self, connection: BaseDatabaseWrapper) -> None:
        """Remove it."""

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
        """The newest that have all words of the clauses in their headlines, and the facts, the best first. ``without``
        is not asked."""

    def begun(self, words: Sequence[Tokens], most: int) -> list[int]:
        """The newest whose headlines have all these words, which are of the columns ``HEADLINE`` and ``EXACT``."""

    def which(self, sought: Sought, among: Sequence[int]) -> list[int]:
        """Those of a few numbers that are found, in their order."""

    def how_many(
        self, clauses: Sequence[Alternatives], most: int, first: int = 0, last: int = LAST_NUMBER
    ) -> list[int]:
        """How many articles each of these finds among these numbers, counted to ``most``; in one query."""

    def counts(self, numbers: Sequence[int]) -> Counts:
        """What is found, by what it is listed by."""

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
