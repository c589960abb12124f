"""Items of wires in IPTC 7901."""

from __future__ import annotations

import pytest

from articles.ingest.story import Story
from tests.readers.agency import stories, story
from tests.readers.made import ledger_faults

ITEM = (
    "\x01tna0123 4 pl 250  dpa 0456\r\n\r\nFerries/Tarvik/\r\n\x02(Corrects fare)\r\n1ST LEAD\r\nFerry returns\r\n"
    "after two years\r\nBy Jo Berg, dpa =\r\n\r\nTarvik (dpa) - The ferry is back, and\r\nit is full.\r\n"
    "   It sails at noon.\r\n\r\n- Fares rise\r\n- Dogs are free\r\n\r\n# Notebook\r\n\r\n## Contacts\r\n- Jo Berg\r\n"
    "\x03061030 GMT Sep 23\r\n\x7f\r\n\x04"
)


def read(made: str) -> Story:
    return story(made, "wire.txt")


def test_headline_byline_text_and_time_of_sending_have_their_fields() -> None:
    found = read(ITEM)
    assert (found.headline, found.byline) == ("Ferry returns after two years", "Jo Berg, dpa")
    assert (found.published, found.published_printed) == ("2023-09-06T10:30Z", "061030 GMT Sep 23")
    assert (found.source, found.dateline, found.tags) == ("dpa", "Tarvik (dpa)", ("Ferries", "Tarvik"))
    assert found.paragraphs == (
        "Tarvik (dpa) - The ferry is back, and it is full.", "It sails at noon.", "- Fares rise", "- Dogs are free",
    )  # fmt: skip
    assert found.warnings == []


def test_every_other_line_is_left_out_and_the_ledger_gives_the_file_back() -> None:
    found = read(ITEM)
    assert found.boilerplate == (
        "tna0123 4 pl 250 dpa 0456", "Ferries/Tarvik/", "(Corrects fare)", "1ST LEAD", "# Notebook", "## Contacts",
        "- Jo Berg",
    )  # fmt: skip
    assert [line.became for line in found.ledger if line.became] == [
        "boilerplate 1", "boilerplate 2", "boilerplate 3", "boilerplate 4", "headline", "headline", "byline",
        "paragraph 1", "paragraph 1", "paragraph 2", "paragraph 3", "paragraph 4", "boilerplate 5", "boilerplate 6",
        "boilerplate 7", "published",
    ]  # fmt: skip
    assert ledger_faults(found, ITEM) == []


@pytest.mark.parametrize(
    ("printed", "date"),
    [
        ("310001 JUL 97", "1997-07-31T00:01"), ("071341 GMT Okt 15", "2015-10-07T13:41Z"),
        ("091223 dec 18", "2018-12-09T12:23"), ("061030 XYZ Sep 23", "2023-09-06T10:30"), ("061030", None),
        ("321030 Sep 23", None),
    ],
)  # fmt: skip
def test_the_time_of_sending_is_read_as_far_as_it_is_given(printed: str, date: str | None) -> None:
    assert read(ITEM.replace("061030 GMT Sep 23", printed)).published == date


@pytest.mark.parametrize(
    ("header", "source"),
    [
        ("int031 3 gen 91 F BELGA-0031 COR 703", "BELGA"),
        ("cpa014 4 nat 118 Coast Press Agency 0144", "Coast Press Agency"),
        ("bsf025 3 ec 121", None),
    ],
)
def test_the_agency_is_the_one_that_the_header_names(header: str, source: str | None) -> None:
    assert read(ITEM.replace("tna0123 4 pl 250  dpa 0456", header)).source == source


def test_a_headline_all_in_capitals_is_no_cue() -> None:
    assert read(ITEM.replace("Ferry returns\r\nafter two years\r\nBy Jo Berg, dpa =", "FERRY IS BACK")).headline == (
        "1ST LEAD FERRY IS BACK"
    )


def test_the_items_of_a_file_are_stories_of_their_own_also_without_control_characters() -> None:
    bare = (
        "SPF001 3 RES 0070 F BELGA-0001\nFOOTBALL/\nUn match nul\n\n   TARVIK 23/07 (BELGA) = Il a plu.\n./.CVN\n\n"
        "./.\n310001 JUL 97\n\nINT002 3 GEN 0091 F BELGA-0002\nDIVERS/\nLe bac repart\n\n   NORHAVEN 31/07 (BELGA) = "
        "A midi.\n./.\n310100 JUL 97\n"
    )
    for made, headlines in (
        (bare, ["Un match nul", "Le bac repart"]),
        (ITEM + ITEM, ["Ferry returns after two years"] * 2),
    ):
        found = [one for one in stories(made, "wire.txt") if isinstance(one, Story)]
        assert [one.headline for one in found] == headlines
        assert all(one.published and one.paragraphs for one in found)


def test_a_text_that_only_begins_like_a_header_is_plain_text() -> None:
    assert read("ABC123 4 pm 30\n\nThe bus is late.").headline == "ABC123 4 pm 30"


@pytest.mark.parametrize("header", ["\x01tna0 pl", "tna01 4 p", "???"])
def test_an_item_with_a_broken_header_is_a_story_of_its_own(header: str) -> None:
    broken = ITEM.replace("\x01tna0123 4 pl 250", header).replace("Ferry", "Tram")
    found = stories(ITEM + broken + ITEM, "wire.txt")
    headlines = [item.headline for item in found if isinstance(item, Story)]
    assert headlines == [f"{what} returns after two years" for what in ("Ferry", "Tram", "Ferry")]
