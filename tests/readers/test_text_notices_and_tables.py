"""Words of the story that look like boilerplate: leads that end in a colon, requests of the town, tables, letters; and
dates and credits in brackets at its end.
"""

import pytest

from tests.readers.made import HEADLINE, said

HEAD = ("By Tom Beck", "January 30, 2010")
STORY = (
    "The Alder crested at 14.2 feet at 3 a.m. on Friday, the highest since 1972, and cut off 61 houses.",
    "The bridge will stay closed until at least Sunday, said the county engineer, Carl Voss.",
)
RIGHTS = "© 2010 Alder Valley Gazette. All rights reserved."
NOTICE = (
    "What to do",
    "Boil water until further notice.",
    "Do not drive on River Street.",
    "Call 555-0100 if you need help.",
)
PAGES = ((), ("Share", "Print"))  # a copied page has known boilerplate


@pytest.mark.parametrize("above", PAGES)
@pytest.mark.parametrize(
    "lead",
    [
        "Mayor Ed Voss resigned on Monday by a postcard from Florida. It read in full:",
        "The new mayor wants three things:",
        "The mayor resigned on Monday. The town was glad of it",
    ],
)
def test_a_lead_that_announces_what_follows_is_text(above: tuple[str, ...], lead: str) -> None:
    story = said("\n\n".join([*above, HEADLINE, *HEAD, lead, '"Warm here. Not coming back."', *STORY]))
    assert story.paragraphs == (lead, '"Warm here. Not coming back."', *STORY)


@pytest.mark.parametrize("label", ["Share this article:", "Published on:", "Tags:", "Open this photo in gallery:"])
def test_a_label_with_a_colon_is_no_lead(label: str) -> None:
    assert said("\n\n".join(["Share", HEADLINE, *HEAD, label, *STORY])).paragraphs == STORY


@pytest.mark.parametrize(
    "below", [(), (RIGHTS,), ("Read more: River gauge, live\nSubscribe to our newsletter", RIGHTS)]
)
def test_what_a_town_asks_of_its_people_is_text(below: tuple[str, ...]) -> None:
    story = said("\n\n".join([HEADLINE, *HEAD, *STORY, "\n".join(NOTICE), *below]))
    assert story.paragraphs == (*STORY, *NOTICE)


@pytest.mark.parametrize(
    "box",
    [
        "Your stories live here.\nFuel your passion for the town.\nCreate Account",
        "We need your consent\nPlease review their details and accept them to load the content.",
        "Stay close\nTell us what you saw on River Street.",
        "Stay close\nThe river's news comes to your inbox at seven.",
    ],
)
def test_what_a_paper_asks_of_its_readers_is_boilerplate(box: str) -> None:
    story = said("\n\n".join([HEADLINE, *HEAD, STORY[0], box, STORY[1]]))
    assert story.paragraphs == STORY
    assert story.boilerplate == tuple(box.split("\n"))


@pytest.mark.parametrize("below", [(), ("Updated Friday, September 12, 2008, 4:15 p.m.",)])
def test_a_table_below_its_heading_is_text_above_the_date_of_the_update(below: tuple[str, ...]) -> None:
    table = ("A table of the runs:", "6:40 Mill Hill", "6:55 Lower Alder", "7:10 School")
    story = said("\n\n".join(["Share", HEADLINE, *HEAD, *STORY, "\n".join(table), *below, RIGHTS]))
    assert story.paragraphs == (*STORY, *table)
    assert story.updated == ("2008-09-12T16:15" if below else None)


@pytest.mark.parametrize("at", [1, 3, 5])
def test_the_date_of_an_update_with_a_time_of_day_is_read_in_the_head_and_at_the_end(at: int) -> None:
    lines = [HEADLINE, *HEAD, *STORY]
    lines.insert(at, "Updated Sunday, January 31, 2010, 4:15 p.m.")
    story = said("\n\n".join(lines))
    assert (story.published, story.updated, story.paragraphs) == ("2010-01-30", "2010-01-31T16:15", STORY)


@pytest.mark.parametrize("above", PAGES)
@pytest.mark.parametrize(
    "greeting", ["Editor:", "To the Editor:", "Dear Editor,", "Sir,", "Sehr geehrte Damen und Herren,"]
)
def test_a_letter_keeps_its_salutation_and_the_place_of_its_writer(above: tuple[str, ...], greeting: str) -> None:
    letter = ("I have walked past the elm for sixty years.", "Leave it alone.")
    story = said(
        "\n\n".join([*above, "Letter: Leave the elm alone", HEAD[1], greeting, *letter, "Dorothy Amsel\nMill Hill"])
    )
    assert (story.byline, story.paragraphs) == ("Dorothy Amsel", (greeting, *letter, "Mill Hill"))


def test_who_let_a_photo_be_used_is_its_credit() -> None:
    caption = "Peter Rusk in his darkroom in 1984."
    story = said("\n\n".join([HEADLINE, *HEAD, STORY[0], f"{caption} (Courtesy of the Rusk family)", STORY[1]]))
    assert [(photo.caption, photo.credit) for photo in story.photos] == [(caption, "Courtesy of the Rusk family")]
    text = "The dinner was free (courtesy of the mayor)."
    assert said("\n\n".join([HEADLINE, *HEAD, STORY[0], text, STORY[1]])).paragraphs == (STORY[0], text, STORY[1])
