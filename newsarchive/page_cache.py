"""Public pages from memory: a WSGI layer around Django that keeps responses for one generation.

Public pages change only when somebody loads or edits, and every such change increments the generation
(``articles/models/generation.py``). Each page is therefore made once and sent from memory until the generation changes.
Django's cache middleware does not know generations and encodings, needs the whole request cycle for its key, and does
not share one response among simultaneous requests.

Staff pages, and responses that are too large or not ``public``, are not kept. Pages that are not in memory have threads
of their own and a short queue, which clients share fairly (``lanes.py``): under overload they get 503, or 429 if their
client takes more than its share, while pages from memory go on.
"""

from __future__ import annotations

import gzip
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache, partial
from typing import Any

import brotli
from django.db import Error, connections
from django.utils import timezone
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from articles.models.generation import generation_of
from articles.models.replicas import replicas
from articles.public.caching import PARAMETERS, form_at, names_in
from articles.public.clients import lane_at, lanes, own_address, sharer
from articles.public.views.errors import refusal
from newsarchive.access_log import FROM_MEMORY, REQUEST_ID, request_id
from newsarchive.lanes import Lane, Shares
from newsarchive.middleware import GENERATION, is_secure, is_staff_path
from newsarchive.slow_clients import close

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
State = tuple[int | None, date | None]  # the generation, and the day, since some pages are about today

