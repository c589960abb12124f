"""The scores below which our reader must not fall: ``floor.json``."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

from tests.bench.evaluate.scores import Judged, scores_of

FLOOR = Path(__file__).with_name("floor.json")


def pinned() -> dict[str, dict[str, float]]:
    """Set -> figure -> value; ``pages`` is the number of pages of the set."""
    floor: dict[str, dict[str, float]] = json.loads(FLOOR.read_text("utf-8"))
    return floor


def pin(judged: Sequence[Judged]) -> None:
    """Make these scores the floor of their sets."""
    floor = pinned() if FLOOR.exists() else {}
    for set_name in {one.page.set_name for one in judged}:
        of_set = [one for one in judged if one.page.set_name == set_name]
        # Rounded down, so that the scores themselves are not below their floor.
        values = {figure: math.floor(score.value * 10_000) / 10_000 for figure, score in scores_of(of_set).items()}
        floor[set_name] = {"pages": len(of_set), **values}
    FLOOR.write_text(json.dumps(dict(sorted(floor.items())), indent=2) + "\n", "utf-8")


def fallen(set_name: str, judged: Sequence[Judged]) -> list[str]:
    """The figures below the floor, in words."""
    scores = scores_of(judged)
    found = {"pages": float(len(judged)), **{figure: score.value for figure, score in scores.items()}}
    return [
        f"{figure}: {found.get(figure, 0.0):.4f}, and the floor is {value:.4f}"
        for figure, value in pinned()[set_name].items()
        if found.get(figure, 0.0) < value
    ]
