"""The interface to the index of a database; ``fts5`` is for SQLite, ``postgresql`` for PostgreSQL.

Words come tokenised and stemmed from ``articles.text.words``. Written words begin with ``=`` and facts with ``#``, so
that no stem equals one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Any, ClassVar

from django.db import connection, transaction

from articles.models import SearchEntry
from articles.models.reading import page_facts
from articles.models.search_entry import LAST_NUMBER, day_of, entry_number
from articles.search.facts import EVERY, WITH_PHOTO, language_fact, month_fact, source_fact, tag_fact, year_fact
from articles.text.grouping import by_key
from articles.text.keys import LAST_LETTER
from articles.text.words import ArticleWords, is_listed

WORDS, ACCENTED = "articles_search_word", "articles_search_accented"
REMEMBERED = 500_000
MOST_YEARS = 200  # whose months are named


# Words for prefixes and spelling, alone, and stems of accented ones, without and with the accents.
Words = set[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Document:
    """A published article for the index. ``source_id`` is ``None`` if no source is named."""

    article_id: int
    day: date | None
    words: ArticleWords
    tag_ids: Collection[int]
    source_id: int | None
    has_photo: bool

    @property
    def language(self) -> str:
        return self.words.language

    @property
    def number(self) -> int:
        return entry_number(self.day, self.article_id)

    @property
    def tags(self) -> str:
        return " ".join(map(str, sorted(self.tag_ids)))

    @property
    def facts(self) -> list[str]:
        found = [EVERY, *map(tag_fact, sorted(self.tag_ids))]
        if self.day is not None:
            found += [year_fact(self.day), month_fact(self.day)]
        if self.source_id is not None:
            found.append(source_fact(self.source_id))
        return [*found, language_fact(self.language), *([WITH_PHOTO] if self.has_photo else [])]


class Column(StrEnum):
    """A column of the index. ``TEXT``: all words; ``FACTS``: tags, dates, source, language and photo."""

    TEXT = "text"
    HEADLINE = "headline"
    CAPTION = "caption"
    BODY = "body"
    BYLINE = "byline"
    FACTS = "facts"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Words in sequence in a column; the last may be a prefix.

    Stems or, if ``is_written``, words as written. ``ranks_only`` tokens only improve the rank: another alternative of
    the clause finds the same articles. ``finds_only`` tokens do not rank. They match articles in the languages
    ``only_in``, or in all but ``not_in``; at most one of these is set.
    """

    column: Column
    words: tuple[str, ...]
    is_prefix: bool = False
    is_written: bool = False
    ranks_only: bool = False
    finds_only: bool = False
    only_in: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()


ASIDE = frozenset((Column.CAPTION, Column.BYLINE))  # not in the text; SQLite has a separate index of these
Alternatives = tuple[Tokens, ...]  # any of these must match


def is_fact(alternatives: Alternatives) -> bool:
    return all(tokens.column is Column.FACTS for tokens in alternatives)


