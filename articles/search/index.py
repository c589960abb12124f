"""Fills and updates the index, in the transaction of a change. It has ids, so renaming a tag changes no article."""

from collections.abc import Iterable, Iterator, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from articles.models import Article, Clock, Photo, SearchEntry, Tagging, fields
from articles.models.article import BLOCK_SEPARATOR
from articles.models.bulk import chunks, delete_alone, insert_values
from articles.models.search_entry import FORM
from articles.search.backend import Document, Words, backend
from articles.text.grouping import by_key
from articles.text.markdown import passages_of
from articles.text.words import IN_CAPTIONS, words_of_article

RENEWED_AT_ONCE = 500
SETTLED_FROM, SETTLED_PART = 10_000, 10  # articles, and at least 1/10 of all
COLUMNS = ("pk", "archive_date", "source_id", "language", "body_html", "photo_count", "authors", *fields.PLACES)


def build() -> Iterator[int]:
    """Build the index of this form, next to that of the older version; yield as ``fill``. Continues an interrupted run.

    The older version searches and saves meanwhile: what it changes has entries of its form. The last transaction ends
    that: from then on this is the index, and others save nothing (``ledger``). Their readers keep theirs.
    """
    with transaction.atomic():  # of two that begin, one makes the tables, and the other sees the first articles in them
        clock = Clock.objects.select_for_update()
        former = clock.get_or_create(pk=1, defaults={"at": timezone.now(), "form": 0})[0].form
        if former < FORM and not SearchEntry.objects.filter(form=FORM).exists():
            backend().empty()
            next(fill(), None)
    while former < FORM:
        yield from fill()
        with transaction.atomic():
            clock.get()  # for which all who save wait
            if not SearchEntry.objects.filter(form__lt=FORM).exists():
                backend().remove(backend().strays())  # of articles withdrawn meanwhile, or of another day
                former = Clock.objects.update(form=FORM) and FORM


def is_built() -> bool:
    return Clock.objects.using("reader").filter(form__gte=FORM).exists()


def empty() -> None:
    with transaction.atomic():
        delete_alone(SearchEntry.objects.all())
        backend().empty()  # last, since on PostgreSQL readers wait for the commit


def outdate() -> None:
    """Make all articles due in ``fill``, and remove what is of none, such as of rows that were deleted by hand."""
    with transaction.atomic():
        backend().remove(backend().strays())
        SearchEntry.objects.update(form=0)


def fill() -> Iterator[int]:
    """Index what is missing or of another form, in transactions of a batch; yield the number of articles so far."""
    last = done = 0
    is_due = Q(search_entry__form__lt=FORM) | Q(search_entry=None, withdrawn_at=None)
    while True:
        with transaction.atomic():
            due = Article.objects.filter(is_due, pk__gt=last).order_by("pk").values_list("pk", flat=True)
            ids = list(due[:RENEWED_AT_ONCE])
            renew(Article.objects.filter(pk__in=ids).locked().values_list("pk", flat=True))
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
    columns = ("id", "article_id", "source_id", "language", "has_photo", "tags", "form")
    rows = [(of.number, of.article_id, of.source_id, of.language, of.has_photo, of.tags, FORM) for of in documents]
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
    photos = Photo.objects.filter(**of_these).order_by("article_id", "number")
    texts = photos.values_list("article_id", *IN_CAPTIONS)
    captions = by_key((pk, text) for pk, *of_photo in texts for text in of_photo)
    tags = by_key(Tagging.everything.filter(**of_these).values_list("article_id", "tag_id"))
    rows = Article.objects.filter(pk__in=article_ids, withdrawn_at=None).order_by("pk")
    for row in rows.values(*COLUMNS):
        pk, html, has_photo = row["pk"], row["body_html"], bool(row["photo_count"])
        passages = passages_of(html.split(BLOCK_SEPARATOR)) if html else ()
        words = words_of_article(row, fields.PLACES, captions[pk], passages)
        yield Document(pk, row["archive_date"], words, tags[pk], row["source_id"], has_photo=has_photo)