KEPT_STATUSES = ("200", "300", "301", "404", "410")
LONGEST_FORM = 8_000
HARVEST = "/oai"  # which refuses parameters that it does not know
UNKNOWN: State = (None, None)
QUEUE_SECONDS = 10
# Longest wait for a page that another request is making: of the first that wait, and of the rest.
JOIN_SECONDS, HURRIED_SECONDS = 2, 0.5
CHECK_SECONDS = 0.02  # until a process sees a change
# Requests wait for the database if the last state is older: after an idle night it would be that of the evening.
FRESH_SECONDS = 0.2
PATIENCE_SECONDS = 1  # the longest such wait; after one in vain, none until the database answers
UNREACHABLE_SECONDS = 30  # while the database is unreachable, until memory is no longer trusted
ANSWER_BYTES = 2_000  # in memory, besides body and key
# Request headers that responses in memory must not depend on.
NOT_PASSED_ON = (
    "HTTP_ACCEPT_ENCODING", "HTTP_COOKIE", "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_NONE_MATCH",
    "HTTP_IF_RANGE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_RANGE",
)  # fmt: skip
UNCHANGED_HEADERS = ("Cache-Control", "ETag", "Server", "Vary")  # of a 304: RFC 9110, section 15.4.5
_refusing = threading.Lock()
ENCODERS: dict[str, Callable[[bytes], bytes]] = {  # the smallest first
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A response in one encoding. ``etag`` is ``""`` for none, and ``unchanged`` are the headers of its 304.

    ``modified``: the date of the article that it is of; ``""``: that of the archive. It is only shown. A page has words
    of others around its article, so a request with a date alone is answered by the date of the archive.
    """

    status: str
    headers: Headers
    body: bytes
    etag: str
    unchanged: Headers
    modified: str

    @classmethod
    def of(cls, status: str, headers: Headers, body: bytes, encoding: str = "") -> Answer:
        """``headers``: without an encoding; ``body``: encoded."""
        fields: dict[str, str] = dict(headers)
        etag = fields.pop("ETag", "") if status.startswith("200") else ""
        fields.pop("ETag", None)
        modified = fields.pop("Last-Modified", "")
        vary = {name.strip() for name in fields.pop("Vary", "").split(",")} - {""} | {"Accept-Encoding"}
        fields |= {"Vary": ", ".join(sorted(vary)), "Content-Length": str(len(body))}
        if encoding:
            fields["Content-Encoding"] = encoding
        if etag:
            fields["ETag"] = etag = f'{etag[:-1]}-{encoding}"' if encoding else etag
        unchanged = [(name, value) for name, value in fields.items() if name in UNCHANGED_HEADERS]
        return cls(status, list(fields.items()), body, etag, unchanged, modified)

    def encoded(self, encoding: str) -> Answer:
        """The response in an encoding, if that is smaller; else itself."""
        body = ENCODERS[encoding](self.body)
        headers = [*self.headers, ("Last-Modified", self.modified)]
        return Answer.of(self.status, headers, body, encoding) if len(body) < len(self.body) else self


@dataclass(frozen=True, slots=True)
class Uncached:
    """A response that is too large to keep, or streamed. Its body can be read once."""

    status: str
    headers: Headers
    body: Iterable[bytes]


class Memory:
    """Responses for one state of the archive in bounded memory; the least recently used are dropped first."""

    def __init__(self, capacity_bytes: int, state: State) -> None:
        self.capacity_bytes, self.state = capacity_bytes, state
        self.size_bytes = 0
        self.answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Answer | None:
        """Without the lock: threads that wait for it would cost more than the rest of a page from memory."""
        if answer := self.answers.get(key):
            with suppress(KeyError):  # dropped meanwhile
                self.answers.move_to_end(key)
        return answer

    def keep(self, key: Hashable, answer: Answer) -> None:
        with self._lock:
            if key in self.answers:
                return
            self.answers[key] = answer
            self.size_bytes += size_bytes(key, answer)
            while self.size_bytes > self.capacity_bytes:
                self.size_bytes -= size_bytes(*self.answers.popitem(last=False))


def size_bytes(key: Hashable, answer: Answer) -> int:
    return len(answer.body) + len(str(key)) + ANSWER_BYTES


class Watch:
    """The state of the archive as this process last saw it, on a connection of its own."""

    def __init__(self) -> None:
        self.state = UNKNOWN
        # When the state was first seen, as an HTTP date; "" for two seconds, since another change within the same
        # second would have the same date (RFC 9110, section 8.8.2.2), and with standbys, which may show it later.
        self.modified = ""
        self.seen_at = self._answered_at = self._next_at = 0.0
        self._is_answering = True
        self._lock = threading.Lock()
        self._connection: Any = None

    def current(self) -> State:
        """The state, refreshed when due. One thread asks the database; others use the last state if it is fresh."""
        is_fresh = time.monotonic() - self._answered_at < FRESH_SECONDS
        if is_fresh and time.monotonic() < self._next_at:
            return self.state
        patience_seconds: float = 0
        if self.state is UNKNOWN:
            patience_seconds = -1  # there is no last state
        elif self._is_answering and not is_fresh:
            patience_seconds = PATIENCE_SECONDS
        if not self._lock.acquire(timeout=patience_seconds):
            if patience_seconds:
                self._is_answering = False
            return self.state
        try:
            if self.state is UNKNOWN or time.monotonic() >= self._next_at:
                self._look()
            return self.state
        finally:
            self._lock.release()

    def _look(self) -> None:
        self._next_at = time.monotonic() + CHECK_SECONDS
        state = (self._generation(), timezone.localdate())
        if state != self.state:
            self.seen_at = time.time()
            self.modified = ""
            self.state = state
        elif not self.modified and time.time() - self.seen_at > 2 and not replicas.exist:
            self.modified = http_date(int(self.seen_at))

    def hurry(self) -> None:
        """Refresh at the next request, since this process may have changed something."""
        self._next_at = 0.0

    def _generation(self) -> int | None:
        try:
            if self._connection is None:
                self._connection = connections["reader"].copy()
                self._connection.inc_thread_sharing()
            replicas.connect(self._connection)
            found = generation_of(self._connection)
        except Error:
            self._connection.close()
            self._is_answering = False
            now = time.monotonic()
            self._next_at = now + 1
            return self.state[0] if now - self._answered_at < UNREACHABLE_SECONDS else None
        self._answered_at, self._is_answering = time.monotonic(), True
        return found


class PageCache:
    """``threads`` is the number of requests that the process serves at once."""

    def __init__(self, application: Application, watch: Watch, capacity_bytes: int, threads: int) -> None:
        self._application = application
        self._watch = watch
        self.memory = Memory(capacity_bytes, watch.state)
        self._in_progress: dict[Hashable, Future[Answer | Uncached]] = {}
        self._lock = threading.Lock()
        self.lanes = {name: Lane[Answer | Uncached](*share) for name, share in lanes(threads).items()}
        self._joiners = threading.BoundedSemaphore(max(threads // 4, 1))
        # ``most``: requests of one client at a time, so that others find threads, also while it joins their pages.
        self._staff = Shares(most=threads // 4 - 1, places=threads // 4)
        self._waiting = Shares(most=threads // 4)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if is_staff_path(path):
            return self._answer_staff(environ, start_response)
        if method == "POST" and path == HARVEST:  # as OAI-PMH demands; it asks the same and only reads
            length = min(int("0" + (environ.get("CONTENT_LENGTH") or "")), LONGEST_FORM)
            method, form = "GET", environ["wsgi.input"].read(length).decode("latin-1")
            environ |= {"REQUEST_METHOD": method, "QUERY_STRING": form, "CONTENT_LENGTH": "0"}
        # Django would read ``get`` as GET.
        if method not in ("GET", "HEAD"):
            start_response("405 Method Not Allowed", [("Allow", "GET, HEAD"), ("Content-Length", "0"), ("Server", "")])
            return []
        # Django allows any port after an allowed name, and each would be another page in memory; its own
        # ``split_domain_port`` costs a tenth of a page from memory.
        if host := environ.get("HTTP_HOST", "").lower():
            name, _, port = host.rpartition(":")
            environ["HTTP_HOST"] = name if port.isdecimal() else host
        memory, modified = self._current_memory(), self._watch.modified
        query, form = known_query(environ), form_at(path, environ.get("HTTP_ACCEPT", ""))
        page = (environ.get("HTTP_HOST"), is_secure(environ), path, query, form)
        encoding = preferred_encoding(environ.get("HTTP_ACCEPT_ENCODING", "")[:200])  # bounds the cache
        answer = environ[FROM_MEMORY] = memory.get((page, encoding))
        if answer is None:
            made = memory.get((page, "")) or self._within_share(page, memory, environ)
            if isinstance(made, Uncached):
                start_response(made.status, made.headers)
                if method == "GET":
                    return made.body
                close(made.body)
                return []
            answer = made.encoded(encoding) if encoding else made
            if memory.get((page, "")) is made:
                memory.keep((page, encoding), answer)
        status, headers = answer.status, answer.headers
        if answer.etag:
            if is_unchanged(answer.etag, modified, environ):
                status, headers, method = "304 Not Modified", answer.unchanged, "HEAD"
            if modified:
                headers = [*headers, ("Last-Modified", answer.modified or modified)]
        start_response(status, headers)
        return [answer.body] if method == "GET" else []

    def _current_memory(self) -> Memory:
        state = self._watch.current()
        # By identity, which is enough: the watch keeps the same tuple until the state changes.
        if self.memory.state is not state:
            with self._lock:
                if self.memory.state is not state:
                    self.memory = Memory(self.memory.capacity_bytes, state)
        return self.memory

    def _answer_staff(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        client = own_address(environ)
        if status := self._staff.take(client):
            answer = refused(status)
            start_response(answer.status, answer.headers)
            return [answer.body]
        try:
            return self._application(environ, start_response)
        finally:
            self._staff.give_back(client)
            self._watch.hurry()

    def _within_share(self, page: Hashable, memory: Memory, environ: Environ) -> Answer | Uncached:
        client = sharer(environ)
        if status := self._waiting.take(client):
            return refused(status)
        try:
            return self._wait_for(page, memory, environ, client)
        finally:
            self._waiting.give_back(client)

    def _wait_for(
        self, page: Hashable, memory: Memory, environ: Environ, client: str, *, is_shared: bool = True
    ) -> Answer | Uncached:
        """The response without an encoding, from Django. Simultaneous requests for a page share it, if they can."""
        key = page, memory.state, None if is_shared else object()
        lane = self.lanes[lane_at(environ["PATH_INFO"], environ.get("QUERY_STRING", ""))]
        if in_progress := self._in_progress.get(key):
            return self._join(in_progress, page, memory, environ, client)
        if status := lane.enter(client):
            return refused(status)
        with self._lock:  # another request may have begun or made the page meanwhile
            in_progress, made = self._in_progress.get(key), memory.get((page, ""))
            if in_progress or made:
                lane.leave(client)
            else:
                work = self._in_progress[key] = lane.submit(client, partial(self._render, page, memory, environ))
                work.add_done_callback(lambda _: self._in_progress.pop(key))
        if made:
            return made
        if in_progress:
            return self._join(in_progress, page, memory, environ, client)
        try:
            return work.result(QUEUE_SECONDS)
        except TimeoutError:
            work.cancel()
            return refused(503)
        except CancelledError:
            return refused(429 if lane.has(client) else 503)

    def _join(
        self, in_progress: Future[Answer | Uncached], page: Hashable, memory: Memory, environ: Environ, client: str
    ) -> Answer | Uncached:
        """Wait for the page of another request, but not for long: a slow one must not block all threads."""
        is_patient = self._joiners.acquire(blocking=False)
        made = None
        try:
            made = in_progress.result(JOIN_SECONDS if is_patient else HURRIED_SECONDS)
        except TimeoutError:
            return refused(503)
        except CancelledError:  # its client had to make room
            pass
        finally:
            if is_patient:
                self._joiners.release()
        if made is None or isinstance(made, Uncached):  # only the other request can read a response that is not kept
            return self._wait_for(page, memory, environ, client, is_shared=made is None)
        return made

    def _render(self, page: Hashable, memory: Memory, environ: Environ) -> Answer | Uncached:
        head: list[Any] = []
        request_id.set(environ.get(REQUEST_ID, ""))
        inner = {name: value for name, value in environ.items() if name not in NOT_PASSED_ON}
        inner |= {"REQUEST_METHOD": "GET", "QUERY_STRING": known_query(environ), GENERATION: None}
        body = self._application(inner, lambda *arguments: head.extend(arguments))
        status, headers = head[:2]
        values = dict(headers)
        if int(values.get("Content-Length", memory.capacity_bytes)) > memory.capacity_bytes // 8:
            return Uncached(status, headers, body)
        if (parse_http_date_safe(values.get("Last-Modified", "")) or 0) > self._watch.seen_at:
            # The clock of whoever wrote it is ahead: the date would vouch for changes that are still to come.
            headers = [(name, value) for name, value in headers if name != "Last-Modified"]
        generation = inner[GENERATION]  # of the page
        if generation is not None and generation < (memory.state[0] or 0):  # of a late standby: no 304 for it
            headers = [(name, value) for name, value in headers if name != "ETag"]
        answer = Answer.of(status, headers, b"".join(body))
        close(body)
        is_for_all = status[:3] in KEPT_STATUSES and "public" in values.get("Cache-Control", "")
        if is_for_all and generation is not None and generation == memory.state[0]:
            memory.keep((page, ""), answer)
        return answer


def known_query(environ: Environ) -> str:
    """The query string without parameters that no page reads."""
    query: str = environ.get("QUERY_STRING", "")
    if not query or environ["PATH_INFO"] == HARVEST:
        return query
    return "&".join(part for part, name in zip(query.split("&"), names_in(query), strict=True) if name in PARAMETERS)


@lru_cache(1000)
def preferred_encoding(accepted: str) -> str:
    """``""`` for none. RFC 9110, section 12.5.3."""
    qualities = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        qualities[name.strip()] = parameter.replace(" ", "").removeprefix("q=") or "1"
    usable = [name for name in ENCODERS if float_of(qualities.get(name, "0")) > 0]
    return max(usable, key=lambda name: float_of(qualities[name]), default="")


def float_of(quality: str) -> float:
    try:
        return float(quality)
    except ValueError:
        return 0


def is_unchanged(etag: str, modified: str, environ: Environ) -> bool:
    """True if the client has this response. ``If-None-Match`` overrides the date (RFC 9110, 13.2.2)."""
    if (tags := environ.get("HTTP_IF_NONE_MATCH")) is not None:
        return tags in (etag, "*") or etag in {tag.removeprefix("W/") for tag in parse_etags(tags)}
    since = environ.get("HTTP_IF_MODIFIED_SINCE", "")
    if not (since and modified):
        return False
    return since == modified or (parse_http_date_safe(since) or 0) >= (parse_http_date_safe(modified) or 0)


def refused(status: int) -> Answer:
    """429 for a client with more requests than its share, 503 if the archive is busy."""
    with _refusing:  # else all threads would make it at the same time when the archive is first busy
        return _refusal(status)


@cache
def _refusal(status: int) -> Answer:
    response = refusal(status)
    return Answer.of(f"{status} {response.reason_phrase}", [*response.items(), ("Server", "")], response.content)
