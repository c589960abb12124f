"""Tags and sources by the names in stories: found by slug or alias, or created."""

from collections.abc import Callable, Container, Iterable, Mapping
from functools import cache

from django.db import IntegrityError
from django.urls import reverse

from articles.catalogue import addresses
from articles.catalogue.bylines import NAME_LENGTH, insert_tags
from articles.catalogue.ledger import Stamp, save_tag
from articles.ingest.story import Story
from articles.ingest.tagging import VocabularyTag
from articles.models import Change, Load, Source, SourceAlias, Tag, TagAddress, TagAlias, TagChange, Tagging, TagMerge
from articles.models.tag import tag_path
from articles.text.keys import digest_of, name_slug


class Names:
    """All tags and sources, in memory during a load: about 20 MB for 100,000 tags."""

    def __init__(self, *, is_empty: bool = False) -> None:
        self.slug = cache(name_slug)
        self.tags: dict[str, int] = {}
        self.former_tags: dict[str, int] = {}  # by names that staff have removed
        self.sources: dict[str, int] = {}
        self._own_slugs: dict[int, str] = {}
        self._pretended: dict[int, str] = {}
        self._undone_merges = 0
        self._kinds: dict[int, str] = {}  # as last stated by this load
        if not is_empty:
            self.reload()

    def reload(self) -> None:
        """Read them from the database, by slug and by name: a slug may be from an older name."""
        self._undone_merges, self._kinds = _undone_merges(), {}
        tags = list(Tag.objects.values_list("name", "slug", "id"))
        self._own_slugs.update((pk, slug) for _, slug, pk in tags)
        aliases = TagAlias.objects.values_list("slug", "tag_id")
        self.tags = {**_by_name(tags), **dict(aliases), **{slug: pk for _, slug, pk in tags}}
        self.former_tags = dict(TagAddress.objects.values_list("slug", "tag_id"))
        sources = list(Source.objects.values_list("name", "slug", "id"))
        former = SourceAlias.objects.values_list("slug", "source_id")
        self.sources = {**dict(former), **_by_name(sources), **{slug: pk for _, slug, pk in sources}}

    def follow_undone_merges(self) -> None:
        """Reload if a merge of tags was undone during the load."""
        if _undone_merges() != self._undone_merges:
            self.reload()

    def origins(self, story: Story) -> dict[int, str]:
        """Origins by id of a story's tags, the source's own first."""
        origins: dict[int, str] = {}
        for name in story.tags:
            origins[self.tags[self.slug(name)]] = Tagging.Origin.SOURCE
        for name in story.vocabulary_tags:
            origins.setdefault(self.tags[self.slug(name)], Tagging.Origin.VOCABULARY)
        return origins

    def own_slugs(self, tag_ids: Iterable[int]) -> list[str]:
        ids = set(tag_ids)
        if unknown := ids.difference(self._own_slugs):
            self._own_slugs |= dict(Tag.objects.filter(pk__in=unknown).values_list("id", "slug"))
        return sorted(self._own_slugs[pk] for pk in ids)

    def source_id(self, name: str | None) -> int | None:
        return None if name is None else self.sources[self.slug(name)]

    def pretend(self, tags: Iterable[str], sources: Iterable[str]) -> None:
        """In a dry run: give new names negative ids, which are never written."""
        for ids, names in ((self.tags, tags), (self.sources, sources)):
            for name in names:
                if (slug := self.slug(name)) not in ids:
                    fake = ids[slug] = -1 - len(self._pretended)
                    self._pretended[fake], self._own_slugs[fake] = name, slug

    def tag_names(self, ids: Iterable[int]) -> list[str]:
        """The names of tags, sorted; one query."""
        names = self._pretended | dict(Tag.objects.filter(id__in=list(ids)).values_list("id", "name"))
        return sorted(names.get(pk, "") for pk in ids)

    def source_name(self, pk: int | None) -> str | None:
        if pk is None:
            return None
        return self._pretended.get(pk) or Source.objects.values_list("name", flat=True).get(pk=pk)

    def make(
        self, tags: list[str], sources: list[str], vocabulary: Mapping[str, VocabularyTag], load: Callable[[], Load]
    ) -> None:
        """Create new tags and sources, in the caller's transaction. ``load`` is called only if there are any. New tags
        have description and aliases from the vocabulary. Raises ``IntegrityError`` if staff have taken a name
        meanwhile.
        """
        if unknown := {slug for name in tags if (slug := self.slug(name)) not in self.tags}:  # maybe named by staff
            self.tags |= dict(TagAlias.objects.filter(slug__in=unknown).values_list("slug", "tag_id"))
        if new_tags := {slug: name for name in tags if (slug := self.slug(name)) not in self.tags}:
            entries = {slug: vocabulary.get(name, VocabularyTag(name)) for slug, name in new_tags.items()}
            self._make_tags(entries, load())
        if new_sources := {slug: name for name in sources if (slug := self.slug(name)) not in self.sources}:
            rows = [Source(name=fitted(name), slug=slug, load=load()) for slug, name in sorted(new_sources.items())]
            Source.objects.bulk_create(rows, ignore_conflicts=True)
            self.sources.update(Source.objects.filter(slug__in=new_sources).values_list("slug", "id"))
            _check(new_sources, self.sources)
            addresses.revive(reverse("source", args=[slug]) for slug in new_sources)

    def set_kinds(self, kinds: Mapping[str, str], of_vocabulary: Container[str], stamp: Callable[[], Stamp]) -> None:
        """Set the kinds of tags by name: those of the vocabulary, others if a tag has none. What staff chose stays."""
        stated = {pk: (name, kind) for name, kind in kinds.items() if (pk := self.tags.get(self.slug(name)))}
        new = {pk: (name, kind) for pk, (name, kind) in stated.items() if self._kinds.get(pk) != kind}
        if not new:
            return
        self._kinds |= {pk: kind for pk, (_, kind) in new.items()}
        edits = TagChange.objects.filter(tag_id__in=new).exclude(change__kind=Change.Kind.LOAD)
        sides = edits.values_list("tag_id", "before__kind", "after__kind")
        chosen = {pk for pk, before, after in sides if (before or "") != (after or "")}
        for tag in Tag.objects.filter(pk__in=new.keys() - chosen).order_by("pk").select_for_update(no_key=True):
            name, kind = new[tag.pk]
            if tag.kind != kind and (not tag.kind or name in of_vocabulary):
                tag.kind = kind
                save_tag(tag, stamp())

    def _make_tags(self, new: Mapping[str, VocabularyTag], load: Load) -> None:
        insert_tags({slug: (fitted(one.name), one.kind, one.description) for slug, one in new.items()}, load)
        ids = dict(Tag.objects.filter(slug__in=new).values_list("slug", "id"))
        self.tags |= ids
        _check(new, self.tags)
        self._own_slugs.update((pk, slug) for slug, pk in ids.items())
        aliases = {
            slug: TagAlias(tag_id=ids[own], name=fitted(alias), slug=slug)
            for own, entry in new.items()
            for alias in entry.aliases
            if (slug := self.slug(alias)) not in self.tags
        }
        TagAlias.objects.bulk_create([aliases[slug] for slug in sorted(aliases)], ignore_conflicts=True)
        self.tags |= dict(TagAlias.objects.filter(slug__in=aliases).values_list("slug", "tag_id"))
        addresses.revive(map(tag_path, (*new, *aliases)))


def _check(slugs: Iterable[str], ids: Mapping[str, int]) -> None:
    """Raises ``IntegrityError`` if one of these names was taken during the load; after ``reload`` it is known."""
    if taken := [slug for slug in slugs if slug not in ids]:
        raise IntegrityError(f"these names were taken during the load: {', '.join(taken)}")


def _undone_merges() -> int:
    return TagMerge.objects.exclude(undone_at=None).count()


def _by_name(rows: Iterable[tuple[str, str, int]]) -> dict[str, int]:
    return {name_slug(name): pk for name, _, pk in rows}


def fitted(name: str) -> str:
    """The name, cut and with a digest if it is too long for its column."""
    return name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 12]}… {digest_of(name.encode())[:10]}"
