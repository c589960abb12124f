"""What became of one input: a line of the report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from articles.ingest.errors import IngestError
from articles.ingest.story import Story
from articles.models import Article

OUTCOMES = ("created", "updated", "unchanged", "kept", "duplicate", "refused", "skipped", "vanished")
TOLD_WHEN_THERE = ("skipped", "vanished")  # in the last line of a load, only where there are any


@dataclass(frozen=True, slots=True)
class Outcome:
    """One input and what became of it.

    A vanished one is an input of a former load. ``changes`` maps a field to its old and new value; of a kept article,
    to what the source said before and says now. ``news`` maps the fields that wait for a decision to the latter.
    """

    input: str
    outcome: str
    key: str | None = None
    article: Article | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)
    news: dict[str, list[Any]] = field(default_factory=dict)
    failure: IngestError | None = None
    story: Story | None = None

    @property
    def error(self) -> str | None:
        """What was wrong, ``path:line: reason``."""
        return None if self.failure is None else str(self.failure)

    @property
    def reason(self) -> str | None:
        """The same without the path."""
        return None if self.failure is None else self.failure.reason

    @property
    def url(self) -> str | None:
        """The article's permalink."""
        return self.article.get_absolute_url() if self.article else None

    def as_json(self, *, with_story: bool) -> dict[str, Any]:
        """The report line of design.md section 7."""
        line: dict[str, Any] = {
            "input": self.input,
            "outcome": self.outcome,
            "key": self.key,
            "url": self.url,
            "changes": self.changes,
            "conflicts": self.conflicts,
            "error": self.error,
            "warnings": self._warnings(),
        }
        if with_story:
            line["story"] = self.story.as_json() if self.story else None
        return line

    def _warnings(self) -> list[str]:
        if self.story is None:
            return []
        return [*self.story.warnings, *(f"photo-file-missing:{src}" for src in self.story.missing_files)]
