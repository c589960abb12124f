"""An archive of each released version, for later ones to upgrade: `python -m tests.kept_archive` keeps one of this.

It has the samples, without the one file that is large, and no photo files.
"""

from __future__ import annotations

import lzma
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from newsarchive import __version__
from tests.served import DATA, ROOT, Archive


def kept() -> list[Path]:
    return sorted(DATA.glob("archive-*.sqlite3.xz"))


def unpack(file: Path, var: Path) -> Archive:
    """The kept archive in the folder ``var``."""
    (var / "archive.sqlite3").write_bytes(lzma.decompress(file.read_bytes()))
    (var / "media/originals/00").mkdir(parents=True)  # without it, photos would not be mounted
    return Archive("", var)


def keep(target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        samples, database = Path(folder, "samples"), Path(folder, "archive.sqlite3")
        shutil.copytree(ROOT / "fixtures/samples", samples, ignore=shutil.ignore_patterns("*.mhtml"))
        shutil.copy(ROOT / "fixtures/tags.toml", folder)
        options = "--keep-originals", "--edits", "fixtures/samples.edits"
        Archive("", Path(folder)).manage("load_articles", str(samples), *options)
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("VACUUM")
        target.write_bytes(lzma.compress(database.read_bytes(), preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    keep(DATA / f"archive-{__version__}.sqlite3.xz")
