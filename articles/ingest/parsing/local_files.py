"""Opens files, and finds those of photos that an article names."""

from __future__ import annotations

import os
import re
import stat
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from articles.ingest.story import LocalFile, PhotoFile, Piece

# A site serves files as ``/x.jpg`` from one of these, next to or above the articles.
SERVED_FOLDERS = ("", "static", "assets", "content", "public", "images")
FOLDERS_UP = 5
TICK_NS = 2_000_000_000  # of the coarsest file system, FAT

# The files that the present input names, by these names; ``None`` for missing ones.
looked_for: dict[str, LocalFile | None] = {}

_OF_HOST = re.compile(r"(?:https?:)?//(?P<host>[^/?#:@]+)(?::\d+)?/(?P<path>[^?#]*)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//|\\\\)")


@dataclass(frozen=True, slots=True)
class LocalFiles:
    """The files next to an article that is itself read from elsewhere, such as unpacked from a ``.gz``."""

    article: Path
    root: Path | None

    def find(self, src: str) -> LocalFile | None:
        return find_file(src, self.article, root=self.root)


def find_photo(piece: Piece, src: str) -> PhotoFile | None:
    """The file of a photo that an input names ``src``; ``None`` if it was not saved."""
    files = piece.files or LocalFiles(piece.path, piece.root)
    if not isinstance(files, LocalFiles):
        found = files.find(src)
        if found is None:  # another crawl file may have it
            looked_for[src] = None
        return found
    if piece.hosts and (own := _OF_HOST.match(src)) and own["host"].lower() in piece.hosts:
        src = f"/{own['path']}"
    file = files.find(src)
    if not _ADDRESS.match(src):
        looked_for[src] = file
    return file


def find_file(src: str, article: Path, *, root: Path | None = None) -> LocalFile | None:
    """The regular file that ``src`` means in the file ``article``; ``None`` for a web address or a missing file.

    ``root`` is the loaded folder. Nothing outside it is ever returned: ``..``, absolute paths and symbolic links are
    resolved first and judged by their targets. An article loaded on its own (``root`` is ``None``) has only its own
    folder.

    A path is looked for next to the article, then, as a site would serve it, in at most five folders above, and in
    their ``static/``, ``assets/`` and the like.
    """
    if not src or _ADDRESS.match(src):
        return None
    name = unquote(re.split(r"[?#]", src, maxsplit=1)[0])
    if not name or "\0" in name:
        return None
    top, folders = _searched(article.parent, root)
    if not name.startswith("/") and (found := _file_within(top, article.parent, name)):
        return found
    return next(filter(None, (_file_within(top, folder, name.lstrip("/")) for folder in folders)), None)


@lru_cache(maxsize=1_000)  # called for every picture, with the same result for all pages of a folder
def _searched(folder: Path, root: Path | None) -> tuple[Path, tuple[Path, ...]]:
    top = (root or folder).resolve()
    folders = []
    for above in (folder, *folder.parents[:FOLDERS_UP]):
        folders += [above / served for served in SERVED_FOLDERS]
        if above.resolve() == top:
            break
    return top, tuple(folders)


def _file_within(top: Path, folder: Path, name: str) -> LocalFile | None:
    try:
        # One quick check for the many missing files. With ``..``, a folder on the way need not exist.
        if ".." not in name and not os.path.isfile(os.path.join(folder, name)):  # noqa: PTH113, PTH118
            return None
        resolved = (folder / name).resolve()
        return LocalFile(resolved) if resolved.is_relative_to(top) and resolved.is_file() else None
    except (OSError, ValueError, RuntimeError):  # too long a name, not encodable, or a loop of links
        return None


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading; pipes and devices, which may never begin or end, raise ``OSError``."""
    # Without O_NONBLOCK, opening a named pipe waits for a writer.
    file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(0, "this is a pipe or a device, not a file", str(path))
    return os.fdopen(file, "rb")


def state_of(file: LocalFile | None) -> tuple[int, int]:
    """Size and ``settled_mtime`` of a file; ``(-1, 0)`` without one."""
    if file is None:
        return -1, 0
    try:
        status = file.path.stat()
    except OSError:
        return -1, 0
    return status.st_size, settled_mtime(status)


def settled_mtime(status: os.stat_result) -> int:
    """The time of the last change, in ns; 0 if the file may change again within the same tick of the disk's clock."""
    return status.st_mtime_ns if status.st_mtime_ns < time.time_ns() - TICK_NS else 0
