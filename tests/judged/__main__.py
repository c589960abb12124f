"""The quality of the search on the judged queries: a table by language.

    python -m tests.judged [-v] [--pin]

Articles are loaded into a temporary archive. ``../shared/corpora/text`` next to the checkout is used too, if present.
"""

from __future__ import annotations

import argparse
import os
import tempfile

import django


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.judged", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("-v", "--verbose", action="store_true", help="list each query that could be answered better")
    parser.add_argument("--pin", action="store_true", help="make the figures the floor that the tests hold")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "newsarchive.settings",
            "VAR_DIR": folder,
            "MEDIA_ROOT": f"{folder}/media",
            "DATABASE_URL": f"sqlite:///{folder}/archive.sqlite3",
        }
        django.setup()
        from django.core.management import call_command

        from tests.judged import judging

        call_command("migrate", verbosity=0)
        answers = judging.judge_all(with_text=judging.TEXT_CORPUS.is_dir())
        for set_name, of_set in answers.items():
            print(*judging.table(set_name, of_set), "", sep="\n")
            if options.verbose:
                print(*judging.misses(of_set), "", sep="\n")
        if options.pin:
            judging.pin(answers)


if __name__ == "__main__":
    main()
