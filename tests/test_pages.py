"""The public pages, as readers see them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from articles.models import Article, Photo, Source, Tag, Tagging
from articles.models.keyset import PAGE_SIZE
from articles.public.listings import articles
from articles.search import index
from tests import factories as make

ARTICLE = "/2022/03/04/ferry-returns-to-the-north-quay/"


def shown(client: Client, address: str, *, status: int = 200) -> str:
    """The words of a page, tags taken out and spaces folded."""
    response = client.get(address)
    assert response.status_code == status, f"{address}: {response.status_code}"
    text = response.content.decode().partition("<body")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", "", text)).split())


def html(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


# --- An article. ------------------------------------------------------------------------------------------------------


def test_an_article_stands_at_its_permalink_with_headline_text_and_source(site: Client) -> None:
    make.make_article(deck="Nobody was told.", byline="Mei Tanaka", tags=["Harbours"])
    words = shown(site, ARTICLE)
    for said in (
        "Ferry returns to the north quay",
        "Nobody was told.",
        "By Mei Tanaka",
        "It was full.",
        "Harbour Daily",
    ):
        assert said in words
    assert f'<link rel="canonical" href="http://testserver{ARTICLE}">' in html(site, ARTICLE)


def test_dates_are_told_as_precisely_as_they_are_known(site: Client) -> None:
    make.make_article(published="2022-03-04T06:00+08:00", updated="2022-03-07")
    assert "Published 4 March 2022, 06:00 (UTC+08:00). Updated 7 March 2022." in shown(site, ARTICLE)
    told = "4 March 2022, <wbr>06:00 <wbr>(UTC+08:00)"
    assert f'<time datetime="2022-03-04T06:00+08:00">{told}</time>' in html(site, ARTICLE)


def test_an_update_alone_says_that_the_publication_date_is_not_known(site: Client) -> None:
    make.make_article(published="", updated="2022-03-04")
    words = shown(site, ARTICLE)
    assert "Updated 4 March 2022. Publication date not known." in words


def test_an_article_without_a_date_lives_under_undated(site: Client) -> None:
    article = make.make_article(published="")
    assert article.get_absolute_url() == "/undated/ferry-returns-to-the-north-quay/"
    assert "Date not known." in shown(site, article.get_absolute_url())
    assert "Ferry returns" in shown(site, "/undated/")


def test_a_date_that_can_be_read_in_two_ways_is_shown_as_it_stands(site: Client) -> None:
    article = make.make_article(published="")
    make.make_damage(article, "date-ambiguous", text="03/04/2022")
    assert "Date not known. (the source’s date can be read in two ways: “03/04/2022”)" in shown(
        site, article.get_absolute_url()
    )


def test_a_date_that_the_archive_cannot_read_is_shown_as_it_stands(site: Client) -> None:
    article = make.make_article(published="")
    make.make_damage(article, "date-unread", text="May 2001")
    words = shown(site, article.get_absolute_url())
    assert "Date not known. (this archive cannot read the source’s date: “May 2001”)" in words


def test_an_article_without_headline_or_text_says_so_in_the_archives_voice(site: Client) -> None:
    article = make.make_article("", published="", source=None, body="", key="0123456789")
    page = html(site, article.get_absolute_url())
    assert '<h1 class="silent">No headline</h1>' in page
    assert "The original has no text." in page
    assert "Source not named" in page


def test_photos_stand_between_the_paragraphs_that_they_follow(site: Client) -> None:
    article = make.make_article()
    for position, caption in ((0, "Before all."), (2, "In between."), (99, "After all.")):
        make.make_photo(article, position=position, caption=caption)
    words = shown(site, ARTICLE)
    order = ["Before all.", "sailed at nine.", "It was full.", "In between.", "Nobody had sold", "After all."]
    places = [words.index(said) for said in order]
    assert places == sorted(places)


def test_a_photo_comes_in_its_sizes_with_caption_and_credit(site: Client) -> None:
    photo = make.make_photo(make.make_article(), sizes=[(400, 267), (800, 533), (1600, 1067)], alt_text="A ferry.")
    page = html(site, ARTICLE)
    largest = photo.renditions.get(width_px=1600)
    assert '<figure class="photo wide">' in page
    assert f'<img src="{largest.url}" srcset="' in page
    assert (
        f'{largest.url} 1600w" sizes="(min-width: 64rem) 60rem, 100vw" width="1600" height="1067" alt="A ferry.">'
        in page
    )
    assert "The ferry at the quay. Photo: Mei Tanaka" in shown(site, ARTICLE)


@pytest.mark.parametrize(
    ("size", "shape"), [((600, 800), "photo tall"), ((1000, 500), "photo"), ((1600, 1300), "photo")]
)
def test_a_photo_takes_the_width_that_its_shape_asks_for(site: Client, size: tuple[int, int], shape: str) -> None:
    make.make_photo(make.make_article(), sizes=[size])
    assert f'<figure class="{shape}">' in html(site, ARTICLE)


def test_a_photo_without_a_file_keeps_its_caption_and_says_so(site: Client) -> None:
    make.make_photo(make.make_article(), caption="The quay.", credit_line="", credit_raw="[Photo provided to]")
    words = shown(site, ARTICLE)
    assert "Photo not in the archive. Caption only." in words
    assert "The quay. Photo provided to … (the credit is cut off in the source)" in words


def test_photos_in_a_row_that_the_archive_does_not_have_are_a_list_of_captions(site: Client) -> None:
    article = make.make_article()
    lost = [make.make_photo(article, position=3, caption=caption) for caption in ("The quay.", "The fog.", "")]
    make.make_photo(article, position=3, caption="Held.", sizes=[(400, 300)])
    make.make_photo(article, position=3, caption="Alone.")
    page, words = html(site, ARTICLE), shown(site, ARTICLE)
    row = page.partition('<div class="captions">')[2].partition("</div>")[0]
    assert "3 photos are not in the archive. Captions only." in row
    assert [link for link in re.findall(r'href="([^"]+)"', row) if "/photos/?" not in link] == [
        photo.get_absolute_url() for photo in lost
    ]
    assert page.count('<p class="missing">') == 1
    assert words.index("The fog.") < words.index("Held.") < words.index("Photo not in the archive. Caption only.")


def test_a_list_counts_photos_that_it_can_lead_to_and_tells_of_no_loss(site: Client) -> None:
    article = make.make_article()
    for caption in ("The quay.", "The ferry.", ""):
        make.make_photo(article, caption=caption)
    assert "photo" not in shown(site, "/2022/03/04/").partition("Harbour Daily")[2].partition("Earlier")[0]
    make.make_photo(article, caption="Held.", sizes=[(400, 300)])
    assert "4 photos" in shown(site, "/2022/03/04/")


@pytest.mark.parametrize(
    "address", ["/2022/", "/2022/03/", "/2022/03/04/", "/tags/", "/sources/harbour-daily/", "/dates/"]
)
def test_a_list_is_not_called_a_text_by_the_link_that_skips_to_it(site: Client, address: str) -> None:
    make.make_article(tags=["Ferries"])
    assert '<a class="skip away" href="#main">Skip to the list</a>' in html(site, address)


def test_an_opening_cut_at_the_end_of_a_sentence_has_three_dots(site: Client) -> None:
    make.make_article(deck="", body="The ferry sailed out at nine. " * 40)
    assert "at nine…" in shown(site, "/2022/03/04/")


def test_the_front_page_names_its_commonest_tags_as_examples_of_a_search(site: Client) -> None:
    for tags in (["Harbours", "Ferries"], ["Harbours"]):
        make.make_article(tags=tags)
    page = html(site, "/")
    assert "For example: " in page
    assert page.index('<a href="/search/?q=Harbours"') < page.index('<a href="/search/?q=Ferries"')


def test_lists_and_the_front_page_do_not_say_that_a_credit_is_not_given(site: Client) -> None:
    photo = make.make_photo(make.make_article(), caption="The quay.", credit_line="", credit_raw="", sizes=[(400, 300)])
    for address in ("/", "/photos/", "/2022/03/04/"):
        assert "The quay." in shown(site, address)
        assert "Credit not given" not in shown(site, address), address
    for address in (ARTICLE, photo.get_absolute_url()):
        assert "Credit not given" in shown(site, address), address


def test_a_drawing_is_not_called_a_photo(site: Client) -> None:
    make.make_photo(
        make.make_article(), credit_line="Newsarchive / drawing", credit_raw="[Image: Newsarchive / drawing]"
    )
    assert "The ferry at the quay. Image: Newsarchive / drawing" in shown(site, ARTICLE)


def test_a_video_is_called_one(site: Client) -> None:
    make.make_photo(make.make_article(), kind="video", credit_line="provided to Harbour Daily")
    words = shown(site, ARTICLE)
    assert "Video not in the archive. Caption only." in words
    assert "Video provided to Harbour Daily" in words


def test_a_photo_without_a_credit_says_that_none_is_given(site: Client) -> None:
    make.make_photo(make.make_article(), credit_line="")
    assert "The ferry at the quay. Credit not given" in shown(site, ARTICLE)


def test_a_cut_caption_says_so(site: Client) -> None:
    article = make.make_article()
    make.make_original(article)
    make.make_photo(article, caption="The ferry at,")
    make.make_damage(article, "caption-cut", field="photo 1", text="The ferry at,", line=3)
    words = shown(site, ARTICLE)
    assert "The ferry at, (the caption is cut off in the source)" in words
    assert "The caption of photo 1 is cut off: “The ferry at,” (line 3)." in words


def test_the_page_tells_where_each_line_of_the_original_went(site: Client) -> None:
    article = make.make_article()
    content = b"Ferry returns\r\n\r\nPrint Print\r\n\r\nThe ferry sailed.\r\n"
    ledger = [
        ["headline", "headline"],
        ["blank", ""],
        ["boilerplate", "piece 1"],
        ["blank", ""],
        ["paragraph", "paragraph 1"],
    ]
    original = make.make_original(article, content, ledger=ledger, boilerplate=["Print Print"])
    words = shown(site, ARTICLE)
    assert "From ferry.txt, plain text. About this text Original51 bytes, stored unchanged" in words
    assert original.digest in words
    assert "“Print Print” (line 3)" in words
    assert "1HeadlineFerry returns 3OmittedPrint Print 5Paragraph 1The ferry sailed." in words


def test_an_article_ends_in_tags_neighbours_read_next_citations_and_one_line_on_the_original(site: Client) -> None:
    for number in range(30):
        make.make_article(f"Boat {number}", published="2022-03-02")
    make.make_article("Ferry sails again", published="2022-03-03", tags=["Ferry", "Quays"])
    article = make.make_article(tags=["Ferry", "Quays", *(f"Tag {number}" for number in range(7))])
    make.make_original(article)
    for code, field in (("source-stripped", ""), ("credit-cut", "photo 1")):
        make.make_damage(article, code, field=field)
    page = html(site, ARTICLE)
    words = shown(site, ARTICLE)
    order = """Nobody had sold|Tag 3|All 9 tags|Previous|Read next|Cite this article|APA|MLA|Chicago|From ferry.txt,
        plain text. The source’s name and one credit are damaged. About this text""".split("|")
    places = [words.index(" ".join(part.split())) for part in order]
    assert places == sorted(places)
    assert '<a class="skip away" href="#text">' in page
    assert "None" not in words
    assert "Nothing" not in words


def test_a_piece_that_is_left_out_twice_is_told_with_both_its_lines(site: Client) -> None:
    article = make.make_article()
    content = b"Print\nShare Print\nFerry\n"
    ledger = [["boilerplate", ""], ["boilerplate", ""], ["headline", "headline"]]
    make.make_original(article, content, ledger=ledger, boilerplate=["Print", "Share", "Print"])
    assert "“Print” (line 1)“Share” (line 2)“Print” (line 2)" in shown(site, ARTICLE)


def test_a_long_ledger_leads_on_to_the_original(site: Client) -> None:
    article = make.make_article()
    make.make_original(article, b"line\n" * 400, ledger=[["paragraph", f"paragraph {n}"] for n in range(1, 401)])
    page = html(site, ARTICLE)
    assert "100 more lines in" in shown(site, ARTICLE)
    assert page.count("<td>Paragraph ") == 300


def test_an_original_in_another_encoding_is_read_as_it_was_written(site: Client) -> None:
    article = make.make_article()
    content = "图书馆重新开放，读者排队入场。\n".encode("gb18030")
    make.make_original(article, content, encoding="gb18030", ledger=[["headline", "headline"]])
    words = shown(site, ARTICLE)
    assert "plain text (GB 18030)" in words
    assert "图书馆重新开放" in words


@pytest.mark.parametrize("code", ["date-ambiguous", "date-invalid", "date-unread"])
def test_a_date_that_is_not_used_is_not_said_to_be_missing(site: Client, code: str) -> None:
    article = make.make_article(published="")
    make.make_original(article)
    make.make_damage(article, "no-date")
    assert "The original gives no date." in shown(site, article.get_absolute_url())
    make.make_damage(article, code, text="03/04/2022")
    words = shown(site, article.get_absolute_url())
    assert "The original gives no date" not in words
    assert "No date could be used." in words


def test_the_page_says_what_staff_have_changed(site: Client) -> None:
    article = make.remember(make.make_article())
    assert "Edited by" not in shown(site, ARTICLE)
    article.headline = "Ferry is back"
    article.save()
    assert "Edited by the archive’s staff: Headline." in shown(site, ARTICLE)


@pytest.mark.parametrize(("code", "marked"), [("en-gb", 'lang="en-gb" dir="ltr"'), ("ar", 'lang="ar" dir="rtl"')])
def test_the_sites_own_words_are_marked_with_the_language_of_the_settings(
    site: Client, settings: LazySettings, code: str, marked: str
) -> None:
    settings.LANGUAGE_CODE = code
    article = make.make_article(language="zh")
    for address in ("/", article.get_absolute_url(), "/nowhere/"):
        answer = site.get(address, headers={"accept-language": "de"})
        assert f"<html {marked}>" in answer.content.decode()
        assert not answer.cookies
        assert "Accept-Language" not in answer.headers.get("Vary", "")


def test_an_article_carries_its_language_and_direction(site: Client) -> None:
    article = make.make_article("المكتبة تفتح", language="ar")
    page = html(site, article.get_absolute_url())
    assert '<article class="article" lang="ar" dir="rtl">' in page
    assert '<footer class="record" lang="en" dir="ltr">' in page


def test_a_text_in_another_script_is_marked_even_where_its_source_names_no_language(site: Client) -> None:
    article = make.make_article("图书馆重新开放", body="读者排队入场。")
    assert '<article class="article" lang="zh" dir="ltr">' in html(site, article.get_absolute_url())
    assert '<span lang="zh" dir="ltr">图书馆重新开放</span>' in html(site, "/2022/03/04/")


def test_in_lists_a_headline_stands_on_the_side_of_its_own_text(site: Client) -> None:
    make.make_article("המעבורת חזרה", slug="ferry", body="היא הייתה מלאה.")
    page = html(site, "/2022/03/04/")
    assert '<h3 dir="rtl"><a href="/2022/03/04/ferry/">' in page
    assert '<p class="deck" lang="he" dir="rtl">' in page


def test_what_a_source_wrote_is_never_taken_for_markup(site: Client) -> None:
    hostile = '<script>alert("1")</script> & "so on"'
    article = make.make_article(
        hostile, deck=hostile, byline=hostile, dateline=hostile, section=hostile, tags=[hostile]
    )
    Article.objects.filter(pk=article.pk).update(url="javascript:alert(1)")
    make.make_photo(article, caption=hostile, credit_line=hostile, alt_text=hostile)
    ledger = [["headline", "headline"]]
    make.make_original(article, hostile.encode(), name=hostile, boilerplate=[hostile], ledger=ledger)
    make.make_damage(article, "source-stripped", text=hostile)
    for address in (article.get_absolute_url(), "/", "/2022/03/04/", "/tags/", Tag.objects.get().get_absolute_url()):
        page = html(site, address)
        assert "<script>" not in page, address
        assert 'href="javascript' not in page, address
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', html(site, article.get_absolute_url()))
    assert data
    assert json.loads(data[1])["headline"] == hostile


def test_authors_that_only_the_data_of_a_page_names_are_shown(site: Client) -> None:
    make.make_article(authors=["Mei Tanaka", "Jon Aune"])
    assert '<p class="byline">By Mei Tanaka and Jon Aune</p>' in html(site, ARTICLE)
    assert "\nMei Tanaka and Jon Aune\n" in html(site, f"{ARTICLE}article.txt")


def test_lists_and_tables_are_lines_of_the_plain_text(site: Client) -> None:
    lists = "- 1969: founded\n- 1988: refused\n\nThen:\n\n3. Three\n4. Four\n\nAnd:\n\n0. None\n1. One\n\n"
    make.make_article(body=f"{lists}|Year|Tons|\n|--|--|\n|1971|120|")
    assert f"{lists}Year | Tons\n1971 | 120\n" in html(site, f"{ARTICLE}article.txt")


def test_a_page_offers_what_machines_look_for(site: Client) -> None:
    article = make.make_article(tags=["Harbours"], byline="Mei Tanaka", language="en")
    page = html(site, ARTICLE)
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert data
    assert json.loads(data[1]) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Ferry returns to the north quay",
        "datePublished": "2022-03-04",
        "author": [{"@type": "Person", "name": "Mei Tanaka"}],
        "publisher": {"@type": "Organization", "name": "Harbour Daily"},
        "inLanguage": "en",
        "keywords": ["Harbours"],
        "url": f"http://testserver{ARTICLE}",
        "mainEntityOfPage": {
            "@type": "WebPage",
            "@id": f"http://testserver{ARTICLE}",
            "breadcrumb": {
                "@type": "BreadcrumbList",
                "itemListElement": [
                    {"@type": "ListItem", "position": number, "name": name, "item": f"http://testserver{path}"}
                    for number, name, path in (
                        (1, "2022", "/2022/"),
                        (2, "March", "/2022/03/"),
                        (3, "4", "/2022/03/04/"),
                    )
                ],
            },
        },
        "identifier": article.key,
        "archivedAt": f"http://testserver/a/{article.key}/",
        "maintainer": {"@type": "ArchiveOrganization", "name": "Newsarchive"},
    }
    assert '<meta property="og:title" content="Ferry returns to the north quay">' in page
    assert f'<link rel="alternate" type="application/json" title="JSON" href="{ARTICLE}article.json">' in page


def test_earlier_and_later_articles_follow_the_archives_order(site: Client) -> None:
    make.make_article("Undated one", published="")
    make.make_article("Undated two", published="")
    for day in ("2022-03-03", "2022-03-04", "2022-03-05"):
        make.make_article(f"Sailed {day}", published=day)
    make.withdraw(make.make_article("Withdrawn between", published="2022-03-04"))
    page = html(site, "/2022/03/04/sailed-2022-03-04/")
    assert re.search(r'rel="prev" href="/2022/03/03/sailed-2022-03-03/"', page)
    assert re.search(r'rel="next" href="/2022/03/05/sailed-2022-03-05/"', page)
    assert 'rel="prev"' not in html(site, "/2022/03/03/sailed-2022-03-03/")
    assert 'rel="next"' not in html(site, "/2022/03/05/sailed-2022-03-05/")
    assert "Articles by date" not in html(site, "/undated/undated-two/")


def test_the_next_of_a_day_is_one_link_away_and_then_that_of_another_day(site: Client) -> None:
    for headline in ("First boat", "Second boat"):
        make.make_article(headline)
    make.make_article("Late", published="2022-03-09")
    assert "NextSecond boat" in shown(site, "/2022/03/04/first-boat/")
    words = shown(site, "/2022/03/04/second-boat/")
    assert "PreviousFirst boat Next, 9 March 2022Late" in words


def test_the_neighbours_of_an_article_cost_two_queries(
    site: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        make.make_article(f"Boat {number}")
    article = Article.objects.get(headline="Boat 1")
    with django_assert_num_queries(2):
        previous, following = articles.neighbours_of(article).values()
    assert [entry and entry.headline for entry in (previous, following)] == ["Boat 0", "Boat 2"]


@pytest.mark.parametrize(
    ("scheme", "port", "ours"),
    [
        ("http", "80", ""),
        ("http", "8000", ":8000"),
        ("http", "443", ":443"),
        ("https", "443", ""),
        ("https", "80", ":80"),
    ],
)
def test_the_canonical_address_has_the_servers_port_unless_it_is_usual(
    site: Client, settings: LazySettings, scheme: str, port: str, ours: str
) -> None:
    settings.ALLOWED_HOSTS = ["[::1]"]
    response = site.get("/", HTTP_HOST="[::1]:99", SERVER_PORT=port, **{"wsgi.url_scheme": scheme})
    assert f'<link rel="canonical" href="{scheme}://[::1]{ours}/">' in response.content.decode()


# --- Addresses that are promises. -------------------------------------------------------------------------------------


def test_the_short_address_leads_to_the_permalink(site: Client) -> None:
    article = make.make_article()
    response = site.get(f"/a/{article.key.upper()}/")
    assert (response.status_code, response["Location"]) == (301, ARTICLE)


def test_an_address_that_was_cut_short_leads_to_the_one_article_that_it_begins(site: Client) -> None:
    article = make.make_article("Ferry returns to the north quay")
    make.make_article("Ferry sails at last")
    make.make_article("Ferry returns", published="2022-03-09")
    response = site.get("/2022/03/04/ferry-returns-to-the-nor/")
    assert (response.status_code, response["Location"]) == (302, ARTICLE)
    make.refile_under(article, "2022-03-09")
    response = site.get("/2022/03/04/ferry-returns-to-the-nor/")
    assert (response.status_code, response["Location"]) == (302, "/2022/03/09/ferry-returns-to-the-north-quay/")
    assert site.get("/2022/03/09/ferry-returns")["Location"] == "/2022/03/09/ferry-returns/"
    for several in ("/2022/03/09/ferry-re/", "/2022/03/04/ferry/", "/2022/03/05/ferry-returns-to-the-nor/"):
        assert site.get(several).status_code == 404, several


def test_a_former_address_leads_to_where_the_article_is_now(site: Client) -> None:
    make.refile_under(make.make_article(), "2022-03-05")
    response = site.get(ARTICLE)
    assert (response.status_code, response["Location"]) == (301, "/2022/03/05/ferry-returns-to-the-north-quay/")


def test_a_former_address_in_another_script_leads_on_too(site: Client) -> None:
    article = make.make_article("图书馆")
    before = article.get_absolute_url()
    make.refile_under(article, "2022-03-05")
    assert site.get(before)["Location"] == article.get_absolute_url()


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        (ARTICLE.rstrip("/"), ARTICLE),
        (ARTICLE.replace("ferry", "Ferry"), ARTICLE),
        ("/2022/03/04", "/2022/03/04/"),
        ("/2022/3/4/", "/2022/03/04/"),
        ("/2022/3/4", "/2022/03/04/"),
        ("/2022/3/", "/2022/03/"),
        ("/tags/docks/", "/tags/harbours/"),
        ("/tags/Harbours/", "/tags/harbours/"),
        ("/tags/rivers+harbours/", "/tags/harbours+rivers/"),
        ("/tags/docks+rivers/", "/tags/harbours+rivers/"),
        ("/tags/harbours+docks/", "/tags/harbours/"),
    ],
)
def test_an_address_spelt_otherwise_leads_to_the_one(site: Client, asked: str, leads_to: str) -> None:
    make.make_article(tags=["Harbours", "Rivers"])
    make.make_tag("Harbours", aliases=["Docks"])
    response = site.get(asked)
    assert (response.status_code, response["Location"]) == (301, leads_to)


def test_each_page_is_found_without_its_slash(site: Client) -> None:
    article = make.make_article(tags=["Harbours", "Rivers"])
    photo = make.make_photo(article)
    make.make_article("Fog", published="", source=None)
    pages = """/about /dates /help /help/search /2022 /2022/03 /2022/03/04 /on-this-day/03-04 /undated /undated/fog
        /search /search/suggest /tags /tags/harbours /tags/harbours+rivers /sources /sources/harbour-daily /photos
        /unsourced""".split()
    pages += [f"{ARTICLE}{form}" for form in ("account", f"photos/{photo.key}", "history", "history/1")]
    for page in pages:
        for method in (site.get, site.head):
            response = method(f"{page}?page=1&q=%20a")
            assert (response.status_code, response.get("Location")) == (301, f"{page}/?page=1&q=%20a"), page
            assert "s-maxage=5" in response["Cache-Control"]
        assert site.get(f"{page}/").status_code == 200, page
    short = site.get(f"/a/{article.key}", follow=True)
    assert short.redirect_chain == [(f"/a/{article.key}/", 301), (ARTICLE, 301)]


def test_an_address_of_nothing_is_not_sent_on_to_one_with_a_slash(site: Client) -> None:
    make.make_article(tags=["Harbours"])
    make.make_tag("Empty")
    nothing = """/tags/harbours.json /tags/harbours.json?page=2 /undated/feed.xyz /2021 /2022/03/05 /2022/02/30
        /2022/03/04/no-such-article /sources/nobody /help/nothing /a/0000000000 /tags/harbours+nothing
        /on-this-day/02-30 /no-such-page /tags//evil.example /wp-login.php""".split()
    for address in (*nothing, f"{ARTICLE}photos/nothing", f"{ARTICLE}history/99"):
        for method in (site.get, site.head):
            assert method(address).status_code == 404, address
            assert method(address.replace("?", "/?") if "?" in address else f"{address}/").status_code == 404, address


