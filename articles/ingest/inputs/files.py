"""Finds inputs: the files under the given paths and their records, as ``Piece``s in a fixed order.

Archives are unpacked into a scratch folder and searched like folders. Photos and other files are ignored and counted.
"""

import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from articles.ingest.errors import IngestError, NotAnArticle, UnknownFormat, UnreadableFile
from articles.ingest.inputs import sniff
from articles.ingest.inputs.archives import NESTED, unpack, unpack_gzip
from articles.ingest.inputs.exports import check_export
from articles.ingest.inputs.limits import Budget, UnpackLimits
from articles.ingest.inputs.shown import printable
from articles.ingest.parsing.boilerplate import PICTURE_ENDINGS
from articles.ingest.parsing.local_files import LocalFiles, open_regular, real_path, settled_mtime, size_of
from articles.ingest.sites.exports import entries_to_open, site_unpacked
from articles.ingest.sites.left_out import has_folder, is_loaded, parts_below
from articles.ingest.sites.redirects import redirects_of
from articles.ingest.sites.site import Site
from articles.ingest.story import Files, Piece
from articles.ingest.warc import Crawl, Given, Limits as CrawlLimits, is_crawl
from articles.ingest.warc.records import PICTURES

# The archive's own files are never loaded: a site must not publish the key that signs its sessions.
KEY_FILE = "secret-key"  # in any folder: a copy of an archive has a key too
OWN_FILES_CALLED = "what the archive keeps for itself"
BESIDE_POSTS_CALLED = "what an export has besides its posts"
POINTS_OUTSIDE = "this is a link to a {} outside the folder; copy it here, or load it by its own path"


def is_of_pictures(kind: str) -> bool:
    """``True`` if ``Search.left_alone`` counts pictures under ``kind``; articles may have taken them as photos."""
    return kind == PICTURES or kind in PICTURE_ENDINGS


def bytes_in(paths: Sequence[Path]) -> int:
    """The size of all files under ``paths`` that a search would open."""
    files = (file for path in paths for file in ([path] if path.is_file() else path.rglob("*")))
    return sum(size_of(file) for file in files if file.suffix.lower() in sniff.OPENED_SUFFIXES)


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """``home``: ``VAR_DIR``; ``kept``: the paths that the archive writes, such as photos and database. Resolved."""

    home: Path | None = None
    kept: frozenset[Path] = frozenset()

    def seen_from(self, top: Path) -> frozenset[Path]:
        """The paths to skip below ``top``. People may keep articles in a folder of their own within ``home``."""
        if self.home is None or (top != self.home and top.is_relative_to(self.home)):
            return self.kept
        return self.kept | {self.home}

    def hold(self, path: Path, top: Path | None = None) -> bool:
        resolved = real_path(path)
        return any(resolved.is_relative_to(own) for own in self.seen_from(real_path(top or path)))


@dataclass(frozen=True, slots=True)
class Spot:
    """A file's location on the disk, in reports, and in the archive."""

    path: Path
    name: str
    root: Path | None = None
    place: str | None = None  # ``None`` for the resolved path
    files: Files | None = None
    budget: Budget | None = None  # within an archive
    depth: int = 0  # archives around it
    site: Site | None = None  # whose rules apply to the folder


