"""``manage.py export_edits``: staff edits as JSON Lines, for ``load_articles --edits``."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from articles.editorial.exchange.export import edits
from articles.management.archive import ArchiveCommand
from articles.text.phrases import counted


class Command(ArchiveCommand):
    help = "Export staff edits for load_articles --edits in another archive."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", metavar="FILE", help="output file (default: standard output)")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["file"]
        lines = (json.dumps(line, ensure_ascii=False) + "\n" for line in edits())
        if name in (None, "-"):
            self.stdout.writelines(lines)
            return
        with replacing(Path(name)) as out:
            count = sum(1 for line in lines if out.write(line))
        self.stdout.write(f"{counted(count, 'line')} written to {name}")


@contextmanager
def replacing(path: Path) -> Iterator[Any]:
    """A file for writing; it replaces an existing one only when complete. Raises ``CommandError``."""
    whole = path.resolve()  # keep a symbolic link
    part = whole.with_name(f".{whole.name}.{os.getpid()}.part")
    try:
        if path.exists() and not path.is_file():  # a pipe or device
            with path.open("w", encoding="utf-8") as out:
                yield out
            return
        with part.open("w", encoding="utf-8") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        if whole.exists():
            shutil.copymode(whole, part)
        part.replace(whole)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", returncode=2) from error
    finally:
        part.unlink(missing_ok=True)
