"""The backup file: a tar with a manifest, a copy of the database, and files. ``restoring.py`` reads it."""

import gzip
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from django.conf import settings
from django.db import connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Q

from articles import photos
from articles.catalogue.photo_files import label, media, names_of, remove_unused
from articles.models import Article, Original, Photo, Rendition, Tag
from articles.models.generation import generation_of
from articles.photos import AnyPath
from articles.text.phrases import size_words

FORMAT = 1
LARGEST_ENTRY = (1 << 60, "0" * 64)  # of a member in the manifest
COPIES = {"sqlite": "archive.sqlite3.gz", "postgresql": "archive.pgdump"}  # by vendor
COUNTED = {"article": Article.objects, "original": Original.objects, "photo": Photo.everything, "tag": Tag.everything}
Progress = Callable[[int, int], object]  # done, and all


class BackupError(Exception):
    """Why a backup cannot be made or restored."""


def check_space(folder: Path, needed_bytes: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed_bytes:
        raise BackupError(f"{folder}: {size_words(needed_bytes)} may be needed, {size_words(free)} are free")


def write_backup(path: Path, progress: Progress) -> tuple[Path, dict[str, Any]]:
    """Return the file and its manifest. One without some photos replaces none. Raises ``BackupError``."""
    with TemporaryDirectory(prefix=".backup-", dir=path.parent) as temporary:
        new = Path(temporary) / path.name
        new.touch(0o600)
        with new.open("wb") as out, _snapshot(Path(temporary), progress) as (alias, copy, size):
            manifest = _write(out, {copy.name: copy, **_files(alias)}, alias, size, progress)
            os.fsync(out.fileno())
        incomplete = path.with_name(f"{path.name}.incomplete")
        made = incomplete if manifest["missing"] else path
        new.replace(made)
    if made == path:
        incomplete.unlink(missing_ok=True)  # of an earlier one
    return made, manifest


@contextmanager
def _snapshot(folder: Path, progress: Progress) -> Iterator[tuple[str, Path, int]]:
    """The alias of a connection that reads one moment, a copy of that, and the size unpacked; others can write."""
    vendor = connections["default"].vendor
    alias = "reader" if vendor == "sqlite" else "default"
    copy, unpacked = folder / COPIES[vendor], folder / "unpacked"
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        if vendor == "sqlite":
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size, sqlite_master")
            (size,) = cursor.fetchone()
            check_space(folder.parent, 2 * size)
            # Without the transaction, each change would make it begin again; VACUUM INTO could not be interrupted.
            with closing(sqlite3.connect(unpacked)) as target:
                copying = connections[alias].connection.backup
                copying(target, pages=1000, progress=lambda _, left, total: progress(total - left, total))
                (found,) = target.execute("PRAGMA quick_check(1)").fetchone()
                if found != "ok":
                    raise BackupError(f"The database is damaged ({' '.join(found.split())}): restore an older backup")
            with unpacked.open("rb") as file, gzip.open(copy, "wb", 1) as packed:  # other levels are far slower
                shutil.copyfileobj(file, packed, 1 << 20)
        else:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot(), pg_database_size(current_database())")
            name, size = cursor.fetchone()
            run_client("pg_dump", "--format=custom", f"--snapshot={name}", f"--file={copy}")
        yield alias, copy, size


def run_client(program: str, *arguments: str, connects: bool = True) -> None:
    """Run a program of PostgreSQL on the archive's database. Other users can read command lines, so no password."""
    connections["default"].ensure_connection()
    login = connections["default"].connection.info
    own = ["--no-owner", "--no-acl", "--no-password", f"--dbname={login.dsn}"] if connects else []
    command = [program, *own, *arguments]
    try:
        environment = {**os.environ, "PGPASSWORD": login.password}
        subprocess.run(command, env=environment, check=True, stderr=subprocess.PIPE, text=True)  # noqa: S603
    except FileNotFoundError as error:
        raise BackupError(f"{program} is not on this machine. Install the client programs of PostgreSQL") from error
    except subprocess.CalledProcessError as error:
        raise BackupError(error.stderr) from error


def _files(alias: str) -> dict[str, AnyPath]:
    """What the operator wrote, and photo files, by name."""
    home = Path(settings.VAR_DIR)
    own = {str(path.relative_to(home)): path for path in [home / "archive.toml", *(home / "sites").rglob("*")]}
    own["tags.toml"] = settings.TAGS_FILE or home / "tags.toml"
    names = set(Photo.everything.using(alias).exclude(file="").values_list("file", flat=True))
    names.update(name for row in Rendition.objects.using(alias).iterator() for name in names_of(row))
    kinds = ("originals", "renditions")
    there = {f"{kind}/{path.name[:2]}/{path.name}": path for kind in kinds for path in media().glob(f"{kind}/??/[!.]*")}
    # Versions, undone loads and open conflicts name others by their digest.
    names.update(name for name in there if name.startswith("originals"))
    own = {name: path for name, path in own.items() if path.is_file()}
    return own | {name: there.get(name) or media() / name for name in sorted(names)}


def _write(out: IO[bytes], files: dict[str, AnyPath], alias: str, size: int, progress: Progress) -> dict[str, Any]:
    total = sum(map(_room_for, files.values()))
    check_space(Path(out.name).parent.parent, total)
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "newsarchive": settings.VERSION,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "generation": generation_of(connections[alias]),
        "vendor": connections[alias].vendor,
        "migrations": sorted(map(".".join, MigrationRecorder(connections[alias]).applied_migrations())),
        "counts": {name: manager.using(alias).count() for name, manager in COUNTED.items()},
        "variables": sorted(settings.SET_VARIABLES),
        "database_bytes": size,
        "missing": [],  # files that were not on the disk, or not as they were loaded
        "members": dict.fromkeys(files, LARGEST_ENTRY),  # size in bytes and SHA-256 digest
    }
    room = len(json.dumps(manifest, indent=1))  # no real member takes more, and a missing one less
    with tarfile.open(fileobj=out, mode="w") as tar:
        _add(tar, "manifest.json", io.BytesIO(bytes(room)))
        for name, path in files.items():
            try:
                with _opened(name, path, alias) as file:
                    _, digest = manifest["members"][name] = _add(tar, name, file)
                is_other = name.startswith("originals") and digest not in name
                if is_other and Photo.everything.using(alias).filter(file=name).exists():
                    manifest["missing"].append(name)
            except (FileNotFoundError, IsADirectoryError):
                del manifest["members"][name]
                manifest["missing"].append(name)
            progress(out.tell(), total)
    out.seek(tarfile.BLOCKSIZE)
    out.write(json.dumps(manifest, indent=1).ljust(room).encode())
    return manifest


