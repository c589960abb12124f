"""A search for photos: in the articles that the index finds, the photos that match.

Plain words are searched in captions, credits and alt texts. Conditions on the article (headline, tag, date) apply to
all of its photos.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from urllib.parse import urlencode

from django.http import QueryDict

from articles.models import Photo
from articles.models.search_entry import SearchEntry, article_of
from articles.public.listings.photos import Filters, PhotoEntry, photo_entries, photos_in_order_of
from articles.public.search.address import Asked
from articles.public.search.spelling import respelled
from articles.search import asking
from articles.search.backend import Alternatives, Column, CompiledQuery, backend
from articles.search.finding import PAGE_SIZE, Order, count, count_words, find
from articles.search.marking import Marks, is_hit, marked, marks_of
from articles.search.query import Field, Query, Term

SHOWN = 4  # photos of one article


@dataclass(frozen=True, slots=True)
class FoundPhotos:
    """A page, with at most ``SHOWN`` photos of each article; ``is_cut``: one has more. Otherwise like ``Found``."""

    photos: list[Photo]
    entries: list[PhotoEntry]
    count_words: str
    since: date | None
    has_next: bool
    is_cut: bool


def find_photos(filters: Filters, page: int, before: date | None, size: int = PAGE_SIZE) -> FoundPhotos:
    """One page of articles; empty beyond the end. ``before`` as in ``find``."""
    compiled = _compiled(filters)
    found = find(compiled, Order.OLDEST if filters.oldest_first else Order.NEWEST, page, before, size)
    languages = _languages_of(found.numbers)
    marks = {language: marks_of(compiled, language)[Column.CAPTION] for language in {"", *languages.values()}}
    chosen = photos_with(compiled, found.numbers, languages)
    photos = photos_in_order_of([pk for pks in chosen.values() for pk in pks[:SHOWN]])
    entries = []
    for photo, entry in zip(photos, photo_entries(photos), strict=True):
        picture, wanted = entry.picture, marks[languages.get(photo.article_id, "")]
        credit = replace(picture.credit, words=marked(picture.credit.words, wanted))
        entries.append(entry._replace(picture=picture._replace(caption=marked(picture.caption, wanted), credit=credit)))
    is_cut = any(len(pks) > SHOWN for pks in chosen.values())
    return FoundPhotos(photos, entries, found.count_words, found.since, found.has_next, is_cut)


def photos_with(
    compiled: CompiledQuery, numbers: Sequence[int], languages: dict[int, str] | None = None
) -> dict[int, list[int]]:
    """Per article of these entries of the index, the ids of the photos that match most clauses; alt text counts too."""
    wishes = []  # clauses on captions, each with the articles that match by another alternative
    for clause in compiled.clauses:
        if any(tokens.column is Column.CAPTION for tokens in clause):
            # In ``caption:gull OR headline:ferry``, the headline.
            alternatives = tuple(tokens for tokens in clause if tokens.column is not Column.CAPTION)
            having = backend().matching(CompiledQuery((alternatives,)), numbers) if alternatives else []
            wishes.append((clause, set(map(article_of, having))))
    languages = languages or _languages_of(numbers)

    @cache
    def marks(clause: Alternatives, language: str) -> Marks:
        return marks_of(CompiledQuery((clause,)), language)[Column.CAPTION]

    ids = list(map(article_of, numbers))
    found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = Photo.objects.filter(article__in=ids).order_by("number", "pk")
    for pk, article_id, *texts in rows.values_list("pk", "article_id", "caption", "credit_line", "alt_text"):
        language = languages.get(article_id, "")
        had = sum(
            article_id in having or any(is_hit(text, marks(clause, language)) for text in texts)
            for clause, having in wishes
        )
        found[article_id].append((had, pk))
    most = {article_id: max(had for had, _ in photos) for article_id, photos in found.items()}
    return {pk: [photo for had, photo in found[pk] if had == most[pk]] for pk in ids if pk in found}


def _languages_of(numbers: Sequence[int]) -> dict[int, str]:
    entries = SearchEntry.objects.filter(article__in=list(map(article_of, numbers)))
    return dict(entries.values_list("article_id", "language"))


def elsewhere(filters: Filters) -> tuple[Asked, str] | None:
    """The same words in articles with photos, else in all articles, and the number in words; ``None`` for no hits."""
    for has_photo in (True, False):
        asked = asked_of(filters).but(has_photo=has_photo)
        found, is_more = count(asking.compile_query(asked.query, _narrowed(filters)))
        if found:
            return asked, count_words(found, is_more=is_more)
    return None


def spelled(filters: Filters) -> tuple[Filters, str] | None:
    """The words in another spelling with hits, and the number of articles in words."""
    asked = respelled(filters.asked)
    return _counted(replace(filters, asked=asked, typed={**filters.typed, "q": str(asked)}))


def of_words(text: str) -> tuple[Filters, str] | None:
    """The photos with these words, else with another spelling that has hits, and the number of articles."""
    filters = Filters.of(QueryDict(urlencode({"q": text})))
    return _counted(filters) or spelled(filters)


def _counted(filters: Filters) -> tuple[Filters, str] | None:
    found, is_more = count(_compiled(filters))
    return (filters, count_words(found, is_more=is_more)) if found else None


def asked_of(filters: Filters) -> Asked:
    values = filters.query
    return Asked(
        q=values.get("q", ""),
        tags=(values["tag"],) if filters.tag else (),
        source=values.get("source", ""),
        since=values.get("from", ""),
        until=values.get("to", ""),
    )


def _narrowed(filters: Filters) -> asking.Filters:
    return asking.Filters((filters.tag,) if filters.tag else (), filters.source)


def in_captions(query: Query) -> Query:
    """Plain words in captions, with credits and alt texts."""

    def moved(terms: Sequence[Term]) -> tuple[Term, ...]:
        return tuple(replace(term, field=Field.CAPTION) if term.field is Field.ANY else term for term in terms)

    return replace(query, clauses=tuple(map(moved, query.clauses)), without=moved(query.without), has_photo=True)


def _compiled(filters: Filters) -> CompiledQuery:
    """Plain words in captions, within the dates of both words and filters."""
    query = in_captions(filters.asked).within(filters.first, filters.last)
    return asking.compile_query(query, _narrowed(filters))
