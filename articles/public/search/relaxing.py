"""When nothing is found: what could be asked instead, each of it checked to find something."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from articles.models import Source, SourceAlias, Tag, TagAlias, counts
from articles.public.search.address import Asked
from articles.search.asking import (
    LONGEST_RUN,
    Filters,
    Named,
    asked_words,
    begun_with,
    named_so,
    runs_of,
    sought_of,
)
from articles.search.backend import Column, Sought, Tokens, backend
from articles.search.finding import count, count_words
from articles.search.query import QUOTES, Field, Query, Term, parse, plain_text
from articles.search.words import letters_of, pieces_written_in_one, without_prefix
from articles.text.dates import written_days
from articles.text.keys import name_slug

PATIENCE = 0.6  # seconds in which searches are tried
MOST_WORDS = 8  # of a query that are looked at
WORDS_TO_LOSE_ONE = 3  # of two, each alone is offered anyway
MOST_LESS, TRIED_LESS = 3, 6  # searches without one word that are offered, and that are tried
RANKED, MOST_NEAR = 1_000, 5  # articles that are ranked, of the best of which that is nearest which has most words
COMMON, COMMON_PART = 20, 0.25  # a word of more articles than these, of so large a part of all, is not offered alone
MOST_CANDIDATES = 10  # spellings of a word that are tried
WORDS_COMPARED = 200_000  # that begin with the same letter
ENOUGH = 1_000  # articles that a word is in; to count further tells nothing more
SHORTEST = 4  # letters; a shorter word may be misspelled as any other
LONG = 10  # letters; a longer word may have lost an ending as well
NAMES_COMPARED = 20_000  # of tags or sources that begin with the same letter
SOURCES_COMPARED = 20_000  # whose names are compared word by word
MOST_RUNS = 3  # names of several words that are tried
SHORTEST_PART = 2  # letters of a run that are looked for together
LONGEST_PARTED = 40  # letters of a run whose ends are looked for
MOST_PARTED = 2  # runs of letters that are parted
MOST_PARTINGS = 8  # ways to part them that are tried
Clause = tuple[Term, ...]
# Words that stand before a date, and are no part of it.
_BEFORE_DATES = {"in", "on", "of", "from", "im", "am", "vom", "en", "de", "du", "del", "el", "le", "em", "di", "nel"}
_UNQUOTED = str.maketrans(dict.fromkeys(f'{QUOTES}"', " "))


@dataclass(frozen=True, slots=True)
class Instead:
    """Another search: its words as the link has them, and how many articles it finds."""

    words: str
    asked: Asked
    found: int
    is_more: bool = False

    @property
    def count_words(self) -> str:
        return count_words(self.found, is_more=self.is_more)

    @property
    def is_none(self) -> bool:
        """Whether it finds nothing anywhere; else nothing may have been found so far."""
        return not (self.found or self.is_more)


@dataclass(frozen=True, slots=True)
class Trial:
    """What all searches that are tried for one reader ask for besides, and until when there is time to try another."""

    filters: Filters
    until: float = field(default_factory=lambda: monotonic() + PATIENCE)

    @property
    def is_over(self) -> bool:
        return monotonic() > self.until


@dataclass(frozen=True, slots=True)
class Less(Instead):
    """A search without one word of it."""

    without: str = ""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Spelled otherwise; with what is a date or the name of a source as that; with the words of a phrase or the parts
    of a run of letters anywhere, or with words that only begin so; with those words that one article has, without one
    word, with one word alone, or with fewer filters. ``alone`` are words that find nothing at all."""

    spelling: Instead | None
    by_fields: list[Instead]
    less_exactly: list[Instead]
    nearest: Instead | None
    one_less: list[Less]
    fewer_words: list[Instead]
    alone: list[str]
    without_filters: Instead | None


