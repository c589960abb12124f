"""The articles in the index, kept in step with the archive: within the transaction that changes an article.

Names of tags and sources are not in the index, only which they are: a tag that is renamed or merged needs no article
written anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.db import IntegrityError, transaction

from articles.models import Article, Photo, SearchEntry, Tagging
from articles.models.article import BLOCK_SEPARATOR
from articles.models.bulk import insert_values
from articles.search.backend import Document, backend
from articles.search.words import spell, spell_text
from articles.text.markdown import passages_of

RENEWED_AT_ONCE = 500
SETTLED_FROM, SETTLED_PART = 10_000, 10  # articles that were added at once, and which part of all they have to be


# --- The index itself. ------------------------------------------------------------------------------------------------


def empty() -> None:
    with transaction.atomic():
        backend().empty()
        SearchEntry.objects.all()._raw_delete("default")


def fill() -> Iterator[int]:
    """Index the published articles that are not in the index, some at a time, and yield how many are done.

    What is loaded, changed or withdrawn meanwhile stays as it is then: each batch finds out which are missing in the
    transaction that it writes.
    """
    last = done = 0
    while True:
        try:
            with transaction.atomic():
                missing = Article.objects.filter(pk__gt=last, withdrawn_at=None, search_entry=None).order_by("pk")
                ids = list(missing.values_list("pk", flat=True)[:RENEWED_AT_ONCE])
                add(list(documents(ids)))
        except IntegrityError:  # PostgreSQL lets another connection index one of these meanwhile: look again
            continue
        if not ids:
            settle(done)
            return
        last, done = ids[-1], done + len(ids)
        yield done


def settle(added: int) -> None:
    """Put the index in order, if so many articles were added that it is worth it."""
    if added >= SETTLED_FROM and added * SETTLED_PART >= SearchEntry.objects.count():
        backend().settle()


# --- Writing. ---------------------------------------------------------------------------------------------------------


def add(documents: Sequence[Document]) -> None:
    columns = ("id", "article_id", "source_id", "language", "has_photo", "tags")
    rows = [(one.number, one.article_id, one.source_id, one.language, one.has_photo, one.tags) for one in documents]
    if rows:
        insert_values(SearchEntry, columns, rows)
        backend().add(documents)


def remove(article_ids: Iterable[int]) -> None:
    """Take articles out of the index, as far as they are in it."""
    ids = list(article_ids)
    for start in range(0, len(ids), RENEWED_AT_ONCE):
        entries = SearchEntry.objects.filter(article__in=ids[start : start + RENEWED_AT_ONCE])
        if numbers := list(entries.values_list("pk", flat=True)):
            backend().remove(numbers)
            entries.delete()


def renew(article_ids: Iterable[int]) -> None:
    ids = sorted(set(article_ids))
    for start in range(0, len(ids), RENEWED_AT_ONCE):
        some = ids[start : start + RENEWED_AT_ONCE]
        remove(some)
        add(list(documents(some)))


COLUMNS = ("pk", "archive_date", "source_id", "language", "excerpt", "headline", "deck", "body_html", "photo_count",
           "byline", "dateline", "section")  # fmt: skip


def documents(article_ids: Sequence[int]) -> Iterator[Document]:
    of_these = {"article_id__in": article_ids}
    captions: defaultdict[int, list[str]] = defaultdict(list)
    for pk, *of_photo in (
        Photo.objects.filter(**of_these)
        .order_by("article_id", "number")
        .values_list("article_id", "caption", "credit_line", "alt_text")
    ):
        captions[pk] += of_photo
    tags: defaultdict[int, list[int]] = defaultdict(list)
    for pk, tag_id in Tagging.objects.filter(**of_these).values_list("article_id", "tag_id"):
        tags[pk].append(tag_id)
    rows = Article.objects.filter(pk__in=article_ids, withdrawn_at=None).order_by("pk")
    for pk, day, source_id, said, excerpt, headline, deck, html, photo_count, *lines in rows.values_list(*COLUMNS):
        paragraphs = list(passages_of(html.split(BLOCK_SEPARATOR))) if html else []
        text = spell_text(said, headline or excerpt, paragraphs)
        words = spell(text, headline=headline, deck=deck, captions=captions[pk], lines=lines)
        yield Document(pk, day, words, tags[pk], source_id, text.language, has_photo=bool(photo_count))
