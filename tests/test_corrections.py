"""What was added and what was corrected since a moment: lists, entries, dates and the feed of corrections agree."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from articles.catalogue.ledger import Stamp, transaction_of_changes
from articles.editorial.actions.merge_sources import merge_sources
from articles.editorial.actions.on_many import reinstate, tag_articles, withdraw
from articles.loading.undo import undo
from articles.models import Article, ArticleChange, Change, ClosedVersion, Load, Source
from tests import factories as make
from tests.loading import load, load_records, text_file
from tests.recorded import forget_changes, versions_of
from tests.staff import saved
from tests.test_agency_versions import item

FEED = "/feeds/corrections.json"


def entries(site: Client, address: str = FEED) -> list[dict[str, Any]]:
    response = site.get(address)
    assert response.status_code == 200
    items: list[dict[str, Any]] = json.loads(response.content)["items"]
    return items


def titles(site: Client) -> list[str]:
    return [entry["title"] for entry in entries(site)]


def record(number: int, **values: Any) -> dict[str, Any]:
    return {"id": f"urn:{number}", "headline": f"Ferry {number}", "published": f"20{number % 20:02}-05-04", **values}


def test_what_changed_since_a_moment_is_the_same_everywhere(site: Client, editor: Client, tmp_path: Path) -> None:
    records = [record(number) for number in range(100)]
    load_records(tmp_path / "press", *records)
    loaded_at = datetime(2024, 1, 9, 12, tzinfo=UTC)
    Change.objects.update(seen_at=loaded_at)
    edited, gone = Article.objects.get(headline="Ferry 7"), Article.objects.get(headline="Ferry 8")
    saved(editor, edited, headline="Ferry seven", reason="A number in words.")
    withdraw([gone.pk], "A court asked.", Stamp.now(None, ""))
    load_records(tmp_path / "press", *records)

    [edited_at] = Change.objects.filter(articles__article=edited).values_list("seen_at", flat=True)
    items, address = [], "/added/feed.json"
    while address:
        page = json.loads(site.get(address).content)
        items, address = items + page["items"], page.get("next_url", "").removeprefix("http://testserver")
    assert len(items) == 99
    changed = {item["url"]: item["date_modified"] for item in items}
    url = f"http://testserver{edited.get_absolute_url()}"
    assert changed.pop(url) == edited_at.isoformat(timespec="seconds")
    assert set(changed.values()) == {loaded_at.isoformat(timespec="seconds")}
    sitemap = site.get("/sitemap/articles-0.xml").content.decode()
    lastmods = dict(re.findall("<loc>([^<]+)</loc><lastmod>([^<]+)</lastmod>", sitemap))
    assert lastmods == {**changed, url: edited_at.isoformat(timespec="seconds")}
    withdrawal, edit = entries(site)
    assert (edit["title"], edit["summary"]) == ("Ferry seven", "Headline")
    assert "<del>" in edit["content_html"]
    assert "A number in words." in edit["content_html"]
    assert edit["url"] == f"{url}history/2/changes/"
    assert site.get(edit["url"].removeprefix("http://testserver")).status_code == 200
    assert (withdrawal["title"], withdrawal["summary"]) == ("A withdrawn article", "A court asked.")
    assert "Ferry 8" not in site.get(FEED).content.decode()
    assert site.get(gone.get_absolute_url()).status_code == 410


def test_a_site_renamed_is_one_entry_and_a_corrected_text_another(site: Client, tmp_path: Path) -> None:
    load_records(tmp_path / "press", *(record(number) for number in range(30)))
    renamed = [record(number, source="The New Daily") for number in range(29)]
    load_records(tmp_path / "press", *renamed, record(29, source="The New Daily", body_markdown="It sank."))
    whole, text = sorted(entries(site), key=lambda entry: entry["summary"])
    assert (whole["summary"], text["summary"]) == ("Source", "Source and Text")
    assert whole["title"].endswith(", and others")
    assert "The same in 29 articles." in whole["content_html"]
    assert "The same" not in text["content_html"]
    undo(Load.objects.latest("pk"))
    assert sorted(entry["summary"] for entry in entries(site)) == [
        "Source",
        "Source",
        "Source and Text",
        "Source and Text",
    ]


def test_a_tag_on_many_articles_is_one_entry_of_those_that_readers_may_see(site: Client) -> None:
    articles = [make.make_article(f"Ferry {number}") for number in range(3)]
    tag = make.make_tag("Quays")
    tag_articles([article.pk for article in articles], [tag], Stamp.now(None, "They sail from quays."))
    [entry] = entries(site)
    assert "The same in 3 articles." in entry["content_html"]
    assert "They sail from quays." in entry["content_html"]
    withdraw([articles[0].pk], "Asked for.", Stamp.now(None, ""))
    withdrawal, entry = entries(site)
    assert (withdrawal["title"], entry["title"]) == ("A withdrawn article", "Ferry 1, and others")
    assert "The same in 2 articles." in entry["content_html"]
    reinstate([articles[0].pk], Stamp.now(None, ""))
    assert [entry["summary"] for entry in entries(site)] == [
        "Reason for withdrawal and Reinstated", "Reason for withdrawal and Withdrawn", "Tags",
    ]  # fmt: skip


def test_of_a_withdrawn_article_only_the_withdrawal_is_told(site: Client, editor: Client) -> None:
    article = make.remember(make.make_article("Ada sails", source="The Quay", language="nb"))
    secrets = {"reason": "Ada Holm rang.", "correction": "It was Ada."}
    article = saved(editor, article, withdrawn="on", withdrawn_reason="A court asked.", **secrets)
    withdrawal = entries(site)
    assert [entry["summary"] for entry in withdrawal] == ["A court asked."]
    told = "".join(site.get(f"/feeds/corrections.{form}").content.decode() for form in ("json", "atom", "rss"))
    assert "A court asked." in told
    assert re.findall("Ada|staff|Quay|nb", told) == []
    article = saved(editor, article, headline="Grace sails", reason="House style.")
    merge_sources([Source.objects.get(name="The Quay")], make.make_source("The Pier"), Stamp.now(None, ""))
    assert entries(site) == withdrawal, "what staff do to a withdrawn article is no news"
    reinstate([article.pk], Stamp.now(None, ""))
    assert titles(site) == ["Grace sails"] * 4
    withdraw([article.pk], "It was wrong.", Stamp.now(None, ""))
    assert [entry["summary"] for entry in entries(site)] == ["It was wrong."]


def test_an_article_that_was_never_published_is_in_no_entry(site: Client, editor: Client, tmp_path: Path) -> None:
    load(item(tmp_path, "a.json", at="2021-05-04T10:00:00Z", headline="Ferry", pubstatus="canceled"))
    article = saved(editor, Article.objects.get(), headline="Ferry back")
    assert len(versions_of(article)) == 2
    assert entries(site) == []


def test_files_that_are_back_at_other_places_are_one_entry(site: Client, tmp_path: Path) -> None:
    for number in range(3):
        text_file(tmp_path / "in", f"{number}.txt", headline=f"Ferry {number}", body=f"It sailed {number} times.")
    load(tmp_path / "in")
    (tmp_path / "in").rename(tmp_path / "away")
    (tmp_path / "in").mkdir()
    load(tmp_path / "in", withdraw_vanished=True)
    (tmp_path / "away").rename(tmp_path / "in" / "back")
    load(tmp_path / "in")
    assert ["The same in 3 articles." in entry["content_html"] for entry in entries(site)] == [True, True]


def test_an_entry_stays_when_the_first_of_its_articles_is_changed_further(site: Client) -> None:
    ids, stamp = [make.make_article(f"Ferry {number}").pk for number in range(3)], Stamp.now(None, "")
    with transaction_of_changes():
        tag_articles(ids, [make.make_tag("Quays")], stamp)
        tag_articles(ids[:1], [make.make_tag("Boats")], stamp)
    assert titles(site) == ["Ferry 1, and others", "Ferry 0"]


def test_an_entry_stays_when_the_first_of_its_articles_is_removed(site: Client, tmp_path: Path) -> None:
    load_records(tmp_path / "press", record(0))
    load_records(tmp_path / "press", record(0), record(1))
    load_records(tmp_path / "press", *(record(number, source="The New Daily") for number in range(2)))
    for load_id in (3, 1):
        undo(Load.objects.order_by("pk")[load_id - 1])
    assert titles(site) == ["Ferry 1", "Ferry 1"]


def test_a_closed_version_is_in_no_entry(site: Client, editor: Client) -> None:
    article = saved(editor, make.remember(make.make_article("Ada sails")), headline="Somebody sails")
    assert "Ada" in site.get(FEED).content.decode()
    ClosedVersion.objects.create(article=article, version=1, closed_at=timezone.now(), reason="It named a child.")
    assert entries(site) == []


def test_what_readers_do_not_see_and_new_articles_are_no_corrections(site: Client, tmp_path: Path) -> None:
    load_records(tmp_path / "press", record(1), record(2))
    load_records(tmp_path / "press", record(1), record(2), record(3))
    assert entries(site) == []


def test_corrections_are_paged_to_the_first(site: Client, editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.public.views.feeds.ENTRIES", 2)
    for number in range(5):
        saved(editor, make.remember(make.make_article(f"Ferry {number}")), deck=f"Corrected {number}")
    found, address = [], FEED
    while address:
        page = json.loads(site.get(address).content)
        found += [item["title"] for item in page["items"]]
        address = page.get("next_url", "").removeprefix("http://testserver")
    assert found == [f"Ferry {number}" for number in (4, 3, 2, 1, 0)]
    assert site.get(f"{FEED}?before=0000").status_code == 404


def test_an_archive_without_its_record_has_no_corrections(site: Client, tmp_path: Path) -> None:
    load_records(tmp_path / "press", record(1))
    load_records(tmp_path / "press", record(1, headline="Ferry one"))
    assert titles(site) == ["Ferry one"]
    forget_changes()
    assert titles(site) == []


def test_corrections_are_read_along_an_index(site: Client, editor: Client) -> None:
    for number in range(3):
        saved(editor, make.remember(make.make_article(f"Ferry {number}")), deck=f"Corrected {number}")
    plans = []

    def explain(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if connection.vendor == "sqlite" and re.search('WHERE.*"(is_first|alike)".*ORDER BY', sql):
            plan = connection.connection.execute(f"EXPLAIN QUERY PLAN {sql % tuple('?' for _ in params)}", params)
            plans.append([row[3] for row in plan])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        site.get(FEED)
        site.get(f"{FEED}?before={ArticleChange.objects.latest('pk').alike}")
    read = [step for steps in plans for step in steps if step.startswith(("SEARCH", "SCAN"))]
    used = {step.partition(" USING ")[2].partition(" (")[0].removeprefix("COVERING ") for step in read}
    expected = {"INDEX change_first", "INDEX change_alike", "INTEGER PRIMARY KEY"}
    assert used == expected or connection.vendor != "sqlite"
    assert not any("TEMP B-TREE" in step for steps in plans for step in steps)


def test_entries_of_many_corrections_share_their_queries(editor: Client, queries_of: Callable[[str], int]) -> None:
    counts = []
    for number in range(4):
        article = make.remember(make.make_article(f"Ferry {number}", tags=["Boats"]))
        saved(editor, article, deck=f"Corrected {number}", body="Another text.")
        saved(editor, article, deck=f"Corrected again {number}")
        counts.append(queries_of(FEED))
    assert counts[3] == counts[1]
    assert counts[3] <= 15
