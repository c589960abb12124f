"""Servers that fall behind: readers leave one that has not replayed what the primary had written
``REPLICA_MAX_LAG_SECONDS`` ago, and return when it has.

Positions in the write-ahead log are compared, since the time of the last replay says nothing while the primary is idle.
Each server is asked for its own, since only superusers see those of others, and by a thread of its own, so that one
that hangs delays no page.
"""

import logging
import math
import threading
import time
from typing import Any

from django.conf import settings
from django.db import Error, OperationalError, connections
from django.utils.functional import cached_property

log = logging.getLogger(__name__)

WRITTEN = "SELECT pg_current_wal_flush_lsn() - '0/0'"
REPLAYED = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() - '0/0' END"
RECEIVED = "SELECT coalesce(pg_last_wal_receive_lsn() - '0/0', 0)"
# If the primary does not answer for so long, it may be down, and late standbys are better than none.
TRUSTED_SECONDS = 5
FIRST_SECONDS = 1  # longest wait of the first page for the primary to answer, and for the others
WAIT_SECONDS = 2  # of staff, for standbys
HURRIED_SECONDS = 0.02  # between two questions meanwhile


class Follower(threading.Thread):
    """Asks one server for its position in the write-ahead log, again and again."""

    def __init__(self, alias: str, host: str, port: str, sql: str) -> None:
        super().__init__(daemon=True)
        self.alias, self.host, self.port, self.sql = alias, host, port, sql
        self._every_seconds = min(1, settings.REPLICA_MAX_LAG_SECONDS / 5 or 1)
        self._samples: list[tuple[float, float]] = []  # times and positions
        self.is_tried, self.is_due = threading.Event(), threading.Event()

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def run(self) -> None:
        connection: Any = connections.create_connection(self.alias)
        connection.settings_dict = {**connection.settings_dict, "HOST": self.host, "PORT": self.port}
        while True:
            began = time.monotonic()
            try:
                self._note(began, position_of(connection, self.sql))
            except Error:
                connection.close()
                self.forget()
            self.is_tried.set()
            self.is_due.wait(self._every_seconds)
            self.is_due.clear()

    def _note(self, now: float, position: float) -> None:
        """Forget what is older than the newest sample that readers' servers must have reached."""
        samples = [*self._samples, (now, position)]
        # Less than the largest lag, since this sample and that of a standby may be as old as the time between two.
        due = now - settings.REPLICA_MAX_LAG_SECONDS + 2 * self._every_seconds
        while len(samples) > 1 and samples[1][0] <= due:
            del samples[0]
        self._samples = samples

    def forget(self) -> None:
        self._samples = []

    @property
    def newest(self) -> float:
        """The latest position. Infinite if the server is not a standby; negative if it does not answer."""
        samples = self._samples
        return samples[-1][1] if samples else -1

    @property
    def due(self) -> float:
        """The position of the largest lag ago, or the oldest until there is one so old. Negative if there is none."""
        samples = self._samples
        return samples[0][1] if samples and time.monotonic() - samples[-1][0] < TRUSTED_SECONDS else -1


def position_of(connection: Any, sql: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        (position,) = cursor.fetchone()
    return math.inf if position is None else int(position)


class Replicas:
    """The servers of ``reader``, if there are others than the primary."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._primary: Follower | None = None
        self._servers: list[Follower] = []
        self._late: list[Follower] = []

    @cached_property
    def exist(self) -> bool:
        primary, reader = (settings.DATABASES[alias] for alias in ("default", "reader"))
        is_same = (reader.get("HOST"), reader.get("PORT")) == (primary.get("HOST"), primary.get("PORT"))
        return "," in reader.get("HOST", "") or not is_same

    def _started_primary(self) -> Follower:
        """The primary, after starting to ask all servers at the first call."""
        if self._primary:
            return self._primary
        with self._lock:
            if self._primary is None:
                named, reader = (settings.DATABASES[alias] for alias in ("default", "reader"))
                primary = Follower("default", named["HOST"], named["PORT"], WRITTEN)
                addresses = zip(reader["HOST"].split(","), reader["PORT"].split(","), strict=True)
                self._servers = [Follower("reader", host, port, REPLAYED) for host, port in addresses]
                for asked in ([primary], self._servers):  # in this order, or none would have reached the primary's
                    until = time.monotonic() + FIRST_SECONDS
                    for position in asked:
                        position.start()
                    for position in asked:
                        position.is_tried.wait(max(0, until - time.monotonic()))
                self._primary = primary
            return self._primary

    def connect(self, reader: Any) -> None:
        """Let ``reader`` use servers that are not late; if none of them answers, any."""
        if not (self.exist and settings.REPLICA_MAX_LAG_SECONDS) or reader.in_atomic_block:
            return
        self._choose(reader)
        try:
            reader.ensure_connection()
        except OperationalError:
            self._started_primary().forget()  # so that no server counts as late
            self._choose(reader)

    def _choose(self, reader: Any) -> None:
        due = self._started_primary().due  # while the primary does not answer, no server counts as late
        late = [server for server in self._servers if server.newest < due]
        if late != self._late:
            self._late = late
            if late:
                log.warning("Readers leave %s: late or unreachable", ", ".join(map(str, late)))
            else:
                log.warning("Readers use all servers again")
        servers = [server for server in self._servers if server not in late] or self._servers
        hosts, ports = (",".join(getattr(server, name) for server in servers) for name in ("host", "port"))
        if (hosts, ports) != (reader.settings_dict["HOST"], reader.settings_dict["PORT"]):
            reader.close()
            reader.settings_dict = {**reader.settings_dict, "HOST": hosts, "PORT": ports}  # of this thread alone

    def wait(self) -> bool:
        """Wait until readers see what is committed. ``False`` if a server does not show it yet.

        Late servers are waited for too, since another process may still read them; not those that do not answer.
        """
        if not self.exist:
            return True
        self._started_primary()
        try:
            written = position_of(connections["default"], WRITTEN)
        except Error:
            return False
        until = time.monotonic() + WAIT_SECONDS
        while any(0 <= server.newest < written for server in self._servers):
            if time.monotonic() > until:
                return False
            for server in self._servers:
                server.is_due.set()
            time.sleep(HURRIED_SECONDS)
        return True

    def lags(self) -> dict[str, float]:
        """Bytes that each standby has not replayed; infinite if it or the primary does not answer."""
        written = self._started_primary().newest if self.exist else -1
        known = {str(server): server.newest for server in self._servers if server.newest < math.inf}
        return {name: max(0, written - at) if min(written, at) >= 0 else math.inf for name, at in known.items()}


replicas = Replicas()
