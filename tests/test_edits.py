"""What staff have changed, carried to another archive: a rebuild from originals and edits gives the same pages."""

from __future__ import annotations

import io
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from articles.curation.merging import merge
from articles.curation.sources import merge_sources
from articles.curation.tags import merge_tags
from articles.edits import edits
from articles.models import Article, Conflict, Correction, Gone, Original, Photo, Redirect, Source, Tag, Tagging
from articles.revisions import Stamp
from tests.factories import make_source, make_tag
from tests.loading import Run, load, text_file
from tests.staff import saved, staff

pytestmark = pytest.mark.django_db

BESIDE = re.compile(r'<section class="section related".*?</section>|<div class="next".*?</div>', re.DOTALL)
POST = """---
title: {headline}
date: 2020-0{month}-02
source: Harbour Daily
tags: [Ferries, Boats]
id: urn:post:{number}
---
The ferry sailed at nine.

![The quay.](quay.jpg)

It was full. Boat {number}.

![A gull.](gull.jpg)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    for number in range(8):
        headline = "Tide" if number in (2, 3) else f"Ferry number {number}"
        month = 5 if number in (2, 3) else number + 1
        (folder / f"{number}.md").write_text(POST.format(headline=headline, number=number, month=month))
    text_file(folder, "a.txt", headline="Dredger leaves")
    return folder


def exported() -> str:
    out = io.StringIO()
    call_command("export_edits", stdout=out)
    return out.getvalue()


def without_moments(lines: str) -> list[dict[str, Any]]:
    """The edits without who made them when, and without former addresses that a rebuild may add to."""
    told = ("by", "at", "reason", "former_addresses")
    return [
        {name: value for name, value in json.loads(line).items() if name not in told} for line in lines.splitlines()
    ]


def forget() -> None:
    """Empty the archive, but for its staff."""
    for article in Article.objects.exclude(merged_into=None):
        Article.objects.filter(pk=article.pk).update(merged_into=None)
    Article.objects.all().delete()
    for model in (Tag, Source, Redirect, Gone):
        model.objects.all().delete()


def take_over(folder: Path, lines: str) -> Run:
    path = folder.parent / "edits.jsonl"
    path.write_text(lines)
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("load_articles", edits=path, stdout=out, stderr=err, no_color=True)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return Run(code, out.getvalue(), err.getvalue())


def shown(site: Client) -> dict[str, str]:
    """Every article's page by its address; of those on one day, which is listed first hangs on who was loaded first."""
    pages = {}
    for article in Article.objects.all():
        answer = site.get(article.get_absolute_url())
        page = BESIDE.sub("", answer.content.decode())
        pages[article.get_absolute_url()] = f"{answer.status_code} {page}"
    return pages


def edit_everything(editor: Client) -> None:
    articles = {article.external_id: article for article in Article.objects.exclude(external_id=None)}
    saved(editor, articles["urn:post:0"], headline="Ferry nought", body="It sailed at ten.\n\nIt was full. Boat 0.")
    saved(editor, articles["urn:post:1"], published="2021-01-02", source=str(make_source("Quay Gazette").pk))
    saved(editor, articles["urn:post:4"], **{"photos-0-caption": "The north quay.", "photos-0-alt_text": "A quay"})
    saved(editor, articles["urn:post:5"], **{"photos-0-DELETE": "on", "slug": "ferry-five"})
    saved(editor, articles["urn:post:6"], withdrawn="on", withdrawn_reason="A court order.")
    seven = articles["urn:post:7"]
    Tagging.objects.filter(article=seven, tag__name="Boats").delete()
    Tagging.objects.create(article=seven, tag=make_tag("Fog"), archive_date=seven.archive_date)
    saved(editor, Tag.objects.get(name="Ferries"), name="Ferry boats", description="Boats that go to and fro.")
    Photo.objects.filter(article=articles["urn:post:3"], number=2).update(is_decorative=True, credit_unknown=True)
    ada = staff("ada", "Archivists")
    stamp = Stamp.now(ada, "One thing")
    merge_tags([Tag.objects.get(name="Boats")], Tag.objects.get(name="Ferry boats"), stamp)
    weekly = make_source("Harbour Weekly")
    merge_sources([Source.objects.get(name="Harbour Daily")], weekly, stamp)
    loser, winner = articles["urn:post:4"], articles["urn:post:5"]
    merge(loser, winner, ada, "The same", tag_ids=[], photo_ids=list(loser.photos.values_list("pk", flat=True)[:1]))
    text = Article.objects.get(external_id=None)
    saved(editor, text, deck="At last", reason="The deck was on the cover")
    Correction.objects.create(article=text, made_at="2024-01-09T12:00:00Z", note="The deck was missing.")


def test_an_archive_without_edits_has_none_to_export(folder: Path) -> None:
    (folder / "3.md").unlink()
    load(folder)
    assert exported() == ""


