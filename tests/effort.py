"""The amount of work, by a measure that is the same on slow and busy machines."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from functools import cache
from time import process_time
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")
MOST_EFFORT = 400  # of anything that is made to hold up a load: a few seconds
LEAST_EFFORT = 2  # below this, a measurement says nothing


def effort(act: Callable[[], T]) -> tuple[float, T]:
    """The processor's time, as a multiple of that of half a million plain additions in this process; and what it gives.

    It sees the work of regular expressions and parsers, which ``steps`` cannot look into. What the tests before it left
    to the garbage collector is not counted.
    """
    gc.disable()
    try:
        began = process_time()
        result = act()
        return (process_time() - began) / _seconds_of_additions(), result
    finally:
        gc.enable()


def is_linear(act: Callable[[int], object], size: int) -> bool:
    """Whether work on ``size`` is little, and about four times the effort of a quarter of it.

    Twice that is let pass, and one of three attempts is enough: a machine that is shared may spoil the others.
    """
    for _ in range(3):
        quarter, whole = (effort(lambda part=part: act(part))[0] for part in (size // 4, size))  # type: ignore[misc]
        if whole < min(8 * max(quarter, LEAST_EFFORT), MOST_EFFORT / 2):
            return True
    return False


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
