"""The one table of ``make bench``: what was measured, and ours as a multiple of a limit and of a peer in the same run.

Milliseconds and bytes are better when lower, what is counted a second when higher.
"""

from __future__ import annotations

import os

HEAD = "| measured | ours | × a limit | × a peer |\n| --- | --- | --- | --- |"
_is_begun = "BENCH_TABLE" in os.environ  # by the process that started this one
Figure = tuple[str, float]  # its name, in the unit of ours


def row(name: str, ours: float, unit: str, *, limit: Figure | None = None, peer: Figure | None = None) -> None:
    """Print one line of the table, below its head if this is the first."""
    global _is_begun
    if not _is_begun:
        print(HEAD)
        _is_begun = True
        os.environ["BENCH_TABLE"] = "begun"
    number = f"{ours:,.0f}" if ours >= 100 else f"{ours:.1f}"
    print(f"| {name} | {number} {unit} | {_multiple(ours, limit)} | {_multiple(ours, peer)} |", flush=True)


def _multiple(ours: float, other: Figure | None) -> str:
    if other is None or not other[1]:
        return ""
    multiple = ours / other[1]
    return f"{multiple:.0f} {other[0]}" if multiple >= 10 else f"{multiple:.2g} {other[0]}"
