"""The versions of an article, from the history rows of the article, its photos and its tags. Read-only.

A version is a moment at which anything changed; the first is the article as loaded. Versions are numbered from 1 in
order of time, and keep their numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Max, Prefetch, prefetch_related_objects

from articles.catalogue.loaded import edited_fields
from articles.catalogue.revisions import AS_LOADED, DERIVED
from articles.models import (
    Article,
    ClosedVersion,
    Correction,
    FormerTag,
    Photo,
    Rendition,
    Source,
    SourceAlias,
    Tag,
    Tagging,
    fields,
)
from articles.text.dates import moment_words
from articles.text.diff import Change
from articles.text.keys import digest_of
from articles.text.markdown import blocks_of
from articles.text.merge import moved
from articles.text.messages import gettext

LABELS = fields.labels(fields.ARTICLE, fields.Use.SHOWN)
PHOTO_FIELDS = fields.names(fields.PHOTO, fields.Use.SHOWN)


@dataclass(frozen=True, slots=True)
class State:
    """An article at one time, as unsaved rows. ``tags``: origins by tag id.

    ``article`` has no HTML until ``articles.catalogue.filing.derive`` is called.
    """

    article: Article
    photos: Sequence[Photo]
    tags: Mapping[int, str]

    @property
    def fingerprint(self) -> str:
        """Equal for equal states."""
        rows = [_values(self.article), *map(_values, self.photos), sorted(self.tags.items())]
        return digest_of(repr(rows).encode())


@dataclass(frozen=True, slots=True)
class Version:
    """``moment``: ``None`` if unknown. Made by ``load_id`` or by ``user``. ``before``: ``None`` for the first."""

    number: int
    moment: datetime | None
    state: State
    before: State | None = None
    user: Any = None
    load_id: int | None = None
    is_loaded: bool = False
    reason: str = ""
    corrections: Sequence[str] = ()
    closed: ClosedVersion | None = None

    @property
    def who(self) -> str:
        """The maker of the version, for readers: full names only."""
        if self.is_loaded:
            return gettext("Loaded from the original")
        if not self.user:
            return gettext("Editor not recorded")
        return self.user.get_full_name() or gettext("The archive’s staff")

    @property
    def who_of_staff(self) -> str:
        if not self.user:
            return self.who
        name = self.user.get_full_name()
        return f"{name} ({self.user.get_username()})" if name else str(self.user.get_username())


# --- Reading. ---------------------------------------------------------------------------------------------------------


class Versions:
    def __init__(self, article: Article) -> None:
        """Read all but the long texts, in a fixed number of queries."""
        self.article = article
        signed = ("history_date", "history_user_id", "history_change_reason", "history_type", "load_id")
        self._rows = list(_history(Article, id=article.pk).only("history_id", "id", *signed))
        withdrawn = Photo.everything.filter(article=article).exclude(withdrawn_at=None)
        # No version shows a withdrawn photo.
        self._photos = list(_history(Photo, article_id=article.pk).exclude(id__in=withdrawn.values("pk")))
        self._taggings = list(_history(Tagging, article_id=article.pk))
        self._corrections: dict[datetime, list[str]] = {}
        for made_at, note in Correction.objects.filter(article=article).values_list("made_at", "note"):
            self._corrections.setdefault(made_at, []).append(note)
        self._closed = {closed.moment: closed for closed in ClosedVersion.objects.filter(article=article)}
        self._full: dict[int, Any] = {}
        shown = sorted(article.photos.for_pages(), key=lambda photo: (photo.position, photo.number))
        self.present = State(article, shown, dict(article.taggings.values_list("tag_id", "origin")))
        self.moments = self._find_moments()
        # A present state that is not yet in the history is one more version.
        self.is_unrecorded = self._has_unrecorded()
        # Staff edits imported without their history.
        edited = () if self._rows else edited_fields(article, shown, self.present.tags)
        self.is_without_former = bool(edited)

    def __len__(self) -> int:
        return max(1, len(self.moments) + self.is_unrecorded)

    @property
    def closed_numbers(self) -> frozenset[int]:
        """Versions that readers may not see; never the present one."""
        moments = enumerate(self.moments[: len(self) - 1], 1)
        return frozenset(number for number, moment in moments if moment in self._closed)

    def newest(self, count: int, *, before: int | None = None) -> list[Version]:
        """Versions in descending order, starting below ``before``."""
        last = len(self) if before is None else min(before - 1, len(self))
        return self.some(range(last, max(0, last - count), -1))

    def one(self, number: int) -> Version | None:
        return self.some([number])[0] if 1 <= number <= len(self) else None

    def some(self, numbers: Iterable[int]) -> list[Version]:
        numbers = list(numbers)
        self._read_whole({*numbers, *(number - 1 for number in numbers)})
        ids = {row.history_user_id for row in map(self._revision, numbers) if row is not None} - {None}
        users = get_user_model()._default_manager.in_bulk(ids) if ids else {}
        return [self._version(number, users) for number in numbers]

    def _find_moments(self) -> list[datetime]:
        if not self._rows:
            return []
        other_rows = [row for row in (*self._photos, *self._taggings) if not _is_from_the_start(row)]
        return sorted({row.history_date for row in (*self._rows, *other_rows)})

    def _has_unrecorded(self) -> bool:
        if not self._rows:
            return False
        self._read_whole({len(self.moments)})
        return self._state(len(self.moments)).fingerprint != self.present.fingerprint

    def _version(self, number: int, users: Mapping[int, Any]) -> Version:
        before = self._state(number - 1) if number > 1 else None
        signed = self._revision(number)
        if signed is None:  # never changed, or not yet recorded
            moment, load_id = self._loaded() if number == 1 or self.is_unrecorded else (None, None)
            if self.is_without_former:
                return Version(number, None, self._state(number))
            return Version(number, moment, self._state(number), before, load_id=load_id, is_loaded=number == 1)
        reason = signed.history_change_reason or ""
        is_loaded = signed.load_id is not None or _is_from_the_start(signed)
        return Version(
            number, signed.history_date, self._state(number), before, users.get(signed.history_user_id),
            signed.load_id, is_loaded, "" if reason == AS_LOADED else reason,
            self._corrections.get(signed.history_date, ()), self._closed.get(signed.history_date),
        )  # fmt: skip

    def _revision(self, number: int) -> Any | None:
        if number > len(self.moments):
            return None
        moment = self.moments[number - 1]
        rows = (*self._rows, *self._photos, *self._taggings)
        return next(row for row in rows if row.history_date == moment)

    def _loaded(self) -> tuple[datetime | None, int | None]:
        found = self.article.originals.filter(is_current=True).values_list("load__started_at", "load_id").first()
        moment, load_id = found or (None, None)
        return (moment, load_id) if not self.moments or (moment and moment > self.moments[-1]) else (None, None)

    def _state(self, number: int) -> State:
        if number > len(self.moments):
            return self.present
        moment = self.moments[number - 1]
        row = self._full[self._row_at(moment).history_id]
        now = {photo.pk: photo for photo in self.present.photos}
        photos = [_photo_of(record, now.get(record.id)) for record in _rows_at(self._photos, moment)]
        photos.sort(key=lambda photo: (photo.position, photo.number))
        tags = {record.tag_id: record.origin for record in _rows_at(self._taggings, moment)}
        return State(Article(**_recorded(row)), photos, tags)

    def _row_at(self, moment: datetime) -> Any:
        """The article's row at a moment; the first row if only a photo or tag had changed before."""
        return next((row for row in reversed(self._rows) if row.history_date <= moment), self._rows[0])

    def _read_whole(self, numbers: Collection[int]) -> None:
        moments = [self.moments[number - 1] for number in numbers if 1 <= number <= len(self.moments)]
        if ids := {self._row_at(moment).history_id for moment in moments} - self._full.keys():
            self._full |= {row.history_id: row for row in _history(Article, history_id__in=ids)}


