"""Refusals of inputs with nothing to show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from articles.ingest.pool import Plan, read_piece
from articles.ingest.story import Piece
from articles.ingest.tagging import Vocabulary
from articles.photos import Limits


def refusal(data: bytes, form: str) -> str:
    path = Path(f"in.{form}")
    line = 7 if form == "jsonl" else None
    piece = Piece(path=path, name=f"{path}:{line}" if line else str(path), form=form, line=line, data=data)
    plan = Plan(Vocabulary(), 1_000_000, Limits(1_000_000, 1_000_000), None)
    return str(read_piece(piece, plan).error)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ({"title": "T", "body": "B", "date": "2020-01-01"}, "`title`, `body`, `date`"),
        ({"a": 1}, "`a`"),
        ({}, "none"),
        ({"headline": "", "body_text": None}, "`headline`, `body_text`"),
        ({f"k{n}": n for n in range(99)}, ", ".join(f"`k{n}`" for n in range(12)) + " and 87 more"),
    ],
)
def test_a_record_with_nothing_to_show_is_told_its_keys_and_those_looked_for(
    line: dict[str, object], found: str
) -> None:
    assert refusal(json.dumps(line).encode(), "jsonl") == (
        f"in.jsonl:7: no headline, text or photo in it: its keys are {found}; expected are `headline`, "
        "`body_markdown`, `body_text`, `paragraphs` and `photos`"
    )


def test_markdown_and_plain_text_with_nothing_to_show_say_what_they_lack() -> None:
    assert refusal(b"---\ndate: 2020-01-01\n---\n", "markdown") == "in.markdown: no headline, text or photo in it"
    assert refusal(b"(China Daily) | Updated: 2019-01-01\n", "text").endswith("only boilerplate")
    assert refusal(b" \n", "markdown").endswith("the file is empty")
