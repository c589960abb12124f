"""Files that were loaded and are missing now: reported, and withdrawn on request."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.catalogue.ledger import Stamp
from articles.editorial.actions import on_many
from articles.loading import store
from articles.loading.undo import newest_to_undo, undo
from articles.loading.vanished import vanished_from
from articles.models import Article, Load, PeriodCount
from tests.conftest import WRITES
from tests.dumping import differences, dump
from tests.loading import load, text_file
from tests.recorded import newest_version
from tests.staff import saved
from tests.test_crawls import FERRY, FIRST, crawl
from tests.warcs import page

pytestmark = pytest.mark.django_db
ADDRESS = "/2021/05/04/ferry-returns/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files, of which one goes."""
    folder = tmp_path / "in"
    text_file(folder, "a.txt")
    text_file(folder, "deep/b.txt", headline="Snow on the pass")
    load(folder)
    return folder


def writes(captured: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in captured if query["sql"].startswith(WRITES)]


def test_a_file_that_is_gone_is_told_and_nothing_else(folder: Path, site: Client) -> None:
    (folder / "a.txt").unlink()
    with CaptureQueriesContext(connection) as captured:
        run = load(folder)
    assert run.line("a.txt") == {
        "input": "a.txt", "outcome": "vanished", "key": Article.objects.get(headline="Ferry returns").key,
        "url": ADDRESS, "changes": {}, "conflicts": [], "error": None, "warnings": [],
    }  # fmt: skip
    assert run.summary.startswith("1 unchanged, 1 vanished, in")
    assert run.code == 0
    assert writes(captured) == []
    assert site.get(ADDRESS).status_code == 200


def test_a_load_that_misses_nothing_does_not_speak_of_it(folder: Path) -> None:
    assert "vanished" not in load(folder).summary


def test_what_is_gone_is_withdrawn_with_a_reason_when_asked_for(folder: Path, site: Client) -> None:
    (folder / "a.txt").unlink()
    foretold = load(folder, withdraw_vanished=True, dry_run=True)
    assert site.get(ADDRESS).status_code == 200
    run = load(folder, withdraw_vanished=True)
    assert foretold.report[-1] | {"story": None} == run.report[-1] | {"story": None}
    assert run.line("a.txt")["changes"] == {"withdrawn": ["", "No longer in its source."]}
    page = site.get(ADDRESS)
    assert page.status_code == 410
    assert "No longer in its source." in page.content.decode()
    assert PeriodCount.objects.get(unit="year").articles == 1
    article = Article.objects.get(headline="Ferry returns")
    assert article.source is not None
    assert article.source.article_count == 1
    newest = newest_version(article)
    assert (newest.state.article.withdrawn_by, newest.load_id) == ("vanished", Load.objects.latest("id").pk)
    with CaptureQueriesContext(connection) as captured:
        assert "vanished" not in load(folder, withdraw_vanished=True).summary
    assert writes(captured) == []


def test_withdrawing_is_undone_with_its_load(folder: Path) -> None:
    before = dump()
    (folder / "a.txt").unlink()
    load(folder, withdraw_vanished=True)
    undo(newest_to_undo())  # type: ignore[arg-type]
    assert differences(before, dump()) == {}


@pytest.mark.parametrize("body", ["It sailed.", "It sailed at six."])
def test_a_file_that_comes_back_brings_its_article_back(folder: Path, site: Client, body: str) -> None:
    (folder / "a.txt").unlink()
    load(folder, withdraw_vanished=True)
    text_file(folder, "a.txt", body=body)
    foretold = load(folder, dry_run=True)
    run = load(folder)
    assert foretold.outcomes == run.outcomes == {"a.txt": "updated", "deep/b.txt": "unchanged"}
    assert run.line("a.txt")["changes"]["withdrawn"] == ["No longer in its source.", ""]
    assert site.get(ADDRESS).status_code == 200
    assert PeriodCount.objects.get(unit="year").articles == 2
    assert load(folder).outcomes["a.txt"] == "unchanged"