def test_an_address_without_its_slash_leads_to_what_was_there(site: Client) -> None:
    make.make_article(tags=["Harbours"])
    make.make_tag("Harbours", aliases=["Docks"])
    make.withdraw(make.make_article("Withdrawn"))
    for address, chain in {
        "/tags/docks": [("/tags/docks/", 301), ("/tags/harbours/", 301)],
        "/2022/03/04/withdrawn": [("/2022/03/04/withdrawn/", 301)],
        "/2022/03/04/ferry-returns-to-the-nor": [(ARTICLE, 302)],
    }.items():
        response = site.get(address, follow=True)
        assert response.redirect_chain == chain
        assert response.status_code == (410 if "withdrawn" in address else 200)


def test_the_admin_is_found_without_its_slash(editor: Client) -> None:
    assert editor.get("/admin")["Location"] == "/admin/"
    response = editor.get("/admin/articles/article?q=fog")
    assert (response.status_code, response["Location"]) == (301, "/admin/articles/article/?q=fog")
    assert "public" not in response["Cache-Control"]


def test_a_withdrawn_article_says_why_and_leaves_every_listing(site: Client) -> None:
    make.make_article("Another one", tags=["Harbours"])
    article = make.make_article(tags=["Harbours"])
    make.make_original(article)
    make.withdraw(article, "A court asked for it.")
    for address in (ARTICLE, f"{ARTICLE}article.json", f"{ARTICLE}original"):
        words = shown(site, address, status=410)
        assert "withdrawn on 9 January 2024" in words
        assert "A court asked for it." in words
        assert "The ferry sailed" not in words
    articles = [
        "/", "/2022/", "/2022/03/", "/2022/03/04/", "/tags/harbours/", "/sources/harbour-daily/", "/feeds/latest.atom",
        "/tags/harbours/feed.json", "/sources/harbour-daily/feed.rss", "/sitemap/articles-0.xml",
        "/2022/03/04/another-one/",
    ]  # fmt: skip
    for address in articles:
        assert "Ferry returns" not in html(site, address), address
        assert "ferry-returns" not in html(site, address), address


