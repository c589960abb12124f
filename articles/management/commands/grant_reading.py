"""``manage.py grant_reading``: the SQL for a PostgreSQL role that may read what public pages show, and nothing else."""

import re
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connection

from articles.management.archive import NO_ARCHIVE, ArchiveCommand
from articles.models.reading_role import SQL, USER_COLUMNS, shown_and_hidden


class Command(ArchiveCommand):
    help = "Print SQL, for psql, that makes or corrects a PostgreSQL role for public pages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", metavar="ROLE", help="its name")

    def handle(self, *args: Any, **options: Any) -> None:
        role = options["role"]
        if connection.vendor != "postgresql":
            raise CommandError("Only a PostgreSQL database has roles; set DATABASE_URL.", returncode=2)
        if not re.fullmatch("[A-Za-z0-9_-]{1,63}", role):
            raise CommandError(f"{role!r} is no name for a role: use letters, digits, _ and -.", returncode=2)
        shown, hidden = map(", ".join, map(sorted, shown_and_hidden(connection)))
        if not shown:
            raise CommandError(NO_ARCHIVE)
        users, seconds = ", ".join(USER_COLUMNS), settings.QUERY_SECONDS
        self.stdout.write(SQL.format(role=role, shown=shown, hidden=hidden, users=users, seconds=seconds))
