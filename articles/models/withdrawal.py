"""Who or what withdrew an article, and the text shown to readers."""

from __future__ import annotations

from django.db import models


class WithdrawnBy(models.TextChoices):
    STAFF = "staff", "Staff"
    SOURCE = "source", "Its source"
    DRAFT = "draft", "Its source, where it is a draft"
    VANISHED = "vanished", "A load that no longer found it"
    MERGED = "merged", "Staff, who merged it into another"


# Withdrawals that loads may undo.
BY_SOURCE = (WithdrawnBy.SOURCE, WithdrawnBy.DRAFT, WithdrawnBy.VANISHED)
SENTENCES = {
    WithdrawnBy.DRAFT: "A draft in its source, never published there.",
    WithdrawnBy.VANISHED: "No longer in its source.",
    WithdrawnBy.MERGED: "Merged into another article.",
}


def withdrawal_words(by: str, reason: str) -> str:
    """Text for readers; ``""`` if not withdrawn, or by staff without a reason."""
    if by == WithdrawnBy.SOURCE:
        return f"Withdrawn by its source: {reason}"
    return reason or SENTENCES.get(WithdrawnBy(by), "") if by else ""
