"""NewsML-G2: items, packages, and messages with several."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from articles.ingest.errors import BadMetadata, NotAnArticle, UnreadableFile
from articles.ingest.readers.newsml_g2 import looks_like, split
from articles.ingest.story import Story
from tests.readers.agency import SAMPLES, file_names, needs_samples, refusal, sample, stories, story

NAR = 'xmlns="http://iptc.org/std/nar/2006-10-01/"'


def html(text: str) -> str:
    return f'<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body>{text}</body></html></inlineXML>'


def news(guid: str, kind: str = "text", *, meta: str = "", management: str = "", content: str = "") -> str:
    return (
        f'<newsItem guid="{guid}" version="1" standard="NewsML-G2"><itemMeta><itemClass qcode="ninat:{kind}"/>'
        f"<versionCreated>2020-01-02T03:04:05Z</versionCreated>{management}</itemMeta>"
        f"<contentMeta>{meta}</contentMeta><contentSet>{content}</contentSet></newsItem>"
    )


def text(guid: str, headline: str = "H") -> str:
    return news(guid, meta=f"<headline>{headline}</headline>", content=html(f"<p>Text of {guid}.</p>"))


def photo(guid: str, **more: str) -> str:
    meta = f'<description role="drol:caption">Caption of {guid}</description><creditline>TNA</creditline>'
    return news(
        guid, "picture", meta=meta, content=f'<remoteContent href="{guid}.jpg" contenttype="image/jpeg"/>', **more
    )


def package(guid: str, groups: str, management: str = "") -> str:
    return (
        f'<packageItem guid="{guid}" version="1"><itemMeta><itemClass qcode="ninat:composite"/>'
        f"<versionCreated>2020-01-02T03:04:05Z</versionCreated>{management}</itemMeta><contentMeta>"
        f'<headline>Package</headline></contentMeta><groupSet root="g">{groups}</groupSet></packageItem>'
    )


def group(name: str, *refs: str) -> str:
    return f'<group id="{name}">{"".join(refs)}</group>'


def ref(guid: str, title: str = "") -> str:
    return f'<itemRef residref="{guid}">{f"<title>{title}</title>" if title else ""}</itemRef>'


def message(*items: str) -> str:
    return (
        f'<?xml version="1.0"?>\n<newsMessage {NAR}>\n<header/>\n<itemSet>\n'
        + "\n".join(items)
        + "\n</itemSet>\n</newsMessage>"
    )


def alone(item: str) -> str:
    return item.replace("Item ", f"Item {NAR} ", 1)


def heads(made: str) -> list[str]:
    """Each story's headline, paragraphs and photos; of others, what is said of them."""
    return [
        f"{one.headline} {len(one.paragraphs)}p {len(one.photos)}ph {one.id}" if isinstance(one, Story) else one.reason
        for one in stories(made, "message.xml")
    ]


# --- the samples of the IPTC


@needs_samples
def test_a_text_item_is_read_with_its_nitf() -> None:
    read = sample("newsml-g2/LISTING_2_NewsML-G2_Text_Document.xml")
    assert (read.headline, read.byline) == ('Fed to halt QE to avert "bubble"', "Meredith Jameson, Staff Reporter")
    assert (read.authors, read.source) == (("Meredith Jameson",), "Associated Press")
    assert (read.published, read.updated) == ("2016-11-21T15:21:06-05:00", "2018-11-21T16:25:32-05:00")
    assert read.tags == ("economy, business and finance", "central bank", "money and monetary policy")
    assert (read.dateline, read.language, read.id) == (
        "New York, NY", "en-US", "urn:newsml:acmenews.com:20161121:US-FINANCE-FED",
    )  # fmt: skip
    assert len(read.paragraphs) == 2


@needs_samples
def test_an_item_whose_content_is_still_to_come_keeps_its_metadata() -> None:
    read = sample("newsml-g2/LISTING_1_A_NewsML-G2_News_Item.xml")
    assert (read.headline, read.dateline, read.language) == ('Fed to halt QE to avert "bubble"', "Berlin", "en-GB")
    assert (read.published, read.updated) == ("2016-10-18T13:12:21-05:00", "2018-10-21T16:25:32-05:00")
    assert (read.tags, read.warnings) == (("economy, business and finance", "labour market"), ["no-body"])
    assert {
        "embargoed: 2018-10-23T12:00:00Z", "usageTerms: Not for use outside the United States",
        "service: UK News Service", "genre: Interview", "slugline: US-Finance-Fed",
    } <= set(read.boilerplate)  # fmt: skip


