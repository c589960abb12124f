"""An article's Markdown as shown to readers."""

from __future__ import annotations

import pytest

from articles.text.markdown import escape_text, passages, plain, render, with_links_from
from tests.effort import MOST_EFFORT, effort


def test_each_top_level_block_is_one_string() -> None:
    assert render("One.\n\n## Two\n\n- a\n- b\n\n> Three.") == (
        "<p>One.</p>",
        "<h2>Two</h2>",
        "<ul>\n<li>a</li>\n<li>b</li>\n</ul>",
        "<blockquote>\n<p>Three.</p>\n</blockquote>",
    )


def test_the_page_keeps_its_only_first_level_heading() -> None:
    assert render("# One\n\nTwo\n===\n\n<h1>Three</h1>\n\n###### x") == (
        "<h2>One</h2>",
        "<h2>Two</h2>",
        "<h2>Three</h2>",
        "<h6>x</h6>",
    )


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    assert render("a line\nand its end\n") == ("<p>a line\nand its end</p>",)


def test_quotation_marks_and_ampersands_are_the_same_in_every_block() -> None:
    assert render("\"AT&T\" & 'Q&A' > x\n\n\"AT&T\" & 'Q&A' > *x*") == (
        "<p>\"AT&amp;T\" &amp; 'Q&amp;A' &gt; x</p>",
        "<p>\"AT&amp;T\" &amp; 'Q&amp;A' &gt; <em>x</em></p>",
    )


def test_character_references_are_resolved() -> None:
    assert render("caf&eacute; &#8217; &lt;b&gt; a&nbsp;b") == ("<p>café ’ &lt;b&gt; a\xa0b</p>",)


def test_tables_keep_their_columns_without_style_attributes() -> None:
    (table,) = render("| a | b |\n|:--|--:|\n| 1 | 2 |")
    assert '<td align="right">2</td>' in table
    assert "style" not in table


def test_a_fenced_block_is_code_and_nothing_in_it_acts() -> None:
    assert render("```python\n<b>*x*</b>\n\n# no heading\n```") == (
        "<pre><code>&lt;b&gt;*x*&lt;/b&gt;\n\n# no heading\n</code></pre>",
    )


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("- One\n  - Two\n\n  ``` yml\n  x: 1\n\n    y: 2\n  ```\n\n- Three", ["One", "Two", "x: 1 y: 2", "Three"]),
        ("1. One\n\n    ~~~\n    <b>ls</b>\n    ~~~\n2. Two", ["One", "<b>ls</b>", "Two"]),
        ("- One\n    - Two\n      ```\n      x\n      ```\n- Three", ["One", "Two", "x", "Three"]),
        ("Text.\n\n  ```\n  x\n  ```\n\nMore.", ["Text.", "x", "More."]),
    ],
)
def test_fenced_code_within_a_list_is_code(body: str, shown: list[str]) -> None:
    html = "".join(render(body))
    assert html.count("<pre><code>") == 1
    assert "`" not in html
    assert "~" not in html
    assert passages(html) == shown


def test_code_by_four_spaces_may_show_a_fence_and_an_open_fence_is_text() -> None:
    assert render("Text.\n\n    ```\n    x\n    ```") == ("<p>Text.</p>", "<pre><code>```\nx\n```\n</code></pre>")
    assert "<pre>" not in "".join(render("- One\n  ```\n  x"))


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        ("<div>Hello\n\nTwo *a*.\n\n<div>x</div>\n\n- [Three][1]\n\n[1]: /b",
         ("<p>Hello</p>", "<p>Two <em>a</em>.</p>", "<p>x</p>",
          '<ul>\n<li><a href="/b" rel="noopener noreferrer">Three</a></li>\n</ul>')),
        ("<ul>\n<li>One\n\n<li>Two\n\n*Three*", ("<ul>\n<li>One\n\n</li><li>Two\n</li></ul>", "<p><em>Three</em></p>")),
        ("<pre>a\n\n*b*", ("<pre>a\n\n*b*</pre>",)),
    ],
)  # fmt: skip
def test_html_that_is_never_closed_ends_before_markdown(body: str, blocks: tuple[str, ...]) -> None:
    assert render(body) == blocks


