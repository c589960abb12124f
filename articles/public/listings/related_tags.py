"""The tags that share most articles with another."""

from __future__ import annotations

from collections import Counter

from django.db.models import BooleanField, Count
from django.db.models.expressions import RawSQL

from articles.models import Tag, Tagging, TagPair

LOOKED_AT = 200  # a tag with more articles uses the stored pairs instead
# Not a parameter: SQLite uses a partial index only if it can read the condition.
RECURS = RawSQL("articles > 1", (), output_field=BooleanField())


def related_tags(tag: Tag, *, size: int = 6) -> list[Tag]:
    """The most frequent companions first."""
    counts: Counter[int] = Counter()
    if tag.article_count <= LOOKED_AT:
        newest = Tagging.objects.filter(tag=tag, article__withdrawn_at=None).order_by("-archive_date", "-article")
        beside = Tagging.objects.filter(article__in=newest.values("article_id")[:LOOKED_AT]).exclude(tag=tag)
        often = beside.values_list("tag_id").annotate(times=Count("pk")).order_by("-times", "tag_id")
        counts.update(dict(often[:size]))
    else:  # two index walks, since the tag may be either of a pair
        for this, other in (("tag", "other_id"), ("other", "tag_id")):
            pairs = TagPair.objects.filter(RECURS, **{this: tag}).order_by("-articles")
            counts.update(dict(pairs.values_list(other, "articles")[:size]))
    found = Tag.objects.used().in_bulk(counts)
    return sorted(found.values(), key=lambda found: (-counts[found.pk], found.sorting_name, found.pk))[:size]
