"""What can be wrong with an input. Every message reads ``path:line: reason``."""

from __future__ import annotations

from functools import partial
from pathlib import Path


class IngestError(Exception):
    """A saved article that cannot be loaded. Reads ``path:line: reason``.

    ``place`` is how the archive remembers where it lies; ``None`` where that is known from elsewhere.
    """

    place: str | None = None

    def __init__(self, reason: str, *, path: Path | str, line: int | None = None) -> None:
        where = str(path) if line is None else f"{path}:{line}"
        super().__init__(f"{where}: {reason}")
        self.reason, self.path, self.line = reason, path, line

    def __reduce__(self) -> tuple[object, ...]:
        # Errors travel from worker processes; keyword-only arguments do not survive plain pickling.
        return partial(type(self), path=self.path, line=self.line), (self.reason,), {"place": self.place}


class UnreadableFile(IngestError):
    """The bytes could not be had: no permission, a vanished file, an input/output error, too large."""


class UnknownForm(IngestError):
    """The bytes are no article form that a reader knows."""


class BadMetadata(IngestError):
    """The front matter or record around the article is malformed."""


class NothingToShow(IngestError):
    """The input holds neither headline, nor text, nor photo."""


class NotAnArticle(IngestError):
    """The input is sound, but a page of another kind: a listing, a sign-in form, a redirect. It is skipped."""
