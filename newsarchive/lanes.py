"""Threads that make pages, and places to wait for them, shared fairly among clients."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Generic, TypeVar

REMEMBERED = 1_000  # clients, with the time of their latest page
T = TypeVar("T")


class Shares:
    """Places for requests, at most ``most`` of them for one client, but any for ``""``, clients not told apart."""

    def __init__(self, *, most: int, places: float = math.inf) -> None:
        self._places, self._most = max(1, places), max(1, most)
        self._taken = Counter[str]()
        self._lock = threading.Lock()

    def take(self, client: str) -> int:
        """0, or the status of a refusal: 429 for a client with all of its share, 503 when all places are taken."""
        with self._lock:
            if client and self._taken[client] >= self._most:
                return 429
            if self._taken.total() >= self._places:
                return 503
            self._taken[client] += 1
            return 0

    def give_back(self, client: str) -> None:
        with self._lock:
            self._taken -= Counter([client])


@dataclass(frozen=True, slots=True, eq=False)
class Job(Generic[T]):
    client: str
    work: Callable[[], T]
    made: Future[T] = field(default_factory=Future)


class Lane(Generic[T]):
    """``makers`` are threads that make pages, ``places`` are for requests being served or queuing.

    The next page is for the client that was served longest ago and, if there are several makers, no client has all.
    When all places are taken, a client gets that of another with more places, or with as many and served later: the
    other's newest job in the queue is cancelled. Requests whose clients cannot be told apart (``""``) take free places
    only, may have all makers, and share one turn, in their order.
    """

    def __init__(self, makers: int, places: int, patience_seconds: float = 0) -> None:
        self._pool = ThreadPoolExecutor(makers, thread_name_prefix="pages")
        self._most_made, self._free = max(1, makers - 1), max(1, places)
        self._patience_seconds = patience_seconds  # of requests without a place, if they are their client's only one
        self._present, self.being_made = Counter[str](), Counter[str]()
        self._served_at: dict[str, float] = {}
        self.queue: list[Job[T]] = []
        self._changed = threading.Condition()

    def enter(self, client: str) -> int:
        """Take a place, for ``submit`` or ``leave``: 0, or the status of a refusal, as from ``Shares.take``."""
        with self._changed:
            self._present[client] += 1
            has_others = client and self._present[client] > 1
            patience = 0 if has_others else self._patience_seconds
            if self._changed.wait_for(lambda: self._free > 0 or self._displace(client), patience):
                self._free -= 1
                return 0
            self._present -= Counter([client])
            return 429 if has_others else 503

    def leave(self, client: str) -> None:
        with self._changed:
            self._free += 1
            self._present -= Counter([client])
            self._changed.notify_all()

    def has(self, client: str) -> bool:
        """``True`` if requests of the client have places, or wait for one."""
        with self._changed:
            return self._present[client] > 0

    def submit(self, client: str, work: Callable[[], T]) -> Future[T]:
        """Queue work for a client that has entered; its place is free when the work is done or cancelled."""
        job = Job(client, work)
        job.made.add_done_callback(lambda _: self._end(job))
        with self._changed:
            self.queue.append(job)
        self._pool.submit(self._make)
        return job.made

    def _displace(self, client: str) -> bool:
        rivals = [job for job in reversed(self.queue) if job.client]
        if not (client and rivals):
            return False
        worst = max(rivals, key=lambda job: self._rank(job.client))
        # Cancelling runs ``_end`` in this thread, which frees the place: the lock of a ``Condition`` is re-entrant.
        return self._rank(client) < self._rank(worst.client) and worst.made.cancel() and self._free > 0

    def _rank(self, client: str) -> tuple[int, float]:
        return self._present[client], self._served_at.get(client, 0.0)

    def _make(self) -> None:
        while job := self._next():
            try:
                made = job.work()
            except BaseException as error:
                job.made.set_exception(error)
            else:
                job.made.set_result(made)
            with self._changed:
                self.being_made -= Counter([job.client])

    def _next(self) -> Job[T] | None:
        with self._changed:
            due = [job for job in self.queue if not job.client or self.being_made[job.client] < self._most_made]
            for job in sorted(due, key=lambda job: self._served_at.get(job.client, 0.0)):
                self.queue.remove(job)
                if job.made.set_running_or_notify_cancel():
                    self.being_made[job.client] += 1
                    self._served_at.pop(job.client, None)  # to be the last: the first was served longest ago
                    self._served_at[job.client] = time.monotonic()
                    if len(self._served_at) > REMEMBERED:
                        del self._served_at[next(iter(self._served_at))]
                    return job
            return None

    def _end(self, job: Job[T]) -> None:
        with self._changed:
            if job in self.queue:  # cancelled
                self.queue.remove(job)
            self.leave(job.client)
