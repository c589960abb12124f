"""Tags and sources by the names that stories give them: found by slug or alias, made when new."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.urls import reverse

from articles.ingest.tagging import VocabularyTag
from articles.models import Gone, Load, Source, SourceAlias, Tag, TagAddress, TagAlias, TagMerge
from articles.text.keys import digest_of, name_slug

NAME_LENGTH = 200


class Names:
    """The archive's tags and sources, in memory while a load lasts: at a hundred thousand tags about 20 MB."""

    def __init__(self, *, is_empty: bool = False) -> None:
        self._slugs: dict[str, str] = {}
        self.pretended: dict[int, str] = {}
        self.tags: dict[str, int] = {}
        self.former_tags: dict[str, int] = {}  # by names that staff took from them: for what was loaded before that
        self._own_slugs: dict[int, str] = {}
        self._undone_merges = 0
        self.sources: dict[str, int] = {}
        if not is_empty:
            self.reload()

    def reload(self) -> None:
        """Read them again: another load, or staff, may have added or removed some.

        A name that staff gave leads to its row as well as the slug, which keeps the name it was made from.
        """
        self._own_slugs = {}
        self._undone_merges = _undone_merges()
        self.tags = _by_slug(Tag) | dict(TagAlias.objects.values_list("slug", "tag_id"))
        self.tags.update(Tag.objects.values_list("slug", "id"))
        self.former_tags = dict(TagAddress.objects.values_list("slug", "tag_id"))
        self.sources = dict(SourceAlias.objects.values_list("slug", "source_id")) | _by_slug(Source)

    def follow_undone_merges(self) -> None:
        """Forget names of merged tags that are back: an undone merge returns them during a load."""
        if _undone_merges() != self._undone_merges:
            self.reload()

    def slug(self, name: str) -> str:
        if (slug := self._slugs.get(name)) is None:
            slug = self._slugs[name] = name_slug(name)
        return slug

    def tag_id(self, name: str) -> int:
        return self.tags[self.slug(name)]

    def own_slug(self, tag_id: int) -> str:
        """The slug of a tag itself, whichever of its names led to it."""
        if (pretended := self.pretended.get(tag_id)) is not None:
            return self.slug(pretended)  # there may be no table to ask
        if tag_id not in self._own_slugs:
            self._own_slugs = dict(Tag.objects.values_list("id", "slug"))
        return self._own_slugs[tag_id]

    def source_id(self, name: str | None) -> int | None:
        return None if name is None else self.sources[self.slug(name)]

    def pretend(self, tags: Iterable[str], sources: Iterable[str]) -> None:
        """In a dry run, know new names by negative ids that are never written."""
        for known, names in ((self.tags, tags), (self.sources, sources)):
            for name in names:
                if self.slug(name) not in known:
                    self.pretended[fake := -1 - len(self.pretended)] = name
                    known[self.slug(name)] = fake

    def tag_names(self, ids: Iterable[int]) -> list[str]:
        """The names of tags, sorted; a query."""
        names = dict(Tag.objects.filter(id__in=[pk for pk in ids if pk > 0]).values_list("id", "name"))
        return sorted(self.pretended.get(pk) or names.get(pk, "") for pk in ids)

    def source_name(self, pk: int | None) -> str | None:
        """The name of a source; a query."""
        if pk is None:
            return None
        return self.pretended.get(pk) or Source.objects.values_list("name", flat=True).get(pk=pk)

    def make(
        self,
        tags: Iterable[str],
        sources: Iterable[str],
        vocabulary: Mapping[str, VocabularyTag],
        load: Callable[[], Load],
    ) -> None:
        """Make the tags and sources that are new, within the caller's transaction; ``load`` is made if need be.

        A new tag takes its description and aliases from the vocabulary. Later they are the staff's: what they
        changed or removed does not come back.
        """
        new_tags = {self.slug(name): name for name in tags if self.slug(name) not in self.tags}
        if new_tags:
            self._make_tags(new_tags, vocabulary, load())
        new_sources = {self.slug(name): name for name in sources if self.slug(name) not in self.sources}
        if new_sources:
            Source.objects.bulk_create(
                [Source(name=_fitted(name), slug=slug, load=load()) for slug, name in new_sources.items()],
                ignore_conflicts=True,
            )
            self.sources.update(Source.objects.filter(slug__in=new_sources).values_list("slug", "id"))
            Gone.objects.filter(path__in=[reverse("source", args=[slug]) for slug in new_sources]).delete()

    def _make_tags(self, new: Mapping[str, str], vocabulary: Mapping[str, VocabularyTag], load: Load) -> None:
        entries = {slug: vocabulary.get(name, VocabularyTag(name)) for slug, name in new.items()}
        Tag.objects.bulk_create(
            [
                Tag(name=_fitted(entry.name), slug=slug, description=entry.description, load=load)
                for slug, entry in entries.items()
            ],
            ignore_conflicts=True,
        )
        self.tags.update(Tag.objects.filter(slug__in=new).values_list("slug", "id"))
        aliases = {
            self.slug(alias): TagAlias(tag_id=self.tags[slug], name=_fitted(alias), slug=self.slug(alias))
            for slug, entry in entries.items()
            for alias in entry.aliases
            if self.slug(alias) not in self.tags
        }
        TagAlias.objects.bulk_create(aliases.values(), ignore_conflicts=True)
        Gone.objects.filter(path__in=[reverse("tag", args=[slug]) for slug in {*new, *aliases}]).delete()
        self.tags.update({slug: alias.tag_id for slug, alias in aliases.items()})


def _undone_merges() -> int:
    return TagMerge.objects.exclude(undone_at=None).count()


def _by_slug(model: type[Tag] | type[Source]) -> dict[str, int]:
    rows = list(model._default_manager.values_list("name", "slug", "id"))
    return {name_slug(name): pk for name, _, pk in rows} | {slug: pk for _, slug, pk in rows}


def _fitted(name: str) -> str:
    """A name as long as its column; a longer one is told apart by its digest."""
    return name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 12]}… {digest_of(name.encode())[:10]}"
