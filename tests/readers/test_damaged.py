"""Damaged inputs in every format: a few small ones of the thousands in ``tests.bench.mutations``."""

from __future__ import annotations

import pytest

from tests.bench.mutations import read_damaged, sound_files
from tests.effort import MOST_EFFORT, effort

FILES = sound_files()


@pytest.mark.parametrize("number", range(len(FILES)), ids=[path.name for path in FILES])
def test_a_damaged_file_is_read_or_refused_and_never_stops_or_holds_up_a_load(number: int) -> None:
    spent, read = effort(lambda: read_damaged(number, FILES, seed=2, largest=300_000))
    assert not read.fault
    assert spent < MOST_EFFORT
