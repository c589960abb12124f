"""The production server: granian's workers on one listening socket, and the process that supervises them.

``manage.py serve`` opens the socket, blocks ``SIGNALS`` so that none is lost, and becomes this process:

* SIGTERM and SIGINT stop everything within two seconds; requests in progress may finish in that time.
* SIGHUP replaces the workers, which read settings again. An old worker leaves only when its successor is ready.
* A worker that died is replaced. Workers end with this process, even when it is killed.

granian's own supervisor is not used: in 2.8 it waits forever for a worker that gets SIGTERM during its imports, and
each worker listens by itself, so that requests in the queue of a leaving worker are reset.

Private parts of granian, used nowhere else: ``SocketHolder``; of ``MPServer``, ``_shd`` and ``_sso`` (the socket),
``_spawn_worker`` and ``_spawn_wsgi_worker``.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import resource
import signal
import socket
import struct
import sys
import threading
import time
import traceback
from contextlib import nullcontext, suppress
from functools import partial
from itertools import count
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from granian.constants import HTTPModes, Interfaces, Loops, RuntimeModes
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.net import SocketHolder  # type: ignore[attr-defined]
from granian.server import MPServer

SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD}
BACKLOG = 2048
HEADER_SECONDS = 10  # for a request's head; also ends idle connections
HEAD_BYTES = 65_536
STOP_SECONDS = 1.4  # of two; signals and ending processes take the rest
REFUSE_SECONDS = 0.1
RETRY_SECONDS = 0.3  # before a worker that could not start is replaced
HAND_OVER_SECONDS = 1  # for requests on connections that a replaced worker has accepted
LEAVE_SECONDS = 30  # for requests in progress in a replaced worker
IDLE_THREAD_SECONDS = 600  # a thread takes its database connection with it
OPEN_FILES = 16_384
FILES_PER_THREAD = 16
CANNOT_START = 3
METRICS = "PROMETHEUS_MULTIPROC_DIR"  # in the environment; no folder if there are none
LOG = {
    "formatters": {"generic": {"format": "[%(levelname)s] %(message)s"}},
    "handlers": {"console": {"formatter": "generic", "class": "logging.StreamHandler"}},
    "loggers": {"_granian": {"handlers": ["console"], "propagate": False}},
}


def main() -> None:
    """Serve on the inherited socket ``argv[1]`` with ``argv[2]`` workers of ``argv[3]`` threads."""
    descriptor, count, threads = map(int, sys.argv[1:])
    listener = socket.socket(fileno=descriptor)
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    multiprocessing.set_start_method("fork")
    server = granian_on(listener, threads, connections=raise_open_files() - threads * FILES_PER_THREAD)
    with TemporaryDirectory("-newsarchive") if os.environ.get("METRICS_ADDRESS") else nullcontext(os.devnull) as folder:
        os.environ[METRICS] = folder
        sys.exit(supervise(server, listener, count, has_started=multiprocessing.Event()))


def supervise(server: MPServer, listener: socket.socket, count: int, has_started: Event) -> int:
    """Keep ``count`` workers until a signal stops them; return the exit code.

    ``has_started`` is set by the first worker that is ready. Before that, a worker that cannot start stops the server.
    """
    workers: list[BaseProcess] = []
    reload_is_due = False
    while True:
        while len(workers) < count:
            start_worker(server, has_started, workers)
        if reload_is_due and len(workers) == count:
            reload_is_due = False
            for worker in workers[:]:
                start_worker(server, has_started, workers, replaces=worker.pid)
        number = signal.sigwait(SIGNALS)
        if number in (signal.SIGTERM, signal.SIGINT):
            stop(listener, workers)
            return 0
        reload_is_due = reload_is_due or number == signal.SIGHUP
        dead = [worker for worker in workers if not worker.is_alive()]
        for worker in dead:
            workers.remove(worker)
            for gauges in Path(os.environ[METRICS]).glob(f"gauge_live*_{worker.name}.db"):
                gauges.unlink()
        if any(worker.exitcode == CANNOT_START for worker in dead):
            if not has_started.is_set():
                stop(listener, workers)
                return 1
            time.sleep(RETRY_SECONDS)


def stop(listener: socket.socket, workers: list[BaseProcess]) -> None:
    refuse_connections(listener)
    time.sleep(REFUSE_SECONDS)
    until = time.monotonic() + STOP_SECONDS
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(max(0, until - time.monotonic()))
        worker.kill()
        worker.join()


def refuse_connections(listener: socket.socket) -> None:
    """Refuse new connections while workers serve the queue; closing the socket would reset those in it.

    Packets that begin a connection (SYN without ACK, RFC 9293 3.1) are dropped; those that complete one are not.
    """
    if not sys.platform.startswith("linux"):
        return
    # linux/filter.h: load the flags, keep SYN and ACK, if it is SYN alone return no byte, else all.
    steps = [(0x30, 0, 0, 13), (0x54, 0, 0, 0x12), (0x15, 0, 1, 0x02), (0x06, 0, 0, 0), (0x06, 0, 0, 0xFFFFFFFF)]
    instructions = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program, so_attach_filter = struct.pack("HP", len(steps), ctypes.addressof(instructions)), 26
    with suppress(OSError):
        listener.setsockopt(socket.SOL_SOCKET, so_attach_filter, program)


def raise_open_files() -> int:
    """Raise the limit of open files, up to ``OPEN_FILES``: each connection is one. Returns what may be used."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


