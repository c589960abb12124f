"""An archive from a backup: everything is written next to its place and compared, then moved there."""

import fcntl
import gzip
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any
from urllib.parse import quote

from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from articles.catalogue.backup import COPIES, COUNTED, FORMAT, BackupError, Progress, check_space, run_client
from articles.models.generation import install_triggers
from articles.models.replicas import FOLLOWER, row_of

KEYS = {"newsarchive", "made_at", "vendor", "migrations", "counts", "variables", "database_bytes", "missing", "members"}
DAMAGED = "The database in the backup is damaged, or not that of its manifest"
JOURNAL = ".restoring"
HOME, MEDIA = ("archive.toml", "tags.toml", "sites"), ("originals", "renditions")


@contextmanager
def opened(path: Path) -> Iterator[tuple[dict[str, Any], tarfile.TarFile]]:
    """Raises ``BackupError`` for another file, and for a backup of a newer version."""
    with path.open("rb") as file:
        try:
            tar = tarfile.open(fileobj=file, mode="r:")  # noqa: SIM115  # closed with the file
            manifest = json.loads(tar.extractfile(tar.next()).read())  # type: ignore[union-attr, arg-type]
            is_readable = manifest["format"] <= FORMAT and not KEYS - manifest.keys()
            if is_readable:
                _check_kinds(manifest)
        except (tarfile.TarError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise BackupError(f"{path} is not a backup of an archive, or its manifest is damaged") from error
        if newer := set(manifest["migrations"] if is_readable else ["another format"]) - migrations():
            raise BackupError(f"{path} is of a newer version ({min(newer)}). Upgrade newsarchive and Django first")
        yield manifest, tar


def _check_kinds(manifest: dict[str, Any]) -> None:
    """Raises ``TypeError`` or ``ValueError`` for values that no backup has."""
    sizes, digests = zip(*manifest["members"].values(), strict=True)
    lists = (manifest[name] for name in ("migrations", "variables", "missing", "counts", "members"))
    numbers = (*manifest["counts"].values(), manifest["database_bytes"], *sizes)
    words = [*chain(*lists, digests), manifest["made_at"], manifest["vendor"]]
    if {*map(type, words)} - {str} or {*map(type, numbers)} - {int}:
        raise TypeError
    if not all(map(str.isprintable, words)):  # codes that a terminal obeys
        raise ValueError


def migrations() -> set[str]:
    """Those that this version has."""
    return {".".join(name) for name in MigrationLoader(None).disk_migrations or ()}


def faults(
    members: Mapping[str, tuple[int, str]], tar: tarfile.TarFile, progress: Progress, open_member: Callable[[Any], Any]
) -> Iterator[tuple[str, str]]:
    """Names of members, and what is wrong with each. ``open_member`` opens a member, or what was made of it."""
    missing = dict(members)
    total = sum(size for size, _ in missing.values())
    with suppress(tarfile.TarError):  # cut off
        while member := tar.next():
            tar.members = []  # type: ignore[attr-defined]  # there may be millions
            first, *rest = member.name.split("/")
            has_place = first in (*HOME, *MEDIA, *COPIES.values()) and {"", ".", ".."}.isdisjoint(rest)
            if member.name not in missing or not member.isreg() or not has_place:  # such as a path that leads out
                raise BackupError(f"{member.name!r} does not belong in a backup")
            with open_member(member) as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            if digest != missing.pop(member.name)[1]:
                yield member.name, "is damaged"
            progress(member.offset_data + member.size, total)
    yield from ((name, "is missing or cut off") for name in missing)


def restore(manifest: dict[str, Any], tar: tarfile.TarFile, progress: Progress, *, replace: bool) -> int:
    """Return how many renditions are lost. Raises ``BackupError``, and leaves everything as it was."""
    if settings.MEDIA_STORAGE:
        raise BackupError("Unset MEDIA_STORAGE: photos are restored into MEDIA_ROOT. Then copy them to the bucket")
    home, database = Path(settings.VAR_DIR), connections["default"]
    is_sqlite, copy = database.vendor == "sqlite", COPIES[database.vendor]
    places = {name: home / name for name in HOME}
    places |= {name: Path(settings.MEDIA_ROOT) / name for name in MEDIA}
    places[copy] = Path(database.settings_dict["NAME"]) if is_sqlite else home / copy
    if copy not in manifest["members"]:
        raise BackupError(
            f"It is of {manifest['vendor']}, not {database.vendor}. The help, “Back up”, says how to move"
        )
    there = [str(path) for path in places.values() if _is_there(path)]
    if not is_sqlite and database.introspection.table_names():
        there.append(database.settings_dict["NAME"])
    if there and not replace:
        raise BackupError(f"There is an archive already ({there[-1]}). Restore elsewhere, or replace it with --force")
    applied = [] if is_sqlite else MigrationRecorder(database).applied_migrations()
    if newer := {".".join(name) for name in applied} - set(manifest["migrations"]):  # of tables unknown to pg_restore
        words = f"The archive that is there is of a newer version ({min(newer)})"
        raise BackupError(f"{words}. Make an empty database, and name that in DATABASE_URL")
    _refuse_if_in_use(there)
    with ExitStack() as stack:
        stages = {}
        folders = {path.parent for path in places.values()}
        for folder in folders:
            folder.mkdir(0o750, parents=True, exist_ok=True)
        journal = stack.enter_context(_journal(home))
        for folder in folders:
            _clear_stages(folder)
            stages[folder] = Path(stack.enter_context(TemporaryDirectory(prefix=".restore-", dir=folder)))
        sizes = {name: size for name, (size, _) in manifest["members"].items()}
        of_photos = sum(size for name, size in sizes.items() if name.startswith(MEDIA))
        of_others = sum(sizes.values()) - of_photos + manifest["database_bytes"] * is_sqlite
        media = places[MEDIA[0]].parent
        is_one_disk = media.stat().st_dev == home.stat().st_dev
        check_space(media, of_photos + of_others * is_one_disk)
        check_space(home, of_others + of_photos * is_one_disk)
        of_member = {name: stages[path.parent] for name, path in places.items()}
        lost = _extract(manifest, tar, progress, lambda name: of_member[name.partition("/")[0]] / name)
        staged = stages[places[copy].parent] / copy
        if is_sqlite:
            with gzip.open(staged) as packed, staged.with_name("unpacked").open("wb") as file:
                shutil.copyfileobj(packed, file, 1 << 20)
            staged.with_name("unpacked").replace(staged)
            staged.chmod(0o600)
            _check_sqlite(staged, manifest)
        os.sync()
        _refuse_if_in_use(there)  # begun meanwhile
        dump = None if is_sqlite else staged.rename(staged.with_name("dump"))
        moves = _moves(places, stages)
        _note(journal, moves)
        with _postgresql_restored(dump, manifest, replace=replace) if dump else nullcontext():
            _ignore_interruptions()
            _move(moves)
        if migrations() <= set(manifest["migrations"]):  # else ``migrate`` does it
            with transaction.atomic():
                install_triggers("default")  # which begins a new generation
    return lost


def _extract(manifest: dict[str, Any], tar: tarfile.TarFile, progress: Progress, place: Callable[[str], Path]) -> int:
    """Without damaged renditions, which can be made again; return their number."""

    def extract(member: tarfile.TarInfo) -> Any:
        path, is_original = place(member.name), member.name.startswith("originals/")
        for folder in (path.parent.parent, path.parent):
            folder.mkdir(0o700 if is_original else 0o750, parents=True, exist_ok=True)
        with path.open("wb") as file:
            shutil.copyfileobj(tar.extractfile(member), file, 1 << 20)  # type: ignore[arg-type]  # a regular file
        path.chmod(0o600 if is_original else 0o640)
        os.utime(path, (member.mtime, member.mtime))
        return path.open("rb")

    lost = 0
    for name, wrong in faults(manifest["members"], tar, progress, extract):
        if not name.startswith("renditions/"):
            raise BackupError(f"{name} {wrong}. Restore another backup")
        place(name).unlink(missing_ok=True)
        lost += 1
    return lost


def _ignore_interruptions() -> None:
    """From here on, all of it is done."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _check_sqlite(file: Path, manifest: dict[str, Any]) -> None:
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro&immutable=1", uri=True)) as database:
            if (found := database.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
                raise BackupError(f"{DAMAGED} ({' '.join(found.split())}). Restore another backup")
            _check_rows(manifest, database.execute)
    except sqlite3.Error as error:
        raise BackupError(f"{DAMAGED} ({error}). Restore another backup") from None


def _check_rows(manifest: dict[str, Any], execute: Callable[[str], Any]) -> None:
    """Raises ``BackupError`` for a database that is not the one of the manifest: of another program, or emptied."""
    applied = {".".join(row) for row in execute("SELECT app, name FROM django_migrations")}
    if not set(manifest["migrations"]) <= applied:
        raise BackupError(f"{DAMAGED} (its tables are of another version). Restore another backup")
    for name, manager in COUNTED.items():
        sql = f"SELECT count(*) FROM {manager.model._meta.db_table}"  # noqa: S608
        ((found,),) = execute(sql)
        if found != (expected := manifest["counts"].get(name)):
            raise BackupError(f"{DAMAGED} (of {name}s it has {found}, not {expected}). Restore another backup")


@contextmanager
def _postgresql_restored(dump: Path, manifest: dict[str, Any], *, replace: bool) -> Iterator[None]:
    """The new database; the former is put back if it is not that of the manifest, or the rest fails."""
    former = dump.with_name("former")
    if replace:
        run_client("pg_dump", "--format=custom", f"--file={former}")
    _restore_postgresql(dump, replace=replace)
    try:
        with connections["default"].cursor() as cursor:

            def execute(sql: str) -> Any:
                cursor.execute(sql)
                return cursor.fetchall()

            try:
                _check_rows(manifest, execute)
            except DatabaseError as error:
                raise BackupError(f"{DAMAGED} ({error}). Restore another backup") from error
        yield
    except BaseException:
        connections["default"].close()
        _empty_postgresql()
        if replace:
            _restore_postgresql(former, replace=True)
        raise


def _empty_postgresql() -> None:
    """Drop what was restored, also what the former database does not have; what extensions made stays."""
    functions = """SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')"""
    tables = "SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = current_schema()"
    with transaction.atomic(), connections["default"].cursor() as cursor:
        for kind, sql in (("TABLE", tables), ("FUNCTION", functions)):
            cursor.execute(sql)
            if names := [name for (name,) in cursor.fetchall()]:
                cursor.execute(f"DROP {kind} {', '.join(names)} CASCADE")


def _restore_postgresql(dump: Path, *, replace: bool) -> None:
    """Without extensions, which an ordinary owner of a database may not make: what is there stays."""
    contents = dump.with_name("contents")
    run_client("pg_restore", "--list", f"--file={contents}", str(dump), connects=False)
    lines = contents.read_text().splitlines(keepends=True)
    # What a dump does not have would stay as it is, and be counted.
    needed = {"django_migrations", *(manager.model._meta.db_table for manager in COUNTED.values())}
    if missing := needed - {line.split(" TABLE DATA ")[1].split()[1] for line in lines if " TABLE DATA " in line}:
        raise BackupError(f"{DAMAGED} (it has no table {min(missing)}). Restore another backup")
    contents.write_text("".join(line for line in lines if " EXTENSION " not in line))
    options = ["--single-transaction", f"--use-list={contents}", *["--clean", "--if-exists"] * replace]
    run_client("pg_restore", *options, str(dump))


def _is_there(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.exists() and path.stat().st_size > 0


def _refuse_if_in_use(there: list[str]) -> None:
    """If there are connections of others, as from ``serve``."""
    connection, is_in_use = connections["default"], False
    if connection.vendor == "postgresql":
        others = "datname = current_database() AND usesysid IS NOT NULL AND pid <> pg_backend_pid()"
        others += f" AND application_name <> '{FOLLOWER}'"  # of this command too
        is_in_use = bool(row_of(connection, f"SELECT count(*) FROM pg_stat_activity WHERE {others}")[0])  # noqa: S608
    elif there:
        with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=0)) as alone:
            try:
                alone.execute("PRAGMA locking_mode = EXCLUSIVE")  # in WAL mode, each connection has a lock against that
                alone.execute("BEGIN EXCLUSIVE")
            except sqlite3.DatabaseError as error:  # or damaged
                is_in_use = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    if there and is_in_use:
        raise BackupError("The archive is in use. Stop serve and whatever else has its database open")


