"""Undoes merges of tags.

What was there before comes back from ``TagMerge`` and from the revisions that the merge wrote. What staff or loads have
changed since stays as they have it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery, Value

from articles.catalogue.filing import CountChanges, Filed
from articles.catalogue.revisions import Stamp, keep_many, keep_state, sign_many
from articles.editorial.actions import NotDone, chunks
from articles.editorial.actions.merge_tags import REASON_LENGTH
from articles.editorial.actions.recording import insert_selected, keep_all, not_recorded, sign_all
from articles.editorial.history import tag_names
from articles.models import Article, FormerTag, Load, SearchEntry, Tag, TagAddress, TagAlias, Tagging, TagMerge
from articles.search import index
from articles.text.keys import name_slug


@dataclass(frozen=True)
class Unmerging:
    """The effect of undoing a merge. Reading it writes nothing."""

    merge: TagMerge

    # --- Whether it can be undone. ------------------------------------------------------------------------------------

    @cached_property
    def into(self) -> Tag | None:
        return Tag.objects.filter(pk=self.merge.into_id).first()

    @cached_property
    def into_name(self) -> str:
        return self.into.name if self.into else tag_names([self.merge.into_id]).get(self.merge.into_id, "")

    @cached_property
    def fault(self) -> str:
        """Why the merge cannot be undone, and what to do about it; ``""`` if it can."""
        if self.merge.undone_at is not None:
            return "This merge has been undone."
        return self._into_is_gone() or self._name_is_taken() or self._later_merge()

    def _into_is_gone(self) -> str:
        if self.into is not None:
            return ""
        later = TagMerge.objects.filter(former_id=self.merge.into_id, undone_at=None).first()
        if later is None:
            return f"“{self.into_name}” is no longer in the archive."
        names = tag_names([later.into_id])
        return f"“{self.into_name}” was merged into “{names.get(later.into_id, '')}” later. Undo that merge first."

    def _name_is_taken(self) -> str:
        name, slugs = self.merge.name, self.own_slugs
        if tag := Tag.objects.filter(Q(slug__in=slugs) | Q(name=name)).first():
            return f"The tag “{tag}” now has this name or address. Rename it first."
        alias = TagAlias.objects.filter(slug__in=slugs).exclude(tag=self.merge.into_id).select_related("tag").first()
        return f"“{alias}” is now another name of “{alias.tag}”. Remove it there first." if alias else ""

    def _later_merge(self) -> str:
        """A later merge into the same tag, if it shares articles with this one: its taggings cannot be told apart."""
        articles = self._moved_revisions().values("article_id")
        for later in TagMerge.objects.filter(into_id=self.merge.into_id, pk__gt=self.merge.pk, undone_at=None).order_by(
            "-pk"
        ):
            if _revisions(later, "-").filter(article_id__in=articles).exists():
                words = f"“{later}” was merged into “{self.into_name}” later and shares articles with it"
                return f"{words}. Undo that merge first."
        return ""

    # --- Articles. ----------------------------------------------------------------------------------------------------

    def _moved_revisions(self) -> QuerySet[Any, Any]:
        """Revisions of taggings that the merge moved, without those of which it changed the origin alone."""
        both = _revisions(self.merge, "-").values("article_id")
        return _revisions(self.merge, "~").exclude(article_id__in=both)

    def moved(self) -> QuerySet[Tagging, Tagging]:
        """Taggings that go back to the former tag: where nobody has taken the other from the article since."""
        return Tagging.objects.filter(tag=self.merge.into_id, pk__in=self._moved_revisions().values("id"))

    def both(self) -> QuerySet[Tagging, Tagging]:
        """Taggings with the other tag, of articles that had the former as well."""
        articles = _revisions(self.merge, "-").values("article_id")
        return Tagging.objects.filter(tag=self.merge.into_id, article_id__in=articles, pk__lte=self.merge.last_tagging)

    def articles_then(self) -> int:
        """The number of articles that the former tag had when it was merged."""
        return self._moved_revisions().count() + _revisions(self.merge, "-").count()

    def added_since(self) -> QuerySet[Tagging, Tagging]:
        return Tagging.objects.filter(tag=self.merge.into_id, pk__gt=self.merge.last_tagging)

    def strengthened(self) -> dict[str, list[int]]:
        """Taggings with the other tag that took the former's origin over, by the origin that they had."""
        revisions = _revisions(self.merge, "~").filter(article_id__in=_revisions(self.merge, "-").values("article_id"))
        found = dict(revisions.values_list("id", "origin"))
        history: Any = Tagging.history.model
        before: dict[str, list[int]] = {}
        for some in chunks(list(found)):
            live = dict(Tagging.objects.filter(tag=self.merge.into_id, pk__in=some).values_list("pk", "origin"))
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
        """Its other names that the other tag still has."""
        slugs = [slug for _, slug in self.merge.former["aliases"]]
        return TagAlias.objects.filter(tag=self.merge.into_id, slug__in=slugs)

    def lost_aliases(self) -> list[str]:
        """Its other names that were removed from the other tag since, or given to a third."""
        left = set(self.aliases().values_list("slug", flat=True))
        return sorted(name for name, slug in self.merge.former["aliases"] if slug not in left)

    def addresses(self) -> QuerySet[TagAddress, TagAddress]:
        """Addresses that lead to it again, also those of other names that were removed since."""
        former = self.merge.former
        slugs = {*former["addresses"], *(slug for _, slug in former["aliases"])} - {former["slug"]}
        return TagAddress.objects.filter(tag=self.merge.into_id, slug__in=slugs)

    @property
    def takes_description(self) -> bool:
        """True if the other tag has its description from the former one."""
        former = self.merge.former
        return bool(former["gave_description"] and self.into and self.into.description == former["description"])


