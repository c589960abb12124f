"""Filing: archive date, values derived from the text, and stored counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db import connections, models
from django.db.models import Count, Q

from articles.models import Article, PeriodCount, Photo, Source, SourceMonth, Tag, Tagging, TagMonth
from articles.models.article import BLOCK_SEPARATOR
from articles.models.bulk import IGNORE_KNOWN, insert_values
from articles.models.counts import month_number
from articles.text import markdown
from articles.text.phrases import in_short

EXCERPT_LENGTH = 240
PERIOD_COLUMNS = ("unit", "start", "articles", "photos", "photo_files")


def archive_date_of(published: str, updated: str) -> date | None:
    """The publication date, else update date, else ``None``; as printed, without a time zone."""
    for moment in (published, updated):
        if moment:
            return date.fromisoformat(moment[:10])
    return None


def excerpt_of(paragraphs: Iterable[str]) -> str:
    """The first paragraph, cut between words with an ellipsis at ``EXCERPT_LENGTH``."""
    return in_short(next((paragraph for paragraph in paragraphs if paragraph), ""), EXCERPT_LENGTH)


def derive(article: Article) -> None:
    """Set HTML, excerpt and archive date. Does not save."""
    blocks = markdown.render(article.body)
    article.body_html = BLOCK_SEPARATOR.join(blocks)
    article.excerpt = excerpt_of(markdown.plain(block) for block in blocks)
    article.archive_date = archive_date_of(article.published, article.updated)


@dataclass(frozen=True, slots=True)
class Filed:
    """The day, source and tags under which a published article is counted."""

    day: date | None
    source_id: int | None
    tag_ids: frozenset[int]
    photos: int = 0
    photo_files: int = 0

    @classmethod
    def of_many(cls, ids: Sequence[int]) -> dict[int, Filed]:
        """The published of these articles, by id, in two queries."""
        tag_ids: defaultdict[int, set[int]] = defaultdict(set)
        for pk, tag_id in Tagging.objects.filter(article__in=ids).values_list("article_id", "tag_id"):
            tag_ids[pk].add(tag_id)
        columns = ("archive_date", "source_id", "photo_count", "photo_file_count")
        rows = Article.objects.published().filter(pk__in=ids).order_by().values_list("pk", *columns)
        return {
            pk: cls(day, source_id, frozenset(tag_ids[pk]), photos, files) for pk, day, source_id, photos, files in rows
        }

    @classmethod
    def published(cls, article: Article, tag_ids: Iterable[int]) -> Filed:
        """Like ``of_many``, for an article known to be published; no queries."""
        counts = article.photo_count, article.photo_file_count
        return cls(article.archive_date, article.source_id, frozenset(tag_ids), *counts)


def count_photos(articles: Mapping[int, Article]) -> None:
    """Set ``photo_count`` and ``photo_file_count`` from the database. Does not save."""
    rows = Photo.objects.filter(article__in=articles).order_by().values_list("article_id")
    counts = {pk: numbers for pk, *numbers in rows.annotate(all=Count("pk"), files=Count("pk", filter=~Q(file="")))}
    for pk, article in articles.items():
        article.photo_count, article.photo_file_count = counts.get(pk, (0, 0))


# Faster than a Counter, since most keys are new.
_Numbers = partial(defaultdict[Any, int], int)
_MONTHS: dict[type[models.Model], str] = {SourceMonth: "source_id", TagMonth: "tag_id"}


class CountChanges:
    def __init__(self) -> None:
        # Articles, photos and photo files, by unit and start.
        self.periods: dict[tuple[str, date], list[int]] = {}
        self.totals: dict[type[Source | Tag], dict[int, int]] = {Source: _Numbers(), Tag: _Numbers()}
        # By id and month.
        self.months: dict[type[models.Model], dict[tuple[int, int], int]] = {model: _Numbers() for model in _MONTHS}

    def move(self, before: Filed | None, after: Filed | None) -> None:
        """Move an article in the counts; ``None``: not published."""
        if before == after:
            return
        for filed, by in ((before, -1), (after, 1)):
            if filed is not None:
                self._add(filed, by)

    def _add(self, filed: Filed, by: int) -> None:
        for period in PeriodCount.periods_of(filed.day):
            counts = self.periods.setdefault(period, [0, 0, 0])
            for place, count in enumerate((1, filed.photos, filed.photo_files)):
                counts[place] += by * count
        sources = () if filed.source_id is None else (filed.source_id,)
        month = None if filed.day is None else month_number(filed.day)
        for model, by_month, ids in ((Source, SourceMonth, sources), (Tag, TagMonth, filed.tag_ids)):
            totals, months = self.totals[model], self.months[by_month]
            for pk in ids:
                totals[pk] += by
                if month is not None:
                    months[pk, month] += by

    def save(self) -> None:
        """Write the changes, in the caller's transaction."""
        periods = [(unit, start, by) for (unit, start), by in sorted(self.periods.items()) if any(by)]
        new = [(unit, start, 0, 0, 0) for unit, start, _ in periods]
        insert_values(PeriodCount, PERIOD_COLUMNS, new, ending=IGNORE_KNOWN)
        with connections["default"].cursor() as cursor:
            if periods:
                cursor.executemany(
                    f"UPDATE {PeriodCount._meta.db_table} SET articles = articles + %s, photos = photos + %s, "  # noqa: S608
                    "photo_files = photo_files + %s WHERE unit = %s AND start = %s",
                    [(*by, unit, start) for unit, start, by in periods],
                )
            for model, changes in self.totals.items():
                if rows := [(by, pk) for pk, by in sorted(changes.items()) if by]:
                    sql = f"UPDATE {model._meta.db_table} SET article_count = article_count + %s WHERE id = %s"  # noqa: S608
                    cursor.executemany(sql, rows)
        for table, column in _MONTHS.items():
            _add_to_months(table, column, self.months[table])


def _add_to_months(model: type[models.Model], column: str, changes: Mapping[tuple[int, int], int]) -> None:
    """Add to ``articles`` of the rows with these values of ``column`` and month; rows with 0 are deleted.

    In the caller's transaction, and in the order of the rows, so that two loads cannot deadlock.
    """
    # Negative changes cannot be inserted: the column has a check constraint.
    in_order = sorted(changes.items())
    more = [(*row, by) for row, by in in_order if by > 0]
    less = [(by, *row) for row, by in in_order if by < 0]
    table = model._meta.db_table
    added = f"ON CONFLICT ({column}, month) DO UPDATE SET articles = {table}.articles + excluded.articles"
    insert_values(model, (column, "month", "articles"), more, ending=added)
    with connections["default"].cursor() as cursor:
        if less:
            where = f"WHERE {column} = %s AND month = %s"
            cursor.executemany(f"UPDATE {table} SET articles = articles + %s {where}", less)  # noqa: S608
            emptied = [row for _, *row in less]
            cursor.executemany(f"DELETE FROM {table} {where} AND articles = 0", emptied)  # noqa: S608
