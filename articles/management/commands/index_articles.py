"""``manage.py index_articles``: rebuilds the search index, after ``loaddata`` or changes by hand."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from articles.management.archive import INTERRUPTED, add_archive_option
from articles.search import index
from articles.search.backend import backend
from articles.text.phrases import counted


class Command(BaseCommand):
    help = "Rebuild the search index. Searches are incomplete until it is done."

    def add_arguments(self, parser: CommandParser) -> None:
        add_archive_option(parser)
        parser.add_argument(
            "--missing", action="store_true", help="only add missing articles; continues an interrupted run"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        try:
            if not options["missing"]:
                index.empty()
            for done in index.fill():
                if self.stdout.isatty():
                    self.stdout.write(f"\r{counted(done, 'article')}", ending="")
            backend().settle()
        except KeyboardInterrupt:
            self.stdout.write(f"\nInterrupted. To continue: {settings.MANAGE} index_articles --missing")
            sys.exit(INTERRUPTED)
        self.stdout.write(f"\r{counted(done, 'article')} indexed")