@pytest.mark.parametrize(
    "address",
    [
        "/2022/02/31/", "/2022/13/", "/2021/", "/2022/04/", "/2022/03/05/", "/0000/", "/a/zzzzzzzzzz/", "/tags/none/",
        "/tags/harbours+none/", "/sources/none/", "/?page=2x/none", "/feeds/latest.pdf", f"{ARTICLE}article.pdf",
        f"{ARTICLE}original", "/undated/", "/tags/harbours/?before=zzzzzzzzzz", "/2022/03/04/?before=1&after=2",
        "/sitemap/articles-7.xml", "/.well-known/security.txt", "/2022/2/31/",
        f"{ARTICLE}photos/zzzzzzzz/", "/photos/?before=zzzzzzzzzz", "/photos/?before=1&after=2",
    ],
)  # fmt: skip
def test_what_was_never_filed_is_not_found(site: Client, address: str) -> None:
    make.make_article(tags=["Harbours"])
    assert site.get(address).status_code == (200 if address.startswith("/?") else 404)


def test_a_page_past_the_end_is_not_found(site: Client) -> None:
    article = make.make_article(tags=["Harbours"])
    for address in ("/2022/", "/2022/03/04/", "/tags/harbours/", "/sources/harbour-daily/"):
        for way in ("before", "after"):
            answer = site.get(f"{address}?{way}={article.key}")
            assert answer.status_code == 404, address
            assert "Page not found" in answer.content.decode(), address
            assert f'href="{address}">First page' in answer.content.decode()
    beyond = site.get("/search/?q=ferry&page=99").content.decode()
    assert 'href="/search/?q=ferry">First page' in beyond
    assert "has not been moved" not in beyond


