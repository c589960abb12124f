"""Properties of all Markdown files, however odd."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import example, given, settings, strategies as st

from articles.ingest.errors import BadMetadata
from articles.ingest.readers import jsonl, markdown
from articles.ingest.readers.markdown.pictures import Body
from articles.ingest.story import Story
from articles.text.markdown import render
from tests.readers.made import piece

PIECES = [
    "---\n", "+++\n", "title: T\n", "date: 2020-01-01\n", "tags: [a, b]\n", "a: &a [*a]\n", "# Head\n", "===\n",
    "Text.", "\n", "\n\n", "\r\n", " ", "    ", "\t", "- ", "> ", "```\n", "`", "*", "*cap*\n", "![a](b.jpg)",
    '![a](b "c")', "[![a](b)](c)", "<figure>", "</figure>", "<figcaption>", "</figcaption>", '<img src="x">',
    "<img src='{{ x }}'>", "<p>", "</p>", "<div>", "</div>", "<!--", "-->", "{{", "}}", "{%", "%}", "{{<", ">}}",
    "{% raw %}", "{% endraw %}", "{% image 'a.jpg' 'b' %}", '{{< figure src="a.jpg" caption="b" >}}',
    "[a]({{ '/x' | url }})", "{: .a}", "{% comment %}", "{% endcomment %}", "{% highlight x %}\n",
    "{% endhighlight %}", "\ufdd0", "\ufdd00\ufdd2", "\0", "\u2028", "é", "[1]: x\n", "![1]", "(Photo: Jane Doe)",
    "{", "}", '"', "Title: T\n", "[a]({filename}/b.md)", "![a]({static}/b.jpg)", "[1]: {filename}x\n", "[a][1]",
    "|filename|", "{attach}", "](", "<script>", "</script>", "<style>", "</style>",
]  # fmt: skip


def _read(data: bytes) -> Story | None:
    """The story, or ``None`` if it is refused, which names a line."""
    try:
        return markdown.read(piece("a.md"), data)
    except BadMetadata as error:
        if error.line is None:
            raise
        return None


TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=25).map("".join)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
@example("---\na: &a [*a]\n---\n")
@example("{% raw %}```\n{{<{% endraw %}\n```\n")
def test_a_file_is_read_whole_or_refused_by_line(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    story = _read(data)
    if story is None:
        return
    if story.encoding == "utf-8" and "replacement-characters" not in story.warnings:
        assert "".join(line.text for line in story.ledger) == text.removeprefix("\ufeff")
    assert story.blocks == render(story.body)
    assert len(story.paragraphs) == len(story.blocks)
    assert all(0 <= photo.position <= len(story.blocks) for photo in story.photos)
    assert [photo.position for photo in story.photos] == sorted(photo.position for photo in story.photos)
    assert not any(0xFDD0 <= ord(character) <= 0xFDEF for character in story.body)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
@example("{% highlight x %}\na\n {% endhighlight %}")
@example("a {% highlight x %}{% endhighlight %}")
def test_taking_out_pictures_keeps_every_line_at_its_number(text: str) -> None:
    source = text.replace("\r", "")
    assert Body(source).text.count("\n") == source.count("\n")


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for looks_like in (markdown.looks_like, jsonl.looks_like):
        assert looks_like(data) in (True, False)
    _read(data)
    with suppress(BadMetadata):
        jsonl.read(piece("a.jsonl"), data)
