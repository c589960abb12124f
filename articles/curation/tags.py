"""Tags that staff find to mean the same: one of them stays, with the articles and the names of both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from articles.curation import chunks
from articles.curation.tagging import drop
from articles.filing import CountChanges
from articles.identity import name_slug
from articles.models import Article, FormerTag, Tag, TagAddress, TagAlias, Tagging
from articles.revisions import Stamp, keep_many, keep_state, sign_many

AT_ONCE = 2_000  # taggings, which are small
REASON_LENGTH = 100
# Where both tags stand on an article, what is kept is who would miss it most.
STRENGTH: list[str] = [Tagging.Origin.VOCABULARY, Tagging.Origin.SOURCE, Tagging.Origin.STAFF]


def merge_tags(former: Iterable[Tag], tag: Tag, stamp: Stamp) -> int:
    """Move the articles and the names of tags to another; how many articles were moved."""
    return sum(_merge(one, tag, stamp) for one in former)


def _merge(former: Tag, tag: Tag, stamp: Stamp) -> int:
    # While a tag is locked, no load can file an article under it.
    locked = {row.pk: row for row in Tag.objects.select_for_update().filter(pk__in=[former.pk, tag.pk]).order_by("pk")}
    former, tag = locked[former.pk], locked[tag.pk]
    changes = CountChanges()
    ids = list(Tagging.objects.filter(tag=former).order_by("pk").values_list("pk", flat=True))
    for some in chunks(ids, AT_ONCE):
        changes.tags[tag.pk] += _move(list(Tagging.objects.filter(pk__in=some)), tag, stamp)
    changes.save()
    keep_state([former, tag], stamp, stamp.just_before)
    _take_names(former, tag, stamp)
    told = f"“{former}” merged into it" + (f": {stamp.reason}" if stamp.reason else "")
    tag.description = tag.description or former.description
    tag.refresh_from_db(fields=["article_count"])
    Stamp(stamp.user, told[:REASON_LENGTH], stamp.moment).put_on(tag)
    tag.save()
    return len(ids)


def _move(rows: Sequence[Tagging], tag: Tag, stamp: Stamp) -> int:
    """Put taggings under another tag, or drop them where the article has it; how many published articles gained it."""
    articles = [row.article_id for row in rows]
    twins = {twin.article_id: twin for twin in Tagging.objects.filter(tag=tag, article__in=articles)}
    published = set(Article.objects.published().filter(pk__in=articles).values_list("pk", flat=True))
    doubles = [row for row in rows if row.article_id in twins]
    moves = [row for row in rows if row.article_id not in twins]
    keep_many(rows, stamp)
    _strengthen([(twins[row.article_id], row) for row in doubles], stamp)
    drop(doubles)
    sign_many(doubles, "-", stamp)
    Tagging.objects.filter(pk__in=[row.pk for row in moves]).update(tag=tag)
    for row in moves:
        row.tag = tag
    sign_many(moves, "~", stamp)
    return sum(row.article_id in published for row in moves)


def _strengthen(pairs: Sequence[tuple[Tagging, Tagging]], stamp: Stamp) -> None:
    weaker = [(twin, row) for twin, row in pairs if STRENGTH.index(row.origin) > STRENGTH.index(twin.origin)]
    keep_many([twin for twin, _ in weaker], stamp)
    for twin, row in weaker:
        twin.origin = row.origin
    Tagging.objects.bulk_update([twin for twin, _ in weaker], ["origin"])
    sign_many([twin for twin, _ in weaker], "~", stamp)


def _take_names(former: Tag, tag: Tag, stamp: Stamp) -> None:
    """All that led to the former tag leads to the other: names, addresses, and what loaded values call it."""
    for names in (TagAlias, TagAddress, FormerTag):
        names._default_manager.filter(tag=former).update(tag=tag)
    FormerTag.objects.create(former_id=former.pk, name=former.name, tag=tag)
    name, slug = former.name, former.slug
    stamp.put_on(former)
    former.delete()
    for other in {slug, name_slug(name)} - {tag.slug}:
        TagAlias.objects.get_or_create(slug=other, defaults={"tag": tag, "name": name})
