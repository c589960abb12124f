"""Undoes merges of tags, from ``TagMerge`` and the changes recorded by the merge, and of authors, whose taggings are
derived again from the names in articles. Later changes stay.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from articles.catalogue import bylines
from articles.catalogue.ledger import TAG_COLUMNS, Stamp, open_changes, save_tag, transaction_of_changes
from articles.catalogue.moving import count_filed, lock_filed, record_many
from articles.catalogue.present_ids import tag_names
from articles.catalogue.recorded import TAGGING, Columns, Row, decoded
from articles.editorial.actions import TEXTS_AT_ONCE, NotDone, with_reason
from articles.models import Article, ArticleChange, Load, SearchEntry, Tag, TagAddress, TagAlias, Tagging, TagMerge
from articles.models.bulk import chunks
from articles.search import index
from articles.text.keys import slug_like


@dataclass(frozen=True, slots=True)
class Recorded:
    """Taggings of a merge, by article: moved; deleted, where it had both; origins before and after of the others."""

    moved: dict[int, int]
    gone: dict[int, Columns]
    strengthened: dict[int, list[tuple[int, str, str]]]

    @classmethod
    def of(cls, merge: TagMerge) -> Recorded:
        found = cls({}, {}, {})
        changes = ArticleChange.objects.filter(change=merge.change_id).values_list("article_id", "rows")
        for article_id, text in changes.iterator(chunk_size=1000):
            for model, pk, before, after in decoded(text):
                if model != TAGGING or before is None:
                    continue
                if after is None:
                    found.gone[article_id] = before
                elif "tag_id" in after:
                    found.moved[article_id] = pk
                else:
                    found.strengthened.setdefault(article_id, []).append((pk, before["origin"], after["origin"]))
        return found


@dataclass(frozen=True)
class Unmerging:
    """The effect of undoing a merge. Reading it writes nothing."""

    merge: TagMerge

    @cached_property
    def into(self) -> Tag | None:
        return Tag.everything.filter(pk=self.merge.into_id).first()

    @cached_property
    def into_name(self) -> str:
        return self.into.name if self.into else tag_names([self.merge.into_id]).get(self.merge.into_id, "")

    @cached_property
    def fault(self) -> str:
        """Why the merge cannot be undone, and the remedy; ``""`` if it can."""
        if self.merge.undone_at is not None:
            return gettext("This merge has been undone.")
        if self.into is None:
            later = TagMerge.objects.filter(former_id=self.merge.into_id, undone_at=None).first()
            if later is None:
                return gettext("“%(name)s” is no longer in the archive.") % {"name": self.into_name}
            words = gettext("“%(name)s” was merged into “%(into)s” later. Undo that merge first.")
            into_name = tag_names([later.into_id]).get(later.into_id, "")
            return words % {"name": self.into_name, "into": into_name}
        slugs = self.own_slugs
        same_name = Q(name=self.merge.name, is_author=self.into.is_author)
        if tag := Tag.everything.filter(Q(slug__in=slugs) | same_name).first():
            return gettext("“%(name)s” now has this name or address. Rename it first.") % {"name": tag}
        if alias := TagAlias.objects.filter(slug__in=slugs).exclude(tag=self.into).select_related("tag").first():
            words = gettext("“%(alias)s” is now another name of “%(name)s”. Remove it there first.")
            return words % {"alias": alias, "name": alias.tag}
        # Later merges into the same tag must be undone first if they share articles with this one.
        merges = TagMerge.objects.filter(into_id=self.merge.into_id, pk__gt=self.merge.pk, undone_at=None)
        for merge in merges.order_by("-pk"):
            if not self.recorded.moved.keys().isdisjoint(Recorded.of(merge).gone):
                words = gettext(
                    "“%(name)s” was merged into “%(into)s” later and shares articles with it. Undo that merge first."
                )
                return words % {"name": merge, "into": self.into_name}
        return ""

    @cached_property
    def recorded(self) -> Recorded:
        return Recorded.of(self.merge)

    def moved(self) -> list[int]:
        """Ids of articles to return to the former tag, without those that have lost the tag since."""
        if self.is_of_authors:
            former = self.own_slugs.union(self.aliases().values_list("slug", flat=True))
            rows = Article.objects.filter(taggings__tag=self.merge.into_id).values_list("pk", "authors", "byline")
            printed = ((pk, bylines.printed_names(authors, byline)) for pk, authors, byline in rows.iterator())
            return [pk for pk, names in printed if not former.isdisjoint(bylines.author_names(names))]
        moved = self.recorded.moved
        return [article_id for article_id, pk in self._with_tag.items() if moved.get(article_id) == pk]

    def both(self) -> list[int]:
        """Ids of articles that had both tags, and still have the one that stayed."""
        gone, last = self.recorded.gone, self.merge.last_tagging
        return [article_id for article_id, pk in self._with_tag.items() if article_id in gone and pk <= last]

    @cached_property
    def _with_tag(self) -> dict[int, int]:
        """Taggings with the tag that stayed, by article."""
        return dict(Tagging.everything.filter(tag=self.merge.into_id).values_list("article_id", "pk"))

    @property
    def is_of_authors(self) -> bool:
        return self.into is not None and self.into.is_author

    @property
    def own_slugs(self) -> set[str]:
        return {self.merge.former["slug"], slug_like(self.merge.former["slug"], self.merge.name)}

    def aliases(self) -> QuerySet[TagAlias, TagAlias]:
        slugs = [slug for _, slug in self.merge.former["aliases"]]
        return TagAlias.objects.filter(tag=self.merge.into_id, slug__in=slugs)

    def lost_aliases(self) -> list[str]:
        left = set(self.aliases().values_list("slug", flat=True))
        return sorted(name for name, slug in self.merge.former["aliases"] if slug not in left)

    def addresses(self) -> QuerySet[TagAddress, TagAddress]:
        """Addresses to return, also of other names removed since."""
        former = self.merge.former
        slugs = {*former["addresses"], *(slug for _, slug in former["aliases"])} - {former["slug"]}
        return TagAddress.objects.filter(tag=self.merge.into_id, slug__in=slugs)

    @property
    def taken_back(self) -> list[str]:
        """Columns that the tag which stayed still has from the former one."""
        former = self.merge.former
        return [name for name in former["gave"] if self.into and getattr(self.into, name) == former[name]]


def unmerge(merge: TagMerge, user: Any, reason: str) -> tuple[Tag, int]:
    """Undo a merge; return the tag and its number of articles. Raises ``NotDone``."""
    merge = TagMerge.objects.select_for_update().get(pk=merge.pk)
    plan = Unmerging(merge)
    changed: Any = ArticleChange.objects.filter(change=merge.change_id)
    if plan.is_of_authors:
        changed = Tagging.everything.filter(tag=merge.into_id)
    lock_filed(Tag, changed.values_list("article_id", flat=True))
    if plan.fault or plan.into is None:
        raise NotDone(plan.fault)
    stamp = Stamp.now(user, with_reason(gettext("Its merge into “%(name)s” undone") % {"name": plan.into}, reason))
    with transaction_of_changes():
        tag = _restore_tag(merge, plan.into, stamp)
        moved, both = plan.moved(), plan.both()
        if not plan.is_of_authors:
            _restore_taggings(plan, tag, moved, both, stamp)
        plan.aliases().update(tag=tag)
        plan.addresses().update(tag=tag)
        plan.into.former.filter(former_id=tag.pk).delete()
        plan.into.former.filter(former_id__in=merge.former["former"]).update(tag=tag)
        for name in plan.taken_back:
            setattr(plan.into, name, "")
        told = with_reason(gettext("Merge of “%(name)s” into it undone") % {"name": tag}, reason)
        save_tag(plan.into, replace(stamp, reason=told))
        if plan.is_of_authors:
            bylines.derive_again(moved)
        else:
            _follow(plan, plan.into, tag, moved, both)
        merge.undone_at, merge.undone_by = stamp.moment, user
        merge.save(update_fields=["undone_at", "undone_by"])
    return tag, len(moved) + len(both)


def _restore_tag(merge: TagMerge, into: Tag, stamp: Stamp) -> Tag:
    former = merge.former
    made = {*former["made"], former["slug"]}
    TagAlias.objects.filter(tag=into, slug__in=made).delete()
    TagAddress.objects.filter(tag=into, slug__in=made.difference(former["addresses"])).delete()
    tag = Tag(pk=merge.former_id, **{name: former[name] for name in TAG_COLUMNS})
    tag.load = Load.objects.filter(pk=former["load_id"]).first()
    save_tag(tag, stamp)
    return tag


def _restore_taggings(plan: Unmerging, tag: Tag, moved: list[int], both: list[int], stamp: Stamp) -> None:
    into_id, recorded = plan.merge.into_id, plan.recorded
    rows: dict[int, list[Row]] = {
        pk: [(TAGGING, recorded.moved[pk], {"tag_id": into_id}, {"tag_id": tag.pk})] for pk in moved
    }
    for batch in chunks(both, TEXTS_AT_ONCE):
        days = dict(Article.objects.filter(pk__in=batch).values_list("pk", "archive_date"))
        # With their former ids, so that their histories continue.
        again = [Tagging(**{**recorded.gone[pk], "tag_id": tag.pk}, archive_date=days[pk]) for pk in batch]
        Tagging.everything.bulk_create(again)
        whole = {row.article_id: {**recorded.gone[row.article_id], "tag_id": tag.pk} for row in again}
        rows |= {pk: [(TAGGING, whole[pk]["id"], None, whole[pk])] for pk in batch}
        # The tag that stayed gets the origin that it had before the merge, unless that has changed since.
        for article_id in batch:
            for pk, before, after in recorded.strengthened.get(article_id, ()):
                if Tagging.everything.filter(pk=pk, tag=into_id, origin=after).update(origin=before):
                    rows[article_id].append((TAGGING, pk, {"origin": after}, {"origin": before}))
    record_many(rows, stamp)
    for batch in chunks(moved, TEXTS_AT_ONCE):
        Tagging.everything.filter(pk__in=[recorded.moved[pk] for pk in batch]).update(tag=tag)
    count_filed(Tag, moved, {into_id: -1, tag.pk: 1})
    count_filed(Tag, both, {tag.pk: 1})


def _follow(plan: Unmerging, into: Tag, tag: Tag, moved: list[int], both: list[int]) -> None:
    """Rename the other tag back in values loaded since the merge; index articles again that had only that tag."""
    own_slugs, other_slugs = {*plan.own_slugs, *tag.other_slugs()}, {into.slug, *into.other_slugs()}
    from_loads = Tagging.everything.filter(tag=tag).exclude(origin=Tagging.Origin.STAFF)
    parts = [(batch, ids is moved) for ids in (moved, both) for batch in chunks(ids, TEXTS_AT_ONCE)]
    for batch, is_moved in parts:
        dropped = other_slugs if is_moved else set[str]()
        by_load = set(from_loads.filter(article_id__in=batch).values_list("article_id", flat=True))
        changed = []
        for article in Article.objects.filter(pk__in=batch).only("as_loaded"):
            loaded = set(article.as_loaded.get("tags") or [])
            if other_slugs & loaded and not own_slugs & loaded and (is_moved or article.pk in by_load):
                article.as_loaded["tags"] = sorted({*loaded - dropped, tag.slug})
                changed.append(article)
        Article.objects.bulk_update(changed, ["as_loaded"])
        entries = SearchEntry.objects.filter(article__in=batch).values_list("article_id", "tags")
        tags = {pk: set(map(int, numbers.split())) for pk, numbers in entries}
        renewed = [pk for pk, ids in tags.items() if tag.pk not in ids or (is_moved and into.pk in ids)]
        index.renew(renewed, open_changes().words)