def _in_headline(clause: Alternatives) -> Alternatives:
    """Empty if it has no alternative there."""
    if is_fact(clause):
        return clause
    in_text = (Column.TEXT, Column.HEADLINE)
    return tuple(replace(tokens, column=Column.HEADLINE) for tokens in clause if tokens.column in in_text)


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """A compiled query: all ``clauses`` must match and none of ``without``, for numbers from ``first`` to ``last``.

    ``clauses`` are in the order typed. ``rarest_first`` has them in the best order for the search, if known.
    """

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
        """The clauses with words, which rank the hits."""
        return tuple(clause for clause in self.clauses if not is_fact(clause))

    @property
    def months(self) -> Alternatives:
        """Months between its bounds, newest first, with years for whole ones; empty for more than ``MOST_YEARS``.

        Added to the words, or a database would search the whole archive for one more hit whose number is too low. The
        month of ``first`` is always there: without any, bounds that nothing lies between would be none.
        """
        since, last = day_of(self.first), self.last
        if since is None:
            return ()
        if last == LAST_NUMBER:
            [[newest]] = rows(f"SELECT max(id) FROM {SearchEntry._meta.db_table}", ())  # noqa: S608
            last = newest or 0
        until = max(day_of(last) or since, since)
        if until.year - since.year > MOST_YEARS:
            return ()
        starts, ends = since.year * 12 + since.month - 1, until.year * 12 + until.month - 1
        months = [date(month // 12, month % 12 + 1, 1) for month in range(ends, starts - 1, -1)]
        between = range(since.year + 1, until.year)
        facts = dict.fromkeys(year_fact(month) if month.year in between else month_fact(month) for month in months)
        return tuple(Tokens(Column.FACTS, (fact,)) for fact in facts)

    @property
    def in_headlines(self) -> CompiledQuery | None:
        """For headlines alone, without exclusions; ``None`` if it has no words, or a clause cannot match there."""
        clauses, rarest_first = (tuple(map(_in_headline, each)) for each in (self.clauses, self.rarest_first))
        if not self.words or not all((*clauses, *rarest_first)):
            return None
        return replace(self, clauses=clauses, rarest_first=rarest_first, without=())


EVERYTHING = CompiledQuery()


def rows(sql: str, values: Sequence[Any] | dict[str, Any]) -> list[tuple[Any, ...]]:
    """A public page runs equal queries once."""
    facts, query = page_facts.get({}), (sql, repr(values))
    if query not in facts:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            facts[query] = cursor.fetchall()
    found: list[tuple[Any, ...]] = facts[query]
    return found


class Backend(ABC):
    """The index of one database. Numbers are those of ``SearchEntry``.

    Both databases share two tables: all words, and the stems of words with accents. Rows are never deleted, so each
    process may remember those it has seen.
    """

    ONE_OF: ClassVar[str]  # SQL: is one of the ``listed`` numbers
    ROWS: ClassVar[list[tuple[str, str]]]  # tables with a row an article, and its number there
    # SQLite reads articles newest first, until there are enough, and looks for columns and phrases in each. PostgreSQL
    # reads all articles with the words in their columns, and then the text of those that may have a phrase.
    IS_IN_ORDER: ClassVar[bool] = True
    # More steps (``articles.search.reach``) to look for a phrase in an article, or for each of very many words.
    PHRASE_STEPS: ClassVar[int] = 0
    WORD_STEPS: ClassVar[float] = 0

    def __init__(self) -> None:
        self._noted: Words = set()  # by this process
        self.common = set[str]()  # stems in very many articles, so that their number need not be asked for again

    @abstractmethod
    def listed(self, numbers: Iterable[int]) -> Any:
        """Numbers as one parameter; hundreds of single ones take Django three times as long."""

    @abstractmethod
    def empty(self) -> None:
        """Make new tables, or remove all articles."""

    @abstractmethod
    def add(self, documents: Sequence[Document]) -> None:
        """Add documents; their numbers must be new."""

    @abstractmethod
    def remove(self, numbers: Sequence[int]) -> None:
        """Remove documents by number."""

    @abstractmethod
    def differing(self, documents: Sequence[Document]) -> set[int]:
        """Numbers of documents that the index does not have as they are; SQLite compares numbers of words alone."""

    @abstractmethod
    def settle(self) -> None:
        """Optimise the index after many additions, so that queries are faster.

        Done in small steps, so that others can read and write meanwhile: about a minute for a million articles.
        """

    @abstractmethod
    def hits(self, compiled: CompiledQuery, most: int, *, oldest_first: bool = False) -> list[int]:
        """Matching numbers, highest first unless ``oldest_first``."""

    @abstractmethod
    def best(self, compiled: CompiledQuery, among: Sequence[int]) -> list[int]:
        """Sort ``among``, all of which match, best first."""

    @abstractmethod
    def headlines(self, compiled: CompiledQuery, most: int) -> list[int]:
        """The newest hits with all words in the headline, best first; ``without`` is ignored."""

    @abstractmethod
    def matching(self, compiled: CompiledQuery, among: Sequence[int]) -> list[int]:
        """The matching of a few numbers, in their order."""

    @abstractmethod
    def how_many(self, clauses: Sequence[Alternatives], most: int, within: CompiledQuery = EVERYTHING) -> list[int]:
        """Matches of each clause within a search, counted up to ``most``; one query."""

    @abstractmethod
    def frequent(self, prefix: str, most: int) -> list[str]:
        """Words with this prefix, most frequent in headlines first."""

    def strays(self) -> list[int]:
        """Numbers in the index that are of no article."""
        sql = "SELECT {1} FROM {0} AS kept WHERE NOT EXISTS (SELECT 1 FROM articles_searchentry WHERE id = {1})"
        return sorted({number for row in self.ROWS for (number,) in rows(sql.format(*row), ())})

    def entries(self, numbers: Iterable[int]) -> list[Any]:
        """Rows of source, language, has_photo and tags, unordered."""
        these = "SELECT source_id, language, has_photo, tags FROM articles_searchentry WHERE id"
        return rows(f"{these} {self.ONE_OF}", (self.listed(numbers),))

    def merged_tags(self, tag_ids: Iterable[int]) -> list[Any]:
        """Ids of merged tags, each with the tag it was merged into."""
        these = "SELECT former_id, tag_id FROM articles_formertag WHERE former_id"
        return rows(f"{these} {self.ONE_OF}", (self.listed(tag_ids),))

    def words(self, prefix: str, most: int) -> list[str]:
        """Written words with this prefix, sorted. Some may no longer be in any article."""
        sql = f"SELECT word FROM {WORDS} WHERE word >= %s AND word < %s ORDER BY word LIMIT {most}"  # noqa: S608
        return [word for (word,) in rows(sql, (prefix, prefix + LAST_LETTER))]

    def accented(self, stems: Collection[str]) -> dict[str, list[str]]:
        """Accented stems by their stems without accents: ``Spelling.accented``."""
        places = ", ".join(["%s"] * len(stems))
        sql = f"SELECT plain, stem FROM {ACCENTED} WHERE plain IN ({places}) ORDER BY plain, stem"  # noqa: S608
        return by_key(rows(sql, tuple(stems)) if stems else ())

    def new_words(self, documents: Sequence[Document]) -> Words:
        known = set[str]().union(*(document.words.known for document in documents))
        words: Words = {(word,) for word in known if is_listed(word)}
        return words.union(*(document.words.accented for document in documents)) - self._noted

    def note(self, words: Words) -> None:
        """Store new words, in their order. On PostgreSQL others with the same words wait for the commit."""
        for table, columns, marks in ((WORDS, "word", "%s"), (ACCENTED, "plain, stem", "%s, %s")):
            if rows := sorted(word for word in words if len(word) == marks.count("%s")):
                sql = f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608
                with connection.cursor() as cursor:
                    cursor.executemany(sql, rows)

        def remember() -> None:
            if len(self._noted) > REMEMBERED:
                self._noted.clear()
            self._noted.update(words)

        transaction.on_commit(remember)


@cache
def _of(vendor: str) -> Backend:
    name = "fts5" if vendor == "sqlite" else vendor
    found: Backend = import_module(f"articles.search.{name}").Index()
    return found


def backend() -> Backend:
    return _of(connection.vendor)
