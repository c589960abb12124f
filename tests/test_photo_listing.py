"""The listing of photos: by date of their articles, by tag, source and date, in pages of equal cost."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from articles.models import Article, Photo
from articles.public.listings import photos as photo_listings
from articles.public.listings.photos import photo_entries, photos_in_order_of
from articles.search import index
from articles.search.finding import PAGE_SIZE
from tests import factories as make
from tests.captions import captions_in
from tests.staff import saved

pytestmark = pytest.mark.django_db
SIZES = [(400, 300), (800, 600)]


def html(site: Client, address: str = "/photos/") -> str:
    page = site.get(address)
    assert page.status_code == 200, address
    return page.content.decode()


def captions(site: Client, address: str = "/photos/") -> list[str]:
    return captions_in(html(site, address))


def with_photos(headline: str, *said: str, sizes: Any = SIZES, **values: Any) -> Article:
    """An article with photos of these captions."""
    article = make.make_article(headline, **values)
    for caption in said:
        make.make_photo(article, caption=caption, sizes=sizes)
    return article


def link(page: str, words: str) -> str:
    found = re.search(rf'href="([^"]+)"[^>]*>{words}<', page)
    return found[1].replace("&amp;", "&") if found else ""


def test_photos_are_listed_by_the_date_of_their_article_and_then_in_its_order(site: Client) -> None:
    with_photos("Old", "Old one", "Old two", published="1999-01-01")
    with_photos("Undated", "No day", published="")
    with_photos("New", "New one", "New two", published="2022-03-04")
    make.make_article("Without", published="2023-01-01")
    assert captions(site) == ["New one", "New two", "Old one", "Old two", "No day"]


def test_each_photo_stands_with_its_caption_credit_article_and_date(site: Client) -> None:
    article = with_photos("Ferry <back>", "The quay & the ferry.", published="2022-03-04")
    page = html(site)
    photo = Photo.objects.get()
    assert f'href="{photo.get_absolute_url()}"><picture>' in page
    assert 'srcset="/media/renditions/' in page
    assert "The quay &amp; the ferry." in page
    assert "Photo: Mei Tanaka" in page
    assert f'<a href="{article.get_absolute_url()}">{escape("Ferry <back>")}</a> <time datetime="2022-03-04">' in page


def test_a_photo_without_a_file_is_listed_with_its_words_and_leads_to_its_page(site: Client) -> None:
    with_photos("Ferry", "The quay.", sizes=())
    page = html(site)
    assert f'<a href="{Photo.objects.get().get_absolute_url()}">The quay.</a>' in page
    assert captions(site) == ["The quay."]


def test_a_page_has_24_photos_of_which_the_first_four_load_at_once(site: Client) -> None:
    with_photos("Regatta", *(f"Boat {number}" for number in range(30)))
    page = html(site)
    images = re.findall(r"<img [^>]*>", page)
    assert [("lazy" in image) for image in images] == [False] * 4 + [True] * 20
    assert len(captions(site, link(page, "Older photos"))) == 6


def test_all_ways_to_narrow_are_in_one_closed_fold(site: Client) -> None:
    with_photos("Ferry", "The quay", tags=["Harbours"])
    for query in ("", "?tag=harbours&source=harbour-daily&from=2022"):
        _, fold, after = re.split(
            r"<details class=\"narrowing\">|</details>", html(site, f"/photos/{query}"), maxsplit=2
        )
        assert "Often credited" in fold
        assert fold.count("<label ") == 5
        assert "The quay" in after
    assert '<details class="narrowing" open>' in html(site, "/photos/?tag=nothing")


def test_photos_that_the_archive_has_are_shown_and_captions_without_a_picture_are_one_link_away(
    site: Client, root: Client
) -> None:
    article = with_photos("Ferry", "One", "Two", published="2022-03-04")
    make.make_photo(article, caption="Three")
    with_photos("Lost", "Four", sizes=(), published="")
    page = html(site)
    assert captions(site) == ["One", "Two"]
    assert 'aria-current="true">2 photos</a>' in page
    assert captions(site, link(page, "2 captions without a picture")) == ["Three", "Four"]
    assert captions(site, "/photos/?show=captions&sort=oldest&source=harbour-daily") == ["Four", "Three"]
    make.remember(article)
    saved(root, article, **{"photos-0-DELETE": "on"})
    assert captions(site) == ["Two"]
    make.withdraw(Article.objects.get(slug="ferry"))
    assert captions(site) == ["Four"]
    assert "Show:" not in html(site)
    make.withdraw(Article.objects.get(slug="lost"))
    assert "No photos yet." in html(site)


def test_what_a_search_finds_has_its_pictures_first(site: Client) -> None:
    captioned("Ferry", ("A ferry.", "", ""), published="2020-01-01")
    make.make_photo(make.make_article("Lost", language="en"), caption="The ferry, lost.", alt_text="")
    page = html(site, "/photos/?q=ferry")
    assert page.index("A <mark>ferry</mark>.") < page.index("Captions without a picture") < page.index(", lost.")


def test_what_is_withdrawn_leaves_and_what_is_filed_anew_moves(site: Client) -> None:
    first = with_photos("First", "One", published="2020-01-01")
    second = with_photos("Second", "Two", published="2021-01-01")
    make.refile_under(first, "2022-02-02")
    assert captions(site) == ["One", "Two"]
    assert captions(site, "/photos/?from=2022") == ["One"]
    make.withdraw(second)
    assert captions(site) == ["One"]


def test_filters_compose(site: Client) -> None:
    with_photos("A", "Both", tags=["Harbours"], source="Courier", published="2020-05-05")
    with_photos("B", "Tagged", tags=["Harbours"], source="Post", published="2021-05-05")
    with_photos("C", "Courier", source="Courier", published="2022-05-05")
    with_photos("D", "No day", tags=["Harbours"], source="Courier", published="")
    assert captions(site, "/photos/?tag=harbours") == ["Tagged", "Both", "No day"]
    assert captions(site, "/photos/?source=courier") == ["Courier", "Both", "No day"]
    assert captions(site, "/photos/?tag=harbours&source=courier") == ["Both", "No day"]
    assert captions(site, "/photos/?tag=Harbours&source=Courier&from=2020-05&to=2020-05-05") == ["Both"]
    assert captions(site, "/photos/?from=2021&to=2021") == ["Tagged"]
    assert "No photos match." in html(site, "/photos/?from=2023")


def test_the_page_says_what_it_is_narrowed_to(site: Client) -> None:
    with_photos("A", "Both", tags=["Harbours"], source="Courier", published="2020-05-05")
    page = html(site, "/photos/?tag=harbours&source=courier&from=2020-05&to=2021")
    assert "Photos tagged Harbours, from Courier, May 2020 to 2021." in page
    assert "<title>Photos tagged Harbours, from Courier, May 2020 to 2021" in page
    assert 'rel="canonical" href="http://testserver/photos/?tag=harbours&amp;source=courier&amp;from=2020-05' in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=yesterday", "“yesterday” is not a date"), ("to=2023-13", "“2023-13” is not a date"),
        ("from=2023-02-31", "“2023-02-31” is not a date"), ("from=0000", "“0000” is not a date"),
        ("tag=nothing", "No tag is called “nothing”"), ("source=%3Cb%3E", "No source is called “&lt;b&gt;”"),
        ("tag=%00", "No tag is called"), ("from=%F0%9F%98%80", "is not a date"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_left_out_of_account_and_said(site: Client, query: str, words: str) -> None:
    with_photos("A", "One")
    page = html(site, f"/photos/?{query}")
    assert words in page
    assert "It was ignored." in page
    assert "One" in page


def test_pages_follow_one_another_and_back(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_listings, "PHOTOS_A_PAGE", 3)
    for day, name in (("2020-01-01", "a"), ("2020-01-01", "b"), ("2021-01-01", "c"), ("", "d")):
        with_photos(name, f"{name}1", f"{name}2", published=day, tags=["Harbours"])
    whole = ["c1", "c2", "b1", "b2", "a1", "a2", "d1", "d2"]
    for query in ("", "?tag=harbours", "?source=harbour-daily", "?tag=harbours&source=harbour-daily"):
        address, pages = f"/photos/{query}", []
        while address:
            pages.append(captions(site, address))
            last, address = address, link(html(site, address), "Older photos")
        assert pages == [whole[:3], whole[3:6], whole[6:]], query
        backwards = []
        while address := link(html(site, last), "Newer photos"):
            backwards.append(captions(site, address))
            last = address
        assert backwards == [whole[3:6], whole[:3]], query
        assert "These are the newest" in html(site, last)


def test_the_oldest_come_first_where_they_are_asked_for(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_listings, "PHOTOS_A_PAGE", 2)
    for day, name in (("2021-01-01", "c"), ("2020-01-01", "a"), ("", "d"), ("2020-01-01", "b"), ("2022-01-01", "e")):
        with_photos(name, f"{name} quay", published=day, tags=["Harbours"])
    whole = ["d quay", "a quay", "b quay", "c quay", "e quay"]
    for query in ("", "?tag=harbours"):
        address, pages = link(html(site, f"/photos/{query}"), "oldest"), []
        while address:
            pages.append(captions(site, address))
            last, address = address, link(html(site, address), "Newer photos")
        assert pages == [whole[:2], whole[2:4], whole[4:]], query
        assert "There are no newer ones" in html(site, last)
        assert captions(site, link(html(site, last), "Older photos")) == whole[2:4]
    assert captions(site, "/photos/?q=quay&sort=oldest") == [name.replace("quay", "[[quay]]") for name in whole]


def test_a_tag_is_walked_in_bounded_steps_along_the_rarer_of_tag_and_source(
    site: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_listings, "WALK", 2)
    with_photos("Old", "Old one", tags=["Harbours"], published="2000-01-01")
    for number in range(5):
        make.make_article(f"Without {number}", tags=["Harbours"], published=f"2010-01-0{number + 1}", source="Post")
    address, steps, seen = "/photos/?tag=harbours", 0, []
    while address:
        page = html(site, address)
        seen += captions(site, address)
        address, steps = link(page, "Older photos"), steps + 1
        assert ("Searched 2 articles" in page) == bool(address)
    assert (seen, steps) == (["Old one"], 3)
    assert captions(site, "/photos/?tag=harbours&source=harbour-daily") == ["Old one"]


def test_a_caption_is_in_the_language_of_its_article(site: Client) -> None:
    with_photos("ميناء", "الرصيف", language="ar")
    assert re.search(r'<a [^>]*lang="ar" dir="rtl"><picture>.*?الرصيف', html(site), re.DOTALL)


def found(site: Client, query: str) -> list[str]:
    """The captions and credits of the photos that are shown, hits between [[ and ]]."""
    return captions_in(html(site, f"/photos/?{query}"), credits=True)


def captioned(headline: str, *photos: tuple[str, str, str], **values: Any) -> Article:
    """An article with photos of these captions, credits and alt texts, in the index."""
    article = make.make_article(headline, language="en", **values)
    for caption, credit_line, alt_text in photos:
        make.make_photo(article, caption=caption, credit_line=credit_line, alt_text=alt_text, sizes=SIZES)
    return article


def test_photos_are_found_by_their_captions_and_credits(site: Client) -> None:
    captioned("Ferries", ("Two ferries & a quay.", "Jane Doe", ""), ("Gulls.", "Jane Doe", ""), published="2001-01-01")
    captioned("Fog", ("Fog.", "Ferry Line", ""), ("", "", "A ferry at night"), published="2002-02-02", tags=["Fog"])
    captioned("The ferry returns", ("Rain.", "", ""), body="A ferry.")
    assert found(site, "q=ferry") == [
        "Fog. Photo: [[Ferry]] Line", "", "Two [[ferries]] &amp; a quay. Photo: Jane Doe",
    ]  # fmt: skip
    assert found(site, "q=ferry&tag=fog") == ["Fog. Photo: [[Ferry]] Line", ""]
    assert found(site, "q=ferry+-line+to:2001") == ["Two [[ferries]] &amp; a quay. Photo: Jane Doe"]
    assert found(site, "q=headline:returns") == ["Rain."]
    page = html(site, "/photos/?q=+ferry+&from=2001")
    assert "Photos with “ferry”, from 2001 on. Found in 2 articles." in page
    assert '<meta name="robots" content="noindex">' in page
    assert "No photos match." in html(site, "/photos/?q=steamer")
    assert "“?” has no words to search for. It was ignored." in html(site, "/photos/?q=?")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("caption:bridge+OR+credit:smith", ["A [[bridge]]. Photo: Jane Doe", "A gull. Photo: Ann [[Smith]]"]),
        ("bridge+OR+byline:tanaka", ["A [[bridge]]. Photo: Jane Doe", "Rain. Photo: Jane Doe"]),
        ("bridge+OR+headline:storm", ["A [[bridge]]. Photo: Jane Doe", "A gull. Photo: Ann Smith"]),
        ("caption:bridge+OR+tag:weather", ["A [[bridge]]. Photo: Jane Doe", "A gull. Photo: Ann Smith"]),
        ("bridge+jane", ["A [[bridge]]. Photo: [[Jane]] Doe"]),
        ("bridge+ann+OR+zzz", []),
        ("fog+jane", ["Rain. Photo: [[Jane]] Doe", "[[Fog]]. Photo: Ann Reed"]),  # only both have both
        ("zzz+OR+headline:nothing", []),
    ],
)
def test_a_photo_is_found_by_what_it_has_or_its_article_has(site: Client, query: str, shown: list[str]) -> None:
    plain = {"byline": "", "tags": []}
    both = [("Rain.", "Jane Doe", ""), ("Fog.", "Ann Reed", "")]
    captioned("Walk", ("A bridge.", "Jane Doe", ""), ("Mud.", "Jane Doe", ""), published="2003-01-01", **plain)
    captioned("Storm", ("A gull.", "Ann Smith", ""), published="2002-01-01", **{**plain, "tags": ["Weather"]})
    captioned("Later", *both, published="2001-01-01", **plain)
    if "tanaka" in query:
        Photo.objects.get(caption="Fog.").delete()
        saved_byline(Article.objects.get(headline="Later"), "Mei Tanaka")
    assert sorted(found(site, f"q={query}")) == shown
    assert ("No photos match." in html(site, f"/photos/?q={query}")) == (not shown)


def saved_byline(article: Article, byline: str) -> None:
    Article.objects.filter(pk=article.pk).update(byline=byline)
    index.renew([article.pk])


def test_words_that_stand_with_no_photo_lead_to_the_articles_that_have_them(site: Client) -> None:
    captioned("Storm", ("A gull.", "", ""), body="The steamer left.", published="2002-01-01", tags=["Gulls"])
    make.make_article("Steamer", language="en")
    page = html(site, "/photos/?q=steamer&tag=gulls&from=2002")
    told = re.search(r'No photos match\. These words appear in <a href="([^"]+)" rel="nofollow">(.*?)</a>', page)
    assert told
    assert told[2] == "1 article with a photo"
    assert "1 article</strong> for “steamer”, tagged Gulls" in html(site, told[1].replace("&amp;", "&"))
    assert "These words appear" not in html(site, "/photos/?q=zzz")


def offered(site: Client, query: str) -> tuple[str, str]:
    """What the page says where it shows no photo, and where that leads."""
    said = re.search(r'<p class="note">(No photos match\..*?)</p>', html(site, f"/photos/?{query}"))
    assert said
    link = re.search(r'href="([^"]+)" rel="nofollow"', said[1])
    return unescape(re.sub("<[^>]+>", "", said[1])), unescape(link[1]) if link else ""


def test_words_that_only_articles_without_photos_have_lead_to_these(site: Client) -> None:
    captioned("Storm", ("A gull.", "", ""), body="Rain.")
    for number in range(2):
        make.make_article(f"Steamer {number}", language="en", published="2002-01-01")
    words, address = offered(site, "q=steamer&from=2002")
    assert words == "No photos match. These words appear in 2 articles without a photo."
    assert "2 articles</strong> for “steamer”, from 2002 on" in html(site, address)
    words, address = offered(site, "q=steamer+has:photo")
    assert words == "No photos match. Search the articles instead."
    assert "with fewer filters:" in html(site, address)


def test_where_no_article_has_the_words_their_spelling_is_offered(site: Client) -> None:
    captioned("Storm", ("A cormorant.", "", ""), body="Rain.", published="2002-01-01")
    captioned("Wind", ("Mud.", "", ""), body="The dredger left.", published="2001-01-01")
    words, address = offered(site, "q=cormornat&to=2005&sort=oldest")
    assert words == "No photos match. Did you mean cormorant? Photos in 1 article."
    assert address == "/photos/?q=cormorant&to=2005&sort=oldest"
    assert found(site, address.partition("?")[2]) == ["A [[cormorant]]."]
    words, address = offered(site, "q=dregder")
    assert words == "No photos match. Search the articles instead."
    assert re.search(r"Showing 1 article for <a [^>]*><bdi>dredger</bdi></a>", html(site, address))
    assert "Did you mean" not in offered(site, "q=cormornat&from=2003")[0]


def test_photos_that_were_found_go_by_pages_of_articles(site: Client) -> None:
    for number in range(PAGE_SIZE + 1):
        captioned(f"A {number}", (f"Ferry {number}", "", ""), published=f"2020-01-{number + 1:02}")
    captioned("Old", *[(f"Ferry {name}", "", "") for name in "abcdef"], published="2019-01-01")
    first = html(site, "/photos/?q=ferry")
    assert link(first, "Older photos") == "/photos/?q=ferry&page=2"
    second = html(site, "/photos/?q=ferry&page=2")
    assert link(second, "Newer photos") == "/photos/?q=ferry&page=1"
    assert len(found(site, "q=ferry&page=2")) == 5
    assert "the first of them are shown" in second
    assert site.get("/photos/?q=ferry&page=3").status_code == 404


def test_photos_that_a_search_found_are_told_in_its_order(site: Client) -> None:
    with_photos("A", "One", "Two")
    hidden = with_photos("B", "Three")
    make.withdraw(hidden)
    ids = {photo.caption: photo.pk for photo in Photo.objects.all()}
    found = photo_entries(photos_in_order_of([ids["Two"], ids["Three"], ids["One"]]))
    assert [entry.picture.caption for entry in found] == ["Two", "One"]


def test_the_way_to_the_photos_is_on_every_page_and_in_the_sitemap(site: Client) -> None:
    make.make_article()
    assert '<a href="/photos/">Photos</a>' in html(site, "/")
    assert '<a href="/photos/" aria-current="true">Photos</a>' in html(site)
    assert "<loc>http://testserver/photos/</loc>" in html(site, "/sitemap/listings.xml")


def test_the_newest_photos_are_a_feed_in_three_forms(site: Client) -> None:
    article = with_photos("Ferry & quay", "The quay & the ferry.", "Lost", published="2022-03-04", language="en")
    with_photos("Undated", "No day", published="")
    photo = article.photos.get(number=1)
    assert '<a href="/photos/feed.atom">Follow</a>' in html(site)
    for form in ("atom", "rss", "json"):
        feed = html(site, f"/feeds/photos.{form}")
        assert f"http://testserver{photo.get_absolute_url()}" in feed
        assert f"tag:newsarchive,2026:{article.key}/photos/{photo.key}" in feed
        assert "No day" not in feed
    said = json.loads(html(site, "/feeds/photos.json"))
    assert [item["title"] for item in said["items"]] == ["The quay & the ferry.", "Lost"]
    assert "The quay &amp; the ferry. <small>Photo: Mei Tanaka</small>" in said["items"][0]["content_html"]
    assert said["items"][0]["date_published"] == "2022-03-04T00:00:00+00:00"
    assert site.get("/feeds/photos.pdf").status_code == 404