def test_an_empty_month_and_year_are_named_with_what_is_held_around_them(site: Client) -> None:
    make.make_article(published="2019-05-04")
    make.make_article(published="2022-03-04")
    for address, asked in (("/2020/", "2020"), ("/2020/07/", "July 2020"), ("/2020/07/01/", "1 July 2020")):
        words = site.get(address).content.decode()
        assert f"No articles from {asked}." in words
        assert 'Previous day with articles: <a href="/2019/05/04/">4 May 2019</a>' in words
        assert 'Next day with articles: <a href="/2022/03/04/">4 March 2022</a>' in words


def test_listings_of_which_the_last_article_is_withdrawn_say_so(site: Client) -> None:
    article = make.make_article(tags=["Harbours"])
    make.withdraw(make.make_article("Dust", published="", tags=["Harbours"]))
    articles = (
        "/2022/", "/2022/03/", "/2022/03/04/", "/tags/harbours/", "/tags/Harbours/", "/tags/harbours/feed.atom",
        "/sources/harbour-daily/", "/sources/harbour-daily/feed.json",
    )  # fmt: skip
    make.withdraw(article)
    for address in (*articles, "/undated/"):
        answer = site.get(address, follow=True)
        assert answer.status_code == 410, address
        assert "No articles here" in answer.content.decode()
        assert "no-store" not in answer.headers["Cache-Control"]
    assert site.get("/tags/harbours/feed.pdf").status_code == 404


