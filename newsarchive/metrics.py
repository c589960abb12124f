"""``METRICS_ADDRESS``: numbers for Prometheus, see help/watch.md. Each process counts in files of its own, which
its successor of the same name continues. The one that gets the port answers for all.
"""

import sqlite3
import time
from contextlib import suppress
from functools import lru_cache, partial
from multiprocessing import current_process
from threading import Thread
from typing import Any

from django.conf import settings
from django.db import Error, connections
from django.urls import Resolver404, resolve
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, multiprocess, start_http_server, values

from articles.models.generation import generation_of
from articles.models.reading import public_page
from articles.models.replicas import replicas
from articles.public.listings.periods import holdings
from newsarchive.access_log import FROM_MEMORY
from newsarchive.page_cache import PageCache


def measured(application: Any, pages: PageCache) -> Any:
    name = current_process().name
    values.ValueClass = values.MultiProcessValue(lambda: name)  # type: ignore[no-untyped-call]
    labels, buckets = ("route", "status", "from_memory"), (0.005, 0.025, 0.1, 0.5, 2.5, 10)
    seconds = Histogram("newsarchive_request_duration_seconds", "Time to answer a request", labels, buckets=buckets)
    Counter("newsarchive_process_starts", "Serving processes started").inc()
    Thread(target=watch, args=(pages,), daemon=True).start()

    @lru_cache(5_000)
    def series(path: str, status: str, from_memory: str) -> Histogram:
        with suppress(Resolver404):
            match = resolve(path)
            return seconds.labels(match.app_name or match.url_name, status, from_memory)
        return seconds.labels("other", status, from_memory)

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        began, status = time.perf_counter(), "5xx"

        def start(line: str, *rest: Any) -> Any:
            nonlocal status
            status = line[:3] if line[:3] in ("429", "503") else f"{line[0]}xx"
            return start_response(line, *rest)

        try:
            return application(environ, start)
        finally:
            memory = "yes" if environ.get(FROM_MEMORY) else "no"
            series(environ["PATH_INFO"][:1_000], status, memory).observe(time.perf_counter() - began)

    return answer


def watch(pages: PageCache) -> None:
    """Note the state of this process, and answer at the port if no process does; again and again."""
    gauge, newest = partial(Gauge, multiprocess_mode="livesum"), partial(Gauge, multiprocess_mode="livemostrecent")
    lanes = gauge("newsarchive_lane_requests", "Pages being made, and waiting", ("lane", "state"))
    entries = gauge("newsarchive_page_memory_entries", "Pages in memory")
    size = gauge("newsarchive_page_memory_bytes", "Size of pages in memory")
    generation = newest("newsarchive_generation", "Rises with each change that readers see")
    articles = newest("newsarchive_articles", "Published articles")
    lag = newest("newsarchive_standby_lag_bytes", "Not replayed by a standby; infinite: no answer", ["server"])
    standbys = set[str]()
    multiprocess.MultiProcessCollector(registry := CollectorRegistry())  # type: ignore[no-untyped-call]
    while True:
        with suppress(OSError):
            start_http_server(int(settings.METRICS_PORT), settings.METRICS_HOST, registry)
        for name, lane in pages.lanes.items():
            lanes.labels(name, "making").set(lane.being_made.total())
            lanes.labels(name, "waiting").set(len(lane.queue))
        entries.set(len(pages.memory.answers))
        size.set(pages.memory.size_bytes)
        behind = replicas.lags()
        for server in (standbys := standbys | behind.keys()):
            lag.labels(server).set(behind.get(server, 0))  # of one that was promoted
        connections["reader"].close_if_unusable_or_obsolete()
        with suppress(Error, sqlite3.Error, ValueError), public_page():
            generation.set(generation_of(connections["reader"]) or 0)
            articles.set(holdings().total)
        time.sleep(2)
