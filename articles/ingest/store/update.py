"""A changed original of an article that staff have not touched: its values, photos and tags are brought up to date.

What the new original does not say is left alone, so a source that lost a field on its way here empties nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from articles import captioning, filing
from articles.baseline import baseline, current
from articles.ingest.reading import Reading
from articles.ingest.store import rows
from articles.ingest.store.matching import path_of
from articles.ingest.store.names import Names
from articles.ingest.story import Story
from articles.models import Article, Damage, Load, Original, OriginalPath, Photo, Rendition, Tagging

COLUMNS = (
    *rows.TEXT_FIELDS, "authors", "external_id", "url", "source_id", "body", "body_html", "excerpt", "photo_count",
    "archive_date", "slug", "as_loaded", "body_as_loaded", "withdrawn_at", "withdrawn_reason",
)  # fmt: skip


@dataclass(slots=True)
class Update:
    """One article and the reading that changes it."""

    article: Article
    reading: Reading
    story: Story
    names: Names
    now: datetime

    def run(self, load: Load, counts: filing.CountChanges) -> dict[str, list[Any]]:
        """Write the change and return it: each field's old and new value."""
        article = self.article
        filed, path = filing.Filed.of(article), article.get_absolute_url()
        changes, photos = self.plan()
        article.slug = filing.free_slug(article)
        self._save_photos(photos)
        self._save_tags()
        Damage.objects.filter(article=article).delete()
        Damage.objects.bulk_create(rows.damage_rows(article, self.story))
        self._save_original(load)
        taggings = Tagging.objects.filter(article=article)
        taggings.update(archive_date=article.archive_date)
        article.as_loaded = baseline(article, photos, taggings.values_list("tag_id", flat=True))
        article.body_as_loaded = ""
        Article.objects.filter(pk=article.pk).update(**{name: getattr(article, name) for name in COLUMNS})
        counts.move(filed, filing.Filed.of(article))
        filing.keep_addresses([(path, article)])
        return changes

    def plan(self) -> tuple[dict[str, list[Any]], list[Photo]]:
        """Change the article in memory; return what differs, and its photos as they are to be."""
        article, story = self.article, self.story
        before, body_before = current(article), article.body
        rows.fill(article, self.reading, story, source_id=self.names.source_id(story.source))
        self._follow_source()
        photos = self._photos()
        article.photo_count = len(photos)
        after = baseline(article, photos, self._tag_ids())
        return self._changes(before, after, body_before), photos

    def _follow_source(self) -> None:
        """Withdraw what the source takes back, and bring back what it now publishes; what staff withdrew stays so."""
        article, reason = self.article, rows.why_unpublished(self.story)
        if article.withdrawn_at is None and reason.startswith(rows.TAKEN_BACK):
            article.withdrawn_at, article.withdrawn_reason = self.now, reason
        elif not reason and rows.is_said_by_source(article.withdrawn_reason):
            article.withdrawn_at, article.withdrawn_reason = None, ""

    def news(self) -> dict[str, list[Any]]:
        """What the source changed since it was last loaded, for an article that is left as staff have it."""
        article = self.article
        loaded, live = article.as_loaded, current(article)
        body_loaded = article.body_as_loaded or article.body
        rows.fill(article, self.reading, self.story, source_id=self.names.source_id(self.story.source))
        after = baseline(article, self._photos(), self._tag_ids())
        silent = {name: loaded.get(name) for name, value in after.items() if value == live[name]}
        return self._changes(loaded, after | silent, body_loaded)

    def _photos(self) -> list[Photo]:
        """The rows of the new original's photos; a photo that the article has already keeps its row and its file."""
        known = sorted(self.article.photos.all(), key=lambda photo: photo.number)
        if not self.story.photos:
            return known
        photos = rows.photo_rows(self.story)
        for photo, held in zip(photos, self.reading.held, strict=True):
            photo.article = self.article
            if old := _same_photo(photo, known):
                known.remove(old)
                photo.pk, photo._state.adding = old.pk, False
                rows.keep_file(photo, old)
            rows.give_file(photo, held)
        return photos

    def _tag_ids(self) -> set[int]:
        """What the tags will be: the story's, and those that it can not be said to have dropped."""
        wanted = {self.names.tag_id(name) for name in rows.tag_names(self.story)}
        return wanted | {tagging.tag_id for tagging in self.article.taggings.all() if not self._is_dropped(tagging)}

    def _is_dropped(self, tagging: Tagging) -> bool:
        if tagging.origin == Tagging.Origin.VOCABULARY:
            return True
        return tagging.origin == Tagging.Origin.SOURCE and bool(self.story.tags)

    def _save_photos(self, photos: list[Photo]) -> None:
        kept = [photo.pk for photo in photos if photo.pk]
        self.article.photos.exclude(pk__in=kept).delete()
        for photo in photos:
            photo.save_base(raw=True)  # a load writes no revision
        # A file that is not beside the original this time is still held, and so are the sizes made from it.
        held = self.reading.held if self.story.photos else ()
        renewed = [(photo, file) for photo, file in zip(photos, held, strict=False) if file]
        Rendition.objects.filter(photo__in=[photo for photo, _ in renewed]).delete()
        Rendition.objects.bulk_create([row for photo, file in renewed for row in rows.rendition_rows(photo, file)])
        captioning.label_renditions([photo for photo in photos if photo.file])

    def _save_tags(self) -> None:
        article, wanted = self.article, self._tag_ids()
        known = {tagging.tag_id for tagging in article.taggings.all()}
        Tagging.objects.filter(article=article, tag_id__in=known - wanted).delete()
        from_source = {self.names.tag_id(name) for name in self.story.tags}
        Tagging.objects.bulk_create(
            Tagging(article=article, tag_id=tag_id, origin=rows.origin(tag_id in from_source))
            for tag_id in sorted(wanted - known)
        )

    def _save_original(self, load: Load) -> None:
        originals = Original.objects.filter(article=self.article)
        originals.exclude(digest=self.reading.digest).filter(is_current=True).update(is_current=False)
        original = originals.filter(digest=self.reading.digest).first()
        if original is None:
            original = rows.original_row(self.article, self.reading, self.story, load=load)
            original.save()
        elif not original.is_current:
            originals.filter(pk=original.pk).update(is_current=True)
        if path := path_of(self.reading):
            values = {"original": original, "captured_at": self.reading.piece.captured_at}
            OriginalPath.objects.update_or_create(path=path, defaults=values)

    def _changes(self, before: dict[str, Any], after: dict[str, Any], body_before: str) -> dict[str, list[Any]]:
        changes = {name: [before.get(name), after[name]] for name in after if before.get(name) != after[name]}
        if "body" in changes:
            changes["body"] = [body_before, self.article.body]
        if "tags" in changes:
            changes["tags"] = [self.names.tag_names(ids) for ids in changes["tags"]]
        if "source" in changes:
            changes["source"] = [self.names.source_name(pk) for pk in changes["source"]]
        for old, new in [changes.pop("photos")] if "photos" in changes else []:
            changes.update(_photo_changes(old, new))
        return changes


def _same_photo(photo: Photo, known: list[Photo]) -> Photo | None:
    """The row of ``known`` that shows the same picture: by the file that the source names, else by caption or turn.

    A row with another file's name is another picture, whatever its place: its file must not stand under this caption.
    """
    alike = [old for old in known if old.src == photo.src]
    if photo.src:
        return alike[0] if alike else None
    return next((old for old in alike if old.caption == photo.caption), alike[0] if alike else None)


def _photo_changes(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """``{"caption:1": [old, new], "photo:3": [None, {…}]}``."""
    changes: dict[str, list[Any]] = {}
    for index in range(max(len(before), len(after))):
        old = before[index] if index < len(before) else None
        new = after[index] if index < len(after) else None
        if old is None or new is None:
            changes[f"photo:{index + 1}"] = [old, new]
            continue
        for name in {**old, **new}:
            if (before_words := old.get(name, "")) != (after_words := new.get(name, "")):
                changes[f"{name}:{index + 1}"] = [before_words, after_words]
    return changes
