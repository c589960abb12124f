"""One article that a load changed, on its way back: which columns and rows go back, and which staff have changed since.

A value that is still the one that the load left goes back to the one before. What follows from others (the HTML, the
count of photos, the number of a photo as loaded) goes back whatever it is, and is derived anew where staff have
changed anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from articles.catalogue import revisions
from articles.catalogue.changing import changing
from articles.loading.journal import columns_of, label_of, rows_of
from articles.loading.undo.account import Left
from articles.loading.undo.journal import LABELS, Change, Columns, Key
from articles.models import (
    Article,
    Conflict,
    Damage,
    FormerTag,
    OriginalPath,
    Photo,
    Rendition,
    Source,
    SourceAlias,
    Tag,
    Tagging,
    fields,
)
from articles.models.bulk import remove_rows
from articles.text.keys import digest_of

SINCE = "changed since"
ARTICLE, PHOTO, TAGGING, PATH, RENDITION, CONFLICT = map(
    label_of, (Article, Photo, Tagging, OriginalPath, Rendition, Conflict)
)
# The columns that staff may change too; all others are a load's own, or follow from these.
ARTICLE_COLUMNS = frozenset(fields.names(fields.ARTICLE, fields.Use.STAFF))
PHOTO_COLUMNS = frozenset(fields.names(fields.PHOTO, fields.Use.STAFF))
WITHDRAWN = frozenset(("withdrawn_at", "withdrawn_by", "withdrawn_reason"))  # none says anything without the others
# In this order rows come back, so that none hangs on one that is not there yet.
_COMING: tuple[type[Model], ...] = (OriginalPath, Photo, Rendition, Tagging, Damage, Conflict)


# --- What stands. -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is now, of the articles of a batch: their rows, and what their former rows would refer to."""

    rows: Mapping[int, Mapping[Key, dict[str, Any]]]
    # Whosever they are, and as the articles before this one in the batch have left them.
    paths: dict[int, dict[str, Any]]
    taken_paths: set[str]
    sources: Collection[int]
    tags: Mapping[int, str]
    # What was merged since, by the ids that it had.
    former_tags: Mapping[int, int]
    former_sources: Mapping[int, int]


def what_stands(changes: Mapping[int, Change]) -> Standing:
    rows = [(key, pair) for change in changes.values() for key, pair in change.rows.items()]
    before = [(key[0], columns) for key, (columns, _) in rows if columns]
    path_ids = [pk for model, pk in (key for key, _ in rows) if model == PATH]
    wanted_paths = [columns["path"] for model, columns in before if model == PATH]
    wanted_tags = {columns["tag_id"] for model, columns in before if model == TAGGING and "tag_id" in columns}
    of_articles = [columns for key, pair in rows if key[0] == ARTICLE for columns in pair if columns]
    sources: set[Any] = {columns.get("source_id") for columns in of_articles} - {None}
    merged: Any = SourceAlias.objects.filter(former_id__in=sources)
    former_sources = dict(merged.values_list("former_id", "source_id"))
    former = dict(FormerTag.objects.filter(former_id__in=wanted_tags).values_list("former_id", "tag_id"))
    paths = OriginalPath.objects.filter(pk__in=path_ids).values(*columns_of(OriginalPath))
    return Standing(
        rows=rows_of(list(changes)),
        paths={row["id"]: row for row in paths},
        taken_paths=set(OriginalPath.objects.filter(path__in=wanted_paths).values_list("path", flat=True)),
        sources={*Source.objects.filter(pk__in=sources).values_list("pk", flat=True), *former_sources.values()},
        tags=dict(Tag.objects.filter(pk__in={*wanted_tags, *former.values()}).values_list("pk", "name")),
        former_tags=former,
        former_sources=former_sources,
    )


def _value(model: type[Model], name: str, value: Any) -> Any:
    """A value of the journal, which is JSON, as the database gives it."""
    column: Any = model._meta.get_field(name)
    return (column.target_field if column.is_relation else column).to_python(value)


