"""The index in SQLite: three FTS5 tables, of whole articles, of headlines, and of captions and bylines.

The tokenizer ``ascii`` only splits words at spaces. The tables store no text. Each place has a column of stems and one
of written words, in sequence. FTS5 sees a query only as quoted words, so nothing typed is ever syntax.

The newest article has the lowest rowid: FTS5 reads rowids twice as fast upwards.

``bm25`` reads all articles with each word of a query before it ranks any, so common words, which rank nothing, are left
out of the ranking.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import connections, transaction

from articles.models.search_entry import FORM, LAST_NUMBER, article_of
from articles.search.backend import EVERYTHING, Alternatives, Backend, Column, CompiledQuery, Document, Tokens, rows
from articles.search.facts import EVERY, language_fact
from articles.text.keys import LAST_LETTER
from articles.text.words import WRITTEN_SIGN, tokenised

ARTICLES = f"articles_search_{FORM}"
HEADLINES, ASIDES = f"{ARTICLES}_headline", f"{ARTICLES}_aside"
HEADLINE_WORDS = f"{HEADLINES}_words"
PLACES = ("headline", "caption", "body", "byline")
_WRITTEN = "_written"  # suffix of columns of written words
# Columns of each table. For a word in captions alone, the first would read all articles that have it anywhere.
TABLES = {
    ARTICLES: (*PLACES, *(place + _WRITTEN for place in PLACES), "facts"),
    HEADLINES: ("headline", "headline" + _WRITTEN, "facts"),
    ASIDES: ("caption", "byline", "caption" + _WRITTEN, "byline" + _WRITTEN, "facts"),
}
WEIGHTS = {"headline": 8.0, "caption": 3.0, "body": 1.0, "byline": 3.0, "facts": 4.0}
COMMON = 3_000  # articles; a word with more does not help to rank
FEW_ASIDES = 300  # articles that can be checked one by one
SETTLED_AT_ONCE = 4_000  # pages of 4 kB; writers wait a few tenths of a second
NOWHERE = "¤"  # no word has this sign
MOST_NESTED = 20  # clauses of a query
# Parts of one size that FTS5 leaves before it merges them. Readers look into every part, so edits leave few; a load,
# whose every merge would rewrite most of it, leaves as many as FTS5 allows, and settles them.
PARTS, PARTS_IN_LOADS = 4, 15
MANY = 100  # documents of a batch of a load
HASH_BYTES = 1 << 26  # FTS5's memory before it writes; more than a batch of a load

_OF_FACTS = "#"


class Index(Backend):
    ONE_OF = "IN (SELECT value FROM json_each(%s))"
    ROWS = [(f"{table}_docsize", f"{LAST_NUMBER} - kept.id") for table in TABLES]

    def listed(self, numbers: Iterable[int]) -> str:
        return json.dumps(list(numbers))

    def empty(self) -> None:
        with connections["default"].cursor() as cursor:
            # SQLite keeps a dropped table in memory until the commit, unless it was emptied first.
            cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE %s", ("%USING fts5(%content=''%",))
            contentless = {name for (name,) in cursor.fetchall()}  # only these can be emptied at once
            for table in contentless.intersection(TABLES):
                cursor.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")  # noqa: S608
            for table in (HEADLINE_WORDS, *TABLES):
                cursor.execute(f"DROP TABLE IF EXISTS {table}")
            # Before 3.43, SQLite could not delete from a contentless table, so the words are stored as well.
            options = "content='', contentless_delete=1, " if sqlite3.sqlite_version_info >= (3, 43) else ""
            for table, columns in TABLES.items():
                names = f"{', '.join(columns)}, {options}tokenize=\"ascii tokenchars '=#'\""
                cursor.execute(f"CREATE VIRTUAL TABLE {table} USING fts5({names})")
                cursor.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('hashsize', {HASH_BYTES})")  # noqa: S608
            cursor.execute(f"CREATE VIRTUAL TABLE {HEADLINE_WORDS} USING fts5vocab({HEADLINES}, 'row')")

    def add(self, documents: Sequence[Document]) -> None:
        # In order, since a rowid lower than the last makes FTS5 flush its memory.
        documents = sorted(documents, key=lambda document: _rowid(document.number))
        with connections["default"].cursor() as cursor:
            texts = [(_rowid(document.number), _texts(document)) for document in documents]
            parts = PARTS_IN_LOADS if len(documents) >= MANY else PARTS
            for table, columns in TABLES.items():
                cursor.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('automerge', {parts})")  # noqa: S608
                values = ", ".join(["%s"] * len(columns))
                cursor.executemany(
                    f"INSERT INTO {table} (rowid, {', '.join(columns)}) VALUES (%s, {values})",  # noqa: S608
                    [(rowid, *(of[column] for column in columns)) for rowid, of in texts],
                )

    def remove(self, numbers: Sequence[int]) -> None:
        with connections["default"].cursor() as cursor:
            for table in TABLES:
                rowids = sorted(map(_rowid, numbers))
                cursor.executemany(f"DELETE FROM {table} WHERE rowid = %s", [(rowid,) for rowid in rowids])  # noqa: S608

    def differing(self, documents: Sequence[Document]) -> set[int]:
        texts = {_rowid(document.number): _texts(document) for document in documents}
        found: set[int] = set()
        for table, columns in TABLES.items():
            # FTS5 stores the number of words of each column.
            sizes = dict(rows(f"SELECT id, sz FROM {table}_docsize WHERE id {self.ONE_OF}", (self.listed(texts),)))  # noqa: S608
            for rowid, of in texts.items():
                if sizes.get(rowid) != b"".join(_varint(len(of[name].split())) for name in columns):
                    found.add(_rowid(rowid))
        return found

    def settle(self) -> None:
        default = connections["default"]
        for table in TABLES:
            pages, has_merged = -SETTLED_AT_ONCE, True  # negative the first time: merge everything
            while has_merged:  # https://www.sqlite.org/fts5.html#the_merge_command
                with transaction.atomic(), default.cursor() as cursor:
                    before = default.connection.total_changes
                    cursor.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', %s)", (pages,))  # noqa: S608
                    has_merged = default.connection.total_changes - before > 1
                pages = SETTLED_AT_ONCE

    def hits(self, compiled: CompiledQuery, most: int, *, oldest_first: bool = False) -> list[int]:
        few = self._by_few_asides(compiled)
        if few is not None:
            return (few[::-1] if oldest_first else few)[:most]
        table = _table([*compiled.clauses, compiled.without])
        return self._found(table, match_of(compiled, table), compiled, most, oldest_first=oldest_first)

    def best(self, compiled: CompiledQuery, among: Sequence[int]) -> list[int]:
        clauses, wanted = list(compiled.words or compiled.clauses), set(among)
        if compiled != CompiledQuery(tuple(clauses[:1])):  # of a single clause, every hit is ranked anyway
            counts = self.how_many(clauses, COMMON)
            clauses = [clause for clause, found in zip(clauses, counts, strict=True) if found < COMMON]
        if clauses:
            first = self._ranked(clauses, among)
        else:  # only common words: headlines first
            first = [number for number in self.headlines(compiled, len(wanted)) if number in wanted]
        return [*first, *sorted(wanted.difference(first), reverse=True)]

    def headlines(self, compiled: CompiledQuery, most: int) -> list[int]:
        narrowed = compiled.in_headlines
        if narrowed is None:
            return []
        newest = self._found(HEADLINES, match_of(narrowed, HEADLINES), narrowed, most)
        clauses = zip(compiled.words, narrowed.words, strict=True)
        typed = [tuple(word for word in clause if word.is_written) or in_headline for clause, in_headline in clauses]
        best = self._as_typed(typed, newest) if newest else set()
        return sorted(newest, key=lambda number: number not in best)

    def _as_typed(self, typed: Sequence[Alternatives], newest: Sequence[int]) -> set[int]:
        """Hits with the word as typed in the headline, or several words in sequence.

        Several words are compared in Python: FTS5 would read on through all articles after the last match.
        """
        if len(typed) == 1:
            within = CompiledQuery(first=newest[-1], last=newest[0])
            match = " OR ".join(_phrase(tokens, HEADLINES) for tokens in typed[0])
            return set(self._found(HEADLINES, match, within, len(newest)))
        wanted = f" {' '.join(word for clause in typed for word in clause[0].words)} "
        sql = f"SELECT id, headline FROM articles_article WHERE id {self.ONE_OF}"  # noqa: S608
        headlines = dict(rows(sql, (self.listed(map(article_of, newest)),)))
        texts = {number: tokenised(headlines.get(article_of(number), ""), "").exact for number in newest}
        return {number for number, words in texts.items() if wanted in f" {' '.join(words)} "}

    def matching(self, compiled: CompiledQuery, among: Sequence[int]) -> list[int]:
        each = f"json_each(%s) AS each CROSS JOIN {ARTICLES} ON {ARTICLES}.rowid = each.value"  # looked up, not scanned
        sql = f"SELECT each.value FROM {each} WHERE {ARTICLES} MATCH %s ORDER BY each.id"  # noqa: S608
        return [_rowid(rowid) for (rowid,) in rows(sql, (self.listed(map(_rowid, among)), match_of(compiled)))]

    def how_many(self, clauses: Sequence[Alternatives], most: int, within: CompiledQuery = EVERYTHING) -> list[int]:
        if not clauses:
            return []
        between = f"rowid BETWEEN {_rowid(within.last)} AND {_rowid(within.first)}"
        tables = [_table([clause, *within.in_turn]) for clause in clauses]
        counts = [
            f"(SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH %s AND {between}"  # noqa: S608
            f" ORDER BY rowid LIMIT {most}))"
            for table in tables
        ]
        matches = (
            _all_in_turn([_one_of(alternatives, table) for alternatives in (clause, *within.in_turn)])
            for clause, table in zip(clauses, tables, strict=True)
        )
        [found] = rows(f"SELECT {', '.join(counts)}", tuple(matches))
        return list(found)

    def frequent(self, prefix: str, most: int) -> list[str]:
        sql = (
            f"SELECT substr(term, 2) FROM {HEADLINE_WORDS} WHERE term >= %s AND term < %s"  # noqa: S608
            f" ORDER BY doc DESC, term LIMIT {most}"
        )
        prefix = WRITTEN_SIGN + prefix
        return [word for (word,) in rows(sql, (prefix, prefix + LAST_LETTER))]

    def _by_few_asides(self, compiled: CompiledQuery) -> list[int] | None:
        """All hits, if few articles have the query's caption and byline words and it has others too; else ``None``."""
        asides = [clause for clause in compiled.clauses if _table([clause]) == ASIDES]
        if not asides or _table([*compiled.clauses, compiled.without]) == ASIDES:
            return None
        facts = [clause for clause in compiled.in_turn if clause not in compiled.words]  # of a plan, its months too
        narrowed = replace(compiled, clauses=(*asides, *facts), without=(), rarest_first=())
        few = self._found(ASIDES, match_of(narrowed, ASIDES), narrowed, FEW_ASIDES + 1)
        return self.matching(compiled, few) if len(few) <= FEW_ASIDES else None

    def _found(
        self, table: str, match: str, compiled: CompiledQuery, most: int, *, oldest_first: bool = False
    ) -> list[int]:
        """As in ``hits``. As one row of JSON: thousands of rows take twice as long."""
        found = f"SELECT {LAST_NUMBER} - rowid AS number FROM {table} WHERE {table} MATCH %s"  # noqa: S608
        found += f" AND rowid BETWEEN %s AND %s ORDER BY rowid {'DESC' if oldest_first else ''} LIMIT {most}"
        sql = f"SELECT json_group_array(number) FROM ({found})"  # noqa: S608
        [[numbers]] = rows(sql, (match, _rowid(compiled.last), _rowid(compiled.first)))
        return sorted(json.loads(numbers), reverse=not oldest_first)  # an aggregate promises no order

    def _ranked(self, clauses: Sequence[Alternatives], among: Sequence[int]) -> list[int]:
        """Numbers that match any clause, by bm25."""
        table = _table(clauses)
        weights = ", ".join(str(WEIGHTS[column.removesuffix(_WRITTEN)]) for column in TABLES[table])
        match = " OR ".join(_phrase(tokens, table) for clause in clauses for tokens in clause if not tokens.finds_only)
        sql = (
            f"SELECT rowid FROM {table} WHERE {table} MATCH %s AND rowid BETWEEN %s AND %s"  # noqa: S608
            f" AND +rowid {self.ONE_OF}"
            f" ORDER BY bm25({table}, {weights}), rowid"
        )
        rowids = list(map(_rowid, among))
        return [_rowid(rowid) for (rowid,) in rows(sql, (match, min(rowids), max(rowids), self.listed(rowids)))]