def test_what_staff_have_withdrawn_stays_so(folder: Path, editor: Client) -> None:
    article = Article.objects.get(headline="Ferry returns")
    data = (folder / "a.txt").read_bytes()
    saved(editor, article, withdrawn="on", withdrawn_reason="By court order.")
    (folder / "a.txt").unlink()
    assert "vanished" not in load(folder, withdraw_vanished=True).summary
    (folder / "a.txt").write_bytes(data)
    assert load(folder).outcomes["a.txt"] == "unchanged"
    article.refresh_from_db()
    assert article.withdrawn_reason == "By court order."


def test_what_staff_withdraw_while_the_load_runs_stays_theirs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    article = Article.objects.get(headline="Ferry returns")
    meanwhile(monkeypatch, lambda: on_many.withdraw([article.pk], "By court order.", Stamp.now(None, "")))
    (folder / "a.txt").unlink()
    load(folder, withdraw_vanished=True)
    article.refresh_from_db()
    assert (article.withdrawn_by, article.withdrawn_reason) == ("staff", "By court order.")


def test_an_article_that_is_removed_while_the_load_runs_stops_no_load(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda: undo(newest_to_undo()))  # type: ignore[arg-type]
    (folder / "a.txt").unlink()
    assert load(folder, withdraw_vanished=True).outcomes == {"deep/b.txt": "unchanged"}


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> None:
    """Do something after a load has found the articles whose files are gone, and before it withdraws them."""

    def found(*arguments: Any) -> Iterator[dict[int, str]]:
        for gone in vanished_from(*arguments):
            act()
            yield gone

    monkeypatch.setattr(store, "vanished_from", found)


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_file_that_was_moved_or_corrected_has_not_vanished(folder: Path, dry_run: bool) -> None:
    (folder / "a.txt").rename(folder / "deep/a.txt")
    text_file(folder, "deep/b.txt", headline="Snow on the pass", body="It snowed.")
    run = load(folder, dry_run=dry_run)
    assert run.outcomes == {"deep/a.txt": "unchanged", "deep/b.txt": "updated"}


def test_a_copy_in_another_folder_is_as_good(folder: Path, tmp_path: Path) -> None:
    text_file(tmp_path / "copies", "a.txt")
    load(tmp_path / "copies")
    (folder / "a.txt").unlink()
    assert "a.txt" not in load(folder).outcomes
    (tmp_path / "copies/a.txt").unlink()
    assert load(folder).outcomes["a.txt"] == "vanished"


def test_only_what_lay_below_the_folder_is_asked_about(folder: Path, tmp_path: Path) -> None:
    text_file(tmp_path / "in-2", "c.txt", headline="Fog")
    load(tmp_path / "in-2")
    (tmp_path / "in-2/c.txt").unlink()
    (folder / "a.txt").unlink()
    assert "vanished" not in load(folder / "deep").summary
    assert "1 vanished" in load(folder).summary
    assert "vanished" not in load(folder / "deep/b.txt").summary


def test_articles_in_an_archive_vanish_with_it_alone(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    inner = text_file(tmp_path / "out", "a.txt")
    text_file(folder, "b.txt", headline="Snow")
    for names in (["x/a.txt", "c.txt"], ["c.txt"]):
        with zipfile.ZipFile(folder / "old.zip", "w") as archive:
            for name in names:
                archive.writestr(name, inner.read_text().replace("Ferry", f"Ferry {name[0]}"))
        assert "vanished" not in load(folder).summary
    (folder / "old.zip").unlink()
    gone = [line["input"] for line in load(folder).report if line["outcome"] == "vanished"]
    assert gone == ["old.zip/c.txt", "old.zip/x/a.txt"]


def test_records_and_crawls_are_left_alone(tmp_path: Path) -> None:
    folder = crawl(tmp_path, page(FERRY, at=FIRST))
    export = folder / "export.jsonl"
    for text in ("One.", "Two."):
        export.write_text(json.dumps({"headline": "Fog", "url": "https://fog.example/#1", "body_text": text}) + "\n")
        load(folder)
    export.write_text("")
    (folder / "site.warc.gz").unlink()
    assert "vanished" not in load(folder).summary
    export.unlink()
    assert "1 vanished" in load(folder).summary
