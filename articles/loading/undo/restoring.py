"""Restores articles that a load changed: each value that is still as the load left it. The rest is derived again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext

from articles.catalogue import ledger, recorded
from articles.catalogue.loaded import has_loaded_body, own_blocks
from articles.catalogue.present_ids import has_other, merged_tags, sources_now, tags_now
from articles.catalogue.recorded import ARTICLE, CONFLICT, MODELS, PATH, PHOTO, RENDITION, TAGGING, Key, is_as_recorded
from articles.loading.undo.created import BY_STAFF
from articles.loading.undo.result import Left
from articles.models import Article, ArticleChange, Conflict, Load, OriginalPath, Photo, Rendition, Tag, Tagging, fields
from articles.models.withdrawal import WithdrawnBy
from articles.text.keys import digest_of
from articles.text.markdown import blocks_of
from articles.text.merge import moved

Columns = dict[str, Any] | None  # ``None``: no such row
# Columns that staff may change; all others are from loads or derived.
ARTICLE_COLUMNS = frozenset(fields.names(fields.ARTICLE, fields.Use.STAFF))
PHOTO_COLUMNS = frozenset(fields.names(fields.PHOTO, fields.Use.STAFF))
FILE_COLUMNS = frozenset(("file", "digest", "width_px", "height_px", "damage", "metadata", "from_file"))


@dataclass(slots=True)
class LoadChanges(recorded.Combined):
    """Changes by a load to one article, without those already undone. ``ids``: of their rows, oldest first."""

    ids: list[int] = field(default_factory=list)

    @classmethod
    def of_many(cls, load: Load, article_ids: Collection[int]) -> dict[int, LoadChanges]:
        found: defaultdict[int, LoadChanges] = defaultdict(cls)
        for change in ledger.changes_left(load).filter(article__in=article_ids).order_by("id"):
            found[change.article_id].ids.append(change.pk)
            found[change.article_id].add(
                (model, pk, before and recorded.values_of(model, before), after and recorded.values_of(model, after))
                for model, pk, before, after in ledger.whole_rows(change)
                if model in MODELS
            )
        return dict(found)

    def leave(self, rest: Iterable[recorded.Row]) -> None:
        """Note that all but ``rest`` is put back."""
        *done, last = self.ids
        ArticleChange.objects.filter(pk__in=done).update(undone="[]")
        ArticleChange.objects.filter(pk=last).update(undone=recorded.encoded(rest, with_body=True))


@dataclass(frozen=True, slots=True)
class Present:
    """The present rows of a batch of articles, and the rows that restored ones would refer to."""

    rows: Mapping[int, recorded.Rows]
    paths: dict[int, dict[str, Any]]  # of any article; updated as the batch proceeds
    sources: Mapping[int, int]  # present id by former id
    tags: Mapping[int, int]
    merged_tags: Mapping[str, int]  # present id by former slug
    new_photos: set[int]  # ids of those that staff have added since

    @classmethod
    def of(cls, changes: Mapping[int, LoadChanges]) -> Present:
        columns = [
            (key[0], values)
            for found in changes.values()
            for key, pair in found.rows.items()
            for values in pair
            if values is not None
        ]
        ids = [pk for found in changes.values() for model, pk in found.rows if model == PATH]
        named = [values["path"] for model, values in columns if model == PATH]
        by_staff = ArticleChange.objects.filter(article__in=changes, change__kind__in=BY_STAFF)
        loaded = [values.get("as_loaded", {}) for model, values in columns if model == ARTICLE]
        paths = OriginalPath.objects.filter(Q(pk__in=ids) | Q(path__in=named)).values(*recorded.COLUMNS[OriginalPath])
        return cls(
            recorded.rows_of(recorded.OWNERS, list(changes)),
            {row["id"]: row for row in paths},
            sources_now({pk for model, values in columns if model == ARTICLE and (pk := values.get("source_id"))}),
            tags_now({values["tag_id"] for model, values in columns if model == TAGGING and "tag_id" in values}),
            merged_tags({slug for values in loaded for slug in values.get("tags", ())}),
            {
                photo_id
                for pk, row_id, rows in by_staff.values_list("article_id", "id", "rows")
                for model, photo_id, before, _ in recorded.decoded(rows)
                if model == PHOTO and before is None and row_id > changes[pk].ids[-1]
            },
        )


@dataclass(slots=True)
class Restoration:
    """The plan for one article, from ``Present`` alone; ``write`` carries it out. ``rest``: rows not restored."""

    article: Article
    changes: LoadChanges
    present: Present
    left: list[Left] = field(default_factory=list)
    rest: list[recorded.Row] = field(default_factory=list)
    is_clean: bool = True  # nothing from the load has been changed since
    deletions: defaultdict[type[Model], list[int]] = field(default_factory=lambda: defaultdict(list))
    insertions: defaultdict[type[Model], list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
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
    def of(cls, article: Article, changes: LoadChanges, present: Present) -> Restoration:
        found = cls(article, changes, present)
        ways = {ARTICLE: found._article, PHOTO: found._photo, TAGGING: found._tagging, PATH: found._path}
        for key, (_, after) in changes.rows.items():
            live = found._live(key) if key[0] == PHOTO else None
            if live and after and after.get("digest", live["digest"]) != live["digest"]:
                found.replaced.add(key[1])
        for key, (before, after) in changes.rows.items():
            if before == after:
                continue
            before, after, live = found._as_now(before), found._as_now(after), found._live(key)
            if key[0] in (ARTICLE, PHOTO, TAGGING):
                is_same = _is_unchanged(live, after, live) if live and after else live is None and after is None
                found.is_clean &= is_same
            ways.get(key[0], found._other)(key, live, before, after)
        found._move_new_photos()
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
        self.left.append(Left(self.article.key, str(self.article), why or gettext("changed since"), label))
        before, after = self.changes.rows[key]
        if columns is not None and before is not None and after is not None:
            before, after = {name: before[name] for name in columns}, {name: after[name] for name in columns}
        self.rest.append((*key, before, after))

    def _update(self, model: type[Model], pk: int, values: dict[str, Any]) -> None:
        if values:
            self.updates.append((model, pk, values))

    def _article(self, key: Key, live: Columns, before: Columns, after: Columns) -> None:
        if live is None or before is None or after is None:
            return
        withdrawn = before.keys() & {*recorded.WITHDRAWAL}  # restored together
        if withdrawn and not _is_unchanged(live, after, withdrawn):
            self._leave(key, fields.label_of("withdrawn"), withdrawn)
            before = {name: value for name, value in before.items() if name not in withdrawn}
        for name, value in before.items():
            plain_name = name.removesuffix("_id")
            label = fields.label_of(name if name == "external_id" else plain_name)
            if name in ARTICLE_COLUMNS and not is_as_recorded(live[name], after[name]):
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
                self.insertions[Photo].append({**before, "position": self._place(before["position"])})
        elif live is None:
            removed = (row["number"] for row, _ in ledger.removed_photos([self.article.pk]) if row["id"] == key[1])
            number = next(removed, 0)
            label = fields.label_of_photo(number) if number else fields.label_of("photos")
            self._leave(key, label, why=gettext("removed since"))
        else:
            edited = PHOTO_COLUMNS & before.keys()
            names = [name for name in before if name in edited and not is_as_recorded(live[name], after[name])]
            if "position" in before.keys() - {*names} and self._leaves_text():
                names.append("position")
            if key[1] in self.replaced:
                self._leave(key, fields.label_of_photo(live["number"], "digest"), FILE_COLUMNS & before.keys())
                before = {name: value for name, value in before.items() if name not in FILE_COLUMNS}
            for name in names:
                self._leave(key, fields.label_of_photo(live["number"], name), [name])
                if live[name] == before[name] and "loaded_number" not in before:
                    self.chosen.append((live["loaded_number"], name))
            self._update(Photo, key[1], {name: value for name, value in before.items() if name not in names})

    def _leaves_text(self) -> bool:
        _, after = self.changes.rows.get((ARTICLE, self.article.pk), (None, None))
        return after is not None and "body" in after and not is_as_recorded(self.article.body, after["body"])

    def _place(self, position: int) -> int:
        """A position before the load, in the text after the undo."""
        before, _ = self.changes.rows.get((ARTICLE, self.article.pk), (None, None))
        if before is None or not self._leaves_text():
            return position
        return moved(position, blocks_of(before["body"]), own_blocks(self.article))

    def _move_new_photos(self) -> None:
        """Keep photos that staff have added since next to their paragraphs."""
        if "body" not in self.own:
            return
        before, after = own_blocks(self.article), blocks_of(self.own["body"])
        for (model, pk), row in self.present.rows.get(self.article.pk, {}).items():
            if model == PHOTO and pk in self.present.new_photos:
                self._update(Photo, pk, {"position": moved(row["position"], before, after)})

    def _added_photo(self, key: Key, live: Columns, after: dict[str, Any]) -> None:
        if live is None:
            return  # already removed by staff
        if _is_unchanged(live, after, PHOTO_COLUMNS - {"number"} | {"digest", "withdrawn_at"}):
            self.deletions[Photo].append(key[1])
            return
        self._leave(key, fields.label_of_photo(live["number"]))
        self.edited_photos.add(key[1])
        if live["loaded_number"]:
            self._update(Photo, key[1], {"loaded_number": 0})  # no longer one of the source's

    def _tagging(self, key: Key, live: Columns, before: Columns, after: Columns) -> None:
        if before is None:
            if live is None:
                self.untagged += [after["tag_id"]] if after else []
            elif not self._stays(key, live):
                self.deletions[Tagging].append(key[1])
            elif live["tag_id"] not in self._merged_tags():
                self._leave(key, fields.label_of("tags"))
        elif live is None:
            tag_id, rows = self.present.tags.get(before["tag_id"]), self.present.rows.get(self.article.pk, {})
            # Not again those that are not deleted or already restored: tags may have been merged into one since.
            stay = {row["tag_id"] for key, row in rows.items() if key[0] == TAGGING and self._stays(key, row)}
            if tag_id is None:
                self._leave(key, fields.label_of("tags"), why=gettext("its former tag no longer exists"))
            elif tag_id not in stay.union(row["tag_id"] for row in self.insertions.get(Tagging, ())):
                self.insertions[Tagging].append({**before, "tag_id": tag_id})

    def _stays(self, key: Key, live: dict[str, Any]) -> bool:
        """``False`` for a tagging that the load added. It stays if staff have since merged another tag of the article
        into its tag, since it is now that tagging too.
        """
        before, after = self.changes.rows.get(key, (live, live))
        is_of_load = before is None and after is not None and after["origin"] == live["origin"]
        return not is_of_load or live["tag_id"] in self._merged_tags()

    def _merged_tags(self) -> set[int]:
        """The present tags of those that were loaded before and have been merged since."""
        before, _ = self.changes.rows.get((ARTICLE, self.article.pk), (None, None))
        slugs = (before or {}).get("as_loaded", {}).get("tags", ())
        return {self.present.merged_tags[slug] for slug in slugs if slug in self.present.merged_tags}

    def _path(self, key: Key, _live: Columns, before: Columns, after: Columns) -> None:
        paths = self.present.paths
        live = paths.get(key[1])
        is_still = live is not None and after is not None and live["original_id"] == after["original_id"]
        if before is None:
            if is_still:
                self.deletions[OriginalPath].append(key[1])
                del paths[key[1]]
        elif live is None:
            if before["path"] not in {row["path"] for row in paths.values()}:
                self.insertions[OriginalPath].append(before)
                paths[key[1]] = before
        elif is_still:
            self._update(OriginalPath, key[1], before)
            paths[key[1]] = before

    def _other(self, key: Key, live: Columns, before: Columns, after: Columns) -> None:
        """Rows that staff do not change. Decided conflicts stay."""
        model = MODELS[key[0]]
        if key[0] == RENDITION and (before or after or {}).get("photo_id") in self.replaced:
            return
        decision = (after or {}).get("decision", Conflict.Decision.OPEN)  # as the load left it
        if key[0] == CONFLICT and live is not None and live["decision"] != decision:
            return
        if before is None:
            if live is not None and live.get("photo_id") not in self.edited_photos:
                self.deletions[model].append(key[1])
        elif live is not None:
            self._update(model, key[1], before)
        elif after is None:
            self.insertions[model].append(before)

    def _remember_choices(self) -> None:
        """Keep the load's values as loaded where staff chose others, or the next load would overwrite the choice."""
        live = self._live((ARTICLE, self.article.pk))
        if not (self.chosen or self.untagged) or live is None or "as_loaded" not in self.own:
            return
        loaded, of_load = deepcopy(self.own["as_loaded"]), live["as_loaded"]
        for number, name in self.chosen:
            before = loaded["photos"][number - 1 : number] if number else [loaded]
            there = of_load["photos"][number - 1 : number] if number else [of_load]
            if before and there and name in before[0] and name in there[0] and name != "position":
                before[0][name] = there[0][name]
        if self.untagged:
            removed = Tag.objects.filter(pk__in=self.untagged).values_list("slug", flat=True)
            loaded["tags"] = sorted({*loaded.get("tags", []), *({*removed} & {*of_load.get("tags", [])})})
        self.own["as_loaded"] = loaded

    def body_as_loaded(self) -> str:
        """The text as loaded, or ``""`` if it is the present one."""
        if has_loaded_body(self.article):
            return ""
        key = (ARTICLE, self.article.pk)
        for columns in (self.changes.rows.get(key, (None, None))[0] or {}, self._live(key) or {}):
            for text in (columns.get("body"), columns.get("body_as_loaded")):
                if text is not None and digest_of(text.encode()) == self.article.as_loaded["body"]:
                    return str(text)
        return self.article.body_as_loaded


