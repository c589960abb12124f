"""Limits on the work for each input; beyond them it is refused with the reason, and the others are read."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from articles.ingest.pool import Plan, Reading, read_all
from articles.ingest.story import Piece
from articles.ingest.tagging import Vocabulary
from articles.ingest.work import WorkLimits
from articles.photos import Limits
from articles.text.markdown import escape_text
from tests.loading import load, text_file

LONG = "word " * 1_000
SAYS = "characters of text, more than 4,000 (TEXT_MAX_CHARACTERS)"


def read(*inputs: tuple[str, str], limits: WorkLimits | None = None) -> list[Reading]:
    plan = Plan(Vocabulary(), 32_000_000, Limits(1_000_000, 1_000_000), None, work=limits or WorkLimits())
    pieces = [Piece(Path(f"in.{form}"), f"in.{form}", form, data=text.encode()) for form, text in inputs]
    return list(read_all(pieces, plan, workers=1))


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("text", f"A headline\n\n2020-01-01 | Paper\n\n{LONG}\n"),
        ("markdown", f"---\ntitle: A headline\n---\n\n{LONG}\n"),
        ("html", f"<html><body><article><h1>A headline</h1><p>{LONG}</p></article></body></html>"),
        ("html", f"<html><body><article><h1>A headline</h1><p>{LONG * 2}</p></article></body></html>"),
        ("jsonl", json.dumps({"headline": "A headline", "body_markdown": LONG})),
    ],
)
def test_an_article_with_too_much_text_is_refused_by_its_size(form: str, text: str) -> None:
    (reading,) = read((form, text), limits=WorkLimits(characters=4_000))
    assert reading.error is not None
    assert str(reading.error).startswith(f"in.{form}: ")
    assert reading.error.reason.endswith(SAYS)


@pytest.mark.parametrize(
    ("form", "text", "says"),
    [
        ("html", f"<html><body>{'<b>' * 400_000}", "400,002 tags; at most 300,000 are read"),
        ("text", "a\n" * 400_000, "400,000 lines; at most 300,000 are read"),
        ("jsonl", json.dumps({"body_text": "\n" * 400_000}), "400,000 lines; at most 300,000 are read"),
    ],
)
def test_a_document_of_countless_tags_or_lines_is_refused(form: str, text: str, says: str) -> None:
    assert read((form, text))[0].error.reason == says  # type: ignore[union-attr]


def test_a_long_page_of_which_little_is_text_is_read() -> None:
    page = f"<html><article><h1>A headline</h1><p>{LONG[:2000]}</p><img src='data:,{LONG * 3}'>"
    (reading,) = read(("html", page), limits=WorkLimits(characters=4_000))
    assert reading.error is None


@pytest.mark.parametrize("where", [map, ThreadPoolExecutor(1).map], ids=["here", "in a thread of a cluster"])
def test_an_input_that_takes_too_long_is_refused_and_its_neighbours_are_read(where: Callable[..., Any]) -> None:
    slow = ("jsonl", json.dumps({"headline": "Slow", "body_markdown": "A\n\n`b`\n\n" * 60_000}))
    quick = ("text", "A headline\n\nIt sailed.\n")
    [(before, refused, after)] = where(
        lambda inputs: read(*inputs, limits=WorkLimits(seconds=1)), [(quick, slow, quick)]
    )
    assert refused.error.reason == "it takes more than 1 seconds to read (READ_SECONDS)"  # type: ignore[union-attr]
    assert before.story == after.story
    assert before.error is after.error is None


def test_a_text_of_stars_alone_is_read_within_the_limit() -> None:
    stars = "*" * 200_000
    (reading,) = read(
        ("text", f"A headline\n\n2020-01-01 | Paper\n\n{stars}\n\nThe end {stars[:2000]}\nPhoto: {stars}")
    )
    assert reading.error is None


def test_a_markdown_paragraph_of_very_many_lines_is_read_within_the_limit() -> None:
    lines = "".join(f"*[pier {number}]: told\n" for number in range(40_000))
    (reading,) = read(("markdown", f"---\ntitle: A headline\n---\n\n{lines}\nThe end.\n"))
    assert reading.story is not None
    assert reading.story.paragraphs[-1] == "The end."
    assert [line.became for line in reading.story.ledger[-3:]] == ["paragraph 1", "", "paragraph 2"]


def test_a_page_that_repeats_one_picture_is_read_within_the_limit() -> None:
    shown = "<img src='pier.jpg' alt='The pier'>" + "It sailed. " * 20
    (reading,) = read(("html", f"<article><h1>A headline</h1><div>{shown * 4_000}</div><p>The end.</p></article>"))
    assert reading.error is None


def test_a_long_paragraph_of_guillemets_is_read_within_the_limit() -> None:
    said = "\u00aba\u00bb" * 200_000
    (reading,) = read(("markdown", f"---\ntitle: A headline\n---\n\nThey *said* {said}.\n"))
    assert reading.story is not None
    assert said in reading.story.paragraphs[0]


def test_stars_that_would_act_are_escaped_as_before() -> None:
    dice = random.Random(1)
    for _ in range(2_000):
        text = " ".join("".join(dice.choices("**a.", k=dice.randrange(1, 9))) for _ in range(4))
        if len(re.findall(r"\*+", text)) > 1 and text[0] not in "*":
            plainly = re.sub(r"(?<=[^\s*])\*+|\*+(?=[^\s*])", lambda run: "\\*" * len(run[0]), text)
            assert escape_text(text) == plainly


@pytest.mark.django_db
def test_the_limit_on_text_is_a_setting_and_the_other_files_go_on(tmp_path: Path, settings: object) -> None:
    settings.TEXT_MAX_CHARACTERS = 4_000  # type: ignore[attr-defined]
    text_file(tmp_path / "in", "long.txt", headline="A long one", body=LONG)
    text_file(tmp_path / "in", "short.txt", headline="A short one")
    run = load(tmp_path / "in")
    assert run.outcomes == {"long.txt": "refused", "short.txt": "created"}
    assert "refused  long.txt: 5,0" in run.err
    assert SAYS in run.err


def test_a_date_after_the_load_is_noted() -> None:
    dated = [("markdown", f"---\ndate: {year}-01-01\n---\nText") for year in (2999, 2019)]
    stories = [reading.story for reading in read(*dated)]
    assert ["date-after-capture" in story.warnings for story in stories if story] == [True, False]
