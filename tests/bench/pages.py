"""CPU time of Django for each kind of page of the archive in ``VAR_DIR``, and its multiple of a fixed string.

    python -m tests.bench.pages [--profile NAME]

CPU time of this process: the median of 15 requests after 3 for warming up, for pages not yet in memory.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import logging
import os
import pstats
import statistics
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsarchive.settings")
os.environ.setdefault("ALLOWED_HOSTS", "testserver")
django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.test.utils import override_settings  # noqa: E402
from django.urls import path  # noqa: E402

from articles.management.archive import collect_static  # noqa: E402
from articles.models import Article, Author, Photo, Source, Tag  # noqa: E402
from newsarchive.wsgi import django_application  # noqa: E402 - which also sets the garbage collector
from tests.bench.table import row  # noqa: E402

WARM_UP, TIMES = 3, 15
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--profile", help="print where this page spends its time")
    options = parser.parse_args()
    logging.disable()
    collect_static()
    addresses = pages()
    application = django_application
    if options.profile:
        profile(application, addresses[options.profile])
        return
    fixed = milliseconds(*fixed_string())
    count = f"{Article.objects.count():,} articles"
    for name, address in addresses.items():
        row(
            f"{name}, not in memory, {count}", milliseconds(application, address), "ms", limit=("a fixed string", fixed)
        )


def pages() -> dict[str, str]:
    article = Article.objects.published().filter(photos__isnull=False).order_by("-archive_date", "-id").first()
    photo = Photo.objects.filter(article__withdrawn_at=None).order_by("-article__photo_file_count", "pk").first()
    tags = Tag.objects.order_by("-article_count")[:2]
    source = Source.objects.order_by("-article_count").first()
    author = Author.objects.order_by("-article_count").first()
    assert article is not None and photo is not None and source is not None and author is not None  # noqa: PT018
    day = article.archive_date
    assert day is not None
    return {
        "home": "/",
        "article": article.get_absolute_url(),
        "article.json": f"{article.get_absolute_url()}article.json",
        "reading report": f"{article.get_absolute_url()}account/",
        "articles": "/articles/",
        "photo": photo.address_in(photo.article),
        "tag": tags[0].get_absolute_url(),
        "tag, year": f"{tags[0].get_absolute_url()}?from={day:%Y}&to={day:%Y}",
        "two tags": "/tags/" + "+".join(sorted(tag.slug for tag in tags)) + "/",
        "tags": "/tags/",
        "letter": "/tags/?letter=h",
        "author": author.get_absolute_url(),
        "authors": "/authors/",
        "source": source.get_absolute_url(),
        "day": f"/{day:%Y/%m/%d}/",
        "month": f"/{day:%Y/%m}/",
        "year": f"/{day:%Y}/",
        "dates": "/dates/",
        "on this day": f"/on-this-day/{day:%m-%d}/",
        "photos": "/photos/",
        "search": "/search/?q=harbour",
        "search, year": f"/search/?q=harbour+{day:%Y}",
        "no hits": "/search/?q=xylophonist+zeppelins",
        "Atom feed": "/feeds/latest.atom",
        "not found": "/2001/01/01/nothing-of-the-sort/",
    }


def fixed_string() -> tuple[Application, str]:
    """A view that does nothing, without middleware: the least cost of a page."""

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("A fixed string.")

    class Routes:
        urlpatterns = [path("fixed/", view)]

    with override_settings(MIDDLEWARE=[]):
        handler = WSGIHandler()

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with override_settings(ROOT_URLCONF=Routes):
            return handler(environ, start_response)

    return application, "/fixed/"


def body(application: Application, address: str) -> bytes:
    quoted, _, query = address.partition("?")
    path_info = unquote(quoted, "latin-1")  # as servers pass it
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path_info, "QUERY_STRING": query, "SERVER_NAME": "testserver",
        "SERVER_PORT": "80", "HTTP_HOST": "testserver", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
    }  # fmt: skip
    statuses: list[str] = []
    answer = application(environ, lambda status, headers: statuses.append(status))
    content = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    assert statuses[0][:3] in ("200", "404"), f"{address} answers {statuses[0]}"
    return content


def milliseconds(application: Application, address: str) -> float:
    times = []
    for _ in range(WARM_UP + TIMES):
        started = time.process_time()
        body(application, address)
        times.append((time.process_time() - started) * 1000)
    return statistics.median(times[WARM_UP:])


def profile(application: Application, address: str) -> None:
    body(application, address)
    profiler = cProfile.Profile()
    with profiler:
        for _ in range(TIMES):
            body(application, address)
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(60)


if __name__ == "__main__":
    main()
