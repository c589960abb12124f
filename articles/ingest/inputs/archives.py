"""Unpacks gzip, ZIP and tar files into a scratch folder, and nowhere else, within limits."""

from __future__ import annotations

import errno
import gzip
import stat
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import IO, cast

from articles.ingest.errors import IngestError, UnknownFormat, UnreadableFile
from articles.ingest.inputs.damaged import DAMAGE, damage_in_words
from articles.ingest.inputs.limits import BeyondLimits, Budget, refuse_bomb
from articles.ingest.inputs.shown import printable
from articles.ingest.inputs.sniff import Container, reader_of

NESTED = 3  # archives within archives
DEEPEST = 100  # folders within folders
_FULL = (errno.ENOSPC, errno.EDQUOT)
OFFICE = frozenset({"[Content_Types].xml", "META-INF/container.xml", "META-INF/manifest.xml"})


def unpack_gzip(path: Path, name: str, scratch: Path, budget: Budget) -> Path:
    """Unpack the one file in a gzip file into its own folder below ``scratch``. Raises ``UnreadableFile``."""
    inner = name.removesuffix(".gz").removesuffix(".GZ")
    inner = inner.removesuffix(".tgz") + ".tar" if inner.endswith(".tgz") else inner
    target = Path(mkdtemp(dir=scratch)) / (PurePosixPath(inner).name or "file")
    budget.add_file(name)
    with (
        _full_disk_in_words(name, scratch),
        damage_in_words(name, "gzip file"),
        path.open("rb") as packed,
        gzip.GzipFile(fileobj=packed) as file,
    ):
        _copy(file, target, budget, name, packed=packed)
    return target


def unpack(path: Path, kind: Container, name: str, scratch: Path, budget: Budget) -> tuple[Path, list[IngestError]]:
    """Unpack a ZIP or tar file; return the folder, and an error for each member that could not be unpacked. Raises
    ``UnreadableFile`` for an archive that exceeds the limits or the free space, and ``UnknownFormat`` for office
    documents and e-books, which are ZIP files too.
    """
    unpacking = _Unpacking(Path(mkdtemp(dir=scratch)), name, budget)
    errors: list[IngestError] = []
    try:
        with _full_disk_in_words(name, scratch), damage_in_words(name, f"{kind.upper()} file"):
            # One by one, so that errors found before the archive breaks off are kept.
            errors.extend(_zip_members(path, unpacking) if kind == "zip" else _tar_members(path, unpacking))
    except BeyondLimits:
        raise
    except UnreadableFile as damage:
        errors.append(damage)
    return unpacking.folder, errors


def _zip_members(path: Path, unpacking: _Unpacking) -> Iterator[IngestError]:
    with zipfile.ZipFile(path) as archive:
        if not OFFICE.isdisjoint(archive.namelist()):
            reason = "this is an office document or an e-book, not an archive of articles"
            raise UnknownFormat(reason, path=unpacking.name)
        for member in archive.infolist():
            if member.is_dir():
                continue
            why_not = None
            if stat.S_ISLNK(member.external_attr >> 16):
                why_not = "this is a link; links in archives are not followed"
            elif member.flag_bits & 1:
                why_not = "it is encrypted; unpack it with its password, then load the folder"
            size, packed = member.file_size, member.compress_size
            opened = partial(archive.open, member)
            if error := unpacking.keep(member.filename, opened, why_not=why_not, size=size, packed=packed):
                yield error


def _tar_members(path: Path, unpacking: _Unpacking) -> Iterator[IngestError]:
    with tarfile.open(path, "r:", ignore_zeros=True) as archive:
        for member in _sound_members(archive, path.stat().st_size):
            if isinstance(member, str):
                yield UnreadableFile(member, path=unpacking.name)
            elif not member.isdir():
                link = "this is a link or a device; those in archives are not followed"
                size, packed = member.size, _held_bytes(member)
                why_not, opened = None if member.isreg() else link, partial(archive.extractfile, member)
                if error := unpacking.keep(member.name, opened, why_not=why_not, size=size, packed=packed):
                    yield error


