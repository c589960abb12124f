"""The photos by credit, kept in step with the archive: within the transaction that changes an article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from articles.models import Article, CreditedPhoto, Photo
from articles.models.bulk import insert_values
from articles.models.search_entry import entry_number
from articles.text.alphabet import sorting_name
from articles.text.credits import bare_credit, credited_to

AT_ONCE = 2_000
COLUMNS = ("photo_id", "credit", "place", "number")
TOLD_FROM = ("number", "kind", "caption", "credit_line", "credit_raw", "creator", "copyright_notice", "from_file")


def sorting_credit(credit: str) -> str:
    """A credit as the list sorts it, and by which it is known; ``""`` for none."""
    return " ".join(sorting_name(bare_credit(credit)).split())


def sorted_by(photo: Photo, day: date | None) -> tuple[str, int, int]:
    """The credit, place and number that a photo is listed by; ``day`` is its article's archive date."""
    return sorting_credit(credited_to(photo)), entry_number(day, photo.article_id), photo.number


def add(days: Mapping[int, date | None]) -> None:
    """List the photos of published articles, of which ``days`` has the archive dates by their ids."""
    found = Photo.objects.filter(article__in=days).order_by("pk").only("article_id", *TOLD_FROM)
    rows = [(photo.pk, *sorted_by(photo, days[photo.article_id])) for photo in found]
    if rows:
        insert_values(CreditedPhoto, COLUMNS, rows)


def renew(article_ids: Sequence[int]) -> None:
    """List the photos of articles as they stand now; those of withdrawn ones leave the listing."""
    for start in range(0, len(article_ids), AT_ONCE):
        some = article_ids[start : start + AT_ONCE]
        CreditedPhoto.objects.filter(photo__article__in=some).delete()
        published = Article.objects.filter(pk__in=some, withdrawn_at=None)
        add(dict(published.values_list("pk", "archive_date")))


def renew_all() -> None:
    """List all photos anew, some at a time: for rows that came by ``loaddata`` or by hand."""
    last = 0
    found = Article.objects.filter(photo_count__gt=0).order_by("pk").values_list("pk", flat=True)
    while ids := list(found.filter(pk__gt=last)[:AT_ONCE]):
        with transaction.atomic():
            renew(ids)
        last = ids[-1]