# --- A worker. --------------------------------------------------------------------------------------------------------


def granian_on(listener: socket.socket, threads: int, connections: int) -> MPServer:
    server = MPServer(
        "newsarchive.wsgi:application",
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000, max_buffer_size=HEAD_BYTES),
        websockets=False,
        loop=Loops.asyncio,
        runtime_mode=RuntimeModes.mt,
        blocking_threads=threads,
        blocking_threads_idle_timeout=IDLE_THREAD_SECONDS,
        backpressure=max(connections, threads),
        log_level=LogLevels.warning,
        log_dictconfig=LOG,
    )
    server._shd = SocketHolder(listener.fileno(), False, BACKLOG)  # type: ignore[call-arg, assignment]
    server._sso = None
    return server


def start_worker(server: MPServer, has_started: Event, workers: list[BaseProcess], replaces: int | None = None) -> None:
    def load() -> Any:
        # SIGTERM ends the worker at once until granian has its own handler. Ctrl-C and SIGHUP are for the parent.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGUSR1, lambda *_: hand_over(server._shd.get_fd()))  # type: ignore[attr-defined]
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGCHLD})
        threading.Thread(target=leave_with_parent, daemon=True).start()
        try:
            import newsarchive.wsgi  # loads the models, which the next one needs
            from newsarchive.access_log import logged
            from newsarchive.settings import ACCESS_LOG, METRICS_PORT
            from newsarchive.slow_clients import PatientApplication

            if METRICS_PORT:
                from newsarchive.metrics import measured
        except BaseException as error:
            sys.stderr.write(f"{error}\n") if isinstance(error, ImproperlyConfigured) else traceback.print_exc()
            os._exit(CANNOT_START)
        has_started.set()
        if replaces:
            with suppress(ProcessLookupError):  # it died meanwhile
                os.kill(replaces, signal.SIGUSR1)
        places = max(1, server.blocking_threads // 4)
        replace = partial(os.kill, os.getppid(), signal.SIGHUP)
        served: Any = PatientApplication(newsarchive.wsgi.application, places=places, replace_processes=replace)
        served = measured(served, newsarchive.wsgi.pages) if METRICS_PORT else served
        return logged(served) if ACCESS_LOG else served

    process: BaseProcess = server._spawn_worker(0, MPServer._spawn_wsgi_worker, load).inner
    process.name = next(name for name in map(str, count()) if name not in [worker.name for worker in workers])
    process.start()
    workers.append(process)


def hand_over(listener: int) -> None:
    """Accept no more connections, serve those accepted for ``HAND_OVER_SECONDS``, then leave.

    granian closes a connection that has not sent its request yet. It cannot stop accepting alone, so a socket to which
    nobody connects takes the listener's place in this process.
    """
    inode = os.fstat(listener).st_ino
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        nobody.setblocking(False)
        for descriptor in [int(path.name) for path in Path("/dev/fd").iterdir()]:
            with suppress(OSError):  # that of the list itself
                if os.fstat(descriptor).st_ino == inode:
                    os.dup2(nobody.fileno(), descriptor)
    timer = threading.Timer(HAND_OVER_SECONDS, leave, [LEAVE_SECONDS])
    timer.daemon = True
    timer.start()


def leave(seconds: int) -> None:
    """Finish requests in progress, for at most ``seconds``."""
    signal.alarm(seconds)
    os.kill(os.getpid(), signal.SIGTERM)


def leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        leave(1)


if __name__ == "__main__":
    main()
