"""Which article here a line of edits is about, and what of it staff here have decided on since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from articles.catalogue.revisions import AS_LOADED
from articles.editorial.actions import chunks
from articles.editorial.exchange.lines import Line
from articles.editorial.exchange.names import find_tag
from articles.models import Article, Original, Tagging
from articles.text.keys import name_slug


def keys_here(lines: Sequence[Line]) -> dict[str, str]:
    """The keys that articles have here, by those that lines give them; no article is found twice.

    An article without id or URL has its key from the bytes that were loaded first: where these were others, any of its
    originals tells which one it is.
    """
    keys: dict[str, str] = {}
    for some in chunks([line["key"] for line in lines]):
        keys |= {key: key for key in Article.objects.filter(key__in=some).values_list("key", flat=True)}
    taken = set(keys)
    for line in lines:
        if line["key"] not in keys and "found_by" in line:
            originals = Original.objects.filter(digest__in=line["found_by"]["originals"])
            found = set(originals.values_list("article__key", flat=True))
            if len(found) == 1 and not found & taken:
                keys[line["key"]] = found.pop()
                taken.add(keys[line["key"]])
    return keys


def with_keys(line: Line, keys: Mapping[str, str]) -> Line:
    return line | {name: keys.get(line[name], line[name]) for name in ("key", "merged_into") if line.get(name)}


# By the column that a decision leaves its mark on: what of a line it stands against.
DECISIONS = {"slug": ("slug",), "withdrawn_at": ("withdrawn", "merged_into"), "merged_into_id": ("merged_into",)}


def without_decided(line: Line, article: Article) -> Line:
    """A line without the address, the withdrawal, the merge and the tags that staff here have decided on later."""
    if "at" not in line:
        return line
    moment = datetime.fromisoformat(line["at"])
    against = {name for column in _columns_decided(article.pk, moment) for name in DECISIONS[column]}
    if "merged_into" in against and "merged_into" in line:
        against.add("withdrawn")  # for the sake of the merge
    left = {name: value for name, value in line.items() if name not in against}
    if "tags" in line:
        later: Any = Tagging.history.model.objects.filter(article_id=article.pk, history_date__gt=moment, load=None)
        by_staff = later.exclude(history_user=None).exclude(history_change_reason=AS_LOADED)
        decided = set(by_staff.values_list("tag_id", flat=True))
        left["tags"] = {side: list(_without_tags(names, decided)) for side, names in line["tags"].items()}
    return left


def _columns_decided(article_id: int, moment: datetime) -> set[str]:
    rows: Any = Article.history.model.objects.filter(id=article_id).order_by("history_date", "history_id")
    told = rows.values(*DECISIONS, "history_user_id", "load_id")
    before = told.filter(history_date__lte=moment).last()
    found = set()
    for row in told.filter(history_date__gt=moment):
        if before is not None and row["history_user_id"] is not None and row["load_id"] is None:
            found |= {column for column in DECISIONS if row[column] != before[column]}
        before = row
    return found


def _without_tags(names: Iterable[str], ids: set[int]) -> Iterable[str]:
    for name in names:
        tag = find_tag(name_slug(name))
        if tag is None or tag.pk not in ids:
            yield name