@pytest.mark.parametrize("opening", ['<div class="a">\n', "<details>\n<summary>Two</summary>\n"])
def test_markdown_between_tags_on_lines_of_their_own_is_read(opening: str) -> None:
    html = "".join(render(f"One.\n\n{opening}\n## Head\n\n- *Three*\n\n</div>\n\nFour."))
    assert "<h2>Head</h2><ul>\n<li><em>Three</em></li>\n</ul><p>Four.</p>" in html


@pytest.mark.parametrize("name", ["title", "svg", "symbol", "select", "video", "yourname"])
def test_an_element_that_a_sentence_names_is_shown_with_what_follows(name: str) -> None:
    assert render(f"Fill in the <{name}> of *each* page.\n\nThen save it.") == (
        f"<p>Fill in the &lt;{name}&gt; of <em>each</em> page.</p>",
        "<p>Then save it.</p>",
    )
    assert render(f"The old <font> and <center> here, and <{name}>this</{name}> too.")[0].startswith("<p>The old  and")


def test_html_between_tags_stays_html() -> None:
    assert render("<div>\n\n    <p>One *two*.</p>\n\n</div>") == ("<p>One *two*.</p>",)


def test_marks_that_other_programs_escape_are_shown_without_backslash() -> None:
    shown = render(r"\"One\", \'two\', \~3, \$4, \@five and \<six>")
    assert shown == ("<p>\"One\", 'two', ~3, $4, @five and &lt;six&gt;</p>",)


def test_footnotes_lead_there_and_back() -> None:
    text, notes = render("Said so.[^1]\n\n[^1]: In a letter.")
    assert '<a class="footnote-ref" href="#fn:1"' in text
    assert '<li id="fn:1">' in notes
    assert 'href="#fnref:1"' in notes
    assert [plain(text), plain(notes)] == ["Said so.", "In a letter."]


def test_references_are_found_from_any_block() -> None:
    assert 'href="https://example.org/"' in render("See [this][1].\n\nMore.\n\n[1]: https://example.org/")[0]


def test_a_list_starts_where_the_source_says() -> None:
    assert render("3. c\n4. d") == ('<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>',)


def test_a_block_that_shows_nothing_is_no_block() -> None:
    assert render("a\n\n<!-- more -->\n\n<p> </p>\n\n![photo](x.jpg)\n\nb\n\n***") == ("<p>a</p>", "<p>b</p>", "<hr>")


def test_an_empty_body_has_no_blocks() -> None:
    assert render("") == render(" \n\n ") == ()


# --- what must never reach a page


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
        "<scr<script>ipt>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        '<p onclick="alert(1)">x</p>',
        '<a href="javascript:alert(1)">x</a>',
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](&#x6A&#x61vascript:alert(1))",
        "[x][1]\n\n[1]: javascript:alert(1)",
        "<javascript:alert(1)>",
        "<javascript://x%0aalert(1)>",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:msgbox)",
        '<svg onload="alert(1)"><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
        '<math><mtext><table><mglyph><style><img src=x onerror="alert(1)">',
        '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>',
        '<p style="background:url(javascript:alert(1))">x</p>',
        "<style>@import 'https://evil.example/x.css';</style>",
        '<form action="https://evil.example/"><input name="q"><button>Go</button></form>',
        '<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=//evil.example">',
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
        '<a title="><script>alert(1)</script>">x</a>',
        "`</code><script>alert(1)</script>`",
        '```"><script>alert(1)</script>\nx\n```',
        '![x](x "onerror=alert(1)")',
        '<object data="x"></object><embed src="x">',
        "<?php echo 1 ?><![CDATA[<script>alert(1)</script>]]>",
        "<!--><script>alert(1)</script>-->",
        "\x02wzxhzdk:0\x03<script>alert(1)</script>",
    ],
)
def test_nothing_that_runs_is_left(hostile: str) -> None:
    shown = "".join(render(f"before\n\n{hostile}\n\nafter")).lower()
    for sign in (
        "<script",
        "<img",
        "<iframe",
        "<svg",
        "<style",
        "<form",
        "<input",
        "<object",
        "<embed",
        "<base",
        "<meta",
    ):
        assert sign not in shown
    assert not [part for part in shown.split("<")[1:] if part.split(">")[0].count(" on")]
    assert 'href="javascript' not in shown
    assert 'href="data' not in shown
    assert 'href="vbscript' not in shown
    assert "style=" not in shown
    assert "before" in shown