def relaxed(asked: Asked, filters: Filters) -> Relaxed:
    """What else could be asked. ``asked`` finds nothing.

    What bounds the words (days, a photo, words that must not be there) bounds what is offered with fewer of them, too.
    """
    query, trial = parse(asked.q), Trial(filters)
    single = _single(query)
    alone = [_alone(asked, query, clause, trial) for clause in single]
    counts = {clause: one.found for clause, one in zip(single, alone, strict=True)}
    missing = [clause for clause, one in zip(single, alone, strict=True) if one.is_none]
    by_fields = _by_fields(asked, query, trial)
    nearest = _nearest(asked, query, counts, trial)
    one_less = _one_less(asked, query, counts, trial)
    return Relaxed(
        spelling=None if by_fields and not missing else _spelled(asked, query, missing, trial),
        by_fields=by_fields,
        less_exactly=_less_exactly(asked, query, missing, trial),
        nearest=nearest if nearest and nearest.asked not in [one.asked for one in one_less] else None,
        one_less=one_less,
        fewer_words=_telling([one for one in alone if one.found]) if len(single) > 1 else [],
        alone=[one.words for one in alone if one.is_none],
        without_filters=_without_filters(asked, query, trial),
    )


def _alone(asked: Asked, query: Query, clause: Clause, trial: Trial) -> Instead:
    """One clause of a query by itself, which finds nothing where it is all that was asked for."""
    if query.clauses == (clause,):
        return Instead(asked.q, asked, 0)
    return _asked_instead(asked, replace(query, clauses=(clause,)), trial)


def spelling(asked: Asked, filters: Filters) -> Instead | None:
    """What is offered by ``relaxed`` as another spelling, without all else."""
    query, trial = parse(asked.q), Trial(filters)
    missing = [clause for clause in _single(query) if _alone(asked, query, clause, trial).is_none]
    return _spelled(asked, query, missing, trial)


def _single(query: Query) -> list[Clause]:
    return list(dict.fromkeys(query.clauses))[:MOST_WORDS]


def _asked_instead(asked: Asked, query: Query, trial: Trial) -> Instead:
    changed = asked.but(q=str(query))
    counted = (0, True) if trial.is_over else count(sought_of(changed.query, trial.filters))
    return Instead(changed.q, changed, *counted)


def _one_less(asked: Asked, query: Query, counts: Mapping[tuple[Term, ...], int], trial: Trial) -> list[Less]:
    """The query without one of its words, first those that nothing has, then those that most have; ``counts``: how many
    each finds alone.

    Words that nothing has are tried as well, for together they may be the name of a tag.
    """
    if len(counts) < WORDS_TO_LOSE_ONE:
        return []
    offered: list[Less] = []
    for clause in sorted(counts, key=lambda clause: (counts[clause] > 0, -counts[clause]))[:TRIED_LESS]:
        rest = tuple(other for other in query.clauses if other != clause)
        less = _asked_instead(asked, replace(query, clauses=rest), trial)
        if less.found:
            offered.append(Less(less.words, less.asked, less.found, less.is_more, _words_of(clause)))
        if len(offered) == MOST_LESS:
            break
    return offered


def _nearest(asked: Asked, query: Query, counts: Mapping[Clause, int], trial: Trial) -> Instead | None:
    """Those of the words that the article has which is nearest to them: of a question, what it is about. ``None`` where
    these are no two."""
    sought = sought_of(asked.query, trial.filters)
    if trial.is_over or len(counts) < WORDS_TO_LOSE_ONE or len(sought.clauses) < len(query.clauses):
        return None
    ways = dict(zip(query.clauses, sought.clauses, strict=False))
    rarest: list[Tokens] = []
    told, common = 0, _common()
    for clause in sorted((clause for clause in counts if counts[clause]), key=lambda clause: counts[clause]):
        told += counts[clause]
        if rarest and (told > RANKED or counts[clause] > common):
            break
        rarest += ways[clause]
    facts = sought.clauses[len(query.clauses) :]
    among = backend().newest(replace(sought, clauses=(tuple(rarest), *facts)), RANKED) if rarest else []
    if not among:
        return None
    best = backend().best(Sought((tuple(rarest),)), among)[:MOST_NEAR]
    having = {clause: set(backend().which(Sought((ways[clause],)), best)) for clause in query.clauses}
    nearest = max(best, key=lambda number: sum(number in found for found in having.values()))
    kept = tuple(clause for clause in query.clauses if nearest in having[clause])
    if not 2 <= len(kept) < len(query.clauses):
        return None
    instead = _asked_instead(asked, replace(query, clauses=kept), trial)
    return instead if instead.found else None


