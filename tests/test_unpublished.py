"""Unpublished words never become public: drafts, private posts, comments, addresses of readers."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.editorial.actions.merge_articles import merge
from articles.loading.undo import undo
from articles.models import Article, Load, Original
from tests import warcs
from tests.loading import load, load_records
from tests.photo_files import plain
from tests.readers.wxr import export, item
from tests.staff import saved

SITES = Path(__file__).parents[2] / "shared/corpora/sites"
corpus = pytest.mark.skipif(not SITES.exists(), reason="../shared/corpora/sites is not beside the checkout")
pytestmark = pytest.mark.django_db

# Of each site: words that were never published, and those of readers and writers.
UNPUBLISHED = {
    "mixed": ["Not yet", "Draft text."],
    "systems/blogger/site": [
        "Unfinished piece", "Do not print", "Friday, so sad", "template words", "Draft on the dam", "Not ready.",
        "Lovely birds", "Thrown away", "Deleted by its author", "We write about the village", "Write to us",
        "reader@example.org", "noreply@blogger.com",
    ],
    "systems/movabletype/site": ["Half a thought", "Nothing yet", "Drive slowly", "visitor@example.org", "192.0.2."],
    "systems/medium/site": ["Notes on the budget", "Ask the treasurer", "Thanks for this", "Claps"],
    "systems/substack/site": [
        "Rough notes", "Call the water company", "Say hello", "one valley", "reader@example.org",
    ],
    "systems/ghost/site": [
        "Secret plan", "Not to be seen", "Tomorrow", "Scheduled.", "We are small", "track()", "$2",
    ],
    "systems/arc/site": ["Unpublished", "Not for print"],
    "systems/sno/site": ["Adviser of the paper"],
    "systems/eleventy/site": ["2031-01-01", "draft-note"],
    "systems/flags/site": [],
}  # fmt: skip
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
SHOWN_FLAGS = {"jekyll-hidden", "layout-null"}  # only themes read these


@pytest.fixture(autouse=True)
def _own_media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def words_in_archive() -> str:
    """All that the database holds, without the record of what was left out of a load."""
    assert isinstance(connection.connection, sqlite3.Connection)
    tables = [name for name in connection.introspection.table_names() if name.startswith("articles_")]
    with connection.cursor() as cursor:
        rows = [cursor.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables if "load" not in name]
    return "\n".join(
        value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        for table in rows
        for row in table
        for value in row
    )


def pages_of(site: Client) -> Iterator[tuple[str, str]]:
    """Every page, feed, original and other format that links lead to from the front page."""
    waiting, seen = ["/"], {"/"}
    while waiting:
        address = waiting.pop()
        answer = site.get(address)
        text = answer.getvalue().decode("utf-8", "replace")
        yield address, text
        for link in re.findall(r'(?:href|src)="(/[^"#?]*)', text):
            if link not in seen and not link.startswith(("/admin/", "/static/", "/media/", "/help/")):
                seen.add(link)
                waiting.append(link)


@corpus
@pytest.mark.parametrize("name", UNPUBLISHED)
def test_no_page_feed_original_or_index_has_an_unpublished_word(name: str, site: Client) -> None:
    load(SITES / name)
    unpublished = list(UNPUBLISHED[name])
    if name == "systems/flags/site":
        stems = {path.stem for path in (SITES / name).iterdir()} - SHOWN_FLAGS
        unpublished = [f"The words of {stem} stand here" for stem in stems]
        assert len(unpublished) == 26
        assert Article.objects.count() == len(SHOWN_FLAGS)
    held = words_in_archive()
    for address, text in [("the database", held), *pages_of(site)]:
        assert [words for words in unpublished if words in text] == [], address
        assert not EMAIL.search(text), address


def draft(folder: Path, name: str = "ferry.md", *, title: str = "Ferry returns", flag: str = "draft: true") -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\ntitle: {title}\ndate: 2020-02-02\n{flag}\n---\nIt sailed.\n")


@pytest.mark.parametrize(
    ("name", "flag"),
    [("a.md", "draft: true"), ("_drafts/a.md", ""), ("site/_Drafts/a.md", ""), ("drafts/a.md", ""),
     ("archetypes/default.md", "")],
)  # fmt: skip
def test_a_draft_leaves_one_counted_line_and_no_row(tmp_path: Path, site: Client, name: str, flag: str) -> None:
    folder = tmp_path / "posts"
    draft(folder, name, flag=f"image: p.png\n{flag}")
    (folder / name).with_name("p.png").write_bytes(plain())
    run = load(folder)
    assert run.code == 0
    assert "Left out (not published by the source): 1 draft\n" in run.out
    assert run.outcomes == {name: "skipped"}
    assert not Article.objects.exists()
    assert not Original.objects.exists()
    assert not list((tmp_path / "media").rglob("*.*"))
    assert site.get("/2020/02/02/ferry-returns/").status_code == 404


def test_a_folder_of_drafts_is_left_out_also_on_its_own(tmp_path: Path) -> None:
    draft(tmp_path / "_drafts", flag="")
    assert load(tmp_path / "_drafts").outcomes == {"ferry.md": "skipped"}
    draft(tmp_path / "drafts", flag="")  # named by the operator, who knows what it holds
    assert load(tmp_path / "drafts").outcomes == {"ferry.md": "created"}


def test_a_draft_that_is_published_is_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "posts"
    draft(folder)
    load(folder)
    draft(folder, flag="")
    assert load(folder).outcomes == {"ferry.md": "created"}
    assert Article.objects.published().get().headline == "Ferry returns"


def test_a_published_article_that_becomes_a_draft_is_withdrawn_and_nothing_of_the_draft_is_taken(
    tmp_path: Path, site: Client
) -> None:
    folder = tmp_path / "posts"
    draft(folder, flag="")
    load(folder)
    draft(folder, title="Half a thought")
    run = load(folder)
    assert run.line("ferry.md")["changes"] == {"withdrawn": ["", "No longer published by its source."]}
    assert "Withdrawn: 1 article: /2020/02/02/ferry-returns/\n" in run.out
    gone = site.get("/2020/02/02/ferry-returns/")
    assert gone.status_code == 410
    assert "No longer published by its source." in gone.content.decode()
    assert "Half a thought" not in words_in_archive()
    assert load(folder).outcomes == {"ferry.md": "unchanged"}
    draft(folder, title="Ferry returns late", flag="")
    assert "Published again: 1 article: /2020/02/02/ferry-returns/\n" in load(folder).out
    assert Article.objects.published().get().headline == "Ferry returns late"


def test_a_post_moved_to_the_drafts_is_withdrawn_until_it_is_back(tmp_path: Path, site: Client) -> None:
    folder = tmp_path / "site"
    draft(folder, "_posts/ferry.md", flag="")
    load(folder)
    (folder / "_drafts").mkdir()
    (folder / "_posts/ferry.md").rename(folder / "_drafts/ferry.md")
    assert load(folder).outcomes == {"_drafts/ferry.md": "updated"}
    assert site.get("/2020/02/02/ferry-returns/").status_code == 410
    (folder / "_drafts/ferry.md").rename(folder / "_posts/ferry.md")
    assert load(folder).outcomes == {"_posts/ferry.md": "updated"}
    assert site.get("/2020/02/02/ferry-returns/").status_code == 200


def test_a_copy_among_the_drafts_does_not_withdraw_what_is_published(tmp_path: Path, site: Client) -> None:
    folder = tmp_path / "site"
    draft(folder, "_posts/ferry.md", flag="")
    draft(folder, "_drafts/ferry.md", flag="")
    for outcome in ("created", "unchanged", "unchanged"):
        assert load(folder).outcomes == {"_drafts/ferry.md": "skipped", "_posts/ferry.md": outcome}
        assert site.get("/2020/02/02/ferry-returns/").status_code == 200


def test_an_editor_who_publishes_again_is_not_overruled(tmp_path: Path, editor: Client) -> None:
    folder = tmp_path / "posts"
    draft(folder, flag="")
    load(folder)
    draft(folder)
    load(folder)
    saved(editor, Article.objects.get(), withdrawn="", withdrawn_reason="")
    for title in ("Ferry returns", "Ferry comes back"):
        draft(folder, title=title)
        assert load(folder).outcomes == {"ferry.md": "unchanged"}
        assert Article.objects.published().get().headline == "Ferry returns"


def test_the_published_one_of_two_files_with_an_id_counts(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    draft(folder, "_drafts/ferry.md", title="Half a thought", flag="id: urn:x:1")
    for title in ("Ferry returns", "Ferry returns late", "Ferry returns later"):
        draft(folder, "_posts/ferry.md", title=title, flag="id: urn:x:1")
        for _ in range(2):
            load(folder)
            assert Article.objects.published().get().headline == title


def test_a_draft_next_to_a_crawl_of_the_page_leaves_it_public(tmp_path: Path) -> None:
    address = "https://daily.example/ferry/"
    folder = tmp_path / "site"
    draft(folder, "_drafts/ferry.md", flag=f"canonical_url: {address}")
    warcs.write(folder / "crawl.warc", warcs.page(address, at="2020-03-05T10:00:00Z"))
    for _ in range(3):
        load(folder)
        assert Article.objects.published().get().url == address


def test_an_article_that_becomes_a_draft_again_is_withdrawn_again(tmp_path: Path, editor: Client) -> None:
    folder = tmp_path / "posts"
    draft(folder, flag="")
    load(folder)
    draft(folder)
    load(folder)
    saved(editor, Article.objects.get(), withdrawn="", withdrawn_reason="")
    draft(folder, flag="")
    assert load(folder).outcomes == {"ferry.md": "unchanged"}
    draft(folder)
    assert load(folder).outcomes == {"ferry.md": "updated"}
    assert not Article.objects.published().exists()


def test_a_merged_article_whose_source_withholds_it_stays_so_when_separated(tmp_path: Path) -> None:
    folder = tmp_path / "posts"
    draft(folder, flag="")
    draft(folder, "tide.md", title="Tide", flag="")
    load(folder)
    loser, winner = Article.objects.order_by("headline")
    merge(loser, winner, None, "The same.", tag_ids=(), photo_ids=())
    draft(folder)
    load(folder)
    loser.refresh_from_db()
    assert (loser.merged_into_id, loser.withdrawn_by) == (winner.pk, "draft")


def test_many_articles_become_drafts_in_few_statements(tmp_path: Path) -> None:
    folder = tmp_path / "posts"
    for number in range(30):
        draft(folder, f"{number}.md", title=f"Ferry {number}", flag="")
    load(folder)
    for number in range(30):
        draft(folder, f"{number}.md", title=f"Ferry {number}")
    with CaptureQueriesContext(connection) as captured:
        load(folder)
    assert not Article.objects.published().exists()
    assert len(captured) < 30 * 8


def test_undoing_the_load_publishes_it_again(tmp_path: Path) -> None:
    folder = tmp_path / "posts"
    draft(folder, flag="")
    load(folder)
    before = Article.objects.values().get()
    draft(folder)
    load(folder)
    assert undo(Load.objects.latest("pk")).left == []
    assert Article.objects.values().get() | {"changed_id": None} == before | {"changed_id": None}


def test_an_unlisted_or_expired_article_that_was_public_stays(tmp_path: Path) -> None:
    folder = tmp_path / "posts"
    draft(folder, flag="")
    load(folder)
    for flag in ("unlisted: true", "expiryDate: 2021-01-01"):
        draft(folder, flag=flag)
        assert load(folder).outcomes == {"ferry.md": "unchanged"}
        assert Article.objects.published().count() == 1


def test_records_and_posts_that_become_drafts_are_withdrawn(tmp_path: Path) -> None:
    load_records(tmp_path / "records", {}, {"id": "urn:harbour:2", "slug": "tide", "headline": "Tide"})
    load_records(tmp_path / "records", {"status": "draft"}, {"id": "urn:harbour:2", "slug": "tide", "headline": "Tide"})
    assert [article.headline for article in Article.objects.published()] == ["Tide"]
    site = tmp_path / "site"
    site.mkdir()
    (site / "export.xml").write_text(export(item(1, "First"), item(2, "Second")), encoding="utf-8")
    load(site)
    (site / "export.xml").write_text(export(item(1, "First"), item(2, "Second", status="trash")), encoding="utf-8")
    load(site)
    assert {article.headline for article in Article.objects.published()} == {"Tide", "First"}


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_record_without_id_that_becomes_a_draft_is_withdrawn(tmp_path: Path, site: Client, name: str) -> None:
    def write(status: str, text: str) -> None:
        rows = [("Ferry returns", status, text), ("Tide", "publish", "It rose.")]
        if name == "a.csv":
            lines = ["title,date,status,body", *(f"{title},2020-02-02,{status},{body}" for title, status, body in rows)]
        else:
            keys = ("headline", "status", "body_text", "published")
            lines = [json.dumps(dict(zip(keys, (*row, "2020-02-02"), strict=True))) for row in rows]
        (folder / name).write_text("\n".join(lines) + "\n")

    folder = tmp_path / "exports"
    folder.mkdir()
    write("publish", "It sailed.")
    load(folder)
    write("draft", "Half a thought.")
    load(folder)
    assert site.get("/2020/02/02/ferry-returns/").status_code == 410
    assert [article.headline for article in Article.objects.published()] == ["Tide"]
    assert "Half a thought" not in words_in_archive()
    assert set(load(folder).outcomes.values()) == {"unchanged"}


@pytest.mark.parametrize(
    "mark",
    ['"isDraft": true', '"Draft": true', '"post-status": "draft"', '"published": false', '"draft": 1',
     '"expiryDate": "2020-01-01"', '"published": "2999-01-01"', '"status": "In review"', '"state": "Entwurf"'],
)  # fmt: skip
def test_a_record_is_withheld_by_the_marks_of_front_matter(tmp_path: Path, mark: str) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "a.jsonl").write_text(f'{{"headline": "Ferry returns", "body_text": "It sailed.", {mark}}}\n')
    run = load(folder)
    assert (run.code, list(run.outcomes.values())) == (0, ["skipped"])


def test_a_file_that_vanished_is_said_to_be_public_still(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    draft(folder, "_posts/2020-02-02-ferry.md", flag="")
    load(folder)
    (folder / "_posts/2020-02-02-ferry.md").unlink()
    draft(folder, "_drafts/ferry.md", title="Half a thought", flag="")
    assert "/2020/02/02/ferry/  still public; --withdraw-vanished withdraws it" in load(folder).out


@pytest.mark.parametrize(
    ("name", "content", "system"),
    [
        ("story.json", '{"type": "story", "version": "0.10.9", "headline": "Not for print"}', "Arc XP"),
        ("paper.txt", "-- MySQL dump 10.13\n--\nINSERT INTO users VALUES ('ana@example.org');\n", "a database"),
    ],
)  # fmt: skip
def test_an_export_that_is_not_read_is_left_out_and_named(tmp_path: Path, name: str, content: str, system: str) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / name).write_text(content, newline="")
    run = load(folder)
    assert run.code == 1  # nothing could be read
    assert re.search(
        rf"Not loaded, an export of {system}.*, which this version does not read: {re.escape(name)}\n", run.out
    )
    assert not Original.objects.exists()


def test_texts_of_substack_are_left_out_also_on_their_own(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts.csv").write_text("post_id,post_date,is_published,email_sent_at,type\n103.a,,false,,newsletter\n")
    (tmp_path / "posts/103.a.html").write_text("<p>Call the water company before this goes anywhere.</p>")
    assert load(tmp_path / "posts").outcomes == {"103.a.html": "skipped"}


def test_a_draft_of_medium_is_left_out(tmp_path: Path) -> None:
    text = "<p>The harbour board has met for the third time this week to talk about the dredging.</p>" * 12
    page = (
        "<!DOCTYPE html><html><head><title>{0}</title></head><body><article class='h-entry'>"
        "<header><h1 class='p-name'>{0}</h1></header><section data-field='body' class='e-content'>{1}</section>"
        "<footer>{2}<p>Exported from <a href='https://medium.com'>Medium</a> on May 3, 2019.</p></footer></article>"
    )
    time = "<time class='dt-published' datetime='2019-04-02T06:30:00.000Z'>April 2, 2019</time>"
    folder = tmp_path / "posts"
    folder.mkdir()
    (folder / "2019-04-02_Dredging-1.html").write_text(page.format("Dredging", text, time))
    (folder / "draft_Budget-2.html").write_text(page.format("Budget", text, ""))
    outcomes = load(folder).outcomes
    assert outcomes == {"2019-04-02_Dredging-1.html": "created", "draft_Budget-2.html": "skipped"}


def test_a_reply_in_a_feed_is_no_article(tmp_path: Path) -> None:
    entry = "<entry><id>urn:{0}</id><title>{0}</title><updated>2020-02-02T10:00:00Z</updated>{1}</entry>\n"
    reply = '<thr:in-reply-to xmlns:thr="http://purl.org/syndication/thread/1.0" ref="urn:a"/>'
    folder = tmp_path / "feeds"
    folder.mkdir()
    entries = entry.format("a", "") + entry.format("b", reply)
    (folder / "feed.xml").write_text(f'<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>{entries}</feed>')
    assert sorted(load(folder).outcomes.values()) == ["created", "skipped"]
    assert Article.objects.get().headline == "a"