def test_a_mistyped_address_is_answered_with_what_is_filed_close_by(site: Client) -> None:
    make.make_article()
    make.make_article("Snow closes the pass")
    make.make_article("Earlier one", published="2022-02-01")
    words = shown(site, "/2022/03/04/fery-returns-to-north-quay/", status=404)
    assert words.index("Ferry returns to the north quay") < words.index("Snow closes the pass")
    assert "See that day: 2 articles" in words
    assert "Previous day with articles: 1 February 2022 (1 article)" in words


def test_a_mistyped_tag_is_answered_with_those_that_are_spelt_alike(site: Client) -> None:
    make.make_article(tags=["Harbours", "Rivers"])
    words = shown(site, "/tags/harbors/", status=404)
    assert "No tag is called “harbors”." in words
    assert "Similar tags Harbours" in words


def test_of_two_tags_the_one_that_is_not_known_is_named(site: Client) -> None:
    make.make_tag("Harbours", aliases=["Docks"])
    make.make_article(tags=["Harbours", "Rivers"])
    words = shown(site, "/tags/docks+rivres/", status=404)
    assert "No tag is called “rivres”." in words
    assert "Similar tags Rivers Browse" in words


def test_each_paragraph_has_an_address_that_a_reader_can_find(site: Client) -> None:
    article = make.make_article(
        dateline="NORHAVEN, March 4",
        body="NORHAVEN, March 4: *Late*.\n\n- a\n- b\n\n| x | y |\n|--|--|\n| 1 | 2 |\n\n## End",
    )
    make.make_photo(article, position=1)
    page = html(site, ARTICLE)
    links = re.findall(r'<li><a href="#(p\d+)"><bdi>(.*?)</bdi></a></li>', page.partition("Link to a paragraph")[2])
    assert links == [("p1", "NORHAVEN, March 4: Late."), ("p2", "a b"), ("p3", "x y 1 2"), ("p4", "End")]
    elements = [re.findall(rf'<(\w+) id="{name}"', page) for name, _ in links]
    assert elements == [["p"], ["ul"], ["table"], ["h2"]]
    make.make_article("Short", body="One paragraph.")
    assert "Link to a paragraph" not in html(site, "/2022/03/04/short/")


# --- Listings. --------------------------------------------------------------------------------------------------------


def headlines(client: Client, address: str) -> list[str]:
    """The headlines of the entries of a listing, in order."""
    return [unescape(found) for found in re.findall(r'<h3><a href="[^"]+">(?:<[^>]+>)?([^<]+)', html(client, address))]


def test_a_listing_is_read_page_by_page_forward_and_back(site: Client) -> None:
    for number in range(2 * PAGE_SIZE + 3):
        make.make_article(f"Sailing {number:02}", tags=["Harbours"], published=f"2022-03-{1 + number // 20:02}")
    make.make_article("Undated sailing", tags=["Harbours"], published="")
    expected = [f"Sailing {number:02}" for number in reversed(range(2 * PAGE_SIZE + 3))] + ["Undated sailing"]
    for listing in ("/tags/harbours/", "/sources/harbour-daily/", "/articles/"):
        pages, address = [], listing
        while address:
            pages.append((address, headlines(site, address)))
            older = re.search(r'rel="next" href="(\?before=\w+)"', html(site, address))
            address = listing + older[1] if older else ""
        assert [headline for _, found in pages for headline in found] == expected
        newer = re.search(r'rel="prev" href="(\?after=\w+)"', html(site, pages[2][0]))
        assert newer
        assert headlines(site, listing + newer[1]) == pages[1][1]


def test_a_day_of_many_articles_is_paged(site: Client) -> None:
    for number in range(PAGE_SIZE + 2):
        make.make_article(f"Sailing {number:02}")
    page = html(site, "/2022/03/04/")
    older = re.search(r'rel="next" href="(\?before=\w+)"', page)
    assert older
    assert "27 articles" in page
    assert headlines(site, f"/2022/03/04/{older[1]}") == ["Sailing 01", "Sailing 00"]


