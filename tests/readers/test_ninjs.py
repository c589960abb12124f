"""ninjs, in its three versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from articles.ingest.errors import NotAnArticle
from articles.ingest.story import Story
from tests.readers.agency import SAMPLES, file_names, needs_samples, refusal, sample, story

COSTA = "Captain of wrecked cruise ship on trial in Italy"
COSTA_TAGS = ("Francesco Schettino", "Costa Crociere SpA", "Grossetto", "Tuscany", "Italy")
BIG = "http://hosted.ap.org/photos/2/2643c588-dc8d-4923-bebd-e3b904edbb3a-big.jpg"


def item(**values: Any) -> dict[str, Any]:
    return {
        "uri": "urn:made:1",
        "type": "text",
        "headline": "Ferry returns",
        "versioncreated": "2020-01-02T03:04Z",
    } | values


def read(**values: Any) -> Story:
    return story(json.dumps(item(**values)), "item.json")


def picture(**values: Any) -> dict[str, Any]:
    return {"uri": "urn:made:p", "type": "picture", "renditions": {"main": {"href": "pier.jpg"}}} | values


# --- the samples of the IPTC


@needs_samples
@pytest.mark.parametrize(
    "name",
    [
        "ninjs-1.4/ninjsExSimpleText1.json", "ninjs-1.4/ninjsExMediumText1.json", "ninjs-1.4/ninjsExComplex1.json",
        "ninjs-2.1/ninjsExSimpleText_2.json", "ninjs-3.0/ninjsExSimpleText_3.json",
        "ninjs-3.1/004_simple_text_article.json", "ninjs-3.1/005_complex_text_article.json",
    ],
)  # fmt: skip
def test_each_version_of_the_same_text_gives_the_same_article(name: str) -> None:
    read = sample(name)
    assert (read.headline, read.byline) == (COSTA, "Paulo Santalucia and Frances d'Emilio")
    assert (read.published, read.updated) == ("2013-07-09T10:37:00Z", None)
    assert read.dateline == "GROSSETO, Italy (AP)"
    assert [paragraph.split(",")[0] for paragraph in read.paragraphs][::3] == [
        "GROSSETO", "Pepe said some 1",
    ]  # fmt: skip
    assert read.id is not None
    assert read.id.startswith("http://ninjs.example.com/newsitems/20130709")


@needs_samples
@pytest.mark.parametrize("name", ["ninjs-1.4/ninjsExComplex2.json", "ninjs-3.1/007_multimedia.json"])
def test_associated_pictures_become_photos_with_their_words(name: str) -> None:
    read = sample(name)
    assert (read.headline, read.tags, read.language) == (COSTA, COSTA_TAGS, "en")
    ship, captain = read.photos
    assert (ship.src, ship.position, ship.credit, ship.creator) == (BIG, 0, "Paulo Santalucia", "Paulo Santalucia")
    assert (ship.caption or "").startswith("The Costa Concordia cruise ship lies on its side in the waters of")
    assert ship.copyright_notice == "Copyright 2013 The News Agency, www.tna.org - all rights reserved."
    assert captain.caption == (
        "Francesco Schettino the captain of the Costa Concordia cruise ship at court in Grossetto, Italy, "
        "on 9 July 2013"
    )
    assert captain.position == len(read.paragraphs) == 4


@needs_samples
@pytest.mark.parametrize("name", ["ninjs-1.4/ninjsExSimplePhoto1.json", "ninjs-3.1/006_photo_only.json"])
def test_a_picture_alone_is_a_story_of_one_photo(name: str) -> None:
    read = sample(name)
    (photo,) = read.photos
    assert (read.headline, read.paragraphs, photo.src) == ("Costa Concordia cruise ship", (), BIG)
    assert (photo.caption or "").endswith("some 4,200 people from the listing vessel early.")
    assert (photo.credit, read.published) == ("Paulo Santalucia", "2013-07-08T08:12:00Z")


@needs_samples
@pytest.mark.parametrize(
    "name",
    ["ninjs-2.1/imageEncodedRights.json", "ninjs-2.1/imageLinkedRights.json", "ninjs-3.0/imageEncodedRights.json"],
)
def test_the_rights_of_a_picture_are_accounted_for(name: str) -> None:
    read = sample(name)
    (photo,) = read.photos
    assert (read.headline, photo.credit) == ("MotoGP - Spain - Valentino Rossi", "John Smith")
    assert (photo.caption or "").startswith("Valentino Rossi (46) of Italy")
    assert (photo.src or "").endswith("/2.59562475.jpg?1")
    assert any(left.casefold().startswith("rightsinfo: langid: http://w3.org/ns/odrl/2/") for left in read.boilerplate)


@needs_samples
@pytest.mark.parametrize("name", ["ninjs-2.1/tt_text_image_2.json", "ninjs-3.0/tt_text_image_3.json"])
def test_an_agency_text_keeps_its_quotations_and_its_figure_in_place(name: str) -> None:
    read = sample(name)
    assert (read.headline, read.deck, read.source, read.language) == (
        "Militärövning i jätteformat hålls 2023", None, "TT", "sv",
    )  # fmt: skip
    assert [block[:4] for block in read.blocks] == ["<p>P", "<blo", "<p>A", "<blo"]
    (photo,) = read.photos
    assert (photo.credit, photo.position) == ("Karl Melander/TT", 4)
    assert (photo.src or "").endswith("/a001_NormalHires.jpg")
    assert (photo.caption or "").startswith("En stor internationell försvarsövning planeras 2023")
    assert read.tags == (
        "Krig, konflikter och oroligheter", "Jonas Svensson", "Aurora", "Sverige", "Gotland", "Finland",
    )  # fmt: skip
    assert {"vignette: Försvar", "slugline: militärövning", "urgency: 3"} <= set(read.boilerplate)


@needs_samples
def test_an_item_without_a_body_shows_its_description() -> None:
    read = sample("ninjs-2.1/ntb_text.json")
    assert (read.headline, read.source, read.byline) == ("Google har kjøpt giganttomt i Skien", "NTB", "NTB")
    assert (read.published, read.updated) == ("2019-08-09T09:30:04Z", "2019-08-09T09:46:53Z")
    assert (read.deck or "").startswith("IT-giganten Google har kjøpt en tomt")
    assert read.tags == ("Innenriks", "Teknologi", "Industri", "Olje og energi", "Telemark")
    assert (read.language, read.warnings) == ("nb-NO", ["no-body"])


@needs_samples
@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("ninjs-3.0/20231004-UEFA-ChampionLeague.json", "Champions League 2023/2024 - Group E - Atlético de Madrid"),
        ("ninjs-3.0/simpleEvent.json", "Tackling Doping in Sport Conference"),
        ("ninjs-3.1/008_event.json", "2023 NATO Summit Press Conference"),
    ],
)
def test_an_event_is_no_article(name: str, title: str) -> None:
    error = refusal((SAMPLES / name).read_bytes(), name)
    assert isinstance(error, NotAnArticle)
    assert error.reason.startswith(f"an event, not an article: {title}")


@needs_samples
def test_the_sparest_samples_load_with_what_they_have() -> None:
    renditions = sample("ninjs-3.1/002_renditions_example.json")
    assert (renditions.paragraphs, renditions.id) == (("...",), "renditions-example")
    assert [photo.src for photo in renditions.photos] == [
        "http://mms.businesswire.com/media/newsItemId/en/221373/5/dell_blue_rgb.jpg"
    ]
    associations = sample("ninjs-3.1/003_associations_example.json")
    assert (associations.headline or "").startswith("Dell Redefines Workstation Computing Boundaries")
    assert [(photo.src or "")[-10:] for photo in associations.photos] == ["ue_rgb.jpg", "0025lf.jpg"]
    assert sample("ninjs-3.1/001_simple_example.json").paragraphs[0].startswith("GROSSETO, Italy (AP)")
    new = sample("ninjs-1.4/ninjs-1-4-examples.json")
    assert (new.headline, new.published) == ("Test of three new properties", "2022-04-21T12:34:56+00:00")
    assert {"headline_test_text: Extensible headline test", "expires: 2022-12-31T23:59:59+00:00"} <= set(
        new.boilerplate
    )


# --- fields


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_what_its_source_takes_back_is_withdrawn_with_the_reason(status: str) -> None:
    assert read(pubstatus=status, ednote="Wrong  name").withdrawn == f"{status} by its source: Wrong name"
    assert read(pubStatus=status).withdrawn == f"{status} by its source"
    assert read(pubstatus="usable").withdrawn is None


@pytest.mark.parametrize(
    ("dates", "published", "updated"),
    [
        ({}, "2020-01-02T03:04Z", None),
        ({"version": "1"}, "2020-01-02T03:04Z", None),
        ({"version": 3}, None, "2020-01-02T03:04Z"),
        ({"firstcreated": "2020-01-01T00:00Z"}, "2020-01-01T00:00Z", "2020-01-02T03:04Z"),
        ({"firstcreated": "2020-01-02T03:04Z"}, "2020-01-02T03:04Z", None),
        ({"contentcreated": "2019-12-31"}, "2019-12-31", "2020-01-02T03:04Z"),
        ({"contentcreated": "1912-04-15", "type": "picture"}, "2020-01-02T03:04Z", None),
        ({"published": "2020-01-01", "firstcreated": "2019-12-30"}, "2020-01-01", "2020-01-02T03:04Z"),
    ],
)
def test_dates_have_the_role_that_the_item_gives_them(
    dates: dict[str, Any], published: str | None, updated: str | None
) -> None:
    found = read(**dates)
    assert (found.published, found.updated) == (published, updated)


def test_a_date_that_cannot_be_read_is_damage_and_not_a_guess() -> None:
    found = read(versioncreated="yesterday")
    assert (found.published, found.warnings) == (None, ["date-unread", "no-body", "no-date"])


def test_only_what_is_named_becomes_a_tag() -> None:
    found = read(
        subject=[{"name": "Shipping", "code": "04015005"}, {"code": "04000000", "scheme": "x"}, {"name": "shipping"}],
        places=[{"name": "Tarvik"}], person=[{"name": "Ana Ruiz"}], keywords=["harbour", None],
    )  # fmt: skip
    assert found.tags == ("Shipping", "Ana Ruiz", "Tarvik", "harbour")
    assert found.tag_kinds == {"Ana Ruiz": "person", "Tarvik": "place"}
    assert "subject: 04000000" in found.boilerplate


def test_values_of_the_wrong_kind_are_passed_over_and_noted() -> None:
    found = read(
        headline=None, title=2020, byline=["A"], language=7, body_text=12, subject="Shipping", place=None, version=2.0,
        associations=[None, 3, "x"], renditions="none", urgency={"level": 1}, description_text={"x": 1},
    )  # fmt: skip
    assert (found.headline, found.paragraphs, found.tags) == ("2020", ("12",), ("Shipping",))
    assert found.byline is None
    assert {damage.field for damage in found.damage if damage.code == "metadata-type"} == {"byline", "description_text"}
    assert "urgency: level: 1" in found.boilerplate


def test_a_headline_is_chosen_by_its_role_and_the_others_are_told() -> None:
    found = read(
        headline=None,
        headlines=[
            {"role": "short", "value": "Ferry"},
            {"role": "main", "value": "Ferry <b>returns</b>", "contenttype": "text/html"},
            {"role": "subheadline", "value": "After two years"},
        ],
    )
    assert (found.headline, found.deck) == ("Ferry returns", "After two years")
    assert "headlines short: Ferry" in found.boilerplate


def test_the_body_with_structure_is_preferred_and_shown_with_it() -> None:
    html = "<p>One <b>two</b>.</p><h2>Three</h2><ul><li>a</li><li>b</li></ul><table><tr><th>x</th><th>y</th></tr>"
    found = read(body_text="One two.", body_html=html + "<tr><td>1</td><td>2</td></tr></table><script>x</script>")
    assert [block.split(">")[0] for block in found.blocks] == ["<p", "<h2", "<ul", "<table"]
    assert found.paragraphs[0] == "One two."
    assert "script" not in found.body


def test_text_in_any_script_is_kept_as_it_is() -> None:
    found = read(headline="عودة العبّارة إلى الميناء", body_text="第一段。\n\nδεύτερη * παράγραφος_ <1>", language="ar")
    assert (found.headline, found.language) == ("عودة العبّارة إلى الميناء", "ar")
    assert found.paragraphs == ("第一段。", "δεύτερη * παράγραφος_ <1>")


def test_the_place_of_filing_stands_in_for_a_dateline() -> None:
    assert read(located="Tarvik", body_text="Text.").dateline == "Tarvik"
    printed = read(located="Tarvik", body_text="OSLO (NTB) -- Text.")
    assert (printed.dateline, printed.boilerplate) == ("OSLO (NTB)", ("located: Tarvik",))


def test_the_dialect_of_a_newsroom_system_is_read_too() -> None:
    made = {
        "guid": "urn:newsml:x:1", "version": "2", "type": "text", "versioncreated": "2020-01-02T03:04Z",
        "firstpublished": "2020-01-01T00:00Z", "pubstatus": "usable", "headline": "H", "body_html": "<p>T</p>",
        "source": "TNA", "service": [{"name": "Sport", "code": "s"}], "authors": [{"name": "Ana Ruiz", "role": "w"}],
        "associations": {"featuremedia": picture(body_text="A pier", description_text="The pier."), "x": None},
    }  # fmt: skip
    found = story(json.dumps(made), "item.json")
    assert (found.id, found.source, found.section, found.authors) == ("urn:newsml:x:1", "TNA", "Sport", ("Ana Ruiz",))
    assert found.byline == "Ana Ruiz"
    assert (found.published, found.updated) == ("2020-01-01T00:00Z", "2020-01-02T03:04Z")
    assert [(photo.alt_text, photo.caption) for photo in found.photos] == [("A pier", "The pier.")]


# --- photos


def test_the_largest_rendition_beside_the_item_is_the_photo(tmp_path: Path) -> None:
    for name in ("small.jpg", "large.jpg"):
        (tmp_path / name).write_bytes(b"\xff\xd8")
    renditions = {
        "original": {"href": "https://cdn.example/missing.jpg", "width": 4000, "height": 3000},
        "web": {"href": "large.jpg", "width": 1200, "height": 900, "mimetype": "image/jpeg"},
        "thumb": {"href": "small.jpg", "width": 120, "height": 90},
        "video": {"href": "film.mp4", "width": 9000, "height": 9000, "mimetype": "video/mp4"},
    }
    found = story(json.dumps(item(associations={"main": picture(renditions=renditions)})), tmp_path / "item.json")
    assert file_names(found) == ["large.jpg"]


def test_a_picture_delivered_under_the_last_part_of_its_address_is_found_only_beside_the_item(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "NTB-4711.jpg").write_bytes(b"\xff\xd8")
    (tmp_path / "images/NTB-4712.jpg").write_bytes(b"\xff\xd8")
    pictures = [
        picture(uri=f"urn:p:{n}", renditions=[{"name": "x", "href": f"https://cdn.example/a/NTB-{n}.jpg?w=9"}])
        for n in (4711, 4712, 4713)
    ]
    found = story(json.dumps(item(associations=pictures)), tmp_path / "item.json")
    assert file_names(found) == ["NTB-4711.jpg", None, None]


def test_a_picture_outside_of_the_folder_is_never_taken(tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"\xff\xd8")
    (tmp_path / "in").mkdir()
    hrefs = [
        "../secret.jpg",
        str(tmp_path / "secret.jpg"),
        f"file://{tmp_path}/secret.jpg",
        "https://x/..%2Fsecret.jpg",
    ]
    pictures = [picture(uri=href, renditions=[{"href": href}]) for href in hrefs]
    assert file_names(story(json.dumps(item(associations=pictures)), tmp_path / "in/item.json")) == [None] * 4


def test_a_picture_that_the_text_shows_stands_there_with_the_words_of_both() -> None:
    figure = '<figure><img src="https://x/small.jpg" data-assoc-ref="a1"/><figcaption>The pier.</figcaption></figure>'
    main = picture(name="a1", by="Ana Ruiz", description_text="Another caption.")
    (photo,) = read(body_html=f"<p>One.</p>{figure}<p>Two.</p>", associations=[main]).photos
    assert (photo.position, photo.caption, photo.credit, photo.src) == (1, "The pier.", "Ana Ruiz", "pier.jpg")


def test_a_credit_in_the_caption_is_taken_out_of_it() -> None:
    main = picture(by="Ana Ruiz", description_text="The pier. [Photo/Xinhua]")
    (photo,) = read(associations={"main": main, "gone": None}).photos
    assert (photo.caption, photo.credit, photo.creator) == ("The pier.", "Xinhua", "Ana Ruiz")


def test_a_canceled_picture_and_a_related_text_are_told_and_not_shown() -> None:
    found = read(associations={"a": picture(pubstatus="canceled"), "b": item(headline="More")})
    assert found.photos == ()
    assert "associations b text: More" in found.boilerplate


def test_a_video_is_shown_as_one_without_taking_its_file_for_a_photo(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"x")
    made = item(type="video", renditions={"main": {"href": "film.mp4", "mimetype": "video/mp4"}}, byline="Ana Ruiz")
    found = story(json.dumps(made), tmp_path / "item.json")
    assert [(photo.kind, photo.src, photo.file) for photo in found.photos] == [("video", "film.mp4", None)]
