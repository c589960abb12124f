"""Limits how far back one page searches, so that ten million articles take no longer than a few thousand.

A search for several common words must check article by article, which takes longer in a larger archive. Such a search
covers the newest articles, says so, and links further back; any other covers the whole archive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from articles.models import SearchEntry, counts
from articles.models.search_entry import LAST_NUMBER, day_of, entry_number
from articles.search.backend import ASIDE, Alternatives, Column, CompiledQuery, backend, months_between

# Steps for one page. A step checks an article for the other words, in about half a microsecond.
STEPS = 16_000
PASSED_BY = 0.08  # steps for an article without the rarest word
PASSED_BY_TO_ONE = 7  # at most, for all articles before the next with it, since the index has its position
FEWEST = 16_000  # articles in a part, since each part has a cost of its own
MOST_STEPS = 14 * STEPS  # after which even a page that is not full stops
FEW_STEPS = 2 * STEPS  # to find out whether there are any hits
SAMPLE = 2_000  # newest articles, to estimate how common a word is
OFTEN = 3  # hits among these
MOST_SAMPLED = 10  # longest words; others count as the most common
MOST_OF_ONE = 50  # alternatives; a clause with more counts as the most common
_ANYWHERE = (Column.TEXT, Column.HEADLINE, Column.FACTS)  # for other columns the index checks positions


@dataclass(frozen=True, slots=True)
class Plan:
    """A query with its clauses by rarity, and the share (up to 1) of the ``articles`` in its days with the rarest.

    ``often``: hits are frequent, so the next is never far. A quick search is not analysed.
    """

    compiled: CompiledQuery
    part: float = 1.0
    articles: int = 0
    often: bool = True

    @classmethod
    def of(cls, compiled: CompiledQuery) -> Plan:
        """For one clause of single words, nearly every article read is a hit: such a search is quick."""
        tokens = [alternative for clause in compiled.clauses for alternative in clause]
        is_single = all(len(alternative.words) == 1 and alternative.column in _ANYWHERE for alternative in tokens)
        if is_single and len(compiled.clauses) <= 1 and not compiled.without:
            return cls(compiled)
        articles = counts.articles_between(day_of(compiled.first), _last_day(compiled))
        return _sampled(compiled, articles) if articles > STEPS else cls(compiled)


def reaches(plan: Plan, most_steps: int | None = None) -> Iterator[tuple[CompiledQuery, date | None]]:
    """The query in parts by date, newest first, each twice as large as the last; usually one part.

    With the first day of each part; ``None`` for the oldest. Stops after ``most_steps`` (``MOST_STEPS``).
    """
    compiled, steps = plan.compiled, plan.part + min(PASSED_BY, PASSED_BY_TO_ONE * plan.part)
    reach, looked = max(FEWEST, STEPS / steps), 0.0
    if plan.articles * steps <= 2 * STEPS:
        reach = plan.articles
    while looked + reach < plan.articles:
        day = counts.newest_since(round(reach), _last_day(compiled))
        number = entry_number(day, 0)
        if not compiled.first < number <= compiled.last:
            break
        part = replace(compiled, first=number)
        yield (part if plan.often else _in_months(part, months_between(number, compiled.last))), day
        compiled, looked, reach = replace(compiled, last=number - 1), looked + reach, 2 * reach
        if looked * steps > (most_steps or MOST_STEPS):
            return
    yield compiled, None


def _in_months(compiled: CompiledQuery, months: Alternatives) -> CompiledQuery:
    rarest, *rest = compiled.in_turn or ((),)
    in_turn = filter(None, (rarest, months, *rest))
    return replace(compiled, rarest_first=tuple(in_turn))


def _last_day(compiled: CompiledQuery) -> date | None:
    return day_of(compiled.last) if compiled.last < LAST_NUMBER else None


def _sampled(compiled: CompiledQuery, articles: int) -> Plan:
    columns = {tokens.column for clause in compiled.clauses for tokens in clause} - {Column.FACTS}
    is_mixed = not columns <= ASIDE

    def ways(clause: Alternatives) -> list[list[Alternatives]]:
        found = tuple(tokens for tokens in clause if not tokens.ranks_only)
        if is_mixed:  # an index of whole articles reads these before it checks positions
            found = tuple(replace(each, column=Column.TEXT) if each.column in ASIDE else each for each in found)
        return _ways(found)

    parts = dict.fromkeys(part for clause in compiled.clauses for way in ways(clause) for part in way)
    few = (part for part in parts if len(part) <= MOST_OF_ONE)
    sampled = sorted(few, key=lambda part: -len(part[0].words[0]))[:MOST_SAMPLED]
    newest = SearchEntry.objects.filter(pk__range=(compiled.first, compiled.last)).order_by("-pk")
    numbers = list(newest.values_list("pk", flat=True)[:SAMPLE])
    first, last = (numbers[-1], numbers[0]) if len(numbers) == SAMPLE else (compiled.first, compiled.last)
    months = months_between(first, last)
    sample = CompiledQuery((months,) if months else (), first=first, last=last)
    sample_counts = zip(sampled, backend().how_many(sampled, SAMPLE, sample), strict=True)
    shares = {part: (count + 1) / min(SAMPLE, articles) for part, count in sample_counts}

    def common(clause: Alternatives) -> float:
        return min(1.0, sum(min(shares.get(part, 1.0) for part in way) for way in ways(clause)))

    in_order = sorted(compiled.clauses, key=common)
    planned = replace(compiled, rarest_first=tuple(in_order))
    found = backend().hits(_in_months(replace(planned, first=first, last=last), months), OFTEN)
    return Plan(planned, common(in_order[0]) if in_order else 1.0, articles, often=len(found) == OFTEN)


def _ways(clause: Alternatives) -> list[list[Alternatives]]:
    """The ways to match a clause, each as clauses that must all match: any single word, or all words of a phrase."""
    single = tuple(tokens for tokens in clause if len(tokens.words) == 1)
    phrases: list[list[Alternatives]] = []
    for phrase in (tokens for tokens in clause if len(tokens.words) > 1):
        *firsts, last = phrase.words
        bare = [(replace(phrase, words=(word,), is_prefix=False),) for word in firsts]
        phrases.append([*bare, (replace(phrase, words=(last,)),)])
    return [*([[single]] if single else []), *phrases]
