"""Applies edits of another archive by three-way merge, with the loaded values as the common base."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.db.models import Q

from articles.catalogue import photo_files
from articles.catalogue.changing import Changes, changing
from articles.catalogue.conflicts import Clash, open_conflicts, save_clashes
from articles.catalogue.ledger import newest_version, repeated, save_tag
from articles.catalogue.loaded import FIELDS, PHOTO_FIELDS, has_loaded_body, loaded_photos, loaded_source
from articles.editorial.actions import NotDone
from articles.editorial.actions.on_many import source_named
from articles.editorial.edit import keep_places
from articles.editorial.exchange import names
from articles.editorial.exchange.articles import keys_here, merge, restore_addresses, without_decided
from articles.editorial.exchange.export import ADDED, PHOTO_FLAGS
from articles.editorial.exchange.lines import FAULTS, KINDS, BadEdit, Line, is_of_article, lines_of, no_line
from articles.models import AppliedEdit, Article, ClosedVersion, Photo, Source, Tag, Tagging
from articles.models.withdrawal import WithdrawnBy
from articles.text.keys import digest_of, name_slug
from articles.text.merge import settle, settle_text


def apply_edits(path: Path) -> Applied:
    """Apply a file of edits, one transaction per article; ``problems`` gets its bad lines. Raises ``OSError``."""
    applied, lines = Applied(path), {}
    for number, line in lines_of(path):
        if isinstance(line, BadEdit):
            applied.problems.append(line)
        else:
            lines[number] = line
    keys = keys_here([line for line in lines.values() if is_of_article(line)])
    for number, line in lines.items():
        applied.do(number, partial(applied.apply, number, line, keys))
    repeated(lambda: restore_addresses([line for line, _ in applied.new.values()]))
    for number in list(applied.new):
        applied.do(number, partial(applied.conclude, number))
    return applied


@dataclass(slots=True)
class Applied:
    """The result. ``changed``: by line number, ``True`` if the line changed anything; ``problems``: refused lines."""

    path: Path
    changed: dict[int, bool] = field(default_factory=dict)
    problems: list[BadEdit] = field(default_factory=list)
    conflicts: dict[int, int] = field(default_factory=dict)  # found, by line number
    # Lines of articles applied for the first time.
    new: dict[int, tuple[Line, AppliedEdit]] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        applied = sum(self.changed.values())
        return {"applied": applied, "unchanged": len(self.changed) - applied, "refused": len(self.problems)}

    def do(self, number: int, work: Callable[[], None]) -> None:
        """Do one line's work in a transaction, or refuse the line."""
        try:
            repeated(work)
        except (NotDone, *FAULTS) as error:
            reason = str(error) if isinstance(error, NotDone) else no_line(error)
            for found in (self.changed, self.new, self.conflicts):
                found.pop(number, None)
            self.problems.append(BadEdit(reason, path=self.path, line=number))

    def conclude(self, number: int) -> None:
        """Merge the article, once all have their edits, and note that the line was applied."""
        line, applied_edit = self.new[number]
        if line.get("merged_into"):
            self.changed[number] |= merge(line)
        AppliedEdit.objects.bulk_create([applied_edit], ignore_conflicts=True)

    def apply(self, number: int, read: Line, keys: Mapping[str, str]) -> None:
        if not is_of_article(read):
            apply = {"tag": names.apply_tag, "source": names.apply_source, "gone": names.apply_gone}
            self.changed[number] = next(apply[kind] for kind in KINDS if kind in read)(read)
            return
        digest = digest_of(json.dumps(read, sort_keys=True).encode())
        article = Article.objects.locked().filter(key=keys.get(read["key"])).first()
        if article is None:
            raise NotDone(f"there is no article {read['key']} ({read.get('headline', '')}); load its original first")
        if article.applied_edits.filter(digest=digest).exists():
            self.changed[number] = False
            return
        line = read | {name: keys.get(read[name], read[name]) for name in ("key", "merged_into") if read.get(name)}
        edit = _Edit(article, without_decided(line, article))
        self.changed[number] = edit.apply()
        self.conflicts[number] = len(edit.clashes)
        self.new[number] = edit.line, AppliedEdit(article=article, digest=digest)


