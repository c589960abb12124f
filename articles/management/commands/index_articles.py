"""``manage.py index_articles``: indexes articles again, after ``loaddata`` or changes by hand."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from articles.management.archive import INTERRUPTED, ArchiveCommand
from articles.search import index
from articles.text.phrases import counted


class Command(ArchiveCommand):
    help = "Index all articles again, while readers search."

    def add_arguments(self, parser: CommandParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--missing", action="store_true", help="only add missing articles; continues an earlier run")
        how.add_argument("--rebuild", action="store_true", help="empty a damaged index first; searches find less then")

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        try:
            if options["rebuild"]:
                index.empty()
            elif not options["missing"]:
                index.outdate()
            for done in index.fill():
                if self.stdout.isatty():
                    self.stdout.write(f"\r{counted(done, 'article')}", ending="")
        except KeyboardInterrupt:
            self.stdout.write(f"\nInterrupted. To continue: {settings.MANAGE} index_articles --missing")
            sys.exit(INTERRUPTED)
        self.stdout.write(f"\r{counted(done, 'article')} indexed")
