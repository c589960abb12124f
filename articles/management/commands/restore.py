"""``manage.py restore FILE``: arguments and exit code; ``articles/catalogue/restoring.py`` does the work."""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from articles.catalogue.restoring import faults, migrations, opened, restore
from articles.management import archive
from articles.text.phrases import counted


class Command(archive.ArchiveCommand):
    help = "Make an archive from a backup, in the folder of --archive (or the database in DATABASE_URL)."
    requires_system_checks = ["newsarchive"]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="from backup")
        parser.add_argument("--check", action="store_true", help="only compare all in it with its digests")
        parser.add_argument("--force", action="store_true", help="replace the archive that is there")

    def handle(self, *args: Any, **options: Any) -> None:
        path, found, lost, is_check = options["file"], [], 0, options["check"]
        if not path.is_file():
            raise CommandError(f"{path}: no such file", returncode=2)
        task = "Checking" if is_check else "Restoring"
        with archive.all_or_nothing(task) as progress, opened(path) as (manifest, tar):
            if is_check:
                found = [*faults(manifest["members"], tar, progress, tar.extractfile)]
            else:
                lost = restore(manifest, tar, progress, replace=options["force"])
                archive.close_to_others()
        figures = ", ".join(counted(number, name) for name, number in manifest["counts"].items())
        self.stdout.write(f"{'Checked' if is_check else 'Restored'} {path}, of {manifest['made_at']}: {figures}")
        for name in manifest["missing"]:
            self.stdout.write(f"{name} was missing or damaged when the backup was made")
        for name, wrong in found:
            self.stderr.write(self.style.ERROR(f"{name} {wrong}"))
        if lost:
            repair = f"To make them again: {settings.MANAGE} verify_archive --repair"
            self.stderr.write(f"{counted(lost, 'rendition')} in the backup damaged or missing. {repair}")
        if unset := set(manifest["variables"]) - settings.SET_VARIABLES:
            self.stdout.write(f"Variables set then, but not now: {', '.join(sorted(unset))}")
        if not is_check and migrations() - set(manifest["migrations"]):
            self.stdout.write(f"The backup is of an older version. Upgrade the archive: {settings.MANAGE} migrate")
        if found:
            sys.exit(1)