def test_the_undated_are_paged_both_ways(site: Client) -> None:
    for number in range(PAGE_SIZE + 1):
        make.make_article(f"Sailing {number:02}", published="")
    older = re.search(r'rel="next" href="(\?before=\w+)"', html(site, "/undated/"))
    assert older
    assert headlines(site, f"/undated/{older[1]}") == ["Sailing 00"]
    newer = re.search(r'rel="prev" href="(\?after=\w+)"', html(site, f"/undated/{older[1]}"))
    assert newer
    assert len(headlines(site, f"/undated/{newer[1]}")) == PAGE_SIZE


def test_two_tags_show_the_articles_that_have_both(site: Client) -> None:
    make.make_article("Both", tags=["Harbours", "Rivers"])
    make.make_article("One", tags=["Harbours"])
    make.withdraw(make.make_article("Gone", tags=["Harbours", "Rivers"]))
    assert headlines(site, "/tags/harbours+rivers/") == ["Both"]
    assert 'href="/tags/harbours+rivers/"' in html(site, "/tags/harbours/")


def test_two_tags_look_back_in_bounded_steps(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.public.listings.articles.WALK", 3)
    make.make_article("The only one", tags=["Harbours", "Rivers"], published="2020-01-01")
    for number in range(4):
        make.make_article(f"Harbour {number}", tags=["Harbours"], published=f"2021-01-0{number + 1}")
    for number in range(9):
        make.make_article(f"River {number}", tags=["Rivers"], published="2021-02-01")
    words, page = shown(site, "/tags/harbours+rivers/"), html(site, "/tags/harbours+rivers/")
    assert "None among those searched so far." in words
    assert "Searched 3 articles tagged Harbours." in words
    older = re.search(r'rel="next" href="(\?before=\w+)"', page)
    assert older
    assert headlines(site, f"/tags/harbours+rivers/{older[1]}") == ["The only one"]


def test_a_listing_shows_the_first_held_photo_with_caption_and_credit(site: Client) -> None:
    article = make.make_article()
    make.make_photo(article, caption="No file.")
    make.make_photo(article, sizes=[(400, 300)], caption="Held.")
    words = shown(site, "/2022/03/04/")
    assert "2 photos" in words
    assert "Held. Photo: Mei Tanaka" in words
    assert 'loading="lazy"' in html(site, "/2022/03/04/")


def test_the_front_page_leads_with_a_photo_and_offers_a_search_of_all_that_there_is(site: Client) -> None:
    shown_one = make.make_article("Shown", tags=["Harbours"], published="2020-02-03")
    make.make_photo(shown_one, sizes=[(800, 600)], caption="Cranes.")
    make.make_article("Newest", source=None, published="2022-03-04")
    words, page = shown(site, "/"), html(site, "/")
    assert '<label for="q">Search 2 articles, 2020 to 2022</label>' in page
    assert '<a href="/articles/">All 2 articles</a>' in page
    assert words.index("Shown") < words.index("Latest") < words.index("Newest")
    assert f'<a class="photo" href="{shown_one.get_absolute_url()}"><picture>' in page
    assert words.index("Shown") < words.index("Cranes.") < words.index("Latest")
    assert "<title>2020: 1 article</title>" in page
    assert "2021 no articles" in words


def test_a_portrait_stands_beside_the_text_of_the_lead(site: Client) -> None:
    make.make_photo(make.make_article(), sizes=[(600, 800)])
    assert '<article class="lead beside">' in html(site, "/")


def test_the_front_page_of_one_article_is_its_opening_its_captions_and_its_month(site: Client) -> None:
    article = make.make_article(published="", updated="2022-03-04")
    for caption in ("The quay.", "The ferry."):
        make.make_photo(article, caption=caption)
    words = shown(site, "/")
    opening = "The ferry sailed at nine. It was full. Nobody had sold a ticket."
    assert f"Updated 4 March 2022 Harbour Daily {opening} Read" in words
    assert (
        "Photo captions 2 photos are not in the archive. Captions only. The quay. Photo: Mei Tanaka The ferry." in words
    )
    assert '<a href="/2022/03/04/" aria-label="4 March: 1 article">4</a>' in html(site, "/")
    for absent in ("Latest", "Year by year", "Nothing", "None"):
        assert absent not in words


def test_an_empty_archive_has_a_front_page(site: Client) -> None:
    assert "No articles yet" in shown(site, "/")
    for address in (
        *("/tags/", "/sources/", "/about/", "/dates/", "/photos/"),
        *("/feeds/latest.atom", "/sitemap.xml", "/sitemap/listings.xml"),
    ):
        assert site.get(address).status_code == 200


def test_on_this_day_has_a_picture_on_the_front_page(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2024, 3, 4))
    older = make.make_article("Older", published="2012-03-04")
    make.make_photo(older, sizes=[(400, 300)], caption="The clock.")
    make.make_article(published="2013-03-04")
    day = html(site, "/").partition('id="onthisday"')[2].partition("</section>")[0]
    assert f'<a class="photo" href="{older.get_absolute_url()}"><picture>' in day
    assert "The clock." in day


def test_on_this_day_goes_through_the_years(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2024, 2, 29))
    for day in ("2020-02-29", "2016-02-29", "2019-02-28"):
        make.make_article(f"Sailed {day}", published=day)
    words = shown(site, "/")
    held = "2020Sailed 2020-02-29 Harbour Daily 2016Sailed 2016-02-29"
    assert f"On this day, 29 FebruaryAll years, and other days {held}" in words


def test_a_month_is_a_calendar_of_what_each_day_holds(site: Client) -> None:
    make.make_article()
    make.make_article("Second")
    make.make_article("Third", published="2022-03-31")
    words, page = shown(site, "/2022/03/"), html(site, "/2022/03/")
    assert "3 articles on 2 days" in words
    assert '<a href="/2022/03/04/" class="t2"><b>4<span class="away"> March:</span></b> 2<i> articles</i></a>' in page
    assert 'rel="prev"' not in page


def test_a_year_is_twelve_calendars_tinted_by_what_each_day_has(site: Client) -> None:
    for number in range(4):
        make.make_article(f"Sailing {number}")
    make.make_article("Alone", published="2022-03-06")
    make.make_article("Older", published="2019-01-01")
    words, page = shown(site, "/2022/"), html(site, "/2022/")
    assert "5 articles in 1 month" in words
    assert page.count('<table class="calendar small"') == 12
    assert '<a href="/2022/03/04/" class="t3" aria-label="4 March: 4 articles">4</a>' in page
    assert '<a href="/2022/03/06/" aria-label="6 March: 1 article">6</a>' in page
    assert "Earlier year2019, 1 article" in words


