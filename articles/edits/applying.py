"""Edits of another archive, taken over: three-way again, with what both archives have loaded as the common ground."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from articles import captioning, filing, revisions
from articles.baseline import (
    FIELDS,
    PHOTO_FIELDS,
    RARE_PHOTO_FIELDS,
    has_loaded_body,
    loaded_body,
    loaded_photos,
    loaded_source,
)
from articles.edits import names
from articles.edits.export import PHOTO_FLAGS
from articles.identity import name_slug
from articles.ingest.errors import IngestError
from articles.ingest.store.clash import Clash, open_conflicts, save_clashes
from articles.ingest.store.likeness import renew_likeness
from articles.merging import settle, settle_text
from articles.models import (
    Article,
    Correction,
    Photo,
    Redirect,
    Rendition,
    Source,
    Tag,
    Tagging,
)

Line = dict[str, Any]


class BadEdit(IngestError):
    """A line of an edits file that cannot be taken over."""


@dataclass(slots=True)
class Applied:
    """What came of a file: its lines by outcome (``applied``, ``unchanged``, ``refused``), and what was wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[BadEdit] = field(default_factory=list)
    conflicts: int = 0


def apply_edits(path: Path) -> Applied:
    """Take over a file of edits, an article a transaction. Repeating it changes nothing more.

    A bad line is a problem in the answer, and never stops the others. Raises ``OSError`` when the file cannot be read.
    """
    applied, addresses, merges = Applied(), [], []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not text.strip():
            continue
        try:
            line = _parsed(text, path, number)
            with transaction.atomic():
                outcome = _apply(line, applied, path, number)
            if "key" in line and "gone" not in line:
                addresses.append(line)
                merges += [line] if line.get("merged_into") else []
        except BadEdit as error:
            applied.problems.append(error)
            outcome = "refused"
        except (KeyError, TypeError, ValueError) as error:
            reason = f"this is no line of an edits file ({type(error).__name__}: {error})"
            applied.problems.append(BadEdit(reason, path=path, line=number))
            outcome = "refused"
        applied.counts[outcome] += 1
    with transaction.atomic():
        _give_addresses(addresses)
        _merge(merges)
    return applied


def _parsed(text: str, path: Path, number: int) -> Line:
    try:
        line = json.loads(text)
    except ValueError as error:
        raise BadEdit(f"this is no JSON: {error}", path=path, line=number) from error
    if not isinstance(line, dict) or not line.keys() & {"key", "tag", "source", "gone"}:
        raise BadEdit("an edit names a key, a tag, a source or an address that is gone", path=path, line=number)
    return line


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
        stamp = revisions.Stamp(self._user(), self._reason(), timezone.now())
        filed, path, body_before = filing.Filed.of(article), article.get_absolute_url(), article.body
        before = loaded_body(article)
        photos = list(article.photos.order_by("number"))
        revisions.keep_article(article, stamp)
        self._fields()
        self._withdraw()
        removed = self._photos(photos)
        self._tags()
        self._corrections()
        added = self._added_photos(photos)
        if not self._touched and not added:
            return False
        filing.derive(article)
        article.body_as_loaded = "" if has_loaded_body(article) else before
        article.slug = filing.free_slug(article)
        article.save_base(raw=True)
        for photo in photos:
            if photo not in removed:
                photo.follow_words()
                photo.save_base(raw=True)
        Photo.objects.filter(pk__in=[photo.pk for photo in removed]).delete()
        for values in added:
            self._add_photo(values)
        captioning.label_renditions([photo for photo in photos if photo.file and photo not in removed])
        filing.count_photos(article)
        article.save_base(raw=True, update_fields=["photo_count", "photo_file_count"])
        filing.refile(article, filed, path)
        revisions.record_article(article, stamp)
        save_clashes(article, self.clashes, (), open_conflicts(article), None)
        if article.body != body_before:
            renew_likeness(article)
        return True

    def _user(self) -> Any:
        return get_user_model()._default_manager.filter(username=self.line.get("by", "")).first()

    def _reason(self) -> str:
        who = f", by {self.line['by']} on {self.line['at'][:10]}" if "by" in self.line and "at" in self.line else ""
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
        settled = (settle_text if name == "body" else settle)(loaded, edited, live)
        if not settled.is_conflict:
            return settled.value
        ours, theirs = (edited, live) if is_loaded else (live, edited)
        if not any((one.field, one.photo_id) == (name, photo and photo.pk) for one in self.article.conflicts.all()):
            self.clashes.append(Clash(name, loaded, ours, theirs, photo))
            self._touched = True
        return ours

    def _withdraw(self) -> None:
        said = self.line.get("withdrawn")
        if said and self.article.withdrawn_at is None:
            self.article.withdrawn_at = datetime.fromisoformat(said["at"])
            self.article.withdrawn_reason = said["reason"]
            self._touched = True

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
        here = [photo for photo in photos if photo.digest or not photo.loaded_number]
        known = {(photo.caption, photo.src, photo.digest) for photo in here}
        said = [line["added"] for line in self.line.get("photos", []) if "added" in line]
        # One whose file this archive does not hold stands here without a digest.
        return [
            values
            for values in said
            if not {(values["caption"], values["src"], digest) for digest in (values["digest"], "")} & known
        ]

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
            user = get_user_model()._default_manager.filter(username=said["by"] or "").first()
            _, made = Correction.objects.get_or_create(
                article=self.article, made_at=datetime.fromisoformat(said["at"]), note=said["note"],
                defaults={"made_by": user},
            )  # fmt: skip
            self._touched |= made


