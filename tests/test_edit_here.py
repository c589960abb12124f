"""``/admin`` before a public address."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import Article
from tests.factories import make_article, make_photo, make_source, make_tag
from tests.staff import edit_address, saved

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    article = make_article(tags=["Harbours"], former_paths=["/2014/ferry.html"])
    make_photo(article, caption="First.", number=1, position=0)
    make_photo(article, caption="Second.", number=2, position=1)
    return article


@pytest.mark.parametrize("ending", ["", "history/", "account/", "original", "article.json"])
def test_it_leads_to_the_form_of_the_article_shown_there(editor: Client, article: Article, ending: str) -> None:
    answer = editor.get(f"/admin{article.get_absolute_url()}{ending}")
    assert (answer.status_code, answer["Location"]) == (302, edit_address(article))


def test_it_leads_to_the_form_from_short_and_former_addresses_too(editor: Client, article: Article) -> None:
    former = article.get_absolute_url()
    moved = saved(editor, article, slug="the-ferry")
    for address in (former, former.rstrip("/"), article.short_url, moved.get_absolute_url()):
        assert editor.get(f"/admin{address}")["Location"] == edit_address(article), address


def test_it_leads_to_the_photo_in_the_form_of_its_article(editor: Client, article: Article) -> None:
    second = article.photos.get(caption="Second.")
    form = editor.get(f"/admin{second.get_absolute_url()}")["Location"]
    assert form == f"{edit_address(article)}#id_photos-1-caption"


def test_it_leads_to_tags_and_sources_by_present_and_other_names(editor: Client, article: Article) -> None:
    tag, source = make_tag("Harbours", aliases=["Ports"]), make_source()
    rows = {
        "/tags/harbours/": tag,
        "/tags/ports/": tag,
        "/tags/harbours/feed.atom": tag,
        "/sources/harbour-daily/": source,
    }
    assert {address: editor.get(f"/admin{address}")["Location"] for address in rows} == {
        address: edit_address(row) for address, row in rows.items()
    }
    author = make_tag("Nora Whitfield", slug="@nora-whitfield", is_author=True)
    form = editor.get("/admin/authors/nora-whitfield/")["Location"]
    assert form == reverse("admin:articles_author_change", args=[author.pk])
    lists = {"/photos/": "photo", "/authors/": "author", "/tags/": "tag", "/sources/": "source"}
    for address, model in lists.items():
        assert editor.get(f"/admin{address}")["Location"] == f"/admin/articles/{model}/"


def test_a_visitor_signs_in_first_and_what_is_not_there_is_not_found(editor: Client, article: Article) -> None:
    asked = f"/admin{article.get_absolute_url()}"
    assert Client().get(asked)["Location"] == f"/admin/login/?next={asked}"
    for address in ("/tags/nothing/", "/sources/nothing/", "/2022/03/04/nothing/", "/a/0000000000/", "/2022/03/04/"):
        assert editor.get(f"/admin{address}").status_code == 404, address


def test_who_may_only_look_sees_the_form_without_buttons(viewer: Client, article: Article) -> None:
    page = viewer.get(f"/admin{article.get_absolute_url()}", follow=True)
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
