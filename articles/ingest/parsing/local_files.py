"""Opens files, and finds those of photos that an article names."""

import os
import re
import stat
import time
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import unquote, unquote_plus

from articles.ingest.story import LocalFile, PhotoFile, Piece

# A site serves files as ``/x.jpg`` from one of these, next to or above the articles.
SERVED_FOLDERS = ("", "static", "assets", "content", "public", "images")
FOLDERS_UP = 12
TICK_NS = 2_000_000_000  # of the coarsest file system, FAT

# The files that the present input names, by these names; ``None`` for missing ones.
looked_for: dict[str, LocalFile | None] = {}

_OF_HOST = re.compile(r"(?:https?:)?//(?P<host>[^/?#:@]+)(?::\d+)?/(?P<path>[^?#]*)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//|\\\\)")


@dataclass(frozen=True, slots=True)
class LocalFiles:
    """The files next to an article, which may itself be read from elsewhere, such as unpacked from a ``.gz``. ``root``:
    the loaded folder; an article loaded on its own, with ``None``, has only its own folder.
    """

    article: Path
    root: Path | None

    def find(self, src: str) -> LocalFile | None:
        """The regular file that ``src`` means in the article; ``None`` for a web address or a missing file.

        Nothing outside ``root`` is ever returned: ``..``, absolute paths and symbolic links are resolved first and
        judged by their targets.

        A path is looked for next to the article, in the folder of its own name, where Hexo has its files, then, as a
        site would serve it, in the folders above, and in their ``static/``, ``assets/`` and the like.
        """
        if not src or _ADDRESS.match(src):
            return None
        top, folders = _searched(self.article.parent, self.root)
        own = self.article.with_suffix("")
        written = re.split(r"[?#]", src, maxsplit=1)[0]
        names = [unquote(written), written, unquote_plus(written)]  # ``%20`` and ``+`` may be a blank
        if not names[0].isascii():  # file systems have accents in one character or in two
            names += [unicodedata.normalize(form, names[0]) for form in ("NFC", "NFD")]
        for name in (name for name in dict.fromkeys(names) if name and "\0" not in name):
            path = PurePosixPath(name)
            places = [] if name.startswith("/") else [(self.article.parent, name), (own, name)]
            if not places and path.parent.name and own.name.endswith(path.parent.name):
                places.append((own, path.name))
            places += [(folder, name.lstrip("/")) for folder in folders]
            if found := next(filter(None, (_file_within(top, *place) for place in places)), None):
                return found
        return None


def find_photo(piece: Piece, src: str) -> PhotoFile | None:
    """The file of a photo that an input names ``src``; ``None`` if it was not saved."""
    files = piece.files or LocalFiles(piece.path, piece.root)
    if not isinstance(files, LocalFiles):
        found = files.find(src)
        if found is None:  # another crawl file may have it
            looked_for[src] = None
        return found
    site = piece.site
    if site and site.own_hosts and (own := _OF_HOST.match(src)) and own["host"].lower() in site.own_hosts:
        src = f"/{own['path']}"
    names = [src]
    if site and site.base_path and src.startswith(f"{site.base_path}/"):
        names.append(src.removeprefix(site.base_path))
    for folder in site.pictures if site else ():
        names += [f"/{folder}/{name}" for name in (src.lstrip("/"), src.rpartition("/")[2])]
    for name in names if not _ADDRESS.match(src) else ():
        looked_for[name] = file = files.find(name)
        if file:
            return file
    return None


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
        resolved = real_path(folder / name)
        return LocalFile(resolved) if resolved.is_relative_to(top) and resolved.is_file() else None
    except (OSError, ValueError, RuntimeError):  # too long a name, not encodable, or a loop of links
        return None


def real_path(path: Path) -> Path:
    """As ``resolve``, which raises an error at a link to itself in some versions of Python."""
    return Path(os.path.realpath(path))


def open_regular(path: Path) -> BinaryIO:
    """Open a file, with its path as ``name``. Pipes and devices, which may never begin or end, raise ``OSError``."""
    return open(path, "rb", opener=_regular)


def _regular(path: str, flags: int) -> int:
    # Without O_NONBLOCK, opening a named pipe waits for a writer.
    file = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(0, "this is a pipe or a device, not a file", str(path))
    return file


def size_of(path: Path) -> int:
    """0 without a file."""
    with suppress(OSError):
        return path.stat().st_size
    return 0


def state_of(file: LocalFile | None) -> tuple[int, int]:
    """Size and ``settled_mtime`` of a file; ``(-1, 0)`` without one."""
    with suppress(OSError):
        if file:
            status = file.path.stat()
            return status.st_size, settled_mtime(status)
    return -1, 0


def settled_mtime(status: os.stat_result) -> int:
    """The time of the last change, in ns; 0 if the file may change again within the same tick of the disk's clock."""
    return status.st_mtime_ns if status.st_mtime_ns < time.time_ns() - TICK_NS else 0