def test_dates_are_years_of_twelve_months_by_decade(site: Client) -> None:
    for number in range(6):
        make.make_article(f"Sailing {number}")
    make.make_article("Older", published="2020-01-01")
    make.make_article("Undated", published="")
    words, page = shown(site, "/dates/"), html(site, "/dates/")
    assert "7 articles from 1 January 2020 to 4 March 2022." in words
    assert "No date: 1 article" in words
    assert "2021No articles" in words
    assert '<a href="/2022/03/" class="t2">Mar <b>6</b></a>' in page
    assert '<a href="/2020/01/">Jan <b>1</b></a>' in page
    assert '<a href="/dates/" aria-current="true">Dates</a>' in page


def test_a_day_says_how_its_articles_are_dated(site: Client) -> None:
    make.make_article()
    make.make_article("Updated one", published="", updated="2022-03-04", source="Other Paper")
    assert "2 articles from 2 sources (1 filed by its update date)" in shown(site, "/2022/03/04/")


def test_the_largest_tags_come_first_below_the_letters(site: Client) -> None:
    make.make_article(tags=["Éclairs", "Harbours", "3D printing", "图书馆"])
    make.make_article("Another", tags=["Harbours"])
    words, page = shown(site, "/tags/"), html(site, "/tags/")
    assert "4 tags." in words
    assert "Harbours 2 3D printing 1 Éclairs 1 图书馆 1" in words
    assert re.findall(r'<a href="\?letter=([^"]+)">', page) == ["e", "h", "0-9", "chinese-japanese"]


def test_a_tag_names_what_else_is_filed_under_it(site: Client) -> None:
    make.make_article(tags=["Harbours"])
    make.make_tag("Harbours", aliases=["Docks", "Quay"])
    Tag.objects.update(description="Ports and quays.")
    assert "Ports and quays. Also known as Docks, Quay." in shown(site, "/tags/harbours/")


def test_sources_are_told_with_what_is_held_of_each(site: Client) -> None:
    make.make_article(published="2019-01-01")
    make.make_article("Second")
    make.make_article("Third", source=None)
    words = shown(site, "/sources/")
    assert "Harbour Daily2019–20222" in words
    assert "Source not named1" in words


def test_articles_that_name_no_source_are_listed_under_an_address_of_their_own(site: Client) -> None:
    make.make_article("First", source=None, published="2019-01-01")
    make.make_article("Second", source=None)
    make.make_article("Third")
    make.make_article("None", source="None")
    assert '<a href="/unsourced/">Source not named</a>' in html(site, "/sources/")
    assert headlines(site, "/unsourced/") == ["Second", "First"]
    assert "2 articles, 2019–2022" in shown(site, "/unsourced/")
    assert headlines(site, "/sources/none/") == ["None"]


SAYING_SOURCES = (
    "/", "/2022/", "/2022/03/", "/2022/03/04/", "/on-this-day/03-04/", "/tags/harbours/", "/search/?q=ferry",
    "/sources/", "/search/suggest/?q=ferry", "/feeds/latest.atom", "/feeds/photos.atom",
)  # fmt: skip


@pytest.mark.parametrize("address", [*SAYING_SOURCES, "/photos/", "/photos/?show=captions"])
def test_lists_mention_sources_only_if_one_is_named(site: Client, address: str) -> None:
    for headline in ("Ferry returns", "Ferry again"):
        article = make.make_article(headline, source=None, tags=["Harbours"])
        make.make_photo(article)
    page = html(site, address)
    assert "Source not named" not in page
    assert not re.search(r"<(p|span)\b[^>]*></\1>|<small>:", page)
    make.make_article("Other", published="2021-01-01")
    assert ("Source not named" in html(site, address)) == (address in SAYING_SOURCES)


def test_a_page_asks_once_whether_a_source_is_named(
    site: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make.make_article("First", source=None)
    with CaptureQueriesContext(connection) as of_one:
        site.get("/2022/03/04/")
    for number in range(9):
        make.make_article(f"Ferry {number}", source=None)
    with django_assert_num_queries(len(of_one)):
        site.get("/2022/03/04/")


@pytest.mark.django_db
def test_articles_that_name_no_source_are_read_along_an_index() -> None:
    dated = articles.of_no_source().filter(archive_date__isnull=False).order_by("-archive_date", "-id")
    if connection.vendor != "sqlite":
        pytest.skip("the plan is SQLite's: of an empty table, PostgreSQL's is chance")
    assert "article_source_listing" in (plan := dated.explain())
    assert "TEMP B-TREE" not in plan


def test_where_every_article_names_its_source_there_is_no_such_listing(site: Client) -> None:
    make.make_article()
    assert site.get("/unsourced/").status_code == 404


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/2024/02/31/", "31 February 2024 is not a date."),
        ("/2024/13/", "13 is not a month."),
        ("/2024/13/01/", "13 is not a month."),
        ("/0000/01/", "0 is not a year."),
    ],
)
def test_a_day_that_is_in_no_calendar_is_said_to_be_none(site: Client, address: str, words: str) -> None:
    make.make_article()
    answer = site.get(address)
    assert answer.status_code == 404
    assert words in answer.content.decode()
    assert "28 February" not in answer.content.decode()


def test_a_section_stands_above_the_headline_before_any_tag(site: Client) -> None:
    article = make.make_article(section="Shipping", tags=["Rivers", "Harbours"])
    assert '<p class="kicker"><bdi>Shipping</bdi></p>' in html(site, ARTICLE)
    assert '<p class="kicker"><bdi>Shipping</bdi></p>' in html(site, "/")
    Article.objects.filter(pk=article.pk).update(section="Harbours")
    assert '<p class="kicker"><a href="/tags/harbours/"><bdi>Harbours</bdi></a></p>' in html(site, ARTICLE)


def test_without_a_section_the_first_tag_of_the_source_stands_above_the_headline(site: Client) -> None:
    make.make_article(tags=["Rivers", "Harbours"])
    Tagging.objects.filter(tag__name="Rivers").update(origin=Tagging.Origin.VOCABULARY)
    assert '<p class="kicker"><a href="/tags/harbours/"><bdi>Harbours</bdi></a></p>' in html(site, ARTICLE)
    Tagging.objects.update(origin=Tagging.Origin.VOCABULARY)
    assert '<p class="kicker">' not in html(site, ARTICLE)


def test_a_source_is_linked_only_where_a_link_can_lead(site: Client) -> None:
    make.make_article()
    Source.objects.update(url="javascript:alert(1)")
    assert "javascript" not in html(site, "/sources/harbour-daily/")
    Source.objects.update(url="https://example.org/")
    assert '<a href="https://example.org/" rel="nofollow noopener">Website</a>' in html(site, "/sources/harbour-daily/")


def test_the_page_about_the_archive_tells_its_gaps(site: Client, settings: LazySettings) -> None:
    settings.ARCHIVE_CONTACT = "desk@example.org"
    make.make_article(published="2019-01-01")
    assert "All dated articles are from 2019." in shown(site, "/about/")
    make.make_article("Second")
    make.make_article("Third", published="")
    words = shown(site, "/about/")
    assert "No articles: 2020–2021." in words
    assert "dated from 1 January 2019 to 4 March 2022" in words
    assert 'href="mailto:desk@example.org"' in html(site, "/about/")


