from __future__ import annotations

from django.db.models import Count

from articles.models import Tag, Tagging

LOOKED_AT = 200  # articles


def related_tags(tag: Tag, *, size: int = 6) -> list[Tag]:
    """The tags that its newest articles have most often, in that order."""
    newest = Tagging.objects.filter(tag=tag, article__withdrawn_at=None).order_by("-archive_date", "-article_id")
    others = Tagging.objects.filter(article__in=newest.values("article_id")[:LOOKED_AT]).exclude(tag=tag)
    often = others.values_list("tag_id").annotate(times=Count("pk")).order_by("-times", "tag_id")
    counts = dict(often[:size])
    found = Tag.objects.used().in_bulk(counts)
    return sorted(found.values(), key=lambda found: (-counts[found.pk], found.sorting_name, found.pk))
