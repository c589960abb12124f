"""How much work something is, by a measure that is the same on a slow machine and on a busy one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from time import process_time
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")
MOST_EFFORT = 400  # of anything that is made to hold up a load: a few seconds


def effort(act: Callable[[], T]) -> tuple[float, T]:
    """The processor's time, as a multiple of that of half a million plain additions in this process; and what it gives.

    It sees the work of regular expressions and parsers, which ``steps`` cannot look into.
    """
    began = process_time()
    result = act()
    return (process_time() - began) / _seconds_of_additions(), result


@cache
def _seconds_of_additions() -> float:
    def seconds() -> float:
        began, total = process_time(), 0
        for number in range(500_000):
            total += number
        return process_time() - began

    return min(seconds() for _ in range(5))


def steps(act: Callable[[], object]) -> int:
    """How many functions are called, Python's own among them."""
    count = 0

    def see(_frame: FrameType, event: str, _what: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(see)
    try:
        act()
    finally:
        sys.setprofile(None)
    return count
