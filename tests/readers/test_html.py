"""Web pages: which text is the article's, how it is kept, and the use of the rest."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from pathlib import Path

import pytest

from articles.ingest.errors import NotAnArticle
from articles.ingest.readers import html
from articles.ingest.readers.html.body import Body
from articles.ingest.readers.html.second_look import looked_at_twice
from articles.ingest.story import Story
from articles.text.markdown import render
from tests.effort import MOST_EFFORT, effort
from tests.readers.made import piece

CORPUS = Path(__file__).parents[3] / "shared/corpora/html"
PAGES = sorted(path for path in CORPUS.glob("*/*.html") if path.with_suffix(".json").exists())

HEADLINE = "Ferry to run all winter"
BODY = (
    "The council voted nine to four on Tuesday to keep the ferry running through the winter, after a long debate.",
    "Fares will rise by ten pence in January, and the last boat will leave the island at half past ten.",
    "“Nobody on the island was asked,” said Ruth Calder, who has run the harbour shop for thirty years.",
    "The harbour office expects to lose about forty thousand passengers a year. It did not say what that would cost.",
)
MENU = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/sport'>Sport</a></li></ul></nav>"
FOOTER = "<footer><p>© 2019 Harbour Media. All rights reserved. <a href='/privacy'>Privacy</a></p></footer>"


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def page(*parts: str, head: str = f"<title>{HEADLINE} - Harbour Daily</title>") -> bytes:
    return f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{''.join(parts)}</body></html>".encode()


def article(*parts: str, name: str = "entry-content") -> bytes:
    """A page of a common shape, with ``parts`` as the article's content."""
    return page(MENU, f"<article><h1>{HEADLINE}</h1><div class='{name}'>", *parts, "</div></article>", FOOTER)


def said(data: bytes) -> Story:
    return html.read(piece("page.html"), data)


# --- where the text is

LAYOUTS = {
    "div without p": "".join(f"<div>{text}</div>" for text in BODY),
    "line breaks": "<br><br>".join(BODY),
    "line breaks in a font": f"<font size=2>{'<br> <br/>'.join(BODY)}</font>",
    "unclosed p": "<p>".join(["", *BODY]),
    "a div around each": "".join(f"<div class='x1'><div><p class='y'>{text}</p></div></div>" for text in BODY),
    "two parts": f"<div class='chunk'>{paragraphs(*BODY[:2])}</div><div class='chunk'>{paragraphs(*BODY[2:])}</div>",
    "page builder": "".join(
        f"<div class='elementor-widget elementor-widget-text-editor'><div>{paragraphs(text)}</div></div>"
        for text in BODY
    ),
    "a quotation around all": f"<blockquote>{paragraphs(*BODY)}</blockquote>",
    "typed": "<pre>" + "\n\n".join(BODY) + "</pre>",
    "invalid nesting": f"<p>{BODY[0]}<div>{BODY[1]}</div>{BODY[2]}<p>{BODY[3]}",
}


@pytest.mark.parametrize("content", LAYOUTS.values(), ids=LAYOUTS)
def test_paragraphs_are_found_however_they_are_marked_up(content: str) -> None:
    assert said(article(content)).paragraphs == BODY
    assert said(page(MENU, f"<h1>{HEADLINE}</h1>", content, FOOTER)).paragraphs == BODY


def test_short_sentences_that_line_breaks_divide_are_text_in_a_paragraph_and_an_offer_in_a_box() -> None:
    lines = ("He keeps bees.", "The airfield had no record of it.")
    offer = "<div><p>Ask for our calendar.<br><br>It has twelve ferries.</p></div>"
    story = said(article(paragraphs(*BODY[:2]), f"<p>{'<br><br>'.join(lines)}</p>", offer, paragraphs(*BODY[2:])))
    assert story.paragraphs == (*BODY[:2], *lines, *BODY[2:])


@pytest.mark.parametrize("name", ["paywall", "sidebar print", "read-more", "article-author", "newsletter widget"])
def test_paragraphs_in_a_row_are_text_whatever_their_box_is_called(name: str) -> None:
    assert said(article(*paragraphs(*BODY), name=name)).paragraphs == BODY


@pytest.mark.parametrize("name", ["paywall", "teaser promo"])
def test_a_page_of_which_nearly_nothing_was_read_is_read_again_without_names(name: str) -> None:
    boxes = "".join(f"<div class='{name}'><div>{number}. {text}</div></div>" for number in range(9) for text in BODY)
    story = said(article("<p>A line above all of it.</p>", boxes))
    assert len(story.paragraphs) > 30
    assert "doubtful-text" not in story.warnings


