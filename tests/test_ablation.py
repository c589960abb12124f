"""``make evaluate ARGS=--ablate``: what each mechanism of our readers is good for."""

from unittest.mock import patch

import pytest

from tests.bench.evaluate.ablation import MECHANISMS, READERS, ablated
from tests.bench.evaluate.truth import OWN, own_pages


@pytest.mark.parametrize("name", MECHANISMS)
def test_each_mechanism_is_where_it_is_looked_for(name: str) -> None:
    target, instead = MECHANISMS[name]
    with patch(READERS + target, instead):
        pass


def test_a_mechanism_is_told_by_the_stories_and_figures_that_change_without_it() -> None:
    first, figures = ablated(list(own_pages()), word="boilerplate: classes and ids")
    assert first.startswith("boilerplate: classes and ids ")
    assert first.endswith(" changed")
    assert figures.startswith(f"    {OWN}: ")
    assert "body F1 -" in figures


def test_a_mechanism_that_no_page_needs_moves_nothing() -> None:
    (line,) = ablated([], word="body: second look")
    assert line.endswith("0 changed   moves nothing")