def _telling(alone: list[Instead]) -> list[Instead]:
    """Words that find something alone, without those that a large part of the archive has, unless all are of these."""
    common = _common()
    return [one for one in alone if one.found <= common and not one.is_more] or alone


def _common() -> float:
    """How many articles have a word that tells little."""
    return max(COMMON, COMMON_PART * counts.articles_between(None, None))


def _words_of(clause: Sequence[Term]) -> str:
    return " OR ".join(map(str, clause))


def _unwritten(clauses: Sequence[tuple[Term, ...]]) -> list[tuple[Term, ...]]:
    """The clauses with a word that no article has as it is written. One may be found all the same, by a stem that it
    happens to share."""
    words = [
        (clause, word.exact)
        for clause in clauses
        for term in clause
        for word in asked_words(term)[0]
        if not word.is_cut
    ]
    counts = backend().how_many([(_written(exact),) for _, exact in words], 1)
    return list(dict.fromkeys(clause for (clause, _), count in zip(words, counts, strict=True) if not count))


def _written(word: str) -> Tokens:
    return Tokens(Column.TEXT, (word,), is_written=True)


def _without_filters(asked: Asked, query: Query, trial: Trial) -> Instead | None:
    """The same words with fewer bounds: without those of the address, or of the words, or else of both."""
    bare, unbound = Asked(q=asked.q, order=asked.order), str(replace(query, first=None, last=None, has_photo=False))
    tries = [bare] if query and asked.filter_count else []
    if unbound and query.has_bounds:
        tries += [asked.but(q=unbound), *([bare.but(q=unbound)] if asked.filter_count else [])]
    for one in tries:
        found, is_more = count(sought_of(one.query, trial.filters if one.filter_count else Filters()))
        if found:
            is_everywhere = not (one.filter_count or one.query.has_bounds)
            return Instead("Look everywhere" if is_everywhere else one.q, one, found, is_more)
    return None


# --- Dates and sources. -----------------------------------------------------------------------------------------------


def _by_fields(asked: Asked, query: Query, trial: Trial) -> list[Instead]:
    """The query with words that are a date as days to look in, with words that a source is called by as its name, or
    with both."""
    with_days = _with_days(query)
    tries = dict.fromkeys((with_days, _with_source(query), _with_source(with_days)))
    offered = [_asked_instead(asked, one, trial) for one in tries if one != query]
    return [one for one in offered if one.found]


def dated(asked: Asked, filters: Filters) -> Instead | None:
    """A date among the words, of a search that found something by them, as the days to look in; ``None`` where there is
    none, or nothing is found so."""
    query = parse(asked.q)
    with_days = _with_days(query)
    if with_days == query or asked.has_dates:
        return None
    instead = _asked_instead(asked, with_days, Trial(filters))
    return instead if instead.found else None


def _with_days(query: Query) -> Query:
    """The query with the first of its words that are a date as the days to look in; as it is where it has none, or
    nothing else."""
    if query.first or query.last:
        return query
    for run, places in _plain_runs(query):
        days = written_days(run)
        if days and len(places) < len(query.clauses):
            before = plain_text(query.clauses[places[0] - 1]) if places[0] else ""
            if before.casefold() in _BEFORE_DATES and len(places) + 1 < len(query.clauses):
                places = range(places[0] - 1, places[-1] + 1)
            return replace(query, clauses=_without(query.clauses, places), first=days[0], last=days[1])
    return query


def _with_source(query: Query) -> Query:
    held = Source.objects.filter(article_count__gt=0).values_list("slug", flat=True)[:SOURCES_COMPARED]
    slugs = "".join(f"-{slug}-" for slug in held)
    for run, places in _plain_runs(query):
        if len(run) >= SHORTEST and (slug := name_slug(run)) and f"-{slug}-" in slugs:
            named = ((Term(run, Field.SOURCE),),)
            return replace(query, clauses=(*query.clauses[: places[0]], *named, *query.clauses[places[-1] + 1 :]))
    return query


def _plain_runs(query: Query) -> Iterator[tuple[str, range]]:
    """Words and phrases of no field that stand together, and their places, the longest first."""
    texts = [plain_text(clause) for clause in query.clauses[:MOST_WORDS]]
    for length in range(LONGEST_RUN, 0, -1):
        for start in range(len(texts) - length + 1):
            if all(texts[start : start + length]):
                yield " ".join(texts[start : start + length]), range(start, start + length)