def _values(model: type[Model], columns: Columns) -> dict[str, Any] | None:
    return None if columns is None else {name: _value(model, name, value) for name, value in columns.items()}


def _is_still(live: Mapping[str, Any], after: Mapping[str, Any], names: Iterable[str]) -> bool:
    return all(live[name] == after[name] for name in names if name in after)


def _last_number(photo_id: int) -> int:
    """The number that a photo had when it was removed; 0 if no history tells."""
    history: Any = Photo.history.model
    numbers = history.objects.filter(id=photo_id).order_by("-history_id").values_list("number", flat=True)
    return numbers.first() or 0


# --- One article. -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Restoration:
    """What is done to one article. ``of`` decides, and reads no more than ``Standing``; ``run`` writes.

    ``rest`` are the rows of the journal that were not put back, with the columns concerned.
    """

    article: Article
    change: Change
    standing: Standing
    left: list[Left] = field(default_factory=list)
    rest: list[list[Any]] = field(default_factory=list)
    is_clean: bool = True  # nothing that the load changed has been changed since
    going: dict[type[Model], list[int]] = field(default_factory=dict)
    coming: dict[type[Model], list[dict[str, Any]]] = field(default_factory=dict)
    changing: list[tuple[type[Model], int, dict[str, Any]]] = field(default_factory=list)
    own: dict[str, Any] = field(default_factory=dict)  # the article's columns
    kept_photos: set[int] = field(default_factory=set)  # that the load added, and staff have worked on
    # Where staff have put back by hand what was there before the load: fields, those of photos as loaded, and tags.
    chosen: list[tuple[int, str]] = field(default_factory=list)
    untagged: list[int] = field(default_factory=list)

    @property
    def does_nothing(self) -> bool:
        """Whether all that is left to be put back was changed since."""
        return not (self.own or self.going or self.coming or self.changing)

    @classmethod
    def of(cls, article: Article, change: Change, standing: Standing) -> Restoration:
        one = cls(article, change, standing)
        for key, (before, after) in change.rows.items():
            if before != after:
                model = LABELS[key[0]]
                one._decide(key, one._as_merged(_values(model, before)), one._as_merged(_values(model, after)))
        one._remember_choices()
        return one

    def _as_merged(self, columns: Columns) -> Columns:
        """With the source that the one of the journal was merged into since."""
        former = self.standing.former_sources
        if columns is None or columns.get("source_id") not in former:
            return columns
        return {**columns, "source_id": former[columns["source_id"]]}

    def _decide(self, key: Key, before: Columns, after: Columns) -> None:
        ways = {ARTICLE: self._article, PHOTO: self._photo, TAGGING: self._tagging, PATH: self._path}
        live = self._live(key)
        if key[0] in (ARTICLE, PHOTO, TAGGING):
            self.is_clean &= (live is None) == (after is None) and (live is None or _is_still(live, after or {}, live))
        ways.get(key[0], self._other)(key, live, before, after)

    def _live(self, key: Key) -> dict[str, Any] | None:
        return self.standing.rows.get(self.article.pk, {}).get(key)

    def _leave(self, key: Key, name: str, columns: Iterable[str] | None = None, why: str = SINCE) -> None:
        """Leave a row, or columns of one, as it is."""
        self.left.append(Left(self.article.key, why, name))
        before, after = self.change.rows[key]
        if columns is not None and before is not None and after is not None:
            before, after = {name: before[name] for name in columns}, {name: after[name] for name in columns}
        self.rest.append([*key, before, after])

    # --- Row by row ---------------------------------------------------------------------------------------------------

    def _article(self, key: Key, live: Columns, before: Columns, after: Columns) -> None:
        if live is None or before is None or after is None:
            return
        withdrawn = WITHDRAWN & before.keys()
        if withdrawn and not _is_still(live, after, withdrawn):
            self._leave(key, "withdrawn", withdrawn)
            before = {name: value for name, value in before.items() if name not in withdrawn}
        for name, value in before.items():
            told = name.removesuffix("_id")
            if name in ARTICLE_COLUMNS and live[name] != after[name]:
                self._leave(key, told, [name])
                self.chosen += [(0, told)] if live[name] == value else []
            elif name == "source_id" and value is not None and value not in self.standing.sources:
                self._leave(key, told, [name], "its former source is no longer there")
            elif name in ("url", "external_id") and value and self._is_taken(name, value):
                self._leave(key, {"external_id": "id"}.get(name, name), [name], "another article has it now")
            else:
                self.own[name] = value

    def _is_taken(self, name: str, value: str) -> bool:
        return Article.objects.filter(**{name: value}).exclude(pk=self.article.pk).exists()

    def _photo(self, key: Key, live: Columns, before: Columns, after: Columns) -> None:
        if before is None:
            self._added_photo(key, live, after or {})
        elif after is None:
            if live is None:
                self.coming.setdefault(Photo, []).append(before)
        elif live is None:
            self._leave(key, f"photo:{_last_number(key[1])}", why="removed since")
        else:
            names = [name for name in before if name in PHOTO_COLUMNS and live[name] != after[name]]
            for name in names:
                self._leave(key, f"{name}:{live['number']}", [name])
                if live[name] == before[name] and "loaded_number" not in before:
                    self.chosen.append((live["loaded_number"], name))
            self._change(Photo, key[1], {name: value for name, value in before.items() if name not in names})

    def _added_photo(self, key: Key, live: Columns, after: dict[str, Any]) -> None:
        if live is None:
            return  # staff have removed it already
        if _is_still(live, after, PHOTO_COLUMNS - {"number"}):
            self.going.setdefault(Photo, []).append(key[1])
            return
        self._leave(key, f"photo:{live['number']}")
        self.kept_photos.add(key[1])
        if live["loaded_number"]:
            self._change(Photo, key[1], {"loaded_number": 0})  # what is loaded says nothing of it from now on

    def _tagging(self, key: Key, live: Columns, before: Columns, after: Columns) -> None:
        if before is not None and after is not None:
            self._change(Tagging, key[1], {name: value for name, value in before.items() if name == "origin"})
        elif before is None:
            if live is not None:
                self.going.setdefault(Tagging, []).append(key[1])
            elif after is not None:
                self.untagged.append(after["tag_id"])
        elif live is None:
            tag_id = self.standing.former_tags.get(before["tag_id"], before["tag_id"])
            if tag_id not in self.standing.tags:
                self._leave(key, "tags", why="its former tag is no longer there")
            elif tag_id not in self._tags_now():
                self.coming.setdefault(Tagging, []).append({**before, "tag_id": tag_id})

    def _tags_now(self) -> set[int]:
        rows = self.standing.rows.get(self.article.pk, {})
        gone = self.going.get(Tagging, [])
        return {row["tag_id"] for (model, pk), row in rows.items() if model == TAGGING and pk not in gone}

    def _path(self, key: Key, _live: Columns, before: Columns, after: Columns) -> None:
        """A file that another article has by now stays its."""
        live, paths, taken = self.standing.paths.get(key[1]), self.standing.paths, self.standing.taken_paths
        is_still = live is not None and after is not None and live["original_id"] == after["original_id"]
        if live is not None and before is None and is_still:
            self.going.setdefault(OriginalPath, []).append(key[1])
            taken.discard(paths.pop(key[1])["path"])
        elif before is not None and live is None and before["path"] not in taken:
            self.coming.setdefault(OriginalPath, []).append(before)
            paths[key[1]] = before
            taken.add(before["path"])
        elif before is not None and is_still:
            self._change(OriginalPath, key[1], before)
            paths[key[1]] = before

    def _other(self, key: Key, live: Columns, before: Columns, after: Columns) -> None:
        """Rows that staff do not change; a conflict is theirs once they have decided it."""
        model = LABELS[key[0]]
        if key[0] == CONFLICT and live is not None and not _is_still(live, after or {}, ("decision",)):
            return
        if before is None:
            if live is not None and live.get("photo_id") not in self.kept_photos:
                self.going.setdefault(model, []).append(key[1])
        elif live is not None:
            self._change(model, key[1], before)
        elif after is None:
            self.coming.setdefault(model, []).append(before)

    def _remember_choices(self) -> None:
        """Leave the load's word as the loaded one of what staff chose against it. For where they chose what was there
        before, nothing else tells it from a value that nobody cared about, and the same file, loaded again, would have
        its way."""
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

    def _change(self, model: type[Model], pk: int, values: dict[str, Any]) -> None:
        if values:
            self.changing.append((model, pk, values))

    # --- Writing ------------------------------------------------------------------------------------------------------

    def run(self, stamp: revisions.Stamp) -> None:
        """Write it, with all that follows."""
        article = self.article
        with changing([article.pk], stamp) as changes:
            changes.articles[article.pk] = article
            self._write_rows()
            for name, value in self.own.items():
                setattr(article, name, value)
            article.body_as_loaded = self._body_as_loaded()
            self._follow_photos()

    def _write_rows(self) -> None:
        # Files first: they would go with the originals that they are moved away from.
        later = [one for one in self.changing if one[0] is not OriginalPath]
        for model, pk, values in (one for one in self.changing if one[0] is OriginalPath):
            model._default_manager.filter(pk=pk).update(**values)
        for model, ids in self.going.items():
            remove_rows(model._default_manager.filter(pk__in=ids))
        # No two originals are the current one, not for a moment.
        for model, pk, values in sorted(later, key=lambda one: bool(one[2].get("is_current"))):
            model._default_manager.filter(pk=pk).update(**values)
        for model in _COMING:
            if rows := self._that_may_come(model):
                model._default_manager.bulk_create([model(**values) for values in rows])

    def _that_may_come(self, model: type[Model]) -> list[dict[str, Any]]:
        """Without sizes of, and conflicts about, photos that staff have removed."""
        coming = self.coming.get(model, [])
        if not coming or model not in (Rendition, Conflict):
            return coming
        photos = set(Photo.objects.filter(article=self.article).values_list("pk", flat=True))
        coming = [values for values in coming if values["photo_id"] is None or values["photo_id"] in photos]
        if model is Rendition:
            return coming
        is_open = Conflict.Decision.OPEN
        known = set(Conflict.objects.open().filter(article=self.article).values_list("photo_id", "field"))
        return [one for one in coming if one["decision"] != is_open or (one["photo_id"], one["field"]) not in known]

    # --- What follows from the rest -----------------------------------------------------------------------------------

    def _follow_photos(self) -> None:
        """Number them, and let their marks follow the words that they have now."""
        photos = list(Photo.objects.filter(article=self.article).order_by("number", "pk"))
        if self.is_clean and not any(key[0] in (PHOTO, RENDITION) for key in self.change.rows):
            return
        for number, photo in enumerate(photos, 1):
            photo.number = photo.number if self.is_clean else number
            photo.follow_words()
        Photo.objects.bulk_update(photos, ["number", "from_file", "differs_from_file", "credited"])

    def _body_as_loaded(self) -> str:
        """The text that the article was loaded with, where it is not the one that it has."""
        wanted = self.article.as_loaded.get("body")
        if wanted is None or wanted == digest_of(self.article.body.encode()):
            return ""
        live = self._live((ARTICLE, self.article.pk)) or {}
        before = self.change.rows.get((ARTICLE, self.article.pk), (None, None))[0] or {}
        texts = [columns.get(name) for columns in (before, live) for name in ("body", "body_as_loaded")]
        found = (text for text in texts if text is not None and digest_of(text.encode()) == wanted)
        return next(found, self.article.body_as_loaded)
