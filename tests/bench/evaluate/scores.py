"""Figures over many pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median

from tests.bench.evaluate.extractors import Answer
from tests.bench.evaluate.measures import Judgement, Tally, judge
from tests.bench.evaluate.truth import Page

FIGURES = (
    "body precision", "body recall", "body F1", "body F1 median", "body F1 worst tenth", "body F1 over 0.5",
    "segments found", "segments kept out", "segments precision", "segments F1", "segments accuracy",
    "headline", "headline, nearly", "byline", "byline, nearly",
    "date", "date within a day", "date updated", "language",
    "photo found", "photos of the article", "photo caption", "photo credit", "photo position",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Score:
    """``value`` from 0 to 1, over ``of`` pages, strings or photos."""

    value: float
    of: int


@dataclass(frozen=True, slots=True)
class Judged:
    """One page, a program's answer for it, and its judgement."""

    page: Page
    answer: Answer
    judgement: Judgement


def judge_all(pages: Sequence[Page], answers: Sequence[Answer]) -> list[Judged]:
    return [Judged(page, answer, judge(page.truth, answer)) for page, answer in zip(pages, answers, strict=True)]


def scores_of(judged: Iterable[Judged]) -> dict[str, Score]:
    """The figures that the pages allow, in the order of ``FIGURES``."""
    sums: dict[str, Tally] = {}
    bodies: list[float] = []
    for one in judged:
        if body := one.judgement.tallies.get("body F1"):
            bodies.append(body.right)
        for figure, tally in one.judgement.tallies.items():
            sums.setdefault(figure, Tally()).add(tally.right, tally.of)
    scores = {figure: Score(tally.right / tally.of, tally.of) for figure, tally in sums.items() if tally.of}
    scores |= _segments(sums) | _spread(bodies)
    return {figure: scores[figure] for figure in FIGURES if figure in scores}


def _segments(sums: Mapping[str, Tally]) -> dict[str, Score]:
    """Strings found and let in, as true and false positives, as trafilatura measures itself."""
    found, kept_out = sums.get("segments found"), sums.get("segments kept out")
    if not found or not kept_out:
        return {}
    of = found.of + kept_out.of
    let_in = kept_out.of - kept_out.right
    missed = found.of - found.right
    return {
        "segments precision": Score(found.right / (found.right + let_in) if found.right else 0.0, of),
        "segments F1": Score(2 * found.right / (2 * found.right + let_in + missed), of),
        "segments accuracy": Score((found.right + kept_out.right) / of, of),
    }


def _spread(bodies: Sequence[float]) -> dict[str, Score]:
    """Figures beside the mean: the median page and the worst tenth."""
    if not bodies:
        return {}
    worst = sorted(bodies)[: max(1, len(bodies) // 10)]
    return {
        "body F1 median": Score(median(bodies), len(bodies)),
        "body F1 worst tenth": Score(mean(worst), len(worst)),
    }


def milliseconds(judged: Sequence[Judged]) -> float:
    """Time on one core a page."""
    return 1000 * sum(one.answer.seconds for one in judged) / max(1, len(judged))