def _without(clauses: tuple[Clause, ...], places: range) -> tuple[Clause, ...]:
    return (*clauses[: places[0]], *clauses[places[-1] + 1 :])


# --- Less exactly. ----------------------------------------------------------------------------------------------------


def _less_exactly(asked: Asked, query: Query, missing: Sequence[Clause], trial: Trial) -> list[Instead]:
    """The query without quotation marks, with the parts of what is written in one run and found nowhere so, or with its
    ends, and with words that only begin like those that are nowhere, or have more than themselves before them."""
    unquoted = tuple(part for clause in query.clauses for part in _unquoted_words(clause))
    tries = [unquoted] if unquoted != query.clauses else []
    parted = {
        clause: _best_of(asked, query, in_two, trial) or _best_of(asked, query, in_pairs, trial)
        for clause, in_two, in_pairs in _parted(missing)
    }
    if any(parted.values()):
        tries.append(tuple(part for clause in query.clauses for part in parted.get(clause) or (clause,)))
    elif ends := _ends(asked, query, missing[0], trial) if missing else ():
        tries.append(tuple(part for one in query.clauses for part in (ends if one == missing[0] else (one,))))
    for changed in (_begun, _unprefixed):
        changes = tuple(changed(clause) if clause in missing else clause for clause in query.clauses)
        tries += [changes] if changes != query.clauses else []
    offered = [_asked_instead(asked, replace(query, clauses=clauses), trial) for clauses in dict.fromkeys(tries)]
    return [one for one in offered if one.found]


def _unquoted_words(clause: Clause) -> tuple[Clause, ...]:
    """The words of a phrase, each by itself; what stands beside OR, or names a tag or a source, stays."""
    term = clause[0]
    if len(clause) > 1 or not term.is_phrase or term.field in (Field.TAG, Field.SOURCE):
        return (clause,)
    words = [word.strip("-*").casefold() for word in term.text.split()]
    return tuple((Term(word, term.field),) for word in words if any(map(str.isalnum, word)))


def _begun(clause: Clause) -> Clause:
    """A word as the beginning of one: Limmat of a Limmatbrücke. What is no single word stays."""
    term = clause[0]
    if len(clause) > 1 or term.is_phrase or term.is_beginning or term.field in (Field.TAG, Field.SOURCE):
        return clause
    words, _ = asked_words(term)
    is_word = len(words) == 1 and not words[0].is_cut and len(words[0].exact) >= SHORTEST
    return (replace(term, is_beginning=True),) if is_word and not words[0].exact.isdecimal() else clause


def _unprefixed(clause: Clause) -> Clause:
    """A word of Hebrew without what is written in one with it."""
    term = clause[0]
    bare = without_prefix(term.text)
    return (replace(term, text=bare),) if len(clause) == 1 and bare != term.text else clause


def _ends(asked: Asked, query: Query, clause: Clause, trial: Trial) -> tuple[Clause, ...]:
    """For a run of letters the longest that are found of its beginnings and its ends: of a question in Chinese, what
    stands before and behind the word that makes it one."""
    term = clause[0]
    words = [word for word in asked_words(term)[0] if word.is_cut]
    if len(clause) > 1 or not words:
        return ()
    letters = letters_of(term.text[words[0].start : words[-1].end])[:LONGEST_PARTED]

    def part(length: int, *, at_end: bool = False) -> Clause:
        return (replace(term, text="".join(letters[-length:] if at_end else letters[:length]), is_phrase=False),)

    def longest(most: int, *, at_end: bool = False) -> int:
        fewest = 1
        while fewest < most:  # where a part is found, its own parts are
            length = (fewest + most + 1) // 2
            alone = replace(query, clauses=(part(length, at_end=at_end),))
            fewest, most = (length, most) if _asked_instead(asked, alone, trial).found else (fewest, length - 1)
        return fewest

    first = longest(len(letters) - 1)
    last = longest(len(letters) - max(first, SHORTEST_PART), at_end=True)
    parts = [part(first)] if first >= SHORTEST_PART else []
    parts += [part(last, at_end=True)] if last >= SHORTEST_PART else []
    if len(parts) == 2 and not _asked_instead(asked, replace(query, clauses=tuple(parts)), trial).found:
        parts = [max(parts, key=lambda one: len(one[0].text))]
    return tuple(parts)


