"""Permissions of the archive's files.

The database holds password hashes and sessions, the originals of photos where and with what they were taken.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

# A web server in the group may serve static/ itself.
FOLDER, DATABASE = 0o750, 0o600
ORIGINALS, ORIGINAL = 0o700, 0o600


def close_to_others() -> None:
    """Remove other users' access to the archive's files, including those of older archives.

    Files of other owners are left alone, and so is a world-writable ``VAR_DIR``.
    """
    home = Path(settings.VAR_DIR)
    if home.is_dir() and not home.stat().st_mode & 0o002:
        _restrict(home, FOLDER)
    database = settings.DATABASES["default"]
    if "sqlite3" in database["ENGINE"]:
        for ending in ("", "-wal", "-shm"):
            _restrict(Path(f"{database['NAME']}{ending}"), DATABASE)
    originals = Path(settings.MEDIA_ROOT) / "originals"
    if originals.is_dir() and originals.stat().st_mode & 0o077:
        for path in originals.rglob("*"):
            _restrict(path, ORIGINALS if path.is_dir() else ORIGINAL)
        _restrict(originals, ORIGINALS)  # last: it says that all are done


def _restrict(path: Path, most: int) -> None:
    try:
        mode = path.stat().st_mode & 0o7777
        if mode & 0o777 & ~most:
            path.chmod(mode & ~0o777 | mode & most)
    except OSError:  # it is not there, or not ours
        return
