"""NITF documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from articles.ingest.story import Story
from tests.effort import MOST_EFFORT, effort
from tests.readers.agency import file_names, needs_samples, sample, story

HEAD = """
 <title>Ferry returns (title)</title>
 <meta name="editor" content="ar"/>
 <tobject tobject.type="Harbour desk">
  <tobject.subject tobject.subject.refnum="04015005" tobject.subject.matter="Shipping"/>
  <tobject.subject tobject.subject.refnum="04000000"/>
 </tobject>
 <docdata management-status="usable">
  <doc-id regsrc="TNA" id-string="tna-20200102-001"/>
  <urgency ed-urg="4"/>
  <date.issue norm="20200102T030400+0100"/>
  <identified-content>
   <person>Ana Ruiz</person><org idsrc="x" value="y">Harbour Board</org><location><city>Tarvik</city></location>
   <classifier type="code" value="A1"/>
  </identified-content>
  <key-list><keyword key="ferry"/></key-list>
  <series series.name="Harbours" series.part="2"/>
  <correction info="corrects the fare"/>
 </docdata>
 <pubdata name="The Tarvik Daily" position.section="Local" date.publication="20200103T060000Z"/>
"""
BODY_HEAD = """
 <hedline><hl1>Ferry returns</hl1><hl2>After two years</hl2></hedline>
 <byline>By <person>Jo Berg</person>, <byttl>Staff Writer</byttl></byline>
 <distributor>The News Agency</distributor>
 <dateline><location>TARVIK</location>, <story.date norm="20200102">Jan 2</story.date></dateline>
