"""Fields that themes and plug-ins of newspapers add to WordPress exports: writers, decks, credits, sections, types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from articles.ingest.errors import NotAnArticle
from articles.ingest.story import Story
from articles.models import Article, Original
from tests.loading import load
from tests.readers.agency import SITES, needs_sites, stories
from tests.readers.wxr import attachment, export, item, meta, term


def category(number: int, nicename: str, name: str, parent: str = "") -> str:
    return (
        f"	<wp:category><wp:term_id>{number}</wp:term_id><wp:category_nicename><![CDATA[{nicename}]]>"
        f"</wp:category_nicename><wp:category_parent><![CDATA[{parent}]]></wp:category_parent>"
        f"<wp:cat_name><![CDATA[{name}]]></wp:cat_name></wp:category>\n"
    )


def person(login: str, name: str) -> str:
    return (
        f"	<wp:author><wp:author_login><![CDATA[{login}]]></wp:author_login>"
        f"<wp:author_email><![CDATA[{login}@paper.example]]></wp:author_email>"
        f"<wp:author_display_name><![CDATA[{name}]]></wp:author_display_name></wp:author>\n"
    )


def guest(number: int, key: str, name: str, mail: str = "") -> str:
    """A guest author of Co-Authors Plus, whose posts have only the key."""
    more = meta("cap-display_name", name) + meta("cap-user_login", key) + meta("cap-user_email", mail)
    return item(number, f"cap-{key}", "", kind="guest-author", more=more)


def photo(number: int, file: str, caption: str, more: str = "", *, in_file: str = "") -> str:
    made = attachment(number, file, caption, credit=in_file)
    return made.replace("	</item>", f"{more}	</item>")


def paper(head: str, *items: str, creator: str = "webmaster") -> str:
    made = export(*items).replace("	<generator>", f"{head}	<generator>")
    return made.replace("<![CDATA[aruiz]]></dc:creator>", f"<![CDATA[{creator}]]></dc:creator>")


def read(made: str) -> tuple[list[Story], list[str]]:
    """The stories of an export, and why its other items are none."""
    found = stories(made, "export.xml")
    skipped = [one.reason.partition(":")[0] for one in found if isinstance(one, NotAnArticle)]
    return [one for one in found if isinstance(one, Story)], skipped


def words(story: Story) -> dict[str, Any]:
    return {
        "by": story.byline, "authors": story.authors, "deck": story.deck, "section": story.section,
        "photos": [(photo.caption, photo.credit) for photo in story.photos],
    }  # fmt: skip


# A student paper on SNO FLEX.
STUDENT = paper(
    person("adviser", "Adviser")
    + category(4, "sports", "Sports") + category(5, "football", "Football", "sports"),
    item(
        201, "Rain stops the game",
        terms=term("category", "Football", "football") + term("category", "Sports", "sports"),
        more=meta("writer", "Liv Park") + meta("writer", "Sam Ode and Mia Holt") + meta("jobtitle", "Staff Writers")
        + meta("sno_deck", "<p>The band played <em>on</em></p>") + meta("_thumbnail_id", "202")
        + meta("rating_total", "12") + meta("video", ""),
    ),
    item(203, "Untitled notes", terms=term("category", "News", "news"), more=meta("writer", "Kim Yu, Staff Writer")),
    photo(202, "2019/10/rain.jpg", "The field at the half.", meta("photographer", "Kai Reyes"), in_file="iPhone"),
    item(204, "Liv Park", "Liv likes drums.", kind="staff_profile", more=meta("email", "liv@school.example")),
    creator="adviser",
)  # fmt: skip

# A local newsroom on Newspack.
NEWSROOM = paper(
    person("jdoe", "Jane Doe") + category(8, "schools", "Schools") + category(9, "city-hall", "City Hall"),
    item(
        301, "Council votes",
        terms=term("category", "City Hall", "city-hall") + term("category", "Schools", "schools"),
        excerpt="A summary for lists.",
        more=meta("newspack_post_subtitle", "Five to four, after midnight") + meta("_thumbnail_id", "303")
        + meta("_newspack_byline_active", "1") + meta("_yoast_wpseo_primary_category", "8")
        + meta("_newspack_byline", "By [Author id=5]Jane Doe[/Author] and Eric Roe, Special to the Post"),
    ),
    item(
        302, "Bus line closes",
        more=meta("_newspack_byline_active", "") + meta("_newspack_byline", "By Nobody Now"),
        terms=term("category", "City Hall", "city-hall"),
    ),
    photo(
        303, "2024/01/vote.jpg", "The count.",
        meta("_media_credit", "Ana Ruiz") + meta("_navis_media_credit_org", "The Post")
        + meta("_media_credit_url", "https://ana.example") + meta("_navis_media_can_distribute", "1"),
        in_file="NIKON CORPORATION",
    ),
    item(304, "Support us", kind="newspack_popups_cpt"),
    item(305, "Morning letter", kind="newspack_nl_cpt"),
    item(306, "A bank", kind="newspack_spnsrs_cpt"),
    creator="jdoe",
)  # fmt: skip

# A magazine on Largo, with Co-Authors Plus.
MAGAZINE = paper(
    person("ed", "Ed Itor") + person("zoe", "Zoe Abel"),
    guest(401, "b-falk", "Bo Falk", "bo.falk@home.example"),
    guest(402, "kay.lind@home.example", "Kay Lind"),
    item(
        403, "Two rivers",
        terms=term("author", "b-falk", "cap-b-falk") + term("author", "zoe", "cap-zoe")
        + term("author", "kay.lind@home.example", "cap-kay-lind-home-example"),
        more=meta("_thumbnail_id", "405"),
    ),
    item(
        404, "One lake", terms=term("author", "zoe", "cap-zoe"),
        more=meta("largo_byline_text", 'By <a href="https://x.example/">Ola Nord</a>, for the Lake Project'),
    ),
    photo(405, "2018/02/river.jpg", "High water.", meta("navis_media_credit", "Per Holm")),
    creator="ed",
)  # fmt: skip

# A regional site on a magazine theme with Advanced Custom Fields.
REGIONAL = paper(
    category(11, "kultur", "Kultur") + category(12, "region", "Region"),
    item(
        501, "Theater öffnet wieder",
        terms=term("category", "Kultur", "kultur") + term("category", "Region", "region"),
        more=meta("_subtitle", "field_5c0a1b2c3d4e5") + meta("subtitle", "Nach zwei Jahren hebt sich der Vorhang")
        + meta("_guest-author", "field_5c0a1b2c3d4e6") + meta("guest-author", "Jan Wolf")
        + meta("author", "default") + meta("rank_math_primary_category", "12")
        + meta("_thumbnail_id", "502") + meta("mvp_photo_credit", "Uta Klein / Region Foto"),
    ),
    item(
        503, "Straße gesperrt",
        more=meta("td_post_theme_settings", 'a:1:{s:11:"td_subtitle";s:29:"Umleitung über die Dörfer";}')
        + meta("rank_math_primary_category", "11") + meta("rank_math_description", "Nur für Suchmaschinen"),
        terms=term("category", "Region", "region") + term("category", "Uncategorized", "uncategorized"),
    ),
    photo(502, "2022/05/theater.jpg", "Das Haus am Markt."),
    photo(504, "2022/05/dorf.jpg", "Nicht gezeigt.", meta("isc_image_source", "Rolf Beer")),
    item(505, "Galerie", "<p>Text.</p>[gallery ids='504']"),
)  # fmt: skip

# A weekly with types of its own, and with letters and messages of readers.
WEEKLY = paper(
    person("desk@weekly.example", "desk@weekly.example"),
    item(
        601, "The long drought", kind="feature",
        more=meta("dek", "A third dry year") + meta("byline", "By Ada Stone")
        + meta("reader_email", "rose.w@home.example") + meta("_form_ip", "2001:db8:0:1::7 and 203.0.113.9")
        + meta("_user_pass", "$P$BvhrEXAMPLEhash12345678901234567"),
    ),
    item(
        602, "A short note",
        more="<wp:comment><wp:comment_author_email><![CDATA[c@home.example]]></wp:comment_author_email>"
        "<wp:comment_content><![CDATA[I wrote this comment.]]></wp:comment_content></wp:comment>",
    ),
    item(603, "Jo Reader", "<p>My secret question.</p>", kind="flamingo_inbound", more=meta("_from", "j@home.example")),
    item(604, "Fair on Sunday", "<p>At ten.</p>", kind="tribe_events"),
    item(605, "Logo", "", kind="sponsor_logo"),
    item(606, "The river path", "<p>Walk north.</p>", kind="walk"),
    item(607, "Pine Street", "<p>Walk south.</p>", kind="walk"),
    creator="desk@weekly.example",
)  # fmt: skip


def test_a_student_paper_has_its_writers_deck_photographer_and_section() -> None:
    (game, notes), skipped = read(STUDENT)
    assert words(game) == {
        "by": "Liv Park, Sam Ode and Mia Holt", "authors": ("Liv Park", "Sam Ode", "Mia Holt"),
        "deck": "The band played on", "section": "Sports", "photos": [("The field at the half.", "Kai Reyes")],
    }  # fmt: skip
    assert (notes.byline, notes.authors, notes.section) == ("Kim Yu, Staff Writer", ("Kim Yu",), "News")
    assert "Adviser" not in f"{game} {notes}".replace("dc:creator: Adviser", "")
    assert "jobtitle: Staff Writers" in game.boilerplate
    assert skipped == ["of the type “staff_profile”, not a post"]


def test_a_newsroom_has_its_custom_byline_and_the_credits_of_its_media_library() -> None:
    (vote, bus), skipped = read(NEWSROOM)
    assert words(vote) == {
        "by": "Jane Doe and Eric Roe, Special to the Post", "authors": ("Jane Doe", "Eric Roe"),
        "deck": "Five to four, after midnight", "section": "Schools", "photos": [("The count.", "Ana Ruiz / The Post")],
    }  # fmt: skip
    assert "excerpt: A summary for lists." in vote.boilerplate
    assert (bus.byline, bus.authors, bus.section) == ("Jane Doe", ("Jane Doe",), "City Hall")
    assert skipped == [
        f"of the type “{name}”, not a post"
        for name in ("newspack_popups_cpt", "newspack_nl_cpt", "newspack_spnsrs_cpt")
    ]


def test_guest_authors_have_their_names_in_their_order() -> None:
    (rivers, lake), skipped = read(MAGAZINE)
    assert (rivers.byline, rivers.authors) == ("Bo Falk, Zoe Abel and Kay Lind", ("Bo Falk", "Zoe Abel", "Kay Lind"))
    assert [(photo.caption, photo.credit) for photo in rivers.photos] == [("High water.", "Per Holm")]
    assert (lake.byline, lake.authors) == ("Ola Nord, for the Lake Project", ("Ola Nord",))
    assert skipped == ["of the type “guest-author”, not a post"] * 2


def test_fields_of_themes_are_read_and_keys_of_forms_are_not() -> None:
    (theatre, street, gallery), _ = read(REGIONAL)
    assert words(theatre) == {
        "by": "Jan Wolf", "authors": ("Jan Wolf",), "deck": "Nach zwei Jahren hebt sich der Vorhang",
        "section": "Region", "photos": [("Das Haus am Markt.", "Uta Klein / Region Foto")],
    }  # fmt: skip
    # The category of the plug-in is not one of the post’s any more.
    assert (street.deck, street.section) == ("Umleitung über die Dörfer", "Region")
    assert [(photo.caption, photo.credit) for photo in gallery.photos] == [("Nicht gezeigt.", "Rolf Beer")]


@pytest.mark.parametrize(
    ("written", "authors"),
    [
        ("By Tom Reed / Sports Editor", ("Tom Reed",)),
        ("Ana Ruiz, Bo Falk and Cy Dean", ("Ana Ruiz", "Bo Falk", "Cy Dean")),
        ("María López y Juan Gil", ("María López", "Juan Gil")), ("José Ortega y Gasset", ("José Ortega y Gasset",)),
        ("Staff Reports", ()), ("Sam Ode, Jr.; Mia Holt", ("Sam Ode, Jr.", "Mia Holt")),
    ],
)  # fmt: skip
def test_the_authors_are_the_people_in_a_byline(written: str, authors: tuple[str, ...]) -> None:
    (post,), _ = read(paper("", item(1, "A post", more=meta("byline", written))))
    assert (post.byline, post.authors) == (written.removeprefix("By "), authors)


@pytest.mark.parametrize("value", ["1", "default", "field_5c0a1b2c3d4e5", 'a:1:{i:0;s:9:"Jane Doe ";}'])
def test_settings_are_neither_names_nor_decks(value: str) -> None:
    more = "".join(meta(key, value) for key in ("author", "subtitle", "photographer"))
    (post,), _ = read(
        paper("", item(1, "A post", more=more + meta("_thumbnail_id", "2")), photo(2, "a.jpg", "A boat."))
    )
    assert words(post) == {
        "by": "The Webmaster", "authors": ("The Webmaster",), "deck": None, "section": None,
        "photos": [("A boat.", None)],
    }  # fmt: skip


def test_types_with_text_are_told_from_those_of_plug_ins() -> None:
    (note,), skipped = read(WEEKLY)
    assert note.headline == "A short note"
    assert "@" not in f"{note.byline}{note.authors}"
    assert skipped == [
        f"of the type “{name}”, not a post"
        for name in ("feature", "flamingo_inbound", "tribe_events", "sponsor_logo", "walk", "walk")
    ]


@pytest.mark.django_db
def test_the_summary_names_the_types_with_text_and_the_profile_loads_them(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup/export.xml").write_text(WEEKLY)
    run = load(tmp_path / "backup")
    assert (
        "Skipped (with text; to load a type, name it under types in the site’s profile): "
        "of the type “walk”, not a post (2), of the type “feature”, not a post (1)"
    ) in run.out
    for name in ("flamingo_inbound", "tribe_events", "sponsor_logo"):
        assert f"of the type “{name}”, not a post (1)" in run.out
    profile = Path(settings.VAR_DIR) / "sites/daily.example.toml"
    profile.write_text(profile.read_text().replace('# types = ["news_post"]', 'types = ["feature", "walk"]'))
    run = load(tmp_path / "backup")
    assert "with text" not in run.out
    drought = Article.objects.get(headline="The long drought")
    assert (drought.deck, drought.byline) == ("A third dry year", "Ada Stone")
    assert Article.objects.count() == 4


@pytest.mark.django_db
def test_the_profile_says_what_the_fields_of_a_theme_mean(tmp_path: Path, settings: Any) -> None:
    fields = meta("zeile", "Nach zwei Jahren") + meta("wer", "Uta Klein und Jan Wolf") + meta("ressort", "Lokales")
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup/export.xml").write_text(export(item(1, "Theater", more=fields)))
    load(tmp_path / "backup")
    profile = Path(settings.VAR_DIR) / "sites/daily.example.toml"
    keys = 'keys = { zeile = "deck", wer = "authors", ressort = "section" }'
    profile.write_text(profile.read_text().replace('# keys = { strap = "deck" }', keys))
    load(tmp_path / "backup")
    theatre = Article.objects.get()
    assert (theatre.deck, theatre.authors, theatre.section) == (
        "Nach zwei Jahren",
        ["Uta Klein", "Jan Wolf"],
        "Lokales",
    )


@pytest.mark.django_db
def test_no_page_original_feed_or_export_has_addresses_passwords_or_comments(
    tmp_path: Path, settings: Any, site: Client
) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup/export.xml").write_text(WEEKLY.replace("tribe_events", "feature"))
    (tmp_path / "backup/magazine.xml").write_text(MAGAZINE)
    (tmp_path / "backup/student.xml").write_text(STUDENT)
    load(tmp_path / "backup")
    profile = Path(settings.VAR_DIR) / "sites/daily.example.toml"
    profile.write_text(
        profile.read_text().replace('# types = ["news_post"]', 'types = ["feature", "walk", "staff_profile"]')
    )
    load(tmp_path / "backup")
    call_command("export_edits", str(tmp_path / "edits.jsonl"))
    shown = (tmp_path / "edits.jsonl").read_text()
    for article in Article.objects.all():
        address = article.get_absolute_url()
        for suffix in ("", "article.json", "article.md", "original"):
            answer = site.get(address + suffix)
            assert answer.status_code == 200, address + suffix
            shown += b"".join(answer).decode()
    for address in (
        "/",
        "/feeds/latest.atom",
        "/feeds/latest.json",
        "/tags/",
        "/search/?q=example",
        "/search/?q=comment",
    ):
        shown += site.get(address).content.decode()
    assert Original.objects.count() >= 8
    for secret in (
        "@weekly.example", "@home.example", "@school.example", "rose.w@", "bo.falk", "2001:db8", "203.0.113.9",
        "$P$B", "I wrote this comment", "My secret question",
    ):  # fmt: skip
        assert secret not in shown, secret


@needs_sites
def test_the_export_of_a_student_paper_is_read_as_expected() -> None:
    (band,), skipped = read((SITES / "systems/sno/site/export.xml").read_text())
    assert words(band) == {
        "by": "Liv Park and Sam Ode", "authors": ("Liv Park", "Sam Ode"), "deck": "A wet night for the marching band",
        "section": "News", "photos": [("The drum line at the half.", "Kai Reyes")],
    }  # fmt: skip
    assert band.missing_files == ["https://beacon.example/wp-content/uploads/2019/10/band.jpg"]
    assert set(band.former_paths) == {
        "/123/news/band-plays-in-the-rain/", "/?p=123", "/123/news/band-in-rain/",
    }  # fmt: skip
    assert skipped == ["of the type “staff_profile”, not a post"]
