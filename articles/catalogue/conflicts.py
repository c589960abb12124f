"""Conflicts between staff and a source: what waits, and what an edit means for it. ``editorial`` decides them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from articles.catalogue.loaded import photo_values
from articles.catalogue.revisions import Stamp
from articles.models import Article, Conflict, Load, Photo
from articles.text.merge import carried


def live_value(conflict: Conflict) -> Any:
    """The value that readers see now, as a baseline writes it; ``None`` of a photo that is not there."""
    if conflict.field == "photo":
        return photo_values(conflict.photo) if conflict.photo else None
    if conflict.photo:
        return getattr(conflict.photo, conflict.field)
    return getattr(conflict.article, "source_id" if conflict.field == "source" else conflict.field)


def follow_edits(article: Article, stamp: Stamp) -> None:
    """After staff have changed an article: what they made like its source waits no longer, and the rest knows it."""
    for conflict in article.conflicts.open().select_related("photo"):
        conflict.article = article
        live = live_value(conflict)
        if conflict.field == "body" and live != conflict.ours:
            # What staff change elsewhere in the text is not given up with the source's words.
            ours, theirs = str(conflict.ours), str(conflict.theirs)
            conflict.theirs = carried(ours, live, theirs)
        if live == conflict.theirs:
            close(conflict, Conflict.Decision.THEIRS, stamp)
        elif live != conflict.ours:
            conflict.ours = live
            conflict.save(update_fields=["ours", "theirs"])


def close(conflict: Conflict, decision: str, stamp: Stamp) -> None:
    conflict.decision, conflict.reason = decision, stamp.reason
    conflict.decided_at, conflict.decided_by = stamp.moment, stamp.user
    conflict.save(update_fields=["theirs", "decision", "reason", "decided_at", "decided_by"])


Key = tuple[int | None, str]  # the photo's id, ``None`` for the article's own fields, and the field


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both sides changed: ``loaded`` to ``ours`` and to ``theirs``.

    ``photo`` is ``None`` where there is no row: of the article's own fields, and of a photo that staff removed.
    """

    field: str
    loaded: Any
    ours: Any
    theirs: Any
    photo: Photo | None = None
    number: int = 0  # of a photo as loaded, where there is no row to ask

    @property
    def name(self) -> str:
        number = self.photo.number if self.photo else self.number
        return f"{self.field}:{number}" if number else self.field

    @property
    def key(self) -> Key:
        return (self.photo.pk if self.photo else None, self.field)


def open_conflicts(article: Article) -> dict[Key, Conflict]:
    """The conflicts of an article that nobody has decided; of removed photos none, which have no row to be known by."""
    if not article.pk:
        return {}
    waiting: list[Conflict] | None = getattr(article, "waiting", None)  # where they were asked for with the article
    rows = article.conflicts.open() if waiting is None else waiting
    return {(one.photo_id, one.field): one for one in rows if one.photo_id or one.field != "photo"}


def save_clashes(
    article: Article,
    clashes: Iterable[Clash],
    settled: Collection[Key],
    known: Mapping[Key, Conflict],
    load: Load | None,
) -> None:
    """Write what is to be decided; what the two sides have settled by themselves meanwhile is closed."""
    now = timezone.now()
    for clash in clashes:
        conflict = known.get(clash.key) or _same(article, clash)
        if conflict is None:
            conflict = Conflict(article=article, photo=clash.photo, field=clash.field, found_at=now)
        elif (conflict.loaded, conflict.ours, conflict.theirs) == (clash.loaded, clash.ours, clash.theirs):
            continue
        conflict.loaded, conflict.ours, conflict.theirs, conflict.load = clash.loaded, clash.ours, clash.theirs, load
        conflict.save()
    if closed := [known[key].pk for key in settled if key in known]:
        Conflict.objects.filter(pk__in=closed).update(decision=Conflict.Decision.AGREED, decided_at=now)


def _same(article: Article, clash: Clash) -> Conflict | None:
    """The open conflict about the same removed photo: what its source said last time is what this starts from."""
    if clash.field != "photo" or clash.photo is not None:
        return None
    waiting = article.conflicts.open().filter(field="photo", photo=None)
    return next((one for one in waiting if clash.loaded in (one.loaded, one.theirs)), None)
