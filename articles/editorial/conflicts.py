"""Decides conflicts between staff and a source. Never overwrites changes that the editor has not seen."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from articles import photos
from articles.catalogue import photo_files
from articles.catalogue.conflicts import close, live_value
from articles.catalogue.ledger import Stamp, lock_articles, removed_photos
from articles.catalogue.loaded import PHOTO_FIELDS, PHOTO_MARKS, loaded_body, loaded_photos, own_blocks
from articles.editorial.actions import NotDone
from articles.editorial.edit import editing, keep_places, write_photo
from articles.models import Article, Conflict, Photo, Source
from articles.text.keys import digest_of
from articles.text.markdown import blocks_of
from articles.text.merge import moved

Decision = Conflict.Decision
OPEN, OURS, THEIRS, WRITTEN = Decision.OPEN, Decision.OURS, Decision.THEIRS, Decision.WRITTEN


def seen_mark(ours: Any, theirs: Any) -> str:
    return digest_of(json.dumps([ours, theirs], sort_keys=True).encode())


def decide(conflict: Conflict, decision: str, value: Any, stamp: Stamp, *, seen: str | None = None) -> bool:
    """Decide an open conflict (``OURS``, ``THEIRS``, or ``WRITTEN`` with ``value``) as one change.

    ``seen``: the ``seen_mark`` of the values the editor saw, by default those stored. Raises ``NotDone``.
    Returns ``False`` if the photo's files could not be written.
    """
    if decision == OURS:
        with transaction.atomic():
            lock_articles([conflict.article_id])
            close(_checked(conflict, seen), OURS, stamp)
        return True
    with editing(conflict.article_id, stamp) as changes:
        now = _checked(conflict, seen)
        now.article = changes.articles[conflict.article_id]
        _put(now, now.theirs if decision == THEIRS else value)
        keep_places(changes.before[conflict.article_id], now.article)
        close(now, THEIRS if decision == THEIRS or value == now.theirs else WRITTEN, stamp)
    return changes.labels_are_written


def _checked(conflict: Conflict, seen: str | None) -> Conflict:
    now = Conflict.objects.select_related("article", "photo", "decided_by").filter(pk=conflict.pk).first()
    if now is None:
        raise NotDone(gettext("The photo or its article has since been removed; nothing to decide."))
    if now.decision != OPEN:
        if now.decided_by is None:
            raise NotDone(gettext("A load has since settled this."))
        values = {"who": now.decided_by.get_username(), "decision": now.get_decision_display()}
        raise NotDone(gettext("%(who)s has already decided this: “%(decision)s”.") % values)
    if seen_mark(live_value(now), now.theirs) != (seen or seen_mark(now.ours, now.theirs)):
        raise NotDone(gettext("This has since been changed, so nothing was decided. Check the current version."))
    return now


def _put(conflict: Conflict, value: Any) -> None:
    article, photo, name = conflict.article, conflict.photo, conflict.field
    if name == "photo" and photo:
        conflict.photo = None
        conflict.save(update_fields=["photo"])  # the decision outlives the photo
        photo_files.remove_photos([photo.pk])
    elif name == "photo":
        _restore_photo(article, value)
    elif photo and name == "digest":
        photo.digest = value
        file = _stored_file(photo)
        if file is None:
            raise NotDone(gettext("The source’s file is not on this machine. Load it again."))
        photo_files.attach_file(photo, file)  # its former file stays on disk, for the history
        photo.save()
        photo_files.replace_renditions([(photo, file)])
    elif photo:
        write_photo(photo, {name: value})
    elif name == "source":
        if value and not Source.objects.filter(pk=value).exists():
            raise NotDone(gettext("This source no longer exists. Choose another."))
        article.source_id = value
    else:
        taken = Article.objects.filter(url=value).exclude(pk=article.pk).first() if name == "url" and value else None
        if taken:
            raise NotDone(gettext("Another article already has this address: “%(article)s”.") % {"article": taken})
        setattr(article, name, value)


def _restore_photo(article: Article, values: Mapping[str, Any]) -> None:
    names = (*PHOTO_FIELDS, *PHOTO_MARKS)
    photo = Photo(article=article, **{name: values[name] for name in names if name in values})
    photo.position = moved(photo.position, blocks_of(loaded_body(article)), own_blocks(article))
    _restore_identity(article, photo)
    siblings = list(Photo.everything.filter(article=article).order_by("number"))
    # Its number in the source; 0 if it is no longer there.
    taken = {row.loaded_number for row in siblings}
    same = [place for place, loaded in enumerate(loaded_photos(article), 1) if loaded == values and place not in taken]
    photo.loaded_number = same[0] if same else 0
    # After the photos that precede it in the source.
    before = [place for place, row in enumerate(siblings, 1) if 0 < row.loaded_number < photo.loaded_number]
    at = max(before, default=0) if photo.loaded_number else len(siblings)
    for number, row in enumerate([*siblings[:at], photo, *siblings[at:]], 1):
        is_moved, row.number = row.number != number, number
        if is_moved and row is not photo:
            row.save()
    file = _stored_file(photo)
    photo.digest = ""  # set again by attach_file
    photo_files.attach_file(photo, file)
    photo.follow_words()
    photo.save()
    if file:
        photo_files.replace_renditions([(photo, file)], are_new=True)


def _restore_identity(article: Article, photo: Photo) -> None:
    """Set the key (and so the address), the printed credit and the withdrawal of the photo that was removed."""
    taken = set(Photo.everything.filter(article=article).values_list("key", flat=True))
    former = [row for row, _ in removed_photos([article.pk]) if row["src"] == photo.src]
    photo.credit_raw = next((row["credit_raw"] for row in former if row["credit_line"] == photo.credit_line), "")
    same = [row for row in former if photo.src or row["caption"] == photo.caption]
    # Without a file name and with a new caption it may be any of them, also one that was withdrawn.
    if withdrawn := next((row for row in same[:1] or former if row["withdrawn_at"]), None):
        photo.withdrawn_at, photo.withdrawn_reason = withdrawn["withdrawn_at"], withdrawn["withdrawn_reason"]
    photo.key = next((str(row["key"]) for row in same if row["key"] not in taken), "")
    if not photo.key:
        photo.take_key(taken)


def _stored_file(photo: Photo) -> photos.HeldPhoto | None:
    folder = photo_files.media() / "originals" / photo.digest[:2]
    try:
        with suppress(photos.BadPhoto, FileNotFoundError):  # the photo returns with its caption only
            for path in folder.glob(f"{photo.digest}.*") if photo.digest else ():
                return photo_files.hold(path.read_bytes(), photo)
    except OSError as error:
        words = gettext("The photo’s file cannot be read or written now (%(why)s), so nothing was decided.")
        raise NotDone(words % {"why": error.strerror}) from error
    return None
