"""Rows for pages of articles, from queries compiled once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple, TypeVar

from django.db.models import QuerySet, Window
from django.db.models.functions import RowNumber

from articles.models import Article, Correction, Damage, Original, Photo, Rendition, Source, Tag, Tagging
from articles.models.prepared import fetch, prepared, rows_of
from articles.search import backend
from articles.text.grouping import by_key
from articles.text.messages import gettext
from articles.text.phrases import TAG_KINDS, counted

# The attribute that ``with_photos`` sets: the first photo with a file, as a list of one or none.
FIRST_HELD = "first_held_photos"
TAGS_COUNTED = 10_000
Subject = TypeVar("Subject", Source, Tag)


def article_at(day: date | None, slug: str) -> Article | None:
    def whole(slug: Any, day: Any = None) -> Any:
        rows = Article.objects.select_related("source", "changed").defer("body_as_loaded")
        return rows.filter(archive_date=day, slug=slug)

    found = rows_of("undated article", whole, slug) if day is None else rows_of("dated article", whole, slug, day)
    return next(iter(found), None)


def listed(ids: Sequence[int]) -> list[Article]:
    """Published articles with what lists show, in this order."""
    found = rows_of("listed", lambda ids: Article.objects.published().for_listing().filter(pk__in=ids), list(ids))
    return sorted(found, key=lambda article: ids.index(article.pk))


def with_text(ids: Sequence[int]) -> list[Article]:
    """Published articles with what feeds show, in this order."""

    def whole(ids: Any) -> Any:
        rows = Article.objects.published().filter(pk__in=ids).select_related("source", "changed")
        return rows.order_by().defer("body", "as_loaded", "body_as_loaded")

    return sorted(rows_of("with text", whole, list(ids)), key=lambda article: ids.index(article.pk))


def with_photos(articles: Sequence[Article]) -> Sequence[Article]:
    """Fetch the first photo with a file of each article, and its renditions, in two queries."""
    held = [article.pk for article in articles if article.photo_file_count]
    first = {photo.article_id: photo for photo in _first_held(held)}
    fetch_renditions(first.values())
    for article in articles:
        setattr(article, FIRST_HELD, [first[article.pk]] if article.pk in first else [])
    return articles


def placed(photos: QuerySet[Photo], most: int) -> Any:
    """At most so many photos with a file of each article, with their ``place`` among these."""
    place = Window(RowNumber(), "article_id", ["position", "number"])
    return photos.exclude(file="").annotate(place=place).filter(place__lte=most)


def fetch_photos(articles: Iterable[Article]) -> None:
    """All photos, with their renditions."""
    fetch_renditions(fetch(articles, "photos", photos_in, of="article"))


def fetch_renditions(photos: Iterable[Photo]) -> None:
    fetch(photos, "renditions", _renditions, of="photo")


def fetch_tags(articles: Iterable[Article]) -> None:
    fetch(articles, "taggings", _taggings, of="article")


@prepared
def _taggings(article_ids: list[int]) -> Any:
    rows = Tagging.objects.filter(article_id__in=article_ids).select_related("tag").order_by("pk")
    return rows.only("article", "origin", "tag__name", "tag__slug", "tag__kind", "tag__article_count")


def largest(model: type[Subject], size: int) -> list[Subject]:
    """The tags or sources with most articles."""

    def build() -> Any:
        return model._default_manager.filter(article_count__gt=0).order_by("-article_count", "name")[:size]

    return rows_of((model, size), build)


def tag_words() -> str:
    """``1,204 tags``; of very many, ``10,000 tags and more``."""
    used = f"SELECT 1 FROM articles_tag WHERE is_author = FALSE AND article_count > 0 LIMIT {TAGS_COUNTED + 1}"  # noqa: S608
    [(found,)] = backend.rows(f"SELECT COUNT(*) FROM ({used}) AS used", ())  # noqa: S608
    words = counted(min(found, TAGS_COUNTED), "tag")
    return gettext("%(tags)s and more") % {"tags": words} if found > TAGS_COUNTED else words


class TagGroup(NamedTuple):
    kind: str
    name: str
    tags: list[Tag]
    has_more: bool


def tags_by_kind(size: int) -> tuple[list[TagGroup], list[Tag]]:
    """The kinds with published tags, and the largest of each, without a kind last; the largest authors. One query."""
    columns, kinds = ("id", "name", "slug", "kind", "article_count", "is_author"), (*TAG_KINDS, "")
    largest = (
        f"SELECT * FROM (SELECT {', '.join(columns)} FROM articles_tag"  # noqa: S608
        " WHERE is_author = {} AND kind = %s AND article_count > 0"
        f" ORDER BY article_count DESC, name LIMIT {size + 1}) AS of_a_kind"
    )
    each = [*[largest.format("FALSE")] * len(kinds), largest.format("TRUE")]
    tags = [Tag.from_db(None, columns, row) for row in backend.rows(" UNION ALL ".join(each), (*kinds, ""))]
    tags.sort(key=lambda tag: (-tag.article_count, tag.name))  # no database promises the order of a union
    of_kinds = {kind: [tag for tag in tags if tag.kind == kind and not tag.is_author] for kind in kinds}
    used = {kind: of_kind for kind, of_kind in of_kinds.items() if of_kind}
    name = partial(kind_words, is_only=len(used) == 1)
    groups = [TagGroup(kind, name(kind), some[:size], len(some) > size) for kind, some in used.items()]
    return groups, [tag for tag in tags if tag.is_author][:size]


def kind_words(kind: str, *, is_only: bool = False) -> str:
    """``People``; of tags without a kind ``Other tags``, or ``Tags`` if there are no others."""
    return str(TAG_KINDS[kind][1]) if kind else gettext("Tags") if is_only else gettext("Other tags")


def by_article(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    return by_key((row.article_id, row) for row in rows)


photos_in = prepared(lambda article_ids: Photo.objects.defer("metadata").filter(article_id__in=article_ids))
_first_held = prepared(lambda ids: placed(Photo.objects.defer("metadata").filter(article_id__in=ids), 1))
_renditions = prepared(lambda photo_ids: Rendition.objects.filter(photo_id__in=photo_ids))
damage_in = prepared(lambda article_ids: Damage.objects.filter(article_id__in=article_ids))
corrections_in = prepared(lambda article_ids: Correction.objects.filter(article_id__in=article_ids))
# At most one, without its bytes and ledger.
current_original = prepared(lambda pk: Original.objects.defer("content", "ledger").filter(article=pk, is_current=True))
