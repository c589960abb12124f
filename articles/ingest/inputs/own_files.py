"""The archive's own files, which are never loaded: a site must not publish the key that signs its sessions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

KEY_FILE = "secret-key"  # wherever it lies: a saved copy of an archive gives its key away as well
CALLED = "what the archive keeps for itself"


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """``home``: the archive's folder (``VAR_DIR``); ``kept``: what it writes there or elsewhere, such as photos,
    database and secret key. All resolved.
    """

    home: Path | None = None
    kept: frozenset[Path] = frozenset()

    def seen_from(self, top: Path) -> frozenset[Path]:
        """The paths to skip in a folder. People may have articles in a folder of their own within ``home``."""
        if self.home is None or (top != self.home and top.is_relative_to(self.home)):
            return self.kept
        return self.kept | {self.home}

    def hold(self, path: Path, top: Path | None = None) -> bool:
        resolved = path.resolve()
        return any(resolved.is_relative_to(own) for own in self.seen_from((top or path).resolve()))
