"""Articles created by a load, and why some must stay."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from articles.catalogue.ledger import changes_left
from articles.catalogue.loaded import edited_fields
from articles.loading.undo.result import Left
from articles.models import Article, ArticleChange, Change, ClosedVersion, Correction, Load, Original, Tagging
from articles.models.fields import label_of

BATCH = 500  # articles in a transaction
BY_STAFF = (Change.Kind.STAFF, Change.Kind.IMPORT)


def made_by(load: Load, *, after_original: int) -> list[tuple[int, int]]:
    """A page of original and article ids, where the article's first original is from the load."""
    rows = first_originals().filter(change__load=load, id__gt=after_original).order_by("id")
    return list(rows.values_list("id", "article_id")[:BATCH])


def first_originals() -> QuerySet[Original]:
    earlier = Original.objects.filter(article=OuterRef("article"), id__lt=OuterRef("id"))
    return Original.objects.filter(~Exists(earlier))


def why_they_stay(load: Load, articles: Sequence[Article]) -> dict[int, Left]:
    ids = [article.pk for article in articles]
    later = changed_later(load, dict.fromkeys(ids, 0))
    left = {article.pk: Left.waiting(article, later[article.pk]) for article in articles if article.pk in later}
    touched = _touched_by_staff(ids)
    for article in articles:
        if article.pk in left:
            continue
        names = edited_fields(article) if article.as_loaded else []
        if "tags" not in names and any(tagging.origin == Tagging.Origin.STAFF for tagging in article.taggings.all()):
            names.append("tags")
        if article.withdrawn_at is not None and not article.is_withdrawn_by_source:
            names.append("merged_into_id" if article.merged_into_id else "withdrawn")
        if names:
            words = gettext("staff have changed it since (%(fields)s)")
            left[article.pk] = Left(article.key, str(article), words % {"fields": ", ".join(map(label_of, names))})
        elif article.pk in touched:
            words = gettext("staff have worked on it since (%(what)s)")
            left[article.pk] = Left(article.key, str(article), words % {"what": touched[article.pk]})
    return left


def changed_later(load: Load, newest_own: Mapping[int, int]) -> dict[int, int]:
    """Articles changed since by another load that is not undone, with the newest such load.

    ``newest_own``: by article, this load's last row in the ledger; 0 if every other load is later.
    """
    others = ~Q(change__load=load) & Q(change__load__isnull=False, change__load__undone_at=None)
    later = ArticleChange.objects.filter(others, article__in=newest_own).exclude(undone="[]")
    rows = list(later.values_list("article_id", "id", "change__load"))
    if new := [pk for pk, own in newest_own.items() if not own]:
        originals = Original.objects.filter(others, article__in=new)
        rows += originals.values_list("article_id", "id", "change__load")
    found: dict[int, int] = {}
    for pk, row_id, load_id in rows:
        if row_id > newest_own[pk]:
            found[pk] = max(load_id, found.get(pk, 0))
    return found


def closed_before(load: Load, articles: Mapping[int, Article]) -> dict[int, Left]:
    """Articles of which the version before the load is closed to readers."""
    before = ClosedVersion.objects.filter(article=OuterRef("article"), version=OuterRef("version") - 1)
    rows = changes_left(load).filter(Exists(before), article__in=articles).values_list("article_id", "version")
    words = gettext("it would bring back version %(number)s, which is closed to readers")
    named = [(articles[pk], words % {"number": version - 1}) for pk, version in rows if version]
    return {article.pk: Left(article.key, str(article), why) for article, why in named}


def _touched_by_staff(ids: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for rows, owner, words in (
        (Article.objects, "merged_into", gettext("another was merged into it")),
        (Correction.objects, "article", gettext("a correction")),
        (Original.objects.filter(change=None), "article", gettext("an original of no load on record")),
        (ArticleChange.objects.filter(change__kind__in=BY_STAFF), "article", gettext("an edit")),
    ):
        owners: Any = rows.filter(**{f"{owner}__in": ids})
        found.update(dict.fromkeys(owners.values_list(owner, flat=True), words))
    return found