@dataclass(slots=True)
class Search(AbstractContextManager["Search"]):
    """Looks for inputs, and counts ignored files.

    Crawl files come last: those under one path are one crawl, so that a page finds its pictures in any of them.
    """

    max_bytes: int
    unpack_limits: UnpackLimits
    scratch: Path
    left_alone: Counter[str] = field(default_factory=Counter)
    own: OwnFiles = field(default_factory=OwnFiles)  # never read, in any folder
    sites: Mapping[Path, Site] = field(default_factory=dict)  # by the resolved path that is loaded
    # The files of a resolved folder that need not be opened.
    known: Callable[[Path, Sequence[str], Path | None, Site | None], Mapping[str, Piece]] = lambda *_: {}
    progress: Callable[[int, int], object] = lambda done, size: None  # bytes of crawl files: scanned, and all
    _crawl_files: list[Given] = field(default_factory=list)
    _crawls: ExitStack = field(default_factory=ExitStack)

    def __exit__(self, *exception: object) -> None:
        # Not sooner: pages are read long after they were found.
        self._crawls.close()

    def find(self, paths: Sequence[Path]) -> Iterator[Piece | IngestError]:
        """All inputs under ``paths``, in the order of their names; an ``IngestError`` for one that cannot be opened.

        A file named on its own is an input whatever its name, and may be a link; in a folder, files of other kinds are
        ignored, and links that point outside are refused.
        """
        for path in paths:
            site = self.sites.get(real_path(path))
            above = site.folder if site and site.folder != real_path(path) else None
            if path.is_dir():
                found = self._in_folder(Spot(path, "", root=above or path, site=site))
            else:
                found = self._in_file(Spot(path, path.name, root=above, site=site), is_named=True)
            for item in chain(found, self._in_crawl(path if path.is_dir() else path.parent)):
                if isinstance(item, IngestError):  # named below ``path``
                    item.place = printable(os.path.realpath((path if path.is_dir() else path.parent) / item.path))
                    item.place += f":{item.line}" if item.line is not None else ""
                elif site:
                    item = replace(item, site=item.site or site)
                yield item

    def _in_folder(self, folder: Spot) -> Iterator[Piece | IngestError]:
        failures: list[OSError] = []
        top = real_path(folder.path)
        own = self.own.seen_from(top)
        site, parts = folder.site, parts_below(folder.site, top)
        for inner, folders, names in os.walk(folder.path, onerror=failures.append):
            within = Path(inner).relative_to(folder.path)
            real = top / within
            folders[:] = self._without_own(real, folders, own)
            names = self._without_own(real, names, own)
            inner_posts, posts = entries_to_open(real, folders, names)
            self.left_alone[BESIDE_POSTS_CALLED] += len({*folders, *names} - {*inner_posts, *posts, "posts"})
            folders[:], names = inner_posts, posts
            opened = [name for name in names if os.path.splitext(name)[1].lower() in sniff.OPENED_SUFFIXES]  # noqa: PTH122
            if site and parts is not None:
                here = (*parts, *within.parts)
                folders[:] = [name for name in folders if has_folder(site, (*here, name))]
                left_out = {name for name in opened if not is_loaded(site, (*here, name), real / name)}
                names, opened = ([name for name in listed if name not in left_out] for listed in (names, opened))
            for name in folders:
                with suppress(OSError):  # the walk reports it
                    if _points_outside(path := Path(inner) / name, top):
                        shown = f"{folder.name}{path.relative_to(folder.path)}"
                        yield UnreadableFile(POINTS_OUTSIDE.format("folder"), path=printable(shown))
            known = {} if folder.place else self.known(real, opened, folder.root, site)
            for name in names:
                path = Path(inner) / name
                if name not in known:
                    yield from self._in_folder_file(folder, path, top)
                    continue
                shown = printable(str(path.relative_to(folder.path)))
                yield replace(known[name], path=path, name=shown, root=folder.root)
            while failures:
                yield _unreadable(failures.pop(0), folder.path)
        while failures:
            yield _unreadable(failures.pop(0), folder.path)

    def _without_own(self, folder: Path, names: list[str], own: frozenset[Path]) -> list[str]:
        shown = sorted(name for name in names if not name.startswith("."))
        others = [name for name in shown if name != KEY_FILE and folder / name not in own]
        if len(others) < len(shown):
            self.left_alone[OWN_FILES_CALLED] += len(shown) - len(others)
        return others

    def _in_folder_file(self, folder: Spot, path: Path, top: Path) -> Iterator[Piece | IngestError]:
        inner = path.relative_to(folder.path)
        shown = f"{folder.name}{inner}"
        if path.suffix.lower() not in sniff.OPENED_SUFFIXES:
            self._leave_alone(path)
        elif path.is_symlink() and self.own.hold(path, top):
            self.left_alone[OWN_FILES_CALLED] += 1
        elif _points_outside(path, top):
            yield UnreadableFile(POINTS_OUTSIDE.format("file"), path=printable(shown))
        else:
            place = None if folder.place is None else f"{folder.place}/{inner}"
            yield from self._in_file(replace(folder, path=path, name=shown, place=place), is_named=False)

    def _leave_alone(self, path: Path) -> None:
        self.left_alone[printable(path.suffix.lower()) or "no suffix"] += 1

    def _in_file(self, spot: Spot, *, is_named: bool) -> Iterator[Piece | IngestError]:
        # The archive stores the real path: of a link, its target.
        real = os.path.realpath(spot.path)
        if not _is_utf8(spot.name) or not _is_utf8(real):
            unfit = next((part for part in (*spot.path.parts, *Path(real).parts) if not _is_utf8(part)), "")
            reason = f"the name {printable(unfit)} in its path is not UTF-8; rename that"
            if not _is_utf8(spot.path.name):
                reason = "its name is not UTF-8; rename it"
            yield UnreadableFile(reason, path=printable(spot.name))
            return
        spot = replace(spot, name=printable(spot.name))
        try:
            with open_regular(spot.path) as file:
                yield from self._opened(file, spot, is_named=is_named)
        except OSError as failure:
            yield UnreadableFile(_why(failure), path=spot.name)
        except UnknownFormat as error:
            is_of_site = spot.site is not None and spot.site.generator  # with data of every kind
            if is_named or (spot.path.suffix.lower() in sniff.PROMISING_SUFFIXES and not is_of_site):
                yield UnknownFormat(error.reason, path=spot.name)
            else:
                self._leave_alone(spot.path)
        except IngestError as error:
            yield type(error)(error.reason, path=spot.name, line=error.line)

    def _opened(self, file: BinaryIO, spot: Spot, *, is_named: bool) -> Iterator[Piece | IngestError]:
        head = file.read(sniff.HEAD_BYTES)
        if container := sniff.container_of(head):
            yield from self._in_container(container, spot, is_named=is_named)
            return
        check_export(spot.path, head)
        reader = sniff.reader_of(spot.path.name, head)
        status = os.fstat(file.fileno())
        piece = Piece(
            path=spot.path,
            name=spot.name,
            form=reader.name,
            root=spot.root,
            size_bytes=status.st_size,
            mtime_ns=0 if spot.place else settled_mtime(status),
            place=spot.place,
            files=spot.files,
        )
        if reader.split is None:
            if piece.size_bytes > self.max_bytes:
                reason = f"{piece.size_bytes:,} bytes, more than {self.max_bytes:,} (INPUT_MAX_BYTES)"
                raise UnreadableFile(reason, path=spot.name)
            yield piece
            return
        file.seek(0)
        for record in reader.split(file, self.max_bytes):
            if isinstance(record, IngestError):
                yield type(record)(record.reason, path=spot.name, line=record.line)
            elif len(record.data) == piece.size_bytes and not reader.by_line:
                yield replace(piece, data=record.data)
            else:
                line, data = record.line, record.data
                yield replace(piece, name=f"{spot.name}:{line}", line=line, data=data, size_bytes=len(data), mtime_ns=0)

    def _in_container(self, container: sniff.Container, spot: Spot, *, is_named: bool) -> Iterator[Piece | IngestError]:
        if is_crawl(spot.path):
            self._crawl_files.append(Given(Path(os.path.realpath(spot.path)), spot.name))
            return
        if spot.depth >= NESTED:
            raise UnreadableFile(f"nested in {NESTED} archives; unpack it first", path=spot.name)
        budget = spot.budget or Budget(self.unpack_limits)
        within = replace(spot, place=spot.place or os.path.realpath(spot.path), budget=budget, depth=spot.depth + 1)
        if container == "gzip":
            inner = unpack_gzip(spot.path, spot.name, self.scratch, budget)
            files = spot.files or LocalFiles(spot.path, spot.root)
            yield from self._in_file(replace(within, path=inner, files=files), is_named=is_named)
            return
        folder, refused = unpack(spot.path, container, spot.name, self.scratch, budget)
        yield from refused
        site = site_unpacked(folder)
        site = replace(site, redirects=redirects_of(site)) if site else None
        site = spot.site.completed_by(site) if site and spot.site else site
        inside = replace(within, path=folder, name=f"{spot.name}/", root=folder, files=None, site=None)
        for item in self._in_folder(inside):
            yield item if site is None or isinstance(item, IngestError) else replace(item, site=site)

    def _in_crawl(self, root: Path) -> Iterator[Piece | IngestError]:
        files, self._crawl_files = self._crawl_files, []
        if not files:
            return
        limits = CrawlLimits(self.max_bytes, self.unpack_limits.max_ratio, self.unpack_limits.max_bytes)
        try:
            crawl = self._crawls.enter_context(Crawl.open(files, self.scratch, limits, self.progress))
            self.left_alone.update(crawl.left_alone)
            yield from crawl.faults()
            for page in crawl.pages():
                yield Piece(
                    path=page.extent.path,
                    name=page.name,
                    form="html",
                    root=root,
                    size_bytes=page.extent.length,
                    place=page.place,
                    body=page.body(limits),
                    files=crawl.files_of(page),
                    url=page.uri,
                    captured_at=page.captured_at,
                    is_fleeting=page.extent.path.is_relative_to(self.scratch),
                )
            for name, reason in crawl.skipped():
                yield NotAnArticle(reason, path=name)
        except (OSError, sqlite3.Error) as failure:
            why = _why(failure) if isinstance(failure, OSError) else str(failure)
            remedy = f"free space in {self.scratch.parent}, or set TMPDIR to a folder with more"
            reason = f"the index of the crawl could not be written or read ({why}); {remedy}"
            yield from (UnreadableFile(reason, path=file.name) for file in files)


def _points_outside(path: Path, top: Path) -> bool:
    return path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(top)


def _is_utf8(name: str) -> bool:
    return name.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in name)


def _unreadable(failure: OSError, root: Path) -> UnreadableFile:
    path = Path(failure.filename or root)
    name = path.relative_to(root) if path != root and path.is_relative_to(root) else path
    return UnreadableFile(f"{_why(failure)}; its content was not loaded", path=printable(str(name)))


def _why(failure: OSError) -> str:
    return "no permission to read it" if isinstance(failure, PermissionError) else failure.strerror or str(failure)