def test_a_text_of_which_a_second_reader_sees_nothing_is_doubtful() -> None:
    texts = [" ".join(f"word{number}{part}" for part in range(30)) + "." for number in range(9)]
    other, right = (Body(blocks=tuple(f"<p>{text}</p>" for text in some)) for some in (BODY, texts))
    data = article(paragraphs(*texts))
    assert looked_at_twice(other, data, "utf-8", lambda: other).is_doubtful
    assert looked_at_twice(other, data, "utf-8", lambda: right) == right


@pytest.mark.parametrize(
    "name", ["paywallWrapper", "subscriber-only", "readmore_span", "story-list", "teaser", "permalink", "read-more"]
)
def test_a_paragraph_is_text_whatever_its_box_is_called(name: str) -> None:
    box = f"<div class='{name}'>{BODY[2]} It <a href=x>said so</a>.</div>"
    story = said(article(paragraphs(*BODY[:2]), box, paragraphs(BODY[3])))
    assert story.paragraphs == (*BODY[:2], f"{BODY[2]} It said so.", BODY[3])


def test_an_identifier_that_a_program_made_says_nothing() -> None:
    story = said(article(*(f"<p id='block-n{number}AuAdJlVL'>{text}</p><hr>" for number, text in enumerate(BODY))))
    assert story.paragraphs == BODY


def test_text_within_a_link_is_that_of_another_story() -> None:
    teaser = "<a href='/other'><div><h3>Another story</h3><div>" + BODY[0].replace("ferry", "tram") + "</div></div></a>"
    assert said(article(paragraphs(*BODY), teaser)).paragraphs == BODY


def test_a_paragraph_behind_the_box_of_the_text_is_kept() -> None:
    note = "Correction: the ferry sailed at seven."
    box = f"<div>{paragraphs(*BODY)}{paragraphs(*LINES)}</div>"
    rest = "<p><a href=/x>Old bridge to close on Monday for a week of repairs, the harbour office says</a></p>"
    assert said(article(box, f"<p>{note}</p>{rest}<div>Also in the news</div>")).paragraphs == (*BODY, *LINES, note)


def test_text_goes_on_in_another_box_behind_an_advertisement() -> None:
    boxes = (
        f"<div class=k1>{paragraphs(*LINES, *BODY)}</div><div class=ad>Lamps</div><div class=k1><p>{STRANGER}</p></div>"
    )
    assert said(page(f"<main><h1>{HEADLINE}</h1>{boxes}</main>")).paragraphs == (*LINES, *BODY, STRANGER)


def test_a_summary_and_a_sentence_between_headline_and_text_are_text() -> None:
    summary, sentence = f"<ul><li>{STRANGER}</li></ul>", "Nobody on the island was asked about it."
    text = f"<div class=story-body>{paragraphs(*BODY)}</div>"
    story = said(page(f"<main><h1>Winter boats</h1>{summary}<p>{sentence}</p>{text}</main>"))
    assert story.paragraphs == (STRANGER, sentence, *BODY)


def test_a_single_line_between_headline_and_the_box_of_the_text_is_the_deck() -> None:
    line = "Nobody on the island was asked about it."
    story = said(page(f"<main><h1>{HEADLINE}</h1><h2>{line}</h2><div>{paragraphs(*BODY)}</div></main>"))
    assert (story.deck, story.paragraphs) == (line, BODY)


def test_text_above_a_second_headline_is_kept() -> None:
    film = f"<div><h2>{HEADLINE}</h2><p>00:21 min</p></div>"
    assert said(article(paragraphs(*BODY[:2]), film, paragraphs(*BODY[2:]))).paragraphs[:2] == BODY[:2]


def test_a_text_that_a_page_says_twice_is_read_once() -> None:
    again = f"<div class='mobile'>{' '.join(BODY)} This copy has more.</div>"
    assert said(article(paragraphs(*BODY), again)).paragraphs == BODY
    assert said(article(paragraphs(*BODY, f"{BODY[0][:-9]}..."))).paragraphs == BODY


def test_a_summary_of_sentences_of_the_text_is_no_text() -> None:
    summary = f"<div><ul><li>{BODY[0]}</li><li>{BODY[2]}</li></ul><p>{BODY[1]} {BODY[3]}</p></div>"
    assert said(article(summary, paragraphs(*BODY))).paragraphs == BODY
    assert said(article(f"<div><p>{BODY[0]} {STRANGER}</p></div>", paragraphs(*BODY))).paragraphs[1:] == BODY
    assert said(article(f"<div><p>{BODY[0]}</p></div>", paragraphs(*BODY))).paragraphs[1:] == BODY


