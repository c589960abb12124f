"""``manage.py export_edits``: what staff have changed, as JSON Lines that ``load_articles --edits`` takes over."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.edits import edits


class Command(BaseCommand):
    help = "Write down what staff have changed, for load_articles --edits in another archive."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", metavar="FILE", help="where to; - or nothing: standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        name, count = options["file"], 0
        with ExitStack() as stack:
            out: Any = self.stdout
            if name not in (None, "-"):
                try:
                    out = stack.enter_context(Path(name).open("w", encoding="utf-8"))
                except OSError as error:
                    raise CommandError(f"{name}: {error.strerror}", returncode=2) from error
            for line in edits():
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
                count += 1
        if name not in (None, "-"):
            self.stdout.write(f"{count:,} lines of edits in {name}")
