"""Compiles a query into tokens of the index: stems in every language of the archive, and names of tags and sources."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice, product
from typing import Any

from django.conf import settings
from django.db.models import Q

from articles.models import FormerTag, SearchEntry, Source, SourceAlias, Tag, TagAlias
from articles.models.reading import page_facts
from articles.models.search_entry import LAST_NUMBER, entry_number, last_number
from articles.search.backend import Alternatives, Column, CompiledQuery, Tokens, backend, rows
from articles.search.facts import WITH_PHOTO, language_fact, source_fact, tag_fact
from articles.search.query import Field, Query, Term
from articles.text.grouping import by_key
from articles.text.keys import AUTHOR, LAST_LETTER, name_slug
from articles.text.words import Word, stemmed_names, stems, stems_in, with_prefixes, without_particle, words_of

NOTHING = "nothing"  # a fact of no article
_POSSESSIVE = re.compile(r"\w['’]s$", re.IGNORECASE)
MOST_PER_PREFIX = 200  # words for one prefix
MOST_SPELLINGS = 12  # of a phrase
MOST_NAMED = 50  # tags or sources that match a part of a name
MOST_SIMILAR = 2_000  # tags whose names are compared with words
MOST_IN_RUNS, LONGEST_RUN = 12, 3  # words
NO_NAMES = {"a", "an", "and", "das", "de", "der", "die", "du", "el", "la", "le", "les", "los", "of", "the", "und"}
ENDINGS = 4  # letters by which names of one stem may differ
_COLUMNS = {Field.ANY: Column.TEXT, Field.HEADLINE: Column.HEADLINE, Field.CAPTION: Column.CAPTION,
            Field.BYLINE: Column.BYLINE}  # fmt: skip
_Columns = tuple[tuple[Any, str], ...]
# The tables with slugs of tags and sources and of their aliases, and the column with the owner's id.
_TAGS: _Columns = ((Tag, "id"), (TagAlias, "tag_id"))
_SOURCES: _Columns = ((Source, "id"), (SourceAlias, "source_id"))


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters in an address: tags that must all match, a source, and the first subtag of a language."""

    tags: tuple[Tag, ...] = ()
    source: Source | None = None
    language: str = ""

    def __bool__(self) -> bool:
        return bool(self.tags or self.source or self.language)


def compile_query(query: Query, filters: Filters) -> CompiledQuery:
    languages = indexed_languages()
    runs = runs_of(query.clauses)
    terms = [*query.terms, *query.without]
    # A word alone is no source's: of a paper called Harbour Daily, it would find everything.
    called = query.terms if len(query.clauses) > 1 or query.dated else []
    names, stems = Names.of([*terms, *runs], filters, languages, called), Stems.of(languages, terms)
    facts = [names.of_tag(tag.pk) for tag in filters.tags]
    if filters.source:
        facts.append(names.of_source(filters.source.pk))
    if filters.language:
        facts.append(_facts([language_fact(filters.language)]))
    if query.has_photo:
        facts.append(_facts([WITH_PHOTO]))
    tagged = {place: of_run for run, places in runs.items() if (of_run := names.of_word(run)) for place in places}
    clauses = [
        (*found, *tagged.get(place, ()))
        for place, clause in enumerate(query.clauses)
        if (found := _joined(clause, stems, names))
    ]
    return CompiledQuery(
        clauses=(*clauses, *facts),
        without=_joined(query.without, stems, names),
        # Undated articles come before all days, and match no bounds.
        first=entry_number(query.first or date.min, 0) if query.first or query.last else 0,
        last=last_number(query.last) if query.last else LAST_NUMBER,
    )


def runs_of(clauses: Sequence[tuple[Term, ...]], shortest: int = 2) -> dict[Term, range]:
    """Adjacent words that may be a name, with the places of their clauses; the longest last."""
    words = [clause[0].text if clause in ((Term(clause[0].text),),) else "" for clause in clauses[:MOST_IN_RUNS]]
    return {
        Term(" ".join(words[start : start + length])): range(start, start + length)
        for length in range(shortest, LONGEST_RUN + 1)
        for start in range(len(words) - length + 1)
        if all(words[start : start + length])
    }