# --- What every page costs and sends. ---------------------------------------------------------------------------------


def test_the_size_of_the_archive_does_not_show(site: Client, queries_of: Callable[[str], int]) -> None:
    def fill(first: int, last: int) -> None:
        for number in range(first, last):
            sailing = {"tags": ["Harbours", "Rivers"], "published": "2022-03-04", "is_indexed": False}
            article = make.make_article(f"Sailing {number}", **sailing)
            make.make_photo(article, sizes=[(400, 300), (800, 600)])

    fill(0, 3)
    make.make_article("Another day", tags=["Harbours"], published="2022-03-05")
    make.make_article("Undated", tags=["Harbours"], published="")
    addresses = [
        "/", "/2022/03/04/sailing-1/", "/tags/harbours/", "/2022/03/04/", "/2022/03/", "/2022/", "/about/", "/sources/",
        "/tags/", "/sources/harbour-daily/", "/feeds/latest.atom", "/tags/harbours+rivers/", "/photos/",
        "/photos/?tag=harbours&source=harbour-daily&from=2022", "/photos/?source=harbour-daily",
        Photo.objects.get(article__slug="sailing-1").get_absolute_url(),
    ]  # fmt: skip
    index.renew(list(Article.objects.values_list("pk", flat=True)))
    few = {address: queries_of(address) for address in addresses}
    fill(3, 300)
    index.renew(list(Article.objects.values_list("pk", flat=True)))
    many = {address: queries_of(address) for address in addresses}
    # A page that the dated articles fill does not ask for undated ones.
    assert {address for address in addresses if many[address] > few[address]} == set()
    assert max(few.values()) <= 15


def test_pages_name_what_they_show_for_a_cdn(site: Client, settings: LazySettings) -> None:
    article = make.make_article("Ferry", tags=["Harbours"], published="2022-03-04")
    address = article.get_absolute_url()
    assert "Cache-Tag" not in site.get(address).headers
    settings.CACHE_TAG_HEADER, settings.STALE_SECONDS = "Cache-Tag", 600
    answer = site.get(address)
    named = set(answer.headers["Cache-Tag"].split(","))
    assert named == {f"article-{article.key}", "tag-harbours", "source-harbour-daily", "day-2022-03-04"}
    assert "stale-while-revalidate=600" in answer.headers["Cache-Control"]
    assert f"article-{article.key}" in site.get(f"{address}article.json").headers["Cache-Tag"]
    for listing in ("/tags/harbours/", "/tags/harbours/feed.atom"):
        assert site.get(listing).headers["Cache-Tag"] == "tag-harbours"
    assert site.get("/2022/03/04/").headers["Cache-Tag"] == "day-2022-03-04"
    settings.CACHE_TAG_HEADER = "Surrogate-Key"
    assert site.get("/sources/harbour-daily/").headers["Surrogate-Key"] == "source-harbour-daily"


def test_pages_may_be_kept_and_are_asked_for_again_with_their_digest(site: Client) -> None:
    make.make_article()
    first = site.get(ARTICLE)
    assert first["Cache-Control"] == "public, max-age=0, s-maxage=5"
    assert "Cookie" not in first.get("Vary", "")
    assert site.get(ARTICLE, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert site.head(ARTICLE).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options"])
def test_pages_answer_only_to_being_read(site: Client, method: str) -> None:
    make.make_article()
    assert getattr(site, method)(ARTICLE).status_code == 405


def test_pages_hold_no_script_but_that_of_suggestions_and_no_inline_style(site: Client) -> None:
    make.make_photo(make.make_article(tags=["Harbours"]), sizes=[(800, 600)])
    for address in ("/", ARTICLE, "/tags/", "/tags/harbours/", "/2022/", "/2022/03/", "/2022/03/04/", "/about/"):
        page = html(site, address)
        own = r"type=\"application/ld\+json\"|src=\"/static/suggest[.\w]*\.js\" defer>"
        assert not re.search(rf"<script(?! (?:{own}))|<style| style=| on\w+=", page), address
        assert "script-src 'self'" in site.get(address)["Content-Security-Policy"]
        assert page.count("<h1") == 1, address


# --- Small addresses. -------------------------------------------------------------------------------------------------


def test_machines_find_their_addresses(site: Client, settings: LazySettings) -> None:
    make.make_article()
    icon = site.get("/favicon.ico")
    assert icon.status_code == 302
    assert re.fullmatch(r"/static/favicon(\.\w+)?\.svg", icon["Location"])
    assert site.get("/healthz").content == b"ok\n"
    assert b"Sitemap: http://testserver/sitemap.xml" in site.get("/robots.txt").content
    settings.ARCHIVE_CONTACT = "desk@example.org"
    assert b"Contact: mailto:desk@example.org" in site.get("/.well-known/security.txt").content


def test_addresses_stand_under_the_base_url_where_it_is_set(site: Client, settings: LazySettings) -> None:
    settings.BASE_URL = "https://archive.example.org"
    make.make_article()
    assert f'<link rel="canonical" href="https://archive.example.org{ARTICLE}">' in html(site, ARTICLE)


def test_a_fault_of_ours_is_told_without_the_database(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("articles.public.listings.periods.holdings", broken)
    site.raise_request_exception = False
    assert "Something went wrong" in shown(site, "/", status=500)


# --- Headings, code and letters as shown. -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("levels", "shown"),
    [("3", "2"), ("1", "2"), ("335", "223"), ("24", "23"), ("3232", "2232"), ("2423", "2323"), ("123456", "223456")],
)
def test_headings_of_a_text_are_an_outline_below_the_headline(site: Client, levels: str, shown: str) -> None:
    body = "\n\n".join(f"{'#' * int(level)} Part\n\nWords." for level in levels)
    article = make.make_article(body=body)
    text = site.get(article.get_absolute_url()).content.decode().partition('id="text"')[2].partition("</div>")[0]
    assert "".join(re.findall(r"<h(\d)[^>]*>Part</h\1>", text)) == shown
    assert "".join(re.findall(r"<h(\d)", site.get(f"{article.get_absolute_url()}article.json").json()["html"])) == shown
    article.refresh_from_db()
    assert article.body == body


def test_code_that_scrolls_is_reached_by_keyboard_and_named(site: Client) -> None:
    article = make.make_article(body="One.\n\n    alone\n\n* item\n\n        nested")
    page = site.get(article.get_absolute_url()).content.decode()
    assert '<pre tabindex="0" role="group" aria-label="Code"><code>nested' in page
    assert re.search(r'tabindex="0" role="group" aria-label="Table or code[^>]*><pre[^>]*><code>alone', page)
    assert '<pre tabindex="0" role="group" aria-label="Code">' in site.get("/help/run/").content.decode()


def test_the_help_says_how_to_report_an_error_where_no_contact_is_set(site: Client, settings: Any) -> None:
    settings.ARCHIVE_CONTACT = ""
    page = site.get("/help/damage/").content.decode()
    assert "If it gives none, write to the newspaper or library whose archive this is" in page