@needs_samples
@pytest.mark.parametrize(
    ("name", "headline", "credit", "creator", "src"),
    [
        ("LISTING_3_Photo_in_NewsML-G2", "Variety Of Recessionary Forces Leave Las Vegas Economy Scarred",
         "Getty Images", "Spencer Platt", "./GYI0062134533.jpg"),
        ("LISTING_26_Embedded_photo_metadata_fields_mapped_to_NewsML-G2",
         ("A firefighter walks past the remains of a military jet that crashed into homes in the University City "
          "neighborhood of San Bernardino"), "Acme/John Smith", "John Smith",
         "http://www.acmenews.com/content/pictures/hires/20081208/USA-CRASH-MILITARY_001_HI.jpg"),
    ],
)  # fmt: skip
def test_a_picture_item_is_a_story_of_one_photo(name: str, headline: str, credit: str, creator: str, src: str) -> None:
    read = sample(f"newsml-g2/{name}.xml")
    (found,) = read.photos
    assert (read.headline, found.credit, found.creator, found.src) == (headline, credit, creator, src)
    assert found.caption
    assert (found.copyright_notice or "").startswith("Copyright 20")


@needs_samples
def test_when_a_picture_was_taken_is_not_when_it_was_published() -> None:
    read = sample("newsml-g2/LISTING_26_Embedded_photo_metadata_fields_mapped_to_NewsML-G2.xml")
    assert (read.published, read.updated) == (None, "2018-10-19T02:20:00Z")
    assert "contentCreated: 2008-12-08T17:30:00-08:00" in read.boilerplate
    assert read.tags == ("us", "military", "aviation", "crash", "fire")


@needs_samples
def test_a_video_item_shows_its_script() -> None:
    read = sample("newsml-g2/LISTING_4_Multiple_Renditions_of_a_Video_in_NewsML-G2.xml")
    (video,) = read.photos
    assert (video.kind, video.credit, video.src) == (
        "video", "AFP", "http://components.afp.com/3e353716caa.1920x1080.mp4",
    )  # fmt: skip
    assert (video.caption or "").startswith("- Amir Hussein Abdullahian")
    assert read.paragraphs[0].startswith("SHOTLIST: KUWAIT. JANUARY 30, 2014.")


@needs_samples
def test_a_message_of_a_text_and_its_picture_is_one_story() -> None:
    read = sample("newsml-g2/TT_newsmlg2_sample.xml")
    assert (read.headline, read.source, read.language) == ('Jan Guillou skriver på ny "Hamilton"-bok', "TT", "sv")
    assert (read.id, read.published) == (
        "http://tt.se/media/text/210919-janguillou-879f202b", "2021-09-19T20:57:43+02:00",
    )  # fmt: skip
    (found,) = read.photos
    assert (found.credit, found.position) == ("Naina Helén Jåma/TT", 0)
    assert (found.src or "").endswith("/a001_NormalHires.jpg")
    assert [block[:4] for block in read.blocks] == ["<p>J", "<blo", "<p>B", "<blo", "<p>B"]
    assert read.tags == (
        "Litteratur", "Konst, kultur och nöje", "Jan Guillou", "Erik Ponti", "Hamilton", "Aftonbladet",
    )  # fmt: skip


@needs_samples
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("LISTING_10_Abstract_Concept_conveyed_in_a_NewsML-G2_Concept_Item",
         "a concept, not an article: arts, culture and entertainment"),
        ("LISTING_6_Simple_NewsML-G2_Package",
         "a package that only lists 2 other items: Obama annonce son équipe; Barack Obama arrive à Washington"),
        ("LISTING_9_Group_Set_example_showing_a_SEQ_Package_Mode",
         "only the `groupSet` of a NewsML-G2 item, without the item"),
        ("LISTING_28_Illustrating_Located_Subject_and_Dateline",
         "only the `contentMeta` of a NewsML-G2 item, without the item"),
    ],
)  # fmt: skip
def test_what_is_no_article_is_skipped_and_called_what_it_is(name: str, why: str) -> None:
    error = refusal((SAMPLES / f"newsml-g2/{name}.xml").read_bytes(), f"{name}.xml")
    assert isinstance(error, NotAnArticle)
    assert error.reason == why


# --- one item


