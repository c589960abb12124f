"""Writes what is changed in a batch: many articles with a few statements, their states before and after recorded.

Each statement is written once for the whole batch: asking the ORM for one article at a time takes ten times as long.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from articles.catalogue import photo_files, photo_labels, revisions
from articles.catalogue.changing import changing
from articles.catalogue.conflicts import save_clashes
from articles.loading import journal, rows
from articles.loading.matching import place_of
from articles.loading.update import Update
from articles.models import Damage, Load, Original, OriginalPath, Photo, Rendition, Tagging
from articles.models.bulk import insert, insert_values, remove_rows, update_values

PHOTO_COLUMNS = tuple(field.attname for field in Photo._meta.concrete_fields if not field.primary_key)


def write_updates(updates: Sequence[Update], load: Load) -> int:
    """Write merged articles, with what the history and ``undo_load`` need to know; within the caller's transaction.

    Returns how many near-duplicates were found.
    """
    ids = [update.article.pk for update in updates]
    stamp = revisions.Stamp.of_load(load)
    with journal.kept(load, {*ids, *_former_owners(updates)}), changing(ids, stamp) as changes:
        changes.articles = {update.article.pk: update.article for update in updates}
        _save_photos(updates)
        _save_tags(updates)
        _save_damage(updates)
        _save_originals(updates, load)
        for update in updates:
            if update.merged.clashes or update.conflicts:
                settled = update.conflicts if update.take_source else update.merged.settled
                save_clashes(update.article, update.merged.clashes, settled, update.conflicts, load)
    return changes.near_duplicates


def _former_owners(updates: Iterable[Update]) -> Iterable[int]:
    """The articles that these files were of until now, where they are others."""
    places = [place for update in updates if (place := place_of(update.reading))]
    return OriginalPath.objects.filter(path__in=places).values_list("original__article_id", flat=True)


def _save_photos(updates: Iterable[Update]) -> None:
    merged = [(update, update.merged.photos) for update in updates]
    removed = [row.pk for _, photos in merged for row in photos.removed]
    photo_labels.forget_renditions(Rendition.objects.filter(photo__in=removed))
    remove_rows(Photo.objects.filter(pk__in=removed))
    new = [row for _, photos in merged for row in photos.rows if row.pk is None]
    known = [row for update, photos in merged for row in photos.rows if row.pk and update.has_changed(row)]
    update_values(Photo, PHOTO_COLUMNS, known)
    Photo.objects.bulk_create(new)
    # A file that is not beside the original this time is still held, and so are the sizes made from it.
    renewed = [one for _, photos in merged for one in photos.renewed]
    former = Rendition.objects.filter(photo__in=[row.pk for row, _ in renewed])
    photo_labels.forget_renditions(former)
    former.delete()
    insert([made for row, file in renewed for made in photo_files.rendition_rows(row, file)])
    # Sizes are made with the source's words in them; what is live may be the staff's.
    labelled = {row.pk: row for row in (*known, *new, *(row for row, _ in renewed)) if row.file}
    photo_labels.label_renditions(list(labelled.values()))


def _save_tags(updates: Iterable[Update]) -> None:
    gone: list[int] = []
    come: list[tuple[Any, ...]] = []
    for update in updates:
        known = {tagging.tag_id: tagging.pk for tagging in update.article.taggings.all()}
        wanted = update.merged.tag_ids
        gone += [pk for tag_id, pk in known.items() if tag_id not in wanted]
        article, origins = update.article, update.names.origins(update.story)
        come += [
            (article.pk, article.archive_date, tag_id, origins[tag_id]) for tag_id in sorted(wanted - known.keys())
        ]
    remove_rows(Tagging.objects.filter(pk__in=gone))
    insert_values(Tagging, ("article_id", "archive_date", "tag_id", "origin"), come)


def _save_damage(updates: Sequence[Update]) -> None:
    """Damage that was there before stays reviewed if it was."""
    damage = Damage.objects.filter(article__in=[update.article for update in updates])
    reviewed: defaultdict[int, dict[tuple[str, str, str], Damage]] = defaultdict(dict)
    for one in damage.exclude(reviewed_at=None):
        reviewed[one.article_id][one.code, one.field, one.text] = one
    found = [row for update in updates for row in rows.damage_rows(update.article, update.story)]
    for one in found:
        if before := reviewed[one.article_id].get((one.code, one.field, one.text)):
            one.reviewed_at, one.reviewed_by_id = before.reviewed_at, before.reviewed_by_id
    remove_rows(damage)
    insert(found)


def _save_originals(updates: Sequence[Update], load: Load) -> None:
    """The new bytes are what the articles show from now on; those that were there before stay."""
    digests = [update.reading.digest for update in updates]
    of_these = Original.objects.filter(article__in=[update.article.pk for update in updates])
    of_these.filter(is_current=True).exclude(digest__in=digests).update(is_current=False)
    known = set(Original.objects.filter(digest__in=digests).values_list("digest", flat=True))
    insert(
        [
            rows.original_row(update.article, update.reading, update.story, load=load)
            for update in updates
            if update.reading.digest not in known
        ]
    )
    Original.objects.filter(digest__in=known, is_current=False).update(is_current=True)
    _save_paths(updates)


def _save_paths(updates: Sequence[Update]) -> None:
    placed = [(place, update.reading) for update in updates if (place := place_of(update.reading))]
    ids = dict(Original.objects.filter(digest__in=[one.digest for _, one in placed]).values_list("digest", "id"))
    OriginalPath.objects.bulk_create(
        [
            OriginalPath(path=place, original_id=ids[reading.digest], captured_at=reading.piece.captured_at)
            for place, reading in placed
        ],
        update_conflicts=True,
        unique_fields=["path"],
        update_fields=["original", "captured_at"],
    )
