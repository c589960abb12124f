"""The archive's own files, which are never loaded: a site must not publish the key that signs its sessions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

KEY_FILE = "secret-key"  # in any folder: a copy of an archive has a key too
CALLED = "what the archive keeps for itself"


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """``home``: ``VAR_DIR``; ``kept``: the paths that the archive writes, such as photos, database and key.
    Resolved.
    """

    home: Path | None = None
    kept: frozenset[Path] = frozenset()

    def seen_from(self, top: Path) -> frozenset[Path]:
        """The paths to skip below ``top``. People may keep articles in a folder of their own within ``home``."""
        if self.home is None or (top != self.home and top.is_relative_to(self.home)):
            return self.kept
        return self.kept | {self.home}

    def hold(self, path: Path, top: Path | None = None) -> bool:
        resolved = path.resolve()
        return any(resolved.is_relative_to(own) for own in self.seen_from((top or path).resolve()))
