"""The index in SQLite: three tables of FTS5, one of whole articles, and two small ones, of headlines and of what stands
beside the text (captions and bylines).

The words come cut and stemmed from ``articles.search.words``; FTS5 keeps them as they are (its tokenizer ``ascii``
parts at spaces and leaves all other letters alone), and no text of theirs, for the articles have it. Each place has a
column of stems and one of the words as written, both in their order. Words as written begin with ``=`` and facts with
``#``, so that none is ever taken for a stem, and a word is looked for without asking where it stands. What is asked
reaches FTS5 only as words in quotation marks, so nothing typed is ever its syntax.

The newest article has the lowest rowid: FTS5 goes up through its rowids twice as fast as down.

``bm25`` looks through all that each word of a query is found in, before it ranks anything. So common words, which
rank nothing, are left out of what is ranked by: without them a query takes as long as its rare words are rare.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import connections, transaction

from articles.models.search_entry import article_of
from articles.search.backend import (
    ASIDE,
    EVERY,
    EVERYTHING,
    LAST_LETTER,
    LAST_NUMBER,
    Alternatives,
    Backend,
    Column,
    Document,
    Sought,
    Tokens,
    is_fact,
    rows,
)
from articles.search.words import spelled

ARTICLES, HEADLINES, ASIDES = "articles_search", "articles_search_headline", "articles_search_aside"
HEADLINE_WORDS = f"{HEADLINES}_words"
PLACES = ("headline", "caption", "body", "byline")
_WRITTEN = "_written"  # behind the name of a place, its column of words as written
# What each table has of an article: all of it, and the headlines, and what stands beside the text, by themselves. Where
# a word is asked for in captions alone, the first would look through all articles that have it anywhere.
TABLES = {
    ARTICLES: (*PLACES, *(place + _WRITTEN for place in PLACES), "facts"),
    HEADLINES: ("headline", "headline" + _WRITTEN, "facts"),
    ASIDES: ("caption", "byline", "caption" + _WRITTEN, "byline" + _WRITTEN, "facts"),
}
WEIGHTS = {"headline": 8.0, "caption": 3.0, "body": 1.0, "byline": 3.0, "facts": 4.0}
COMMON = 3_000  # articles; a word of more is no help in ranking
FEW_ASIDES = 300  # articles, of which each can be looked at
SETTLED_AT_ONCE = 4_000  # pages of 4 kB, during which nothing else is written: some tenths of a second
NOWHERE = "¤"  # no word has this sign
HASH_BYTES = 1 << 26  # what FTS5 gathers in memory before it writes; a batch of a load is less

_OF_WRITTEN, _OF_FACTS = "=", "#"  # what stands before words that are no stems


class Index(Backend):
    ONE_OF = "IN (SELECT value FROM json_each(%s))"

    def listed(self, numbers: Iterable[int]) -> str:
        return json.dumps(list(numbers))

    def empty(self) -> None:
        with connections["default"].cursor() as cursor:
            # What is dropped SQLite keeps in memory until then, all of it, but not what is emptied before.
            cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE %s", ("%USING fts5(%content=''%",))
            contentless = {name for (name,) in cursor.fetchall()}  # which alone can be emptied at once
            for table in contentless.intersection(TABLES):
                cursor.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")  # noqa: S608
            for table in (HEADLINE_WORDS, *TABLES):
                cursor.execute(f"DROP TABLE IF EXISTS {table}")
            # Before 3.43, SQLite could not remove from a table without its text; there the words are kept as well.
            options = "content='', contentless_delete=1, " if sqlite3.sqlite_version_info >= (3, 43) else ""
            for table, columns in TABLES.items():
                names = f"{', '.join(columns)}, {options}tokenize=\"ascii tokenchars '=#'\""
                cursor.execute(f"CREATE VIRTUAL TABLE {table} USING fts5({names})")
                cursor.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('hashsize', {HASH_BYTES})")  # noqa: S608
            cursor.execute(f"CREATE VIRTUAL TABLE {HEADLINE_WORDS} USING fts5vocab({HEADLINES}, 'row')")

    def add(self, documents: Sequence[Document]) -> None:
        # In the order of the rowids: at one that is lower than the last, FTS5 writes out what it has gathered.
        documents = sorted(documents, key=lambda one: _rowid(one.number))
        with connections["default"].cursor() as cursor:
            texts = [(_rowid(one.number), _texts(one)) for one in documents]
            for table, columns in TABLES.items():
                values = ", ".join(["%s"] * len(columns))
                cursor.executemany(
                    f"INSERT INTO {table} (rowid, {', '.join(columns)}) VALUES (%s, {values})",  # noqa: S608
                    [(rowid, *(of[column] for column in columns)) for rowid, of in texts],
                )
            self.note(cursor, documents)

    def remove(self, numbers: Sequence[int]) -> None:
        with connections["default"].cursor() as cursor:
            for table in TABLES:
                rowids = sorted(map(_rowid, numbers))
                cursor.executemany(f"DELETE FROM {table} WHERE rowid = %s", [(rowid,) for rowid in rowids])  # noqa: S608

    def settle(self) -> None:
        for table in TABLES:
            pages = -SETTLED_AT_ONCE  # the first time, so that all that was written apart is merged
            while self._merge(table, pages):
                pages = SETTLED_AT_ONCE

    def _merge(self, table: str, pages: int) -> bool:
        """Merge so many pages, and say whether there was anything to merge: https://www.sqlite.org/fts5.html#the_merge_command"""
        default = connections["default"]
        with transaction.atomic(), default.cursor() as cursor:
            before = default.connection.total_changes
            cursor.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', %s)", (pages,))  # noqa: S608
            return bool(default.connection.total_changes - before > 1)

    def newest(self, sought: Sought, most: int) -> list[int]:
        few = self._by_few_asides(sought)
        return self._all_found(sought, f"ORDER BY rowid LIMIT {most}") if few is None else few[:most]

    def oldest(self, sought: Sought, most: int) -> list[int]:
        few = self._by_few_asides(sought)
        return self._all_found(sought, f"ORDER BY rowid DESC LIMIT {most}") if few is None else few[::-1][:most]

    def best(self, sought: Sought, among: Sequence[int]) -> list[int]:
        telling = self._telling(sought)
        if not telling:  # of common words alone, whoever has them in the headline is meant
            wanted = set(among)
            first = [number for number in self.headlines(sought, len(wanted)) if number in wanted]
            return [*first, *sorted(wanted.difference(first), reverse=True)]
        ranked = self._ranked(telling, among)
        return [*ranked, *sorted(set(among) - set(ranked), reverse=True)]

    def headlines(self, sought: Sought, most: int) -> list[int]:
        clauses = [_in_headline(clause) for clause in sought.in_turn]
        if not sought.words or not all(clauses):
            return []
        match = _all_in_turn([_one_of(clause, HEADLINES) for clause in clauses])
        newest = self._found(HEADLINES, match, sought, f"ORDER BY rowid LIMIT {most}")
        best = self._as_typed(sought, newest) if newest else set()
        return sorted(newest, key=lambda one: one not in best)

    def _as_typed(self, sought: Sought, newest: Sequence[int]) -> set[int]:
        """Those whose headlines have the word as it is typed, or several one after the other. Several are looked for in
        the headlines themselves: past the last that has them, FTS5 would look through all others."""
        typed = [tuple(one for one in clause if one.is_written) or _in_headline(clause) for clause in sought.words]
        if len(typed) == 1:
            within = replace(sought, first=newest[-1], last=newest[0])
            order = f"ORDER BY rowid LIMIT {len(newest)}"
            return set(self._found(HEADLINES, " OR ".join(_phrase(one, HEADLINES) for one in typed[0]), within, order))
        wanted = f" {' '.join(word for clause in typed for word in clause[0].words)} "
        sql = f"SELECT id, headline FROM articles_article WHERE id {self.ONE_OF}"  # noqa: S608
        headlines = dict(rows(sql, (self.listed(map(article_of, newest)),)))
        texts = {one: spelled(headlines.get(article_of(one), ""), "").exact for one in newest}
        return {one for one, words in texts.items() if wanted in f" {' '.join(words)} "}

    def begun(self, words: Sequence[Tokens], most: int) -> list[int]:
        match = " AND ".join(_phrase(one, HEADLINES) for one in words)
        return self._found(HEADLINES, match, Sought(), f"ORDER BY rowid LIMIT {most}")

    def which(self, sought: Sought, among: Sequence[int]) -> list[int]:
        sql, match = f"SELECT 1 FROM {ARTICLES} WHERE {ARTICLES} MATCH %s AND rowid = %s", match_of(sought)  # noqa: S608
        return [number for number in among if rows(sql, (match, _rowid(number)))]

    def how_many(self, clauses: Sequence[Alternatives], most: int, within: Sought = EVERYTHING) -> list[int]:
        if not clauses:
            return []
        between = f"rowid BETWEEN {_rowid(within.last)} AND {_rowid(within.first)}"
        tables = [_table([clause, *within.clauses]) for clause in clauses]
        counts = [
            f"(SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH %s AND {between}"  # noqa: S608
            f" ORDER BY rowid LIMIT {most}))"
            for table in tables
        ]
        asked = (
            _all_in_turn([_one_of(one, table) for one in (clause, *within.clauses)])
            for clause, table in zip(clauses, tables, strict=True)
        )
        [found] = rows(f"SELECT {', '.join(counts)}", tuple(asked))
        return list(found)

    def frequent(self, beginning: str, most: int) -> list[str]:
        sql = (
            f"SELECT substr(term, 2) FROM {HEADLINE_WORDS} WHERE term >= %s AND term < %s"  # noqa: S608
            f" ORDER BY doc DESC, term LIMIT {most}"
        )
        beginning = _OF_WRITTEN + beginning
        return [word for (word,) in rows(sql, (beginning, beginning + LAST_LETTER))]

    def _telling(self, sought: Sought) -> list[Alternatives]:
        """The clauses that are rare enough to be ranked by."""
        asked = list(sought.ranked_by)
        if sought == Sought(tuple(asked[:1])):  # what is ranked is all that it finds
            return asked
        return [clause for clause, found in zip(asked, self.how_many(asked, COMMON), strict=True) if found < COMMON]

    def _by_few_asides(self, sought: Sought) -> list[int] | None:
        """All that is found, where words of captions or bylines are asked for that few articles have there, and more
        besides: looked for among these. ``None`` where it is not so, or they are many."""
        beside = [clause for clause in sought.clauses if _table([clause]) == ASIDES]
        if not beside or _table([*sought.clauses, sought.without]) == ASIDES:
            return None
        facts = [clause for clause in sought.in_turn if is_fact(clause)]  # of a plan, its months too
        asked = replace(sought, clauses=(*beside, *facts), without=(), rarest_first=())
        few = self._found(ASIDES, match_of(asked, ASIDES), asked, f"ORDER BY rowid LIMIT {FEW_ASIDES + 1}")
        return self.which(sought, few) if len(few) <= FEW_ASIDES else None

    def _all_found(self, sought: Sought, order: str) -> list[int]:
        table = _table([*sought.clauses, sought.without])
        return self._found(table, match_of(sought, table), sought, order)

    def _found(self, table: str, match: str, sought: Sought, order: str) -> list[int]:
        sql = f"SELECT rowid FROM {table} WHERE {table} MATCH %s AND rowid BETWEEN %s AND %s {order}"  # noqa: S608
        return [_rowid(rowid) for (rowid,) in rows(sql, (match, _rowid(sought.last), _rowid(sought.first)))]

    def _ranked(self, clauses: Sequence[Alternatives], among: Sequence[int]) -> list[int]:
        """Those of some numbers that have any of these, by bm25."""
        table = _table(clauses)
        weights = ", ".join(str(WEIGHTS[column.removesuffix(_WRITTEN)]) for column in TABLES[table])
        match = " OR ".join(_phrase(one, table) for clause in clauses for one in clause)
        sql = (
            f"SELECT rowid FROM {table} WHERE {table} MATCH %s AND rowid BETWEEN %s AND %s"  # noqa: S608
            f" AND +rowid {self.ONE_OF}"
            f" ORDER BY bm25({table}, {weights}), rowid"
        )
        rowids = list(map(_rowid, among))
        return [_rowid(rowid) for (rowid,) in rows(sql, (match, min(rowids), max(rowids), self.listed(rowids)))]


