"""A listing as a reader sees it: entries in words, and the way to the newer and the older ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Prefetch, QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest

from articles.models import Article, ArticleQuerySet, Photo, Source, Tag, Tagging
from articles.models.keyset import PAGE_SIZE, Page, Place, page_of
from articles.public.listings.figures import THUMB_SIZES, Picture, first_picture
from articles.text.dates import Span, day_words
from articles.text.languages import Tongue, tongue_of
from articles.text.phrases import counted

Row = TypeVar("Row", bound=Model)

# Where ``with_photos`` leaves an article's first held photo, in a list of one or none.
FIRST_HELD = "first_held_photos"

EVER = Span()
# How far back one page of two tags looks along the rarer of them.
WALK = 1000


class ListingEnds(Http404):
    """A page was asked for that lies behind the last."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One article in a listing. ``iso`` and ``when`` are the day it is filed under, ``""`` for none."""

    url: str
    key: str
    headline: str
    tongue: Tongue
    deck: str
    iso: str
    when: str
    is_by_update: bool
    source: str
    photos: str
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of entries; ``newer`` and ``older`` are the addresses of its neighbours, ``""`` at the ends."""

    entries: list[Entry]
    articles: list[Article]
    newer: str = ""
    older: str = ""
    # Why the page is shorter than the listing, when it is: it looked as far back as one page may.
    looked_back: str = ""


def entry_of(article: Article, *, thumb_sizes: str = THUMB_SIZES, thumb_px: int = 400) -> Entry:
    """An entry; photos appear where they were prefetched."""
    day, url = article.archive_date, article.get_absolute_url()
    picture = first_picture(getattr(article, FIRST_HELD, ()), sizes=thumb_sizes, least_px=thumb_px, url=url)
    return Entry(
        url=url,
        key=article.key,
        headline=article.headline,
        tongue=tongue_of(article.language, article.headline or article.excerpt),
        deck=article.deck or article.excerpt,
        iso=day.isoformat() if day else "",
        when=day_words(day) if day else "",
        is_by_update=article.date_role == "updated",
        source=article.source.name if article.source else "",
        photos=_photo_words(article, picture),
        picture=picture,
    )


def _photo_words(article: Article, picture: Picture | None) -> str:
    """``4 photos``, ``2 photos, no files`` where none is held; nothing for the one photo that is shown beside it."""
    if article.photo_count == 0 or not hasattr(article, FIRST_HELD) or (picture and article.photo_count == 1):
        return ""
    words = counted(article.photo_count, "photo")
    return words if getattr(article, FIRST_HELD) else f"{words}, no file{'' if article.photo_count == 1 else 's'}"


def with_photos(articles: Sequence[Article]) -> Sequence[Article]:
    """Fetch the first held photo of each article, with its renditions, in two queries."""
    held = Photo.objects.for_pages().exclude(file="").order_by("position", "number")
    prefetch_related_objects(articles, Prefetch("photos", queryset=held[:1], to_attr=FIRST_HELD))
    return articles


def held_photos(article: Article) -> list[Photo]:
    """The first held photo of an article that ``with_photos`` has seen, if it can be shown, with the article."""
    photos = [photo for photo in getattr(article, FIRST_HELD, ()) if photo.renditions.all()]
    for photo in photos:
        photo.article = article
    return photos


@dataclass(frozen=True, slots=True)
class Kicker:
    """The line above a headline; ``url`` is ``""`` for a section, unless the article has a tag of that name."""

    words: str
    url: str = ""


def kicker_of(article: Article, taggings: Iterable[Tagging]) -> Kicker | None:
    """An article's section, else the first tag that its source gave it: what the vocabulary finds ranks nothing."""
    rows = sorted(taggings, key=lambda tagging: tagging.pk)
    if section := article.section.strip():
        named = next((row.tag for row in rows if row.tag.name.casefold() == section.casefold()), None)
        return Kicker(section, named.get_absolute_url() if named else "")
    first = next((row.tag for row in rows if row.origin == Tagging.Origin.SOURCE), None)
    return Kicker(first.name, first.get_absolute_url()) if first else None


# --- Places and pages. ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """Where a page shall begin: behind an article, before one, or, both ``None``, at the newest."""

    older_than: Place | None = None
    newer_than: Place | None = None

    @property
    def is_first(self) -> bool:
        return self.older_than is None and self.newer_than is None


def asked_place(request: HttpRequest) -> Asked:
    """``?before=<key>`` or ``?after=<key>``; a key that no article has, or both, is a 404."""
    before, after = request.GET.get("before"), request.GET.get("after")
    if before is None and after is None:
        return Asked()
    if before is not None and after is not None:
        raise Http404("A page lies before one article or after one.")
    row = Article.objects.filter(key=before or after).values_list("archive_date", "id").first()
    if row is None:
        raise Http404("No article has this key.")
    place = Place(*row)
    return Asked(older_than=place) if before is not None else Asked(newer_than=place)


def listing_of(
    articles: Iterable[Article],
    *,
    newer: bool = False,
    older: bool = False,
    thumbs: bool = True,
    looked_back: str = "",
    kept: str = "",
) -> Listing:
    """A listing of these articles, whose neighbours lie behind the first and the last of them.

    ``kept`` is what its other pages are asked for besides their place: ``from=2004&to=2004``.
    """
    start = f"?{kept}&" if kept else "?"
    rows = list(articles)
    if thumbs:
        with_photos(rows)
    return Listing(
        [entry_of(article) for article in rows],
        rows,
        newer=f"{start}after={rows[0].key}" if newer and rows else "",
        older=f"{start}before={rows[-1].key}" if older and rows else "",
        looked_back=looked_back,
    )


