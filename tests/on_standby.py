"""The browser tests on PostgreSQL, where a SELECT-only role reads the public pages on a standby.

    python -m tests.on_standby [arguments of pytest]

Without arguments, all of ``FILES`` are run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.postgres import cluster, free_ports
from tests.served import ROOT, SERVERS

FILES = [f"tests/test_{name}.py" for name in ("browser", "browser_editing", "browser_photo_rows", "browser_search")]


def main() -> int:
    folder = tempfile.TemporaryDirectory(prefix="newsarchive-postgres-")
    with folder, cluster(Path(folder.name), *free_ports(2)) as servers:
        return subprocess.run(
            [sys.executable, "-m", "pytest", *(sys.argv[1:] or FILES)],
            cwd=ROOT, env={**os.environ, SERVERS: " ".join(server.url for server in servers)}, check=False,
        ).returncode  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
