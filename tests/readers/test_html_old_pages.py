"""Pages without metadata: read by the size of letters and the place of lines."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from articles.ingest.errors import NotAnArticle
from articles.ingest.readers import html
from articles.ingest.story import Story
from tests.effort import MOST_EFFORT, effort
from tests.readers.made import piece

HEADLINE = "Ferry to run all winter"
LEAD = (
    "The council voted nine to four on Tuesday to keep the ferry running all winter, after a debate of five hours in "
    "which the word timetable was used, by one count, two hundred times."
)
BODY = (
    LEAD,
    "Fares will rise by ten pence in January, and the last boat will leave the island at half past ten.",
    "“Nobody on the island was asked,” said Ruth Calder, who has run the harbour shop for thirty years.",
    "The harbour office expects to lose about forty thousand passengers a year. It did not say what that would cost.",
)
MENU = "<td><a href=1>Local</a><br><a href=2>State</a><br><a href=3>Sport and leisure pages</a></td>"


def said(*parts: str, title: str = "Harbour Post On-Line", **more: Any) -> Story:
    data = f"<html><head><title>{title}</title></head><body>{''.join(parts)}</body></html>"
    return html.read(piece("page.html", **more), data.encode())


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}" for text in texts)


TEXT = paragraphs(*BODY)


# --- the headline

LETTERS = {
    "a size": f"<font size=5><b>{HEADLINE}</b></font><br>",
    "a relative size": f"<p align=center><font face=Arial size='+2'>{HEADLINE}</font></p>",
    "big": f"<big><b>{HEADLINE}</b></big><hr>",
    "a line broken by hand": "<font size=6>Ferry to run<br>all winter</font>",
    "a deck under it": f"<font size=6>{HEADLINE}</font><p><font size=4>Nine members said yes, four no</font>",
    "a rubric above it": f"<font size=2><b>TOWN HALL REPORT</b></font><br><font size=5>{HEADLINE}</font>",
    "bold alone": f"<p><strong>{HEADLINE}</strong></p>",
}


@pytest.mark.parametrize("letters", LETTERS.values(), ids=LETTERS)
def test_the_headline_of_a_page_without_headings_is_the_line_in_larger_letters(letters: str) -> None:
    title = "Untitled Document" if letters == LETTERS["bold alone"] else "Harbour Post On-Line"
    story = said(f"<table><tr>{MENU}<td>{letters}<p>By Jane Doe</p>{TEXT}</td></tr></table>", title=title)
    assert (story.headline, story.byline) == (HEADLINE, "Jane Doe")
    assert story.paragraphs[-4:] == BODY


def test_the_name_of_a_paper_in_the_largest_letters_is_not_its_headline() -> None:
    masthead = "<font size=7>Norhaven Weekly Echoes</font><hr>"
    foot = "<hr><font size=1>&copy; 1999, 2000 Norhaven Weekly Echoes, Inc.</font>"
    story = said(masthead, f"<font size=5>{HEADLINE}</font>", TEXT, foot, title="Norhaven Weekly Echoes - News")
    assert (story.headline, story.paragraphs) == (HEADLINE, BODY)


def test_a_large_line_is_no_headline_where_the_title_is_shown_as_well() -> None:
    story = said("<font size=6>Pages of our island</font><hr>", f"<b>{HEADLINE}</b>", TEXT, title=HEADLINE)
    assert story.headline == HEADLINE


def test_letters_say_nothing_where_a_page_has_headings() -> None:
    story = said("<font size=6>Winter sale of lamps</font>", f"<h1>{HEADLINE}</h1>", TEXT)
    assert story.headline == HEADLINE


@pytest.mark.parametrize("date", ["Friday June 11, 1999", "piątek, 5 maja 2006", "11.6.1999", "Freitag, 11. Juni 1999"])
def test_a_date_alone_is_no_headline(date: str) -> None:
    story = said(f"<b>{date}</b> <a href=1>News</a><hr><h2>{HEADLINE}</h2>", TEXT, title=f"News - {date}")
    assert story.headline == HEADLINE


@pytest.mark.parametrize("level", [2, 3])
def test_a_heading_of_any_order_is_the_headline_where_no_other_is(level: int) -> None:
    story = said(f"<h{level}>{HEADLINE}</h{level}>", TEXT, title="Harbour")
    assert (story.headline, story.paragraphs) == (HEADLINE, BODY)


def test_a_headline_may_begin_or_end_with_a_date() -> None:
    assert said("<h1>Minutes, 11 June 1999</h1>", TEXT).headline == "Minutes, 11 June 1999"


def test_a_bold_line_within_the_text_is_no_headline() -> None:
    crosshead = "<p><b>What the harbour office says</b>"
    story = said(f"<p><b>{HEADLINE}</b>", paragraphs(*BODY[1:3]), crosshead, paragraphs(*BODY[3:]), title="Untitled")
    assert story.headline == HEADLINE


# --- the date


def test_an_article_that_nothing_dates_has_the_date_of_the_head_of_its_page() -> None:
    head = "<table><tr><td><b>Friday, June 11, 1999</b> | <a href=1>Front page</a> | <a href=2>Sport</a></table><hr>"
    menu = "<p><a href=3>Another page</a></p>" * 3
    story = said(head, menu, f"<h1>{HEADLINE}</h1>", TEXT)
    assert (story.published, story.evidence["published"]) == ("1999-06-11", "head of the page")


def test_the_head_of_a_page_counts_for_nothing_beside_a_date_of_the_article() -> None:
    head = "<div>Friday, June 11, 1999</div><p>Weather: fair</p>" + "<p><a href=1>Menu</a></p>" * 4
    assert said(head, f"<div><h1>{HEADLINE}</h1><p>Posted on June 9, 1999</p>{TEXT}</div>").published == "1999-06-09"


def test_a_head_with_two_dates_dates_nothing() -> None:
    head = "<div>June 11, 1999</div><div>Last issue: June 4, 1999</div>" + "<p><a href=1>Menu</a></p>" * 5
    assert (
        said(head, f"<div><div><div><div><div><h1>{HEADLINE}</h1></div></div></div></div></div>{TEXT}").published
        is None
    )


def test_the_clock_of_a_site_is_not_the_date_of_its_articles() -> None:
    head = "<table><tr><td>Friday, June 11, 1999 | <a href=1>Front page</a></table>" + "<p><a href=1>Menu</a></p>" * 5
    page = (head, f"<div><div><div><div><div><h1>{HEADLINE}</h1></div></div></div></div></div>{TEXT}")
    assert said(*page, captured_at=datetime(1999, 6, 11, 20, tzinfo=UTC)).published is None
    assert said(*page, captured_at=datetime(2001, 6, 11, 20, tzinfo=UTC)).published == "1999-06-11"


# --- the lines around the text


def test_lines_of_boilerplate_within_one_font_are_seen_one_by_one() -> None:
    foot = "<hr><font size=1><a href='mailto:x'>E-mail the editor</a> | <a href=2>Send this page to a friend</a><br>"
    story = said(f"<h1>{HEADLINE}</h1>", TEXT, foot, "&copy; 1999 Harbour Papers plc. Best viewed at 800 x 600.</font>")
    assert story.paragraphs == BODY
    assert "© 1999 Harbour Papers plc. Best viewed at 800 x 600." in story.boilerplate


@pytest.mark.parametrize(
    "line",
    ["by Maud Lister, 19th April 1998", "by Maud Lister, Sunday, April 19th, 1998", "Von Maud Lister, 19. April 1998"],
)
def test_a_byline_ends_before_its_date(line: str) -> None:
    story = said(f"<p><font size=5>{HEADLINE}</font><br><font size=2>{line}</font>", TEXT)
    assert (story.byline, story.published, story.paragraphs) == ("Maud Lister", "1998-04-19", BODY)


SIGNATURES = {
    "at the right": "<div align=right>Jane DOE</div>",
    "at the right with initials": "<p align=right><b>J. R. Doe-Smith</b></p>",
    "in italics": "<p><i>Jane Doe</i></p>",
    "in Russian": "<div align='right'><i>Ирина ПОЛЯНОВА</i></div>",
    "at the right by its style": "<p class=x style='text-align: right'><strong>Jane Doe</strong></p>",
    "with a dash": "<p align=right>— <i>Jane Doe</i></p>",
}


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES)
def test_a_name_set_apart_under_the_text_is_the_byline(signature: str) -> None:
    story = said(f"<h1>{HEADLINE}</h1>", TEXT, signature)
    assert story.paragraphs == BODY
    assert len(story.authors) == 1
    assert story.evidence["byline"] == "signature"


def test_a_byline_far_below_the_headline_is_the_signature() -> None:
    story = said(f"<h1>{HEADLINE}</h1>", 20 * TEXT, "<p>Von <span>Jane Doe</span></p>")
    assert (story.authors, story.evidence["byline"]) == (("Jane Doe",), "signature")
    assert story.paragraphs[-1] == BODY[-1]


def test_a_name_under_the_text_counts_more_than_the_site_as_author() -> None:
    site = '<meta property="og:site_name" content="Harbour Daily"><meta name="author" content="Harbour Daily">'
    story = said(f"{site}<h1>{HEADLINE}</h1>", TEXT, next(iter(SIGNATURES.values())))
    assert story.authors == (story.byline,)
    assert said(f"{site}<h1>{HEADLINE}</h1>", TEXT).authors == ("Harbour Daily",)


@pytest.mark.parametrize(
    "line",
    [
        "<p>Jane Doe</p>",
        "<p align=right>The end of it</p>",
        "<p align=right>Continued</p>",
        "<p><i>Who Knows?</i></p>",
        "<p><i>Jane Doe</i> and others</p>",
    ],
)
def test_any_other_last_line_stays_in_the_text(line: str) -> None:
    story = said(f"<h1>{HEADLINE}</h1>", TEXT, line)
    assert (len(story.paragraphs), story.byline) == (5, None)


def test_a_name_under_a_text_of_somebody_else_stays_in_the_text() -> None:
    story = said(f"<h1>{HEADLINE}</h1><p>By Amos Roe</p>", TEXT, "<p align=right><i>Jane Doe</i></p>")
    assert (story.authors, story.paragraphs[-1]) == (("Amos Roe",), "Jane Doe")


def test_the_text_ends_at_a_line_that_counts_comments() -> None:
    comments = "<p><b>Komentarze (2)</b></p><p>gość: A kiedy będzie gotowy chodnik na ulicy Młyńskiej przy szkole?</p>"
    assert said(f"<h1>{HEADLINE}</h1>", TEXT, comments).paragraphs == BODY


# --- the deck

DECK = "Nine members said yes, and four will take the train instead"


@pytest.mark.parametrize("deck", [f"<p class=intro>{DECK}</p>", f"<h2>{DECK}</h2>"])
@pytest.mark.parametrize("byline", ["<p class=byline>By Jane Doe</p>", "<div>Von: Jane Doe</div>"])
def test_a_line_between_headline_and_byline_is_the_deck(deck: str, byline: str) -> None:
    story = said(f"<article><h1>{HEADLINE}</h1>{deck}{byline}{TEXT}</article>")
    assert (story.deck, story.paragraphs) == (DECK, BODY)


def test_a_bold_line_between_a_large_headline_and_the_byline_is_the_deck() -> None:
    lines = f"<p><font size=5>{HEADLINE}</font></p><p><b>{DECK}</b></p><p><small>Door Jana Doe</small></p>"
    story = said(f"<div>{lines}{TEXT}</div>", title="De Havenpost")
    assert (story.headline, story.deck, story.authors) == (HEADLINE, DECK, ("Jana Doe",))
    assert story.paragraphs == BODY


def test_a_long_paragraph_above_the_byline_is_the_lead_of_the_text() -> None:
    story = said(f"<article><h1>{HEADLINE}</h1><p>{BODY[0]}</p><p class=byline>By Jane Doe</p>{paragraphs(*BODY[1:])}")
    assert (story.deck, story.paragraphs) == (None, BODY)


def test_a_first_paragraph_with_the_byline_above_it_is_no_deck() -> None:
    story = said(f"<article><h1>{HEADLINE}</h1><p class=byline>By Jane Doe</p><p>{DECK}.</p>{TEXT}</article>")
    assert (story.deck, story.paragraphs) == (None, (f"{DECK}.", *BODY))


def test_a_deck_may_be_marked_on_an_element_around_it() -> None:
    deck = f"<div data-gu-name=standfirst><div class=x1><p>{DECK}</p></div></div>"
    story = said(f"<article><h1>{HEADLINE}</h1>{deck}<div>{TEXT}</div></article>")
    assert (story.deck, story.paragraphs) == (DECK, BODY)


# --- pages made to hold up a load


@pytest.mark.parametrize(
    "page",
    [
        "<font size=6>Ferry to run<br>" * 20_000,
        f"<p style='{'font:' * 100_000}'>Ferry to run all winter</p>" * 3,
        "<p>&copy; by by by 2019, " + "2019 copyright " * 100_000,
        "<b>" * 90 + "Ferry<br>" * 50_000,
        "<table><tr><td>June 11, 1999 " * 5_000,
    ],
    ids=range(5),
)
def test_letters_are_looked_at_with_little_effort(page: str) -> None:
    def read() -> None:
        with suppress(NotAnArticle):
            said(page, TEXT)

    assert effort(read)[0] < MOST_EFFORT
