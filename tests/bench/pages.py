"""Queries and milliseconds of each kind of page on the archive in ``VAR_DIR``."""

from __future__ import annotations

import os
import statistics
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsarchive.settings")
os.environ.setdefault("ALLOWED_HOSTS", "testserver")
django.setup()

from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from articles.models import Article, Source, Tag  # noqa: E402


def main() -> None:
    article = Article.objects.published().first()
    tags = Tag.objects.order_by("-article_count")[:2]
    source = Source.objects.order_by("-article_count").first()
    assert article is not None
    assert source is not None
    pages = {
        "home": "/",
        "article": article.get_absolute_url(),
        "tag": tags[0].get_absolute_url(),
        "tag, year": f"{tags[0].get_absolute_url()}?from={article.archive_date:%Y}&to={article.archive_date:%Y}",
        "tags": "/tags/",
        "letter": "/tags/?letter=h",
        "by size": "/tags/?by=size",
        "this day": f"/on-this-day/{article.archive_date:%m-%d}/",
        "two tags": "/tags/" + "+".join(sorted(tag.slug for tag in tags)) + "/",
        "source": source.get_absolute_url(),
        "day": f"/{article.archive_date:%Y/%m/%d}/",
        "month": f"/{article.archive_date:%Y/%m}/",
        "year": f"/{article.archive_date:%Y}/",
        "feed": "/feeds/latest.atom",
    }
    print(f"pages of an archive of {Article.objects.count():,}: queries, median milliseconds")
    for name, address in pages.items():
        queries, milliseconds = look_at(address)
        print(f"  {name:10} {queries:4} queries {milliseconds:8.1f} ms  {address[:60]}")


def look_at(address: str) -> tuple[int, float]:
    client = Client()
    with CaptureQueriesContext(connections["reader"]) as captured:
        answer = client.get(address)
    queries = len(captured)
    assert answer.status_code == 200, (address, answer.status_code)
    times = []
    for _ in range(9):
        started = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - started) * 1000)
    return queries, statistics.median(times)


if __name__ == "__main__":
    main()
