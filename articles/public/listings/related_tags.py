"""The tags that stand on the same articles as another."""

from __future__ import annotations

from collections import Counter

from django.db.models import BooleanField, Count
from django.db.models.expressions import RawSQL

from articles.models import Tag, Tagging, TagPair

LOOKED_AT = 200  # of a tag with no more articles, all are looked at; for others there are the kept pairs
# Written out, not as a parameter: SQLite takes a partial index only for a condition that it can read.
RECURS = RawSQL("articles > 1", (), output_field=BooleanField())


def related_tags(tag: Tag, *, size: int = 6) -> list[Tag]:
    """The tags that most often stand beside this one, the commonest companion first."""
    counts: Counter[int] = Counter()
    if tag.article_count <= LOOKED_AT:
        newest = Tagging.objects.filter(tag=tag, article__withdrawn_at=None).order_by("-archive_date", "-article")
        beside = Tagging.objects.filter(article__in=newest.values("article_id")[:LOOKED_AT]).exclude(tag=tag)
        often = beside.values_list("tag_id").annotate(times=Count("pk")).order_by("-times", "tag_id")
        counts.update(dict(often[:size]))
    else:  # two walks along an index, for a tag may be either of a pair
        for this, other in (("tag", "other_id"), ("other", "tag_id")):
            pairs = TagPair.objects.filter(RECURS, **{this: tag}).order_by("-articles")
            counts.update(dict(pairs.values_list(other, "articles")[:size]))
    found = Tag.objects.used().in_bulk(counts)
    return sorted(found.values(), key=lambda one: (-counts[one.pk], one.sorting_name, one.pk))[:size]