def _history(model: Any, **of: Any) -> Any:
    return model.history.model.objects.filter(**of).order_by("history_date", "history_id")


def _is_from_the_start(row: Any) -> bool:
    return bool(row.history_type == "+" and row.history_change_reason == AS_LOADED)


def _rows_at(rows: Iterable[Any], moment: datetime) -> Iterator[Any]:
    newest: dict[int, Any] = {}
    for row in rows:  # oldest first
        if row.history_date <= moment or _is_from_the_start(row):
            newest.setdefault(row.id, row)
            if row.history_date <= moment:
                newest[row.id] = row
    return (row for row in newest.values() if row.history_type != "-")


def _values(row: Any) -> list[Any]:
    tracked = type(row).history.model.tracked_fields
    return [getattr(row, field.attname) for field in tracked if field.attname not in DERIVED]


def _recorded(row: Any) -> dict[str, Any]:
    return {tracked.attname: getattr(row, tracked.attname) for tracked in row.tracked_fields}


def _photo_of(row: Any, now: Photo | None) -> Photo:
    """The photo as it was, with its renditions if the file is the same."""
    if now is None or now.digest != row.digest:
        photo = Photo(**_recorded(row))
        prefetch_related_objects([photo], Prefetch("renditions", Rendition.objects.none()))
        return photo
    photo = copy(now)
    vars(photo).update(_recorded(row))
    photo.from_file = [name for name in now.from_file if getattr(now, name) == getattr(photo, name)]
    return photo


# --- Changes in words. ------------------------------------------------------------------------------------------------


