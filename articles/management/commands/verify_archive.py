"""``manage.py verify_archive``: arguments, progress and exit code; ``articles/loading/verifying.py`` does the work."""

import signal
import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import OperationalError

from articles.ingest.inputs.shown import printable
from articles.loading.verifying import verify
from articles.management.archive import INTERRUPTED, ArchiveCommand
from articles.text.phrases import counted


class Command(ArchiveCommand):
    help = "Check that the archive is whole, also while it is used: names each fault and what would fix it."
    requires_system_checks = ["newsarchive"]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sample", type=int, metavar="N", help="only N random articles and what belongs to them")
        parser.add_argument("--repair", action="store_true", help="repair what follows from sound parts")

    def handle(self, *args: Any, sample: int | None, repair: bool, **options: Any) -> None:
        if sample is not None and sample < 1:
            raise CommandError("--sample: name a number of articles, at least 1", returncode=2)
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
            signal.signal(signal.SIGINT, signal.default_int_handler)  # Ctrl-C is handled below
        try:
            found, repaired = verify(lambda line: self.stdout.write(printable(line)), sample=sample, repair=repair)
        except (KeyboardInterrupt, OperationalError) as error:
            if isinstance(error, OperationalError) and str(error) != "interrupted":  # SQLite's word for Ctrl-C
                raise
            self.stdout.write("\nInterrupted.")
            sys.exit(INTERRUPTED)
        self.stdout.write(f"{counted(found, 'fault')}, {repaired:,} repaired")
        sys.exit(1 if found > repaired else 0)