def list_articles(
    request: HttpRequest, rows: ArticleQuerySet, *, size: int = PAGE_SIZE, thumbs: bool = True, span: Span = EVER
) -> Listing:
    """The asked page of published articles, of those in a span."""
    asked, rows = asked_place(request), rows.filter(**span.conditions)
    page = page_of(rows, older_than=asked.older_than, newer_than=asked.newer_than, size=size)
    found = _found(page, asked)
    return listing_of(found, newer=page.has_newer, older=page.has_older, thumbs=thumbs, kept=span.query)


def list_undated(request: HttpRequest, *, size: int = PAGE_SIZE) -> Listing:
    """The asked page of the articles without a date."""
    asked = asked_place(request)
    rows = published().on_day(None)
    if asked.newer_than is not None:
        found = list(rows.filter(pk__gt=asked.newer_than.article_id).order_by("pk")[: size + 1])
        return listing_of(_rows(found[:size][::-1], asked), newer=len(found) > size, older=True)
    if asked.older_than is not None:
        rows = rows.filter(pk__lt=asked.older_than.article_id)
    found = list(rows.order_by("-pk")[: size + 1])
    return listing_of(_rows(found[:size], asked), newer=not asked.is_first, older=len(found) > size)


def published() -> ArticleQuerySet:
    """Published articles as a listing shows them."""
    return Article.objects.published().for_listing()


def of_source(source: Source | None) -> ArticleQuerySet:
    """A source's published articles, as a listing shows them; ``None``: those that name no source."""
    return published().filter(source=source)


def taggings(tag: Tag, *, with_text: bool = False) -> QuerySet[Tagging, Tagging]:
    """A tag's published articles, through the link rows that carry their dates; ``with_text`` reads their HTML too."""
    unread = ("body", "as_loaded", "body_as_loaded", *(() if with_text else ("body_html",)))
    return (
        Tagging.objects.filter(tag=tag, article__withdrawn_at=None)
        .select_related("article__source")
        .defer(*(f"article__{name}" for name in unread))
    )


def list_tagged(request: HttpRequest, tag: Tag, *, span: Span = EVER) -> Listing:
    """The asked page of a tag, of its articles in a span."""
    asked, rows = asked_place(request), taggings(tag).filter(**span.conditions)
    page = page_of(rows, older_than=asked.older_than, newer_than=asked.newer_than, id_field="article_id")
    articles = [tagging.article for tagging in _found(page, asked)]
    return listing_of(articles, newer=page.has_newer, older=page.has_older, kept=span.query)


def list_tagged_both(request: HttpRequest, rarer: Tag, other: Tag) -> Listing:
    """The asked page of the articles that have both tags: a walk along the rarer one, of at most ``WALK`` articles.

    Where the walk ends before the page is full, the page says so and leads on from there.
    """
    asked = asked_place(request)
    walked = page_of(
        Tagging.objects.filter(tag=rarer).only("article_id", "archive_date"),
        older_than=asked.older_than,
        newer_than=asked.newer_than,
        size=WALK,
        id_field="article_id",
    )
    _found(walked, asked)
    ids = [tagging.article_id for tagging in walked.rows]
    candidates = Tagging.objects.filter(tag=other, article_id__in=ids, article__withdrawn_at=None)
    both = set(candidates.values_list("article_id", flat=True))
    # In the direction of the walk, so that a cut falls at its far end.
    forward = ids if asked.newer_than is None else ids[::-1]
    matching = [pk for pk in forward if pk in both]
    shown = published().in_bulk(matching[: PAGE_SIZE + 1])
    articles = [shown[pk] for pk in matching[: PAGE_SIZE + 1]]
    is_cut = len(articles) > PAGE_SIZE
    return _walked_listing(articles[:PAGE_SIZE], walked, asked, rarer, is_cut=is_cut)


def _walked_listing(
    articles: list[Article], walked: Page[Tagging], asked: Asked, rarer: Tag, *, is_cut: bool
) -> Listing:
    goes_back = asked.newer_than is None
    has_older = (is_cut or walked.has_older) if goes_back else True
    has_newer = walked.has_newer if goes_back else (is_cut or walked.has_newer)
    if not goes_back:
        articles.reverse()
    listing = listing_of(articles, newer=has_newer, older=has_older)
    if is_cut or not (walked.has_older if goes_back else walked.has_newer):
        return listing
    # The walk ended early: lead on from where it ended, not from the last article shown.
    end = walked.rows[-1] if goes_back else walked.rows[0]
    key = Article.objects.values_list("key", flat=True).get(pk=end.article_id)
    return Listing(
        listing.entries,
        listing.articles,
        newer=listing.newer if goes_back else f"?after={key}",
        older=f"?before={key}" if goes_back else listing.older,
        looked_back=f"Looked through {counted(len(walked.rows), 'article')} tagged {rarer.name}.",
    )


def _found(page: Page[Row], asked: Asked) -> list[Row]:
    return _rows(page.rows, asked)


def _rows(rows: list[Row], asked: Asked) -> list[Row]:
    """The rows of a page; a page that lies past the end is a 404."""
    if not rows and not asked.is_first:
        raise ListingEnds
    return rows
