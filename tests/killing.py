"""A process that loads and undoes in children, ends them with SIGKILL or Ctrl-C at any moment, and checks the remains.

A process of its own, so that Django starts only once: each child is a fork. ``python -m tests.killing FOLDER SEED
KILLS`` works on the archive of the environment, and writes its findings as JSON.
"""

from __future__ import annotations

import io
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

COUNT = 120
MOST_A_STEP = 9
LONGEST_SECONDS = 0.6
INTERRUPTED = 130  # the exit code after Ctrl-C


def record(number: int, *, edition: int) -> dict[str, Any]:
    """A record; in the second edition every third is another one in every way."""
    is_new = edition > 1 and number % 3 == 0
    return {
        "id": f"urn:tide:{number}",
        "headline": f"Tide {number} is {'late' if is_new else 'high'}",
        "slug": f"tide-{number}",
        "source": "Courier" if is_new else "Daily",
        "published": f"20{number % 20:02}-0{number % (8 if is_new else 9) + 1}-11",
        "tags": ["Sea", f"Port {number % (40 if is_new else 50)}"],
        "body_markdown": f"High water at {number}.\n\nLow water at {'one' if is_new else 'noon'}.",
        "photos": [{"caption": "The gauge.", "credit": "Mei Tanaka"}] * (2 if is_new else 1),
    }


def write(folder: Path, *, edition: int) -> None:
    count = COUNT if edition == 1 else COUNT * 2
    lines = [json.dumps(record(number, edition=edition)) + "\n" for number in range(count)]
    (folder / "export.jsonl").write_text("".join(lines))
    post = '---\ntitle: Pier {0}\ndate: 2021-05-04\n---\n\n![The pier](pier-{0}.jpg "The pier in {1}.")\n\nIt is {1}.\n'
    for number in range(6):
        (folder / f"post-{number}.md").write_text(post.format(number, "fog" if edition > 1 and number % 2 else "rain"))


class Killer:
    """Runs commands in children, and kills each some times before it lets it finish."""

    def __init__(self, seed: int) -> None:
        self.dice, self.kills = random.Random(seed), Counter[str]()
        self.seconds: dict[str, float] = {}

    def run(self, what: str, *command: str, gently: bool = False) -> None:
        from django.db import connections

        for attempt in range(MOST_A_STEP + 1):
            connections.close_all()  # a child must not share them
            child = os.fork()
            if child == 0:
                _command(*command)
            began = time.monotonic()
            if not gently and attempt < MOST_A_STEP:
                time.sleep(self.dice.uniform(0, min(LONGEST_SECONDS, self.seconds[what] * 0.7)))
                os.kill(child, self.dice.choice((signal.SIGKILL, signal.SIGINT)))
            _, status = os.waitpid(child, 0)
            if os.WIFEXITED(status) and os.WEXITSTATUS(status) != INTERRUPTED:
                assert os.WEXITSTATUS(status) == 0, f"{what} failed"
                self.seconds.setdefault(what, time.monotonic() - began)
                return
            self.kills[what] += 1


def _command(*command: str) -> None:
    """In a child: run it, and end."""
    from django.core.management import call_command

    code = 1
    try:
        call_command(*command, stdout=io.StringIO(), stderr=sys.stderr)
        code = 0
    except SystemExit as stop:
        code = int(stop.code or 0)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BaseException:
        import traceback

        traceback.print_exc()
    os._exit(code)


def rounds(folder: Path, killer: Killer, wanted: int) -> dict[str, Any]:
    """Load, load again, undo and undo, with and without kills; what is not the same after the former."""
    expected = _round(folder, killer, gently=True)
    found: dict[str, Any] = {}
    while not found and killer.kills.total() < wanted:
        found = {step: told for step, told in _round(folder, killer, against=expected).items() if told}
    return found


def _round(folder: Path, killer: Killer, *, gently: bool = False, against: Any = None) -> dict[str, Any]:
    from articles.models import Article, Load
    from tests.dumping import differences, dump

    told: dict[str, Any] = {}

    def step(name: str, act: Callable[[], None]) -> None:
        act()
        now = dump(across=True)
        told[name] = now if against is None else differences(against[name], now)

    def load() -> None:
        killer.run("load", "load_articles", str(folder), "--workers=1", gently=gently)

    def undo_since(last: int) -> None:
        while newest := Load.objects.filter(undone_at=None, id__gt=last).order_by("-id").first():
            killer.run("undo", "undo_load", str(newest.pk), gently=gently)

    def edit() -> None:
        for number in range(0, 30, 2):
            Article.objects.filter(external_id=f"urn:tide:{number}").update(headline=f"Ebb {number}")

    def unedit() -> None:
        for number in range(0, 30, 2):
            Article.objects.filter(external_id=f"urn:tide:{number}").update(headline=f"Tide {number} is high")

    before = Load.objects.order_by("-id").values_list("id", flat=True).first() or 0
    write(folder, edition=1)
    step("loaded", load)
    step("edited", edit)
    first = Load.objects.order_by("-id").values_list("id", flat=True)[0]
    write(folder, edition=2)
    step("loaded again", load)
    step("undone", lambda: undo_since(first))
    unedit()
    step("undone wholly", lambda: undo_since(before))
    if against is None:
        assert told["undone"] == told["edited"]
        assert not any(told["undone wholly"].values())
    return told


def main(folder: Path, seed: int, wanted: int) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsarchive.settings")
    django.setup()
    from django.core.management import call_command

    from articles.loading import run, undo
    from articles.loading.undo import created

    run.BATCH, undo.BATCH, created.PAGE = 20, 12, 12
    call_command("migrate", verbosity=0)
    killer = Killer(seed)
    found = rounds(folder, killer, wanted)
    print(json.dumps({"kills": killer.kills, "seconds": killer.seconds, "found": found}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
