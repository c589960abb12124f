"""How an article is filed: its day, its permalink, what is derived from its text, and the kept counts.

Loads (thousands at a time) and the admin (one at a time) both go through here, so a count or an address can not
differ by the way an article came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import combinations
from typing import Any

from django.db import connections, models
from django.db.models import Count, Q
from django.urls import reverse

from articles.models import (
    Article,
    Gone,
    PeriodCount,
    Photo,
    Redirect,
    Source,
    SourceMonth,
    Tag,
    Tagging,
    TagMonth,
    TagPair,
)
from articles.models.article import BLOCK_SEPARATOR
from articles.models.counts import month_number
from articles.search import index
from articles.text import markdown
from articles.text.phrases import in_short

EXCERPT_LENGTH = 240


def archive_date_of(published: str, updated: str) -> date | None:
    """The day an article is filed under: published, else updated, else ``None``; the printed day, in no time zone."""
    for moment in (published, updated):
        if moment:
            return date.fromisoformat(moment[:10])
    return None


def excerpt_of(paragraphs: Iterable[str]) -> str:
    """The first paragraph, cut between words with an ellipsis at ``EXCERPT_LENGTH``."""
    return in_short(next((paragraph for paragraph in paragraphs if paragraph), ""), EXCERPT_LENGTH)


def derive(article: Article) -> None:
    """Set what follows from the article's own fields: HTML, excerpt and archive date. Does not save."""
    blocks = markdown.render(article.body)
    article.body_html = BLOCK_SEPARATOR.join(blocks)
    article.excerpt = excerpt_of(markdown.plain(block) for block in blocks)
    article.archive_date = archive_date_of(article.published, article.updated)


SLUG_COLUMN = 100


def is_taken(article: Article) -> bool:
    """Whether another article has, or once had, this article's day and slug: an address stays with its article."""
    if Article.objects.on_day(article.archive_date).filter(slug=article.slug).exclude(pk=article.pk).exists():
        return True
    path = article.get_absolute_url()
    if Redirect.objects.filter(path=path).exclude(article_id=article.pk).exists():
        return True
    return Gone.objects.filter(path=path).exclude(key=article.key).exists()


def free_slug(article: Article) -> str:
    """The article's slug, with the first four characters of its key, or all ten, where another has it that day."""
    slug, key = article.slug, article.key
    for ending in ("", f"-{key[:4]}", f"-{key}"):
        article.slug = slug[: SLUG_COLUMN - len(ending)] + ending
        if not is_taken(article):
            break
    free, article.slug = article.slug, slug
    return free


@dataclass(frozen=True, slots=True)
class Filed:
    """Where a published article, known by its key, is listed and counted."""

    key: str
    day: date | None
    source_id: int | None
    tag_ids: frozenset[int]
    photos: int = 0
    photo_files: int = 0

    @classmethod
    def of(cls, article: Article) -> Filed | None:
        """Where an article in the database is filed now; ``None`` for a withdrawn one, which is listed nowhere."""
        if article.withdrawn_at is not None:
            return None
        return cls.published(article, Tagging.objects.filter(article=article).values_list("tag_id", flat=True))

    @classmethod
    def of_many(cls, ids: Sequence[int]) -> dict[int, Filed]:
        """Where the published ones of these articles are filed now, by id; two queries."""
        tag_ids: defaultdict[int, set[int]] = defaultdict(set)
        for pk, tag_id in Tagging.objects.filter(article__in=ids).values_list("article_id", "tag_id"):
            tag_ids[pk].add(tag_id)
        columns = ("key", "archive_date", "source_id", "photo_count", "photo_file_count")
        articles = Article.objects.published().filter(pk__in=ids).only(*columns)
        return {article.pk: cls.published(article, tag_ids[article.pk]) for article in articles}

    @classmethod
    def published(cls, article: Article, tag_ids: Iterable[int]) -> Filed:
        """Where an article is filed if it is published, without asking for its tags."""
        counts = article.photo_count, article.photo_file_count
        return cls(article.key, article.archive_date, article.source_id, frozenset(tag_ids), *counts)

    def tagged(self, tag_ids: Iterable[int] = (), *, without: Iterable[int] = ()) -> Filed:
        """The same with these tags more, and without those."""
        return replace(self, tag_ids=self.tag_ids.difference(without).union(tag_ids))


def count_photos(articles: Mapping[int, Article]) -> None:
    """Set how many photos articles have in the database, and how many of their files are held. Does not save."""
    rows = Photo.objects.filter(article__in=articles).order_by().values_list("article_id")
    counts = {pk: of_one for pk, *of_one in rows.annotate(all=Count("pk"), held=Count("pk", filter=~Q(file="")))}
    for pk, article in articles.items():
        article.photo_count, article.photo_file_count = counts.get(pk, (0, 0))


def _numbers() -> defaultdict[Any, int]:
    return defaultdict(int)  # a Counter asks Python for each new key, which is most of them