def test_words_of_a_sentence_that_link_to_a_topic_are_text() -> None:
    link = "<a href=t rel=tag class='textTag'>fishing villages</a>"
    linked = f"The council of {link} has met again in the old hall, and will meet in May, when the boats are back."
    assert "fishing villages has met" in said(article(paragraphs(*BODY, linked))).paragraphs[-1]


def test_offers_in_a_list_are_text_though_half_of_each_is_a_link() -> None:
    offers = "<ul><li>Use the code BOAT-40 <a href=x>to get it for $79 a year</a></li></ul>"
    assert said(article(paragraphs(*BODY[:2]), offers, paragraphs(*BODY[2:]))).paragraphs[2].startswith("Use the code")


def test_a_page_laid_out_in_table_cells_gives_the_cell_with_the_text() -> None:
    cells = (
        "<td><a href=1>Local</a><br><a href=2>State</a></td>",
        f"<td><font size=5><b>{HEADLINE}</b></font><br>By Jane Doe<br>March 3, 1999<p>{'<p>'.join(BODY)}</td>",
        "<td><font size=1>Advertisement<br>Buy one lamp, get a second lamp.</font></td>",
    )
    story = said(page(f"<table><tr>{''.join(cells)}</tr></table>", head=f"<title>{HEADLINE}</title>"))
    assert (story.headline, story.byline, story.published) == (HEADLINE, "Jane Doe", "1999-03-03")
    assert story.paragraphs == BODY


def test_text_that_only_a_script_would_show_is_taken_from_the_page_s_own_data() -> None:
    data = '{"@type": "NewsArticle", "headline": "Ferry to run all winter", "articleBody": "%s"}'
    linked = f"<script type='application/ld+json'>{data % chr(92).join(['', 'n']).join(BODY)}</script>"
    story = said(page("<div id='app'></div>", head=linked))
    assert story.paragraphs == BODY
    assert story.evidence["body"] == "JSON-LD articleBody"


def test_the_page_s_own_data_are_not_used_where_names_alone_take_half_of_the_text() -> None:
    texts = " ".join((*LINES, *BODY, STRANGER))
    data = json.dumps({"@type": "NewsArticle", "headline": HEADLINE, "articleBody": texts})
    boxes = "".join(f"<div class=newsletter><div>{text}</div></div>" for text in BODY[:2])
    story = said(article(paragraphs(*LINES[:7]), boxes, f"<script type='application/ld+json'>{data}</script>"))
    assert (story.evidence["body"], story.paragraphs) == ("text", (*LINES[:7], *BODY[:2]))


def test_arabic_and_japanese_texts_are_read_as_any_other() -> None:
    arabic = "صوت المجلس يوم الثلاثاء بأغلبية تسعة أصوات مقابل أربعة على إبقاء العبارة تعمل طوال فصل الشتاء."
    japanese = "町議会は火曜日、冬の間も渡し船を運航することを賛成九、反対四で決めた。審議は五時間に及んだ。"
    for text, label in ((arabic, "اقرأ أيضا: قصة أخرى"), (japanese, "関連記事：別の記事")):
        story = said(article(paragraphs(text, text[::-1]), f"<p><a href=x>{label}</a></p>"))
        assert story.paragraphs == (text, text[::-1])


# --- how it is kept


def test_structure_is_kept_as_markdown() -> None:
    story = said(
        article(
            f"<p>The <em>council</em> <b>voted</b> for <a href='https://ferry.example/'>the ferry</a>. {BODY[1]}</p>",
            "<h3>What changes <a class=anchor href='#x'>#</a></h3>",
            "<ul><li>Fares: <i>ten</i> pence more<li>Last boat: half past ten</ul>",
            f"<blockquote><p>{BODY[2]}</p></blockquote>",
            "<table><tr><th>Year<th>Passengers<tr><td>2017<td>81,000<tr><td>2018<td>79,000</table>",
            paragraphs(BODY[3]),
        )
    )
    assert story.body.split("\n\n") == [
        f"The *council* **voted** for [the ferry](https://ferry.example/). {BODY[1]}",
        "### What changes",
        "- Fares: *ten* pence more\n- Last boat: half past ten",
        f"> {BODY[2]}",
        "| Year | Passengers |\n| --- | --- |\n| 2017 | 81,000 |\n| 2018 | 79,000 |",
        BODY[3],
    ]