def _rowid(number: int) -> int:
    """Converts a number to a rowid and back."""
    return LAST_NUMBER - number


def _varint(number: int, more: int = 0) -> bytes:
    """As SQLite writes it: seven bits a byte, all but the last with the highest bit."""
    return (_varint(number >> 7, 128) if number > 127 else b"") + bytes((number & 127 | more,))


def _texts(document: Document) -> dict[str, str]:
    places = {name: getattr(document.words, name) for name in PLACES}
    stems = {name: place.stems for name, place in places.items()}
    written = {name + _WRITTEN: place.written for name, place in places.items()}
    return {**stems, **written, "facts": " ".join(_OF_FACTS + fact for fact in document.facts)}


# --- Queries in the syntax of FTS5. -----------------------------------------------------------------------------------


def match_of(compiled: CompiledQuery, table: str = ARTICLES) -> str:
    clauses = [_one_of(alternatives, table) for alternatives in compiled.in_turn] or [f'"{_OF_FACTS}{EVERY}"']
    wanted = _all_in_turn(clauses)
    return f"({wanted}) NOT {_one_of(compiled.without, table)}" if compiled.without else wanted


def _all_in_turn(clauses: Sequence[str]) -> str:
    """All clauses, each checked only in articles that match those before it.

    FTS5 checks every operand of a chain of ``AND`` in each match of any; an ``OR`` with a word in no article prevents
    that. Its parser takes some fifty brackets in each other, so that only the first clauses are nested.
    """
    first, *rest = clauses
    nested = rest[:-1][:MOST_NESTED]
    for clause in nested:
        first = f'(({first} AND {clause}) OR "{NOWHERE}")'
    return " AND ".join([first, *rest[len(nested) :]])


