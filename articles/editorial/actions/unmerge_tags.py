"""Undoes merges of tags, from ``TagMerge`` and the revisions written by the merge. Later changes stay."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.utils.translation import gettext

from articles.catalogue.moving import change_all, recounting
from articles.catalogue.revisions import REASON_LENGTH, Stamp, record_before, sign_all
from articles.editorial.actions import NotDone, chunks
from articles.editorial.history import tag_names
from articles.models import Article, FormerTag, Load, SearchEntry, Tag, TagAddress, TagAlias, Tagging, TagMerge
from articles.models.bulk import insert_selected
from articles.search import index
from articles.text.keys import name_slug


@dataclass(frozen=True)
class Unmerging:
    """The effect of undoing a merge. Reading it writes nothing."""

    merge: TagMerge

    # --- Obstacles. ---------------------------------------------------------------------------------------------------

    @cached_property
    def into(self) -> Tag | None:
        return Tag.objects.filter(pk=self.merge.into_id).first()

    @cached_property
    def into_name(self) -> str:
        return self.into.name if self.into else tag_names([self.merge.into_id]).get(self.merge.into_id, "")

    @cached_property
    def fault(self) -> str:
        """Why the merge cannot be undone, and the remedy; ``""`` if it can."""
        if self.merge.undone_at is not None:
            return gettext("This merge has been undone.")
        return self._into_is_gone() or self._name_is_taken() or self._later_merge()

    def _into_is_gone(self) -> str:
        if self.into is not None:
            return ""
        later = TagMerge.objects.filter(former_id=self.merge.into_id, undone_at=None).first()
        if later is None:
            return gettext("“%(name)s” is no longer in the archive.") % {"name": self.into_name}
        names = tag_names([later.into_id])
        words = gettext("“%(name)s” was merged into “%(into)s” later. Undo that merge first.")
        return words % {"name": self.into_name, "into": names.get(later.into_id, "")}

    def _name_is_taken(self) -> str:
        name, slugs = self.merge.name, self.own_slugs
        if tag := Tag.objects.filter(Q(slug__in=slugs) | Q(name=name)).first():
            return gettext("The tag “%(name)s” now has this name or address. Rename it first.") % {"name": tag}
        alias = TagAlias.objects.filter(slug__in=slugs).exclude(tag=self.merge.into_id).select_related("tag").first()
        if alias is None:
            return ""
        words = gettext("“%(alias)s” is now another name of “%(name)s”. Remove it there first.")
        return words % {"alias": alias, "name": alias.tag}

    def _later_merge(self) -> str:
        """A later merge into the same tag must be undone first if it shares articles with this one."""
        articles = self._moved_revisions().values("article_id")
        for later in TagMerge.objects.filter(into_id=self.merge.into_id, pk__gt=self.merge.pk, undone_at=None).order_by(
            "-pk"
        ):
            if _revisions(later, "-").filter(article_id__in=articles).exists():
                words = gettext(
                    "“%(name)s” was merged into “%(into)s” later and shares articles with it. Undo that merge first."
                )
                return words % {"name": later, "into": self.into_name}
        return ""

    # --- Articles. ----------------------------------------------------------------------------------------------------

    def _moved_revisions(self) -> QuerySet[Any, Any]:
        """Revisions of moved taggings, except where only the origin changed."""
        both = _revisions(self.merge, "-").values("article_id")
        return _revisions(self.merge, "~").exclude(article_id__in=both)

    def moved(self) -> QuerySet[Tagging, Tagging]:
        """Taggings to return to the former tag, without those removed since."""
        return Tagging.objects.filter(tag=self.merge.into_id, pk__in=self._moved_revisions().values("id"))

    def both(self) -> QuerySet[Tagging, Tagging]:
        articles = _revisions(self.merge, "-").values("article_id")
        return Tagging.objects.filter(tag=self.merge.into_id, article_id__in=articles, pk__lte=self.merge.last_tagging)

    def articles_then(self) -> int:
        return self._moved_revisions().count() + _revisions(self.merge, "-").count()

    def added_since(self) -> QuerySet[Tagging, Tagging]:
        return Tagging.objects.filter(tag=self.merge.into_id, pk__gt=self.merge.last_tagging)

    def strengthened(self) -> dict[str, list[int]]:
        """Ids of taggings whose origin the merge changed, by their earlier origin."""
        revisions = _revisions(self.merge, "~").filter(article_id__in=_revisions(self.merge, "-").values("article_id"))
        found = dict(revisions.values_list("id", "origin"))
        history: Any = Tagging.history.model
        before: dict[str, list[int]] = {}
        for batch in chunks(list(found)):
            live = dict(Tagging.objects.filter(tag=self.merge.into_id, pk__in=batch).values_list("pk", "origin"))
            earlier = history.objects.filter(id__in=live, history_date__lt=self.merge.moment)
            last = earlier.values("id").annotate(last=Max("history_id")).values_list("last", flat=True)
            for pk, origin in history.objects.filter(history_id__in=last).values_list("id", "origin"):
                if live[pk] == found[pk]:
                    before.setdefault(origin, []).append(pk)
        return before

    # --- Names. -------------------------------------------------------------------------------------------------------

    @property
    def own_slugs(self) -> set[str]:
        return {self.merge.former["slug"], name_slug(self.merge.name)}

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
    def takes_description(self) -> bool:
        former = self.merge.former
        return bool(former["gave_description"] and self.into and self.into.description == former["description"])


def _revisions(merge: TagMerge, kind: str) -> QuerySet[Any, Any]:
    """Revisions written by a merge: taggings removed from the former tag (``-``) or changed (``~``)."""
    history: Any = Tagging.history.model
    tag_id = merge.former_id if kind == "-" else merge.into_id
    found: QuerySet[Any, Any] = history.objects.filter(history_date=merge.moment, history_type=kind, tag_id=tag_id)
    return found


def unmerge(merge: TagMerge, user: Any, reason: str) -> tuple[Tag, int]:
    """Undo a merge; return the tag and its number of articles. Raises ``NotDone``."""
    merge = TagMerge.objects.select_for_update().get(pk=merge.pk)
    Tag.objects.select_for_update().filter(pk=merge.into_id).first()
    plan = Unmerging(merge)
    if plan.fault or plan.into is None:
        raise NotDone(plan.fault)
    stamp = Stamp.now(user, _with_reason(gettext("Its merge into “%(name)s” undone") % {"name": plan.into}, reason))
    record_before([plan.into], stamp)
    tag = _restore_tag(merge, plan.into, stamp)
    moved, both = _restore_taggings(plan, tag, stamp)
    plan.aliases().update(tag=tag)
    plan.addresses().update(tag=tag)
    FormerTag.objects.filter(tag=plan.into, former_id=tag.pk).delete()
    FormerTag.objects.filter(tag=plan.into, former_id__in=merge.former["former"]).update(tag=tag)
    words = _with_reason(gettext("Merge of “%(name)s” into it undone") % {"name": tag}, reason)
    _finish(plan, tag, moved, both, Stamp(user, words, stamp.moment))
    merge.undone_at, merge.undone_by = stamp.moment, user
    merge.save(update_fields=["undone_at", "undone_by"])
    tag.refresh_from_db(fields=["article_count"])
    return tag, len(moved) + len(both)


def _with_reason(words: str, reason: str) -> str:
    return (f"{words}: {reason}" if reason else words)[:REASON_LENGTH]


def _restore_tag(merge: TagMerge, into: Tag, stamp: Stamp) -> Tag:
    former = merge.former
    made = {*former["made"], former["slug"]}
    TagAlias.objects.filter(tag=into, slug__in=made).delete()
    TagAddress.objects.filter(tag=into, slug__in=made.difference(former["addresses"])).delete()
    tag = Tag(pk=merge.former_id, **{name: former[name] for name in ("name", "slug", "description")})
    tag.load = Load.objects.filter(pk=former["load_id"]).first()
    stamp.put_on(tag)
    tag.save(force_insert=True)
    return tag


def _restore_taggings(plan: Unmerging, tag: Tag, stamp: Stamp) -> tuple[list[int], list[int]]:
    """Restore taggings; return the ids of articles moved to this tag, and of those with both."""
    for origin, ids in plan.strengthened().items():
        for batch in chunks(ids):
            change_all(Tagging.objects.filter(pk__in=batch), stamp, origin=origin)
    rows = plan.moved()
    moved = list(rows.values_list("article_id", flat=True))
    both = list(plan.both().values_list("article_id", flat=True))
    with recounting([*moved, *both]):
        # With their former ids, so that their histories continue.
        day = Article.objects.filter(pk=OuterRef("article_id")).values("archive_date")[:1]
        values: dict[str, Any] = {name: F(name) for name in ("id", "article_id", "origin")}
        values |= {"tag_id": Value(tag.pk), "archive_date": Subquery(day)}
        for batch in chunks(both):
            insert_selected(Tagging, _revisions(plan.merge, "-").filter(article_id__in=batch), values)
        sign_all(Tagging.objects.filter(tag=tag), "+", stamp)
        change_all(rows, stamp, tag_id=tag.pk)
    return moved, both


def _finish(plan: Unmerging, tag: Tag, moved: list[int], both: list[int], stamp: Stamp) -> None:
    into: Any = plan.into
    if plan.takes_description:
        into.description = ""
    into.refresh_from_db(fields=["article_count"])
    stamp.put_on(into)
    into.save()
    _follow_loaded(plan, into, tag, moved, both)
    # Articles indexed for search under the other tag only.
    for ids, without in ((moved, {into.pk}), (both, set())):
        for batch in chunks(ids):
            entries = SearchEntry.objects.filter(article__in=batch).values_list("article_id", "tags")
            tags = {pk: set(map(int, numbers.split())) for pk, numbers in entries}
            index.renew([pk for pk, numbers in tags.items() if tag.pk not in numbers or numbers & without])


def _follow_loaded(plan: Unmerging, into: Tag, tag: Tag, moved: list[int], both: list[int]) -> None:
    """In values loaded since the merge, rename the other tag back to the former one."""
    own_slugs, other_slugs = {*plan.own_slugs, *_other_slugs(tag)}, {into.slug, *_other_slugs(into)}
    from_loads = Tagging.objects.filter(tag=tag).exclude(origin=Tagging.Origin.STAFF)
    for ids, dropped in ((moved, other_slugs), (both, set())):
        for batch in chunks(ids):
            by_load = set(from_loads.filter(article_id__in=batch).values_list("article_id", flat=True))
            changed = []
            for article in Article.objects.select_for_update().filter(pk__in=batch).order_by("pk").only("as_loaded"):
                loaded = set(article.as_loaded.get("tags") or [])
                if other_slugs & loaded and not own_slugs & loaded and (dropped or article.pk in by_load):
                    article.as_loaded["tags"] = sorted({*loaded - dropped, tag.slug})
                    changed.append(article)
            Article.objects.bulk_update(changed, ["as_loaded"])


def _other_slugs(tag: Tag) -> list[str]:
    return [name.slug for names in (tag.aliases, tag.former_addresses) for name in names.all()]
