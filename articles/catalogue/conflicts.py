"""Open conflicts between staff and a source. ``editorial`` decides them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from articles.catalogue.ledger import Stamp
from articles.catalogue.loaded import photo_values
from articles.models import Article, Conflict, Load, Photo
from articles.text.merge import carried

Key = tuple[int | None, str]  # the photo's id, ``None`` for the article's own fields, and the field


def live_value(conflict: Conflict) -> Any:
    """The value that readers see, as in a baseline; ``None`` for a removed photo."""
    if conflict.field == "photo":
        return photo_values(conflict.photo) if conflict.photo else None
    if conflict.photo:
        return getattr(conflict.photo, conflict.field)
    return getattr(conflict.article, "source_id" if conflict.field == "source" else conflict.field)


def follow_edits(article: Article, stamp: Stamp) -> None:
    """Update open conflicts after an edit; close those where staff now agree with the source."""
    for conflict in article.conflicts.open().select_related("photo"):
        conflict.article = article
        live = live_value(conflict)
        if conflict.field == "body" and live != conflict.ours:
            # Repeat staff changes elsewhere in the text in the source version.
            conflict.theirs = carried(str(conflict.ours), live, str(conflict.theirs))
        if live == conflict.theirs:
            close(conflict, Conflict.Decision.THEIRS, stamp)
        elif live != conflict.ours:
            conflict.ours = live
            conflict.save(update_fields=["ours", "theirs"])


def close(conflict: Conflict, decision: str, stamp: Stamp) -> None:
    conflict.decision, conflict.reason = decision, stamp.reason
    conflict.decided_at, conflict.decided_by = stamp.moment, stamp.user
    conflict.save(update_fields=["theirs", "decision", "reason", "decided_at", "decided_by"])


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both sides changed. ``photo``: ``None`` for a field of the article or a photo removed by staff."""

    field: str
    loaded: Any
    ours: Any
    theirs: Any
    photo: Photo | None = None
    number: int = 0  # of a photo without a row

    @property
    def name(self) -> str:
        number = self.photo.number if self.photo else self.number
        return f"{self.field}:{number}" if number else self.field

    @property
    def key(self) -> Key:
        return (self.photo.pk if self.photo else None, self.field)


def open_conflicts(article: Article) -> dict[Key, Conflict]:
    """Open conflicts by key, without those on removed photos."""
    prefetched: list[Conflict] | None = getattr(article, "prefetched_conflicts", None)
    rows = article.conflicts.open() if prefetched is None else prefetched
    return {(row.photo_id, row.field): row for row in rows if row.photo_id or row.field != "photo"}


def save_clashes(
    article: Article,
    clashes: Iterable[Clash],
    settled: Collection[Key],
    open_before: Mapping[Key, Conflict],
    load: Load | None,
) -> None:
    now = timezone.now()
    for clash in clashes:
        conflict = open_before.get(clash.key)
        if conflict is None and clash.field == "photo" and clash.photo is None:
            # The one about this removed photo: one of its source values equals the clash's base.
            rows = article.conflicts.open().filter(field="photo", photo=None)
            conflict = next((row for row in rows if clash.loaded in (row.loaded, row.theirs)), None)
        if conflict is None:
            conflict = Conflict(article=article, photo=clash.photo, field=clash.field, found_at=now)
        elif (conflict.loaded, conflict.ours, conflict.theirs) == (clash.loaded, clash.ours, clash.theirs):
            continue
        conflict.loaded, conflict.ours, conflict.theirs, conflict.load = clash.loaded, clash.ours, clash.theirs, load
        conflict.save()
    if closed := [open_before[key].pk for key in settled if key in open_before]:
        Conflict.objects.filter(pk__in=closed).update(decision=Conflict.Decision.AGREED, decided_at=now)