def _revisions(merge: TagMerge, kind: str) -> QuerySet[Any, Any]:
    """The revisions of taggings that a merge wrote: removed from the former tag (``-``), or changed (``~``)."""
    history: Any = Tagging.history.model
    tag_id = merge.former_id if kind == "-" else merge.into_id
    found: QuerySet[Any, Any] = history.objects.filter(history_date=merge.moment, history_type=kind, tag_id=tag_id)
    return found


def unmerge(merge: TagMerge, user: Any, reason: str) -> tuple[Tag, int]:
    """Undo a merge of tags; the tag that is back, and how many articles have it. ``NotDone`` says why it cannot be."""
    merge = TagMerge.objects.select_for_update().get(pk=merge.pk)
    Tag.objects.select_for_update().filter(pk=merge.into_id).first()
    plan = Unmerging(merge)
    if plan.fault or plan.into is None:
        raise NotDone(plan.fault)
    stamp = Stamp.now(user, _with_reason(f"Its merge into “{plan.into}” undone", reason))
    work = _Work(plan, plan.into, stamp)
    keep_state([plan.into], stamp, stamp.just_before)
    tag = work.bring_back()
    work.give_articles(tag)
    work.give_names(tag)
    work.finish(tag, reason)
    merge.undone_at, merge.undone_by = stamp.moment, user
    merge.save(update_fields=["undone_at", "undone_by"])
    tag.refresh_from_db(fields=["article_count"])
    return tag, len(work.moved) + len(work.both)


def _with_reason(words: str, reason: str) -> str:
    return (f"{words}: {reason}" if reason else words)[:REASON_LENGTH]


