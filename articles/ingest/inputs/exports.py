"""Signs that something was never meant for readers: folders of drafts, and exports of systems without a reader here.

An export holds drafts, readers' comments and addresses together with the articles. Read as text, all of it would be
published, so a file that is certainly one is left out and named.
"""

import re
from functools import lru_cache
from pathlib import Path, PurePath

from articles.ingest.errors import NotAnArticle, UnreadExport
from articles.ingest.sites.exports import is_folder_of_substack
from articles.ingest.story import Piece

_DRAFTS = "_drafts"  # of Jekyll and Hexo
# The last two have patterns for new articles, of Hugo and Hexo.
_DRAFT_FOLDERS = frozenset({_DRAFTS, "drafts", "unpublished", "archetypes", "scaffolds"})

_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*[\[{]")
_ARC = re.compile(rb'"type"\s*:\s*"(?:story|results|collection|gallery|image|video|redirect)"')
_ARC_VERSION = re.compile(rb'"version"\s*:\s*"0\.\d+\.\d+"')
_DUMP = re.compile(
    rb"-- (?:MySQL|MariaDB|phpMyAdmin SQL|PostgreSQL database(?: cluster)?) dump|PRAGMA foreign_keys\s*=", re.IGNORECASE
)


def is_in_drafts(piece: Piece) -> bool:
    """``True`` in a folder of drafts below the loaded path, or in a loaded ``_drafts``; others may be loaded."""
    if piece.captured_at:  # a crawler found it in public
        return False
    folders = map(str.lower, PurePath(piece.name).parts[:-1])
    folder = piece.path.parent
    return not _DRAFT_FOLDERS.isdisjoint(folders) or _is_drafts(folder, piece.root or folder)


@lru_cache(maxsize=1000)
def _is_drafts(folder: Path, root: Path) -> bool:
    """``True`` if a folder is one of drafts, or in one: as far as ``root``, that of a site or a loaded path."""
    top, folder = root.resolve(), folder.resolve()
    below = folder.relative_to(top).parts if folder.is_relative_to(top) else ()
    return _DRAFTS in map(str.lower, (top.name, *below))


def check_export(path: Path, head: bytes) -> None:
    """Raise ``UnreadExport`` for a file that begins with ``head`` if it belongs to an export without a reader."""
    start = head[:4000]
    if _DUMP.search(head[:200]):
        system = "a database (SQL)"
    elif _JSON.match(head) and _ARC.search(start) and _ARC_VERSION.search(start):
        system = "Arc XP"
    elif path.suffix == ".html" and is_folder_of_substack(path.parent):
        raise NotAnArticle("a text of Substack; load posts.csv, which says what was published", path=path)
    else:
        return
    raise UnreadExport(f"an export of {system}, which this version does not read", path=path)
