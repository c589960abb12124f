"""The staff side at two sizes of archive: milliseconds and queries of each page, and their ratio.

    python -m tests.bench.staff SMALL LARGE

SMALL and LARGE are folders of archives (``VAR_DIR``). Queries that count all rows of a table are named.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TIMES = 15
# A count of all rows, not of a slice of them.
_FULL_COUNT = re.compile(r'SELECT COUNT\(\*\) AS "__count" FROM "articles_\w+"(?: WHERE|;|$| LIMIT)')


def main(small: str, large: str) -> None:
    found = [_measured(Path(folder)) for folder in (small, large)]
    sizes = [f"{pages.pop('articles'):,}" for pages in found]
    print(f"the staff side at {sizes[0]} and {sizes[1]} articles: queries, median milliseconds, ratio")
    for name, (queries, milliseconds, counts) in found[1].items():
        before, few = found[0][name][:2]
        ratio = milliseconds / few
        print(f"  {name:24} {before:3} {queries:3} queries {few:8.1f} {milliseconds:8.1f} ms {ratio:6.2f}")
        for sql in counts:
            print(f"      counts all: {sql[:150]}")


def _measured(folder: Path) -> dict[str, Any]:
    environment = {**os.environ, "VAR_DIR": str(folder), "PYTHONPATH": str(ROOT), "ALLOWED_HOSTS": "testserver"}
    environment.pop("DATABASE_URL", None)
    for command in (["migrate"], ["collectstatic", "--noinput"]):
        run = [sys.executable, "manage.py", *command, "--verbosity", "0"]
        subprocess.run(run, check=True, cwd=ROOT, env=environment)
    run = [sys.executable, "-m", "tests.bench.staff", "--here"]
    out = subprocess.run(run, check=True, cwd=ROOT, env=environment, stdout=subprocess.PIPE).stdout
    measured: dict[str, Any] = json.loads(out)
    return measured


def here() -> None:
    """Measure the archive in ``VAR_DIR``; JSON on standard output."""
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.test import Client

    from articles.models import PeriodCount

    user, _ = User.objects.get_or_create(username="bench", defaults={"is_staff": True, "is_superuser": True})
    client = Client()
    client.force_login(user)
    years = PeriodCount.objects.filter(unit=PeriodCount.Unit.YEAR)
    found: dict[str, Any] = {"articles": sum(years.values_list("articles", flat=True))}
    for name, address in _pages().items():
        found[name] = _look_at(client, address)
    found["save a change form"] = _save(client)
    sys.stdout.write(json.dumps(found))


def _pages() -> dict[str, str]:
    from articles.models import Article, Source, Tag

    article = Article.objects.published().order_by("-archive_date", "-id")[:1].get()
    tag, source = Tag.objects.order_by("-article_count")[0], Source.objects.order_by("-article_count")[0]
    words = article.headline.split()
    listed, form = "/admin/articles/article/", f"/admin/articles/article/{article.pk}/change/"
    return {
        "start": "/admin/",
        "list": listed,
        "list, page 50": f"{listed}?p=20",
        "by year": f"{listed}?year={article.archive_date:%Y}" if article.archive_date else listed,
        "by tag": f"{listed}?tag={tag.pk}",
        "by source": f"{listed}?source={source.pk}",
        "withdrawn": f"{listed}?state=withdrawn",
        "without photos": f"{listed}?photos=without",
        "damaged": f"{listed}?damage=credit-cut",
        "search, a word": f"{listed}?q={words[0]}",
        "search, two words": f"{listed}?q={words[0]}+{words[-1]}",
        "search, none": f"{listed}?q=xyzzy",
        "search, a key": f"{listed}?q={article.key}",
        "change form": form,
        "history": form.replace("change/", "history/"),
        "tags": "/admin/articles/tag/",
        "tags, search": f"/admin/articles/tag/?q={tag.name[:4]}",
        "originals": "/admin/articles/original/",
        "near-duplicates": "/admin/articles/nearduplicate/",
        "loads": "/admin/articles/load/",
        "review": "/admin/review/",
    }


def _look_at(client: Any, address: str) -> list[Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address, follow=True)
    if answer.status_code != 200:
        sys.exit(f"{address} answers {answer.status_code}")
    counts = [query["sql"] for query in captured if _FULL_COUNT.match(query["sql"])]
    return [len(captured), _median(lambda: client.get(address, follow=True)), counts]


def _save(client: Any) -> list[Any]:
    """Open a form, change the deck and save."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from articles.models import Article
    from tests.staff import save

    article = Article.objects.published().order_by("-archive_date", "-id")[:1].get()
    with CaptureQueriesContext(connection) as captured:
        save(client, article, deck="A deck")
    decks = iter(range(10_000))
    return [len(captured), _median(lambda: save(client, article, deck=f"Deck {next(decks)}")), []]


def _median(act: Any) -> float:
    act()
    times = []
    for _ in range(TIMES):
        started = time.perf_counter()
        act()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    here() if sys.argv[1:] == ["--here"] else main(*sys.argv[1:3])