def _joined(terms: Iterable[Term], stems: Stems, names: Names) -> Alternatives:
    return tuple(dict.fromkeys(found for term in terms for found in alternatives(term, stems, names)))


def indexed_languages() -> frozenset[str]:
    """The languages in the index: one index step for each, however many articles it has."""
    entries = SearchEntry._meta.db_table
    sql = (
        f"WITH RECURSIVE held(language) AS (SELECT min(language) FROM {entries} UNION ALL"  # noqa: S608
        f" SELECT (SELECT min(language) FROM {entries} WHERE language > held.language)"
        f" FROM held WHERE held.language IS NOT NULL)"
        " SELECT language FROM held WHERE language IS NOT NULL LIMIT 200"
    )
    return frozenset(language for (language,) in rows(sql, ()))


@dataclass(slots=True)
class Stems:
    """Stems of query words in each language of the archive, with and without accents. An article is searched by those
    of its own language: in French "news" has the stem "new", but of an English article that would be another word.
    """

    languages: tuple[str, ...]
    _plain: dict[tuple[str, str], list[str]]
    _accented: dict[str, list[str]]

    @classmethod
    def of(cls, indexed: frozenset[str], terms: Sequence[Term]) -> Stems:
        languages = tuple(sorted(indexed)) or ("",)
        words = {term.text[word.start : word.end] for term in terms for word in words_of(term.text, "")}
        plain = stems_in(words, languages)
        return cls(languages, plain, backend().accented(sorted({stem for found in plain.values() for stem in found})))

    def in_language(self, word: str, language: str) -> list[str]:
        plain = self._plain.get((word, language)) or stems(word, language)
        return list(dict.fromkeys([*plain, *(accented for stem in plain for accented in self._accented.get(stem, ()))]))

    def tokens(self, column: Column, stemmed: Callable[[str], Iterable[tuple[str, ...]]]) -> Alternatives:
        """Each sequence of stems, limited to the languages in which ``stemmed`` gives it."""
        languages = by_key((words, language) for language in self.languages for words in stemmed(language))
        return tuple(_limited(Tokens(column, words), found, self.languages) for words, found in languages.items())


def _limited(tokens: Tokens, languages: Collection[str], indexed: Iterable[str]) -> Tokens:
    """The tokens for articles in some of the indexed languages."""
    others = tuple(sorted(set(indexed).difference(languages)))
    # Most articles should be in LANGUAGE_CODE; an index reads all articles in a language that is named.
    if settings.LANGUAGE_CODE.partition("-")[0] in languages:
        return replace(tokens, not_in=others)
    return replace(tokens, only_in=tuple(sorted(languages)) if others else ())


def alternatives(term: Term, stems: Stems, names: Names) -> Alternatives:
    """The tokens that match a term; empty for a term without words."""
    if term.field in (Field.TAG, Field.SOURCE):
        return names.named(term)
    if term.field is Field.LANGUAGE:
        return _facts([language_fact(term.text.lower())])
    words, is_prefix = query_words(term)
    if not words:
        return ()
    column, word = _COLUMNS[term.field], words[0]
    matches: Alternatives
    if len(words) > 1 or word.is_cut or term.is_phrase:
        matches = _in_order(term, words, column, stems, is_prefix=is_prefix)
        if not term.is_phrase and (bare := without_particle(term.text)) != term.text:
            noun = replace(term, text=bare)
            words, is_prefix = query_words(noun)
            matches += _in_order(noun, words, column, stems, is_prefix=is_prefix) if words else ()
    elif term.is_prefix:
        # As written, since a stem may be shorter than the prefix.
        begun = dict.fromkeys([word.exact, *words_with_prefix(word)])  # long numbers are not in the list of words
        matches = tuple(Tokens(column, (found,), is_written=True) for found in begun)
    else:
        # By its stems; the written form as well, so that exact matches rank higher.
        text = term.text[word.start : word.end]
        forms = stems.tokens(column, lambda language: [(stem,) for stem in stems.in_language(text, language)])
        forms += tuple(Tokens(column, (form,)) for form in with_prefixes(word.exact))
        matches = (*forms, Tokens(column, (word.exact,), is_written=True, ranks_only=True))
    return (*matches, *(names.of_word(term) if term.field in (Field.ANY, Field.BYLINE) else ()))


