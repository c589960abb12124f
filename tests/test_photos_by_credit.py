"""Photos by credit: from A to Z, each credit's newest first, in pages of the same cost, and always as they stand."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from articles.catalogue import credits
from articles.catalogue.revisions import Stamp
from articles.editorial.actions.withdraw import reinstate, withdraw
from articles.models import Article, CreditedPhoto, Load, Photo
from articles.public.listings import credits as credit_listings
from tests import factories as make
from tests.loading import load
from tests.staff import saved
from tests.test_photos import picture, post

pytestmark = pytest.mark.django_db
BY_CREDIT = "/photos/?sort=credit"


def html(site: Client, address: str = BY_CREDIT) -> str:
    page = site.get(address)
    assert page.status_code == 200, address
    return page.content.decode()


def listed(site: Client, address: str = BY_CREDIT) -> list[str]:
    """The captions, each credit before its own as ``# credit``."""
    page = html(site, address).partition('<ol class="sheet')[2]
    found = re.findall(r"<h2>(.*?)</h2>|<figcaption>(.*?) ?<small", page, re.DOTALL)
    return [
        f"# {unescape(re.sub('<[^>]+>', '', credit))}" if credit else unescape(caption.strip())
        for credit, caption in found
    ]


def link(page: str, words: str) -> str:
    found = re.search(rf'href="([^"]+)"[^>]*>(?:<bdi>)?{words}<', page)
    return unescape(found[1]) if found else ""


def photo(caption: str, credit_line: str, published: str = "2020-01-01", **values: Any) -> Article:
    """An article with one photo."""
    article = make.make_article(f"About {caption}", published=published)
    make.make_photo(article, caption=caption, credit_line=credit_line, **values)
    return article


def test_photos_stand_under_their_credits_from_a_to_z_and_those_without_one_last(site: Client) -> None:
    photo("Quay", "mei tanaka", "2019-01-01")
    photo("Nobody's", "", "2023-01-01")
    photo("Ferry", "Mei Tanaka", "2022-01-01")
    photo("Fog", "Éric Zola", "2021-01-01")
    photo("No day", "Mei Tanaka", "")
    photo("Gull", "Ann Smith / Agency", "2001-01-01")
    assert listed(site) == [
        "# Ann Smith / Agency", "Gull", "# Éric Zola", "Fog", "# Mei Tanaka", "Ferry", "Quay", "No day",
        "# Credit not given", "Nobody's",
    ]  # fmt: skip


def test_each_further_photo_of_a_credit_repeats_it_for_the_eye_alone(site: Client) -> None:
    for caption, credit in (("Ferry", "Mei <Tanaka>"), ("Fog", "Mei <Tanaka>"), ("Nobody's", ""), ("None", "")):
        photo(caption, credit)
    sheet = html(site).partition('<ol class="sheet')[2]
    lines = re.findall(r'<h2>(.*?)</h2>|<p class="again" aria-hidden="true">(.*?)</p>', sheet)
    assert [bool(again) for _, again in lines] == [False, True, False, True]
    assert [again for _, again in lines if again] == [
        "<bdi>Mei &lt;Tanaka&gt;</bdi>",
        '<span class="silent">Credit not given</span>',
    ]


def test_a_photo_stands_under_the_credit_that_is_shown_with_it(site: Client) -> None:
    photo("By its maker", "", creator="Ines Marlow; Jo Reed")
    photo("Owned", "", copyright_notice="© Harbour Daily")
    photo("Dawn", "Photo by Mei Tanaka")
    photo("Dusk", "Image: Mei Tanaka")
    photo("Still", "Photofest")
    photo("Agencies'", "Reuters", creator="Mei Tanaka", from_file=["credit_line"])
    assert listed(site) == [
        "# Harbour Daily", "Owned", "# Ines Marlow, Jo Reed", "By its maker", "# Mei Tanaka", "Dusk", "Dawn",
        "# Mei Tanaka/Reuters", "Agencies'", "# Photofest", "Still",
    ]  # fmt: skip


