"""Edits of another archive, taken over: three-way again, with what both archives have loaded as the common ground."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.urls import NoReverseMatch
from django.utils import timezone

from articles.catalogue import photo_labels, revisions
from articles.catalogue.changing import Changes
from articles.catalogue.conflicts import Clash, open_conflicts, save_clashes
from articles.catalogue.loaded import (
    FIELDS,
    PHOTO_FIELDS,
    RARE_PHOTO_FIELDS,
    has_loaded_body,
    loaded_photos,
    loaded_source,
)
from articles.editorial.actions import chunks
from articles.editorial.exchange import names
from articles.editorial.exchange.addresses import give_addresses, merge
from articles.editorial.exchange.export import PHOTO_FLAGS
from articles.editorial.exchange.finding import Found
from articles.editorial.exchange.reading import BadEdit, Line, is_of_article, lines_of, no_line
from articles.editorial.exchange.since import without_decided
from articles.editorial.history import Versions
from articles.models import (
    AppliedEdit,
    Article,
    ClosedVersion,
    Correction,
    Photo,
    Rendition,
    Source,
    Tag,
    Tagging,
)
from articles.models.withdrawal import WithdrawnBy
from articles.text.keys import digest_of, name_slug
from articles.text.merge import settle, settle_text, sides_of


@dataclass(slots=True)
class Applied:
    """What came of a file: its lines by outcome (``applied``, ``unchanged``, ``refused``), and what was wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[BadEdit] = field(default_factory=list)
    conflicts: int = 0

    def refuse(self, problem: BadEdit) -> None:
        self.problems.append(problem)
        self.counts["refused"] += 1


def apply_edits(path: Path) -> Applied:
    """Take over a file of edits, an article a transaction. Repeating it changes nothing more.

    A bad line is a problem in the answer, and never stops the others. Raises ``OSError`` when the file cannot be read.
    """
    applied, lines = Applied(), []
    for number, line in lines_of(path):
        if isinstance(line, BadEdit):
            applied.refuse(line)
        else:
            lines.append((number, line))
    found = Found.of([line for _, line in lines if is_of_article(line)])
    done: list[_Done] = []
    for number, read in lines:
        line = found.translated(read) if is_of_article(read) else read
        one = _Done(number, line, digest_of(json.dumps(read, sort_keys=True).encode()))
        try:
            with transaction.atomic():
                if one.was_applied():
                    one.outcome = "unchanged"
                else:
                    one.line = without_decided(line) if is_of_article(line) else line
                    one.outcome = _apply(one.line, applied, path, number)
        except BadEdit as error:
            applied.refuse(error)
        except _FAULTS as error:
            applied.refuse(no_line(error, path, number))
        else:
            done.append(one)
    _finish(done, applied, path)
    return applied


# What a line of the right form may still say wrongly.
_FAULTS = (AttributeError, LookupError, TypeError, ValueError, ArithmeticError, NoReverseMatch, DatabaseError)


@dataclass(slots=True)
class _Done:
    """A line that was taken over. ``is_new``: it is of an article, and was not taken over before."""

    number: int
    line: Line
    digest: str
    outcome: str = ""
    is_new: bool = False

    def was_applied(self) -> bool:
        if not is_of_article(self.line):
            return False
        known = AppliedEdit.objects.filter(article__key=self.line["key"], digest=self.digest).exists()
        self.is_new = not known
        return known


def _finish(done: Sequence[_Done], applied: Applied, path: Path) -> None:
    """Addresses and merges, now that all articles are as they shall be; then remember what was taken over."""
    new = {one.number: one for one in done if one.is_new}
    with transaction.atomic():
        give_addresses([one.line for one in new.values()])
    faults = merge([(one.number, one.line) for one in new.values() if one.line.get("merged_into")])
    for number, outcome in faults.items():
        if outcome.fault:
            applied.refuse(BadEdit(outcome.fault, path=path, line=number))
        elif outcome.is_changed:
            new[number].outcome = "applied"
    kept = [one for one in done if one.number not in faults or not faults[one.number].fault]
    applied.counts.update(one.outcome for one in kept)
    _remember([one for one in kept if one.is_new])


def _remember(done: Sequence[_Done]) -> None:
    ids: dict[str, int] = {}
    for some in chunks(done):
        ids |= dict(Article.objects.filter(key__in=[one.line["key"] for one in some]).values_list("key", "pk"))
    AppliedEdit.objects.bulk_create(
        [AppliedEdit(article_id=ids[one.line["key"]], digest=one.digest) for one in done], ignore_conflicts=True
    )


def _apply(line: Line, applied: Applied, path: Path, number: int) -> str:
    for kind, apply in names.KINDS.items():
        if kind in line:
            return _outcome(apply(line))
    article = Article.objects.select_for_update().filter(key=line["key"]).first()
    if article is None:
        raise BadEdit(
            f"there is no article {line['key']} ({line.get('headline', '')}); load its original first",
            path=path, line=number,
        )  # fmt: skip
    edit = _Edit(article, line)
    changed = edit.apply()
    applied.conflicts += len(edit.clashes)
    return _outcome(changed)


