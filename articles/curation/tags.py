"""Tags that staff find to mean the same: one of them stays, with the articles and the names of both."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from articles.curation import NotDone, chunks
from articles.curation.recording import Rows, keep_all, sign_all
from articles.filing import CountChanges, Filed
from articles.identity import name_slug
from articles.models import FormerTag, Tag, TagAddress, TagAlias, Tagging
from articles.revisions import Stamp, keep_state

REASON_LENGTH = 100
# Whose word for a tag outweighs whose.
STRENGTH: list[str] = [Tagging.Origin.VOCABULARY, Tagging.Origin.SOURCE, Tagging.Origin.STAFF]


def merge_tags(former: Iterable[Tag], tag: Tag, stamp: Stamp) -> int:
    """Move the articles and the names of tags to another; how many articles were moved."""
    return sum(_merge(one, tag, stamp) for one in former)


def _merge(former: Tag, tag: Tag, stamp: Stamp) -> int:
    # While a tag is locked, no load can file an article under it.
    locked = {row.pk: row for row in Tag.objects.select_for_update().filter(pk__in=[former.pk, tag.pk]).order_by("pk")}
    for one in (former, tag):
        if one.pk not in locked:
            raise NotDone(f"The tag “{one}” was merged into another, or removed, meanwhile.")
    former, tag = locked[former.pk], locked[tag.pk]
    moved = _move(former, tag, stamp)
    keep_state([former, tag], stamp, stamp.just_before)
    _take_names(former, tag, stamp)
    told = f"“{former}” merged into it" + (f": {stamp.reason}" if stamp.reason else "")
    tag.description = tag.description or former.description
    tag.refresh_from_db(fields=["article_count"])
    Stamp(stamp.user, told[:REASON_LENGTH], stamp.moment).put_on(tag)
    tag.save()
    return moved


def _move(former: Tag, tag: Tag, stamp: Stamp) -> int:
    """Put taggings under another tag, and drop them where an article has it; how many articles these were."""
    rows, twins = Tagging.objects.filter(tag=former), Tagging.objects.filter(tag=tag)
    doubles = rows.filter(Exists(twins.filter(article=OuterRef("article"))))
    ids = list(rows.values_list("article_id", flat=True))
    changes = CountChanges()
    for some in chunks(ids):
        for filed in Filed.of_many(some).values():
            changes.move(filed, filed.tagged([tag.pk], without=[former.pk]))
    keep_all(rows, stamp)
    _strengthen(rows, twins, stamp)
    sign_all(doubles, "-", stamp)
    doubles._raw_delete("default")  # signed already
    sign_all(rows, "~", stamp, tag_id=tag.pk)
    rows.update(tag=tag)
    changes.save()
    return len(ids)


def _strengthen(rows: Rows, twins: Rows, stamp: Stamp) -> None:
    """Where both tags stand on an article, the one that stays is from whoever has more to say there."""
    for place, origin in enumerate(STRENGTH):
        stronger = Exists(rows.filter(article=OuterRef("article"), origin=origin))
        weaker = list(twins.filter(stronger, origin__in=STRENGTH[:place]).values_list("pk", flat=True))
        for some in chunks(weaker):
            changed = Tagging.objects.filter(pk__in=some)
            keep_all(changed, stamp)
            sign_all(changed, "~", stamp, origin=origin)
            changed.update(origin=origin)


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