Moves = list[tuple[Path, Path]]


def _moves(places: Mapping[str, Path], stages: Mapping[Path, Path]) -> Moves:
    """What puts all in its place, the database last: the former aside, then the new."""
    moves = []
    for name, path in places.items():
        stage = stages[path.parent]
        former = [path.with_name(path.name + ending) for ending in ("-wal", "-shm", "")]  # logs fit one database only
        moves += [*((each, stage / f"former-{each.name}") for each in former), (stage / name, path)]
    return [(source, target) for source, target in moves if source.exists()]


def _move(moves: Moves) -> None:
    """All of it, or nothing."""
    begun = []
    try:
        for source, target in moves:
            begun.append((source, target))
            source.rename(target)
    except BaseException:
        for source, target in reversed(begun):
            if not source.exists():
                target.rename(source)
        raise


@contextmanager
def _journal(home: Path) -> Iterator[IO[str]]:
    """What a restore that is killed had begun, for ``finish``. Raises ``BackupError`` if another restore is running."""
    finish(home)
    with (home / JOURNAL).open("a+", encoding="utf-8") as journal:
        try:
            fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError("Another restore into this archive is running") from None
        try:
            yield journal
        finally:
            (home / JOURNAL).unlink(missing_ok=True)


def _note(journal: IO[str], moves: Moves) -> None:
    journal.truncate(0)
    before = _generation() if connections["default"].vendor == "postgresql" else None
    json.dump({"before": before, "moves": [[str(path) for path in move] for move in moves]}, journal)
    journal.flush()
    os.fsync(journal.fileno())


def _generation() -> int:
    """Of the database that is there: after a restore, another one, or the same database."""
    connection = connections["default"]
    is_there = "articles_generation" in connection.introspection.table_names()
    return int(row_of(connection, "SELECT sum(number) FROM articles_generation")[0] or 0) if is_there else 0


def finish(home: Path) -> None:
    """Do the rest of a restore that was killed once it had begun to replace; clear away what it had only prepared."""
    try:
        file = (home / JOURNAL).open(encoding="utf-8")
    except FileNotFoundError:
        return
    with file, suppress(BlockingIOError, DatabaseError):  # it is running, or the database does not answer
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with suppress(ValueError):  # it had not begun
            noted = json.load(file)
            if connections["default"].vendor == "sqlite" or noted["before"] != _generation():
                for source, target in noted["moves"]:
                    if Path(source).exists() and not Path(target).exists():
                        Path(source).rename(target)
                with transaction.atomic():
                    install_triggers("default")
        for folder in {home, Path(settings.MEDIA_ROOT)}:
            _clear_stages(folder)
        (home / JOURNAL).unlink(missing_ok=True)


def _clear_stages(folder: Path) -> None:
    for stage in folder.glob(".restore-*"):
        shutil.rmtree(stage, ignore_errors=True)