def write(plans: Mapping[int, Restoration]) -> None:
    """Carry out plans, by article, within ``changing``."""
    _write_rows(plans)
    for plan in plans.values():
        for name, value in plan.own.items():
            setattr(plan.article, name, value)
        if plan.article.withdrawn_by == WithdrawnBy.MERGED and plan.article.merged_into_id is None:
            plan.article.reinstate()  # separated since
        plan.article.body_as_loaded = plan.body_as_loaded()
    touched = [
        pk for pk, plan in plans.items() if not plan.is_clean or any(model == PHOTO for model, _ in plan.changes.rows)
    ]
    photos = list(Photo.everything.filter(article__in=touched).order_by("article_id", "number", "pk"))
    for pk, group in groupby(photos, attrgetter("article_id")):
        rows = list(group)
        if not plans[pk].is_clean or len({photo.number for photo in rows}) < len(rows):
            for number, photo in enumerate(rows, 1):
                photo.number = number
    for photo in photos:
        photo.follow_words()
    Photo.everything.bulk_update(photos, ["number", "from_file", "differs_from_file", "credited"])


def _write_rows(plans: Mapping[int, Restoration]) -> None:
    updates = [update for plan in plans.values() for update in plan.updates]
    # Paths first, or they would be deleted with their originals; and never two current originals at once.
    _run_updates(update for update in updates if update[0] is OriginalPath)
    for model in MODELS.values():
        gone = [pk for plan in plans.values() for pk in plan.deletions.get(model, ())]
        model._base_manager.filter(pk__in=gone).only("pk").delete()
    others = [update for update in updates if update[0] is not OriginalPath]
    _run_updates(sorted(others, key=lambda update: bool(update[2].get("is_current"))))
    for model in MODELS.values():  # after what they refer to
        rows = [row for plan in plans.values() for row in plan.insertions.get(model, ())]
        if rows and model in (Rendition, Conflict):
            photos = {None, *Photo.everything.filter(article__in=plans).values_list("pk", flat=True)}
            rows = [row for row in rows if row["photo_id"] in photos]
        if rows and model is Conflict:
            place = ("article_id", "photo_id", "field")
            taken = {*Conflict.objects.open().filter(article__in=plans).values_list(*place)}
            open_again = [row for row in rows if row["decision"] == Conflict.Decision.OPEN]
            rows = [row for row in rows if row not in open_again or tuple(row[name] for name in place) not in taken]
        model._base_manager.bulk_create([model(**row) for row in rows])


def _is_unchanged(live: Mapping[str, Any], after: Mapping[str, Any], names: Iterable[str]) -> bool:
    return all(is_as_recorded(live[name], after[name]) for name in names if name in after)


def _run_updates(rows: Iterable[tuple[type[Model], int, dict[str, Any]]]) -> None:
    for model, pk, values in rows:
        model._base_manager.filter(pk=pk).update(**values)