def query_words(term: Term) -> tuple[list[Word], bool]:
    """Words of a term, and ``True`` if the last is only a prefix, as its last letter is in scripts without spaces."""
    words = [word for word in words_of(term.text, "") if word.exact]
    if not term.is_phrase and _POSSESSIVE.search(term.text) and len(words) > 1:
        words.pop()  # the s of women’s
    if words and words[-1].is_single:
        if len(words) > 1 and words[-2].end == words[-1].end:
            return words[:-1], term.is_prefix
        return words, True
    return words, term.is_prefix


def words_with_prefix(word: Word) -> list[str]:
    """Words with this prefix; of more than ``MOST_PER_PREFIX``, those most frequent in headlines."""
    words = backend().words(word.exact, MOST_PER_PREFIX + 1)
    return words if len(words) <= MOST_PER_PREFIX else backend().frequent(word.exact, MOST_PER_PREFIX)


def cut_prefixes(query: Query) -> list[str]:
    found = []
    for term in (*query.terms, *query.without):
        if term.is_prefix and term.field not in (Field.TAG, Field.SOURCE):
            words, _ = query_words(term)
            prefix = words[-1].exact if words and not words[-1].is_cut else None
            if prefix is not None and len(backend().words(prefix, MOST_PER_PREFIX + 1)) > MOST_PER_PREFIX:
                found.append(term.text)
    return found


def _in_order(term: Term, words: list[Word], column: Column, stems: Stems, *, is_prefix: bool) -> Alternatives:
    """Words in sequence: as written for a phrase, else by their stems."""
    if is_prefix and not words[-1].is_cut:
        firsts = tuple(word.exact for word in words[:-1])
        lasts = words_with_prefix(words[-1])
        return tuple(Tokens(column, (*firsts, last), is_written=True) for last in lasts) or _facts([NOTHING])
    if term.is_phrase or is_prefix:
        return (Tokens(column, tuple(word.exact for word in words), is_prefix, is_written=True),)
    texts = [(word.exact if word.is_cut else term.text[word.start : word.end]) for word in words]

    def stemmed(language: str) -> Iterable[tuple[str, ...]]:
        each = (
            [text] if word.is_cut else stems.in_language(text, language)
            for word, text in zip(words, texts, strict=True)
        )
        return islice(product(*each), MOST_SPELLINGS)

    return stems.tokens(column, stemmed)


def _sets() -> dict[Any, set[Any]]:
    return defaultdict(set)