@pytest.mark.parametrize("seed", range(3))
def test_originals_and_edits_in_any_order_give_the_same_pages(
    folder: Path, editor: Client, site: Client, seed: int
) -> None:
    load(folder)
    edit_everything(editor)
    before, lines = shown(site), exported()
    keys = dict(Article.objects.values_list("key", "slug"))
    forget()
    files = sorted(folder.iterdir())
    random.Random(seed).shuffle(files)
    for file in files:
        load(file)
    assert take_over(folder, lines).code == 0
    assert dict(Article.objects.values_list("key", "slug")) == keys
    assert shown(site) == before
    assert without_moments(exported()) == without_moments(lines)
    assert site.get("/2020/02/02/ferry-number-1/").status_code == 301


def test_edits_that_are_taken_over_twice_change_nothing_more(folder: Path, editor: Client) -> None:
    load(folder)
    edit_everything(editor)
    lines = exported()
    run = take_over(folder, lines)
    assert re.search(r"Edits: 0 applied, \d+ unchanged, 0 refused", run.out)
    assert not Conflict.objects.exists()


def test_a_reload_after_taking_over_keeps_the_edits(folder: Path, editor: Client) -> None:
    load(folder)
    edit_everything(editor)
    lines = exported()
    forget()
    load(folder)
    take_over(folder, lines)
    assert set(load(folder).outcomes.values()) == {"unchanged"}
    first = folder / "0.md"
    first.write_text(first.read_text().replace("It was full.", "It was empty."))
    load(folder)
    article = Article.objects.get(external_id="urn:post:0")
    assert article.headline == "Ferry nought"
    assert "It was empty." in article.body
    assert article.body.startswith("It sailed at ten.")


def test_an_edit_of_what_the_source_has_changed_meanwhile_waits_for_a_decision(folder: Path, editor: Client) -> None:
    load(folder)
    saved(editor, Article.objects.get(external_id="urn:post:0"), headline="Ferry nought")
    lines = exported()
    forget()
    first = folder / "0.md"
    first.write_text(first.read_text().replace("Ferry number 0", "Ferry zero"))
    load(folder)
    run = take_over(folder, lines)
    assert "1 conflicts wait" in run.out
    conflict = Conflict.objects.get()
    assert (conflict.loaded, conflict.ours, conflict.theirs) == ("Ferry number 0", "Ferry nought", "Ferry zero")
    assert Article.objects.get(external_id="urn:post:0").headline == "Ferry nought"


def test_edits_tell_who_made_them_and_why(folder: Path, editor: Client) -> None:
    load(folder)
    saved(editor, Article.objects.get(external_id=None), deck="At last", reason="The deck was on the cover")
    line = next(line for line in map(json.loads, exported().splitlines()) if "edited" in line)
    assert (line["by"], line["reason"]) == ("nora", "The deck was on the cover")
    lines = exported()
    forget()
    load(folder)
    take_over(folder, lines)
    newest = Article.history.first()
    assert newest.history_user.username == "nora"
    assert newest.history_change_reason.startswith("The deck was on the cover, by nora on ")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "edits.jsonl:1: this is no JSON"),
        ('{"a": 1}', "edits.jsonl:1: an edit names a key, a tag, a source or an address that is gone"),
        ('{"key": "0000000000", "slug": "x"}', "edits.jsonl:1: there is no article 0000000000"),
        ('{"tag": 3}', "edits.jsonl:1: this is no line of an edits file"),
        ('["a"]', "edits.jsonl:1: an edit names"),
    ],
)
def test_a_line_that_is_no_edit_is_refused_and_the_others_are_made(
    folder: Path, editor: Client, line: str, words: str
) -> None:
    load(folder)
    saved(editor, Article.objects.get(external_id=None), deck="At last")
    lines = exported()
    forget()
    load(folder)
    run = take_over(folder, f"{line}\n{lines}")
    assert (run.code, words in run.err) == (1, True), run.err
    assert Article.objects.get(external_id=None).deck == "At last"


def test_an_edits_file_that_is_not_there_is_said(folder: Path) -> None:
    with pytest.raises(CommandError, match="there is no such file"):
        call_command("load_articles", edits=folder / "none.jsonl")


def test_articles_go_through_dumpdata_and_loaddata_by_their_own_names(
    folder: Path, editor: Client, site: Client
) -> None:
    load(folder)
    edit_everything(editor)
    before, edited = shown(site), [line.get("edited") for line in edits() if "key" in line]
    dump = folder.parent / "dump.json"
    histories = [f"articles.historical{name}" for name in ("article", "photo", "tag", "tagging")]
    histories.append("articles.searchentry")
    call_command(
        "dumpdata", "articles", exclude=histories, natural_foreign=True, natural_primary=True,
        output=str(dump), verbosity=0,
    )  # fmt: skip
    forget()
    call_command("loaddata", str(dump), verbosity=0)
    call_command("index_articles", stdout=io.StringIO())
    found = site.get("/search/?q=ferry").content.decode()
    assert "6 articles</strong>" in found  # all that are published, but for that of the dredger
    assert shown(site) == before
    assert [line.get("edited") for line in edits() if "key" in line] == edited
    assert Original.objects.filter(is_current=True).count() == Article.objects.count()
    assert Photo.objects.filter(caption="The north quay.").exists()
    assert set(load(folder).outcomes.values()) == {"unchanged"}
