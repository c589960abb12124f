"""A changed original of a known article: its values, photos and tags are merged with what staff have made of them.

What the new original does not say is left alone, so a source that lost a field on its way here empties nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from articles.catalogue import filing
from articles.catalogue.conflicts import Clash, Key, open_conflicts
from articles.catalogue.loaded import (
    FIELDS,
    PHOTO_FIELDS,
    RARE_PHOTO_FIELDS,
    has_loaded_body,
    loaded_body,
    loaded_photos,
    loaded_source,
    loaded_tags,
    own_blocks,
    photo_values,
)
from articles.ingest.pool import Reading
from articles.ingest.story import Story
from articles.loading import rows
from articles.loading.matching import external_id_of
from articles.loading.names import Names
from articles.loading.photo_merge import MergedPhotos, PhotoMerge, Places, unchanged
from articles.models import Article, Conflict, Photo, Tagging
from articles.models.withdrawal import WithdrawnBy
from articles.text.keys import digest_of
from articles.text.markdown import blocks_of
from articles.text.merge import settle, settle_text, sides_of


@dataclass(slots=True)
class Merged:
    """What a merge makes of an article. ``changes``: of what readers see, old and new, by field. ``news``: of what the
    source says, before and now. ``clashes`` wait for a decision, ``settled`` no longer do."""

    photos: MergedPhotos
    tags: dict[int, str]  # with their origins
    changes: dict[str, list[Any]] = field(default_factory=dict)
    news: dict[str, list[Any]] = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)
    settled: list[Key] = field(default_factory=list)

    @property
    def conflicts(self) -> list[str]:
        """What this original has brought up, by the names that reports use."""
        return [clash.name for clash in self.clashes if clash.name in self.news or clash.field == "photo"]


@dataclass(slots=True)
class Update:
    """One article and the reading that changes it. The article is changed in memory by ``merge``, once."""

    article: Article
    reading: Reading
    story: Story
    names: Names
    now: datetime
    take_source: bool = False

    merged: Merged = field(init=False)
    conflicts: dict[Key, Conflict] = field(init=False, default_factory=dict)  # those that were open before
    _photos_before: dict[int, dict[str, Any]] = field(init=False, default_factory=dict)

    def has_changed(self, photo: Photo) -> bool:
        """Whether a row that was there before is another now."""
        return self._photos_before.get(photo.pk) != _columns(photo)

    def merge(self) -> Merged:
        """Change the article in memory, and say what that makes of it; ``writing`` writes it."""
        article = self.article
        self.conflicts = conflicts = open_conflicts(article)
        self._photos_before = {photo.pk: _columns(photo) for photo in article.photos.all()}
        before, body_before = _Seen.of(article), loaded_body(article)
        old_blocks, own_before = blocks_of(body_before), own_blocks(article)
        merged = Merged(MergedPhotos(), {})
        loaded = self._merge_fields(conflicts, merged)
        article.external_id = external_id_of(self.reading, self.story) or article.external_id
        article.published_printed = self.story.published_printed or article.published_printed
        article.updated_printed = self.story.updated_printed or article.updated_printed
        self._follow_source()
        filing.derive(article)
        theirs = list(self.story.blocks) if self.story.body else old_blocks
        merged.photos = self._merge_photos(Places(old_blocks, own_before, theirs, own_blocks(article)), conflicts)
        article.photo_count = len(merged.photos.rows)
        article.photo_file_count = sum(bool(photo.file) for photo in merged.photos.rows)
        loaded["photos"] = merged.photos.loaded
        merged.tags, loaded["tags"] = self._merge_tags()
        merged.clashes += merged.photos.clashes
        merged.settled += merged.photos.settled
        merged.changes = before.changes_to(_Seen(article, merged.photos.rows, merged.tags), self.names)
        merged.news = self._news(loaded, body_before, merged)
        article.as_loaded = loaded
        article.body_as_loaded = "" if has_loaded_body(article) else self.story.body or body_before
        self.merged = merged
        return merged

    # --- The article's own fields ------------------------------------------------------------------------------------

    def _merge_fields(self, conflicts: Mapping[Key, Conflict], merged: Merged) -> dict[str, Any]:
        """Settle each field; return the values that the source gives, as the next merge starts from them."""
        article, loaded = self.article, dict(self.article.as_loaded)
        said = rows.said(self.story, source_id=self.names.source_id(self.story.source))
        for column in (*FIELDS, "source_id", "body"):
            name = "source" if column == "source_id" else column
            ours = getattr(article, column)
            before = self._loaded(name, ours)
            if column in said:
                setattr(article, column, self._settled(name, before, ours, said[column], conflicts, merged))
            theirs = said.get(column, before)
            if name == "source":
                loaded[name] = self.names.slug(self.story.source) if self.story.source else loaded.get(name)
            else:
                loaded[name] = digest_of(theirs.encode()) if name == "body" else theirs
        return loaded

    def _loaded(self, name: str, ours: Any) -> Any:
        """A field as last loaded; what no load has told of counts as nobody's edit."""
        if name == "body":
            return loaded_body(self.article)
        if name not in self.article.as_loaded:
            return ours
        return loaded_source(self.article, self.names.sources) if name == "source" else self.article.as_loaded[name]

    def _settled(
        self, name: str, loaded: Any, ours: Any, theirs: Any, conflicts: Mapping[Key, Conflict], merged: Merged
    ) -> Any:
        if self.take_source:
            return theirs
        if conflict := conflicts.get((None, name)):
            loaded = conflict.loaded  # until it is decided, that is what both sides began with
        settled = (settle_text if name == "body" else settle)(loaded, ours, theirs)
        if settled.is_conflict:
            begun, offered = sides_of(loaded, ours, theirs) if name == "body" else (loaded, theirs)
            merged.clashes.append(Clash(name, begun, settled.value, offered))
        else:
            merged.settled.append((None, name))
        return settled.value

    def _follow_source(self) -> None:
        """Withdraw what the source takes back, and bring back what it now publishes; what staff withdrew stays so.

        Of an article that staff have merged into another this is only noted, for when they are separated.
        """
        article, (by, reason) = self.article, rows.unpublished_by(self.story)
        is_merged = article.merged_into_id is not None
        if article.withdrawn_by == WithdrawnBy.VANISHED:  # it is there again
            article.reinstate()
        if (article.withdrawn_at is None or is_merged) and by == WithdrawnBy.SOURCE:
            article.withdraw(article.withdrawn_at or self.now, by, reason)
        elif not by and article.is_withdrawn_by_source:
            if is_merged and article.withdrawn_at:
                article.withdraw(article.withdrawn_at, WithdrawnBy.MERGED)
            else:
                article.reinstate()

    # --- Photos ------------------------------------------------------------------------------------------------------

    def _merge_photos(self, places: Places, conflicts: Mapping[Key, Conflict]) -> MergedPhotos:
        # Copies: whoever asks what a merge would do finds the rows as they were.
        known = [copy(photo) for photo in sorted(self.article.photos.all(), key=lambda photo: photo.number)]
        loaded = loaded_photos(self.article)
        if not self.story.photos:
            return unchanged(known, self.article.as_loaded.get("photos", []), places)
        theirs = rows.photo_rows(self.story)
        keys = {row.key for row in known}
        for photo in theirs:
            photo.article = self.article
            photo.take_key(keys)  # for those that turn out to be new
            keys.add(photo.key)
        merge = PhotoMerge(loaded, known, theirs, self.reading.held, places, conflicts, take_source=self.take_source)
        return merge.run()

    # --- Tags --------------------------------------------------------------------------------------------------------

    def _merge_tags(self) -> tuple[dict[int, str], list[str]]:
        """What the tags will be, and what the source says: its own, and those that it can not be said to have dropped.

        A tag that staff removed stays among the latter for good, and so stays removed, whoever would add it again.
        """
        theirs = self.names.origins(self.story)
        ours = {tagging.tag_id: tagging for tagging in self.article.taggings.all()}
        loaded = loaded_tags(self.article, self.names.tags, self.names.former_tags)
        removed = set() if self.take_source else loaded - ours.keys()
        kept = {tag_id: tagging.origin for tag_id, tagging in ours.items() if not self._is_dropped(tagging)}
        live = {tag_id: origin for tag_id, origin in theirs.items() if tag_id not in removed} | kept
        return live, self.names.own_slugs(theirs.keys() | removed | (kept.keys() & loaded))

    def _is_dropped(self, tagging: Tagging) -> bool:
        """Whether a source that does not name this tag has dropped it."""
        if tagging.origin == Tagging.Origin.VOCABULARY:
            return bool(self.story.body)
        return tagging.origin == Tagging.Origin.SOURCE and bool(self.story.tags)

    # --- What is told ------------------------------------------------------------------------------------------------

    def _news(self, now: Mapping[str, Any], body_before: str, merged: Merged) -> dict[str, list[Any]]:
        """What the source says otherwise than when it was last loaded."""
        article, before = self.article, self.article.as_loaded
        names = [name for name in (*FIELDS, "source", "body", "tags") if before.get(name) != now[name]]
        news = {name: [before.get(name), now[name]] for name in names}
        if "body" in news:
            news["body"] = [body_before, self.story.body]
        if "source" in news:
            news["source"] = [loaded_source(article, self.names.sources), self.names.source_id(self.story.source)]
        if "tags" in news:
            known = {**self.names.former_tags, **self.names.tags}
            news["tags"] = [sorted({known[slug] for slug in slugs or [] if slug in known}) for slugs in news["tags"]]
        told = _in_words(news, self.names)
        numbers = {photo.loaded_number: photo.number for photo in merged.photos.rows if photo.loaded_number}
        numbers = {place: numbers.get(place, place) for place in range(1, len(now["photos"]) + 1)}
        old = loaded_photos(article)
        if self.story.photos and len(old) == len(now["photos"]):
            new = [{**dict.fromkeys(RARE_PHOTO_FIELDS, ""), **values} for values in now["photos"]]
            for place, (was, is_now) in enumerate(zip(old, new, strict=True), 1):
                told.update(_field_changes(was, is_now, numbers[place]))
        else:
            told.update(_photo_changes(old, now["photos"]))
        return told


