"""``index_articles``: puts the whole archive into the search index anew.

Loads and edits keep the index in step; this is for rows that came by ``loaddata`` or by hand.
"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from articles.management.archive import INTERRUPTED, add_archive_option
from articles.search import index
from articles.search.backend import backend


class Command(BaseCommand):
    help = "Empty the search index and put every article into it anew. Until it is done, searches find less."

    def add_arguments(self, parser: CommandParser) -> None:
        add_archive_option(parser)
        parser.add_argument(
            "--missing", action="store_true", help="empty nothing, and put in what is missing: goes on where it stopped"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = self._fill(is_anew=not options["missing"])
        except KeyboardInterrupt:
            self.stdout.write("\nInterrupted. What is indexed so far is kept; --missing goes on from there.")
            sys.exit(INTERRUPTED)
        self.stdout.write(f"\r{done:,} articles indexed.")

    def _fill(self, *, is_anew: bool) -> int:
        if is_anew:
            index.empty()
        done = 0
        for done in index.fill():
            if self.stdout.isatty():
                self.stdout.write(f"\r{done:,} articles", ending="")
        backend().settle()
        return done
