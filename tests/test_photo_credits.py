"""The photos of one credit, complete and as printed, and the commonest credits above the list."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from articles.catalogue.ledger import Stamp
from articles.editorial.actions.on_many import reinstate, withdraw
from articles.models import Article, Load, Photo
from articles.public.formats.representations import credit_markdown
from articles.public.listings import photos as photo_listings
from tests import factories as make
from tests.captions import captions_in
from tests.loading import load
from tests.staff import saved
from tests.test_photos import picture, post

pytestmark = pytest.mark.django_db


def html(site: Client, address: str) -> str:
    page = site.get(address)
    assert page.status_code == 200, address
    return page.content.decode()


def listed(site: Client, credit: str, also: str = "") -> list[str]:
    """The captions of the photos of a credit."""
    return captions_in(html(site, f"/photos/?credit={quote_plus(credit)}{also}"))


def link(page: str, words: str) -> str:
    found = re.search(rf'href="([^"]+)"[^>]*>(?:<bdi>)?{words}<', page)
    return unescape(found[1]) if found else ""


def offered(page: str) -> list[str]:
    """The commonest credits, as the page has them."""
    line = re.search(r"<span>Often credited</span>(.*)</p>", page)
    return [unescape(name) for name in re.findall("<bdi>(.*?)</bdi>", line[1])] if line else []


def photo(caption: str, credit_line: str, published: str = "2020-01-01", **values: Any) -> Article:
    """An article with one photo."""
    article = make.make_article(f"About {caption}", published=published)
    make.make_photo(article, caption=caption, credit_line=credit_line, **values)
    return article


def test_the_photos_of_a_credit_are_listed_alone_the_newest_first(site: Client) -> None:
    photo("Quay", "mei tanaka", "2019-01-01")
    photo("Ferry", "Mei Tanaka", "2022-01-01")
    photo("No day", "Mei  Tanaka", "")
    photo("Fog", "Éric Zola", "2021-01-01")
    photo("Nobody's", "", "2023-01-01")
    assert listed(site, "Mei Tanaka") == ["Ferry", "Quay", "No day"]
    assert listed(site, "Mei Tanaka", "&sort=oldest") == ["No day", "Quay", "Ferry"]
    assert listed(site, " eric  zola") == ["Fog"]
    page = html(site, "/photos/?credit=Mei+Tanaka")
    assert "Photos credited to Mei Tanaka." in page
    assert 'rel="canonical" href="http://testserver/photos/?credit=Mei+Tanaka"' in page
    for nobody in ("Nobody+at+all", "%F3%A0%84%80", "%00x", "%CC%81"):
        assert "No photos match." in html(site, f"/photos/?credit={nobody}"), nobody


def test_a_photo_belongs_to_the_credit_that_is_shown_with_it(site: Client) -> None:
    photo("By its maker", "", creator="Ines Marlow; Jo Reed")
    photo("Owned", "", copyright_notice="© Harbour Daily")
    photo("Dawn", "Photo by Mei Tanaka")
    photo("Dusk", "Image: Mei Tanaka")
    photo("By both", "Reuters", creator="Mei Tanaka", from_file=["credit_line"])
    assert listed(site, "Harbour Daily") == ["Owned"]
    assert listed(site, "Ines Marlow, Jo Reed") == ["By its maker"]
    assert listed(site, "Mei Tanaka") == ["Dusk", "Dawn"]
    assert listed(site, "Mei Tanaka/Reuters") == ["By both"]


def test_of_an_article_only_the_photos_of_the_credit_are_listed(site: Client) -> None:
    article = photo("One", "Mei Tanaka")
    make.make_photo(article, caption="Two", credit_line="Jo Reed")
    make.make_photo(article, caption="Three", credit_line="Mei Tanaka")
    assert listed(site, "Mei Tanaka") == ["One", "Three"]


def test_a_credit_goes_with_a_tag_a_source_and_a_date_but_not_with_words(site: Client) -> None:
    photo("Old", "Mei Tanaka", "1999-01-01")
    photo("New", "Mei Tanaka", "2020-01-01")
    tagged = make.make_article("Tagged", tags=["Harbours"], source="Courier", published="2010-01-01")
    make.make_photo(tagged, caption="Tagged", credit_line="Mei Tanaka")
    make.make_photo(tagged, caption="Another's", credit_line="Jo Reed")
    assert listed(site, "Mei Tanaka", "&from=2005") == ["New", "Tagged"]
    assert listed(site, "Mei Tanaka", "&tag=harbours") == ["Tagged"]
    assert listed(site, "Mei Tanaka", "&source=courier") == ["Tagged"]
    page = html(site, "/photos/?credit=Mei+Tanaka&q=new")
    assert "To search within a credit, add credit:“Mei Tanaka” to the words. It was ignored." in page
    assert "New" in re.sub("</?mark>", "", page)


@pytest.mark.parametrize("common", [0, photo_listings.COMMON])
def test_pages_of_a_credit_follow_one_another_and_back(
    site: Client, monkeypatch: pytest.MonkeyPatch, common: int
) -> None:
    monkeypatch.setattr(photo_listings, "PHOTOS_A_PAGE", 2)
    monkeypatch.setattr(photo_listings, "COMMON", common)
    for number in range(5):
        article = photo(str(number), "Mei Tanaka", f"2020-01-0{5 - number}")
        make.make_photo(article, caption="Another's", credit_line="Jo Reed")
    address, pages, last = "/photos/?credit=Mei+Tanaka", [], ""
    while address:
        page = html(site, address)
        pages.append(captions_in(page))
        last, address = address, link(page, "Older photos")
    assert pages == [["0", "1"], ["2", "3"], ["4"]]
    assert captions_in(html(site, link(html(site, last), "Newer photos"))) == ["2", "3"]


def test_the_commonest_credits_of_the_newest_photos_lead_to_theirs(
    site: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for credit in ("Ann <Lee>", "ann <lee>", "Jo Reed", "Jo Reed", "Jo Reed", "ann <lee>", "ann <lee>"):
        photo("Quay", credit, "2020-01-01")
    photo("Old", "Mei Tanaka", "1999-01-01")
    make.withdraw(photo("Gone", "Zoe Berg", "2020-01-01"))
    page = html(site, "/photos/")
    assert offered(page) == ["ann <lee>", "Jo Reed", "Mei Tanaka"]
    assert link(page, "Jo Reed") == "/photos/?credit=Jo+Reed"
    assert link(html(site, "/photos/?from=2000"), "Jo Reed") == "/photos/?from=2000&credit=Jo+Reed"
    assert offered(html(site, "/photos/?to=1999")) == ["Mei Tanaka"]
    assert offered(html(site, "/photos/?credit=Jo+Reed")) == []
    monkeypatch.setattr(photo_listings, "CREDITS", 1)
    assert offered(html(site, "/photos/")) == ["ann <lee>"]
    monkeypatch.setattr(photo_listings, "COUNTED", 5)  # of one day, those that came last
    assert offered(html(site, "/photos/?to=2020")) == ["Jo Reed"]


def test_the_photos_of_a_credit_are_found_by_an_index(site: Client) -> None:
    photo("Ferry", "Mei Tanaka")

    def refuse_scans(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if connection.vendor == "sqlite" and '"credited" =' in sql:
            plan = connection.connection.execute(f"EXPLAIN QUERY PLAN {sql % tuple('?' for _ in params)}", params)
            steps = [row[3] for row in plan]
            assert not any(step.startswith("SCAN articles_photo") for step in steps), (sql, steps)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse_scans):
        assert listed(site, "Mei Tanaka") == ["Ferry"]


# --- Kept in step. ----------------------------------------------------------------------------------------------------


def test_what_is_withdrawn_leaves_and_comes_back(site: Client) -> None:
    article = photo("Ferry", "Mei Tanaka")
    stamp = Stamp(None, "", make.datetime(2024, 1, 1, tzinfo=make.UTC))
    withdraw([article.pk], "Asked for.", stamp)
    assert listed(site, "Mei Tanaka") == []
    reinstate([article.pk], stamp)
    assert listed(site, "Mei Tanaka") == ["Ferry"]


def test_an_edit_moves_a_photo(site: Client, root: Client) -> None:
    article = make.remember(photo("Ferry", "Mei Tanaka", "2020-01-01"))
    photo("Fog", "Jo Reed", "2021-01-01")
    saved(root, article, **{"photos-0-credit_line": "Jo Reed", "published": "2022-02-02"})
    assert listed(site, "Jo Reed") == ["Ferry", "Fog"]
    assert listed(site, "Mei Tanaka") == []
    saved(root, article, **{"photos-0-DELETE": "on"})
    assert listed(site, "Jo Reed") == ["Fog"]


def test_loads_reloads_and_undoing_keep_the_credit(
    site: Client, tmp_path: Path, settings: pytest.FixtureRequest
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    folder = post(tmp_path, "pier.jpg")
    load(folder)
    assert listed(site, "Mei Tanaka") == ["The pier at dusk."]
    picture(folder / "pier.jpg")
    load(folder)
    assert listed(site, "Mei Tanaka") == ["The pier at dusk."]
    (folder / "post.md").write_text((folder / "post.md").read_text().replace("Mei Tanaka", "Jo Reed"))
    load(folder)
    assert listed(site, "Jo Reed") == ["The pier at dusk."]
    call_command("undo_load", str(Load.objects.latest("pk").pk), verbosity=0)
    assert listed(site, "Mei Tanaka") == ["The pier at dusk."]
    assert listed(site, "Jo Reed") == []


@pytest.mark.parametrize(
    ("credit", "printed", "is_printed"),
    [
        ("Ann Leeson", "[Photo/Ann Leeson]", True),
        ("Ann Lee", "[Photo/Ann Leeson]", False),
        ("", "[Photo/Ann Leeson]", False),
        ("AFP", "[Photo by Ann Lee/AFP]", False),
        ("Ann Lee", "Foto: Ann Lee", True),
        ("Ann Lee", "[Photo by Ann Lee/", True),
        ("", "[Photo provided to", True),
    ],
)
def test_a_corrected_credit_is_not_printed_as_it_was(credit: str, printed: str, is_printed: bool) -> None:
    photo = Photo(credit_line=credit, credit_raw=printed)
    assert (credit_markdown(photo) == printed) == is_printed