def _room_for(path: AnyPath) -> int:
    with suppress(FileNotFoundError):  # removed meanwhile
        return path.stat().st_size + 2 * tarfile.BLOCKSIZE
    return 0


def _opened(name: str, path: AnyPath, alias: str) -> IO[bytes]:
    with suppress(FileNotFoundError):
        return path.open("rb") if isinstance(path, Path) else io.BytesIO(path.read_bytes())
    # A correction since the snapshot may have replaced a rendition. It is made again, with the words of then.
    made = Rendition.objects.using(alias).filter(Q(file=name) | Q(file_webp=name))
    for rendition in made.filter(photo__digest=photos.digest_in(name)).select_related("photo")[:1]:
        label(rendition, rendition.photo, photos.Words.of(rendition.photo))
        content = path.read_bytes()
        remove_unused(names_of(rendition))
        return io.BytesIO(content)
    raise FileNotFoundError(name)


def _add(tar: tarfile.TarFile, name: str, file: Any) -> tuple[int, str]:
    digest, member = hashlib.file_digest(file, "sha256").hexdigest(), tarfile.TarInfo(name)
    member.size, member.mtime = file.seek(0, os.SEEK_END), int(time.time())
    member.mode = 0o600 if name.startswith("originals") else 0o640
    file.seek(0)
    tar.addfile(member, file)
    return member.size, digest
