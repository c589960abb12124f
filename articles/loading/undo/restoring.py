"""Restores one article that a load changed, except for what staff have changed since.

A value is restored if it is still the load's. Derived columns are always restored, and derived again if staff have
changed anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext

from articles.catalogue.changing import changing
from articles.catalogue.present_ids import has_other, sources_now, tags_now
from articles.catalogue.revisions import Stamp
from articles.loading.journal import LABELS, PATH, Change, Columns, Key, Rows, columns_of, name_of, rows_of
from articles.loading.undo.result import Left
from articles.models import Article, Conflict, Damage, OriginalPath, Photo, Rendition, Tag, Tagging, fields
from articles.models.bulk import remove_rows
from articles.text.keys import digest_of

ARTICLE, PHOTO, TAGGING, RENDITION, CONFLICT = map(name_of, (Article, Photo, Tagging, Rendition, Conflict))
# Columns that staff may change; all others are from loads or derived.
ARTICLE_COLUMNS = frozenset(fields.names(fields.ARTICLE, fields.Use.STAFF))
PHOTO_COLUMNS = frozenset(fields.names(fields.PHOTO, fields.Use.STAFF))
FILE_COLUMNS = frozenset(("file", "digest", "width_px", "height_px", "damage", "metadata", "from_file"))
WITHDRAWN = frozenset(("withdrawn_at", "withdrawn_by", "withdrawn_reason"))  # restored together
# Rows are inserted in this order, so that references exist.
_INSERT_ORDER: tuple[type[Model], ...] = (OriginalPath, Photo, Rendition, Tagging, Damage, Conflict)


@dataclass(frozen=True, slots=True)
class Present:
    """The present rows of a batch of articles, and the rows that restored ones would refer to."""

    rows: Mapping[int, Rows]
    paths: dict[int, dict[str, Any]]  # of any article; updated as the batch proceeds
    sources: Mapping[int, int]  # present id by former id
    tags: Mapping[int, int]

    @classmethod
    def of(cls, changes: Mapping[int, Change]) -> Present:
        columns = [
            (key[0], values)
            for change in changes.values()
            for key, pair in change.rows.items()
            for values in pair
            if values is not None
        ]
        ids = [pk for change in changes.values() for model, pk in change.rows if model == PATH]
        named = [values["path"] for model, values in columns if model == PATH]
        paths = OriginalPath.objects.filter(Q(pk__in=ids) | Q(path__in=named)).values(*columns_of(OriginalPath))
        return cls(
            rows_of(list(changes)),
            {row["id"]: row for row in paths},
            sources_now({pk for model, values in columns if model == ARTICLE and (pk := values.get("source_id"))}),
            tags_now({values["tag_id"] for model, values in columns if model == TAGGING and "tag_id" in values}),
        )


@dataclass(slots=True)
class Restoration:
    """``of`` decides, from ``Present`` alone; ``run`` writes. ``rest``: rows of the journal not restored."""

    article: Article
    change: Change
    present: Present
    left: list[Left] = field(default_factory=list)
    rest: list[list[Any]] = field(default_factory=list)
    is_clean: bool = True  # nothing from the load has been changed since
    deletions: dict[type[Model], list[int]] = field(default_factory=dict)
    insertions: dict[type[Model], list[dict[str, Any]]] = field(default_factory=dict)
    updates: list[tuple[type[Model], int, dict[str, Any]]] = field(default_factory=list)
    own: dict[str, Any] = field(default_factory=dict)  # the article's columns
    edited_photos: set[int] = field(default_factory=set)  # added by the load, edited by staff
    replaced: set[int] = field(default_factory=set)  # photos with a file from the load that staff have replaced
    # Values that staff restored by hand: photo number (0: the article) and field; ids of tags.
    chosen: list[tuple[int, str]] = field(default_factory=list)
    untagged: list[int] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.own or self.deletions or self.insertions or self.updates)

    @classmethod
    def of(cls, article: Article, change: Change, present: Present) -> Restoration:
        found = cls(article, change, present)
        ways = {ARTICLE: found._article, PHOTO: found._photo, TAGGING: found._tagging, PATH: found._path}
        for key, (_, after) in change.rows.items():
            live = found._live(key) if key[0] == PHOTO else None
            if live and after and after.get("digest", live["digest"]) != live["digest"]:
                found.replaced.add(key[1])
        for key, (before, after) in change.rows.items():
            if before == after:
                continue
            before, after, live = found._as_now(before), found._as_now(after), found._live(key)
            if key[0] in (ARTICLE, PHOTO, TAGGING):
                is_same = _is_unchanged(live, after, live) if live and after else live is None and after is None
                found.is_clean &= is_same
            ways.get(key[0], found._other)(key, live, before, after)
        found._remember_choices()
        return found

    def _as_now(self, columns: Columns) -> Columns:
        """The columns with a merged source replaced by its winner."""
        if not columns or "source_id" not in columns:
            return columns
        return {**columns, "source_id": self.present.sources.get(columns["source_id"], columns["source_id"])}

    def _live(self, key: Key) -> dict[str, Any] | None:
        return self.present.rows.get(self.article.pk, {}).get(key)

    def _leave(self, key: Key, label: str, columns: Iterable[str] | None = None, why: str = "") -> None:
        self.left.append(Left(self.article.key, why or gettext("changed since"), label))
        before, after = self.change.rows[key]
        if columns is not None and before is not None and after is not None:
            before, after = {name: before[name] for name in columns}, {name: after[name] for name in columns}
        self.rest.append([*key, before, after])

    def _delete(self, model: type[Model], pk: int) -> None:
        self.deletions.setdefault(model, []).append(pk)

    def _insert(self, model: type[Model], values: dict[str, Any]) -> None:
        self.insertions.setdefault(model, []).append(values)

    def _update(self, model: type[Model], pk: int, values: dict[str, Any]) -> None:
        if values:
            self.updates.append((model, pk, values))

    # --- Row by row ---------------------------------------------------------------------------------------------------

    def _article(self, key: Key, live: Columns, before: Columns, after: Columns) -> None:
        if live is None or before is None or after is None:
            return
        withdrawn = WITHDRAWN & before.keys()
        if withdrawn and not _is_unchanged(live, after, withdrawn):
            self._leave(key, fields.label_of("withdrawn"), withdrawn)
            before = {name: value for name, value in before.items() if name not in withdrawn}
        for name, value in before.items():
            plain_name = name.removesuffix("_id")
            label = fields.label_of(name if name == "external_id" else plain_name)
            if name in ARTICLE_COLUMNS and live[name] != after[name]:
                self._leave(key, label, [name])
                self.chosen += [(0, plain_name)] if live[name] == value else []
            elif name == "source_id" and value is not None and value not in self.present.sources.values():
                self._leave(key, label, [name], gettext("its former source no longer exists"))
            elif name in ("url", "external_id") and value and has_other(self.article, name, value):
                self._leave(key, label, [name], gettext("another article has it now"))
            else:
                self.own[name] = value

    def _photo(self, key: Key, live: Columns, before: Columns, after: Columns) -> None:
        if before is None:
            self._added_photo(key, live, after or {})
        elif after is None:
            if live is None:
                self._insert(Photo, before)
        elif live is None:
            history: Any = Photo.history.model
            numbers = history.objects.filter(id=key[1]).order_by("-history_id").values_list("number", flat=True)
            self._leave(key, fields.label_of_photo(numbers.first() or 0), why=gettext("removed since"))
        else:
            names = [name for name in before if name in PHOTO_COLUMNS and live[name] != after[name]]
            if key[1] in self.replaced:
                self._leave(key, fields.label_of_photo(live["number"], "digest"), FILE_COLUMNS & before.keys())
                before = {name: value for name, value in before.items() if name not in FILE_COLUMNS}
            for name in names:
                self._leave(key, fields.label_of_photo(live["number"], name), [name])
                if live[name] == before[name] and "loaded_number" not in before:
                    self.chosen.append((live["loaded_number"], name))
            self._update(Photo, key[1], {name: value for name, value in before.items() if name not in names})

    def _added_photo(self, key: Key, live: Columns, after: dict[str, Any]) -> None:
        if live is None:
            return  # already removed by staff
        if _is_unchanged(live, after, PHOTO_COLUMNS - {"number"} | {"digest", "withdrawn_at"}):
            self._delete(Photo, key[1])
            return
        self._leave(key, fields.label_of_photo(live["number"]))
        self.edited_photos.add(key[1])
        if live["loaded_number"]:
            self._update(Photo, key[1], {"loaded_number": 0})  # no longer one of the source's

    def _tagging(self, key: Key, live: Columns, before: Columns, after: Columns) -> None:
        if before is not None and after is not None:
            self._update(Tagging, key[1], {name: value for name, value in before.items() if name == "origin"})
        elif before is None:
            if live is not None:
                self._delete(Tagging, key[1])
            elif after is not None:
                self.untagged.append(after["tag_id"])
        elif live is None:
            tag_id = self.present.tags.get(before["tag_id"])
            rows, gone = self.present.rows.get(self.article.pk, {}), self.deletions.get(Tagging, [])
            now = {row["tag_id"] for (model, pk), row in rows.items() if model == TAGGING and pk not in gone}
            if tag_id is None:
                self._leave(key, fields.label_of("tags"), why=gettext("its former tag no longer exists"))
            elif tag_id not in now:
                self._insert(Tagging, {**before, "tag_id": tag_id})

    def _path(self, key: Key, _live: Columns, before: Columns, after: Columns) -> None:
        paths = self.present.paths
        live = paths.get(key[1])
        is_still = live is not None and after is not None and live["original_id"] == after["original_id"]
        if before is None:
            if is_still:
                self._delete(OriginalPath, key[1])
                del paths[key[1]]
        elif live is None:
            if before["path"] not in {row["path"] for row in paths.values()}:
                self._insert(OriginalPath, before)
                paths[key[1]] = before
        elif is_still:
            self._update(OriginalPath, key[1], before)
            paths[key[1]] = before

    def _other(self, key: Key, live: Columns, before: Columns, after: Columns) -> None:
        """Rows that staff do not change. Decided conflicts stay."""
        model = LABELS[key[0]]
        if key[0] == RENDITION and (before or after or {}).get("photo_id") in self.replaced:
            return
        if key[0] == CONFLICT and live is not None and not _is_unchanged(live, after or {}, ("decision",)):
            return
        if before is None:
            if live is not None and live.get("photo_id") not in self.edited_photos:
                self._delete(model, key[1])
        elif live is not None:
            self._update(model, key[1], before)
        elif after is None:
            self._insert(model, before)

    def _remember_choices(self) -> None:
        """Keep the load's values as loaded where staff chose others, or the next load would overwrite the choice."""
        _, after = self.change.rows.get((ARTICLE, self.article.pk), (None, None))
        if not (self.chosen or self.untagged) or after is None or "as_loaded" not in self.own:
            return
        loaded, of_load = deepcopy(self.own["as_loaded"]), after["as_loaded"]
        for number, name in self.chosen:
            before = loaded["photos"][number - 1 : number] if number else [loaded]
            there = of_load["photos"][number - 1 : number] if number else [of_load]
            if before and there and name in before[0] and name in there[0] and name != "position":
                before[0][name] = there[0][name]
        if self.untagged:
            removed = Tag.objects.filter(pk__in=self.untagged).values_list("slug", flat=True)
            loaded["tags"] = sorted({*loaded.get("tags", []), *({*removed} & {*of_load.get("tags", [])})})
        self.own["as_loaded"] = loaded

    # --- Writing ------------------------------------------------------------------------------------------------------

    def run(self, stamp: Stamp) -> None:
        article = self.article
        with changing([article.pk], stamp) as changes:
            changes.articles[article.pk] = article
            self._write_rows()
            for name, value in self.own.items():
                setattr(article, name, value)
            article.body_as_loaded = self._body_as_loaded()
            if self.is_clean and not any(key[0] in (PHOTO, RENDITION) for key in self.change.rows):
                return
            photos = list(Photo.everything.filter(article=article).order_by("number", "pk"))
            for number, photo in enumerate(photos, 1):
                photo.number = photo.number if self.is_clean else number
                photo.follow_words()
            Photo.everything.bulk_update(photos, ["number", "from_file", "differs_from_file", "credited"])

    def _write_rows(self) -> None:
        # Paths first, or they would be deleted with their originals; and never two current originals at once.
        other_updates = [change for change in self.updates if change[0] is not OriginalPath]
        _run_updates(change for change in self.updates if change[0] is OriginalPath)
        for model, ids in self.deletions.items():
            remove_rows(model._base_manager.filter(pk__in=ids))
        _run_updates(sorted(other_updates, key=lambda change: bool(change[2].get("is_current"))))
        for model in _INSERT_ORDER:
            rows = self._insertable(model)
            model._base_manager.bulk_create([model(**values) for values in rows])

    def _insertable(self, model: type[Model]) -> list[dict[str, Any]]:
        insertions = self.insertions.get(model, [])
        if not insertions or model not in (Rendition, Conflict):
            return insertions
        photos = {None, *Photo.everything.filter(article=self.article).values_list("pk", flat=True)}
        insertions = [values for values in insertions if values["photo_id"] in photos]
        if model is Rendition:
            return insertions
        open_now = set(Conflict.objects.open().filter(article=self.article).values_list("photo_id", "field"))
        return [
            row
            for row in insertions
            if row["decision"] != Conflict.Decision.OPEN or (row["photo_id"], row["field"]) not in open_now
        ]

    def _body_as_loaded(self) -> str:
        """The text as loaded, or ``""`` if it is the present one."""
        wanted = self.article.as_loaded.get("body")
        if wanted is None or wanted == digest_of(self.article.body.encode()):
            return ""
        key = (ARTICLE, self.article.pk)
        before = self.change.rows.get(key, (None, None))[0]
        texts = [
            (columns or {}).get(name) for columns in (before, self._live(key)) for name in ("body", "body_as_loaded")
        ]
        found = (text for text in texts if text is not None and digest_of(text.encode()) == wanted)
        return next(found, self.article.body_as_loaded)


def _is_unchanged(live: Mapping[str, Any], after: Mapping[str, Any], names: Iterable[str]) -> bool:
    return all(live[name] == after[name] for name in names if name in after)


def _run_updates(rows: Iterable[tuple[type[Model], int, dict[str, Any]]]) -> None:
    for model, pk, values in rows:
        model._base_manager.filter(pk=pk).update(**values)
