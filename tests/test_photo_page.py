"""The page of a photo: its content, and its permanent address."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils.html import escape
from PIL import Image

from articles.editorial.actions.merge_articles import merge, separate
from articles.loading.undo import newest_to_undo, undo
from articles.models import Article, Photo
from tests import factories as make
from tests.loading import load
from tests.photo_files import alternatives, exif, iim, photo as photo_file, xmp
from tests.staff import saved, staff

pytestmark = pytest.mark.django_db
SIZES = [(400, 300), (800, 600)]
POST = """---
title: Pier
date: {day}
---
First.

![The pier at dusk]({src} "{caption} [Photo by Mei Tanaka]")

Last.

![Cranes](cranes.jpg "The cranes. [Photo by Ann Lee]")
"""


@pytest.fixture(autouse=True)
def _media(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def post(folder: Path, *, src: str = "pier.jpg", caption: str = "The pier.", day: str = "2020-02-02") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "pier.md").write_text(POST.format(src=src, caption=caption, day=day))
    return folder


def html(site: Client, address: str) -> str:
    page = site.get(address)
    assert page.status_code == 200, address
    return page.content.decode()


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


# --- What it says. ----------------------------------------------------------------------------------------------------


def test_a_photo_has_a_page_with_its_words_its_article_and_its_neighbours(site: Client) -> None:
    article = make.make_article("The harbour moved", deck="By a mile.")
    first = make.make_photo(article, caption="The quay.", sizes=SIZES, alt_text="A quay.", position=1)
    second = make.make_photo(article, caption="The cranes.", sizes=SIZES, creator="Mei Tanaka", position=2)
    page = html(site, first.get_absolute_url())
    assert f'<link rel="canonical" href="http://testserver{first.get_absolute_url()}">' in page
    assert 'width="800" height="600" alt="A quay."' in page
    assert f'<meta property="og:image" content="http://testserver/media/renditions/{first.digest[:2]}/' in page
    said = words(page)
    for one in (
        "The quay. Photo: Mei Tanaka", "The harbour moved", "By a mile.", "4 March 2022", "Harbour Daily",
        "after paragraph 1", "800 × 600 pixels, JPEG", first.digest[:32], "Photo 1 of 2",
        "the credited owner. Ask before reuse.",
    ):  # fmt: skip
        assert one in said, one
    assert f'<a rel="next" href="{second.get_absolute_url()}#picture">Next<b>The cranes.</b></a>' in page
    largest = first.renditions.get(width_px=800)
    assert f'<a href="{largest.url}" aria-label="Full size: The quay."><picture>' in page


def test_a_photo_page_leads_to_the_tags_of_its_article(site: Client) -> None:
    photo = make.make_photo(make.make_article(tags=["Harbours", "Cranes"]), sizes=SIZES)
    page = html(site, photo.get_absolute_url())
    links = [
        f'<a href="/tags/{slug}/"><bdi>{name}</bdi></a>'
        for slug, name in (("harbours", "Harbours"), ("cranes", "Cranes"))
    ]
    assert [tag in page for tag in links] == [True, True]
    untagged = make.make_photo(make.make_article(), sizes=SIZES)
    assert "Tags</h2>" not in html(site, untagged.get_absolute_url())


def test_a_photo_without_its_file_and_without_a_date_has_a_page_too(site: Client) -> None:
    article = make.make_article("Undated", published="")
    photo = make.make_photo(article, caption="The quay.")
    assert photo.get_absolute_url().startswith("/undated/undated/photos/")
    page = html(site, photo.get_absolute_url())
    assert '<p class="missing">Photo not in the archive. Caption only.</p>' in page
    assert "Metadata in the file" not in page
    assert "Full size" not in page


def test_the_credit_of_a_photo_leads_to_the_photos_of_that_credit(site: Client) -> None:
    article = make.make_article()
    quay = make.make_photo(article, caption="The quay.", credit_line="Photo by Mei Tanaka / Agency & Sons")
    make.make_photo(article, caption="The cranes.", credit_line="Mei Tanaka / Agency & Sons")
    nobodys = make.make_photo(article, caption="The fog.", credit_line="", creator="", copyright_notice="")
    credit = re.search(r'<small class="credit"><a href="([^"]+)"', html(site, quay.get_absolute_url()))
    assert credit
    listed = words(html(site, credit[1]))
    assert "The quay." in listed
    assert "The cranes." in listed
    assert "The fog." not in listed
    assert '<small class="credit"><bdi>Credit not given</bdi>' in html(site, nobodys.get_absolute_url())


def test_the_pictures_of_an_article_lead_to_their_pages(site: Client) -> None:
    article = make.make_article()
    shown, missing = make.make_photo(article, sizes=SIZES), make.make_photo(article, caption="Lost.")
    page = html(site, article.get_absolute_url())
    assert f'<a href="{shown.get_absolute_url()}" aria-label="Photo: The ferry at the quay."><picture>' in page
    assert f'<a href="{missing.get_absolute_url()}">Lost.</a>' in page


def test_a_photo_that_a_search_found_leads_to_its_page_with_its_picture_or_without(site: Client) -> None:
    shown = make.make_photo(make.make_article("Gulls", language="en"), caption="A cormorant.", sizes=SIZES)
    missing = make.make_photo(make.make_article("Terns", language="en"), caption="Two cormorants.")
    page = html(site, "/search/?q=cormorant")
    assert f'<a class="thumb" href="{shown.get_absolute_url()}"><picture>' in page
    assert f'<a href="{missing.get_absolute_url()}">Two <mark>cormorants</mark>.</a>' in page
    assert "not in the archive" not in page


def test_the_page_says_where_the_words_are_from_and_what_the_file_says_of_itself(tmp_path: Path, site: Client) -> None:
    folder = post(tmp_path / "in")
    (folder / "pier.jpg").write_bytes(
        photo_file(
            xmp=xmp(
                alternatives("dc:description", x_default="Another pier.")
                + "<photoshop:City>Sellamouth</photoshop:City>"
                + "<Iptc4xmpCore:CreatorContactInfo>home: 12 Pier Street</Iptc4xmpCore:CreatorContactInfo>"
                + "<exif:GPSLatitude>1,2.5N</exif:GPSLatitude>"
            ),
            iim=iim([(80, b"Mei Tanaka"), (118, b"mei@example.org"), (25, b"Piers"), (25, b"Dusk")]),
            exif=exif({0x8298: b"Harbour Daily"}),
        )
    )  # fmt: skip
    load(folder)
    photo = Photo.objects.get(number=1)
    page = html(site, photo.get_absolute_url())
    said = words(page)
    for one in (
        "The article and the photo’s own file disagree.", "The file itself says: “ Another pier. ”",
        "the photo’s own file; the source does not say", "XMP", "photoshop:City Sellamouth", "IPTC-IIM",
        "Keywords Piers; Dusk", "EXIF", "Copyright Harbour Daily", "printed as “ [Photo by Mei Tanaka] ”",
    ):  # fmt: skip
        assert one in said, one
    for private in ("GPSLatitude", "1,2.5N", "Pier Street", "mei@example.org"):
        assert private not in page, private


def test_a_credit_that_is_cut_is_told_as_damage(site: Client) -> None:
    article = make.make_article()
    photo = make.make_photo(article, credit_line="", credit_raw="[Photo provided to]")
    make.make_damage(article, "credit-cut", field="photo 1", line=7, text="[Photo provided to]")
    said = words(html(site, photo.get_absolute_url()))
    assert "Photo provided to … (the credit is cut off in the source)" in said
    assert "The credit of photo 1 is cut off: “ [Photo provided to] ” (line 7)." in said
    assert "owner not known. Ask before reuse." in said


def test_machines_read_an_image_and_the_article_that_it_is_part_of(site: Client) -> None:
    article = make.make_article("</script><b>")
    photo = make.make_photo(article, sizes=SIZES, creator="Ann Lee; Mei Tanaka", copyright_notice="Harbour Daily")
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html(site, photo.get_absolute_url()))
    assert found
    said = json.loads(found[1])
    assert said["@type"] == "ImageObject"
    assert said["contentUrl"].endswith("-800.jpg")
    assert (said["caption"], said["creditText"]) == ("The ferry at the quay.", "Photo: Mei Tanaka")
    assert [one["name"] for one in said["creator"]] == ["Ann Lee", "Mei Tanaka"]
    assert said["copyrightNotice"] == "Harbour Daily"
    assert said["isPartOf"]["headline"] == "</script><b>"
    assert said["url"] == f"http://testserver{photo.get_absolute_url()}"


def test_an_articles_json_gives_the_page_of_each_photo(site: Client) -> None:
    article = make.make_article()
    photo = make.make_photo(article)
    said = json.loads(html(site, f"{article.get_absolute_url()}article.json"))
    assert said["photos"][0]["page"] == f"http://testserver{photo.get_absolute_url()}"


def test_a_former_version_does_not_lead_to_the_pages_of_photos(site: Client, root: Client) -> None:
    article = make.remember(make.make_article())
    make.make_photo(article, sizes=SIZES)
    saved(root, article, headline="Ferry back")
    assert "/photos/" not in html(site, f"{article.get_absolute_url()}history/1/").partition("<main")[2]


def test_words_that_could_be_markup_stand_as_words(site: Client) -> None:
    article = make.make_article("<i>H</i>", source="<s>")
    photo = make.make_photo(article, caption='<img src=x onerror=1> "quoted"', sizes=SIZES, alt_text='"><b>')
    for address in (photo.get_absolute_url(), "/photos/"):
        page = html(site, address)
        assert escape('<img src=x onerror=1> "quoted"') in page
        assert "<img src=x" not in page
        assert '"><b>' not in page


# --- Its address. -----------------------------------------------------------------------------------------------------


def test_the_address_stays_when_a_photo_is_moved_or_corrected_or_its_file_changes(
    tmp_path: Path, site: Client, root: Client
) -> None:
    folder = post(tmp_path / "in")
    (folder / "pier.jpg").write_bytes(photo_file())
    load(folder)
    address = Photo.objects.get(src="pier.jpg").get_absolute_url()
    saved(root, Article.objects.get(), **{"photos-0-number": "2", "photos-1-number": "1", "photos-0-caption": "Dusk."})
    assert "Dusk." in html(site, address)
    (folder / "pier.jpg").write_bytes(photo_file(size=(90, 60)))
    post(folder, caption="A pier.")
    load(folder)
    assert "90 × 60 pixels" in html(site, address)
    assert Photo.objects.get(src="pier.jpg").get_absolute_url() == address


def test_an_archive_that_is_made_anew_has_the_same_addresses(tmp_path: Path) -> None:
    load(post(tmp_path / "in"))
    addresses = {photo.get_absolute_url() for photo in Photo.objects.all()}
    load_to_undo = newest_to_undo()
    assert load_to_undo
    undo(load_to_undo)
    assert not Photo.objects.exists()
    load(post(tmp_path / "elsewhere"))
    assert {photo.get_absolute_url() for photo in Photo.objects.all()} == addresses
    assert len(addresses) == 2


def test_two_photos_of_one_file_have_a_page_each(tmp_path: Path, site: Client) -> None:
    folder = post(tmp_path / "in", src="cranes.jpg")
    load(folder)
    first, second = Photo.objects.order_by("number")
    assert "The pier." in html(site, first.get_absolute_url())
    assert first.key != second.key


def test_a_photo_that_staff_removed_is_gone_with_the_reason(site: Client, root: Client) -> None:
    article = make.make_article()
    photo, _ = make.make_photo(article), make.make_photo(article, caption="Other")
    make.remember(article)
    saved(root, article, **{"photos-0-DELETE": "on", "reason": "The owner asked for it."})
    answer = site.get(photo.address_in(article))
    assert answer.status_code == 410
    said = words(answer.content.decode())
    assert "This photo is no longer shown" in said
    assert "The owner asked for it." in said
    assert "noindex" in answer.content.decode()


def test_a_photo_that_its_source_dropped_is_gone_until_it_is_shown_again(tmp_path: Path, site: Client) -> None:
    folder = post(tmp_path / "in")
    load(folder)
    address = Photo.objects.get(src="cranes.jpg").get_absolute_url()
    text = (folder / "pier.md").read_text()
    (folder / "pier.md").write_text(text.partition("![Cranes]")[0])
    load(folder)
    answer = site.get(address)
    assert (answer.status_code, "Its source no longer shows it." in answer.content.decode()) == (410, True)
    (folder / "pier.md").write_text(text)
    load(folder)
    assert "The cranes." in html(site, address)


def test_a_photo_that_an_undone_load_had_added_is_gone(tmp_path: Path, site: Client) -> None:
    folder = post(tmp_path / "in")
    text = (folder / "pier.md").read_text()
    (folder / "pier.md").write_text(text.partition("![Cranes]")[0])
    load(folder)
    (folder / "pier.md").write_text(text)
    load(folder)
    address = Photo.objects.get(src="cranes.jpg").get_absolute_url()
    for status in (410, 410):  # first the photo, then the whole article
        newest = newest_to_undo()
        assert newest
        undo(newest)
        assert site.get(address).status_code == status


def test_of_a_withdrawn_article_each_photo_is_gone_and_of_a_moved_one_moved(site: Client) -> None:
    article = make.make_article()
    photo = make.make_photo(article)
    old = photo.get_absolute_url()
    article = make.refile_under(Article.objects.get(), "2022-03-05")
    answer = site.get(old)
    assert (answer.status_code, answer["Location"]) == (301, photo.address_in(article))
    assert site.get(old.upper().replace("/PHOTOS/", "/photos/")).status_code in (301, 404)
    assert site.get(photo.address_in(article).replace(photo.key, photo.key.upper()))["Location"].endswith(
        f"{photo.key}/"
    )
    make.withdraw(article)
    assert site.get(photo.address_in(article)).status_code == 410


def test_the_photos_of_a_merged_article_lead_to_the_other(site: Client) -> None:
    loser, winner = make.make_article("Ferry"), make.make_article("Ferry again")
    taken, left = make.make_photo(loser, caption="Taken"), make.make_photo(loser, caption="Left")
    addresses = taken.get_absolute_url(), left.get_absolute_url()
    editor = staff("ada", "Archivists")
    merge(loser, winner, editor, "", tag_ids=[], photo_ids=[taken.pk])
    found = [site.get(address, follow=True) for address in addresses]
    assert [answer.status_code for answer in found] == [200, 200]
    assert found[0].redirect_chain[-1][0] == Photo.objects.get(article=winner).get_absolute_url()
    assert found[1].redirect_chain[-1][0] == winner.get_absolute_url()
    separate(loser, editor, "")
    assert [site.get(address).status_code for address in addresses] == [200, 200]


def test_an_address_that_no_photo_ever_had_is_not_found(site: Client) -> None:
    article = make.make_article()
    make.make_photo(article)
    assert site.get(f"{article.get_absolute_url()}photos/zzzzzzzz/").status_code == 404
    assert site.get("/2022/03/04/nothing/photos/zzzzzzzz/").status_code == 404


def test_a_picture_too_large_to_decode_is_held_and_its_words_are_shown(
    tmp_path: Path, site: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("articles.photos.renditions.MOST_DECODED_BYTES", 1_000)
    folder = post(tmp_path / "in", src="pier.png")
    Image.new("RGB", (300, 200), "navy").save(folder / "pier.png")
    assert load(folder).code == 0
    photo = Photo.objects.get(caption="The pier.")
    assert (photo.file != "", photo.width_px, photo.renditions.count()) == (True, 300, 0)
    article = photo.article
    shown = site.get(article.get_absolute_url()).content.decode()
    assert "The photo file is in the archive but cannot be displayed." in shown
    assert "The pier." in shown
    for address in (photo.get_absolute_url(), "/", "/photos/", "/search/?q=pier"):
        assert site.get(address).status_code == 200, address
    assert {line["outcome"] for line in load(folder).report} == {"unchanged"}
