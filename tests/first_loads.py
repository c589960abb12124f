"""First loads that are stopped while they set up the archive, each finished by the same command.

``python -m tests.first_loads FOLDER SEED COUNT`` prints the stopped steps, and differences from an uninterrupted load.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

LONGEST_SECONDS = 3.0


def start(folder: Path) -> int:
    """Begin a load in a child process, and give its id."""
    from django.db import connections

    from tests.killing import _command

    connections.close_all()  # a child must not share them
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _command("load_articles", str(folder), "--workers=1")
    return child


def finish(folder: Path) -> dict[str, Any]:
    """Let a load end, and give all that is in the archive."""
    _, status = os.waitpid(start(folder), 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return archive()


def archive() -> dict[str, Any]:
    """Every row that a load makes, the tables, and what migrations put into those of Django."""
    from django.contrib.auth.models import Group, Permission
    from django.db import connection

    from tests.dumping import dump

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchall() == [("ok",)]
        cursor.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
        tables = cursor.fetchall()
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        migrations = cursor.fetchall()
    permissions = sorted(Permission.objects.values_list("content_type__app_label", "codename"))
    groups = sorted(Group.objects.values_list("name", "permissions__codename"))
    return {**dump(across=True), "tables": tables, "migrations": migrations, "may": permissions, "groups": groups}


def remove() -> None:
    from django.conf import settings
    from django.db import connections

    connections.close_all()
    for path in Path(settings.VAR_DIR).glob("archive.sqlite3*"):
        path.unlink()


def main(folder: Path, seed: int, count: int) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsarchive.settings")
    django.setup()
    dice, stopped, differing = random.Random(seed), Counter[str](), []
    began = time.monotonic()
    whole = finish(folder)
    longest = min(LONGEST_SECONDS, time.monotonic() - began)
    for number in range(count):
        remove()
        child = start(folder)
        seconds = longest * (number + dice.random()) / count  # at another moment each, from the first to the last
        time.sleep(seconds)
        how = (signal.SIGKILL, signal.SIGINT)[number % 2]
        os.kill(child, how)
        _, status = os.waitpid(child, 0)
        stopped[how.name if status else "ended before"] += 1
        if (found := finish(folder)) != whole:
            differing.append({"seconds": seconds, "in": [name for name in whole if whole[name] != found[name]]})
    print(json.dumps({"stopped": stopped, "differing": differing, "articles": len(whole["Article"])}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
