"""What the archive keeps for itself and never reads: a site must not publish the key that signs its sessions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

KEY_FILE = "secret-key"  # wherever it lies: a saved copy of an archive gives its key away as well
CALLED = "what the archive keeps for itself"


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """``home`` is the folder of the archive (``VAR_DIR``), ``kept`` the files and folders that it writes there or
    elsewhere: photos, database, secret key. All are resolved."""

    home: Path | None = None
    kept: frozenset[Path] = frozenset()

    def seen_from(self, top: Path) -> frozenset[Path]:
        """What to leave out of a folder. Someone may keep articles in a folder of their own within ``home``."""
        if self.home is None or (top != self.home and top.is_relative_to(self.home)):
            return self.kept
        return self.kept | {self.home}

    def hold(self, path: Path, top: Path | None = None) -> bool:
        resolved = path.resolve()
        return any(resolved.is_relative_to(own) for own in self.seen_from((top or path).resolve()))
