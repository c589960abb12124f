"""Fragments of HTML: blocks of Markdown with the same words, and the pictures between them."""

from __future__ import annotations

import html

import pytest
from hypothesis import given, settings, strategies as st

from articles.ingest.parsing.html_to_markdown import read_html
from articles.ingest.parsing.html_to_markdown.writing import write
from articles.text.markdown import plain
from tests.effort import MOST_EFFORT, effort


def shown(text: str) -> list[str]:
    """The blocks that readers see, without line ends."""
    return [block.replace("\n", "") for block in write(read_html(text).blocks).blocks]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("One<p>Two", ["<p>One</p>", "<p>Two</p>"]),
        ("<p>a <b>b</b><i>c</i> <em> d </em>e</p>", ["<p>a <strong>b</strong><em>c</em> <em>d</em> e</p>"]),
        ("<p>1. <b>#</b> *x* _y_ `z` [a](b) &lt;i&gt;</p>",
         ["<p>1. <strong>#</strong> *x* _y_ `z` [a](b) &lt;i&gt;</p>"]),
        ("<p># no</p><p>&gt; no</p><p>- no</p><p>1) no</p><p>~~~</p>",
         ["<p># no</p>", "<p>&gt; no</p>", "<p>- no</p>", "<p>1) no</p>", "<p>~~~</p>"]),
        ("<p>H<sub>2</sub>O, <q>said</q> <s>x</s></p>", ["<p>H<sub>2</sub>O, <q>said</q> <s>x</s></p>"]),
        ("<p>a<br>b<br><br>c</p>", ["<p>a<br>b</p>", "<p>c</p>"]),
        (f"<p>{'long' * 30}<br>{'line' * 30}</p>", [f"<p>{'long' * 30}</p>", f"<p>{'line' * 30}</p>"]),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", ["<ul><li>a</li></ul>", "<ul><li>b</li></ul>"]),
        ("<ol start=3><li>a</li></ol>", ['<ol start="3"><li>a</li></ol>']),
        ("<blockquote>a</blockquote><blockquote>b</blockquote>",
         ["<blockquote><p>a</p></blockquote>", "<blockquote><p>b</p></blockquote>"]),
        ("<h1>a</h1><h4>b <i>c</i></h4>", ["<h2>a</h2>", "<h4>b <em>c</em></h4>"]),
        ("<div><div>a</div>b</div>", ["<p>a</p>", "<p>b</p>"]),
        ("<dl><dt>a</dt><dd>b</dd></dl>", ["<dl><dt>a</dt><dd>b</dd></dl>"]),
        ('<p><a href="javascript:x()">a</a> <a href="/b c(d)">b</a></p>',
         ['<p>a <a href="/b%20c%28d%29" rel="noopener noreferrer">b</a></p>']),
        ("<script>x</script><style>y</style><p>a</p><noscript>z</noscript>", ["<p>a</p>"]),
        ("", []), ("<!-- only -->", []), ("<p>&nbsp;</p>", []),
    ],
)  # fmt: skip
def test_a_fragment_is_shown_as_it_was_meant(text: str, blocks: list[str]) -> None:
    assert shown(text) == blocks


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=20), max_size=6))
def test_no_words_are_lost_whatever_signs_they_hold(words: list[str]) -> None:
    marks = ["b", "i", "code", "a href='https://x.example/'", "span", "sub"]
    inner = "".join(
        f"<{mark}>{html.escape(word)}</{mark.split()[0]}>" for mark, word in zip(marks, words, strict=False)
    )
    for frame in ("p", "li", "blockquote", "td", "h2", "pre"):
        fragment = read_html(f"<{frame}>{inner}</{frame}>")
        seen = "".join("".join(map(plain, write(fragment.blocks).blocks)).split())
        assert seen == "".join("".join(block.text for block in fragment.blocks).split())
        assert seen.replace("\ufeff", "") == "".join("".join(words).split()).translate(
            dict.fromkeys([0xAD, 0x200B, 0xFEFF])
        )
        assert len(write(fragment.blocks).blocks) == len(fragment.blocks)


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ('<figure><img src="a.jpg"><figcaption>The pier.</figcaption></figure>', "The pier.", None),
        ('<figure><img src="a.jpg"><figcaption>Pier. <small>Ruiz</small></figcaption></figure>', "Pier.", "Ruiz"),
        ('<figure><img src="a.jpg"><p class="byline">Ruiz</p><figcaption>Pier.</figcaption></figure>', "Pier.", "Ruiz"),
        ('<div class="box"><img src="a.jpg"><p class="wp-caption-text">The pier.</p></div>', "The pier.", None),
        ('<p><img src="a.jpg"></p>', None, None),
        ('<p>Words <img src="a.jpg"></p>', None, None),
    ],
)  # fmt: skip
def test_a_picture_keeps_what_is_marked_as_its_words(text: str, caption: str | None, credit: str | None) -> None:
    fragment = read_html(f"<p>One.</p>{text}<p>Two.</p>")
    (picture,) = fragment.pictures
    assert (picture.caption, picture.credit, [one.href for one in picture.renditions]) == (caption, credit, ["a.jpg"])
    assert picture.position == (2 if "Words" in text else 1)


def test_pictures_loaded_late_and_in_several_sizes_name_all_their_addresses() -> None:
    image = '<img src="data:image/gif;base64,x" data-src="a.jpg" srcset="a.jpg 480w, b,c.jpg 1200w" alt="A pier">'
    (picture,) = read_html(image).pictures
    assert [one.href for one in picture.renditions] == ["a.jpg", "b,c.jpg", "a.jpg"]
    assert picture.alt_text == "A pier"
    image = '<img src="/blank.gif" data-lazy="true" data-lazyload="a.jpg" data-lazy-srcset="b.jpg 2x">'
    (picture,) = read_html(image).pictures
    assert [one.href for one in picture.renditions] == ["a.jpg", "b.jpg"]


def test_what_only_counts_readers_or_leads_elsewhere_is_told() -> None:
    fragment = read_html(
        '<p>T</p><img src="https://t.example/1.gif" width="1"><iframe src="https://v.example/"></iframe>'
    )
    assert fragment.pictures == ()
    assert fragment.dropped == ("img: https://t.example/1.gif", "iframe: https://v.example/")


@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "blockquote", "span", "table><tr><td"])
def test_nesting_without_end_keeps_its_words(tag: str) -> None:
    fragment = read_html(f"<{tag}>" * 2_000 + "deep")
    assert [block.text for block in fragment.blocks] == ["deep"]
    assert len(write(fragment.blocks).blocks) == 1


@pytest.mark.parametrize("name", ["blockquote", "ul><li"])
def test_quotations_and_lists_in_each_other_keep_their_words_however_deep(name: str) -> None:
    end = "</li></ul>" if "li" in name else "</blockquote>"
    html = "".join(f"<{name}>" * 60 + f"word{number}" + end * 60 for number in range(20))
    spent, fragment = effort(lambda: read_html(html))
    assert spent < MOST_EFFORT
    assert write(fragment.blocks).markdown.count("word") == 20


def test_tags_of_thousands_of_attributes_are_little_effort() -> None:
    html = "<p " + " ".join(f"a{number}=1" for number in range(100_000)) + ">Ferry</p>"
    spent, fragment = effort(lambda: read_html(html))
    assert (write(fragment.blocks).markdown, spent < MOST_EFFORT) == ("Ferry", True)


def test_lines_of_a_quotation_end_where_they_did() -> None:
    assert shown("<blockquote>a<br>b</blockquote>") == ["<blockquote><p>a<br>b</p></blockquote>"]