def test_signs_that_markdown_would_act_on_are_shown_as_they_are() -> None:
    text = f"# 5 * 3 [is](not) a link, snake_case and <b> neither. {BODY[0]}"
    story = said(article(f"<p>{text.replace('<', '&lt;')}</p>", paragraphs(*BODY)))
    assert story.paragraphs[0] == text


def test_links_lead_where_the_page_s_base_leads_them() -> None:
    link = f"<p>{BODY[0]} <a href='timetable.html'>Timetable</a> <a href='#top'>top</a></p>"
    data = page(
        f"<article><h1>{HEADLINE}</h1>{link}{paragraphs(*BODY)}</article>", head="<base href='https://a.example/b/'>"
    )
    assert "[Timetable](https://a.example/b/timetable.html) top" in said(data).body


def test_nothing_that_runs_reaches_the_text() -> None:
    story = said(
        article(
            f"<p onclick='alert(1)' style='background:url(javascript:alert(2))'>{BODY[0]} "
            "<a href='javascript:alert(3)'>one</a> <a href=' java\nscript:alert(4)'>two</a> "
            "<a href='data:text/html,<script>alert(5)</script>'>three</a></p>",
            "<script>alert(6)</script><svg onload=alert(7)><text>alert(8)</text></svg>",
            paragraphs(*BODY[1:]),
        )
    )
    assert story.paragraphs[0] == f"{BODY[0]} one two three"
    assert "alert" not in story.body + "".join(story.blocks)


@pytest.mark.skipif(not PAGES, reason=f"the pages of the corpus are not there: {CORPUS}")
def test_the_html_of_every_block_is_that_of_its_markdown() -> None:
    for path in PAGES:
        story = html.read(piece(path), path.read_bytes())
        told, shown = ([" ".join(block.split()) for block in blocks] for blocks in (render(story.body), story.blocks))
        assert shown == told, path.name


def test_the_html_of_made_paragraphs_is_that_of_their_markdown() -> None:
    words = [
        "ferry",
        " ",
        "*",
        "_",
        "[x]",
        "(y)",
        "!",
        "&amp;",
        "&lt;b>",
        "`",
        "1. ",
        "# ",
        "é",
        "~",
        "|",
        "\\",
        "http://a.b",
    ]
    tags = ["b", "i", "a href='http://a.b/c_d(e)'", "code", "sup", "span", "a href='x?y=1&z=2'", "em"]
    chance = random.Random(7)
    for _ in range(300):
        pieces = []
        for _ in range(chance.randrange(1, 9)):
            text = "".join(chance.choices(words, k=chance.randrange(1, 4)))
            tag = chance.choice(tags)
            pieces.append(f"<{tag}>{text}</{tag.split()[0]}>" if chance.random() < 0.5 else text)
        story = said(article(f"<p>{BODY[0]} {''.join(pieces)}</p>", paragraphs(*BODY)))
        told, shown = ([" ".join(block.split()) for block in blocks] for blocks in (render(story.body), story.blocks))
        assert shown == told


# --- what is left out

