"""WordPress exports, and loading them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.conf import LazySettings

from articles.ingest.errors import IngestError, NotAnArticle
from articles.ingest.readers.base import Part
from articles.ingest.readers.feeds import wordpress
from articles.ingest.story import Story, Withheld
from articles.models import Article
from tests.effort import is_linear
from tests.loading import load
from tests.photo_files import plain
from tests.readers.agency import SITES, needs_sites, refusal, stories, story
from tests.readers.wxr import FERRY, PICTURES, attachment, export, item, meta, term


def read(content: str, *more: str) -> Story:
    return story(export(item(1, "Ferry returns", content), *more), "export.xml")


def test_a_post_is_read_whole() -> None:
    ferry = story(export(FERRY, *PICTURES), "export.xml")
    assert (ferry.headline, ferry.deck, ferry.slug) == ("Ferry returns", "After two years in dock.", "ferry-returns")
    assert (ferry.authors, ferry.byline) == (("Ana Ruiz",), "Ana Ruiz")
    assert (ferry.source, ferry.language) == ("Tarvik Daily & Sunday", "en-GB")
    assert (ferry.id, ferry.url) == ("https://daily.example/?p=1", "https://daily.example/2015/03/ferry-returns/")
    assert (ferry.published, ferry.updated) == ("2015-03-05T00:30:00+01:00", "2015-03-06T10:00:00+01:00")
    assert ferry.tags == ("Harbour & sea", "Ferries")
    assert ferry.paragraphs == (
        "The ferry came back on Monday.",
        "It was full, said the captain [sic].",
        "We waited for it. So did they.",
        "The last word.",
    )
    assert "came back on **Monday**" in ferry.body
    assert "It was full,  \nsaid the captain" in ferry.body
    assert ferry.damage == ()


def test_pictures_stand_at_their_place_with_caption_alt_text_and_credit() -> None:
    ferry = story(export(FERRY, *PICTURES), "export.xml")
    shown = [(photo.position, photo.caption, photo.alt_text, photo.credit) for photo in ferry.photos]
    assert shown == [
        (0, "The town.", "Roofs", None),  # the featured picture
        (0, "The ferry Aurora at the pier.", "A white ferry", "Jo Berg/TNA"),
        (3, "The quay at dawn.", "An empty quay", "Ana Ruiz"),
        (3, "The crew.", None, None),
    ]
    assert ferry.photos[1].src == "https://daily.example/wp-content/uploads/2015/03/ferry.jpg"


def test_what_no_field_takes_is_told() -> None:
    boilerplate = story(export(FERRY, *PICTURES), "export.xml").boilerplate
    assert set(boilerplate) == {
        "place: Tarvik", '[vc_row width="1/2"]', "embed: https://video.example/watch?v=1",
    }  # fmt: skip


def test_links_former_slugs_and_numbers_of_posts_are_former_paths() -> None:
    ferry = story(export(FERRY, *PICTURES), "export.xml")
    assert ferry.former_paths == ("/2015/03/ferry-returns/", "/2015/03/ferry-is-back/", "/?p=1")
    by_number = story(export(FERRY).replace("2015/03/ferry-returns/</link>", "?p=1</link>"), "export.xml")
    assert by_number.former_paths == ("/?p=1",)
    assert "_wp_old_slug: ferry-is-back" in by_number.boilerplate
    unnamed = story(export(item(1, "Ferry returns", more=meta("_wp_old_slug", ""))), "export.xml")
    assert unnamed.former_paths == ("/2015/03/ferry-returns/", "/?p=1")


def test_an_emphasised_line_under_a_picture_is_its_caption() -> None:
    made = read(
        'First.\n\n<img src="a.jpg" alt="A" />\n<em>The director of the port</em>\n\n'
        '<a href="/b"><img src="b.jpg"></a>\n<em>Not</em> alone.\n\n<img src="c.jpg">\n\n<em>A note.</em>'
    )
    assert [(photo.src, photo.caption) for photo in made.photos] == [
        ("a.jpg", "The director of the port"), ("b.jpg", None), ("c.jpg", None),
    ]  # fmt: skip
    assert made.paragraphs == ("First.", "Not alone.", "A note.")


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("publish", None), ("draft", Withheld.DRAFT), ("private", Withheld.PRIVATE), ("trash", Withheld.DELETED),
        ("pending", Withheld.DRAFT), ("auto-draft", Withheld.DRAFT), ("future", Withheld.SCHEDULED),
        ("assigned", Withheld.DRAFT),
    ],
)  # fmt: skip
def test_a_post_that_was_not_published_is_withheld(status: str, why: Withheld | None) -> None:
    assert story(export(item(1, "Secret plan", status=status)), "export.xml").withheld is why


def test_addresses_of_people_do_not_enter_originals() -> None:
    made = export(item(1, "First", "<p>Write to desk@daily.example.</p>")).replace("ana", "ana@daily.example")
    value = "<wp:meta_key>_ip</wp:meta_key><wp:meta_value><![CDATA[192.0.2.9 ana@b.example]]></wp:meta_value>"
    made = made.replace("</item>", f"<wp:postmeta>{value}</wp:postmeta></item>")
    (part,) = wordpress.split(io.BytesIO(made.encode()), 1_000_000)
    assert isinstance(part, Part)
    assert b"@daily.example" in part.data  # of the text, which was published
    assert part.data.count(b"@") == 1
    assert b"192.0.2.9" not in part.data


def test_a_comment_that_has_the_end_of_one_in_its_words_is_left_out_whole() -> None:
    words = "<![CDATA[Write </wp:comment> to end <wp:comment>, says reader@home.example]]>"
    comment = f"<wp:comment><wp:comment_content>{words}</wp:comment_content></wp:comment>"
    value = "<![CDATA[</wp:meta_value> ana@daily.example]]>"
    field = f"<wp:meta_key>to_bo@daily.example</wp:meta_key><wp:meta_value>{value}</wp:meta_value>"
    made = export(item(1, "Ferry returns", more=f"{comment}<wp:postmeta>{field}</wp:postmeta>"), item(2, "Dust"))
    first, second = stories(made, "export.xml")
    assert isinstance(first, Story)
    assert isinstance(second, Story)
    (part, _) = wordpress.split(io.BytesIO(made.encode()), 10**6)
    assert isinstance(part, Part)
    assert b"@" not in part.data
    assert b"reader" not in part.data


def test_an_empty_field_of_a_person_hides_nothing_after_it() -> None:
    made = export(item(1, "Ferry returns", more="<dc:creator/><wp:meta_value/>", content="<p>It sailed.</p>"))
    (part,) = wordpress.split(io.BytesIO(made.replace("<content:", "<wp:author_email/><content:").encode()), 10**6)
    assert isinstance(part, Part)
    assert b"It sailed." in part.data


def test_those_whom_a_form_or_a_plug_in_writes_to_are_not_in_the_original() -> None:
    form = """[contact-form to='desk@daily.example' name="Tips"] <!-- wp:jetpack/form {"to":"ed@daily.example"} -->"""
    editors = "<managingEditor>boss@daily.example</managingEditor><webMaster>web@daily.example</webMaster>"
    made = export(item(1, "Tell us", f"<p>Write to all@daily.example.</p>{form}")).replace(
        "<item>", f"{editors}<item>", 1
    )
    (part,) = wordpress.split(io.BytesIO(made.encode()), 10**6)
    assert isinstance(part, Part)
    assert b"all@daily.example" in part.data
    assert part.data.count(b"@") == 1


def test_a_post_behind_a_password_is_withheld() -> None:
    assert story(export(item(3, "Shut", password="x")), "export.xml").withheld is Withheld.PRIVATE


def test_pages_menus_and_pictures_that_nobody_shows_are_skipped() -> None:
    made = export(
        item(1, "About us", kind="page"), item(2, "Menu", kind="nav_menu_item"),
        attachment(4, "2015/03/lost.jpg"), FERRY, *PICTURES,
    )  # fmt: skip
    skipped = [found.reason for found in stories(made, "export.xml") if isinstance(found, NotAnArticle)]
    assert skipped == [
        "a page of the site, not an article: About us", "of the type “nav_menu_item”, not a post: Menu",
        "an attachment that no post shows: 2015/03/lost.jpg",
    ]  # fmt: skip
    assert refusal(export(), "export.xml").reason == "a WordPress export without posts"


def test_a_copy_of_a_post_with_its_guid_is_another_article() -> None:
    made = export(item(1, "First"), item(2, "Second").replace("?p=2<", "?p=1<"))
    first, second = stories(made, "export.xml")
    assert isinstance(first, Story)
    assert isinstance(second, Story)
    assert (first.id, second.id) == ("https://daily.example/?p=1", None)
    assert second.former_paths == ("/2015/03/second/",)


def test_the_number_of_a_post_is_that_of_this_site_not_of_its_first() -> None:
    moved = export(item(7, "Moved").replace("https://daily.example/?p=7", "https://old.example/~daily/?p=3"))
    assert story(moved, "export.xml").former_paths == ("/2015/03/moved/", "/?p=7")
    below = moved.replace("<wp:base_blog_url>https://daily.example<", "<wp:base_blog_url>https://daily.example/news<")
    assert story(below, "export.xml").former_paths == ("/2015/03/moved/", "/news/?p=7")


def test_an_item_that_is_not_well_formed_leaves_its_neighbours_alone() -> None:
    made = export(item(1, "First"), item(2, "Second").replace("<link>", "<lines>"), item(3, "Third"))
    first, second, third = stories(made, "export.xml")
    assert isinstance(first, Story)
    assert isinstance(third, Story)
    assert isinstance(second, IngestError)
    assert second.line == 1 + made[: made.index("<lines>")].count("\n")
    assert second.reason.startswith("not well-formed XML: `<lines>` on line ")


def test_control_characters_in_a_text_do_not_cost_the_post() -> None:
    made = export(item(1, "Ferry\x1f returns", "<p>The ferry\x0c came\x08 back.</p>"))
    assert (story(made, "export.xml").headline, story(made, "export.xml").body) == (
        "Ferry returns", "The ferry came back.",
    )  # fmt: skip


def test_an_export_is_known_after_all_its_addresses_became_https() -> None:
    made = export(item(1, "First"), item(2, "Menu", kind="nav_menu_item"))
    first, menu = stories(made.replace("http://wordpress.org", "https://wordpress.org"), "export.xml")
    assert isinstance(first, Story)
    assert isinstance(menu, NotAnArticle)


def test_an_export_that_was_cut_off_gives_what_is_whole() -> None:
    made = export(item(1, "First"), item(2, "Second"))
    first, second = stories(made[: made.index("Second")], "export.xml")
    assert isinstance(first, Story)
    assert str(second).endswith("the file ends within the item that begins here")


def test_paragraphs_of_blocks_are_as_they_are_marked() -> None:
    content = """<!-- wp:paragraph {"dropCap":true} -->