@dataclass(slots=True)
class _Edit:
    article: Article
    line: Line
    clashes: list[Clash] = field(default_factory=list)
    _is_changed: bool = False
    _placed: set[int] = field(default_factory=set)  # photos with a position in the line

    def apply(self) -> bool:
        """Make the edits; ``False`` if nothing changed."""
        article, line = self.article, self.line
        # Lines name the editor if only one person made the edits.
        name, at = line.get("by_name"), line.get("at", "")[:10]
        reason = f"{line.get('reason') or names.REASON}{f', by {name} on {at}' if name and at else ''}"
        with changing([article.pk], names.stamp_of(names.account_of(line), reason)) as changes:
            changes.articles[article.pk] = article
            is_edited = self._make(changes)
        is_closed = self._close_versions(is_edited=is_edited)
        return is_edited or is_closed

    def _make(self, changes: Changes) -> bool:
        article, line = self.article, self.line
        photos = list(Photo.everything.filter(article=article).order_by("number"))
        self._fields()
        withdrawal = line.get("withdrawn")
        # A merged article is withdrawn by the merge.
        if withdrawal and not line.get("merged_into") and article.withdrawn_at is None:
            article.withdraw(datetime.fromisoformat(withdrawal["at"]), WithdrawnBy.STAFF, withdrawal["reason"])
            self._is_changed = True
        removed = self._photos(photos)
        self._tags(changes)
        for correction in line.get("corrections", []):
            told = {"made_at": datetime.fromisoformat(correction["at"]), "note": correction["note"]}
            by = names.account_of(correction)
            self._is_changed |= article.corrections.get_or_create(**told, defaults={"made_by": by})[1]
        added = self._added_photos(photos)
        if not self._is_changed and not added:
            return False
        for photo in photos:
            if photo not in removed:
                photo.follow_words()
                photo.save()
        photo_files.remove_photos([photo.pk for photo in removed])
        keep_places(changes.before[article.pk], article, placed=self._placed)
        for values in added:
            self._add_photo(values)
        save_clashes(self.article, self.clashes, (), open_conflicts(self.article), None)
        return True

    def _set(self, row: Article | Photo, name: str, value: Any) -> None:
        if getattr(row, name) != value:
            setattr(row, name, value)
            self._is_changed = True

    def _fields(self) -> None:
        article = self.article
        for name, sides in self.line.get("edited", {}).items():
            if name == "source":
                ids = {side: _source_id(value, create=side == "now") for side, value in sides.items()}
                self._settle("source", ids, is_loaded=loaded_source(article) == article.source_id)
            elif name == "body":
                self._settle("body", sides, is_loaded=has_loaded_body(article))
            elif name in FIELDS:
                self._settle(name, sides, is_loaded=article.as_loaded.get(name) == getattr(article, name))

    def _settle(self, name: str, sides: Mapping[str, Any], *, is_loaded: bool, photo: Photo | None = None) -> None:
        """Set the merged value. On a conflict the edit is live if staff here have not edited the field."""
        row, column = photo or self.article, "source_id" if name == "source" else name
        loaded, edited, live = sides["loaded"], sides["now"], getattr(row, column)
        settled = (settle_text if name == "body" else settle)(loaded, edited, live)
        if not settled.is_conflict:
            self._set(row, column, settled.value)
            return
        ours, theirs = live, edited
        if is_loaded:
            loaded, ours, theirs = settled.loaded, settled.value, settled.theirs
        self._set(row, column, ours)
        clash = Clash(name, loaded, ours, theirs, photo)
        if clash.key not in {(conflict.photo_id, conflict.field) for conflict in self.article.conflicts.all()}:
            self.clashes.append(clash)
            self._is_changed = True

    def _close_versions(self, *, is_edited: bool) -> bool:
        """Close versions older than the edits, if the other archive closed any; ``True`` if one was closed.

        If nothing was edited and staff here have closed versions, their decision stays.
        """
        closing, article = self.line.get("closed"), self.article
        closed = set(article.closed_versions.values_list("version", flat=True))
        if not closing or (closed and not is_edited):
            return False
        older = [number for number in range(1, newest_version(article.pk)) if number not in closed]
        at, reason = datetime.fromisoformat(closing["at"]), closing["reason"]
        ClosedVersion.objects.bulk_create(
            [ClosedVersion(article=article, version=number, reason=reason, closed_at=at) for number in older]
        )
        return bool(older)

    def _photos(self, photos: Sequence[Photo]) -> list[Photo]:
        loaded = loaded_photos(self.article)
        by_number = {photo.loaded_number: photo for photo in photos if photo.loaded_number}
        removed = []
        for photo_line in self.line.get("photos", []):
            number = _number_of(photo_line["is"], loaded) if "is" in photo_line else 0
            photo = by_number.get(number)
            if photo is None:
                continue
            if photo_line.get("removed"):
                removed.append(photo)
                self._is_changed = True
            if photo.withdrawn_at is None and photo_line.get("withdrawn"):
                for name, value in _withdrawal(photo_line).items():
                    self._set(photo, name, value)
            for name in {*photo_line.get("flags", [])} & {*PHOTO_FLAGS}:
                self._set(photo, name, True)
            for name, values in photo_line.get("edited", {}).items():
                if name in PHOTO_FIELDS:
                    is_loaded = loaded[number - 1][name] == getattr(photo, name)
                    self._settle(name, values, is_loaded=is_loaded, photo=photo)
                if name == "position":
                    self._placed.add(photo.pk)
        if order := self.line.get("photo_order"):
            places = {number: place for place, number in enumerate(order)}
            wanted = sorted(photos, key=lambda photo: places.get(photo.loaded_number, len(order)))
            for number, photo in enumerate(wanted, 1):
                self._set(photo, "number", number)
        return removed

    def _added_photos(self, photos: Sequence[Photo]) -> list[Line]:
        here, new = list(photos), []
        for line in self.line.get("photos", []):
            if "added" not in line:
                continue
            # Not its article, or a photo of another one would move here.
            values = {name: line["added"][name] for name in line["added"].keys() & {*ADDED}} | _withdrawal(line)
            if twin := next((photo for photo in here if _is_same(photo, values)), None):
                here.remove(twin)  # matches once
            else:
                new.append(values)
        return new

    def _add_photo(self, values: Line) -> None:
        photo = Photo(article=self.article, **values)
        taken = set(Photo.everything.filter(article=self.article).values_list("key", flat=True))
        if "key" not in values or photo.key in taken:
            photo.take_key(taken)
        twin = Photo.everything.filter(digest=photo.digest).exclude(Q(digest="") | Q(file="")).first()
        if twin is None:
            photo.digest = ""
        else:
            photo.file, photo.metadata = twin.file, twin.metadata
            photo.width_px, photo.height_px = twin.width_px, twin.height_px
        photo.follow_words()
        photo.save()
        for rendition in twin.renditions.all() if twin else ():
            rendition.pk, rendition.photo = None, photo
            rendition.save(force_insert=True)

    def _tags(self, changes: Changes) -> None:
        edited, now = self.line.get("tags", {}), dict(self.article.taggings.values_list("tag_id", "origin"))
        wanted = dict(now)
        for name in edited.get("added", []):
            tag = names.find_tag(name_slug(name))
            if tag is None:
                tag = Tag(name=name, slug=name_slug(name))
                save_tag(tag, changes.stamp)
            wanted.setdefault(tag.pk, Tagging.Origin.STAFF)
        for name in edited.get("removed", []):
            if found := names.find_tag(name_slug(name)):
                wanted.pop(found.pk, None)
        if wanted != now:
            self._is_changed = True
            changes.set_tags({self.article.pk: wanted})


