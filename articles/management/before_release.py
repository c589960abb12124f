"""Archives that were made before the first release, with migrations that are no longer here."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder


def refuse_archive_from_before_release(connection: BaseDatabaseWrapper) -> None:
    if ("articles", "0001_initial") in MigrationRecorder(connection).applied_migrations():
        raise CommandError(
            "This archive was made before the first release and cannot be brought up to date. Load its originals into "
            "a new VAR_DIR or database; export_edits, run by the version that made it, and load_articles --edits carry "
            "the work of staff over."
        )
