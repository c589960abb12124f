"""The search must not get worse: figures of the judged queries against ``floor.json``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.judged.judging import TEXT_CORPUS, Answered, Query, fallen, figures, judge_all, misses, queries, table

pytestmark = pytest.mark.xdist_group("search-quality")  # so that the articles are loaded once


@cache
def answers() -> dict[str, Sequence[Answered]]:
    """The answers to all queries, by set. Asked within the first test that wants them, whose articles they are."""
    return dict(judge_all(with_text=TEXT_CORPUS.is_dir()))


@pytest.mark.django_db
@pytest.mark.parametrize("set_name", ["own", "corpora"])
def test_the_search_answers_no_worse_than_before(set_name: str, settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    if set_name not in answers():
        pytest.skip("needs the shared articles in ../shared/corpora/text, beside this checkout")
    print(*table(set_name, answers()[set_name]), *misses(answers()[set_name]), sep="\n")  # noqa: T201
    assert fallen(set_name, answers()[set_name]) == []


# --- the measure itself


def answered(*ids: str, **relevant: int) -> Answered:
    return Answered(Query("ferry", relevant, is_known=True, needs=""), ids)


def test_the_best_order_gains_all_and_a_worse_one_less() -> None:
    assert answered("a", "b", "c", a=3, b=1).gain == 1
    assert answered("b", "a", a=3, b=1).gain == pytest.approx((1 + 7 / 1.58496) / (7 + 1 / 1.58496), abs=1e-5)
    assert answered("c", a=3).gain == answered(a=3).gain == 0
    assert answered(*"cdefghijkl", "a", a=3).gain == 0  # the eleventh


def test_a_known_article_counts_only_where_it_stands_first() -> None:
    found = figures([answered("a", a=3), answered("b", "a", a=3, b=1), answered(a=3), answered("a", a=3)])
    assert found["success@1"] == 0.5
    assert found["found"] == 0.75


def test_each_query_is_asked_once_and_has_something_to_be_found() -> None:
    asked = queries()
    assert len(asked) == len({query.q for query in asked})
    for query in asked:
        assert query.relevant, query.q
        assert set(query.relevant.values()) <= {1, 2, 3}, query.q
        assert not query.is_known or 3 in query.relevant.values(), query.q
