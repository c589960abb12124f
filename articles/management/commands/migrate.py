"""``manage.py migrate``: Django's, then the search index. Sets up a new database completely or not at all."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from articles.management.archive import close_to_others, progress_bar, setting_up
from articles.models import SearchEntry
from articles.search import index


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with setting_up(connections[options["database"]]) as is_new:
            if is_new:
                self._upgrade(*args, **options)
        if not is_new:
            self._upgrade(*args, **options)
        close_to_others()

    def _upgrade(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if connection.vendor == "postgresql":
            connection.cursor().execute("SET lock_timeout = '2s'")  # readers wait behind it: less than QUERY_SECONDS
        super().handle(*args, **options)
        if connection.vendor == "postgresql":
            connection.cursor().execute("RESET lock_timeout")
        if not (options["app_label"] or options["plan"] or options["check_unapplied"]):
            with progress_bar() as bar:
                task = bar.add_task("Building the search index", total=SearchEntry.objects.count())
                for done in index.build():
                    bar.update(task, completed=done)