BOILERPLATE = {
    "a related box": "<aside><h3>Related</h3><ul><li><a href=x>Old bridge to close</a></li></ul></aside>",
    "a related box by class": "<div class='relatedStories'><p>Old bridge to close for nine months</p></div>",
    "a letter": "<div class='newsletter-box'><p>Get our morning letter in your inbox every day.</p></div>",
    "an answer in French": "<div class='repondre'><a href=x>Répondre à cet article</a></div>",
    "a foot in French": "<div id='pied'>2008-2011 © Le Bac libre - Tous droits réservés</div>",
    "a foot in Polish": "<p>© 2006 Kurier Brodzki. Wszelkie prawa zastrzeżone.</p>",
    "a letter without a class": "<div class='k3'><div>Get Harbour Daily</div><div>Stories about boats.</div></div>",
    "a labelled link": "<p><strong>Read more:</strong> <a href=x>Old bridge to close for nine months</a></p>",
    "links under a label": "<p>Related stories</p><ul><li><a href=x>Old bridge to close</a></li></ul>",
    "a list of links": "<ul><li>Bridge: <a href=x>Closed for nine months</a></li><li><a href=y>New boats</a></li></ul>",
    "links to a shop": "<p>When you buy through our links, we may earn a commission. <a href=x>Learn more</a>.</p>"
    f"<p>We may earn revenue from the products on this page. {'This is so for all of them. ' * 6}</p>"
    f"<p>If you buy something by a link on our site, we may get compensation. {'You agree to it all. ' * 13}</p>",
    "share lines": "<p>Share this:</p><ul><li><a href=f>Facebook</a></li></ul><p>Tweet</p>",
    "an advertisement": "<p>Advertisement</p><div class='ad-slot'><p>Buy one lamp, get a second lamp.</p></div>",
    "hidden text": "<div style='display:none'>Cheap watches and hidden words for robots, and many more</div>",
    "hidden by class": "<span class='sr-only'>Skip the player, and go on with the text</span>",
    "what is not shown": "<template><p>Template</p></template><noscript><p>Script</p></noscript><!-- <p>No</p> -->",
    "a repeated quotation": "<div class='pullquote'>“Nobody on the island was asked”</div>",
    "a form": "<form><p>Enter your address</p><input name=a><button>Go</button></form>",
    "a loud link": "<p><a href=x>GET THE HARBOUR DAILY ON THE GO BY CLICKING HERE</a></p>",
    "an offer behind a question": "<p>Want more news of boats? Sign up for the Harbour Daily's free newsletter to get "
    "the latest tables, fares and more.</p><p>[Do you want great boats right to your inbox? Create an account.]</p>",
    "words of the house": "<p>This story was originally published March 4, 2019, 8:15 AM.</p><p>You might like</p>"
    "<p>Our website is the place for all news of the harbour. Bookmark it and sign up for our letters.</p>"
    "<p>Il vous reste 57.09% de cet article à lire.</p><p>AP ferries: https://apnews.com/hub/ferries</p>",
    "a credit of no picture": "<div><div class='InlineImage-imageEmbedCredit'>Jane Roe | Reuters | Getty</div></div>",
    "a labelled link in brackets": "<p>[Related: <a href=x>Old bridge to close for nine months</a>]</p>",
    "facts for machines": "<div itemprop=keywords>ferry, island, council, winter, fares and boats of all kinds</div>"
    "<div itemprop=dateModified>2019-03-04T08:15:00+01:00</div><div itemprop=url>https://a.example/ferry-500.jpg</div>",
    "external content": "<div><p>Empfohlener redaktioneller Inhalt</p><p>An dieser Stelle finden Sie externen Inhalt, "
    "der den Artikel ergänzt.</p></div>",
    "end marks": "<p>___</p><p>■</p>",
    "a teaser": "<div class=teaser><a href=x>Old bridge to close for nine months</a><p>The office was asked.</p></div>",
    "a post of somebody else": "<blockquote class='twitter-tweet'><p>The boat will run all winter, and nobody on it "
    "was asked. Thirty years!</p>Ruth (@ruth) <a href=https://twitter.com/ruth/status/1>March 4, 2019</a></blockquote>",
}


@pytest.mark.parametrize("boilerplate", BOILERPLATE.values(), ids=BOILERPLATE)
def test_boilerplate_between_paragraphs_is_no_text(boilerplate: str) -> None:
    story = said(article(paragraphs(*BODY[:2]), boilerplate, paragraphs(*BODY[2:])))
    assert story.paragraphs == BODY


@pytest.mark.parametrize(
    "sentence",
    ["He said that no letter about the ferry should ever land in your inbox.", "www.ferries.example/winter",
     "The boat was sold with all rights reserved, and nobody knows who has them.",
     "We may earn a commission one day, she said.", "This story was originally published in 1989, in Leeds."],
)  # fmt: skip
def test_no_sentence_between_paragraphs_is_boilerplate_for_its_words(sentence: str) -> None:
    story = said(article(paragraphs(*BODY[:2], sentence, *BODY[2:])))
    assert story.paragraphs == (*BODY[:2], sentence, *BODY[2:])


def test_a_source_and_the_author_with_an_address_are_text_below_it() -> None:
    source = "Sources: the harbour office, and R. Doe et al., Ferries in winter, Harbour Press (2018)."
    author = "<div>Columnist <a href='mailto:ruth@ferries.example'>ruth@ferries.example</a></div>"
    story = said(article(paragraphs(*BODY, source), author))
    assert story.paragraphs == (*BODY, source, "Columnist ruth@ferries.example")


def test_the_licence_below_a_text_is_no_text() -> None:
    licence = "Dieser Text wurde veröffentlicht unter der Lizenz CC-BY-ND-4.0. Die Fotos dürfen nicht verwendet werden."
    assert said(article(paragraphs(*BODY, licence))).paragraphs == BODY


@pytest.mark.parametrize("name", ["privacy-modal", "cli support-huffpost__box"])
def test_questions_about_cookies_and_requests_for_money_are_no_text_however_long_they_are(name: str) -> None:
    question = paragraphs(*(f"{STRANGER} Cookie {number}." for number in range(50)))
    assert said(article(paragraphs(*BODY), f"<div class='{name}'>{question}</div>")).paragraphs == BODY


