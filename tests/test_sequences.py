"""Loads, edits, undos and merges in any order: each article shows what it should, and keeps what it has shown.

``SEQUENCES=1000`` takes as many sequences, from ``SEQUENCE_SEED``. A failure says the fewest steps that lead to it;
``SEQUENCE_STEPS="[…]"`` takes them again.
"""

from __future__ import annotations

import ast
import os
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.sequences import Sequence, Step, drawn, shortened
from tests.staff import logged_in, staff

pytestmark = pytest.mark.django_db
FIRST, COUNT = int(os.environ.get("SEQUENCE_SEED", "1")), int(os.environ.get("SEQUENCES", "5"))
STEPS = os.environ.get("SEQUENCE_STEPS")
Fault = tuple[int, str]  # the number of the step, and what went wrong


class _Back(Exception):
    """Takes a sequence back."""


@pytest.fixture
def run(settings: Any, site: Client) -> Callable[[list[Step]], Fault | None]:
    """Takes steps in an empty archive, and leaves nothing of them."""
    users = [staff("nora", "Editors", "Archivists"), staff("ada", is_superuser=True)]
    clients = [logged_in(user) for user in users]

    def run(steps: list[Step]) -> Fault | None:
        with tempfile.TemporaryDirectory(prefix="newsarchive-sequence-") as folder:
            settings.MEDIA_ROOT = Path(folder) / "media"
            sequence = Sequence(Path(folder), users, clients, site)
            try:
                with transaction.atomic():
                    sequence.run(steps)
                    raise _Back
            except _Back:
                return None
            except Exception:
                return sequence.count, traceback.format_exc(limit=-5)

    return run


@pytest.mark.parametrize("seed", range(FIRST, FIRST + COUNT))
def test_whatever_happens_an_article_shows_what_it_should_and_keeps_what_it_has_shown(
    run: Callable[[list[Step]], Fault | None], seed: int
) -> None:
    steps = ast.literal_eval(STEPS) if STEPS else drawn(seed)
    if fault := run(steps):
        fewest = shortened(steps[: fault[0]], lambda fewer: run(fewer) is not None)
        again = run(fewest) or fault
        pytest.fail(f"{fault[1]}\nThe fewest steps: {again[1]}\n{fewest}", pytrace=False)
