"""Rows of the ledger: the recorded columns of each model, differences, and their JSON."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from typing import Any

from django.db.models import Model

from articles.models import Article, Conflict, Damage, Original, OriginalPath, Photo, Rendition, Tagging, fields
from articles.text.keys import digest_of

Key = tuple[str, int]  # model and id
Columns = dict[str, Any]
Rows = dict[Key, Columns]
Row = tuple[str, int, Columns | None, Columns | None]  # model, id, columns before and after; ``None``: no row

LONG = 200  # characters of a text or a JSON value; longer ones are digests in columns after

# Each model with the path to its article; changes of the last five are recorded only of loads.
OWNERS: dict[type[Model], str] = {
    Article: "pk", Photo: "article", Tagging: "article", Original: "article", OriginalPath: "original__article",
    Rendition: "photo__article", Damage: "article", Conflict: "article",
}  # fmt: skip
MODELS = {str(model._meta.model_name): model for model in OWNERS}
ARTICLE, PHOTO, TAGGING, ORIGINAL, PATH, RENDITION, DAMAGE, CONFLICT = MODELS
OF_STAFF, OF_LOADS = (Photo, Tagging), tuple(OWNERS)[1:]
# Derived columns, contents of originals, which never change, and what tells how a file was read.
_LEFT_OUT: dict[type[Model], tuple[str, ...]] = {
    Article: (
        "id", "body_html", "excerpt", "archive_date", "photo_count", "photo_file_count", "added_id", "changed_id",
    ),
    Photo: ("credited", "differs_from_file"),
    Tagging: ("archive_date",),
    Damage: ("is_settled",),
    Original: (
        "content", "ledger", "boilerplate", "evidence", "held_at", "held_offset", "held_length", "read_as", "beside",
    ),
    OriginalPath: ("size_bytes", "mtime_ns"),
}  # fmt: skip
_FOR_LOADS = ("as_loaded", "body_as_loaded")  # columns of articles
COLUMNS = {
    model: tuple(
        column.attname for column in model._meta.concrete_fields if column.attname not in _LEFT_OUT.get(model, ())
    )
    for model in OWNERS
}
# What readers see: columns of articles, and of photos that are not withdrawn.
SHOWN = tuple(name for name in COLUMNS[Article] if name in fields.names(fields.ARTICLE, fields.Use.SHOWN))
WITHDRAWAL = ("withdrawn_at", "withdrawn_by", "withdrawn_reason")
SHOWN_OF_PHOTOS = (*fields.names(fields.PHOTO, fields.Use.SHOWN), "number")


def columns_of(article: Article, *, by_load: bool) -> Columns:
    return {name: getattr(article, name) for name in COLUMNS[Article] if by_load or name not in _FOR_LOADS}


def rows_of(models: Iterable[type[Model]], article_ids: Collection[int]) -> dict[int, Rows]:
    """Rows of articles in the database, by article; a query a model."""
    found: dict[int, Rows] = {pk: {} for pk in article_ids}
    for model in models if article_ids else ():
        owner, columns, label = OWNERS[model], COLUMNS[model], str(model._meta.model_name)
        rows: Any = Tagging.objects if model is Tagging else model._base_manager  # authors follow from the article
        records = rows.filter(**{f"{owner}__in": article_ids}).order_by()
        for article_id, *values in records.values_list(owner, *columns):
            row = dict(zip(columns, values, strict=True))
            found[article_id][label, row.get("id", article_id)] = row
    return found


def difference(before: Rows, after: Rows) -> list[Row]:
    changed: list[Row] = []
    for model, pk in before | after:
        old, new = before.get((model, pk)), after.get((model, pk))
        if old == new:
            continue
        if old is not None and new is not None and model != PATH:  # paths are recorded in full
            names = [name for name in new if old[name] != new[name]]
            old, new = {name: old[name] for name in names}, {name: new[name] for name in names}
        changed.append((model, pk, old, new))
    # Renditions follow from the photo's file.
    files = {pk for model, pk, old, new in changed if model == PHOTO and ("digest" in (old or {}) or not new)}
    return [row for row in changed if row[0] != RENDITION or (row[2] or row[3] or {}).get("photo_id") in files]


def alike_in(rows: Iterable[Row], owner: str) -> str:
    """Equal where what readers see was changed in the same way; "" without such a change. ``owner``: the load, …"""
    seen = {ARTICLE: SHOWN, PHOTO: SHOWN_OF_PHOTOS, TAGGING: ("tag_id",)}
    shown = []
    for model, _, *sides in rows:
        values = [{name: side[name] for name in seen.get(model, ()) if name in side} for side in sides if side]
        withdrawn = [bool(side["withdrawn_at"]) for side in sides if side and "withdrawn_at" in side]
        shown += [[model, values, withdrawn]] if any(values) or len(set(withdrawn)) == 2 else []
    return digest_of(json.dumps([owner, shown], sort_keys=True, default=str).encode())[:16] if shown else ""


def fingerprint_of(article: Columns, photos: Iterable[Columns], tag_ids: Iterable[int]) -> str:
    """Equal for what readers see as equal. ``photos``: those that are not withdrawn."""
    shown = [
        *(article[name] for name in SHOWN), article["withdrawn_at"] is None, article["withdrawn_by"],
        article["withdrawn_reason"], sorted(tag_ids),
        *([photo["id"], *(photo[name] for name in SHOWN_OF_PHOTOS)] for photo in sorted(photos, key=itemgetter("id"))),
    ]  # fmt: skip
    return digest_of(json.dumps(shown).encode())[:16]


def fingerprint_of_rows(article: Columns, rows: Rows) -> str:
    photos = [row for (model, _), row in rows.items() if model == PHOTO and row["withdrawn_at"] is None]
    return fingerprint_of(article, photos, [row["tag_id"] for (model, _), row in rows.items() if model == TAGGING])


def encoded(rows: Iterable[Row], *, with_body: bool = False) -> str:
    """Rows as JSON, with the digest of the text before unless ``with_body``."""
    plain = []
    for model, pk, before, after in rows:
        if before is not None and model == ARTICLE and "body" in before and not with_body:
            before = {**before, "body": _digest(before["body"])}
        plain.append([model, pk, before, after and {name: _shortened(value) for name, value in after.items()}])
    return as_json(plain)


def as_json(rows: Any) -> str:
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"), default=lambda value: value.isoformat())


def _shortened(value: Any) -> Any:
    is_long = isinstance(value, (str, list, dict)) and len(_text_of(value)) > LONG
    return _digest(value) if is_long else value


def _digest(value: Any) -> dict[str, str]:
    return {"sha256": digest_of(_text_of(value).encode())}


def _text_of(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def is_digest(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"sha256"}


def is_as_recorded(value: Any, after: Any) -> bool:
    """``True`` if a value equals one recorded after a change, which may be a digest."""
    return bool((_digest(value) if is_digest(after) else value) == after)


def body_of(rows: Iterable[Row]) -> str:
    texts = (before["body"] for model, _, before, _ in rows if model == ARTICLE and before and "body" in before)
    return next(texts, "")


def decoded(text: str) -> list[Row]:
    """Recorded rows. Values are as in JSON, dates as text."""
    return [(model, pk, before, after) for model, pk, before, after in json.loads(text)]


def values_of(model: str, columns: Columns) -> Columns:
    """Recorded columns as values of the model, without columns that it no longer has."""
    known = _columns_by_name(model)
    return {
        name: value if is_digest(value) else known[name].to_python(value)
        for name, value in columns.items()
        if name in known
    }


def unknown_columns(row: Row) -> list[tuple[str, Any, Any]]:
    """Columns of a recorded row that the model no longer has, with their values before and after."""
    model, before, after = row[0], row[2] or {}, row[3] or {}
    return [(name, before.get(name), after.get(name)) for name in before | after if name not in _columns_by_name(model)]


@cache
def _columns_by_name(model: str) -> dict[str, Any]:
    if model not in MODELS:
        return {}
    columns: Any = MODELS[model]._meta.concrete_fields
    return {column.attname: column.target_field if column.is_relation else column for column in columns}


@dataclass(slots=True)
class Combined:
    """Several changes of one article, in their order, as one: columns before the first and after the last."""

    rows: dict[Key, tuple[Columns | None, Columns | None]] = field(default_factory=dict)

    def add(self, rows: Iterable[Row]) -> None:
        for model, pk, before, after in rows:
            if earlier := self.rows.get((model, pk)):
                first, between = earlier
                # New, or deleted; else each change has only its own columns, and a deletion all of them.
                before = first if first is None or between is None else {**(before or {}), **first}
                after = None if after is None else {**(between or {}), **after}
            self.rows[model, pk] = before, after