SIGNED = f"<title>{HEADLINE}</title><meta name=author content='Jane Doe'>"


@pytest.mark.parametrize(
    ("end", "is_text"),
    [("Jane Doe is a reporter. Write to her at jane@ferries.example.", False), ("• Jane Doe can be reached.", False),
     ("Jane Doe: We were never asked about the winter boat.", True), ("Ruth Calder is a fisher on the island.", True)],
)  # fmt: skip
def test_a_note_on_the_author_below_a_text_is_no_text(end: str, is_text: bool) -> None:
    story = said(page(f"<article><h1>{HEADLINE}</h1>{paragraphs(*BODY, end)}</article>", head=SIGNED))
    assert story.paragraphs == ((*BODY, end) if is_text else BODY)


def test_links_to_other_stories_above_a_note_on_the_author_are_no_text() -> None:
    links = f"<p>Food | <a href=x>{STRANGER}</a></p>"
    text = paragraphs(*BODY) + links + paragraphs("Jane Doe is a reporter who has written of boats for thirty years.")
    assert said(page(f"<article><h1>{HEADLINE}</h1>{text}</article>", head=SIGNED)).paragraphs == BODY


def test_the_description_of_an_event_is_its_text_and_that_of_an_article_its_deck() -> None:
    event = f"<div itemtype=https://schema.org/Event><div itemprop=description>{paragraphs(*BODY[:2])}</div></div>"
    assert said(page(f"<main><h1>{HEADLINE}</h1>{event}</main>")).paragraphs == BODY[:2]
    deck = f"<div itemprop=description><p>{STRANGER}</p></div>"
    story = said(page(f"<main><h1>{HEADLINE}</h1>{deck}<div>{paragraphs(*BODY)}</div></main>"))
    assert (story.deck, story.paragraphs) == (STRANGER, BODY)
    points = "<div><h2 class=subtitle>The main points</h2></div>"
    assert said(page(f"<main><h1>{HEADLINE}</h1>{points}{paragraphs(*BODY)}</main>")).paragraphs == (
        "The main points", *BODY,
    )  # fmt: skip


@pytest.mark.parametrize(
    "line",
    ["« Nous avons gardé les métiers à tisser. »", "« Nous avons tout gardé », dit-elle.", "Les « boîtes noires »",
     "« Désaccord total »", "«Mastergrad i rosinfingre»", "«Мы сохранили ткацкие станки».", "‹ So nicht ›",
     "»Wir haben die Webstühle behalten.«", "« On a tout gardé ici.", "C’est la fin, dit-il. »"],
)  # fmt: skip
def test_a_quotation_is_no_arrow(line: str) -> None:
    story = said(article(paragraphs(*BODY[:2]), f"<p>{line}</p>", paragraphs(*BODY[2:])))
    assert story.paragraphs == (*BODY[:2], line, *BODY[2:])


@pytest.mark.parametrize("line", ["« Older story", "All reports »", "‹ Back to the harbour", "Next >", "← Older story"])
def test_a_link_with_an_arrow_is_no_text(line: str) -> None:
    story = said(article(paragraphs(*BODY[:2]), f"<p><a href=x>{line}</a></p>", paragraphs(*BODY[2:])))
    assert story.paragraphs == BODY


def test_text_for_subscribers_is_text() -> None:
    text = "".join(f"<p><span class=paywall>{text}</span></p>" for text in BODY[1:])
    story = said(article(paragraphs(BODY[0]), f"<div class='story paywall'>{text}</div>"))
    assert story.paragraphs == BODY


ENDS = {
    "comments": "<section id='comments'><h3>2 comments</h3><p>{0}</p><p>{0}</p></section>",
    "comments without a class": "<h3>2 comments</h3><div><p>{0}</p></div><div><p>{0}</p></div>",
    "comments under a line": "<div><div>Comments</div><p>{0}</p><p>{0}</p></div>",
    "other stories": "<article class='tease'><h2><a href=x>Old bridge to close</a></h2><p>{0}</p></article>" * 2,
    "tags": "<p>Tags: <a href=a>ferry</a>, <a href=b>island</a></p>",
    "tools": "<p><a href='mailto:a@b.example'>Mail this story</a> <a href=p>Printer friendly version</a></p>",
    "a notice": "<p>© 1999 Harbour Media Ltd. Best viewed at 800 x 600.</p>",
    "an appeal": "<div><h2>While you are here…</h2><p>{0}</p></div>",
    "an author": "<div class='author-box'><p>{0}</p></div>",
}
STRANGER = "I have lived here for thirty years and have never seen such a long debate about a boat."


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_what_follows_the_last_paragraph_is_no_text(end: str) -> None:
    end = end.format(STRANGER)
    assert said(article(paragraphs(*BODY), end)).paragraphs == BODY
    inside = f"<article><h1>{HEADLINE}</h1><div class='entry-content'>{paragraphs(*BODY)}</div></article>"
    assert said(page(MENU, "<main>", inside, end, "</main>", FOOTER)).paragraphs == BODY


