"""Conflicts between staff and a source, and what an edit means for those that wait. ``decide`` decides them."""

from __future__ import annotations

from typing import Any

from articles.editorial.loaded import photo_values
from articles.editorial.revisions import Stamp
from articles.models import Article, Conflict
from articles.text.merge import carried


def live_value(conflict: Conflict) -> Any:
    """The value that readers see now, as a baseline writes it; ``None`` of a photo that is not there."""
    if conflict.field == "photo":
        return photo_values(conflict.photo) if conflict.photo else None
    if conflict.photo:
        return getattr(conflict.photo, conflict.field)
    return getattr(conflict.article, "source_id" if conflict.field == "source" else conflict.field)


def follow_edits(article: Article, stamp: Stamp) -> None:
    """After staff have changed an article: what they made like its source waits no longer, and the rest knows it."""
    for conflict in article.conflicts.open().select_related("photo"):
        conflict.article = article
        live = live_value(conflict)
        if conflict.field == "body" and live != conflict.ours:
            # What staff change elsewhere in the text is not given up with the source's words.
            ours, theirs = str(conflict.ours), str(conflict.theirs)
            conflict.theirs = carried(ours, live, theirs)
        if live == conflict.theirs:
            close(conflict, Conflict.Decision.THEIRS, stamp)
        elif live != conflict.ours:
            conflict.ours = live
            conflict.save(update_fields=["ours", "theirs"])


def close(conflict: Conflict, decision: str, stamp: Stamp) -> None:
    conflict.decision, conflict.reason = decision, stamp.reason
    conflict.decided_at, conflict.decided_by = stamp.moment, stamp.user
    conflict.save(update_fields=["theirs", "decision", "reason", "decided_at", "decided_by"])
