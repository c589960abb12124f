"""Photos by their words: of the articles that the index finds by captions, those whose caption or credit was found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from articles.models import Photo
from articles.models.search import SearchEntry, article_of
from articles.photo_listings import Filters, PhotoEntry, photo_entries, photos_in_order_of
from articles.search import asking
from articles.search.backend import Column
from articles.search.finding import Order, find
from articles.search.marking import Marks, has_hit, marked, marks_of
from articles.search.query import Field, Query, Term

SHOWN = 4  # photos of one article


@dataclass(frozen=True, slots=True)
class FoundPhotos:
    """A page of photos by their articles, the newest first, at most ``SHOWN`` of each.

    ``articles``: how many were found, or, where ``is_more``, are counted; ``is_cut``: more photos of one were found.
    """

    entries: list[PhotoEntry]
    articles: int
    is_more: bool
    has_next: bool
    is_cut: bool


def find_photos(filters: Filters, page: int) -> FoundPhotos:
    """The photos of one page of articles; a page that lies past the end is empty."""
    sought = asking.sought_of(_query_of(filters), asking.Filters((filters.tag,) if filters.tag else (), filters.source))
    found = find(sought, Order.NEWEST, page)
    ids = [article_of(number) for number in found.numbers]
    languages = dict(SearchEntry.objects.filter(article__in=ids).values_list("article_id", "language"))
    marks = marks_of(sought)[Column.CAPTION]
    chosen = _with_hits(ids, languages, marks)
    photos = photos_in_order_of([pk for pks in chosen.values() for pk in pks[:SHOWN]])
    entries = [
        _marked(entry, languages.get(photo.article_id, ""), marks)
        for photo, entry in zip(photos, photo_entries(photos), strict=True)
    ]
    is_cut = any(len(pks) > SHOWN for pks in chosen.values())
    return FoundPhotos(entries, found.total, found.is_more, found.has_next, is_cut)


def _query_of(filters: Filters) -> Query:
    """What was asked for, its plain words in captions, within the days of both words and filters."""
    query = filters.asked
    return replace(
        query,
        clauses=tuple(tuple(map(_in_captions, clause)) for clause in query.clauses),
        without=tuple(map(_in_captions, query.without)),
        first=max(filter(None, (query.first, filters.first)), default=None),
        last=min(filter(None, (query.last, filters.last)), default=None),
        has_photo=True,
    )


def _in_captions(term: Term) -> Term:
    return replace(term, field=Field.CAPTION) if term.field is Field.ANY else term


def _with_hits(ids: Sequence[int], languages: dict[int, str], marks: Marks) -> dict[int, list[int]]:
    """The photos with a hit by article, in the order of the articles; all, where no words of captions were asked for.

    The words for those who cannot see a photo count too, though they are not shown.
    """
    found: defaultdict[int, list[int]] = defaultdict(list)
    rows = Photo.objects.filter(article__in=ids).order_by("number", "pk")
    for pk, article_id, *texts in rows.values_list("pk", "article_id", "caption", "credit_line", "alt_text"):
        language = languages.get(article_id, "")
        if not marks or any(has_hit(marked(text, language, marks)) for text in texts):
            found[article_id].append(pk)
    return {pk: found[pk] for pk in ids if pk in found}


def _marked(entry: PhotoEntry, language: str, marks: Marks) -> PhotoEntry:
    picture = entry.picture
    caption, credit = (marked(text, language, marks) for text in (picture.caption, picture.credit.words))
    return replace(entry, caption=caption, credit=credit)
