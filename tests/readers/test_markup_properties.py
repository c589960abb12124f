"""Properties of all texts: fast rendering equals the full one, and escaped text stays text."""

from __future__ import annotations

import html
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings, strategies as st

from articles.text.markdown import escape_text, plain, render, render_whole

GENERATOR = Path(__file__).parents[3] / "shared/corpora/generate.py"

# Pieces that act in Markdown or HTML, alone or beside one another.
SIGNS = [
    *"*_`~#>+-=:|![](){}<&\\.\"'^$@ ", "  ", "1.", "12. ", "- ", "* ", "+ ", "> ", "# ", "## ", "***", "---", "___",
    "- - -", "```", "~~~", "===", "&amp;", "&lt;", "&#65;", "&#65", "&copy", "&nbsp;", "<b>", "</b>", "<div>", "</p>",
    "<!--", "-->", "<script>", "[a](b)", "![a](b)", "[^1]", "[^1]:", "[x]: y", "](", "]:", "**b c**", "*d*",
    "http://a.example/", "<http://a.example>", "[e f](https://g-h.example/i,j?k=l)", "a@b.example", "snake_case",
    "word", "Two words.", "\u00a0", "\u2028", "\u0085", "é", "中文",
    "٣. ", "#tag", "AT&T", "Q&A;", "<?", "<![CDATA[", "5 * 3", "$8.7 billion", "    ",
]  # fmt: skip
LINES = st.lists(st.one_of(st.sampled_from(SIGNS), st.text(max_size=6)), max_size=12).map("".join)
BODIES = st.lists(st.tuples(LINES, st.sampled_from(["\n", "\n\n", "\n\n\n", "  \n", "\n \n"])), max_size=8).map(
    lambda lines: "".join(line + end for line, end in lines)
)


def _is_text(character: str) -> bool:
    return character.isprintable() or (character.isspace() and not character < " ")


TEXTS = LINES.map(lambda line: "".join(filter(_is_text, line)).strip())


@settings(max_examples=400, deadline=None)
@given(BODIES)
@example("a  \nb")
@example("- a\n\nplain\n\n- b")
@example("a\n\n\n\nb  ")
def test_the_quick_way_equals_the_whole_one(body: str) -> None:
    assert render(body) == render_whole(body)


@settings(max_examples=800, deadline=None)
@given(TEXTS.filter(bool))
@example("* not a list")
@example("1. not a list")
@example("***")
@example("a\\*b")
@example("\\\\`x`")
@example("&amp; and &lt;b&gt; and &#65 x")
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    assert render(escape_text(text)) == (f"<p>{html.escape(text, quote=False)}</p>",)


@settings(max_examples=400, deadline=None)
@given(st.lists(TEXTS.filter(bool), max_size=6))
@example(["- a", "- b"])
@example(["| a | b |", "|---|---|", "| 1 | 2 |"])
@example(["```", "code", "```"])
@example(["[a][b]", "[b]: http://example.org/"])
def test_escaped_paragraphs_stay_apart(texts: list[str]) -> None:
    body = "\n\n".join(map(escape_text, texts))
    assert render(body) == render_whole(body) == tuple(f"<p>{html.escape(text, quote=False)}</p>" for text in texts)
    assert [plain(block) for block in render(body)] == [" ".join(text.split()) for text in texts]


@settings(max_examples=400, deadline=None)
@given(BODIES)
def test_a_block_is_balanced_and_holds_nothing_that_acts(body: str) -> None:
    for block in render(body):
        assert render_whole(block) or not plain(block)
        lowered = block.lower()
        assert "<script" not in lowered
        assert "<div" not in lowered
        assert "<h1" not in lowered


def test_the_quick_way_equals_the_whole_one_for_generated_articles() -> None:
    if not GENERATOR.exists():
        pytest.skip(f"the article generator is not there: {GENERATOR}")
    made = subprocess.run([sys.executable, GENERATOR, "400"], capture_output=True, check=True)
    for line in made.stdout.splitlines():
        body = json.loads(line)["body_markdown"]
        assert render(body) == render_whole(body)
