"""PostgreSQL servers on this machine in folders of their own: started, copied, killed, promoted."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

USER = "archive"  # who may do everything, without a password
MISSING = "PostgreSQL is not on this machine (apt install postgresql)"


def tools() -> Path | None:
    """The folder of initdb and pg_ctl; Debian keeps them off the path, one folder a version."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return versions[-1].parent if versions else None


def needed() -> None:
    """Leave a test out where there is no PostgreSQL; with REQUIRE_ALL=1, fail it."""
    if tools() is None:
        pytest.fail(MISSING) if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip(MISSING)


@dataclass(frozen=True)
class Server:
    """A server whose data are in ``home / "db"``."""

    home: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgres://{USER}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = f"-p {self.port} -k {self.home} -c listen_addresses=127.0.0.1 -c fsync=off -c wal_keep_size=256MB"
        _as_owner("pg_ctl", "-D", self.home / "db", "-w", "-l", self.home / "log", "-o", options, "start")

    def kill(self) -> None:
        """Stop it as a crash does: connections break off, nothing is put in order."""
        _as_owner("pg_ctl", "-D", self.home / "db", "-m", "immediate", "stop")

    def promote(self) -> None:
        _as_owner("pg_ctl", "-D", self.home / "db", "-w", "promote")

    @property
    def is_running(self) -> bool:
        return (self.home / "db" / "postmaster.pid").exists()


@contextmanager
def cluster(folder: Path, *ports: int) -> Iterator[list[Server]]:
    """A primary, and a standby of it for each further port. Whatever becomes of them, they are stopped at the end."""
    if os.geteuid() == 0:  # the servers refuse to run as root
        shutil.chown(folder, pwd.getpwnam("postgres").pw_uid)
    primary, *standbys = servers = [Server(_own_folder(folder / f"server-{port}"), port) for port in ports]
    try:
        _as_owner("initdb", "-D", primary.home / "db", "-A", "trust", "-U", USER, "-E", "UTF8", "--no-sync")
        primary.start()
        for standby in standbys:
            follow(standby, servers)
        yield servers
    finally:
        for server in servers:
            if server.is_running:
                server.kill()


def follow(standby: Server, servers: Sequence[Server]) -> None:
    """Make ``standby`` again, as a copy that follows whichever of ``servers`` is the primary."""
    if standby.is_running:
        standby.kill()
    shutil.rmtree(standby.home / "db", ignore_errors=True)
    hosts, ports = ",".join("127.0.0.1" for _ in servers), ",".join(str(server.port) for server in servers)
    primary = f"host={hosts} port={ports} user={USER} target_session_attrs=primary"
    _as_owner("pg_basebackup", "-D", standby.home / "db", "-d", primary, "-R", "--checkpoint=fast", "--no-sync")
    standby.start()


def free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _own_folder(folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(folder, pwd.getpwnam("postgres").pw_uid)
    return folder


def _as_owner(tool: str, *arguments: object) -> None:
    folder = tools()
    assert folder, MISSING
    done = subprocess.run(
        [str(folder / tool), *map(str, arguments)],
        user="postgres" if os.geteuid() == 0 else None,
        cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
