"""Programs that tests need, from packages of Debian."""

from __future__ import annotations

import os
import shutil

import pytest


def needed(program: str, package: str, folder: str = "") -> str:
    """Its path. Leave a test out where it is missing; with REQUIRE_ALL=1, fail it."""
    found = shutil.which(program) or shutil.which(program, path=folder)
    words = f"{program} is not on this machine (apt install {package})"
    if found is None:
        pytest.fail(words) if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip(words)
    return str(found)