@pytest.mark.parametrize("code", ["stat:canceled", "st:withheld", "http://cv.iptc.org/newscodes/pubstatusg2/canceled"])
def test_a_canceled_item_is_withdrawn_with_its_note(code: str) -> None:
    key = "uri" if "/" in code else "qcode"
    made = news("urn:a", management=f'<pubStatus {key}="{code}"/><edNote>Wrong  ferry.</edNote>')
    word = "withheld" if "withheld" in code else "canceled"
    assert story(alone(made), "a.xml").withdrawn == f"{word} by its source: Wrong ferry."
    assert story(alone(text("urn:a")), "a.xml").withdrawn is None


def test_codes_are_shown_by_the_names_that_the_file_gives_them() -> None:
    meta = (
        '<language tag="de"/><subject qcode="medtop:1"><name xml:lang="en">work</name><name xml:lang="de">Arbeit</name>'
        '</subject><subject qcode="medtop:2"/><subject qcode="medtop:3"/>'
    )
    made = news("urn:a", meta=meta, content=html("<p>T</p>"))
    made = made.replace("<contentSet>", '<assert qcode="medtop:2"><name>Häfen</name></assert><contentSet>')
    found = story(alone(made), "a.xml")
    assert (found.tags, found.language) == (("Arbeit", "Häfen"), "de")
    assert "subject: medtop:3" in found.boilerplate


def test_the_nature_of_a_subject_is_the_kind_of_its_tag() -> None:
    meta = (
        '<subject type="cpnat:person" literal="x:1"><name>Ana Ruiz</name></subject><subject qcode="x:2"/>'
        '<subject type="cpnat:object"><name>Solveig</name></subject>'
    )
    made = news("urn:a", meta=meta, content=html("<p>T</p>"))
    asserted = '<assert qcode="x:2"><type qcode="cpnat:geoArea"/><name>Tarvik</name></assert>'
    found = story(alone(made.replace("<contentSet>", f"{asserted}<contentSet>")), "a.xml")
    assert found.tag_kinds == {"Ana Ruiz": "person", "Tarvik": "place"}


@pytest.mark.parametrize(
    "content",
    [
        '<inlineData contenttype="text/plain">One &amp; two.\n\nThree\nfour.</inlineData>',
        '<inlineData contenttype="text/html">&lt;p&gt;One &amp;amp; two.&lt;/p&gt;Three four.</inlineData>',
        '<inlineXML contenttype="text/html"><p>One &amp; two.</p><p>Three <i>four</i>.</p></inlineXML>',
        html("<p>One &amp; two.</p><div>Three four.</div>"),
        "<inlineXML><nitf><body><p>One &amp; two.</p><p>Three four.</p></body></nitf></inlineXML>",
    ],
)  # fmt: skip
def test_text_is_read_in_whichever_markup_it_is_delivered(content: str) -> None:
    assert story(alone(news("urn:a", content=content)), "a.xml").paragraphs == ("One & two.", "Three four.")


def test_data_is_no_article() -> None:
    content = '<inlineXML contenttype="application/sportsml+xml"><sports-content><x/></sports-content></inlineXML>'
    error = refusal(alone(news("urn:a", meta="<headline>Results</headline>", content=content)), "a.xml")
    assert isinstance(error, NotAnArticle)
    assert error.reason == "its content is data (sports-content), not text"


def test_prefixes_do_not_matter_and_no_namespace_is_read_too() -> None:
    made = alone(text("urn:a"))
    prefixed = made.replace('xmlns="http://iptc', 'xmlns:g2="http://iptc')
    for name in (
        "newsItem",
        "itemMeta",
        "itemClass",
        "versionCreated",
        "contentMeta",
        "headline",
        "contentSet",
        "inlineXML",
    ):
        prefixed = prefixed.replace(f"<{name}", f"<g2:{name}").replace(f"</{name}", f"</g2:{name}")
    assert story(prefixed, "a.xml").paragraphs == story(text("urn:a"), "a.xml").paragraphs == ("Text of urn:a.",)
    assert not looks_like(b'<newsItem xmlns="http://example.org/other">')


def test_the_file_of_a_picture_is_found_beside_the_item(tmp_path: Path) -> None:
    for name in ("web.jpg", "TNA_001.jpg"):
        (tmp_path / name).write_bytes(b"\xff\xd8")
    content = (
        '<remoteContent href="file:///./ web.jpg" width="480" height="320" contenttype="image/jpeg"/>'
        '<remoteContent href="http://x.example/hi/TNA_001.jpg" width="4800" height="3200" contenttype="image/jpeg"/>'
        '<remoteContent href="http://x.example/TNA_001.mp4" width="9000" height="9000" contenttype="video/mp4"/>'
    )
    found = story(alone(news("urn:p", "picture", content=content)), tmp_path / "p.xml")
    assert file_names(found) == ["TNA_001.jpg"]
    (tmp_path / "TNA_001.jpg").unlink()
    assert file_names(story(alone(news("urn:p", "picture", content=content)), tmp_path / "p.xml")) == ["web.jpg"]


