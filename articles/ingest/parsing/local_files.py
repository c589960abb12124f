"""Where the file of a photo lies that an article names."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from articles.ingest.story import LocalFile, PhotoFile, Piece

# Sites keep what they serve as ``/x.jpg`` in one of these, beside or above the articles.
SERVED_FOLDERS = ("", "static", "assets", "content", "public", "images")
FOLDERS_UP = 5
TICK_NS = 2_000_000_000  # of the coarsest disks, FAT

# By the names that the input being read gives to files beside it: those files, or ``None``.
looked_for: dict[str, LocalFile | None] = {}

_ADDRESS = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//|\\\\)")


@dataclass(frozen=True, slots=True)
class LocalFiles:
    """The files beside an article that itself is read from elsewhere: unpacked from a ``.gz``, say."""

    beside: Path
    root: Path | None

    def find(self, src: str) -> LocalFile | None:
        return find_file(src, self.beside, root=self.root)


def find_photo(piece: Piece, src: str) -> PhotoFile | None:
    """The file of a photo that an input names ``src``; ``None`` where it was not saved with it."""
    files = piece.files or LocalFiles(piece.path, piece.root)
    if not isinstance(files, LocalFiles):
        return files.find(src)
    file = files.find(src)
    if not _ADDRESS.match(src):
        looked_for[src] = file
    return file


def find_file(src: str, beside: Path, *, root: Path | None = None) -> LocalFile | None:
    """The regular file that ``src`` means in an article at ``beside``; ``None`` for a web address or if there is none.

    ``root`` is the top folder that is being loaded. Nothing outside of it is ever returned, however the file is named:
    ``..``, absolute paths and symbolic links are followed first and judged by where they end. An article loaded on its
    own (``root`` is ``None``) has only its own folder.

    A path is looked for beside the article, then, as a site would serve it, in the folders above, at most five up, and
    in their ``static/``, ``assets/`` and the like.
    """
    if not src or _ADDRESS.match(src):
        return None
    name = unquote(re.split(r"[?#]", src, maxsplit=1)[0])
    if not name or "\0" in name:
        return None
    top, folders = _searched(beside.parent, root)
    if not name.startswith("/") and (found := _file_within(top, beside.parent / name)):
        return found
    relative = name.lstrip("/")
    return next(filter(None, (_file_within(top, folder / relative) for folder in folders)), None)


@lru_cache(maxsize=1_000)  # asked for every picture of every page, and the same for all pages of a folder
def _searched(folder: Path, root: Path | None) -> tuple[Path, tuple[Path, ...]]:
    top = (root or folder).resolve()
    found = []
    for above in (folder, *folder.parents[:FOLDERS_UP]):
        found += [above / served for served in SERVED_FOLDERS]
        if above.resolve() == top:
            break
    return top, tuple(found)


def _file_within(top: Path, path: Path) -> LocalFile | None:
    try:
        # One question for the many that are not there. A folder that is left again need not be there.
        if ".." not in path.parts and not path.is_file():
            return None
        resolved = path.resolve()
        return LocalFile(resolved) if resolved.is_relative_to(top) and resolved.is_file() else None
    except (OSError, ValueError, RuntimeError):  # a name too long, not encodable, or a loop of links
        return None


def state_of(file: LocalFile | None) -> tuple[int, int]:
    """The size of a file, and when it was changed in ns: 0 if that was just now. ``(-1, 0)`` without a file."""
    if file is None:
        return -1, 0
    try:
        found = file.path.stat()
    except OSError:
        return -1, 0
    return found.st_size, settled_mtime(found)


def settled_mtime(found: os.stat_result) -> int:
    """When a file was changed, in ns; 0 if it may change again within the same tick of the disk's clock."""
    return found.st_mtime_ns if found.st_mtime_ns < time.time_ns() - TICK_NS else 0