def _sound_members(archive: tarfile.TarFile, size: int) -> Iterator[tarfile.TarInfo | str]:
    """Members with a sound header, and a sentence about each gap before, between and after them. ``archive`` must be
    opened with ``ignore_zeros``, to look for the next header after a bad one. ``size``: of the file.
    """
    assert archive.fileobj is not None  # noqa: S101
    file: IO[bytes] = archive.fileobj  # type: ignore[assignment]
    reached: int | None = 0
    while member := _next_member(archive, size):
        if reached is not None and member.offset > reached:
            file.seek(reached)
            is_global = file.read(tarfile.BLOCKSIZE)[156:157] == tarfile.XGLTYPE  # a header of the whole archive
            if not (is_global or _is_end(file, reached)):
                yield f"byte {reached:,}: the archive is damaged here; reading went on at byte {member.offset:,}"
        yield member
        reached = archive.offset
        if reached > size:  # cut off, or its length is wrong and others follow
            archive.offset = member.offset_data
            # Reading an incomplete member raises an error of its own.
            reached = size if member.isreg() and member.offset_data + _held_bytes(member) <= size else None
    if reached is not None and not _is_end(file, reached):
        yield f"byte {reached:,}: the archive is cut off or damaged here; nothing after it could be read"


def _held_bytes(member: tarfile.TarInfo) -> int:
    """The bytes of a member in the archive; for sparse files, without the holes."""
    holes = cast("list[tuple[int, int]] | None", member.sparse)  # bytes in typeshed
    whole = member.size if member.isreg() else 0
    return whole if holes is None else sum(size for _, size in holes)


def _next_member(archive: tarfile.TarFile, size: int) -> tarfile.TarInfo | None:
    while True:
        try:
            return archive.next()
        except DAMAGE:  # from a header of several blocks
            if archive.offset >= size:
                return None
            archive.offset += tarfile.BLOCKSIZE


def _is_end(file: IO[bytes], at: int) -> bool:
    file.seek(at)
    mark = file.read(2 * tarfile.BLOCKSIZE)
    return len(mark) >= tarfile.BLOCKSIZE and not mark.strip(b"\0")


@dataclass(frozen=True, slots=True)
class _Unpacking:
    folder: Path
    name: str
    budget: Budget
    numbers: Counter[Path] = field(default_factory=Counter)

    def keep(
        self, name: str, opened: Callable[[], IO[bytes] | None], *, why_not: str | None, size: int, packed: int
    ) -> IngestError | None:
        shown = printable(f"{self.name}/{name}")
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if not parts or ".." in parts or parts[0].startswith("/") or ":" in parts[0] or "\0" in name:
            why_not = "its name points outside the archive, so it was not unpacked"
        elif len(parts) > DEEPEST:
            why_not = f"it is more than {DEEPEST} folders deep, so it was not unpacked"
        if why_not:
            return UnreadableFile(why_not, path=shown)
        self.budget.add_file(self.name)
        if size == 0 and not any(part.startswith(".") for part in parts):
            with suppress(UnknownFormat):
                if reader_of(f"empty{PurePosixPath(parts[-1]).suffix}", b"").split is None:
                    return UnreadableFile("the file is empty", path=shown)
        refuse_bomb(size, packed, self.budget.limits.max_ratio, self.name)
        try:
            folder = self.folder
            for part in parts[:-1]:
                folder = self._numbered(folder / part, Path.is_file)
            folder.mkdir(parents=True, exist_ok=True)
            target = self._numbered(folder / parts[-1], Path.exists)
            target.touch(exist_ok=False)
        except OSError as error:
            if error.errno in _FULL:
                raise
            why = f"it cannot be unpacked under its name ({error.strerror or error})"
            return UnreadableFile(f"{why}; unpack the archive with another program", path=shown)
        try:
            with damage_in_words(shown, "file in an archive"), closing(opened() or BytesIO()) as file:
                _copy(file, target, self.budget, self.name)
        except BeyondLimits:
            raise
        except UnreadableFile as error:
            target.unlink(missing_ok=True)
            return error
        return None

    def _numbered(self, place: Path, is_taken: Callable[[Path], bool]) -> Path:
        """A place of that name, or a numbered one: ``a~2.txt``."""
        free = place
        while is_taken(free):
            self.numbers[place] += 1
            free = place.with_name(f"{place.stem}~{self.numbers[place] + 1}{place.suffix}")
        return free


def _copy(
    file: IO[bytes] | gzip.GzipFile, target: Path, budget: Budget, name: str, packed: IO[bytes] | None = None
) -> None:
    size = 0
    with target.open("wb") as out:
        while block := file.read(1 << 20):
            size += len(block)
            budget.spend(len(block), name)
            if packed is not None:
                refuse_bomb(size, packed.tell(), budget.limits.max_ratio, name)
            out.write(block)


@contextmanager
def _full_disk_in_words(name: str, scratch: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        where = f"not enough space in {scratch.parent} to unpack it; free some, or set TMPDIR to a folder with more"
        raise BeyondLimits(where, path=name) from error
