from __future__ import annotations

from typing import Any

from django.db.models import Count

from articles.models import Tag, Tagging
from articles.models.prepared import prepared

LOOKED_AT, SHOWN = 200, 6  # articles, tags


def related_tags(tag: Tag) -> list[Tag]:
    """The tags that its newest articles share most often, in that order."""
    counts = dict(_often_with(tag.pk))
    found = _used(list(counts)) if counts else []
    return sorted(found, key=lambda found: (-counts[found.pk], found.sorting_name, found.pk))


@prepared
def _often_with(tag_id: int) -> Any:
    newest = Tagging.objects.filter(tag_id=tag_id, article__withdrawn_at=None).order_by("-archive_date", "-article_id")
    taggings = Tagging.objects.filter(article__in=newest.values("article_id")[:LOOKED_AT]).exclude(tag_id=tag_id)
    return taggings.values_list("tag_id").annotate(times=Count("pk")).order_by("-times", "tag_id")[:SHOWN]


@prepared
def _used(ids: list[int]) -> Any:
    return Tag.objects.used().filter(pk__in=ids)