@pytest.mark.parametrize(
    "torn", ["</article></div></main>", "<div>", "<blockquote>", "<table><tr><td>", "<b>", "</p></p>", "<ul>"]
)
def test_torn_html_stays_in_its_block(torn: str) -> None:
    for block in render(f"One.\n\nTwo {torn} and on.\n\nThree."):
        names = ("p", "b", "blockquote", "table", "tr", "td", "ul", "div", "article", "main")
        assert all(block.count(f"<{name}>") == block.count(f"</{name}>") for name in names)
    assert plain(render(f"One.\n\nTwo {torn} and on.\n\nThree.")[-1]) == "Three."


def test_raw_html_blocks_are_split_at_their_top_level() -> None:
    body = '<div class="x"><p>One.</p>\n<h2>Two</h2>\nThree <b>and</b> more.\n\nFour.</div>\n\nFive.'
    assert render(body) == (
        "<p>One.</p>", "<h2>Two</h2>", "<p>Three <b>and</b> more.</p>", "<p>Four.</p>", "<p>Five.</p>",
    )  # fmt: skip


def test_a_styled_span_loses_its_style_and_keeps_its_language() -> None:
    assert render('a <span style="color:red" class="x" id="y" lang="fr" dir="ltr">mot</span>') == (
        '<p>a <span lang="fr" dir="ltr">mot</span></p>',
    )


def test_links_lead_away_without_a_handle_on_the_page() -> None:
    assert render("[a](https://example.org/?a=1&b=2 'T')") == (
        '<p><a href="https://example.org/?a=1&amp;b=2" title="T" rel="noopener noreferrer">a</a></p>',
    )


def test_only_footnotes_have_addresses_on_the_page() -> None:
    assert render('<ul><li id="content">a</li><li id="fn:1">b</li></ul>') == (
        '<ul><li>a</li><li id="fn:1">b</li></ul>',
    )


def test_a_table_may_not_be_a_thousand_columns_wide() -> None:
    assert "colspan" not in render('<table><tr><td colspan="99999">a</td></tr></table>')[0]


def test_control_characters_are_dropped_and_half_characters_shown() -> None:
    assert render("a\x00b\x02c\x1ed\ud800e &#30;&#0;f") == ("<p>abc d\ufffde  \ufffdf</p>",)


# --- text


@pytest.mark.parametrize(
    "text",
    [
        "The road (which?) cost $8.7 billion, or 5 * 3 = 15; snake_case; 100% — “so” [Photo/Xinhua]!",
        "2019 was a year. 1.5 million came.", "[sic]", "-Xinhua", "#", "a # b", "AT&T & Q&A", "Dr. No * in cinemas",
    ],
)  # fmt: skip
def test_plain_prose_needs_no_escape(text: str) -> None:
    assert escape_text(text) == (text if text != "#" else r"\#")


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("*new*", r"\*new\*"), ("__init__ said", r"\_\_init\_\_ said"), ("# Tag", r"\# Tag"),
        ("1. First", r"1\. First"), ("- a", r"\- a"), ("> a", r"\> a"), ("<b>", "&lt;b>"), ("&amp;", "&amp;amp;"),
        (r"a\*", r"a\\*"), (r"\$5", r"\\$5"),
        ("`x`", r"\`x\`"), ("[a](b)", r"\[a](b)"), ("[^1]: x", r"\[^1]: x"), ("***", r"\***"), ("~~~", "&#126;~~"),
        ("    four spaces", "four spaces"), ("two\nlines", "two lines"), ("a\tb", "a b"),
    ],
)  # fmt: skip
def test_only_what_would_act_is_escaped(text: str, markdown: str) -> None:
    assert escape_text(text) == markdown


