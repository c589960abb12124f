"""Unpacks what holds other files: gzip, ZIP and tar, into a scratch folder and never elsewhere, within limits."""

from __future__ import annotations

import gzip
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import IO

from articles.ingest.errors import IngestError, UnknownForm, UnreadableFile
from articles.ingest.forms import Container

BLOCK_BYTES = 1 << 20
# A small file may well shrink to a hundredth: the ratio is asked of what is larger than this.
RATIO_FROM_BYTES = 10_000_000
NESTED = 3  # archives within archives
OFFICE = ("[Content_Types].xml", "META-INF/container.xml", "META-INF/manifest.xml")


@dataclass(frozen=True, slots=True)
class UnpackLimits:
    """How many files an archive may hold, with the archives in it, how many bytes unpacked, and how many to one."""

    max_files: int
    max_bytes: int
    max_ratio: int


@dataclass(slots=True)
class Budget:
    """What is left of the limits for one archive and all that lies in it."""

    limits: UnpackLimits
    files: int = 0
    bytes: int = 0

    def spend(self, size: int, name: str) -> None:
        """Count ``size`` more unpacked bytes. Raises ``UnreadableFile``."""
        self.bytes += size
        if self.bytes > self.limits.max_bytes:
            reason = f"unpacked it is more than {self.limits.max_bytes:,} bytes (UNPACK_MAX_BYTES)"
            raise UnreadableFile(reason, path=name)

    def check_ratio(self, size: int, packed: int, name: str) -> None:
        """Look whether ``packed`` bytes became too many. Raises ``UnreadableFile``."""
        if size > RATIO_FROM_BYTES and size > packed * self.limits.max_ratio:
            reason = f"it grows to more than {self.limits.max_ratio} times its size (UNPACK_MAX_RATIO), as bombs do"
            raise UnreadableFile(reason, path=name)

    def add_file(self, name: str) -> None:
        """Count one more file. Raises ``UnreadableFile``."""
        self.files += 1
        if self.files > self.limits.max_files:
            reason = f"there are more than {self.limits.max_files:,} files in it (UNPACK_MAX_FILES)"
            raise UnreadableFile(reason, path=name)


def unpack_gzip(path: Path, name: str, scratch: Path, budget: Budget) -> Path:
    """The one file in a gzip file, in a folder of its own below ``scratch``. Raises ``UnreadableFile``."""
    inner = name.removesuffix(".gz").removesuffix(".GZ")
    inner = inner.removesuffix(".tgz") + ".tar" if inner.endswith(".tgz") else inner
    target = Path(mkdtemp(dir=scratch)) / (PurePosixPath(inner).name or "file")
    budget.add_file(name)
    with _damage_in_words(name), path.open("rb") as packed, gzip.GzipFile(fileobj=packed) as file:
        _copy(file, target, budget, name, packed=packed)
    return target


def unpack(path: Path, kind: Container, name: str, scratch: Path, budget: Budget) -> tuple[Path, list[IngestError]]:
    """The folder into which a ZIP or tar file is unpacked, and an error for each member that could not be.

    Raises ``UnreadableFile`` for an archive that is damaged or exceeds the limits.
    """
    folder = Path(mkdtemp(dir=scratch))
    members = _zip_members if kind is Container.ZIP else _tar_members
    with _damage_in_words(name):
        return folder, list(members(path, folder, name, budget))


def check_zip(path: Path, name: str) -> None:
    """Raises ``UnknownForm`` for office documents and books, which are ZIP files too."""
    with _damage_in_words(name), zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    if any(known in names for known in OFFICE):
        raise UnknownForm("this is an office document or an e-book, not an archive of articles", path=name)


def _zip_members(path: Path, folder: Path, name: str, budget: Budget) -> Iterator[IngestError]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            shown = f"{name}/{member.filename}"
            target = _target(folder, member.filename)
            if member.is_dir():
                continue
            if target is None:
                yield UnreadableFile("its name leads out of the archive; it was not unpacked", path=shown)
            elif stat.S_ISLNK(member.external_attr >> 16):
                yield UnreadableFile("this is a link, and links in archives are not followed", path=shown)
            elif member.flag_bits & 1:
                yield UnreadableFile("it is encrypted; unpack it with its password, then load the folder", path=shown)
            else:
                budget.add_file(name)
                budget.check_ratio(member.file_size, member.compress_size, name)
                with archive.open(member) as file:
                    _copy(file, target, budget, name)


def _tar_members(path: Path, folder: Path, name: str, budget: Budget) -> Iterator[IngestError]:
    with tarfile.open(path) as archive:
        for member in archive:
            shown = f"{name}/{member.name}"
            target = _target(folder, member.name)
            if member.isdir():
                continue
            if target is None:
                yield UnreadableFile("its name leads out of the archive; it was not unpacked", path=shown)
            elif not member.isreg():
                yield UnreadableFile("this is a link or a device, and those in archives are not followed", path=shown)
            elif (file := archive.extractfile(member)) is not None:
                budget.add_file(name)
                with closing(file):
                    _copy(file, target, budget, name)


def _target(folder: Path, name: str) -> Path | None:
    """Where a member goes; ``None`` for one whose name leads elsewhere."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not parts or ".." in parts or parts[0].startswith("/") or ":" in parts[0] or "\0" in name:
        return None
    return folder.joinpath(*parts)


def _copy(
    file: IO[bytes] | gzip.GzipFile, target: Path, budget: Budget, name: str, packed: IO[bytes] | None = None
) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with target.open("xb") as out:
        while block := file.read(BLOCK_BYTES):
            size += len(block)
            budget.spend(len(block), name)
            if packed is not None:
                budget.check_ratio(size, packed.tell(), name)
            out.write(block)


@contextmanager
def _damage_in_words(name: str) -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, tarfile.TarError) as error:
        raise UnreadableFile(f"the archive is cut off or damaged ({error})", path=name) from error
    except (NotImplementedError, RuntimeError) as error:
        raise UnreadableFile(f"the archive can not be unpacked ({error})", path=name) from error
    except FileExistsError as error:
        raise UnreadableFile("two files in the archive have the same name", path=name) from error