def _outcome(changed: bool) -> str:
    return "applied" if changed else "unchanged"


# --- One article ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Edit:
    article: Article
    line: Line
    clashes: list[Clash] = field(default_factory=list)
    _touched: bool = False

    def apply(self) -> bool:
        """Make the edits; ``False`` if everything stood so already."""
        article = self.article
        stamp = revisions.Stamp(names.account_of(self.line), self._reason(), timezone.now())
        photos = list(article.photos.order_by("number"))
        changes = Changes.begin([article.pk], stamp)
        changes.articles[article.pk] = article
        self._fields()
        self._withdraw()
        removed = self._photos(photos)
        self._tags()
        self._corrections()
        added = self._added_photos(photos)
        if not self._touched and not added:
            return self._close_versions(is_edited=False)
        for photo in photos:
            if photo not in removed:
                photo.follow_words()
                photo.save_base(raw=True)
        photo_labels.forget_renditions(Rendition.objects.filter(photo__in=removed))
        Photo.objects.filter(pk__in=[photo.pk for photo in removed]).delete()
        for values in added:
            self._add_photo(values)
        save_clashes(article, self.clashes, (), open_conflicts(article), None)
        changes.finish()
        self._close_versions(is_edited=True)
        return True

    def _reason(self) -> str:
        """With the full name of who made the edits there, if it was one person who has given it."""
        name, at = self.line.get("by_name"), self.line.get("at", "")[:10]
        who = f", by {name} on {at}" if name and at else ""
        return f"{self.line.get('reason') or names.REASON}{who}"[: revisions.REASON_LENGTH]

    def _fields(self) -> None:
        for name, values in self.line.get("edited", {}).items():
            if name == "source":
                self._source(values)
            elif name in (*FIELDS, "body"):
                is_loaded = has_loaded_body(self.article) if name == "body" else self._is_loaded(name)
                live = self._settled(name, values, getattr(self.article, name), is_loaded=is_loaded)
                self._set(name, live)

    def _is_loaded(self, name: str) -> bool:
        return bool(self.article.as_loaded.get(name) == getattr(self.article, name))

    def _set(self, name: str, value: Any) -> None:
        if getattr(self.article, name) != value:
            setattr(self.article, name, value)
            self._touched = True

    def _source(self, values: Mapping[str, Any]) -> None:
        ids = {side: self._source_id(name) for side, name in values.items()}
        is_loaded = loaded_source(self.article) == self.article.source_id
        self._set("source_id", self._settled("source", ids, self.article.source_id, is_loaded=is_loaded))

    def _source_id(self, name: str | None) -> int | None:
        if not name:
            return None
        known = Source.objects.filter(name=name).first() or Source.objects.filter(slug=name_slug(name)).first()
        return (known or Source.objects.create(name=name, slug=name_slug(name))).pk

    def _settled(
        self, name: str, values: Mapping[str, Any], live: Any, *, is_loaded: bool, photo: Photo | None = None
    ) -> Any:
        """What is live. Where the source has changed here meanwhile, the edit stays live and waits; where staff have
        edited here too, theirs does."""
        loaded, edited = values["loaded"], values["now"]
        is_text = name == "body"
        settled = (settle_text if is_text else settle)(loaded, edited, live)
        if not settled.is_conflict:
            return settled.value
        ours, theirs = (settled.value, live) if is_loaded else (live, edited)
        if is_text and is_loaded:
            loaded, theirs = sides_of(loaded, edited, live)
        if not any((one.field, one.photo_id) == (name, photo and photo.pk) for one in self.article.conflicts.all()):
            self.clashes.append(Clash(name, loaded, ours, theirs, photo))
            self._touched = True
        return ours

    def _withdraw(self) -> None:
        said = self.line.get("withdrawn")
        if self.line.get("merged_into"):
            return  # it is withdrawn when it is merged, if it can be
        if said and self.article.withdrawn_at is None:
            self.article.withdraw(datetime.fromisoformat(said["at"]), WithdrawnBy.STAFF, said["reason"])
            self._touched = True

    def _close_versions(self, *, is_edited: bool) -> bool:
        """Close to readers what is older than the edits, if staff had closed versions there; ``False`` if nothing was.

        Where nothing was edited, staff here have decided if they have closed anything.
        """
        said, article = self.line.get("closed"), self.article
        if not said or (not is_edited and article.closed_versions.exists()):
            return False
        closed = set(article.closed_versions.values_list("moment", flat=True))
        older = [moment for moment in Versions.of(article).moments[:-1] if moment not in closed]
        at, reason = datetime.fromisoformat(said["at"]), said["reason"]
        ClosedVersion.objects.bulk_create(
            [ClosedVersion(article=article, moment=moment, reason=reason, closed_at=at) for moment in older]
        )
        return bool(older)

    # --- Photos

    def _photos(self, photos: Sequence[Photo]) -> list[Photo]:
        """Edit the rows; return those to be removed."""
        loaded = loaded_photos(self.article)
        by_number = {photo.loaded_number: photo for photo in photos if photo.loaded_number}
        removed = []
        for said in self.line.get("photos", []):
            number = _number_of(said["is"], loaded) if "is" in said else 0
            photo = by_number.get(number)
            if photo is None:
                continue
            if said.get("removed"):
                removed.append(photo)
                self._touched = True
            for name in said.get("said", []):
                if name in PHOTO_FLAGS and not getattr(photo, name):
                    setattr(photo, name, True)
                    self._touched = True
            for name, values in said.get("edited", {}).items():
                if name in (*PHOTO_FIELDS, *RARE_PHOTO_FIELDS):
                    is_loaded = loaded[number - 1][name] == getattr(photo, name)
                    live = self._settled(name, values, getattr(photo, name), is_loaded=is_loaded, photo=photo)
                    if getattr(photo, name) != live:
                        setattr(photo, name, live)
                        self._touched = True
        self._order(photos)
        return removed

    def _order(self, photos: Sequence[Photo]) -> None:
        order = self.line.get("photo_order")
        if not order:
            return
        places = {number: place for place, number in enumerate(order)}
        wanted = sorted(photos, key=lambda photo: places.get(photo.loaded_number, len(order)))
        for number, photo in enumerate(wanted, 1):
            if photo.number != number:
                photo.number = number
                self._touched = True

    def _added_photos(self, photos: Sequence[Photo]) -> list[Line]:
        """Photos that the other archive has, and neither a source nor staff show here."""
        here = list(photos)
        new = []
        for values in (line["added"] for line in self.line.get("photos", []) if "added" in line):
            known = next((photo for photo in here if _is_same(photo, values)), None)
            if known is None:
                new.append(values)
            else:
                here.remove(known)  # one photo stands for one
        return new

    def _add_photo(self, values: Line) -> None:
        """With its file, where this archive holds it."""
        photo = Photo(article=self.article, **values)
        taken = set(self.article.photos.values_list("key", flat=True))
        if "key" not in values or photo.key in taken:
            photo.take_key(taken)
        held = Photo.objects.filter(digest=photo.digest).exclude(Q(digest="") | Q(file="")).first()
        if held is None:
            photo.digest = ""
        else:
            photo.file, photo.metadata = held.file, held.metadata
            photo.width_px, photo.height_px = held.width_px, held.height_px
        photo.follow_words()
        photo.save_base(raw=True)
        for rendition in held.renditions.all() if held else ():
            Rendition.objects.create(
                photo=photo, file=rendition.file, file_webp=rendition.file_webp,
                width_px=rendition.width_px, height_px=rendition.height_px,
            )  # fmt: skip

    # --- Tags and corrections

    def _tags(self) -> None:
        said = self.line.get("tags", {})
        now = {tagging.tag_id: tagging for tagging in self.article.taggings.all()}
        for name in said.get("added", []):
            tag = names.find_tag(name_slug(name)) or Tag.objects.create(name=name, slug=name_slug(name))
            if tag.pk not in now:
                self._touched = True
                tagging = Tagging(article=self.article, tag=tag, origin=Tagging.Origin.STAFF)
                tagging.save_base(raw=True)
        for name in said.get("removed", []):
            found = names.find_tag(name_slug(name))
            if found is not None and found.pk in now:
                self._touched = True
                Tagging.objects.filter(pk=now[found.pk].pk).delete()

    def _corrections(self) -> None:
        for said in self.line.get("corrections", []):
            _, made = Correction.objects.get_or_create(
                article=self.article, made_at=datetime.fromisoformat(said["at"]), note=said["note"],
                defaults={"made_by": names.account_of(said)},
            )  # fmt: skip
            self._touched |= made


def _is_same(photo: Photo, values: Mapping[str, Any]) -> bool:
    """Whether a photo here is one that was added there: by its file, or its name; by the caption where it has neither.

    One whose file this archive does not hold stands here without a digest. One that the source shows here may be the
    twin of one that staff have taken over from another article, so all of it has to be the same.
    """
    if photo.loaded_number:
        said = (values["digest"], values["src"], values["caption"])
        return bool(photo.digest) and said == (photo.digest, photo.src, photo.caption)
    if values["digest"] and photo.digest:
        return bool(photo.digest == values["digest"])
    if values["src"] or photo.src:
        return bool(photo.src == values["src"])
    return bool(photo.caption == values["caption"])


def _number_of(said: Mapping[str, Any], loaded: Sequence[Mapping[str, Any]]) -> int:
    """Which photo as loaded here is meant, from 1: by its file, its name, its caption, its number; 0 for none."""
    for name in ("digest", "src", "caption"):
        places = [place for place, values in enumerate(loaded, 1) if said[name] and values[name] == said[name]]
        if len(places) == 1 or said["number"] in places:
            return said["number"] if said["number"] in places else places[0]
    number: int = said["number"]
    return number if number <= len(loaded) and not said["caption"] else 0
