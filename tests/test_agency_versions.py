"""Items that an agency sends again, corrects or withdraws."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from articles.models import Article, Load
from tests.loading import load

pytestmark = pytest.mark.django_db
URI = "tag:news.example,2021:ferry"


def item(folder: Path, name: str, *, at: str, **more: Any) -> Path:
    """A ninjs item in a file."""
    values = {"uri": URI, "type": "text", "versioncreated": at, "version": "2", **more}
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps(values))
    return folder


def sent(folder: Path, name: str, headline: str, at: str) -> Path:
    return item(folder, name, at=at, headline=headline, body_text=f"{headline} on Monday, and sailed.")


@pytest.mark.parametrize("names", [("a.json", "b.json"), ("b.json", "a.json")])
def test_of_two_versions_in_one_load_the_later_is_shown(tmp_path: Path, names: tuple[str, str]) -> None:
    sent(tmp_path / "in", names[0], "Ferry returns", "2021-05-04T10:00:00Z")
    sent(tmp_path / "in", names[1], "Ferry returns late", "2021-05-04T12:00:00Z")
    foreseen = load(tmp_path / "in", dry_run=True).outcomes
    assert load(tmp_path / "in").outcomes == foreseen
    assert Article.objects.get().headline == "Ferry returns late"
    again = load(tmp_path / "in").outcomes
    assert again == {names[0]: "duplicate", names[1]: "unchanged"}
    assert Load.objects.count() == 1


def test_an_item_that_is_taken_back_is_withdrawn_with_the_reason(tmp_path: Path, site: Client) -> None:
    load(sent(tmp_path / "in", "a.json", "Ferry returns", "2021-05-04T10:00:00Z"))
    address = Article.objects.get().get_absolute_url()
    item(tmp_path / "in", "b.json", at="2021-05-05T10:00:00Z", pubstatus="canceled")
    assert load(tmp_path / "in").line("b.json")["outcome"] == "updated"
    answer = site.get(address, follow=True)
    assert answer.status_code == 410
    assert "Withdrawn by its source" in answer.content.decode()


def test_an_item_that_is_sent_anew_after_it_was_taken_back_is_there_again(tmp_path: Path, site: Client) -> None:
    load(item(tmp_path / "in", "a.json", at="2021-05-04T10:00:00Z", headline="Ferry", pubstatus="canceled"))
    assert Article.objects.get().withdrawn_at
    load(sent(tmp_path / "in", "b.json", "Ferry", "2021-05-05T10:00:00Z"))
    assert site.get(Article.objects.get().get_absolute_url()).status_code == 200


def test_an_item_in_a_file_of_its_own_is_known_by_its_file(tmp_path: Path) -> None:
    sent(tmp_path / "in", "a.json", "Ferry returns", "2021-05-04T10:00:00Z")
    assert load(tmp_path / "in").outcomes == {"a.json": "created"}