def _source_id(name: str | None, *, create: bool) -> int | None:
    if not name:
        return None
    if create:
        return source_named(name).pk
    source = Source.objects.filter(name=name).first() or Source.objects.named(name_slug(name))
    return source.pk if source else None


def _withdrawal(line: Line) -> Line:
    """The columns of a withdrawn photo, else none."""
    if not (withdrawal := line.get("withdrawn")):
        return {}
    return {"withdrawn_at": datetime.fromisoformat(withdrawal["at"]), "withdrawn_reason": withdrawal["reason"]}


def _is_same(photo: Photo, values: Mapping[str, Any]) -> bool:
    """Compare by file, else by file name, else by caption.

    Photos without a file here have no digest. A photo from the source must match in all three: staff may have copied
    its twin from another article.
    """
    if photo.loaded_number:
        same = all(getattr(photo, name) == values[name] for name in ("digest", "src", "caption"))
        return bool(photo.digest) and same
    if values["digest"] and photo.digest:
        return bool(photo.digest == values["digest"])
    if values["src"] or photo.src:
        return bool(photo.src == values["src"])
    return bool(photo.caption == values["caption"])


def _number_of(identity: Mapping[str, Any], loaded: Sequence[Mapping[str, Any]]) -> int:
    """The number of the loaded photo here, by file, file name, caption or number; 0 for none."""
    number: int = identity["number"]
    for name in ("digest", "src", "caption"):
        places = [place for place, values in enumerate(loaded, 1) if identity[name] and values[name] == identity[name]]
        if number in places:
            return number
        if len(places) == 1:
            return places[0]
    return number if number <= len(loaded) and not identity["caption"] else 0
