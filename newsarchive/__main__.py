"""``newsarchive …`` and ``python -m newsarchive …``: the same as ``manage.py …``, for an installed package."""

import os
import sys


def main() -> None:
    os.umask(0o027)  # the archive's files are for this user, and to read for the group; not for everyone
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsarchive.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError, ProgrammingError

    try:
        settings.INSTALLED_APPS  # noqa: B018  # Django itself would only say that it knows no such command
    except ImproperlyConfigured as error:
        _stop(str(error))
    try:
        execute_from_command_line(sys.argv)
    except (OperationalError, ProgrammingError) as error:
        if "no such table" not in str(error) and "does not exist" not in str(error):
            raise
        _stop("There is no archive here yet, or it is an older one: run `manage.py migrate` first.")


def _stop(words: str) -> None:
    """End as for a command that was called wrongly."""
    sys.stderr.write(f"{words}\n")
    sys.exit(2)


if __name__ == "__main__":
    main()