def test_the_photos_of_one_article_stay_in_its_order(site: Client) -> None:
    article = photo("One", "Mei Tanaka")
    make.make_photo(article, caption="Two", credit_line="Mei Tanaka")
    photo("Same day", "Mei Tanaka")
    assert listed(site) == ["# Mei Tanaka", "Same day", "One", "Two"]


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Eight photos in pages of three, in their order."""
    monkeypatch.setattr(credit_listings, "PAGE_SIZE", 3)
    for number, (caption, credit) in enumerate(zip("dcbahgfe", "BBBBANN ", strict=True)):
        photo(caption, credit.strip(), f"2020-01-0{number + 1}" if caption != "c" else "")
    article = Article.objects.get(headline="About b")
    make.make_photo(article, caption="b2", credit_line="B")
    return ["h", "a", "b", "b2", "d", "c", "f", "g", "e"]


def captions(site: Client, address: str) -> list[str]:
    return [one for one in listed(site, address) if not one.startswith("#")]


def test_pages_follow_one_another_and_back(site: Client, many: list[str]) -> None:
    address, pages, last = BY_CREDIT, [], ""
    while address:
        pages.append(captions(site, address))
        last, address = address, link(html(site, address), "Photos after these")
    assert pages == [many[:3], many[3:6], many[6:]]
    assert "These are the last" in html(site, last)
    backwards = []
    while address := link(html(site, last), "Photos before these"):
        backwards.append(captions(site, address))
        last = address
    assert backwards == [many[3:6], many[:3]]
    assert "These are the first" in html(site, last)


def test_a_page_that_ends_within_a_credit_leads_past_it(site: Client, many: list[str]) -> None:
    page = html(site)
    further = link(page, "Next credit: <bdi>N")
    assert captions(site, further) == many[6:]
    assert "Next credit" not in html(site, link(page, "Photos after these"))  # it ends with the last of its credit


def test_a_letter_leads_to_the_first_credit_that_begins_with_it(site: Client, many: list[str]) -> None:
    page = html(site)
    assert link(page, "N") == f"{BY_CREDIT}&letter=n"
    assert not link(page, "C")
    assert captions(site, link(page, "N")) == many[6:]
    assert captions(site, link(html(site, link(page, "N")), "Photos before these")) == many[3:6]
    assert captions(site, link(page, "B")) == many[1:4]
    assert "These are the first" in html(site, link(page, "A"))
    assert site.get(f"{BY_CREDIT}&letter=zz").status_code == 404
    assert site.get(f"{BY_CREDIT}&letter=z").status_code == 200  # the one without a credit follows


def test_a_credit_leads_to_its_photos_alone(site: Client, many: list[str]) -> None:
    address = link(html(site), "B")
    assert link(html(site).partition('<ol class="sheet')[2], "B") == "/photos/?credit=B"
    alone = "/photos/?credit=B"
    assert address
    page = html(site, alone)
    assert "Photos credited to B." in page
    assert "<h2>" not in page.partition('<ol class="sheet')[2]
    assert captions(site, alone) == many[1:4]
    assert captions(site, link(page, "Photos after these")) == many[4:6]
    assert "These are the last" in html(site, link(page, "Photos after these"))
    assert captions(site, link(html(site, link(page, "Photos after these")), "Photos before these")) == many[1:4]
    assert link(page, "all credits") == BY_CREDIT
    assert 'aria-label="Order"' not in page
    assert "There is no such photo." in html(site, "/photos/?credit=Nobody+at+all")
    assert "There is no such photo." in html(site, "/photos/?credit=%F3%A0%84%80")
    assert "There is no such photo." in html(site, "/photos/?credit=%00x")


def test_the_order_is_offered_where_nothing_else_is_asked(site: Client) -> None:
    photo("Ferry", "Mei Tanaka")
    assert link(html(site, "/photos/"), "by credit") == BY_CREDIT
    assert link(html(site), "newest") == "/photos/"
    assert f'<a href="{BY_CREDIT}" aria-current="true">by credit</a>' in html(site)
    assert not re.search(r'<p class="feeds">[^\n]*by credit', html(site))
    assert f'rel="canonical" href="http://testserver{BY_CREDIT}"' in html(site)
    assert 'type="hidden" name="sort"' not in html(site).partition("<main")[2].partition("<details")[0]
    for query in ("q=ferry", "source=harbour-daily", "from=2019"):
        assert not link(html(site, f"/photos/?{query}"), "by credit"), query
        page = html(site, f"/photos/?{query}&sort=credit")
        assert "Photos are listed by credit only where nothing else is asked of them. It was left out" in page
        assert "Ferry" in re.sub("</?mark>", "", page)


def test_what_leads_nowhere_is_not_found(site: Client) -> None:
    photo("Ferry", "Mei Tanaka")
    for query in ("after=x-y", "before=", "after=a&before=b", "after=a&letter=b", "letter=", "after=%00-%00"):
        assert site.get(f"{BY_CREDIT}&{query}").status_code == 404, query
    only = Photo.objects.get()
    assert site.get(f"{BY_CREDIT}&after={only.article.key}-{only.key}").status_code == 404
    assert "No photo is held yet." not in html(site)


def test_an_archive_without_photos_says_so(site: Client) -> None:
    assert "No photo is held yet." in html(site)


# --- Kept in step. ----------------------------------------------------------------------------------------------------


def test_what_is_withdrawn_leaves_and_comes_back(site: Client, root: Client) -> None:
    one, other = photo("Ferry", "Mei Tanaka"), photo("Fog", "Jo Reed")
    make.withdraw(one)
    assert listed(site) == ["# Jo Reed", "Fog"]
    stamp = Stamp(None, "", make.datetime(2024, 1, 1, tzinfo=make.UTC))
    withdraw([other.pk], "Asked for.", stamp)
    assert listed(site) == []
    reinstate([other.pk], stamp)
    assert listed(site) == ["# Jo Reed", "Fog"]


def test_a_page_goes_on_from_a_photo_that_was_withdrawn_meanwhile(site: Client, many: list[str]) -> None:
    address = link(html(site), "Photos after these")
    make.withdraw(Article.objects.get(headline="About b"))
    assert captions(site, address) == ["d", "c", "f"]


def test_an_edit_moves_a_photo(site: Client, root: Client) -> None:
    article = make.remember(photo("Ferry", "Mei Tanaka", "2020-01-01"))
    photo("Fog", "Jo Reed", "2021-01-01")
    saved(root, article, **{"photos-0-credit_line": "Jo Reed", "published": "2022-02-02"})
    assert listed(site) == ["# Jo Reed", "Ferry", "Fog"]
    saved(root, article, **{"photos-0-DELETE": "on"})
    assert listed(site) == ["# Jo Reed", "Fog"]


def test_loads_reloads_and_undoing_keep_the_list(site: Client, tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    folder = post(tmp_path, "pier.jpg")
    load(folder)
    assert listed(site) == ["# Mei Tanaka", "The pier at dusk."]
    picture(folder / "pier.jpg")
    load(folder)
    assert listed(site) == ["# Mei Tanaka", "The pier at dusk."]
    (folder / "post.md").write_text((folder / "post.md").read_text().replace("Mei Tanaka", "Jo Reed"))
    load(folder)
    assert listed(site) == ["# Jo Reed", "The pier at dusk."]
    call_command("undo_load", str(Load.objects.latest("pk").pk), verbosity=0)
    assert listed(site) == ["# Mei Tanaka", "The pier at dusk."]
    for one in Load.objects.filter(undone_at=None).order_by("-pk"):
        call_command("undo_load", str(one.pk), verbosity=0)
    assert not CreditedPhoto.objects.exists()


def rows() -> list[tuple[Any, ...]]:
    return list(CreditedPhoto.objects.order_by("pk").values_list("pk", "credit", "place", "number"))


def test_photos_that_came_by_loaddata_get_their_places(many: list[str]) -> None:
    make.withdraw(Article.objects.get(headline="About a"))
    kept = rows()
    assert len(kept) == len(many) - 1
    CreditedPhoto.objects.all().delete()
    call_command("index_articles", stdout=io.StringIO())
    assert rows() == kept


# --- Of the same cost. ------------------------------------------------------------------------------------------------


def _refuse_scans(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
    if connection.vendor == "sqlite" and "creditedphoto" in sql:
        plan = connection.connection.execute(f"EXPLAIN QUERY PLAN {sql % tuple('?' for _ in params)}", params)
        steps = [row[3] for row in plan]
        assert not any("SCAN" in step and "INDEX" not in step for step in steps), (sql, steps)
        assert not any("TEMP B-TREE" in step for step in steps), (sql, steps)
    return execute(sql, params, many, context)


def test_the_list_is_read_along_an_index(site: Client, many: list[str]) -> None:
    first = html(site)
    second = html(site, link(first, "Photos after these"))
    addresses = [BY_CREDIT, f"{BY_CREDIT}&letter=b", "/photos/?credit=b"]
    addresses += [
        link(first, "Photos after these"),
        link(second, "Photos before these"),
        link(first, "Next credit: <bdi>N"),
    ]
    addresses.append(link(html(site, link(second, "Photos after these")), "Photos before these"))
    with connection.execute_wrapper(_refuse_scans):
        for address in addresses:
            html(site, address)


def test_the_number_of_photos_does_not_show(site: Client, queries_of: Callable[[str], int], many: list[str]) -> None:
    few = queries_of(BY_CREDIT)
    for number in range(12):
        photo(f"More {number}", "A")
    assert queries_of(BY_CREDIT) <= few
    assert few <= 12


def test_spaces_make_no_other_credit(site: Client) -> None:
    for caption, credit in (("One", "Jo Reid"), ("Two", "Jo  Reid"), ("Three", "Jo\tReid")):
        photo(caption, credit)
    assert html(site).count("<h2") == 1
    for address in ("/photos/?credit=Jo++Reid", "/photos/?credit=Jo+Reid"):
        assert html(site, address).count("<figcaption") == 3


def test_a_renewal_leaves_other_articles_alone() -> None:
    one, other = photo("Ferry", "Mei Tanaka"), photo("Fog", "Jo Reed")
    CreditedPhoto.objects.update(credit="x")
    credits.renew([one.pk])
    assert dict(CreditedPhoto.objects.values_list("photo__article", "credit")) == {one.pk: "mei tanaka", other.pk: "x"}