@dataclass(slots=True)
class CountChanges:
    """What a batch adds to the kept counts, written in a few statements."""

    # Articles, photos and files of photos.
    periods: defaultdict[tuple[str, date], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    sources: defaultdict[int, int] = field(default_factory=_numbers)
    tags: defaultdict[int, int] = field(default_factory=_numbers)
    # By id and month, and by two ids, the smaller first.
    source_months: defaultdict[tuple[int, int], int] = field(default_factory=_numbers)
    tag_months: defaultdict[tuple[int, int], int] = field(default_factory=_numbers)
    pairs: defaultdict[tuple[int, int], int] = field(default_factory=_numbers)

    def move(self, before: Filed | None, after: Filed | None) -> None:
        """Count an article out of where it was and into where it is; ``None``: it was not, or is not, published."""
        if before == after:
            return
        for filed, by in ((before, -1), (after, 1)):
            if filed is not None:
                self._add(filed, by)

    def _add(self, filed: Filed, by: int) -> None:
        month = None if filed.day is None else month_number(filed.day)
        for period in PeriodCount.periods_of(filed.day):
            for place, count in enumerate((1, filed.photos, filed.photo_files)):
                self.periods[period][place] += by * count
        if filed.source_id is not None:
            self.sources[filed.source_id] += by
            if month is not None:
                self.source_months[filed.source_id, month] += by
        for tag_id in filed.tag_ids:
            self.tags[tag_id] += by
            if month is not None:
                self.tag_months[tag_id, month] += by
        if TagPair.counts(filed.key):
            for pair in combinations(sorted(filed.tag_ids)[: TagPair.PAIRED], 2):
                self.pairs[pair] += by

    def save(self) -> None:
        """Write them, within the caller's transaction. One statement prepared, run for each changed row."""
        if not (self.periods or self.sources or self.tags):
            return
        periods = [(unit, start, by) for (unit, start), by in sorted(self.periods.items()) if any(by)]
        PeriodCount.objects.bulk_create(
            [PeriodCount(unit=unit, start=start) for unit, start, _ in periods], ignore_conflicts=True
        )
        with connections["default"].cursor() as cursor:
            cursor.executemany(
                f"UPDATE {PeriodCount._meta.db_table} SET articles = articles + %s, photos = photos + %s, "  # noqa: S608
                "photo_files = photo_files + %s WHERE unit = %s AND start = %s",
                [(*by, unit, start) for unit, start, by in periods],
            )
            for model, changes in ((Source, self.sources), (Tag, self.tags)):
                cursor.executemany(
                    f"UPDATE {model._meta.db_table} SET article_count = article_count + %s WHERE id = %s",  # noqa: S608
                    [(by, pk) for pk, by in sorted(changes.items()) if by],
                )
        tally(SourceMonth, ("source_id", "month"), self.source_months)
        tally(TagMonth, ("tag_id", "month"), self.tag_months)
        tally(TagPair, ("tag_id", "other_id"), self.pairs)


def relist(article_ids: Iterable[int]) -> None:
    """Put articles as they stand now into the search index."""
    index.renew(article_ids)


def bring_back(articles: Mapping[str, Article]) -> None:
    """Give articles, by their keys, the addresses that they had before the archive lost them."""
    gone = Gone.objects.filter(key__in=articles)
    found = list(gone.values_list("path", "key"))
    if found:
        keep_addresses([(path, articles[key]) for path, key in found])
        gone.delete()


def leave_word(rows: Iterable[Tag | Source], *, reason: str, moment: datetime) -> None:
    """Before tags or sources are removed: let their addresses answer that they are gone, and why."""
    paths = [row.get_absolute_url() for row in rows]
    for row in rows:
        if isinstance(row, Tag):
            slugs = [one.slug for names in (row.aliases, row.former_addresses) for one in names.all()]
            paths += [reverse("tag", args=[slug]) for slug in slugs]
    Gone.objects.bulk_create(
        [Gone(path=path, key="", reason=reason, gone_at=moment) for path in paths], ignore_conflicts=True
    )


def keep_addresses(moves: Sequence[tuple[str, Article]]) -> None:
    """Make each former path redirect to its article, and free the paths that articles have now."""
    moved = [(path, article) for path, article in moves if path and path != article.get_absolute_url()]
    if not moved:
        return
    for _, article in moved:
        Redirect.objects.filter(path=article.get_absolute_url(), article=article).delete()
    Redirect.objects.bulk_create(
        [Redirect(path=path, article=article) for path, article in moved],
        update_conflicts=True,
        unique_fields=["path"],
        update_fields=["article"],
    )


def tally(model: type[models.Model], columns: tuple[str, str], changes: Mapping[tuple[int, int], int]) -> None:
    """Change the ``articles`` of the rows that ``columns`` name by so many; what comes to none is removed.

    Within the caller's transaction, in the order of the rows: of two loads at once, one waits, and neither for ever.
    """
    # A row that takes away cannot be offered for insertion: databases check that it counts no less than none.
    in_order = sorted(changes.items())
    more = [(*row, by) for row, by in in_order if by > 0]
    less = [(by, *row) for row, by in in_order if by < 0]
    table, (one, other) = model._meta.db_table, columns
    with connections["default"].cursor() as cursor:
        _run(
            cursor,
            f"INSERT INTO {table} ({one}, {other}, articles) VALUES (%s, %s, %s) "  # noqa: S608
            f"ON CONFLICT ({one}, {other}) DO UPDATE SET articles = {table}.articles + excluded.articles",
            more,
        )
        _run(cursor, f"UPDATE {table} SET articles = articles + %s WHERE {one} = %s AND {other} = %s", less)  # noqa: S608
        _run(
            cursor,
            f"DELETE FROM {table} WHERE {one} = %s AND {other} = %s AND articles = 0",  # noqa: S608
            [row for _, *row in less],
        )


def _run(cursor: Any, statement: str, rows: list[Any]) -> None:
    if rows:
        cursor.executemany(statement, rows)
