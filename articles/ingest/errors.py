"""Faults of inputs, as ``path:line: reason``."""

from functools import partial
from pathlib import Path


class IngestError(Exception):
    """Reads ``path:line: reason``. ``place``: the location as the archive stores it, if not known otherwise."""

    place: str | None = None

    def __init__(self, reason: str, *, path: Path | str, line: int | None = None) -> None:
        where = str(path) if line is None else f"{path}:{line}"
        super().__init__(f"{where}: {reason}")
        self.reason, self.path, self.line = reason, path, line

    def __reduce__(self) -> tuple[object, ...]:
        # Workers send errors pickled, which by default loses keyword-only arguments.
        return partial(type(self), path=self.path, line=self.line), (self.reason,), {"place": self.place}


class UnreadableFile(IngestError):
    """The bytes cannot be read: no permission, vanished, an input/output error, too large."""


class UnknownFormat(IngestError):
    """No reader knows the format."""


class BadMetadata(IngestError):
    """The front matter or record around the article is malformed."""


class NothingToShow(IngestError):
    """The input has no headline, text or photo."""


class NotAnArticle(IngestError):
    """A sound input of another kind: a listing, a sign-in form, a redirect. It is skipped."""


class OtherType(NotAnArticle):
    """An item with text, of a type that the profile of its site may name as one of articles."""


class UnreadExport(NotAnArticle):
    """A file of another system's export that no reader knows. It is left out and named, never read as text."""
