"""Merges the photos of an article with those of its new original, and settles fields. No queries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from articles import photos
from articles.catalogue import photo_files
from articles.catalogue.conflicts import Clash, Key
from articles.catalogue.loaded import PHOTO_FIELDS, photo_values
from articles.models import Conflict, Photo
from articles.text.merge import moved, settle, settle_text

WORDS = photos.FIELDS  # a story may omit these
Values = Mapping[str, Any]
Criterion = Callable[[Values, Photo], bool]


@dataclass(slots=True)
class Settling:
    """Settles fields of an article and its photos. ``open_before``: its open conflicts; ``clashes``: new or continued
    ones; ``settled``: fields without one.
    """

    open_before: Mapping[Key, Conflict]
    take_source: bool
    clashes: list[Clash] = field(default_factory=list)
    settled: list[Key] = field(default_factory=list)

    def settle(self, name: str, loaded: Any, ours: Any, theirs: Any, photo: Photo | None = None) -> Any:
        """The merged value."""
        if self.take_source:
            return theirs
        key = photo.pk if photo else None, name
        if conflict := self.open_before.get(key):
            loaded = conflict.loaded  # the base stays until it is decided
        settled = (settle_text if name == "body" else settle)(loaded, ours, theirs)
        if settled.is_conflict:
            self.clashes.append(Clash(name, settled.loaded, settled.value, settled.theirs, photo))
        else:
            self.settled.append(key)
        return settled.value


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
class PhotoMerge:
    """``before``: values as last loaded; ``present``: rows in the archive; ``theirs``: unsaved rows of the new
    original, with their ``files``.

    Afterwards, ``rows``: the merged photos, in order; ``removed``: rows to delete; ``loaded``: values for the next
    merge; ``renewed``: rows with a new file.
    """

    before: Sequence[Values]
    present: Sequence[Photo]
    theirs: Sequence[Photo]
    files: Sequence[photos.HeldPhoto | None]
    places: Places
    settling: Settling

    rows: list[Photo] = field(default_factory=list)
    removed: list[Photo] = field(default_factory=list)
    loaded: list[dict[str, Any]] = field(default_factory=list)
    renewed: list[tuple[Photo, photos.HeldPhoto]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.theirs:  # photos only follow their paragraphs
            for row in self.present:
                row.position = self.places.of_ours(row.position)
            self.rows, self.loaded = list(self.present), [dict(values) for values in self.before]
            return
        by_number = {row.loaded_number: row for row in self.present if row.loaded_number}
        partners = match(self.before, self.theirs)
        order_before = [row.loaded_number for row in self.present if row.loaded_number]
        shown: list[Photo] = []
        for index, (row, file) in enumerate(zip(self.theirs, self.files, strict=True)):
            place = partners.get(index)
            if place is None:
                shown.append(self._adopt(row, file) or self._add(row, file))
            elif (ours := by_number.pop(place + 1, None)) is not None:
                shown.append(self._merge(self.before[place], ours, row, file))
            else:
                shown += self._stay_removed(self.before[place], place + 1, row, file)
        for number, ours in sorted(by_number.items()):
            self._drop(self.before[number - 1], ours)
        staff_reordered = order_before != sorted(order_before)
        self._put_in_order(shown, keeps_order=staff_reordered and not self.settling.take_source)

    def _note_loaded(self, values: dict[str, Any]) -> int:
        self.loaded.append(values)
        return len(self.loaded)

    def _add(self, row: Photo, file: photos.HeldPhoto | None) -> Photo:
        photo_files.attach_file(row, file)
        row.loaded_number = self._note_loaded(photo_values(row))
        row.position = self.places.of_theirs(row.position)
        if file:
            self.renewed.append((row, file))
        return row

    def _adopt(self, theirs: Photo, file: photos.HeldPhoto | None) -> Photo | None:
        """The row of a photo that staff kept, now in the source again."""
        photo_files.attach_file(theirs, file)
        staff_photos = [row for row in self.present if not row.loaded_number]
        # By file or caption: a photo at the same place may be another, added by staff.
        partners = match([photo_values(row) for row in staff_photos], [theirs], _CRITERIA[:3])
        if not partners:
            return None
        ours = staff_photos[partners[0]]
        self.settling.settled.append((ours.pk, "photo"))
        ours.loaded_number = self._note_loaded(photo_values(theirs))
        return ours

    def _merge(self, loaded: Values, ours: Photo, theirs: Photo, file: photos.HeldPhoto | None) -> Photo:
        has_staff_file = has_file_of_staff(ours, loaded)
        if not has_staff_file:
            photo_files.keep_file(theirs, ours)
        photo_files.attach_file(theirs, file)
        ours.loaded_number = self._note_loaded(_source_values(theirs, loaded))
        for name in ("kind", *WORDS):
            if value := getattr(theirs, name):  # a missing value changes nothing
                setattr(ours, name, self.settling.settle(name, loaded[name], getattr(ours, name), value, ours))
        places = self.places
        loaded_place, place = places.of_ours(places.of_loaded(loaded["position"])), places.of_ours(ours.position)
        their_place = places.of_theirs(theirs.position)
        if theirs.position == loaded["position"] and places.theirs == places.loaded:
            their_place = loaded_place
        ours.position = self.settling.settle("position", loaded_place, place, their_place, ours)
        ours.src, ours.credit_raw = theirs.src or ours.src, theirs.credit_raw or ours.credit_raw
        takes_file = not has_staff_file
        if has_staff_file and theirs.digest:
            settled = self.settling.settle("digest", loaded["digest"], ours.digest, theirs.digest, ours)
            takes_file = settled == theirs.digest
        if takes_file:
            ours.file, ours.digest, ours.damage = theirs.file, theirs.digest, theirs.damage
            ours.width_px, ours.height_px, ours.metadata = theirs.width_px, theirs.height_px, theirs.metadata
            ours.from_file = list(theirs.from_file)
            if file:
                self.renewed.append((ours, file))
        ours.follow_words()
        return ours

    def _stay_removed(self, loaded: Values, number: int, theirs: Photo, file: photos.HeldPhoto | None) -> list[Photo]:
        """A photo removed by staff stays removed; a change in the source is a conflict."""
        if self.settling.take_source:
            return [self._add(theirs, file)]
        photo_files.attach_file(theirs, file)
        now = _source_values(theirs, loaded)
        self._note_loaded(now)
        if any(now[name] != loaded[name] for name in PHOTO_FIELDS if name != "position"):
            self.settling.clashes.append(Clash("photo", dict(loaded), None, now, number=number))
        return []

    def _drop(self, loaded: Values, ours: Photo) -> None:
        """Remove a photo gone from the source, unless it is withdrawn; if staff have edited it, that is a conflict."""
        if ours.withdrawn_at:
            ours.loaded_number = 0
            return
        place = self.places.of_loaded(loaded["position"])
        names = [name for name in ("kind", *WORDS) if getattr(ours, name) != loaded[name]]
        if self.settling.take_source or not (names or place != ours.position or has_file_of_staff(ours, loaded)):
            self.removed.append(ours)
            return
        self.settling.clashes.append(Clash("photo", dict(loaded), photo_values(ours), None, ours))
        ours.loaded_number = 0

    def _put_in_order(self, shown: list[Photo], *, keeps_order: bool) -> None:
        """Order as in the source, or as set by staff; photos gone from the source stay after the same photo."""
        present = [row for row in self.present if row not in self.removed]
        first, second = (present, shown) if keeps_order else (shown, present)
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
        self.rows = ordered


def has_file_of_staff(photo: Photo, loaded: Values) -> bool:
    """``True`` if staff have replaced the loaded file, or added one."""
    return photo.digest not in ("", loaded.get("digest", ""))


def _source_values(theirs: Photo, loaded: Values) -> dict[str, Any]:
    """All fields of a photo in the source, with loaded values for missing ones."""
    now = photo_values(theirs)
    return {name: value if value or name == "position" else loaded[name] for name, value in now.items()}


def match(
    loaded: Sequence[Values], theirs: Sequence[Photo], criteria: Sequence[Criterion] | None = None
) -> dict[int, int]:
    """Indexes of loaded photos by those of new ones. Photos with different file names match only by captions."""
    partners: dict[int, int] = {}
    free = dict(enumerate(loaded))
    for matches in criteria or _CRITERIA:
        for index, row in enumerate(theirs):
            if index in partners:
                continue
            found = next((place for place, values in free.items() if matches(values, row)), None)
            if found is not None:
                partners[index] = found
                del free[found]
    return partners


def _may_be_same(values: Values, row: Photo) -> bool:
    return (not row.src or not values["src"]) and values["kind"] == row.kind


_CRITERIA: tuple[Criterion, ...] = (
    lambda values, row: bool(row.digest) and values["digest"] == row.digest,
    lambda values, row: bool(row.src) and values["src"] == row.src,
    lambda values, row: bool(row.caption) and values["caption"] == row.caption,
    lambda values, row: values["position"] == row.position and _may_be_same(values, row),
    _may_be_same,
)
