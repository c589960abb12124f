"""The reading of web pages must not get worse: scores of ``make evaluate`` against ``floor.json``."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

import pytest

from tests.bench.evaluate import __main__ as evaluate, left_out
from tests.bench.evaluate.extractors import (
    OURS,
    Answer,
    GivenPhoto,
    ours,
    plain_readability,
    plain_resiliparse,
    plain_trafilatura,
)
from tests.bench.evaluate.floor import fallen, pinned
from tests.bench.evaluate.measures import agreement, judge
from tests.bench.evaluate.scores import FIGURES, Judged, judge_all, scores_of
from tests.bench.evaluate.tables import ahead_of_ours
from tests.bench.evaluate.truth import OWN, own_pages, pages_in

pytestmark = pytest.mark.xdist_group("extraction")  # so that each page is read once

PROGRAMS = {
    OURS: ours,
    "trafilatura": plain_trafilatura,
    "readability": plain_readability,
    "resiliparse": plain_resiliparse,
}
# What returns more of a page misses less of its text, and a title with the site's name is near a headline.
COMPARED = [figure for figure in FIGURES if figure not in ("body recall", "headline, nearly")]
COMPARED_SETS = sorted(name for name in pinned() if not name.startswith("more/"))


@cache
def judged(set_name: str, program: str) -> list[Judged]:
    if set_name != OWN and not evaluate.CORPUS.is_dir():
        pytest.skip("needs the shared articles in ../shared/corpora/html, beside this checkout")
    if program != OURS:
        pytest.importorskip(program)
    pages = [page for page in (*own_pages(), *pages_in(evaluate.CORPUS)) if page.set_name == set_name]
    return judge_all(pages, list(map(PROGRAMS[program](), pages)))


@pytest.mark.parametrize("set_name", sorted(pinned()))
def test_web_pages_are_read_no_worse_than_before(set_name: str) -> None:
    assert fallen(set_name, judged(set_name, OURS)) == []


@pytest.mark.parametrize("library", ["trafilatura", "readability", "resiliparse"])
@pytest.mark.parametrize("set_name", COMPARED_SETS)
def test_web_pages_are_read_no_worse_than_a_library_alone_would(set_name: str, library: str) -> None:
    scores = {OURS: scores_of(judged(set_name, OURS)), library: scores_of(judged(set_name, library))}
    assert [figure for figure in COMPARED if ahead_of_ours(figure, scores)] == []


@pytest.mark.parametrize("set_name", sorted(pinned()))
def test_no_sentence_of_a_text_is_among_the_lines_left_out(set_name: str) -> None:
    """But for what a person judged to be no text of the article, or a known loss, in ``left_out.json``."""
    found = {one.page.name: left_out.sentences_left_out(one.page, one.answer) for one in judged(set_name, OURS)}
    few = {name: count for name, (count, _) in left_out.judged().items()}
    assert {name: sentences for name, sentences in found.items() if len(sentences) != few.get(name, 0)} == {}


# --- the measure itself


@pytest.mark.parametrize(
    ("want", "got", "precision", "recall"),
    [
        ("The pier is shut today.", "The pier is shut today.", 1.0, 1.0),
        ("The pier is shut today.", "THE PIER – is shut", 1.0, 0.5),
        ("The pier is shut", "Menu the pier is shut", 0.5, 1.0),
        ("Shut", "shut.", 1.0, 1.0),
        ("桥在周一开放", "桥在周一开", 1.0, 2 / 3),
        ("The pier is shut today.", "", 0.0, 0.0),
    ],
)
def test_a_body_is_measured_by_its_runs_of_four_words(want: str, got: str, precision: float, recall: float) -> None:
    assert agreement(want, got)[:2] == pytest.approx((precision, recall))


def test_a_page_read_as_a_person_would_has_no_fault() -> None:
    page = next(own_pages())
    truth = page.truth
    right = Answer(
        paragraphs=truth.body,
        headline=truth.headline,
        authors=truth.authors,
        day=truth.day,
        updated_day=truth.updated_day,
        language="en-GB",
        photos=tuple(GivenPhoto(p.srcs[-1], p.caption, p.credit, p.position or 0) for p in truth.photos or ()),
    )
    assert judge(truth, right).faults == []
    assert {score.value for score in scores_of(judge_all([page], [right])).values()} == {1.0}


def test_every_page_of_our_own_can_be_told_right_from_wrong() -> None:
    for page in own_pages():
        assert page.truth.is_whole, page.name
        assert judge(page.truth, Answer()).faults, page.name


def test_a_folder_without_annotated_pages_is_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["evaluate", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        evaluate.main()
    assert ended.value.code == 2
    assert f"No annotated pages in {tmp_path}" in capsys.readouterr().err


def test_pages_of_the_press_are_of_one_half_each(tmp_path: Path) -> None:
    folder = tmp_path / "news" / "papers"
    folder.mkdir(parents=True)
    for name in ("01-ferry", "02-ferry", "03-ferry", "04-ferry"):
        (folder / f"{name}.html.gz").write_bytes(gzip.compress(b"<h1>Ferry</h1>"))
        (folder / f"{name}.json").write_text('{"title": "Ferry"}')
    pages = list(pages_in(tmp_path))
    assert {page.set_name for page in pages} == {"news, half A", "news, half B"}
    assert {page.data for page in pages} == {b"<h1>Ferry</h1>"}