def _number_of(said: Mapping[str, Any], loaded: Sequence[Mapping[str, Any]]) -> int:
    """Which photo as loaded here is meant, from 1: by its file, its name, its caption, its number; 0 for none."""
    for name in ("digest", "src", "caption"):
        places = [place for place, values in enumerate(loaded, 1) if said[name] and values[name] == said[name]]
        if len(places) == 1 or said["number"] in places:
            return said["number"] if said["number"] in places else places[0]
    number: int = said["number"]
    return number if number <= len(loaded) and not said["caption"] else 0


# --- Addresses and merges, when every article is there ----------------------------------------------------------------


def _give_addresses(lines: Sequence[Line]) -> None:
    """Give articles the addresses that they had, whichever was loaded first here; two may have to change places."""
    wanted = {line["key"]: line for line in lines}
    moves: list[tuple[str, Article]] = []
    articles = {article.key: article for article in _by_key(wanted)}
    for key, article in articles.items():
        moves.append((article.get_absolute_url(), article))
        if article.slug != wanted[key]["slug"]:
            Article.objects.filter(pk=article.pk).update(slug=f"{key}-moves")
    for key, article in articles.items():
        slug = wanted[key]["slug"]
        if article.slug != slug:
            article.slug = slug
            Redirect.objects.filter(path=article.get_absolute_url()).delete()
            article.slug = filing.free_slug(article)
            Article.objects.filter(pk=article.pk).update(slug=article.slug)
    here = {article.get_absolute_url() for article in articles.values()}
    filing.keep_addresses([(path, article) for path, article in moves if path not in here])
    for key, article in articles.items():
        former = [path for path in wanted[key].get("former_addresses", []) if path != article.get_absolute_url()]
        known = set(Redirect.objects.filter(path__in=former).values_list("path", flat=True))
        Redirect.objects.bulk_create([Redirect(path=path, article=article) for path in former if path not in known])


def _by_key(keys: Iterable[str]) -> Iterator[Article]:
    names = list(keys)
    for start in range(0, len(names), 500):
        yield from Article.objects.filter(key__in=names[start : start + 500])


def _merge(lines: Sequence[Line]) -> None:
    """Say of articles which others they were merged into."""
    for line in lines:
        winner = Article.objects.filter(key=line["merged_into"]).first()
        if winner is not None:
            Article.objects.filter(key=line["key"], merged_into=None).update(merged_into=winner)
