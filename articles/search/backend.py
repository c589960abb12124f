"""The one interface behind which a database keeps the index; ``fts5`` is SQLite's."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Any, ClassVar

from django.db import connection, transaction

from articles.models.search_entry import entry_number
from articles.search.words import Spelled

WORDS, ACCENTED = "articles_search_word", "articles_search_accented"
REMEMBERED = 500_000
LONGEST_NUMBER = 4  # digits; longer ones are amounts, of which there is no end


@dataclass(frozen=True, slots=True)
class Document:
    """A published article as the index takes it. ``source_id`` is ``None`` where none is named."""

    article_id: int
    day: date | None
    words: Spelled
    tag_ids: Collection[int]
    source_id: int | None
    language: str
    has_photo: bool

    @property
    def number(self) -> int:
        return entry_number(self.day, self.article_id)

    @property
    def tags(self) -> str:
        return " ".join(map(str, sorted(self.tag_ids)))

    @property
    def facts(self) -> str:
        found = [EVERY, *map(tag_fact, sorted(self.tag_ids))]
        if self.day is not None:
            found += [year_fact(self.day), month_fact(self.day)]
        if self.source_id is not None:
            found.append(source_fact(self.source_id))
        return " ".join([*found, language_fact(self.language), *([WITH_PHOTO] if self.has_photo else [])])


# What an article is listed by, one word each.
EVERY = "every"
WITH_PHOTO = "photo"


def tag_fact(tag_id: int) -> str:
    return f"t{tag_id}"


def source_fact(source_id: int | None) -> str:
    return f"s{source_id}"


def year_fact(day: date) -> str:
    return f"y{day.year}"


def month_fact(day: date) -> str:
    return f"m{day.year * 100 + day.month}"


def language_fact(language: str) -> str:
    return f"l{language.partition('-')[0]}"


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


def is_fact(alternatives: Alternatives) -> bool:
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


def rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


class Backend(ABC):
    """The index of one database. Numbers are those of ``SearchEntry``.

    What both databases have alike is here: two tables of what the articles have or had, words and the stems of those
    with accents. Nothing in them is ever taken back, so each process may remember what it has seen there.
    """

    ONE_OF: ClassVar[str]  # the condition that something is one of the numbers that are ``listed``

    def __init__(self) -> None:
        self._noted: set[Any] = set()  # what is in the tables, as far as this process has seen it there

    @abstractmethod
    def listed(self, numbers: Iterable[int]) -> Any:
        """Numbers as one value for the database: hundreds, each by itself, take Django three times as long."""

    @abstractmethod
    def empty(self) -> None:
        """Take all articles out of it."""

    @abstractmethod
    def add(self, documents: Sequence[Document]) -> None:
        """Write documents whose numbers are not in the index."""

    @abstractmethod
    def remove(self, numbers: Sequence[int]) -> None:
        """Remove documents by their numbers."""

    @abstractmethod
    def settle(self) -> None:
        """Put it in order when very many documents have come, so that it is asked faster. Others may read and write
        meanwhile: it is done piece by piece, in about a minute for a million articles."""

    @abstractmethod
    def newest(self, sought: Sought, most: int) -> list[int]:
        """The numbers of what is found, from the highest down, at most so many."""

    @abstractmethod
    def oldest(self, sought: Sought, most: int) -> list[int]:
        """The numbers of what is found, from the lowest up, at most so many."""

    @abstractmethod
    def best(self, sought: Sought, among: Sequence[int]) -> list[int]:
        """``among``, which are found, the best first."""

    @abstractmethod
    def headlines(self, sought: Sought, most: int) -> list[int]:
        """The newest that have all words in their headlines, and what else must hold, the best first; none where
        nothing is asked of headlines. ``without`` is not asked."""

    @abstractmethod
    def begun(self, words: Sequence[Tokens], most: int) -> list[int]:
        """The newest whose headlines have all these words."""

    @abstractmethod
    def which(self, sought: Sought, among: Sequence[int]) -> list[int]:
        """Those of a few numbers that are found, in their order."""

    @abstractmethod
    def how_many(self, clauses: Sequence[Alternatives], most: int, within: Sought = EVERYTHING) -> list[int]:
        """How many articles each of these finds within a search, counted to ``most``; in one query."""

    @abstractmethod
    def frequent(self, beginning: str, most: int) -> list[str]:
        """Of the words that begin so, those that are in most headlines."""

    def entries(self, numbers: Iterable[int]) -> list[Any]:
        """What is kept of these articles: source, language, whether there is a photo, and tags, in no order."""
        these = "SELECT source_id, language, has_photo, tags FROM articles_searchentry WHERE id"
        return rows(f"{these} {self.ONE_OF}", (self.listed(numbers),))

    def merged_tags(self, tag_ids: Iterable[int]) -> list[Any]:
        """Those of these tags that were merged into another, and that one."""
        these = "SELECT former_id, tag_id FROM articles_formertag WHERE former_id"
        return rows(f"{these} {self.ONE_OF}", (self.listed(tag_ids),))

    def words(self, beginning: str, most: int) -> list[str]:
        """Words as they are written that begin so, in their order, at most so many. Some may be in no article now."""
        sql = f"SELECT word FROM {WORDS} WHERE word >= %s AND word < %s ORDER BY word LIMIT {most}"  # noqa: S608
        return [word for (word,) in rows(sql, (beginning, beginning + LAST_LETTER))]

    def accented(self, stems: Collection[str]) -> dict[str, list[str]]:
        """The stems of words with accents, by the stems that these have without them: ``Spelling.accented``."""
        found: dict[str, list[str]] = {}
        places = ", ".join(["%s"] * len(stems))
        sql = f"SELECT plain, stem FROM {ACCENTED} WHERE plain IN ({places}) ORDER BY plain, stem"  # noqa: S608
        for plain, stem in rows(sql, tuple(stems)) if stems else ():
            found.setdefault(plain, []).append(stem)
        return found

    def note(self, cursor: Any, documents: Sequence[Document]) -> None:
        """Note the words that are new, for beginnings and for spelling, and the stems of those with accents."""
        known = {word for one in documents for word in one.words.known}
        words = {(word,) for word in known if not word.isdecimal() or len(word) <= LONGEST_NUMBER} - self._noted
        accented = {pair for one in documents for place in one.words for pair in place.accented} - self._noted
        for table, columns, values in ((WORDS, "word", words), (ACCENTED, "plain, stem", accented)):
            marks = ", ".join(["%s"] * len(columns.split()))
            sql = f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608
            cursor.executemany(sql, sorted(values))
        if len(self._noted) > REMEMBERED:
            self._noted.clear()
        transaction.on_commit(lambda: self._noted.update(words, accented))


@cache
def _of(vendor: str) -> Backend:
    name = "fts5" if vendor == "sqlite" else vendor
    found: Backend = import_module(f"articles.search.{name}").Index()
    return found


def backend() -> Backend:
    return _of(connection.vendor)
