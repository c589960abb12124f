"""Why an article is withdrawn, where no editor said so."""

from __future__ import annotations

DRAFT = "A draft in its source, never published there."
TAKEN_BACK = "Withdrawn by its source: "
# Of an article that was merged into another, whose readers are led there and see no reason.
MERGED = "Merged into another article."
VANISHED = "No longer in its source."


def is_said_by_source(reason: str) -> bool:
    """Whether an article is withdrawn for what its source said, or no longer says, and not by staff."""
    return reason in (DRAFT, VANISHED) or reason.startswith(TAKEN_BACK)
