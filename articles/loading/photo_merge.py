"""Merges the photos of an article with those of its new original. No queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from articles import photos
from articles.catalogue import photo_files
from articles.catalogue.conflicts import Clash, Key
from articles.catalogue.loaded import PHOTO_FIELDS, photo_values
from articles.models import Conflict, Photo
from articles.text.merge import moved, settle

WORDS = photos.FIELDS  # a story may omit these
Values = Mapping[str, Any]
Way = Callable[[Values, Photo], bool]


@dataclass(frozen=True, slots=True)
class Places:
    """The HTML blocks that positions count: as loaded, before the merge, in the source now, and after the merge."""

    loaded: Sequence[str]
    before: Sequence[str]
    theirs: Sequence[str]
    after: Sequence[str]

    def of_loaded(self, position: int) -> int:
        """A loaded position in the text before the merge."""
        return moved(position, self.loaded, self.before)

    def of_ours(self, position: int) -> int:
        return moved(position, self.before, self.after)

    def of_theirs(self, position: int) -> int:
        return moved(position, self.theirs, self.after)


@dataclass(slots=True)
class MergedPhotos:
    """``rows``: the merged photos, in order; ``removed``: rows to delete; ``loaded``: values for the next merge;
    ``renewed``: rows with a new file."""

    rows: list[Photo] = field(default_factory=list)
    removed: list[Photo] = field(default_factory=list)
    loaded: list[dict[str, Any]] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    settled: list[Key] = field(default_factory=list)  # without a conflict
    renewed: list[tuple[Photo, photos.HeldPhoto]] = field(default_factory=list)


def unchanged(known: Sequence[Photo], loaded: Sequence[Values], places: Places) -> MergedPhotos:
    """The merge for an original without photos: photos only follow their paragraphs."""
    for row in known:
        row.position = places.of_ours(row.position)
    return MergedPhotos(rows=list(known), loaded=[dict(values) for values in loaded])


@dataclass(slots=True)
class PhotoMerge:
    """``loaded``: values as last loaded; ``known``: present rows; ``theirs``: unsaved rows of the new original, with
    their files ``held``; ``conflicts``: open ones."""

    loaded: Sequence[Values]
    known: Sequence[Photo]
    theirs: Sequence[Photo]
    held: Sequence[photos.HeldPhoto | None]
    places: Places
    conflicts: Mapping[Key, Conflict]
    take_source: bool = False
    merged: MergedPhotos = field(default_factory=MergedPhotos)

    def run(self) -> MergedPhotos:
        by_number = {row.loaded_number: row for row in self.known if row.loaded_number}
        partners = match(self.loaded, self.theirs)
        order_before = [row.loaded_number for row in self.known if row.loaded_number]
        shown: list[Photo] = []
        for index, (row, held) in enumerate(zip(self.theirs, self.held, strict=True)):
            place = partners.get(index)
            if place is None:
                shown.append(self._adopt(row, held) or self._add(row, held))
            elif (ours := by_number.pop(place + 1, None)) is not None:
                shown.append(self._merge(self.loaded[place], ours, row, held))
            else:
                shown += self._stay_removed(self.loaded[place], place + 1, row, held)
        for number, ours in sorted(by_number.items()):
            self._drop(self.loaded[number - 1], ours)
        staff_reordered = order_before != sorted(order_before)
        self._put_in_order(shown, keeps_order=staff_reordered and not self.take_source)
        return self.merged

    def _note_loaded(self, values: dict[str, Any]) -> int:
        """Append the source's values of a photo; return its number."""
        self.merged.loaded.append(values)
        return len(self.merged.loaded)

    def _add(self, row: Photo, held: photos.HeldPhoto | None) -> Photo:
        photo_files.give_file(row, held)
        row.loaded_number = self._note_loaded(photo_values(row))
        row.position = self.places.of_theirs(row.position)
        if held:
            self.merged.renewed.append((row, held))
        return row

    def _adopt(self, theirs: Photo, held: photos.HeldPhoto | None) -> Photo | None:
        """The row of a photo that staff had kept and the source now shows again."""
        photo_files.give_file(theirs, held)
        kept = [row for row in self.known if not row.loaded_number]
        # By file or caption: another photo at the same place may be one that staff have added.
        partners = match([photo_values(row) for row in kept], [theirs], _WAYS[:3])
        if not partners:
            return None
        ours = kept[partners[0]]
        self.merged.settled.append((ours.pk, "photo"))
        ours.loaded_number = self._note_loaded(photo_values(theirs))
        return ours

    def _merge(self, loaded: Values, ours: Photo, theirs: Photo, held: photos.HeldPhoto | None) -> Photo:
        is_staffs = has_file_of_staff(ours, loaded)
        if not is_staffs:
            photo_files.keep_file(theirs, ours)
        photo_files.give_file(theirs, held)
        ours.loaded_number = self._note_loaded(_said(theirs, loaded))
        for name in ("kind", *WORDS):
            value = getattr(theirs, name)
            if value:  # a missing value changes nothing
                setattr(ours, name, self._settled(name, loaded[name], getattr(ours, name), value, ours))
        places = self.places
        loaded_place, place = places.of_ours(places.of_loaded(loaded["position"])), places.of_ours(ours.position)
        their_place = places.of_theirs(theirs.position)
        if theirs.position == loaded["position"] and places.theirs == places.loaded:
            their_place = loaded_place
        ours.position = self._settled("position", loaded_place, place, their_place, ours)
        ours.src, ours.credit_raw = theirs.src or ours.src, theirs.credit_raw or ours.credit_raw
        if not is_staffs or self._takes_file(loaded, ours, theirs):
            ours.file, ours.digest, ours.damage = theirs.file, theirs.digest, theirs.damage
            ours.width_px, ours.height_px, ours.metadata = theirs.width_px, theirs.height_px, theirs.metadata
            ours.from_file = list(theirs.from_file)
            if held:
                self.merged.renewed.append((ours, held))
        ours.follow_words()
        return ours

    def _takes_file(self, loaded: Values, ours: Photo, theirs: Photo) -> bool:
        """Whether the source's file replaces one that staff uploaded."""
        if not theirs.digest:
            return False
        return bool(self._settled("digest", loaded["digest"], ours.digest, theirs.digest, ours) == theirs.digest)

    def _settled(self, name: str, loaded: Any, ours: Any, theirs: Any, row: Photo) -> Any:
        if self.take_source:
            return theirs
        conflict = self.conflicts.get((row.pk, name))
        loaded = conflict.loaded if conflict else loaded
        settled = settle(loaded, ours, theirs)
        if settled.is_conflict:
            self.merged.clashes.append(Clash(name, loaded, ours, theirs, row))
        else:
            self.merged.settled.append((row.pk, name))
        return settled.value

    def _stay_removed(self, loaded: Values, number: int, theirs: Photo, held: photos.HeldPhoto | None) -> list[Photo]:
        """Keep a photo removed by staff removed; a change in the source is a conflict."""
        if self.take_source:
            return [self._add(theirs, held)]
        photo_files.give_file(theirs, held)
        now = _said(theirs, loaded)
        self._note_loaded(now)
        if any(now[name] != loaded[name] for name in PHOTO_FIELDS if name != "position"):
            self.merged.clashes.append(Clash("photo", dict(loaded), None, now, number=number))
        return []

    def _drop(self, loaded: Values, ours: Photo) -> None:
        """Remove a photo gone from the source; a conflict if staff have edited it.

        One that staff have withdrawn stays, in case the source shows it again.
        """
        if ours.withdrawn_at:
            ours.loaded_number = 0
            return
        place = self.places.of_loaded(loaded["position"])
        names = [name for name in ("kind", *WORDS) if getattr(ours, name) != loaded[name]]
        if self.take_source or not (names or place != ours.position or has_file_of_staff(ours, loaded)):
            self.merged.removed.append(ours)
            return
        self.merged.clashes.append(Clash("photo", dict(loaded), photo_values(ours), None, ours))
        ours.loaded_number = 0

    def _put_in_order(self, shown: list[Photo], *, keeps_order: bool) -> None:
        """Order as in the source, or as staff have chosen; photos gone from the source stay after the same photo."""
        known = [row for row in self.known if row not in self.merged.removed]
        first, second = (known, shown) if keeps_order else (shown, known)
        ordered = list(first)
        for index, row in enumerate(second):
            if row in ordered:
                continue
            before = second[index - 1] if index else None
            ordered.insert(ordered.index(before) + 1 if before else 0, row)
        for row in ordered:
            if row not in shown:
                row.position = self.places.of_ours(row.position)
        for number, row in enumerate(ordered, 1):
            row.number = number
        self.merged.rows = ordered


