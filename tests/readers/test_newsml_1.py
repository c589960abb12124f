"""NewsML 1.x."""

from __future__ import annotations

from pathlib import Path

import pytest

from articles.ingest.errors import NotAnArticle
from articles.ingest.story import Story
from tests.readers.agency import file_names, refusal, stories, story

LINES = (
    "<NewsLines><HeadLine>Ferry returns</HeadLine><SubHeadLine>After two years</SubHeadLine><ByLine>By Jo Berg</ByLine>"
    "<DateLine>TARVIK, Jan 2</DateLine><SlugLine>FERRY</SlugLine><KeywordLine>harbour</KeywordLine></NewsLines>"
)
META = (
    '<AdministrativeMetadata><Provider><Party FormalName="TNA"/></Provider></AdministrativeMetadata>'
    '<DescriptiveMetadata><Language FormalName="en"/><SubjectCode><Subject FormalName="04000000"/></SubjectCode>'
    '<Location><Property FormalName="Country" Value="NOR"/><Property FormalName="City" Value="Tarvik"/></Location>'
    "</DescriptiveMetadata>"
)


def content(text: str, kind: str = "Text") -> str:
    return f'<ContentItem><MediaType FormalName="{kind}"/><DataContent>{text}</DataContent></ContentItem>'


def picture(*files: str, caption: str = "The pier.") -> str:
    items = "".join(
        f'<NewsComponent><Role FormalName="{name}"/><ContentItem Href="{name}.jpg"><MediaType FormalName="Photo"/>'
        f'<Characteristics><Property FormalName="Width" Value="{len(name)}00"/>'
        '<Property FormalName="Height" Value="50"/>'
        "</Characteristics></ContentItem></NewsComponent>"
        for name in files
    )
    words = f'<NewsComponent><Role FormalName="Caption"/>{content(f"<p>{caption}</p>")}</NewsComponent>'
    credit = (
        "<NewsLines><HeadLine>Pier</HeadLine><ByLine>Ana Ruiz</ByLine><CreditLine>Ruiz/TNA</CreditLine></NewsLines>"
    )
    return f"<NewsComponent>{credit}{items}{words}</NewsComponent>"


def item(body: str, number: int = 1, status: str = "Usable", revision: int = 2) -> str:
    return (
        f"<NewsItem><Identification><NewsIdentifier><ProviderId>tna.example</ProviderId><DateId>20200102</DateId>"
        f"<NewsItemId>{number}</NewsItemId><RevisionId>{revision}</RevisionId><PublicIdentifier>urn:x:{revision}</PublicIdentifier>"
        f'</NewsIdentifier></Identification><NewsManagement><NewsItemType FormalName="News"/>'
        f"<FirstCreated>20200102T030405+0100</FirstCreated><ThisRevisionCreated>20200103T030405Z</ThisRevisionCreated>"
        f'<Status FormalName="{status}"/></NewsManagement>{body}</NewsItem>'
    )


def newsml(*items: str) -> str:
    prolog = '<?xml version="1.0"?>\n<!DOCTYPE NewsML SYSTEM "NewsML_1.2.dtd">\n'
    return f"{prolog}<NewsML><NewsEnvelope/>{''.join(items)}</NewsML>"


def component(*parts: str) -> str:
    return f"<NewsComponent>{LINES}{META}{''.join(parts)}</NewsComponent>"


def test_the_lines_and_metadata_of_an_item_have_their_fields() -> None:
    found = story(newsml(item(component(content("<p>One.</p><p>Two.</p>")))), "a.xml")
    assert (found.headline, found.deck, found.byline) == ("Ferry returns", "After two years", "Jo Berg")
    assert (found.dateline, found.source, found.language) == ("TARVIK, Jan 2", "TNA", "en")
    assert (found.published, found.updated) == ("2020-01-02T03:04:05+01:00", "2020-01-03T03:04:05Z")
    assert (found.tags, found.paragraphs) == (("harbour", "Tarvik"), ("One.", "Two."))
    assert {"SlugLine: FERRY", "Subject: 04000000", "RevisionId: 2"} <= set(found.boilerplate)


def test_a_new_revision_is_the_same_item() -> None:
    ids = [story(newsml(item(component(content("T")), revision=number)), "a.xml").id for number in (1, 2)]
    assert ids == ["urn:newsml:tna.example:20200102:1"] * 2


@pytest.mark.parametrize(
    "data",
    [
        "<nitf><body><body.content><p>One.</p><p>Two.</p></body.content></body></nitf>", "One.\n\nTwo.",
        "<html><body><p>One.</p><p>Two.</p></body></html>", "<![CDATA[<p>One.</p><p>Two.</p>]]>",
    ],
)  # fmt: skip
def test_text_is_nitf_html_or_plain(data: str) -> None:
    assert story(newsml(item(component(content(data)))), "a.xml").paragraphs == ("One.", "Two.")


def test_the_forms_of_a_picture_are_one_photo_with_its_caption_and_credit(tmp_path: Path) -> None:
    (tmp_path / "Quicklook.jpg").write_bytes(b"\xff\xd8")
    made = newsml(
        item(component(f"<NewsComponent>{content('<p>One.</p>')}</NewsComponent>", picture("Quicklook", "Hi")))
    )
    found = story(made, tmp_path / "a.xml")
    (photo,) = found.photos
    assert (photo.caption, photo.credit, photo.creator) == ("The pier.", "Ruiz/TNA", "Ana Ruiz")
    assert file_names(found) == ["Quicklook.jpg"]
    assert (found.headline, found.paragraphs) == ("Ferry returns", ("One.",))


