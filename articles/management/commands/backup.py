"""``manage.py backup FILE``: arguments and exit code; ``articles/catalogue/backup.py`` does the work."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import connection

from articles.catalogue.backup import write_backup
from articles.management import archive
from articles.text.phrases import counted, size_words


class Command(archive.ArchiveCommand):
    help = "Back up the archive into one file, also while it is served and edited. To check it: restore --check FILE."
    requires_system_checks = ["newsarchive"]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a tar; replaced only when the new one is complete")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"].resolve()
        if not path.parent.is_dir() or (path.exists() and not path.is_file()):  # a device would be replaced
            raise CommandError(f"{options['file']}: name a file, in a folder that is there", returncode=2)
        if not archive.has_tables(connection):
            raise CommandError(archive.NO_ARCHIVE, returncode=2)
        with archive.all_or_nothing("Backing up") as progress:
            made, manifest = write_backup(path, progress)
        figures = ", ".join(counted(number, name) for name, number in manifest["counts"].items())
        self.stdout.write(f"{options['file'].with_name(made.name)}: {figures}; {size_words(made.stat().st_size)}")
        for name in manifest["missing"]:
            self.stderr.write(self.style.ERROR(f"missing  {name}: not on the disk, or damaged there"))
        if manifest["missing"]:
            sys.exit(1)
