"""Loads whose inputs are read by a Dask cluster: real processes, with a scheduler and workers of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree, ignore_patterns
from threading import Event, Thread
from typing import Any

import dask
import pytest
from distributed import Client
from django.core.management.base import CommandError

from articles.models import Article, Original, Photo
from tests import warcs
from tests.loading import load, text_file
from tests.photo_files import plain
from tests.served import ROOT, free_port

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("cluster")]
TEXTS, PAGES = 100, 80


@contextmanager
def _running(folder: Path, *arguments: str, code: Path | None = ROOT) -> Iterator[None]:
    """``dask`` with the archive's ``code``, in a current folder of its own."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    variables = kept | ({"PYTHONPATH": str(code)} if code else {})
    command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
    process = subprocess.Popen(command, cwd=folder, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="module")
def scheduler(elsewhere: Path) -> Iterator[str]:
    port = free_port()
    with _running(elsewhere, "scheduler", "--host", "127.0.0.1", "--port", str(port)):
        yield f"tcp://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def observer(scheduler: str) -> Iterator[Client]:
    with Client(scheduler, set_as_default=False) as client:
        yield client


@pytest.fixture(scope="module")
def cluster(scheduler: str, observer: Client, elsewhere: Path) -> Iterator[str]:
    """The address of a scheduler with two workers."""
    with _running(elsewhere, "worker", scheduler, "--nworkers", "2", "--nthreads", "1"):
        observer.wait_for_workers(2, timeout=60)
        yield scheduler


def refusal(folder: Path, address: str) -> str:
    with pytest.raises(CommandError) as stopped:
        load(folder, dask=address)
    assert Article.objects.count() == 0
    return str(stopped.value).replace(
        "Stopped: 0 inputs loaded. Fix the problem below and run the command again.\n", ""
    )


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    for number in range(3):
        text_file(tmp_path / "in", f"{number}.txt", headline=f"Tide {number}")
    return tmp_path / "in"


def test_a_scheduler_without_workers_is_refused_with_the_command_that_starts_some(scheduler: str, texts: Path) -> None:
    start = f"dask worker {scheduler} --nworkers -1 --nthreads 1"
    assert refusal(texts, scheduler) == f"{scheduler}: no workers. Start some: {start}."


def test_a_killed_worker_loses_no_article_and_loads_none_twice(cluster: str, observer: Client, tmp_path: Path) -> None:
    for number in range(TEXTS):
        text_file(tmp_path / "in", f"{number:03}.txt", headline=f"Tide {number}", body=f"High water at {number}.")
    records = [
        warcs.Record(f"https://pier.example/{n}.jpg", plain(size=(640, 400 + n)), "image/jpeg") for n in range(20)
    ]
    for number in range(PAGES):
        where, photo = f"https://pier.example/{number}", f"https://pier.example/{number % 20}.jpg"
        records.append(
            warcs.page(where, f"Pier {number}", body=f"It is {number}.", photo=photo, at="2019-03-05T10:00:00Z")
        )
    warcs.write(tmp_path / "in/crawl.warc.gz", *records)
    killed: list[str] = []
    is_loading = Event()
    is_loading.set()

    def kill_one() -> None:
        processes = observer.run(os.getpid)
        while not killed and is_loading.is_set():
            for worker, reading in observer.processing().items():
                if worker in processes and any("pier.example" in str(key) for key in reading) and not killed:
                    os.kill(processes[worker], signal.SIGKILL)
                    killed.append(worker)
            time.sleep(0.01)

    killing = Thread(target=kill_one, daemon=True)
    killing.start()
    try:
        run = load(tmp_path / "in", dask=cluster)
    finally:
        is_loading.clear()
        killing.join(30)
    assert killed, "all was read before a worker could be killed"
    assert run.code == 0, run.err
    assert set(run.outcomes.values()) == {"created"}
    assert len(run.report) == Article.objects.count() == Original.objects.count() == TEXTS + PAGES
    assert Photo.objects.exclude(file="").count() == PAGES
    # Reading everything here finds the same.
    assert set(load(tmp_path / "in", check=True).outcomes.values()) == {"unchanged"}
    observer.wait_for_workers(2, timeout=60)  # Dask has started another


@pytest.mark.parametrize(
    ("threads", "code", "fault"),
    [
        (
            1,
            None,
            "this software is not installed there, or damaged (ModuleNotFoundError(\"No module named 'articles'\"))",
        ),
        (1, "another", "this machine has another version. Install the same, and restart its workers"),
        (2, ROOT, "it has 2 threads, and can use one. Start it with --nthreads 1"),
    ],
    ids=["without this software", "of another version", "of several threads"],
)
def test_a_worker_that_would_read_otherwise_is_refused_before_anything_is_loaded(
    threads: int, code: Any, fault: str, cluster: str, observer: Client, texts: Path, tmp_path: Path
) -> None:
    if code == "another":
        code = tmp_path
        copytree(ROOT / "articles", tmp_path / "articles", ignore=ignore_patterns("__pycache__"))
        (tmp_path / "articles/text/another.py").write_text("# another\n")
    with _running(tmp_path, "worker", cluster, "--no-nanny", "--nthreads", str(threads), code=code):
        observer.wait_for_workers(3, timeout=60)
        assert refusal(texts, cluster).endswith(f": {fault}.")
    deadline = time.monotonic() + 60
    while len(observer.nthreads()) > 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("missing", ["the inputs", "the photos"])
def test_a_worker_without_the_same_folders_is_refused(
    missing: str, cluster: str, texts: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(texts.parent)
    elsewhere = Path("/proc/self/cwd")  # a path at which every process finds its own
    settings.MEDIA_ROOT = (elsewhere if missing == "the photos" else texts.parent) / "media"
    words = refusal(elsewhere / "in" if missing == "the inputs" else texts, cluster)
    assert "/proc/self/cwd/in/" in words if missing == "the inputs" else "/proc/self/cwd/media/" in words
    assert words.endswith("All machines need the inputs, MEDIA_ROOT and TMPDIR at the same paths.")


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("tcp://127.0.0.1:9", "tcp://127.0.0.1:9: no Dask scheduler answers (Timed out"),
        ("127.0.0.1", "127.0.0.1: write the address as the scheduler does, such as tcp://10.0.0.5:8786."),
    ],
    ids=["nobody there", "not an address"],
)
def test_an_address_without_a_scheduler_is_refused(address: str, fault: str, texts: Path) -> None:
    with dask.config.set({"distributed.comm.timeouts.connect": "500ms"}):
        assert refusal(texts, address).startswith(fault)


def test_without_dask_the_error_says_how_to_install_it(texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert refusal(texts, "tcp://127.0.0.1:8786").endswith("pip install -r requirements-extras.txt.")
