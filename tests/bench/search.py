"""Searching the archive in ``VAR_DIR``: milliseconds of whole pages, snippets and facets included, by class of query.

    python -m tests.bench.search [--raw] [--times 40] [--cold]

Each is asked four times, and of the last three the one between counts: what is measured is the work, not how much of
the archive the machine happens to have in memory, nor what else it does: now and then the same page takes eight times
as long. ``--cold`` counts the first time.

``--raw`` puts the same text into a plain FTS5 table and asks it the same, best 25 by bm25 and all counted, in the same
run. The search page of Datasette, over the same table, is asked too.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsarchive.settings")
os.environ.setdefault("ALLOWED_HOSTS", "testserver")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from articles.models import Article, SearchEntry, Tag  # noqa: E402
from articles.public.search.related import related_to  # noqa: E402
from articles.search.words import spelled  # noqa: E402

SAMPLE = 2_000  # articles whose words are asked for
PORT = 8491
OF_DATASETTE = 6  # queries of each class, each of which may take seconds
_is_cold = False
_SENTENCES = re.compile(r"[^\w\s]+|\s+(?=\d)|(?<=\d)\s+")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--raw", action="store_true")
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--cold", action="store_true")
    options = parser.parse_args()
    global _is_cold
    _is_cold = options.cold
    random.seed(1)
    call_command("collectstatic", interactive=False, verbosity=0)  # as ``serve`` does
    count = SearchEntry.objects.count()
    classes = queries(options.times)
    client = Client()
    gc.collect()
    gc.freeze()  # as the server does
    print(f"search pages of an archive of {count:,}: median, 99th percentile and longest, in milliseconds")
    report("ours", classes, lambda asked: ask(client, f"/search/?{asked}"))
    report("ours besides", others(options.times), lambda address: ask(client, address))
    report_related(options.times)
    if options.raw:
        with tempfile.TemporaryDirectory() as folder:
            raw = Path(folder) / "raw.sqlite3"
            build_raw(raw)
            connection = sqlite3.connect(raw)
            report("plain FTS5, bm25 and a count", classes, lambda asked: ask_raw(connection, asked))
            with datasette(raw):
                few = {name: asked[:OF_DATASETTE] for name, asked in classes.items()}
                report(f"Datasette, {OF_DATASETTE - 1} of each", few, ask_datasette)


def report(who: str, classes: dict[str, list[str]], answer: Callable[[str], object]) -> None:
    print(who)
    for name, asked in classes.items():
        answer(asked[0])  # as a process that has answered before
        taken = sorted(_timed(answer, one) for one in asked[1:])
        last = taken[min(len(taken) - 1, round(len(taken) * 0.99))]
        print(f"  {name:30} {statistics.median(taken):8.1f} {last:8.1f} {taken[-1]:8.1f}")


def _timed(answer: Callable[[Any], object], asked: Any) -> float:
    times = []
    for _ in range(1 if _is_cold else 4):
        start = time.perf_counter()
        answer(asked)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[-3:])


def queries(times: int) -> dict[str, list[str]]:
    """Queries of each class, of words that the newest articles say; the same for the same archive."""
    articles = list(Article.objects.published().order_by("-archive_date", "-pk")[:SAMPLE])
    said: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for article in articles:
        words = [word.lower() for word in article.body.split() if word.isalpha()]
        said.update({word for word in words if len(word) > 2 and spelled(word, "en").stems})
        for sentence in _SENTENCES.split(article.body):
            pairs.update(set(pairwise(sentence.lower().split())))
    common = [word for word, _ in said.most_common(60)]
    rare = sorted(word for word, articles_with in said.items() if articles_with <= 2) or common
    phrases = [" ".join(pair) for pair, _ in pairs.most_common(60)]
    tags = list(Tag.objects.order_by("-article_count").values_list("slug", flat=True)[:60])
    names = [article.headline for article in articles]

    def some(make: Callable[[], str]) -> list[str]:
        return [make() for _ in range(times)]

    def one(words: list[str]) -> str:
        return random.choice(words)

    return {
        "a rare word": some(lambda: q(one(rare))),
        "a common word": some(lambda: q(one(common))),
        "two common words": some(lambda: q(f"{one(common)} {one(common)}")),
        "a common and a rare word": some(lambda: q(f"{one(common)} {one(rare)}")),
        "a headline": some(lambda: q(one(names))),
        "a phrase of common words": some(lambda: q(f'"{one(phrases)}"')),
        "such a phrase that is nowhere": some(lambda: q(f'"{one(common)} {one(common)} {one(common)}"')),
        "a beginning": some(lambda: q(f"{one(common)[:4]}*")),
        "a word of a headline": some(lambda: q(f"headline:{one(common)}")),
        "a word of a caption": some(lambda: q(f"caption:{one(common)}")),
        "that and a word": some(lambda: q(f"caption:{one(common)} {one(common)}")),
        "a common word and a tag": some(lambda: q(one(common), tag=one(tags))),
        "a common word in a year": some(lambda: q(one(common), **{"from": "2010", "to": "2010"})),
        "a common word, the newest": some(lambda: q(one(common), sort="newest")),
        "nothing, with spelling": some(lambda: q(f"{one(common)}qx {one(rare)}")),
    }


def q(words: str, **more: str) -> str:
    return urlencode({"q": words, **more})


def others(times: int) -> dict[str, list[str]]:
    """Addresses of other pages that find something, by class."""
    ids = list(Article.objects.published().order_by("pk").values_list("pk", flat=True)[: SAMPLE * 10])
    articles = list(Article.objects.filter(pk__in=random.sample(ids, min(times, len(ids)))))
    tags = [tag.get_absolute_url() for tag in Tag.objects.order_by("-article_count")[:times]]
    words = [article.headline.split()[-1] for article in articles]
    return {
        "an article, with related": [article.get_absolute_url() for article in articles],
        "a tag, with its timeline": tags,
        "suggestions": [f"/search/suggest/?{q(word[:3])}" for word in words],
        "photos by a word": [f"/photos/?{q(word)}" for word in words],
        "photos, the newest": ["/photos/"] * times,
    }


def report_related(times: int) -> None:
    """What the related articles alone take of an article's page."""
    articles = list(Article.objects.published().order_by("-archive_date", "-pk")[:times])
    taken = []
    for article in articles:
        tags = [tagging.tag for tagging in article.taggings.select_related("tag")]
        taken.append(_timed(lambda one: related_to(*one), (article, tags)))
    print(f"  {'related articles alone':30} {statistics.median(taken):8.1f} {max(taken):8.1f} {max(taken):8.1f}")


