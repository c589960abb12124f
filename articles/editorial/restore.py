"""A former version brought back: as a new revision like any other, so that nothing of the history is rewritten."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field

from articles.catalogue import photo_labels
from articles.catalogue.former import has_other, sources_now, tags_now
from articles.catalogue.loaded import own_blocks
from articles.catalogue.revisions import Stamp
from articles.editorial.edit import Edit
from articles.editorial.history import State, tag_names
from articles.models import Article, Photo, fields
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
        article = self.state.article
        edit = Edit.begin(article.pk, stamp)
        for photo in self.state.photos:
            photo.follow_words()
        Photo.objects.bulk_update(self.state.photos, [*PHOTO_FIELDS, "from_file", "differs_from_file", "credited"])
        edit.changes.set_tags({article.pk: self.state.tags})
        is_there = edit.finish(article, correction=correction)
        warnings = [] if edit.changes.labels_are_written else [photo_labels.NOT_WRITTEN]
        if not is_there:
            warnings.append(f"Another article has the address of that version, so this one’s is “{article.slug}”.")
        return warnings


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
    if source := article.source_id:
        article.source_id = sources_now([source]).get(source)
        if article.source_id is None:
            article.source_id = now.source_id
            left.append("Its source is no more.")
    if article.url and has_other(article, "url", article.url):
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
    now = tags_now(then.tags)
    names = tag_names(then.tags.keys() - now.keys())
    left += [f"The tag “{names.get(pk, pk)}” is no more." for pk in then.tags if pk not in now]
    return {now[pk]: origin for pk, origin in then.tags.items() if pk in now}
