"""The index in PostgreSQL: one text vector an article, under a GIN index.

Words of headlines, captions and bylines are there twice, once with a sign of their column. For the ranking, the place
of a word is its weight: A for headlines, B for captions, C for bylines, D for the text.

GIN finds all articles with a word, and only for a phrase reads their vectors, which takes five pages each.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.db import connections

from articles.models import SearchEntry
from articles.models.bulk import copy
from articles.models.search_entry import FORM, day_of, entry_number, last_number
from articles.search.backend import EVERYTHING, Alternatives, Backend, Column, CompiledQuery, Document, Tokens, rows
from articles.search.facts import EVERY, language_fact
from articles.search.reach import Plan, reaches
from articles.text.dates import last_of_month
from articles.text.words import BETWEEN, WRITTEN_SIGN, tokenised

ARTICLES = f"articles_search_{FORM}"
FOUND = f"{ARTICLES}_found"
# All but the number is out of line, so that a page has many numbers; and no plan is chosen by guesses. A function,
# since PostgreSQL does not know what it costs to read a vector: it would read those of all articles.
TABLES = f"""
CREATE TABLE IF NOT EXISTS {ARTICLES} (number bigint PRIMARY KEY, words tsvector NOT NULL);
ALTER TABLE {ARTICLES} SET (toast_tuple_target = 128), ALTER words SET STATISTICS 0;
CREATE INDEX IF NOT EXISTS {ARTICLES}_words ON {ARTICLES} USING gin (words);
CREATE OR REPLACE FUNCTION {FOUND}(query tsquery, most bigint DEFAULT NULL) RETURNS SETOF bigint
  LANGUAGE plpgsql STABLE SET enable_seqscan = off SET jit = off AS $$
  BEGIN RETURN QUERY SELECT number FROM {ARTICLES} WHERE words @@ query LIMIT most; END $$