def ask(client: Client, address: str) -> None:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200, address


# --- Plain FTS5. ------------------------------------------------------------------------------------------------------


def build_raw(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE VIRTUAL TABLE articles USING fts5(headline, body, tokenize='porter unicode61')")
    rows = Article.objects.published().order_by("archive_date", "pk").values_list("headline", "body")
    connection.executemany("INSERT INTO articles VALUES (?, ?)", rows.iterator(chunk_size=1000))
    connection.commit()


def ask_raw(connection: sqlite3.Connection, asked: str) -> None:
    match = _plain(asked)
    shown = "rowid, snippet(articles, 1, '[', ']', '…', 30)"
    best = f"SELECT {shown} FROM articles WHERE articles MATCH ? ORDER BY rank LIMIT 25"
    connection.execute(best, (match,)).fetchall()
    connection.execute("SELECT count(*) FROM articles WHERE articles MATCH ?", (match,)).fetchall()


def _plain(asked: str) -> str:
    """The words of a query as FTS5 takes them; filters it has none."""
    words = parse_qs(asked)["q"][0].replace("headline:", "headline : ")
    if words.startswith('"'):
        return words
    return " ".join(word if word in (":", "headline") or word.endswith("*") else f'"{word}"' for word in words.split())


@contextmanager
def datasette(path: Path) -> Iterator[None]:
    """Datasette serving the plain table."""
    command = [
        sys.executable,
        "-m",
        "datasette",
        str(path),
        "--port",
        str(PORT),
        "--setting",
        "sql_time_limit_ms",
        "9000",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            time.sleep(4)
            yield
        finally:
            process.terminate()


def ask_datasette(asked: str) -> None:
    address = f"http://127.0.0.1:{PORT}/raw/articles?{urlencode({'_search': _plain(asked), '_searchmode': 'raw'})}"
    with urllib.request.urlopen(address) as answer:  # of our own making
        answer.read()


if __name__ == "__main__":
    main()
