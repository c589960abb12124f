"""The whole archive as plain values without row ids, to compare before a load and after undoing it."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from articles.models import (
    AppliedEdit,
    Article,
    DeletedSource,
    Gone,
    Load,
    NearDuplicate,
    Original,
    PeriodCount,
    Photo,
    Redirect,
    SearchEntry,
    Source,
    Tag,
)
from tests.recorded import MODELS

# What an undo leaves a trace in, by design: loads, the record of changes, the addresses that it keeps alive, and the
# names of sources.
# Nor what was taken over from another archive.
LEFT_OUT = {Load, Redirect, Gone, DeletedSource, AppliedEdit, *MODELS}
# When near-duplicates were found, and by which load, is found anew with them.
FOUND_ANEW = {NearDuplicate: {"found_at", "load_id"}}
# How files were when they were last read, which decides only whether they are read again.
HOW_READ = {"read_as", "beside", "size_bytes", "mtime_ns"}
# The changes by which something was added and changed, which the undoing adds to.
BY_WHICH = {"added_id", "changed_id", "change_id"}
OF_ONE_ARCHIVE = {"load_id", "found_at", "decided_at", "refused_at", "gone_at", "withdrawn_at", "place"}


def dump(*, across: bool = False) -> dict[str, list[str]]:
    """Every table but those left out, as sorted rows of text. ``across`` archives, moments and loads do not count."""
    naming = _Naming()
    found = {}
    for model in apps.get_app_config("articles").get_models():
        if model in LEFT_OUT:
            continue
        hidden = FOUND_ANEW.get(model, set()) | HOW_READ | BY_WHICH | (OF_ONE_ARCHIVE if across else set())
        rows = model._default_manager.all()
        if model is PeriodCount:
            rows = rows.exclude(articles=0)
        found[model.__name__] = sorted(_text(naming.row(row, hidden)) for row in rows.iterator())
    return found


def media() -> list[str]:
    """The photo files on the disk."""
    root = settings.MEDIA_ROOT
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


class _Naming:
    """What each row is called wherever it stands, whatever its id."""

    @cache  # noqa: B019  # lives as long as one dump
    def names(self, model: type[Model]) -> dict[int, Any]:
        if model is Photo:
            keys = self.names(Article)
            return {pk: (keys[owner], n) for pk, owner, n in Photo.objects.values_list("pk", "article_id", "number")}
        column = {Article: "key", Tag: "slug", Source: "slug", Original: "digest", Load: "started_at"}.get(model)
        return dict(model._default_manager.values_list("pk", column)) if column else {}

    def row(self, row: Model, hidden: set[str]) -> dict[str, Any]:
        fields = [field for field in row._meta.concrete_fields if not field.primary_key and field.attname not in hidden]
        values = {field.attname: self.value(row, field) for field in fields}
        if isinstance(row, Article):
            tags, sources = self.names(Tag), self.names(Source)
            loaded = {**row.as_loaded, "source": sources.get(row.as_loaded.get("source"))}
            values["as_loaded"] = {**loaded, "tags": sorted(str(tags.get(pk)) for pk in loaded.get("tags", []))}
        if isinstance(row, SearchEntry):
            values["tags"] = sorted(str(self.names(Tag).get(int(pk))) for pk in row.tags.split())
        return values

    def value(self, row: Model, field: Any) -> Any:
        value = getattr(row, field.attname)
        if field.is_relation:
            return None if value is None else self.names(field.related_model).get(value, value)
        if isinstance(value, bytes | memoryview):
            return hashlib.sha256(bytes(value)).hexdigest()
        return value.isoformat() if isinstance(value, date | datetime) else value


def differences(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, Any]:
    """By table, the values that are only before, and only after; whole rows where their number differs."""
    found = {}
    for name in before:
        gone, new = (
            [json.loads(row) for row in one if row not in others]
            for one, others in ((before[name], set(after[name])), (after[name], set(before[name])))
        )
        if len(gone) == len(new):
            found[name] = [
                {key: (old[key], now[key]) for key in old if old[key] != now[key]}
                for old, now in zip(gone, new, strict=True)
            ]
        else:
            found[name] = [(gone, new)]
    return {name: pairs for name, pairs in found.items() if pairs or before[name] != after[name]}


def _text(row: dict[str, Any]) -> str:
    return json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)