def parts(**texts: str) -> str:
    """A release in parts, as press wires send it: each a component with its role."""
    made = (
        f'<NewsComponent><Role FormalName="{role}"/><ContentItem><Format FormalName="{role}"/><MimeType '
        f'FormalName="text/{"css" if role == "StyleSheet" else "xhtml"}"/><DataContent>{text}</DataContent>'
        "</ContentItem></NewsComponent>"
        for role, text in texts.items()
    )
    return f"<NewsComponent>{''.join(made)}</NewsComponent>"


def test_of_a_release_in_parts_the_body_is_the_text_and_the_rest_is_named() -> None:
    logo = (
        '<NewsComponent><Role FormalName="Logo"/><ContentItem Href="l.jpg"><MediaType FormalName="Photo"/>'
        "</ContentItem></NewsComponent>"
    )
    release = parts(
        Abstract="The ferry sails again at noon", StyleSheet=".c { color: red }", HeadLine="<p>Ferry returns</p>",
        Contact="Jo Berg, +00 1", Body="<html><body><p>One.</p><p>Two.</p></body></html>", TweetText="Ferry!",
    )  # fmt: skip
    lines = "<NewsLines><HeadLine>Ferry returns</HeadLine></NewsLines>"
    found = story(newsml(item(f"<NewsComponent>{lines}{release}{logo}</NewsComponent>")), "a.xml")
    assert (found.headline, found.deck) == ("Ferry returns", "The ferry sails again at noon")
    assert (found.paragraphs, found.photos) == (("One.", "Two."), ())
    assert [text for text in found.boilerplate if text.startswith(("ContentItem", "Logo"))] == [
        "ContentItem: .c { color: red }", "Logo: l.jpg", "ContentItem contact: Jo Berg, +00 1",
        "ContentItem tweettext: Ferry!",
    ]  # fmt: skip


def test_a_lead_opens_the_text_that_it_belongs_to_and_versions_in_other_languages_are_named() -> None:
    dutch = parts(Title="Veer vaart", Lead="De veerpont vaart.", Body="Hij is vol.")
    french = parts(Title="Le bac", Lead="Le bac repart.", Body="Il est plein.")
    found = story(newsml(item(f"<NewsComponent>{dutch}{french}</NewsComponent>")), "a.xml")
    assert (found.headline, found.paragraphs) == ("Veer vaart", ("De veerpont vaart.", "Hij is vol."))
    assert found.boilerplate[-3:] == (
        "ContentItem: Le bac", "ContentItem lead: Le bac repart.", "ContentItem body: Il est plein.",
    )  # fmt: skip


def test_nitf_is_text_whatever_its_type_and_other_data_is_named() -> None:
    nitf = "<nitf><body><body.content><p>One.</p></body.content></body></nitf>"
    found = story(newsml(item(component(content("<x>9</x>", "ComplexData"), content(nitf, "ComplexData")))), "a.xml")
    assert found.paragraphs == ("One.",)
    assert "ContentItem ComplexData: 9" in found.boilerplate


@pytest.mark.parametrize("line", ["20200102T030405+0000", "2/1/2020", "2.1.2020 03:04"])
def test_a_date_alone_is_no_dateline(line: str) -> None:
    made = component(content("One.")).replace("TARVIK, Jan 2", line)
    found = story(newsml(item(made)), "a.xml")
    assert (found.dateline, f"dateline: {line}" in found.boilerplate) == (None, True)


def test_the_document_type_of_nitf_within_that_of_newsml_is_not_needed() -> None:
    declared = '<!DOCTYPE NewsML SYSTEM "NewsML_1.2.dtd" [<!ENTITY % nitf SYSTEM "nitf-3-0.dtd"> %nitf; ]>'
    made = newsml(item(component(content("One.")))).replace('<!DOCTYPE NewsML SYSTEM "NewsML_1.2.dtd">', declared)
    assert story(made, "a.xml").paragraphs == ("One.",)


def test_several_pictures_are_several_photos_and_a_picture_may_stand_alone() -> None:
    found = story(newsml(item(component(content("T"), picture("a"), picture("b", caption="Two")))), "a.xml")
    assert [(photo.src, photo.caption) for photo in found.photos] == [("a.jpg", "The pier."), ("b.jpg", "Two")]
    alone = story(newsml(item(picture("a"))), "a.xml")
    assert [photo.caption for photo in alone.photos] == ["The pier."]
    assert alone.headline == "Pier"


def test_the_items_of_an_envelope_are_stories_of_their_own() -> None:
    made = newsml(item(component(content("A")), 1), "\n", item(component(content("B")), 2, "Canceled"))
    found = [one for one in stories(made, "a.xml") if isinstance(one, Story)]
    assert [(one.id, one.paragraphs, one.withdrawn) for one in found] == [
        ("urn:newsml:tna.example:20200102:1", ("A",), None),
        ("urn:newsml:tna.example:20200102:2", ("B",), "canceled by its source"),
    ]


def test_an_envelope_without_news_is_no_article() -> None:
    catalogue = item(component(content("a:1"))).replace('ItemType FormalName="News"', 'ItemType FormalName="Catalog"')
    for made in (newsml(), newsml(item("<TopicSet/>")), newsml(catalogue)):
        assert isinstance(refusal(made, "a.xml"), NotAnArticle)


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1"])
def test_text_that_was_converted_to_utf_8_and_still_declares_latin_1_is_read_as_what_it_is(encoding: str) -> None:
    text = newsml(item(component(content("<p>Zürich, café.</p>"))))
    data = text.replace('version="1.0"?', 'version="1.0" encoding="ISO-8859-1"?').encode(encoding)
    assert story(data, "a.xml").paragraphs == ("Zürich, café.",)
