"""Fills and updates the index, in the transaction of a change. It has ids, so renaming a tag changes no article."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.db import IntegrityError, transaction

from articles.models import Article, Photo, SearchEntry, Tagging, fields
from articles.models.article import BLOCK_SEPARATOR
from articles.models.bulk import chunks, delete_alone, insert_values
from articles.search.backend import Document, Words, backend
from articles.text.markdown import passages_of
from articles.text.words import IN_CAPTIONS, words_of_article

RENEWED_AT_ONCE = 500
SETTLED_FROM, SETTLED_PART = 10_000, 10  # articles, and at least 1/10 of all
COLUMNS = ("pk", "archive_date", "source_id", "language", "body_html", "photo_count", "authors", *fields.PLACES)


def empty() -> None:
    with transaction.atomic():
        backend().empty()
        delete_alone(SearchEntry.objects.all())


def fill() -> Iterator[int]:
    """Index missing published articles in batches, each in its own transaction; yield the number indexed so far."""
    last = done = 0
    while True:
        try:
            with transaction.atomic():
                missing = Article.objects.filter(pk__gt=last, withdrawn_at=None, search_entry=None).order_by("pk")
                ids = list(missing.values_list("pk", flat=True)[:RENEWED_AT_ONCE])
                add(list(documents(ids)))
        except IntegrityError:  # on PostgreSQL another connection may have indexed one: look again
            continue
        if not ids:
            settle(done)
            return
        last, done = ids[-1], done + len(ids)
        yield done


def settle(added: int) -> None:
    """Optimise the index if ``added`` is a large part of it."""
    if added >= SETTLED_FROM and added * SETTLED_PART >= SearchEntry.objects.count():
        backend().settle()


def add(documents: Sequence[Document], words: Words | None = None) -> None:
    """``words``: gets new words, to be stored with ``note`` at the end of the transaction, else they are stored now."""
    columns = ("id", "article_id", "source_id", "language", "has_photo", "tags")
    rows = [(new.number, new.article_id, new.source_id, new.language, new.has_photo, new.tags) for new in documents]
    if rows:
        insert_values(SearchEntry, columns, rows)
        backend().add(documents)
        new = backend().new_words(documents)
        backend().note(new) if words is None else words.update(new)


def remove(article_ids: Iterable[int]) -> None:
    """Articles that are not in the index are ignored."""
    for batch in chunks(list(article_ids), RENEWED_AT_ONCE):
        entries = SearchEntry.objects.filter(article__in=batch)
        if numbers := list(entries.values_list("pk", flat=True)):
            backend().remove(numbers)
            entries.delete()


def renew(article_ids: Iterable[int], words: Words | None = None) -> None:
    """``words``: as in ``add``."""
    for batch in chunks(sorted(set(article_ids)), RENEWED_AT_ONCE):
        remove(batch)
        add(list(documents(batch)), words)


def documents(article_ids: Sequence[int]) -> Iterator[Document]:
    of_these = {"article_id__in": article_ids}
    captions: defaultdict[int, list[str]] = defaultdict(list)
    photos = Photo.objects.filter(**of_these).order_by("article_id", "number")
    for pk, *of_photo in photos.values_list("article_id", *IN_CAPTIONS):
        captions[pk] += of_photo
    tags: defaultdict[int, list[int]] = defaultdict(list)
    for pk, tag_id in Tagging.everything.filter(**of_these).values_list("article_id", "tag_id"):
        tags[pk].append(tag_id)
    rows = Article.objects.filter(pk__in=article_ids, withdrawn_at=None).order_by("pk")
    for row in rows.values(*COLUMNS):
        pk, html, has_photo = row["pk"], row["body_html"], bool(row["photo_count"])
        passages = passages_of(html.split(BLOCK_SEPARATOR)) if html else ()
        words = words_of_article(row, fields.PLACES, captions[pk], passages)
        yield Document(pk, row["archive_date"], words, tags[pk], row["source_id"], has_photo=has_photo)