@dataclass(slots=True)
class Names:
    """Ids of tags and sources by slug. ``slugs``: of the terms. ``alike``: tags with the stems of a word in their name
    ("Elections" for "election"), each with the languages of these stems, ``""`` for the word itself. ``called``:
    sources by words of their names, which count as words of their articles. ``former_tags`` and ``former_sources``:
    merged ids by present id, since the index may still have them.
    """

    languages: frozenset[str]  # of the index
    slugs: dict[Term, str]
    tags: dict[str, set[int]] = field(default_factory=_sets)
    alike: dict[str, dict[int, set[str]]] = field(default_factory=lambda: defaultdict(_sets))
    sources: dict[str, set[int]] = field(default_factory=_sets)
    called: dict[str, set[int]] = field(default_factory=dict)
    former_tags: dict[int, set[int]] = field(default_factory=_sets)
    former_sources: dict[int, set[int]] = field(default_factory=_sets)

    @classmethod
    def of(
        cls, terms: Iterable[Term], filters: Filters, languages: frozenset[str], called: Iterable[Term] = ()
    ) -> Names:
        """Look up the terms and filters, with the ids merged into each. ``called``: terms that may name a source."""
        slugs = {term: (AUTHOR if term.field is Field.BYLINE else "") + name_slug(term.text) for term in terms}
        names = cls(languages, slugs)
        tags = {slug for term, slug in slugs.items() if term.field in (Field.ANY, Field.TAG, Field.BYLINE)}
        sources = {slug for term, slug in slugs.items() if term.field is Field.SOURCE}
        for found, columns, wanted in ((names.tags, _TAGS, tags), (names.sources, _SOURCES, sources)):
            if wanted:
                marks = ", ".join(["%s"] * len(wanted))
                for slug, pk in _named_where(columns, f"slug IN ({marks})", sorted(wanted)):
                    found[slug].add(pk)
        plain = {term for term in slugs if term.field is Field.ANY and not (term.is_phrase or term.is_prefix)}
        names.called = sources_called({slugs[term] for term in called if term in plain})
        names._look_up_alike({slug for term, slug in slugs.items() if term in plain or term.field is Field.TAG})
        for term, slug in slugs.items():
            named = {Field.TAG: names.tags, Field.SOURCE: names.sources}.get(term.field)
            if named is not None and not named.get(slug):
                like = named_like(Tag if term.field is Field.TAG else Source, slug).order_by("-article_count", "pk")
                named[slug] = set(like.values_list("pk", flat=True)[:MOST_NAMED])
                named[slug] |= names.alike.get(slug, {}).keys() if term.field is Field.TAG else set()
        tag_ids = {tag.pk for tag in filters.tags}.union(*names.tags.values(), *names.alike.values())
        source_ids = {filters.source.pk} if filters.source else set()
        source_ids.update(*names.sources.values(), *names.called.values())
        for pk, former in _former(FormerTag, "tag_id", tag_ids):
            names.former_tags[pk].add(former)
        for pk, former in _former(SourceAlias, "source_id", source_ids):
            names.former_sources[pk].add(former)
        return names

    def _look_up_alike(self, wanted: set[str]) -> None:
        prefixes = _prefixes(wanted, self.languages)
        if not prefixes:
            return
        starts = " OR ".join(["(slug >= %s AND slug < %s)"] * len(prefixes))
        ends = [end for prefix in prefixes for end in (prefix, prefix + LAST_LETTER)]
        longest = max(map(len, wanted)) + ENDINGS
        found = _named_where(_TAGS, f"({starts}) AND length(slug) <= %s", [*ends, longest])
        stems = stemmed_names({*wanted, *(slug for slug, _ in found)}, self.languages | {""})
        by_stems: dict[tuple[str, ...], set[int]] = defaultdict(set)
        for slug, pk in found:
            for key in stems[slug]:
                by_stems[key].add(pk)
        for slug in wanted:
            for key in stems[slug]:
                for pk in by_stems.get(key, ()):
                    self.alike[slug][pk].add(key[0])

    def of_tag(self, pk: int) -> Alternatives:
        return _facts(tag_fact(tag_id) for tag_id in (pk, *sorted(self.former_tags.get(pk, ()))))

    def of_source(self, pk: int) -> Alternatives:
        return _facts(source_fact(source_id) for source_id in (pk, *sorted(self.former_sources.get(pk, ()))))

    def of_word(self, term: Term) -> Alternatives:
        """Facts for a word or phrase that is the name of a tag, in ``author:`` of an author; for a word of a source."""
        if term.is_prefix:
            return ()
        slug = self.slugs[term]
        named = self.tags.get(slug, set())
        found = [fact for pk in sorted(named) for fact in self.of_tag(pk)]
        for pk, languages in () if term.is_phrase else sorted(self.alike.get(slug, {}).items()):
            if pk not in named:
                within = self.languages if "" in languages else languages
                found += [_limited(fact, within, self.languages) for fact in self.of_tag(pk)]
        called = () if term.is_phrase else sorted(self.called.get(slug, ()))
        return (*found, *(replace(fact, finds_only=True) for pk in called for fact in self.of_source(pk)))

    def named(self, term: Term) -> Alternatives:
        """Facts for a term of ``tag:`` or ``source:``; an unknown name matches nothing."""
        named, of = (self.tags, self.of_tag) if term.field is Field.TAG else (self.sources, self.of_source)
        found = sorted(named.get(self.slugs[term], ()))
        return tuple(fact for pk in found for fact in of(pk)) or _facts([NOTHING])


