"""Merges a changed original with staff edits. Values missing from the original stay: absent does not mean empty."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any

from articles.catalogue import filing
from articles.catalogue.conflicts import open_conflicts
from articles.catalogue.loaded import (
    FIELDS,
    PHOTO_FIELDS,
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
from articles.loading.photo_merge import PhotoMerge, Places, Settling
from articles.models import Article, Photo, Tagging
from articles.models.withdrawal import IS_WITHHELD, WithdrawnBy
from articles.text.keys import digest_of
from articles.text.markdown import blocks_of

Values = dict[str, Any]
Changes = dict[str, list[Any]]  # old and new, by field


@dataclass(slots=True)
class Update:
    """A reading, and an article into which it is merged at once. Old and new values by field, as readers see them
    (``changes``) and in the source (``news``).
    """

    article: Article
    reading: Reading
    story: Story
    names: Names
    now: datetime
    take_source: bool = False

    settling: Settling = field(init=False)
    photos: PhotoMerge = field(init=False)
    tags: dict[int, str] = field(init=False)  # origins by id
    changes: Changes = field(init=False)
    news: Changes = field(init=False)
    _photos_before: dict[int, Values] = field(init=False)

    @property
    def conflicts(self) -> list[str]:
        """Conflicts new with this original, by their names in reports."""
        clashes = self.settling.clashes
        return [clash.name for clash in clashes if clash.name in self.news or clash.field == "photo"]

    def has_changed(self, photo: Photo) -> bool:
        return self._photos_before.get(photo.pk) != _columns(photo)

    def __post_init__(self) -> None:
        article = self.article
        self.settling = Settling(open_conflicts(article), self.take_source)
        self._photos_before = {photo.pk: _columns(photo) for photo in article.photos.all()}
        before = self._seen(article.photos.all(), [tagging.tag_id for tagging in article.taggings.all()])
        body_before = loaded_body(article)
        old_blocks, own_before = blocks_of(body_before), own_blocks(article)
        loaded = self._merge_fields()
        article.external_id = external_id_of(self.reading, self.story) or article.external_id
        article.published_printed = self.story.published_printed or article.published_printed
        article.updated_printed = self.story.updated_printed or article.updated_printed
        self._follow_source()
        filing.derive(article)
        theirs = list(self.story.blocks) if self.story.body else old_blocks
        self.photos = self._merge_photos(Places(old_blocks, own_before, theirs, own_blocks(article)))
        article.photo_count = len(self.photos.rows)
        article.photo_file_count = sum(bool(photo.file) for photo in self.photos.rows)
        loaded["photos"] = self.photos.loaded
        self.tags, loaded["tags"] = self._merge_tags()
        self.changes = _changes(before, self._seen(self.photos.rows, self.tags), self.names, {})
        self.news = self._news(loaded, body_before)
        article.as_loaded = loaded
        article.body_as_loaded = "" if has_loaded_body(article) else self.story.body or body_before

    def _merge_fields(self) -> Values:
        """Merge each field; return the source's values, the base of the next merge."""
        article, loaded = self.article, dict(self.article.as_loaded)
        loaded.pop(IS_WITHHELD, None)
        stated = rows.values_of(self.story, source_id=self.names.source_id(self.story.source))
        for column in (*FIELDS, "source_id", "body"):
            name = "source" if column == "source_id" else column
            ours = getattr(article, column)
            before = self._loaded(name, ours)
            if column in stated:
                setattr(article, column, self.settling.settle(name, before, ours, stated[column]))
            theirs = stated.get(column, before)
            if name == "source":
                loaded[name] = self.names.slug(self.story.source) if self.story.source else loaded.get(name)
            else:
                loaded[name] = digest_of(theirs.encode()) if name == "body" else theirs
        return loaded

    def _loaded(self, name: str, ours: Any) -> Any:
        """A field as last loaded; if never loaded, it counts as unedited."""
        if name == "body":
            return loaded_body(self.article)
        if name not in self.article.as_loaded:
            return ours
        return loaded_source(self.article, self.names.sources) if name == "source" else self.article.as_loaded[name]

    def _follow_source(self) -> None:
        """Withdraw or reinstate with the source, unless staff withdrew it. A merged article only records it."""
        article, reason = self.article, self.story.withdrawn
        is_merged = article.merged_into_id is not None
        if article.withdrawn_by == WithdrawnBy.VANISHED:  # its file is back
            article.reinstate()
        if (article.withdrawn_at is None or is_merged) and reason:
            article.withdraw(article.withdrawn_at or self.now, WithdrawnBy.SOURCE, reason)
        elif not reason and article.is_withdrawn_by_source:
            article.stop_absence()

    def _merge_photos(self, places: Places) -> PhotoMerge:
        # Copies, so that a trial merge leaves the rows unchanged.
        present = [copy(photo) for photo in sorted(self.article.photos.all(), key=lambda photo: photo.number)]
        theirs = rows.photo_rows(self.story)
        keys = {row.key for row in present}
        for photo in theirs:
            photo.article = self.article
            photo.take_key(keys)  # used if it is new
        return PhotoMerge(loaded_photos(self.article), present, theirs, self.reading.held, places, self.settling)

    def _merge_tags(self) -> tuple[dict[int, str], list[str]]:
        """Origins of the merged tags by id, and slugs to store as loaded, also of tags removed by staff, to stay so."""
        theirs = self.names.origins(self.story)
        ours = {tagging.tag_id: tagging.origin for tagging in self.article.taggings.all()}
        loaded = loaded_tags(self.article, self.names.tags, self.names.former_tags)
        removed = set() if self.take_source else loaded - ours.keys()
        # Tags of an origin about which the original says nothing stay, and those of staff.
        from_source = self.story.tags or "tags" in self.story.evidence
        stated: dict[str, object] = {Tagging.Origin.VOCABULARY: self.story.body, Tagging.Origin.SOURCE: from_source}
        remaining = {tag_id: origin for tag_id, origin in ours.items() if not stated.get(origin)}
        live = {tag_id: origin for tag_id, origin in theirs.items() if tag_id not in removed} | remaining
        return live, self.names.own_slugs(theirs.keys() | removed | (remaining.keys() & loaded))

    def _seen(self, photos: Iterable[Photo], tag_ids: Iterable[int]) -> Values:
        article = self.article
        return {
            **{name: getattr(article, name) for name in FIELDS},
            "body": article.body,
            "source": article.source_id,
            "tags": sorted(tag_ids),
            "withdrawn": article.withdrawal,
            "photos": [photo_values(photo) for photo in sorted(photos, key=lambda photo: photo.number)],
        }

    def _news(self, now: Values, body_before: str) -> Changes:
        story, names, source_before = self.story, self.names, loaded_source(self.article, self.names.sources)
        tag_ids = names.former_tags | names.tags
        before, after = (
            {
                **{name: loaded.get(name) for name in FIELDS},
                "tags": sorted({tag_ids[slug] for slug in loaded.get("tags") or [] if slug in tag_ids}),
            }
            for loaded in (self.article.as_loaded, now)
        )
        old, new = loaded_photos(self.article), now["photos"]
        before |= {"body": body_before, "source": source_before, "photos": old}
        after |= {"body": story.body or body_before, "photos": new}
        after["source"] = names.source_id(story.source) if story.source else source_before
        numbers = {photo.loaded_number: photo.number for photo in self.photos.rows if photo.loaded_number}
        return _changes(before, after, names, numbers if len(old) == len(new) else {})


def _columns(photo: Photo) -> Values:
    return {field.attname: getattr(photo, field.attname) for field in photo._meta.concrete_fields}


def _changes(before: Values, after: Values, names: Names, numbers: Mapping[int, int]) -> Changes:
    """Differing values: ``{"headline": [old, new], "photo:3": [None, {…}]}``. ``numbers``: of photos, by place."""
    changes = {name: [old, after[name]] for name, old in before.items() if name != "photos" and old != after[name]}
    if "tags" in changes:
        changes["tags"] = [names.tag_names(ids) for ids in changes["tags"]]
    if "source" in changes:
        changes["source"] = [names.source_name(pk) for pk in changes["source"]]
    for place, (old, new) in enumerate(zip_longest(before["photos"], after["photos"]), 1):
        number = numbers.get(place, place)
        if old is None or new is None:
            changes[f"photo:{number}"] = [old, new]
            continue
        pairs = {name: [old.get(name, ""), new.get(name, "")] for name in PHOTO_FIELDS}
        pairs["file"] = [old.get("digest", ""), new.get("digest", "")]
        changes |= {f"{name}:{number}": pair for name, pair in pairs.items() if pair[0] != pair[1]}
    return changes
