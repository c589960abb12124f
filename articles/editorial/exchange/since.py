"""What staff here have decided since an edit was made elsewhere: that is not undone by taking it over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from articles.catalogue.revisions import AS_LOADED
from articles.editorial.exchange.names import find_tag
from articles.models import Article, Tagging
from articles.text.keys import name_slug

# By the column that a decision leaves its mark on: what of a line it stands against.
DECISIONS = {"slug": ("slug",), "withdrawn_at": ("withdrawn", "merged_into"), "merged_into_id": ("merged_into",)}


def without_decided(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line without the address, the withdrawal, the merge and the tags that staff here have decided on later."""
    article = Article.objects.filter(key=line["key"]).only("pk").first()
    if article is None or "at" not in line:
        return dict(line)
    moment = datetime.fromisoformat(line["at"])
    against = {name for column in _columns_decided(article.pk, moment) for name in DECISIONS[column]}
    left = {name: value for name, value in line.items() if name not in against}
    if "merged_into" in against and "merged_into" in line:
        left.pop("withdrawn", None)  # for the sake of the merge
    decided = _tags_decided(article.pk, moment) if "tags" in line else set()
    if decided:
        left["tags"] = {
            side: [name for name in names if (tag := find_tag(name_slug(name))) is None or tag.pk not in decided]
            for side, names in line["tags"].items()
        }
    return left


def _columns_decided(article_id: int, moment: datetime) -> set[str]:
    rows: Any = Article.history.model.objects.filter(id=article_id)
    told = (*DECISIONS, "history_user_id", "load_id")
    later = list(rows.filter(history_date__gt=moment).order_by("history_date", "history_id").values(*told))
    if not later:
        return set()
    before = rows.filter(history_date__lte=moment).order_by("-history_date", "-history_id").values(*told).first()
    found = set()
    for former, row in zip([before or later[0], *later], later, strict=False):
        if row["history_user_id"] is not None and row["load_id"] is None:
            found |= {column for column in DECISIONS if row[column] != former[column]}
    return found


def _tags_decided(article_id: int, moment: datetime) -> set[int]:
    rows: Any = Tagging.history.model.objects.filter(article_id=article_id, history_date__gt=moment, load=None)
    by_staff = rows.exclude(history_user=None).exclude(history_change_reason=AS_LOADED)
    return set(by_staff.values_list("tag_id", flat=True))