def has_file_of_staff(photo: Photo, loaded: Values) -> bool:
    """``True`` if staff have replaced the file that was loaded, or added one."""
    return photo.digest not in ("", loaded.get("digest", ""))


def _said(theirs: Photo, loaded: Values) -> dict[str, Any]:
    """All fields of a photo in the source, with loaded values for missing ones."""
    now = photo_values(theirs)
    return {name: value if value or name == "position" else loaded[name] for name, value in now.items()}


# --- Matching. --------------------------------------------------------------------------------------------------------


def match(loaded: Sequence[Values], theirs: Sequence[Photo], ways: Sequence[Way] | None = None) -> dict[int, int]:
    """Indexes of loaded photos by index of the new ones. Photos with different file names match only by an equal
    caption, never by position.
    """
    partners: dict[int, int] = {}
    free = dict(enumerate(loaded))
    for alike in ways or _WAYS:
        for index, row in enumerate(theirs):
            if index in partners:
                continue
            found = next((place for place, values in free.items() if alike(values, row)), None)
            if found is not None:
                partners[index] = found
                del free[found]
    return partners


def _may_be_one(values: Values, row: Photo) -> bool:
    return (not row.src or not values["src"]) and values["kind"] == row.kind


_WAYS: tuple[Way, ...] = (
    lambda values, row: bool(row.digest) and values["digest"] == row.digest,
    lambda values, row: bool(row.src) and values["src"] == row.src,
    lambda values, row: bool(row.caption) and values["caption"] == row.caption,
    lambda values, row: values["position"] == row.position and _may_be_one(values, row),
    _may_be_one,
)
