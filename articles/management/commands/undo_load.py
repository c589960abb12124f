"""``manage.py undo_load [LOAD]``: arguments, report and exit code; ``articles/loading/undo`` does the work."""

import sys
import time
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from articles.ingest.inputs.shown import printable
from articles.loading.sites import profile_of_paths
from articles.loading.undo import is_all_undone, newest_to_undo, undo
from articles.management.archive import ArchiveCommand
from articles.models import Load
from articles.models.database_errors import in_one_line
from articles.text.dates import day_words


class Command(ArchiveCommand):
    help = "Undo a load, except for changes made since by staff or a later load."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "load", nargs="?", metavar="LOAD", help="number of the load (default: the newest not undone)"
        )
        parser.add_argument("--dry-run", action="store_true", help="report what would happen; undo nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        clock = time.monotonic()
        load = _load_of(options["load"])
        if load is None:
            self.stdout.write("No load to undo.")
            return
        if load.undone_at is not None:
            self.stdout.write(f"Load {load.pk} was undone on {day_words(timezone.localdate(load.undone_at))}.")
            if is_all_undone(load):
                return
        if load.finished_at is None:
            self.stdout.write(f"Load {load.pk} has not finished: it was interrupted or is still running.")
        try:
            result = undo(load, dry_run=options["dry_run"])
        except DatabaseError as error:
            advice = "The load is partly undone. Run the command again to continue."
            raise CommandError(f"The database stopped working: {in_one_line(error)}. {advice}") from error
        for line in result.lines:
            self.stdout.write(printable(line))
        self._name("Deletes", result.deleted_headlines, result.removed)
        self._name("Restores", result.restored_headlines, result.restored)
        if result.waits_for:
            order = ", then ".join(f"undo load {pk}" for pk in [*result.waits_for, load.pk])
            self.stdout.write(f"To undo it completely, first {order}.")
        if profile := profile_of_paths(load.paths):
            self.stdout.write(f"The next load of {printable(str(profile.folder))} applies {profile.path} again.")
        prefix = "Dry run, nothing was undone: " if result.dry_run else ""
        seconds = time.monotonic() - clock
        self.stdout.write(f"{prefix}load {load.pk}: {result.figures} in {seconds:.1f} s")
        if result.left:
            sys.exit(1)

    def _name(self, title: str, headlines: list[str], count: int) -> None:
        if headlines:
            named = ", ".join(f"“{printable(headline)}”" for headline in headlines)
            more = f" and {count - len(headlines):,} more" if count > len(headlines) else ""
            self.stdout.write(f"{title}: {named}{more}")


def _load_of(number: str | None) -> Load | None:
    if number is None:
        return newest_to_undo()
    found = Load.objects.filter(pk=int(number)).first() if number.isascii() and number.isdecimal() else None
    if found is None:
        raise CommandError(f"There is no load {number}. The admin has a list of loads.", returncode=2)
    return found