def test_plain_text_has_words_apart_and_no_markup() -> None:
    assert plain("<table>\n<tr><td>a</td><td>b</td></tr></table>") == "a b"
    assert plain("<ul><li>a</li><li>b</li></ul>") == "a b"
    assert plain("<p>a<br>b</p>") == "a b"
    assert plain("<p>un<em>believ</em>able &lt;b&gt; &amp;amp; x</p>") == "unbelievable <b> &amp; x"
    assert plain("<p>a\n  b\u00a0c </p>") == "a b c"
    assert plain('<p><a href="/?a=1&gt;2" title="x > y">a</a></p>') == "a"


# --- bodies made to hold up a load


@pytest.mark.parametrize(
    "piece",
    [
        ">", "> ", "[", "![a](", "`a", "*a", "_a ", "<", "<a ", "<b>", "<div>", "<!--", "\\", "\\*", "&", "&a",
        "[a]: b\n", "# a\n", "a\n===\n", "- ", "- a\n", "- a\n\n", "1. ", "1. a\n", "~~~\n\n", "a  \n", "a|b\n",
        "<![CDATA[", "<blockquote>", '<a title="', "    a\n\n", "\n", "(", "[a](b) ", "<p>a</p>\n\n", "a < b ",
        "*a*\n\n",
    ],
)  # fmt: skip
def test_no_body_holds_up_a_load(piece: str) -> None:
    body = piece * (200_000 // len(piece))
    spent, blocks = effort(lambda: render(body))
    assert spent < 2 * MOST_EFFORT
    assert len("".join(blocks)) < 20 * len(body)


@pytest.mark.parametrize("mark", ["- ", "-  ", " * ", "_ ", "-"])
def test_a_coupon_to_cut_out_holds_up_no_load(mark: str) -> None:
    body = f"*Coupon.*\n{mark * 1_000}cut here\n" + "Name, street and town of the *reader* who takes part. " * 60
    spent, blocks = effort(lambda: render(body))
    assert spent < MOST_EFFORT
    assert "cut here" in "".join(blocks)


def test_lists_too_deep_to_follow_are_shown_as_text() -> None:
    body = "\n".join("    " * depth + "- a" for depth in range(300))
    assert plain("".join(render(body))).count("- a") == 300


def test_after_a_body_that_cannot_be_read_the_next_one_can() -> None:
    render(">" * 10_000)
    render("<div>" * 10_000)
    render("<div>a\n\nb\n\n" * 10_000)
    assert render("*a*") == ("<p><em>a</em></p>",)


def test_a_relative_link_leads_to_the_page_it_was_on_or_nowhere() -> None:
    (block,) = render("See [the pier](/2015/pier/?a=1&b=2) and [the web](https://example.org/) and [here](#here).")
    there = with_links_from(block, "https://old.example/2014/tide/", {})
    assert 'href="https://old.example/2015/pier/?a=1&amp;b=2"' in there
    nowhere = with_links_from(block, None, {})
    assert "<p>See the pier and <a " in nowhere
    assert nowhere.endswith("</a> and here.</p>")
    assert 'href="https://example.org/"' in nowhere


def test_a_link_to_an_address_that_is_none_keeps_its_words() -> None:
    assert with_links_from('<p><a href="//[x/">More</a></p>', "https://old.example/", {}) == "<p>More</p>"
