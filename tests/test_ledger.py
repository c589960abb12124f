"""The ledger: who changed what, numbered in the order of commits."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from articles.catalogue.changing import changing
from articles.catalogue.ledger import Stamp, change_of, transaction_of_changes
from articles.editorial.actions.merge_sources import merge_sources
from articles.editorial.actions.merge_tags import merge_tags
from articles.editorial.actions.on_many import withdraw
from articles.editorial.history import Names, Versions, changes_of
from articles.loading.undo import undo
from articles.models import (
    Article,
    ArticleChange,
    Change,
    ClosedVersion,
    Gone,
    Load,
    Original,
    OriginalPath,
    Source,
    Tag,
)
from articles.models.generation import generation_of
from articles.search.backend import backend
from tests.loading import load, text_file
from tests.recorded import versions_of
from tests.staff import edit_address, form_on, saved
from tests.test_agency_versions import item

pytestmark = pytest.mark.django_db
RECORD: dict[str, Any] = {
    "id": "urn:boat:1", "headline": "Ferry returns", "published": "2021-05-04", "source": "Harbour Daily",
    "tags": ["Ferries"], "body_markdown": "The ferry sailed at nine.\n\nNobody had sold a ticket since May.",
    "photos": [{"src": "quay.jpg", "caption": "The quay.", "credit": "Mei Tanaka"}],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "exports"
    made.mkdir()
    write(made)
    load(made)
    return made


def write(folder: Path, **values: Any) -> None:
    (folder / "1.jsonl").write_text(json.dumps({**RECORD, **values}) + "\n")


def changed_by(article: Article) -> Change | None:
    return Article.objects.select_related("changed").get(pk=article.pk).changed


# --- Changes and their numbers. ---------------------------------------------------------------------------------------


def test_a_load_of_new_articles_is_one_change(folder: Path) -> None:
    for number in range(2, 5):
        text_file(folder, f"{number}.txt", headline=f"Ferry number {number}")
    load(folder)
    first, second = Change.objects.order_by("number")
    assert (first.kind, first.load, second.load) == ("load", *Load.objects.order_by("pk"))
    assert {(article.added, article.changed) for article in Article.objects.exclude(external_id="urn:boat:1")} == {
        (second, second)
    }
    assert set(Original.objects.values_list("change__number", flat=True)) == {first.number, second.number}
    assert not ArticleChange.objects.exists()


def test_changes_are_numbered_when_they_are_committed_and_dated_as_rising(folder: Path, editor: Client) -> None:
    article = saved(editor, Article.objects.get(), headline="Ferry back")
    with transaction_of_changes(), changing([article.pk], Stamp.now(None, "inner")) as changes:
        changes.articles[article.pk].deck = "A deck"
        number = change_of(Stamp.now(None, "outer")).number
    assert number is None
    rows = list(Change.objects.order_by("number").values_list("number", "reason", "seen_at"))
    assert [(number, reason) for number, reason, _ in rows] == [(1, ""), (2, ""), (3, "outer"), (4, "inner")]
    moments = [seen_at for _, _, seen_at in rows]
    assert moments == sorted(moments)
    assert moments[0] < moments[1] < moments[2] == moments[3]  # two of one transaction


def test_a_change_that_is_rolled_back_leaves_no_number(folder: Path) -> None:
    article, before = Article.objects.get(), Change.objects.count()
    stamp = Stamp.now(None, "never")
    with suppress(ZeroDivisionError), changing([article.pk], stamp):
        change_of(stamp)
        raise ZeroDivisionError
    assert Change.objects.count() == before


def test_a_part_that_is_rolled_back_alone_is_not_counted(folder: Path) -> None:
    stamp, ids = Stamp.now(None, ""), [Article.objects.get().pk]
    with transaction_of_changes():
        with suppress(ZeroDivisionError), transaction_of_changes():
            with changing(ids, stamp) as changes:
                changes.articles[ids[0]].headline = "Zyzzyva returns"
            withdraw(ids, "A court.", stamp)
            raise ZeroDivisionError
        withdraw([], "A court.", stamp)
    assert backend().words("zyzzyva", 9) == []
    assert Tag.objects.get().article_count == Source.objects.get().article_count == 1
    withdraw(ids, "A court.", stamp)
    assert Tag.objects.get().article_count == Source.objects.get().article_count == 0


def test_what_changes_nothing_is_no_change(folder: Path, editor: Client) -> None:
    article, before = Article.objects.get(), Change.objects.count()
    saved(editor, article)
    load(folder)
    with changing([article.pk], Stamp.now(None, "")):
        pass
    assert Change.objects.count() == before


def test_a_change_outside_a_transaction_of_changes_is_refused() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="within ledger"):
        change_of(Stamp.now(None, ""))


# --- What moves an article. -------------------------------------------------------------------------------------------


def test_a_moved_file_is_recorded_but_moves_nothing_that_readers_see(folder: Path) -> None:
    path = text_file(folder, "fog.txt", headline="Fog on the quay")
    load(folder)
    article, generation = Article.objects.get(headline="Fog on the quay"), generation_of(connection)
    path.rename(folder / "moved.txt")
    load(folder)
    assert OriginalPath.objects.filter(path__endswith="moved.txt").exists()
    assert ArticleChange.objects.get().version is None
    assert (changed_by(article), generation_of(connection)) == (article.changed, generation)
    undo(Load.objects.latest("pk"))
    assert not OriginalPath.objects.filter(path__endswith="moved.txt").exists()


def test_a_merge_of_tags_changes_an_article_and_a_renamed_tag_or_source_does_not(folder: Path, editor: Client) -> None:
    article = Article.objects.get()
    saved(editor, Tag.objects.get(name="Ferries"), name="Ferry lines")
    saved(editor, Source.objects.get(name="Harbour Daily"), name="The Harbour Daily")
    assert changed_by(article) == article.changed
    merge_tags(
        [Tag.objects.get(name="Ferry lines")], Tag.objects.create(name="Boats", slug="boats"), Stamp.now(None, "")
    )
    by_merge = changed_by(article)
    assert by_merge != article.changed
    other = Source.objects.create(name="Coast News", slug="coast-news")
    merge_sources([Source.objects.get(name="The Harbour Daily")], other, Stamp.now(None, ""))
    assert changed_by(article) not in (article.changed, by_merge)
    assert len(versions_of(article)) == 3


def test_an_article_is_added_when_it_is_first_published(tmp_path: Path) -> None:
    load(item(tmp_path, "a.json", at="2021-05-04T10:00:00Z", headline="Ferry", pubstatus="canceled"))
    assert (Article.objects.get().added, Article.objects.get().changed) == (None, Change.objects.get())
    load(item(tmp_path, "a.json", at="2021-05-04T11:00:00Z", headline="Ferry"))
    published = Change.objects.latest("number")
    assert Article.objects.get().added == published
    load(item(tmp_path, "a.json", at="2021-05-04T12:00:00Z", headline="Ferry back"))
    assert (Article.objects.get().added, Change.objects.count()) == (published, 3)


def test_a_removed_article_is_gone_by_the_change_that_removed_it(folder: Path) -> None:
    undo(Load.objects.get())
    gone = Gone.objects.exclude(key="").get()
    assert gone.change is not None
    assert (gone.change.undoes, gone.change.kind) == (Load.objects.get(), "load")


# --- Reading it. ------------------------------------------------------------------------------------------------------


def test_a_name_is_erased_from_every_version_by_rewriting_the_rows_of_one_article(
    folder: Path, editor: Client, site: Client
) -> None:
    article = saved(editor, Article.objects.get(), body="Ada Holm sailed.", headline="Ada Holm sails")
    article = saved(
        editor, article, body="Nobody sailed.", headline="Nobody sails", **{"photos-0-caption": "Ada Holm."}
    )
    saved(editor, article, **{"photos-0-caption": "A sailor."})
    for row in ArticleChange.objects.filter(article=article):
        for column in ("rows", "body"):
            setattr(row, column, getattr(row, column).replace("Ada Holm", "N. N."))
        row.save()
    assert [version.state.article.headline for version in versions_of(article)] == [
        "Ferry returns", "N. N. sails", "Nobody sails", "Nobody sails",
    ]  # fmt: skip
    for number in range(1, 5):
        page = site.get(f"{article.get_absolute_url()}history/{number}/").content.decode()
        assert "Ada Holm" not in page
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM articles_articlechange WHERE rows LIKE '%Ada%' OR body LIKE '%Ada%'")
        assert cursor.fetchone() == (0,)


def test_a_column_that_is_no_longer_known_is_shown(folder: Path, editor: Client, viewer: Client) -> None:
    article = saved(editor, Article.objects.get(), headline="Ferry back")
    row = ArticleChange.objects.get()
    ArticleChange.objects.update(rows=row.rows.replace('"headline"', '"title"'))
    newest = Versions(Article.objects.get()).one(2)
    assert newest is not None
    assert [(found.what, found.before, found.after) for found in changes_of(newest, Names([newest]))] == [
        ("Title", "Ferry returns", "Ferry back")
    ]
    assert "Title" in viewer.get(f"/admin/articles/article/{article.pk}/history/").content.decode()


def test_what_a_change_past_the_ledger_replaced_is_not_known_and_the_version_says_so(
    folder: Path, editor: Client, site: Client
) -> None:
    article = saved(editor, Article.objects.get(), deck="A deck")
    Article.objects.update(headline="By another way")
    article = saved(editor, Article.objects.get(), deck="Another deck")
    assert [version.reason for version in versions_of(article)][2].startswith("Changed without a record")
    assert Change.objects.filter(kind="unknown").count() == 1
    assert "Changed without a record" in site.get(f"{article.get_absolute_url()}history/").content.decode()


def test_a_closed_version_is_closed_whoever_changes_the_article_later(
    folder: Path, editor: Client, site: Client
) -> None:
    article = saved(editor, Article.objects.get(), headline="Ferry back")
    ClosedVersion.objects.create(article=article, version=1, reason="A court.", closed_at=article.changed.seen_at)  # type: ignore[union-attr]
    write(folder, deck="From the source")
    load(folder)
    at = f"{article.get_absolute_url()}history/"
    assert [site.get(f"{at}{number}/").status_code for number in (1, 2, 3)] == [410, 200, 200]
    assert site.get(f"{at}2/changes/").status_code == 410


# --- Its size. --------------------------------------------------------------------------------------------------------


def test_a_headline_costs_no_kilobyte_and_a_text_no_second_copy(folder: Path, editor: Client) -> None:
    text = "Fog lay on the quay. " * 200
    article = saved(editor, Article.objects.get(), body=text)
    article = saved(editor, article, headline="渡輪歸來，碼頭上人山人海")
    body, headline = ArticleChange.objects.order_by("pk")
    assert len(headline.rows.encode()) + len(headline.body) < 300
    assert body.body == RECORD["body_markdown"]
    assert "Fog lay" not in body.rows
    assert "渡輪歸來" in headline.rows


def test_undoing_keeps_what_it_could_not_put_back_and_deletes_no_row(folder: Path, editor: Client) -> None:
    write(folder, headline="Ferry back", deck="At last")
    load(folder)
    article = saved(editor, Article.objects.get(), headline="Ferry home")
    rows = ArticleChange.objects.count()
    undo(Load.objects.latest("pk"))
    assert ArticleChange.objects.count() == rows + 1
    kept = json.loads(ArticleChange.objects.order_by("pk")[0].undone or "")
    assert [(columns, after) for _, _, columns, after in kept] == [
        ({"headline": "Ferry returns"}, {"headline": "Ferry back"})
    ]
    assert form_on(editor, edit_address(article))["headline"] == "Ferry home"
