"""Searches of the archive in ``VAR_DIR``: milliseconds of whole pages, with snippets and facets, by class of query.

    python -m tests.bench.search [--raw] [--times 40] [--cold]

Each is requested four times, and the median of the last three counts: the work, not what the machine has in its memory
or does besides, since now and then the same page takes eight times as long. ``--cold`` counts the first request.

``--raw`` runs the same queries on a plain FTS5 table of the same text in the same run, best 25 by bm25 with the total.
Datasette's pages over that table, of a search and of an article, are requested too.
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
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsarchive.settings")
os.environ.setdefault("ALLOWED_HOSTS", "testserver")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from articles.models import Article, Tag  # noqa: E402
from articles.public.search.related import read_next  # noqa: E402
from articles.text.words import tokenised  # noqa: E402
from tests.bench.table import row  # noqa: E402

SAMPLE = 2_000  # articles whose words are asked for
PORT = 8491
ARTICLE = "an article, with related"
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
    classes, addresses = queries(options.times), others(options.times)
    client = Client()
    gc.collect()
    gc.freeze()  # as the server does
    with plain_table(options.raw) as (raw, served):
        for name, asked in classes.items():
            plain = Times.of(lambda words: ask_raw(raw, words), asked) if options.raw else None
            peer = Times.of(lambda words: ask_datasette(served, words), asked[:OF_DATASETTE]) if options.raw else None
            report(f"search: {name}", Times.of(lambda words: ask(client, f"/search/?{words}"), asked), plain, peer)
        for name, asked in addresses.items():
            row_of = f"{served}/raw/articles/1" if options.raw and name == ARTICLE else ""
            peer = Times.of(lambda _: fetch(row_of), asked[:OF_DATASETTE]) if row_of else None  # noqa: B023
            report(name, Times.of(lambda address: ask(client, address), asked), None, peer)
    report_related(options.times)


class Times(NamedTuple):
    """Milliseconds."""

    median: float
    last: float  # the 99th percentile

    @classmethod
    def of(cls, answer: Callable[[Any], object], asked: Sequence[Any]) -> Times:
        answer(asked[0])  # as a process that has answered before
        taken = sorted(_timed(answer, query) for query in asked[1:])
        return cls(statistics.median(taken), taken[min(len(taken) - 1, round(len(taken) * 0.99))])


def report(name: str, ours: Times, plain: Times | None = None, peer: Times | None = None) -> None:
    row(
        f"{name} (99th percentile {ours.last:.0f} ms)",
        ours.median,
        "ms",
        limit=("plain FTS5", plain.median) if plain else None,
        peer=("Datasette", peer.median) if peer else None,
    )


def _timed(answer: Callable[[Any], object], asked: Any) -> float:
    times = []
    for _ in range(1 if _is_cold else 4):
        start = time.perf_counter()
        answer(asked)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[-3:])


def queries(times: int) -> dict[str, list[str]]:
    """Queries of each class, from words of the newest articles; the same for the same archive."""
    articles = list(Article.objects.published().order_by("-archive_date", "-pk")[:SAMPLE])
    said: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for article in articles:
        words = [word.lower() for word in article.body.split() if word.isalpha()]
        said.update({word for word in words if len(word) > 2 and tokenised(word, "en").stems})
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
        "a beginning of very many words": some(lambda: q(f"{one(common)[:2]}*")),
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
    """Addresses of other pages with results, by class."""
    ids = list(Article.objects.published().order_by("pk").values_list("pk", flat=True)[: SAMPLE * 10])
    articles = list(Article.objects.filter(pk__in=random.sample(ids, min(times, len(ids)))))
    tags = [tag.get_absolute_url() for tag in Tag.objects.order_by("-article_count")[:times]]
    words = [article.headline.split()[-1] for article in articles if article.headline]
    return {
        ARTICLE: [article.get_absolute_url() for article in articles],
        "a tag, with its timeline": tags,
        "suggestions": [f"/search/suggest/?{q(word[:3])}" for word in words],
        "photos by a word": [f"/photos/?{q(word)}" for word in words],
        "photos, the newest": ["/photos/"] * times,
    }


def report_related(times: int) -> None:
    articles = list(Article.objects.published().order_by("-archive_date", "-pk")[:times])
    given = [(article, [tagging.tag for tagging in article.taggings.select_related("tag")]) for article in articles]
    report("its related articles alone", Times.of(lambda pair: read_next(*pair), given))


def ask(client: Client, address: str) -> None:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200, address


# --- Plain FTS5. ------------------------------------------------------------------------------------------------------


@contextmanager
def plain_table(is_wanted: bool) -> Iterator[tuple[Any, str]]:
    """The same text in a plain FTS5 table, and the address of a Datasette over it; ``None`` and "" if unwanted."""
    if not is_wanted:
        yield None, ""
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "raw.sqlite3"
        build_raw(path)
        command = ["-m", "datasette", str(path), "--port", str(PORT), "--setting", "sql_time_limit_ms", "9000"]
        with (
            closing(sqlite3.connect(path)) as connection,
            subprocess.Popen(
                [sys.executable, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as process,
        ):
            try:
                time.sleep(4)
                yield connection, f"http://127.0.0.1:{PORT}"
            finally:
                process.terminate()


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
    """The words of a query for FTS5, which has no filters."""
    words = parse_qs(asked)["q"][0].replace("headline:", "headline : ")
    if words.startswith('"'):
        return words
    return " ".join(word if word in (":", "headline") or word.endswith("*") else f'"{word}"' for word in words.split())


def ask_datasette(host: str, asked: str) -> None:
    fetch(f"{host}/raw/articles?{urlencode({'_search': _plain(asked), '_searchmode': 'raw'})}")


def fetch(address: str) -> None:
    with urllib.request.urlopen(address) as answer:  # of our own making
        answer.read()


if __name__ == "__main__":
    main()
