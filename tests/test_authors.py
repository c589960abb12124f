"""Authors: pages, feeds, search and lists for readers; other names, merges and reloads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from articles.catalogue.bylines import author_names, printed_names
from articles.editorial.exchange.export import edits
from articles.loading.undo import undo
from articles.models import Article, Author, Load, Photo, Tag, Tagging
from tests.derived import assert_all_follows
from tests.factories import make_photo
from tests.loading import load, load_records
from tests.staff import merge_names, save, saved
from tests.test_preview import preview
from tests.test_timelines import headlines, html, shown

AUTHORS = "/admin/articles/author/"
pytestmark = pytest.mark.django_db


def records(folder: Path, *authors: list[str], **values: Any) -> None:
    load_records(
        folder,
        *(
            {"id": f"urn:{number}", "headline": f"Story {number}", "authors": names, **values}
            for number, names in enumerate(authors)
        ),
    )


def names() -> dict[str, int]:
    return dict(Author.objects.filter(article_count__gt=0).values_list("name", "article_count"))


def author(name: str) -> Author:
    return Author.objects.get(name=name)


@pytest.mark.parametrize(
    "nobody",
    ["Staff", "Staff writer", "By our own correspondent", "Reuters", "AFP", "The Associated Press", "Dunmere Herald",
     "news@post.example", "post.example", "Redaktion", "新华社", "记者", "—", "", "City Desk", "Editorial Board",
     "Harbour Police", "Vancouver Sun", "Charlotte Observer"],
)  # fmt: skip
def test_agencies_outlets_and_roles_are_no_authors(nobody: str) -> None:
    assert author_names([nobody]) == {}


@pytest.mark.parametrize(
    "person", ["Jan Smit", "jan smit", "赵芳", "ليلى حدّاد", "Mary Ann O’Neill", "Cher", "Naomi Sun"]
)
def test_names_of_people_are_authors_as_printed(person: str) -> None:
    assert list(author_names([person, None, 7]).values()) == [person]


@pytest.mark.parametrize(
    ("printed", "people"),
    [("Nora Berg and Bo Chen", ["Nora Berg", "Bo Chen"]), ("Jean Roux et Anne Petit", ["Jean Roux", "Anne Petit"]),
     ("Ana Ruiz, Bo Chen & Jan Smit", ["Ana Ruiz", "Bo Chen", "Jan Smit"]), ("By Nora Berg", ["Nora Berg"]),
     ("Nora Berg, Harbour Correspondent", ["Nora Berg"]), ("Nora Berg/AFP", ["Nora Berg"]),
     ("Berg, Nora; van der Zee, Jan", ["Berg, Nora", "van der Zee, Jan"]), ("AC/DC", ["AC/DC"])],
)  # fmt: skip
def test_names_are_taken_out_of_what_is_printed_with_them(printed: str, people: list[str]) -> None:
    assert list(author_names([printed]).values()) == people


@pytest.mark.parametrize(
    ("byline", "people"),
    [
        ("Harriet Lowe Gazette staff writer", ["Harriet Lowe"]),
        ("Harriet Lowe Staff Writer", ["Harriet Lowe"]),
        ("HARRIET LOWE GAZETTE STAFF WRITER", ["HARRIET LOWE"]),
        ("Cape Cod Times staff writer", []),
        ("Alder Valley Gazette staff writer", []),
        ("Harriet Lowe Smith staff writer", []),
    ],
)
def test_a_role_below_a_byline_is_no_part_of_the_author(byline: str, people: list[str]) -> None:
    assert list(author_names(printed_names((), byline)).values()) == people


def test_names_with_a_conjunction_may_be_one() -> None:
    for one in ("Department of Arts and Public Works", "Smith and Daughters", "José Ortega y Gasset", "King, Jr."):
        assert list(author_names([one]).values()) == [one]


def test_a_reader_comes_from_an_article_to_all_by_its_author(site: Client, tmp_path: Path) -> None:
    records(tmp_path / "in", ["Nora Berg", "Reuters"], ["NORA BERG"], ["Bo Chen"], byline="By Nora Berg in Oslo")
    page = html(site, Article.objects.get(headline="Story 0").get_absolute_url())
    assert 'By <a href="/authors/nora-berg/" rel="author"><bdi>Nora Berg</bdi></a> in Oslo</p>' in page
    # A name that the byline does not have follows it.
    page = html(site, Article.objects.get(headline="Story 2").get_absolute_url())
    assert 'By Nora Berg in Oslo (<a href="/authors/bo-chen/" rel="author"><bdi>Bo Chen</bdi></a>)</p>' in page
    assert headlines(site, "/authors/nora-berg/") == ["Story 1", "Story 0"]
    assert "2 articles, 2021" in shown(site, "/authors/nora-berg/")
    assert "Articles by Nora Berg" in html(site, "/authors/nora-berg/feed.atom")
    assert "http://testserver/authors/nora-berg/" in html(site, "/sitemap/listings.xml")
    for address in ("/authors/", "/authors/?letter=n", "/"):
        assert '<a href="/authors/nora-berg/"><bdi>Nora Berg</bdi></a>' in html(site, address)
    assert site.get("/authors/Nora-Berg/").headers["Location"] == "/authors/nora-berg/"
    for nowhere in ("authors/ferries/", "tags/nora-berg/", "tags/@nora-berg/", "tags/@nora-berg/feed.atom"):
        assert site.get(f"/{nowhere}").status_code == 404
    assert site.get("/photos/?tag=@nora-berg").status_code == 200


def test_an_author_printed_with_the_family_name_first_is_the_same(site: Client, tmp_path: Path) -> None:
    records(tmp_path / "in", ["Berg, Nora"], ["Nora Berg"], byline="")
    assert names() == {"Nora Berg": 2}
    article = Article.objects.get(headline="Story 0")
    link = '<a href="/authors/nora-berg/" rel="author"><bdi>{}</bdi></a>'
    assert f"By {link.format('Berg, Nora')}</p>" in html(site, article.get_absolute_url())
    Article.objects.update(byline="By Nora Berg")
    assert f"By {link.format('Nora Berg')}</p>" in html(site, article.get_absolute_url())


def test_authors_and_tags_of_one_name_are_apart(site: Client, tmp_path: Path) -> None:
    records(tmp_path / "in", ["Ana Ruiz"], ["Bo Chen"], tags=["Ana Ruiz"])
    assert (Tag.objects.get(name="Ana Ruiz").article_count, author("Ana Ruiz").article_count) == (2, 1)
    article = Article.objects.get(headline="Story 1")
    assert json.loads(html(site, f"{article.get_absolute_url()}article.json"))["tags"] == ["Ana Ruiz"]
    assert [tagging.tag.name for tagging in article.taggings.all()] == ["Ana Ruiz"]
    for address in ("/tags/", "/tags/?letter=b", "/tags/?by=size"):
        assert "Bo Chen" not in site.get(address).content.decode()
    assert list(edits()) == []


def test_search_finds_an_author_by_any_name(site: Client, archivist: Client, tmp_path: Path) -> None:
    records(tmp_path / "in", ["Nora Berg"], ["N. Berg"], ["Bo Chen"], byline="")
    merge_names(archivist, [author("N. Berg"), author("Nora Berg")], author("Nora Berg"), AUTHORS)
    for query in ('author:"Nora Berg"', 'by:"n. berg"'):
        assert sorted(headlines(site, f"/search/?q={query}")) == ["Story 0", "Story 1"]
    assert headlines(site, '/search/?q=-author:"Nora Berg"') == ["Story 2"]
    assert "by Nora Berg" in shown(site, "/search/?author=nora-berg")
    assert "No author is called “nobody”." in shown(site, "/search/?author=nobody")
    assert sorted(headlines(site, "/search/?q=berg")) == ["Story 0", "Story 1"]  # by the words of a byline
    assert site.get("/search/suggest/?q=nora").json()[1] == ['author:"Nora Berg"']


def test_a_merge_moves_articles_and_its_undoing_also_later_ones(
    site: Client, archivist: Client, tmp_path: Path
) -> None:
    records(tmp_path / "in", ["Nora Berg"], ["N. Berg"], ["N. Berg", "Nora Berg"])
    merge_names(archivist, [author("N. Berg"), author("Nora Berg")], author("Nora Berg"), AUTHORS)
    assert names() == {"Nora Berg": 3}
    assert site.get("/authors/n-berg/").headers["Location"] == "/authors/nora-berg/"
    assert site.get("/authors/n-berg/feed.rss").headers["Location"] == "/authors/nora-berg/feed.rss"
    page = html(site, Article.objects.get(headline="Story 1").get_absolute_url())
    assert '<a href="/authors/nora-berg/" rel="author"><bdi>N. Berg</bdi></a>' in page  # as printed
    records(tmp_path / "later", ["N. Berg"], id="urn:later", published="2022-01-01")
    assert names() == {"Nora Berg": 4}
    page = archivist.get(f"{AUTHORS}{author('Nora Berg').pk}/change/").content.decode()
    undo_page = page.partition('href="/admin/articles/author/merges/')[2].partition('"')[0]
    effects = archivist.get(f"{AUTHORS}merges/{undo_page}").content.decode()
    assert "3 articles by “Nora Berg” will be listed under “N. Berg”." in effects
    assert "“N. Berg” is separate again." in effects
    assert "What stays" not in effects
    archivist.post(f"{AUTHORS}merges/{undo_page}", {"reason": ""})
    assert names() == {"Nora Berg": 2, "N. Berg": 3}
    assert headlines(site, "/authors/n-berg/") == ["Story 0", "Story 2", "Story 1"]
    assert_all_follows()


def test_staff_rename_an_author_and_the_old_name_and_address_still_lead_there(
    site: Client, editor: Client, tmp_path: Path
) -> None:
    records(tmp_path / "in", ["N. Berg"])
    save(editor, author("N. Berg"), name="Nora Berg", description="A reporter.")
    assert site.get("/authors/n-berg/").headers["Location"] == "/authors/nora-berg/"
    records(tmp_path / "later", ["N. Berg"], id="urn:later")
    assert names() == {"Nora Berg": 2}
    assert "A reporter. Also known as N. Berg." in shown(site, "/authors/nora-berg/")
    [line] = [line for line in edits() if "tag" in line]
    assert (line["tag"], line["name"], line["aliases"]) == ("@nora-berg", "Nora Berg", ["N. Berg"])
    assert Article.objects.first().authors == ["N. Berg"]  # type: ignore[union-attr]


def test_two_people_of_one_name_are_parted_in_the_article_and_stay_so(editor: Client, tmp_path: Path) -> None:
    records(tmp_path / "in", ["Jan Smit"], ["Jan Smit"])
    saved(editor, Article.objects.get(headline="Story 1"), authors="Jan Smit (Oslo)")
    assert names() == {"Jan Smit": 1, "Jan Smit (Oslo)": 1}
    records(tmp_path / "in", ["Jan Smit"], ["Jan Smit"], deck="Corrected")
    assert names() == {"Jan Smit": 1, "Jan Smit (Oslo)": 1}
    assert_all_follows()


def test_a_reload_follows_the_source_and_undoing_a_load_takes_its_authors_away(site: Client, tmp_path: Path) -> None:
    records(tmp_path / "in", ["Nora Berg"])
    records(tmp_path / "in", ["Bo Chen"])
    assert names() == {"Bo Chen": 1}
    assert site.get("/authors/nora-berg/").status_code == 410
    undo(Load.objects.latest("pk"), user=None)
    assert names() == {"Nora Berg": 1}
    undone = undo(Load.objects.earliest("pk"), user=None)
    assert "also deleted: 2 tags, 1 author and 1 source" in undone.figures
    assert not Author.objects.exists()
    assert site.get("/authors/nora-berg/").status_code == 410
    records(tmp_path / "again", ["Nora Berg"])
    assert site.get("/authors/nora-berg/").status_code == 200


def test_a_withdrawn_article_leaves_its_author(site: Client, editor: Client, tmp_path: Path) -> None:
    records(tmp_path / "in", ["Nora Berg"])
    load(tmp_path / "in")
    saved(editor, Article.objects.get(), withdrawn="on", withdrawn_reason="An error")
    assert names() == {}
    assert site.get("/authors/nora-berg/").status_code == 410
    assert Tagging.everything.filter(tag=author("Nora Berg")).count() == 1


def test_the_photos_of_a_merged_author_are_on_the_page_that_stays(
    site: Client, archivist: Client, tmp_path: Path
) -> None:
    records(tmp_path / "in", ["Nora Berg"], ["N. Berg"])
    make_photo(Article.objects.get(headline="Story 1"), credit_line="N. Berg")
    merge_names(archivist, [author("N. Berg"), author("Nora Berg")], author("Nora Berg"), AUTHORS)
    assert '<a href="/photos/?credit=N.+Berg" rel="nofollow">' in html(site, "/authors/nora-berg/")


def test_photos_and_authors_lead_to_each_other(site: Client, tmp_path: Path) -> None:
    records(tmp_path / "in", ["Nora Berg"])
    make_photo(Article.objects.get(), credit_line="Nora Berg / Harbour Daily")
    page = html(site, Photo.objects.get().get_absolute_url())
    assert '<a href="/authors/nora-berg/"><bdi>Nora Berg</bdi></a>' in page
    page = html(site, "/authors/nora-berg/")
    credit = '<a href="/photos/?credit=Nora+Berg+%2F+Harbour+Daily" rel="nofollow"><bdi>Nora Berg / Harbour Daily</bdi>'
    assert f"{credit} (1)</a>" in page


def test_staff_find_the_articles_of_an_author_and_delete_only_unused_ones(admin_client: Client, tmp_path: Path) -> None:
    records(tmp_path / "in", ["Nora Berg"], ["Bo Chen"])
    berg = author("Nora Berg")
    page = admin_client.get(AUTHORS).content.decode()
    assert f"/admin/articles/article/?tag={berg.pk}" in page
    answer = admin_client.get(f"/admin/articles/article/?tag={berg.pk}")
    assert [article.headline for article in answer.context["cl"].result_list] == ["Story 0"]
    assert admin_client.get(f"{AUTHORS}add/").status_code == 403
    assert "is in use" in admin_client.get(f"{AUTHORS}{berg.pk}/delete/").content.decode()


def test_a_form_says_that_another_author_has_the_name(editor: Client, tmp_path: Path) -> None:
    records(tmp_path / "in", ["Nora Berg"], ["Bo Chen"])
    Author.objects.filter(name="Bo Chen").update(slug="@chen")
    answer = save(editor, author("Nora Berg"), name="Bo Chen")
    assert "“Bo Chen” already has this name." in answer.content.decode()
    assert save(editor, author("Nora Berg"), slug="b" * 100).status_code == 200
    assert save(editor, author("Nora Berg"), slug="b" * 99).status_code == 302


@pytest.mark.usefixtures("site")
def test_the_preview_links_to_no_author_without_published_articles(editor: Client, tmp_path: Path) -> None:
    records(tmp_path / "in", ["Nora Berg"], ["Nora Berg"])
    first, second = Article.objects.all()
    saved(editor, first, withdrawn="on", withdrawn_reason="An error")
    assert 'href="/authors/nora-berg/"' in preview(editor, first)
    saved(editor, second, withdrawn="on", withdrawn_reason="An error")
    assert 'href="/authors/nora-berg/"' not in preview(editor, first)


def test_the_byline_of_an_article_without_authors_links_to_them(tmp_path: Path, site: Client) -> None:
    text = "{headline}\n\nBy {byline}\n\n6 September 2023\n\nIt sailed twice a day from the old quay in the harbour.\n"
    (tmp_path / "1.txt").write_text(text.format(headline="Ferry returns", byline="Nora Berg and Bo Chen"))
    (tmp_path / "2.txt").write_text(text.format(headline="Quay opens", byline="our correspondent in Paris"))
    load(tmp_path)
    assert names() == {"Nora Berg": 1, "Bo Chen": 1}
    article = Article.objects.get(headline="Ferry returns")
    assert article.authors == []  # as printed
    assert 'href="/authors/bo-chen/" rel="author"><bdi>Bo Chen</bdi></a>' in html(site, article.get_absolute_url())


def test_authors_without_a_byline_are_found_by_the_words_of_their_names(tmp_path: Path, site: Client) -> None:
    records(tmp_path, ["Mei Tanaka"])
    assert "Story 0" in shown(site, "/search/?q=tanaka")
    assert "Story 0" in shown(site, "/search/?q=author:tanaka")