@dataclass(slots=True)
class _Work:
    plan: Unmerging
    into: Tag
    stamp: Stamp
    counts: CountChanges = field(default_factory=CountChanges)
    moved: list[int] = field(default_factory=list)  # articles that have the tag instead of the other
    both: list[int] = field(default_factory=list)  # and those that have it as well
    stale: list[int] = field(default_factory=list)  # articles that the search index has under the other tag alone

    def bring_back(self) -> Tag:
        former = self.plan.merge.former
        self._free_names()
        tag = Tag(pk=self.plan.merge.former_id, **{name: former[name] for name in ("name", "slug", "description")})
        tag.load = Load.objects.filter(pk=former["load_id"]).first()
        self.stamp.put_on(tag)
        tag.save(force_insert=True)
        return tag

    def _free_names(self) -> None:
        """The other tag is no longer called by the names of this one."""
        former = self.plan.merge.former
        made = {*former["made"], former["slug"]}
        TagAlias.objects.filter(tag=self.into, slug__in=made).delete()
        TagAddress.objects.filter(tag=self.into, slug__in=made.difference(former["addresses"])).delete()

    # --- Articles. ----------------------------------------------------------------------------------------------------

    def give_articles(self, tag: Tag) -> None:
        self._weaken()
        moved = self.plan.moved()
        self.moved = list(moved.values_list("article_id", flat=True))
        self.both = list(self.plan.both().values_list("article_id", flat=True))
        for some in chunks(self.moved):
            self._file(some, tag, without=[self.into.pk])
        for some in chunks(self.both):
            self._file(some, tag)
        self._add(tag)
        keep_all(not_recorded(moved), self.stamp)
        sign_all(moved, "~", self.stamp, tag_id=tag.pk)
        moved.update(tag=tag)
        self.counts.save()

    def _file(self, ids: Sequence[int], tag: Tag, without: Collection[int] = ()) -> None:
        for filed in Filed.of_many(ids).values():
            self.counts.move(filed, filed.tagged([tag.pk], without=without))
        self._find_stale(ids, tag, without)

    def _find_stale(self, ids: Sequence[int], tag: Tag, without: Collection[int]) -> None:
        for pk, tags in SearchEntry.objects.filter(article__in=ids).values_list("article_id", "tags"):
            indexed = set(map(int, tags.split()))
            if tag.pk not in indexed or indexed.intersection(without):
                self.stale.append(pk)

    def _add(self, tag: Tag) -> None:
        """Give articles the taggings again that they had, under their ids, so that their histories go on."""
        day = Article.objects.filter(pk=OuterRef("article_id")).values("archive_date")[:1]
        values: dict[str, Any] = {name: F(name) for name in ("id", "article_id", "origin")}
        values |= {"tag_id": Value(tag.pk), "archive_date": Subquery(day)}
        for some in chunks(self.both):
            insert_selected(Tagging, _revisions(self.plan.merge, "-").filter(article_id__in=some), values)
        sign_all(Tagging.objects.filter(tag=tag), "+", self.stamp)

    def _weaken(self) -> None:
        for origin, ids in self.plan.strengthened().items():
            for some in chunks(ids):
                rows = Tagging.objects.filter(pk__in=some)
                keep_many(list(rows), self.stamp)
                rows.update(origin=origin)
                sign_many(list(rows), "~", self.stamp)

    # --- Names. -------------------------------------------------------------------------------------------------------

    def give_names(self, tag: Tag) -> None:
        self.plan.aliases().update(tag=tag)
        self.plan.addresses().update(tag=tag)
        FormerTag.objects.filter(tag=self.into, former_id=tag.pk).delete()
        FormerTag.objects.filter(tag=self.into, former_id__in=self.plan.merge.former["former"]).update(tag=tag)

    def _follow_loaded(self, tag: Tag) -> None:
        """Values that were loaded since the merge call the former tag by the other's name."""
        own = {*self.plan.own_slugs, *self._names(tag)}
        others = {self.into.slug, *self._names(self.into)}
        given = Tagging.objects.filter(tag=tag).exclude(origin=Tagging.Origin.STAFF)
        for articles, left in ((self.moved, others), (self.both, set())):
            for some in chunks(articles):
                changed = {}
                by_load = set(given.filter(article_id__in=some).values_list("article_id", flat=True))
                locked = Article.objects.select_for_update().filter(pk__in=some).order_by("pk")
                for pk, slugs in locked.values_list("pk", "as_loaded__tags"):
                    loaded = set(slugs or [])
                    if others & loaded and not own & loaded and (left or pk in by_load):
                        changed[pk] = sorted({*loaded - left, tag.slug})
                if changed:
                    self._write_loaded(changed)

    @staticmethod
    def _names(tag: Tag) -> list[str]:
        return [one.slug for names in (tag.aliases, tag.former_addresses) for one in names.all()]

    @staticmethod
    def _write_loaded(changed: dict[int, list[str]]) -> None:
        articles = list(Article.objects.filter(pk__in=changed).only("pk", "as_loaded"))
        for article in articles:
            article.as_loaded["tags"] = changed[article.pk]
        Article.objects.bulk_update(articles, ["as_loaded"])

    # --- The end. -----------------------------------------------------------------------------------------------------

    def finish(self, tag: Tag, reason: str) -> None:
        if self.plan.takes_description:
            self.into.description = ""
        self.into.refresh_from_db(fields=["article_count"])
        words = _with_reason(f"Merge of “{tag}” into it undone", reason)
        Stamp(self.stamp.user, words, self.stamp.moment).put_on(self.into)
        self.into.save()
        self._follow_loaded(tag)
        index.renew(self.stale)