class Names:
    def __init__(self, versions: Iterable[Version]) -> None:
        states = [state for version in versions for state in (version.state, version.before) if state is not None]
        source_ids = {pk for state in states if (pk := state.article.source_id) is not None}
        former = SourceAlias.objects.filter(former_id__in=source_ids).values_list("former_id", "name")
        self.sources = {pk: name for pk, name in former if pk}
        self.sources |= dict(Source.objects.filter(pk__in=source_ids).values_list("pk", "name"))
        merged = {pk for state in states if (pk := state.article.merged_into_id) is not None}
        self.articles = dict(Article.objects.filter(pk__in=merged).values_list("pk", "headline")) if merged else {}
        self.tags = tag_names({tag_id for state in states for tag_id in state.tags})

    def tags_of(self, state: State) -> list[str]:
        return sorted((self.tags.get(pk, gettext("a deleted tag")) for pk in state.tags), key=str.casefold)

    def source_of(self, state: State) -> str:
        pk = state.article.source_id
        return "" if pk is None else self.sources.get(pk, gettext("a deleted source"))


def tag_names(ids: Collection[int]) -> dict[int, str]:
    """Names by id; for a merged or deleted tag its last name."""
    names = dict(Tag.objects.filter(pk__in=ids).values_list("pk", "name"))
    if missing := set(ids) - names.keys():
        rows: Any = Tag.history.model
        last = rows.objects.filter(id__in=missing).values("id").annotate(last=Max("history_id")).values_list("last")
        names |= dict(rows.objects.filter(history_id__in=[pk for (pk,) in last]).values_list("id", "name"))
        names |= dict(FormerTag.objects.filter(former_id__in=missing).values_list("former_id", "name"))
    return names


def changes_of(version: Version, names: Names) -> list[Change]:
    return [] if version.before is None else changes_between(version.before, version.state, names)


def changes_between(before: State, after: State, names: Names) -> list[Change]:
    return list(_changes(before, after, names))


def _changes(before: State, after: State, names: Names) -> Iterator[Change]:
    for name, label in LABELS.items():
        old, new = (_article_words(state, name, names) for state in (before, after))
        if old != new:
            yield Change(str(label), old, new, is_text=name == "body")
    was, is_now = before.article.withdrawn_at, after.article.withdrawn_at
    if (was is None) != (is_now is None):
        yield Change(gettext("Reinstated") if is_now is None else gettext("Withdrawn"))
    photos, former = ({photo.pk: photo for photo in state.photos} for state in (after, before))
    for photo in sorted(after.photos, key=lambda photo: photo.number):
        if old_photo := former.get(photo.pk):
            yield from _changes_of_photo(old_photo, photo, before, after)
        else:
            yield Change(gettext("Photo %(number)s added") % {"number": photo.number}, after=photo.caption)
    for photo in sorted(before.photos, key=lambda photo: photo.number):
        if photo.pk not in photos:
            yield Change(gettext("Photo %(number)s removed") % {"number": photo.number}, before=photo.caption)
    old, new = (", ".join(names.tags_of(state)) for state in (before, after))
    if old != new:
        yield Change(gettext("Tags"), old, new)


def _article_words(state: State, name: str, names: Names) -> str:
    value = getattr(state.article, name)
    if name == "source_id":
        return names.source_of(state)
    if name == "merged_into_id":
        return names.articles.get(value, gettext("another article")) if value else ""
    if name in ("published", "updated") and value:
        return moment_words(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else value or ""


def _changes_of_photo(old: Photo, new: Photo, before: State, after: State) -> Iterator[Change]:
    bodies = before.article.body, after.article.body
    for name in PHOTO_FIELDS:
        value, other = getattr(old, name), getattr(new, name)
        # A photo that stays next to its paragraph has not moved.
        is_along = name == "position" and bodies[0] != bodies[1] and moved(value, *map(blocks_of, bodies)) == other
        if value == other or is_along:
            continue
        what = fields.label_of_photo(new.number, name)
        if name == "digest":
            added = gettext("Another file") if value else gettext("Added")
            yield Change(what, "", added if other else gettext("Removed"))
        else:
            yield Change(what, _photo_words(old, name), _photo_words(new, name))


def _photo_words(photo: Photo, name: str) -> str:
    value = getattr(photo, name)
    if name == "position":
        return place_words(value)
    return (gettext("Yes") if value else gettext("No")) if isinstance(value, bool) else str(value)


def place_words(position: int) -> str:
    if not position:
        return gettext("Before the text")
    return gettext("After paragraph %(number)s") % {"number": position}


def whole_of(state: State, names: Names) -> list[tuple[str, str]]:
    whole = [(str(label), _article_words(state, name, names)) for name, label in LABELS.items()]
    for photo in sorted(state.photos, key=lambda photo: photo.number):
        whole += [(fields.label_of_photo(photo.number, name), _photo_words(photo, name)) for name in PHOTO_FIELDS]
    return [*whole, (gettext("Tags"), ", ".join(names.tags_of(state)))]