"""  # noqa: S608
RANKED = 300  # hits whose vectors are compared, or articles whose headlines are, with very many words
MOST_POSITIONS = 255  # of one word, and
LAST_POSITION = 16_383  # of a word in a vector: https://www.postgresql.org/docs/current/textsearch-limitations.html
MOST_BYTES = 1_000_000  # of a vector, by an estimate slightly too high; PostgreSQL's limit is 1 MB
SAMPLED = 400  # newest articles, whose headlines show which words are frequent
APART = 2  # positions between columns, so that no phrase spans two
WEIGHTS = "{0.1, 0.3, 0.3, 1.0}"  # of D, C, B and A
_THEN, _OF_FACTS = " <-> ", "#"
_LABELS = {Column.HEADLINE: "A", Column.CAPTION: "B", Column.BYLINE: "C", Column.BODY: "D"}
_SIGNS = {Column.HEADLINE: "h:", Column.CAPTION: "c:", Column.BYLINE: "b:", Column.FACTS: _OF_FACTS}


class Index(Backend):
    ONE_OF = "= ANY(%s)"
    ROWS = [(ARTICLES, "kept.number")]
    IS_IN_ORDER = False
    PHRASE_STEPS = 60
    WORD_STEPS = 0.08

    def listed(self, numbers: Iterable[int]) -> list[int]:
        return list(numbers)

    def empty(self) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute(TABLES)
            cursor.execute(f"TRUNCATE {ARTICLES}")  # its GIN index may be damaged, and is new afterwards

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

    def hits(self, compiled: CompiledQuery, most: int, *, oldest_first: bool = False, loose: bool = False) -> list[int]:
        query = _query(compiled).replace(_THEN, " & ") if loose else _query(compiled)
        found = f"SELECT number FROM {FOUND}(%s::tsquery) AS number WHERE number BETWEEN %s AND %s"  # noqa: S608
        sql = f"{found} ORDER BY number {'' if oldest_first else 'DESC'} LIMIT {most}"
        return [number for (number,) in rows(sql, (query, compiled.first, compiled.last))]

    def best(self, compiled: CompiledQuery, among: Sequence[int]) -> list[int]:
        alternatives = (tokens for clause in compiled.words or compiled.clauses for tokens in clause)
        ranking = " | ".join(_phrase(tokens) for tokens in alternatives if not tokens.finds_only)
        newest = sorted(among, reverse=True)
        if not (ranking and among):
            return newest
        in_headlines = self.headlines(compiled, RANKED) if len(among) > RANKED else []
        first = dict.fromkeys(filter({*among}.__contains__, in_headlines))
        others, most = [number for number in newest if number not in first], RANKED - len(first)
        ranked = rows(
            f"SELECT number FROM {ARTICLES} WHERE number = ANY(%s)"  # noqa: S608
            f" ORDER BY ts_rank('{WEIGHTS}', words, %s::tsquery, 1) DESC, number DESC",
            (others[:most], ranking),
        )
        return [*first, *(number for (number,) in ranked), *others[most:]]

    def headlines(self, compiled: CompiledQuery, most: int) -> list[int]:
        if (narrowed := compiled.in_headlines) is None:
            return []
        plan, newest = Plan.of(narrowed, in_headlines=True), list[int]()
        if plan.compares:  # of very many words, GIN reads all articles with the rarer ones
            sql = f"SELECT number FROM {ARTICLES} WHERE number BETWEEN %s AND %s ORDER BY number DESC LIMIT {RANKED}"  # noqa: S608
            read = [number for (number,) in rows(sql, (narrowed.first, narrowed.last))]
            return self.best(narrowed, self.matching(narrowed, read)[:most])
        for part, _ in reaches(plan):
            newest += self.hits(part, most - len(newest), loose=True)  # a phrase is looked for in these alone
            if len(newest) >= most:
                break
        return self.best(narrowed, self.matching(narrowed, newest) if _THEN in _query(narrowed) else newest)

    def matching(self, compiled: CompiledQuery, among: Sequence[int]) -> list[int]:
        these = f"SELECT * FROM {ARTICLES} WHERE number = ANY(%s) OFFSET 0"  # noqa: S608 (the index has too many others)
        sql = f"SELECT number FROM ({these}) AS these WHERE words @@ %s::tsquery"  # noqa: S608
        found = {number for (number,) in rows(sql, (list(among), _query(compiled)))}
        return [number for number in among if number in found and compiled.first <= number <= compiled.last]

    def how_many(self, clauses: Sequence[Alternatives], most: int, within: CompiledQuery = EVERYTHING) -> list[int]:
        if not clauses:
            return []
        limit = most if within == EVERYTHING else None  # some of a part's months are outside
        between = f"number BETWEEN {within.first} AND {within.last}"
        count = f"(SELECT least(count(*), {most}) FROM {FOUND}(%s::tsquery, %s) AS number WHERE {between})"  # noqa: S608
        values = [value for clause in clauses for value in (_query(CompiledQuery((clause, *within.in_turn))), limit)]
        [found] = rows(f"SELECT {', '.join([count] * len(clauses))}", values)
        return list(found)

    def frequent(self, prefix: str, most: int) -> list[str]:
        newest = SearchEntry.objects.order_by("-pk").values_list("article__headline", flat=True)[:SAMPLED]
        words = (word for headline in newest for word in set(tokenised(headline, "").exact) if word.startswith(prefix))
        return list(dict.fromkeys([*dict(Counter(sorted(words)).most_common()), *self.words(prefix, most)]))[:most]


def vector_of(document: Document) -> str:
    """A text vector. Words beyond PostgreSQL's limits are found, but not as part of a phrase.

    If even that is too long, as for a book, written words are dropped first, then the last words.
    """
    words = document.words
    places: dict[str, list[str]] = {}
    last = 0
    for column, label in _LABELS.items():
        text, place = getattr(words, column), _SIGNS.get(column, "")
        begins = last + APART
        for sign, line in (("", text.stems), (WRITTEN_SIGN, text.written)):
            for position, word in enumerate(line.split(), begins):
                last = max(last, position)
                if word == sign + BETWEEN:
                    continue
                for lexeme in (word, place + word) if place else (word,):
                    positions = places.setdefault(lexeme, [])
                    if position <= LAST_POSITION and len(positions) < MOST_POSITIONS:
                        positions.append(f"{position}{label}")
    return " ".join([*(_quoted(_OF_FACTS + fact) for fact in document.facts), *_with_room(places)])


def _with_room(places: dict[str, list[str]]) -> Iterator[str]:
    """Words with their positions while there is room: stems first."""
    room = MOST_BYTES
    for word, found in sorted(places.items(), key=lambda entry: entry[0].startswith(WRITTEN_SIGN)):
        bare = len(word.encode())
        if bare > room:
            return
        whole = bare + 4 + 2 * len(found)
        yield _quoted(word) + (f":{','.join(found)}" if found and whole <= room else "")
        room -= whole if whole <= room else bare


def _query(compiled: CompiledQuery) -> str:
    clauses = [f"({_one_of(clause)})" for clause in compiled.in_turn] or [_quoted(_OF_FACTS + EVERY)]
    without = [f"!({_one_of(compiled.without)})"] if compiled.without else []
    return " & ".join([*clauses, *_bounds(compiled), *without])


def _bounds(compiled: CompiledQuery) -> list[str]:
    """Its bounds as months, or articles outside would be read as well."""
    if months := compiled.months:
        return [f"({_one_of(months)})"]
    last = day_of(compiled.last) if compiled.last < entry_number(date.max.replace(day=1), 0) else None
    later = CompiledQuery(first=last_number(last_of_month(last)) + 1).months if last else ()
    return [f"!({_one_of(later)})"] if later else []


def _one_of(alternatives: Alternatives) -> str:
    return " | ".join(_in_languages(tokens) for tokens in alternatives if not tokens.ranks_only)


def _in_languages(tokens: Tokens) -> str:
    found, languages = _phrase(tokens), tokens.only_in or tokens.not_in
    within = " | ".join(_quoted(_OF_FACTS + language_fact(language)) for language in languages)
    return f"({found} & {'' if tokens.only_in else '!'}({within}))" if languages else found


def _phrase(tokens: Tokens) -> str:
    sign = _SIGNS.get(tokens.column, "") + (WRITTEN_SIGN if tokens.is_written else "")
    words = _THEN.join(_quoted(sign + word) for word in tokens.words) + (":*" if tokens.is_prefix else "")
    return f"({words})" if len(tokens.words) > 1 else words


def _quoted(word: str) -> str:
    return "'{}'".format(word.replace("\\", "").replace("'", ""))