# --- several items


def test_a_package_its_text_and_its_pictures_are_one_story_and_other_items_their_own() -> None:
    groups = group("g", ref("t1"), '<groupRef idref="m"/>', ref("gone", "Elsewhere")) + group("m", ref("p1"), ref("p2"))
    made = message(
        package("pk", groups), photo("p1"), text("t2", "Other"), text("t1", "Main"), photo("p2"), photo("p3")
    )
    assert heads(made) == ["Main 1p 2ph t1", "Other 1p 0ph t2", "None 0p 1ph p3"]
    main = stories(made, "message.xml")[0]
    assert isinstance(main, Story)
    assert [(one.caption, one.credit, one.position) for one in main.photos] == [
        ("Caption of p1", "TNA", 0), ("Caption of p2", "TNA", 1),
    ]  # fmt: skip
    assert "itemRef: Elsewhere" in main.boilerplate


def test_a_package_of_several_texts_is_a_listing_and_each_text_keeps_its_own_pictures() -> None:
    groups = group("g", '<groupRef idref="a"/>', '<groupRef idref="b"/>') + group("a", ref("t1"), ref("p1"))
    made = message(package("pk", groups + group("b", ref("t2"))), text("t1", "One"), photo("p1"), text("t2", "Two"))
    assert heads(made) == [
        "a package that only lists 3 other items", "One 1p 1ph t1", "Two 1p 0ph t2",
    ]  # fmt: skip


def test_a_package_within_a_package_belongs_to_its_story() -> None:
    inner = package("in", group("g", ref("p1")))
    made = message(inner, package("out", group("g", ref("t1"), ref("in"))), text("t1", "One"), photo("p1"))
    assert heads(made) == ["One 1p 1ph t1"]


def test_groups_that_lead_in_a_circle_end() -> None:
    groups = group("g", '<groupRef idref="h"/>', ref("pk"), ref("t1")) + group("h", '<groupRef idref="g"/>')
    assert heads(message(package("pk", groups), text("t1", "One"))) == ["One 1p 0ph t1"]


def test_pictures_gathered_without_a_text_are_a_gallery() -> None:
    made = message(package("pk", group("g", ref("p1"), ref("p2"))), photo("p1"), photo("p2"))
    assert heads(made) == ["Package 0p 2ph pk"]


def test_a_canceled_picture_is_left_out_and_a_canceled_package_withdrawn() -> None:
    gone = '<pubStatus qcode="stat:canceled"/>'
    made = message(package("pk", group("g", ref("t1"), ref("p1"))), text("t1"), photo("p1", management=gone))
    (found,) = stories(made, "message.xml")
    assert isinstance(found, Story)
    assert (found.photos, found.withdrawn) == ((), None)
    assert "picture p1: canceled by its source" in found.boilerplate
    (found,) = stories(message(package("pk", group("g", ref("t1")), gone), text("t1")), "message.xml")
    assert isinstance(found, Story)
    assert found.withdrawn == "canceled by its source"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_the_stories_of_a_message_are_cut_out_as_they_stand(encoding: str) -> None:
    tricky = text("t1", "Café").replace("<contentMeta>", "<!-- <newsItem> --><contentMeta>")
    tricky = tricky.replace("<p>", "<p title='&lt;/newsItem>'><![CDATA[</newsItem>]]> ")
    made = message(tricky, text("t2", "Größe")).replace('version="1.0"', f'version="1.0" encoding="{encoding}"', 1)
    data = made.encode(encoding)
    parts = [part for part in split(io.BytesIO(data), 100_000) if not isinstance(part, Exception)]
    assert [part.line for part in parts] == [5, 6]
    assert tricky.encode(encoding).removeprefix(b"\xff\xfe") in parts[0].data
    assert [getattr(one, "headline", one) for one in stories(data, "message.xml")] == ["Café", "Größe"]


def test_a_message_that_cannot_be_read_is_refused_whole() -> None:
    error = refusal(message(text("t1"), text("t2"))[:-5], "message.xml")
    assert isinstance(error, BadMetadata)
    assert "not well-formed XML" in str(error)
    with pytest.raises(UnreadableFile, match="more than 10 bytes"):
        list(split(io.BytesIO(message(text("t1")).encode()), 10))
    assert heads(message()) == ["a message without items"]