# --- What is kept. ----------------------------------------------------------------------------------------------------


def _rowid(number: int) -> int:
    """The rowid of a number, and the number of a rowid."""
    return LAST_NUMBER - number


def _texts(document: Document) -> dict[str, str]:
    places = dict(zip(PLACES, document.words, strict=True))
    stems = {name: place.stems for name, place in places.items()}
    written = {name + _WRITTEN: _signed(_OF_WRITTEN, place.exact) for name, place in places.items()}
    return {**stems, **written, "facts": _signed(_OF_FACTS, document.facts)}


def _signed(sign: str, words: str) -> str:
    return " ".join(sign + word for word in words.split())


# --- What is asked, as FTS5 writes it. --------------------------------------------------------------------------------


def match_of(sought: Sought, table: str = ARTICLES) -> str:
    clauses = [_one_of(one, table) for one in sought.in_turn] or [f'"{_OF_FACTS}{EVERY}"']
    wanted = _all_in_turn(clauses)
    return f"({wanted}) NOT {_one_of(sought.without, table)}" if sought.without else wanted


def _all_in_turn(clauses: Sequence[str]) -> str:
    """All of these, each looked for only where those before it are. Of clauses that ``AND`` joins, FTS5 looks for every
    one wherever any is found; an ``OR`` with what is nowhere keeps those before it apart."""
    first, *others = clauses
    for other in others[:-1]:
        first = f'(({first} AND {other}) OR "{NOWHERE}")'
    return f"{first} AND {others[-1]}" if others else first


