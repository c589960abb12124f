"""Runs a compiled query: hits, their order, and their counts by tag, source and year.

Few hits are all ranked. Of many, those with the words in their headlines come first, then the newest; they are counted
up to ``MOST``, and no further back than one page searches (``articles.search.reach``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import chain

from articles.models.search_entry import day_number, entry_number, last_number
from articles.search.backend import CompiledQuery, backend
from articles.search.reach import FEW_STEPS, MOST_COMPARED, MOST_STEPS, Plan, reaches
from articles.text.dates import last_of_month
from articles.text.messages import gettext
from articles.text.phrases import counted

MOST = 5_000  # hits that are counted
SHARED_OUT = 300  # hits that are counted by tag, source and language
IN_HEADLINES = 200  # hits that are ranked by their headlines, where there are more than ``MOST``
LAST_PAGE = 1_000
PAGE_SIZE = 20
MOST_TAGS = 50


class Order(StrEnum):
    BEST = "best"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Counts:
    """Articles by source, language and tag, by id; ``None`` means no source named.

    Merged sources are counted apart, merged tags together. Only the ``MOST_TAGS`` most frequent tags are given.
    """

    sources: dict[int | None, int]
    languages: dict[str, int]
    tags: dict[int, int]
    with_photo: int

    @classmethod
    def of(cls, numbers: Sequence[int]) -> Counts:
        """Count up to a few hundred articles."""
        rows = backend().entries(numbers)
        sources, languages, with_photo, tags = zip(*rows, strict=True) if rows else ((), (), (), ())
        tag_lists = list(map(str.split, tags))
        by_tag = Counter(chain.from_iterable(tag_lists))
        # An article may have two tags that were merged into one.
        if merged := {str(former): str(now) for former, now in backend().merged_tags(map(int, by_tag))}:
            by_tag = Counter(tag for tags in tag_lists for tag in {merged.get(tag, tag) for tag in tags})
        return cls(
            sources=Counter(sources),
            languages=Counter(languages),
            tags={int(tag): count for tag, count in by_tag.most_common(MOST_TAGS)},
            with_photo=sum(with_photo),
        )


@dataclass(frozen=True)
class Found:
    """One page of hits, as numbers of the index.

    ``newest``: all counted hits. If ``is_more``, there may be others: ``newest`` has ``MOST``, or those back to the day
    ``since``, where the search stopped (``None``: it covered the archive).
    """

    numbers: list[int]
    newest: list[int]
    is_more: bool
    since: date | None
    has_next: bool

    @property
    def total(self) -> int:
        return len(self.newest)

    @property
    def count_words(self) -> str:
        return count_words(self.total, is_more=self.is_more)

    @cached_property
    def counts(self) -> Counts:
        return Counts.of(self.newest[:SHARED_OUT])

    @cached_property
    def years(self) -> dict[int, int]:
        return {last.year: count for last, count in self._by(lambda day: day.replace(month=12, day=31))}

    @cached_property
    def months(self) -> dict[date, int]:
        """Hits by the first day of their month."""
        return {last.replace(day=1): count for last, count in self._by(last_of_month)}

    def _by(self, last_of: Callable[[date], date]) -> Iterator[tuple[date, int]]:
        """The last day and the number of hits of each period with any; by bisection, since there may be thousands."""
        numbers = sorted(self.newest)
        place = bisect_right(numbers, last_number(None))  # after the undated articles
        while place < len(numbers):
            last = last_of(date.fromordinal(day_number(numbers[place])))
            end = bisect_right(numbers, last_number(last), place)
            yield last, end - place
            place = end


def find(
    compiled: CompiledQuery,
    order: Order = Order.BEST,
    page: int = 1,
    before: date | None = None,
    size: int = PAGE_SIZE,
) -> Found:
    """``page`` counts from 1; past the end it is empty. ``before``: only earlier days and undated articles."""
    part = replace(compiled, last=min(compiled.last, entry_number(before, 0) - 1)) if before else compiled
    plan = Plan.of(part)
    part, compiled = plan.compiled, replace(plan.compiled, last=compiled.last)
    shown = frozenset(_with_headlines(compiled)) if before and order is Order.BEST else frozenset()
    newest, since = _newest(plan, shown, enough=size)
    is_more = len(newest) > MOST or since is not None
    first = newest[:MOST]
    start, end = (page - 1) * size, page * size
    # Else all texts would be read for a phrase, or looked through for too many words.
    can_look_on = plan.articles * plan.reads <= MOST_STEPS and plan.compares < MOST_COMPARED
    if order is Order.OLDEST and can_look_on and len(first) > size:
        ordered, since = backend().hits(part, end + 1, oldest_first=True), None
    elif order is Order.OLDEST:
        ordered = first[::-1]
    else:
        if is_more and since is None and can_look_on and end + 1 > MOST:
            newest = _without(backend().hits(part, end + 1 + IN_HEADLINES), shown)
        is_by_date = order is Order.NEWEST or before is not None or not compiled.words
        ordered = newest if is_by_date else _best(compiled, newest, end + 1, is_more=is_more)
        first = first or ordered  # only hits in headlines so far
    return Found(
        numbers=ordered[start:end],
        newest=first,
        is_more=is_more,
        since=since,
        has_next=len(ordered) > end and page < LAST_PAGE,
    )


def count(compiled: CompiledQuery) -> tuple[int, bool]:
    """The number of hits, and ``True`` if there may be more; as in ``Found``, but in fewer steps."""
    plan = Plan.of(compiled)
    newest, since = _newest(plan, enough=0, most_steps=FEW_STEPS)
    if since and not newest:
        newest = _with_headlines(plan.compiled)
    return min(len(newest), MOST), len(newest) > MOST or since is not None


def all_hits(compiled: CompiledQuery) -> list[int] | None:
    """All hits; ``None`` if there are more than ``MOST``, or the search would take too long."""
    found, since = _newest(Plan.of(compiled), enough=MOST)
    return None if since or len(found) > MOST else found


def count_words(found: int, *, is_more: bool) -> str:
    """``40 articles``, ``more than 5,000 articles``, or ``at least 40 articles`` if the search stopped."""
    articles = counted(found, "article")
    if not is_more:
        return articles
    message = gettext("more than %(articles)s") if found == MOST else gettext("at least %(articles)s")
    return message % {"articles": articles}


def _newest(
    plan: Plan, shown: frozenset[int] = frozenset(), *, enough: int = PAGE_SIZE, most_steps: int | None = None
) -> tuple[list[int], date | None]:
    """The newest hits not in ``shown``, at most ``MOST`` + 1, and the day on which the search stopped, after more than
    ``enough`` hits; ``None`` if it covered the archive or found more than ``MOST``.
    """
    found: list[int] = []
    since = None
    for part, since in reaches(plan, most_steps):  # noqa: B007  (the last of them is the answer)
        found += _without(backend().hits(part, MOST + 1 - len(found)), shown)
        if len(found) > MOST:
            return found, None
        if len(found) > enough and len(found) != MOST:  # MOST exactly would read as "more than"
            break
    return found, since


def _best(compiled: CompiledQuery, newest: list[int], enough: int, *, is_more: bool) -> list[int]:
    """All hits by rank; if ``is_more``, at least ``enough``: with the words in their headlines, then the newest."""
    if not is_more:
        return backend().best(compiled, newest) if newest else []
    best = _with_headlines(compiled)
    return [*best, *_without(newest[: len(best) + enough], frozenset(best))]


def _with_headlines(compiled: CompiledQuery) -> list[int]:
    """Hits with the words in their headlines, of any date; only the first pages show them."""
    best = backend().headlines(compiled, IN_HEADLINES)
    return backend().matching(compiled, best) if compiled.without else best


def _without(numbers: list[int], shown: frozenset[int]) -> list[int]:
    return [number for number in numbers if number not in shown] if shown else numbers
