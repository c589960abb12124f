"""Reads on the machines of a Dask cluster. No other module knows Dask.

Workers get the paths of files and places in crawls, and store photo files themselves, so they need the same folders.
What a killed worker was reading is read again by another. All errors are ``OSError``.
"""

import logging
import os
import pickle
import re
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from itertools import count
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock
from typing import Any

from articles.ingest.parsing.local_files import size_of
from articles.ingest.pool import Chunk, Plan, Reading, Submit, code_digest, read_piece

# The digest of the code, and files that all workers must have: path, size in bytes, access. The first has the plan.
Job = tuple[str, tuple[tuple[Path, int, int], ...]]
_one_at_a_time = Lock()  # readers are not for threads


@contextmanager
def connected(address: str, plan: Plan, scratch: Path, paths: Sequence[Path]) -> Iterator[tuple[int, Submit]]:
    """The number of workers, and what lets one read a chunk."""
    try:
        from distributed import Client, KilledWorker
        from distributed.client import ClosedClientError, CommClosedError
    except ImportError as error:
        raise OSError(0, f"needs Dask ({error}): pip install -r requirements-extras.txt", "--dask") from error
    if not re.fullmatch(r"(?:tcp|tls|ws|wss)://.+:\d+", address):
        raise OSError(0, "write the address as the scheduler does, such as tcp://10.0.0.5:8786", address)
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # its tracebacks; the errors are raised
    with ExitStack() as stack:
        job, numbers = _job(plan, scratch, paths, stack), count()
        try:
            client = stack.enter_context(Client(address, set_as_default=False))
        except OSError as error:
            raise OSError(0, f"no Dask scheduler answers ({error})", address) from error
        workers = _checked(client, address, job)
        executor = client.get_executor()
        stack.callback(executor.shutdown, wait=False)

        def key(chunk: Chunk) -> tuple[object, ...]:
            ends = (str(getattr(item, "name", item)) for item in (chunk[0], chunk[-1]))
            return "read", str(scratch), next(numbers), *ends

        try:
            yield workers, lambda chunk: executor.submit(_read, job, chunk, key=key(chunk))
        except KilledWorker as error:
            killed = "workers were killed whenever they read {} to {}; give them more memory".format(*error.task[-2:])
            raise OSError(0, killed, address) from error
        except (CancelledError, ClosedClientError, CommClosedError) as error:
            raise OSError(0, "the connection to the scheduler was lost", address) from error


def _job(plan: Plan, scratch: Path, paths: Sequence[Path], stack: ExitStack) -> Job:
    (scratch / "plan").write_bytes(pickle.dumps(plan))
    files = [(scratch / "plan", os.R_OK)]
    for path in paths:
        inside = (Path(folder, name) for folder, _, names in os.walk(path) for name in names)
        files.append((next(filter(size_of, inside), path), os.R_OK))
    if isinstance(plan.media_root, Path):  # not a bucket
        plan.media_root.mkdir(0o750, parents=True, exist_ok=True)
        file = stack.enter_context(NamedTemporaryFile(dir=plan.media_root, prefix=".new-"))  # noqa: SIM115
        files.append((Path(file.name), os.W_OK))
    return code_digest(), tuple((path, size_of(path), access) for path, access in files)


def _checked(client: Any, address: str, job: Job) -> int:
    """The number of workers. Raises if one of them or the scheduler lacks something."""
    outcomes = client.run(_read, job, [], on_error="return")
    try:
        client.run_on_scheduler(code_digest)
    except Exception as error:  # Dask has a plain one for what cannot be imported
        outcomes = {address: error}
    for where, wrong in outcomes.items():
        if wrong:
            missing = OSError(0, f"this software is not installed there, or damaged ({wrong})", where)
            raise wrong if isinstance(wrong, OSError) else missing
    for where, threads in client.nthreads().items():
        if threads > 1:
            raise OSError(0, f"it has {threads} threads, and can use one. Start it with --nthreads 1", where)
    if not outcomes:
        raise OSError(0, f"no workers. Start some: dask worker {address} --nworkers -1 --nthreads 1", address)
    return len(outcomes)


def _read(job: Job, chunk: Chunk) -> list[Reading]:
    """On a worker."""
    plan, readings = _plan_of(job), []  # those who joined late were not checked
    for piece in chunk:
        with _one_at_a_time:
            readings.append(read_piece(piece, plan))
    return readings


@lru_cache(maxsize=4)
def _plan_of(job: Job) -> Plan:
    host, (code, files) = socket.gethostname(), job
    if code != code_digest():
        raise OSError(0, "this machine has another version. Install the same, and restart its workers", host)
    for path, size, access in files:
        if size_of(path) != size or not os.access(path, access):
            advice = "All machines need the inputs, MEDIA_ROOT and TMPDIR at the same paths"
            raise OSError(0, f"{path} is not the same on this machine, or may not be used. {advice}", host)
    plan: Plan = pickle.loads(files[0][0].read_bytes())  # noqa: S301
    return plan
