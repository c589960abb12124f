"""The Reuters collections."""

from __future__ import annotations

import io

import pytest

from articles.ingest.errors import BadMetadata
from articles.ingest.readers.base import Part
from articles.ingest.readers.reuters_sgml import looks_like, split
from articles.ingest.story import Story
from tests.effort import MOST_EFFORT, effort
from tests.readers.agency import stories, story

COCOA = """<REUTERS TOPICS="YES" LEWISSPLIT="TRAIN" CGISPLIT="TRAINING-SET" OLDID="5544" NEWID="1">
<DATE> 2-JAN-1987 15:01:01.79</DATE>
<TOPICS><D>cocoa</D></TOPICS>
<PLACES><D>el-salvador</D><D>usa</D></PLACES>
<PEOPLE></PEOPLE>
<ORGS></ORGS>
<EXCHANGES></EXCHANGES>
<COMPANIES></COMPANIES>
<UNKNOWN> \n&#5;&#5;&#5;C T
&#22;&#22;&#1;f0704&#31;reute</UNKNOWN>
<TEXT>&#2;
<TITLE>TARVIK COCOA &lt;TCO> REVIEW</TITLE>
<AUTHOR>    by Jo Berg, Reuters</AUTHOR>
<DATELINE>    TARVIK, Jan 2 - </DATELINE><BODY>Showers continued in the
cocoa zone &amp; beyond.
    The dry period means that prices rose 5 * 3.
 Reuter
&#3;</BODY></TEXT>
</REUTERS>
"""
BRIEF = """<REUTERS TOPICS="NO" LEWISSPLIT="TEST" CGISPLIT="x" OLDID="1" NEWID="2">
<DATE>26-FEB-1987 15:02:20.00</DATE>
<TOPICS></TOPICS>
<TEXT TYPE="BRIEF">&#2;
******<TITLE>A SHORT FLASH</TITLE>
&#3;</TEXT>
</REUTERS>
"""
LINES = """<REUTERS TOPICS="NO" NEWID="3">
<DATE>26-FEB-1987 15:03:00.00</DATE>
<TEXT TYPE="UNPROC">&#2;
Oper shr 34 cts vs 1.19
    Revs 46.7 mln
&#3;</TEXT>
</REUTERS>
"""
DOCTYPE = '<!DOCTYPE lewis SYSTEM "lewis.dtd">\n'
RCV1 = """<?xml version="1.0" encoding="iso-8859-1" ?>
<newsitem itemid="2286" id="root" date="1996-08-20" xml:lang="en">
<title>NORWAY: Ferry returns to T\xe5rvik.</title>
<headline>Ferry returns to T\xe5rvik.</headline>
<byline>Jo Berg</byline>
<dateline>T\xc5RVIK 1996-08-20</dateline>
<text>
<p>One.</p>
<p>Two &amp; three.</p>
</text>
<copyright>(c) Reuters Limited 1996</copyright>
<metadata>
<codes class="bip:countries:1.0">
  <code code="NORW"><editdetail attribution="Reuters" action="confirmed"/></code>
</codes>
<dc element="dc.date.published" value="1996-08-20"/>
<dc element="dc.publisher" value="Reuters Holdings Plc"/>
<dc element="dc.source" value="Reuters"/>
</metadata>
</newsitem>
"""


def test_a_story_of_the_sgml_is_read_by_its_few_tags() -> None:
    found = story(DOCTYPE + COCOA, "reut2-000.sgm")
    assert (found.headline, found.byline) == ("TARVIK COCOA <TCO> REVIEW", "Jo Berg, Reuters")
    assert (found.dateline, found.published, found.source) == ("TARVIK, Jan 2", "1987-01-02T15:01:01", "Reuters")
    assert found.paragraphs == (
        "Showers continued in the cocoa zone & beyond.", "The dry period means that prices rose 5 * 3.",
    )  # fmt: skip
    assert (found.tags, found.id) == (("cocoa", "el-salvador", "usa"), "newid:1")
    assert {"OLDID: 5544", "UNKNOWN: C T f0704reute", "Reuter"} <= set(found.boilerplate)


