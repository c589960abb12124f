"""A former version brought back: as a new revision like any other, so that nothing of the history is rewritten."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field

from articles.catalogue import photo_labels
from articles.catalogue.loaded import own_blocks
from articles.catalogue.revisions import Stamp
from articles.editorial.edit import Edit
from articles.editorial.history import State, tag_names
from articles.models import Article, FormerTag, Photo, Source, SourceAlias, Tag, Tagging, fields
from articles.text.markdown import blocks_of
from articles.text.merge import moved

# What an editor could have written. A withdrawal is no part of it, and neither are the files of photos.
FIELDS = fields.names(fields.ARTICLE, fields.Use.RESTORED)
PHOTO_FIELDS = fields.names(fields.PHOTO, fields.Use.RESTORED)


@dataclass(slots=True)
class Restored:
    """What an article will be. ``left``: what of the version can not be brought back, in words."""

    state: State
    left: list[str] = field(default_factory=list)

    def save(self, stamp: Stamp, *, correction: str = "") -> list[str]:
        """Make it so, in the caller's transaction; return what an editor should be told."""
        edit = Edit.begin(self.state.article.pk, stamp)
        self._save_photos(stamp)
        self._save_tags(stamp)
        is_there = edit.finish(self.state.article, correction=correction)
        warnings = [] if edit.changes.labels_are_written else [photo_labels.NOT_WRITTEN]
        if not is_there:
            slug = self.state.article.slug
            warnings.append(f"Another article has the address of that version, so this one’s is “{slug}”.")
        return warnings

    def _save_photos(self, stamp: Stamp) -> None:
        now = {photo.pk: photo for photo in Photo.objects.filter(article=self.state.article)}
        for wanted in self.state.photos:
            photo = now[wanted.pk]
            if all(getattr(photo, name) == getattr(wanted, name) for name in PHOTO_FIELDS):
                continue
            for name in PHOTO_FIELDS:
                setattr(photo, name, getattr(wanted, name))
            photo.follow_words()
            stamp.put_on(photo)
            photo.save()

    def _save_tags(self, stamp: Stamp) -> None:
        now = {tagging.tag_id: tagging for tagging in Tagging.objects.filter(article=self.state.article)}
        for tag_id in sorted(now.keys() - self.state.tags.keys()):
            stamp.put_on(now[tag_id])
            now[tag_id].delete()
        for tag_id in sorted(self.state.tags.keys() - now.keys()):
            tagging = Tagging(article=self.state.article, tag_id=tag_id, origin=self.state.tags[tag_id])
            stamp.put_on(tagging)
            tagging.save()


def restored(present: State, then: State) -> Restored:
    """What an article will be if a version is brought back. Reads what the version refers to, and writes nothing."""
    article = copy(present.article)
    plan = Restored(State(article, [], {}))
    for name in FIELDS:
        setattr(article, name, getattr(then.article, name))
    _mind_what_is_taken(article, present.article, plan.left)
    plan.state = State(article, _photos(present, then, plan.left), _tags(then, plan.left))
    return plan


def _mind_what_is_taken(article: Article, now: Article, left: list[str]) -> None:
    merged_into = SourceAlias.objects.filter(former_id=article.source_id).values_list("source_id", flat=True).first()
    article.source_id = merged_into or article.source_id
    if article.source_id and not Source.objects.filter(pk=article.source_id).exists():
        article.source_id = now.source_id
        left.append("Its source is no more.")
    if article.url and Article.objects.filter(url=article.url).exclude(pk=article.pk).exists():
        article.url = now.url
        left.append("Its canonical address is another article’s now.")


def _photos(present: State, then: State, left: list[str]) -> list[Photo]:
    """The photos that are there, with the words and places of the version; others keep beside their paragraphs."""
    former = {photo.pk: photo for photo in then.photos}
    before, after = own_blocks(present.article), blocks_of(then.article.body)
    photos = []
    for now in present.photos:
        photo = copy(now)
        if then_photo := former.pop(now.pk, None):
            for name in PHOTO_FIELDS:
                setattr(photo, name, getattr(then_photo, name))
        else:
            photo.position = moved(now.position, before, after)
        photos.append(photo)
    left += [f"Photo {photo.number} is no longer part of the article: “{photo}”." for photo in former.values()]
    return photos


def _tags(then: State, left: list[str]) -> Mapping[int, str]:
    """The tags of the version, those that were merged since under the tag that they were merged into."""
    former = dict(FormerTag.objects.filter(former_id__in=then.tags).values_list("former_id", "tag_id"))
    wanted = {former.get(pk, pk): origin for pk, origin in then.tags.items()}
    there = set(Tag.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    names = tag_names(wanted.keys() - there)
    left += [f"The tag “{names.get(pk, pk)}” is no more." for pk in wanted if pk not in there]
    return {pk: origin for pk, origin in wanted.items() if pk in there}
