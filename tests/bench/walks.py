"""The number of changes of file in a walk through the code: a load, pages, a staff save.

    python -m tests.bench.walks [--code DIRECTORY]

DIRECTORY is another checkout, measured in the same way on the same articles, to show the effect of a change. A change
of file is a call from one file of the project into another, with any amount of Django between; returns are not counted.
Each walk is made once before, so that no import is counted.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from tests.served import vocabulary

ROOT = Path(__file__).resolve().parents[2]
SEED = next((ROOT / "fixtures/seeds").glob("*.txt"))
HITS, NO_HITS = "/search/?q=china+trade", "/search/?q=zeppelin+orchard"
Measured = dict[str, tuple[int, int]]  # files entered, calls from one file into another


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--code", type=Path, help="another checkout, measured too")
    other = parser.parse_args().code
    for code in [other.resolve(), ROOT] if other else [ROOT]:
        print(f"{code}\n{'':24} files  changes of file")
        for name, (files, changes) in measured(code).items():
            print(f"{name:24} {files:5}  {changes:15,}")


def measured(code: Path) -> Measured:
    """The walks through the code in a folder, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="newsarchive-walks-") as var:
        environment = {**os.environ, "VAR_DIR": var, "PYTHONPATH": str(code), "ALLOWED_HOSTS": "testserver"}
        environment["TAGS_FILE"] = str(vocabulary(Path(var)))
        environment.pop("DATABASE_URL", None)
        # -P: this file's folder has modules that are not for importing from everywhere.
        run = [sys.executable, "-P", __file__, "--here", str(code)]
        done = subprocess.run(run, check=True, cwd=code, env=environment, stdout=subprocess.PIPE)
    found: Measured = json.loads(done.stdout)
    return found


class Walk:
    """The file of the project that a thread is in, whatever it calls in other files."""

    def __init__(self, code: Path) -> None:
        self.folders = tuple(f"{code / name}/" for name in ("articles", "newsarchive"))
        self.stack: list[str] = []
        self.files: set[str] = set()
        self.changes = 0

    def see(self, frame: FrameType, event: str, _: Any) -> None:
        file = frame.f_code.co_filename
        if not file.startswith(self.folders):
            return
        if event == "call":
            self.changes += bool(self.stack) and self.stack[-1] != file
            self.stack.append(file)
            self.files.add(file)
        elif event == "return" and self.stack:  # what began before the walk may end in it
            self.stack.pop()

    def of(self, act: Callable[[], Any]) -> tuple[int, int]:
        sys.setprofile(self.see)
        try:
            act()
        finally:
            sys.setprofile(None)
        return len(self.files), self.changes


def here(code: Path) -> None:
    """Walk through the code that is imported, in the archive of ``VAR_DIR``; JSON on standard output."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsarchive.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction
    from django.test import Client

    from articles.models import Article
    from tests.staff import edit_address, form_on, logged_in, staff

    def load(*paths: Path) -> None:
        call_command("load_articles", *map(str, paths), workers=1, stdout=io.StringIO())

    def get(address: str) -> None:
        assert Client().get(address).status_code == 200, address

    def save(headline: str) -> Callable[[], None]:
        form = {**form_on(editor, edit_address(seed)), "headline": headline}
        return lambda: saved(form)

    def saved(form: dict[str, Any]) -> None:
        assert editor.post(edit_address(seed), form).status_code == 302

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    with transaction.atomic():
        load(SEED)
        transaction.set_rollback(True)
    walks = {"seed file to row": Walk(code).of(lambda: load(SEED))}
    seed, editor = Article.objects.get(), logged_in(staff("nora", "Editors"))
    load(ROOT / "tests/data/handbook")
    pages = {"article page": seed.get_absolute_url(), "search with hits": HITS, "search without hits": NO_HITS}
    for name, address in pages.items():
        get(address)
        walks[name] = Walk(code).of(lambda address=address: get(address))  # type: ignore[misc]
    save("Once before")()
    walks["staff save of a headline"] = Walk(code).of(save("Demonstration zone, once more"))
    print(json.dumps(walks))


if __name__ == "__main__":
    here(Path(sys.argv[2])) if "--here" in sys.argv else main()