def _named_where(columns: _Columns, condition: str, values: Sequence[str | int]) -> list[tuple[Any, ...]]:
    """Pairs of slug and id. The ORM would take twenty times as long as the database."""
    parts = [
        f"SELECT * FROM (SELECT slug, {owner} FROM {model._meta.db_table}"  # noqa: S608
        f" WHERE {condition} LIMIT {MOST_SIMILAR}) AS {model._meta.model_name}"
        for model, owner in columns
    ]
    return rows(" UNION ALL ".join(parts), [*values] * len(columns))


def _prefixes(slugs: Iterable[str], languages: frozenset[str]) -> list[str]:
    """Prefixes of slugs that may have the stems of these; no prefix begins with another."""
    found: list[str] = []
    firsts = {slug.partition("-")[0] for slug in slugs}
    words = firsts.union(*stems_in(firsts, languages).values())
    for prefix in sorted(word[: max(3, len(word) - 1)] for word in words if word):
        if not found or not prefix.startswith(found[-1]):
            found.append(prefix)
    return found


def named_like(model: Any, slug: str) -> Any:
    """Tags whose name has this prefix, or sources with such a word: The Courier for "courier"."""
    if issubclass(model, Tag):
        return slugs_with_prefix(model, model.sign + slug)
    return Source.objects.filter(Q(slug__startswith=slug) | Q(slug__contains=f"-{slug}"))


def sources_called(slugs: Collection[str]) -> dict[str, set[int]]:
    """Ids of sources by whole words in sequence of their names; of words that more than ``MOST_NAMED`` have, none."""
    known: dict[str, set[int]] = page_facts.get({}).setdefault("sources called", {})
    if parts := sorted({*slugs} - NO_NAMES - {*known}):
        condition = " OR ".join(["'-' || slug || '-' LIKE %s"] * len(parts))
        names = _named_where(_SOURCES, condition, [f"%-{part}-%" for part in parts])
        for part in parts:
            found = {pk for name, pk in names if f"-{part}-" in f"-{name}-"}
            known[part] = found if len(found) <= MOST_NAMED else set()
    return {slug: known[slug] for slug in slugs if known.get(slug)}


Named = type[Tag] | type[TagAlias] | type[Source] | type[SourceAlias]
NAMED: dict[Field, tuple[Named, Named]] = {Field.TAG: (Tag, TagAlias), Field.SOURCE: (Source, SourceAlias)}


def slugs_with_prefix(model: Named, slug: str) -> Any:
    """A range of the slug index, which ``LIKE`` would not use."""
    return model._default_manager.filter(slug__gte=slug, slug__lt=slug + LAST_LETTER)


def is_name_of_any(term: Term) -> bool:
    return Names.of([term], Filters(), frozenset()).named(term) != _facts([NOTHING])


def begins_name(field: Field, text: str) -> bool:
    """True if a tag or source has a name or alias with this prefix."""
    return any(slugs_with_prefix(model, name_slug(text)).exists() for model in NAMED[field])


def _former(model: Any, owner: str, ids: set[int]) -> list[tuple[Any, ...]]:
    sql = f"SELECT {owner}, former_id FROM {model._meta.db_table} WHERE former_id IS NOT NULL AND {owner} IN "  # noqa: S608
    return rows(f"{sql}({', '.join(['%s'] * len(ids))})", sorted(ids)) if ids else []


def _facts(words: Iterable[str]) -> Alternatives:
    return tuple(Tokens(Column.FACTS, (word,)) for word in words)
