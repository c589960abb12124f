"""Limits how far back one page searches, so that ten million articles take no longer than a few thousand.

A search for several common words must check article by article, which takes longer in a larger archive. Such a search
covers the newest articles, says so, and links further back; any other covers the whole archive.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from articles.models import SearchEntry, counts
from articles.models.search_entry import LAST_NUMBER, day_of, entry_number
from articles.search.backend import ASIDE, Alternatives, Column, CompiledQuery, backend, rows

# Steps for one page. A step checks an article for the other words, in about half a microsecond.
STEPS = 16_000
PASSED_BY = 0.08  # steps for an article without the rarest word
PASSED_BY_TO_ONE = 7  # at most, for all articles before the next with it, since the index has its position
FEWEST = 16_000  # articles in a part, since each part has a cost of its own
IF_READ = 1 / 8  # of these, if texts must be read for a phrase
MOST_STEPS = 14 * STEPS  # after which even a page that is not full stops
FEW_STEPS = 2 * STEPS  # to find out whether there are any hits
SAMPLE = 2_000  # newest articles, to estimate how common a word is
OFTEN = 3  # hits among these
MOST_SAMPLED = 10  # longest words; others count as the most common
MOST_OF_ONE = 50  # alternatives; a clause with more counts as the most common
VERY_MANY = 20  # alternatives; a clause with more takes steps for each
MOST_COMPARED = 16  # steps of these, as for a beginning that is cut; with more, not all articles are looked through
RARE = 1 / 400  # share with the rarest word, below which only these are compared with very many, not all of a month
_ANYWHERE = (Column.TEXT, Column.HEADLINE, Column.FACTS)  # for other columns the index checks positions


@dataclass(frozen=True, slots=True)
class Plan:
    """A query with its clauses by rarity, and the share (up to 1) of the ``articles`` in its days with the rarest.

    ``fewest``: articles in a part. ``reads``, ``compares``: steps for an article, on average, to look for phrases, and
    among very many words. ``often``: hits are frequent, so the next is never far. ``is_by_hits``: where there are few,
    as of headlines, there are few steps; it is not sampled. A quick search is not analysed.
    """

    compiled: CompiledQuery
    part: float = 1.0
    articles: int = 0
    fewest: int = 0
    reads: float = 0.0
    compares: float = 0.0
    often: bool = True
    is_by_hits: bool = False

    @classmethod
    def of(cls, compiled: CompiledQuery, *, in_headlines: bool = False) -> Plan:
        """For one clause of single words, nearly every article read is a hit: such a search is quick, in order.

        ``in_headlines``: phrases are not looked for.
        """
        tokens = [alternative for clause in (*compiled.clauses, compiled.without) for alternative in clause]
        has_phrase = not in_headlines and any(len(alternative.words) > 1 for alternative in tokens)
        is_single = not has_phrase and all(alternative.column in _ANYWHERE for alternative in tokens)
        if backend().IS_IN_ORDER and is_single and len(compiled.clauses) <= 1 and not compiled.without:
            return cls(compiled)
        articles = counts.articles_between(day_of(compiled.first), _last_day(compiled))
        many = [clause for clause in (*compiled.clauses, compiled.without) if len(clause) > VERY_MANY]
        reads, compares = has_phrase * backend().PHRASE_STEPS, backend().WORD_STEPS * sum(map(len, many))
        fewest = round(FEWEST * IF_READ) if reads else 0 if compares else FEWEST
        only_many = compares > 0 and many == [*compiled.clauses] and not (reads or compiled.without)
        plan = cls(compiled, 1.0, articles, fewest, reads, compares, is_by_hits=in_headlines or only_many)
        return plan if plan.is_by_hits or articles <= fewest else _sampled(plan)


def reaches(plan: Plan, most_steps: int | None = None) -> Iterator[tuple[CompiledQuery, date | None]]:
    """The query in parts by date, newest first, each larger than the last; usually one part.

    With the first day of each part; ``None`` for the oldest. Stops after ``most_steps``: without, after ``MOST_STEPS``,
    or never if few hits mean few steps.
    """
    compiled, more = plan.compiled, plan.reads + plan.compares
    steps = plan.part + more + min(PASSED_BY, PASSED_BY_TO_ONE * plan.part)
    first_steps = 2 * STEPS if more else STEPS
    grows, most = (16, sys.maxsize) if plan.is_by_hits else (2, MOST_STEPS)
    reach, looked = max(plan.fewest, first_steps / steps), 0.0
    if plan.articles * steps <= 2 * first_steps:
        reach = plan.articles
    while looked + reach < plan.articles:
        day = counts.newest_since(round(reach), _last_day(compiled))
        number = entry_number(day, 0)
        if not compiled.first < number <= compiled.last:
            break
        part = replace(compiled, first=number)
        yield (part if plan.often else _in_months(part)), day
        compiled, looked = replace(compiled, last=number - 1), looked + reach
        reach = min(grows * reach, (most_steps or most) / steps - looked)
        if reach < 1:
            return
    yield compiled, None


def _in_months(compiled: CompiledQuery) -> CompiledQuery:
    rarest, *rest = compiled.in_turn or ((),)
    return replace(compiled, rarest_first=tuple(filter(None, (rarest, compiled.months, *rest))))


def _last_day(compiled: CompiledQuery) -> date | None:
    return day_of(compiled.last) if compiled.last < LAST_NUMBER else None


def _sampled(plan: Plan) -> Plan:
    compiled, articles = plan.compiled, plan.articles
    columns = {tokens.column for clause in compiled.clauses for tokens in clause} - {Column.FACTS}
    is_mixed = backend().IS_IN_ORDER and not columns <= ASIDE

    def ways(clause: Alternatives) -> list[list[Alternatives]]:
        found = tuple(tokens for tokens in clause if not tokens.ranks_only)
        if is_mixed:  # an index of whole articles reads these before it checks positions
            found = tuple(replace(each, column=Column.TEXT) if each.column in ASIDE else each for each in found)
        return _ways(found)

    parts = dict.fromkeys(part for clause in compiled.clauses for way in ways(clause) for part in way)
    few = (part for part in parts if len(part) <= MOST_OF_ONE)
    sampled = sorted(few, key=lambda part: -len(part[0].words[0]))[:MOST_SAMPLED]
    newest = f"SELECT id FROM {SearchEntry._meta.db_table} WHERE id BETWEEN %s AND %s ORDER BY id DESC LIMIT {SAMPLE}"  # noqa: S608
    bounds = compiled.first, compiled.last
    [[*found, held]] = rows(f"SELECT min(id), max(id), count(*) FROM ({newest}) AS newest", bounds)  # noqa: S608
    first, last = found if held == SAMPLE else bounds
    sample = _in_months(CompiledQuery(first=first, last=last))
    sample_counts = zip(sampled, backend().how_many(sampled, SAMPLE, sample), strict=True)
    shares = {part: (count + 1) / min(SAMPLE, articles) for part, count in sample_counts}

    def common(clause: Alternatives, least_words: int = 1) -> float:
        found = (min(shares.get(part, 1.0) for part in way) for way in ways(clause) if len(way) >= least_words)
        return min(1.0, sum(found))

    in_order = sorted(compiled.clauses, key=common)
    planned = replace(compiled, rarest_first=tuple(in_order))
    in_sample = _in_months(replace(planned, first=first, last=last))
    often = not backend().IS_IN_ORDER or len(backend().hits(in_sample, OFTEN)) == OFTEN
    part = common(in_order[0]) if in_order else 1.0
    in_phrases = sum(common(clause, least_words=2) for clause in (*compiled.clauses, compiled.without))
    reads, compares = plan.reads * min(part, in_phrases), plan.compares * (part if part < RARE else 1)
    return replace(plan, compiled=planned, part=part, reads=reads, compares=compares, often=often)


def _ways(clause: Alternatives) -> list[list[Alternatives]]:
    """The ways to match a clause, each as clauses that must all match: any single word, or all words of a phrase."""
    single = tuple(tokens for tokens in clause if len(tokens.words) == 1)
    phrases: list[list[Alternatives]] = []
    for phrase in (tokens for tokens in clause if len(tokens.words) > 1):
        *firsts, last = phrase.words
        bare = [(replace(phrase, words=(word,), is_prefix=False),) for word in firsts]
        phrases.append([*bare, (replace(phrase, words=(last,)),)])
    return [*([[single]] if single else []), *phrases]