def _best_of(asked: Asked, query: Query, ways: Sequence[Sequence[Clause]], trial: Trial) -> tuple[Clause, ...]:
    """Of several ways to ask, that which finds most, the first of those that find as much; nothing if none does."""
    counts = [_asked_instead(asked, replace(query, clauses=tuple(clauses)), trial).found for clauses in ways]
    return tuple(ways[counts.index(max(counts))]) if any(counts) else ()


Partings = list[list[Clause]]


def _parted(clauses: Sequence[Clause]) -> Iterator[tuple[Clause, Partings, Partings]]:
    """The first of those that may be parted, each with the ways in which it may be, and with those if none will do."""
    left, most = MOST_PARTINGS, MOST_PARTED
    for clause in clauses:
        term = clause[0]
        if most and len(clause) == 1 and term.field not in (Field.TAG, Field.SOURCE):
            in_two, in_pairs = (_as_clauses(ways, term.field) for ways in _partings(term.text))
            if in_two:
                if in_pairs and len(in_two) >= left:
                    in_two = []
                left, most = left - len(in_two), most - 1
                yield clause, in_two, in_pairs


def _as_clauses(partings: list[list[str]], field: Field) -> Partings:
    return [[(Term(part, field),) for part in parts] for parts in partings]


def _partings(text: str) -> tuple[list[list[str]], list[list[str]]]:
    """How a text may be parted whose letters stand in a run: where they are of another kind, or else in two; and in
    pieces of two letters, of which the last may have three."""
    pieces, has_run = pieces_written_in_one(text)
    if not has_run or len(pieces) > 1:
        return ([pieces] if has_run else []), []
    letters = letters_of(pieces[0])
    middles = range(SHORTEST_PART, len(letters) - SHORTEST_PART + 1)
    halves = [["".join(letters[:place]), "".join(letters[place:])] for place in middles]
    if len(halves) <= SHORTEST_PART:  # pieces of two would be the same
        return halves, []
    starts = range(0, len(letters) - 1, SHORTEST_PART)
    ends = [*starts[1:], len(letters)]
    pairs = ["".join(letters[start:end]) for start, end in zip(starts, ends, strict=True)]
    return halves, [pairs]


# --- Spelling. --------------------------------------------------------------------------------------------------------

# A spelling: the letters it differs by, less the articles that have it, and how it is written. The best sorts first.
Spelling = tuple[int, int, str]


def _spelled(asked: Asked, query: Query, missing: Sequence[Clause], trial: Trial) -> Instead | None:
    """The query with its doubtful words spelled as the archive spells them, if that finds anything; else with words
    that stand together spelled as the name of a tag. ``missing`` are those that find nothing alone."""
    doubtful = missing or _unwritten(_single(query)) or _single(query)
    words = tuple(tuple(map(_spelled_term, clause)) if clause in doubtful else clause for clause in query.clauses)
    for clauses in (words, *_spelled_runs(query.clauses, doubtful)):
        if clauses != query.clauses:
            instead = _asked_instead(asked, replace(query, clauses=clauses), trial)
            if instead.found:
                return instead
    return None


def _spelled_term(term: Term) -> Term:
    if term.field in (Field.TAG, Field.SOURCE):
        model, aliases = (Tag, TagAlias) if term.field is Field.TAG else (Source, SourceAlias)
        slug = name_slug(term.text)
        is_name = named_so(model, slug).exists() or aliases._default_manager.filter(slug=slug).exists()
        near = [] if is_name else _names_near(slug, model, aliases)
        if not is_name and not near and model is Source:
            near = _sources_with(slug)
        return Term(min(near)[2], term.field) if near else term
    text = term.text
    words = [word for word in asked_words(term)[0] if not word.is_cut and len(word.exact) >= SHORTEST]
    words = [word for word in words if not word.exact.isdecimal()]  # a year is not misspelled
    for word in reversed(words):
        spellings = sorted(_spellings(word.exact))
        if term == Term(term.text[word.start : word.end]):
            spellings += sorted(_names_near(name_slug(term.text), Tag, TagAlias))
        if spellings:  # a name has to be nearer than any word
            better = min(spellings, key=lambda one: one[0])[2]
            text = text[: word.start] + better + text[word.end :]
    return replace(term, text=text)