def test_lines_with_a_date_or_subjects_are_left_out_at_the_edges_of_a_text_alone() -> None:
    lines = ("Published in 1989 by a small press in Leeds", "Topics: water, bread and war")
    story = said(article(paragraphs(*BODY[:2], *lines, *BODY[2:])))
    assert story.paragraphs == (*BODY[:2], *lines, *BODY[2:])
    assert said(article(paragraphs(lines[0], *BODY, lines[1]))).paragraphs == BODY


def test_three_other_stories_end_a_text_and_two_may_be_of_it() -> None:
    text = [f"{line} {STRANGER}" for line in LINES]
    links = [
        f"<div><h3><a href={n}>Old bridge {n} to close for nine months</a></h3><p>{BODY[n]}</p></div>"
        for n in (0, 1, 2)
    ]
    assert said(article(paragraphs(*text), "<h2>In the news</h2>", *links)).paragraphs == tuple(text)
    assert said(article(paragraphs(*text), *links[:2])).paragraphs[-1] == BODY[1]


def test_headline_byline_date_and_deck_are_not_in_the_text_again() -> None:
    story = said(
        page(
            f"<main><h1>{HEADLINE}</h1><p class='standfirst'>Islanders were not asked, and say so.</p>",
            "<p>By Jane Doe</p><p>March 3, 2019</p><p>Jane Doe · 3 min read</p>",
            f"<div class='story-body'><h2>{HEADLINE}</h2>{paragraphs(*BODY)}</div></main>",
        )
    )
    assert (story.deck, story.byline) == ("Islanders were not asked, and say so.", "Jane Doe")
    assert story.paragraphs == BODY


def test_a_byline_above_a_norwegian_date_is_not_in_the_text_again() -> None:
    printed = "<p><b>Av Ingrid Sætre</b><br><i>Publisert 4. februar 2004 kl. 14.30</i></p>"
    story = said(page(f"<main><h1>{HEADLINE}</h1>{printed}<div>{paragraphs(*BODY)}</div></main>"))
    assert (story.byline, story.published) == ("Ingrid Sætre", "2004-02-04T14:30")
    assert story.paragraphs == BODY


def test_a_first_paragraph_that_the_description_repeats_stays() -> None:
    description = f"<meta name=description content='{BODY[0]}'><title>{HEADLINE}</title>"
    story = said(
        page(
            f"<article><h1>{HEADLINE}</h1>",
            "".join(f"<div>{text}</div>" for text in BODY),
            "</article>",
            head=description,
        )
    )
    assert story.paragraphs == BODY
    assert story.deck is None


def test_the_classes_of_highlighted_code_are_no_boilerplate() -> None:
    code = "<pre><code>run() <span class='token comment'># said once</span></code></pre>"
    assert "run() # said once" in said(article(paragraphs(*BODY), code, paragraphs(*BODY))).paragraphs


def test_a_class_that_lies_does_not_cost_the_text() -> None:
    assert said(article(paragraphs(*BODY), name="sidebar article-body-commercial-selector")).paragraphs == BODY


def test_what_was_left_out_is_listed_in_page_order() -> None:
    story = said(article(paragraphs(*BODY[:2]), BOILERPLATE["a letter"], "<script>1</script>", paragraphs(*BODY[2:])))
    assert story.boilerplate == (
        "Home Sport",
        "Get our morning letter in your inbox every day.",
        "© 2019 Harbour Media. All rights reserved. Privacy",
        "1 script",
    )


def test_the_list_of_what_was_omitted_from_an_endless_menu_has_an_end() -> None:
    menu = "".join(f"<div class='menu'><a href=x>Place {number}</a></div>" for number in range(1000))
    story = said(page(menu, f"<article><h1>{HEADLINE}</h1>{paragraphs(*BODY)}</article>"))
    assert story.paragraphs == BODY
    assert story.boilerplate[-1] == "and 800 more"


