"""Several servers of one archive: readers leave those that are behind, and nothing is written to a former primary.

A standby is *late* until it has replayed what the primary had written ``REPLICA_MAX_LAG_SECONDS`` ago. Positions in the
write-ahead log are compared, since the time of the last replay says nothing while the primary is idle. A primary is a
*former* one if a standby has been promoted since, which begins a timeline with a higher number: started again as it
was, it takes writes that no other server gets.

Each server is asked for its own state, since only superusers see those of others, and by a thread of its own, so that
one that hangs delays no page.
"""

import json
import logging
import math
import secrets
import threading
import time
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, OperationalError, connections
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.utils.functional import cached_property

log = logging.getLogger(__name__)

# The position; whether it is a standby; a number that all copies of a database share; the timeline, which a standby
# knows late, after a checkpoint.
STATE = """
SELECT CASE WHEN is_standby THEN coalesce(pg_last_wal_replay_lsn(), '0/0') ELSE pg_current_wal_flush_lsn() END - '0/0',
  is_standby, system_identifier::text, CASE WHEN is_standby THEN timeline_id
  ELSE ('x' || left(pg_walfile_name(pg_current_wal_flush_lsn()), 8))::bit(32)::integer END
FROM pg_is_in_recovery() AS is_standby, pg_control_system(), pg_control_checkpoint()
"""
RECEIVED = "SELECT coalesce(pg_last_wal_receive_lsn() - '0/0', 0)"
FOLLOWER = "newsarchive-follower"  # the name of its connection
SEEN = Path(settings.VAR_DIR) / "timelines.json"
# If the primary does not answer for so long, it may be down, and late standbys are better than none.
TRUSTED_SECONDS = 5
FIRST_SECONDS = 1  # longest wait at first for all servers to answer, and for the second answers
WAIT_SECONDS = 2  # of staff, for standbys
HURRIED_SECONDS = 0.02  # between two questions meanwhile


class FormerPrimaryError(OperationalError):
    """A connection that could write is to a former primary."""


class Follower(threading.Thread):
    """Asks one server for its state, again and again."""

    def __init__(self, alias: str, host: str, port: str, sql: str = STATE) -> None:
        super().__init__(daemon=True)
        self.alias, self.host, self.port, self.sql = alias, host, port, sql
        self._every_seconds = min(1, settings.REPLICA_MAX_LAG_SECONDS / 5 or 1)
        self.samples: list[tuple[float, float]] = []  # times and positions
        self.is_standby, self.timeline = True, ("", 0)
        self.is_tried, self._is_due = threading.Event(), threading.Event()

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def run(self) -> None:
        connection: Any = connections.create_connection(self.alias)
        named = connection.settings_dict
        options = {**named["OPTIONS"], "target_session_attrs": "any", "application_name": FOLLOWER}
        connection.settings_dict = {**named, "HOST": self.host, "PORT": self.port, "OPTIONS": options}
        while True:
            began = time.monotonic()
            try:
                self._note(began, *row_of(connection, self.sql))
            except Error:
                connection.close()
                self.samples = []
            self.is_tried.set()
            self._is_due.wait(self._every_seconds)
            self._is_due.clear()

    def _note(self, now: float, position: int, is_standby: bool = True, *timeline: Any) -> None:
        """Forget what is older than the newest sample that readers' servers must have reached."""
        samples = [*self.samples, (now, int(position))]
        # Less than the largest lag, since this sample and that of a standby may be as old as the time between two.
        due = now - settings.REPLICA_MAX_LAG_SECONDS + 2 * self._every_seconds
        while len(samples) > 1 and samples[1][0] <= due:
            del samples[0]
        if timeline:
            self.is_standby, self.timeline = is_standby, timeline
            replicas.see(timeline, str(self))
        self.samples = samples

    def ask(self) -> None:
        """At once; ``is_tried`` is set when it has answered, or failed to."""
        self.is_tried.clear()
        self._is_due.set()
        if not self.is_alive():
            self.start()

    @property
    def newest(self) -> float:
        """The latest position; negative if the server does not answer."""
        samples = self.samples
        return samples[-1][1] if samples and time.monotonic() - samples[-1][0] < TRUSTED_SECONDS else -1

    @property
    def due(self) -> float:
        """The position of the largest lag ago, or the oldest until there is one so old."""
        samples = self.samples
        return samples[0][1] if samples else -1