"""


def nitf(content: str = "<p>Text.</p>", head: str = HEAD, body_head: str = BODY_HEAD, end: str = "") -> str:
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE nitf SYSTEM "nitf-3-4.dtd">\n'
        f'<nitf baselang="en-GB"><head>{head}</head><body><body.head>{body_head}</body.head>'
        f"<body.content>{content}</body.content>{end}</body></nitf>"
    )


def read(*made: str, **more: str) -> Story:
    return story(nitf(*made, **more), "story.xml")


@needs_samples
def test_a_document_of_an_agency_is_read_whole() -> None:
    read = sample("nitf/NTB_nitf_sample.xml")
    assert (read.headline, read.byline) == ("Pandemien herjer på den legeløse indiske landsbygda", "NTB-AFP-DPA")
    assert (read.published, read.dateline, read.source) == ("2021-05-16T09:00:04", "Unnao", "NTB")
    assert (read.language, read.section, read.id) == (
        "nb-NO", "Utenriks", "NTB5df9281a-a270-4dc5-a618-869bbc3bbca7_00",
    )  # fmt: skip
    assert read.tags == ("india-korona-bygd", "Sykdom", "Medisin og helse")
    assert [block for block in read.blocks if block.startswith("<h2>")] == [
        "<h2>- Det skjulte India</h2>", "<h2>Myndighetene patruljerer langs elvebredden</h2>", "<h2>Ingen fagfolk</h2>",
        "<h2>Amatørleger uten utstyr</h2>",
    ]  # fmt: skip
    (photo,) = read.photos
    assert (photo.caption, photo.credit, photo.position) == (
        "Kremasjonsbål for koronaofre brenner i Indias hovedstad New Delhi.", "Amit Sharma / AP / NTB", 22,
    )  # fmt: skip
    assert read.warnings == []


@needs_samples
def test_nitf_within_a_content_set_is_read() -> None:
    read = sample("nitf/LISTING_25_An_NITF_marked-up_article_conveyed_in_inlineXML.xml")
    assert read.headline == "Arizona Diamondbacks (29-23) at Philadelphia Phillies (26-24), 7:05p.m."
    assert (read.deck or "").startswith("A pair of teams coming off big weekend sweeps")
    assert read.byline == "Sports Network"
    assert read.paragraphs[0].startswith("(Sports Network) - With the Philadelphia Phillies picking up momentum")


def test_every_field_of_the_head_has_its_place() -> None:
    found = read()
    assert (found.headline, found.deck) == ("Ferry returns", "After two years")
    assert (found.byline, found.authors) == ("Jo Berg, Staff Writer", ("Jo Berg",))
    assert (found.dateline, found.source, found.section) == ("TARVIK, Jan 2", "The Tarvik Daily", "Local")
    assert (found.published, found.published_printed) == ("2020-01-03T06:00:00Z", "20200103T060000Z")
    assert (found.id, found.language) == ("tna-20200102-001", "en-GB")
    assert set(found.tags) == {"Ana Ruiz", "Harbour Board", "Tarvik", "ferry", "Shipping"}
    assert found.tag_kinds == {
        "Ana Ruiz": "person", "Harbour Board": "organisation", "Tarvik": "place", "Shipping": "topic",
    }  # fmt: skip
    assert {
        "editor: ar", "tobject.subject: 04000000", "correction: info: corrects the fare", "urgency: ed-urg: 4",
        "classifier: type: code, value: A1", "series: series.name: Harbours, series.part: 2",
    } <= set(found.boilerplate)  # fmt: skip


@pytest.mark.parametrize(
    ("marked", "byline", "authors"),
    [
        ("By JO BERG<byttl>TNA Harbour Writer</byttl>", "JO BERG TNA Harbour Writer", ("JO BERG",)),
        ("By<person>Jo Berg</person><org>TNA</org>Harbour desk", "Jo Berg TNA Harbour desk", ("Jo Berg",)),
        ("<org>TNA</org><person>By Jo Berg <byttl>Writer</byttl></person>", "TNA By Jo Berg Writer", ("Jo Berg",)),
        ("By <person><name.given>Jo</name.given><name.family>Berg</name.family></person> (<location>Oslo</location>)",
         "Jo Berg (Oslo)", ("Jo Berg",)),
        ("By the harbour desk", "the harbour desk", ()),
        ("Ana Selby Moss", "Ana Selby Moss", ()),
    ],
)  # fmt: skip
def test_the_words_of_a_byline_are_apart_and_its_authors_are_the_people_without_their_titles(
    marked: str, byline: str, authors: tuple[str, ...]
) -> None:
    found = read(body_head=f"<hedline><hl1>H</hl1></hedline><byline>{marked}</byline>")
    assert (found.byline, found.authors) == (byline, authors)


@pytest.mark.parametrize(("status", "word"), [("canceled", "canceled"), ("Withheld", "withheld")])
def test_a_withdrawn_document_says_so(status: str, word: str) -> None:
    head = f'<docdata management-status="{status}"><ed-msg info="Wrong ferry"/></docdata>'
    assert read(head=head).withdrawn == f"{word} by its source: Wrong ferry"
    assert read().withdrawn is None


def test_dates_are_taken_from_where_there_are_any() -> None:
    issued = '<docdata><date.release norm="2020-01-05"/><date.issue norm="20200102T030400+0100"/></docdata>'
    assert read(head=issued).published == "2020-01-02T03:04:00+01:00"
    assert read(head='<docdata><date.release norm="2020-01-05"/></docdata>').published == "2020-01-05"
    assert read(head="").published == "2020-01-02"
    assert read(head="", body_head="").warnings == ["no-date", "no-headline"]
    revised = '<revision-history name="ar" norm="20200104"/><revision-history norm="20200105"/>'
    assert read(head=issued + revised).updated == "2020-01-05"


def test_the_structure_of_the_text_is_kept() -> None:
    found = read(
        "<block><p lede='true'>One <em>two</em> <strong>three</strong> <a href='https://x.org/'>four</a>.</p>"
        "<hl2>Sub</hl2></block><ul><li>a</li><li>b <ol><li>c</li></ol></li></ul>"
        "<bq><block><p>Said.</p></block><credit>A minister</credit></bq>"
        "<table><caption>Fares</caption><tr><th>To</th><th>kr</th></tr><tr><td>Oslo</td><td>90</td></tr></table>"
        "<nitf-table><nitf-table-metadata><nitf-col value='x'/></nitf-table-metadata><table><tr><td>1</td><td>2</td>"
        "</tr></table></nitf-table><pre>  1  2\n\n  3  4</pre><hr/><p>Last<br/>line</p>"
    )
    shown = [block.replace("\n", "") for block in found.blocks]
    assert shown[0] == (
        '<p>One <em>two</em> <strong>three</strong> <a href="https://x.org/" rel="noopener noreferrer">four</a>.</p>'
    )
    assert [block.split(">")[0] for block in shown] == [
        "<p", "<h2", "<ul", "<blockquote", "<table", "<table", "<pre", "<hr", "<p",
    ]  # fmt: skip
    assert found.paragraphs[2:5] == ("a b c", "Said. A minister", "Fares To kr Oslo 90")
    assert found.blocks[6] == "<pre>  1  2\n\n  3  4</pre>"


def test_pictures_stand_where_the_text_has_them_with_caption_producer_and_file(tmp_path: Path) -> None:
    (tmp_path / "pier.jpg").write_bytes(b"\xff\xd8")
    media = (
        "<media media-type='image'><media-reference mime-type='image/jpeg' source='thumb.jpg' width='90' height='60'/>"
        "<media-reference mime-type='image/jpeg' source='pier.jpg' width='900' height='600' alternate-text='A pier'/>"
        "<media-caption><p>The pier.</p></media-caption><media-producer>Jo Berg/TNA</media-producer></media>"
    )
    audio = "<media media-type='audio'><media-reference source='a.mp3'/><media-caption>Sound</media-caption></media>"
    found = story(nitf(f"<p>One.</p>{media}<p>Two.</p>{audio}"), tmp_path / "story.nitf")
    (photo,) = found.photos
    assert (photo.caption, photo.credit, photo.alt_text, photo.position) == ("The pier.", "Jo Berg/TNA", "A pier", 1)
    assert file_names(found) == ["pier.jpg"]
    assert found.paragraphs == ("One.", "Two.")
    assert "media: Sound" in found.boilerplate


def test_lines_of_the_head_without_a_field_are_named() -> None:
    found = read(body_head="<hedline><hl1>H</hl1><hl3>Third</hl3></hedline><slugline>FERRY</slugline>")
    assert found.boilerplate[-2:] == ("hl3: Third", "slugline: FERRY")


def test_an_abstract_is_the_deck_or_opens_the_text_but_is_not_shown_twice() -> None:
    head = "<hedline><hl1>H</hl1></hedline><abstract><p>The ferry is back after two years.</p></abstract>"
    assert read(body_head=head).deck == "The ferry is back after two years."
    assert read("<p>The ferry is back after two years. More.</p>", body_head=head).deck is None
    both = head.replace("</hl1>", "</hl1><hl2>Deck</hl2>")
    filed = read("<p>Tarvik (TNA) - The ferry is back after two years. More.</p>", body_head=both)
    assert filed.paragraphs == ("Tarvik (TNA) - The ferry is back after two years. More.",)
    assert "abstract: The ferry is back after two years." in filed.boilerplate
    found = read(body_head=both)
    assert (found.deck, found.paragraphs) == ("Deck", ("The ferry is back after two years.", "Text."))


def test_a_sign_off_is_a_paragraph_and_addresses_alone_are_not() -> None:
    end = "<body.end><tagline>Reporting by Jo Berg</tagline><tagline>a@b.example/c@d.example</tagline></body.end>"
    found = read(end=end)
    assert found.paragraphs == ("Text.", "Reporting by Jo Berg")
    assert "tagline: a@b.example/c@d.example" in found.boilerplate


def test_a_sign_off_full_of_at_signs_is_text_and_holds_up_no_load() -> None:
    end = f"<body.end><tagline>a{'@bbb' * 1_000}@</tagline></body.end>"
    spent, found = effort(lambda: read(end=end))
    assert spent < MOST_EFFORT
    assert found.paragraphs == ("Text.", "a" + "@bbb" * 1_000 + "@")


def test_character_data_and_text_in_other_scripts_are_kept() -> None:
    found = read("<p><![CDATA[1 < 2 & *three*]]></p><p>&#26725;已重新开放。</p><p>שלום &amp; سلام</p>")
    assert found.paragraphs == ("1 < 2 & *three*", "桥已重新开放。", "שלום & سلام")


def test_a_second_headline_that_repeats_the_first_is_no_deck() -> None:
    found = read(body_head="<headline><hl1>Ferry returns</hl1><hl2>Ferry returns</hl2></headline>")
    assert (found.headline, found.deck) == ("Ferry returns", None)
    assert read(body_head="<headline><hl1>Ferry returns</hl1><hl2>At noon</hl2></headline>").deck == "At noon"


@pytest.mark.parametrize("text", ["&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;", "<![CDATA[One.\n\nTwo.]]>"])
def test_a_text_without_elements_is_html_or_plain(text: str) -> None:
    assert read(text).paragraphs == ("One.", "Two.")


def test_prefixes_and_namespaces_do_not_matter() -> None:
    made = '<x:nitf xmlns:x="http://iptc.org/std/NITF/2006-10-18/"><x:body><x:body.head><x:hedline><x:hl1>H</x:hl1>'
    found = story(
        made + "</x:hedline></x:body.head><x:body.content><x:p>T</x:p></x:body.content></x:body></x:nitf>", "a.xml"
    )
    assert (found.headline, found.paragraphs) == ("H", ("T",))