def _one_of(alternatives: Alternatives, table: str = ARTICLES) -> str:
    """Those by which articles are found; the others make hits better."""
    return f"({' OR '.join(_phrase(one, table) for one in alternatives if not one.ranks_only)})"


def _phrase(tokens: Tokens, table: str = ARTICLES) -> str:
    sign = _OF_WRITTEN if tokens.is_written else _OF_FACTS if tokens.column is Column.FACTS else ""
    words = '"{}"'.format(" ".join(sign + word for word in tokens.words).replace('"', ""))
    place = ""
    if table != HEADLINES and tokens.column in PLACES:  # a sign tells all else
        place = f"{tokens.column}{_WRITTEN if tokens.is_written else ''} : "
    return f"{place}{words}{' *' if tokens.is_beginning else ''}"


def _table(clauses: Iterable[Alternatives]) -> str:
    """The smallest table that knows what is looked for."""
    columns = {one.column for clause in clauses for one in clause} - {Column.FACTS}
    if columns == {Column.HEADLINE}:
        return HEADLINES
    return ASIDES if columns and columns <= ASIDE else ARTICLES


def _in_headline(clause: Alternatives) -> Alternatives:
    """A clause as the table of headlines can be asked it; empty where it cannot."""
    if is_fact(clause):
        return clause
    return tuple(one for one in clause if one.column in (Column.TEXT, Column.HEADLINE))