def row_of(connection: Any, sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


def addresses_of(alias: str) -> list[tuple[str, str]]:
    hosts, ports = (str(settings.DATABASES[alias].get(key, "")).split(",") for key in ("HOST", "PORT"))
    return [(host, port or "5432") for host, port in zip(hosts, cycle(ports), strict=False)]


class Replicas:
    """The servers of ``default`` and ``reader``, if there are several."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._servers: list[Follower] = []
        self._left: list[Follower] = []

    @cached_property
    def exist(self) -> bool:
        return len({*addresses_of("default"), *addresses_of("reader")}) > 1

    def _started(self) -> list[Follower]:
        """All servers, after starting to ask them at the first call; with the login of readers where they have one."""
        with self._lock:
            if not self._servers:
                logins = {address: alias for alias in ("default", "reader") for address in addresses_of(alias)}
                servers = [Follower(alias, *address) for address, alias in logins.items()]
                for _ in range(2):  # again, or no standby would have reached the primary's position
                    until = time.monotonic() + FIRST_SECONDS
                    for server in servers:
                        server.ask()
                    for server in servers:
                        server.is_tried.wait(max(0, until - time.monotonic()))
                self._servers = servers
            return self._servers

    def connect(self, reader: Any, *, at_primary: bool = False) -> None:
        """Let ``reader`` use servers that are not behind, or the primary alone; if none of them answers, any."""
        if not self.exist or reader.in_atomic_block:
            return
        chosen = self._choose(reader, at_primary=at_primary)
        try:
            reader.ensure_connection()
        except OperationalError:
            for server in chosen:
                server.samples = []
            self._choose(reader)

    def _choose(self, reader: Any, *, at_primary: bool = False) -> list[Follower]:
        left, readable = self._behind(), [server for server in self._started() if server.alias == "reader"]
        if left != self._left:
            self._left = left
            if left:
                log.warning("Readers leave %s: late, unreachable or a former primary", ", ".join(map(str, left)))
            else:
                log.warning("Readers use all servers again")
        chosen = [server for server in readable if at_primary and server is self._primary()]
        chosen = chosen or [server for server in readable if server not in left] or readable
        hosts, ports = (",".join(getattr(server, name) for server in chosen) for name in ("host", "port"))
        if (hosts, ports) != (reader.settings_dict["HOST"], reader.settings_dict["PORT"]):
            reader.close()
            reader.settings_dict = {**reader.settings_dict, "HOST": hosts, "PORT": ports}  # of this thread alone
        return chosen

    def _behind(self) -> list[Follower]:
        """The servers that readers leave. While the primary does not answer, no standby counts as late."""
        primary, servers = self._primary(), self._started()
        due = primary.due if primary and settings.REPLICA_MAX_LAG_SECONDS else 0
        return [one for one in servers if one.newest < (due if one.is_standby else 0) or self._is_former(one)]

    def _primary(self) -> Follower | None:
        primaries = (server for server in self._started() if server.newest >= 0 and not server.is_standby)
        return next((server for server in primaries if not self._is_former(server)), None)

    def _is_former(self, server: Follower) -> bool:
        return not server.is_standby and self._newer(server.timeline) is not None

    @property
    def has_former(self) -> bool:
        """True if a former primary takes writes, as far as this process knows."""
        return any(server.newest >= 0 and self._is_former(server) for server in self._servers)

    def wait(self, *, for_all: bool) -> bool:
        """Wait until readers see what is committed. ``False`` if a server that answers does not show it yet.

        ``for_all``: also on servers that readers of this process leave, since another may still read them.
        """
        if not self.exist:
            return True
        left = [] if for_all else self._behind()
        waited = [server for server in self._started() if server.is_standby and server not in left]
        try:
            written = row_of(connections["default"], STATE)[0]
        except Error:
            return False
        until = time.monotonic() + WAIT_SECONDS
        while any(0 <= server.newest < written for server in waited):
            if time.monotonic() > until:
                return False
            for server in waited:
                server.ask()
            time.sleep(HURRIED_SECONDS)
        return True

    def lags(self) -> dict[str, float]:
        """Bytes that each standby has not replayed; infinite if it or the primary does not answer."""
        written = primary.newest if self.exist and (primary := self._primary()) else -1
        known = {str(server): server.newest for server in self._servers if server.is_standby}
        return {name: max(0, written - at) if min(written, at) >= 0 else math.inf for name, at in known.items()}

    @cached_property
    def _seen(self) -> dict[str, list[Any]]:
        """For each system, the highest timeline that this installation has ever seen, and the server that had it."""
        with suppress(OSError, ValueError):
            return dict(json.loads(SEEN.read_bytes()))
        return {}

    def see(self, timeline: Any, server: str) -> None:
        system, number = timeline
        if number > self._seen.get(system, [1])[0]:
            self._seen[system] = [number, server]
            made = SEEN.with_name(f"{SEEN.name}-{secrets.token_hex(8)}")  # several processes write it
            with suppress(OSError):
                made.write_text(json.dumps(self._seen))
                made.replace(SEEN)

    def _newer(self, timeline: Any) -> list[Any] | None:
        newest = self._seen.get(timeline[0], [1, ""])
        return newest if newest[0] > timeline[1] else None

    def compare(self, connection: Any) -> None:
        """Keep the timeline of a new connection, and compare it before each statement."""
        connection.timeline = None
        self._started()
        try:
            _, is_standby, *timeline = row_of(connection, STATE)
        except Error:
            connection.close()  # or it would be used without
            raise
        if not is_standby:  # which cannot be written to
            info = connection.connection.info
            connection.timeline = timeline, f"{info.host}:{info.port}"
            self.see(*connection.timeline)
        if self._begin_if_newest not in connection.execute_wrappers:
            connection.execute_wrappers.append(self._begin_if_newest)

    def _begin_if_newest(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if (own := context["connection"].timeline) and (newer := self._newer(own[0])):
            (_, number), server = own
            raise FormerPrimaryError(
                f"{server} is a former primary on timeline {number}; {newer[1]} was promoted to timeline {newer[0]}. "
                f"Nothing is written before {server} is stopped, or made a standby again. If timeline {newer[0]} is "
                f"lost for good: delete {SEEN} and restart the archive"
            )
        return execute(sql, params, many, context)


replicas = Replicas()


@receiver(connection_created, dispatch_uid="timeline")
def _compare_timelines(connection: Any, **of_signal: Any) -> None:
    if connection.alias == "default" and replicas.exist and not isinstance(threading.current_thread(), Follower):
        replicas.compare(connection)