def _columns(photo: Photo) -> dict[str, Any]:
    return {field.attname: getattr(photo, field.attname) for field in photo._meta.concrete_fields}


@dataclass(slots=True)
class _Seen:
    """An article as readers see it, remembered to be compared."""

    values: dict[str, Any]
    photos: list[dict[str, Any]]

    def __init__(self, article: Article, photos: Iterable[Any], tag_ids: Iterable[int]) -> None:
        self.values = {name: getattr(article, name) for name in (*FIELDS, "body")}
        self.values |= {"source": article.source_id, "tags": sorted(tag_ids), "withdrawn": article.withdrawal}
        self.photos = [photo_values(photo) for photo in sorted(photos, key=lambda photo: photo.number)]

    @classmethod
    def of(cls, article: Article) -> _Seen:
        return cls(article, article.photos.all(), [tagging.tag_id for tagging in article.taggings.all()])

    def changes_to(self, other: _Seen, names: Names) -> dict[str, list[Any]]:
        """Each field's old and new value: ``{"headline": [old, new], "caption:1": …, "photo:3": [None, {…}]}``."""
        pairs = {name: [value, other.values[name]] for name, value in self.values.items()}
        changes = _in_words({name: pair for name, pair in pairs.items() if pair[0] != pair[1]}, names)
        return changes | _photo_changes(self.photos, other.photos)


def _in_words(changes: dict[str, list[Any]], names: Names) -> dict[str, list[Any]]:
    """Changes with tags and sources by name."""
    if "tags" in changes:
        changes["tags"] = [names.tag_names(ids or []) for ids in changes["tags"]]
    if "source" in changes:
        changes["source"] = [names.source_name(pk) for pk in changes["source"]]
    return changes


def _photo_changes(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """``{"caption:1": [old, new], "photo:3": [None, {…}]}``."""
    changes: dict[str, list[Any]] = {}
    for index in range(max(len(before), len(after))):
        old = before[index] if index < len(before) else None
        new = after[index] if index < len(after) else None
        if old is None or new is None:
            changes[f"photo:{index + 1}"] = [old, new]
        else:
            changes.update(_field_changes(old, new, index + 1))
    return changes


def _field_changes(old: Mapping[str, Any], new: Mapping[str, Any], number: int) -> dict[str, list[Any]]:
    names = (*PHOTO_FIELDS, *RARE_PHOTO_FIELDS)
    pairs = {name: [old.get(name, ""), new.get(name, "")] for name in names}
    return {f"{name}:{number}": pair for name, pair in pairs.items() if pair[0] != pair[1]}
