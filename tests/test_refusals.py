"""Refused inputs are listed until they can be loaded, one row an input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from articles.models import Load, Refusal
from tests.conftest import WRITES
from tests.loading import load, text_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good file, one of another kind under a promising name, and a record without a headline."""
    folder = tmp_path / "in"
    text_file(folder, "good.txt")
    (folder / "deep").mkdir()
    (folder / "deep/bad.txt").write_bytes(b"%PDF-1.7 and so on")
    (folder / "empty.txt").write_text("")
    (folder / "export.jsonl").write_text(json.dumps({"headline": "Fog", "body_text": "It."}) + "\n{\n")
    return folder


def places(folder: Path) -> list[str]:
    return [place.removeprefix(f"{folder.resolve()}/") for place in Refusal.objects.values_list("place", flat=True)]


def test_each_refused_input_is_a_row_until_it_can_be_loaded(folder: Path) -> None:
    run = load(folder)
    assert run.code == 1
    assert sorted(places(folder)) == ["deep/bad.txt", "empty.txt", "export.jsonl:2"]
    refusal = Refusal.objects.get(input="deep/bad.txt")
    assert "this is a PDF document" in refusal.error
    assert refusal.load == Load.objects.get()
    text_file(folder, "deep/bad.txt", headline="Snow")
    load(folder)
    assert sorted(places(folder)) == ["empty.txt", "export.jsonl:2"]


def test_the_same_refusals_again_write_nothing(folder: Path, tmp_path: Path) -> None:
    load(folder)
    for path in (folder, tmp_path, folder / "deep"):
        with CaptureQueriesContext(connection) as captured:
            assert load(path).code == 1
        assert [query["sql"] for query in captured if query["sql"].startswith(WRITES)] == []
    assert Load.objects.count() == 1


def test_the_list_says_since_when_an_input_is_refused(folder: Path, editor: Client) -> None:
    load(folder)
    first = Refusal.objects.order_by("pk")[0]
    load(folder)
    page = editor.get("/admin/articles/refusal/").content.decode()
    assert ("Refused since" in page, date_format(timezone.localtime(first.refused_at), "j F Y, H:i") in page) == (
        True,
        True,
    )


def test_another_error_is_a_new_matter(folder: Path) -> None:
    load(folder)
    Refusal.objects.update(dismissed_at=timezone.now())
    (folder / "empty.txt").write_bytes(b"GIF89a")
    load(folder)
    renewed = Refusal.objects.get(input="empty.txt")
    assert "GIF" in renewed.error
    assert (renewed.dismissed_at, renewed.load) == (None, Load.objects.order_by("-id")[0])
    assert Refusal.objects.exclude(dismissed_at=None).count() == 2
    assert Load.objects.count() == 2


def test_a_refused_file_that_is_gone_is_forgotten(folder: Path) -> None:
    load(folder)
    (folder / "empty.txt").unlink()
    load(folder / "deep")
    assert len(places(folder)) == 3, "nobody looked for it"
    load(folder)
    assert sorted(places(folder)) == ["deep/bad.txt", "export.jsonl:2"]
    load(folder / "export.jsonl")
    assert "export.jsonl:2" in places(folder)
    (folder / "export.jsonl").write_text(json.dumps({"headline": "Fog", "body_text": "It."}) + "\n")
    load(folder / "export.jsonl")
    assert places(folder) == ["deep/bad.txt"]


def test_a_dry_run_keeps_nothing(folder: Path) -> None:
    load(folder, dry_run=True)
    assert not Refusal.objects.exists()
