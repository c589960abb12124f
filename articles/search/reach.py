"""How far back one page looks. Words that are in most articles, all of which must be there, are looked for article by
article: that takes longer the larger the archive is. Of such a search a page looks through the newest, says so, and
leads further back; any other search is looked for in the whole archive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from articles import periods
from articles.models import SearchEntry
from articles.models.search import day_of, entry_number
from articles.search.backend import LAST_NUMBER, Alternatives, Sought, Tokens, backend, looked_for

STEPS = 200_000  # of one page: a step looks whether an article has a word, and takes about a tenth of a microsecond
FEWEST = 20_000  # articles that are always looked through, for each time costs something by itself
STEPS_OF_PHRASE = 6  # for a word of a phrase, whose places are compared
SAMPLE = 2_000  # of the newest articles, by which it is told how common a word is
MOST_SAMPLED = 20  # words; of a search for more the longest, and any other is taken for as common as can be


def reaches(sought: Sought) -> Iterator[tuple[Sought, date | None]]:
    """The search bounded to the newest articles, then to those before them, and so on to the oldest, each twice as many
    as the last: with the first day of its articles, ``None`` for the last of all. Mostly that is all at once.

    In what is bounded, and in all of a large archive, the rarest of what must be there comes first.
    """
    steps = _steps(sought)
    held = periods.articles_between(day_of(sought.first), _last_day(sought)) if steps > 1 else 0
    if held * steps > STEPS:
        common, sought = _rarest_first(sought, held)
        reach = max(FEWEST, STEPS / (steps * common))
        while reach < held:
            day = periods.newest_since(round(reach), _last_day(sought))
            number = entry_number(day, 0)
            if not sought.first < number <= sought.last:
                break
            yield replace(sought, first=number), day
            sought, reach = replace(sought, last=number - 1), 2 * reach
    yield sought, None


def _last_day(sought: Sought) -> date | None:
    return day_of(sought.last) if sought.last < LAST_NUMBER else None


def _must(sought: Sought) -> list[Alternatives]:
    return [looked_for(one) for one in (*sought.clauses, *sought.facts)]


def _tokens(sought: Sought) -> list[Tokens]:
    """All that is looked at, for each article at the worst."""
    clauses = [*_must(sought), *([looked_for(sought.without)] if sought.without else [])]
    return [one for clause in clauses for tokens in clause for one in tokens]


def _steps(sought: Sought) -> int:
    return sum(1 if len(one.words) == 1 else STEPS_OF_PHRASE * len(one.words) for one in _tokens(sought))


def _rarest_first(sought: Sought, held: int) -> tuple[float, Sought]:
    """Which part of so many articles has to be looked at: those with the rarest of what must be there. And the search
    with all that must be there in the order in which it is best looked for."""
    clauses = [one for one in _must(sought) if one]
    words = list(dict.fromkeys(word for clause in clauses for tokens in clause for word in _words(tokens)))
    sampled = sorted(words, key=lambda one: -len(one.words[0]))[:MOST_SAMPLED]
    newest = SearchEntry.objects.filter(pk__range=(sought.first, sought.last)).order_by("-pk")
    begins = newest.values_list("pk", flat=True)[SAMPLE - 1 : SAMPLE].first() or sought.first
    counts = backend().how_many([((word,),) for word in sampled], SAMPLE, begins, sought.last)
    part = {word: (count + 1) / min(SAMPLE, held) for word, count in zip(sampled, counts, strict=True)}

    def common(clause: Alternatives) -> float:
        return min(1.0, sum(min(part.get(word, 1.0) for word in _words(tokens)) for tokens in clause))

    in_order = sorted(clauses, key=common)
    return common(in_order[0]) if in_order else 1.0, replace(sought, clauses=tuple(in_order), facts=())


def _words(tokens: tuple[Tokens, ...]) -> list[Tokens]:
    """The words of a way to be found, each by itself."""
    return [
        Tokens(one.column, (word,), is_beginning=one.is_beginning and place == len(one.words))
        for one in tokens
        for place, word in enumerate(one.words, 1)
    ]