def _one_of(alternatives: Alternatives, table: str = ARTICLES) -> str:
    return f"({' OR '.join(_in_languages(tokens, table) for tokens in alternatives if not tokens.ranks_only)})"


def _in_languages(tokens: Tokens, table: str) -> str:
    """The tokens, in articles in their languages. Not for ranking: bm25 would take a rare language for a rare word."""
    found, languages = _phrase(tokens, table), tokens.only_in or tokens.not_in
    within = " OR ".join(f'"{_OF_FACTS}{language_fact(language)}"' for language in languages)
    return f"({found} {'AND' if tokens.only_in else 'NOT'} ({within}))" if languages else found


def _phrase(tokens: Tokens, table: str = ARTICLES) -> str:
    sign = WRITTEN_SIGN if tokens.is_written else _OF_FACTS if tokens.column is Column.FACTS else ""
    words = '"{}"'.format(" ".join(sign + word for word in tokens.words).replace('"', ""))
    place = ""
    if table != HEADLINES and tokens.column in PLACES:  # elsewhere the sign is enough
        place = f"{tokens.column}{_WRITTEN if tokens.is_written else ''} : "
    return f"{place}{words}{' *' if tokens.is_prefix else ''}"


def _table(clauses: Iterable[Alternatives]) -> str:
    """The smallest table with all columns that these clauses search."""
    columns = {tokens.column for clause in clauses for tokens in clause} - {Column.FACTS}
    if columns == {Column.HEADLINE}:
        return HEADLINES
    return ASIDES if columns and columns <= {*TABLES[ASIDES]} else ARTICLES
