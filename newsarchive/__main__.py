"""``newsarchive …`` and ``python -m newsarchive …``: ``manage.py`` for an installed package."""

import _thread
import argparse
import gc
import os
import shlex
import signal
import sys
from pathlib import Path
from threading import Timer


def main() -> None:
    gc.set_threshold(50_000)  # imports, and the batches of a load, make many objects, and few in cycles
    _take_archive()
    is_long = sys.argv[1:2] in (["serve"], ["load_articles"], ["verify_archive"], ["backup"], ["restore"])
    if is_long and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C during the start shows no traceback
    sys.unraisablehook = interrupt_again
    os.umask(0o027)  # files of the archive: writable by this user, readable by the group
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsarchive.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import Error, OperationalError

    try:
        settings.INSTALLED_APPS  # noqa: B018  # else Django would only report an unknown command
    except ImproperlyConfigured as error:
        _stop(str(error))
    if sys.argv[1:] in (["version"], ["--version"]):
        sys.stdout.write(f"{settings.VERSION}\n")  # not Django's
        return
    try:
        execute_from_command_line(sys.argv)
    except Error as error:
        from articles.models.database_errors import in_one_line, is_damaged, is_of_older_archive, is_unreachable

        if is_of_older_archive(error):
            _stop(f"No archive here yet, or one from an older version. Set it up first: {settings.MANAGE} migrate")
        if is_unreachable(error):
            _stop(f"Cannot reach the database (DATABASE_URL): {in_one_line(error)}")
        if isinstance(error, OperationalError) or is_damaged(error):  # also in Django's checks, before any command
            _stop(f"The database stopped working: {in_one_line(error)}. Fix the problem and run the command again.")
        raise


def interrupt_again(dropped: "sys.UnraisableHookArgs") -> None:
    """Repeat a Ctrl-C that came while an object was deleted, where Python drops exceptions (as in Django's models)."""
    if dropped.exc_type is KeyboardInterrupt:
        Timer(0.01, _thread.interrupt_main).start()
    else:
        sys.__unraisablehook__(dropped)


def _take_archive() -> None:
    """``--archive DIR`` sets ``VAR_DIR`` for this command, before the settings are read; ``MANAGE`` for its advice."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--archive", metavar="DIR")
    named, sys.argv[1:] = parser.parse_known_args()
    if named.archive:
        if Path(named.archive).is_file():
            _stop(f"--archive {named.archive}: this is a file; name a folder.")
        if sys.argv[1:2] not in (["load_articles"], ["migrate"], ["restore"]) and not Path(named.archive).is_dir():
            _stop(f"No archive in {named.archive}. To make one: {_manage(named.archive)} load_articles PATH")
        os.environ |= {"VAR_DIR": named.archive, "MANAGE": _manage(named.archive)}


def _manage(archive: str) -> str:
    return f"manage.py --archive {shlex.quote(archive)}"


def _stop(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.exit(2)


if __name__ == "__main__":
    main()
