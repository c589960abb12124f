"""``manage.py export_edits``: staff edits as JSON Lines, for ``load_articles --edits``."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.editorial.exchange.export import edits
from articles.management.archive import add_archive_option
from articles.text.phrases import counted


class Command(BaseCommand):
    help = "Export staff edits for load_articles --edits in another archive."

    def add_arguments(self, parser: CommandParser) -> None:
        add_archive_option(parser)
        parser.add_argument("file", nargs="?", metavar="FILE", help="output file (default: standard output)")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["file"]
        if name in (None, "-"):
            _write(self.stdout)
            return
        with replacing(Path(name)) as out:
            count = _write(out)
        self.stdout.write(f"{counted(count, 'line')} written to {name}")


def _write(out: Any) -> int:
    count = 0
    for line in edits():
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
        count += 1
    return count


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
