"""Restoring a former version, as a new version."""

from copy import copy

from django.utils.translation import gettext

from articles.catalogue import photo_files
from articles.catalogue.ledger import Stamp
from articles.catalogue.loaded import own_blocks
from articles.catalogue.present_ids import has_other, sources_now, tag_names, tags_now
from articles.editorial.edit import correct, editing, keep_places
from articles.editorial.history import State
from articles.models import Photo, fields
from articles.text.markdown import blocks_of
from articles.text.merge import moved

# Fields that editors write; withdrawals and photo files are not restored.
FIELDS = fields.names(fields.ARTICLE, fields.Use.RESTORED)
PHOTO_FIELDS = fields.names(fields.PHOTO, fields.Use.RESTORED)


def save(state: State, stamp: Stamp, *, correction: str = "") -> list[str]:
    """Save a restored article; return warnings for the editor."""
    article, wanted = state.article, state.article.slug
    with editing(article.pk, stamp) as changes:
        changes.articles[article.pk] = article
        for photo in state.photos:
            photo.follow_words()
        columns = [*PHOTO_FIELDS, "number", "from_file", "differs_from_file", "credited"]
        Photo.objects.bulk_update(state.photos, columns)
        # Withdrawn photos are part of no version.
        keep_places(changes.before[article.pk], article, placed=[photo.pk for photo in state.photos])
        changes.set_tags({article.pk: state.tags})
    if correction:
        correct(article, correction, stamp)
    warnings = [] if changes.labels_are_written else [str(photo_files.NOT_WRITTEN)]
    if article.slug != wanted:
        words = gettext("Another article has that version’s slug; this one got “%(slug)s”.")
        warnings.append(words % {"slug": article.slug})
    return warnings


def restored(present: State, then: State) -> tuple[State, list[str]]:
    """The article as it would be with a version restored, and messages on parts that stay as they are."""
    article, left = copy(present.article), list[str]()
    for name in FIELDS:
        setattr(article, name, getattr(then.article, name))
    if source := article.source_id:
        article.source_id = sources_now([source]).get(source)
        if article.source_id is None:
            article.source_id = present.article.source_id
            left.append(gettext("Its source no longer exists."))
    if article.url and has_other(article, "url", article.url):
        article.url = present.article.url
        left.append(gettext("Another article now has its web address."))
    photos = _photos(present, then, left)
    now = tags_now(then.tags)  # merged ones are replaced by their winners
    names = tag_names(then.tags.keys() - now.keys())
    words = gettext("The tag “%(name)s” no longer exists.")
    left += [words % {"name": names.get(pk, pk)} for pk in then.tags if pk not in now]
    tags = {now[pk]: origin for pk, origin in then.tags.items() if pk in now}
    return State(article, photos, tags), left


def _photos(present: State, then: State, left: list[str]) -> list[Photo]:
    """Present photos with the texts, positions and order of the version; others stay next to their paragraphs."""
    former = {photo.pk: photo for photo in then.photos}
    before, after = own_blocks(present.article), blocks_of(then.article.body)
    photos = []
    for now in present.photos:
        photo = copy(now)
        if then_photo := former.pop(now.pk, None):
            for name in PHOTO_FIELDS:
                setattr(photo, name, getattr(then_photo, name))
            if then_photo.digest != now.digest:
                words = gettext("The file of photo %(number)s is not restored: “%(photo)s” keeps its present one.")
                left.append(words % {"number": photo.number, "photo": photo})
        else:
            photo.position = moved(now.position, before, after)
            words = gettext("Photo %(number)s was added after this version, and stays: “%(photo)s”.")
            left.append(words % {"number": photo.number, "photo": photo})
        photos.append(photo)
    words = gettext("Photo %(number)s is no longer part of the article: “%(photo)s”.")
    left += [words % {"number": photo.number, "photo": photo} for photo in former.values()]
    order = {photo.pk: photo.number for photo in then.photos}
    ordered = [photo for photo in photos if photo.pk in order]
    numbers = sorted(photo.number for photo in ordered)
    for number, photo in zip(numbers, sorted(ordered, key=lambda photo: order[photo.pk]), strict=True):
        photo.number = number
    return photos
