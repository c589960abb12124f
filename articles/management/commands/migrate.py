"""``manage.py migrate``: Django's, but sets up a new database completely or not at all."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from articles.management.archive import close_to_others, setting_up


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with setting_up(connections[options["database"]]) as is_new:
            if is_new:
                super().handle(*args, **options)
        if not is_new:
            super().handle(*args, **options)
        close_to_others()