def _spelled_runs(
    clauses: Sequence[tuple[Term, ...]], doubtful: Collection[tuple[Term, ...]]
) -> Iterator[tuple[tuple[Term, ...], ...]]:
    """The query with the name of a tag for words that stand together and are nearly it, the nearest first."""
    found = []
    for run, places in runs_of(clauses[:MOST_WORDS]).items():
        if any(clauses[place] in doubtful for place in places):
            for steps, count, name in _names_near(name_slug(run.text), Tag, TagAlias):
                named = tuple((Term(word),) for word in name.split())
                found.append(((steps, count), (*clauses[: places[0]], *named, *clauses[places[-1] + 1 :])))
    return (spelled for _, spelled in sorted(found, key=lambda one: one[0])[:MOST_RUNS])


def _spellings(word: str) -> list[Spelling]:
    """The words of the archive that are nearly this one."""
    words = [other for other in backend().words(word[0], WORDS_COMPARED) if other != word]
    near = _near(word, words)
    counts = backend().how_many([(_written(other),) for other in near], ENOUGH)
    return [(steps, -count, other) for (other, steps), count in zip(near.items(), counts, strict=True) if count]


def _names_near(
    slug: str, model: type[Tag] | type[Source], aliases: type[TagAlias] | type[SourceAlias]
) -> list[Spelling]:
    """The names of tags or sources that are nearly this one, of those that begin with the same letter."""
    if len(slug) < SHORTEST:
        return []
    found: list[Spelling] = []
    for names, use in ((model, "article_count"), (aliases, f"{model._meta.model_name}__article_count")):
        near = _near(slug, _slugs_begun(names, slug))
        rows: Any = names._default_manager.filter(slug__in=near, **{f"{use}__gt": 0})
        found += [(near[one], -used, _unquoted(name)) for one, name, used in rows.values_list("slug", "name", use)]
    return found


def _sources_with(slug: str) -> list[Spelling]:
    """The names of sources of which a part is this or nearly so: Newsarchive Handbook for "handbok". The largest are
    compared."""
    if len(slug) < SHORTEST:
        return []
    length, parts = slug.count("-") + 1, defaultdict[str, set[tuple[int, str]]](set)
    for names, use in ((Source, "article_count"), (SourceAlias, "source__article_count")):
        rows: Any = names._default_manager.filter(**{f"{use}__gt": 0}).order_by(f"-{use}", "pk")
        for whole, name, used in rows.values_list("slug", "name", use)[:SOURCES_COMPARED]:
            words = whole.split("-")
            for start in range(len(words) - length + 1):
                parts["-".join(words[start : start + length])].add((used, _unquoted(name)))
    return [(steps, -used, name) for part, steps in _near(slug, list(parts)).items() for used, name in parts[part]]


def _slugs_begun(names: Named, slug: str) -> set[str]:
    """The slugs that begin with the same letter, or of more than are compared the first and those that begin with the
    same two: ranges of an index, however many names there are."""
    slugs: set[str] = set()
    for beginning in (slug[:1], slug[:2]):
        some = begun_with(names, beginning).order_by("slug").values_list("slug", flat=True)[:NAMES_COMPARED]
        slugs.update(some)
        if len(slugs) < NAMES_COMPARED:
            break
    return slugs - {slug}


def _near(word: str, others: Collection[str]) -> dict[str, int]:
    """Those of others that are nearly a word, and the letters that they differ by."""
    furthest = 1 if len(word) <= SHORTEST else 2 if len(word) < LONG else 3
    near = process.extract(word, others, scorer=OSA.distance, score_cutoff=furthest, limit=MOST_CANDIDATES)
    return {other: int(steps) for other, steps, _ in near if _numbers_in(other) == _numbers_in(word)}


def _numbers_in(word: str) -> list[str]:
    return re.findall(r"\d+", word)


def _unquoted(name: str) -> str:
    return " ".join(name.translate(_UNQUOTED).split())
