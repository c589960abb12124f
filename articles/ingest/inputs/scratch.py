"""The temporary folder of a load, with a lock by which simultaneous loads recognise each other.

The system releases the lock when the process ends in any way. Without such locks (Windows), folders of other loads are
never removed.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # pragma: no cover
    fcntl = None  # type: ignore[assignment]

PREFIX = "newsarchive-"
LOCK = ".lock"
# A process may be delayed between creating its folder and locking it; after this long, it has ended.
YOUNG_SECONDS = 60


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new folder, removed afterwards; folders of killed loads are removed too."""
    remove_stale(Path(tempfile.gettempdir()))
    with (
        tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as folder,
        (Path(folder) / LOCK).open("w") as lock,
    ):
        is_locked(lock)
        yield Path(folder)


def remove_stale(parent: Path) -> None:
    """Remove this user's folders that no load has locked."""
    if fcntl is None:  # pragma: no cover
        return
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):
            status = folder.lstat()
            if status.st_uid != os.geteuid() or time.time() - status.st_mtime < YOUNG_SECONDS:
                continue
            with (folder / LOCK).open("r+") as lock:
                if is_locked(lock):
                    shutil.rmtree(folder, ignore_errors=True)


def is_locked(file: IO[str]) -> bool:
    """Lock a file until it is closed; ``False`` if another process has locked it."""
    if fcntl is None:  # pragma: no cover
        return False
    with suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