def test_a_file_that_says_it_is_xml_is_read_too() -> None:
    prolog = '<?xml version="1.0" encoding="UTF-8"?>\n'
    assert looks_like((prolog + DOCTYPE + COCOA).encode())
    assert story(prolog + COCOA, "reut2-000.xml").headline == story(COCOA, "reut2-000.sgm").headline


def test_a_flash_has_only_a_headline_and_unprocessed_text_has_none() -> None:
    flash, lines = stories(DOCTYPE + BRIEF + LINES, "reut2-000.sgm")
    assert isinstance(flash, Story)
    assert isinstance(lines, Story)
    assert (flash.headline, flash.published) == ("A SHORT FLASH", "1987-02-26T15:02:20")
    assert (lines.headline, lines.paragraphs) == (None, ("Oper shr 34 cts vs 1.19", "Revs 46.7 mln"))


def test_the_stories_of_a_file_are_cut_out_byte_for_byte() -> None:
    data = (DOCTYPE + COCOA + BRIEF).encode() + LINES.encode().replace(b"Revs", b"Revs \xfc")
    parts = [part for part in split(io.BytesIO(data), 100_000) if isinstance(part, Part)]
    assert [part.line for part in parts] == [2, 2 + COCOA.count("\n"), 2 + (COCOA + BRIEF).count("\n")]
    assert [part.data.decode("cp1252") + "\n" for part in parts][:2] == [COCOA, BRIEF]


def test_a_file_that_breaks_off_keeps_its_whole_stories() -> None:
    whole, cut = stories(DOCTYPE + COCOA + BRIEF[:80], "reut2-000.sgm")
    assert isinstance(whole, Story)
    assert isinstance(cut, BadMetadata)
    assert cut.line == 2 + COCOA.count("\n")


def test_a_newsitem_of_the_xml_collection_is_read() -> None:
    found = story(RCV1.encode("iso-8859-1"), "2286newsML.xml")
    assert (found.headline, found.byline) == ("Ferry returns to Tårvik.", "Jo Berg")
    assert (found.dateline, found.published) == ("TÅRVIK 1996-08-20", "1996-08-20")
    assert (found.source, found.id, found.language) == ("Reuters", "itemid:2286", "en")
    assert (found.paragraphs, found.tags) == (("One.", "Two & three."), ())
    assert "bip:countries:1.0: NORW" in found.boilerplate


def test_other_files_are_not_taken_for_reuters() -> None:
    assert looks_like((DOCTYPE + COCOA).encode())
    for other in (b"<REUTERS>", b"A line about <REUTERS NEWID=", b'<newsitem class="x">', b"<newsItem itemid='1'>"):
        assert not looks_like(other)


@pytest.mark.parametrize("tag", ["<D>", "<TITLE>", "<TITLE "])
def test_parts_that_are_never_closed_are_little_effort(tag: str) -> None:
    tags = tag * 20_000
    text = f'<REUTERS NEWID="1"><TOPICS>{tags}</TOPICS><TEXT><TITLE>x</TITLE>{tags}</TEXT></REUTERS>'
    spent, found = effort(lambda: story(text, "a.sgm"))
    assert (found.headline, spent < MOST_EFFORT / 2) == ("x", True)


@pytest.mark.parametrize(
    "before", ['<?xml version="1.0"?>\n', '\ufeff<?xml version="1.0"?><LEWIS>', "<!DOCTYPE lewis>\n"]
)
def test_a_collection_may_have_a_prolog_and_an_element_around_it(before: str) -> None:
    assert [found.headline for found in stories(before + COCOA, "reut.xml") if isinstance(found, Story)] == [
        "TARVIK COCOA <TCO> REVIEW"
    ]
