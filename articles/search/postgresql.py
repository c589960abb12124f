"""The index in PostgreSQL: one text vector an article, under a GIN index.

Words come tokenised and stemmed from ``articles.text.words``. The place of a word is its weight: A for headlines, B
for captions, C for bylines, D for the text. Written words begin with ``=`` and facts with ``#``, so that no stem equals
one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connections

from articles.models import SearchEntry
from articles.models.bulk import copy
from articles.search.backend import EVERYTHING, Alternatives, Backend, Column, CompiledQuery, Document, Tokens, rows
from articles.search.facts import EVERY, language_fact
from articles.text.words import BETWEEN, WRITTEN_SIGN, tokenised

ARTICLES = "articles_search"
MOST_POSITIONS = 255  # of one word, and
LAST_POSITION = 16_383  # of a word in a vector: https://www.postgresql.org/docs/current/textsearch-limitations.html
MOST_BYTES = 1_000_000  # of a vector, by an estimate slightly too high; PostgreSQL's limit is 1 MB
SAMPLED = 2_000  # newest articles, whose headlines show which words are frequent
APART = 2  # positions between columns, so that no phrase spans two
WEIGHTS = "{0.1, 0.3, 0.3, 1.0}"  # of D, C, B and A
_LABELS = {Column.HEADLINE: "A", Column.CAPTION: "B", Column.BYLINE: "C", Column.BODY: "D"}
_OF_FACTS = "#"


class Index(Backend):
    ONE_OF = "= ANY(%s)"
    ROWS = [(ARTICLES, "kept.number")]

    def listed(self, numbers: Iterable[int]) -> list[int]:
        return list(numbers)

    def empty(self) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute(f"DELETE FROM {ARTICLES}")  # noqa: S608

    def add(self, documents: Sequence[Document]) -> None:
        copy(f"{ARTICLES} (number, words)", [(document.number, vector_of(document)) for document in documents])

    def remove(self, numbers: Sequence[int]) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute(f"DELETE FROM {ARTICLES} WHERE number = ANY(%s)", (list(numbers),))  # noqa: S608

    def differing(self, documents: Sequence[Document]) -> set[int]:
        wanted = "unnest(%s::bigint[], %s::text[]) AS wanted (number, words)"
        is_other = "kept.words IS DISTINCT FROM wanted.words::tsvector"
        sql = f"SELECT number FROM {wanted} LEFT JOIN {ARTICLES} AS kept USING (number) WHERE {is_other}"  # noqa: S608
        values = [document.number for document in documents], [vector_of(document) for document in documents]
        return {number for (number,) in rows(sql, values)}

    def settle(self) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute(f"SELECT gin_clean_pending_list('{ARTICLES}_words')")
            cursor.execute(f"ANALYZE {ARTICLES}")

    def hits(self, compiled: CompiledQuery, most: int, *, oldest_first: bool = False) -> list[int]:
        return self._found(compiled, f"ORDER BY number {'' if oldest_first else 'DESC'} LIMIT {most}")

    def best(self, compiled: CompiledQuery, among: Sequence[int]) -> list[int]:
        alternatives = (tokens for clause in compiled.words or compiled.clauses for tokens in clause)
        ranking = " | ".join(_phrase(tokens) for tokens in alternatives if not tokens.finds_only)
        if not ranking:
            return sorted(among, reverse=True)
        found = rows(
            f"SELECT number FROM {ARTICLES} WHERE number = ANY(%s)"  # noqa: S608
            f" ORDER BY ts_rank('{WEIGHTS}', words, %s::tsquery, 1) DESC, number DESC",
            (list(among), ranking),
        )
        return [number for (number,) in found]

    def headlines(self, compiled: CompiledQuery, most: int) -> list[int]:
        narrowed = compiled.in_headlines
        return self.best(narrowed, self.hits(narrowed, most)) if narrowed else []

    def with_headline_words(self, words: Sequence[Tokens], most: int) -> list[int]:
        return self.hits(CompiledQuery(tuple((tokens,) for tokens in words)), most)

    def matching(self, compiled: CompiledQuery, among: Sequence[int]) -> list[int]:
        found = set(self._found(compiled, "AND number = ANY(%s)", list(among)))
        return [number for number in among if number in found]

    def how_many(self, clauses: Sequence[Alternatives], most: int, within: CompiledQuery = EVERYTHING) -> list[int]:
        if not clauses:
            return []
        count = (
            f"(SELECT count(*) FROM (SELECT 1 FROM {ARTICLES} WHERE words @@ %s::tsquery"  # noqa: S608
            f" AND number BETWEEN {within.first} AND {within.last} LIMIT {most}) AS found)"
        )
        matches = (" & ".join(f"({_one_of(other)})" for other in (clause, *within.clauses)) for clause in clauses)
        [found] = rows(f"SELECT {', '.join([count] * len(clauses))}", tuple(matches))
        return list(found)

    def frequent(self, prefix: str, most: int) -> list[str]:
        newest = SearchEntry.objects.order_by("-pk").values_list("article__headline", flat=True)[:SAMPLED]
        words = (word for headline in newest for word in set(tokenised(headline, "").exact) if word.startswith(prefix))
        counts = Counter(words)
        often = sorted(counts, key=lambda word: (-counts[word], word))
        return list(dict.fromkeys([*often, *self.words(prefix, most)]))[:most]

    def _found(self, compiled: CompiledQuery, rest: str, *values: Any) -> list[int]:
        clauses = [f"({_one_of(clause)})" for clause in compiled.in_turn] or [f"'{_OF_FACTS}{EVERY}'"]
        without = [f"!({_one_of(compiled.without)})"] if compiled.without else []
        sql = f"SELECT number FROM {ARTICLES} WHERE words @@ %s::tsquery AND number BETWEEN %s AND %s {rest}"  # noqa: S608
        query = " & ".join([*clauses, *without])
        return [number for (number,) in rows(sql, (query, compiled.first, compiled.last, *values))]


def vector_of(document: Document) -> str:
    """A text vector. Words beyond PostgreSQL's limits are found, but not as part of a phrase.

    If even that is too long, as for a book, written words are dropped first, then the last words.
    """
    words = document.words
    places: dict[str, list[str]] = {}
    last = 0
    for text, label in ((words.headline, "A"), (words.caption, "B"), (words.byline, "C"), (words.body, "D")):
        begins = last + APART
        for sign, column in (("", text.stems), (WRITTEN_SIGN, text.written)):
            for position, word in enumerate(column.split(), begins):
                last = max(last, position)
                if word != sign + BETWEEN:
                    positions = places.setdefault(word, [])
                    if position <= LAST_POSITION and len(positions) < MOST_POSITIONS:
                        positions.append(f"{position}{label}")
    facts = [_quoted(_OF_FACTS + fact) for fact in document.facts]
    return " ".join([*facts, *_with_room(places)])


def _with_room(places: dict[str, list[str]]) -> Iterator[str]:
    """Words with their positions while there is room: stems first."""
    room = MOST_BYTES
    for word, found in sorted(places.items(), key=lambda entry: entry[0].startswith(WRITTEN_SIGN)):
        bare = len(word.encode())
        if bare > room:
            return
        whole = bare + 4 + 2 * len(found)
        yield _lexeme(word, ",".join(found) if whole <= room else "")
        room -= whole if whole <= room else bare


def _one_of(alternatives: Alternatives) -> str:
    return " | ".join(_in_languages(tokens) for tokens in alternatives if not tokens.ranks_only)


def _in_languages(tokens: Tokens) -> str:
    found, languages = _phrase(tokens), tokens.only_in or tokens.not_in
    within = " | ".join(_quoted(_OF_FACTS + language_fact(language)) for language in languages)
    return f"({found} & {'' if tokens.only_in else '!'}({within}))" if languages else found


def _phrase(tokens: Tokens) -> str:
    *firsts, last = tokens.words
    sign = WRITTEN_SIGN if tokens.is_written else _OF_FACTS if tokens.column is Column.FACTS else ""
    label = _LABELS.get(tokens.column, "")
    ending = ("*" if tokens.is_prefix else "") + label
    words = [*(_lexeme(sign + word, label) for word in firsts), _lexeme(sign + last, ending)]
    return f"({' <-> '.join(words)})" if firsts else words[0]


def _lexeme(word: str, ending: str) -> str:
    return f"{_quoted(word)}:{ending}" if ending else _quoted(word)


def _quoted(word: str) -> str:
    return "'{}'".format(word.replace("\\", "").replace("'", ""))
