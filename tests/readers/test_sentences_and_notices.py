"""Sentences that begin or end like notices stay in the text, in web pages and scraped texts; notices do not."""

import tomllib
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest

from articles.ingest.readers import html, text
from articles.ingest.story import Story
from articles.text.keys import bare
from tests.readers.made import piece

BY_LANGUAGE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
MOST_NOTICES_KEPT = 10  # of 200
STRAY_SIGNS = " >["


def as_page(lines: list[str]) -> Story:
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return html.read(piece("page.html"), f"<html><body><h1>The harbour</h1>{paragraphs}</body></html>".encode())


def as_text(lines: list[str]) -> Story:
    return text.read("\n\n".join(["The harbour", *lines, ""]).encode())


def kept(read: Callable[[list[str]], Story], part: str, at: int) -> list[tuple[str, bool]]:
    """Each line of a part of the table, set between paragraphs, with ``True`` if the article's text has it."""
    found = []
    for said in BY_LANGUAGE.values():
        for line in said[part]:
            story = read([*said["prose"][:at], line, *said["prose"][at:]])
            found.append((line, bare(line.rstrip(STRAY_SIGNS)) in bare("".join(story.paragraphs))))
    return found


@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("read", [as_page, as_text])
def test_sentences_that_begin_or_end_like_notices_stay(read: Callable[[list[str]], Story], at: int) -> None:
    sentences = kept(read, "sentences", at)
    assert len(sentences) == 200
    assert [line for line, is_kept in sentences if not is_kept] == []


@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("read", [as_page, as_text])
def test_notices_are_left_out(read: Callable[[list[str]], Story], at: int) -> None:
    notices = kept(read, "notices", at)
    assert len(notices) == 200
    assert len([line for line, is_kept in notices if is_kept]) <= MOST_NOTICES_KEPT