def test_a_story_says_why_the_date_of_its_page_is_not_used() -> None:
    story = said(page(f"<h1>{HEADLINE}</h1><p class=date>03/05/2019</p>{paragraphs(*BODY)}"))
    assert (story.published, story.warnings) == (None, ["date-ambiguous", "no-date"])


def test_the_dateline_is_read_from_the_first_paragraph() -> None:
    assert said(article(f"<p>NORHAVEN, March 3 (Union Agency) - {BODY[0]}</p>", paragraphs(*BODY[1:]))).dateline == (
        "NORHAVEN, March 3 (Union Agency)"
    )


# --- what is no article, and what is no page


def test_a_page_of_links_is_no_article() -> None:
    links = "".join(f"<li><a href='/{n}'>A headline of some length, number {n}</a></li>" for n in range(40))
    with pytest.raises(NotAnArticle, match=r"page\.html: "):
        said(page("<h1>Harbour Daily</h1><ul>", links, "</ul>", head="<title>Harbour Daily</title>"))


@pytest.mark.parametrize(
    "start",
    ["<!DOCTYPE html>", "\ufeff<html>", "<?xml version='1.0'?>\n<!-- saved --><!doctype HTML>", "\n<HTML lang=en>"],
)
def test_a_page_is_known_by_its_first_bytes(start: str) -> None:
    assert html.looks_like(start.encode())
    assert html.looks_like(start.lstrip("\ufeff").encode("utf-16"))


@pytest.mark.parametrize("start", ["Ferry to run", "<nitf>", "{}", "<p>", "---\ntitle: x\n---\n<html>", ""])
def test_other_files_are_no_pages(start: str) -> None:
    assert not html.looks_like(start.encode())


# --- pages made to hold up a load

PARAGRAPH = "<p>The quick brown fox jumps over the lazy dog, and then it sleeps. <a href='x'>And so on</a>.</p>"
HOSTILE = {
    "deep": "<div>" * 100_000 + PARAGRAPH,
    "deep emphasis": "<p>" + "<b>" * 5_000 + PARAGRAPH,
    "deep lists": "<ul><li>x" * 3_000 + PARAGRAPH,
    "deep quotations": "<blockquote>" * 3_000 + PARAGRAPH,
    "long": PARAGRAPH * 30_000,
    "one line": "<p>" + "The quick brown fox jumps over it. " * 100_000,
    "line breaks": "The quick brown fox jumps over it all day.<br><br>" * 30_000,
    "pictures": "<p>" + "".join(f"<img src='{number}.jpg'>" for number in range(10_000)) + PARAGRAPH,
    "links": "<p>" + "<a href='http://a.b/'>fox</a> " * 20_000,
    "a large attribute": f"<p><img src='{'a' * 2_000_000}' srcset='{'a.jpg 1x, ' * 100_000}'>{PARAGRAPH * 5}",
    "a large class": f"<div class='{'content ' * 200_000}'>{PARAGRAPH * 5}",
    "NULs": (PARAGRAPH * 5).replace("o", "\0o"),
    "signs": "<p>" + "[*_`<b>" * 10_000 + PARAGRAPH * 5,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_page_is_read_or_skipped_with_little_effort(content: str) -> None:
    def read() -> None:
        with suppress(NotAnArticle):
            assert said(f"<h1>{HEADLINE}</h1>{content}".encode()).headline == HEADLINE

    assert effort(read)[0] < 3 * MOST_EFFORT


def test_a_page_larger_than_any_article_says_that_it_was_cut() -> None:
    assert "lines-left-out" in said(page("<p>A line that ends.</p>" * 30_000)).warnings


LINES = [
    f"On day {number} the ferry sailed at nine, with {number + 20} people and a dog on board." for number in range(9)
]
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in LINES)


@pytest.mark.parametrize(
    "before",
    [
        '<p><a href="/x">A link to another page</a></p>' * 25_000 + "<article>",
        '<div class="share">Share</div>' * 25_000, "<time>9</time>" * 25_000, "<p>a" * 25_000 + "<article>",
        "<ul><li>One<li>Two", "<li>One<li>Two", "<div>" * 1_000, "<ul><li>" * 500, "<b>" * 20_000,
        "<figure>" * 20_000, "<h2>" * 20_000,
    ],
    ids=lambda before: before[:24],
)  # fmt: skip
def test_the_paragraphs_behind_thousands_of_lines_or_unclosed_tags_are_found(before: str) -> None:
    assert list(said(page(before + PARAGRAPHS)).paragraphs)[-len(LINES) :] == LINES