<p>One line
goes on.</p>
<!-- /wp:paragraph -->

<!-- wp:image {"id":12,"sizeSlug":"large"} -->
<figure class="wp-block-image size-large"><img src="https://daily.example/wp-content/uploads/2015/03/quay-1024x683.jpg" alt="" class="wp-image-12"/><figcaption class="wp-element-caption">At dawn</figcaption></figure>
<!-- /wp:image -->

<!-- wp:gallery {"ids":[11,13]} -->
<figure class="wp-block-gallery columns-2"><ul class="blocks-gallery-grid"><li class="blocks-gallery-item"><figure><img src="https://daily.example/wp-content/uploads/2015/03/ferry.jpg" data-id="11" class="wp-image-11"/></figure></li><li class="blocks-gallery-item"><figure><img src="https://daily.example/wp-content/uploads/2015/03/crew.jpg" data-id="13" class="wp-image-13"/><figcaption class="blocks-gallery-item__caption">Jo and Al</figcaption></figure></li></ul></figure>
<!-- /wp:gallery -->

<!-- wp:list -->
<ul>
<!-- wp:list-item -->
<li>Nine</li>
<!-- /wp:list-item -->

<!-- wp:list-item -->
<li>Ten</li>
<!-- /wp:list-item -->
</ul>
<!-- /wp:list -->"""  # noqa: E501
    made = read(content, *PICTURES[:3])
    assert made.body == "One line goes on.\n\n- Nine\n- Ten"
    assert [(photo.position, photo.caption, photo.alt_text) for photo in made.photos] == [
        (1, "At dawn", "An empty quay"), (1, "Not the caption in the text.", "Not this"), (1, "Jo and Al", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "paragraphs"),
    [
        ("One.\n\nTwo.\n \n\nThree.", ["One.", "Two.", "Three."]),
        ("One.\r\n\r\n<h2>Two</h2>\r\nThree.\r\n<ul>\r\n\r\n<li>Four</li>\r\n\r\n</ul>\r\nFive.",
         ["One.", "Two", "Three.", "Four", "Five."]),
        ("<pre>a\n\nb</pre>\nOne.", ["a b", "One."]),
        ('One <a\nhref="https://a.example/">link</a>.', ["One link."]),
        ("[caption width='1' caption='Of old']<img src='/a.jpg'>[/caption]\n\nOne.", ["One."]),
        ("[caption]No picture[/caption] [ref]A note.[/ref] [1] [unclosed", ["No picture A note. [1] [unclosed"]),
        ("<!--more-->One.<!--nextpage-->\n\n[youtube=https://v.example/1]\n\n[audio mp3='a.mp3'][/audio]", ["One."]),
    ],
)  # fmt: skip
def test_the_text_is_in_the_paragraphs_that_wordpress_shows(content: str, paragraphs: list[str]) -> None:
    assert list(read(content).paragraphs) == paragraphs


def test_a_gallery_without_numbers_is_of_what_was_uploaded_to_the_post() -> None:
    made = read("One.\n\n[gallery columns='2']", *PICTURES[:3])
    assert [photo.caption for photo in made.photos] == [
        "Not the caption in the text.", "The quay at dawn.", "The crew.",
    ]  # fmt: skip


def test_a_picture_shown_twice_has_its_words_twice() -> None:
    made = read(
        "[caption]<img class='wp-image-12' src='/q.jpg'> At dawn[/caption]\n\nOne.\n\n[gallery ids='12']", *PICTURES[:3]
    )
    assert [(photo.position, photo.caption, photo.alt_text) for photo in made.photos] == [
        (0, "At dawn", "An empty quay"), (1, "The quay at dawn.", "An empty quay"),
    ]  # fmt: skip


def test_several_authors_and_those_whose_names_the_export_lacks() -> None:
    terms = term("author", "aruiz", "cap-aruiz") + term("author", "Guest Writer", "cap-guest")
    assert story(export(item(1, "Two", terms=terms)), "a.xml").authors == ("Ana Ruiz", "Guest Writer")
    assert story(export(item(1, "Two", terms=terms * 2)), "a.xml").byline == "Ana Ruiz and Guest Writer"
    unknown = export(item(1, "One")).replace("<![CDATA[aruiz]]></dc:creator>", "Al Holt</dc:creator>")
    assert story(unknown, "a.xml").authors == ("Al Holt",)


@pytest.mark.parametrize(
    ("dates", "published", "updated"),
    [
        ({"modified": "2015-03-05 00:30:00", "modified_gmt": "2015-03-04 23:30:00"}, "2015-03-05T00:30:00+01:00", None),
        ({"gmt": "0000-00-00 00:00:00"}, "2015-03-05T00:30:00", "2015-03-06T10:00:00+01:00"),
        ({"date": "", "modified_gmt": ""}, "2015-03-04T23:30:00Z", None),
        ({"date": "", "gmt": "", "modified_gmt": ""}, "2015-03-04T23:30:00Z", None),
    ],
)
def test_dates_are_those_of_the_clock_of_the_site(dates: dict[str, str], published: str, updated: str | None) -> None:
    made = story(export(item(1, "Dated", **dates)), "export.xml")  # type: ignore[arg-type]
    assert ((made.published or "").replace("+00:00", "Z"), made.updated) == (published, updated)


def test_comments_and_the_addresses_of_authors_are_not_in_the_original() -> None:
    address = "<wp:comment_author_email><![CDATA[reader@home.example]]></wp:comment_author_email>"
    private = f"<wp:comment>\n{address}\n</wp:comment>"
    told = "<p>An export has <code>&lt;wp:comment&gt;</code> and <wp:comment>these</wp:comment>.</p>"
    made = export(item(1, "Ferry returns", told, more=private * 2), item(2, "Dust"))
    first, second = wordpress.split(io.BytesIO(made.encode()), 10**6)
    assert isinstance(first, Part)
    assert isinstance(second, Part)
    assert b"@" not in first.data
    assert told.encode() in first.data
    assert made.split("\n")[second.line - 1] == "\t<item>"
    assert "comments: 2" in stories(made, "export.xml")[0].boilerplate


def test_comments_that_are_not_closed_take_no_longer_each() -> None:
    def cut(size: int) -> None:
        made = export(item(1, "Ferry returns", more="<wp:comment>" * size))
        list(wordpress.split(io.BytesIO(made.encode()), 10**8))

    assert is_linear(cut, 20_000)


def test_exports_of_any_size_and_encoding_are_cut_into_items(tmp_path: Path) -> None:
    long = item(1, "Long", "Ün. <item> </item> " * 150_000)
    made = export(long, *(item(number, f"No. {number}") for number in range(2, 900)))
    for data in (made.encode(), made.encode("utf-16")):
        parts = list(wordpress.split(io.BytesIO(data), 32_000_000))
        assert len(parts) == 899
    lines = made.split("\n")
    assert {lines[part.line - 1] for part in parts if isinstance(part, Part)} == {"	<item>"}
    (refused, *_) = wordpress.split(io.BytesIO(made.encode()), 1_000_000)
    assert str(refused).endswith("an item of more than 1,000,000 bytes (INPUT_MAX_BYTES)")
    assert is_linear(lambda size: list(wordpress.split(io.BytesIO(export("<item>" * size).encode()), 10**8)), 200_000)


@pytest.mark.django_db
def test_an_export_is_loaded_with_its_pictures_and_loaded_again_without_a_change(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    site = tmp_path / "site"
    uploads = site / "wp-content/uploads/2015/03"
    uploads.mkdir(parents=True)
    for name in ("ferry.jpg", "quay.jpg"):
        (uploads / name).write_bytes(plain())
    (uploads / "crew-300x200.jpg").write_bytes(plain())
    posts = (FERRY, *PICTURES, item(2, "Half written", status="draft"), item(3, "For us", status="private"))
    (site / "export.xml").write_text(export(*posts), encoding="utf-8")
    run = load(site)
    assert run.code == 0
    assert sorted(run.outcomes.values()) == ["created", "skipped", "skipped"]
    assert "Left out (not published by the source): 1 draft, 1 private article" in run.out
    (ferry,) = Article.objects.all()
    assert ferry.get_absolute_url() == "/2015/03/05/ferry-returns/"
    assert ferry.url == "https://daily.example/2015/03/ferry-returns/"
    assert {tagging.tag.name for tagging in ferry.taggings.select_related("tag")} >= {"Ferries", "Harbour & sea"}
    photos = [(photo.caption, photo.alt_text, photo.credit_line, bool(photo.file)) for photo in ferry.photos.all()]
    assert photos == [
        ("The town.", "Roofs", "", False),
        ("The ferry Aurora at the pier.", "A white ferry", "Jo Berg/TNA", True),
        ("The quay at dawn.", "An empty quay", "Ana Ruiz", True),
        ("The crew.", "", "", False),
    ]
    assert sorted(load(site).outcomes.values()) == ["skipped", "skipped", "unchanged"]
    (site / "export.xml").write_text(export(*posts, exported="Fri, 01 Mar 2024 09:00:00 +0000"), encoding="utf-8")
    assert sorted(load(site).outcomes.values()) == ["skipped", "skipped", "unchanged"]
    later = FERRY.replace("It was full", "It was half full")
    (site / "export.xml").write_text(export(*posts[1:], later), encoding="utf-8")
    assert sorted(load(site).outcomes.values()) == ["skipped", "skipped", "updated"]
    assert Article.objects.get().key == ferry.key


@needs_sites
def test_the_export_of_a_mixed_site_has_one_post_with_a_caption_and_a_former_path() -> None:
    (post,) = [found for found in stories((SITES / "mixed/wp.xml").read_bytes(), "wp.xml") if isinstance(found, Story)]
    assert (post.headline, post.former_paths) == ("A post", ("/b/",))
    assert [(photo.alt_text, photo.caption) for photo in post.photos] == [("The director", "The director of the port")]
