"""The cost of changes: bytes of edits and reloads, undoing a load, merging tags, reading versions.

    python -m tests.bench.ledger [edits reload undo tags versions] [--code DIRECTORY]

DIRECTORY is another checkout, measured in the same way. ``DATABASE_URL``: an empty PostgreSQL database; without it,
SQLite. Bytes are those of all tables and indexes but the search index, without the room that rows have left and others
will take.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("edits", "reload", "undo", "tags", "versions")
EDITED, RELOADED, TAGGED, VERSIONS = 60, 300, 10_000, 1_000
HAN = [chr(0x4E00 + number) for number in range(3_000)]
Record = dict[str, Any]
dice = random.Random(7)  # repeatable, not secret


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parts", nargs="*", default=PARTS)
    parser.add_argument("--code", type=Path, default=ROOT, help="another checkout")
    options = parser.parse_args()
    code = options.code.resolve()
    for part in options.parts:
        with tempfile.TemporaryDirectory(prefix="newsarchive-ledger-") as var:
            environment = {**os.environ, "VAR_DIR": var, "PYTHONPATH": str(code), "ALLOWED_HOSTS": "testserver"}
            for command in (["migrate"], ["collectstatic", "--noinput"]):
                run = [sys.executable, "manage.py", *command, "--verbosity", "0"]
                subprocess.run(run, check=True, cwd=code, env=environment)
            subprocess.run([sys.executable, "-P", __file__, "--here", part], check=True, cwd=code, env=environment)


def here(part: str) -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "newsarchive.settings"
    django.setup()
    measure: dict[str, Callable[[], None]] = {
        "edits": edits, "reload": reload, "undo": undo, "tags": tags, "versions": versions,
    }  # fmt: skip
    measure[part]()


def said(what: str, number: float, unit: str) -> None:
    print(f"{what:48} {number:10,.1f} {unit}", flush=True)


# --- Made-up articles. ------------------------------------------------------------------------------------------------


def words(count: int, language: str) -> str:
    if language == "zh":
        return "".join(dice.choices(HAN, k=count * 3)) + "。"
    return " ".join(
        "".join(dice.choices("bdfghklmnprstvaeiou", k=dice.randint(2, 9))) for _ in range(count)
    ).capitalize()


def record(name: str, language: str = "en") -> Record:
    paragraphs = [words(45, language) for _ in range(10)]
    return {
        "id": f"urn:bench:{name}", "headline": words(8, language), "published": "2021-05-04", "byline": "By Ada Holm",
        "source": "Harbour Daily", "tags": ["Ferries", "Boats"], "body_markdown": "\n\n".join(paragraphs),
        "photos": [{"caption": text[:90], "credit": "Mei Tanaka"} for text in paragraphs[:2]],
    }  # fmt: skip


def load(records: Iterable[Record], *, in_one: bool = False) -> float:
    """Write the records to a folder and load it; seconds of the load."""
    from django.core.management import call_command

    folder = Path(os.environ["VAR_DIR"]) / "records"
    folder.mkdir(exist_ok=True)
    lines = {item["id"].rsplit(":", 1)[1]: json.dumps(item, ensure_ascii=False) + "\n" for item in records}
    for name, line in {"all": "".join(lines.values())}.items() if in_one else lines.items():
        (folder / f"{name}.jsonl").write_text(line)
    start = time.perf_counter()
    with suppress(SystemExit):
        call_command("load_articles", str(folder), stdout=io.StringIO(), stderr=io.StringIO(), workers=1)
    return time.perf_counter() - start


def size_bytes() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sum(payload) FROM dbstat WHERE name LIKE '%articles_%' AND name NOT LIKE '%search%'")
        else:
            cursor.execute("VACUUM FULL")
            cursor.execute(
                "SELECT sum(pg_total_relation_size(oid)) FROM pg_class "
                "WHERE relkind = 'r' AND relname LIKE 'articles_%' AND relname NOT LIKE '%search%'"
            )
        found: int = cursor.fetchone()[0]
    return found


def edited(article_id: int, **values: Any) -> None:
    from articles.catalogue.ledger import Stamp
    from articles.editorial.edit import editing

    with editing(article_id, Stamp.now(None, "Because")) as changes:
        for name, value in values.items():
            setattr(changes.articles[article_id], name, value)


# --- Measures. --------------------------------------------------------------------------------------------------------


def edits() -> None:
    from articles.models import Article

    for language in ("en", "zh"):
        load(record(f"{language}{number}", language) for number in range(EDITED))
        rows = Article.objects.filter(external_id__startswith=f"urn:bench:{language}")
        for article in rows:
            edited(article.pk, headline=words(8, language))  # the first edit apart
        for name in ("headline", "body"):
            before = size_bytes()
            for article in rows:
                edited(article.pk, **{name: getattr(article, name)[::-1]})
            said(f"{name} edit, {language}", (size_bytes() - before) / EDITED, "bytes")


def reload() -> None:
    for language in ("en", "zh"):
        records = [record(f"{language}{number}", language) for number in range(RELOADED)]
        said(f"first load of {RELOADED}, {language}", load(records), "s")
        before = size_bytes()
        for item in records:
            item["headline"], item["body_markdown"] = (
                item["headline"][::-1],
                item["body_markdown"].replace("\n\n", " ", 1),
            )
        said(f"reload of all changed, {language}", load(records), "s")
        said(f"reload of a changed article, {language}", (size_bytes() - before) / RELOADED, "bytes")


def undo() -> None:
    from articles.loading.undo import undo as undo_load
    from articles.models import Load

    records = [record(str(number)) for number in range(RELOADED)]
    load(records, in_one=True)
    for item in records:
        item["headline"] = item["headline"][::-1]
        item["photos"][0]["caption"] = "Another"
        item["body_markdown"] += "\n\nOne more."
    load(records, in_one=True)
    start = time.perf_counter()
    done = undo_load(Load.objects.latest("pk"))
    said(
        f"undo of {done.restored} changed articles", done.restored / (time.perf_counter() - start), "articles a second"
    )


def tags() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from articles.catalogue.ledger import Stamp
    from articles.editorial.actions.merge_tags import merge_tags
    from articles.models import Tag

    load(
        (
            {
                "id": f"urn:bench:{number}", "headline": f"Ferry {number}", "published": "2021-05-04",
                "tags": ["Boats", "Ships"] if number % 5 == 0 else ["Boats"], "body_markdown": words(20, "en"),
            }
            for number in range(TAGGED)
        ),
        in_one=True,
    )  # fmt: skip
    boats, ships = Tag.objects.get(name="Boats"), Tag.objects.get(name="Ships")
    start = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        merge_tags([boats], ships, Stamp.now(None, ""))
    said(f"merge of two tags of {TAGGED:,} articles", time.perf_counter() - start, "s")
    said("", len(captured), "statements")


def versions() -> None:
    from django.test import Client

    from articles.models import Article

    load([record("0"), record("1")])
    for article, count in zip(Article.objects.order_by("pk"), (1, VERSIONS), strict=True):
        for number in range(count):
            name = "headline" if number % 10 else "body"
            edited(article.pk, **{name: f"Number {number}, {words(8, 'en')}"})
    few, many = (article.get_absolute_url() for article in Article.objects.order_by("pk"))
    for name, page in (("list", ""), ("page of version 2", "2/"), ("changes of version 2", "2/changes/")):
        took = [_milliseconds(Client(), f"{path}history/{page}") for path in (few, many)]
        said(f"{name}, of 2 versions", took[0], "ms")
        said(f"{name}, of {VERSIONS + 1:,} versions, times", took[1] / took[0], "")


def _milliseconds(client: Any, address: str) -> float:
    took = []
    for number in range(20):
        start = time.perf_counter()
        assert (
            client.get(f"{address}?before=9999&x={number}" if address.endswith("history/") else address).status_code
            == 200
        )
        took.append(time.perf_counter() - start)
    return statistics.median(took) * 1000


if __name__ == "__main__":
    here(sys.argv[2]) if sys.argv[1:2] == ["--here"] else main()
