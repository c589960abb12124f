"""The figures as aligned columns, within 100 characters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tests.bench.evaluate.extractors import OURS
from tests.bench.evaluate.scores import FIGURES, Judged, Score, milliseconds, scores_of

# A family's row: heading, figure.
COLUMNS_BY_FAMILY = (
    ("body F1", "body F1"), ("headline", "headline"), ("byline", "byline"), ("date", "date"),
    ("photos", "photo found"), ("caption", "photo caption"), ("credit", "photo credit"), ("place", "photo position"),
)  # fmt: skip

ByExtractor = Mapping[str, Sequence[Judged]]


def figures(name: str, judged: ByExtractor) -> Iterator[str]:
    """A row a figure, a column a program, with the number judged, and the libraries ahead of ours."""
    scores = {program: scores_of(of) for program, of in judged.items()}
    count = len(judged[OURS])
    yield f"{f'{name}, {count} pages':<24}" + "".join(f"{program:>14}" for program in judged) + f"{'of':>6}"
    for figure in FIGURES:
        if any(figure in scored for scored in scores.values()):
            yield _figure_row(figure, scores)
            if figure == "body F1 over 0.5":
                yield f"  {'bodies of F1 below 0.5':<22}" + "".join(f"{_lost(scored):14}" for scored in scores.values())
    times = "".join(f"{milliseconds(of):14.1f}" for of in judged.values())
    yield f"  {'ms a page on one core':<22}{times}{count:6}"


def _lost(scored: Mapping[str, Score]) -> int:
    found = scored["body F1 over 0.5"]
    return round(found.of * (1 - found.value))


def _figure_row(figure: str, scores: Mapping[str, Mapping[str, Score]]) -> str:
    of = max(scored[figure].of for scored in scores.values() if figure in scored)
    columns = "".join(_column(scored.get(figure), 14) for scored in scores.values())
    ahead = ", ".join(ahead_of_ours(figure, scores))
    return f"  {figure:<22}{columns}{of:6}" + (f"  {ahead} ahead" if ahead else "")


def ahead_of_ours(figure: str, scores: Mapping[str, Mapping[str, Score]]) -> list[str]:
    """Libraries with a better value than ours, not counting a billionth, which is floating point."""
    ours = scores[OURS].get(figure)
    mine = ours.value if ours else 0.0
    return [name for name, scored in scores.items() if figure in scored and scored[figure].value > mine + 1e-9]


def _column(score: Score | None, width: int) -> str:
    return f"{score.value:{width}.3f}" if score else f"{'–':>{width}}"


def families(judged: ByExtractor) -> Iterator[str]:
    """A row a family and program, our own first."""
    headings = "".join(f"{heading:>9}" for heading, _ in COLUMNS_BY_FAMILY)
    yield f"{'by family':<{_LEFT}}{headings}"
    for family in sorted({one.page.family for one in judged[OURS]}):
        for program, of in judged.items():
            scored = scores_of(one for one in of if one.page.family == family)
            columns = "".join(_column(scored.get(figure), 9) for _, figure in COLUMNS_BY_FAMILY)
            name = family if program == OURS else f"    {program}"
            yield f"  {name:<{_LEFT - 2}.{_LEFT - 3}}{columns}"


_LEFT = 27


def faults(judged: Sequence[Judged]) -> Iterator[str]:
    """The pages with faults, and the faults."""
    wrong = [one for one in judged if one.judgement.faults]
    yield f"{len(judged) - len(wrong)} of {len(judged)} pages all right" + ("; not these:" if wrong else "")
    for one in wrong:
        yield f"{one.page.name} ({one.page.family})"
        yield from (f"    {fault}" for fault in one.judgement.faults)
